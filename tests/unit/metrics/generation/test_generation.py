"""The figures of generating, worked by hand."""

from __future__ import annotations

import random
from dataclasses import replace
from math import exp, inf, log2
from typing import Any

import pytest

from ferrobench.judging import Unjudged
from ferrobench.metrics.generation import METRIC
from ferrobench.metrics.generation.definitions import DEFINITIONS
from ferrobench.metrics.generation.figures import GenerationFigures
from ferrobench.metrics.generation.measure import measure
from ferrobench.metrics.measured import MeasuredRun, MeasuredSample
from ferrobench.metrics.sample_quantile import quantile
from ferrobench.metrics.statistics import wilson_interval
from ferrobench.models import StopReason
from ferrobench.results.run_record import GenerationSummary, RunRecord
from tests.support.measured import a_prompt, a_sample
from tests.support.records import rejected

ONE, OTHER = a_prompt("p/one", "fn one() {"), a_prompt("p/other", "fn other() {")


def a_run_of(*samples: MeasuredSample, **changes: Any) -> MeasuredRun:
    """A run of the two prompts."""
    return MeasuredRun(prompts=(ONE, OTHER), samples=samples, **changes)


def figures(*samples: MeasuredSample, **changes: Any) -> GenerationFigures:
    """The figures of a run that has some."""
    found = measure(a_run_of(*samples, **changes))
    assert found is not None
    return found


def timed(*seconds: float) -> list[MeasuredSample]:
    """Samples of one prompt with these latencies."""
    return [
        a_sample(ONE, index=index, completion={"latency_seconds": latency})
        for index, latency in enumerate(seconds)
    ]


def sure(*logprobs: float, of: Any = ONE, compiles: bool = True, **changes: Any) -> MeasuredSample:
    """A sample with these log-probabilities, and entropies twice as large."""
    completion = {
        "token_count": len(logprobs),
        "logprobs": logprobs,
        "entropies": tuple(-2 * logprob for logprob in logprobs),
    }
    extracted = {} if compiles else {"extracted": rejected()}
    return a_sample(of, completion=completion, **{**extracted, **changes})


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.25, 2.0), (0.5, 3.0), (0.9, 26.0), (0.99, 38.6), (1.0, 40.0)]
)
def test_quantiles_lie_between_neighbours(share: float, expected: float) -> None:
    """As NumPy and R have them by default."""
    assert quantile([1.0, 2.0, 3.0, 5.0, 40.0], share) == pytest.approx(expected)
    assert quantile([7.0], share) == 7.0
    assert quantile([], share) is None


def test_latencies_are_told_in_milliseconds() -> None:
    """Their mean over all samples, and their quantiles."""
    found = figures(*timed(0.002, 0.001, 0.005, 0.003, 0.04))

    assert found.latency_ms.value == pytest.approx(10.2)
    assert found.latency_ms.interval is None
    assert found.latency_median_ms == pytest.approx(3.0)
    assert found.latency_p90_ms == pytest.approx(26.0)
    assert found.latency_p99_ms == pytest.approx(38.6)


def test_ready_completions_are_left_out_of_everything() -> None:
    """No model drew them; a run of nothing else has no figures."""
    ready = a_sample(
        ONE,
        "x" * 999,
        completion={"stop_reason": StopReason.READY, "token_count": 0, "latency_seconds": 0.0},
    )
    drawn = a_sample(OTHER)

    assert figures(drawn, ready) == figures(drawn)
    assert measure(a_run_of(ready)) is None
    assert measure(a_run_of()) is None


def test_lengths_are_in_tokens_characters_and_bytes() -> None:
    """Two samples of ten tokens, and one of forty whose characters have three bytes."""
    found = figures(
        a_sample(ONE, "abcd" * 10),
        a_sample(ONE, "", index=1),
        a_sample(OTHER, "€" * 20, completion={"token_count": 40}),
    )

    assert found.tokens.value == 20.0
    assert (found.tokens.samples, found.tokens.prompts) == (3, 2)
    assert (found.tokens_median, found.tokens_p90, found.tokens_max) == (10.0, pytest.approx(34.0), 40)
    assert found.characters_per_token == 1.0
    assert found.bytes_per_token == pytest.approx(100 / 60)


def test_without_tokens_there_are_none_to_divide_by() -> None:
    """An endpoint may not tell them, and a model may end at once."""
    found = figures(a_sample(ONE, "x", completion={"token_count": 0}))

    assert found.tokens.value == 0.0
    assert found.characters_per_token is None
    assert found.bytes_per_token is None
    assert found.after_item_rate is None


