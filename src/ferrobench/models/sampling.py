"""Drawing the next token: temperature, top-k, top-p, min-p, and random numbers that belong to one completion.

Every random number of a completion comes from its own seed, so batch size, order and neighbours change nothing
about its draws. Everything here works row by row for the same reason.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ferrobench.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingSettings:
    """How completions are drawn. The defaults are those of the original tool."""

    temperature: float = 0.8
    """0 is greedy: always the most likely token, the lowest id among equals."""
    top_k: int = 50
    """Only the k most likely tokens take part; 0 is all of them."""
    top_p: float = 1.0
    """Of those, only the smallest set whose probability reaches p; 1 is all of them."""
    max_tokens: int = 200
    min_p: float = 0.0
    """Of those, only tokens at least this many times as likely as the likeliest one (Nguyen et al. 2024); 0 is all."""
    repetition_penalty: float = 1.0
    """Divides the logit, or multiplies a negative one, of every token in prompt or completion (Keskar et al. 2019)."""
    presence_penalty: float = 0.0
    """Subtracted from the logit of every token in the completion so far."""
    no_repeat_ngram: int = 0
    """No n-gram of prompt and completion of this length is drawn twice; 0 allows all."""
    stop: Literal["none", "item"] = "none"
    """``item``: end the completion where the item that the prompt began is complete."""
    logprobs: bool = False
    """Keep each token's log-probability, and the entropy where the backend can tell it."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.temperature < float("inf"):
            raise UsageError(f"--temperature {self.temperature}: expected a number from 0 up")
        if self.top_k < 0:
            raise UsageError(f"--top-k {self.top_k}: expected 0 (all tokens) or more")
        if not 0.0 < self.top_p <= 1.0:
            raise UsageError(f"--top-p {self.top_p}: expected a number above 0 and at most 1")
        if self.max_tokens < 1:
            raise UsageError(f"--max-tokens {self.max_tokens}: expected 1 or more")
        if not 0.0 <= self.min_p <= 1.0:
            raise UsageError(f"--min-p {self.min_p}: expected a number from 0 to 1")
        if not 0.0 < self.repetition_penalty < float("inf"):
            raise UsageError(
                f"--repetition-penalty {self.repetition_penalty}: expected a number above 0; 1 is none"
            )
        if not -2.0 <= self.presence_penalty <= 2.0:
            raise UsageError(
                f"--presence-penalty {self.presence_penalty}: expected a number from -2 to 2; 0 is none"
            )
        if self.no_repeat_ngram < 0:
            raise UsageError(f"--no-repeat-ngram {self.no_repeat_ngram}: expected 0 (none) or a length")
        if self.stop not in ("none", "item"):
            raise UsageError(f"--stop {self.stop}: expected none or item")


def derive_seed(run_seed: int, prompt_id: str, index: int) -> int:
    """Derive the 64-bit seed of one sample from what names it, and from nothing else."""
    text = f"{run_seed}\0{prompt_id}\0{index}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def uniform_stream(seed: int, count: int) -> NDArray[np.float64]:
    """Return *count* uniform numbers in [0, 1) for one completion, shape ``(count,)``.

    Raw output of PCG64, which NumPy keeps stable over versions, turned into doubles here (the usual 53 bits).
    """
    import numpy as np

    raw = np.random.PCG64(seed).random_raw(count)
    return (np.asarray(raw, dtype=np.uint64) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def draw_tokens(
    ids: NDArray[np.int64],
    logits: NDArray[np.float32],
    uniforms: NDArray[np.float64],
    settings: SamplingSettings,
) -> NDArray[np.int64]:
    """Draw one token a row.

    Args:
        ids: Candidate token ids, shape ``(rows, candidates)``.
        logits: Their logits, same shape. Candidates at -inf are never drawn.
        uniforms: One number in [0, 1) a row, shape ``(rows,)``.
        settings: Temperature (above 0), top-k, top-p and min-p.

    Returns:
        Token ids, shape ``(rows,)``.
    """
    import numpy as np

    # Most likely first, lower id first among equals: the order must not depend on how candidates were found.
    order = np.lexsort((ids, -logits), axis=1)
    if settings.top_k:
        order = order[:, : settings.top_k]
    ids = np.take_along_axis(ids, order, axis=1)
    ordered = np.take_along_axis(logits, order, axis=1).astype(np.float64)
    # The difference first: dividing by a tiny temperature must not reach infinity for the most likely token too.
    with np.errstate(over="ignore"):
        weights = np.exp((ordered - ordered[:, :1]) / settings.temperature)
    if settings.top_p < 1.0:
        before = np.cumsum(weights, axis=1) - weights
        weights[before >= settings.top_p * weights.sum(axis=1, keepdims=True)] = 0.0
    # The likeliest token's weight is 1.
    weights[weights < settings.min_p] = 0.0
    cumulative = np.cumsum(weights, axis=1)
    # "First entry above the target" never picks a weight of 0, and rounding cannot lead past the last positive one.
    target = uniforms[:, None] * cumulative[:, -1:]
    chosen = np.minimum((cumulative <= target).sum(axis=1), (weights > 0.0).sum(axis=1) - 1)
    return np.take_along_axis(ids, chosen[:, None], axis=1)[:, 0]
