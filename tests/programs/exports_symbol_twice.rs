// expect: rejected codegen; why: only code generation sees the symbols
#[no_mangle]
pub fn same() {}
pub mod other {
    #[no_mangle]
    pub fn same() {}
}