def test_stop_reasons_are_counted() -> None:
    """Cut off is what max_tokens or the context ended."""
    reasons = [StopReason.STOP, StopReason.LENGTH, StopReason.LENGTH, StopReason.CONTEXT, StopReason.ITEM]

    found = figures(
        *(a_sample(ONE, index=i, completion={"stop_reason": reason}) for i, reason in enumerate(reasons))
    )

    assert {name: (one.count, one.percent) for name, one in found.stop_reasons.items()} == {
        "stop": (1, 20.0),
        "length": (2, 40.0),
        "context": (1, 20.0),
        "item": (1, 20.0),
    }
    assert found.truncated_rate == 60.0
    assert found.truncated_rate_interval == pytest.approx([100 * end for end in wilson_interval(3, 5)])


def test_perplexity_is_over_tokens_not_over_samples() -> None:
    """A long sample weighs more; entropies are averaged likewise."""
    found = figures(sure(-1.0, -1.0, -1.0), sure(-3.0, of=OTHER), a_sample(OTHER, index=1))

    assert found.logprob_samples == 2
    assert found.perplexity == pytest.approx(exp(1.5))
    assert found.entropy_nats == pytest.approx(3.0)
    assert found.entropy_bits == pytest.approx(3.0 * log2(exp(1)))


def test_the_interval_of_perplexity_is_over_prompts() -> None:
    """Two of them may allow for figures beyond all numbers; then there is none."""
    prompts = [a_prompt(f"s/{number}") for number in range(6)]
    found = figures(*(sure(-1.0 - number / 10, of=of) for number, of in enumerate(prompts)))

    assert found.perplexity_interval is not None
    assert found.perplexity_interval[0] < exp(1.25) < found.perplexity_interval[1]
    assert figures(sure(-1.0, -1.0), sure(-3.0, of=OTHER)).perplexity_interval is None


def test_the_first_ten_tokens_are_told_from_the_others() -> None:
    """In perplexity and in entropy."""
    found = figures(sure(*[-1.0] * 10, -3.0, -5.0), sure(-1.0, index=1))

    assert found.perplexity_first_tokens == pytest.approx(exp(1.0))
    assert found.perplexity_later_tokens == pytest.approx(exp(4.0))
    assert found.entropy_bits_first_tokens == pytest.approx(2.0 * log2(exp(1)))
    assert found.entropy_bits_later_tokens == pytest.approx(8.0 * log2(exp(1)))
    assert figures(sure(-1.0)).perplexity_later_tokens is None


def test_certainty_is_compared_between_what_compiles_and_what_does_not() -> None:
    """Of six pairs, five have the surer sample on the right side, and one is equal; what is unjudged is in none."""
    found = figures(
        sure(-1.0, -2.0, index=0),
        sure(-2.0, index=1),
        sure(-0.5, index=2, of=OTHER),
        sure(-2.0, index=3, compiles=False),
        sure(-3.0, -5.0, index=4, compiles=False),
        sure(-9.0, index=5, extracted=Unjudged(cause="disk full")),
    )

    assert found.certainty_auroc == pytest.approx(5.5 / 6)
    assert found.certainty_auroc_within_prompts == pytest.approx(3.5 / 4)
    assert found.certainty_auroc_within_prompts_interval is None
    assert found.perplexity_compiling == pytest.approx(exp(5.5 / 4))
    assert found.perplexity_not_compiling == pytest.approx(exp(10 / 3))
    assert found.logprob_samples == 6


def test_certainty_needs_both_kinds() -> None:
    """Without samples that do not compile there are no pairs."""
    found = figures(sure(-1.0), sure(-2.0, index=1))

    assert found.certainty_auroc is None
    assert found.certainty_auroc_within_prompts is None
    assert found.perplexity_not_compiling is None


@pytest.mark.parametrize("logprobs", [(-inf, -1.0), (float("nan"),), ()])
def test_what_is_no_log_probability_is_left_out(logprobs: tuple[float, ...]) -> None:
    """An endpoint may send anything."""
    found = figures(sure(*logprobs), sure(-1.0, index=1))

    assert found.logprob_samples == 1
    assert found.perplexity == pytest.approx(exp(1.0))


def test_a_perplexity_that_is_no_number_is_none() -> None:
    """OpenAI's servers send -9999.0 for what is impossible."""
    found = figures(sure(-9999.0))

    assert found.perplexity is None
    assert found.prompts[0].perplexity is None


