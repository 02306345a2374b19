"""From finished samples to the record's figures."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from ferrobench.judging import Compiled, Empty, Rejected, Stage, Unjudged
from ferrobench.metrics.registry import choose_metrics
from ferrobench.models import StopReason
from ferrobench.prompts import load_suite
from ferrobench.results import Judged, RunFacts, RunRecord, SampleRecord, summarize
from ferrobench.results.summarize import as_measured
from tests.support.records import diagnostic, record, rejected, warning

PROMPTS = load_suite("seed").prompts
FACTS = RunFacts(
    checkpoint="arbitrary",
    timestamp="2026-01-01T00:00:00+00:00",
    version="0",
    run_dir="r",
    warnings=(),
    config={},
)


UNCLOSED = rejected("this file contains an unclosed delimiter", None, Stage.LEX)


def summary(records: list[SampleRecord]) -> RunRecord:
    """Summarise samples of the seed suite."""
    return summarize(PROMPTS, records, FACTS)


def test_rates_are_over_judged_samples_in_both_readings() -> None:
    """Two of three compile as generated; one of three when nothing of the model is left in another."""
    result = summary(
        [record(index=0), record(index=1, extracted=Empty()), record(index=2, strict=rejected())]
    )

    assert result.total_samples == 3
    assert result.compile_success_rate == pytest.approx(200 / 3)
    assert result.compile_success_rate_extracted == pytest.approx(100 / 3)
    assert result.samples_by_prompt[0].compile_success == 2
    assert result.samples_by_prompt[0].compile_success_extracted == 1
    assert result.stages is not None
    assert result.stages.as_generated == {"typecheck": 1, "compiled": 2}
    assert result.stages.extracted == {"empty": 1, "typecheck": 1, "compiled": 1}


def test_unjudged_samples_leave_every_rate_unchanged() -> None:
    """They are counted beside, with their causes."""
    samples = [record(index=0), record(index=1, strict=rejected())]
    unjudged = record(index=2, strict=Unjudged(cause="disk full"))
    refused = record(index=3, completion=None, judged=None, refused="does not fit")

    without, with_unjudged = summary(samples), summary([*samples, unjudged, refused])

    assert with_unjudged.total_samples == 4
    assert with_unjudged.judged_samples == 2
    assert with_unjudged.unjudged is not None
    assert with_unjudged.unjudged.causes == {"disk full": 1, "does not fit": 1}
    averages = [name for name in RunRecord.model_fields if name.startswith("avg_") and "time" not in name]
    assert len(averages) == 5
    for name in (
        *averages,
        "compile_success_rate",
        "compile_success_rate_extracted",
        "compile_success_rate_interval",
        "stages",
        "error_groups",
        "lints",
        "before_first_error",
    ):
        assert getattr(without, name) == getattr(with_unjudged, name)


def test_the_order_of_the_journal_does_not_matter() -> None:
    """Samples finish in any order; the record is the same."""
    samples = [record(prompt.id, i, text=f" {i} }}") for prompt in PROMPTS for i in range(3)]
    shuffled = random.Random(1).sample(samples, len(samples))

    assert summary(samples) == summary(shuffled)


def test_the_originals_lists_have_its_lengths_and_words() -> None:
    """Ten errors of a run, three of a prompt, three outputs of 200 characters, no codes."""
    samples = [record(index=i, text="x" * 300, strict=rejected(f"error {i}")) for i in range(12)]

    result = summary(samples)

    assert result.compile_errors == [f"error: error {i}" for i in range(10)]
    assert result.samples_by_prompt[0].common_errors == [f"error: error {i}" for i in range(3)]
    outputs = result.samples_by_prompt[0].sample_outputs
    assert [len(output) for output in outputs] == [200, 200, 200]
    assert outputs[0].startswith("fn factorial(n: u64) -> u64 {xxx")


def test_times_and_tokens_have_the_originals_meaning() -> None:
    """Tokens by summed generation time; samples by the wall time of the run."""
    result = summary([record(index=i, elapsed_seconds=float(i + 1)) for i in range(4)])

    assert result.tokens_per_second == pytest.approx(20.0)
    assert result.avg_generation_time_ms == pytest.approx(500.0)
    assert result.samples_per_second == pytest.approx(1.0)
    assert result.total_time_seconds == 4.0


def test_errors_are_grouped_by_code_and_counted_by_sample() -> None:
    """Errors without a code are grouped by their message."""
    samples = [
        record(index=0, strict=rejected("a", "E0308")),
        record(index=1, strict=rejected("b", "E0308")),
        record(index=2, strict=rejected("b", "E0308")),
        record(index=3, strict=rejected("unclosed", None, Stage.LEX)),
    ]

    found = [(error.code, error.message, error.samples) for error in summary(samples).errors]

    assert found == [("E0308", "b", 3), (None, "unclosed", 1)]


def test_distinct_programs_are_counted_after_the_cut() -> None:
    """Two samples that differ only in their tail are one program."""
    prompt = PROMPTS[0]

    def cut(index: int, text: str) -> SampleRecord:
        made = record(prompt.id, index, text=text)
        assert isinstance(made.judged, Judged)
        length = len(prompt.text) + 4
        judged = Judged(
            as_generated=rejected(),
            strict=rejected(),
            extracted=made.judged.extracted,
            extraction=("cut",),
            extracted_length=length,
            metrics=made.judged.metrics,
        )
        return record(prompt.id, index, text=text, judged=judged)

    distinct = summary([cut(0, " 1 } fn b("), cut(1, " 1 } fn c("), cut(2, " 2 }")]).distinct

    assert distinct is not None
    assert (distinct.compiling, distinct.distinct) == (3, 2)


def in_fence(index: int, length: int) -> SampleRecord:
    """A sample whose program is a text of its own, behind a fence of some *length*."""
    made = record(index=index, text="`" * length, strict=UNCLOSED, extracted=Compiled(warnings=()))
    assert isinstance(made.judged, Judged)
    judged = replace(made.judged, extracted_length=None, extracted_text="fn a() {}")
    return record(index=index, text="`" * length, judged=judged)


def test_programs_of_their_own_are_distinct_by_their_text() -> None:
    """Whatever stood around them."""
    distinct = summary([in_fence(0, 3), in_fence(1, 4), record(index=2)]).distinct

    assert distinct is not None
    assert (distinct.compiling, distinct.distinct) == (3, 2)


def test_a_program_of_its_own_tells_no_place_in_the_strict_text() -> None:
    """Where its unfinished item begins there is not known, so the sample is in no mean."""
    shares = summary([in_fence(0, 3), record(index=1)]).before_first_error

    assert shares is not None
    assert shares.model_dump() == {"share": 1.0, "samples": 1}


def test_nothing_judged_gives_no_rate() -> None:
    """A rate over nothing would be invented."""
    result = summary([record(strict=Unjudged(cause="x"))])

    assert result.compile_success_rate is None
    assert result.compile_success_rate_interval is None


def test_errors_of_an_answer_that_adds_nothing_are_the_compilers_all_the_same() -> None:
    """The original lists them; only the verdict is `empty`."""
    nothing = record(as_generated=rejected("unexpected closing delimiter", None, Stage.LEX), strict=Empty())

    result = summary([nothing])

    assert result.compile_errors == ["error: unexpected closing delimiter"]
    assert [error.message for error in result.errors] == ["unexpected closing delimiter"]
    assert result.stages is not None
    assert result.stages.as_generated == {"empty": 1}


def test_errors_are_grouped_by_what_they_say_too() -> None:
    """With the first sample as the example: whose it is, the line, and carets below the place."""
    error = diagnostic(
        "cannot find value `x` in this scope", "E0425", line=2, column=5, end_line=2, end_column=6
    )
    other = diagnostic("cannot find value `total` in this scope", "E0425")
    samples = [
        record(index=1, strict=Rejected(stage=Stage.RESOLVE, errors=(other, other), warnings=())),
        record(index=0, text="\n    x }", strict=Rejected(stage=Stage.RESOLVE, errors=(error,), warnings=())),
    ]

    result = summary(samples)

    assert [group.model_dump() for group in result.error_groups] == [
        {
            "code": "E0425",
            "stage": "resolve",
            "message": "cannot find value `…` in this scope",
            "missing_crate": None,
            "samples": 2,
            "count": 3,
            "example": {
                "prompt": "seed/factorial",
                "index": 0,
                "message": "cannot find value `x` in this scope",
                "line": 2,
                "column": 5,
                "source": "x }",
                "caret": "^",
            },
        }
    ]
    assert result.error_groups_left_out is not None
    assert result.error_groups_left_out.model_dump() == {"groups": 0, "count": 0}


def test_a_missing_crate_is_reported_as_such() -> None:
    """Not as a mistake of the model's."""
    result = summary([record(strict=rejected("can't find crate for `rand`", "E0463", Stage.RESOLVE))])

    assert [(group.message, group.missing_crate) for group in result.error_groups] == [
        ("missing crate: rand", "rand")
    ]


