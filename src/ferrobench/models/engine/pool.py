"""Many completions that grow side by side, one token a step.

The keys and values of a prompt are kept once and read once a step for all rows that go on from it. What a row adds
itself lies in tiles of :data:`TILE` tokens. A row's arithmetic does not depend on the other rows: products have the same
bits whatever their number (see :mod:`ferrobench.models.engine.rowwise`), and a tile in which a row has nothing adds exactly
nothing to it.

Shapes: B rows, K key/value heads, R query heads that share one, E = head width, P = length of a prompt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from ferrobench.models.engine.rowwise import ROW_UNIT, mix, score

if TYPE_CHECKING:
    from torch import Tensor

    from ferrobench.models.engine.network import Network
    from ferrobench.models.engine.sequences import Prefix

TILE = 32
# Stands for no score at all: far below any, and still a number to subtract.
_LOWEST = -1e30
# Rows move together when this share of the places is empty.
_EMPTY_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class _Group:
    """The rows that go on from one prompt."""

    prefix: Prefix
    rows: list[int]
    """Their numbers, the last one repeated up to a multiple of ROW_UNIT."""


@dataclass(frozen=True, slots=True)
class _Groups:
    """All rows, prompt by prompt."""

    members: list[_Group]
    order: Tensor
    """The rows of all groups, one group behind the other, shape (N,)."""
    place: Tensor
    """Where in that order each row stands, shape (B,); 0 for an empty place."""


@dataclass(frozen=True, slots=True)
class _Write:
    """Where new keys and values go, in the rows that have their next place in one tile."""

    tile: int
    rows: Tensor | None
    """Their numbers; None is all."""
    lines: Tensor
    """Of the tile's keys, or values, as lines of E numbers: one for each row and head."""


class _Found(NamedTuple):
    """What rows found in one part of their sequences. Shapes (…, 1), (…, 1) and (…, E)."""

    highest: Tensor
    """Highest score."""
    total: Tensor
    """Sum of exp(score - highest)."""
    mixed: Tensor
    """The values weighted by those."""


@dataclass(frozen=True, slots=True)
class _Masks:
    """Where rows must not look, as far as any must not."""

    prefixes: list[Tensor | None]
    """Of each group, shape (rows, P)."""
    tiles: list[Tensor | None]
    """Shape (B, 1, 1, TILE)."""


