"""Arithmetic whose result for a row does not depend on how many rows there are.

A sample must not depend on what is drawn beside it, so each row has to meet the same arithmetic in a batch of 16 and of
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

ROW_UNIT = 16
"""Batches of rows are filled up to a multiple of this."""
# Numbers of rows that are looked at: all small ones, where libraries have their special ways, then some.
_SIZES = (*range(2 * ROW_UNIT, 129, ROW_UNIT), 192, 240, 256, 320, 384, 448, 496, 512)
# Multiplications that looking at one shape may cost: some tenths of a second.
_MOST_EFFORT = 2**33


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
    sizes = [
        size
        for number, size in enumerate(_SIZES)
        if sum(_SIZES[: number + 1]) * heads * inputs * outputs <= _MOST_EFFORT
    ]
    if not sizes:
        return ROW_UNIT
    product = _PRODUCTS[kind]
    generator = torch.Generator().manual_seed(0)
    shape = (heads, inputs, outputs) if kind == "mix" else (heads, outputs, inputs)
    other = torch.randn(shape, generator=generator)
    x = torch.randn((heads, sizes[-1], inputs), generator=generator)
    alone = torch.cat([product(part, other) for part in torch.split(x, ROW_UNIT, dim=1)], dim=1)
    largest = ROW_UNIT
    for size in sizes:
        if not torch.equal(product(x[:, :size].contiguous(), other), alone[:, :size]):
            break
        largest = size
    return largest


def sigmoid(x: Tensor) -> Tensor:
    """The logistic function. torch's own has one way for most of a tensor and another for the few elements at its end."""
    return torch.exp(-x).add_(1.0).reciprocal_()
