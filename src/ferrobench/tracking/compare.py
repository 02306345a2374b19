"""Compare two runs: an honest answer to whether the new one is better. Pure: records in, figures out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.metrics.statistics.differences import (
    LEVEL,
    Counts,
    Pairs,
    difference_at_k,
    difference_of_counts,
    difference_of_pairs,
)
from ferrobench.metrics.statistics.power import power_of_change
from ferrobench.tracking.changes import error_changes, examples, find_turned, prompt_changes
from ferrobench.tracking.comparability import find_notes, is_original, prompt_notes
from ferrobench.tracking.comparison import (
    Comparison,
    MeasureChange,
    Note,
    NoteKind,
    PowerOf,
    RateChange,
    RunSide,
)
from ferrobench.tracking.multiple import adjust
from ferrobench.tracking.outcomes import FAILURES, RATES, PromptSamples, gather, is_paired
from ferrobench.tracking.sentence import describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ferrobench.metrics.statistics.differences import Difference
    from ferrobench.results import RunRecord, SavedRun
    from ferrobench.tracking.comparison import Verdict
    from ferrobench.tracking.outcomes import Rate

DEFAULT_RATE = "compile_success_rate"
POWER_POINTS = (5.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to compare."""

    rate: str = DEFAULT_RATE
    """The key of the rate that is tested first."""
    comparisons: int = 1
    """Of how many comparisons this is one: p-values are adjusted for all of them."""
    examples: int = 3
    """How many fixed and how many broken samples to show."""
    headline_alone: bool = False
    """Whether only the headline is wanted, of many comparisons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matched:
    """What both runs have."""

    old: Mapping[str, PromptSamples]
    new: Mapping[str, PromptSamples]
    paired: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of one rate before it is corrected for the others."""

    key: str
    title: str
    higher_is_better: bool
    difference: Difference | None

    @property
    def p_value(self) -> float | None:
        return None if self.difference is None else self.difference.p_value


def compare_runs(old: SavedRun, new: SavedRun, settings: Settings | None = None) -> Comparison:
    """Compare two runs on the prompts that both have. Notes say what makes the figures mean less, or forbids them.

    Raises:
        ValueError: The settings name no rate.
    """
    settings = settings or Settings()
    first = next((rate for rate in RATES if rate.key == settings.rate), None)
    if first is None:
        raise ValueError(
            f"rate: expected one of {', '.join(rate.key for rate in RATES)}, found {settings.rate}"
        )
    notes = find_notes(old, new)
    matched, more = _match(old, new)
    notes = sorted([*notes, *more], key=lambda note: not note.refused)
    found = [_Found(first.key, first.title, True, _difference(first, matched))]
    if not settings.headline_alone:
        found += [
            *(
                _Found(rate.key, rate.title, True, _difference(rate, matched))
                for rate in RATES
                if rate is not first
            ),
            *_at_k(old, new, matched),
            *(_Found(rate.key, rate.title, False, _difference(rate, matched)) for rate in FAILURES),
        ]
    adjusted = adjust(found[0].p_value, [one.p_value for one in found[1:]], comparisons=settings.comparisons)
    changes = [
        _change(one, p, paired=matched.paired and "@" not in one.key)
        for one, p in zip(found, adjusted, strict=True)
    ]
    rates = [change for change in changes if change.higher_is_better]
    failures = [change for change in changes if not change.higher_is_better and (change.old or change.new)]
    turned = find_turned(matched.old, matched.new, first) if matched.paired else None
    power = list(_power(first, matched))
    measures = [] if settings.headline_alone else list(_measures(old.record, new.record))
    same_machine = bool(old.config and new.config) and not any(note.kind is NoteKind.DEVICE for note in notes)
    return Comparison(
        old=_side(old, new),
        new=_side(new, old),
        sentence=describe(rates[0], failures, measures, power, same_machine=same_machine),
        notes=notes,
        headline=rates[0],
        rates=rates,
        failures=failures,
        power=power,
        fixed=None if turned is None else sum(one.fixed for one in turned),
        broken=None if turned is None else sum(not one.fixed for one in turned),
        prompts=prompt_changes(matched.old, matched.new, first, turned),
        errors=[] if settings.headline_alone else error_changes(matched.old, matched.new, first, turned),
        examples=[] if settings.headline_alone else examples(turned or (), first, settings.examples),
        measures=measures,
    )


