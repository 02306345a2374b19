"""The diversity of whole runs."""

from __future__ import annotations

import zlib
from dataclasses import replace
from math import exp, log
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrobench.metrics.diversity import METRIC, measure
from ferrobench.metrics.diversity.answers import compression_ratio, draw_order
from ferrobench.metrics.measured import MeasuredRun
from tests.support.measured import COMPILED, a_prompt, a_run, a_sample
from tests.support.records import rejected

if TYPE_CHECKING:
    from random import Random

    from ferrobench.metrics.diversity.figures import DiversityFigures

BODIES = (" 1 }", " 2 }", " g() }", " g(); 1 }", " let x = 1; x }", "", " }}}}", " if a { b } else { c } }")
ANSWERS = st.lists(st.lists(st.sampled_from(BODIES), min_size=1, max_size=12), min_size=1, max_size=3)


def figures(run: MeasuredRun) -> DiversityFigures:
    """The figures of a run that has samples."""
    found = measure(run)
    assert found is not None
    return found


def run_of(*answers: list[str], **changes: Any) -> MeasuredRun:
    """A run of a prompt per list of answers."""
    return a_run({f"fn f{number}() {{": texts for number, texts in enumerate(answers)}, **changes)


def many(count: int) -> list[str]:
    """So many answers, no two alike in structure."""
    return [f" {'g(); ' * number} {number} }}" for number in range(count)]


def test_a_run_by_hand() -> None:
    """Three returned numbers, two of them alike, and a call: three texts, two forms, two trees."""
    found = figures(run_of([" 1 }", " 1 }", " 2 }", " g() }"]))
    unique = found.unique.all

    assert (unique.programs.compared, unique.programs.distinct, unique.programs.percent) == (4, 3, 75.0)
    assert (unique.normalised.distinct, unique.shapes.distinct, unique.functions.distinct) == (2, 2, 2)
    assert unique.programs.differ.value == pytest.approx(100 * 5 / 6)
    assert unique.normalised.differ.value == pytest.approx(50)
    assert unique.normalised.effective == pytest.approx(exp(-(0.75 * log(0.75) + 0.25 * log(0.25))))
    assert found.distinct_1.value == 6 / 10  # 1 2 g ( ) } of 2 + 2 + 2 + 4 tokens
    assert found.type_token_ratio.value == 1
    assert found.prompts[0].shapes == 2


def test_prompts_are_compared_within_and_weigh_the_same() -> None:
    """The same answers to another prompt are no copies; means are over prompts, counts are added up."""
    found = figures(run_of([" 1 }", " 1 }"], [" 1 }", " g() }", " h(); g() }", " x; y; z }"]))

    assert found.unique.all.normalised.distinct == 1 + 4
    assert found.unique.all.normalised.differ.value == (0 + 100) / 2
    assert found.unique.all.normalised.differ.samples == 6
    assert found.unique.all.normalised.differ.interval is not None
    assert [prompt.differ for prompt in found.prompts] == [0, 100]
    assert found.pooled.distinct_answers == 4


def test_programs_that_compile_and_that_pass_are_counted_apart() -> None:
    """Whatever is written by those that do neither."""
    of = a_prompt()
    samples = (
        a_sample(of, " 1 }", 0, passed=True),
        a_sample(of, " 2 }", 1, passed=True),
        a_sample(of, " g() }", 2, passed=False),
        a_sample(of, " }}", 3, extracted=rejected(), passed=False),
    )
    found = figures(MeasuredRun(prompts=(of,), samples=samples))

    assert [
        len_of.samples for len_of in (found.unique.all, found.unique.compiling, found.unique.passing)
    ] == [4, 3, 2]
    assert (found.unique.compiling.shapes.distinct, found.unique.passing.shapes.distinct) == (2, 1)
    assert (found.prompts[0].shapes_compiling, found.prompts[0].shapes_passing) == (2, 1)


def test_no_sample_that_passes_leaves_nothing_to_tell() -> None:
    """Null, not 0: there is no diversity of nothing."""
    passing = figures(run_of([" 1 }"])).unique.passing

    assert (passing.samples, passing.programs.percent, passing.programs.effective) == (0, None, None)
    assert passing.programs.differ.value is None


def test_the_extracted_program_is_compared_and_the_whole_text_without_one() -> None:
    """What a model rambles after its program makes no other program."""
    of = a_prompt()
    samples = (
        a_sample(of, " 1 } and so on", 0, program="fn f() { 1 }"),
        a_sample(of, " 1 } as I said", 1, program="fn f() { 1 }"),
        a_sample(of, " one", 2, program=None),
        a_sample(of, " two", 3, program=None),
    )

    assert figures(MeasuredRun(prompts=(of,), samples=samples)).unique.all.programs.distinct == 3


