#[derive(Debug)]
struct Node {
    value: i32,
    tail: Option<Box<Node>>,
}

#[derive(Debug)]
struct List {
    head: Option<Box<Node>>,
    size: usize,
}

impl List {
    fn new() -> Self {
        List { head: None, size: 0 }
    }

    fn prepend(&mut self, value: i32) {
        let old_head = self.head.take();
        self.head = Some(Box::new(Node { value, tail: old_head }));
        self.size += 1;
    }

    fn remove_front(&mut self) -> Option<i32> {
        self.head.take().map(|node| {
            self.head = node.tail;
            self.size -= 1;
            node.value
        })
    }

    fn total(&self) -> i32 {
        let mut sum = 0;
        let mut cursor = &self.head;
        while let Some(node) = cursor {
            sum += node.value;
            cursor = &node.tail;
        }
        sum
    }
}