def _match(old: SavedRun, new: SavedRun) -> tuple[_Matched, list[Note]]:
    originals = is_original(old) or is_original(new)
    before, after = gather(old, by_text=originals), gather(new, by_text=originals)
    names, notes = prompt_notes(before, after, originals=originals)
    left, right = {name: before[name] for name in names}, {name: after[name] for name in names}
    if all(_is_deterministic(run) for run in (old, new)):
        left = {name: samples.first_alone() for name, samples in left.items()}
        right = {name: samples.first_alone() for name, samples in right.items()}
        notes.append(
            Note(
                kind=NoteKind.DETERMINISTIC,
                message="nothing is drawn at these settings: all samples of a prompt are the same, and one of each is compared",
                refused=False,
            )
        )
    paired = is_paired(left.values(), right.values())
    if not paired and all(prompt.records for side in (left, right) for prompt in side.values()) and names:
        notes.append(
            Note(
                kind=NoteKind.SEED,
                message="the samples have other seeds or other numbers: no pairs are made, and what was fixed is told by prompt "
                "alone",
                refused=False,
            )
        )
    return _Matched(old=left, new=right, paired=paired), notes


def _is_deterministic(run: SavedRun) -> bool:
    """Whether its settings leave nothing to chance. Ready completions do not say."""
    sampling = run.config.get("settings", {}).get("sampling") or {}
    return bool(sampling) and (sampling.get("temperature") == 0 or sampling.get("top_k") == 1)


def _difference(rate: Rate, matched: _Matched) -> Difference | None:
    if not matched.paired:
        return difference_of_counts(_counts(rate, matched))
    tables = []
    for name, before in matched.old.items():
        old, new = before.outcomes(rate), matched.new[name].outcomes(rate)
        outcomes = [(old[key], new[key]) for key in old.keys() & new.keys()]
        tables.append(
            Pairs(
                both=sum(a and b for a, b in outcomes),
                gained=sum(b and not a for a, b in outcomes),
                lost=sum(a and not b for a, b in outcomes),
                neither=sum(not a and not b for a, b in outcomes),
            )
        )
    return difference_of_pairs(tables)


def _counts(rate: Rate, matched: _Matched) -> list[Counts]:
    counts = []
    for name, before in matched.old.items():
        (old_successes, old_samples), (new_successes, new_samples) = (
            before.counts(rate),
            matched.new[name].counts(rate),
        )
        counts.append(
            Counts(
                old_successes=old_successes,
                old_samples=old_samples,
                new_successes=new_successes,
                new_samples=new_samples,
            )
        )
    return counts


def _at_k(old: SavedRun, new: SavedRun, matched: _Matched) -> Iterator[_Found]:
    """pass@k and compile@k of the extracted readings, for each k above 1 that both runs tell."""
    known = [
        {estimate.k for estimate in run.record.at_k.extracted.compile_at_k}
        for run in (old, new)
        if run.record is not None and run.record.at_k is not None
    ]
    ks = sorted(k for k in set.intersection(*known) if k > 1) if len(known) == 2 else []
    for name, key in (("pass", "pass_rate"), ("compile", "compile_success_rate_extracted")):
        rate = next(rate for rate in RATES if rate.key == key)
        for k in ks:
            difference = difference_at_k(_counts(rate, matched), k)
            if difference is not None:
                yield _Found(f"{name}@{k}", f"{name}@{k}", True, difference)