def test_many_kinds_of_errors_are_listed_in_part() -> None:
    """30 of them; how much is left out is said."""
    samples = [record(index=i, strict=rejected("x", f"E0{100 + i}")) for i in range(33)]

    result = summary([*samples, record(index=99, strict=rejected("x", "E0132"))])

    assert len(result.error_groups) == 30
    assert result.error_groups[0].code == "E0132"
    assert result.error_groups_left_out is not None
    assert result.error_groups_left_out.model_dump() == {"groups": 3, "count": 3}


def test_warnings_are_counted_by_lint_and_apart_from_noise() -> None:
    """Of samples that compile as generated."""
    found = Compiled(warnings=(warning("unused_mut"), warning("dead_code")))
    refused = Rejected(stage=Stage.TYPECHECK, errors=(), warnings=(warning("unused_variables"),))

    result = summary(
        [
            record(index=0, strict=found),
            record(index=1, strict=found),
            record(index=2, strict=refused, extracted=found),
        ]
    )

    assert [(lint.lint, lint.samples, lint.count) for lint in result.lints] == [("unused_mut", 2, 2)]
    assert [(lint.lint, lint.samples, lint.count) for lint in result.noise_lints] == [("dead_code", 2, 2)]
    assert result.lints[0].example.index == 0


def test_the_share_before_the_first_error_is_of_the_completion() -> None:
    """Half, all, and nothing written: the mean is over the two that have a share."""
    half = Rejected(
        stage=Stage.TYPECHECK,
        errors=(diagnostic(line=1, column=len(PROMPTS[0].text) + 3),),
        warnings=(),
    )
    samples = [
        record(index=0, text=" x }", strict=half),
        record(index=1),
        record(index=2, text=" // ", as_generated=half, strict=Empty()),
        record(PROMPTS[1].id, 0, strict=Unjudged(cause="x")),
    ]

    result = summary(samples)

    assert result.before_first_error is not None
    assert result.before_first_error.model_dump() == {"share": pytest.approx(0.75), "samples": 2}
    first, second = (prompt.before_first_error for prompt in result.samples_by_prompt[:2])
    assert first == result.before_first_error
    assert second is not None
    assert second.model_dump() == {"share": None, "samples": 0}


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        ({"temperature": 0.8, "top_k": 50}, True),
        ({"temperature": 0.8}, True),
        ({"temperature": 0, "top_k": 50}, False),
        ({"temperature": 0.8, "top_k": 1}, False),
        ({"temperature": None}, None),
        ({}, None),
    ],
)
def test_metrics_are_told_whether_tokens_were_drawn(sampling: dict[str, Any], expected: bool | None) -> None:
    """
    From the settings; of completions that were ready, the settings say nothing.
    """
    facts = replace(FACTS, config={"settings": {"sampling": sampling}})
    drawn = record()
    assert drawn.completion is not None
    ready = record(completion=replace(drawn.completion, stop_reason=StopReason.READY))

    assert as_measured(PROMPTS, [drawn], facts).drawn is expected
    assert as_measured(PROMPTS, [drawn, ready], facts).drawn is None


