"""Ratings in files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.errors import InputError
from ferrobench.rubric import Rating, SampleName, Scores, append_ratings, read_ratings

if TYPE_CHECKING:
    from pathlib import Path

SCORE = st.none() | st.integers(1, 5)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
RATINGS = st.builds(
    Rating,
    run=TEXT,
    prompt_id=TEXT,
    index=st.integers(0, 99),
    rater=TEXT,
    scores=st.builds(Scores, correctness=SCORE, idiomatic=SCORE, readable=SCORE, efficient=SCORE, safe=SCORE),
    note=TEXT,
    time=st.datetimes(timezones=st.just(UTC)),
)
SCORES = {"correctness": 5, "idiomatic": 4, "readable": None, "efficient": 3, "safe": 1}
LINE: dict[str, Any] = {
    "run": "arbitrary",
    "prompt_id": "seed/fibonacci",
    "index": 0,
    "rater": "ada",
    "scores": SCORES,
    "note": "",
    "time": "2026-03-01T12:00:00+01:00",
}


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@given(st.lists(RATINGS, max_size=4, unique_by=lambda rating: (rating.rater, rating.sample)))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, ratings: list[Rating]) -> None:
    """Every field, in whatever script the note is."""
    path = tmp_path_factory.mktemp("ratings") / "ratings.jsonl"
    append_ratings(path, ratings)

    assert read_ratings(path) == tuple(ratings)


def test_a_line_has_the_documented_keys(tmp_path: Path) -> None:
    """So that other programs can write it."""
    (rating,) = read_ratings(write(tmp_path / "ratings.jsonl", LINE))

    assert rating.sample == SampleName(run="arbitrary", prompt_id="seed/fibonacci", index=0)
    assert rating.scores == Scores(**SCORES)
    assert rating.time == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert set(json.loads(rating.model_dump_json())) == set(LINE)


def test_a_second_opinion_of_the_same_rater_replaces_the_first(tmp_path: Path) -> None:
    """People change their minds; others keep theirs."""
    path = write(
        tmp_path / "ratings.jsonl", LINE, LINE | {"rater": "bob"}, LINE | {"scores": SCORES | {"safe": 2}}
    )

    ada, bob = read_ratings(path)

    assert (ada.rater, ada.scores.safe) == ("ada", 2)
    assert (bob.rater, bob.scores.safe) == ("bob", 1)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            LINE | {"scores": SCORES | {"safe": 6}},
            "scores.safe: expected a whole number from 1 to 5, or null, found 6",
        ),
        (
            LINE | {"scores": SCORES | {"safe": 0}},
            "scores.safe: expected a whole number from 1 to 5, or null, found 0",
        ),
        (LINE | {"scores": SCORES | {"safe": 4.5}}, "scores.safe: expected a whole number .*, found 4.5"),
        (LINE | {"scores": SCORES | {"safe": True}}, "scores.safe: expected a whole number .*, found True"),
        (LINE | {"scores": SCORES | {"safe": "4"}}, "scores.safe: expected a whole number .*, found '4'"),
        (
            LINE | {"scores": {"safe": 4}},
            "scores.correctness: is missing; expected a whole number from 1 to 5, or null",
        ),
        (
            LINE | {"scores": SCORES | {"style": 4}},
            "scores.style: is unknown; expected some of correctness, idiomatic",
        ),
        (LINE | {"scores": None}, "scores: expected an object with correctness, .*, found None"),
        (LINE | {"rater": ""}, "rater: expected a text that is not empty, found ''"),
        (LINE | {"index": -1}, "index: expected a whole number from 0 up, found -1"),
        (LINE | {"time": "2026-03-01T12:00:00"}, "time: expected a time with its offset"),
        (LINE | {"verdict": "passed"}, "verdict: is unknown; expected some of run, prompt_id"),
        ({key: value for key, value in LINE.items() if key != "run"}, "run: is missing; expected a text"),
        ([LINE], "the line: expected an object, found"),
        (17, "the line: expected an object, found 17"),
    ],
)
def test_a_wrong_line_is_named_with_its_field(tmp_path: Path, line: object, message: str) -> None:
    """One line that says where, what was found and what was expected."""
    path = write(tmp_path / "ratings.jsonl", LINE, line)

    with pytest.raises(InputError, match=rf"ratings\.jsonl: line 2: {message}") as caught:
        read_ratings(path)
    assert "\n" not in str(caught.value)


def test_a_torn_line_is_named(tmp_path: Path) -> None:
    """Half a line is no rating."""
    path = write(tmp_path / "ratings.jsonl", LINE)
    path.write_text(path.read_text() + '{"run": "arb')

    with pytest.raises(InputError, match=r"ratings\.jsonl: line 2: not JSON"):
        read_ratings(path)


def test_files_that_cannot_be_opened_are_named(tmp_path: Path) -> None:
    """For reading and for writing."""
    with pytest.raises(InputError, match=r"missing\.jsonl: cannot be read: No such file"):
        read_ratings(tmp_path / "missing.jsonl")
    with pytest.raises(InputError, match="cannot be written: Is a directory"):
        append_ratings(tmp_path, [])
