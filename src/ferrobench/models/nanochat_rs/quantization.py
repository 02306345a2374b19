"""The ternary linear layer's arithmetic: weights in {-1, 0, 1} per group scale, inputs in 8 bits per token.

The trainer's straight-through estimator has exactly these values in its forward pass.
"""

from __future__ import annotations

import torch
from torch import Tensor

# The largest float32 below one half. Adding one half itself would round 0.49999997 up to 1.
BELOW_HALF = 0.49999997


def round_half_away(x: Tensor) -> Tensor:
    """Round to the nearest whole number, exact halves away from zero (``torch.round`` sends them to even).

    Exact for magnitudes below 2**23; quantised values are far below. ``x - frac(x)`` is ``trunc(x)``, which torch
    computes several times slower.
    """
    shifted = torch.add(x, torch.sign(x), alpha=BELOW_HALF)
    return shifted.sub_(torch.frac(shifted))


def ternarize(weight: Tensor, group_size: int) -> Tensor:
    """Return the weight as the model uses it: t * s with t in {-1, 0, 1} and one scale s for each group.

    Groups of *group_size* run over the flattened weight and may straddle rows; s is the mean magnitude of the group,
    the zeros that fill up the last one counted.
    """
    flat = weight.reshape(-1)
    filled = torch.nn.functional.pad(flat, (0, -flat.numel() % group_size)).view(-1, group_size)
    scale = (filled.abs().sum(dim=1, keepdim=True) / group_size).clamp_min(1e-8)
    ternary = round_half_away(filled / scale).clamp_(-1.0, 1.0) * scale
    return ternary.reshape(-1)[: flat.numel()].view_as(weight)


def quantize_tokens(x: Tensor) -> Tensor:
    """Return *x* in 8-bit steps of its largest magnitude along the last axis, as float32.

    No clamp is needed: the largest code is 127 by construction, up to a rounding error that rounding removes.
    """
    largest = x.abs().amax(dim=-1, keepdim=True).clamp_min_(1e-8)
    return round_half_away(x * (largest.reciprocal() * 127.0)).mul_(largest * (1.0 / 127.0))
