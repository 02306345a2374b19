"""The mixed corpus, and the output of a collapsed model."""

from __future__ import annotations

from itertools import cycle
from random import Random
from typing import TYPE_CHECKING

from benchmarks.corpus.mutations import TEXT_MUTATIONS, TOKEN_MUTATIONS
from benchmarks.corpus.pieces import render
from benchmarks.corpus.sample import Sample
from benchmarks.corpus.special import SPECIAL_KINDS, draw_special
from benchmarks.corpus.valid import draw_program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.corpus.pieces import Piece

_SPECIAL = "special"
# In per mille: about a third compiles, and nearly half dies while lexing or parsing.
_WEIGHTS: Mapping[str, int] = {
    "valid": 295,
    _SPECIAL: 32,
    "truncated": 170,
    "dropped_token": 95,
    "doubled_token": 65,
    "trailing_chat": 75,
    "repetition_collapse": 50,
    "other_language": 40,
    "wrong_type": 35,
    "unknown_name": 30,
    "moved_value": 25,
    "missing_import": 15,
    "borrow": 12,
    "wrong_argument_count": 12,
    "missing_method": 12,
    "lifetime": 10,
    "non_exhaustive": 10,
    "missing_return": 7,
    "missing_bound": 5,
    "repeated_item": 5,
}
_COMBINED_RATE = 0.1
_REPEATS = 19, 20
# What a collapsed model writes again and again, the most frequent first.
_REPEATED_KINDS = ("repetition_collapse", "truncated", "valid", "truncated", "wrong_type", "trailing_chat")

MIXED_KINDS: tuple[str, ...] = (*(kind for kind in _WEIGHTS if kind != _SPECIAL), *SPECIAL_KINDS)
"""What a sample's kind is made of."""


def mixed_corpus(seed: int, count: int, *, special_per_mille: int = _WEIGHTS[_SPECIAL]) -> list[Sample]:
    """Return *count* samples as a small model gives them, all of different text; about a third compiles.

    *special_per_mille* of them are what a judge must take special care of. The default gives each kind its place in a
    test; models write such things less often.
    """
    weights = {**_WEIGHTS, _SPECIAL: special_per_mille}
    random = Random(f"mixed-corpus {seed}")
    # In turn, so that each kind is there even if few samples are special.
    special = cycle(random.sample(SPECIAL_KINDS, len(SPECIAL_KINDS)))
    samples: list[Sample] = []
    seen: set[str] = set()
    while len(samples) < count:
        kind = _draw_kind(random, weights)
        sample = draw_special(next(special), random) if kind == _SPECIAL else _draw(kind, random)
        if sample.text not in seen:
            seen.add(sample.text)
            samples.append(sample)
    return samples


def collapsed_corpus(seed: int, count: int) -> list[Sample]:
    """Return *count* samples of which 19 in 20 repeat one of a few texts exactly, as a collapsed model gives them.

    One in 20 texts (at least one) is different from all others; the first few of these are the ones repeated, the first
    of them most often.
    """
    random = Random(f"collapsed-corpus {seed}")
    weights = {kind: weight for kind, weight in _WEIGHTS.items() if kind != _SPECIAL}
    repeats, of = _REPEATS
    wanted = max(1, count - count * repeats // of) if count else 0
    distinct: dict[str, Sample] = {}
    while len(distinct) < wanted:
        drawn = len(distinct)
        kind = _REPEATED_KINDS[drawn] if drawn < len(_REPEATED_KINDS) else _draw_kind(random, weights)
        sample = _draw(kind, random)
        distinct.setdefault(sample.text, sample)
    samples = list(distinct.values())
    pool = samples[: len(_REPEATED_KINDS)]
    shares = [1 / (rank + 1) for rank in range(len(pool))]
    if pool:
        samples += random.choices(pool, shares, k=count - wanted)
    random.shuffle(samples)
    return samples


def _draw_kind(random: Random, weights: Mapping[str, int]) -> str:
    return random.choices(tuple(weights), tuple(weights.values()))[0]


def _draw(kind: str, random: Random) -> Sample:
    if kind == "valid":
        return Sample(text=render(draw_program(random)), kind=kind)
    kinds = [kind]
    if random.random() < _COMBINED_RATE:
        kinds.append(random.choice(tuple(TOKEN_MUTATIONS if kind in TEXT_MUTATIONS else TEXT_MUTATIONS)))
    return _mutated(sorted(kinds, key=lambda name: name in TEXT_MUTATIONS), random)


def _mutated(kinds: list[str], random: Random) -> Sample:
    """Mutate a drawn program in each of these ways, those on tokens first; draw again where one finds no place."""
    while True:
        pieces: list[Piece] | None = draw_program(random)
        for kind in kinds:
            if pieces is not None and kind in TOKEN_MUTATIONS:
                pieces = TOKEN_MUTATIONS[kind](pieces, random)
        if pieces is None:
            continue
        text = render(pieces)
        for kind in kinds:
            if kind in TEXT_MUTATIONS:
                text = TEXT_MUTATIONS[kind](text, random)
        return Sample(text=text, kind="+".join(kinds))
