//! What hidden tests and the program they test say to each other, and the two loops that say it.
//!
//! The tests run in one process, the sample in another. A test calls a stand-in that has the name and the type of the
//! sample's function: it sends the arguments, waits, and gives back what comes. The sample's process is nobody's friend,
//! so whatever comes from it is read strictly: lengths are checked before anything is allocated, nothing may be left over.
//!
//! A message is its length (four bytes, little-endian), then its content. A request begins with the number of the
//! function (two bytes), a reply with one byte: 0 and the result, 1 and the words of a panic, 2 for a request that was not
//! understood. Every value takes at least one byte, so that a count can never exceed the bytes that are left.

use std::any::Any;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::fs::File;
use std::hash::{BuildHasher, Hash};
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// No message may be longer, in bytes.
const LONGEST_MESSAGE: usize = 16 << 20;
/// Words of a panic are cut here.
const LONGEST_WORDS: usize = 2000;

/// What came cannot be read as the type that was expected.
#[derive(Debug)]
pub struct Bad;

/// A value that can be sent.
pub trait Put {
    fn put(&self, out: &mut Vec<u8>);
}

/// A value that can be received.
pub trait Get: Sized {
    fn get(input: &mut &[u8]) -> Result<Self, Bad>;
}

fn take<'a>(input: &mut &'a [u8], count: usize) -> Result<&'a [u8], Bad> {
    if count > input.len() {
        return Err(Bad);
    }
    let (taken, rest) = input.split_at(count);
    *input = rest;
    Ok(taken)
}

fn put_count(count: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&(count as u32).to_le_bytes());
}

/// How many elements follow: never more than there are bytes.
fn get_count(input: &mut &[u8]) -> Result<usize, Bad> {
    let count = u32::get(input)? as usize;
    if count > input.len() {
        Err(Bad)
    } else {
        Ok(count)
    }
}

fn get_all<T: Get, C: FromIterator<T>>(input: &mut &[u8]) -> Result<C, Bad> {
    let count = get_count(input)?;
    (0..count).map(|_| T::get(input)).collect()
}

macro_rules! numbers {
    ($($number:ty),*) => { $(
        impl Put for $number {
            fn put(&self, out: &mut Vec<u8>) { out.extend_from_slice(&self.to_le_bytes()); }
        }
        impl Get for $number {
            fn get(input: &mut &[u8]) -> Result<Self, Bad> {
                let bytes = take(input, std::mem::size_of::<$number>())?;
                Ok(<$number>::from_le_bytes(bytes.try_into().map_err(|_| Bad)?))
            }
        }
    )* };
}
numbers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64);

impl Put for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self as u8);
    }
}
impl Get for bool {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        match u8::get(input)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Bad),
        }
    }
}

impl Put for char {
    fn put(&self, out: &mut Vec<u8>) {
        (*self as u32).put(out);
    }
}
impl Get for char {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        char::from_u32(u32::get(input)?).ok_or(Bad)
    }
}

impl Put for str {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }
}
impl Put for String {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_str().put(out);
    }
}
impl Get for String {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        let count = get_count(input)?;
        let bytes = take(input, count)?;
        Ok(std::str::from_utf8(bytes).map_err(|_| Bad)?.to_owned())
    }
}
impl Get for Box<str> {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        Ok(String::get(input)?.into_boxed_str())
    }
}

impl<T: Put> Put for [T] {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        self.iter().for_each(|value| value.put(out));
    }
}
impl<T: Put, const N: usize> Put for [T; N] {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_slice().put(out);
    }
}
impl<T: Get, const N: usize> Get for [T; N] {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        Vec::<T>::get(input)?.try_into().map_err(|_| Bad)
    }
}
impl<T: Get> Get for Box<[T]> {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        Ok(Vec::<T>::get(input)?.into_boxed_slice())
    }
}

