//! Preloaded into rustc, this library turns it into a fork server.
//!
//! rustc sets itself up (arguments, target, code generator), and then opens the crate root. Here it stops, and for each
//! request that it reads from standard input it forks a child that goes on in a folder of its own: it opens *its* crate
//! root there, and everything after that is rustc's own work, as in a process started for this program alone.
//!
//! A request is a line `FOLDER CPU WALL STOP`: a folder beneath the working directory, the child's limits in seconds of
//! CPU time (soft, one more hard) and of wall time, and 1 if it is to stop once the program is parsed, else 0. The answer
//! is a line `STATUS CPU`: the child's wait status and the microseconds of CPU time that it used. End of file on standard
//! input ends the server.
//!
//! The child's output goes to the file `output` in its folder; the line `parsed` in it stands behind what rustc had to say
//! before it had parsed the whole crate root. rustc would spend milliseconds on taking itself apart once everything is
//! said, so a child ends as soon as it has written that it gives up (status 1), or that its library lies there or how many
//! warnings there were, which comes last (status 0). One that was to stop ends with status 5. A forked thread that returns
//! ends its process with status 0, whatever happened; so a child that ends without such a line says nothing by it.
#![no_std]
#![allow(non_camel_case_types, reason = "C's own names")]

use core::ffi::{c_char, c_int, c_long, c_uint, c_ulong, c_void, CStr};
use core::sync::atomic::{AtomicBool, Ordering};

#[repr(C)]
struct timeval {
    seconds: c_long,
    microseconds: c_long,
}

/// `struct rusage`: the two times, and fourteen counters that are of no use here.
#[repr(C)]
struct rusage {
    user: timeval,
    system: timeval,
    counters: [c_long; 14],
}

#[repr(C)]
struct rlimit {
    soft: c_ulong,
    hard: c_ulong,
}

