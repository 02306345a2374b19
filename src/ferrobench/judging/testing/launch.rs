//! Starts one untrusted program within limits, and says truly how it ended.
//!
//!     launch REPORT FILTER REQUESTS REPLIES USER CPU ADDRESS_SPACE STACK TASKS FILE_SIZE OPEN_FILES PROGRAM [ARGUMENT ...]
//!
//! The first four are descriptors, -1 for none: where to report, the seccomp program to read, and the two pipes that the
//! program finds as its descriptors 3 and 4. Then the user that it becomes, 0 for the caller. Then limits, in seconds, MiB, MiB, a count, MiB, and a count; 0 leaves a limit
//! as it is. The program is a child of this process, so it can neither hide its end nor make up another: what a
//! sandbox or a shell in between says of an exit status, any program can say of itself.
//!
//!     launch become USER PROGRAM [ARGUMENT ...]
//!
//! becomes another user, then the program: for root, whose programs are exempt from the limit of tasks. Forking a large process
//! with another user costs it more than this detour.
//!
//! The report is 24 bytes: wait status, CPU microseconds, peak memory in KiB, each eight bytes, little-endian. A wait status of
//! -1 says that nothing was started; a program that the kernel does not take for one has ended with exit status 126.

use std::env::args_os;
use std::ffi::CString;
use std::io::Error;
use std::os::unix::ffi::OsStringExt;
use std::process::exit;
use std::ptr::null;

#[repr(C)]
struct ResourceLimit {
    soft: u64,
    hard: u64,
}

#[repr(C)]
struct Filter {
    length: u16,
    program: *const u8,
}

extern "C" {
    fn fork() -> i32;
    fn wait4(process: i32, status: *mut i32, options: i32, usage: *mut i64) -> i32;
    fn setgroups(count: usize, groups: *const u32) -> i32;
    fn setgid(group: u32) -> i32;
    fn setuid(user: u32) -> i32;
    fn setrlimit(resource: i32, limit: *const ResourceLimit) -> i32;
    fn prctl(option: i32, argument: u64, second: u64, third: u64, fourth: u64) -> i32;
    fn fcntl(descriptor: i32, command: i32, argument: i32) -> i32;
    fn dup2(from: i32, to: i32) -> i32;
    fn close(descriptor: i32) -> i32;
    fn read(descriptor: i32, buffer: *mut u8, size: usize) -> isize;
    fn write(descriptor: i32, buffer: *const u8, size: usize) -> isize;
    fn pipe2(ends: *mut i32, flags: i32) -> i32;
    fn execv(path: *const i8, arguments: *const *const i8) -> i32;
    fn _exit(status: i32) -> !;
}

const CPU: i32 = 0;
const FILE_SIZE: i32 = 1;
const STACK: i32 = 3;
const CORE: i32 = 4;
const TASKS: i32 = 6;
const OPEN_FILES: i32 = 7;
const ADDRESS_SPACE: i32 = 9;
const MIB: u64 = 1 << 20;

const DIE_WITH_PARENT: i32 = 1;
const SECCOMP: i32 = 22;
const NO_NEW_PRIVILEGES: i32 = 38;
const DUPLICATE: i32 = 0;
const KILL: u64 = 9;
/// Above every descriptor that is asked for.
const OUT_OF_THE_WAY: i32 = 20;
const CLOSE_ON_EXEC: i32 = 0o2000000;
const DUPLICATE_CLOSE_ON_EXEC: i32 = 1030;
const DUMPABLE: i32 = 4;
/// Exit status of whoever could not do what it is for.
const NOT_STARTED: i32 = 125;
/// What a program ends with that is none, as shells have it.
const NO_PROGRAM: i64 = 126 << 8;
/// Why the kernel cannot become a program without that being the program's fault: EINTR, EAGAIN, ENOMEM, ENFILE, EMFILE, ETXTBSY.
const NOT_ITS_FAULT: [i32; 6] = [4, 11, 12, 23, 24, 26];

fn limit(resource: i32, soft: u64, hard: u64) {
    if soft > 0 {
        // It can only fail where a stricter limit is in force already.
        unsafe { setrlimit(resource, &ResourceLimit { soft, hard }) };
    }
}

/// The form that `execv` takes arguments in.
fn pointers_to(words: &[CString]) -> Vec<*const i8> {
    words
        .iter()
        .map(|word| word.as_ptr().cast())
        .chain([null()])
        .collect()
}

/// Whether this process could become that user. 0 is the user it is.
fn change_user(user: u32) -> bool {
    unsafe { user == 0 || setgroups(0, null()) == 0 && setgid(user) == 0 && setuid(user) == 0 }
}

fn become_program(user: u32, program: &[CString]) -> ! {
    let pointers = pointers_to(program);
    if change_user(user) {
        unsafe { execv(pointers[0], pointers.as_ptr()) };
    }
    exit(NOT_STARTED)
}