def test_without_log_probabilities_the_others_are_there() -> None:
    """Nobody asked for them."""
    found = figures(a_sample(ONE))

    assert found.logprob_samples == 0
    assert found.perplexity is None
    assert found.entropy_bits is None
    assert found.tokens.value == 10.0


def test_tokens_after_the_item_are_wasted() -> None:
    """Half of the first completion's ten tokens, none of the second's thirty."""
    found = figures(
        a_sample(ONE, " 12345 } fn x()"),
        a_sample(OTHER, " 1 }", completion={"token_count": 30}),
    )

    assert found.after_item_rate == pytest.approx(100 * (7 / 15 * 10) / 40)
    assert figures(a_sample(ONE, " 1 } fn x()"), answers_continue=False).after_item_rate is None


def test_prompts_are_listed_the_most_truncated_first() -> None:
    """Thirty of them, others in their order, each with figures of its own."""
    prompts = [a_prompt(f"p/{number:02}") for number in range(33)]
    samples = [
        a_sample(
            of,
            completion={
                "stop_reason": StopReason.LENGTH if number == 20 else StopReason.STOP,
                "token_count": number,
                "logprobs": (-1.0,),
            },
        )
        for number, of in enumerate(prompts)
    ]

    found = measure(MeasuredRun(prompts=tuple(prompts), samples=tuple(samples)))

    assert found is not None
    assert [one.id for one in found.prompts[:3]] == ["p/20", "p/00", "p/01"]
    assert (len(found.prompts), found.prompts_left_out) == (30, 3)
    first = found.prompts[0]
    assert (first.samples, first.tokens, first.truncated_rate) == (1, 20.0, 100.0)
    assert first.latency_median_ms == pytest.approx(750.0)
    assert first.perplexity == pytest.approx(exp(1.0))


def test_the_order_of_samples_does_not_matter() -> None:
    """Nothing is drawn, and sums are exact."""
    draw = random.Random(1)
    samples = [
        sure(
            *(-draw.random() for _ in range(draw.randrange(1, 30))),
            of=ONE,
            index=index,
            compiles=draw.random() < 0.5,
        )
        for index in range(60)
    ]
    shuffled = samples.copy()
    draw.shuffle(shuffled)

    assert figures(*shuffled) == figures(*samples)


def test_any_text_is_measured() -> None:
    """Lone surrogates and NUL are texts, too."""
    found = figures(a_sample(ONE, "\udcff\0" * 5))

    assert found.bytes_per_token == pytest.approx(2.0)
    assert found.model_dump(mode="json")["characters_per_token"] == 1.0


def test_every_figure_is_defined() -> None:
    """Under a name and a key of its own, those of the results that are about generating too; counts and names are not."""
    names = [definition.name for definition in DEFINITIONS]
    keys = [definition.key for definition in DEFINITIONS]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)
    plain = {
        "samples",
        "stop_reasons",
        "logprob_samples",
        "bits_per_byte_text",
        "prompts",
        "prompts_left_out",
    }

    assert set(keys) == {
        *(f"generation.{name}" for name in GenerationSummary.model_fields),
        *(set(keys) & set(RunRecord.model_fields)),
        "metrics.generation.stop_reasons.*.percent",
        *(
            f"metrics.generation.{name}"
            for name in GenerationFigures.model_fields
            if name not in plain and not name.endswith("_interval")
        ),
    }
    with_interval = {definition.name for definition in DEFINITIONS if definition.interval != "none"}
    assert with_interval == {
        "latency_ms",
        "tokens",
        *(
            # The definition says of what the entropy is: another metric has one of tokens.
            name.removesuffix("_interval").replace("entropy", "model_entropy")
            for name in GenerationFigures.model_fields
            if name.endswith("_interval")
        ),
    }


def test_every_key_says_what_it_is() -> None:
    """The docstrings of fields document the results."""
    assert METRIC.figures is GenerationFigures
    assert all(field.description for field in GenerationFigures.model_fields.values())


def test_a_changed_text_changes_nothing_but_what_is_of_texts() -> None:
    """Latencies and probabilities are the completion's own."""
    sample = sure(-1.0, -2.0)
    other = replace(sample, completion=replace(sample.completion, text="something else"))

    one, two = figures(sample).model_dump(), figures(other).model_dump()

    assert {key for key in one if one[key] != two[key]} == {"characters_per_token", "bytes_per_token"}
