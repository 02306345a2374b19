"""Programs that try to pass hidden tests without right answers, to drop out of the count, or to change others' verdicts."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging import Judge, probe_toolchain, testing, verdict
from ferrobench.judging.sandbox import choose, choose_sandbox
from ferrobench.judging.sandbox.landlock import landlock_abi
from ferrobench.judging.testing import execution, worker
from ferrobench.judging.testing.tester import SuiteFaultError, plan_remote
from ferrobench.judging.verdict import Failure, Proof
from ferrobench.prompts import JudgeMode, Prompt
from tests.support.prompts import prompt

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]


def with_tests(text: str, *tests: str, name: str = "arbitrary/tested", reference: str = "") -> Prompt:
    """A prompt whose hidden tests have these bodies."""
    functions = " ".join(f"#[test] fn t{number}() {{ {body} }}" for number, body in enumerate(tests))
    return replace(
        prompt(text),
        id=name,
        judge=JudgeMode.TESTS,
        reference=reference,
        tests=f"#[cfg(test)] mod tests {{ use super::*; {functions} }}",
    )


DOUBLED = with_tests(
    "pub fn doubled(x: i64) -> i64 {", "assert_eq!(doubled(1), 2);", "assert_eq!(doubled(3), 6);"
)
# A closure cannot be sent, so these are tested in the sample's own process.
TWICE = with_tests(
    "pub fn twice(f: impl Fn(i64) -> i64, x: i64) -> i64 {",
    "assert_eq!(twice(|x| x + 1, 1), 3);",
    "assert_eq!(twice(|x| x * 3, 2), 18);",
    name="arbitrary/guarded",
    reference=" f(f(x)) }",
)
LARGEST = with_tests(
    "pub fn largest<T: PartialOrd + Copy>(xs: &[T]) -> Option<T> {",
    "let none: [u8; 0] = []; assert_eq!(largest(&[1u8, 5, 2]), Some(5)); assert_eq!(largest(&none), None);",
    "assert_eq!(largest(&[7.0]), Some(7.0));",
    name="arbitrary/generic",
    reference=" xs.iter().copied().reduce(|a, b| if b > a { b } else { a }) }",
)


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge(jobs=1) as made:
        yield made


def told(judge: Judge, of: Prompt, text: str) -> verdict.Tested:
    """What the hidden tests say of a program, which compiles."""
    found = judge.submit_tested(of, text).result().tests
    assert isinstance(found, verdict.Tested), found
    return found


@pytest.mark.parametrize(
    "caught", ["std::panic::catch_unwind(|| doubled(1))", "std::thread::spawn(|| doubled(1)).join()"]
)
def test_leaving_is_no_panic_even_where_a_test_catches_panics(judge: Judge, caught: str) -> None:
    """A test that expects a panic, and catches it before its only assertion, does not hold for a program that exits."""
    expects_panic = with_tests(
        "pub fn doubled(x: i64) -> i64 {", f"let caught = {caught}; assert!(caught.is_err());"
    )
    left = told(judge, expects_panic, "pub fn doubled(_: i64) -> i64 { std::process::exit(0) }")
    assert (left.passed, left.failed, left.failure) == (0, 1, Failure.LEFT_EARLY)
    assert told(judge, expects_panic, "pub fn doubled(_: i64) -> i64 { panic!() }").all_held


def test_a_program_cannot_start_anew_with_what_it_has_learned(judge: Judge) -> None:
    """Who shares a process with tests sees in a panic what was expected, but cannot run the tests again with that."""
    assert told(judge, TWICE, f"{TWICE.text}{TWICE.reference}").all_held
    learned = told(
        judge,
        TWICE,
        r"""
        use std::os::unix::process::CommandExt;
        use std::sync::atomic::{AtomicUsize, Ordering};
        pub fn twice(_: impl Fn(i64) -> i64, _: i64) -> i64 {
            static CALLS: AtomicUsize = AtomicUsize::new(0);
            let call = CALLS.fetch_add(1, Ordering::SeqCst);
            let known = std::env::var("KNOWN").unwrap_or_default();
            let answer = known.split('|').filter_map(|word| word.parse().ok()).nth(call);
            std::panic::set_hook(Box::new(move |panic| {
                let words = panic.to_string();
                let right = words.split("right: ").nth(1).unwrap_or("").lines().next().unwrap_or("");
                let myself = std::env::args().next().unwrap();
                std::process::Command::new(myself).arg("0").env("KNOWN", format!("{known}|{right}")).exec();
            }));
            answer.unwrap_or(-1)
        }
        """,
    )
    assert (learned.passed, learned.failed, learned.proof) == (0, 2, Proof.IN_PROCESS)


def test_a_type_that_equals_everything_is_no_answer(judge: Judge) -> None:
    """A generic function must have the declared type: it cannot return what any expected value is equal to."""
    assert told(judge, LARGEST, f"{LARGEST.text}{LARGEST.reference}").all_held
    equal = told(
        judge,
        LARGEST,
        """
        #[derive(Debug)] pub struct Yes<T>(T);
        impl<T> PartialEq<Option<T>> for Yes<T> { fn eq(&self, _: &Option<T>) -> bool { true } }
        pub fn largest<T: Default>(_: &[T]) -> Yes<T> { Yes(T::default()) }
        """,
    )
    assert (equal.all_held, equal.failure) == (False, Failure.NO_ENTRY_POINT)


@pytest.mark.parametrize("of", [DOUBLED, TWICE], ids=["alone", "with its tests"])
def test_a_program_sees_no_source_text(judge: Judge, of: Prompt) -> None:
    """Where a program runs lies nothing but itself: no tests, no neighbour's text, no library."""
    parameters = "(_: i64)" if of is DOUBLED else "(_: impl Fn(i64) -> i64, _: i64)"
    name = "doubled" if of is DOUBLED else "twice"
    listed = told(
        judge,
        of,
        f"pub fn {name}{parameters} -> i64 {{ let mine = std::env::args().next().unwrap(); let at = std::path::Path::new(&mine)"
        ".parent().unwrap(); let names: Vec<_> = std::fs::read_dir(at).unwrap().map(|e| e.unwrap().file_name()).collect();"
        'panic!("names {names:?} read {}", std::fs::read(mine).is_ok()) }',
    )
    assert 'names ["program"]' in str(listed.detail)
    if of is TWICE:
        assert "read false" in str(listed.detail)


