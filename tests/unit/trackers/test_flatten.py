"""What of a record becomes curves, and by which names."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging import Stage
from ferrobench.metrics.failures.families import Family
from ferrobench.results import load_run
from ferrobench.trackers import flatten_record
from ferrobench.trackers.flatten import COMMON_CODES, CURVES, segment
from tests.support.shared import SHARED
from tests.support.tracked import ODD, tracked


def test_headline_rates_keep_the_names_of_the_results() -> None:
    """With both ends of each interval in sections of their own, by what it is over."""
    found = flatten_record(tracked(rate=25.0))

    assert found["compile_success_rate"] == 25.0
    assert (found["pass@1"], found["pass^4"]) == (12.5, 12.5)
    assert found["intervals/compile_success_rate/low"] == 12.5
    assert found["intervals/compile_success_rate/high"] == 37.5
    assert found["intervals_over_prompts/compile_success_rate/high"] == 60.0
    assert (found["train/loss"], found["total_samples"]) == (1.5, 40.0)


def test_what_the_record_lacks_is_absent() -> None:
    """A null is no zero; pass^1 is pass@1 and not told twice."""
    found = flatten_record(tracked(compile_success_rate=None))

    assert not {"compile_success_rate", "pass_rate", "unjudged", "pass^1"} & found.keys()
    assert not any(name.startswith(("stages/", "mistakes/", "lint/", "assisted/")) for name in found)


def test_common_mistakes_that_nobody_makes_any_more_are_at_zero() -> None:
    """Else their curves would end instead of falling; what has no code is left to the families."""
    errors = [
        {"code": code, "message": "arbitrary", "samples": 10, "count": 30, "example_prompt": "arbitrary"}
        for code in ("E0308", "E9999", None)
    ]
    families = [{"family": "types", "samples": {"value": 25.0, "interval": None}}]

    found = flatten_record(tracked(errors=errors, metrics={"failures": {"families": families}}))

    assert (found["errors/E0308"], found["errors/E9999"], found["errors/E0382"]) == (25.0, 25.0, 0.0)
    assert {name for name in found if name.startswith("errors/")} == {
        f"errors/{code}" for code in (*COMMON_CODES, "E9999")
    }
    assert {name: found[f"mistakes/{name.value}"] for name in Family} == {
        name: 25.0 if name is Family.TYPES else 0.0 for name in Family
    }


def test_stages_tell_how_many_get_at_least_so_far() -> None:
    """Of the extracted readings, in percent; a stage that none stops at has the share of the next."""
    stages = {"as_generated": {"lex": 40}, "extracted": {"empty": 4, "lex": 16, "borrowck": 10, "tested": 10}}

    found = flatten_record(tracked(stages=stages))

    assert "stages/empty" not in found
    assert [found[f"stages/{stage.value}"] for stage in (Stage.LEX, Stage.PARSE, Stage.BORROWCK, Stage.TESTED)] == [
        90.0, 50.0, 50.0, 25.0,
    ]  # fmt: skip


def test_metrics_that_come_with_the_package_give_their_headlines_alone() -> None:
    """Of an estimate the value; the verdict on collapse as a height."""
    metrics = {
        "diversity": {
            "self_bleu": {"value": 40.0, "interval": (1.0, 2.0)},
            "self_bleu_samples": 32,
            "prompts": [],
        },
        "collapse": {"verdict": "collapsed", "degenerate": {"value": 75.0}, "shares": {"token_flood": 75.0}},
    }

    found = flatten_record(tracked(metrics=metrics))

    assert {name: value for name, value in found.items() if name.startswith(("diversity", "collapse"))} == {
        "diversity/self_bleu": 40.0,
        "collapse/degenerate": 75.0,
        "collapse/verdict": 2.0,
        "collapse/ailments/token_flood": 75.0,
    }


def test_metrics_of_other_packages_give_all_their_numbers() -> None:
    """In a section of their own; texts, lists, truth values and what is no number are no points."""
    figures = {
        "share": 0.5,
        "deep": {"estimate": {"value": 3, "interval": None}, "a/b": 1.0},
        "words": "arbitrary",
        "rows": [1, 2],
        "drawn": True,
        "broken": math.nan,
    }

    found = flatten_record(tracked(metrics={"total_samples": figures}))

    assert {name: value for name, value in found.items() if name.startswith("metrics/")} == {
        "metrics/total_samples/share": 0.5,
        "metrics/total_samples/deep/estimate": 3.0,
        "metrics/total_samples/deep/a_b": 1.0,
    }
    assert found["total_samples"] == 40.0


def test_no_name_is_a_folder_of_another() -> None:
    """MLflow keeps names as files, where pass and pass/low could not both be."""
    names = flatten_record(tracked(metrics={"compile_success_rate": {"low": 1.0}})).keys()

    assert not [(one, other) for one in names for other in names if other.startswith(f"{one}/")]


@pytest.mark.parametrize(
    "section",
    sorted({name.partition("/")[0] for name in flatten_record(tracked())} - {"pass@1", "pass^4"} | {*CURVES}),
)
def test_every_section_is_documented(section: str) -> None:
    """In the table of names of the page about trackers."""
    table = (Path(__file__).parents[3] / "docs" / "trackers.md").read_text().partition("## Names")[2]

    assert f"`{section}/" in table or f"`{section}`" in table


@given(st.text(max_size=200))
def test_a_segment_is_one_printable_segment(text: str) -> None:
    """Whatever a suite calls its categories."""
    found = segment(text)

    assert found and found.strip() == found and found.strip(".")
    assert "/" not in found and "\\" not in found and found.isprintable()
    assert segment(found) == found


def test_odd_categories_stay_in_their_section() -> None:
    """A category of slashes and dots climbs nowhere."""
    (name,) = [name for name in flatten_record(tracked()) if name.startswith("categories/")]

    assert name == f"categories/{segment(ODD)}/compile_success_rate"
    assert name.count("/") == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no results of the original tool in {SHARED}")
def test_results_of_the_original_tool_have_their_few_figures() -> None:
    """Their rates, code and speed, and whether the model has collapsed."""
    run = load_run(SHARED / "fixtures" / "original-results" / "step_9000.json", need_samples=False)
    assert run.record is not None

    found = flatten_record(run.record)

    assert (found["compile_success_rate"], found["collapse/verdict"]) == (0.0, 2.0)
    assert found["speed/tokens_per_second"] == pytest.approx(2.888, abs=1e-3)
    assert not any(name.startswith(("errors/", "stages/")) for name in found)