/// Sequences, and collections whose order is their own.
macro_rules! sequences {
    ($($name:ident [$($bound:ident),*]),*) => { $(
        impl<T: Put> Put for $name<T> {
            fn put(&self, out: &mut Vec<u8>) {
                put_count(self.len(), out);
                self.iter().for_each(|value| value.put(out));
            }
        }
        impl<T: Get $(+ $bound)*> Get for $name<T> {
            fn get(input: &mut &[u8]) -> Result<Self, Bad> { get_all(input) }
        }
    )* };
}
sequences!(Vec[], VecDeque[], LinkedList[], BTreeSet[Ord], BinaryHeap[Ord]);

/// Sends *parts* in the order of their bytes, so that what is equal looks equal.
fn put_sorted<P: Put>(parts: impl Iterator<Item = P>, out: &mut Vec<u8>) {
    let mut encoded: Vec<Vec<u8>> = parts
        .map(|part| {
            let mut bytes = Vec::new();
            part.put(&mut bytes);
            bytes
        })
        .collect();
    encoded.sort();
    put_count(encoded.len(), out);
    encoded
        .iter()
        .for_each(|bytes| out.extend_from_slice(bytes));
}

impl<T: Put, S> Put for HashSet<T, S> {
    fn put(&self, out: &mut Vec<u8>) {
        put_sorted(self.iter(), out);
    }
}
impl<T: Get + Eq + Hash, S: BuildHasher + Default> Get for HashSet<T, S> {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        get_all(input)
    }
}
impl<K: Put, V: Put, S> Put for HashMap<K, V, S> {
    fn put(&self, out: &mut Vec<u8>) {
        put_sorted(self.iter(), out);
    }
}
impl<K: Get + Eq + Hash, V: Get, S: BuildHasher + Default> Get for HashMap<K, V, S> {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        get_all::<(K, V), Self>(input)
    }
}
impl<K: Put, V: Put> Put for BTreeMap<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        self.iter().for_each(|entry| entry.put(out));
    }
}
impl<K: Get + Ord, V: Get> Get for BTreeMap<K, V> {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        get_all::<(K, V), Self>(input)
    }
}

impl<T: Put> Put for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        self.iter().for_each(|value| value.put(out));
    }
}
impl<T: Get> Get for Option<T> {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        Ok(if bool::get(input)? {
            Some(T::get(input)?)
        } else {
            None
        })
    }
}
impl<T: Put, E: Put> Put for Result<T, E> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_ok().put(out);
        match self {
            Ok(value) => value.put(out),
            Err(error) => error.put(out),
        }
    }
}
impl<T: Get, E: Get> Get for Result<T, E> {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        Ok(if bool::get(input)? {
            Ok(T::get(input)?)
        } else {
            Err(E::get(input)?)
        })
    }
}

impl Put for std::cmp::Ordering {
    fn put(&self, out: &mut Vec<u8>) {
        (*self as i8).put(out);
    }
}
impl Get for std::cmp::Ordering {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        match i8::get(input)? {
            -1 => Ok(std::cmp::Ordering::Less),
            0 => Ok(std::cmp::Ordering::Equal),
            1 => Ok(std::cmp::Ordering::Greater),
            _ => Err(Bad),
        }
    }
}
impl Put for Duration {
    fn put(&self, out: &mut Vec<u8>) {
        (self.as_secs(), self.subsec_nanos()).put(out);
    }
}
impl Get for Duration {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        match <(u64, u32)>::get(input)? {
            (seconds, nanos) if nanos < 1_000_000_000 => Ok(Duration::new(seconds, nanos)),
            _ => Err(Bad),
        }
    }
}