fn main() {
    let arguments: Vec<CString> = args_os()
        .skip(1)
        .filter_map(|word| CString::new(word.into_vec()).ok())
        .collect();
    if let Some((word, [user, program @ ..])) = arguments.split_first() {
        if word.as_bytes() == b"become" {
            let user = user
                .to_str()
                .ok()
                .and_then(|word| word.parse().ok())
                .unwrap_or(0);
            become_program(user, program);
        }
    }
    let numbers: Vec<i64> = arguments
        .iter()
        .take(11)
        .filter_map(|word| word.to_str().ok()?.parse().ok())
        .collect();
    let (&[report, filter, requests, replies, ref limits @ ..], Some(program)) =
        (numbers.as_slice(), arguments.get(11..))
    else {
        exit(NOT_STARTED)
    };
    let &[user, cpu, address_space, stack, tasks, file_size, open_files] = limits else {
        exit(NOT_STARTED)
    };
    let mut seccomp = [0u8; 8192];
    let mut size = 0;
    if filter >= 0 {
        size = unsafe { read(filter as i32, seccomp.as_mut_ptr(), seccomp.len()) };
        if size <= 0 {
            exit(NOT_STARTED)
        }
        unsafe { close(filter as i32) };
    }
    let pointers = pointers_to(program);

    // Not even a process of the same user may look into this one, where the descriptor of the report is.
    unsafe { prctl(DUMPABLE, 0, 0, 0, 0) };
    // The child's end closes by itself when the child becomes the program; a byte says that it did not, and whose fault that is.
    let mut failing = [-1; 2];
    if unsafe { pipe2(failing.as_mut_ptr(), CLOSE_ON_EXEC) } != 0 {
        exit(NOT_STARTED)
    }
    let child = unsafe { fork() };
    if child < 0 {
        exit(NOT_STARTED)
    }
    if child == 0 {
        unsafe {
            close(report as i32);
            let complaint = fcntl(failing[1], DUPLICATE_CLOSE_ON_EXEC, OUT_OF_THE_WAY);
            if requests >= 0 {
                // Descriptor numbers may collide, so both go out of the way first.
                let moved = fcntl(requests as i32, DUPLICATE, OUT_OF_THE_WAY);
                close(requests as i32);
                let answers = if replies >= 0 {
                    fcntl(replies as i32, DUPLICATE, OUT_OF_THE_WAY)
                } else {
                    -1
                };
                close(replies as i32);
                dup2(moved, 3);
                close(moved);
                if answers >= 0 {
                    dup2(answers, 4);
                    close(answers);
                }
            }
            limit(CPU, cpu as u64, cpu as u64 + 1);
            limit(
                ADDRESS_SPACE,
                address_space as u64 * MIB,
                address_space as u64 * MIB,
            );
            limit(STACK, stack as u64 * MIB, stack as u64 * MIB);
            limit(TASKS, tasks as u64, tasks as u64);
            limit(OPEN_FILES, open_files as u64, open_files as u64);
            setrlimit(
                FILE_SIZE,
                &ResourceLimit {
                    soft: file_size as u64 * MIB,
                    hard: file_size as u64 * MIB,
                },
            );
            setrlimit(CORE, &ResourceLimit { soft: 0, hard: 0 });
            let changed = change_user(user as u32);
            prctl(DIE_WITH_PARENT, KILL, 0, 0, 0);
            let wanted = Filter {
                length: (size / 8) as u16,
                program: seccomp.as_ptr(),
            };
            if changed
                && prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
                && (size == 0 || prctl(SECCOMP, 2, &wanted as *const Filter as u64, 0, 0) == 0)
            {
                execv(pointers[0], pointers.as_ptr());
                let error = Error::last_os_error().raw_os_error().unwrap_or(0);
                if !NOT_ITS_FAULT.contains(&error) {
                    write(complaint, [2].as_ptr(), 1);
                    _exit(NOT_STARTED)
                }
            }
            write(complaint, [1].as_ptr(), 1);
            _exit(NOT_STARTED)
        }
    }
    unsafe { close(failing[1]) };
    for descriptor in [requests, replies] {
        if descriptor >= 0 {
            unsafe { close(descriptor as i32) };
        }
    }
    // struct rusage: two times of two words each, then the peak of resident memory, then more.
    let mut usage = [0i64; 18];
    let mut status = 0;
    while unsafe { wait4(child, &mut status, 0, usage.as_mut_ptr()) } != child {}
    let mut failed = [0];
    let said = unsafe { read(failing[0], failed.as_mut_ptr(), 1) };
    let status = match (said, failed) {
        (0, _) => status as i64,
        (1, [2]) => NO_PROGRAM,
        _ => -1,
    };
    let cpu = (usage[0] + usage[2]) * 1_000_000 + usage[1] + usage[3];
    let mut said = Vec::new();
    for number in [status, cpu, usage[4]] {
        said.extend_from_slice(&number.to_le_bytes());
    }
    unsafe { write(report as i32, said.as_ptr(), said.len()) };
}
