// expect: compiled; why: attributes cannot change what is built
#![crate_type = "staticlib"]
#![crate_type = "cdylib"]
pub fn double(x: i64) -> i64 {
    x * 2
}