impl Put for () {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(0);
    }
}
impl Get for () {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        if u8::get(input)? == 0 {
            Ok(())
        } else {
            Err(Bad)
        }
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: Put),+> Put for ($($name,)+) {
            #[allow(non_snake_case)]
            fn put(&self, out: &mut Vec<u8>) { let ($($name,)+) = self; $($name.put(out);)+ }
        }
        impl<$($name: Get),+> Get for ($($name,)+) {
            fn get(input: &mut &[u8]) -> Result<Self, Bad> { Ok(($($name::get(input)?,)+)) }
        }
    };
}
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);

/// Whatever points to one value is sent as that value.
macro_rules! pointers {
    ($($pointer:ty),*) => { $(
        impl<T: Put + ?Sized> Put for $pointer {
            fn put(&self, out: &mut Vec<u8>) { (**self).put(out); }
        }
    )* };
}
pointers!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

macro_rules! owners {
    ($($owner:ident),*) => { $(
        impl<T: Get> Get for $owner<T> {
            fn get(input: &mut &[u8]) -> Result<Self, Bad> { Ok($owner::new(T::get(input)?)) }
        }
    )* };
}
owners!(Box, Rc, Arc);

impl<T: Put + ToOwned + ?Sized> Put for Cow<'_, T> {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }
}
impl Get for Cow<'static, str> {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        Ok(Cow::Owned(String::get(input)?))
    }
}

// What borrows has to borrow from something: these live to the end of the process.
impl Get for &'static str {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        Ok(Box::leak(Box::<str>::get(input)?))
    }
}
impl<T: Get> Get for &'static [T] {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        Ok(Box::leak(Box::<[T]>::get(input)?))
    }
}
impl<T: Get> Get for &'static T {
    fn get(input: &mut &[u8]) -> Result<Self, Bad> {
        Ok(Box::leak(Box::new(T::get(input)?)))
    }
}

fn read_message(from: &mut File) -> Option<Vec<u8>> {
    let mut size = [0; 4];
    from.read_exact(&mut size).ok()?;
    let size = u32::from_le_bytes(size) as usize;
    if size > LONGEST_MESSAGE {
        return None;
    }
    // Grows with what really comes: a length alone allocates nothing.
    let mut message = Vec::new();
    from.take(size as u64).read_to_end(&mut message).ok()?;
    if message.len() == size {
        Some(message)
    } else {
        None
    }
}

fn write_message(to: &mut File, content: &[u8]) -> Option<()> {
    if content.len() > LONGEST_MESSAGE {
        return None;
    }
    let mut message = Vec::with_capacity(content.len() + 4);
    message.extend_from_slice(&(content.len() as u32).to_le_bytes());
    message.extend_from_slice(content);
    to.write_all(&message).ok()
}

fn words_of(payload: &(dyn Any + Send)) -> String {
    let words = match (
        payload.downcast_ref::<String>(),
        payload.downcast_ref::<&str>(),
    ) {
        (Some(words), _) => words.as_str(),
        (_, Some(words)) => words,
        _ => "",
    };
    words.chars().take(LONGEST_WORDS).collect()
}

// ---- the sample's side ----

/// Reads the arguments of a function from a request, calls it, and writes its result.
pub type Call = fn(u16, &mut &[u8], &mut Vec<u8>) -> Result<(), Bad>;

/// Where the sample's process finds its requests and leaves its replies.
const REQUESTS: i32 = 3;
const REPLIES: i32 = 4;

/// What a thread's stack has by the limits of a process, in bytes.
const STACK: usize = 8 << 20;

/// Answer requests until there are no more.
pub fn serve(call: Call) -> ! {
    // In a thread of its own: the main thread's end of stack is looked up in /proc, which is not there, and an overflow would
    // look like any other crash.
    let serving = std::thread::Builder::new()
        .name("main".to_owned())
        .stack_size(STACK)
        .spawn(move || answer(call));
    match serving {
        Ok(thread) => drop(thread.join()),
        Err(_) => answer(call),
    }
    std::process::exit(0)
}

