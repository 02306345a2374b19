"""What one person says of one sample, and the file that holds such answers: one JSON object a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ferrobench.errors import InputError
from ferrobench.json_rows import RowsError, read_elements
from ferrobench.rubric.criteria import HIGHEST, LOWEST, Criterion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pydantic_core import ErrorDetails

Score = Annotated[int, Field(strict=True, ge=LOWEST, le=HIGHEST)]
Name = Annotated[str, Field(min_length=1)]


class _Line(BaseModel):
    # A misspelt key would otherwise be a score that was never given.
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class SampleName(_Line):
    """Which sample of which run. Not for raters' eyes."""

    run: Name
    """What tells the run from others, such as the name of its folder."""
    prompt_id: Name
    index: Annotated[int, Field(strict=True, ge=0)]
    """Of the sample among those of its prompt."""


class Scores(_Line):
    """From 1 to 5 as :data:`ferrobench.rubric.criteria.RUBRIC` describes them; null where the rater cannot say."""

    correctness: Score | None
    idiomatic: Score | None
    readable: Score | None
    efficient: Score | None
    safe: Score | None

    def of(self, criterion: Criterion) -> int | None:
        """The score of one criterion."""
        score: int | None = getattr(self, criterion.value)
        return score


class Rating(SampleName):
    """One line of the file."""

    rater: Name
    """Who says so: a name or a pseudonym."""
    scores: Scores
    note: str = ""
    """What the rater adds in words."""
    time: AwareDatetime
    """When it was given, with its offset from UTC."""

    @property
    def sample(self) -> SampleName:
        """What it is about."""
        return SampleName(run=self.run, prompt_id=self.prompt_id, index=self.index)


def read_ratings(path: Path) -> tuple[Rating, ...]:
    """Read a file of ratings. Where a rater has scored a sample again, the later line counts, at the place of the first.

    Raises:
        InputError: The file cannot be read, or a line is no rating: names the line, the field and what was expected.
    """
    ratings: dict[tuple[str, SampleName], Rating] = {}
    try:
        for element in read_elements(path):
            try:
                rating = Rating.model_validate(element.value)
            except ValidationError as error:
                fault = _in_words(error.errors(include_url=False)[0])
                raise InputError(f"{path}: line {element.line}: {fault}") from error
            ratings[rating.rater, rating.sample] = rating
    except RowsError as error:
        raise InputError(f"{path}: {error}") from error
    return tuple(ratings.values())


def append_ratings(path: Path, ratings: Iterable[Rating]) -> None:
    """Add ratings to a file, which is made where there is none; they are written at once, so that none is cut in two.

    Raises:
        InputError: The file cannot be written.
    """
    lines = "".join(rating.model_dump_json() + "\n" for rating in ratings)
    try:
        with path.open("ab") as file:
            file.write(lines.encode())
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error


def _in_words(fault: ErrorDetails) -> str:
    field = ".".join(str(part) for part in fault["loc"]) or "the line"
    if fault["type"] == "missing":
        return f"{field}: is missing; expected {_expected(field)}"
    if fault["type"] == "extra_forbidden":
        known = Scores.model_fields if field.startswith("scores.") else Rating.model_fields
        return f"{field}: is unknown; expected some of {', '.join(known)}"
    found = repr(fault["input"])
    return f"{field}: expected {_expected(field)}, found {found if len(found) <= 60 else found[:57] + '...'}"


def _expected(field: str) -> str:
    if field.startswith("scores."):
        return f"a whole number from {LOWEST} to {HIGHEST}, or null"
    return {
        "the line": "an object",
        "scores": f"an object with {', '.join(Criterion)}",
        "index": "a whole number from 0 up",
        "note": "a text",
        "time": "a time with its offset, such as 2026-03-01T12:00:00Z",
    }.get(field, "a text that is not empty")
