// expect: rejected lint; why: deny by default, and only on the way to code generation
pub fn f() -> i32 {
    [1, 2, 3][5]
}