fn answer(call: Call) {
    // Whoever is here owns both: the launcher put them there.
    let (mut requests, mut replies) =
        unsafe { (File::from_raw_fd(REQUESTS), File::from_raw_fd(REPLIES)) };
    while let Some(request) = read_message(&mut requests) {
        let mut reply = vec![0];
        let called = catch_unwind(AssertUnwindSafe(|| {
            let mut input = request.as_slice();
            let function = u16::get(&mut input)?;
            call(function, &mut input, &mut reply)
        }));
        match called {
            Ok(Ok(())) => {}
            Ok(Err(Bad)) => reply = vec![2],
            Err(payload) => {
                reply = vec![1];
                words_of(&*payload).put(&mut reply);
                std::mem::forget(payload); // what a sample throws may throw again when it is dropped
            }
        }
        if write_message(&mut replies, &reply).is_none() {
            break;
        }
    }
}

/// All arguments have been read, and nothing else came.
pub fn finish(input: &[u8]) -> Result<(), Bad> {
    if input.is_empty() {
        Ok(())
    } else {
        Err(Bad)
    }
}

// ---- the tests' side ----

/// What became of the calls of the test that is running; the worst of it counts. Only a panic is forgotten before the next
/// assertion: a program that left has not panicked, even if a test catches what its stand-in throws.
const FINE: u8 = 0;
const PANICKED: u8 = 1;
const GONE: u8 = 2;
const NONSENSE: u8 = 3;
const NOT_UNDERSTOOD: u8 = 4;
static CALLS: AtomicU8 = AtomicU8::new(FINE);
static CONNECTION: Mutex<Option<(File, File)>> = Mutex::new(None);
static WORDS: Mutex<String> = Mutex::new(String::new());

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// What a stand-in throws when there is no answer: no test goes on after that.
struct NoAnswer;

fn give_up(why: u8) -> ! {
    CALLS.fetch_max(why, SeqCst);
    resume_unwind(Box::new(NoAnswer))
}

/// Call the sample's function of this number. Panics where the sample does.
pub fn call<R>(
    function: u16,
    arguments: &[u8],
    get: impl FnOnce(&mut &[u8]) -> Result<R, Bad>,
) -> R {
    let mut request = Vec::new();
    function.put(&mut request);
    request.extend_from_slice(arguments);
    let reply = {
        let mut connection = open(&CONNECTION);
        if CALLS.load(SeqCst) >= GONE {
            give_up(GONE);
        }
        let Some((requests, replies)) = connection.as_mut() else {
            give_up(GONE)
        };
        let answered = write_message(requests, &request).and_then(|()| read_message(replies));
        match answered {
            Some(reply) => reply,
            None => give_up(GONE),
        }
    };
    match reply.split_first() {
        Some((0, mut rest)) => match get(&mut rest) {
            Ok(value) if rest.is_empty() => value,
            _ => give_up(NONSENSE),
        },
        Some((1, mut rest)) => match String::get(&mut rest) {
            Ok(words) if rest.is_empty() => {
                CALLS.fetch_max(PANICKED, SeqCst);
                *open(&WORDS) = words.clone();
                resume_unwind(Box::new(words))
            }
            _ => give_up(NONSENSE),
        },
        Some((2, [])) => give_up(NOT_UNDERSTOOD),
        _ => give_up(NONSENSE),
    }
}

/// Write back what a function did to a slice that it borrowed.
pub fn overwrite<T: Get>(slice: &mut [T], input: &mut &[u8]) -> Result<(), Bad> {
    let values = Vec::<T>::get(input)?;
    if values.len() != slice.len() {
        return Err(Bad);
    }
    slice
        .iter_mut()
        .zip(values)
        .for_each(|(place, value)| *place = value);
    Ok(())
}

/// What a test may return.
pub trait Verdict {
    fn complaint(self) -> Option<String>;
}
impl Verdict for () {
    fn complaint(self) -> Option<String> {
        None
    }
}
impl<T, E: std::fmt::Debug> Verdict for Result<T, E> {
    fn complaint(self) -> Option<String> {
        self.err()
            .map(|error| format!("the test returned an error: {error:?}"))
    }
}

