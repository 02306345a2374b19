"""The doctor as a metric of a run: what goes in, and the shape of what comes out."""

from __future__ import annotations

import json
import random

import pytest

from ferrobench.metrics.collapse import METRIC, CollapseFigures, diagnose, measure
from ferrobench.metrics.collapse.ailments import DESCRIPTIONS, Ailment
from ferrobench.metrics.measured import MeasuredRun, TrainingText
from ferrobench.models import StopReason
from tests.support.collapsed import TRAINING_TEXT, collapsed_answers
from tests.support.measured import a_prompt, a_run, a_sample


def test_a_run_is_diagnosed() -> None:
    """Answers are looked at without their prompts."""
    found = measure(a_run({"fn f() {": [" {" * 100] * 3, "fn g() {": [" {" * 90] * 3}))

    assert found is not None
    assert found.sentence == "collapsed: 100 % of the samples repeat one token, mostly `{`"
    assert {(one.prompt, one.index) for one in found.ailments[0].examples} >= {
        ("arbitrary/0", 0),
        ("arbitrary/1", 0),
    }


def test_a_run_without_answers_has_no_figures() -> None:
    """There is nothing to measure."""
    assert measure(MeasuredRun(prompts=(), samples=())) is None


def test_whether_an_item_was_finished_is_taken_from_the_extracted_reading() -> None:
    """Nothing else is wrong with these answers but that nothing is left of them."""
    prompts = [a_prompt(f"arbitrary/{number}", f"fn f{number}() {{") for number in range(8)]
    completion = {"token_count": 200, "stop_reason": StopReason.LENGTH}

    def run(program: str | None) -> MeasuredRun:
        samples = [
            a_sample(
                prompt, f"\n    let a{number} = {number};\n    go(", completion=completion, program=program
            )
            for number, prompt in enumerate(prompts)
        ]
        return MeasuredRun(prompts=tuple(prompts), samples=tuple(samples))

    unfinished, finished = measure(run(None)), measure(run("fn f() {}"))

    assert unfinished is not None
    assert unfinished.shares[Ailment.NEVER_ENDING] == 100
    assert finished is not None
    assert finished.shares[Ailment.NEVER_ENDING] == 0


@pytest.mark.parametrize("drawn", [True, False, None])
def test_the_run_says_whether_tokens_were_drawn(drawn: bool | None) -> None:
    """Only then is one answer per prompt an ailment."""
    texts = {
        f"fn f{number}() {{": [f"\n    let a{number} = go({number});\n    a{number}\n}}"] * 5
        for number in range(5)
    }
    found = measure(a_run(texts, drawn=drawn))

    assert found is not None
    assert (found.shares[Ailment.ONE_ANSWER] == 100) is (drawn is True)


def test_the_order_of_samples_does_not_matter() -> None:
    """The same answers give the same figures to the last character."""
    answers = collapsed_answers("line loop", 0.5)
    training = TrainingText(name="programs", text=TRAINING_TEXT)
    shuffled = random.Random(4).sample(answers, len(answers))

    assert diagnose(answers, training_text=training) == diagnose(shuffled, training_text=training)


@pytest.mark.parametrize("kind", ["mojibake", "flood", "control characters"])
def test_figures_are_json_of_modest_size_and_come_back_from_it(kind: str) -> None:
    """Lone surrogates and control characters are shown by their escapes."""
    training = TrainingText(name="programs", text=TRAINING_TEXT)
    found = diagnose(collapsed_answers(kind), training_text=training)
    document = json.dumps(found.model_dump(mode="json"), allow_nan=False)

    assert CollapseFigures.model_validate_json(document) == found
    assert len(document) < 20_000


def test_each_ailment_has_remedies_that_fit_a_line_or_two() -> None:
    """And a phrase that goes on after the share of the samples."""
    assert DESCRIPTIONS.keys() == set(Ailment)
    for description in DESCRIPTIONS.values():
        assert description.remedies
        assert all(len(remedy) < 240 for remedy in description.remedies)
        assert not description.phrase.endswith(".")


def test_definitions_speak_of_figures_that_there_are() -> None:
    """Every key is found in the schema of the figures, and no two definitions have the same name."""
    names = [definition.name for definition in METRIC.definitions]

    assert len(set(names)) == len(names)
    for definition in METRIC.definitions:
        schema = CollapseFigures.model_json_schema()
        parts = definition.key.removeprefix("metrics.collapse.").split(".")
        model = schema
        for part in parts:
            if part == "*":
                model = model["additionalProperties"]
                continue
            model = model["properties"][part.removesuffix("[]")]
            for choice in model.get("anyOf", []):
                model = choice if "$ref" in choice else model
            if part.endswith("[]"):
                model = model["items"]
            if "$ref" in model:
                model = schema["$defs"][model["$ref"].rpartition("/")[2]]


def test_every_ailment_is_defined_by_name() -> None:
    """What a user reads in the results is found in the definition."""
    text = next(one.formula for one in METRIC.definitions if one.name == "collapse_ailments")

    assert all(f"{ailment.value}:" in text for ailment in Ailment)
