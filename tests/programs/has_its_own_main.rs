// expect: compiled; why: a library may hold a function of that name
fn main() {
    println!("hello");
}
