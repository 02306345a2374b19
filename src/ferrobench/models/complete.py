"""Whether a checkpoint has been written to its end, as far as its files tell without being loaded.

Trainers write their files one after another and each from front to back, so what is half-written lacks a file, or one of
its files is shorter than it says itself. No weights are read here: of a safetensors file only the header, of a zip only its
directory. What is written in another order (a file that gets its length first) is only told by watching it rest:
:func:`stamp_files` says what to compare.
"""

from __future__ import annotations

import json
import os
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ferrobench.models.checkpoints import (
    CONFIG_FILE,
    META_FILE,
    WEIGHTS_FILE,
    TrainingStep,
    find_tokenizer,
)
from ferrobench.models.nanochat import layout

if TYPE_CHECKING:
    from collections.abc import Mapping

INDEX_FILES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
TORCH_WEIGHTS_FILE = "pytorch_model.bin"
# Of safetensors' own reader.
MOST_HEADER_BYTES = 100_000_000
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22


class FileStamp(NamedTuple):
    """What changes of a file while it is written."""

    size: int
    """Bytes."""
    modified: int
    """Nanoseconds since 1970."""


def stamp_files(step: TrainingStep, *others: Path) -> dict[str, FileStamp]:
    """Take the stamps of all files of a checkpoint, of the tokenizer that belongs to it, and of *others*, by absolute path.

    Optimizer shards of nanochat are left out: they are written after the model and not needed.

    Raises:
        OSError: A file came or went meanwhile, or cannot be looked at.
    """
    if step.nanochat is not None:
        files = [step.nanochat.weights, step.nanochat.meta]
        tokenizers = list(layout.tokenizer_places(step.nanochat.weights.parent))
    else:
        # What else the folder holds is written after the weights, such as the state of the optimizer.
        files = [Path(folder, name) for folder, _, names in os.walk(step.path) for name in names]
        found = find_tokenizer(step.path)
        tokenizers = [] if found is None else [found]
    stamps = {}
    for path in sorted({path.absolute() for path in (*files, *tokenizers, *others)}):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue  # not there yet, or renamed into its place: the next look shows
        if stat.S_ISREG(status.st_mode):
            stamps[str(path)] = FileStamp(status.st_size, status.st_mtime_ns)
    return stamps


def find_gap(step: TrainingStep) -> str | None:
    """Say what a checkpoint lacks to be complete; None where nothing does.

    Raises:
        OSError: A file went meanwhile, or cannot be read.
    """
    if step.nanochat is not None:
        files = step.nanochat
        return _first(_gap_of_zip(files.weights), _gap_of_json(files.meta))
    folder = step.path
    if (folder / META_FILE).exists():
        weights = _gap_of_safetensors(folder / WEIGHTS_FILE)
    elif (folder / CONFIG_FILE).exists():
        weights = _gap_of_hugging_face(folder)
    else:
        return f"{META_FILE} or {CONFIG_FILE} is not there"
    return _first(weights, *(_gap_of_json(path) for path in sorted(folder.glob("*.json"))))


def _first(*gaps: str | None) -> str | None:
    return next((gap for gap in gaps if gap is not None), None)


def _gap_of_hugging_face(folder: Path) -> str | None:
    gaps = [_gap_of_index(folder / name) for name in INDEX_FILES if (folder / name).exists()]
    if (folder / WEIGHTS_FILE).exists():
        gaps.append(_gap_of_safetensors(folder / WEIGHTS_FILE))
    if (folder / TORCH_WEIGHTS_FILE).exists():
        gaps.append(_gap_of_zip(folder / TORCH_WEIGHTS_FILE))
    if not gaps:
        return f"{WEIGHTS_FILE} or its index is not there"
    return _first(*gaps)


def _gap_of_index(path: Path) -> str | None:
    """What lacks an index or one of the files that it names."""
    document = _read_json(path)
    if isinstance(document, str):
        return document
    shards = document.get("weight_map")
    if (
        not isinstance(shards, dict)
        or not shards
        or not all(isinstance(name, str) for name in shards.values())
    ):
        return f"{path.name}: weight_map: expected an object of file names"
    for name in sorted(set(shards.values())):
        shard = path.parent / name
        gap = _gap_of_safetensors(shard) if shard.suffix == ".safetensors" else _gap_of_zip(shard)
        if gap is not None:
            return gap
    return None


def _gap_of_safetensors(path: Path) -> str | None:
    """Whether a file has the length that its header says: 8 bytes, the header, and the tensors up to the last one's end."""
    if not path.exists():
        return f"{path.name} is not there"
    size = path.stat().st_size
    with path.open("rb") as file:
        length = file.read(8)
        header_bytes = int.from_bytes(length, "little")
        if len(length) == 8 and header_bytes > MOST_HEADER_BYTES:
            return f"{path.name}: its first bytes are no length of a header"
        header = file.read(header_bytes)
    if len(length) < 8 or len(header) < header_bytes:
        return f"{path.name} has {size:,} bytes, and its header alone is longer"
    try:
        whole = 8 + header_bytes + _end_of_tensors(json.loads(header))
    except (ValueError, RecursionError, KeyError, IndexError, TypeError, AttributeError):
        return f"{path.name}: its header cannot be read"
    return None if size == whole else f"{path.name} has {size:,} of {whole:,} bytes"


def _end_of_tensors(header: Mapping[str, Any]) -> int:
    ends = [int(tensor["data_offsets"][1]) for name, tensor in header.items() if name != "__metadata__"]
    return max(ends, default=0)


def _gap_of_zip(path: Path) -> str | None:
    """Whether a zip is whole: its directory is its end, is written last and names what lies before it."""
    if not path.exists():
        return f"{path.name} is not there"
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            file.seek(max(0, size - _ZIP_END_BYTES))
            if not file.read(_ZIP_END_BYTES).startswith(_ZIP_END):
                return f"{path.name} has {size:,} bytes and does not end as a zip file does"
        with zipfile.ZipFile(path) as archive:
            # A whole zip within a longer one that is cut has its parts elsewhere than at the beginning.
            if min((part.header_offset for part in archive.infolist()), default=-1) != 0:
                return f"{path.name}: its beginning is not there"
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
    ):  # what zipfile raises for damaged fields of a directory
        return f"{path.name}: its directory cannot be read"
    return None


def _gap_of_json(path: Path) -> str | None:
    document = _read_json(path)
    return document if isinstance(document, str) else None


def _read_json(path: Path) -> dict[str, Any] | str:
    """The object in a JSON file, empty where it holds something else; or what it lacks."""
    if not path.exists():
        return f"{path.name} is not there"
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return f"{path.name} is not JSON, or not all of it"
    return document if isinstance(document, dict) else {}
