"""Matrix products whose result for a row does not depend on how many rows there are.

A sample must not depend on what is drawn beside it, so each row has to meet the same arithmetic in a batch of 8 and of
512. Libraries promise that only for products of the same shape. Where a product of many rows gives each row the very
bits of a product of few, which is looked at once for each shape, many rows go through at once: that is up to twice as
fast. Elsewhere they go through in groups of one fixed size, the last one filled up by the caller.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

ROW_UNIT = 8
"""Batches of rows are filled up to a multiple of this."""
_GROUPS = (512, 256, 128, 64, 32, 16)
# Multiplications that looking at one shape may cost: some hundredths of a second.
_MOST_EFFORT = 2**31


def linear(x: Tensor, weight: Tensor) -> Tensor:
    """``x @ weight.T`` over the last axis of *x*, of shape (rows, …, inputs); *weight* has shape (outputs, inputs)."""
    rows = x.shape[0]
    if rows <= ROW_UNIT or x.device.type != "cpu":
        return torch.nn.functional.linear(x, weight)
    group = _largest_group("linear", 1, weight.shape[1], weight.shape[0], torch.get_num_threads())
    if rows <= group:
        return torch.nn.functional.linear(x, weight)
    return torch.cat([torch.nn.functional.linear(part, weight) for part in torch.split(x, group)])


def score(q: Tensor, keys: Tensor) -> Tensor:
    """Products of queries, shape (heads, rows, E), with keys, shape (heads, P, E): shape (heads, rows, P)."""
    return _in_groups("score", q, keys, outputs=keys.shape[1])


def mix(shares: Tensor, values: Tensor) -> Tensor:
    """Sums of values, shape (heads, P, E), weighted by *shares*, shape (heads, rows, P): shape (heads, rows, E)."""
    return _in_groups("mix", shares, values, outputs=values.shape[2])


def _in_groups(kind: str, x: Tensor, other: Tensor, *, outputs: int) -> Tensor:
    product = _PRODUCTS[kind]
    rows = x.shape[1]
    if rows <= ROW_UNIT or x.device.type != "cpu":
        return product(x, other)
    group = _largest_group(kind, x.shape[0], x.shape[2], outputs, torch.get_num_threads())
    if rows <= group:
        return product(x, other)
    return torch.cat([product(part, other) for part in torch.split(x, group, dim=1)], dim=1)


_PRODUCTS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "linear": lambda x, weight: torch.nn.functional.linear(x[0], weight[0])[None],
    "score": lambda q, keys: torch.bmm(q, keys.transpose(1, 2)),
    "mix": torch.bmm,
}


@lru_cache(maxsize=4096)
def _largest_group(kind: str, heads: int, inputs: int, outputs: int, threads: int) -> int:
    """The most rows at once, up to which each row of a product has the same bits as in a product of :data:`ROW_UNIT`.

    *threads* only keeps what was seen with other numbers of them apart.
    """
    affordable = [size for size in _GROUPS if size * heads * inputs * outputs <= _MOST_EFFORT]
    if not affordable:
        return ROW_UNIT
    product = _PRODUCTS[kind]
    generator = torch.Generator().manual_seed(0)
    shape = (heads, inputs, outputs) if kind == "mix" else (heads, outputs, inputs)
    other = torch.randn(shape, generator=generator)
    x = torch.randn((heads, affordable[0], inputs), generator=generator)
    alone = torch.cat([product(part, other) for part in torch.split(x, ROW_UNIT, dim=1)], dim=1)
    for size in affordable:
        # Any multiple of the unit may occur: a full group, and some at and between the ends of a library's own blocks.
        sizes = {size, size - ROW_UNIT, size // 2 + ROW_UNIT, size // 2}
        if all(torch.equal(product(x[:, :rows], other), alone[:, :rows]) for rows in sizes if rows):
            return size
    return ROW_UNIT
