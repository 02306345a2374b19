"""``meta.json`` of a nanochat-rs checkpoint.

Keys that only matter for training, and keys nobody knows, are ignored. A key that decides the forward pass and is
missing, of the wrong type or inconsistent is refused: a guess would be another model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ferrobench.errors import CheckpointError
from ferrobench.models.meta_file import read_meta_file
from ferrobench.models.nanochat_rs.layout import local_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HIGHEST_VERSION = 1

# Upper bounds far above any model, so that a damaged number is refused here and not by the machine's memory.
Size = Annotated[int, Field(strict=True, ge=1, le=2**24)]
Count = Annotated[int, Field(strict=True, ge=0, le=2**16)]
Positive = Annotated[float, Field(strict=True, gt=0, le=1e12, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]


class LoopConfig(BaseModel):
    """LoopLM: local blocks around one shared block that runs several times."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    local_before: Count
    local_after: Count
    loop_count: Count


class NanochatRsConfig(BaseModel):
    """The keys of ``config`` that decide the forward pass. The first eleven have no default."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    dim: Size
    n_layers: Count
    n_heads: Size
    n_kv_heads: Size
    ffn_mult: Positive
    vocab_size: Size
    max_seq_len: Size
    group_size: Size
    mhc_n_streams: Count
    """Recorded by the trainer, never read by the model: there are always two streams."""
    weight_tied: Flag
    rope_theta: Positive
    loop_config: LoopConfig | None = None
    use_engram: Flag = False
    engram_d_mem: Size = 256
    engram_n_gram_orders: tuple[Size, ...] = ()
    engram_n_heads: Size = 4
    engram_table_size: Annotated[int, Field(strict=True, ge=2)] = 50021
    engram_layers: tuple[Count, ...] = ()
    engram_conv_kernel: Size = 4
    use_wave_field: Flag = False
    wavefield_field_size: Annotated[int, Field(strict=True, ge=2, le=2**24)] = 1024
    wavefield_n_heads: Count = 0
    """0 is as many as ``n_heads``."""
    wavefield_head_coupling: Flag = True
    wavefield_ratio: Annotated[float, Field(strict=True, ge=-1e12, le=1e12, allow_inf_nan=False)] = 1.0
    wavefield_convolve_mode: Literal["fft", "fwht", "haar"] | None = None
    """None is ``fft``."""
    wavefield_haar_levels: Count | None = None
    """None is as many as the field allows."""
    wavefield_haar_direct: Flag = False
    """With every mode: a gate for each element, not each head. With ``haar``: kernels are stored as they are used."""
    use_deltanet: Flag = False
    deltanet_pattern: tuple[int, ...] | None = None
    gated_attention: Flag = False

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.dim // self.n_heads

    @property
    def kv_dim(self) -> int:
        """Width of all key (or value) heads together."""
        return self.n_kv_heads * self.head_dim

    @property
    def ffn_dim(self) -> int:
        """``dim * ffn_mult`` in float32, truncated, then rounded up to whole quantisation groups."""
        import numpy as np

        raw = int(np.float32(self.dim) * np.float32(self.ffn_mult))
        return -(-raw // self.group_size) * self.group_size

    @property
    def num_engram_tables(self) -> int:
        """Hash tables of one engram."""
        return len(self.engram_n_gram_orders) * self.engram_n_heads

    @property
    def num_wave_heads(self) -> int:
        """Heads of a wave field."""
        return self.wavefield_n_heads or self.n_heads

    @property
    def wave_head_dim(self) -> int:
        """Channels of one of them. All together may be fewer than ``dim``: the division leaves out the rest."""
        return self.dim // self.num_wave_heads

    @property
    def has_direct_kernel(self) -> bool:
        """Whether the kernels of wave fields are stored in the Haar basis, not made from frequency, damping and phase."""
        return self.wavefield_convolve_mode == "haar" and self.wavefield_haar_direct

    @property
    def haar_levels(self) -> int:
        """Times that the Haar transform halves its part of the field."""
        most = self.wavefield_field_size.bit_length() - 1
        return most if self.wavefield_haar_levels is None else self.wavefield_haar_levels


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointMeta:
    """What ``meta.json`` says."""

    config: NanochatRsConfig
    version: int
    step: int | None
    loss: float | None
    notes: tuple[str, ...]
    """What a user should know about this file, one line each."""
    warnings: tuple[str, ...]
    """What makes figures of such a model mean less than they seem to."""


def load_meta(path: Path) -> CheckpointMeta:
    """Read and check ``meta.json``.

    Raises:
        CheckpointError: Naming the file, the key, what was found and what was expected.
    """
    document = read_meta_file(path)
    version = _version(path, document)
    if not isinstance(document.get("config"), dict):
        raise CheckpointError(f"{path}: config: expected an object with the model's configuration")
    try:
        config = NanochatRsConfig.model_validate(document["config"])
    except ValidationError as error:
        raise CheckpointError(f"{path}: {_first_fault(error)}") from error
    _check_consistency(path, config)
    notes = []
    if version == 0:
        notes.append(
            "meta.json has no version: written before 2026-02-16. Files from before 2026-02-11 were trained with "
            "another order of the residual streams and cannot be told apart"
        )
    if config.mhc_n_streams != 2:
        notes.append(
            f"config.mhc_n_streams is {config.mhc_n_streams}; the model has two streams whatever it says"
        )
    step, loss = document.get("step"), _finite(document.get("loss"))
    if "loss" in document and loss is None:
        notes.append("meta.json has no loss that is a number")
    return CheckpointMeta(
        config=config,
        version=version,
        step=step if isinstance(step, int) and not isinstance(step, bool) else None,
        loss=loss,
        notes=tuple(notes),
        warnings=_warnings(config),
    )


def _warnings(config: NanochatRsConfig) -> tuple[str, ...]:
    blocks = local_blocks(config)
    waves = sum(block.has_wave_field for block in blocks)
    if not waves:
        return ()
    # The loop's shared block is one more, however often it runs.
    total = len(blocks) + (config.loop_config is not None)
    return (
        f"{waves} of the model's {total} blocks mix tokens by a wave field, which sees later tokens: while generating they "
        "are bypassed, as in the model's own project, so samples show less of the model than its training loss does",
    )


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _version(path: Path, document: dict[str, Any]) -> int:
    version = document.get("version", 0)
    if not isinstance(version, int) or isinstance(version, bool) or not 0 <= version <= HIGHEST_VERSION:
        raise CheckpointError(
            f"{path}: version {version!r} is not supported; the highest known is {HIGHEST_VERSION}"
        )
    return version


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    place = ".".join(["config", *(str(part) for part in fault["loc"])])
    if fault["type"] == "missing":
        return f"{place}: required key is missing"
    return f"{place}: {fault['msg'][0].lower()}{fault['msg'][1:]}, found {fault['input']!r}"


def _wave_field_faults(config: NanochatRsConfig) -> Iterator[tuple[bool, str]]:
    if not config.use_wave_field:
        return
    heads, size, mode = config.num_wave_heads, config.wavefield_field_size, config.wavefield_convolve_mode
    most = size.bit_length() - 1
    key = "wavefield_n_heads" if config.wavefield_n_heads else "n_heads"
    yield (
        heads > config.dim,
        f"{key} {heads}: expected at most config.dim {config.dim}, or a wave field's heads have no width",
    )
    yield (
        mode in {"fwht", "haar"} and size != 2**most,
        f"wavefield_field_size {size}: expected a power of two where wavefield_convolve_mode is {mode}",
    )
    yield (
        mode == "haar" and not 1 <= config.haar_levels <= most,
        f"wavefield_haar_levels {config.haar_levels}: expected 1 to {most} for config.wavefield_field_size {size}",
    )


def _check_consistency(path: Path, config: NanochatRsConfig) -> None:
    faults = (
        (
            config.dim % config.n_heads,
            f"dim {config.dim} is not a multiple of config.n_heads {config.n_heads}",
        ),
        (
            config.n_heads % config.n_kv_heads,
            f"n_heads {config.n_heads} is not a multiple of config.n_kv_heads {config.n_kv_heads}",
        ),
        (
            config.head_dim % 2,
            f"dim / n_heads is {config.head_dim}; rotary positions need an even head width",
        ),
        (
            config.use_engram and config.engram_layers and not config.engram_n_gram_orders,
            "engram_n_gram_orders: expected at least one order where use_engram is true",
        ),
        (
            len(set(config.engram_layers)) != len(config.engram_layers),
            f"engram_layers {list(config.engram_layers)}: a layer is named twice",
        ),
        *_wave_field_faults(config),
        (
            config.use_deltanet and 0 in (config.deltanet_pattern or ()),
            "use_deltanet is true: DeltaNet layers are not supported",
        ),
        (config.gated_attention, "gated_attention is true: not supported"),
    )
    for wrong, message in faults:
        if wrong:
            raise CheckpointError(f"{path}: config.{message}")
