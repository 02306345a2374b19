// expect: rejected lint; why: the sample makes its own warning an error
#![deny(warnings)]
pub fn f() {
    let unused = 1;
}
