use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Remembers the results of an expensive function.
#[derive(Clone)]
pub struct Cache {
    entries: Rc<RefCell<HashMap<u64, u64>>>,
}

impl Cache {
    pub fn empty() -> Self {
        Cache { entries: Rc::new(RefCell::new(HashMap::new())) }
    }

    pub fn lookup(&self, key: u64, compute: impl Fn(u64) -> u64) -> u64 {
        if let Some(known) = self.entries.borrow().get(&key) {
            return *known;
        }
        let fresh = compute(key);
        self.entries.borrow_mut().insert(key, fresh);
        fresh
    }

    pub fn size(&self) -> usize {
        self.entries.borrow().len()
    }
}
