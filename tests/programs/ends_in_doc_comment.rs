// expect: rejected parse; why: documentation of nothing
pub fn double(x: i64) -> i64 {
    x * 2
}
/// of what?
