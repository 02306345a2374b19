"""What a user sees while a run goes on."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from ferrobench.cli import console as consoles
from ferrobench.cli.console import RunProgress
from tests.support.records import record

if TYPE_CHECKING:
    import pytest


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
        begin(progress)
        progress.sampled()
        progress.judged(record())

    lines = stream.getvalue().splitlines()
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


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colour even on a terminal."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")

    console = consoles.make_console()

    assert console.no_color
