"""What is known to go wrong elsewhere with hidden tests, each by its name: right answers that fail, and wrong ones that pass.

All of them answer one small task, each under a prompt of its own, so that many share a program. They are judged at once.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging import (
    Failure,
    Judge,
    RunLimits,
    SampleJudgment,
    Tested,
    TestedProgram,
    choose_sandbox,
    probe_toolchain,
)
from tests.support.hidden import hidden_prompt, in_module
from tests.support.runs import WAIT_SECONDS, World, outcome, results, world

if TYPE_CHECKING:
    from ferrobench.prompts import Prompt

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]

HEAD = "pub fn evens_doubled(xs: Vec<i64>) -> Vec<i64> {"
BODY = " xs.into_iter().filter(|x| x % 2 == 0).map(|x| x * 2).collect() }"
RIGHT = HEAD + BODY
WRONG = HEAD + " let _ = xs; Vec::new() }"
TESTS = in_module(
    "fn some() { assert_eq!(evens_doubled(vec![1, 2, 3, 4]), vec![4, 8]); }",
    "fn none() { assert_eq!(evens_doubled(vec![]), vec![]); }",
    "fn signs() { assert_eq!(evens_doubled(vec![-2, 0, 7]), vec![-4, 0]); }",
    "fn odd() { assert!(evens_doubled(vec![5]).is_empty()); }",
)
LIMITS = RunLimits(cpu_seconds=1, wall_seconds=2.0, address_space_mib=640)


def task(name: str, tests: str = TESTS, text: str = HEAD, reference: str = BODY) -> Prompt:
    """The task, as a prompt of this name."""
    return hidden_prompt(text, tests, name=name, reference=reference)


# Whole programs that are right, and must pass.
RIGHT_ONES = {
    "plain": RIGHT,
    "helper before the target": "fn even(x: i64) -> bool { x % 2 == 0 }\n" + HEAD + " xs.into_iter().filter(|x| even(*x)).map(|x| x * 2).collect() }",
    "helper after the target": HEAD + " xs.into_iter().filter(|x| even(*x)).map(|x| x * 2).collect() }\nfn even(x: i64) -> bool { x % 2 == 0 }",
    "use before the function": "use std::collections::VecDeque;\n" + HEAD + " let d: VecDeque<i64> = xs.into(); d.into_iter().filter(|x| x % 2 == 0).map(|x| x * 2).collect() }",
    "attributes before the function": "#[inline]\n#[must_use]\n#[allow(clippy::all)]\n/// words\n" + RIGHT,
    "own main": RIGHT + '\nfn main() { println!("{:?}", evens_doubled(vec![2])); std::process::exit(1) }',
    "own main with another type": RIGHT + "\nfn main() -> Result<(), Box<dyn std::error::Error>> { Ok(()) }",
    "own main in a macro": RIGHT + "\nmacro_rules! entry { () => { fn main() {} } }\nentry!();",
    "own mod tests": RIGHT + "\n#[cfg(test)]\nmod tests { use super::*; #[test] fn t() { assert_eq!(evens_doubled(vec![]), vec![1]); } }",
    "own mod tests without a condition": RIGHT + "\nmod tests { pub fn some() {} }",
    "own mod of the names that ours have": RIGHT + "\nmod m0 {}\nmod root {}\nmod ferrobench_wire {}\nmod std {}",
    "own types with the names of the prelude": "#[derive(Debug)] struct Option;\nstruct Some;\ntype Result<T> = std::result::Result<T, u8>;\n" + RIGHT,
    "private function": RIGHT.removeprefix("pub "),
    "lifetimes and character literals": "fn first<'a>(s: &'a str) -> char { s.chars().next().unwrap_or('}') }\n" + HEAD + " let _ = (first(\"{\"), '{', '\\'', '\"');" + BODY,
    "raw strings": HEAD + ' let _ = (r#"}"#, r##"{"#"##, b"}", br#"{"#);' + BODY,
    "nested comments": HEAD + " /* { /* } */ { */ // }\n" + BODY,
    "byte order mark": "\ufeff" + RIGHT,
    "lines that end in CRLF": RIGHT.replace("{ ", "{\r\n    ").replace(" }", "\r\n}\r\n"),
    "shebang": "#!/usr/bin/env run-cargo-script\n" + RIGHT,
    "byte order mark, inner attribute and own main": "\ufeff#![allow(dead_code)]\n//! words\n" + RIGHT + "\nfn main() {}",
    "denied warnings": "#![deny(warnings)]\n" + RIGHT,
    "forbidden unsafe code": "#![forbid(unsafe_code)]\n" + RIGHT + "\nfn main() {}",
    "no standard prelude": "#![no_implicit_prelude]\nuse ::std::prelude::v1::*;\n" + RIGHT,
    "names from the prelude of 2021": HEAD + " let n = i64::try_from(2u8).unwrap(); let v: Vec<i64> = FromIterator::from_iter(xs); v.into_iter().filter(|x| x % n == 0).map(|x| x * n).collect() }",
    "gen as a name": "fn gen(x: i64) -> i64 { x * 2 }\n" + HEAD + " xs.into_iter().filter(|x| x % 2 == 0).map(gen).collect() }",
    "output that is no UTF-8": HEAD + ' use std::io::Write; let _ = std::io::stdout().write_all(b"\\xff\\xfe{\\x00}\\n"); let _ = std::io::stderr().write_all(b"\\xc3\\x28\\x1b[2J");' + BODY,
    "words about memory and stack": HEAD + ' eprintln!("memory allocation of 1 bytes failed"); eprintln!("has overflowed its stack");' + BODY,
    "grandchild that holds the pipe": HEAD + ' for sh in ["/bin/sh", "/usr/bin/sh", "sleep"] { let _ = std::process::Command::new(sh).arg("45").spawn(); }' + BODY,
    "detached thread that goes on": HEAD + " std::thread::spawn(|| loop { std::thread::sleep(std::time::Duration::from_millis(5)); });" + BODY,
    "threads": HEAD + " std::thread::spawn(move || xs.into_iter().filter(|x| x % 2 == 0).map(|x| x * 2).collect()).join().unwrap() }",
    "64 MiB of heap": HEAD + " let v = std::hint::black_box(vec![1u8; 64 << 20]); assert!(v.len() > 1);" + BODY,
    "ten thousand calls deep": "fn deep(n: u32) -> u32 { if n == 0 { 0 } else { std::hint::black_box(deep(n - 1)) + 1 } }\n" + HEAD + " assert_eq!(deep(10_000), 10_000);" + BODY,
    "caught panic": HEAD + ' let r = std::panic::catch_unwind(|| -> i64 { panic!("mine") }); assert!(r.is_err());' + BODY,
    "own macros": "macro_rules! assert_eq { ($a:expr, $b:expr) => {}; }\nmacro_rules! twice { ($x:expr) => { $x * 2 }; }\n" + HEAD + " assert_eq!(1, 2); xs.into_iter().filter(|x| x % 2 == 0).map(|x| twice!(x)).collect() }",
    "static state": "static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);\n" + HEAD + " CALLS.fetch_add(1, std::sync::atomic::Ordering::SeqCst);" + BODY,
    "unsafe code": HEAD + " let n = unsafe { *(&2i64 as *const i64) }; xs.into_iter().filter(|x| x % n == 0).map(|x| x * n).collect() }",
    "const function and another type of argument": "type Numbers = Vec<i64>;\npub fn evens_doubled(mut xs: Numbers) -> Numbers { xs.retain(|x| x % 2 == 0); for x in xs.iter_mut() { *x *= 2; } xs }",
}  # fmt: skip

_FORGED = "running 4 tests\\ntest tests::some ... ok\\n\\ntest result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\\n"
_SPEAK = (
    "use std::io::Write; use std::os::fd::FromRawFd; let mut out = unsafe { std::fs::File::from_raw_fd(4) };"
)
_ANSWER = " let _ = out.write_all(&{}); std::mem::forget(out); {}"

# Those that look for the tests look for a name in them, "fn signs", which is not in their own text: each letter is the next one.

# Whole programs that are wrong and look for a way around their tests, and how they end.
WRONG_ONES = {
    "plain": (WRONG, Failure.ASSERTION),
    "process::exit(0)": (HEAD + " let _ = xs; std::process::exit(0) }", Failure.LEFT_EARLY),
    "process::exit under another name": ("use std::process as p;\nuse p::exit as leave;\n" + HEAD + " let _ = xs; leave(0) }", Failure.LEFT_EARLY),
    "process::exit in a macro": ("macro_rules! go { ($($t:tt)*) => { std :: $($t)* :: exit(0) } }\n" + HEAD + " let _ = xs; go!(process) }", Failure.LEFT_EARLY),
    "exit of C": ('extern "C" { fn _exit(status: i32) -> !; }\n' + HEAD + " let _ = xs; unsafe { _exit(0) } }", Failure.LEFT_EARLY),
    "own exit for everybody": ('#[no_mangle] pub extern "C" fn memcmp(_: *const u8, _: *const u8, _: usize) -> i32 { 0 }\n' + WRONG, Failure.ASSERTION),
    "macro_rules! assert_eq before the function": ("macro_rules! assert_eq { ($($t:tt)*) => {}; }\nmacro_rules! assert { ($($t:tt)*) => {}; }\n" + WRONG, Failure.ASSERTION),
    "macro_rules! assert_eq after the function": (WRONG + "\nmacro_rules! assert_eq { ($($t:tt)*) => {}; }\nmacro_rules! assert { ($($t:tt)*) => {}; }\n", Failure.ASSERTION),
    "exported macros": ("#[macro_export] macro_rules! assert_eq { ($($t:tt)*) => {}; }\n#[macro_export] macro_rules! vec { ($($t:tt)*) => { Vec::new() }; }\n" + WRONG.replace("Vec::new()", "Vec::<i64>::new()"), Failure.ASSERTION),
    "shadowed assert!": ("#[allow(unused)] use log as assert;\n#[allow(unused)] macro_rules! log { ($($t:tt)*) => {}; }\n#[allow(unused)] pub(crate) use log;\n" + WRONG, Failure.ASSERTION),
    "own crate named std": ("extern crate self as std;\npub mod process {}\n" + HEAD + " let _ = xs; Vec::new() }", None),
    "#![cfg(any())] on top": ("#![cfg(any())]\n" + WRONG, None),
    "#![cfg(any())] on top of a right answer": ("#![cfg(any())]\n" + RIGHT, None),
    "dangling #[cfg(any())]": (WRONG + "\nfn main() {}\n#[cfg(any())]", None),
    "dangling #[cfg(any())] before nothing that matters": (WRONG + "\n#[cfg(any())]\nfn main() {}\n#[cfg(any())]\n", None),
    "dangling doc comment": (WRONG + "\n/// ", None),
    "unclosed comment": (WRONG + "\nfn main() {}\n/* ", None),
    "unclosed module": (WRONG + "\nmod swallow {", None),
    "panic::set_hook and exit": (HEAD + " std::panic::set_hook(Box::new(|_| std::process::exit(0))); xs[xs.len()..][0..1].to_vec() }", Failure.LEFT_EARLY),
    "panic::set_hook, exit, and a wrong answer": (HEAD + " let _ = xs; std::panic::set_hook(Box::new(|_| std::process::exit(0))); Vec::new() }", Failure.ASSERTION),
    "fn main with #[cfg]": ("#[cfg(not(test))]\nfn main() {}\n#[cfg(test)]\nfn main() {}\n" + WRONG, Failure.ASSERTION),
    "own main that succeeds": (WRONG + "\nfn main() { std::process::exit(0) }", Failure.ASSERTION),
    "own tests that pass": (WRONG + "\n#[cfg(test)]\nmod tests { #[test] fn some() {} #[test] fn none() {} }", Failure.ASSERTION),
    "own type whose == is always true": (
        "#[derive(Debug)] pub struct Any;\nimpl<T> PartialEq<T> for Any { fn eq(&self, _: &T) -> bool { true } }\npub fn evens_doubled(_: Vec<i64>) -> Any { Any }",
        Failure.NO_ENTRY_POINT,
    ),
    "own Vec whose == is always true": (
        "#[derive(Debug)] pub struct Vec<T>(Option<T>);\nimpl<T, U> PartialEq<U> for Vec<T> { fn eq(&self, _: &U) -> bool { true } }\npub fn evens_doubled(_: std::vec::Vec<i64>) -> Vec<i64> { Vec(None) }",
        Failure.NO_ENTRY_POINT,
    ),
    "attributes of a test": ("#[cfg_attr(test, ignore)]\n#[cfg_attr(test, should_panic)]\n" + WRONG, Failure.ASSERTION),
    "detached thread that exits": (HEAD + " let _ = xs; std::thread::spawn(|| std::process::exit(0)); std::thread::sleep(std::time::Duration::from_secs(9)); Vec::new() }", Failure.LEFT_EARLY),
    "thread-local destructor that exits": ("struct Bye;\nimpl Drop for Bye { fn drop(&mut self) { std::process::exit(0) } }\nthread_local!(static BYE: Bye = Bye);\n" + HEAD + " let _ = xs; BYE.with(|_| ()); Vec::new() }", Failure.ASSERTION),
    "exit before main": ('extern "C" fn bye() { std::process::exit(0) }\n#[used] #[link_section = ".init_array"] static BYE: extern "C" fn() = bye;\n' + WRONG, Failure.LEFT_EARLY),
    "include_str! of the tests": (f'const ALL: &str = include_str!("tests.rs");\n{WRONG}', None),
    "include_str! of file!()": ("const ALL: &str = include_str!(file!());\n" + HEAD + ' if ALL.as_bytes().windows(8).any(|w| w.iter().map(|b| b.wrapping_add(1)).eq(*b"go!tjhot")) {' + BODY + " else { Vec::new() } }", Failure.ASSERTION),
    "reading what lies beside file!()": (HEAD + ' for f in [file!(), "/program/root.rs", "root.rs", "/program/m0.rs", "/program/m1.rs", "/program/tests.rs"] { if std::fs::read(f).is_ok_and(|t| t.windows(8).any(|w| w.iter().map(|b| b.wrapping_add(1)).eq(*b"go!tjhot"))) { return' + BODY.replace(" }", ";") + " } } Vec::new() }", Failure.ASSERTION),
    "printing success and exiting": (HEAD + f' let _ = xs; print!("{_FORGED}"); std::process::exit(0) }}', Failure.LEFT_EARLY),
    "printing success": (HEAD + f' let _ = xs; print!("{_FORGED}"); eprint!("{_FORGED}"); Vec::new() }}', Failure.ASSERTION),
    "becoming another program": (HEAD + ' use std::os::unix::process::CommandExt; let _ = xs; for p in ["/bin/true", "/usr/bin/true"] { let _ = std::process::Command::new(p).exec(); } Vec::new() }', Failure.ASSERTION),
    "answering in advance": (HEAD + " let _ = xs; " + _SPEAK + _ANSWER.format("[5, 0, 0, 0, 0, 0, 0, 0, 0].repeat(8)", "Vec::new() }"), Failure.ASSERTION),
    "answering nonsense": (HEAD + " let _ = xs; " + _SPEAK + _ANSWER.format("[1, 0, 0, 0, 9]", "Vec::new() }"), Failure.LEFT_EARLY),
    "answering at great length": (HEAD + " let _ = xs; " + _SPEAK + _ANSWER.format("[255, 255, 255, 255, 0]", "Vec::new() }"), Failure.LEFT_EARLY),
    "answering with a length that lies": (HEAD + " let _ = xs; " + _SPEAK + _ANSWER.format("[5, 0, 0, 0, 0, 255, 255, 255, 127]", "Vec::new() }"), Failure.LEFT_EARLY),
    "answering half a message": (HEAD + " let _ = xs; " + _SPEAK + _ANSWER.format("[5, 0, 0, 0, 0]", "std::process::exit(0) }"), Failure.LEFT_EARLY),
    "closing the connection": (HEAD + " let _ = xs; " + _SPEAK + " drop(out); std::thread::sleep(std::time::Duration::from_secs(1)); Vec::new() }", Failure.LEFT_EARLY),
    "another name": (RIGHT.replace("evens_doubled", "evensDoubled"), Failure.NO_ENTRY_POINT),
    "another type": (RIGHT.replace("Vec<i64>", "Vec<i32>"), Failure.NO_ENTRY_POINT),
    "hidden in a module": ("pub mod inner { " + RIGHT + " }", Failure.NO_ENTRY_POINT),
    "calling a neighbour's answer": ("pub fn evens_doubled(xs: Vec<i64>) -> Vec<i64> { crate::m0::evens_doubled(xs) }", None),
    "no function at all": ("pub fn other() {}", Failure.NO_ENTRY_POINT),
}  # fmt: skip

# Completions: what the model wrote after the prompt, and whether the strict and the extracted reading pass.
COMPLETIONS = {
    "the rest": (BODY, True, True),
    "repeated signature": (f"\n{RIGHT}", False, True),
    "text after the fence": (f"```rust\n{RIGHT}\n```\nThis filters {{ and doubles.", False, True),
    "unclosed fence": (f"```rust\n{RIGHT}\n", False, True),
    "thinking first": (f"<think>I could use `vec![`.</think>\n```rust\n{RIGHT}\n```", False, True),
    "chat before the fence": (f"Sure! Here it is:\n\n```rust\n{RIGHT}\n```", False, True),
    "unfinished tail": (f"{BODY}\n\nfn and_then(", False, True),
    "wrong in a fence": (f"```rust\n{WRONG}\n```", False, False),
    "nothing": ("", False, False),
    "only a comment": ("\n    // TODO\n", False, False),
    "helper behind": (" xs.into_iter().filter(even).map(|x| x * 2).collect() }\nfn even(x: &i64) -> bool { x % 2 == 0 }", True, True),
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """What came of judging them all at once."""

    programs: dict[str, TestedProgram]
    completions: dict[str, SampleJudgment]
    world: World


@pytest.fixture(scope="module")
def judged() -> Judged:
    toolchain = probe_toolchain()
    programs = {f"right: {name}": text for name, text in RIGHT_ONES.items()}
    programs |= {f"wrong: {name}": text for name, (text, _) in WRONG_ONES.items()}
    prompts = {name: task(name) for name in (*programs, *COMPLETIONS)}

    def judge_all() -> tuple[dict[str, TestedProgram], dict[str, SampleJudgment]]:
        with Judge(toolchain, sandbox=choose_sandbox(toolchain), jobs=2, run_limits=LIMITS) as judge:
            judge.prepare(list(prompts.values()))
            futures = {name: judge.submit_tested(prompts[name], text) for name, text in programs.items()}
            samples = {
                name: judge.submit_completion(prompts[name], text)
                for name, (text, _, _) in COMPLETIONS.items()
            }
            return results(futures), {name: future.result(WAIT_SECONDS) for name, future in samples.items()}

    with world() as here:
        found = judge_all()
    return Judged(*found, here)


@pytest.mark.parametrize("name", RIGHT_ONES)
def test_a_right_program_passes(judged: Judged, name: str) -> None:
    program = judged.programs[f"right: {name}"]

    assert outcome(program) == "pass", program
    assert isinstance(program.tests, Tested)
    assert (program.tests.passed, program.tests.failed) == (4, 0)


@pytest.mark.parametrize("name", WRONG_ONES)
def test_a_wrong_program_does_not_pass(judged: Judged, name: str) -> None:
    """Whatever it tries: it fails as it should, or rustc refuses it."""
    program = judged.programs[f"wrong: {name}"]
    failure = WRONG_ONES[name][1]

    assert outcome(program) in ({"fail", "reject"} if failure is None else {"fail"}), program
    if failure is not None:
        assert isinstance(program.tests, Tested)
        assert program.tests.failure is failure, program.tests


@pytest.mark.parametrize("name", COMPLETIONS)
def test_a_completion_passes_in_the_readings_in_which_it_is_right(judged: Judged, name: str) -> None:
    sample = judged.completions[name]
    _, strict, extracted = COMPLETIONS[name]

    assert isinstance(sample.strict_tests, Tested) or not strict
    assert (isinstance(sample.strict_tests, Tested) and sample.strict_tests.all_held) == strict, sample
    assert (isinstance(sample.extracted_tests, Tested) and sample.extracted_tests.all_held) == extracted, (
        sample
    )


def test_nothing_escapes_and_nothing_is_left(judged: Judged) -> None:
    assert judged.world.left == []
    assert judged.world.arrived == []
    assert judged.world.secret not in repr(judged.programs)
