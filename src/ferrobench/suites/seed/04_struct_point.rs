//! category: data structures
//! tags: structs
//! judge: compile

#[rustfmt::skip] // the prompt's text is one line
// >>> prompt
struct Point { x: f64, y: f64 }
// <<< prompt

impl Point {
    fn distance(&self, other: &Point) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}
