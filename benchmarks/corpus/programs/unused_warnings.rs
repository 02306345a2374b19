/// Scales a price by a percentage.
fn scale_price(price: f64, percent: f64) -> f64 {
    let unused_factor = 100.0;
    let mut scaled = price * percent / 100.0;
    scaled
}

fn main() {
    let price = 20.0;
    let discount = scale_price(price, 15.0);
    let message = String::from("done");
    println!("{:.2}", price - discount);
}
