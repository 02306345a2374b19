"""For which *k* a run gives pass@k: settled before anything is sampled. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

DEFAULT_KS = (1, 5, 10, 100)
MOST_DIGITS = 9
"""Of a *k*: more samples than any run has, and no more digits than every reader of numbers takes."""
_SHOWN = 40


def parse_ks(text: str) -> tuple[int, ...]:
    """Read what ``--k`` was given, such as ``1,10``: sorted, each once.

    Raises:
        UsageError: If it is anything but whole numbers from 1, of at most :data:`MOST_DIGITS` digits, with commas between them.
    """
    numbers = []
    for part in text.split(","):
        # isdecimal alone would take digits of any script, and int alone signs and underscores.
        digits = part.strip()
        if len(digits) > MOST_DIGITS:
            raise UsageError(
                f"--k {shorten(text)}: expected at most {MOST_DIGITS} digits, such as 1,10; found {len(digits)}"
            )
        if not (digits.isascii() and digits.isdecimal() and int(digits) >= 1):
            raise UsageError(
                f"--k {shorten(text)}: expected whole numbers from 1, such as 1,10; found {digits!r}"
            )
        numbers.append(int(digits))
    return tuple(sorted(set(numbers)))


def shorten(text: str) -> str:
    """What messages show of what somebody typed: no more than fits a line."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def choose_ks(
    asked_for: tuple[int, ...] | None,
    samples_by_prompt: Mapping[str, int],
    needed: Collection[int] = (),
) -> tuple[int, ...]:
    """Settle for which *k* there will be estimates, given how many samples each prompt gets.

    Without a wish, those of :data:`DEFAULT_KS` that every prompt has samples for, and those that are *needed*. A *k* with
    more than some prompt has would be a mean over other prompts than its neighbour's, so it is refused.

    Args:
        asked_for: What ``--k`` was given.
        samples_by_prompt: How many samples each prompt gets.
        needed: Those that the thresholds of ``--fail-under`` are for.

    Raises:
        UsageError: If a *k* that was asked for or is needed is larger than the samples of some prompt, naming the one with
            the fewest; or if one is needed that ``--k`` leaves out.
    """
    if asked_for is not None and (left_out := sorted(set(needed) - set(asked_for))):
        raise UsageError(
            f"--fail-under: a threshold is for k = {left_out[0]}, and --k {','.join(map(str, asked_for))} leaves it out; "
            "add it there"
        )
    if not samples_by_prompt:
        return tuple(sorted({*(asked_for or DEFAULT_KS[:1]), *needed}))
    fewest = min(samples_by_prompt, key=lambda prompt: samples_by_prompt[prompt])
    available = samples_by_prompt[fewest]
    largest = max(asked_for or needed, default=0)
    if largest > available:
        flag = f"--k {largest}" if asked_for is not None else f"--fail-under with k = {largest}"
        raise UsageError(
            f"{flag}: needs as many samples of every prompt, and {fewest} gets {available}; "
            f"ask for more with --samples-per-prompt {largest}, or for a smaller k"
        )
    if asked_for is not None:
        return asked_for
    return tuple(sorted({*(k for k in DEFAULT_KS if k <= available), *needed}))
