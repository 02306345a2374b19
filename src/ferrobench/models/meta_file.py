"""The JSON object that lies beside a checkpoint's weights."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ferrobench.errors import CheckpointError

if TYPE_CHECKING:
    from pathlib import Path


def read_meta_file(path: Path) -> dict[str, Any]:
    """Read it. The bare words ``Infinity`` and ``NaN``, which trainers in Python write, are numbers.

    Raises:
        CheckpointError: It cannot be read, or is no JSON object.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path}: not JSON: {error}") from error
    if not isinstance(document, dict):
        raise CheckpointError(f"{path}: expected a JSON object, found {type(document).__name__}")
    return document
