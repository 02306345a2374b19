// expect: compiled; why: both line ends are Rust
pub fn double(x: i64) -> i64 {
    x * 2
}
