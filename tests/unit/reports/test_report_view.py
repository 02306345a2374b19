"""What a report says of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ferrobench.reports.report_method import method_groups
from ferrobench.reports.report_metrics import diagnosis, diversity, mistakes, rubric_rows, speed_facts
from ferrobench.reports.report_tables import (
    atlas,
    category_rows,
    group_rows,
    largest_k,
    outcomes_of,
    prompt_rows,
)
from ferrobench.reports.report_view import (
    headline,
    k_table,
    ladder,
    power_sentence,
    rate_rows,
    samples_link,
    stack,
    tiles,
)
from ferrobench.results import RunRecord
from ferrobench.rubric import summarize_ratings
from tests.support.report_runs import COMPILED, HOSTILE, a_run, record_of, refused, sample
from tests.support.reviews import rating


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """The record of seven samples."""
    return record_of(a_run())


def original() -> RunRecord:
    """What the original tool writes, and nothing else."""
    return RunRecord(
        checkpoint="checkpoints/step_9000",
        timestamp="2026-02-09T23:20:06Z",
        total_samples=1,
        compile_success_rate=0.0,
        compile_errors=[],
        avg_lines=1.0,
        avg_functions=0.0,
        avg_complexity=1.0,
        avg_generation_time_ms=3.0,
        tokens_per_second=2.9,
        samples_by_prompt=[],
    )


def test_the_headline_says_the_rates_and_what_stands_in_the_way(record: RunRecord) -> None:
    """Most important first, in words."""
    found = headline(record)
    assert (
        found.verdict
        == "42.9 % of the samples compile as generated, and 28.6 % of those with tests pass them."
    )
    assert (
        found.details[-1]
        == "What stands in the way most often: “cannot find value `…` in this scope” (E0425), in 2 samples."
    )


def test_a_collapse_comes_before_all_rates() -> None:
    """With the doctor's own words."""
    flood = record_of([sample(index=number, text=" {" * 150) for number in range(6)])
    found = headline(flood)
    assert found.health == "collapsed"
    assert found.verdict.startswith("Collapsed: 100 % of the samples repeat one token")
    assert "of the samples compile" in found.details[0]
    doctor = diagnosis(flood)
    assert doctor is not None
    assert doctor.ailments[0].remedies
    assert doctor.ailments[0].examples[0][2] == "#samples?sample=seed%2Fdouble.0"


def test_rates_have_both_intervals(record: RunRecord) -> None:
    """As they stand in the record."""
    row = rate_rows(record)[0]
    known = record.intervals["compile_success_rate"]
    assert known.interval_over_samples is not None
    assert (row.value, row.samples) == ("42.9 %", "3 of 7")
    assert row.near == f"{known.interval_over_samples[0]:.1f} to {known.interval_over_samples[1]:.1f}"
    assert row.meter.near == known.interval_over_samples
    assert power_sentence(record) is None  # nothing that so few samples could show
    assert "+" in (
        power_sentence(
            record_of(
                [
                    sample(index=number, judgment=refused() if number % 5 else COMPILED)
                    for number in range(60)
                ],
                metrics="none",
            )
        )
        or ""
    )


def test_the_ladder_adds_up(record: RunRecord) -> None:
    """The bar is full, and everything got at least to the first stage."""
    found = ladder(record)
    assert found is not None
    for _, segments in found.readings:
        assert sum(one.width for one in segments) == pytest.approx(100.0, abs=0.01)
    assert [rung.stage for rung in found.rungs] == ["lex", "resolve", "typecheck", "run", "tested"]
    assert found.rungs[0].counts == (("1", "14.3 %", "100.0 %"), ("0", "0.0 %", "100.0 %"))


