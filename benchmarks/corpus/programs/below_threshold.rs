/// Return true if every number in the list is below the threshold.
fn below_threshold(numbers: &[i32], threshold: i32) -> bool {
    for number in numbers {
        if *number >= threshold {
            return false;
        }
    }
    true
}

fn highest(numbers: &[i32]) -> Option<i32> {
    let mut best = None;
    for &number in numbers {
        match best {
            None => best = Some(number),
            Some(current) if number > current => best = Some(number),
            Some(_) => {}
        }
    }
    best
}
