// expect: rejected lint; why: deny by default, and only on the way to code generation
pub fn f() -> u8 {
    255u8 + 1
}
