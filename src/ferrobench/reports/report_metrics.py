"""What the metrics of a run say, for the report: mistakes, collapse, diversity, the code, speed, and what people say. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.reports.characters import visible
from ferrobench.reports.metric_lines import certainty_lines, figures_of, quality_lines, similarity_line
from ferrobench.reports.report_view import between, collapse_of, figure, percent, samples_link
from ferrobench.reports.view import is_ready, lint_lines, stop_line, warning_line
from ferrobench.rubric.criteria import RUBRIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.metrics.diversity.figures import Uniqueness
    from ferrobench.metrics.failures.figures import FailuresFigures
    from ferrobench.results import RunRecord
    from ferrobench.rubric import RubricSummary

Fact = tuple[str, str]
"""A title and what is to be said under it."""

FAMILY_CODES_SHOWN = 6
_FAMILIES = {
    "syntax": "the text is not Rust: a token, a delimiter, a word out of place",
    "names": "something that is not there, not in reach, or there twice",
    "types": "types do not fit, or lack the method or field",
    "traits": "a bound does not hold, or an implementation is incomplete",
    "ownership": "moves, borrows, mutability, lifetimes",
    "macros": "a macro or a format string is misused",
    "other": "lints, constants, unstable features, linking",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRow:
    """Mistakes about one part of Rust."""

    name: str
    meaning: str
    share: float
    percent: str
    interval: str
    first: str
    errors: str
    codes: tuple[tuple[str, str, str], ...]
    """Code, samples, link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistakes:
    """Why samples fail, in the extracted reading."""

    judged: str
    families: tuple[FamilyRow, ...]
    ownership: str | None
    """How the model does with ownership, in a sentence."""
    rules: tuple[tuple[str, str, str, str], ...]
    """Code, rule, meaning, samples."""
    first_error: str | None


def mistakes(record: RunRecord) -> Mistakes | None:
    """Lay out the figures of ``failures``; None where they were not computed."""
    from ferrobench.metrics.failures import METRIC
    from ferrobench.metrics.failures.figures import FailuresFigures

    found = figures_of(record, METRIC, FailuresFigures)
    if found is None or not found.families:
        return None
    card = found.ownership
    return Mistakes(
        judged=f"{found.judged:,}",
        families=tuple(_families(found)),
        ownership=None
        if not card.checked or card.clean.value is None
        else f"{percent(card.clean.value)} of the {card.checked:,} programs that rustc checked for it have no mistake of ownership.",
        rules=tuple((row.code, row.rule.value, row.meaning, f"{row.samples:,}") for row in card.rows),
        first_error=_first_error(found),
    )


def _families(found: FailuresFigures) -> Iterator[FamilyRow]:
    for row in found.families:
        yield FamilyRow(
            name=row.family.value,
            meaning=_FAMILIES.get(row.family.value, ""),
            share=row.samples.value or 0.0,
            percent=percent(row.samples.value),
            interval=between(row.samples.interval),
            first=f"{row.first:,}",
            errors=f"{row.errors:,}",
            codes=tuple(
                (visible(one.code), f"{one.samples:,}", _code_link(one.code))
                for one in row.codes[:FAMILY_CODES_SHOWN]
            ),
        )


def _code_link(code: str) -> str:
    # Errors without a code go by the name of their family, which is no code to filter by.
    return samples_link(code=code, reading="extracted") if code[:1] == "E" and code[1:].isdigit() else ""


def _first_error(found: FailuresFigures) -> str | None:
    place = found.first_error
    if not place.samples or place.median is None:
        return None
    return f"Half of the failing answers have their first error within the first {100.0 * place.median:.0f} % of their text."


@dataclass(frozen=True, slots=True, kw_only=True)
class AilmentRow:
    """One ailment of the model."""

    name: str
    phrase: str
    share: str
    interval: str
    examples: tuple[tuple[str, str, str], ...]
    """Sample, excerpt, link."""
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What the doctor says."""

    verdict: str
    sentence: str
    samples: str
    facts: tuple[Fact, ...]
    ailments: tuple[AilmentRow, ...]


def diagnosis(record: RunRecord) -> Diagnosis | None:
    """Lay out the figures of ``collapse``; None where they were not computed."""
    found = collapse_of(record)
    if found is None:
        return None
    return Diagnosis(
        verdict=found.verdict.value,
        sentence=visible(found.sentence or "healthy: the samples look like answers to their prompts"),
        samples=f"{found.samples:,}",
        facts=(
            ("degenerate samples", f"{percent(found.degenerate.value)} ({between(found.degenerate.interval)})"),
            ("repetition within an answer", f"{figure(found.repetition.value, '.2f')} of its 4-grams came before"),
        ),
        ailments=tuple(
            AilmentRow(
                name=one.name.value.replace("_", " "),
                phrase=visible(one.phrase),
                share=percent(one.share.value),
                interval=between(one.share.interval),
                examples=tuple(
                    (
                        f"{visible(example.prompt)} {example.index}",
                        visible(example.excerpt),
                        samples_link(sample=f"{example.prompt}.{example.index}"),
                    )
                    for example in one.examples
                ),
                remedies=tuple(map(visible, one.remedies)),
            )
            for one in found.ailments
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DiversityRow:
    """How many programs differ, on one level."""

    level: str
    cells: tuple[tuple[str, str], ...]
    """For all, compiling and passing samples: the percentage, and the counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diversity:
    """How much the samples differ."""

    rows: tuple[DiversityRow, ...]
    facts: tuple[Fact, ...]


