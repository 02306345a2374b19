"""``model_<N>.pt`` of a nanochat checkpoint.

Such a file is a pickle in a zip archive, and pickles can run code. PyTorch reads it with ``weights_only``, which builds
tensors and nothing else; what needs more than that is refused, always.
"""

from __future__ import annotations

import pickle
import re
import zipfile
from typing import TYPE_CHECKING

from ferrobench.errors import CheckpointError, MissingExtraError
from ferrobench.models.nanochat.generations import recognise

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from ferrobench.models.nanochat.config import NanochatConfig
    from ferrobench.models.nanochat.generations import Generation

PREFIX = "_orig_mod."
"""Before every name in files saved from a compiled module."""
LFS_POINTER = b"version https://git-lfs"
ZIP_START = b"PK\x03\x04"
FLOAT_TYPES = frozenset({"float64", "float32", "float16", "bfloat16"})


def load_weights(path: Path, config: NanochatConfig) -> tuple[dict[str, torch.Tensor], Generation]:
    """Read all tensors, as float32 on the CPU, under their names without prefix, and tell the generation.

    Raises:
        CheckpointError: Naming the file and what is wrong: damaged, not a file of weights, or a tensor that is missing, not
            expected, or of another shape or type, or not finite.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("torch is not installed: pip install 'ferrobench[torch]'") from error

    tensors = _read(path)
    generation = recognise(path, config, {name: tuple(tensor.shape) for name, tensor in tensors.items()})
    weights = {}
    for name in list(tensors):
        # A copy: the file may be written again while the model is in use. Half precision becomes float32 exactly.
        weights[name] = tensors.pop(name).to(torch.float32, copy=True).contiguous()
        if not bool(torch.isfinite(weights[name]).all()):
            raise CheckpointError(f"{path}: tensor {name}: has NaN or infinite values")
    return weights, generation


def _read(path: Path) -> dict[str, torch.Tensor]:
    import torch

    try:
        _check_archive(path)
        found = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except pickle.UnpicklingError as error:
        asked = re.search(r"GLOBAL ([\w.]+)", str(error))
        what = f"it asks for {asked[1]}" if asked else "it holds more than tensors"
        raise CheckpointError(
            f"{path}: not a file of weights: {what}; refused, for loading it otherwise could run code from the file"
        ) from error
    except CheckpointError:
        raise
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror or error}") from error
    except Exception as error:  # a damaged pickle can make the reader stumble anywhere
        words = str(error).partition("\n")[0][:200]
        raise CheckpointError(f"{path}: damaged file: {type(error).__name__}: {words}") from error
    if not isinstance(found, dict):
        raise CheckpointError(f"{path}: expected a dict of tensors, found {type(found).__name__}")
    for name, tensor in found.items():
        _check_entry(path, name, tensor)
    # Names that do not all have the prefix stay as they are, and are refused as unknown.
    prefix = PREFIX if all(name.startswith(PREFIX) for name in found) else ""
    return {name.removeprefix(prefix): tensor for name, tensor in found.items()}


def _check_archive(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(len(LFS_POINTER))
    if start == LFS_POINTER:
        raise CheckpointError(
            f"{path}: a git-LFS pointer, not the weights themselves; fetch them with git lfs pull"
        )
    if not zipfile.is_zipfile(path):
        what = (
            "truncated: the end of its zip archive is missing"
            if start.startswith(ZIP_START)
            else "not a file of torch.save, which are zip archives"
        )
        raise CheckpointError(f"{path}: {what} ({path.stat().st_size} bytes)")
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            # The weights are used where they lie in the file.
            if entry.compress_type != zipfile.ZIP_STORED:
                raise CheckpointError(
                    f"{path}: {entry.filename} is compressed; torch.save does not compress anything"
                )


def _check_entry(path: Path, name: object, tensor: object) -> None:
    import torch

    if not isinstance(name, str):
        raise CheckpointError(f"{path}: expected a dict of tensors by name, found a key {str(name)[:80]!r}")
    if not isinstance(tensor, torch.Tensor):
        raise CheckpointError(
            f"{path}: expected a dict of tensors, found {type(tensor).__name__} under {name[:80]!r}"
        )
    dtype = str(tensor.dtype).removeprefix("torch.")
    if dtype not in FLOAT_TYPES or tensor.layout != torch.strided or tensor.device.type != "cpu":
        kind = dtype if tensor.layout == torch.strided else f"{dtype}, {tensor.layout}"
        raise CheckpointError(
            f"{path}: tensor {name[:80]}: expected floating point numbers ({', '.join(sorted(FLOAT_TYPES))}), found {kind}"
        )
