"""The two ways of compiling, side by side: what each says of the same programs, and where they differ."""

from __future__ import annotations

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import resource_tracker
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import benchmarks.corpus
from ferrobench.judging.compile import RustcCompiler
from ferrobench.judging.fast import FastCompiler
from ferrobench.judging.process import Limits
from ferrobench.judging.verdict import Compiled, Judgment, Rejected, stage_of
from ferrobench.rust_source.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.process import Launcher
    from ferrobench.judging.toolchain import Toolchain

JOBS = 2
WAIT_SECONDS = 240.0


def judge_exactly(
    programs: Sequence[Program],
    toolchain: Toolchain,
    launcher: Launcher,
    *,
    edition: str = "2021",
    limits: Limits | None = None,
) -> list[Judgment]:
    """What a rustc process of its own says of each program."""
    compiler = RustcCompiler(toolchain, edition=edition, limits=limits, runner=launcher)
    with ThreadPoolExecutor(max_workers=JOBS) as pool:
        return list(pool.map(compiler.compile, programs))


def judge_fast(
    programs: Sequence[Program],
    toolchain: Toolchain,
    launcher: Launcher,
    *,
    edition: str = "2021",
    limits: Limits | None = None,
    jobs: int = JOBS,
    fork_server: bool = True,
) -> list[Judgment]:
    """What the fast way says of programs that are all there when it begins."""
    compiler = FastCompiler(
        toolchain,
        edition=edition,
        limits=limits or Limits(),
        launcher=launcher,
        jobs=jobs,
        fork_server=fork_server,
    )
    try:
        return submit_together(compiler, programs)
    finally:
        compiler.close()


def submit_together(compiler: FastCompiler, programs: Sequence[Program]) -> list[Judgment]:
    """Let *compiler* judge programs none of which it begins with before it has them all."""
    with compiler._changed:
        futures = [compiler.submit(program) for program in programs]
    return [future.result(WAIT_SECONDS) for future in futures]


def differences(
    programs: Sequence[Program], fast: Sequence[Judgment], exact: Sequence[Judgment]
) -> list[str]:
    """One line for each program of which the two ways do not say the very same."""
    return [
        f"{difference(quick, right)} in {program.source[-2000:]!r}"
        for program, quick, right in zip(programs, fast, exact, strict=True)
        if not agree(quick, right)
    ]


# A number that rustc draws anew in each run.
_DRAWN = re.compile(r"\blong-type-\d+")


def agree(fast: Judgment, exact: Judgment) -> bool:
    """Whether two judgments are the same in every respect, but for what differs between two runs of one rustc."""
    return fast == exact or _DRAWN.sub("", repr(fast)) == _DRAWN.sub("", repr(exact))


def difference(fast: Judgment, exact: Judgment) -> str:
    """Say in which respect two different judgments differ first, the weightiest respect before the others."""
    for name, quick, right in zip(_RESPECTS, _aspects(fast), _aspects(exact), strict=True):
        if quick != right:
            return f"{name}: fast {quick!r}, exact {right!r}"
    return f"fast {fast!r}, exact {exact!r}"


_RESPECTS = ("verdict", "stage", "codes", "first error", "warnings", "notes", "rendered text")


def is_grave(fast: Judgment, exact: Judgment) -> bool:
    """Whether two judgments differ in whether the program compiles, or in how far it got."""
    return _aspects(fast)[:2] != _aspects(exact)[:2]


def _aspects(judgment: Judgment) -> tuple[object, ...]:
    """The parts of a judgment that are compared, in the order of :data:`_RESPECTS`."""
    if not isinstance(judgment, Compiled | Rejected):
        return (repr(judgment), None, None, None, None, None, None)
    errors = judgment.errors if isinstance(judgment, Rejected) else ()
    diagnostics = errors + judgment.warnings
    first = errors[0] if errors else None
    return (
        type(judgment).__name__,
        stage_of(judgment),
        [error.code for error in errors],
        first and (first.code, first.message, first.line, first.column),
        [(warning.code, warning.message, warning.line, warning.column) for warning in judgment.warnings],
        [item.notes for item in diagnostics],
        [item.rendered for item in diagnostics],
    )


def descendants(pid: int | None = None) -> set[int]:
    """The processes that descend from *pid*, by default from this one, zombies among them.

    Python's own resource tracker, which another test's use of ``multiprocessing`` starts for as long as this process
    lives, is none of the judge's and left out.
    """
    root = os.getpid() if pid is None else pid
    tracker = resource_tracker._resource_tracker._pid  # type: ignore[attr-defined]  # it has no public name
    children: dict[int, list[int]] = {}
    for child, parent in _parents():
        children.setdefault(parent, []).append(child)
    found: set[int] = set()
    pending = [root]
    while pending:
        for child in children.get(pending.pop(), []):
            if child != tracker:
                found.add(child)
                pending.append(child)
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # Behind the name, which may hold anything: state and parent.
            fields = path.read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        yield int(path.parent.name), int(fields[1])


def descriptors() -> dict[str, str]:
    """What each open descriptor of this process refers to."""
    found = {}
    for path in Path("/proc/self/fd").iterdir():
        try:
            found[path.name] = str(path.readlink())
        except OSError:  # the one that lists the folder
            continue
    return found


def until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Wait until a function says yes; tell whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


_OTHER_TOKENS = (
    "u8", "String", "&", "1", '"text"', "Vec", "x", "mut", "Some", "clone", "i32", "f64", "?", ".len()", "Display", "Clone"
)  # fmt: skip


def variants(seed: int, count: int) -> list[str]:
    """Different texts, made from few programs by putting a token or two out of place: all define the same names."""
    random = Random(f"variants {seed}")
    texts: dict[str, None] = {}
    sources = random.sample(sorted((Path(benchmarks.corpus.__file__).parent / "programs").glob("*.rs")), 3)
    while len(texts) < count:
        source = random.choice(sources).read_text(encoding="utf-8")
        pieces = [source[token.start : token.end] for token in tokenize(source)]
        places = [place for place, piece in enumerate(pieces) if piece.strip()]
        for place in random.sample(places, random.choice((1, 1, 1, 2))):
            piece = pieces[place]
            pieces[place] = random.choice(
                ("", f"{piece} {piece}", pieces[random.choice(places)], random.choice(_OTHER_TOKENS))
            )
        texts["".join(pieces)] = None
    return list(texts)