/// One test.
pub struct Case {
    pub run: fn() -> Option<String>,
    /// Whether it must panic; then with these words in its message.
    pub must_panic: Option<&'static str>,
    /// How many assertions of it count for themselves, through `check`. With 0, it counts as a whole.
    pub checks: usize,
}

/// The assertions that are counted: the next one, and from which one on they are made.
static NEXT_CHECK: AtomicUsize = AtomicUsize::new(0);
static FIRST_CHECK: AtomicUsize = AtomicUsize::new(0);
static END_REPORTED: AtomicBool = AtomicBool::new(false);
static REPORTS: Mutex<Option<File>> = Mutex::new(None);

/// Make one assertion, and go on if it fails.
pub fn check(assertion: impl FnOnce()) {
    let number = NEXT_CHECK.fetch_add(1, SeqCst);
    if number < FIRST_CHECK.load(SeqCst) {
        return;
    }
    let made = || {
        assertion();
        None
    };
    let (kind, words) = judge(None, AssertUnwindSafe(made));
    report(kind, number, &words);
    if is_end(kind) {
        END_REPORTED.store(true, SeqCst);
        resume_unwind(Box::new(NoAnswer))
    }
}

/// What is reported of a test or a counted assertion: a byte of these, its number, and words.
mod outcome {
    pub const HELD: u8 = 0;
    pub const ASSERTION: u8 = 1;
    pub const PANIC: u8 = 2;
    pub const GONE: u8 = 3;
    pub const NONSENSE: u8 = 4;
    pub const NOT_UNDERSTOOD: u8 = 5;
    pub const DONE: u8 = 255;
}

/// Where a process that tests finds the socket on which jobs come.
const JOBS: i32 = 3;
/// CPU seconds that the tests of one sample may use themselves.
const TEST_CPU_SECONDS: u64 = 20;

mod system {
    #[repr(C)]
    pub struct IoVector {
        pub base: *mut u8,
        pub length: usize,
    }
    #[repr(C)]
    pub struct MessageHeader {
        pub name: *mut u8,
        pub name_length: u32,
        pub vectors: *mut IoVector,
        pub vector_count: usize,
        pub control: *mut u8,
        pub control_length: usize,
        pub flags: i32,
    }
    #[repr(C)]
    pub struct ResourceLimit {
        pub soft: u64,
        pub hard: u64,
    }
    extern "C" {
        pub fn recvmsg(socket: i32, message: *mut MessageHeader, flags: i32) -> isize;
        pub fn fork() -> i32;
        pub fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
        pub fn close(descriptor: i32) -> i32;
        pub fn setrlimit(resource: i32, limit: *const ResourceLimit) -> i32;
        pub fn _exit(status: i32) -> !;
    }
}

/// A job: which prompt, from which of its tests on, and three descriptors: requests, replies, reports.
struct Job {
    prompt: usize,
    from: usize,
    descriptors: [i32; 3],
}

/// Wait for a job; None when there are no more.
fn receive_job() -> Option<Job> {
    let mut content = [0u8; 8];
    // struct cmsghdr: length (8 bytes), level and type (4 each), then three descriptors, padded to 8.
    let mut control = [0u64; 4];
    let mut vector = system::IoVector {
        base: content.as_mut_ptr(),
        length: content.len(),
    };
    let mut message = system::MessageHeader {
        name: std::ptr::null_mut(),
        name_length: 0,
        vectors: &mut vector,
        vector_count: 1,
        control: control.as_mut_ptr().cast(),
        control_length: std::mem::size_of_val(&control),
        flags: 0,
    };
    let size = unsafe { system::recvmsg(JOBS, &mut message, 0) };
    if size != 8 || message.control_length < 28 {
        return None;
    }
    let number = |at: usize| {
        u32::from_le_bytes([
            content[at],
            content[at + 1],
            content[at + 2],
            content[at + 3],
        ])
    };
    let descriptors = unsafe { *control.as_ptr().add(2).cast::<[i32; 3]>() };
    Some(Job {
        prompt: number(0) as usize,
        from: number(4) as usize,
        descriptors,
    })
}

