"""Who rates what, in which order, and under which label: raters must not know the run, its verdicts or their colleagues' order.

Everything follows from a hash of the seed and the sample's name, so that it is the same on every machine, and a sample that is
added later moves no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ferrobench.rubric.rating import SampleName

_LABEL_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindSample:
    """A sample as one rater meets it."""

    label: str
    """All that the rater may see of its name; another one for each rater."""
    name: SampleName


def blind_order(samples: Iterable[SampleName], rater: str, *, seed: int) -> tuple[BlindSample, ...]:
    """Put samples, those of several runs mixed, into an order of the rater's own; their given order plays no part."""
    labels = {name: _hash("order", seed, rater, name) for name in samples}
    return tuple(
        BlindSample(label=label[:_LABEL_DIGITS], name=name)
        for name, label in sorted(labels.items(), key=lambda item: item[1])
    )


def assign(
    samples: Iterable[SampleName], raters: Sequence[str], *, overlap: float, seed: int
) -> dict[str, tuple[BlindSample, ...]]:
    """Deal samples out: the share *overlap* of them to all raters, for their agreement, each of the others to one.

    Args:
        samples: Of one run or several.
        raters: Their names, at least one, none twice.
        overlap: From 0 to 1; rounded up to a whole number of samples.
        seed: Another one gives other samples to other raters.

    Raises:
        ValueError: If there are no raters, or one is named twice, or the overlap is no share.
    """
    if not raters or len(set(raters)) < len(raters):
        raise ValueError(f"raters: expected at least one, each named once, found {list(raters)}")
    given = tuple(samples)
    return {
        rater: blind_order(
            deal(given, place, raters=len(raters), overlap=overlap, seed=seed), rater, seed=seed
        )
        for place, rater in enumerate(raters)
    }


def deal(
    samples: Iterable[SampleName], place: int, *, raters: int, overlap: float, seed: int
) -> tuple[SampleName, ...]:
    """What the rater at one place gets, from 0 up, where samples are dealt to so many; a place beyond them begins anew.

    Raises:
        ValueError: If the overlap is no share.
    """
    if not 0 <= overlap <= 1:
        raise ValueError(f"overlap: expected a share from 0 to 1, found {overlap}")
    dealt = sorted(set(samples), key=lambda name: _hash("deal", seed, "", name))
    # What rounding adds to a product must not add a sample.
    shared = ceil(round(overlap * len(dealt), 9))
    return tuple(dealt[:shared] + dealt[shared + place % raters :: raters])


def pick(samples: Iterable[SampleName], limit: int, *, seed: int) -> tuple[SampleName, ...]:
    """Choose *limit* samples, as many of each prompt as can be; a higher limit only adds to them."""
    by_prompt: dict[tuple[str, str], list[tuple[str, SampleName]]] = {}
    for name in set(samples):
        by_prompt.setdefault((name.run, name.prompt_id), []).append((_hash("pick", seed, "", name), name))
    rounds = sorted(
        (turn, chance, name)
        for chances in by_prompt.values()
        for turn, (chance, name) in enumerate(sorted(chances, key=lambda item: item[0]))
    )
    return tuple(name for _, _, name in rounds[:limit])


def _hash(purpose: str, seed: int, rater: str, name: SampleName) -> str:
    parts = (purpose, str(seed), rater, name.run, name.prompt_id, str(name.index))
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
