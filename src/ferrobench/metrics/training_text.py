"""Text that the model was trained on, read from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.errors import InputError
from ferrobench.metrics.measured import TrainingText

if TYPE_CHECKING:
    from pathlib import Path

BYTES_READ = 64 * 1024 * 1024
"""Of a larger file, the beginning: its index takes some ten times its size in memory."""


def read_training_text(path: Path) -> TrainingText:
    """Read UTF-8 text; bytes that are none become replacement characters, as a tokenizer would see them.

    Raises:
        InputError: It cannot be read, or has no text. One line that names the flag and the file.
    """
    try:
        with path.open("rb") as file:
            content = file.read(BYTES_READ + 1)
    except OSError as error:
        raise InputError(f"--training-text {path}: cannot be read: {error.strerror}") from error
    text = content[:BYTES_READ].decode("utf-8", "replace")
    if not text.strip():
        raise InputError(f"--training-text {path}: expected text, found an empty file")
    cut = f", its first {BYTES_READ // 2**20} MiB" if len(content) > BYTES_READ else ""
    return TrainingText(name=f"{path.name}{cut}", text=text)