def diversity(record: RunRecord) -> Diversity | None:
    """Lay out the figures of ``diversity``; None where they were not computed."""
    from ferrobench.metrics.diversity import METRIC
    from ferrobench.metrics.diversity.figures import DiversityFigures

    found = figures_of(record, METRIC, DiversityFigures)
    if found is None:
        return None
    groups = (found.unique.all, found.unique.compiling, found.unique.passing)
    levels = (
        ("by their letters", "programs"),
        ("after renaming", "normalised"),
        ("by the shape of their syntax", "shapes"),
    )
    return Diversity(
        rows=tuple(
            DiversityRow(level=title, cells=tuple(_distinct(group, name) for group in groups))
            for title, name in levels
        ),
        facts=(
            (
                "self-BLEU",
                f"{figure(found.self_bleu.value)} ({between(found.self_bleu.interval)}); 100 is copies",
            ),
            ("distinct-2", figure(found.distinct_2.value, ".2f")),
            ("compression", f"{figure(found.compression_ratio.value, '.1f')} times smaller"),
            ("empty answers", f"{found.empty:,} of {found.samples:,}"),
        ),
    )


def _distinct(group: Uniqueness, level: str) -> tuple[str, str]:
    one = getattr(group, level)
    if one.percent is None:
        return "–", ""
    return figure(one.percent, ".0f", " %"), f"{one.distinct:,} of {one.compared:,}"


def code_facts(record: RunRecord) -> tuple[Fact, ...]:
    """What the programs are like, as far as it was measured."""
    lines = [*quality_lines(record)]
    lines += [line for line in (similarity_line(record), warning_line(record)) if line is not None]
    if record.lint is not None:
        lines += lint_lines(record.lint)
    facts = [
        (
            "A sample",
            f"{record.avg_lines:.1f} lines, {record.avg_functions:.1f} functions, keyword complexity {record.avg_complexity:.1f}",
        )
    ]
    if record.before_first_error is not None and record.before_first_error.share is not None:
        share = 100.0 * record.before_first_error.share
        facts.append(
            (
                "Before the first error",
                f"{share:.0f} % of a completion, mean of {record.before_first_error.samples:,}",
            )
        )
    return (*facts, *map(_fact, lines))


def _fact(line: str) -> Fact:
    title, _, words = line.strip().partition(": ")
    return (visible(title), visible(words)) if words else ("", visible(title))


def speed_facts(record: RunRecord) -> tuple[Fact, ...]:
    """How fast the model was, and how sure."""
    return () if is_ready(record) else tuple(_speed(record))


def _speed(record: RunRecord) -> Iterator[Fact]:
    from ferrobench.metrics.generation import METRIC
    from ferrobench.metrics.generation.figures import GenerationFigures

    if record.tokens_per_second:
        yield "tokens per second", f"{record.tokens_per_second:,.1f}"
        yield "a sample", f"{record.avg_generation_time_ms:,.1f} ms of the model's time"
    if record.samples_per_second is not None and record.total_time_seconds is not None:
        yield "samples per second", f"{record.samples_per_second:,.1f}, judging included"
        yield "the whole run", f"{record.total_time_seconds:,.1f} s"
    if record.generation is not None:
        yield (
            "tokens",
            f"{record.generation.total_tokens:,}, {record.generation.avg_tokens:.1f} a sample",
        )
        yield "ended", visible(stop_line(record))
    found = figures_of(record, METRIC, GenerationFigures)
    if found is not None:
        yield (
            "latency",
            f"median {figure(found.latency_median_ms, '.0f')} ms, 90 % within {figure(found.latency_p90_ms, '.0f')} ms, "
            f"99 % within {figure(found.latency_p99_ms, '.0f')} ms",
        )
        if found.truncated_rate is not None:
            yield "cut off", f"{percent(found.truncated_rate)} ({between(found.truncated_rate_interval)})"
    yield from map(_fact, certainty_lines(record))


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """One criterion of the human rubric."""

    name: str
    question: str
    score: str
    interval: str
    distribution: tuple[tuple[str, int, float], ...]
    """Score, ratings, and their share in hundredths."""
    alpha: str
    alpha_interval: str
    both: str
    """Samples that two raters or more have scored."""


def rubric_rows(summary: RubricSummary) -> tuple[CriterionRow, ...]:
    """Lay out what people say of the samples."""
    rows = []
    for scale in RUBRIC:
        one = summary.criteria.get(scale.criterion.value)
        if one is None:
            continue
        given = sum(one.distribution.values())
        rows.append(
            CriterionRow(
                name=scale.criterion.value,
                question=scale.question,
                score=figure(one.score.value, ".2f"),
                interval=between(one.score.interval, ".2f"),
                distribution=tuple(
                    (score, count, 100.0 * count / given if given else 0.0)
                    for score, count in one.distribution.items()
                ),
                alpha=figure(one.agreement.alpha, ".2f"),
                alpha_interval=between(one.agreement.interval, ".2f"),
                both=f"{one.agreement.samples:,}",
            )
        )
    return tuple(rows)
