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


def read_journal(path: Path) -> tuple[tuple[SampleRecord, ...], int]:
    """Read the finished samples, and how many bytes of the file they take.

    Raises:
        InputError: Naming the file and the line, if a line other than a torn last one is damaged.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return (), 0
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    whole = content[: content.rfind(b"\n") + 1]
    records = []
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            records.append(SampleRecord.from_json(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}: line {number} is damaged: {type(error).__name__}: {error}") from error
    return tuple(records), len(whole)


class Journal:
    """An open journal. Appending is safe from several threads."""

    def __init__(self, path: Path, *, keep_bytes: int) -> None:
        """Open for appending after the first *keep_bytes* bytes; what follows them is a torn line and is cut off.

        Raises:
            NotReadyError: If the file cannot be written, or another process has it open.
        """
        self._path = path
        self._lock = threading.Lock()
        self._broken = False
        try:
            # Unbuffered: a line is with the operating system as soon as it is appended.
            self._file = path.open("ab", buffering=0)
            # Two processes on one run would draw the same samples twice.
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file.truncate(keep_bytes)
        except BlockingIOError as error:
            self._file.close()
            raise NotReadyError(f"{path}: another process is working on this run") from error
        except OSError as error:
            raise NotReadyError(f"{path}: cannot be written: {error.strerror}") from error

    def append(self, record: SampleRecord) -> None:
        """Write one record and hand it to the operating system before returning.

        Raises:
            NotReadyError: If it cannot be written (the disk is full).
        """
        line = json.dumps(record.to_json(), separators=(",", ":")).encode("ascii") + b"\n"
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
