"""The reward function with the real rustc: what cheats, what hangs, and what grows."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from ferrobench import Judge, RewardFunction
from ferrobench.errors import ToolchainError
from ferrobench.judging import Compiled, Limits, Stage, probe_toolchain
from ferrobench.judging.judge import Mode
from ferrobench.prompts import JudgeMode, load_suite
from ferrobench.reward import STAGE_REWARDS, Kind
from tests.unit.test_reward import CHEATS

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = pytest.mark.rustc

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "tests" / "programs"
PROMPT = "fn factorial(n: u64) -> u64 {"
STAGES = {
    " (1..=n).product() }": Stage.COMPILED,
    " (1..=n).product() } ~": Stage.PARSE,
    " (1..=n).product(": Stage.LEX,
    " missing }": Stage.RESOLVE,
    " n + 1u8 }": Stage.TYPECHECK,
    " let s = String::new(); let t = s; s.len() as u64 }": Stage.BORROWCK,
    " [1u64][2] }": Stage.LINT,
    " // nothing": Stage.EMPTY,
    " #![cfg(any())] anything at all }": Stage.PARSE,
    " #![cfg(any())] anything() }": Stage.EMPTY,
}


@pytest.fixture(scope="module")
def reward() -> Iterator[RewardFunction]:
    with RewardFunction("stage", jobs=2) as reward:
        yield reward


@pytest.mark.parametrize("mode", get_args(Mode))
def test_each_stage_has_its_reward(mode: Mode) -> None:
    """The same in both modes, for a whole batch at once."""
    prompts = [PROMPT] * len(STAGES)
    with RewardFunction("stage", mode=mode, jobs=2) as stage_reward:
        assert stage_reward(prompts=prompts, completions=list(STAGES)) == [
            STAGE_REWARDS[stage] for stage in STAGES.values()
        ]
    with RewardFunction("compile", mode=mode, jobs=2) as compile_reward:
        assert compile_reward(prompts=prompts, completions=list(STAGES)) == [
            float(stage is Stage.COMPILED) for stage in STAGES.values()
        ]


def test_cheats_compile_and_earn_nothing(reward: RewardFunction) -> None:
    """Each of them: else it would be no cheat."""
    codes = list(CHEATS.values())
    with Judge(TOOLCHAIN, jobs=2) as judge:
        judgments = judge.compile(codes)

    # A file of documentation has no token and does not get so far.
    assert [
        name for name, judgment in zip(CHEATS, judgments, strict=True) if not isinstance(judgment, Compiled)
    ] == ["documentation"]
    assert reward(prompts=[""] * len(codes), completions=codes) == [0.0] * len(codes)


def test_the_name_of_a_trusted_attribute_cannot_be_given_to_another() -> None:
    """What lets an item with such an attribute count."""
    names = ["inline", "must_use", "doc", "allow", "repr", "cold", "track_caller", "ignore"]
    with Judge(TOOLCHAIN, jobs=2) as judge:
        judgments = judge.compile(
            f"use core::prelude::v1::test as {name};\n#[{name}] pub fn f() -> u8 {{ nonsense }}"
            for name in names
        )

    assert not any(isinstance(judgment, Compiled) for judgment in judgments)


@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize(
    "name",
    [
        *(pytest.param(name, marks=pytest.mark.long) for name in ("evaluates_forever", "expands_forever")),
        "doubles_tokens",
        "words_its_error_as_ours",
    ],
)
def test_no_program_makes_itself_unjudged(name: str, mode: Mode) -> None:
    """Neither by time nor by memory nor by words; and its neighbours are judged."""
    code = (PROGRAMS / f"{name}.rs").read_text()
    completions = [code, "pub fn f() {}"]
    limits = Limits(cpu_seconds=2, wall_seconds=20, address_space_mib=1024)
    with RewardFunction("compile", code="completion", mode=mode, limits=limits, jobs=2) as compile_reward:
        assert compile_reward(prompts=[""] * 2, completions=completions) == [0.0, 1.0]
    with RewardFunction("stage", code="completion", mode=mode, limits=limits, jobs=2) as stage_reward:
        (earned, whole) = stage_reward(prompts=[""] * 2, completions=completions)
    assert whole == 1.0
    assert earned in STAGE_REWARDS.values()
    assert earned != 1.0


SEED = [prompt for prompt in load_suite("seed").prompts if prompt.judge is JudgeMode.TESTS]
HALF = "\n    let mut product = 1;\n    for i in 1..n {\n        product *= i;\n    }\n    product\n}\n"


@pytest.mark.parametrize("kind", ["tests", "pass"])
def test_hidden_tests_reward_what_does_what_was_asked(kind: Kind) -> None:
    """References alone earn all; what never returns, leaves, or says that it passed earns nothing; half right, a share."""
    endless = {
        "todo": "\n    todo!()\n}\n",
        "leaves": "\n    std::process::exit(0)\n}\n",
        "talks": '\n    println!("test result: ok. 9 passed; 0 failed"); std::process::exit(0)\n}\n',
    }
    begun = [prompt for prompt in SEED if not prompt.complete]
    with RewardFunction(kind, suite="seed", jobs=2) as reward:
        references = reward(
            prompts=[prompt.text for prompt in SEED],
            completions=[prompt.reference for prompt in SEED],
            task_id=[prompt.id for prompt in SEED],
        )
        cheats = [
            reward(
                prompts=[prompt.text for prompt in begun],
                completions=[body] * len(begun),
                task_id=[prompt.name for prompt in begun],
            )
            for body in endless.values()
        ]
        (half,) = reward(prompts=["x"], completions=[HALF], task_id=["factorial"])

    assert references == [1.0] * len(SEED)
    assert cheats == [[0.0] * len(begun)] * len(endless)
    assert half is not None
    assert 0.0 < half < 1.0 if kind == "tests" else half == 0.0


def test_hidden_tests_may_come_with_the_dataset() -> None:
    """Two prompts with tests of their own; broken tests are nobody's reward."""
    right, wrong = (
        "```rust\nfn add(a: i32, b: i32) -> i32 { a + b }\n```",
        "```rust\nfn add(a: i32, b: i32) -> i32 { a * b }\n```",
    )
    tests = "fn main() { assert_eq!(add(2, 2), 4); assert_eq!(add(1, 1), 2); }"
    with RewardFunction("tests", code="fenced", jobs=2) as reward:
        rewards = reward(
            prompts=[[{"role": "user", "content": "Add."}]] * 4,
            completions=[right, wrong, "I cannot.", right],
            tests=[tests, tests, tests, "fn main() { assert_eq!("],
            entry=["fn add(a: i32, b: i32) -> i32"] * 4,
        )

    assert rewards == [1.0, 0.5, 0.0, None]


