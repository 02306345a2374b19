// expect: rejected resolve; why: it parses; expansion fails
pub fn f() {
    no_such_macro!();
}