def test_a_collapsed_model_has_the_least_of_everything() -> None:
    """One answer to everything."""
    found = figures(run_of([" g(1, 2) }"] * 20, [" g(1, 2) }"] * 20))
    unique = found.unique.all.normalised

    assert (unique.differ.value, unique.at_5.value, unique.at_10.value, unique.effective) == (0, 20, 10, 1)
    assert (found.self_bleu.value, found.at_5.self_bleu.value) == (100, 100)
    assert found.distinct_4.value == 1 / 20
    assert found.pooled.distinct_answers == 1
    assert found.compression_ratio.value is not None
    assert found.compression_ratio.value > 5


def test_a_model_without_a_repetition_has_the_most() -> None:
    """All shapes different."""
    unique = figures(run_of(many(20), many(20))).unique.all

    for level in (unique.programs, unique.normalised, unique.shapes):
        assert (level.percent, level.differ.value, level.at_5.value, level.at_10.value) == (
            100,
            100,
            100,
            100,
        )
        assert level.effective == pytest.approx(20)


def test_what_all_answers_share_through_the_prompt_is_not_counted() -> None:
    """Figures of tokens are of the model's own text alone."""
    long_prompt = "fn helper(values: &[i32]) -> i32 { values.iter().sum() }\nfn f() {"
    found = figures(a_run({long_prompt: [" 1", " g()"]}))

    assert found.self_bleu.value == 0
    assert found.pooled.tokens == 4
    assert found.unique.all.functions.compared < 4


@settings(max_examples=30)  # whole runs
@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_order_of_the_samples_does_not_matter(answers: list[list[str]], random: Random) -> None:
    """To the last digit."""
    run = run_of(*answers)
    samples = list(run.samples)
    random.shuffle(samples)

    assert figures(replace(run, samples=tuple(samples))) == figures(run)


@settings(max_examples=30)  # whole runs
@given(st.lists(st.sampled_from(BODIES), min_size=2, max_size=10), st.data())
def test_a_copy_in_the_place_of_a_single_answer_never_adds_diversity(
    answers: list[str], data: st.DataObject
) -> None:
    """Whichever answer that occurs once is replaced by whichever other."""
    singles = [place for place, answer in enumerate(answers) if answers.count(answer) == 1]
    if not singles:
        return
    place = data.draw(st.sampled_from(singles))
    other = data.draw(st.sampled_from([at for at in range(len(answers)) if at != place]))
    before = figures(run_of(answers)).unique.all.programs
    after = figures(run_of([*answers[:place], answers[other], *answers[place + 1 :]])).unique.all.programs

    assert after.distinct < before.distinct
    assert after.differ.value is not None
    assert before.differ.value is not None
    assert after.differ.value < before.differ.value
    assert after.effective is not None
    assert before.effective is not None
    assert after.effective < before.effective + 1e-9


@settings(max_examples=30)  # whole runs
@given(ANSWERS)
def test_levels_only_get_coarser(answers: list[list[str]]) -> None:
    """What is the same text has the same form, and what has the same form has the same shape."""
    unique = figures(run_of(*answers)).unique.all

    assert unique.programs.distinct >= unique.normalised.distinct >= unique.shapes.distinct


def test_five_answers_are_one_group_of_five() -> None:
    """There the figures that do not depend on the number of samples are those of all answers."""
    found = figures(run_of(many(5)))

    for name in (
        "self_bleu",
        "distinct_1",
        "distinct_4",
        "entropy_bits",
        "conditional_entropy_bits",
        "compression_ratio",
    ):
        assert getattr(found.at_5, name).value == pytest.approx(getattr(found, name).value)
    assert (found.at_5.groups, found.at_5.entropy_bits.samples) == (1, 5)


def test_answers_beyond_a_group_of_five_are_left_out_of_it() -> None:
    """And prompts with fewer have none."""
    found = figures(run_of(many(13), many(4)))

    assert (found.at_5.groups, found.at_5.self_bleu.samples, found.at_5.self_bleu.prompts) == (2, 10, 1)
    assert figures(run_of(many(4))).at_5.self_bleu.value is None


