"""The zoo, judged by the real rustc: each program gets the judgment that its first line expects."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import ToolchainError
from ferrobench.judging import (
    Compiled,
    CompilerCrashed,
    Judge,
    Judgment,
    LimitHit,
    Limits,
    Rejected,
    TooLarge,
    probe_toolchain,
)
from tests.support.agreement import descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = pytest.mark.rustc

PROGRAMS = sorted((Path(__file__).parents[2] / "programs").glob("*.rs"))
_EXPECTATION = re.compile(r"// expect: ([^;]+);")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing may be left: no folder, no process, no zombie."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("FERROBENCH_CANARY", "secret")
    running = descendants()
    yield
    assert list(folder.iterdir()) == []
    assert descendants() <= running


def judge(code: str, limits: Limits | None = None) -> Judgment:
    with Judge(TOOLCHAIN, limits=limits, jobs=1) as judge:
        return judge.judge_code(code)


def described(judgment: Judgment) -> str:
    match judgment:
        case Compiled():
            return "compiled"
        case Rejected(stage=stage):
            return f"rejected {stage}"
        case CompilerCrashed():
            return "crashed"
        case LimitHit(limit=limit):
            return f"limit {limit}"
        case other:
            return repr(other)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_each_program_is_judged_as_its_first_line_says(path: Path) -> None:
    code = path.read_bytes().decode("utf-8", "surrogateescape")
    expectation = _EXPECTATION.search(code)
    assert expectation is not None
    started = time.monotonic()

    limits = Limits(cpu_seconds=3) if "limit time" in expectation[1] else Limits()
    judgment = judge(code, limits)

    assert described(judgment) in expectation[1].split(" | ")
    assert time.monotonic() - started < 60
    if isinstance(judgment, Rejected):
        assert judgment.errors
        assert all(str(TOOLCHAIN.sysroot) not in error.rendered for error in judgment.errors)


def test_deep_nesting_crashes_rustc_and_nothing_else() -> None:
    judgment = judge(f"pub fn f() -> u8 {{ {'(' * 60_000}1{')' * 60_000} }}")

    assert isinstance(judgment, CompilerCrashed)
    assert judgment.detail.startswith("killed by SIG")


def test_five_megabytes_of_errors_are_fifty_diagnostics() -> None:
    functions = (f'pub fn e{n}() -> u8 {{ let name_{n}: u8 = "text {n}"; name_{n} }}' for n in range(3000))

    judgment = judge("\n".join(functions))

    assert isinstance(judgment, Rejected)
    assert [error.code for error in judgment.errors] == ["E0308"] * 50
    assert [error.line for error in judgment.errors] == list(range(1, 51))


def test_an_error_on_a_very_long_line_is_told() -> None:
    judgment = judge("pub fn f() { g(); " + "(); " * 60_000 + "}")

    assert isinstance(judgment, Rejected)
    assert judgment.errors[0].code == "E0425"


def test_a_library_above_the_file_limit_is_a_limit() -> None:
    judgment = judge("pub static A: [u8; 9 << 20] = [1; 9 << 20];", Limits(file_size_mib=4))

    assert described(judgment) == "limit output"


def test_a_source_above_the_limit_is_not_compiled() -> None:
    assert judge("fn f() {}" + " " * (256 * 1024)) == TooLarge(size_bytes=256 * 1024 + 9)