def test_what_runs_the_tests_is_out_of_a_samples_reach(judge: Judge) -> None:
    """A sample that only turns to our library where it shares a process with tests finds none."""
    found = told(
        judge,
        TWICE,
        # Made public, the module's macro comes before the one outside.
        """
        #[macro_export] macro_rules! real { () => { ::ferrobench_wire::test_guarded(&[]) } }
        #[macro_export] macro_rules! fake { () => { return 0 } }
        pub mod a { use crate::real as pick; }
        use fake as pick;
        pub fn twice(_: impl Fn(i64) -> i64, _: i64) -> i64 { use a::*; pick!() }
        """,
    )
    assert (found.all_held, found.failure) == (False, Failure.NO_ENTRY_POINT)
    assert "ferrobench_wire" in str(found.detail)


def test_a_program_that_cannot_be_started_is_judged(judge: Judge) -> None:
    """Who breaks its own file, so that the kernel does not take it for a program, fails rather than dropping out."""
    broken = told(
        judge,
        DOUBLED,
        """
        pub struct S;
        impl S { #[inline(never)] #[link_section = ".interp"] pub fn five() -> u64 { 5 } }
        pub fn doubled(x: i64) -> i64 { if S::five() == 4 { 0 } else { 2 * x } }
        """,
    )
    assert (broken.passed, broken.failure) == (0, Failure.LEFT_EARLY)


