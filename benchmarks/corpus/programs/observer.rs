use std::collections::BTreeMap;

type Handler = Box<dyn Fn(&str) -> usize>;

/// Calls every handler that listens to a topic.
#[derive(Default)]
pub struct Bus {
    handlers: BTreeMap<String, Vec<Handler>>,
}

impl Bus {
    pub fn listen(&mut self, topic: &str, handler: Handler) {
        self.handlers.entry(topic.to_string()).or_default().push(handler);
    }

    pub fn publish(&self, topic: &str, payload: &str) -> usize {
        match self.handlers.get(topic) {
            Some(listeners) => listeners.iter().map(|listener| listener(payload)).sum(),
            None => 0,
        }
    }
}
