// expect: compiled; why: a plain library
pub fn double(x: i64) -> i64 {
    x * 2
}
