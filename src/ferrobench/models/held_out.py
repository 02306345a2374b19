"""A text that a model has not learned from, read from a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutText:
    """The text of a file, as it stands there: line ends and byte order mark too."""

    name: str
    """The file's, without its folders."""
    text: str
    num_bytes: int
    sha256: str
    """Of the file's bytes, in hexadecimal."""


def load_held_out(path: Path, flag: str) -> HeldOutText:
    """Read a file that *flag* names.

    Raises:
        InputError: It is missing, unreadable, empty, or not UTF-8. One line that names the flag and the file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{flag} {path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a NUL in the path
        raise InputError(f"{flag} {path!r}: cannot be read: {error}") from error
    if not content:
        raise InputError(f"{flag} {path}: is empty; expected a file of Rust text")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{flag} {path}: is not UTF-8: byte {content[error.start]:#04x} at {error.start}; expected a file of Rust text"
        ) from error
    return HeldOutText(
        name=path.name, text=text, num_bytes=len(content), sha256=hashlib.sha256(content).hexdigest()
    )
