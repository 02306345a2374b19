"""What the doctor says of models that have collapsed."""

from __future__ import annotations

import json

import pytest

from ferrobench.metrics.collapse import Answer, Health, diagnose
from ferrobench.metrics.collapse.ailments import DESCRIPTIONS, Ailment
from ferrobench.metrics.measured import TrainingText
from tests.support.collapsed import ROOT, TRAINING_TEXT, WRITERS, collapsed_answers

AILMENTS = {
    "flood": Ailment.TOKEN_FLOOD,
    "leaky flood": Ailment.TOKEN_FLOOD,
    "glued flood": Ailment.TOKEN_FLOOD,
    "token loop": Ailment.TOKEN_LOOP,
    "line loop": Ailment.LINE_LOOP,
    "numbered loop": Ailment.LINE_LOOP,
    "block loop": Ailment.LINE_LOOP,
    "echo": Ailment.PROMPT_ECHO,
    "fenced echo": Ailment.PROMPT_ECHO,
    "training copy": Ailment.TRAINING_COPY,
    "same answer": Ailment.SAME_ANSWER,
    "one answer": Ailment.ONE_ANSWER,
    "empty": Ailment.EMPTY,
    "never ending": Ailment.NEVER_ENDING,
    "python": Ailment.WRONG_LANGUAGE,
    "c": Ailment.WRONG_LANGUAGE,
    "javascript": Ailment.WRONG_LANGUAGE,
    "chat prose": Ailment.CHAT_PROSE,
    "mojibake": Ailment.INVALID_UTF8,
    "token bytes": Ailment.INVALID_UTF8,
    "no newlines": Ailment.LOST_NEWLINES,
    "random letters": Ailment.NOISE,
    "random tokens": Ailment.NOISE,
    "control characters": Ailment.NOISE,
}
TRAINING = TrainingText(name="programs", text=TRAINING_TEXT)


def training_of(kind: str) -> TrainingText | None:
    """Reading it takes time, and only one kind needs it."""
    return TRAINING if kind == "training copy" else None


def test_every_ailment_has_a_model() -> None:
    """A new ailment comes with a model that has it."""
    assert set(AILMENTS.values()) == set(Ailment)
    assert AILMENTS.keys() == WRITERS.keys()


@pytest.mark.parametrize("kind", AILMENTS)
def test_a_collapsed_model_is_named_by_its_ailment(kind: str) -> None:
    """Nothing else is named beside it, and only what is degenerate is called a collapse."""
    found = diagnose(collapsed_answers(kind), drawn=True, training_text=training_of(kind))

    assert [one.name for one in found.ailments] == [AILMENTS[kind]]
    assert found.ailments[0].share.value is not None
    assert found.ailments[0].share.value > 75
    degenerate = DESCRIPTIONS[AILMENTS[kind]].degenerate
    assert found.verdict is (Health.COLLAPSED if degenerate else Health.AILING)
    assert found.sentence is not None
    assert found.sentence.startswith(f"{found.verdict.value}: ")


# Alone among healthy ones, same answers of one prompt are no longer all there are.
@pytest.mark.parametrize("kind", [kind for kind in AILMENTS if kind != "one answer"])
@pytest.mark.parametrize("seed", [5, 6])
def test_it_is_named_when_two_samples_of_five_are_healthy(kind: str, seed: int) -> None:
    """Nothing else is named beside it."""
    found = diagnose(collapsed_answers(kind, 0.6, seed=seed), drawn=True, training_text=training_of(kind))

    assert [one.name for one in found.ailments] == [AILMENTS[kind]]


@pytest.mark.parametrize(
    "kind", [kind for kind in AILMENTS if DESCRIPTIONS[AILMENTS[kind]].least_share <= 10]
)
def test_it_is_named_when_three_samples_of_four_are_healthy(kind: str) -> None:
    """A model that is on its way there is ailing, and not collapsed."""
    found = diagnose(collapsed_answers(kind, 0.25), drawn=True, training_text=training_of(kind))

    assert [one.name for one in found.ailments] == [AILMENTS[kind]]
    assert found.verdict is Health.AILING


def test_the_original_tools_collapsed_run_is_a_flood_of_braces() -> None:
    """
    Its outputs begin with their prompts and are cut at 200 characters: nothing can be told of their ends.
    """
    document = json.loads(
        (ROOT / "tests/fixtures/original-results/step_9000.json").read_text(encoding="utf-8")
    )

    found = diagnose(
        [
            Answer.of_output(prompt["prompt"], output, cut_at=200)
            for prompt in document["samples_by_prompt"]
            for output in prompt["sample_outputs"]
        ]
    )

    assert found.verdict is Health.COLLAPSED
    assert found.sentence == "collapsed: 100 % of the samples repeat one token, mostly `{`"
    assert [one.name for one in found.ailments] == [Ailment.TOKEN_FLOOD]
    assert found.ailments[0].examples[0].excerpt == "{ { { { … (61 times)"


def test_one_answer_per_prompt_is_an_ailment_only_where_tokens_are_drawn() -> None:
    """Greedy decoding always gives one answer, and of ready answers nobody knows how they were made."""
    answers = collapsed_answers("one answer")

    assert diagnose(answers, drawn=False).verdict is Health.HEALTHY
    assert diagnose(answers, drawn=None).verdict is Health.HEALTHY
    assert diagnose(answers, drawn=True).verdict is Health.COLLAPSED


def test_one_answer_is_no_ailment_where_it_is_right() -> None:
    """An easy prompt has one answer that a good model is sure of."""
    answers = [
        Answer(
            prompt=f"fn f{prompt}() {{", text=f"\n    call({prompt}, now, then)\n}}", index=index, passed=True
        )
        for prompt in range(16)
        for index in range(10)
    ]

    assert diagnose(answers, drawn=True).verdict is Health.HEALTHY


def test_a_base_model_that_writes_on_is_not_never_ending() -> None:
    """It finished what it was asked for, and then began the next function."""
    answers = [
        Answer(
            prompt=one.prompt,
            text="\n    0\n}\n" + one.text,
            prompt_id=one.prompt_id,
            index=one.index,
            token_count=one.token_count,
            stop_reason=one.stop_reason,
        )
        for one in collapsed_answers("never ending")
        if not one.prompt.endswith("}")
    ]

    assert diagnose(answers).verdict is Health.HEALTHY


def test_a_single_sample_can_be_judged() -> None:
    """There is no interval over prompts then."""
    found = diagnose([Answer(prompt="fn f() {", text=" {" * 100)])

    assert found.verdict is Health.COLLAPSED
    assert found.sentence == "collapsed: 100 % of the samples repeat one token, mostly `{`"


def test_nearly_all_is_not_all() -> None:
    """Percentages are not rounded up to 100."""
    answers = [
        Answer(prompt=f"fn f{number}() {{", text=" {" * 100 if number else "\n    go(1)\n}")
        for number in range(400)
    ]

    assert diagnose(answers).sentence == "collapsed: 99 % of the samples repeat one token, mostly `{`"


def test_no_answers_at_all_are_healthy() -> None:
    """There is nothing to say, and nothing fails."""
    found = diagnose([])

    assert found.samples == 0
    assert found.verdict is Health.HEALTHY
    assert found.degenerate.value is None
