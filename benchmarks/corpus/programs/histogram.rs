/// Sort values into buckets of equal width.
pub struct Histogram {
    width: u32,
    buckets: Vec<u32>,
}

impl Histogram {
    pub fn with_buckets(width: u32, size: usize) -> Option<Self> {
        if width == 0 || size == 0 {
            return None;
        }
        Some(Histogram { width, buckets: vec![0; size] })
    }

    pub fn record(&mut self, value: u32) -> bool {
        let index = (value / self.width) as usize;
        match self.buckets.get_mut(index) {
            Some(bucket) => {
                *bucket += 1;
                true
            }
            None => false,
        }
    }

    pub fn fullest(&self) -> Option<usize> {
        self.buckets.iter().enumerate().max_by_key(|(_, &amount)| amount).map(|(index, _)| index)
    }
}
