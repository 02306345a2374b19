// expect: rejected codegen; why: only the assembler refuses
pub fn f() {
    unsafe { std::arch::asm!("no_such_instruction") }
}
