"""From a run to the figures of the group."""

from __future__ import annotations

from collections import Counter
from math import fsum
from typing import TYPE_CHECKING, Any

from ferrobench.metrics.generation.after_item import AfterItem
from ferrobench.metrics.generation.certainty import (
    Costs,
    by_prompt,
    certainty_pairs,
    costs_of,
    in_bits,
    nats_per_token,
    perplexity,
)
from ferrobench.metrics.generation.figures import GenerationFigures, PromptGeneration, StopReasonShare
from ferrobench.metrics.generation.ratios import NO_RATIO, Ratio, ratio_of_sums
from ferrobench.metrics.measured import values_by_prompt
from ferrobench.metrics.sample_quantile import quantile
from ferrobench.metrics.statistics import mean_estimate, wilson_interval
from ferrobench.models import StopReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.metrics.generation.bits_per_byte import BitsPerByte
    from ferrobench.metrics.measured import MeasuredRun, MeasuredSample

PROMPTS_LISTED = 30
_CUT_OFF = (StopReason.LENGTH, StopReason.CONTEXT)


def measure(run: MeasuredRun) -> GenerationFigures | None:
    """Measure a run; None where no model drew anything and none was given a text."""
    samples = [sample for sample in run.samples if sample.completion.stop_reason is not StopReason.READY]
    if not samples and run.bits_per_byte is None:
        return None
    prompts = list(run.by_prompt(samples).values())
    costs = [found for sample in samples if (found := _token_costs(sample)) is not None]
    return GenerationFigures(
        samples=len(samples),
        **_latencies(samples),
        **_lengths(samples),
        **_ends(samples, prompts, answers_continue=run.answers_continue),
        **_perplexities(costs),
        **_entropies(samples),
        **_certainty(costs),
        **_held_out(run.bits_per_byte),
        **_list_prompts(prompts, costs),
    )


def _token_costs(sample: MeasuredSample) -> Costs | None:
    logprobs = sample.completion.logprobs
    return None if logprobs is None else costs_of(sample, [-logprob for logprob in logprobs])


def _latencies(samples: Sequence[MeasuredSample]) -> dict[str, Any]:
    pairs = [(sample, 1000.0 * sample.completion.latency_seconds) for sample in samples]
    ordered = sorted(milliseconds for _, milliseconds in pairs)
    return {
        "latency_ms": mean_estimate(values_by_prompt(pairs), bounds=(0.0, None)),
        "latency_median_ms": quantile(ordered, 0.5),
        "latency_p90_ms": quantile(ordered, 0.9),
        "latency_p99_ms": quantile(ordered, 0.99),
    }


def _lengths(samples: Sequence[MeasuredSample]) -> dict[str, Any]:
    pairs = [(sample, float(sample.completion.token_count)) for sample in samples]
    ordered = sorted(tokens for _, tokens in pairs)
    total = fsum(ordered)
    characters = sum(len(sample.answer) for sample in samples)
    num_bytes = sum(len(sample.answer.encode("utf-8", "surrogatepass")) for sample in samples)
    return {
        "tokens": mean_estimate(values_by_prompt(pairs), bounds=(0.0, None)),
        "tokens_median": quantile(ordered, 0.5),
        "tokens_p90": quantile(ordered, 0.9),
        "tokens_max": max((sample.completion.token_count for sample in samples), default=None),
        "characters_per_token": characters / total if total else None,
        "bytes_per_token": num_bytes / total if total else None,
    }


def _ends(
    samples: Sequence[MeasuredSample], prompts: Sequence[Sequence[MeasuredSample]], *, answers_continue: bool
) -> dict[str, Any]:
    reasons = Counter(sample.completion.stop_reason for sample in samples)
    cut_off = sum(reasons[reason] for reason in _CUT_OFF)
    after_item = _after_item(prompts) if answers_continue else NO_RATIO
    return {
        "stop_reasons": {
            reason.value: StopReasonShare(
                count=reasons[reason], percent=100.0 * reasons[reason] / len(samples)
            )
            for reason in StopReason
            if reasons[reason]
        },
        "truncated_rate": 100.0 * cut_off / len(samples) if samples else None,
        "truncated_rate_interval": _percents(wilson_interval(cut_off, len(samples))) if samples else None,
        "after_item_rate": None if after_item.value is None else 100.0 * after_item.value,
        "after_item_rate_interval": _percents(after_item.interval),
    }