class RowPool:
    """A :class:`~ferrobench.models.engine.network.Step` over rows of different prompts and ages, one new token each."""

    whole = False

    def __init__(self, network: Network, rows: int) -> None:
        """Make *rows* empty places, rounded up to a multiple of ROW_UNIT."""
        self.rows = -(-rows // ROW_UNIT) * ROW_UNIT
        self._network = network
        self._prefixes: list[Prefix | None] = [None] * self.rows
        self._starts = np.zeros(self.rows, dtype=np.int64)
        self._lengths = np.zeros(self.rows, dtype=np.int64)
        self._tiles: list[Tensor] = []
        shape = network.memory
        self._scale = shape.head_width**-0.5
        self._states = {
            name: torch.zeros((self.rows, *row), dtype=dtype, device=network.device)
            for name, (row, dtype) in shape.states.items()
        }
        self._groups: _Groups | None = None
        self._writes: list[_Write] = []
        self._masks: dict[int | None, _Masks] = {}
        self.positions = torch.zeros((self.rows, 1), dtype=torch.int64, device=network.device)

    @torch.inference_mode()
    def enter(self, row: int, prefix: Prefix) -> None:
        """Let a row go on from a prompt."""
        self._prefixes[row] = prefix
        self._starts[row] = prefix.length
        self._lengths[row] = 0
        for name, value in prefix.states.items():
            self._states[name][row] = value
        self._groups = None

    def leave(self, row: int) -> None:
        """Empty a place."""
        self._prefixes[row] = None
        self._starts[row] = self._lengths[row] = 0
        self._groups = None

    @torch.inference_mode()
    def compact(self, rows: list[int]) -> RowPool | None:
        """A pool of these rows alone, in this order, where it is much smaller. Where a row stands changes nothing for it."""
        if len(rows) > (1.0 - _EMPTY_SHARE) * self.rows or -(-len(rows) // ROW_UNIT) * ROW_UNIT == self.rows:
            return None
        smaller = RowPool(self._network, len(rows))
        chosen = torch.tensor(rows, device=self._network.device)
        smaller._prefixes[: len(rows)] = [self._prefixes[row] for row in rows]
        smaller._starts[: len(rows)] = self._starts[rows]
        smaller._lengths[: len(rows)] = self._lengths[rows]
        for tile in self._tiles[: -(-int(self._lengths.max()) // TILE)]:
            smaller._tiles.append(smaller._new_tile())
            smaller._tiles[-1][:, :, : len(rows)] = tile[:, :, chosen]
        for name, value in self._states.items():
            smaller._states[name][: len(rows)] = value[chosen]
        return smaller

    def step(self, ids: list[int]) -> Tensor:
        """Evaluate one new token in every row; logits, shape (rows, V)."""
        self._begin()
        new = torch.tensor(ids, dtype=torch.int64, device=self._network.device)[:, None]
        logits = self._network.forward(new, self)[:, 0]
        occupied = np.fromiter((prefix is not None for prefix in self._prefixes), dtype=bool, count=self.rows)
        self._lengths[occupied] += 1
        return logits

    def _begin(self) -> None:
        """Get ready for one new token in every row."""
        device = self._network.device
        self.positions = torch.from_numpy(self._starts + self._lengths).to(device)[:, None]
        self._masks = {}
        self._writes = []
        needed = int(self._lengths.max()) // TILE + 1
        while len(self._tiles) < needed:
            self._tiles.append(self._new_tile())
        kv_heads = self._network.memory.kv_heads
        heads = np.arange(kv_heads)
        for tile in np.unique(self._lengths // TILE):
            rows = np.flatnonzero(self._lengths // TILE == tile)
            lines = (rows[:, None] * kv_heads + heads) * TILE + self._lengths[rows, None] % TILE
            chosen = None if len(rows) == self.rows else torch.from_numpy(rows).to(device)
            self._writes.append(_Write(int(tile), chosen, torch.from_numpy(lines.ravel()).to(device)))

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor, *, window: int | None = None) -> Tensor:
        """See :class:`~ferrobench.models.engine.network.Step`; T is 1."""
        width = k.shape[-1]
        for write in self._writes:
            for kept, new in zip(self._tiles[write.tile][layer], (k, v), strict=True):
                chosen = new[:, 0] if write.rows is None else new[write.rows, 0]
                kept.view(-1, width).index_copy_(0, write.lines, chosen.reshape(-1, width))
        masks = self._masks_of(window)
        q = q[:, 0] * self._scale
        own = self._find_in_tiles(layer, q, masks)
        groups = self._grouped()
        if not groups.members:
            return (own.mixed / own.total)[:, None]
        prompts = self._find_in_prompts(layer, q, groups, masks)
        # The two parts as if they had been one: both brought to the highest score of all.
        highest = torch.maximum(own.highest, prompts.highest)
        of_own, of_prompts = torch.exp(own.highest - highest), torch.exp(prompts.highest - highest)
        mixed = torch.addcmul(own.mixed * of_own, prompts.mixed, of_prompts)
        total = torch.addcmul(own.total * of_own, prompts.total, of_prompts)
        return mixed.div_(total)[:, None]

    def _find_in_tiles(self, layer: int, q: Tensor, masks: _Masks) -> _Found:
        """What rows find among their own tokens; leading axes (B, K, R)."""
        scores = []
        for tile, mask in zip(self._tiles, masks.tiles, strict=False):
            product = torch.matmul(q, tile[layer, 0].transpose(2, 3))
            scores.append(product if mask is None else product.masked_fill_(mask, float("-inf")))
        highest = reduce(torch.maximum, [part.amax(dim=-1, keepdim=True) for part in scores])
        shares = [part.sub_(highest).exp_() for part in scores]
        total = reduce(add, [share.sum(dim=-1, keepdim=True) for share in shares])
        mixed = reduce(
            add,
            [torch.matmul(share, tile[layer, 1]) for share, tile in zip(shares, self._tiles, strict=False)],
        )
        return _Found(highest, total, mixed)

    def _find_in_prompts(self, layer: int, q: Tensor, groups: _Groups, masks: _Masks) -> _Found:
        """What rows find in their prompts; leading axes (B, K, R)."""
        _, kv_heads, repeats, width = q.shape
        # All queries of one key head, of all rows and all heads that share it, group by group: (K, N * R, E).
        asked = q[groups.order].transpose(0, 1).reshape(kv_heads, -1, width)
        found = []
        first = 0
        for group, mask in zip(groups.members, masks.prefixes, strict=True):
            count = len(group.rows) * repeats
            scores = score(asked[:, first : first + count], group.prefix.keys[layer])
            first += count
            if mask is not None:
                scores.view(kv_heads, len(group.rows), repeats, -1).masked_fill_(mask[:, None], float("-inf"))
            # Where a window has left the whole prompt behind, all scores are -inf.
            highest = scores.amax(dim=-1, keepdim=True).clamp_min_(_LOWEST)
            shares = scores.sub_(highest).exp_()
            total = shares.sum(dim=-1, keepdim=True)
            found.append(_Found(highest, total, mix(shares, group.prefix.values[layer])))

        def by_row(parts: list[Tensor]) -> Tensor:
            whole = torch.cat(parts, dim=1)
            return whole.view(kv_heads, -1, repeats, whole.shape[-1]).transpose(0, 1)[groups.place]

        highest, total, mixed = (by_row(list(parts)) for parts in zip(*found, strict=True))
        return _Found(highest, total, mixed)

    def state(self, name: str) -> Tensor:
        """See :class:`~ferrobench.models.engine.network.Step`."""
        return self._states[name]

    def keep_state(self, name: str, value: Tensor) -> None:
        """See :class:`~ferrobench.models.engine.network.Step`."""
        self._states[name] = value

    def _new_tile(self) -> Tensor:
        network, shape = self._network, self._network.memory
        return torch.zeros(
            (shape.layers, 2, self.rows, shape.kv_heads, TILE, shape.head_width),
            dtype=network.dtype,
            device=network.device,
        )

    def _grouped(self) -> _Groups:
        """The rows by their prompts, looked at anew only when rows have come or gone."""
        if self._groups is None:
            members: dict[int, list[int]] = {}
            for row, prefix in enumerate(self._prefixes):
                if prefix is not None:
                    members.setdefault(id(prefix), []).append(row)
            groups = []
            place = np.zeros(self.rows, dtype=np.int64)
            first = 0
            for rows in members.values():
                prefix = self._prefixes[rows[0]]
                assert prefix is not None
                place[rows] = first + np.arange(len(rows))
                groups.append(_Group(prefix, rows + rows[-1:] * (-len(rows) % ROW_UNIT)))
                first += len(groups[-1].rows)
            order = [row for group in groups for row in group.rows]
            device = self._network.device
            self._groups = _Groups(
                groups, torch.tensor(order, device=device), torch.from_numpy(place).to(device)
            )
        return self._groups

    def _masks_of(self, window: int | None) -> _Masks:
        """Masks for a window, made once a step: None where every row may look everywhere."""
        if window is not None and window >= int((self._starts + self._lengths).max()):
            window = None
        if window not in self._masks:
            self._masks[window] = self._make_masks(window)
        return self._masks[window]

    def _make_masks(self, window: int | None) -> _Masks:
        device = self._network.device
        tiles: list[Tensor | None] = []
        first = self._starts + self._lengths - window if window is not None else None
        for number in range(int(self._lengths.max()) // TILE + 1):
            slots = number * TILE + np.arange(TILE)
            hidden = slots > self._lengths[:, None]
            if first is not None:
                hidden |= self._starts[:, None] + slots < first[:, None]
            tiles.append(torch.from_numpy(hidden[:, None, None]).to(device) if hidden.any() else None)
        prefixes: list[Tensor | None] = []
        for group in self._grouped().members:
            mask = None
            if first is not None:
                left = first[group.rows]
                if (left > 0).any():
                    hidden = np.arange(group.prefix.length) < left[:, None]
                    mask = torch.from_numpy(hidden).to(device)
            prefixes.append(mask)
        return _Masks(prefixes, tiles)
