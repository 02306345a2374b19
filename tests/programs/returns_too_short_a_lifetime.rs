// expect: rejected borrowck; why: an error of the borrow checker without a code
pub fn f<'a, 'b>(x: &'a str, y: &'b str) -> &'a str {
    if x.is_empty() { y } else { x }
}
