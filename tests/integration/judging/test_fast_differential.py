"""The fast way against one rustc process per program: the very same judgments, whatever the order, company and machine."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.corpus import mixed_corpus, refused_by_codegen, valid_programs
from ferrobench.errors import ToolchainError
from ferrobench.judging.assemble import assemble
from ferrobench.judging.fast import FastCompiler
from ferrobench.judging.process import Limits, Unconfined
from ferrobench.judging.sandbox import Sandbox, choose, choose_sandbox
from ferrobench.judging.toolchain import probe_toolchain
from ferrobench.judging.verdict import Compiled, Rejected
from tests.support.agreement import WAIT_SECONDS, differences, judge_exactly, judge_fast, variants

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.process import Command, Ended, Launcher
    from ferrobench.judging.verdict import Judgment

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = pytest.mark.rustc


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return choose_sandbox(TOOLCHAIN)


def mixed(seed: int, count: int) -> list[Program]:
    return [assemble(sample.text) for sample in mixed_corpus(seed, count)]


@pytest.fixture(scope="module")
def corpus() -> list[Program]:
    """Some hundred programs of all kinds, of several seeds."""
    texts = [sample.text for seed in (11, 12, 13, 14) for sample in mixed_corpus(seed, 85)]
    texts += [sample.text for sample in refused_by_codegen(11, 60)]
    texts += valid_programs(11, 40)
    programs = [assemble(text) for text in dict.fromkeys(texts)]
    random.Random(11).shuffle(programs)
    return programs


@pytest.fixture(scope="module")
def expected(corpus: list[Program], sandbox: Sandbox) -> list[Judgment]:
    """What the exact way says of the corpus."""
    return judge_exactly(corpus, TOOLCHAIN, sandbox.runner)


@pytest.mark.long
def test_both_ways_say_the_same(corpus: list[Program], expected: list[Judgment], sandbox: Sandbox) -> None:
    counts = Counter(type(judgment) for judgment in expected)
    assert min(counts[Compiled], counts[Rejected]) > 100

    assert differences(corpus, judge_fast(corpus, TOOLCHAIN, sandbox.runner), expected) == []


@pytest.mark.long
def test_the_order_does_not_matter(corpus: list[Program], expected: list[Judgment], sandbox: Sandbox) -> None:
    order = random.Random(5).sample(range(len(corpus)), 200)
    programs = [corpus[place] for place in order]

    fast = judge_fast(programs, TOOLCHAIN, sandbox.runner)

    assert differences(programs, fast, [expected[place] for place in order]) == []


@pytest.mark.long
@pytest.mark.parametrize("size", [1, 2, 3])
def test_small_company(size: int, corpus: list[Program], expected: list[Judgment], sandbox: Sandbox) -> None:
    """A few programs at a time, by the same compiler one time after the other."""
    compiler = FastCompiler(TOOLCHAIN, edition="2021", limits=Limits(), launcher=sandbox.runner, jobs=2)
    fast: list[Judgment] = []
    try:
        for start in range(60 * size, 60 * size + 48, size):
            futures = [compiler.submit(program) for program in corpus[start : start + size]]
            fast += [future.result(WAIT_SECONDS) for future in futures]
    finally:
        compiler.close()

    judged = slice(60 * size, 60 * size + 48)
    assert differences(corpus[judged], fast, expected[judged]) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_answers_to_the_same_task(seed: int, sandbox: Sandbox) -> None:
    """All define the same names, each with mistakes of its own, as a model's samples for one prompt do."""
    programs = [assemble(text) for text in variants(seed, 90)]

    fast = judge_fast(programs, TOOLCHAIN, sandbox.runner)

    assert differences(programs, fast, judge_exactly(programs, TOOLCHAIN, sandbox.runner)) == []


@pytest.mark.long
@pytest.mark.parametrize("edition", ["2015", "2018", "2024"])
def test_other_editions(edition: str, sandbox: Sandbox) -> None:
    programs = mixed(21, 50)

    fast = judge_fast(programs, TOOLCHAIN, sandbox.runner, edition=edition)
    exact = judge_exactly(programs, TOOLCHAIN, sandbox.runner, edition=edition)

    assert differences(programs, fast, exact) == []


