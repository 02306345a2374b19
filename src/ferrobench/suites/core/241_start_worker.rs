//! category: concurrency
//! tags: channels, move closures, thread handles
//! level: intermediate

// >>> prompt
use std::sync::mpsc::{Receiver, Sender};
use std::thread::JoinHandle;

/// Starts a thread that takes one job after another, does `work` on it, and sends each result on
/// before it takes the next job. It returns at once.
///
/// The thread ends in one of two cases:
/// - All senders of `jobs` are gone and no job is left.
/// - A result cannot be sent, since the receiver of `results` is gone. No further job is taken
///   then.
///
/// The thread's own value, which `join` gives, is the number of results that could be sent. When it
/// has ended, `jobs` and `results` are closed on its side.
fn start_worker<J, R>(
    jobs: Receiver<J>,
    results: Sender<R>,
    mut work: impl FnMut(J) -> R + Send + 'static,
) -> JoinHandle<usize>
where
    J: Send + 'static,
    R: Send + 'static,
{
    // <<< prompt
    std::thread::spawn(move || {
        let mut sent = 0;
        for job in jobs {
            if results.send(work(job)).is_err() {
                break;
            }
            sent += 1;
        }
        sent
    })
}

// >>> probes
type ProbeJobs = (
    ::std::sync::mpsc::Sender<String>,
    ::std::sync::mpsc::Receiver<String>,
    ::std::thread::JoinHandle<usize>,
);

/// A worker that puts the number of the job before its text.
fn probe_numbering_worker() -> ProbeJobs {
    let (job_sender, jobs) = ::std::sync::mpsc::channel::<String>();
    let (results, result_receiver) = ::std::sync::mpsc::channel();
    let mut number = 0;
    let handle = start_worker(jobs, results, move |job| {
        number += 1;
        ::std::format!("{number}{job}")
    });
    (job_sender, result_receiver, handle)
}

const PROBE_PATIENCE: ::std::time::Duration = ::std::time::Duration::from_secs(3);

/// What arrives when all the jobs are there before anyone listens, and the thread's value.
fn probe_all(jobs: Vec<String>) -> (Vec<String>, usize) {
    let (sender, receiver, handle) = probe_numbering_worker();
    for job in jobs {
        sender.send(job).unwrap();
    }
    ::std::mem::drop(sender);
    let mut arrived = ::std::vec::Vec::new();
    while let ::std::result::Result::Ok(result) = receiver.recv_timeout(PROBE_PATIENCE) {
        arrived.push(result);
    }
    (arrived, handle.join().unwrap())
}

/// Sends a job only after the result of the one before has arrived.
fn probe_one_at_a_time(jobs: Vec<String>) -> Vec<Option<String>> {
    let (sender, receiver, _) = probe_numbering_worker();
    jobs.into_iter()
        .map(|job| {
            sender.send(job).ok()?;
            receiver.recv_timeout(PROBE_PATIENCE).ok()
        })
        .collect()
}

/// Takes `taken` results one at a time, stops listening and sends another two jobs.
///
/// Says what the thread's value was, how many jobs were worked on, and whether a further job could
/// be sent then.
fn probe_nobody_listens(taken: usize) -> (usize, usize, bool) {
    let (sender, jobs) = ::std::sync::mpsc::channel::<usize>();
    let (results, receiver) = ::std::sync::mpsc::channel();
    let worked = ::std::sync::Arc::new(::std::sync::atomic::AtomicUsize::new(0));
    let counted = ::std::sync::Arc::clone(&worked);
    for job in 0..taken {
        sender.send(job).unwrap();
    }
    let (go, wait) = ::std::sync::mpsc::channel::<()>();
    let handle = start_worker(jobs, results, move |job| {
        counted.fetch_add(1, ::std::sync::atomic::Ordering::SeqCst);
        if job == usize::MAX {
            wait.recv().unwrap();
        }
        job
    });
    for _ in 0..taken {
        receiver.recv_timeout(PROBE_PATIENCE).unwrap();
    }
    sender.send(usize::MAX).unwrap();
    sender.send(0).unwrap();
    ::std::mem::drop(receiver);
    go.send(()).unwrap();
    let (ended, end) = ::std::sync::mpsc::channel();
    ::std::thread::spawn(move || ended.send(handle.join()));
    let in_time = end.recv_timeout(PROBE_PATIENCE);
    let open = sender.send(1).is_ok();
    ::std::mem::drop(sender);
    let sent = in_time.or_else(|_| end.recv_timeout(PROBE_PATIENCE));
    let sent = sent.unwrap().unwrap();
    (
        sent,
        worked.load(::std::sync::atomic::Ordering::SeqCst),
        open,
    )
}

/// Whether the worker waits for its first job: until then its results stay open, and empty.
fn probe_waits() -> bool {
    let (_sender, receiver, _) = probe_numbering_worker();
    let answer = receiver.recv_timeout(::std::time::Duration::from_millis(150));
    answer == ::std::result::Result::Err(::std::sync::mpsc::RecvTimeoutError::Timeout)
}

/// Whether the receiver finds its channel closed when the jobs are over, with the handle not yet
/// joined.
fn probe_closes() -> bool {
    let (sender, receiver, handle) = probe_numbering_worker();
    ::std::mem::drop(sender);
    let answer = receiver.recv_timeout(PROBE_PATIENCE);
    ::std::mem::drop(handle);
    answer == ::std::result::Result::Err(::std::sync::mpsc::RecvTimeoutError::Disconnected)
}

/// Whether `work` is done on a thread other than the one that starts the worker.
fn probe_elsewhere() -> bool {
    let (sender, jobs) = ::std::sync::mpsc::channel();
    let (results, receiver) = ::std::sync::mpsc::channel();
    sender.send(()).unwrap();
    ::std::mem::drop(sender);
    start_worker(jobs, results, |()| ::std::thread::current().id());
    receiver.recv_timeout(PROBE_PATIENCE).unwrap() != ::std::thread::current().id()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| word.to_string()).collect()
    }

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        assert_eq!(
            probe_all(texts(&["a", "ß", "", "a"])),
            (texts(&["1a", "2ß", "3", "4a"]), 4)
        );
    }

    #[test]
    fn no_job_no_result() {
        assert_eq!(probe_all(vec![]), (vec![], 0));
    }

    #[test]
    fn a_result_does_not_wait_for_the_next_job() {
        assert_eq!(
            probe_one_at_a_time(texts(&["x", "y"])),
            [Some("1x".to_string()), Some("2y".to_string())]
        );
    }

    #[test]
    fn waits_for_a_job() {
        assert!(probe_waits());
    }

    #[test]
    fn ends_when_nobody_listens() {
        assert_eq!(probe_nobody_listens(0), (0, 1, false));
        assert_eq!(probe_nobody_listens(3), (3, 4, false));
    }

    #[test]
    fn its_end_closes_the_results() {
        assert!(probe_closes());
    }

    #[test]
    fn works_on_a_thread_of_its_own() {
        assert!(probe_elsewhere());
    }
}
