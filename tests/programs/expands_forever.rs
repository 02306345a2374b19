// expect: limit time | limit memory; why: a macro that calls itself, with the recursion limit raised
#![recursion_limit = "4294967295"]
macro_rules! r {
    ($($t:tt)*) => { r!($($t)* a) };
}
pub fn f() {
    r!();
}
