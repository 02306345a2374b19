"""The linter, with stubs in the tools' places: whatever they do, there is a report and nothing is left."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging.assemble import assemble
from ferrobench.judging.lint import Linter, clippy_command, format_command, missing_lint_tools
from ferrobench.judging.lint_report import FormatReport, LintReport
from ferrobench.judging.process import Limits
from ferrobench.judging.toolchain import Toolchain
from ferrobench.judging.verdict import (
    Compiled,
    CompilerCrashed,
    Empty,
    Judgment,
    Limit,
    LimitHit,
    Rejected,
    Stage,
    TooLarge,
    Unjudged,
)
from tests.support.agreement import descendants

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "fn f() {}\n\n// end\n"
COMPILED = Compiled(warnings=())
TYPE_ERROR = Rejected(stage=Stage.TYPECHECK, errors=(), warnings=())
TABLE = "case $* in *-W\\ help*) echo '  clippy::style  clippy::needless-return, clippy::a'; exit 0;; esac"
FOUND = (
    '{"$message_type":"diagnostic","message":"m","code":{"code":"clippy::needless_return"},"level":"warning",'
    '"spans":[{"file_name":"sample.rs","line_start":1,"line_end":1,"is_primary":true}]}'
)
FINDS = f"echo '{FOUND}' >&2; echo x > out.rlib"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """A temporary folder of the test's own, which must be empty afterwards."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    running = descendants()
    yield folder
    assert list(folder.iterdir()) == []
    assert descendants() <= running


def toolchain(tmp_path: Path, clippy: str | None = FINDS, rustfmt: str | None = "exec cat") -> Toolchain:
    """A toolchain whose tools are shell scripts."""
    folder = tmp_path / "toolchain" / "bin"
    folder.mkdir(parents=True)
    scripts = {"clippy-driver": clippy and f"{TABLE}\n{clippy}", "rustfmt": rustfmt}
    for name, text in scripts.items():
        if text is not None:
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o700)
    return Toolchain(
        rustc=folder / "rustc",
        version="0.0.0",
        host="arbitrary",
        rustfmt=None if rustfmt is None else folder / "rustfmt",
    )


def lint(chain: Toolchain, judgment: Judgment = COMPILED, limits: Limits | None = None) -> LintReport:
    return Linter(chain, limits=limits).lint(assemble(TEXT), TEXT, judgment)


def test_clippy_compiles_as_rustc_does_and_no_attribute_changes_what_it_looks_for(tmp_path: Path) -> None:
    chain = toolchain(tmp_path)
    command = clippy_command(chain.rustc.with_name("clippy-driver"), chain, "2024")

    assert command.argv[0].endswith("/clippy-driver")
    assert command.argv[1:8] == ("--crate-type", "lib", "--edition", "2024", "--crate-name", "sample", "--error-format=json")  # fmt: skip
    asked = [
        value for flag, value in zip(command.argv, command.argv[1:], strict=False) if flag == "--force-warn"
    ]
    assert asked == [
        f"clippy::{name}" for name in ("correctness", "suspicious", "complexity", "perf", "style", "pedantic")
    ]
    assert dict(command.environment).keys() == {"PATH", "LC_ALL", "TMPDIR", "RUSTC_ICE"}


def test_rustfmt_reads_standard_input_and_is_found_outside_and_inside_of_a_sandbox(tmp_path: Path) -> None:
    chain = toolchain(tmp_path)
    command = format_command(chain, "2024")

    assert command.stdin == "sample.rs"
    assert command.argv[4:6] == ("--edition", "2024")
    path = dict(command.environment)["PATH"]
    assert path == f"{chain.sysroot}/bin:/toolchain/bin:/usr/bin:/bin"


def test_a_sample_that_compiles_has_both_reports(tmp_path: Path) -> None:
    report = lint(toolchain(tmp_path))

    assert report.lines == 2
    assert report.clippy is not None
    assert report.clippy.by_lint == {"needless_return": 1}
    assert report.per_100_lines() == 50.0
    assert report.rustfmt == FormatReport(changed_lines=0)
    assert (report.stopped, report.unlinted) == (None, None)


