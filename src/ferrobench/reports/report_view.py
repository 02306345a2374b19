"""A run as the report shows it: what it comes to in words, its rates, and how far the code got. Pure.

Everything is text or a number by the time a template sees it. What strangers wrote goes through
:func:`ferrobench.reports.characters.visible` here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ferrobench.judging import Stage
from ferrobench.metrics.collapse import Health
from ferrobench.reports.characters import visible
from ferrobench.reports.metric_lines import figures_of
from ferrobench.reports.view import TARGET_PERCENT, subject_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ferrobench.metrics.collapse.figures import CollapseFigures
    from ferrobench.results import KEstimate, RunRecord

SAMPLES_ANCHOR = "samples"
_MEANINGS = {
    Stage.EMPTY: "nothing of the model is left to judge",
    Stage.LEX: "does not split into tokens: a quote, a bracket or a character is out of place",
    Stage.PARSE: "tokens, but not the syntax of Rust",
    Stage.RESOLVE: "names or imports that are not there",
    Stage.TYPECHECK: "types or traits do not fit",
    Stage.BORROWCK: "moves, borrows or lifetimes do not hold",
    Stage.LINT: "a lint that is an error",
    Stage.CODEGEN: "no machine code can be made of it",
    Stage.LINK: "it cannot be linked",
    Stage.COMPILED: "compiles; there are no tests to run, or nothing that they could call",
    Stage.RUN: "compiles and runs, but a hidden test does not hold",
    Stage.TESTED: "all hidden tests hold",
}
_RATES = (
    ("compile_success_rate", "compiles, as generated", "prompt plus completion, exactly as the model wrote it"),
    ("compile_success_rate_extracted", "compiles, extracted", "after chat, repeated prompts and an unfinished tail are cut"),
    ("pass_rate", "passes its tests", "extracted; of the samples whose prompts have hidden tests"),
    ("pass_rate_strict", "passes its tests, as generated", "of the same samples"),
)  # fmt: skip


def samples_link(**filters: str) -> str:
    """The address, within the page, of the samples that pass *filters*."""
    return f"#{SAMPLES_ANCHOR}?{urlencode(filters, errors='replace')}"


def figure(value: float | None, form: str = ".1f", unit: str = "") -> str:
    """A number as text, or a dash."""
    return "–" if value is None else f"{value:{form}}{unit}"


def percent(value: float | None) -> str:
    """A percentage as text."""
    return figure(value, ".1f", " %")


def between(interval: Sequence[float] | None, form: str = ".1f") -> str:
    """An interval as text."""
    return "–" if interval is None else f"{interval[0]:{form}} to {interval[1]:{form}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What the run comes to."""

    name: str
    subject: str
    verdict: str
    """In one sentence, the most important thing first."""
    details: tuple[str, ...]
    """Further sentences."""
    health: str | None
    """The doctor's word; None where nobody looked."""


def headline(record: RunRecord) -> Headline:
    """Say what a run comes to, in words."""
    found = collapse_of(record)
    sentences = [_capital(found.sentence) + "."] if found is not None and found.sentence else []
    if found is None or found.verdict is not Health.COLLAPSED:
        sentences.insert(0, _rate_sentence(record))
    else:
        sentences.append(_rate_sentence(record))
    target, first = _target_sentence(record), _obstacle_sentence(record)
    sentences += [one for one in (target, first) if one is not None]
    return Headline(
        name=visible(record.checkpoint),
        subject=_subject(record),
        verdict=visible(sentences[0]),
        details=tuple(map(visible, sentences[1:])),
        health=None if found is None else found.verdict.value,
    )


def collapse_of(record: RunRecord) -> CollapseFigures | None:
    """What the doctor says; None where nobody asked."""
    from ferrobench.metrics.collapse import METRIC
    from ferrobench.metrics.collapse.figures import CollapseFigures

    return figures_of(record, METRIC, CollapseFigures)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rate_sentence(record: RunRecord) -> str:
    if record.compile_success_rate is None:
        return "Nothing was judged, so there is no rate."
    words = f"{percent(record.compile_success_rate)} of the samples compile as generated"
    tests = record.tests
    if tests is None or tests.pass_rate is None:
        return f"{words}."
    return f"{words}, and {percent(tests.pass_rate)} of those with tests pass them."


