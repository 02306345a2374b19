"""The hostile set's running programs, under hidden tests: each verdict as expected, nobody else's changed, nothing escapes.

Each is tried in both tiers, by itself and in one program with its neighbours: other hostile ones, and innocents.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging import Judge, RunLimits, TestedProgram, probe_toolchain
from ferrobench.judging.sandbox import Tier
from tests.support.hidden import hidden_prompt, in_module
from tests.support.runs import World, outcome, results, sandbox_of, unjudged, world
from tests.support.shared import SHARED

if TYPE_CHECKING:
    from ferrobench.judging import Sandbox
    from ferrobench.judging.judge import Mode
    from ferrobench.prompts import Prompt

HOSTILE = SHARED / "hostile"
pytestmark = [
    pytest.mark.rustc,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
    pytest.mark.skipif(not HOSTILE.is_dir(), reason=f"no hostile set in {HOSTILE}"),
]

MANIFEST = json.loads((HOSTILE / "manifest.json").read_text("utf-8")) if HOSTILE.is_dir() else {"samples": []}
SAMPLES = {sample["file"]: sample for sample in MANIFEST["samples"] if sample["kind"] == "run"}
# So little memory that the limit of it is met well before that of time. A busy machine must not decide.
LIMITS = RunLimits(cpu_seconds=3, wall_seconds=60.0, address_space_mib=640)
# Those that wait are run by themselves, with less patience.
WAITING = ("r02_sleep_forever.rs", "r03_fork_bomb_self_respawn.rs")
IMPATIENT = RunLimits(cpu_seconds=1, wall_seconds=0.75)
RIGHT = "pub fn evens_doubled(xs: Vec<i64>) -> Vec<i64> { xs.into_iter().filter(|x| x % 2 == 0).map(|x| x * 2).collect() }"
INNOCENT = [
    ("double", "pub fn double(x: i64) -> i64 { x * 2 }", "assert_eq!(double(21), 42);"),
    ("shout", "pub fn shout(s: &str) -> String { s.to_uppercase() }", 'assert_eq!(shout("é"), "É");'),
    ("head", "pub fn head(xs: &[u8]) -> Option<u8> { xs.first().copied() }", "assert_eq!(head(&[]), None);"),
    ("fill", "pub fn fill(xs: &mut Vec<u8>) { xs.push(1); }", "let mut v = vec![]; fill(&mut v); assert_eq!(v, [1]);"),
    ("fails", "pub fn fails(x: u8) -> u8 { [1u8][x as usize] }", "assert_eq!(std::panic::catch_unwind(|| fails(1)).is_err(), true);"),
    ("half", "pub fn half(x: f64) -> f64 { x / 2.0 }", "assert_eq!(half(3.0), 1.5);"),
]  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What came of judging them all at once."""

    judged: dict[str, TestedProgram]
    world: World


def task(name: str) -> Prompt:
    """The hostile set's task, as a prompt of this name: no program holds two answers to one prompt."""
    tests = "".join(
        f"#[test] fn t{number}() {{ assert_eq!(evens_doubled({test['args'][0]}), {test['expected']}); }}\n"
        for number, test in enumerate(MANIFEST["task"]["tests"])
    )
    signature = MANIFEST["task"]["signature"]
    return hidden_prompt(
        f"{signature} {{", f"mod tests {{ use super::*; {tests} }}", name=name, reference=RIGHT
    )


def innocent(name: str, source: str, tests: str) -> Prompt:
    return hidden_prompt(
        source.partition("{")[0] + "{", in_module(f"fn a() {{ {tests} }}", "fn b() {}"), name=name
    )


RUNS = [
    pytest.param((Tier.NAMESPACES, "fast"), id="namespaces-together"),
    pytest.param((Tier.NAMESPACES, "exact"), id="namespaces-alone", marks=pytest.mark.long),
    pytest.param((Tier.LANDLOCK, "fast"), id="landlock-together", marks=pytest.mark.long),
    pytest.param((Tier.LANDLOCK, "exact"), id="landlock-alone", marks=pytest.mark.long),
]


@pytest.fixture(scope="module", params=RUNS)
def run(request: pytest.FixtureRequest) -> Run:
    """All of them at once, with innocents before, between and after; in ``exact`` mode each has a program to itself."""
    tier, mode = request.param
    toolchain = probe_toolchain()
    sandbox = sandbox_of(tier, toolchain)
    if isinstance(sandbox, str):
        pytest.skip(sandbox)
    return judge_all(sandbox, mode)


def judge_all(sandbox: Sandbox, mode: Mode) -> Run:
    hostile = [(name, task(name), (HOSTILE / name).read_text("utf-8")) for name in SAMPLES]
    innocents = [(name, innocent(name, source, tests), source) for name, source, tests in INNOCENT]
    ordered = [*innocents[:2], *hostile[:9], *innocents[2:4], *hostile[9:], *innocents[4:]]

    def judged(limits: RunLimits, chosen: list[tuple[str, Prompt, str]]) -> dict[str, TestedProgram]:
        with Judge(probe_toolchain(), sandbox=sandbox, mode=mode, jobs=2, run_limits=limits) as judge:
            judge.prepare([prompt for _, prompt, _ in chosen])
            return results({name: judge.submit_tested(prompt, text) for name, prompt, text in chosen})

    with world(MANIFEST["canaries"]["tcp_and_udp_port"]) as here:
        found = judged(LIMITS, [one for one in ordered if one[0] not in WAITING])
        found |= judged(IMPATIENT, [one for one in ordered if one[0] in WAITING])
    return Run(found, here)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_program_gets_the_verdict_that_is_expected(run: Run, name: str) -> None:
    expected = SAMPLES[name]

    assert outcome(run.judged[name]) in expected["expect"], run.judged[name]
    assert outcome(run.judged[name]) not in expected.get("must_not", [])


@pytest.mark.parametrize("name", [name for name, _, _ in INNOCENT])
def test_neighbours_pass_whoever_is_beside_them(run: Run, name: str) -> None:
    assert outcome(run.judged[name]) == "pass", run.judged[name]


def test_nothing_is_unjudged(run: Run) -> None:
    """A hostile program is its own fault, never ours."""
    assert unjudged(run.judged) == {}


def test_no_secret_leaks(run: Run) -> None:
    """Neither into verdicts nor into what people are shown of them."""
    said = repr(run.judged)

    assert run.world.secret not in said
    assert "root:" not in said
    assert str(run.world.canary.parent) not in said


def test_nothing_escapes_and_nothing_is_left(run: Run) -> None:
    """No file, no process, no descriptor; no connection came."""
    assert run.world.left == []
    assert run.world.arrived == []
