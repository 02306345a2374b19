use std::collections::VecDeque;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: u32,
    pub title: String,
}

#[derive(Default)]
pub struct JobQueue {
    waiting: VecDeque<Job>,
    finished: Vec<u32>,
}

impl JobQueue {
    pub fn submit(&mut self, id: u32, title: &str) {
        let job = Job { id, title: title.to_owned() };
        self.waiting.push_back(job);
    }

    pub fn work(&mut self) -> Option<Job> {
        let job = self.waiting.pop_front()?;
        self.finished.push(job.id);
        Some(job)
    }

    pub fn pending(&self) -> usize {
        self.waiting.len()
    }

    pub fn is_finished(&self, id: u32) -> bool {
        self.finished.contains(&id)
    }
}
