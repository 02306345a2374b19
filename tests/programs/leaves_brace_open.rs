// expect: rejected lex; why: rustc pairs delimiters before it parses
pub fn f() {
    if true {
