"""That nobody but a sample decides on its verdict: not the load, not whoever kills our processes, not what else is missing."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging import (
    Compiled,
    Empty,
    Judge,
    Proof,
    Rejected,
    RunLimits,
    Sandbox,
    Tested,
    Unjudged,
    choose_sandbox,
    probe_toolchain,
)
from tests.support.agreement import descendants, until
from tests.support.hidden import hidden_prompt, in_module
from tests.support.runs import WAIT_SECONDS, outcome, world

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferrobench.judging.toolchain import Toolchain

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]

HEAD = "pub fn f(x: u64) -> u64 {"
TESTS = in_module(*(f"fn t{n}() {{ assert_eq!(f({n}), {n}); }}" for n in range(4)))
PROMPT = hidden_prompt(HEAD, TESTS, reference=" x }")
# Each of four calls takes so long that somebody can kill something meanwhile.
SLOW = f"{HEAD} std::thread::sleep(std::time::Duration::from_millis(400)); x }}"
GENERIC = hidden_prompt(
    "pub fn same<T: Clone>(x: T) -> T {", in_module(*(f"fn t{n}() {{ assert_eq!(same({n}), {n}); }}" for n in range(4))),
    name="same", reference=" x }",
)  # fmt: skip
GENERIC_SLOW = f"{GENERIC.text} std::thread::sleep(std::time::Duration::from_millis(400)); x }}"
PATIENT = RunLimits(wall_seconds=60.0)


@pytest.fixture(scope="module")
def toolchain() -> Toolchain:
    return probe_toolchain()


@pytest.fixture(scope="module")
def sandbox(toolchain: Toolchain) -> Sandbox:
    return choose_sandbox(toolchain)


def command(pid: int) -> list[str]:
    """The command line of a process; nothing where it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[:-1]
    return []


def runs_tests(words: list[str]) -> bool:
    """Whether a process is that of the tests: a program of ours without an argument."""
    return len(words) == 1 and words[0].endswith("/program")


def runs_sample(words: list[str]) -> bool:
    return len(words) == 2 and words[0].endswith("/program")


def surrounds_sample(words: list[str]) -> bool:
    """Whether a process is the outermost of a sample's: the sandbox, or whatever starts it."""
    return len(words) > 3 and words[-2].endswith("/program") and words[-1] == "0"


def launches_sample(words: list[str]) -> bool:
    return surrounds_sample(words) and words[0].endswith("/launch") and words[1] != "become"


def kill_once(wanted: Callable[[list[str]], bool], *, oldest: bool = True) -> threading.Thread:
    """Kill a process of that kind as soon as there is a sample to test: the oldest or the newest one."""

    def kill() -> None:
        until(lambda: any(runs_sample(command(pid)) for pid in descendants()), 60.0)
        time.sleep(0.2)
        found = sorted(pid for pid in descendants() if wanted(command(pid)))
        if found:
            os.kill(found[0 if oldest else -1], signal.SIGKILL)
            killed.append(found)

    killed: list[list[int]] = []
    thread = threading.Thread(target=kill)
    thread.killed = killed  # type: ignore[attr-defined]
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("wanted", "oldest"),
    [(runs_tests, True), (runs_tests, False), (surrounds_sample, True), (launches_sample, False)],
    ids=["the process of the tests", "its child for the sample", "the sandbox", "the launcher"],
)
def test_whoever_kills_our_processes_costs_time_and_no_verdict(
    toolchain: Toolchain, sandbox: Sandbox, wanted: Callable[[list[str]], bool], oldest: bool
) -> None:
    """And the next sample is tested as if nothing had been."""
    with world() as here, Judge(toolchain, sandbox=sandbox, jobs=1, run_limits=PATIENT) as judge:
        killer = kill_once(wanted, oldest=oldest)
        first = judge.submit_tested(PROMPT, SLOW).result(WAIT_SECONDS)
        killer.join()
        second = judge.submit_tested(PROMPT, f"{HEAD} x }}").result(WAIT_SECONDS)

    assert killer.killed  # type: ignore[attr-defined]
    assert (outcome(first), outcome(second)) == ("pass", "pass"), (first, second)
    assert here.left == []


