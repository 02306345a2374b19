"""Which blocks a nanochat-rs model has, in the order of evaluation, and what stands in each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.models.nanochat_rs.config import NanochatRsConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPlace:
    """Where a local block stands: its name in the file and its index over the whole model."""

    prefix: str
    index: int
    has_engram: bool
    has_wave_field: bool
    """In place of attention."""


def local_blocks(config: NanochatRsConfig) -> tuple[BlockPlace, ...]:
    """List the local blocks (all but LoopLM's shared one) in the order of evaluation."""
    if config.loop_config is None:
        places = [(f"blocks.{i}", i) for i in range(config.n_layers)]
    else:
        before, after = config.loop_config.local_before, config.loop_config.local_after
        places = [(f"local_before.{i}", i) for i in range(before)]
        places += [(f"local_after.{i}", before + 1 + i) for i in range(after)]
    waves = wave_field_indices(config, [index for _, index in places])
    return tuple(
        BlockPlace(
            prefix=prefix,
            index=index,
            has_engram=config.use_engram and index in config.engram_layers,
            has_wave_field=index in waves,
        )
        for prefix, index in places
    )


def wave_field_indices(config: NanochatRsConfig, indices: list[int]) -> frozenset[int]:
    """Those of the blocks' *indices* that have a wave field.

    A share of the layers between 0 and 1 is spread evenly over ``n_layers``, whatever blocks there really are.
    """
    import numpy as np

    ratio = np.float32(config.wavefield_ratio)
    if not config.use_wave_field or ratio <= 0.0:
        return frozenset()
    if ratio >= 1.0:
        return frozenset(indices)
    layers = config.n_layers
    count = math.floor(float(np.float32(layers) * ratio) + 0.5)
    return frozenset((2 * k + 1) * layers // (2 * count) for k in range(count)).intersection(indices)
