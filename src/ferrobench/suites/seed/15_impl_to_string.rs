//! category: traits
//! tags: trait implementations, formatting

struct Point {
    x: f64,
    y: f64,
}

#[allow(clippy::to_string_trait_impl, reason = "what the prompt asks for")]
// >>> prompt
impl ToString for Point {
    // <<< prompt
    fn to_string(&self) -> String {
        format!("({}, {})", self.x, self.y)
    }
}

// >>> probes
fn probe_to_string(x: f64, y: f64) -> String {
    // A sample may bring a Point of its own, with integers for coordinates.
    let point = Point {
        x: x as _,
        y: y as _,
    };
    ::std::string::ToString::to_string(&point)
}
// <<< probes

// How a point is written is open: only that its coordinates can be read from it. They are whole numbers here,
// so that the number of decimals is open too.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_coordinates_are_there() {
        for (x, y) in [(3, 4), (12, 57), (0, 8), (731, 2)] {
            let text = probe_to_string(f64::from(x), f64::from(y));
            assert!(text.contains(&x.to_string()), "{} in {:?}", x, text);
            assert!(text.contains(&y.to_string()), "{} in {:?}", y, text);
        }
    }

    #[test]
    fn x_stands_before_y() {
        let text = probe_to_string(3.0, 4.0);
        assert!(text.find('3') < text.find('4'), "{:?}", text);
        let text = probe_to_string(8.0, 5.0);
        assert!(text.find('8') < text.find('5'), "{:?}", text);
    }

    #[test]
    fn signs_are_kept() {
        assert!(probe_to_string(-3.0, 4.0).contains("-3"));
        assert!(probe_to_string(3.0, -4.0).contains("-4"));
        assert_ne!(probe_to_string(-3.0, 4.0), probe_to_string(3.0, 4.0));
        assert_ne!(probe_to_string(3.0, -4.0), probe_to_string(3.0, 4.0));
    }

    #[test]
    fn the_coordinates_can_be_told_apart() {
        assert_ne!(probe_to_string(1.0, 23.0), probe_to_string(12.0, 3.0));
        assert_ne!(probe_to_string(1.0, 2.0), probe_to_string(2.0, 1.0));
    }

    #[test]
    fn different_points_read_differently() {
        let mut texts = Vec::new();
        for x in -6..=6 {
            for y in -6..=6 {
                texts.push(probe_to_string(f64::from(x), f64::from(y)));
            }
        }
        let count = texts.len();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), count);
    }

    #[test]
    fn the_same_point_reads_the_same() {
        assert_eq!(probe_to_string(5.0, 6.0), probe_to_string(5.0, 6.0));
    }
}