def test_in_one_process_too(toolchain: Toolchain, sandbox: Sandbox) -> None:
    with Judge(toolchain, sandbox=sandbox, jobs=1, run_limits=PATIENT) as judge:
        judge.submit_tested(GENERIC, f"{GENERIC.text} x }}").result(WAIT_SECONDS)
        killer = kill_once(surrounds_sample)
        tested = judge.submit_tested(GENERIC, GENERIC_SLOW).result(WAIT_SECONDS)
        killer.join()

    assert killer.killed  # type: ignore[attr-defined]
    assert outcome(tested) == "pass", tested
    assert isinstance(tested.tests, Tested)
    assert tested.tests.proof is Proof.IN_PROCESS


def test_what_the_clock_alone_ends_is_run_again(toolchain: Toolchain, sandbox: Sandbox) -> None:
    """A busy machine must not decide: here it is busy up to some moment, and the second time it is not."""
    limits = RunLimits(cpu_seconds=3, wall_seconds=2.0)
    with Judge(toolchain, sandbox=sandbox, jobs=1, run_limits=limits) as judge:
        assert outcome(judge.submit_tested(PROMPT, f"{HEAD} x }}").result(WAIT_SECONDS)) == "pass"
        idle_at = time.time() + limits.wall_seconds
        busy = (
            f"{HEAD} let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64(); "
            f"if now < {idle_at!r} {{ std::thread::sleep(std::time::Duration::from_secs(60)); }} x }}"
        )
        tested = judge.submit_tested(PROMPT, busy).result(WAIT_SECONDS)

    assert outcome(tested) == "pass", tested


@pytest.mark.parametrize(
    ("edition", "text", "expected"),
    [
        ("2021", "fn gen() -> u64 { 0 }\n" + HEAD + " x + gen() }", "pass"),
        ("2024", "fn gen() -> u64 { 0 }\n" + HEAD + " x + gen() }", "reject"),
        ("2024", "fn main() {}\n" + HEAD + " x }", "pass"),
        ("2024", HEAD + " u64::try_from(x as i64).unwrap() }", "pass"),
        ("2018", HEAD + " use std::convert::TryFrom; u64::try_from(x as i64).unwrap() }", "pass"),
        ("2018", HEAD + " let async_ = x; async_ }\nfn main() {}", "pass"),
    ],
)
def test_each_edition_is_tested_in_its_own_words(
    toolchain: Toolchain, sandbox: Sandbox, edition: str, text: str, expected: str
) -> None:
    with Judge(toolchain, sandbox=sandbox, edition=edition, jobs=1) as judge:
        assert outcome(judge.submit_tested(PROMPT, text).result(WAIT_SECONDS)) == expected


def test_a_crate_that_the_format_takes_for_granted_and_that_is_missing_fails_nobody(
    toolchain: Toolchain, sandbox: Sandbox
) -> None:
    """Whoever uses it without having been promised it is refused; whoever does not need it passes."""
    uses = f"use rand::Rng;\n{HEAD} x }}"
    granted = replace(PROMPT, outside_crates=("rand",))
    with Judge(toolchain, sandbox=sandbox, jobs=1) as judge:
        promised = judge.submit_tested(granted, uses).result(WAIT_SECONDS)
        invented = judge.submit_tested(PROMPT, uses).result(WAIT_SECONDS)
        without = judge.submit_tested(granted, f"{HEAD} x }}").result(WAIT_SECONDS)

    assert isinstance(promised.judgment, Unjudged)
    assert "rand" in promised.judgment.cause
    assert isinstance(invented.judgment, Rejected)
    assert outcome(without) == "pass"


