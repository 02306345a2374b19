"""Who rates what: from a run and its file to each rater's samples, and from ratings to agreement and files."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import InputError, UsageError
from ferrobench.results import load_run
from ferrobench.review import PlanChanges, Sitting, agree_on_plan, export_ratings, tell_ratings
from ferrobench.review.sitting import tidy_name
from ferrobench.rubric import (
    REVIEWS_FILE,
    Rating,
    ReviewFile,
    load_reviews,
    read_ratings,
    summarize_ratings,
)
from tests.support.reviews import rating, scores, write_run

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [f" {number} }}\n" for number in range(20)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run of twenty samples, ten of each of two prompts."""
    return write_run(tmp_path / "step_500", TEXTS)


def sit(folder: Path, file: ReviewFile, **changes: float) -> Sitting:
    """Begin a sitting with these flags."""
    run = load_run(folder, need_samples=True)
    plan, _ = agree_on_plan(file, run.label, PlanChanges(**changes))  # type: ignore[arg-type]
    return Sitting(run, file, plan)


def give(sitting: Sitting, rater: str, label: str, *given: int | None) -> None:
    """Rate a sample as the page does."""
    name = sitting.name(rater, label)
    sitting.rate(
        Rating(
            run=name.run,
            prompt_id=name.prompt_id,
            index=name.index,
            rater=rater,
            scores=scores(*given),
            time=datetime.now(UTC),
        )
    )


def test_each_rater_has_an_order_of_their_own_and_all_samples(folder: Path) -> None:
    """Unless told otherwise: everybody rates everything."""
    with ReviewFile(folder / REVIEWS_FILE) as file:
        sitting = sit(folder, file)
        orders = []
        for rater in ("ada", "bob"):
            sitting.join(rater)
            orders.append([sitting.name(rater, place.label) for place in sitting.places(rater)])

    assert orders[0] != orders[1]
    assert {*orders[0]} == {*orders[1]}
    assert len(orders[0]) == 20


def test_a_later_sitting_goes_on_where_it_stopped(folder: Path) -> None:
    """The same samples in the same order under the same labels, rated and skipped as they were, though the folder was renamed."""
    with ReviewFile(folder / REVIEWS_FILE) as file:
        sitting = sit(folder, file, limit=6, overlap=0.5, raters=2)
        sitting.join("ada")
        first, second, *_ = sitting.places("ada")
        give(sitting, "ada", first.label, 1, 2, 3, 4, 5)
        sitting.skip("ada", sitting.name("ada", second.label))
        before = sitting.places("ada")
    moved = folder.rename(folder.with_name("another"))
    with ReviewFile(moved / REVIEWS_FILE) as file:
        sitting = sit(moved, file)
        after = sitting.places("ada")
        found = sitting.rating("ada", sitting.name("ada", first.label))

    assert after == before
    assert [place.state for place in after[:3]] == ["rated", "skipped", "open"]
    assert found is not None
    assert found.scores == scores(1, 2, 3, 4, 5)


def test_the_overlap_goes_to_all_and_the_rest_to_one_rater_each(folder: Path) -> None:
    """However late the second one joins; a third shares with the first."""
    with ReviewFile(folder / REVIEWS_FILE) as file:
        sitting = sit(folder, file, overlap=0.2, raters=2)
        dealt = []
        for rater in ("ada", "bob", "cleo"):
            sitting.join(rater)
            dealt.append({sitting.name(rater, place.label) for place in sitting.places(rater)})

    assert [len(own) for own in dealt] == [12, 12, 12]
    assert len(dealt[0] & dealt[1]) == 4
    assert len(dealt[0] | dealt[1]) == 20
    assert dealt[2] == dealt[0]


def test_a_limit_is_even_over_the_prompts_and_a_higher_one_adds(folder: Path) -> None:
    """What is rated is rated, though more is to be."""
    with ReviewFile(folder / REVIEWS_FILE) as file:
        picked = []
        for limit in (6, 10, 0):
            sitting = sit(folder, file, limit=limit)
            sitting.join("ada")
            picked.append({sitting.name("ada", place.label) for place in sitting.places("ada")})

    assert [len(names) for names in picked] == [6, 10, 20]
    assert picked[0] < picked[1] < picked[2]
    assert [sum(name.prompt_id.endswith("0") for name in names) for names in picked] == [3, 5, 10]


