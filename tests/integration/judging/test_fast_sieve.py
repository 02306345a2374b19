"""What is concluded from one rustfmt for many is what a rustc for each says."""

from __future__ import annotations

import tempfile
from random import Random
from typing import TYPE_CHECKING

import pytest

from benchmarks.corpus import mixed_corpus, valid_programs
from ferrobench.errors import ToolchainError
from ferrobench.judging.assemble import assemble
from ferrobench.judging.fast.batch import Parsing
from ferrobench.judging.fast.worker import Worker
from ferrobench.judging.process import Limits
from ferrobench.judging.sandbox import Sandbox, choose_sandbox
from ferrobench.judging.toolchain import probe_toolchain
from ferrobench.judging.verdict import Rejected, Stage
from tests.support.agreement import differences, judge_exactly, judge_fast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.fast.sieve import Finding

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(TOOLCHAIN.rustfmt is None, reason="needs rustfmt"),
]


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return choose_sandbox(TOOLCHAIN)


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> Iterator[Worker]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    worker = Worker(TOOLCHAIN, edition="2021", limits=Limits(), launcher=sandbox.runner, library=None)
    if not worker.sieves:
        pytest.skip("another rustc than those that were tried")
    yield worker
    worker.close()
    assert list(tmp_path.iterdir()) == []


ODDITIES = (
    "\t", "\r\n", "\u00e9", "\u4e2d\u6587", "\U0001f980", "\u200d", "\u202e", "\x01", "\x1b[31m", "\u00a0", "// \u00fc", '"\u00e9{"', "'{'",
    "{", "}", "(", ")", "[", "]", "<", ">", "\n\n", "    ", "x" * 200, "// " + "y" * 300, "/*", "*/", '"', "r#", "`", "\\",
)  # fmt: skip


def unbalanced(seed: int, count: int) -> list[Program]:
    """Programs with a bracket too few or too many, a tail cut off, and oddities here and there."""
    random = Random(f"unbalanced {seed}")
    found: dict[str, None] = {}
    sources = valid_programs(seed, count)
    while len(found) < count:
        text = random.choice(sources)
        for _ in range(random.choice((0, 0, 1, 3))):
            place = random.randrange(len(text))
            text = text[:place] + random.choice(ODDITIES) + text[place:]
        brackets = [place for place, character in enumerate(text) if character in "()[]{}"]
        match random.randrange(3) if brackets else 2:
            case 0:
                place = random.choice(brackets)
                text = text[:place] + text[place + 1 :]
            case 1:
                place = random.choice(brackets)
                text = text[:place] + random.choice("()[]{}") + text[place:]
            case _:
                text = text[: random.randrange(1, len(text))]
        found[text] = None
    return [assemble(text) for text in found]


def settled(programs: Sequence[Program], findings: Sequence[Finding]) -> list[tuple[Program, Rejected]]:
    return [
        (program, finding)
        for program, finding in zip(programs, findings, strict=True)
        if isinstance(finding, Rejected)
    ]


def holds(programs: list[Program], worker: Worker, sandbox: Sandbox, *, least: float) -> None:
    # A few at a time, since oddities of some kinds end rustfmt.
    parts = [programs[start : start + 25] for start in range(0, len(programs), 25)]
    found = [pair for part in parts for pair in settled(part, worker.sieve(part))]
    assert len(found) >= least * len(programs)
    own, quick = [program for program, _ in found], [judgment for _, judgment in found]
    assert differences(own, quick, judge_exactly(own, TOOLCHAIN, sandbox.runner)) == []


def test_judgments_are_those_of_a_rustc_each(worker: Worker, sandbox: Sandbox) -> None:
    """To the last column, whatever stands around the fault."""
    holds(unbalanced(71, 150), worker, sandbox, least=0.4)


@pytest.mark.long
@pytest.mark.parametrize("seed", [72, 73, 74])
def test_judgments_of_many_are_those_of_a_rustc_each(seed: int, worker: Worker, sandbox: Sandbox) -> None:
    holds(unbalanced(seed, 1000), worker, sandbox, least=0.4)


def test_what_small_models_write_is_mostly_settled(worker: Worker, sandbox: Sandbox) -> None:
    """The same, on the mixed corpus; and a prelude changes no place."""
    texts = [sample.text for sample in mixed_corpus(75, 150)]
    programs = [assemble(text, prelude="struct Point { x: i32 }\nuse std::fmt;") for text in texts]
    holds(programs, worker, sandbox, least=0.2)


def test_how_programs_parse_is_what_rustc_says_by_itself(worker: Worker, sandbox: Sandbox) -> None:
    programs = [assemble(sample.text) for sample in mixed_corpus(76, 100)]
    exact = judge_exactly(programs, TOOLCHAIN, sandbox.runner)
    for program, finding, judgment in zip(programs, worker.sieve(programs), exact, strict=True):
        if isinstance(finding, Parsing) and isinstance(judgment, Rejected):
            fails_early = judgment.stage in (Stage.LEX, Stage.PARSE)
            assert fails_early == (finding is Parsing.BROKEN), program.source


def test_what_ends_rustfmt_costs_the_others_nothing(worker: Worker) -> None:
    """An unterminated string ends it at once, deep nesting by a signal; the next run begins behind the first."""
    fine, unclosed = assemble("pub fn f() {}\n"), assemble("pub fn f() {\n")
    deadly = assemble('pub fn f() { let s = "open; }\n')

    findings = worker.sieve([unclosed, deadly, fine, unclosed, deadly, fine])

    assert [type(finding) for finding in findings] == [
        Rejected,
        type(None),
        Parsing,
        Rejected,
        type(None),
        Parsing,
    ]
    deep = assemble("pub fn f() { " + "(" * 60_000)
    assert worker.sieve([deep, fine]) == [None, None]
    assert worker.sieve([fine]) == [Parsing.CLEAN]


def test_without_a_fork_server_the_sieve_says_the_same(sandbox: Sandbox) -> None:
    programs = unbalanced(77, 40)
    exact = judge_exactly(programs, TOOLCHAIN, sandbox.runner)
    fast = judge_fast(programs, TOOLCHAIN, sandbox.runner, fork_server=False)
    assert differences(programs, fast, exact) == []
