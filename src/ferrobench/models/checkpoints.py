"""Finding checkpoints: which kind lies at a path, which of several steps is meant, which tokenizer belongs to it.

Nothing is loaded here, and no heavy library is imported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path

from ferrobench.errors import CheckpointError

WEIGHTS_FILE = "model.safetensors"
META_FILE = "meta.json"
CONFIG_FILE = "config.json"
TOKENIZER_FILE = "tokenizer.json"
# How far above a checkpoint its tokenizer is looked for: `step_N`, the run's folder, the folder of all runs.
TOKENIZER_LEVELS = 3

# The last is what transformers' trainer writes.
_STEP_FOLDER = re.compile(r"(?:step_|iter_|checkpoint-)(\d+)")
# Those of transformers are in several files where they are large.
_WEIGHTS_FILES = (
    WEIGHTS_FILE,
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
_NANOCHAT_WEIGHTS = re.compile(r"model_\d+\.pt")


class CheckpointKind(StrEnum):
    """Who wrote a checkpoint."""

    NANOCHAT_RS = "nanochat-rs"
    NANOCHAT = "nanochat"
    HUGGING_FACE = "hugging-face"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointLocation:
    """One checkpoint on disk."""

    folder: Path
    kind: CheckpointKind
    label: str
    """How results name it."""


def find_checkpoint(path: str | Path) -> CheckpointLocation:
    """Recognise what lies at *path*; of a folder of steps, take the newest.

    ``final`` is newest where it is there; else the highest step number, compared as a number.

    Raises:
        CheckpointError: If nothing lies there, a required file is missing, or the kind is unknown.
    """
    path = Path(path)
    try:
        return _find(path)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror}") from error


def _find(path: Path) -> CheckpointLocation:
    if not path.exists():
        raise CheckpointError(f"{path}: no such checkpoint folder")
    if path.is_file():
        if path.name not in {WEIGHTS_FILE, META_FILE} and not _NANOCHAT_WEIGHTS.fullmatch(path.name):
            raise CheckpointError(
                f"{path}: expected a checkpoint folder with {WEIGHTS_FILE} and {META_FILE}, found a file"
            )
        path = path.parent
    kind = _kind_of(path)
    if kind is None:
        newest = _newest_step(path)
        if newest is None:
            raise CheckpointError(
                f"{path}: no checkpoint here: expected {WEIGHTS_FILE} and {META_FILE} or {CONFIG_FILE}, or step_<N> or "
                "checkpoint-<N> folders with them"
            )
        return CheckpointLocation(
            folder=newest, kind=_kind_of(newest) or CheckpointKind.NANOCHAT_RS, label=str(newest)
        )
    if kind is CheckpointKind.NANOCHAT_RS:
        for name in (WEIGHTS_FILE, META_FILE):
            if not (path / name).is_file():
                raise CheckpointError(
                    f"{path / name}: file is missing (a nanochat-rs checkpoint has both files)"
                )
    return CheckpointLocation(folder=path, kind=kind, label=str(path))


def demo_checkpoint() -> CheckpointLocation:
    """Return the last of the small checkpoints that come with the package."""
    folder = Path(str(resources.files("ferrobench"))) / "demo"
    newest = _newest_step(folder)
    if newest is None:
        raise CheckpointError(f"{folder}: the demo checkpoint is missing from this installation")
    return CheckpointLocation(folder=newest, kind=CheckpointKind.NANOCHAT_RS, label=f"demo/{newest.name}")


def find_tokenizer(folder: Path) -> Path | None:
    """Look for ``tokenizer.json`` in *folder* and up to two folders above it."""
    absolute = folder.resolve()
    for candidate in (absolute, *absolute.parents)[:TOKENIZER_LEVELS]:
        if (candidate / TOKENIZER_FILE).is_file():
            return candidate / TOKENIZER_FILE
    return None


def _kind_of(folder: Path) -> CheckpointKind | None:
    if (
        (folder / WEIGHTS_FILE).exists()
        and (folder / CONFIG_FILE).exists()
        and not (folder / META_FILE).exists()
    ):
        return CheckpointKind.HUGGING_FACE
    if (folder / WEIGHTS_FILE).exists() or (folder / META_FILE).exists():
        return CheckpointKind.NANOCHAT_RS
    if any(_NANOCHAT_WEIGHTS.fullmatch(entry.name) for entry in folder.iterdir()):
        return CheckpointKind.NANOCHAT
    if (folder / CONFIG_FILE).exists():
        return CheckpointKind.HUGGING_FACE
    return None


def _newest_step(folder: Path) -> Path | None:
    complete = [
        entry
        for entry in folder.iterdir()
        if entry.is_dir()
        and any((entry / name).is_file() for name in _WEIGHTS_FILES)
        and ((entry / META_FILE).is_file() or (entry / CONFIG_FILE).is_file())
    ]
    for entry in complete:
        if entry.name == "final":
            return entry
    numbered = [(int(match[1]), entry) for entry in complete if (match := _STEP_FOLDER.fullmatch(entry.name))]
    return max(numbered)[1] if numbered else None
