/// A list whose entries are numbers or lists again.
#[derive(Debug, Clone)]
pub enum Nested {
    Leaf(i32),
    Many(Vec<Nested>),
}

pub fn flatten(nested: &Nested) -> Vec<i32> {
    match nested {
        Nested::Leaf(value) => vec![*value],
        Nested::Many(children) => children.iter().flat_map(flatten).collect(),
    }
}

pub fn deepest(nested: &Nested, level: usize) -> usize {
    match nested {
        Nested::Leaf(_) => level,
        Nested::Many(children) => {
            let mut lowest = level;
            for child in children {
                lowest = lowest.max(deepest(child, level + 1));
            }
            lowest
        }
    }
}