def test_readings_are_tested_each_for_itself(toolchain: Toolchain, sandbox: Sandbox) -> None:
    """An empty completion on a complete prompt passes nothing, a renamed function and a missing import only after repairs."""
    complete = replace(
        PROMPT, id="arbitrary/complete", text=f"{HEAD} x }}\n", reference="", complete=True, entry_point="f"
    )
    renamed = hidden_prompt(
        "pub fn is_even(x: u64) -> bool {", in_module("fn a() { assert!(is_even(2)); }", "fn b() { assert!(!is_even(1)); }"),
        name="renamed", reference=" x % 2 == 0 }",
    )  # fmt: skip
    renamed = replace(renamed, entry_point="is_even")
    counting = hidden_prompt(
        "pub fn kinds(s: &str) -> usize {", in_module("fn a() { assert_eq!(kinds(\"aab\"), 2); }", "fn b() {}"),
        name="kinds", reference=" s.chars().collect::<std::collections::HashSet<_>>().len() }",
    )  # fmt: skip
    mean = hidden_prompt(
        "pub fn mean(xs: &[f64]) -> f64 {",
        in_module(
            "fn a() { assert_eq!(mean(&[0.1, 0.2]), (0.1 + 0.2) / 2.0); }", "fn b() { assert!(mean(&[]).is_nan()); }",
            "fn c() { assert!((mean(&[1e308, 1.0]) - 5e307).abs() < 1e293); }", "fn d() { assert_eq!(mean(&[-0.0]).to_bits(), (-0.0f64).to_bits()); }",
        ),
        name="mean", reference=" xs.iter().fold(-0.0, |a, x| a + x) / xs.len() as f64 }",
    )  # fmt: skip
    with Judge(toolchain, sandbox=sandbox, jobs=2, assisting=True) as judge:
        futures = {
            "empty": judge.submit_completion(complete, ""),
            "camel": judge.submit_completion(
                renamed, "```rust\npub fn isEven(x: u64) -> bool { x % 2 == 0 }\n```"
            ),
            "import": judge.submit_completion(counting, " s.chars().collect::<HashSet<_>>().len() }"),
            "floats": judge.submit_completion(mean, mean.reference),
        }
        found = {name: future.result(WAIT_SECONDS) for name, future in futures.items()}

    empty = found["empty"]
    assert isinstance(empty.as_generated, Compiled)
    assert (empty.strict, empty.extracted) == (Empty(), Empty())
    assert (empty.strict_tests, empty.extracted_tests) == (None, None)
    for name in ("camel", "import"):
        sample = found[name]
        assert not (isinstance(sample.extracted_tests, Tested) and sample.extracted_tests.all_held)
        assert sample.assisted is not None
        assert isinstance(sample.assisted.tests, Tested), sample.assisted
        assert sample.assisted.tests.all_held
        assert sample.assisted.rules
    floats = found["floats"].strict_tests
    assert isinstance(floats, Tested)
    assert floats.all_held, floats


@pytest.mark.parametrize(
    ("tests", "words"),
    [
        (in_module("#[ignore]\nfn a() { assert_eq!(f(1), 1); }"), "there are no tests"),
        ("", "there are no tests"),
        ("#[test] fn a() { assert_eq!(f(1), 1) ", "the tests do not parse"),
        (in_module("fn a() { assert_eq!(f(1), nothing_of_that_name); }"), "nothing_of_that_name"),
    ],
)
def test_tests_that_are_none_pass_nobody(
    toolchain: Toolchain, sandbox: Sandbox, tests: str, words: str
) -> None:
    """Zero tests run are no pass, and no failure of the model's."""
    prompt = hidden_prompt(HEAD, tests, reference=" x }")
    with Judge(toolchain, sandbox=sandbox, jobs=1) as judge:
        tested = judge.submit_tested(prompt, f"{HEAD} x }}").result(WAIT_SECONDS).tests

    assert isinstance(tested, Unjudged)
    assert tested.cause.startswith("suite: arbitrary/arbitrary: ")
    assert words in tested.cause


@pytest.mark.long
def test_tests_that_never_end_on_what_they_get_are_over_all_the_same(
    toolchain: Toolchain, sandbox: Sandbox
) -> None:
    """A result that keeps them busy is the sample's; the next sample has tests as ever."""
    prompt = hidden_prompt(
        HEAD, in_module("fn a() { for _ in 0..f(3) { std::hint::black_box(0); } }", "fn b() { assert_eq!(f(1), 1); }"),
        reference=" x }",
    )  # fmt: skip
    limits = RunLimits(cpu_seconds=1, wall_seconds=2.0)
    with Judge(toolchain, sandbox=sandbox, jobs=1, run_limits=limits) as judge:
        busy = judge.submit_tested(prompt, f"{HEAD} if x == 3 {{ u64::MAX }} else {{ x }} }}").result(
            WAIT_SECONDS
        )
        after = judge.submit_tested(prompt, f"{HEAD} x }}").result(WAIT_SECONDS)

    assert outcome(busy) in {"fail", "timeout"}, busy
    assert outcome(after) == "pass", after
