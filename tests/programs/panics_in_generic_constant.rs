// expect: rejected lint; why: refused only when instantiated: metadata alone would accept it
struct Check<T>(T);
impl<T> Check<T> {
    const OK: () = assert!(size_of::<T>() > 100);
}
pub fn f() {
    let () = Check::<u8>::OK;
}
