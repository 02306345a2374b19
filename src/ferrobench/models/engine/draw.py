"""The next token of many rows: penalties and bans, candidates, the draw, and what it says of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from ferrobench.errors import CheckpointError
from ferrobench.models.adjust import (
    apply_presence_penalty,
    apply_repetition_penalty,
    ban_repeated_ngrams,
    token_statistics,
)
from ferrobench.models.sampling import draw_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from ferrobench.models.sampling import SamplingSettings

# Logits that are looked at together for the most likely ones: of a few such groups, most cannot hold any.
_GROUP = 16


class Draws(NamedTuple):
    """One token a row."""

    tokens: NDArray[np.int64]
    logprobs: NDArray[np.float32] | None
    entropies: NDArray[np.float32] | None


class TokenDrawer:
    """Draws by one set of settings. Each row by itself: its neighbours change nothing."""

    def __init__(
        self,
        settings: SamplingSettings,
        *,
        undefined: Tensor,
        cap: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        """Set up.

        Args:
            settings: How to draw.
            undefined: Ids that the tokenizer does not know; they are never drawn.
            cap: Turns what the model gives into logits, element by element and keeping their order. Where only the largest
                are looked at, only those are turned.
        """
        self._settings = settings
        self._undefined = undefined
        self._cap = cap
        self._needs_all = (
            settings.logprobs
            or settings.repetition_penalty != 1.0
            or settings.presence_penalty != 0.0
            or settings.top_k == 0
            # What is ruled out has a logit of -inf, which a cap would make an ordinary one.
            or settings.no_repeat_ngram > 0
            or undefined.numel() > 0
        )

    @torch.inference_mode()
    def draw(
        self,
        logits: Tensor,
        uniforms: NDArray[np.float64],
        prompts: Sequence[Sequence[int]],
        completions: Sequence[Sequence[int]],
    ) -> Draws:
        """Draw one token for each row.

        Args:
            logits: The model's own, before the cap; shape ``(rows, vocab)``. They are changed.
            uniforms: One number in [0, 1) a row, shape ``(rows,)``.
            prompts: Token ids of each row's prompt.
            completions: Token ids of each row's completion so far.

        Raises:
            CheckpointError: If the model has computed NaN.
        """
        settings = self._settings
        cap = self._cap
        if cap is not None and self._needs_all:
            logits, cap = cap(logits), None
        raw = logits.clone() if settings.logprobs else logits
        logits = self._adjust(logits, prompts, completions)
        if self._undefined.numel():
            logits = logits.index_fill_(1, self._undefined, float("-inf"))
        if settings.temperature == 0.0:
            highest, chosen = logits.max(dim=1)  # the first of several equal ones
            _refuse_nan(highest)
            tokens = chosen.cpu().numpy()
        else:
            vocabulary = logits.shape[1]
            values, ids = top_candidates(logits, min(settings.top_k or vocabulary, vocabulary))
            _refuse_nan(values[:, 0])
            if cap is not None:
                values = cap(values)
            tokens = draw_tokens(ids.cpu().numpy(), values.cpu().numpy(), uniforms, settings)
        if not settings.logprobs:
            return Draws(tokens, None, None)
        logprobs, entropies = token_statistics(raw, torch.from_numpy(tokens).to(raw.device))
        return Draws(tokens, logprobs.cpu().numpy(), entropies.cpu().numpy())

    def _adjust(
        self, logits: Tensor, prompts: Sequence[Sequence[int]], completions: Sequence[Sequence[int]]
    ) -> Tensor:
        settings = self._settings
        if settings.repetition_penalty != 1.0:
            seen = _mark(logits, [[*a, *b] for a, b in zip(prompts, completions, strict=True)])
            logits = apply_repetition_penalty(logits, seen, settings.repetition_penalty)
        if settings.presence_penalty != 0.0:
            logits = apply_presence_penalty(logits, _mark(logits, completions), settings.presence_penalty)
        if settings.no_repeat_ngram:
            rows = [[*a, *b] for a, b in zip(prompts, completions, strict=True)]
            logits = ban_repeated_ngrams(logits, rows, settings.no_repeat_ngram)
        return logits


def top_candidates(logits: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Values and ids of each row's *count* largest logits, largest first; shape ``(rows, count)`` each.

    Looks at the largest value of each group of logits first: what is among the *count* largest lies in one of the *count*
    groups with the largest such values, and finding those is cheap.
    """
    rows, vocabulary = logits.shape
    groups = vocabulary // _GROUP
    if groups <= 4 * count:
        return torch.topk(logits, count, dim=1)
    # Members of a group lie far apart: so the largest of each are found in whole lines.
    grouped = logits[:, : groups * _GROUP].view(rows, _GROUP, groups)
    _, promising = torch.topk(grouped.amax(dim=1), count, dim=1, sorted=False)
    ids = promising[:, None] + torch.arange(0, groups * _GROUP, groups, device=logits.device)[:, None]
    rest = torch.arange(groups * _GROUP, vocabulary, device=logits.device).expand(rows, -1)
    ids = torch.cat((ids.view(rows, -1), rest), dim=1)
    values, places = torch.topk(logits.gather(1, ids), count, dim=1)
    return values, ids.gather(1, places)


def _mark(logits: Tensor, rows: Sequence[Sequence[int]]) -> Tensor:
    marks = torch.zeros(logits.shape, dtype=torch.bool)
    for index, ids in enumerate(rows):
        if ids:
            marks[index, torch.tensor(ids)] = True
    return marks.to(logits.device)


def _refuse_nan(values: Tensor) -> None:
    # NaN counts as the largest of all, so it shows among the candidates if it is anywhere.
    if bool(torch.isnan(values).any()):
        raise CheckpointError("the model computes NaN for its next token: its activations overflow")
