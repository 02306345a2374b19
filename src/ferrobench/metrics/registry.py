"""Which metrics there are, and which of them a run computes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.metrics.metric import ENTRY_POINTS, Metric
from ferrobench.metrics.worker import Worker, share_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferrobench.metrics.measured import MeasuredRun

DEFAULT = "default"
ALL = "all"
NONE = "none"
SAMPLES_FOR_PROCESSES = 1500
"""From so many samples on, further processes save more time than they take to start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricResults:
    """What the metrics of a run gave."""

    figures: dict[str, Any]
    """By the metric's name, fit for JSON; those that had nothing to measure are left out."""
    failures: dict[str, str]
    """Metrics that failed, by name, and in one line why."""


def load_metrics() -> tuple[Metric, ...]:
    """Load every metric that is installed, ours and those of others, in the order of their names.

    Raises:
        NotReadyError: One cannot be loaded. Names the package that it comes from.
    """
    metrics: dict[str, Metric] = {}
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        origin = f"metric {point.name} ({point.value})"
        try:
            metric = point.load()
        except Exception as error:  # another package's code may raise anything
            raise NotReadyError(f"{origin}: cannot be loaded: {_in_words(error)}") from error
        if not isinstance(metric, Metric):
            raise NotReadyError(
                f"{origin}: expected a ferrobench.metrics.Metric, found {type(metric).__name__}"
            )
        if metric.name != point.name:
            raise NotReadyError(f"{origin}: calls itself {metric.name}; both names must be the same")
        metrics[metric.name] = metric
    return tuple(metrics.values())


def choose_metrics(wanted: str, metrics: Iterable[Metric] | None = None) -> tuple[Metric, ...]:
    """Choose metrics by what a user wrote: ``default``, ``all``, ``none``, or names with commas between them.

    Names may stand beside ``default``, which then means all that is not costly.

    Raises:
        UsageError: A name is unknown.
        NotReadyError: As :func:`load_metrics`, where *metrics* are not given.
    """
    if wanted == NONE:
        return ()
    found = {metric.name: metric for metric in (load_metrics() if metrics is None else metrics)}
    chosen: set[str] = set()
    for name in (part.strip() for part in wanted.split(",")):
        if name == ALL:
            chosen |= set(found)
        elif name == DEFAULT:
            chosen |= {metric.name for metric in found.values() if not metric.costly}
        elif name in found:
            chosen.add(name)
        else:
            known = ", ".join((DEFAULT, ALL, NONE, *found))
            raise UsageError(f"--metrics {wanted}: unknown metric {name!r}; expected some of {known}")
    return tuple(metric for metric in found.values() if metric.name in chosen)


def measure_run(run: MeasuredRun, metrics: Iterable[Metric], *, jobs: int = 1) -> MetricResults:
    """Compute *metrics*. One that fails says so, and costs the others nothing.

    Args:
        run: What is measured.
        metrics: Those of :func:`choose_metrics`; with one job, any.
        jobs: Processes that may compute at once. A run of few samples is measured in this one alone.
    """
    chosen = tuple(metrics)
    if jobs < 2 or len(run.samples) < SAMPLES_FOR_PROCESSES or len(chosen) < 2:
        return _measure_here(run, chosen)
    own, *others = share_out([metric.name for metric in chosen], jobs)
    workers = [(names, Worker(names, run)) for names in others]
    found = _measure_here(run, [metric for metric in chosen if metric.name in own])
    figures, failures = dict(found.figures), dict(found.failures)
    for names, worker in workers:
        answer = worker.answer()
        if answer is None:  # killed for memory, or the like
            here = _measure_here(run, [metric for metric in chosen if metric.name in names])
            answer = here.figures, here.failures
        figures |= answer[0]
        failures |= answer[1]
    # In the order of the metrics, whoever computed them.
    return MetricResults(
        figures={metric.name: figures[metric.name] for metric in chosen if metric.name in figures},
        failures={metric.name: failures[metric.name] for metric in chosen if metric.name in failures},
    )


def _measure_here(run: MeasuredRun, metrics: Iterable[Metric]) -> MetricResults:
    figures: dict[str, Any] = {}
    failures: dict[str, str] = {}
    for metric in metrics:
        try:
            found = metric.measure(run)
            if found is not None:
                figures[metric.name] = found.model_dump(mode="json")
        except Exception as error:  # one metric must not take the run's other figures with it
            failures[metric.name] = _in_words(error)
    return MetricResults(figures=figures, failures=failures)


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
