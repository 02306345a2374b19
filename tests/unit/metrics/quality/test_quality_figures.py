"""The code of a whole run."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrobench.metrics.measured import MeasuredRun
from ferrobench.metrics.quality import METRIC, Distribution, Idiom, QualityFigures
from tests.support.measured import a_prompt, a_run, a_sample

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def measured(answers: Mapping[str, Sequence[str]]) -> QualityFigures:
    """The figures of a run of prompts with their answers."""
    found = METRIC.measure(a_run(answers))
    assert isinstance(found, QualityFigures)
    return found


def test_means_are_over_samples() -> None:
    """Of two prompts with two samples each."""
    found = measured(
        {
            "fn f() {": ["}", "\n\n// a\n}"],
            "/// b\nfn g() {": [" fn h() {} }", " a\n}\n"],
        }
    )

    assert found.samples == 4
    assert found.total_lines.value == (1 + 4 + 2 + 3) / 4
    assert found.code_lines.value == (1 + 2 + 1 + 2) / 4
    assert found.comment_lines.value == (0 + 1 + 1 + 1) / 4
    assert found.documentation_lines.value == (0 + 0 + 1 + 1) / 4
    assert found.blank_lines.value == 1 / 4
    assert found.functions.value == 5 / 4
    assert found.original_functions.value == 1
    assert (found.functions.samples, found.functions.prompts) == (4, 2)
    assert found.functions.interval is not None


def test_distributions_are_over_functions() -> None:
    """Of all samples together; the estimate still says on how many samples it rests."""
    found = measured({"fn f() {": [" if a {} } fn g() { b?; c?; }", "}"], "struct S;": [""]})

    assert found.cyclomatic.functions == 3
    assert found.cyclomatic.mean.value == 2
    assert (found.cyclomatic.mean.samples, found.cyclomatic.mean.prompts) == (2, 1)
    assert found.cyclomatic.median == 2
    assert found.cyclomatic.p90 == pytest.approx(2.8)
    assert found.cyclomatic.max == 3


def test_densities_are_of_all_lines_together() -> None:
    """One unwrap in four lines of code, although one sample has one in two."""
    found = measured({"fn f() {": ["\na.unwrap() }", "\n}"]})

    assert found.unwraps.value == 25.0
    assert found.unwraps.samples == 2


def test_shares_leave_out_samples_without_the_whole() -> None:
    """Three bindings, one of them mutable, in two of three samples."""
    found = measured({"fn f() {": [" let a = 1; let b = 2; }", " let mut c = 3; }", "}"]})

    assert found.mutable_bindings.value == pytest.approx(100 / 3)
    assert found.mutable_bindings.samples == 2


def test_intervals_of_ratios_are_over_prompts() -> None:
    """Where prompts differ there is more doubt than where all have the same ratio."""
    same = measured(
        {"fn f() {": [" let mut a = 1; let b = 2; }"] * 3, "fn g() {": [" let mut a = 1; let b = 2; }"]}
    )
    other = measured({"fn f() {": [" let mut a = 1; let b = 2; }"] * 3, "fn g() {": [" let b = 2; }"]})

    assert same.mutable_bindings.value == 50.0
    assert same.mutable_bindings.interval is not None
    assert other.mutable_bindings.interval is not None
    low, high = same.mutable_bindings.interval
    assert other.mutable_bindings.interval[0] < low < 50.0 < high < other.mutable_bindings.interval[1]


def test_iteration_is_chains_against_index_loops() -> None:
    """One of each, and a loop that is neither."""
    found = measured({"fn f() {": [" a.iter().sum() }", " for i in 0..n { a[i]; } for x in b {} }"]})

    assert found.iterator_share.value == 50.0


def test_idioms_are_shares_of_samples() -> None:
    """Every idiom has its share, those that nobody uses too."""
    found = measured({"fn f() {": [" a?; b? }", "}"]})

    assert set(found.idioms) == {idiom.value for idiom in Idiom}
    assert found.idioms["question_mark"].value == 50.0
    assert found.idioms["unsafe"].value == 0.0


def test_samples_without_a_program_are_only_counted() -> None:
    """They are in no mean; a run of nothing else has no figures but counts."""
    prompt = a_prompt()
    empty = a_sample(prompt, index=1, program=None)
    found = METRIC.measure(MeasuredRun(prompts=(prompt,), samples=(a_sample(prompt), empty)))
    nothing = METRIC.measure(MeasuredRun(prompts=(prompt,), samples=(empty,)))

    assert isinstance(found, QualityFigures)
    assert (found.samples, found.without_program, found.functions.value) == (1, 1, 1.0)
    assert isinstance(nothing, QualityFigures)
    assert (nothing.samples, nothing.without_program, nothing.functions.value) == (0, 1, None)
    assert (nothing.cyclomatic.max, nothing.cyclomatic.median) == (None, None)


def test_no_samples_have_no_figures() -> None:
    """There is nothing to measure."""
    assert METRIC.measure(MeasuredRun(prompts=(), samples=())) is None


def test_the_extracted_program_is_read() -> None:
    """Not what stands around it in the sample."""
    prompt = a_prompt()
    sample = a_sample(prompt, " } and that is it", program="fn f() { }")
    found = METRIC.measure(MeasuredRun(prompts=(prompt,), samples=(sample,)))

    assert isinstance(found, QualityFigures)
    assert found.recovered.value == 0.0


def test_every_figure_is_defined() -> None:
    """By its own key, once."""
    named = set(QualityFigures.model_fields) - {"samples", "without_program"}
    keys = [definition.key for definition in METRIC.definitions]

    assert {key.removeprefix("metrics.quality.").removesuffix(".*") for key in keys} == named
    assert len(keys) == len(set(keys))
    for definition in METRIC.definitions:
        assert definition.name == definition.key.split(".")[2]
    for model in (QualityFigures, Distribution):
        undocumented = {name for name, field in model.model_fields.items() if field.description is None}
        assert undocumented <= {"functions", "max"}


PROGRAMS = st.sampled_from(
    [
        "",
        "}",
        " let mut a = 1; }",
        " if a? { b.unwrap() } }",
        "\n// c\n for i in 0..n { a[i]; } } pub fn g() {}",
        " {",
    ]
)


@settings(max_examples=30)
@given(
    st.lists(st.lists(PROGRAMS, min_size=1, max_size=4), min_size=1, max_size=4),
    st.integers(0, 99),
)
def test_the_order_of_samples_does_not_matter(answers: list[list[str]], seed: int) -> None:
    """And the figures are fit for JSON."""
    run = a_run({f"fn f{number}() {{": texts for number, texts in enumerate(answers)})
    shuffled = list(run.samples)
    Random(seed).shuffle(shuffled)

    ordered = METRIC.measure(run)
    assert ordered is not None
    first = ordered.model_dump(mode="json")
    other = METRIC.measure(replace(run, samples=tuple(shuffled)))
    assert other is not None
    assert first == other.model_dump(mode="json")
    json.dumps(first, allow_nan=False)
