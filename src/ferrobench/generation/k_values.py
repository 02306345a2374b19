"""For which *k* a run gives pass@k: settled before anything is sampled. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_KS = (1, 5, 10, 100)


def parse_ks(text: str) -> tuple[int, ...]:
    """Read what ``--k`` was given, such as ``1,10``: sorted, each once.

    Raises:
        UsageError: If it is anything but whole numbers from 1 with commas between them.
    """
    numbers = []
    for part in text.split(","):
        # isdecimal alone would take digits of any script, and int alone signs and underscores.
        if not (part.strip().isascii() and part.strip().isdecimal() and int(part) >= 1):
            raise UsageError(
                f"--k {text}: expected whole numbers from 1, such as 1,10; found {part.strip()!r}"
            )
        numbers.append(int(part))
    return tuple(sorted(set(numbers)))


def choose_ks(asked_for: tuple[int, ...] | None, samples_by_prompt: Mapping[str, int]) -> tuple[int, ...]:
    """Settle for which *k* there will be estimates, given how many samples each prompt gets.

    Without a wish, those of :data:`DEFAULT_KS` that every prompt has samples for. A *k* with more than some prompt has
    would be a mean over other prompts than its neighbour's, so it is refused.

    Raises:
        UsageError: If a *k* that was asked for is larger than the samples of some prompt. Names the one with the fewest.
    """
    if not samples_by_prompt:
        return asked_for or DEFAULT_KS[:1]
    fewest = min(samples_by_prompt, key=lambda prompt: samples_by_prompt[prompt])
    available = samples_by_prompt[fewest]
    if asked_for is None:
        return tuple(k for k in DEFAULT_KS if k <= available)
    if max(asked_for) > available:
        raise UsageError(
            f"--k {max(asked_for)}: needs as many samples of every prompt, and {fewest} gets {available}; "
            f"ask for more with --samples-per-prompt {max(asked_for)}, or for a smaller k"
        )
    return asked_for
