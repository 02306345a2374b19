"""From finished samples to what hidden tests say of a run: pass rates, pass@k and their like. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.judging import Compiled, Empty, Proof, Tested, Unjudged, is_suite_fault
from ferrobench.metrics import PromptCounts, mean_over_prompts, pass_at_k, pass_hat_k, wilson_interval
from ferrobench.prompts import JudgeMode
from ferrobench.results.run_record import Estimates, KEstimate, ReadingEstimates, TestsSummary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ferrobench.prompts import Prompt
    from ferrobench.results.sample_record import Judged, SampleRecord

    Success: TypeAlias = Callable[[Judged], bool | None]
    """Whether a sample succeeds; None where it does not count."""


def passes(judged: Judged) -> bool | None:
    """Whether the extracted reading passes."""
    return judged.passed


def passes_strict(judged: Judged) -> bool | None:
    """Whether the strict reading passes."""
    return judged.passed_strict


def compiles(judged: Judged) -> bool | None:
    """Whether the extracted reading compiles."""
    return isinstance(judged.extracted, Compiled)


def compiles_strict(judged: Judged) -> bool | None:
    """Whether the strict reading compiles, and adds something."""
    return isinstance(judged.strict, Compiled)


def passes_assisted(judged: Judged) -> bool | None:
    """Whether the assisted reading passes."""
    return judged.passed_assisted


def compiles_assisted(judged: Judged) -> bool | None:
    """Whether the assisted reading compiles; None where nobody asked for it."""
    return None if judged.assisted is None else isinstance(judged.assisted.judgment, Compiled)


def count(records: Sequence[SampleRecord], success: Success) -> tuple[int, int]:
    """How many samples count, and how many of them succeed."""
    found = [success(record.judged) for record in records if record.judged and record.uncompiled is None]
    return sum(one is not None for one in found), sum(one is True for one in found)


def with_tests(records: Sequence[SampleRecord]) -> list[SampleRecord]:
    """The samples of prompts whose tests can be run.

    Where a suite is to blame for tests that cannot, answers that do not compile would fail and all others not count: a rate
    that no model could have. So none of that prompt's count.
    """
    broken = {
        record.prompt_id
        for record in records
        if record.judged
        and isinstance(record.judged.extracted_tests, Unjudged)
        and is_suite_fault(record.judged.extracted_tests.cause)
    }
    return [record for record in records if record.prompt_id not in broken]


def prompt_pass_at_k(tested: int, passed: int, ks: Sequence[int]) -> dict[str, float | None]:
    """Estimate pass@k of one prompt for each k, in percent; None where there are too few samples."""
    return {str(k): 100.0 * pass_at_k(tested, passed, k) if tested >= k else None for k in ks}


def estimate(
    prompts: Sequence[Prompt], by_prompt: Mapping[str, Sequence[SampleRecord]], ks: Sequence[int]
) -> Estimates:
    """Estimate everything for each k, over some prompts."""
    judged = [record.judged for prompt in prompts for record in by_prompt[prompt.id] if record.judged]
    asked = [one.assisted for one in judged if one.assisted is not None]
    return Estimates(
        strict=_estimate(prompts, by_prompt, ks, passes_strict, compiles_strict),
        extracted=_estimate(prompts, by_prompt, ks, passes, compiles),
        assisted=_estimate(prompts, by_prompt, ks, passes_assisted, compiles_assisted) if asked else None,
        repairs=dict(Counter(rule for reading in asked for rule in reading.rules).most_common()),
    )


def _estimate(
    prompts: Sequence[Prompt],
    by_prompt: Mapping[str, Sequence[SampleRecord]],
    ks: Sequence[int],
    passing: Success,
    compiling: Success,
) -> ReadingEstimates:
    testable = {prompt_id: with_tests(records) for prompt_id, records in by_prompt.items()}
    tested = _counts([prompt for prompt in prompts if prompt.judge is JudgeMode.TESTS], testable, passing)
    compiled = _counts(prompts, by_prompt, compiling)
    return ReadingEstimates(
        pass_at_k=_means(tested, ks, pass_at_k),
        pass_hat_k=_means(tested, ks, pass_hat_k),
        compile_at_k=_means(compiled, ks, pass_at_k),
    )


def _counts(
    prompts: Sequence[Prompt], by_prompt: Mapping[str, Sequence[SampleRecord]], success: Success
) -> list[PromptCounts]:
    counts = []
    for prompt in prompts:
        samples, succeeded = count(by_prompt[prompt.id], success)
        counts.append(PromptCounts(prompt_id=prompt.id, num_samples=samples, num_passed=succeeded))
    return counts


def _means(
    counts: Sequence[PromptCounts], ks: Sequence[int], estimator: Callable[[int, int, int], float]
) -> list[KEstimate]:
    means = [mean_over_prompts(counts, k, estimator=estimator) for k in ks]
    return [
        KEstimate(
            k=mean.k,
            value=100.0 * mean.value,
            interval=None if mean.interval is None else (100.0 * mean.interval[0], 100.0 * mean.interval[1]),
            prompts=mean.num_prompts,
            left_out=list(mean.left_out),
        )
        for mean in means
        if mean is not None
    ]


def summarize_tests(prompts: Sequence[Prompt], records: Sequence[SampleRecord]) -> TestsSummary:
    """Say what the hidden tests of a run say."""
    records = with_tests(records)
    samples, passed = count(records, passes)
    samples_strict, passed_strict = count(records, passes_strict)
    counted = [
        record.judged
        for record in records
        if record.judged and record.uncompiled is None and record.judged.passed is not None
    ]
    tests = [judged.extracted_tests for judged in counted if isinstance(judged.extracted_tests, Tested)]
    shares = [_share(judged) for judged in counted]
    return TestsSummary(
        samples=samples,
        passed=passed,
        passed_strict=passed_strict,
        pass_rate=100.0 * passed / samples if samples else None,
        pass_rate_interval=percent_interval(passed, samples),
        pass_rate_strict=100.0 * passed_strict / samples_strict if samples_strict else None,
        in_process=sum(one.all_held and one.proof is Proof.IN_PROCESS for one in tests),
        share_of_tests=sum(shares) / len(shares) if shares else None,
        failures=dict(Counter(_reason(one) for one in tests if not one.all_held).most_common()),
        near_limit=sum(one.near_limit for one in tests),
        untested_prompts=[prompt.id for prompt in prompts if prompt.judge is not JudgeMode.TESTS],
    )


def _share(judged: Judged) -> float:
    tests = judged.extracted_tests
    if isinstance(judged.extracted, Empty) or not isinstance(tests, Tested):
        return 0.0
    return tests.passed / (tests.passed + tests.failed) if tests.passed else 0.0


def _reason(tests: Tested) -> str:
    if tests.limit is not None:
        return f"limit: {tests.limit.value}"
    return "unknown" if tests.failure is None else tests.failure.value


def percent_interval(successes: int, trials: int) -> tuple[float, float] | None:
    """The 95 % Wilson interval of a rate, in percent; None over no trials."""
    if not trials:
        return None
    low, high = wilson_interval(successes, trials)
    return 100.0 * low, 100.0 * high
