// expect: rejected resolve; why: a sample cannot hide its error
compile_error!("aborting due to 1 previous error");
