"""Watches as a user has them: the real command on copies of the packaged demo checkpoints, with few and short samples."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ferrobench
from ferrobench.results import load_run
from tests.support.agreement import descendants, until

if TYPE_CHECKING:
    from collections.abc import Iterator

DEMO = Path(ferrobench.__file__).parent / "demo"
FEW = ("--limit", "2", "--samples-per-prompt", "2", "--max-tokens", "16")
"""Samples that are drawn and judged at once."""
MANY = ("--limit", "6", "--samples-per-prompt", "10", "--max-tokens", "80")
"""Samples that take some seconds, so that a kill finds some done and some not."""
QUICK = ("--nice", "0", "--settle", "0.2", "--interval", "0.1")
_SECONDS = 120.0
_PR_SET_CHILD_SUBREAPER = 36
_prctl = ctypes.CDLL(None).prctl


def copy_demo(folder: Path, *steps: int) -> Path:
    """A training run's folder with some of the demo checkpoints, whole."""
    folder.mkdir(exist_ok=True)
    shutil.copy(DEMO / "tokenizer.json", folder)
    for step in steps:
        shutil.copytree(DEMO / f"step_{step}", folder / f"step_{step}")
    return folder


class Watching:
    """A watch in a process of its own."""

    def __init__(self, folder: Path, runs: Path, *flags: str) -> None:
        self._said = runs.with_name(f"{runs.name}.stderr")
        self._begins = self._said.stat().st_size if self._said.exists() else 0
        with self._said.open("ab") as stderr:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "ferrobench.cli.main", "watch"),
                    *(str(folder), "--runs", str(runs), *QUICK, *flags),
                ],
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
            )

    @property
    def lines(self) -> list[str]:
        """What it has said by now, without the times of day."""
        text = self._said.read_bytes()[self._begins :].decode()
        return [line[20:] if line[:2] == "20" else line for line in text.splitlines()]

    def says(self, words: str) -> bool:
        """Wait until a line holds some words; tell whether one did."""
        until(lambda: any(words in line for line in self.lines) or self.process.poll() is not None, _SECONDS)
        return any(words in line for line in self.lines)

    def end(self, number: int | None = None) -> int:
        """Send a signal if one is given, and wait for its end; give the exit code."""
        if number is not None:
            self.process.send_signal(number)
        return self.process.wait(_SECONDS)


def watch_once(folder: Path, runs: Path, *flags: str) -> tuple[int, list[str]]:
    """Do what is there; give the exit code and the lines."""
    watching = Watching(folder, runs, "--once", *flags)
    return watching.end(), watching.lines


def facts(runs: Path) -> dict[str, Any]:
    """All of some runs that neither a clock nor a folder's name decides, by their names."""
    found: dict[str, Any] = {}
    for folder in sorted(path for path in runs.iterdir() if path.is_dir()):
        run = load_run(folder, need_samples=True)
        assert run.record is not None, folder
        samples = [_without_times(sample.to_json()) for sample in run.samples]
        found[folder.name] = samples, run.record.compile_success_rate, run.record.intervals
    return found


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(item) for key, item in value.items() if not key.endswith("_seconds")}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


def litter(runs: Path) -> list[str]:
    """What lies in run folders and belongs to no finished run."""
    names = {
        "alarms.json",
        "config.json",
        "results.json",
        "samples.jsonl",
        "watch.log",
        "watched.json",
    }
    return [str(path) for path in runs.glob("*/*") if path.name not in names]


@contextmanager
def adopting() -> Iterator[None]:
    """Let orphans of our child processes become ours, so that :func:`left_behind` sees them."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        _prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def left_behind(before: set[int], seconds: float = 30.0) -> set[int]:
    """The processes that are there beside those *before*, after so long at most for them to end."""
    deadline = time.monotonic() + seconds
    while True:
        for pid in descendants() - before:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        left = descendants() - before
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.05)


def kill_all(pids: set[int]) -> None:
    """End some processes at once."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