@pytest.mark.parametrize(
    ("judgment", "formatted"),
    [
        (TYPE_ERROR, True),
        (LimitHit(limit=Limit.TIME, stage=Stage.BORROWCK), True),
        (Rejected(stage=Stage.PARSE, errors=(), warnings=()), False),
        (CompilerCrashed(stage=Stage.LEX, detail="arbitrary"), False),
        (TooLarge(size_bytes=9), False),
        (Empty(), False),
    ],
)
def test_what_does_not_compile_has_no_findings_and_what_does_not_parse_no_format(
    tmp_path: Path, judgment: Judgment, formatted: bool
) -> None:
    report = lint(toolchain(tmp_path, clippy=f"touch {tmp_path}/ran"), judgment)

    assert not (tmp_path / "ran").exists()
    rustfmt = FormatReport(changed_lines=0) if formatted else None
    assert report == LintReport(lines=2, clippy=None, rustfmt=rustfmt)


def test_what_was_not_judged_is_not_linted(tmp_path: Path) -> None:
    report = lint(toolchain(tmp_path), Unjudged(cause="why"))

    assert report == LintReport(lines=2, clippy=None, rustfmt=None, unlinted="not judged: why")


def test_missing_tools_are_named_with_the_way_to_get_them(tmp_path: Path) -> None:
    chain = toolchain(tmp_path, clippy=None, rustfmt=None)

    assert missing_lint_tools(chain) == ["clippy", "rustfmt"]
    assert lint(chain).unlinted == (
        "clippy is not installed; run: rustup component add clippy; "
        "rustfmt is not installed; run: rustup component add rustfmt"
    )
    assert lint(chain, Empty()).unlinted is None


def test_one_missing_tool_leaves_the_other(tmp_path: Path) -> None:
    chain = toolchain(tmp_path, rustfmt=None)
    report = lint(chain)

    assert missing_lint_tools(chain) == ["rustfmt"]
    assert report.clippy is not None
    assert report.rustfmt is None


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("while :; do :; done", "clippy-driver reached the limit of time"),
        ("exec head -c 9000000 /dev/zero > out.rlib", "clippy-driver reached the limit of output"),
        (
            "echo memory allocation of 9 bytes failed >&2; kill -ABRT $$",
            "clippy-driver reached the limit of memory",
        ),
        ("echo it is a bug >&2; exit 101", "clippy-driver crashed: internal compiler error: it is a bug"),
        (
            'echo \'{"$message_type":"diagnostic","message":"no","code":null,"level":"error","spans":[]}\' >&2; exit 1',
            "clippy-driver refused the program: no",
        ),
    ],
)
def test_what_clippy_cannot_answer_is_told_apart_from_our_failures(
    tmp_path: Path, script: str, words: str
) -> None:
    """And whatever was found before is forgotten: part of the findings is no count."""
    chain = toolchain(tmp_path, clippy=f"echo '{FOUND}' >&2; {script}")
    report = lint(chain, limits=Limits(cpu_seconds=1, file_size_mib=1))

    assert (report.clippy, report.stopped, report.unlinted) == (None, words, None)
    assert report.rustfmt == FormatReport(changed_lines=0)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("kill -KILL $$", "clippy-driver was killed from outside"),
        ("exit 0", "clippy-driver reported success, but left no result file"),
        ("ln -s sample.rs out.rlib", "clippy-driver reported success, but left no result file"),
        ("echo bwrap: no >&2; exit 1", "clippy-driver did not say what is wrong: bwrap: no"),
        (
            f"echo '{FOUND.replace('needless_return', 'unheard_of')}' >&2; echo x > out.rlib",
            "clippy-driver -W help names no group for unheard_of",
        ),
    ],
)
def test_our_failures_with_clippy(tmp_path: Path, script: str, words: str) -> None:
    report = lint(toolchain(tmp_path, clippy=script))

    assert (report.clippy, report.stopped) == (None, None)
    assert report.unlinted is not None
    assert report.unlinted.startswith(words)