def _change(found: _Found, adjusted: float | None, *, paired: bool) -> RateChange:
    difference = found.difference
    if difference is None:
        return RateChange(
            key=found.key,
            title=found.title,
            higher_is_better=found.higher_is_better,
            old=None,
            new=None,
            change=None,
            interval=None,
            interval_over_prompts=None,
            p_value=None,
            adjusted_p=None,
            significant=False,
            verdict="not compared",
            samples=0,
            prompts=0,
            paired=paired,
        )
    significant = adjusted is not None and adjusted < LEVEL
    verdict: Verdict = "unclear"
    if significant:
        verdict = "better" if (difference.change > 0) == found.higher_is_better else "worse"
    over_prompts = difference.interval_over_prompts
    return RateChange(
        key=found.key,
        title=found.title,
        higher_is_better=found.higher_is_better,
        old=_percent(difference.old),
        new=_percent(difference.new),
        change=100 * difference.change,
        interval=(100 * difference.interval[0], 100 * difference.interval[1]),
        interval_over_prompts=None
        if over_prompts is None
        else (100 * over_prompts[0], 100 * over_prompts[1]),
        p_value=difference.p_value,
        adjusted_p=adjusted,
        significant=significant,
        verdict=verdict,
        samples=difference.samples,
        prompts=difference.prompts,
        paired=paired,
    )


def _percent(share: float) -> float:
    return min(100.0, max(0.0, 100 * share))


def _power(rate: Rate, matched: _Matched) -> Iterator[PowerOf]:
    counts = _counts(rate, matched)
    old = [(one.old_successes, one.old_samples) for one in counts]
    for points in POWER_POINTS:
        for change in (points, -points):
            share = power_of_change(old, [one.new_samples for one in counts], change)
            if share is not None:
                yield PowerOf(change=change, percent=100 * share)


def _measures(old: RunRecord | None, new: RunRecord | None) -> Iterator[MeasureChange]:
    if old is None or new is None:
        return
    sides = (old, new)
    rows = (
        ("tokens_per_second", "Tokens per second", [one.tokens_per_second or None for one in sides]),
        (
            "generation.avg_tokens",
            "Tokens per sample",
            [None if one.generation is None else one.generation.avg_tokens for one in sides],
        ),
        ("avg_lines", "Lines per sample", [one.avg_lines for one in sides]),
        ("avg_functions", "Functions per sample", [one.avg_functions for one in sides]),
        ("avg_complexity", "Complexity per sample", [one.avg_complexity for one in sides]),
        (
            "metrics.diversity.self_bleu",
            "Self-BLEU",
            [_figure(one, "diversity", "self_bleu", "value") for one in sides],
        ),
        (
            "metrics.generation.perplexity",
            "Perplexity",
            [_figure(one, "generation", "perplexity") for one in sides],
        ),
        (
            "metrics.generation.bits_per_byte",
            "Bits per byte",
            [_figure(one, "generation", "bits_per_byte") for one in sides],
        ),
    )
    for key, title, (before, after) in rows:
        if before is not None or after is not None:
            share = None if not before or after is None else 100 * (after - before) / before
            yield MeasureChange(key=key, title=title, old=before, new=after, percent=share)


def _figure(record: RunRecord, metric: str, *keys: str) -> float | None:
    """A number among a metric's figures; None where it was not computed, or by a version whose figures were others."""
    value: object = record.metrics.get(metric)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return float(value) if isinstance(value, int | float) else None


def _side(run: SavedRun, other: SavedRun) -> RunSide:
    record = run.record
    name = _checkpoint(run)
    if name == _checkpoint(other):
        name = run.label
    step = (run.config.get("model") or {}).get("step")
    return RunSide(
        name=name,
        path=str(run.folder) if run.folder is not None else run.label,
        step=step if isinstance(step, int) else None,
        timestamp=None if record is None else record.timestamp,
        samples=len(run.samples) if record is None else record.total_samples,
    )


def _checkpoint(run: SavedRun) -> str:
    return str(run.config.get("label")) if run.record is None else run.record.checkpoint
