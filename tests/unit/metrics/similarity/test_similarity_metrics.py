"""The three metrics of likeness, over whole runs."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ferrobench.judging import Failure, Proof, Rejected, Stage, Tested
from ferrobench.metrics.measured import MeasuredRun
from ferrobench.metrics.registry import measure_run
from ferrobench.metrics.similarity import METRIC as SIMILARITY
from ferrobench.metrics.similarity.codebleu import METRIC as CODEBLEU
from ferrobench.metrics.similarity.tree_edit import METRIC as TREE_EDIT
from ferrobench.metrics.similarity.tree_edit.distance import MOST_NODES
from tests.support.measured import a_prompt, a_sample

METRICS = (SIMILARITY, CODEBLEU, TREE_EDIT)
PYPROJECT = Path(__file__).parents[4] / "pyproject.toml"
REFERENCE = " a + 1 }"
HALF = Tested(
    passed=1,
    failed=1,
    failure=Failure.PANIC,
    limit=None,
    proof=Proof.REMOTE,
    detail=None,
    cpu_seconds=0.1,
    near_limit=False,
)


def a_run_of_likes_and_unlikes() -> MeasuredRun:
    """Two prompts: a right answer and one that does not compile; one that holds half of its tests."""
    one = a_prompt("arbitrary/one", "fn f(a: u8) -> u8 {", reference=REFERENCE)
    other = a_prompt("arbitrary/other", "fn g(a: u8) -> u8 {", reference=REFERENCE)
    rejected = Rejected(stage=Stage.PARSE, errors=(), warnings=())
    samples = (
        a_sample(
            one, REFERENCE, 0, extracted_tests=replace(HALF, passed=2, failed=0, failure=None), passed=True
        ),
        a_sample(one, " {{{{", 1, extracted=rejected, passed=False),
        a_sample(other, " a * 1 }", 0, extracted_tests=HALF, passed=False),
    )
    return MeasuredRun(prompts=(one, other), samples=samples)


def figures_of(run: MeasuredRun) -> dict[str, Any]:
    """What the three metrics make of a run, as it stands in results.json."""
    found = measure_run(run, METRICS)
    assert found.failures == {}
    return found.figures


def test_the_reference_itself_is_wholly_like_it() -> None:
    """1, or 100, for every figure."""
    of = a_prompt(text="fn f(a: u8, b: u8) -> u8 {", reference=" let sum = a + b; sum }")
    figures = figures_of(MeasuredRun(prompts=(of,), samples=(a_sample(of, of.reference),)))

    assert figures["similarity"]["chrf"]["value"] == pytest.approx(100)
    assert [figures["similarity"][name]["value"] for name in ("token_edit", "structural")] == [1.0, 1.0]
    assert figures["tree_edit"]["tree_edit"]["value"] == 1.0
    assert figures["codebleu"]["codebleu"]["value"] == pytest.approx(1.0)


def test_figures_of_a_run_worked_by_hand() -> None:
    """Of ten and more tokens one differs, of the tests of the three samples 1, 0 and a half hold."""
    figures = figures_of(a_run_of_likes_and_unlikes())
    similarity = figures["similarity"]

    assert similarity["behavioural"]["value"] == pytest.approx(0.5)
    assert similarity["behavioural_compiling"]["value"] == pytest.approx(0.75)
    assert similarity["behavioural_best"]["value"] == pytest.approx(0.75)
    assert similarity["token_edit_passing"]["value"] == 1.0
    # fn g ( a : u8 ) -> u8 { a + 1 }
    assert similarity["token_edit_compiling"]["value"] == pytest.approx((1 + 13 / 14) / 2)
    assert similarity["token_edit_best"]["value"] == pytest.approx((1 + 13 / 14) / 2)
    assert [row["prompt"] for row in similarity["by_prompt"]] == ["arbitrary/one", "arbitrary/other"]
    assert similarity["by_prompt"][1]["behavioural"] == 0.5
    # The whole file: 9 nodes and the body's 4, one of them with another operator.
    assert figures["tree_edit"]["by_prompt"][1]["tree_edit"] == pytest.approx(1 - 1 / figures_nodes())
    assert figures["tree_edit"]["structural_instead"] == 0


def figures_nodes() -> int:
    """The nodes of ``fn g(a: u8) -> u8 { a * 1 }``: file, function, name, parameters with one of name and type, result, body
    with an operation of two sides."""
    return 3 + 4 + 1 + 1 + 3


def test_the_order_of_samples_does_not_matter() -> None:
    """Figures are of the run, not of how it went."""
    run = a_run_of_likes_and_unlikes()
    figures = figures_of(run)
    turned = figures_of(replace(run, samples=tuple(reversed(run.samples))))

    for name, group in figures.items():
        for key, value in group.items():
            expected = sorted(value, key=str) if key == "by_prompt" else value
            found = sorted(turned[name][key], key=str) if key == "by_prompt" else turned[name][key]
            assert found == expected, f"{name}.{key}"


def test_programs_too_large_for_a_distance_are_counted() -> None:
    """The structural similarity stands in for it."""
    of = a_prompt(text="fn f() {", reference=" 1 }")
    large = " a; " * MOST_NODES + "}"
    run = MeasuredRun(prompts=(of,), samples=(a_sample(of, large), a_sample(of, of.reference, 1)))

    figures = figures_of(run)

    assert figures["tree_edit"]["structural_instead"] == 1
    assert figures["tree_edit"]["most_nodes"] == MOST_NODES


def test_the_data_flow_that_counts_as_full_is_counted() -> None:
    """A figure that hides something says how often."""
    of = a_prompt(text="fn f() {", reference=" 1 }")

    figures = figures_of(MeasuredRun(prompts=(of,), samples=(a_sample(of, of.reference),)))

    assert figures["codebleu"]["dataflow"]["value"] == 0.0
    assert figures["codebleu"]["dataflow_as_full"] == 1


def test_without_references_only_behaviour_is_measured() -> None:
    """Formats with tests and without references still say how many of them hold."""
    of = a_prompt()
    tested = MeasuredRun(prompts=(of,), samples=(a_sample(of, extracted_tests=HALF, passed=False),))
    untested = MeasuredRun(prompts=(of,), samples=(a_sample(of),))

    figures = figures_of(tested)

    assert set(figures) == {"similarity"}
    assert figures["similarity"]["behavioural"]["value"] == 0.5
    assert figures["similarity"]["chrf"]["value"] is None
    assert figures["similarity"]["by_prompt"] == [
        {
            "prompt": of.id,
            "samples": 1,
            "chrf": None,
            "token_edit": None,
            "structural": None,
            "behavioural": 0.5,
        }
    ]
    assert figures_of(untested) == {}
    assert figures_of(MeasuredRun(prompts=(), samples=())) == {}


def test_any_text_is_measured() -> None:
    """Lone surrogates, zero bytes, deep nesting, one endless line."""
    of = a_prompt(text="fn f() {", reference=" 1 }")
    answers = ("\udcff\0", "{" * 20_000, "(" * 5_000, "x = y; " * 3_000, "", "'a /* " * 500)
    samples = tuple(a_sample(of, answer, index) for index, answer in enumerate(answers))

    figures = figures_of(MeasuredRun(prompts=(of,), samples=samples))

    assert json.dumps(figures)
    assert 0.0 < figures["similarity"]["chrf"]["value"] < 100.0


def test_every_definition_names_a_figure_that_is_there() -> None:
    """Keys in the documentation are keys in the results."""
    figures = {"metrics": figures_of(a_run_of_likes_and_unlikes())}
    for metric in METRICS:
        for definition in metric.definitions:
            place: Any = figures
            for part in definition.key.split("."):
                place = place[part]
            assert place["value"] is not None
            assert any(
                "no measure of correctness" in caveat or "Pass rates" in caveat
                for caveat in definition.caveats
            )


def test_all_three_come_in_by_the_door_and_two_are_costly() -> None:
    """The entry points of the package name them."""
    points = tomllib.loads(PYPROJECT.read_text())["project"]["entry-points"]["ferrobench.metrics"]

    for metric in METRICS:
        module, _, name = points[metric.name].partition(":")
        assert getattr(import_module(module), name) is metric
    assert [metric.costly for metric in METRICS] == [False, True, True]
