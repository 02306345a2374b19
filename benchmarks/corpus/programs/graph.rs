use std::collections::{HashMap, HashSet, VecDeque};

/// A directed graph of numbered nodes.
#[derive(Default)]
pub struct Graph {
    edges: HashMap<u32, Vec<u32>>,
}

impl Graph {
    pub fn connect(&mut self, from: u32, to: u32) {
        self.edges.entry(from).or_default().push(to);
        self.edges.entry(to).or_default();
    }

    pub fn reachable(&self, start: u32) -> HashSet<u32> {
        let mut visited = HashSet::new();
        let mut frontier = VecDeque::from([start]);
        while let Some(node) = frontier.pop_front() {
            if !visited.insert(node) {
                continue;
            }
            if let Some(neighbours) = self.edges.get(&node) {
                for neighbour in neighbours {
                    frontier.push_back(*neighbour);
                }
            }
        }
        visited
    }
}