def test_a_hundred_answers_of_a_prompt_are_compared_and_no_more() -> None:
    """Which, the run's seed decides, and the figures say that they were drawn."""
    run = run_of(many(120), many(3))
    first, again, other = figures(run), figures(run), figures(replace(run, seed=1))

    assert (first.self_bleu_samples, first.self_bleu_drawn) == (103, True)
    assert [prompt.self_bleu_samples for prompt in first.prompts] == [100, 3]
    assert first.self_bleu.samples == 103
    assert first == again
    assert first.self_bleu.value != other.self_bleu.value
    assert first.distinct_2 == other.distinct_2
    assert not figures(run_of(many(100))).self_bleu_drawn


def test_draws_do_not_depend_on_other_samples() -> None:
    """More samples stand among those before them, whose order stays."""
    samples = run_of(many(50)).samples
    some = draw_order("p", samples[:20], 7)

    assert [place for place in draw_order("p", samples, 7) if place < 20] == some
    assert draw_order("p", samples[:20], 8) != some


def test_compression_is_that_of_zlib() -> None:
    """Lines one after the other; nothing to compress has no ratio."""
    text = b"abc\nabc"

    assert compression_ratio(["abc", "abc"]) == len(text) / len(zlib.compress(text, 6))
    assert compression_ratio(["", ""]) != compression_ratio(["", ""])


def test_entropy_after_the_token_before_by_hand() -> None:
    """After a comes b or c, after b and c always a: half of the pairs leave one bit open."""
    found = figures(run_of(["a b a c a"]))

    assert found.conditional_entropy_bits.value == pytest.approx(0.5)
    assert found.pooled.conditional_entropy_bits == pytest.approx(0.5)
    assert found.entropy_bits.value == found.pooled.entropy_bits


def test_answers_without_tokens_are_counted_and_have_no_figures() -> None:
    """A model that says nothing has no vocabulary."""
    found = figures(run_of(["", "  ", "// nothing"]))

    assert (found.samples, found.empty) == (3, 3)
    assert (found.distinct_1.value, found.type_token_ratio.value, found.pooled.distinct_1) == (
        None,
        None,
        None,
    )
    assert (found.pooled.entropy_bits, found.pooled.conditional_entropy_bits) == (None, None)
    assert found.self_bleu.value == 100


def test_a_run_without_samples_has_no_figures() -> None:
    """There is nothing to measure."""
    assert measure(run_of([])) is None


def test_any_text_is_measured() -> None:
    """Lone surrogates, zero bytes, deep nesting, floods."""
    hostile = [
        "\ud800\udfff",
        "\0" * 100,
        "{" * 20_000,
        '"' * 1_001,
        "/*" * 500,
        "é\u2028" * 50,
        "x." * 5_000,
    ]

    assert figures(run_of(hostile, hostile)).unique.all.programs.distinct == 2 * len(hostile)


def test_figures_survive_the_results_file() -> None:
    """As JSON has them."""
    found = figures(run_of(many(6), [" 1 }"], ["", ""]))

    assert METRIC.figures.model_validate_json(found.model_dump_json()) == found


def test_every_definition_has_its_key_in_the_results() -> None:
    """And every mean and percentage in the results has a definition."""
    of = a_prompt()
    samples = tuple(
        a_sample(of, answer, index, passed=True, extracted=COMPILED) for index, answer in enumerate(many(6))
    )
    results = {
        "metrics": {METRIC.name: figures(MeasuredRun(prompts=(of,), samples=samples)).model_dump(mode="json")}
    }
    defined = {
        path for definition in METRIC.definitions for path in matching(results, definition.key.split("."))
    }
    unmatched = [
        definition.key
        for definition in METRIC.definitions
        if not matching(results, definition.key.split("."))
    ]
    figures_of_prompts = "metrics.diversity.prompts"

    assert unmatched == []
    assert [
        path
        for path in leaves(results)
        if path.endswith((".value", ".percent", ".effective"))
        and path not in defined
        and not path.startswith(figures_of_prompts)
    ] == []
    assert len({definition.name for definition in METRIC.definitions}) == len(METRIC.definitions)


def matching(node: Any, parts: list[str], path: str = "") -> list[str]:
    """The dotted paths below *node* that a key stands for; ``*`` stands for any one."""
    if not parts:
        return [path]
    if not isinstance(node, dict):
        return []
    return [
        found
        for name, child in node.items()
        if parts[0] in (name, "*")
        for found in matching(child, parts[1:], f"{path}.{name}" if path else name)
    ]


def leaves(node: Any, path: str = "") -> list[str]:
    """The dotted paths of all that is no object."""
    if not isinstance(node, dict):
        return [path]
    return [
        leaf for name, child in node.items() for leaf in leaves(child, f"{path}.{name}" if path else name)
    ]
