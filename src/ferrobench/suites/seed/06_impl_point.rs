//! category: data structures
//! tags: structs, methods
//! judge: compile

struct Point {
    x: f64,
    y: f64,
}

// >>> prompt
impl Point {
    // <<< prompt
    fn new(x: f64, y: f64) -> Self {
        Point { x, y }
    }

    fn distance(&self, other: &Point) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    fn translate(&mut self, dx: f64, dy: f64) {
        self.x += dx;
        self.y += dy;
    }
}
