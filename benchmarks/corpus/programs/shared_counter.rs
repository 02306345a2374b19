use std::sync::{Arc, Mutex};
use std::thread;

/// Count up from several threads.
fn count_in_threads(threads: usize, rounds: u32) -> u32 {
    let counter = Arc::new(Mutex::new(0u32));
    let mut handles = Vec::new();
    for _ in 0..threads {
        let shared = Arc::clone(&counter);
        handles.push(thread::spawn(move || {
            for _ in 0..rounds {
                let mut guard = shared.lock().unwrap();
                *guard += 1;
            }
        }));
    }
    for handle in handles {
        handle.join().unwrap();
    }
    let total = *counter.lock().unwrap();
    total
}