def _target_sentence(record: RunRecord) -> str | None:
    """How the rate stands to the original's target, as far as so many samples can tell."""
    known = record.intervals.get("compile_success_rate")
    if known is None or known.interval_over_samples is None:
        return None
    low, high = known.interval_over_samples
    target = f"the {TARGET_PERCENT:.0f} % that the seed asks of a model in production"
    if low >= TARGET_PERCENT:
        return f"It reaches {target}."
    if high < TARGET_PERCENT:
        return f"It does not reach {target}."
    return f"So few samples cannot tell whether it reaches {target}."


def _obstacle_sentence(record: RunRecord) -> str | None:
    if not record.error_groups:
        return None
    group = record.error_groups[0]
    code = "" if group.code is None else f" ({group.code})"
    return f"What stands in the way most often: “{group.message}”{code}, in {group.samples:,} samples."


def _subject(record: RunRecord) -> str:
    rest = subject_line(record).removeprefix(record.checkpoint).removeprefix(", ")
    prompts = len(record.samples_by_prompt)
    parts = [rest, f"{record.total_samples:,} samples of {prompts} prompts", record.timestamp[:10]]
    return visible(" · ".join(part for part in parts if part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A rate from 0 to 100 with its intervals, to be drawn."""

    value: float
    near: tuple[float, float] | None
    far: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """One of the headline rates."""

    title: str
    meaning: str
    value: str
    samples: str
    near: str
    """Over further samples of these prompts."""
    far: str
    """Over other prompts like them."""
    meter: Meter


def rate_rows(record: RunRecord) -> tuple[RateRow, ...]:
    """The headline rates that are known."""
    values = {
        "compile_success_rate": record.compile_success_rate,
        "compile_success_rate_extracted": record.compile_success_rate_extracted,
        "pass_rate": None if record.tests is None else record.tests.pass_rate,
        "pass_rate_strict": None if record.tests is None else record.tests.pass_rate_strict,
    }
    return tuple(
        _rate_row(record, key, title, meaning, value)
        for key, title, meaning in _RATES
        if (value := values[key]) is not None
    )


def _rate_row(record: RunRecord, key: str, title: str, meaning: str, value: float) -> RateRow:
    known = record.intervals.get(key)
    near = None if known is None else known.interval_over_samples
    far = None if known is None else known.interval_over_prompts
    samples = record.total_samples if known is None else known.samples
    return RateRow(
        title=title,
        meaning=meaning,
        value=percent(value),
        samples=f"{round(value * samples / 100.0):,} of {samples:,}",
        near=between(near),
        far=between(far),
        meter=Meter(value=value, near=near, far=far),
    )


def power_sentence(record: RunRecord) -> str | None:
    """The smallest change that two such runs show; None where the record does not know."""
    known = record.intervals.get("compile_success_rate")
    found = None if known is None else next((one for one in known.detectable if one.power == 80.0), None)
    if found is None:
        return None
    ways = [
        f"{sign}{points:.1f}" for sign, points in (("+", found.rise), ("−", found.fall)) if points is not None
    ]
    if not ways:
        return None
    return f"Of two runs as large as this one, a change of the compile rate by {' or '.join(ways)} points would show in 80 of 100 cases."


@dataclass(frozen=True, slots=True, kw_only=True)
class KRow:
    """Estimates for one k."""

    k: int
    cells: tuple[tuple[str, str], ...]
    """For each heading the value and its interval."""


def k_table(record: RunRecord) -> tuple[tuple[tuple[str, int], ...], tuple[KRow, ...]]:
    """pass@k and its like: headings with the number of prompts that they are over at most, and a row for each k."""
    if record.at_k is None:
        return (), ()
    extracted, strict = record.at_k.extracted, record.at_k.strict
    columns: dict[str, Sequence[KEstimate]] = {
        "pass@k": extracted.pass_at_k,
        "pass^k": extracted.pass_hat_k,
        "compile@k": extracted.compile_at_k,
        "pass@k as generated": strict.pass_at_k if strict.pass_at_k != extracted.pass_at_k else (),
        "compile@k as generated": strict.compile_at_k
        if strict.compile_at_k != extracted.compile_at_k
        else (),
    }
    if record.at_k.assisted is not None:
        columns["pass@k with repairs"] = record.at_k.assisted.pass_at_k
    shown = {title: {one.k: one for one in found} for title, found in columns.items() if found}
    ks = sorted({k for found in shown.values() for k in found})
    rows = [KRow(k=k, cells=tuple(_k_cell(found.get(k)) for found in shown.values())) for k in ks]
    headings = ((title, max(one.prompts for one in found.values())) for title, found in shown.items())
    return tuple(headings), tuple(rows)


def _k_cell(one: KEstimate | None) -> tuple[str, str]:
    return ("–", "") if one is None else (percent(one.value), between(one.interval) if one.interval else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of a stacked bar, in hundredths of it."""

    stage: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One stage of the ladder, in one reading or both."""

    stage: str
    meaning: str
    counts: tuple[tuple[str, str, str], ...]
    """For each reading: samples that got exactly so far, their percentage, and the percentage that got at least so far."""
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """How far the code got."""

    readings: tuple[tuple[str, tuple[Segment, ...]], ...]
    """Their names and their bars."""
    rungs: tuple[Rung, ...]


def ladder(record: RunRecord) -> Ladder | None:
    """The stages that occur; None where the record does not know."""
    if record.stages is None or not any(record.stages.as_generated.values()):
        return None
    readings = {"as generated": record.stages.as_generated}
    if record.stages.extracted != record.stages.as_generated:
        readings["extracted"] = record.stages.extracted
    shown = [stage for stage in Stage if any(counts.get(stage.value) for counts in readings.values())]
    return Ladder(
        readings=tuple((name, stack(counts)) for name, counts in readings.items()),
        rungs=tuple(
            Rung(
                stage=stage.value,
                meaning=_MEANINGS[stage],
                counts=tuple(_rung(counts, stage) for counts in readings.values()),
                link=samples_link(stage=stage.value),
            )
            for stage in shown
        ),
    )


def _rung(counts: Mapping[str, int], stage: Stage) -> tuple[str, str, str]:
    total = sum(counts.values())
    here = counts.get(stage.value, 0)
    reached = sum(counts.get(later.value, 0) for later in Stage if later.rank >= stage.rank)
    return (
        f"{here:,}",
        percent(100.0 * here / total if total else None),
        percent(100.0 * reached / total if total else None),
    )


def stack(counts: Mapping[str, int]) -> tuple[Segment, ...]:
    """A bar of stages, in their order; empty over nothing."""
    return tuple(_segments(counts))


def _segments(counts: Mapping[str, int]) -> Iterator[Segment]:
    total, start = sum(counts.values()), 0.0
    for stage in (*(one.value for one in Stage), "unjudged"):
        count = counts.get(stage, 0)
        if count:
            width = 100.0 * count / total
            yield Segment(stage=stage, count=count, start=round(start, 3), width=round(width, 3))
            start += width


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure of the first screen."""

    label: str
    figure: str
    words: str
    style: str = ""


def tiles(record: RunRecord) -> tuple[Tile, ...]:
    """The figures of the first screen."""
    return tuple(_tiles(record))


def _tiles(record: RunRecord) -> Iterator[Tile]:
    for row in rate_rows(record):
        if row.title in ("compiles, as generated", "passes its tests"):
            yield Tile(
                label="compile rate" if row.title.startswith("compiles") else "pass rate",
                figure=row.value,
                words=f"{row.samples}; {row.near} on these prompts" if row.near != "–" else row.samples,
            )
    headings, rows = k_table(record)
    titles = [title for title, _ in headings]
    if "pass@k" in titles and rows[-1].k > 1:
        value, spread = rows[-1].cells[titles.index("pass@k")]
        yield Tile(
            label=f"pass@{rows[-1].k}",
            figure=value,
            words=f"{spread} over other prompts" if spread else "of these prompts",
        )
    found = collapse_of(record)
    if found is not None:
        share = figure(found.degenerate.value, ".0f", " %")
        yield Tile(
            label="health",
            figure=found.verdict.value,
            words=f"{share} of the samples degenerate",
            style=found.verdict.value,
        )
    if record.distinct is not None and record.distinct.compiling:
        distinct: Any = record.distinct
        yield Tile(
            label="different programs",
            figure=f"{distinct.distinct:,}",
            words=f"of {distinct.compiling:,} that compile",
        )
    if record.tokens_per_second:
        yield Tile(
            label="speed",
            figure=f"{record.tokens_per_second:,.0f}",
            words=f"tokens per second; {record.avg_generation_time_ms:.0f} ms per sample",
        )
