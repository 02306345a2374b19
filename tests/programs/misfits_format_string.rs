// expect: rejected resolve; why: it parses; the built-in macro refuses
pub fn f() {
    println!("{}");
}