def test_changes_of_the_plan_are_told(folder: Path) -> None:
    """Only what differs, and only once."""
    with ReviewFile(folder / REVIEWS_FILE) as file:
        assert agree_on_plan(file, "run", PlanChanges(limit=6))[1] == ()
        _, lines = agree_on_plan(file, "run", PlanChanges(limit=0, overlap=1.0))
        assert agree_on_plan(file, "run", PlanChanges())[1] == ()

    assert lines == ("limit was 6, now all: raters get other samples; what is rated stays",)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"limit": -1}, "--limit -1"),
        ({"overlap": 1.5}, "--overlap 1.5"),
        ({"overlap": float("nan")}, "--overlap nan"),
        ({"raters": 0}, "--raters 0"),
    ],
)
def test_what_is_no_plan_is_refused(changes: dict[str, float], named: str) -> None:
    """Naming the flag and what was expected."""
    with pytest.raises(UsageError, match=named):
        PlanChanges(**changes)  # type: ignore[arg-type]


def test_two_raters_come_to_an_agreement(folder: Path) -> None:
    """Their ratings, read back from the folder, give the figures of the rubric."""
    with ReviewFile(folder / REVIEWS_FILE) as file:
        sitting = sit(folder, file, limit=10)
        for rater in ("ada", "bob"):
            sitting.join(rater)
            for place in sitting.places(rater):
                index = sitting.name(rater, place.label).index
                # They agree on all but safety, of which bob says the opposite.
                safe = index % 5 + 1 if rater == "ada" else 5 - index % 5
                give(sitting, rater, place.label, index % 5 + 1, index % 3 + 1, 3, None, safe)
    summary = summarize_ratings(load_reviews(folder))

    assert (summary.ratings, summary.raters, summary.samples) == (20, 2, 10)
    found = {name: one.agreement for name, one in summary.criteria.items()}
    assert (found["correctness"].alpha, found["correctness"].samples) == (1.0, 10)
    assert found["readable"].alpha is None
    assert found["efficient"].samples == 0
    assert found["safe"].alpha is not None
    assert found["safe"].alpha < 0
    assert "alpha: correctness 1.00, idiomatic 1.00, safe -" in tell_ratings(load_reviews(folder))


def test_a_file_of_another_run_is_refused(folder: Path) -> None:
    """Its ratings would be counted as of samples that nobody saw."""
    with ReviewFile(folder / REVIEWS_FILE) as file:
        agree_on_plan(file, "run", PlanChanges())
        file.join("ada")
        file.rate(rating("ada", "arbitrary/prompt_0", 99, 1, 1, 1, 1, 1))
        with pytest.raises(InputError, match="sample 99"):
            sit(folder, file)


def test_a_run_without_samples_is_refused(tmp_path: Path) -> None:
    """In one line."""
    folder = write_run(tmp_path / "empty", [])

    with ReviewFile(folder / REVIEWS_FILE) as file, pytest.raises(InputError, match="no sample to rate"):
        sit(folder, file)


@pytest.mark.parametrize("name", ["", "   ", "a" * 61, "a\x00b", "a\u202eb", "a\ud800"])
def test_what_is_no_name_is_refused(name: str) -> None:
    """Nothing invisible is in one, so that two that look alike are alike."""
    with pytest.raises(ValueError, match="expected a name"):
        tidy_name(name)


def test_one_name_has_one_form() -> None:
    """However its letters are put together and its words set apart."""
    assert tidy_name(" Zoe\u0308  K. ") == tidy_name("Zoë K.") == "Zoë K."


def test_exported_lines_are_read_as_ratings(tmp_path: Path) -> None:
    """The same ones, whatever is in a note."""
    given = (
        rating("ada", "p", 0, 1, None, 3, 4, 5).model_copy(update={"note": 'a "b",\n\x00=1'}),
        rating("Zoë", "p", 1, 5, 5, 5, 5, 5),
    )
    export_ratings(given, tmp_path / "ratings.jsonl")

    assert read_ratings(tmp_path / "ratings.jsonl") == given


def test_exported_tables_compute_nothing(tmp_path: Path) -> None:
    """A note that looks like a formula stays a text in a spreadsheet; a score that is missing is an empty cell."""
    given = rating("ada", "p", 0, 1, None, 3, 4, 5).model_copy(update={"note": "=HYPERLINK(1)"})
    export_ratings([given], tmp_path / "ratings.csv")
    with (tmp_path / "ratings.csv").open(newline="", encoding="utf-8") as file:
        row = next(csv.DictReader(file))

    assert (row["correctness"], row["idiomatic"], row["note"]) == ("1", "", "'=HYPERLINK(1)")


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    """Naming those that are known."""
    with pytest.raises(UsageError, match=r"\.jsonl or \.csv"):
        export_ratings([], tmp_path / "ratings.txt")
