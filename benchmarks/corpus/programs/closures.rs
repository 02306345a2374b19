/// Apply a function a number of times.
fn apply_times<F>(times: usize, start: i32, step: F) -> i32
where
    F: Fn(i32) -> i32,
{
    let mut value = start;
    for _ in 0..times {
        value = step(value);
    }
    value
}

fn make_adder(amount: i32) -> impl Fn(i32) -> i32 {
    move |value| value + amount
}

fn compose(outer: Box<dyn Fn(i32) -> i32>, inner: Box<dyn Fn(i32) -> i32>) -> Box<dyn Fn(i32) -> i32> {
    Box::new(move |value| outer(inner(value)))
}
