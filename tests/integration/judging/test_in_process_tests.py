"""Hidden tests that share a process with the sample: of generics, traits, closures and types of the sample's own.

What passes here is marked. It is a fence all the same: what leaves early, forges reports or is unsafe does not pass.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging import (
    Failure,
    Judge,
    Limit,
    Proof,
    RunLimits,
    Tested,
    TestedProgram,
    Unjudged,
    choose_sandbox,
    probe_toolchain,
)
from tests.support.hidden import hidden_prompt, in_module
from tests.support.runs import World, outcome, results, world

if TYPE_CHECKING:
    from ferrobench.prompts import Prompt

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]

LIMITS = RunLimits(cpu_seconds=1, wall_seconds=2.0, address_space_mib=640)

GENERIC = hidden_prompt(
    "pub fn largest<T: PartialOrd + Copy>(xs: &[T]) -> Option<T> {",
    in_module(
        "fn numbers() { assert_eq!(largest(&[1, 3, 2]), Some(3)); }",
        "fn floats() { assert_eq!(largest(&[0.5, -1.0]), Some(0.5)); }",
        "fn letters() { assert_eq!(largest(&['a', 'c', 'b']), Some('c')); }",
        "fn nothing() { assert_eq!(largest::<u8>(&[]), None); }",
    ),
    name="largest",
    reference=" xs.iter().copied().fold(None, |m, x| match m { Some(y) if y >= x => Some(y), _ => Some(x) }) }",
)
GENERIC_RIGHT = GENERIC.text + GENERIC.reference
TRAIT = hidden_prompt(
    "pub trait Shape { fn area(&self) -> f64; }\npub struct Square(pub f64);\nimpl Shape for Square {",
    in_module(
        "fn unit() { assert_eq!(Square(1.0).area(), 1.0); }",
        "fn large() { let s: Box<dyn Shape> = Box::new(Square(3.0)); assert!((s.area() - 9.0).abs() < 1e-9); }",
    ),
    name="shape",
    reference=" fn area(&self) -> f64 { self.0 * self.0 } }",
)
OWN_TYPE = hidden_prompt(
    "#[derive(Debug, PartialEq, Clone, Default)]\npub struct Stack { items: Vec<i32> }\nimpl Stack {",
    in_module(
        "fn takes_what_came_last() { let mut s = Stack::new(); s.push(1); s.push(2); assert_eq!(s.pop(), Some(2)); }",
        "#[should_panic(expected = \"empty\")]\nfn panics() { Stack::new().peek(); }",
    ),
    name="stack",
    reference=(
        ' pub fn new() -> Self { Self::default() } pub fn push(&mut self, x: i32) { self.items.push(x) } '
        'pub fn pop(&mut self) -> Option<i32> { self.items.pop() } pub fn peek(&self) -> i32 { *self.items.last().expect("empty") } }'
    ),
)  # fmt: skip
CLOSURE = hidden_prompt(
    "pub fn twice(f: impl Fn(i32) -> i32) -> impl Fn(i32) -> i32 {",
    "fn main() { let g = twice(|x| x + 3); assert_eq!(g(1), 7); assert_eq!(twice(|x| x * x)(3), 81); }",
    name="twice",
    reference=" move |x| f(f(x)) }",
)

HEAD = GENERIC.text
WRONG = f"{HEAD} xs.first().copied() }}"
# What a report looks like: its length, a kind (0: held, 255: done), a unit, and the length of its words.
_HELD = "for u in 0u8..4 { let _ = out.write_all(&[9, 0, 0, 0, 0, u, 0, 0, 0, 0, 0, 0, 0]); }"
_DONE = "let _ = out.write_all(&[9, 0, 0, 0, 255, 4, 0, 0, 0, 0, 0, 0, 0]);"
_GONE = "let _ = out.write_all(&[9, 0, 0, 0, 3, 99, 0, 0, 0, 0, 0, 0, 0]);"
# As the type system's hole does it, here by plain unsafe code in a dependency of nobody: these are refused by rustc.
_OPEN = (
    "use std::io::Write; use std::os::fd::FromRawFd; let mut out = unsafe { std::fs::File::from_raw_fd(4) };"
)
# rust-lang/rust#25860: a borrow of any life from a borrow of some life, without unsafe code.
_HOLE = """
const FOREVER: &&() = &&();
const fn stretch<'a, 'b, T: ?Sized>(_: &'a &'b (), v: &'b mut T) -> &'a mut T { v }
fn expand<'a, 'b, T: ?Sized>(x: &'a mut T) -> &'b mut T {
    let f: for<'x> fn(_, &'x mut T) -> &'b mut T = stretch;
    f(FOREVER, x)
}
fn transmute<A, B>(from: A) -> B {
    enum Either<A, B> { Left(#[allow(dead_code)] Option<Box<A>>), Right(Option<Box<B>>) }
    #[inline(never)]
    fn inner<A, B>(either: &mut Either<A, B>, from: A) -> B {
        let Either::Right(b) = either else { unreachable!() };
        let b = expand(b);
        *either = Either::Left(Some(Box::new(from)));
        std::hint::black_box(either);
        *b.take().unwrap()
    }
    inner(std::hint::black_box(&mut Either::Right(None)), from)
}
fn file(descriptor: i32) -> std::fs::File { transmute(descriptor) }
"""
_SPEAK = "use std::io::Write; let mut out = file(4);"

# name: (prompt, program, whether it passes, why not)
PROGRAMS: dict[str, tuple[Prompt, str, bool, Failure | Limit | None]] = {
    "generic, right": (GENERIC, GENERIC_RIGHT, True, None),
    "generic, wrong": (GENERIC, WRONG, False, Failure.ASSERTION),
    "generic, panics": (GENERIC, f"{HEAD} let _ = xs; todo!() }}", False, Failure.PANIC),
    "generic, another bound": (GENERIC, GENERIC_RIGHT.replace("PartialOrd", "Ord"), False, Failure.NO_ENTRY_POINT),
    "generic, missing": (GENERIC, "pub fn smallest() {}", False, Failure.NO_ENTRY_POINT),
    "generic, private, with a main and tests": (
        GENERIC, GENERIC_RIGHT.removeprefix("pub ") + "\nfn main() {}\n#[cfg(test)] mod tests {}", True, None,
    ),
    "generic, with neighbours of its own": (GENERIC, f"use std::fmt::Debug;\nfn show<T: Debug>(_: T) {{}}\n{GENERIC_RIGHT}", True, None),
    "trait, right": (TRAIT, TRAIT.text + TRAIT.reference, True, None),
    "trait, wrong": (TRAIT, TRAIT.text + " fn area(&self) -> f64 { self.0 } }", False, Failure.ASSERTION),
    "own type, right": (OWN_TYPE, OWN_TYPE.text + OWN_TYPE.reference, True, None),
    "own type, wrong": (OWN_TYPE, (OWN_TYPE.text + OWN_TYPE.reference).replace("self.items.pop()", "self.items.first().copied()"), False, Failure.ASSERTION),
    "own type, other words in its panic": (OWN_TYPE, (OWN_TYPE.text + OWN_TYPE.reference).replace('"empty"', '"nothing"'), False, Failure.PANIC),
    "closure, right": (CLOSURE, CLOSURE.text + CLOSURE.reference, True, None),
    "closure, wrong": (CLOSURE, CLOSURE.text + " move |x| f(x) }", False, Failure.ASSERTION),
    "process::exit(0)": (GENERIC, f"{HEAD} let _ = xs; std::process::exit(0) }}", False, Failure.LEFT_EARLY),
    "a thread that exits": (
        GENERIC, f"{HEAD} std::thread::spawn(|| std::process::exit(0)); std::thread::sleep(std::time::Duration::from_secs(9)); xs.first().copied() }}",
        False, Failure.LEFT_EARLY,
    ),
    "panic::set_hook and exit": (
        GENERIC, f"{HEAD} std::panic::set_hook(Box::new(|_| std::process::exit(0))); xs.first().copied() }}", False, Failure.LEFT_EARLY,
    ),
    "abort": (GENERIC, f"{HEAD} let _ = xs; std::process::abort() }}", False, Failure.ABORT),
    "endless recursion": (
        GENERIC, f"fn go(n: u64) -> u64 {{ std::hint::black_box(go(n + 1)) + 1 }}\n{HEAD} if go(1) > 0 {{ return None }} xs.first().copied() }}",
        False, Failure.STACK_OVERFLOW,
    ),
    "endless loop": (GENERIC, f"{HEAD} let _ = xs; loop {{ std::hint::spin_loop(); }} }}", False, Limit.TIME),
    "unsafe code": (GENERIC, f"{HEAD} {_OPEN} {_HELD} {_DONE} std::process::exit(0) }}", False, Failure.NO_ENTRY_POINT),
    "harmless unsafe code": (GENERIC, f"fn one() -> u8 {{ unsafe {{ *(&1u8 as *const u8) }} }}\n{GENERIC_RIGHT}", False, Failure.NO_ENTRY_POINT),
    "a linked library": (GENERIC, f'#[link(name = "c")] extern "C" {{}}\n{GENERIC_RIGHT}', False, Failure.NO_ENTRY_POINT),
    "an exported symbol": (GENERIC, f'#[no_mangle] pub extern "C" fn memcmp() -> i32 {{ 0 }}\n{WRONG}', False, Failure.NO_ENTRY_POINT),
    "own assertions": (GENERIC, f"#[macro_export] macro_rules! assert_eq {{ ($($t:tt)*) => {{}}; }}\n{WRONG}", False, Failure.ASSERTION),
    "a forged report without the word": (GENERIC, f"{_HOLE}{HEAD} {_SPEAK} {_HELD} {_DONE} std::process::exit(0) }}", False, Failure.LEFT_EARLY),
    "a forged report of an end nobody knows": (
        GENERIC, f"{_HOLE}{HEAD} {_SPEAK} {_HELD} {_GONE} std::process::exit(0) }}", False, Failure.LEFT_EARLY,
    ),
    "a forged report before wrong answers": (
        GENERIC, f"{_HOLE}{HEAD} {_SPEAK} {_HELD} std::mem::forget(out); xs.first().copied() }}", False, Failure.ASSERTION,
    ),
    "reading the tests": (
        GENERIC,
        "fn seen() -> bool { [\"/program/root.rs\", \"root.rs\", \"/program/tests.rs\"].iter().any(|f| std::fs::read(f).is_ok()) }\n"
        f"{HEAD} if seen() {{ return{GENERIC.reference.removesuffix('}')}; }} xs.first().copied() }}",
        False, Failure.ASSERTION,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """What came of judging them all at once."""

    programs: dict[str, TestedProgram]
    world: World


@pytest.fixture(scope="module")
def judged() -> Judged:
    toolchain = probe_toolchain()

    def judge_all() -> dict[str, TestedProgram]:
        with Judge(toolchain, sandbox=choose_sandbox(toolchain), jobs=2, run_limits=LIMITS) as judge:
            return results(
                {name: judge.submit_tested(prompt, text) for name, (prompt, text, *_) in PROGRAMS.items()}
            )

    with world() as here:
        found = judge_all()
    return Judged(found, here)


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_program_passes_or_fails_as_it_should(judged: Judged, name: str) -> None:
    """With the mark that it shared a process with its tests."""
    tests = judged.programs[name].tests
    _, _, passes, why = PROGRAMS[name]

    assert isinstance(tests, Tested), tests
    assert tests.all_held == passes, tests
    assert tests.proof is Proof.IN_PROCESS
    if not passes:
        assert (tests.failure or tests.limit) == why, tests


def test_nothing_is_left(judged: Judged) -> None:
    assert judged.world.left == []


def test_a_reference_that_fails_its_own_tests_is_the_suites_fault() -> None:
    """No sample is to blame then, whatever it does."""
    toolchain = probe_toolchain()
    broken = hidden_prompt(GENERIC.text, GENERIC.tests, name="broken", reference=" xs.first().copied() }")
    without = hidden_prompt(GENERIC.text, GENERIC.tests, name="without")
    with Judge(toolchain, sandbox=choose_sandbox(toolchain), jobs=1, run_limits=LIMITS) as judge:
        judged = results(
            {prompt.name: judge.submit_tested(prompt, GENERIC_RIGHT) for prompt in (broken, without)}
        )

    for name, words in (
        ("broken", "fail with their own reference"),
        ("without", "the tests need a reference"),
    ):
        tests = judged[name].tests
        assert isinstance(tests, Unjudged)
        assert tests.cause.startswith(f"suite: arbitrary/{name}: ")
        assert words in tests.cause
        assert "Unjudged" in outcome(judged[name])