def test_the_atlas_counts_samples_by_prompt_and_code(record: RunRecord) -> None:
    """And leads to them."""
    found = atlas(record, outcomes_of(a_run()))
    assert found is not None
    assert [(code, count) for code, count, _ in found.codes] == [
        ("E0425", "2"),
        ("E0308", "2"),
        ("no code (lex)", "1"),
    ]
    shout = found.rows[1]
    assert [cell.count for cell in shout.cells] == ["1", "2", ""]
    assert shout.cells[1].link == "#samples?prompt=seed%2Fshout&code=E0308"
    assert shout.cells[1].heat == 4
    assert shout.failing == "2"


def test_prompts_and_categories_have_their_rates_and_bars(record: RunRecord) -> None:
    """Each with its samples' stages."""
    row = prompt_rows(record, outcomes_of(a_run()))[0]
    assert (row.id, row.samples, row.compiled, row.passed) == ("seed/double", "4", "50 %", "25 %")
    assert [(one.stage, one.count) for one in row.bar] == [
        ("lex", 1),
        ("resolve", 1),
        ("run", 1),
        ("tested", 1),
    ]
    assert row.worst == "E0425 in 1"
    assert category_rows(record, outcomes_of(a_run()))[1].compiled == "33 %"
    assert largest_k(record) is None


def test_metrics_are_laid_out(record: RunRecord) -> None:
    """Mistakes, diversity, speed and the small print of a run that has them."""
    found = mistakes(record)
    assert found is not None
    assert found.families[0].name == "names"
    assert found.families[0].codes[0] == ("E0425", "3", "#samples?code=E0425&reading=extracted")
    distinct = diversity(record)
    assert distinct is not None
    assert distinct.rows[0].cells[0] == ("100 %", "7 of 7")
    assert dict(speed_facts(record))["tokens per second"] == "20.0"
    assert dict(dict(method_groups(record))["Judging"])["rustc"] == "1.95.0 (arbitrary)"
    headings, rows = k_table(record)
    assert headings[0] == ("pass@k", 2)
    assert rows[0].k == 1


def test_ratings_show_what_people_say() -> None:
    """Mean, spread and agreement of each criterion."""
    ratings = [
        rating(who, "seed/double", index, score, 3, 4, None, 5)
        for who, scores in (("a", (5, 1, 3)), ("b", (5, 2, 3)))
        for index, score in enumerate(scores)
    ]
    rows = rubric_rows(summarize_ratings(ratings))
    assert [row.name for row in rows] == ["correctness", "idiomatic", "readable", "efficient", "safe"]
    assert rows[0].score == "3.17"
    assert [count for _, count, _ in rows[0].distribution] == [1, 1, 2, 0, 2]
    assert rows[0].both == "3"
    assert rows[3].score == "–"


def test_a_file_of_the_original_tool_needs_no_more_than_it_has() -> None:
    """What it lacks is left out."""
    found = original()
    assert headline(found).verdict == "0.0 % of the samples compile as generated."
    assert rate_rows(found)[0].near == "–"
    assert (ladder(found), atlas(found, ()), mistakes(found), diversity(found)) == (None, None, None, None)
    assert k_table(found) == ((), ())
    assert [tile.label for tile in tiles(found)] == ["compile rate", "speed"]
    assert group_rows(found, 5) == ()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_strangers_wrote_is_spelt_out(text: str) -> None:
    """In names, prompts and messages: nothing that a reader would not see is left of it."""
    label = f"model {text}"
    found = headline(record_of([sample()], label=label))
    assert all(character.isprintable() for character in found.name)


def test_links_survive_any_name() -> None:
    """Separators and markup are written as addresses write them."""
    assert samples_link(prompt='a&b="c d"/#') == "#samples?prompt=a%26b%3D%22c+d%22%2F%23"


def test_a_bar_of_nothing_is_empty() -> None:
    """No width is divided by zero."""
    assert stack({}) == ()


def test_an_unjudged_run_has_no_rate() -> None:
    """And says so."""
    one = sample()
    nothing = record_of([replace(one, judged=None, refused="the endpoint is down")])
    assert headline(nothing).verdict == "Nothing was judged, so there is no rate."
    assert rate_rows(nothing) == ()
