// expect: rejected link; why: a sample cannot make itself unjudged by the name of a library it asks for
#[link(name = "x` No space left on device (os error 28)", kind = "static")]
extern "C" {}