fn report(kind: u8, unit: usize, words: &str) {
    let mut content = vec![kind];
    (unit as u32).put(&mut content);
    words
        .chars()
        .take(LONGEST_WORDS)
        .collect::<String>()
        .put(&mut content);
    if let Some(reports) = open(&REPORTS).as_mut() {
        let _ = write_message(reports, &content);
    }
}

/// Whether no test can follow in this process.
fn is_end(kind: u8) -> bool {
    (outcome::GONE..=outcome::NOT_UNDERSTOOD).contains(&kind)
}

/// Run a test, or one assertion of it, and say what became of it.
fn judge(
    must_panic: Option<&str>,
    run: impl FnOnce() -> Option<String> + UnwindSafe,
) -> (u8, String) {
    let _ = CALLS.compare_exchange(PANICKED, FINE, SeqCst, SeqCst);
    open(&WORDS).clear();
    let ended = catch_unwind(run);
    match CALLS.load(SeqCst) {
        GONE => return (outcome::GONE, String::new()),
        NONSENSE => return (outcome::NONSENSE, String::new()),
        NOT_UNDERSTOOD => return (outcome::NOT_UNDERSTOOD, String::new()),
        _ => {}
    }
    let held = (outcome::HELD, String::new());
    match (ended, must_panic) {
        (Ok(None), None) => held,
        (Ok(Some(complaint)), _) => (outcome::ASSERTION, complaint),
        (Ok(None), Some(_)) => (
            outcome::ASSERTION,
            "the test did not panic as it should".to_owned(),
        ),
        (Err(payload), must_panic) => {
            let of_sample = payload.is::<String>() && CALLS.load(SeqCst) == PANICKED;
            let in_sample = open(&PLACE).ends_with(SAMPLE_FILE);
            let words = words_of(&*payload);
            match must_panic {
                Some(expected) if words.contains(expected) => held,
                _ if of_sample && *open(&WORDS) == words || in_sample => (outcome::PANIC, words),
                _ => (outcome::ASSERTION, words),
            }
        }
    }
}

/// Run the tests from one unit on, and report each. Tells whether they came to their end, and how many units there are.
fn run_cases(cases: &[Case], from: usize) -> (bool, usize) {
    let mut unit = 0;
    for case in cases {
        let next = unit + case.checks.max(1);
        if next > from {
            NEXT_CHECK.store(unit, SeqCst);
            FIRST_CHECK.store(from, SeqCst);
            let (kind, words) = judge(case.must_panic, AssertUnwindSafe(case.run));
            let open_check = NEXT_CHECK.load(SeqCst).min(next - 1);
            if case.checks == 0 {
                report(kind, unit, &words);
            } else if is_end(kind) {
                if !END_REPORTED.load(SeqCst) {
                    report(kind, open_check, &words);
                }
            } else if kind != outcome::HELD {
                // Something beside the counted assertions failed, so those behind it were not made.
                (open_check..next).for_each(|number| report(kind, number, &words));
            }
            if is_end(kind) {
                return (false, next);
            }
        }
        unit = next;
    }
    (true, unit)
}

/// Run the tests of one job in this process, which does nothing else in its life.
fn run_job(cases: &[Case], job: &Job) {
    let limit = system::ResourceLimit {
        soft: TEST_CPU_SECONDS,
        hard: TEST_CPU_SECONDS + 1,
    };
    unsafe { system::setrlimit(0, &limit) };
    std::panic::set_hook(Box::new(|_| {}));
    let [requests, replies, reports] = job
        .descriptors
        .map(|descriptor| unsafe { File::from_raw_fd(descriptor) });
    *open(&CONNECTION) = Some((requests, replies));
    *open(&REPORTS) = Some(reports);
    if let (true, units) = run_cases(cases, job.from) {
        report(outcome::DONE, units, "");
    }
}

