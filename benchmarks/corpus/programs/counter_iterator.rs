/// Counts up from a start in fixed steps.
pub struct Counter {
    current: u32,
    step: u32,
    limit: u32,
}

impl Counter {
    pub fn starting_at(current: u32, step: u32, limit: u32) -> Counter {
        Counter { current, step, limit }
    }
}

impl Iterator for Counter {
    type Item = u32;

    fn next(&mut self) -> Option<Self::Item> {
        if self.current >= self.limit {
            return None;
        }
        let value = self.current;
        self.current += self.step;
        Some(value)
    }
}

pub fn sum_of_steps(limit: u32) -> u32 {
    let counter = Counter::starting_at(0, 3, limit);
    counter.filter(|value| value % 2 == 0).sum()
}