def test_a_right_answer_without_the_standard_library_passes(judge: Judge) -> None:
    """An answer may do without std; what calls it does not."""
    assert told(judge, DOUBLED, "#![no_std]\npub fn doubled(x: i64) -> i64 { 2 * x }").all_held


def test_statics_take_nothing_from_neighbours() -> None:
    """A sample with statics as large as the memory that each may use leaves those that came with it what they need."""
    toolchain = probe_toolchain()
    numbers = range(6)
    prompts = [
        with_tests(f"pub fn f{n}(x: i64) -> i64 {{", f"assert_eq!(f{n}(1), 1);", name=f"arbitrary/{n}")
        for n in numbers
    ]
    large = "".join(f"static mut B{n}: [u8; 250 << 20] = [0; 250 << 20]; " for n in range(4))
    touched = "".join(f"*(&raw mut B{n} as *mut u8).add(x as usize) = 1; " for n in range(4))
    hungry = f"{large} pub fn f0(x: i64) -> i64 {{ unsafe {{ {touched} }} x }}"
    others = [
        f"pub fn f{n}(x: i64) -> i64 {{ let v = vec![1u8; 64 << 20]; v[x as usize] as i64 }}" for n in numbers
    ]
    tests = testing.TestHarness(toolchain, edition="2021", sandbox=choose_sandbox(toolchain), jobs=1)
    try:
        # The first keeps the only worker busy while the rest comes together.
        futures = [tests.submit(prompts[5], others[5]), tests.submit(prompts[0], hungry)]
        futures += [tests.submit(prompts[n], others[n]) for n in range(1, 5)]
        judged = [future.result() for future in futures]
    finally:
        tests.close()
    assert all(isinstance(one, verdict.Tested) and one.all_held for one in judged), judged


def test_tests_whose_process_was_killed_start_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the process of the tests is gone, as when memory runs out, the samples after that are judged all the same."""
    testers: list[execution.Tester] = []

    class Noted(execution.Tester):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)  # type: ignore[arg-type] # whatever the original takes
            testers.append(self)

    monkeypatch.setattr(worker, "Tester", Noted)
    with Judge(jobs=1) as judge:
        assert told(judge, DOUBLED, "pub fn doubled(x: i64) -> i64 { 2 * x }").all_held
        with suppress(ProcessLookupError):
            os.killpg(testers[0]._process.pid, signal.SIGKILL)
        testers[0]._process.wait()
        assert told(judge, DOUBLED, "pub fn doubled(x: i64) -> i64 { x + x }").all_held
    assert len(testers) == 2


@pytest.mark.skipif(landlock_abi() == 0, reason="no Landlock")
def test_proof_cannot_be_read_through_proc() -> None:
    """Where /proc can be seen, what proves a pass cannot be opened there by its number."""
    attempt = choose._landlock(probe_toolchain())
    if attempt.sandbox is None:
        pytest.skip(str(attempt.fault))
    with Judge(jobs=1, sandbox=attempt.sandbox) as judge:
        seen = told(
            judge,
            TWICE,
            'pub fn twice(_: impl Fn(i64) -> i64, _: i64) -> i64 { panic!("{:?} {:?}", std::fs::read("/proc/self/fd/3"), '
            'std::fs::File::create("/proc/self/fd/4")) }',
        )
    assert str(seen.detail).count("Err(") == 2
    assert "No such device" in str(seen.detail) or not Path("/proc/self/fd").exists()


@pytest.mark.parametrize("surrogate", ["\ud800", "\udcff"])
def test_tests_that_are_no_text_are_the_suites_fault(surrogate: str) -> None:
    """Half a character in a suite's texts concerns its own prompt, and not those whose tests are built along with it."""
    with pytest.raises(SuiteFaultError, match="UTF-8"):
        plan_remote(replace(DOUBLED, tests=f"{DOUBLED.tests} // {surrogate}"))
