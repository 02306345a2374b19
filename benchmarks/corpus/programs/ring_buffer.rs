/// Keeps the last N values.
#[derive(Debug)]
pub struct RingBuffer<const N: usize> {
    slots: [i32; N],
    written: usize,
}

impl<const N: usize> RingBuffer<N> {
    pub fn new() -> Self {
        RingBuffer { slots: [0; N], written: 0 }
    }

    pub fn write(&mut self, value: i32) {
        let slot = self.written % N;
        self.slots[slot] = value;
        self.written += 1;
    }

    pub fn newest(&self) -> Option<i32> {
        if self.written == 0 {
            None
        } else {
            Some(self.slots[(self.written - 1) % N])
        }
    }
}

pub fn last_of(values: &[i32]) -> Option<i32> {
    let mut buffer: RingBuffer<8> = RingBuffer::new();
    for value in values {
        buffer.write(*value);
    }
    buffer.newest()
}
