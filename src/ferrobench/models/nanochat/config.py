"""``meta_<N>.json`` of a nanochat checkpoint.

Only its ``model_config`` is always there, and only that decides anything. A key there that nobody knows was written by
other code than nanochat's, whose forward pass may differ: it is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ferrobench.errors import CheckpointError
from ferrobench.models.meta_file import read_meta_file

if TYPE_CHECKING:
    from pathlib import Path

# Upper bounds far above any model, so that a damaged number is refused here and not by the machine's memory.
Size = Annotated[int, Field(strict=True, ge=1, le=2**20)]
Layers = Annotated[int, Field(strict=True, ge=1, le=2**12)]

MEASURES = ("val_bpb", "val_loss")


class NanochatConfig(BaseModel):
    """``model_config``. Everything else that the forward pass needs follows from the generation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sequence_len: Size
    vocab_size: Annotated[int, Field(strict=True, ge=1, le=2**24)]
    n_layer: Layers
    n_head: Size
    n_kv_head: Size
    n_embd: Size
    window_pattern: Annotated[str, Field(strict=True, pattern="^[SLsl]+$", max_length=2**12)] = ""
    """Letters S and L, repeated over the layers. Empty where the file has none; an empty one in a file is refused."""

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.n_embd // self.n_head

    @property
    def kv_dim(self) -> int:
        """Width of all key (or value) heads together."""
        return self.n_kv_head * self.head_dim


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointMeta:
    """What ``meta_<N>.json`` says."""

    config: NanochatConfig
    measures: dict[str, float]
    """Those of :data:`MEASURES` that are there and finite."""


def load_meta(path: Path) -> CheckpointMeta:
    """Read and check ``meta_<N>.json``.

    Raises:
        CheckpointError: Naming the file, the key, what was found and what was expected.
    """
    document = read_meta_file(path)
    if not isinstance(document.get("model_config"), dict):
        raise CheckpointError(f"{path}: model_config: expected an object with the model's configuration")
    try:
        config = NanochatConfig.model_validate(document["model_config"])
    except ValidationError as error:
        raise CheckpointError(f"{path}: {_first_fault(error)}") from error
    _check_consistency(path, config)
    return CheckpointMeta(config=config, measures=_measures(document))


def _measures(document: dict[str, Any]) -> dict[str, float]:
    found = {name: document.get(name) for name in MEASURES}
    return {name: value for name, value in found.items() if isinstance(value, float) and math.isfinite(value)}


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    place = ".".join(["model_config", *(str(part)[:80] for part in fault["loc"])])
    found = repr(fault["input"])[:80]
    if fault["type"] == "missing":
        return f"{place}: required key is missing"
    if fault["type"] == "extra_forbidden":
        return f"{place}: unknown key; written by another version of nanochat or a fork"
    if fault["loc"][0] == "window_pattern":
        return f"{place}: expected letters S and L, at least one, found {found}"
    return f"{place}: {fault['msg'][0].lower()}{fault['msg'][1:]}, found {found}"


def _check_consistency(path: Path, config: NanochatConfig) -> None:
    faults = (
        (
            config.n_embd % config.n_head,
            f"n_embd {config.n_embd} is not a multiple of model_config.n_head {config.n_head}",
        ),
        (
            config.n_head % config.n_kv_head,
            f"n_head {config.n_head} is not a multiple of model_config.n_kv_head {config.n_kv_head}",
        ),
        (
            config.head_dim % 2,
            f"n_embd / n_head is {config.head_dim}; rotary positions need an even head width",
        ),
    )
    for wrong, message in faults:
        if wrong:
            raise CheckpointError(f"{path}: model_config.{message}")
