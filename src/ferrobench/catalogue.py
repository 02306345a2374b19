"""All definitions that there are: those of every run, and those of each metric."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.metrics import definitions as of_every_run
from ferrobench.metrics.registry import load_metrics
from ferrobench.metrics.statistics import STATISTICS_DEFINITIONS
from ferrobench.rubric import RUBRIC_DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferrobench.metrics.definition import Definition
    from ferrobench.metrics.metric import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Definitions that belong together."""

    name: str
    title: str
    definitions: tuple[Definition, ...]
    metric: Metric | None
    """None for figures that every run has."""


_OF_EVERY_RUN = tuple(
    Chapter(name=name, title=title, definitions=definitions, metric=None)
    for name, title, definitions in (
        ("verdicts", "Verdicts", of_every_run.VERDICTS),
        ("statistics", "Intervals and power", STATISTICS_DEFINITIONS),
        ("code", "Code, as the original counts it", of_every_run.SEED_CODE),
        ("lint", "Lint", of_every_run.LINT),
        ("rubric", "The human rubric", RUBRIC_DEFINITIONS),
    )
)


def load_catalogue() -> tuple[Chapter, ...]:
    """Gather every definition: those of every run first, then those of the metrics that are installed.

    Raises:
        NotReadyError: A metric cannot be loaded.
    """
    return (
        *_OF_EVERY_RUN,
        *(
            Chapter(name=metric.name, title=metric.title, definitions=metric.definitions, metric=metric)
            for metric in load_metrics()
        ),
    )


def find_definition(name: str, chapters: Iterable[Chapter]) -> Definition:
    """Find a definition by its name, or by its key in the results.

    Raises:
        UsageError: There is none. Names those that are spelled much like it.
    """
    definitions = [definition for chapter in chapters for definition in chapter.definitions]
    wanted = name.strip().lower().replace("-", "_")
    for definition in definitions:
        if wanted in (definition.name, definition.key.lower()):
            return definition
    ends = [one for one in definitions if one.key.rpartition(".")[2].strip("[]") == wanted]
    if len(ends) == 1:
        return ends[0]
    names = [definition.name for definition in definitions]
    near = get_close_matches(wanted, names, n=3, cutoff=0.5) or [one for one in names if wanted in one][:3]
    hint = f"did you mean {' or '.join(near)}?" if near else "ferrobench explain lists all"
    raise UsageError(f"explain {name}: no such metric; {hint}")
