// expect: rejected resolve; why: a sample cannot make itself unjudged
compile_error!("failed to write out.rlib: No space left on device (os error 28)");
