// expect: rejected lex; why: everything to the end is comment
pub fn double(x: i64) -> i64 {
    x * 2
}
/* never closed