def test_a_collapsed_run_says_so_above_every_other_warning() -> None:
    """In one sentence, which all outputs show at their top."""
    flood = [
        record(prompt.id, index, text=" {" * 90, strict=UNCLOSED, extracted=Empty())
        for prompt in PROMPTS
        for index in range(3)
    ]
    facts = replace(FACTS, metrics=choose_metrics("collapse"), warnings=("arbitrary",))

    result = summarize(PROMPTS, flood, facts)

    assert result.warnings == ["collapsed: 100 % of the samples repeat one token, mostly `{`", "arbitrary"]
    assert summarize(PROMPTS, [record()], facts).warnings == ["arbitrary"]


def test_headline_rates_have_both_intervals() -> None:
    """Over prompts of this kind, which is the wider one here, and over further samples of these prompts."""
    samples = [
        record(prompt.id, index, strict=None if number % 4 else rejected())
        for number, prompt in enumerate(PROMPTS)
        for index in range(6)
    ]

    found = summary(samples).intervals

    rate = found["compile_success_rate"]
    assert set(found) == {"compile_success_rate", "compile_success_rate_extracted"}
    assert (rate.value, rate.samples, rate.prompts) == (75.0, 96, 16)
    assert rate.interval_over_prompts is not None
    assert rate.interval_over_samples is not None
    assert rate.interval_over_prompts[0] < rate.interval_over_samples[0] < 75.0
    assert rate.intraclass_correlation == 1.0
