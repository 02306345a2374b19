"""What a user sees while a run goes on."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from ferrobench.cli import console as consoles
from ferrobench.cli.console import JudgeProgress, RunProgress
from ferrobench.judge_file import FileTally
from tests.support.records import record


def progress_on(*, terminal: bool) -> tuple[RunProgress, io.StringIO]:
    """Progress that writes into a string."""
    stream = io.StringIO()
    return RunProgress(Console(file=stream, force_terminal=terminal, width=80, markup=False)), stream


def begin(progress: RunProgress) -> None:
    """Start a run of ten samples, two of them finished before."""
    progress.started(run_dir=Path("runs/x"), total=10, finished=2, warnings=("loud",), notes=("quiet",))


def test_without_a_terminal_progress_is_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """With counts, a rate and the time that is left, and no control characters."""
    monkeypatch.setattr(consoles, "PLAIN_SECONDS", 0.0)
    progress, stream = progress_on(terminal=False)

    with progress:
        progress.preparing("building")
        begin(progress)
        progress.sampled()
        progress.judged(record())

    building, *lines = stream.getvalue().splitlines()
    assert building == "building"
    assert lines[0] == "WARNING: loud"
    assert lines[1] == "note: quiet"
    assert lines[2] == "run folder: runs/x (10 samples, 2 of them finished before)"
    assert lines[3].startswith("3/10 sampled, 2 judged, 0 compile")
    assert lines[4].startswith("3/10 sampled, 3 judged, 1 compile")
    assert lines[4].endswith("s left")
    assert "\x1b" not in stream.getvalue()


def test_on_a_terminal_there_are_two_bars() -> None:
    """For what is drawn and for what is judged; they go away at the end."""
    progress, stream = progress_on(terminal=True)

    with progress:
        begin(progress)
        progress.sampled()
        progress.judged(record())

    assert "sampling" in stream.getvalue()
    assert "judging" in stream.getvalue()
    assert "3/10" in stream.getvalue()


def tally(lines: int, compiled: int, input_bytes: int) -> FileTally:
    """So much of a file."""
    return FileTally(lines=lines, judged=lines, compiled=compiled, input_bytes=input_bytes)


@pytest.mark.parametrize("size", [1000, None])
def test_a_judged_file_has_a_bar_on_a_terminal(size: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines, the share that compiles, a rate; and what is left where the size is known."""
    monkeypatch.setattr(consoles, "BAR_SECONDS", 0.0)
    stream = io.StringIO()

    with JudgeProgress(Console(file=stream, force_terminal=True, width=80, markup=False)) as progress:
        progress.started(tally(100, 50, 300), input_bytes=size)
        progress.judged(tally(400, 100, 600))

    output = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert "100 lines, 50.0% compile, 0/s" in output
    assert "400 lines, 25.0% compile, " in output
    assert ("left" in output) is (size is not None)
    assert max(len(line) for line in re.split(r"[\r\n]", output)) <= 80


def test_a_judged_file_is_quiet_without_a_terminal() -> None:
    """Logs of pipelines stay short."""
    stream = io.StringIO()

    with JudgeProgress(Console(file=stream, force_terminal=False, width=80)) as progress:
        progress.started(tally(0, 0, 0), input_bytes=5)
        progress.judged(tally(1, 1, 5))

    assert stream.getvalue() == ""


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colour even on a terminal."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")

    console = consoles.make_console()

    assert console.no_color
