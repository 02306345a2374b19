// expect: rejected parse; why: no expression after the equals sign
pub fn f() {
    let x = ;
}
