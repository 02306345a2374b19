"""From a record to the figures that a tracker draws as curves. Pure.

Every name is stable, so that the points of a series make one curve: slashes part a name into segments, and no name is the
beginning of another, because some stores keep names as files and folders. Shares of samples are in percent. Figures that
the record lacks are absent, but kinds of mistakes and stages that no sample has are 0: a curve without these points would
hide that they have gone. Prompts have no curves, since suites have hundreds; categories do.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ferrobench.judging import Stage
from ferrobench.metrics.failures.families import Family

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ferrobench.results import Estimates, RunRecord

INTERVALS = "intervals"
"""Bounds at 95 %, over further samples of these prompts: what two checkpoints on one suite differ by."""
INTERVALS_OVER_PROMPTS = "intervals_over_prompts"
"""Bounds at 95 %, for other prompts of this kind."""
PLUG_INS = "metrics"
"""The figures of metrics of other packages."""
SENTINEL = "total_samples"
"""A figure that every record has."""

_SEGMENT_CHARACTERS = 80
_HEALTH = {"healthy": 0.0, "ailing": 1.0, "collapsed": 2.0}
# Mistakes that small models make at some time; their curves go to 0 instead of ending.
COMMON_CODES = (
    "E0061", "E0063", "E0106", "E0277", "E0282", "E0308", "E0369", "E0382", "E0384", "E0405", "E0412", "E0423", "E0425",
    "E0432", "E0433", "E0499", "E0502", "E0505", "E0507", "E0515", "E0596", "E0597", "E0599", "E0600", "E0614",
)  # fmt: skip
# Of the metrics that come with this package, what is worth a curve; their other figures are in the results.
CURVES: Mapping[str, tuple[str, ...]] = {
    "quality": (
        "code_lines", "functions", "cyclomatic/mean", "cognitive/mean", "nesting/mean", "function_lines/mean", "unwraps",
        "panics", "placeholders", "question_marks", "clones", "casts", "unsafe_blocks", "iterator_share",
    ),
    "diversity": (
        "self_bleu", "unique/all/programs/percent", "unique/all/normalised/percent", "unique/all/shapes/percent",
        "unique/compiling/shapes/percent", "distinct_1", "distinct_2", "entropy_bits", "compression_ratio",
        "at_5/self_bleu", "at_5/distinct_2", "pooled/vocabulary",
    ),
    "collapse": ("degenerate", "repetition", "training/divergence", "training/copied"),
    "similarity": ("chrf", "token_edit", "structural", "behavioural"),
    "codebleu": ("codebleu",),
    "tree_edit": ("tree_edit",),
    "failures": ("ownership/clean", "first_error/median"),
    "generation": (
        "latency_median_ms", "latency_p90_ms", "tokens", "truncated_rate", "after_item_rate", "perplexity", "entropy_bits",
        "certainty_auroc", "bits_per_byte",
    ),
}  # fmt: skip


def flatten_record(record: RunRecord) -> dict[str, float]:
    """Lay out the figures of a record by name, all finite, in a fixed order."""
    found = (
        *_rates(record),
        *_intervals(record),
        *_categories(record),
        *_mistakes(record),
        *_stages(record),
        *_code(record),
        *_metrics(record),
        *_speed(record),
        *_training(record),
        (SENTINEL, record.total_samples),
    )
    return {
        name: float(value)
        for name, value in found
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    }


def segment(text: str) -> str:
    """Make a word that someone else chose fit for a name: one segment, printable, never empty or made of dots alone."""
    words = "".join(c if c.isprintable() and c not in "/\\" else "_" for c in text)
    words = " ".join(words.split())[:_SEGMENT_CHARACTERS].strip()
    return words if words.strip(".") else "_" * max(1, len(words))


def _rates(record: RunRecord) -> Iterator[tuple[str, Any]]:
    yield "compile_success_rate", record.compile_success_rate
    yield "compile_success_rate_extracted", record.compile_success_rate_extracted
    tests = record.tests
    if tests is not None:
        yield "pass_rate", tests.pass_rate
        yield "pass_rate_strict", tests.pass_rate_strict
        yield "share_of_tests", None if tests.share_of_tests is None else 100.0 * tests.share_of_tests
    for name, value, _ in _at_k(record.at_k):
        yield name, value
    if record.before_first_error is not None and record.before_first_error.share is not None:
        yield "before_first_error", 100.0 * record.before_first_error.share
    if record.unjudged is not None and record.total_samples:
        yield "unjudged", 100.0 * record.unjudged.count / record.total_samples


def _at_k(estimates: Estimates | None) -> Iterator[tuple[str, float, tuple[float, float] | None]]:
    """Of the extracted reading, and of the assisted one where it was asked for."""
    if estimates is None:
        return
    for prefix, reading in (("", estimates.extracted), ("assisted/", estimates.assisted)):
        if reading is not None:
            for kind, figures in (
                ("pass@", reading.pass_at_k),
                ("pass^", reading.pass_hat_k),
                ("compile@", reading.compile_at_k),
            ):
                for one in figures:
                    if kind == "pass^" and one.k == 1:
                        continue  # which is pass@1
                    yield f"{prefix}{kind}{one.k}", one.value, one.interval


def _intervals(record: RunRecord) -> Iterator[tuple[str, Any]]:
    for key, rate in record.intervals.items():
        yield from _bounds(f"{INTERVALS}/{segment(key)}", rate.interval_over_samples)
    for key, rate in record.intervals.items():
        yield from _bounds(f"{INTERVALS_OVER_PROMPTS}/{segment(key)}", rate.interval_over_prompts)
    for name, _, interval in _at_k(record.at_k):
        yield from _bounds(f"{INTERVALS_OVER_PROMPTS}/{name}", interval)


def _bounds(name: str, interval: tuple[float, float] | None) -> Iterator[tuple[str, float]]:
    if interval is not None:
        yield f"{name}/low", interval[0]
        yield f"{name}/high", interval[1]


def _categories(record: RunRecord) -> Iterator[tuple[str, Any]]:
    for entry in record.categories:
        name = f"categories/{segment(entry.category)}"
        yield f"{name}/compile_success_rate", entry.compile_success_rate
        yield f"{name}/pass_rate", entry.pass_rate


def _mistakes(record: RunRecord) -> Iterator[tuple[str, Any]]:
    judged = record.judged_samples
    if judged:
        # What has no code has a row for each message, and a sample may be in several: their sum would mean nothing.
        coded = {segment(error.code): error.samples for error in record.errors if error.code is not None}
        for code in sorted({*COMMON_CODES, *coded}):
            yield f"errors/{code}", 100.0 * coded.get(code, 0) / judged
    failures = record.metrics.get("failures")
    rows = failures.get("families") if isinstance(failures, dict) else None
    if isinstance(rows, list):
        shares = {row.get("family"): _figure(row.get("samples")) for row in rows if isinstance(row, dict)}
        for family in Family:
            yield f"mistakes/{family.value}", shares.get(family.value, 0.0)


def _stages(record: RunRecord) -> Iterator[tuple[str, Any]]:
    """How many samples got at least so far, as extracted."""
    counts = {} if record.stages is None else record.stages.extracted
    total = sum(counts.values())
    if not total:
        return
    left = total
    for stage in Stage:
        if stage is not Stage.EMPTY:  # which all reach
            yield f"stages/{stage.value}", 100.0 * left / total
        left -= counts.get(stage.value, 0)


def _code(record: RunRecord) -> Iterator[tuple[str, Any]]:
    yield "code/lines", record.avg_lines
    yield "code/functions", record.avg_functions
    yield "code/complexity", record.avg_complexity
    lint = record.lint
    if lint is not None:
        yield "lint/clippy_per_100_lines", lint.clippy_per_100_lines
        yield (
            "lint/clippy_clean",
            100.0 * lint.clippy_clean / lint.clippy_samples if lint.clippy_samples else None,
        )
        yield (
            "lint/rustfmt_clean",
            100.0 * lint.rustfmt_clean / lint.rustfmt_samples if lint.rustfmt_samples else None,
        )


def _metrics(record: RunRecord) -> Iterator[tuple[str, Any]]:
    for name, figures in record.metrics.items():
        if name in CURVES:
            for path in CURVES[name]:
                yield f"{name}/{path}", _figure(_at(figures, path))
        else:
            yield from _walk(f"{PLUG_INS}/{segment(name)}", figures)
    collapse = record.metrics.get("collapse")
    if isinstance(collapse, dict):
        yield "collapse/verdict", _HEALTH.get(str(collapse.get("verdict")))
        shares = collapse.get("shares")
        for ailment, share in shares.items() if isinstance(shares, dict) else ():
            yield f"collapse/ailments/{segment(ailment)}", share


def _at(figures: Any, path: str) -> Any:
    for key in path.split("/"):
        figures = figures.get(key) if isinstance(figures, dict) else None
    return figures


def _figure(found: Any) -> Any:
    """A number, or the value of an estimate."""
    return found.get("value") if isinstance(found, dict) else found


def _walk(name: str, found: Any) -> Iterator[tuple[str, Any]]:
    """All numbers of a metric of another package; of an estimate the value alone. Lists are no curves."""
    if not isinstance(found, dict):
        yield name, found
    elif "value" in found and "interval" in found:
        yield name, found["value"]
    else:
        for key, inner in found.items():
            yield from _walk(f"{name}/{segment(key)}", inner)


def _speed(record: RunRecord) -> Iterator[tuple[str, Any]]:
    if record.generation is not None or record.schema_version is None:  # else no model was asked
        yield "speed/tokens_per_second", record.tokens_per_second
        yield "speed/generation_ms", record.avg_generation_time_ms
    yield "speed/samples_per_second", record.samples_per_second
    yield "speed/total_seconds", record.total_time_seconds


def _training(record: RunRecord) -> Iterator[tuple[str, Any]]:
    model = record.config.get("model")
    if isinstance(model, dict):
        yield "train/loss", model.get("loss")
