"""The few figures of metrics that a summary shows, a line each. All others are in the results file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from ferrobench.metrics.metric import Estimate, Figures, Metric
    from ferrobench.results import RunRecord

    FiguresT = TypeVar("FiguresT", bound=Figures)

FAMILIES_SHOWN = 3
IDIOMS_SHOWN = 3


def figures_of(record: RunRecord, metric: Metric, model: type[FiguresT]) -> FiguresT | None:
    """The figures of one metric; None where it was not computed, or by a version whose figures were others."""
    from pydantic import ValidationError

    found = record.metrics.get(metric.name)
    try:
        return None if found is None else model.model_validate(found)
    except ValidationError:
        return None


def failure_line(record: RunRecord) -> str | None:
    """What the mistakes are about; None where there are none, or nobody looked."""
    from ferrobench.metrics.failures import METRIC
    from ferrobench.metrics.failures.figures import FailuresFigures

    found = figures_of(record, METRIC, FailuresFigures)
    if found is None or not found.families:
        return None
    words = ", ".join(
        f"{row.family} {_value(row.samples, '.0f')}%" for row in found.families[:FAMILIES_SHOWN]
    )
    card = found.ownership
    clean = f"; ownership right in {_value(card.clean, '.0f')}% of {card.checked}" if card.checked else ""
    return f"Mistakes: {words}{clean}"


def quality_lines(record: RunRecord) -> tuple[str, ...]:
    """What the extracted programs are like."""
    from ferrobench.metrics.quality import METRIC, QualityFigures

    found = figures_of(record, METRIC, QualityFigures)
    if found is None or not found.samples:
        return ()
    idioms = sorted(found.idioms.items(), key=lambda item: -(item[1].value or 0.0))
    named = ", ".join(
        f"{name.replace('_', ' ')} {one.value:.0f}%" for name, one in idioms[:IDIOMS_SHOWN] if one.value
    )
    lines = [
        f"Per function: cyclomatic {_value(found.cyclomatic.mean, '.1f')}, cognitive {_value(found.cognitive.mean, '.1f')}, "
        f"nesting {_value(found.nesting.mean, '.1f')}, lines {_value(found.function_lines.mean, '.1f')}",
        f"Per 100 lines: unwrap {_value(found.unwraps, '.1f')}, clone {_value(found.clones, '.1f')}, "
        f"as {_value(found.casts, '.1f')}, ? {_value(found.question_marks, '.1f')}, "
        f"panic {_value(found.panics, '.1f')}, unsafe {_value(found.unsafe_blocks, '.1f')}",
    ]
    return (*lines, f"Idioms: {named}") if named else tuple(lines)


def diversity_line(record: RunRecord) -> str | None:
    """How much the samples differ."""
    from ferrobench.metrics.diversity import METRIC
    from ferrobench.metrics.diversity.figures import DiversityFigures

    found = figures_of(record, METRIC, DiversityFigures)
    if found is None:
        return None
    every = found.unique.all
    parts = [
        f"{name} {one.percent:.0f}%"
        for name, one in (
            ("programs", every.programs),
            ("renamed", every.normalised),
            ("shapes", every.shapes),
        )
        if one.percent is not None
    ]
    bleu = f"; self-BLEU {_value(found.self_bleu, '.0f')}{_interval(found.self_bleu, '.0f')}"
    drawn = ", at most 100 samples a prompt" if found.self_bleu_drawn else ""
    return f"Distinct: {', '.join(parts)}{bleu if found.self_bleu.value is not None else ''}{drawn}"


def similarity_line(record: RunRecord) -> str | None:
    """How close the programs are to the references."""
    from ferrobench.metrics.similarity import METRIC
    from ferrobench.metrics.similarity.figures import SimilarityFigures

    found = figures_of(record, METRIC, SimilarityFigures)
    if found is None or found.chrf.value is None:
        return None
    return (
        f"Like the references: chrF {_value(found.chrf, '.0f')}, tokens {_share(found.token_edit)}, "
        f"structure {_share(found.structural)}, at best {_share(found.structural_best)}"
    )


def certainty_lines(record: RunRecord) -> tuple[str, ...]:
    """How sure the model was, as far as it is known."""
    from ferrobench.metrics.generation import METRIC
    from ferrobench.metrics.generation.figures import GenerationFigures

    found = figures_of(record, METRIC, GenerationFigures)
    if found is None:
        return ()
    lines = []
    certainty = []
    if found.perplexity is not None:
        certainty.append(f"perplexity {found.perplexity:.2f}{_spread(found.perplexity_interval)}")
    if found.entropy_bits is not None:
        certainty.append(f"entropy {found.entropy_bits:.2f} bits a token")
    if certainty:
        lines.append(f"Certainty: {', '.join(certainty)}")
    if found.bits_per_byte is not None:
        lines.append(
            f"Bits per byte: {found.bits_per_byte:.3f}{_spread(found.bits_per_byte_interval)} on {found.bits_per_byte_text}"
        )
    return tuple(lines)


def rate_interval_line(record: RunRecord, rate: str) -> str | None:
    """Both intervals of one of the headline rates; None where the record knows none."""
    found = record.intervals.get(rate)
    if found is None or found.interval_over_samples is None:
        return None
    here, elsewhere = found.interval_over_samples, found.interval_over_prompts
    words = f"95%: {here[0]:.1f} to {here[1]:.1f} on these prompts"
    return words + (
        "" if elsewhere is None else f", {elsewhere[0]:.1f} to {elsewhere[1]:.1f} on others like them"
    )


def power_line(record: RunRecord) -> str | None:
    """What the other intervals cover, and what so many samples can show; None where the record does not know."""
    rate = record.intervals.get("compile_success_rate")
    if rate is None:
        return None
    moves = next((one for one in rate.detectable if one.power == 80.0), None)
    points = () if moves is None else (("+", moves.rise), ("-", moves.fall))
    words = " or ".join(f"{sign}{number:.1f}" for sign, number in points if number is not None)
    told = f" Success {words} shows (power 80%)." if words else ""
    return f"In brackets: 95% over other prompts.{told}"


def _value(estimate: Estimate, form: str) -> str:
    return "-" if estimate.value is None else format(estimate.value, form)


def _share(estimate: Estimate) -> str:
    return "-" if estimate.value is None else f"{100.0 * estimate.value:.0f}%"


def _interval(estimate: Estimate, form: str) -> str:
    return (
        ""
        if estimate.interval is None
        else f" ({format(estimate.interval[0], form)} to {format(estimate.interval[1], form)})"
    )


def _spread(bounds: tuple[float, float] | None) -> str:
    return "" if bounds is None else f" ({bounds[0]:.2f} to {bounds[1]:.2f})"