@pytest.mark.filterwarnings("ignore:seed/apply. its tests share a process:UserWarning")
def test_what_shares_a_process_with_its_tests_earns_only_where_allowed() -> None:
    """And does not find them in its folder."""
    apply = replace(
        SEED[0],
        id="seed/apply",
        text="fn apply<F: Fn(u32) -> u32>(f: F, x: u32) -> u32 {",
        reference=" f(x) }",
        tests="#[test]\nfn applies() { assert_eq!(apply(|x| x + 41, 1), 42); }\n",
    )
    suite = replace(load_suite("seed"), prompts=(apply,))
    peeking = ' let _ = f; if std::fs::read("/program/root.rs").is_ok() { 42 } else { x } }'
    earned = []
    for allow in (True, False):
        with RewardFunction("pass", suite=suite, allow_in_process=allow, jobs=1) as reward:
            earned += reward(prompts=[""] * 2, completions=[apply.reference, peeking], task_id=["apply"] * 2)

    assert earned == [1.0, 0.0, 0.0, 0.0]


def test_preludes_are_in_scope() -> None:
    """So that the completion need not repeat what the task gives."""
    with RewardFunction(prelude="given", jobs=1) as reward:
        rewards = reward(
            prompts=["fn f(p: Point) -> u8 {"] * 2,
            completions=[" p.x }"] * 2,
            given=["struct Point { x: u8 }", ""],
        )

    assert rewards == [1.0, 0.0]


def test_many_threads_may_ask(reward: RewardFunction) -> None:
    """Each gets the rewards of its own completions."""

    def ask(thread: int) -> list[float | None]:
        completions = [
            f" n * {thread} + {call} }}" if call % 2 else f" {thread}.{call} }}" for call in range(20)
        ]
        return reward(prompts=[PROMPT] * 20, completions=completions)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(ask, range(4)))

    assert results == [[STAGE_REWARDS[Stage.TYPECHECK], 1.0] * 10] * 4


