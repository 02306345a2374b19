"""Who rates what, and what is rated already: the samples of a run, its file of reviews, and the plan between them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import InputError
from ferrobench.rubric import SampleName, blind_order, deal, pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.results import SavedRun
    from ferrobench.rubric import BlindSample, Rating, ReviewFile, ReviewPlan

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a rater sees of a sample."""

    prompt: str
    completion: str
    is_program: bool
    """Whether the completion is a whole program, and does not go on where the prompt ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A sample in a rater's own order, and how it stands."""

    label: str
    state: str
    """``open``, ``rated`` or ``skipped``."""


class Sitting:
    """A review that goes on. Of one thread."""

    def __init__(self, run: SavedRun, file: ReviewFile, plan: ReviewPlan) -> None:
        """Bring them together.

        Raises:
            InputError: If the run has nothing to rate, or the file rates what the run does not have.
        """
        self._file = file
        self._plan = plan
        self._texts: dict[SampleName, Text] = {}
        for sample in run.samples:
            if sample.completion is not None:
                name = SampleName(run=plan.run, prompt_id=sample.prompt_id, index=sample.index)
                self._texts[name] = Text(
                    prompt=run.prompt_texts[sample.prompt_id],
                    completion=sample.completion.text,
                    is_program=sample.completion.is_program,
                )
        if not self._texts:
            raise InputError(f"{run.label}: has no sample to rate")
        for rating in file.ratings():
            if rating.sample not in self._texts:
                raise InputError(
                    f"{run.label}: has a rating of {rating.prompt_id}, sample {rating.index}, but no such sample: the reviews are "
                    "of another run"
                )
        self._picked = pick(self._texts, plan.limit or len(self._texts), seed=plan.seed)
        self._orders: dict[str, dict[str, SampleName]] = {}

    @property
    def number_of_samples(self) -> int:
        """That are rated at all, by one rater or another."""
        return len(self._picked)

    def raters(self) -> tuple[str, ...]:
        """Who has joined, in that order."""
        return self._file.raters()

    def join(self, rater: str) -> None:
        """Let a rater in."""
        self._file.join(rater)

    def places(self, rater: str) -> tuple[Place, ...]:
        """The rater's samples in their own order.

        Raises:
            KeyError: If nobody of that name has joined.
        """
        rated, skipped = self._file.rated(rater), self._file.skipped(rater)
        return tuple(
            Place(label=label, state="rated" if key in rated else "skipped" if key in skipped else "open")
            for label, name in self._order(rater).items()
            for key in ((name.prompt_id, name.index),)
        )

    def name(self, rater: str, label: str) -> SampleName:
        """Which sample a label of the rater's means.

        Raises:
            KeyError: If there is no such rater or label.
        """
        return self._order(rater)[label]

    def text(self, name: SampleName) -> Text:
        """What is to be seen of a sample."""
        return self._texts[name]

    def rating(self, rater: str, name: SampleName) -> Rating | None:
        """What the rater said of it."""
        return self._file.rating(rater, name)

    def rate(self, rating: Rating) -> None:
        """Keep a rating; on disk when this returns."""
        self._file.rate(rating)

    def skip(self, rater: str, name: SampleName) -> None:
        """Keep that the rater left it out."""
        self._file.skip(rater, name)

    def withdraw(self, rater: str, name: SampleName) -> None:
        """Forget what the rater said of it."""
        self._file.withdraw(rater, name)

    def ratings(self) -> tuple[Rating, ...]:
        """All of them."""
        return self._file.ratings()

    def _order(self, rater: str) -> dict[str, SampleName]:
        if rater not in self._orders:
            place = self._file.place(rater)
            if place is None:
                raise KeyError(rater)
            own = deal(
                self._picked,
                place,
                raters=self._plan.raters,
                overlap=self._plan.overlap,
                seed=self._plan.seed,
            )
            self._orders[rater] = _by_label(blind_order(own, rater, seed=self._plan.seed))
        return self._orders[rater]


def _by_label(order: Sequence[BlindSample]) -> dict[str, SampleName]:
    return {sample.label: sample.name for sample in order}


def tidy_name(name: str) -> str:
    """A rater's name in the one form in which it is kept.

    Raises:
        ValueError: If it is none: one line that says what was expected.
    """
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(tidy) <= _LONGEST_NAME or not tidy.isprintable():
        raise ValueError(f"expected a name of 1 to {_LONGEST_NAME} printable characters")
    return tidy
