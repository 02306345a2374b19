"""Drawing completions in batches: transformers runs the network, the tokens are drawn here.

``generate`` is asked for its greedy loop and given a processor that draws each row's token with the row's own random
numbers and leaves no other to choose. So every architecture works with the cache of its own, all sampling settings
mean the same as for other kinds, and what a row draws follows from its seed; only the logits' last bits follow from
its neighbours.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import LogitsProcessor, StoppingCriteria

from ferrobench.models.completion import Completion, CompletionRequest, StopReason
from ferrobench.models.engine.draw import TokenDrawer
from ferrobench.models.sampling import SamplingSettings, uniform_stream
from ferrobench.rust_source.ends import ItemEnd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ferrobench.models.hugging_face.text import ModelText


@dataclass(frozen=True, slots=True)
class Asked:
    """A completion to draw, its prompt encoded."""

    request: CompletionRequest
    prompt_ids: tuple[int, ...]
    budget: int
    """New tokens it may have, by ``max_tokens`` and by the context."""


def plan_batches(
    asked: Sequence[Asked], batch_size: int, context_length: int | None
) -> Iterator[list[Asked]]:
    """Group what is to be drawn, prompts of similar length together, those of one prompt side by side.

    A batch steps until its last row is finished, and the others step along. No place may then lie outside the context,
    so rows that the context cuts short share a batch only with prompts of their own length.
    """
    batch: list[Asked] = []
    for one in sorted(asked, key=lambda one: (len(one.prompt_ids), one.request.prompt, one.request.key)):
        # The first has the shortest prompt, hence the largest budget.
        too_long = (
            batch and context_length is not None and len(one.prompt_ids) + batch[0].budget > context_length
        )
        if batch and (too_long or len(batch) == batch_size):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


@dataclass(slots=True)
class _Row:
    """A completion in progress."""

    asked: Asked
    uniforms: NDArray[np.float64]
    item_end: ItemEnd | None
    new_ids: list[int] = field(default_factory=list)
    reason: StopReason | None = None
    text: str = ""
    """What it wrote, once it is finished."""
    logprobs: list[float] = field(default_factory=list)
    entropies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    latency: float = 0.0


class BatchDecoder:
    """Draws batches from one model."""

    def __init__(
        self, network: Any, text: ModelText, *, device: torch.device, settings: SamplingSettings
    ) -> None:
        self._network = network
        self._text = text
        self._device = device
        self._settings = settings
        known = set(text.vocabulary.values())
        outputs = network.get_output_embeddings().weight.shape[0]
        self._undefined = torch.tensor(
            [i for i in range(outputs) if i not in known], dtype=torch.int64, device=device
        )

    def draw(self, batch: Sequence[Asked]) -> list[tuple[int, Completion]]:
        """Draw all rows of a batch; return their keys with what was drawn."""
        rows = [self._make_row(asked) for asked in batch]
        longest = max(len(asked.prompt_ids) for asked in batch)
        pad = self._text.pad_id
        padded = [[pad] * (longest - len(asked.prompt_ids)) + [*asked.prompt_ids] for asked in batch]
        mask = [[0] * (longest - len(asked.prompt_ids)) + [1] * len(asked.prompt_ids) for asked in batch]
        self._network.generate(
            input_ids=torch.tensor(padded, device=self._device),
            attention_mask=torch.tensor(mask, device=self._device),
            max_new_tokens=max(asked.budget for asked in batch),
            do_sample=False,
            pad_token_id=pad,
            logits_processor=[_Drawing(rows, self._text, self._settings, self._undefined)],
            stopping_criteria=[_Finished(rows)],
        )
        return [(row.asked.request.key, self._finish(row)) for row in rows]

    def _make_row(self, asked: Asked) -> _Row:
        return _Row(
            asked=asked,
            uniforms=uniform_stream(asked.request.seed, asked.budget),
            item_end=ItemEnd(asked.request.prompt) if self._settings.stop == "item" else None,
        )

    def _finish(self, row: _Row) -> Completion:
        if row.reason is None:
            raise RuntimeError("the generation loop ended before its rows")
        return Completion(
            text=self._text.finish(row.asked.request.prompt, row.text, row.reason),
            token_count=len(row.new_ids),
            stop_reason=row.reason,
            logprobs=tuple(row.logprobs) if self._settings.logprobs else None,
            entropies=tuple(row.entropies) if self._settings.logprobs else None,
            generation_seconds=row.seconds,
            latency_seconds=row.latency,
        )


class _Drawing(LogitsProcessor):
    """Draws the next token of every row, and leaves no other to the loop."""

    def __init__(
        self, rows: Sequence[_Row], text: ModelText, settings: SamplingSettings, undefined: torch.Tensor
    ) -> None:
        self._rows = rows
        self._text = text
        self._settings = settings
        self._drawer = TokenDrawer(settings, undefined=undefined)
        self._started = self._last = time.perf_counter()

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return scores of shape ``(rows, vocab)`` that are 0 for the drawn token and -inf for all others."""
        places = [place for place, row in enumerate(self._rows) if row.reason is None]
        rows = [self._rows[place] for place in places]
        draws = self._drawer.draw(
            scores[places],
            np.array([row.uniforms[len(row.new_ids)] for row in rows]),
            [row.asked.prompt_ids for row in rows],
            [row.new_ids for row in rows],
        )
        now = time.perf_counter()
        for index, (row, token) in enumerate(zip(rows, draws.tokens.tolist(), strict=True)):
            row.seconds += (now - self._last) / len(rows)
            row.latency = now - self._started
            self._take(row, token)
            if (
                draws.logprobs is not None
                and draws.entropies is not None
                and row.reason is not StopReason.STOP
            ):
                row.logprobs.append(float(draws.logprobs[index]))
                row.entropies.append(float(draws.entropies[index]))
        self._last = now
        # What finished rows are given does not matter.
        chosen = torch.full((len(self._rows), 1), self._text.pad_id, device=scores.device)
        chosen[places, 0] = torch.from_numpy(draws.tokens).to(scores.device)
        return torch.full_like(scores, float("-inf")).scatter_(1, chosen, 0.0)

    def _take(self, row: _Row, token: int) -> None:
        """Note what was drawn, and whether the row ends with it."""
        laid_out = row.asked.request.laid_out
        if token in self._text.end_ids or (laid_out is not None and token in laid_out.ends):
            row.reason = StopReason.STOP
        else:
            row.new_ids.append(token)
        if row.item_end is not None and row.reason is None and token in self._text.closing_ids:
            text = self._text.decode_completion(row.asked.prompt_ids, row.new_ids)
            end = row.item_end.find(text)
            if end is not None:
                row.reason, row.text = StopReason.ITEM, text[:end]
                return
        if row.reason is None and len(row.new_ids) == row.asked.budget:
            cut_by_context = row.asked.budget < self._settings.max_tokens
            row.reason = StopReason.CONTEXT if cut_by_context else StopReason.LENGTH
        if row.reason is not None:
            row.text = self._text.decode_completion(row.asked.prompt_ids, row.new_ids)


class _Finished(StoppingCriteria):
    """Tells the loop which rows are finished: it ends when all are."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._rows = rows

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: Any) -> torch.Tensor:
        """Return one bool a row."""
        return torch.tensor([row.reason is not None for row in self._rows], device=input_ids.device)
