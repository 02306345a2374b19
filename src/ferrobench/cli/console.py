"""Consoles and progress. Results go to stdout, everything about the way there to stderr."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from ferrobench.reports import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from rich.progress import Progress, TaskID

    from ferrobench.judge_file import FileTally
    from ferrobench.results import SampleRecord

# Without a terminal: how often a line of progress is worth a line of a log.
PLAIN_SECONDS = 5.0
# On a terminal: how often a bar is worth drawing, beside thousands of lines a second.
BAR_SECONDS = 0.1


def make_console(*, stderr: bool = False) -> Console:
    """Make a console that honours ``NO_COLOR`` and the terminal's width, and never reads markup from texts."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=False)


class RunProgress:
    """Shows how a run goes: two bars on a terminal, a line every few seconds otherwise."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._bars: tuple[TaskID, TaskID] | None = None
        self._total = self._sampled = self._judged = self._compiled = 0
        self._finished_before = 0
        self._started = self._last_line = time.perf_counter()

    def preparing(self, line: str) -> None:
        """Say what takes a while before the run begins."""
        self._console.print(Text(printable(line), style="dim"), soft_wrap=True)

    def started(
        self, *, run_dir: Path, total: int, finished: int, warnings: Sequence[str], notes: Sequence[str]
    ) -> None:
        """Say what begins, and start the bars."""
        for warning in warnings:
            self._console.print(Text(f"WARNING: {printable(warning)}", style="bold red"), soft_wrap=True)
        for note in notes:
            self._console.print(Text(f"note: {printable(note)}", style="yellow"), soft_wrap=True)
        again = f", {finished} of them finished before" if finished else ""
        self._console.print(f"run folder: {run_dir} ({total} samples{again})", soft_wrap=True)
        self._total = total
        self._finished_before = self._sampled = self._judged = finished
        self._started = self._last_line = time.perf_counter()
        if self._console.is_terminal:
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
                TimeRemainingColumn,
            )

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._bars = (
                self._progress.add_task("sampling", total=total, completed=finished, rate=""),
                self._progress.add_task("judging ", total=total, completed=finished, rate=""),
            )
            self._progress.start()

    def sampled(self) -> None:
        """Count one more completion."""
        self._sampled += 1
        self._show(bar=0, done=self._sampled)

    def judged(self, record: SampleRecord) -> None:
        """Count one more finished sample."""
        self._judged += 1
        self._compiled += record.judged is not None and record.judged.compiles_as_generated is True
        self._show(bar=1, done=self._judged)

    def _show(self, *, bar: int, done: int) -> None:
        now = time.perf_counter()
        rate = (done - self._finished_before) / max(now - self._started, 1e-9)
        if self._progress is not None and self._bars is not None:
            self._progress.update(self._bars[bar], completed=done, rate=f"{rate:.1f}/s")
        elif now - self._last_line >= PLAIN_SECONDS:
            self._last_line = now
            judged_rate = (self._judged - self._finished_before) / max(now - self._started, 1e-9)
            left = f"{(self._total - self._judged) / judged_rate:.0f}s" if judged_rate else "?"
            self._console.print(
                f"{self._sampled}/{self._total} sampled, {self._judged} judged, {self._compiled} compile, "
                f"{judged_rate:.1f}/s, {left} left"
            )

    def close(self) -> None:
        """Take the bars away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class JudgeProgress:
    """Shows how the judging of a file goes: a bar on a terminal, nothing otherwise."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._bar: TaskID | None = None
        self._started = self._shown = time.perf_counter()
        self._lines_before = 0

    def started(self, tally: FileTally, *, input_bytes: int | None) -> None:
        """Start the bar. *tally* is of an earlier sitting; *input_bytes* is the size of the input, None where unknown."""
        self._started = self._shown = time.perf_counter()
        self._lines_before = tally.lines
        if not self._console.is_terminal:
            return
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        left = (TextColumn("left"), TimeRemainingColumn()) if input_bytes is not None else ()
        self._progress = Progress(
            TextColumn("judging"),
            BarColumn(bar_width=18),
            TextColumn("{task.fields[words]}"),
            TimeElapsedColumn(),
            *left,
            console=self._console,
            transient=True,
        )
        # By bytes: a file of unknown length has a known size.
        self._bar = self._progress.add_task(
            "", total=input_bytes, completed=tally.input_bytes, words=self._words(tally)
        )
        self._progress.start()

    def judged(self, tally: FileTally) -> None:
        """Show how far it is by now."""
        now = time.perf_counter()
        if self._progress is not None and self._bar is not None and now - self._shown >= BAR_SECONDS:
            self._shown = now
            self._progress.update(self._bar, completed=tally.input_bytes, words=self._words(tally))

    def _words(self, tally: FileTally) -> str:
        judged = tally.judged
        share = f"{100.0 * tally.compiled / judged:.1f}%" if judged else "-"
        rate = (tally.lines - self._lines_before) / max(time.perf_counter() - self._started, 1e-9)
        return f"{tally.lines} lines, {share} compile, {rate:.0f}/s"

    def close(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
