"""What a series keeps of a run. Pure: from its record alone."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from ferrobench.metrics.collapse import METRIC as COLLAPSE
from ferrobench.metrics.collapse import Health
from ferrobench.metrics.generation.bits_per_byte import KEY as BITS_PER_BYTE
from ferrobench.metrics.metric import Count, Figures, Percent
from ferrobench.metrics.statistics import rate_estimate
from ferrobench.tracking.comparison import Verdict
from ferrobench.tracking.order import step_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferrobench.results import PromptSummary, RunRecord, SavedRun

PercentInterval = tuple[Percent, Percent]

COMPILE_RATE = "compile_success_rate"
COMPILE_RATE_EXTRACTED = "compile_success_rate_extracted"
PASS_RATE = "pass_rate"
PASS_RATE_STRICT = "pass_rate_strict"
PASS_AT = "pass@"
"""Before the k, in the keys of pass@k."""


class RatePoint(Figures):
    """One rate of one run, in percent."""

    value: Percent
    interval_over_samples: PercentInterval | None
    """At 95 %, for these very prompts: only their samples drawn anew. Null where it is not known, as of pass@k."""
    interval_over_prompts: PercentInterval | None
    """At 95 %, for other prompts of this kind. Null for a single prompt."""


class PointChange(Figures):
    """How the headline rate differs from that of another point of the series."""

    change: float | None
    """In points, over what the two runs have in common; null where they have nothing to compare."""
    interval: tuple[float, float] | None
    """At 95 %, of this comparison alone, if these prompts were sampled again as often."""
    p_value: float | None
    """Two-sided, of this comparison alone."""
    adjusted_p: float | None
    """Times the number of comparisons in the series (Bonferroni), at most 1."""
    verdict: Verdict
    """``better`` or ``worse`` where ``adjusted_p`` is below 0.05."""


class SeriesPoint(Figures):
    """One checkpoint of a series."""

    step: Count | None
    """The training step; null where neither the checkpoint's metadata nor its name tells."""
    label: str
    """The run's own name."""
    checkpoint: str
    """As the run names it."""
    run: str
    """Where the run lies, as it was found."""
    timestamp: str
    """RFC 3339, when its results were written."""
    samples: Count
    """All samples of the run."""
    judged: Count
    """Those that the compile rates are over."""
    rates: dict[str, RatePoint]
    """By key: ``compile_success_rate``, ``compile_success_rate_extracted``, ``pass_rate``, ``pass_rate_strict``, and ``pass@1`` and its like for
    every k that all runs of the series have."""
    loss: float | None
    """Of the training, as the checkpoint's metadata has it."""
    bits_per_byte: float | None
    """Of a held-out text; null where the run had none."""
    bits_per_byte_interval: tuple[float, float] | None
    """At 95 %, over stretches of the text."""
    distinct: Percent | None
    """The chance in percent that two programs of one prompt differ (``metrics.diversity``): whatever the number of samples."""
    collapse: Health | None
    """The verdict; null where nobody looked."""
    collapse_sentence: str | None
    """The verdict in one sentence; null where the run is healthy."""
    perplexity: float | None
    """Null without log-probabilities."""
    entropy_bits: float | None
    """Mean entropy at a token; null likewise."""
    mean_tokens: float | None
    """Tokens of a sample; null of ready completions."""
    tokens_per_second: float | None
    """Null of ready completions."""
    change: PointChange | None = None
    """Of the headline rate against the point before; null for the first one."""
    from_best: PointChange | None = None
    """Of the headline rate against the best point; null for that one. ``worse``: no candidate for the truly best one."""
    differs: list[str]
    """What else than the model differs from the point before, such as the temperature; a line each."""

    @property
    def name(self) -> str:
        """What to call the point in a sentence."""
        return f"step {self.step}" if self.step is not None else self.label


def point_of(run: SavedRun, record: RunRecord, path: str) -> SeriesPoint:
    """Take what a series shows out of a finished run.

    Args:
        run: The run.
        record: Its record.
        path: Where it was found.
    """
    collapse = _collapse(record)
    generation = _object(record.metrics.get("generation"))
    drawn = record.generation is not None or record.schema_version is None
    bits = _object(record.config.get(BITS_PER_BYTE))
    mean_tokens = None if record.generation is None else record.generation.avg_tokens
    return SeriesPoint(
        step=step_of(run),
        label=run.label,
        checkpoint=record.checkpoint,
        run=path,
        timestamp=record.timestamp,
        samples=record.total_samples,
        judged=record.total_samples if record.judged_samples is None else record.judged_samples,
        rates=_rates(record),
        loss=_number(_object(record.config.get("model")).get("loss")),
        bits_per_byte=_number(bits.get("bits_per_byte")),
        bits_per_byte_interval=_pair(bits.get("interval")),
        distinct=_distinct(record),
        collapse=collapse[0],
        collapse_sentence=collapse[1],
        perplexity=_number(generation.get("perplexity")),
        entropy_bits=_number(generation.get("entropy_bits")),
        mean_tokens=mean_tokens,
        tokens_per_second=record.tokens_per_second if drawn else None,
        differs=[],
    )


def _rates(record: RunRecord) -> dict[str, RatePoint]:
    tests = record.tests
    values = {
        COMPILE_RATE: record.compile_success_rate,
        COMPILE_RATE_EXTRACTED: record.compile_success_rate_extracted,
        PASS_RATE: None if tests is None else tests.pass_rate,
        PASS_RATE_STRICT: None if tests is None else tests.pass_rate_strict,
    }
    rates = {}
    for key, value in values.items():
        if value is None:
            continue
        known = record.intervals.get(key)
        if known is None and key == COMPILE_RATE:
            known = rate_estimate(_compile_counts(record.samples_by_prompt))
        rates[key] = RatePoint(
            value=value,
            interval_over_samples=None if known is None else known.interval_over_samples,
            interval_over_prompts=None if known is None else known.interval_over_prompts,
        )
    for one in () if record.at_k is None else record.at_k.extracted.pass_at_k:
        rates[f"{PASS_AT}{one.k}"] = RatePoint(
            value=one.value, interval_over_samples=None, interval_over_prompts=one.interval
        )
    return rates


def _compile_counts(prompts: list[PromptSummary]) -> list[tuple[int, int]]:
    """Of each prompt, how many samples compile and how many there are; files of the original tool have no more."""
    counts = [
        (prompt.compile_success, prompt.n_samples if prompt.judged is None else prompt.judged)
        for prompt in prompts
    ]
    return [(successes, samples) for successes, samples in counts if 0 <= successes <= samples]


def _collapse(record: RunRecord) -> tuple[Health | None, str | None]:
    found = _object(record.metrics.get(COLLAPSE.name))
    verdict, sentence = found.get("verdict"), found.get("sentence")
    if verdict not in set(Health):
        return None, None
    return Health(verdict), sentence if isinstance(sentence, str) else None


def _distinct(record: RunRecord) -> float | None:
    found: Mapping[str, Any] = _object(record.metrics.get("diversity"))
    for key in ("unique", "all", "programs", "differ"):
        found = _object(found.get(key))
    value = _number(found.get("value"))
    return value if value is not None and 0.0 <= value <= 100.0 else None


def _object(value: object) -> Mapping[str, Any]:
    """What plug-ins and other versions wrote is read as far as it is what it should be."""
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)


def _pair(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    low, high = _number(value[0]), _number(value[1])
    return None if low is None or high is None else (low, high)