PRELUDES = (
    "use std::fmt;\n\n#[derive(Debug)]\nstruct Point {\n    x: f64,\n    y: f64,\n}\n",
    "pub trait Shape {\n    fn area(&self) -> f64;\n}\nmacro_rules! square {\n    ($x:expr) => { $x * $x };\n}\n",
    "fn broken(x: u8) -> String { x }\n",
)
BODIES = (
    "impl ToString for Point {\n    fn to_string(&self) -> String {\n        format!(\"{} {}\", self.x, self.y)\n    }\n}\n",
    "impl Point {\n    fn length(&self) -> u8 {\n        self.x * self.y\n    }\n}\n",
    "pub struct Circle(f64);\n\nimpl Shape for Circle {\n    fn area(&self) -> f64 { square!(self.0) * 3.14 }\n}\n",
    "pub struct Square(f64);\n\nimpl Shape for Square {}\n",
    "pub fn f(p: Point) -> f64 { p.z }\n",
    "#![deny(unused)]\npub fn f() { let x = 1; }\n",
    "pub fn f(p: &dyn Shape) -> u8 { p.area() }\n",
)  # fmt: skip


def test_programs_with_preludes(sandbox: Sandbox) -> None:
    """Lines are the sample's own in both ways."""
    programs = [assemble(body, prelude) for prelude in PRELUDES for body in BODIES]
    programs += [assemble(sample.text, PRELUDES[0]) for sample in mixed_corpus(31, 30)]

    fast = judge_fast(programs, TOOLCHAIN, sandbox.runner)

    assert differences(programs, fast, judge_exactly(programs, TOOLCHAIN, sandbox.runner)) == []


@pytest.mark.long
def test_without_a_fork_server(corpus: list[Program], expected: list[Judgment], sandbox: Sandbox) -> None:
    fast = judge_fast(corpus[:100], TOOLCHAIN, sandbox.runner, fork_server=False)

    assert differences(corpus[:100], fast, expected[:100]) == []


def _landlock() -> Launcher:
    attempt = choose._landlock(TOOLCHAIN)
    if attempt.sandbox is None:
        pytest.skip(str(attempt.fault))
    return attempt.sandbox.runner


@pytest.mark.long
@pytest.mark.parametrize("make", [_landlock, Unconfined], ids=["landlock", "none"])
def test_other_protection(make: Callable[[], Launcher]) -> None:
    launcher = make()
    programs = mixed(41, 60)

    fast = judge_fast(programs, TOOLCHAIN, launcher)

    assert differences(programs, fast, judge_exactly(programs, TOOLCHAIN, launcher)) == []


class CountingLauncher:
    """Passes everything on and counts the processes that it starts."""

    def __init__(self, launcher: Launcher) -> None:
        self.runs = 0
        self._launcher = launcher

    def __call__(
        self, command: Command, folder: Path, limits: Limits, keep: Callable[[bytes], None]
    ) -> Ended:
        self.runs += 1
        return self._launcher(command, folder, limits, keep)

    def start(self, command: Command, folder: Path, limits: Limits) -> subprocess.Popen[bytes]:
        return self._launcher.start(command, folder, limits)


def test_what_is_submitted_often_is_compiled_once(sandbox: Sandbox) -> None:
    """By twenty threads at the same time, and once more afterwards. It needs a process of its own, so runs can be counted."""
    launcher = CountingLauncher(sandbox.runner)
    compiler = FastCompiler(TOOLCHAIN, edition="2021", limits=Limits(), launcher=launcher, jobs=2)
    program = assemble('pub const HERE: Option<&str> = option_env!("HERE");')
    ready = threading.Barrier(20)
    judgments: list[Judgment] = []

    def submit() -> None:
        ready.wait()
        judgments.append(compiler.submit(program).result(WAIT_SECONDS))

    threads = [threading.Thread(target=submit) for _ in range(20)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert compiler.submit(program).result(WAIT_SECONDS) == Compiled(warnings=())
    finally:
        compiler.close()

    assert judgments == [Compiled(warnings=())] * 20
    assert launcher.runs == 1


def test_the_same_text_in_other_places_is_another_program(sandbox: Sandbox) -> None:
    """Equal files whose lines count differently are not judged as one."""
    shifted = assemble("pub fn f() -> u8 { true }", "pub struct Point;")
    programs: Sequence[Program] = [shifted, replace(shifted, shift=0), replace(shifted, shift=1)]

    fast = judge_fast(programs, TOOLCHAIN, sandbox.runner)

    lines = [judgment.errors[0].line for judgment in fast if isinstance(judgment, Rejected)]
    assert lines == [1, 5, 4]
