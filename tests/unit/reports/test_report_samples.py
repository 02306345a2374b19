"""Samples laid out for a browser of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ferrobench.judging import Empty, Unjudged
from ferrobench.reports.report_samples import (
    BLOCK_SAMPLES,
    COMPILES,
    HAS_TESTS,
    PASSES,
    detail_blocks,
    index_samples,
    outcome_of,
    text_blocks,
)
from tests.support.report_runs import PROMPTS, a_run, error, refused, sample


def test_every_column_has_every_sample() -> None:
    """In the order in which they were given, with names by their places."""
    samples = a_run()
    index = index_samples(samples, {"seed/double": "numbers", "seed/shout": "texts"})

    assert [index.prompts[place] for place in index.columns["prompt"]] == [one.prompt_id for one in samples]
    assert index.columns["index"] == [0, 1, 2, 3, 0, 1, 2]
    assert [index.categories[place] for place in index.category_of] == ["numbers", "texts"]
    generated, extracted = index.columns["generated"], index.columns["extracted"]
    assert [[index.codes[code] for code in codes] for codes in generated["codes"]] == [
        [], [], ["E0425"], ["no code (lex)"], [], ["E0308"], ["E0425", "E0308"],
    ]  # fmt: skip
    assert [index.codes[code] for code in extracted["codes"][3]] == ["E0425"]
    says = [index.words[place] for place in generated["says"]]
    assert says[:3] == ["all tests hold", "tests: assertion", "cannot find value `m` in this scope"]


@pytest.mark.parametrize(
    ("place", "stage", "flags"),
    [
        (0, "tested", COMPILES | PASSES | HAS_TESTS),
        (1, "run", COMPILES | HAS_TESTS),
        (2, "resolve", HAS_TESTS),
        (3, "lex", HAS_TESTS),
    ],
)
def test_an_outcome_is_that_of_the_ladder(place: int, stage: str, flags: int) -> None:
    """Of the reading that is asked for."""
    outcome = outcome_of(a_run()[place], "generated")
    assert (outcome.stage, outcome.flags) == (stage, flags)


def test_the_readings_are_told_apart() -> None:
    """A sample whose tail is cut gets farther."""
    assert outcome_of(a_run()[3], "extracted").stage == "resolve"


def test_an_answer_that_adds_nothing_compiles_and_is_empty() -> None:
    """As the headline rate and the ladder count it."""
    one = sample()
    assert one.judged is not None
    one = replace(one, judged=replace(one.judged, strict=Empty(), extracted=Empty()))
    outcome = outcome_of(one, "generated")
    assert outcome.stage == "empty"
    assert outcome.flags & COMPILES
    assert not outcome_of(one, "extracted").flags & COMPILES


def test_what_was_not_judged_says_why() -> None:
    """And has no code."""
    outcome = outcome_of(sample(judgment=Unjudged(cause="the disk is full")), "generated")
    assert (outcome.stage, outcome.says, outcome.codes) == ("unjudged", "the disk is full", ())


def test_a_sample_is_found_in_its_block() -> None:
    """Texts and details lie at the same places."""
    samples = [sample(index=number, text=f" {number} }}") for number in range(BLOCK_SAMPLES + 2)]
    texts, details = list(text_blocks(samples, PROMPTS)), list(detail_blocks(samples))

    assert [len(block) for block in texts] == [len(block) for block in details] == [BLOCK_SAMPLES, 2]
    assert texts[1][1][0] == f" {BLOCK_SAMPLES + 1} }}"


def test_what_is_kept_is_counted_as_scripts_count() -> None:
    """A character beyond the first plane is two of theirs."""
    text = " // 🦀 tail"
    kept = len(PROMPTS["seed/double"]) + 6
    [[entry]] = text_blocks([sample(text=text, kept=kept)], PROMPTS)
    assert entry[1] == kept + 1


def test_diagnostics_of_both_readings_stand_once_where_they_are_the_same() -> None:
    """Null stands for the same again."""
    [[same]] = text_blocks([sample(judgment=refused())], PROMPTS)
    assert same[3] == [[0, "E0425", "cannot find value `m` in this scope", 2, 5, 2, 6]]
    assert same[4] is None
    [[other]] = text_blocks([sample(judgment=refused(error("E0308")), extracted=refused())], PROMPTS)
    assert (other[3][0][1], other[4][0][1]) == ("E0308", "E0425")
