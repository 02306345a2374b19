// expect: compiled; why: legal at the start of a file
pub fn double(x: i64) -> i64 {
    x * 2
}
