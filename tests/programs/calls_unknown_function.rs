// expect: rejected resolve; why: E0425
pub fn f() {
    no_such_function();
}
