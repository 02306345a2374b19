"""What is compared with what: references, empty answers, equal programs, several references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ferrobench.metrics.measured import MeasuredRun
from ferrobench.metrics.similarity.codebleu.figures import best_code_bleu
from ferrobench.metrics.similarity.compared import compare_samples, count_compared, likeness, references
from ferrobench.metrics.similarity.figures import best_chrf, best_structural, best_token_edit
from ferrobench.metrics.similarity.tree_edit.figures import best_tree_edit
from tests.support.measured import a_prompt, a_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def length(known: Sequence[str]) -> Callable[[str], float]:
    """Stands for a measure: how long the program is."""
    return lambda program: float(len(program))


def test_a_reference_is_the_whole_program() -> None:
    """The prompt's text and what follows it."""
    assert references(a_prompt(text="fn f() {", reference=" 1 }")) == ("fn f() { 1 }",)
    assert references(a_prompt(reference="")) == ()


def test_prompts_without_a_reference_are_left_out_and_counted() -> None:
    """Other formats have none."""
    with_one, without = a_prompt("arbitrary/with", reference=" 1 }"), a_prompt("arbitrary/without")
    run = MeasuredRun(
        prompts=(with_one, without),
        samples=(a_sample(with_one), a_sample(without), a_sample(without, index=1)),
    )

    counts = count_compared(run)

    assert [sample.prompt.id for sample, _ in compare_samples(run, length).pairs] == ["arbitrary/with"]
    assert (counts.compared, counts.without_reference, counts.prompts_without_reference) == (1, 2, 1)


def test_what_is_compared_is_the_extracted_program_and_nothing_counts_as_0() -> None:
    """A collapsed model is not at all like the reference."""
    of = a_prompt(reference=" 1 }")
    samples = (a_sample(of, " long answer }", program="12345"), a_sample(of, index=1, program=None))
    run = MeasuredRun(prompts=(of,), samples=samples)

    compared = compare_samples(run, length)

    assert [value for _, value in compared.by(float)] == [5.0, 0.0]
    assert count_compared(run).empty == 1


def test_equal_programs_of_a_prompt_are_compared_once() -> None:
    """Models repeat themselves."""
    seen: list[str] = []

    def remember(known: Sequence[str]) -> Callable[[str], float]:
        return lambda program: float(seen.append(program) or 0)

    of = a_prompt(reference=" 1 }")
    run = MeasuredRun(prompts=(of,), samples=tuple(a_sample(of, index=index) for index in range(3)))

    assert len(compare_samples(run, remember).pairs) == 3
    assert len(seen) == 1


def test_a_figure_is_summed_up_over_those_that_compile_and_pass_and_over_the_best() -> None:
    """Two prompts: values 0.2 and 0.8, and 0.5."""
    one, other = a_prompt("arbitrary/one"), a_prompt("arbitrary/other")
    failing, passing, untested = a_sample(one, passed=False), a_sample(one, passed=True), a_sample(other)

    seen = likeness([(failing, 0.2), (passing, 0.8), (untested, 0.5)])

    assert seen.every.value == seen.compiling.value == pytest.approx(0.5)
    assert (seen.passing.value, seen.passing.samples) == (0.8, 1)
    assert (seen.best.value, seen.best.samples) == (pytest.approx(0.65), 2)


def test_of_several_references_the_best_counts() -> None:
    """For every measure."""
    far, near = "struct S { a: u8 }", "fn f(a: u8) -> u8 { a + 1 }"
    program = "fn f(b: u8) -> u8 { b + 2 }"
    run = MeasuredRun(prompts=(), samples=())

    for prepare in (best_chrf, best_structural, lambda known: best_token_edit(known, run)):
        assert prepare([far, near])(program) == prepare([near])(program) > prepare([far])(program)
    assert best_code_bleu([far, near])(program) == best_code_bleu([near])(program)
    assert best_tree_edit([far, near])(program) == best_tree_edit([near])(program)
