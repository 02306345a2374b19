"""The file that keeps ratings while people give them."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import InputError, NotReadyError
from ferrobench.rubric import REVIEWS_FILE, ReviewFile, ReviewPlan, SampleName, load_reviews
from tests.support.reviews import rating

if TYPE_CHECKING:
    from pathlib import Path

PLAN = ReviewPlan(run="run", limit=None, overlap=1.0, raters=2, seed=0)
SAMPLE = SampleName(run="run", prompt_id="p", index=0)

# Rates one sample after the other, and tells of each once it is kept.
RATE_ON = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ferrobench.rubric import Rating, ReviewFile, ReviewPlan, Scores
scores = Scores(correctness=1, idiomatic=2, readable=3, efficient=4, safe=5)
with ReviewFile(Path(sys.argv[1])) as file:
    file.keep_plan(ReviewPlan(run="run", limit=None, overlap=1.0, raters=2, seed=0))
    file.join("ada")
    for index in range(10**9):
        file.rate(Rating(run="run", prompt_id="p", index=index, rater="ada", scores=scores, time=datetime.now(UTC)))
        print(index, flush=True)
"""


def test_a_rating_comes_back_as_it_was_given(tmp_path: Path) -> None:
    """With its note, its time and what the rater could not say."""
    given = rating("ada", "p", 3, 1, None, 3, 4, 5).model_copy(update={"note": "naïve 🦀\nbut ok"})
    with ReviewFile(tmp_path / REVIEWS_FILE) as file:
        file.keep_plan(PLAN)
        file.join("ada")
        file.rate(given)
        assert file.rating("ada", given.sample) == given
        assert file.rating("ada", SAMPLE) is None

    assert load_reviews(tmp_path) == (given,)


def test_a_later_rating_counts_and_one_can_be_taken_back(tmp_path: Path) -> None:
    """Of the same rater and sample; others stay."""
    with ReviewFile(tmp_path / REVIEWS_FILE) as file:
        file.keep_plan(PLAN)
        for rater in ("ada", "bob"):
            file.join(rater)
            file.rate(rating(rater, "p", 0, 1, 1, 1, 1, 1))
        file.rate(rating("ada", "p", 0, 5, 5, 5, 5, 5))
        assert [(one.rater, one.scores.safe) for one in file.ratings()] == [("ada", 5), ("bob", 1)]
        file.withdraw("ada", SAMPLE)

    assert [one.rater for one in load_reviews(tmp_path)] == ["bob"]


def test_what_is_skipped_is_kept_until_it_is_rated(tmp_path: Path) -> None:
    """And what is rated cannot be skipped any more."""
    with ReviewFile(tmp_path / REVIEWS_FILE) as file:
        file.keep_plan(PLAN)
        file.join("ada")
        file.skip("ada", SAMPLE)
        file.skip("ada", SAMPLE)
        assert (file.skipped("ada"), file.rated("ada")) == ({("p", 0)}, frozenset())
        file.rate(rating("ada", "p", 0, 1, 1, 1, 1, 1))
        file.skip("ada", SAMPLE)
        assert (file.skipped("ada"), file.rated("ada")) == (frozenset(), {("p", 0)})


def test_raters_keep_their_places(tmp_path: Path) -> None:
    """In the order of coming, however often they come."""
    with ReviewFile(tmp_path / REVIEWS_FILE) as file:
        assert [file.join(name) for name in ("ada", "bob", "ada", "cleo")] == [0, 1, 0, 2]
    with ReviewFile(tmp_path / REVIEWS_FILE) as file:
        assert file.raters() == ("ada", "bob", "cleo")
        assert (file.place("bob"), file.place("dora")) == (1, None)


def test_the_file_itself_refuses_what_is_no_score(tmp_path: Path) -> None:
    """Whoever writes to it."""
    with ReviewFile(tmp_path / REVIEWS_FILE) as file:
        file.join("ada")
    database = sqlite3.connect(tmp_path / REVIEWS_FILE)
    try:
        for score in (0, 6, "3"):
            with pytest.raises(sqlite3.IntegrityError):
                database.execute(
                    "INSERT INTO ratings (rater, prompt_id, sample, safe, note, time) VALUES ('ada', 'p', 0, ?, '', '')",
                    (f"x{score}" if isinstance(score, str) else score,),
                )
    finally:
        database.close()


def test_a_run_that_nobody_rated_has_no_ratings(tmp_path: Path) -> None:
    """Nor has one whose review was opened and left, or killed before its file was made."""
    assert load_reviews(tmp_path) == ()
    (tmp_path / REVIEWS_FILE).touch()
    assert load_reviews(tmp_path) == ()
    with ReviewFile(tmp_path / REVIEWS_FILE):
        pass
    assert load_reviews(tmp_path) == ()


@pytest.mark.parametrize("damage", ["text", "other", "torn"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    """No database, somebody else's, and one that lacks its second half; reading and opening say so alike."""
    path = tmp_path / REVIEWS_FILE
    if damage == "text":
        path.write_text("no database " * 1000)
    elif damage == "other":
        database = sqlite3.connect(path)
        database.execute("CREATE TABLE arbitrary (a)")
        database.close()
    else:
        with ReviewFile(path) as file:
            file.keep_plan(PLAN)
            file.join("ada")
            for index in range(10):
                long = rating("ada", "p", index, 1, 1, 1, 1, 1).model_copy(update={"note": "a" * 10_000})
                file.rate(long)
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])

    with pytest.raises(InputError, match=REVIEWS_FILE):
        load_reviews(tmp_path)
    with pytest.raises(InputError, match=REVIEWS_FILE), ReviewFile(path):
        pass


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A folder stands in its place."""
    (tmp_path / REVIEWS_FILE).mkdir()

    with pytest.raises(NotReadyError, match=REVIEWS_FILE), ReviewFile(tmp_path / REVIEWS_FILE):
        pass


def test_two_processes_may_rate_in_one_file(tmp_path: Path) -> None:
    """What one has kept, the other sees."""
    with ReviewFile(tmp_path / REVIEWS_FILE) as one, ReviewFile(tmp_path / REVIEWS_FILE) as other:
        one.keep_plan(PLAN)
        assert (one.join("ada"), other.join("bob")) == (0, 1)
        one.rate(rating("ada", "p", 0, 1, 1, 1, 1, 1))
        other.rate(rating("bob", "p", 0, 2, 2, 2, 2, 2))
        assert one.ratings() == other.ratings() == load_reviews(tmp_path)


def test_a_kill_at_any_moment_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    """Four writers are killed in the midst of their work: all they have told of is there, at most one more, and nothing is damaged."""
    chance = random.Random(1)
    for number in range(4):
        folder = tmp_path / str(number)
        folder.mkdir()
        with subprocess.Popen(
            [sys.executable, "-c", RATE_ON, str(folder / REVIEWS_FILE)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for _ in range(chance.randint(1, 40)):
                last = int(writer.stdout.readline())
            writer.kill()
            told = [int(line) for line in writer.stdout if line.endswith("\n")]
        kept = [one.index for one in load_reviews(folder)]

        last = told[-1] if told else last
        assert kept in (list(range(last + 1)), list(range(last + 2)))
        with ReviewFile(folder / REVIEWS_FILE) as file:
            file.rate(rating("ada", "p", last + 2, 1, 2, 3, 4, 5))
        assert len(load_reviews(folder)) == len(kept) + 1
