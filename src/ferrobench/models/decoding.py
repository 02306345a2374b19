"""Decoding many completions at once with a key-value cache.

Prompts are evaluated once each and copied to the rows that need them; rows leave when their text ends and waiting
requests take their places. Decoding steps work on tiles of a fixed number of rows, the last tile filled up, so that
on CPU a row meets the same matrix shapes, and hence the same bits, whatever the batch size and its neighbours.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch

from ferrobench.errors import CheckpointError
from ferrobench.models.completion import Completion, CompletionRequest, Refused, StopReason
from ferrobench.models.sampling import SamplingSettings, draw_tokens, uniform_stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from ferrobench.models.nanochat_rs.network import Cache
    from ferrobench.models.tokenizer import TextTokenizer

# Rows of one tile. More rows share the cost of starting each operation, fewer waste less on the last tile.
TILE_ROWS = 32


def refusal(prompt_tokens: int, context_length: int | None) -> str | None:
    """Say why a prompt of this length cannot be completed, or None where it can. Without a limit, *context_length* is None."""
    if prompt_tokens == 0:
        return "the prompt has no tokens"
    if context_length is not None and prompt_tokens >= context_length:
        return (
            f"the prompt has {prompt_tokens} tokens and leaves no room for a completion in the model's context of "
            f"{context_length}"
        )
    return None


class Network(Protocol):
    """What decoding needs of a model."""

    device: torch.device

    def new_cache(self, rows: int) -> Cache:
        """Make an empty cache."""

    def forward(
        self, ids: torch.Tensor, cache: Cache, start: torch.Tensor, *, last_only: bool = False
    ) -> torch.Tensor:
        """Evaluate new tokens, shape (B, T), to logits, shape (B, T, V)."""


@dataclass(frozen=True, slots=True)
class _Prefix:
    """An evaluated prompt, kept while requests for it are waiting."""

    ids: tuple[int, ...]
    cache: Cache
    logits: torch.Tensor
    share_seconds: float
    """Time of evaluating it, divided among the requests that use it."""


@dataclass(slots=True)
class _Row:
    """A completion in progress."""

    request: CompletionRequest
    prompt_ids: tuple[int, ...]
    budget: int
    """New tokens it may have, by ``max_tokens`` and by the context."""
    uniforms: NDArray[np.float64]
    entered: float
    seconds: float
    new_ids: list[int] = field(default_factory=list)
    ended: bool = False

    @property
    def next_position(self) -> int:
        """Where the newest token stands."""
        return len(self.prompt_ids) + len(self.new_ids) - 1

    @property
    def finished(self) -> bool:
        return self.ended or len(self.new_ids) == self.budget

    def take(self, token: int, end_id: int | None) -> None:
        if token == end_id:
            self.ended = True
        else:
            self.new_ids.append(token)


class _Tile:
    """A fixed number of rows that step together."""

    def __init__(self, network: Network) -> None:
        self.cache = network.new_cache(TILE_ROWS)
        self.rows: list[_Row | None] = [None] * TILE_ROWS

    @property
    def active(self) -> int:
        return sum(row is not None for row in self.rows)


class Decoder:
    """Draws completions from one network."""

    def __init__(
        self,
        network: Network,
        tokenizer: TextTokenizer,
        *,
        context_length: int,
        settings: SamplingSettings,
        batch_size: int,
        end_id: int | None,
    ) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._context_length = context_length
        self._settings = settings
        self._batch_size = batch_size
        self._end_id = end_id
        self._undefined = torch.tensor(tokenizer.undefined_ids, dtype=torch.int64, device=network.device)
        self._prefixes: dict[str, _Prefix] = {}

    def complete(self, requests: Iterable[CompletionRequest]) -> Iterator[tuple[int, Completion | Refused]]:
        """Yield ``(key, answer)`` for every request, in the order in which they finish."""
        waiting = deque(requests)
        uses = Counter(request.prompt for request in waiting)
        # How many requests of each prompt are still waiting: its cache goes when the last one has entered.
        left = Counter(uses)
        tiles = [_Tile(self._network) for _ in range(-(-min(self._batch_size, len(waiting)) // TILE_ROWS))]
        while waiting or any(tile.active for tile in tiles):
            while waiting and sum(tile.active for tile in tiles) < self._batch_size:
                request = waiting.popleft()
                entered = self._enter(request, uses[request.prompt])
                left[request.prompt] -= 1
                if isinstance(entered, Refused):
                    yield request.key, entered
                elif entered.finished:
                    yield request.key, self._finish(entered)
                else:
                    self._place(entered, tiles)
                if not left[request.prompt]:
                    self._prefixes.pop(request.prompt, None)
            if not waiting:
                tiles = _gather(tiles)
            for tile in tiles:
                if tile.active:
                    for row in self._step(tile):
                        yield row.request.key, self._finish(row)

    def _enter(self, request: CompletionRequest, uses: int) -> _Row | Refused:
        """Evaluate the prompt, if no other request has, and draw the first token."""
        entered = time.perf_counter()
        prefix = self._prefixes.get(request.prompt)
        if prefix is None:
            ids = tuple(self._tokenizer.encode(request.prompt))
            cause = refusal(len(ids), self._context_length)
            if cause is not None:
                return Refused(cause=cause)
            prefix = self._evaluate_prompt(ids, uses)
            self._prefixes[request.prompt] = prefix
        budget = min(self._settings.max_tokens, self._context_length - len(prefix.ids))
        row = _Row(
            request=request,
            prompt_ids=prefix.ids,
            budget=budget,
            uniforms=uniform_stream(request.seed, budget),
            entered=entered,
            seconds=prefix.share_seconds,
        )
        started = time.perf_counter()
        token = self._draw(prefix.logits, row.uniforms[:1])[0]
        row.take(int(token), self._end_id)
        row.seconds += time.perf_counter() - started
        return row

    def _evaluate_prompt(self, ids: tuple[int, ...], uses: int) -> _Prefix:
        # Always alone and in one piece: what comes out depends on the prompt and on nothing else.
        started = time.perf_counter()
        device = self._network.device
        cache = self._network.new_cache(1)
        logits = self._network.forward(
            torch.tensor([ids], dtype=torch.int64, device=device),
            cache,
            torch.zeros(1, dtype=torch.int64, device=device),
            last_only=True,
        )[:, -1]
        return _Prefix(
            ids=ids, cache=cache, logits=logits, share_seconds=(time.perf_counter() - started) / uses
        )

    def _place(self, row: _Row, tiles: list[_Tile]) -> None:
        tile = next(tile for tile in tiles if tile.active < TILE_ROWS)
        index = tile.rows.index(None)
        prefix = self._prefixes[row.request.prompt]
        tile.cache.copy_row(index, prefix.cache, 0, len(prefix.ids))
        tile.rows[index] = row

    def _step(self, tile: _Tile) -> list[_Row]:
        """Draw one token for every row of the tile; return the rows that are finished."""
        started = time.perf_counter()
        device = self._network.device
        # Places without a row compute along with token 0 at position 0; nothing reads what they give.
        last = [row.new_ids[-1] if row else 0 for row in tile.rows]
        start = [row.next_position if row else 0 for row in tile.rows]
        logits = self._network.forward(
            torch.tensor(last, dtype=torch.int64, device=device)[:, None],
            tile.cache,
            torch.tensor(start, dtype=torch.int64, device=device),
        )[:, 0]
        active = [index for index, row in enumerate(tile.rows) if row is not None]
        uniforms = np.array([row.uniforms[len(row.new_ids)] if row else 0.0 for row in tile.rows])
        tokens = self._draw(logits, uniforms)
        share = (time.perf_counter() - started) / len(active)
        finished = []
        for index in active:
            row = tile.rows[index]
            if row is None:
                continue
            row.take(int(tokens[index]), self._end_id)
            row.seconds += share
            if row.finished:
                finished.append(row)
                tile.rows[index] = None
        return finished

    def _draw(self, logits: torch.Tensor, uniforms: NDArray[np.float64]) -> NDArray[np.int64]:
        if bool(torch.isnan(logits).any()):
            raise CheckpointError("the model computes NaN for its next token: its activations overflow")
        if self._undefined.numel():
            logits = logits.index_fill(1, self._undefined, float("-inf"))
        if self._settings.temperature == 0.0:
            return logits.argmax(dim=1).cpu().numpy()  # the first of several equal ones
        vocabulary = logits.shape[1]
        count = min(self._settings.top_k or vocabulary, vocabulary)
        values, ids = torch.topk(logits, count, dim=1)
        return draw_tokens(ids.cpu().numpy(), values.cpu().numpy(), uniforms, self._settings)

    def _finish(self, row: _Row) -> Completion:
        if row.ended:
            reason = StopReason.STOP
        elif len(row.new_ids) == self._settings.max_tokens:
            reason = StopReason.LENGTH
        else:
            reason = StopReason.CONTEXT
        return Completion(
            text=self._tokenizer.decode_completion(row.prompt_ids, row.new_ids),
            token_count=len(row.new_ids),
            stop_reason=reason,
            generation_seconds=row.seconds,
            latency_seconds=time.perf_counter() - row.entered,
        )


def _gather(tiles: list[_Tile]) -> list[_Tile]:
    """Move rows together when they fit into fewer tiles. Which place a row has does not change what it computes."""
    needed = -(-sum(tile.active for tile in tiles) // TILE_ROWS)
    if needed == len(tiles):
        return tiles
    tiles = sorted(tiles, key=lambda tile: tile.active, reverse=True)
    kept, dissolved = tiles[:needed], tiles[needed:]
    for source in dissolved:
        for index, row in enumerate(source.rows):
            if row is None:
                continue
            target = next(tile for tile in kept if tile.active < TILE_ROWS)
            place = target.rows.index(None)
            target.cache.copy_row(place, source.cache, index, row.next_position)
            target.rows[place] = row
    return kept
