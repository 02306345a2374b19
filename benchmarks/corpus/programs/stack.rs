/// A last-in, first-out stack.
#[derive(Debug, Default)]
pub struct Stack<T> {
    elements: Vec<T>,
}

impl<T: Clone> Stack<T> {
    pub fn new() -> Self {
        Stack { elements: Vec::new() }
    }

    pub fn push(&mut self, element: T) {
        self.elements.push(element);
    }

    pub fn pop(&mut self) -> Option<T> {
        self.elements.pop()
    }

    pub fn peek(&self) -> Option<&T> {
        self.elements.last()
    }

    pub fn to_list(&self) -> Vec<T> {
        self.elements.clone()
    }

    pub fn depth(&self) -> usize {
        self.elements.len()
    }
}