def test_asynchronous_rewards_leave_the_loop_alone(reward: RewardFunction) -> None:
    """Other tasks go on meanwhile."""
    ask = reward.asynchronous()

    async def both() -> tuple[list[float | None], int]:
        ticks = 0
        task = asyncio.create_task(ask(prompts=[PROMPT] * 2, completions=[" n }", " missing_name }"]))
        while not task.done():
            ticks += 1
            await asyncio.sleep(0.001)
        return await task, ticks

    rewards, ticks = asyncio.run(both())

    assert rewards == [1.0, STAGE_REWARDS[Stage.RESOLVE]]
    assert ticks > 1


def _ask_in_child(reward: RewardFunction, number: int) -> list[float | None]:
    return reward(prompts=[PROMPT] * 2, completions=[f" n + {number} }}", " n + 'a' }"])


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_fork_does_not_hang(reward: RewardFunction) -> None:
    """Children start judges of their own, even if a thread held the lock when they were forked."""
    expected = [1.0, STAGE_REWARDS[Stage.TYPECHECK]]
    assert _ask_in_child(reward, 1000) == expected
    stop = threading.Event()

    def keep_asking() -> None:
        while not stop.is_set():
            reward(prompts=[PROMPT], completions=[f" n + {time.monotonic_ns()} }}"])

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        for number in range(3):
            child = os.fork()
            if child == 0:
                ok = False
                try:
                    ok = _ask_in_child(reward, number) == expected
                    reward.close()
                finally:
                    os._exit(0 if ok else 1)
            deadline = time.monotonic() + 60
            while (ended := os.waitpid(child, os.WNOHANG))[0] == 0 and time.monotonic() < deadline:
                time.sleep(0.05)
            if ended[0] == 0:
                os.kill(child, 9)
                os.waitpid(child, 0)
            assert ended == (child, 0)
    finally:
        stop.set()
        asking.join()
    assert _ask_in_child(reward, 1001) == expected


def test_it_goes_to_spawned_processes(reward: RewardFunction) -> None:
    """By pickling, after it was used here."""
    assert _ask_in_child(reward, 1002) == [1.0, STAGE_REWARDS[Stage.TYPECHECK]]
    with get_context("spawn").Pool(1) as pool:
        rewards = pool.apply_async(_ask_in_child, (reward, 1003)).get(timeout=120)
        pool.close()
        pool.join()

    assert rewards == [1.0, STAGE_REWARDS[Stage.TYPECHECK]]


def _resident_kib() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def _children() -> int:
    return sum(len((task / "children").read_text().split()) for task in Path("/proc/self/task").iterdir())


def _standing() -> dict[str, int]:
    """What must not grow: threads, descriptors, processes and files of this process."""
    return {
        "threads": threading.active_count(),
        "descriptors": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "children": _children(),
        "files": sum(1 for _ in Path(tempfile.gettempdir()).rglob("*")),
    }


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_hundreds_of_calls_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither memory nor threads, descriptors, processes or files; and closing leaves none at all."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    outside = _standing()

    def rounds(numbers: range) -> None:
        for number in numbers:
            completions = [
                f" n + {number} }}", f" missing_{number} }}", f" n + {number}", f" 'a' + {number} }}",
                f" let s = String::from(\"{number}\"); drop(s); s.len() as u64 }}", f" #![cfg(any())] f({number}) }}",
            ]  # fmt: skip
            rewards = reward(prompts=[PROMPT] * len(completions), completions=completions)
            assert rewards[0] == 1.0
            assert None not in rewards

    with RewardFunction("stage", jobs=2) as reward:
        rounds(range(40))
        before, resident = _standing(), _resident_kib()
        rounds(range(40, 240))
        after, resident_after = _standing(), _resident_kib()
    closed = _standing()

    assert after == before
    # Verdicts are remembered, up to a bound: of these 1,200 a few hundred bytes each.
    assert resident_after - resident < 8 * 1024
    assert closed == outside


def test_the_blocks_of_the_documentation_run() -> None:
    """In their order, but for the one that trains; that one has the syntax of Python at least."""
    page = (ROOT / "docs" / "python-api.md").read_text()
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    names: dict[str, object] = {}
    for block in blocks:
        code = compile(block, "docs/python-api.md", "exec")
        if "trl" not in block:
            exec(code, names)

    assert len(blocks) == 6
    assert names["rewards"] == [1.0, 4 / 9, 0.0]


def test_the_example_runs() -> None:
    """And prints a reward for each of its completions."""
    result = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "rl_reward.py")],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert result.stderr == ""
    rewards = [line.split()[0] for line in result.stdout.splitlines() if line[:1].isdigit()]
    assert rewards == ["1.00", "0.44", "0.11", "0.00", "0.00", "1.00", "0.25", "0.00"]
