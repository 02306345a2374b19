"""The output of ``ferrobench judge``: one line for each verdict, on disk as soon as it is written.

Beside a file lies a second one, ``<name>.settings.json``, which says what judged: a file is gone on with only by the same.
"""

from __future__ import annotations

import fcntl
import json
from typing import TYPE_CHECKING, Any

from ferrobench.errors import InputError, NotReadyError, UsageError
from ferrobench.results.run_folder import MIXED_MODES, first_difference
from ferrobench.results.store import write_json

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

SUFFIX = ".settings.json"


def open_verdicts(path: Path, settings: dict[str, Any], *, resume: bool) -> BinaryIO:
    """Open the output, replacing what is there, or with *resume* as it is, at its beginning.

    Raises:
        UsageError: It cannot be written, or *resume* and what is there was judged with other settings.
        InputError: *resume*, and nothing tells how what is there was judged.
        NotReadyError: Another process is writing it.
    """
    try:
        if path.exists() and not path.is_file():
            if resume:
                raise UsageError(f"--resume: --output {path} is no file, so nothing of it can be kept")
            return path.open("wb")
        file = path.open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.seek(0)
            if resume and path.stat().st_size > 0:
                settings = _settings_of_both(path, settings)
            else:
                file.truncate()
            write_json(_settings_path(path), {"settings": settings})
        except BaseException:
            file.close()
            raise
    except BlockingIOError as error:
        raise NotReadyError(f"{path}: another process is writing it") from error
    except OSError as error:
        raise UsageError(f"--output {path}: cannot be written: {error.strerror}") from error
    return file


def _settings_path(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def _settings_of_both(path: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """See that what is there was judged as *settings* say, and tell how the whole will have been judged."""
    beside = _settings_path(path)
    try:
        stored = json.loads(beside.read_text(encoding="utf-8"))["settings"]
        # Both modes say the same.
        wanted = {key: value for key, value in settings.items() if key != "judge"}
        difference = first_difference(stored, wanted)
        same_mode = stored.get("judge") == settings["judge"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        words = " ".join(str(error).split())[:200]
        raise InputError(f"--resume: {beside}, which says how {path.name} was judged: {words}") from error
    if difference is not None:
        raise UsageError(f"--resume: {path} was judged with other settings: {difference}")
    return settings if same_mode else settings | {"judge": MIXED_MODES}
