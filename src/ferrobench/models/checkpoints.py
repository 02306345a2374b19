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
from ferrobench.models.nanochat import layout

WEIGHTS_FILE = "model.safetensors"
META_FILE = "meta.json"
CONFIG_FILE = "config.json"
TOKENIZER_FILE = "tokenizer.json"
# How far above a checkpoint its tokenizer is looked for: `step_N`, the run's folder, the folder of all runs.
TOKENIZER_LEVELS = 3
FINAL = "final"
"""The folder of the newest checkpoint of a run, where it has no number."""

# The last is what transformers' trainer writes.
_STEP_FOLDER = re.compile(r"(?:step_|iter_|checkpoint-)(\d+)")
# Those of transformers are in several files where they are large.
_WEIGHTS_FILES = (
    WEIGHTS_FILE,
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)


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
    nanochat: layout.NanochatFiles | None = None
    """Which files, where :attr:`kind` is nanochat: one folder holds many checkpoints then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingStep:
    """One checkpoint of a training run, complete or still being written."""

    step: int | None
    """None of ``final``, which has no number and comes after all that have one."""
    path: Path
    """What :func:`find_checkpoint` takes: the step's folder, or the weights in a folder of many steps."""
    nanochat: layout.NanochatFiles | None = None
    """Of a folder of many steps, the files of this one, there or not."""

    @property
    def order(self) -> tuple[bool, int]:
        """Sorts the steps of a run, the newest last."""
        return self.step is None, self.step or 0


def list_training_steps(folder: Path) -> tuple[TrainingStep, ...]:
    """List all checkpoints that a trainer has begun to write into *folder*, the newest last. None are opened.

    Where two folders name one step (``step_5`` and ``step_05``), the one that sorts first is taken.

    Raises:
        CheckpointError: It holds several training runs, and nothing says which is meant.
        OSError: It cannot be read.
    """
    named = [
        TrainingStep(step=_step_in(entry.name), path=entry)
        for entry in sorted(folder.iterdir(), reverse=True)
        if entry.is_dir() and (entry.name == FINAL or _step_in(entry.name) is not None)
    ]
    if not named:
        below = layout.descend(folder) or folder
        named = [
            TrainingStep(step=files.step, path=files.weights, nanochat=files)
            for files in reversed(layout.list_steps(below))
        ]
    return tuple(sorted({one.step: one for one in named}.values(), key=lambda one: one.order))


def find_checkpoint(path: str | Path, step: int | None = None) -> CheckpointLocation:
    """Recognise what lies at *path*; of several steps, take the one that is named, else the newest.

    ``final`` is newest where it is there; else the highest step number, compared as a number.

    Raises:
        CheckpointError: If nothing lies there, a required file or the step is missing, or the kind is unknown.
    """
    path = Path(path)
    try:
        return _find(path, step)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror}") from error


def _find(path: Path, step: int | None) -> CheckpointLocation:
    if not path.exists():
        beside = f"; {path.parent} holds {_contents(path.parent)}" if path.parent.is_dir() else ""
        raise CheckpointError(f"{path}: no such checkpoint folder{beside}")
    if path.is_file():
        path, step = _folder_of(path, step)
    kind = _kind_of(path)
    if kind is CheckpointKind.NANOCHAT:
        return _nanochat(path, step)
    if kind is None:
        folders = _step_folders(path)
        if folders:
            chosen = _choose_step(path, folders, step)
            kind = _kind_of(chosen) or CheckpointKind.NANOCHAT_RS
            return CheckpointLocation(folder=chosen, kind=kind, label=str(chosen))
        below = layout.descend(path)
        if below is not None:
            return _nanochat(below, step)
        raise CheckpointError(
            f"{path}: no checkpoint here: expected {WEIGHTS_FILE} and {META_FILE} or {CONFIG_FILE}, model_<N>.pt and "
            f"meta_<N>.json, or folders with them; it holds {_contents(path)}"
        )
    if step is not None and _step_in(path.resolve().name) != step:
        raise CheckpointError(
            f"{path}: this is one checkpoint and not a folder of steps; --step has no use here"
        )
    if kind is CheckpointKind.NANOCHAT_RS:
        for name in (WEIGHTS_FILE, META_FILE):
            if not (path / name).is_file():
                raise CheckpointError(
                    f"{path / name}: file is missing (a nanochat-rs checkpoint has both files)"
                )
    return CheckpointLocation(folder=path, kind=kind, label=str(path))


def demo_checkpoint(step: int | None = None) -> CheckpointLocation:
    """Return one of the small checkpoints that come with the package: the one of *step*, else the last."""
    folder = Path(str(resources.files("ferrobench"))) / "demo"
    folders = _step_folders(folder)
    if not folders:
        raise CheckpointError(f"{folder}: the demo checkpoint is missing from this installation")
    chosen = _choose_step(folder, folders, step)
    return CheckpointLocation(folder=chosen, kind=CheckpointKind.NANOCHAT_RS, label=f"demo/{chosen.name}")


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
    if layout.has_steps(folder):
        return CheckpointKind.NANOCHAT
    if (folder / CONFIG_FILE).exists():
        return CheckpointKind.HUGGING_FACE
    return None


def _folder_of(path: Path, step: int | None) -> tuple[Path, int | None]:
    """The folder of a file that was named for the checkpoint it belongs to, and the step that its name tells."""
    if path.name in {WEIGHTS_FILE, META_FILE}:
        return path.parent, step
    number = layout.step_of(path.name)
    if number is None:
        raise CheckpointError(
            f"{path}: expected a checkpoint folder with {WEIGHTS_FILE} and {META_FILE}, or with model_<N>.pt and "
            "meta_<N>.json, found a file"
        )
    if step not in (None, number):
        raise CheckpointError(f"{path}: this is step {number}, but --step asks for {step}")
    return path.parent, number


def _nanochat(folder: Path, step: int | None) -> CheckpointLocation:
    files = layout.choose_step(folder, step)
    label = str(files.weights.with_suffix(""))
    return CheckpointLocation(folder=folder, kind=CheckpointKind.NANOCHAT, label=label, nanochat=files)


def _step_folders(folder: Path) -> list[Path]:
    """The complete checkpoints of a run that have a folder each, the newest last."""
    complete = [
        entry
        for entry in folder.iterdir()
        if entry.is_dir()
        and (entry.name == FINAL or _step_in(entry.name) is not None)
        and any((entry / name).is_file() for name in _WEIGHTS_FILES)
        and ((entry / META_FILE).is_file() or (entry / CONFIG_FILE).is_file())
    ]
    return sorted(complete, key=lambda entry: (entry.name == FINAL, _step_in(entry.name) or 0, entry.name))


def _choose_step(folder: Path, folders: list[Path], step: int | None) -> Path:
    if step is None:
        return folders[-1]
    for entry in folders:
        if _step_in(entry.name) == step:
            return entry
    raise CheckpointError(
        f"{folder}: has no step {step}; it has {layout.some(entry.name for entry in folders)}"
    )


def _step_in(name: str) -> int | None:
    match = _STEP_FOLDER.fullmatch(name)
    return int(match[1]) if match else None


def _contents(folder: Path) -> str:
    return layout.some(sorted(entry.name for entry in folder.iterdir())) or "nothing"
