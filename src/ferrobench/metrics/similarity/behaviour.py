"""Likeness of behaviour: how many of the hidden test cases a program answers as the reference does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.judging import Empty, Tested, Unjudged, is_suite_fault

if TYPE_CHECKING:
    from ferrobench.metrics.measured import MeasuredRun, MeasuredSample


def behavioural_values(run: MeasuredRun) -> list[tuple[MeasuredSample, float | None]]:
    """The share of the hidden tests that hold, 0 to 1, for each sample; None where it cannot be told.

    0 where the program does not compile, or nothing of the model is left. None where the prompt has no tests or we failed to
    judge; for all samples of a prompt whose own tests are broken, too: those that do not compile would be all that count.
    """
    broken = {sample.prompt.id for sample in run.samples if _blames_suite(sample)}
    return [
        (sample, None if sample.passed is None or sample.prompt.id in broken else _share(sample))
        for sample in run.samples
    ]


def _share(sample: MeasuredSample) -> float:
    tests = sample.extracted_tests
    if isinstance(sample.extracted, Empty) or not isinstance(tests, Tested) or not tests.passed:
        return 0.0
    return tests.passed / (tests.passed + tests.failed)


def _blames_suite(sample: MeasuredSample) -> bool:
    return isinstance(sample.extracted_tests, Unjudged) and is_suite_fault(sample.extracted_tests.cause)
