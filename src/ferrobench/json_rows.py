"""Files of JSON objects, whatever their shape: one a line, one alone, or all in an array; as they are or gzipped.

The formats that others write problems and answers in differ in this only by habit, so the shape is read off the content,
never off the file's name. One element is in memory at a time.
"""

from __future__ import annotations

import codecs
import gzip
import json
import re
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase
    from pathlib import Path

_GZIP_MAGIC = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CHUNK_BYTES = 1 << 20
_SPACE = re.compile(r"[ \t\r\n]*")
# No shape is told by more than what stands before the first value.
_HEAD_BYTES = 1 << 16


class RowsError(Exception):
    """The file is not what its shape promises: one line that lacks only the file's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of the file."""

    line: int
    """Where it begins, from 1."""
    value: Any
    damage: RowsError | None = None
    """Why it is no JSON; the value is its bytes then. Only where the reader goes on behind it."""


def is_gzipped(path: Path) -> bool:
    """Tell by its first bytes whether a file is gzipped."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP_MAGIC


@contextmanager
def open_plain(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading, unzipped if it is gzipped.

    Raises:
        RowsError: On opening or while reading: it cannot be read, or its gzip data is damaged or ends early.
    """
    try:
        if is_gzipped(path):
            # A gzip file reads like any other; only its class is another.
            with gzip.open(path) as file:
                yield cast("BinaryIO", file)
        else:
            with path.open("rb") as plain:
                yield plain
    except EOFError as error:
        raise RowsError("its gzip data ends early; expected a whole file") from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise RowsError(f"its gzip data is damaged: {error}") from error
    except OSError as error:
        raise RowsError(f"cannot be read: {error.strerror or error}") from error


def read_head(path: Path) -> str:
    """The beginning of a file without byte order mark and blanks, undecodable bytes replaced: to tell its shape by.

    What is damaged behind its first bytes is found by whoever reads on.
    """
    head = b""
    with open_plain(path) as file, suppress(EOFError):
        while len(head) < _HEAD_BYTES and (more := cast("BufferedIOBase", file).read1(_HEAD_BYTES)):
            head += more
    return head.removeprefix(_BYTE_ORDER_MARK).decode("utf-8", "replace").lstrip()


def read_elements(path: Path, *, go_on: bool = False) -> Iterator[Element]:
    """Yield the elements of a top-level array, or the values that stand one a line, or the one that stands alone.

    Args:
        path: The file.
        go_on: Yield a line that is no JSON as a damaged element, and go on behind it. In an array nothing tells where the
            next element begins.

    Raises:
        RowsError: Naming the line where there is one.
    """
    if read_head(path).startswith("["):
        with open_plain(path) as file:
            yield from _read_array(file)
    else:
        yield from _read_lines(path, go_on=go_on)


def _read_lines(path: Path, *, go_on: bool) -> Iterator[Element]:
    first: RowsError | None = None
    with open_plain(path) as file:
        for number, raw in enumerate(file, start=1):
            line = raw.removeprefix(_BYTE_ORDER_MARK) if number == 1 else raw
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:
                fault = RowsError(f"line {number}: not JSON: {_words(error)}")
                if line.strip() == b"{":
                    first = fault
                    break
                if not go_on:
                    raise fault from error
                yield Element(line=number, value=line, damage=fault)
            else:
                yield Element(line=number, value=value)
    if first is not None:
        # A brace alone on its line: one object, laid out for people.
        yield _read_alone(path, first)


def _read_alone(path: Path, fault: RowsError) -> Element:
    with open_plain(path) as file:
        content = file.read().removeprefix(_BYTE_ORDER_MARK)
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise fault from error
    return Element(line=content[: content.index(b"{")].count(b"\n") + 1, value=value)


def _read_array(file: BinaryIO) -> Iterator[Element]:
    """Read an array without holding more of it than the element that is being read."""
    text = _Text(file)
    text.expect("[")
    if not text.accept("]"):
        yield text.element()
        while not text.accept("]"):
            text.expect(",")
            yield text.element()
    text.expect_end()


class _Text:
    """A stream of JSON text with a place in it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._characters = codecs.getincrementaldecoder("utf-8-sig")()
        self._decoder = json.JSONDecoder()
        self._buffer = ""
        self._place = 0
        self._line = 1
        self._ended = False

    def accept(self, mark: str) -> bool:
        """Pass *mark* if it comes next."""
        self._skip_space()
        if not self._buffer.startswith(mark, self._place):
            return False
        self._advance(self._place + len(mark))
        return True

    def expect(self, mark: str) -> None:
        """Pass *mark*, which must come next."""
        if not self.accept(mark):
            found = self._buffer[self._place : self._place + 1]
            raise RowsError(
                f"line {self._line}: not JSON: expected {mark!r}, found {repr(found) if found else 'the end'}"
            )

    def expect_end(self) -> None:
        """Nothing but blanks may follow."""
        self._skip_space()
        if self._place < len(self._buffer):
            raise RowsError(f"line {self._line}: not JSON: text after the end of the array")

    def element(self) -> Element:
        """Read one value."""
        self._skip_space()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._place)
            except (ValueError, RecursionError) as error:
                # Perhaps only not all there yet. Each try reads as much again, so that all tries together stay linear.
                if isinstance(error, RecursionError) or not self._read(len(self._buffer)):
                    raise RowsError(f"line {self._line}: not JSON: {_words(error)}") from error
                continue
            if end == len(self._buffer) and self._read(1):
                continue  # a number may go on
            element = Element(line=self._line, value=value)
            self._advance(end)
            return element

    def _skip_space(self) -> None:
        while True:
            match = _SPACE.match(self._buffer, self._place)
            self._advance(self._place if match is None else match.end())
            if self._place < len(self._buffer) or not self._read(1):
                return

    def _advance(self, place: int) -> None:
        self._line += self._buffer.count("\n", self._place, place)
        self._place = place

    def _read(self, characters: int) -> bool:
        """Read on, by about so many; False at the end."""
        more = ""
        while not more and not self._ended:
            raw = self._file.read(max(characters, _CHUNK_BYTES))
            self._ended = not raw
            try:
                more = self._characters.decode(raw, final=self._ended)
            except UnicodeDecodeError as error:
                raise RowsError(f"line {self._line}: expected UTF-8: {_words(error)}") from error
        self._buffer = self._buffer[self._place :] + more
        self._place = 0
        return bool(more)


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
