"""Results files on disk: ours and the original tool's, read by one reader."""

from __future__ import annotations

import io
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pydantic import ValidationError

from ferrobench.errors import InputError, NotReadyError
from ferrobench.results.run_record import RunRecord

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS_FILE = "results.json"
CONFIG_FILE = "config.json"
JOURNAL_FILE = "samples.jsonl"


def write_json(path: Path, document: object) -> None:
    """Write a JSON file whole or not at all.

    Raises:
        NotReadyError: If it cannot be written.
    """

    def fill(file: BinaryIO) -> None:
        text = io.TextIOWrapper(file, encoding="ascii")
        json.dump(document, text, indent=2, allow_nan=False)
        text.write("\n")
        text.detach()  # flushed, and not closed

    write_whole(path, fill)


def write_whole(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Write a file whole or not at all: what is there is replaced when all of the new one is written.

    Args:
        path: The file; a link to one, a pipe or a device is written through.
        fill: Writes the content.

    Raises:
        NotReadyError: If it cannot be written.
    """
    try:
        # Through a link to what it names; and into a pipe or a device, which must not be replaced by a file.
        path = path.resolve()
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                fill(file)
            return
    except OSError as error:
        raise NotReadyError(f"{path}: cannot be written: {error.strerror}") from error
    beside = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            fill(file)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise NotReadyError(f"{path}: cannot be written: {error.strerror}") from error


def check_writable(path: Path) -> None:
    """See before the work whether :func:`write_whole` could write a file. Nothing is made.

    Raises:
        NotReadyError: If not.
    """
    try:
        path = path.resolve()
        folder = path.parent
        if path.is_dir():
            reason = "Is a directory"
        elif not folder.is_dir():
            reason = "Not a directory" if folder.exists() else "No such file or directory"
        elif not os.access(path if path.exists() and not path.is_file() else folder, os.W_OK):
            reason = "Permission denied"
        else:
            return
    except OSError as error:
        reason = str(error.strerror)
    raise NotReadyError(f"{path}: cannot be written: {reason}")


def write_results(path: Path, record: RunRecord) -> None:
    """Write a results file, replacing one that is there."""
    write_json(path, record.model_dump(mode="json"))


def load_results(path: str | Path) -> RunRecord:
    """Read a results file, or the one in a run folder. Files of the original tool are read too.

    Raises:
        InputError: Naming the file and the field that is wrong.
    """
    path = Path(path)
    if path.is_dir():
        path /= RESULTS_FILE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such results file") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON: {error}") from error
    try:
        return RunRecord.model_validate(document)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part) for part in fault["loc"]) or "the document"
        raise InputError(f"{path}: {field}: {fault['msg'][0].lower()}{fault['msg'][1:]}") from error