#[link(name = "c")]
extern "C" {
    fn _exit(status: c_int) -> !;
    fn abort() -> !;
    fn alarm(seconds: c_uint) -> c_uint;
    fn chdir(path: *const c_char) -> c_int;
    fn close(descriptor: c_int) -> c_int;
    fn dup2(from: c_int, to: c_int) -> c_int;
    fn fork() -> c_int;
    fn openat(folder: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int;
    fn read(descriptor: c_int, buffer: *mut c_void, count: usize) -> isize;
    fn setrlimit(resource: c_int, limit: *const rlimit) -> c_int;
    fn unsetenv(name: *const c_char) -> c_int;
    fn wait4(pid: c_int, status: *mut c_int, options: c_int, usage: *mut rusage) -> c_int;
    fn writev(descriptor: c_int, parts: *const iovec, count: c_int) -> isize;
}

#[repr(C)]
struct iovec {
    start: *const c_void,
    length: usize,
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe { abort() }
}

const CRATE_ROOT: &[u8] = b"sample.rs";
/// Where the standard library lies. rustc loads it when it has parsed the whole program, and not before.
const LIBRARIES: &[u8] = b"/rustlib/";
const AT_FDCWD: c_int = -100;
const O_WRONLY: c_int = 0o1;
const O_CREAT: c_int = 0o100;
const O_TRUNC: c_int = 0o1000;
const RLIMIT_CPU: c_int = 0;
/// Requests are made by the harness: a number and two more.
const LONGEST_REQUEST: usize = 128;

static IS_CHILD: AtomicBool = AtomicBool::new(false);
static IS_PARSED: AtomicBool = AtomicBool::new(false);
static STOPS: AtomicBool = AtomicBool::new(false);

/// What rustc calls to open a file. Everything but the crate root's first opening is passed on.
///
/// # Safety
/// As for `open` of the C library. It takes its mode as a variable argument, which is passed like a fixed one.
#[no_mangle]
pub unsafe extern "C" fn open64(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    unsafe {
        let name = CStr::from_ptr(path).to_bytes();
        if !IS_CHILD.load(Ordering::Relaxed) {
            if name == CRATE_ROOT {
                serve();
            }
        } else if contains(name, LIBRARIES) && !IS_PARSED.swap(true, Ordering::Relaxed) {
            plain_write(2, b"parsed\n".as_ptr().cast(), 7);
            if STOPS.load(Ordering::Relaxed) {
                _exit(5);
            }
        }
        openat(AT_FDCWD, path, flags, mode)
    }
}

/// What rustc writes its diagnostics with. Passed on; a child that has said its last word ends here.
///
/// # Safety
/// As for `write` of the C library.
#[no_mangle]
pub unsafe extern "C" fn write(descriptor: c_int, buffer: *const c_void, count: usize) -> isize {
    unsafe {
        let written = plain_write(descriptor, buffer, count);
        if descriptor == 2 && written == count as isize && IS_CHILD.load(Ordering::Relaxed) {
            let text = core::slice::from_raw_parts(buffer.cast::<u8>(), count);
            // Quotes in what a sample says are escaped, so neither of these can be part of its words.
            if contains(text, br#"{"$message_type":"artifact","artifact":"out.rlib"#)
                || contains(text, br#" emitted","code":null,"level":"warning","spans":[]"#)
            {
                _exit(0);
            }
            if contains(text, br#"{"$message_type":"diagnostic","message":"aborting due to "#)
                && contains(text, br#""code":null,"level":"error","spans":[]"#)
            {
                _exit(1);
            }
        }
        written
    }
}

unsafe fn plain_write(descriptor: c_int, buffer: *const c_void, count: usize) -> isize {
    // `write` is the function above, so another of the C library's does it.
    unsafe { writev(descriptor, &iovec { start: buffer, length: count }, 1) }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Answers requests for ever. Returns only in children.
unsafe fn serve() {
    unsafe {
        // A sample could ask for it while it is compiled.
        unsetenv(b"LD_PRELOAD\0".as_ptr().cast());
        // Whoever started the server learns that it works before it sends anything.
        answer(0, 0);
        let mut request = [0u8; LONGEST_REQUEST];
        loop {
            let length = read_line(&mut request);
            let Some([cpu, wall, stop]) = parse(&mut request[..length]) else { _exit(2) };
            let pid = fork();
            if pid == 0 {
                begin(request.as_ptr().cast(), cpu, wall);
                STOPS.store(stop != 0, Ordering::Relaxed);
                return;
            }
            let mut status: c_int = 0;
            let mut usage: rusage = core::mem::zeroed();
            if pid < 0 || wait4(pid, &mut status, 0, &mut usage) != pid {
                // No child: the harness finds another way, and tells what it is.
                _exit(3);
            }
            let microseconds = (usage.user.seconds + usage.system.seconds) * 1_000_000
                + usage.user.microseconds
                + usage.system.microseconds;
            answer(status as c_ulong, microseconds as c_ulong);
        }
    }
}

/// Makes this process the child of one request.
unsafe fn begin(folder: *const c_char, cpu: c_ulong, wall: c_ulong) {
    unsafe {
        IS_CHILD.store(true, Ordering::Relaxed);
        if chdir(folder) != 0 {
            _exit(4);
        }
        let output = openat(AT_FDCWD, b"output\0".as_ptr().cast(), O_WRONLY | O_CREAT | O_TRUNC, 0o600);
        let nothing = openat(AT_FDCWD, b"/dev/null\0".as_ptr().cast(), 0, 0);
        if output < 0 || nothing < 0 || dup2(output, 2) < 0 || dup2(output, 1) < 0 || dup2(nothing, 0) < 0 {
            _exit(4);
        }
        close(output);
        close(nothing);
        setrlimit(RLIMIT_CPU, &rlimit { soft: cpu, hard: cpu + 1 });
        alarm(wall as c_uint);
    }
}

/// Reads up to the end of the line, which is left out. Ends the server at the end of the input.
unsafe fn read_line(line: &mut [u8]) -> usize {
    let mut length = 0;
    loop {
        if length == line.len() {
            unsafe { _exit(2) };
        }
        if unsafe { read(0, line[length..].as_mut_ptr().cast(), 1) } != 1 {
            unsafe { _exit(0) };
        }
        if line[length] == b'\n' {
            return length;
        }
        length += 1;
    }
}

/// Takes a request apart: its three numbers. The folder's name is left at the beginning, ended by a zero byte.
fn parse(line: &mut [u8]) -> Option<[c_ulong; 3]> {
    let mut numbers = [0; 3];
    let mut fields = line.split(|byte| *byte == b' ');
    let folder = fields.next()?.len();
    for number in &mut numbers {
        for byte in fields.next()? {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
            *number = *number * 10 + c_ulong::from(digit);
        }
    }
    if fields.next().is_some() {
        return None;
    }
    *line.get_mut(folder)? = 0;
    Some(numbers)
}

unsafe fn answer(status: c_ulong, microseconds: c_ulong) {
    let mut line = [0u8; 48];
    let mut start = line.len() - 1;
    line[start] = b'\n';
    for (index, number) in [microseconds, status].into_iter().enumerate() {
        if index > 0 {
            start -= 1;
            line[start] = b' ';
        }
        let mut rest = number;
        loop {
            start -= 1;
            line[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
    }
    unsafe { plain_write(1, line[start..].as_ptr().cast(), line.len() - start) };
}
