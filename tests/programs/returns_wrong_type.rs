// expect: rejected typecheck; why: E0308
pub fn f() -> u8 {
    "text"
}