/// Where the last panic was, as far as the sample lets us know.
static PLACE: Mutex<String> = Mutex::new(String::new());
/// What the sample's file is called where it shares a process with its tests.
const SAMPLE_FILE: &str = "sample.rs";

/// Whether this process can become no other program from here on. What a sample learns from a panic that it watches, it could
/// otherwise hand to a new run of itself. What started this process has closed all other ways already.
fn stay() -> bool {
    #[repr(C)]
    struct Instruction(u16, u8, u8, u32);
    #[repr(C)]
    struct Filter {
        length: u16,
        program: *const Instruction,
    }
    extern "C" {
        fn prctl(option: i32, argument: u64, second: u64, third: u64, fourth: u64) -> i32;
    }
    let execve = match std::env::consts::ARCH {
        "x86_64" => 59,
        "aarch64" => 221,
        _ => return true,
    };
    // The call's number; unless it is that one, the last line; EPERM; allowed.
    let program = [
        Instruction(0x20, 0, 0, 0),
        Instruction(0x15, 0, 1, execve),
        Instruction(0x06, 0, 0, 0x0005_0001),
        Instruction(0x06, 0, 0, 0x7fff_0000),
    ];
    let filter = Filter {
        length: program.len() as u16,
        program: program.as_ptr(),
    };
    const NO_NEW_PRIVILEGES: i32 = 38;
    const SECCOMP: i32 = 22;
    unsafe {
        prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
            && prctl(SECCOMP, 2, &filter as *const Filter as u64, 0, 0) == 0
    }
}

/// Run tests in the sample's own process. What proves that they came to their end is a word that is read only then.
pub fn test_guarded(cases: &'static [Case]) -> ! {
    let (mut proof, reports) = unsafe { (File::from_raw_fd(REQUESTS), File::from_raw_fd(REPLIES)) };
    *open(&REPORTS) = Some(reports);
    if !stay() {
        std::process::exit(1)
    }
    let from = std::env::args()
        .nth(1)
        .and_then(|word| word.parse().ok())
        .unwrap_or(0);
    std::panic::set_hook(Box::new(|panic| {
        *open(&PLACE) = panic
            .location()
            .map_or(String::new(), |place| place.file().to_owned());
    }));
    // In a thread of its own, as in `serve`.
    let testing = std::thread::Builder::new()
        .name("main".to_owned())
        .stack_size(STACK)
        .spawn(move || run_cases(cases, from));
    let Some((true, units)) = testing.ok().and_then(|thread| thread.join().ok()) else {
        std::process::exit(1)
    };
    let mut word = String::new();
    if proof.read_to_string(&mut word).is_ok() {
        report(outcome::DONE, units, &word);
    }
    std::process::exit(0)
}

/// Test samples, a process for each, until there are no more. Reports how each of these processes ended.
pub fn test(prompts: &[&[Case]]) -> ! {
    let mut socket = unsafe { File::from_raw_fd(JOBS) };
    while let Some(job) = receive_job() {
        let child = unsafe { system::fork() };
        if child == 0 {
            if let Some(cases) = prompts.get(job.prompt) {
                run_job(cases, &job);
            }
            unsafe { system::_exit(0) };
        }
        let mut status = -1;
        unsafe {
            job.descriptors.iter().for_each(|descriptor| {
                system::close(*descriptor);
            });
            if child > 0 {
                system::waitpid(child, &mut status, 0);
            }
        }
        if socket.write_all(&status.to_le_bytes()).is_err() {
            break;
        }
    }
    std::process::exit(0)
}
