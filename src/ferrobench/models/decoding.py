"""Drawing many completions at once from a network of ours.

Prompts are evaluated once each; rows go on from them, leave when their text ends, and waiting requests take their
places. What a row draws depends on its prompt and its seed alone.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from ferrobench.models.completion import Completion, CompletionRequest, Refused, StopReason
from ferrobench.models.engine.draw import TokenDrawer
from ferrobench.models.engine.lanes import side_by_side
from ferrobench.models.engine.pool import RowPool
from ferrobench.models.engine.rowwise import ROW_UNIT
from ferrobench.models.engine.sequences import Prefix, Sequences
from ferrobench.models.engine.static import StaticRows
from ferrobench.models.given import LaidOut
from ferrobench.models.sampling import SamplingSettings, uniform_stream
from ferrobench.rust_source.ends import ItemEnd

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from ferrobench.models.engine.draw import Draws
    from ferrobench.models.engine.network import Network
    from ferrobench.models.tokenizer import TokenTexts

# Rows of a batch unless somebody says otherwise: as many as pay, as far as what they remember fits.
MOST_ROWS = 256
MEMORY_BYTES = 2 * 2**30
# Of the length of sequences in tensors of fixed shapes.
_CAPACITY_UNIT = 64
# An item ends with one of these.
_ITEM_ENDS = ("}", ";")


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


def suitable_rows(network: Network, new_tokens: int) -> int:
    """How many rows of so many new tokens to draw at once in a lane."""
    per_row = max(1, network.memory.bytes_per_token(network.dtype) * new_tokens)
    memory = MEMORY_BYTES
    if network.device.type == "cuda":
        memory = torch.cuda.mem_get_info(network.device)[0] // 2
    return max(1, min(MOST_ROWS, memory // per_row))


@dataclass(slots=True)
class _Prompt:
    """An evaluated prompt, kept while requests for it are waiting."""

    ids: tuple[int, ...]
    prefix: Prefix
    logits: Tensor
    """Of the first token, shape (1, V)."""
    share_seconds: float
    """Time of evaluating it, divided among the requests that use it."""
    item_end: ItemEnd | None


@dataclass(slots=True)
class _Row:
    """A completion in progress."""

    request: CompletionRequest
    prompt: _Prompt
    budget: int
    """New tokens it may have, by ``max_tokens`` and by the context."""
    uniforms: NDArray[np.float64]
    entered: float
    seconds: float
    new_ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    entropies: list[float] = field(default_factory=list)
    ended: bool = False
    text: str | None = None
    """What the completion is cut to, once it is."""

    @property
    def finished(self) -> bool:
        return self.ended or self.text is not None or len(self.new_ids) == self.budget


class _Waiting:
    """Requests that nobody has taken yet, and the prompts that they need. Safe to use from several threads."""

    def __init__(self, requests: Iterable[CompletionRequest]) -> None:
        self._requests = deque(requests)
        self.uses = Counter(request.given for request in self._requests)
        """How many requests go on from each prompt."""
        self._left = Counter(self.uses)
        self._prompts: dict[str | LaidOut, _Prompt | Refused] = {}
        self._lock = threading.Lock()
        self._evaluating: dict[str | LaidOut, threading.Lock] = {
            given: threading.Lock() for given in self.uses
        }

    def __len__(self) -> int:
        return len(self._requests)

    def take(self) -> CompletionRequest | None:
        """The next request, or None where there is none."""
        with self._lock:
            return self._requests.popleft() if self._requests else None

    def prompt_of(
        self,
        request: CompletionRequest,
        evaluate: Callable[[CompletionRequest, int], _Prompt | Refused],
    ) -> _Prompt | Refused:
        """The prompt of a request that was taken; evaluated for the first one, and forgotten with the last."""
        given = request.given
        with self._evaluating[given]:
            prompt = self._prompts.get(given)
            if prompt is None:
                prompt = self._prompts[given] = evaluate(request, self.uses[given])
            self._left[given] -= 1
            if not self._left[given]:
                del self._prompts[given]
            return prompt


class Decoder:
    """Draws completions from one network."""

    def __init__(
        self,
        network: Network,
        tokenizer: TokenTexts,
        *,
        encode: Callable[[str], Sequence[int]],
        context_length: int,
        settings: SamplingSettings,
        batch_size: int | None,
        end_ids: Collection[int],
        lanes: int = 1,
    ) -> None:
        """Set up.

        Args:
            network: What computes logits.
            tokenizer: Turns tokens into text.
            encode: Gives the tokens of a prompt, with whatever the model wants around it.
            context_length: Most tokens of prompt and completion together.
            settings: How to draw.
            batch_size: Rows at once; None is what suits the network.
            end_ids: Tokens that end a completion and are no part of it.
            lanes: Threads that draw side by side, on a CPU. Changes speed, never samples.
        """
        self._network = network
        self._tokenizer = tokenizer
        self._encode = encode
        self._context_length = context_length
        self._settings = settings
        self._lanes = lanes
        self._counting = threading.Lock()
        self._running = 1
        """Threads that draw at this moment; the wall time of a step is shared by as many steps."""
        rows = batch_size or suitable_rows(network, min(settings.max_tokens, context_length))
        self._batch_size = rows if batch_size is None else -(-rows // lanes)
        """Of each lane."""
        self._end_ids = frozenset(end_ids)
        undefined = torch.tensor(tokenizer.undefined_ids, dtype=torch.int64, device=network.device)
        self._drawer = TokenDrawer(settings, undefined=undefined, cap=network.cap)
        self._may_end_item: dict[int, bool] = {}

    def complete(self, requests: Iterable[CompletionRequest]) -> Iterator[tuple[int, Completion | Refused]]:
        """Yield ``(key, answer)`` for every request, in the order in which they finish."""
        waiting = _Waiting(requests)
        total = len(waiting)
        if self._network.device.type == "cuda":
            yield from self._work(waiting, max(1, min(self._batch_size, total)), threading.Event())
            return
        # A lane computes at least one unit of rows, so there is no use in more lanes than units.
        units = -(-min(self._batch_size * self._lanes, total) // ROW_UNIT)
        lanes = max(1, min(self._lanes, units))
        self._running = lanes
        rows = max(1, min(self._batch_size, -(-total // lanes)))
        yield from side_by_side(lanes, lambda stop: self._work(waiting, rows, stop))

    def _work(
        self, waiting: _Waiting, most_rows: int, stop: threading.Event
    ) -> Iterator[tuple[int, Completion | Refused]]:
        """Draw what is waiting, so many rows at once, until nothing is left."""
        pool = self._make_places(waiting, most_rows)
        places: list[_Row | None] = [None] * pool.rows
        while (waiting or any(places)) and not stop.is_set():
            entering: list[_Row] = []
            free = most_rows - sum(row is not None for row in places)
            while len(entering) < free and (request := waiting.take()) is not None:
                entered = self._enter(request, waiting)
                if isinstance(entered, Refused):
                    yield request.key, entered
                else:
                    entering.append(entered)
            for row in self._begin(entering):
                if row.finished:
                    yield row.request.key, self._finish(row)
                else:
                    index = places.index(None)
                    places[index] = row
                    pool.enter(index, row.prompt.prefix)
            if waiting and sum(row is not None for row in places) < most_rows:
                continue  # some ended with their first token
            active = [index for index, row in enumerate(places) if row is not None]
            if not waiting and active and (smaller := pool.compact(active)) is not None:
                pool = smaller
                kept = [places[index] for index in active]
                places = kept + [None] * (pool.rows - len(kept))
            for index, row in self._step(pool, places):
                yield row.request.key, self._finish(row)
                places[index] = None
                pool.leave(index)
        with self._counting:
            self._running = max(1, self._running - 1)

    def _make_places(self, waiting: _Waiting, rows: int) -> RowPool | StaticRows:
        if self._network.device.type != "cuda":
            return RowPool(self._network, rows)
        longest = max((len(self._ids_of(given)) for given in waiting.uses), default=0)
        needed = min(longest + self._settings.max_tokens, self._context_length)
        return StaticRows(self._network, rows, -(-needed // _CAPACITY_UNIT) * _CAPACITY_UNIT)

    def _enter(self, request: CompletionRequest, waiting: _Waiting) -> _Row | Refused:
        """Evaluate the prompt, if no other request has."""
        entered = time.perf_counter()
        prompt = waiting.prompt_of(request, self._evaluate_prompt)
        if isinstance(prompt, Refused):
            return prompt
        budget = min(self._settings.max_tokens, self._context_length - len(prompt.ids))
        return _Row(
            request=request,
            prompt=prompt,
            budget=budget,
            uniforms=uniform_stream(request.seed, budget),
            entered=entered,
            seconds=prompt.share_seconds,
        )

    def _ids_of(self, given: str | LaidOut) -> tuple[int, ...]:
        return given.ids if isinstance(given, LaidOut) else tuple(self._encode(given))

    def _evaluate_prompt(self, request: CompletionRequest, uses: int) -> _Prompt | Refused:
        # Always alone and in one piece: what comes out depends on the prompt and on nothing else.
        started = time.perf_counter()
        ids = self._ids_of(request.given)
        cause = refusal(len(ids), self._context_length)
        if cause is not None:
            return Refused(cause=cause, no_room=True)
        sequence = Sequences(self._network, 1, len(ids))
        new = torch.tensor([ids], dtype=torch.int64, device=self._network.device)
        logits = self._network.forward(new, sequence, last_only=True)[:, -1]
        return _Prompt(
            ids=ids,
            prefix=sequence.prefix(),
            logits=logits,
            share_seconds=(time.perf_counter() - started) / uses / self._running,
            item_end=ItemEnd(request.prompt) if self._settings.stop == "item" else None,
        )

    def _begin(self, rows: list[_Row]) -> list[_Row]:
        """Draw the first token of rows that enter."""
        if rows:
            started = time.perf_counter()
            self._take(rows, torch.cat([row.prompt.logits for row in rows]))
            share = (time.perf_counter() - started) / len(rows) / self._running
            for row in rows:
                row.seconds += share
        return rows

    def _step(self, pool: RowPool | StaticRows, places: list[_Row | None]) -> list[tuple[int, _Row]]:
        """Draw one token for every row; return the rows that are finished, with their places."""
        active = [index for index, row in enumerate(places) if row is not None]
        if not active:
            return []
        started = time.perf_counter()
        # Places without a row compute along with token 0; nothing reads what they give.
        last = [row.new_ids[-1] if row else 0 for row in places]
        logits = pool.step(last)
        if len(active) < pool.rows:
            logits = logits[torch.tensor(active, device=logits.device)]
        rows = [row for row in places if row is not None]
        self._take(rows, logits)
        share = (time.perf_counter() - started) / len(active) / self._running
        for row in rows:
            row.seconds += share
        return [(index, row) for index, row in zip(active, rows, strict=True) if row.finished]

    def _take(self, rows: list[_Row], logits: Tensor) -> None:
        """Draw the next token of each row and add it."""
        uniforms = np.array([row.uniforms[len(row.new_ids)] for row in rows])
        draws = self._draw(rows, logits, uniforms)
        for number, row in enumerate(rows):
            token = int(draws.tokens[number])
            laid_out = row.request.laid_out
            if token in self._end_ids or (laid_out is not None and token in laid_out.ends):
                row.ended = True
                continue
            row.new_ids.append(token)
            if draws.logprobs is not None and draws.entropies is not None:
                row.logprobs.append(float(draws.logprobs[number]))
                row.entropies.append(float(draws.entropies[number]))
            if row.prompt.item_end is not None and self._ends_items(token):
                text = self._tokenizer.decode_completion(row.prompt.ids, row.new_ids)
                end = row.prompt.item_end.find(text)
                row.text = None if end is None else text[:end]

    def _draw(self, rows: list[_Row], logits: Tensor, uniforms: NDArray[np.float64]) -> Draws:
        return self._drawer.draw(
            logits, uniforms, [row.prompt.ids for row in rows], [row.new_ids for row in rows]
        )

    def _ends_items(self, token: int) -> bool:
        """Whether a token's text may be the end of an item."""
        if token not in self._may_end_item:
            text = self._tokenizer.decode([token])
            self._may_end_item[token] = any(end in text for end in _ITEM_ENDS)
        return self._may_end_item[token]

    def _finish(self, row: _Row) -> Completion:
        if row.text is not None:
            reason = StopReason.ITEM
        elif row.ended:
            reason = StopReason.STOP
        elif len(row.new_ids) == self._settings.max_tokens:
            reason = StopReason.LENGTH
        else:
            reason = StopReason.CONTEXT
        text = row.text
        if text is None:
            text = self._tokenizer.decode_completion(row.prompt.ids, row.new_ids)
        return Completion(
            text=text,
            token_count=len(row.new_ids),
            stop_reason=reason,
            logprobs=tuple(row.logprobs) if self._settings.logprobs else None,
            entropies=tuple(row.entropies) if self._settings.logprobs else None,
            generation_seconds=row.seconds,
            latency_seconds=time.perf_counter() - row.entered,
        )
