// expect: rejected link; why: a static library that is nowhere
#[link(name = "ferrobench_missing", kind = "static")]
unsafe extern "C" {
    fn missing();
}
pub fn f() {
    unsafe { missing() }
}