def _after_item(prompts: Sequence[Sequence[MeasuredSample]]) -> Ratio:
    """The share of all tokens that come after the item; a completion's are taken as equally long."""
    clusters = []
    for members in prompts:
        finder = AfterItem(members[0].prompt.text)
        wasted = fsum(finder.share(sample.answer) * sample.completion.token_count for sample in members)
        clusters.append((wasted, sum(sample.completion.token_count for sample in members)))
    return ratio_of_sums(clusters, bounds=(0.0, 1.0))


def _percents(shares: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if shares is None else (100.0 * shares[0], 100.0 * shares[1])


def _perplexities(costs: Sequence[Costs]) -> dict[str, Any]:
    whole = perplexity(nats_per_token(costs, lambda one: one.whole))

    def of(compiles: bool) -> float | None:
        chosen = [one for one in costs if one.compiles is compiles]
        return perplexity(nats_per_token(chosen, lambda one: one.whole)).value

    return {
        "logprob_samples": len(costs),
        "perplexity": whole.value,
        "perplexity_interval": whole.interval,
        "perplexity_first_tokens": perplexity(nats_per_token(costs, lambda one: one.first)).value,
        "perplexity_later_tokens": perplexity(nats_per_token(costs, lambda one: one.later)).value,
        "perplexity_compiling": of(True),
        "perplexity_not_compiling": of(False),
    }


def _entropies(samples: Sequence[MeasuredSample]) -> dict[str, Any]:
    entropies = [
        found for sample in samples if (found := costs_of(sample, sample.completion.entropies)) is not None
    ]
    nats = nats_per_token(entropies, lambda one: one.whole)
    bits = in_bits(nats)
    return {
        "entropy_nats": nats.value,
        "entropy_bits": bits.value,
        "entropy_bits_interval": bits.interval,
        "entropy_bits_first_tokens": in_bits(nats_per_token(entropies, lambda one: one.first)).value,
        "entropy_bits_later_tokens": in_bits(nats_per_token(entropies, lambda one: one.later)).value,
    }


def _certainty(costs: Sequence[Costs]) -> dict[str, Any]:
    in_order, pairs = certainty_pairs(costs)
    within = ratio_of_sums(
        [certainty_pairs(members) for members in by_prompt(costs).values()], bounds=(0.0, 1.0)
    )
    return {
        "certainty_auroc": in_order / pairs if pairs else None,
        "certainty_auroc_within_prompts": within.value,
        "certainty_auroc_within_prompts_interval": within.interval,
    }


def _held_out(found: BitsPerByte | None) -> dict[str, Any]:
    return {
        "bits_per_byte": None if found is None else found.bits_per_byte,
        "bits_per_byte_interval": None if found is None else found.interval,
        "bits_per_byte_text": None if found is None else found.file,
    }


def _list_prompts(prompts: Sequence[Sequence[MeasuredSample]], costs: Sequence[Costs]) -> dict[str, Any]:
    known = by_prompt(costs)
    listed = []
    for members in prompts:
        prompt_id, completions = members[0].prompt.id, [sample.completion for sample in members]
        cut_off = sum(completion.stop_reason in _CUT_OFF for completion in completions)
        listed.append(
            PromptGeneration(
                id=prompt_id,
                samples=len(members),
                tokens=sum(completion.token_count for completion in completions) / len(members),
                truncated_rate=100.0 * cut_off / len(members),
                latency_median_ms=quantile(
                    sorted(1000.0 * completion.latency_seconds for completion in completions), 0.5
                ),
                perplexity=perplexity(nats_per_token(known.get(prompt_id, ()), lambda one: one.whole)).value,
            )
        )
    listed.sort(key=lambda one: -one.truncated_rate)
    return {"prompts": listed[:PROMPTS_LISTED], "prompts_left_out": len(listed[PROMPTS_LISTED:])}
