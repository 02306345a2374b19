// expect: rejected lex; why: raw bytes that are no text
pub fn double(x: i64) -> i64 {
    x * 2
}
// ÿþÃ(