@pytest.mark.parametrize(
    ("script", "stopped", "unlinted"),
    [
        ("echo 'error: left behind' >&2; exit 1", "rustfmt refused the text: error: left behind", None),
        ("while :; do :; done", "rustfmt reached the limit of time", None),
        ("exec head -c 9000000 /dev/zero", "rustfmt reached the limit of output", None),
        ("kill -SEGV $$", "rustfmt crashed: killed by SIGSEGV", None),
        ("echo bwrap: no >&2; exit 1", None, "rustfmt did not say what is wrong: bwrap: no"),
        ("exit 3", None, "rustfmt ended with status 3: no message"),
        (
            "rm formatted.rs; ln -s sample.rs formatted.rs",
            None,
            "rustfmt reported success, but left no result file",
        ),
        (
            "rm formatted.rs; mkfifo formatted.rs",
            None,
            "rustfmt reported success, but left no result file",
        ),
    ],
)
def test_what_rustfmt_cannot_answer(
    tmp_path: Path, script: str, stopped: str | None, unlinted: str | None
) -> None:
    report = lint(toolchain(tmp_path, rustfmt=script), TYPE_ERROR, Limits(cpu_seconds=1, file_size_mib=1))

    assert (report.rustfmt, report.stopped, report.unlinted) == (None, stopped, unlinted)


def test_a_failure_of_ours_is_tried_once_more(tmp_path: Path) -> None:
    again = f"test -e {tmp_path}/again && {{ {FINDS}; exit; }}; touch {tmp_path}/again; kill -KILL $$"

    assert lint(toolchain(tmp_path, clippy=again)).per_100_lines() == 50.0


def test_what_ran_out_of_wall_time_is_tried_once_more(tmp_path: Path) -> None:
    script = f"echo x >> {tmp_path}/runs; sleep 60"
    report = lint(toolchain(tmp_path, clippy=script), limits=Limits(wall_seconds=0.3))

    assert report.stopped == "clippy-driver reached the limit of time"
    assert (tmp_path / "runs").read_text() == "x\nx\n"


def test_changed_lines_are_those_of_what_rustfmt_writes(tmp_path: Path) -> None:
    report = lint(toolchain(tmp_path, rustfmt="sed 's/fn f/fn  f/'"), TYPE_ERROR)

    assert report.rustfmt == FormatReport(changed_lines=1)
    assert report.rustfmt is not None
    assert not report.rustfmt.clean


def test_a_driver_without_a_table_is_our_failure(tmp_path: Path) -> None:
    chain = toolchain(tmp_path)
    chain.rustc.with_name("clippy-driver").write_text("#!/bin/sh\nexit 1\n")
    report = lint(chain)

    assert report.clippy is None
    assert report.unlinted is not None
    assert report.unlinted.startswith("/toolchain/bin/clippy-driver -W help ended with status 1")


def test_a_tool_that_has_vanished_is_our_failure(tmp_path: Path) -> None:
    chain = toolchain(tmp_path)
    linter = Linter(chain)
    assert linter.lint(assemble(TEXT), TEXT, COMPILED).unlinted is None
    chain.rustc.with_name("clippy-driver").unlink()
    (chain.sysroot / "bin" / "rustfmt").unlink()
    report = linter.lint(assemble(TEXT), TEXT, COMPILED)

    assert (report.clippy, report.rustfmt, report.stopped) == (None, None, None)
    assert report.unlinted is not None
    assert report.unlinted.startswith("clippy-driver ended with status 127")
    assert "rustfmt ended with status 127" in report.unlinted


def test_no_room_for_the_private_folder_is_our_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(prefix: str, **_: object) -> str:
        raise OSError(28, "No space left on device", prefix)

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    report = lint(toolchain(tmp_path), TYPE_ERROR)

    assert report.unlinted == "rustfmt could not be run: No space left on device"


def test_host_paths_stay_out_of_reports(tmp_path: Path) -> None:
    report = lint(toolchain(tmp_path, clippy='echo "at $0 in $(pwd)" >&2; exit 101'))

    assert (
        report.stopped
        == "clippy-driver crashed: internal compiler error: at /toolchain/bin/clippy-driver in ."
    )
