"""The journal of a run: one line for each finished sample, on disk as soon as it is finished.

A killed run loses only what was in flight. A last line that a kill cut in two is dropped and its sample redone; any
other damage is refused by line, because nothing would tell what else is missing.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
from typing import TYPE_CHECKING

from ferrobench.errors import InputError, NotReadyError
from ferrobench.results.sample_record import SampleRecord

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self


def read_journal(path: Path) -> tuple[SampleRecord, ...]:
    """Read the finished samples of a run. A sample that stands there twice was redone, and the later line counts.

    Raises:
        InputError: Naming the file and the line, if a line other than a torn last one is damaged.
    """
    try:
        return _parse(path, path.read_bytes())[0]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def read_sound_lines(path: Path) -> tuple[tuple[SampleRecord, ...], tuple[str, ...]]:
    """Read what can be read of a journal, for those who only look at it; also say what cannot, a sentence each.

    Raises:
        InputError: The file cannot be read at all, other than by not being there.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return (), (f"{path.name} is not there: no sample can be shown",)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    records: dict[tuple[str, int], SampleRecord] = {}
    damage = []
    lines = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        if number == len(lines):
            if line:
                damage.append(f"{path.name}: line {number}, the last one, is cut off; its sample is left out")
        else:
            try:
                record = _record(line)
            except _DAMAGES as error:
                damage.append(f"{path.name}: line {number} is damaged and left out: {_words(error)}")
            else:
                records[record.prompt_id, record.index] = record
    return tuple(records.values()), tuple(damage)


_DAMAGES = (InputError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def _record(line: bytes) -> SampleRecord:
    return SampleRecord.from_json(json.loads(line))


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _parse(path: Path, content: bytes) -> tuple[tuple[SampleRecord, ...], int]:
    """Parse a journal; also give the length of its whole lines."""
    size = content.rfind(b"\n") + 1
    records = {}
    for number, line in enumerate(content[:size].splitlines(), start=1):
        try:
            record = _record(line)
        except _DAMAGES as error:
            raise InputError(f"{path}: line {number} is damaged: {_words(error)}") from error
        records[record.prompt_id, record.index] = record
    return tuple(records.values()), size


class Journal:
    """An open journal. Appending is safe from several threads."""

    def __init__(self, path: Path) -> None:
        """Open a journal, or make it; a torn last line is cut off.

        Raises:
            InputError: If a line is damaged.
            NotReadyError: If the file cannot be written, or another process has it open.
        """
        self._path = path
        self._lock = threading.Lock()
        self._broken = False
        try:
            # Unbuffered: a line is with the operating system as soon as it is appended.
            self._file = path.open("a+b", buffering=0)
            # Two processes on one run would draw the same samples twice. Locked first: what is read stays true.
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise NotReadyError(f"{path}: another process is working on this run") from error
        except OSError as error:
            raise NotReadyError(f"{path}: cannot be written: {error.strerror}") from error
        try:
            self.finished, size = _parse(path, path.read_bytes())
            self._file.truncate(size)
        except BaseException:
            self._file.close()
            raise

    def append(self, record: SampleRecord) -> None:
        """Write one record and hand it to the operating system before returning.

        Raises:
            NotReadyError: If it cannot be written (the disk is full).
        """
        line = json.dumps(record.to_json(), separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"
        with self._lock:
            if self._broken:
                # A line after a torn one would make the file unreadable; a torn last one is only redone.
                raise NotReadyError(f"{self._path}: cannot be written: an earlier line was not")
            try:
                if self._file.write(line) != len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            except OSError as error:
                self._broken = True
                raise NotReadyError(f"{self._path}: cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Close the file; what was appended is there already."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
