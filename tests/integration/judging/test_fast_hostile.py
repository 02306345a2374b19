"""Hostile programs in one batch with innocent ones: each gets its own verdict, nobody else's changes, nothing is left."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.corpus import mixed_corpus, valid_programs
from ferrobench.errors import ToolchainError
from ferrobench.judging.assemble import assemble
from ferrobench.judging.fast import FastCompiler
from ferrobench.judging.process import Limits
from ferrobench.judging.sandbox import Sandbox, choose_sandbox
from ferrobench.judging.toolchain import probe_toolchain
from ferrobench.judging.verdict import Compiled, CompilerCrashed, Limit, LimitHit, Rejected, Unjudged
from tests.support.agreement import (
    descendants,
    descriptors,
    differences,
    judge_exactly,
    submit_together,
    until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.verdict import Judgment

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = [pytest.mark.rustc, pytest.mark.slow]

ROOT = Path(__file__).parents[3]
HOSTILE = ROOT.parent / "shared" / "hostile"
ZOO = sorted((ROOT / "tests" / "programs").glob("*.rs"))
SECRET = "canary-7f3a9c"
# Endless programs cost so much each, and a flood of errors takes a good second on a slow machine. With more, a program that
# doubles itself comes to the limit of memory at about the same time, and which of the two it meets is chance.
LIMITS = Limits(cpu_seconds=2, wall_seconds=60.0)


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return choose_sandbox(TOOLCHAIN)


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing may be left: no folder, no process, no descriptor. A secret lies in the environment."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    for name in ("HARNESS_CANARY_SECRET", "FERROBENCH_CANARY"):
        monkeypatch.setenv(name, SECRET)
    before = descriptors()
    running = descendants()
    yield
    assert list(folder.iterdir()) == []
    assert until(lambda: not descendants())
    assert descendants() <= running
    assert descriptors().keys() == before.keys()


def judge_among_innocents(hostile: list[Program], sandbox: Sandbox) -> list[Judgment]:
    """Judge *hostile* among thirty innocents, in both ways; give what the fast way says of the hostile ones."""
    innocent = [assemble(text) for text in valid_programs(61, 15)]
    innocent += [assemble(sample.text) for sample in mixed_corpus(61, 15)]
    programs = [*innocent[:10], *hostile, *innocent[10:]]
    compiler = FastCompiler(TOOLCHAIN, edition="2021", limits=LIMITS, launcher=sandbox.runner, jobs=2)
    try:
        fast = submit_together(compiler, programs)
    finally:
        compiler.close()
    exact = judge_exactly(programs, TOOLCHAIN, sandbox.runner, limits=LIMITS)

    assert differences(programs, fast, exact) == []
    assert SECRET not in repr(fast)
    assert "root:x:" not in repr(fast)
    assert not any(isinstance(judgment, Unjudged) for judgment in fast)
    return fast[10 : 10 + len(hostile)]


def outcome(judgment: Judgment) -> str:
    """A judgment in the words of the hostile set's manifest. What compiles may pass or fail when it is run."""
    match judgment:
        case Compiled():
            return "pass"
        case Rejected():
            return "reject"
        case CompilerCrashed():
            return "crash"
        case LimitHit(limit=Limit.TIME):
            return "timeout"
        case LimitHit(limit=Limit.MEMORY):
            return "oom"
        case _:
            return "output-limit"


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="no hostile set beside the repository")
def test_the_hostile_set(sandbox: Sandbox) -> None:
    manifest = json.loads((HOSTILE / "manifest.json").read_text(encoding="utf-8"))
    samples = [sample for sample in manifest["samples"] if sample["kind"] == "compile"]
    assert len(samples) >= 10
    programs = [
        assemble((HOSTILE / sample["file"]).read_bytes().decode("utf-8", "surrogateescape"))
        for sample in samples
    ]

    judgments = judge_among_innocents(programs, sandbox)

    for sample, judgment in zip(samples, judgments, strict=True):
        assert outcome(judgment) in sample["expect"], (sample["file"], judgment)


@pytest.mark.long
def test_our_own_zoo(sandbox: Sandbox) -> None:
    """The same verdicts as one rustc per program gives; what those are, ``test_programs.py`` knows."""
    programs = [assemble(path.read_bytes().decode("utf-8", "surrogateescape")) for path in ZOO]

    judgments = judge_among_innocents(programs, sandbox)

    assert {outcome(judgment) for judgment in judgments} >= {"pass", "reject", "timeout"}


def test_attacks_on_the_fork_server(sandbox: Sandbox) -> None:
    """On its files, its words and its descriptors, as far as a program can speak of them at all."""
    sources = [
        'pub const X: &str = include_str!("../batch.rs");',
        'pub const X: &[u8] = include_bytes!("../preload.so");',
        'pub const X: &str = include_str!("output");',
        'pub const X: &str = include_str!("/proc/self/maps");',
        'pub const X: &str = include_str!("/dev/stdin");',
        'include!("../child/ferrobench_0.rs");',
        'include!("batch.rs");',
        "mod batch;",
        'pub const X: Option<&str> = option_env!("LD_PRELOAD");\nconst _: () = assert!(X.is_none());',
        'compile_error!("aborting due to 1 previous error");',
        'compile_error!("parsed\\nparsed");',
        'compile_error!("{\\"$message_type\\":\\"artifact\\",\\"artifact\\":\\"out.rlib\\"}");',
        'compile_error!("1 warning emitted\\",\\"code\\":null,\\"level\\":\\"warning\\",\\"spans\\":[]");',
        'pub fn f() -> u8 { "aborting due to 1 previous error" }',
        "macro_rules! parsed { () => { parsed!() } } parsed!();",
        '#[deprecated(note = "1 warning emitted")] pub fn f() {}\npub fn g() { f() }',
        '#[must_use = "1 warning emitted"] pub fn f() -> u8 { 1 }\npub fn g() { f(); }',
    ]

    judgments = judge_among_innocents([assemble(source) for source in sources], sandbox)

    assert all(isinstance(judgment, Rejected) for judgment in judgments[:8])
    assert isinstance(judgments[8], Compiled)
    assert isinstance(judgments[9], Rejected)
