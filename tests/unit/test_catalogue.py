"""Every figure is defined once, and `ferrobench explain` finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ferrobench.catalogue import find_definition, load_catalogue
from ferrobench.cli.main import main
from ferrobench.errors import UsageError
from ferrobench.results import RunRecord
from ferrobench.rubric import RubricSummary
from scripts.write_metrics_page import PAGE, keys_of, render_page

if TYPE_CHECKING:
    from ferrobench.catalogue import Chapter
    from ferrobench.metrics.definition import Definition

CHAPTERS = [
    one
    for one in load_catalogue()
    if one.metric is None or one.metric.figures.__module__.startswith("ferrobench.")
]
DEFINITIONS = [definition for chapter in CHAPTERS for definition in chapter.definitions]


def test_names_and_keys_are_there_once() -> None:
    """A name that meant two figures would explain neither."""
    names = [definition.name for definition in DEFINITIONS]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_a_definition_leads_to_a_key_of_the_results(definition: Definition) -> None:
    """Whoever reads it must find the figure."""
    found = {name for model in (RunRecord, RubricSummary) for name, _, _ in keys_of(model, "")}
    for chapter in CHAPTERS:
        if chapter.metric is not None:
            found |= {name for name, _, _ in keys_of(chapter.metric.figures, f"metrics.{chapter.name}.")}
    keys = [name.replace("[]", "").split(".") for name in found]
    wanted = definition.key.replace("[]", "").removesuffix(".*").split(".")

    assert any(
        len(key) == len(wanted)
        and all("*" in (have, want) or have == want for have, want in zip(key, wanted, strict=True))
        for key in keys
    )


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_a_definition_says_all_that_it_should(definition: Definition) -> None:
    """In whole sentences where sentences are due."""
    for field in ("summary", "formula", "source", "unit", "range", "interval"):
        assert getattr(definition, field).strip()
    assert definition.summary.endswith(".")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_every_key_of_a_metric_is_documented(chapter: Chapter) -> None:
    """By the docstring of its field."""
    if chapter.metric is not None:
        assert [name for name, _, meaning in keys_of(chapter.metric.figures, "") if not meaning] == []


def test_the_page_is_what_the_definitions_make() -> None:
    """`docs/metrics.md` is generated; run `make docs` after changing a definition or a figure."""
    assert PAGE.read_text() == render_page()


@pytest.mark.parametrize("asked", ["pass_at_k", "pass-at-k", "PASS_AT_K", "at_k.*.pass_at_k[].value"])
def test_a_definition_is_found_by_its_name_or_key(asked: str) -> None:
    """However it is spelled."""
    assert find_definition(asked, CHAPTERS).name == "pass_at_k"


def test_an_unknown_name_gets_its_neighbours() -> None:
    """In one line."""
    with pytest.raises(UsageError, match=r"explain pass_atk: no such metric; did you mean pass_at_k"):
        find_definition("pass_atk", CHAPTERS)
    with pytest.raises(UsageError, match="ferrobench explain lists all"):
        find_definition("zzzz", CHAPTERS)


def test_explain_prints_the_whole_definition(capsys: pytest.CaptureFixture[str]) -> None:
    """Formula, source, unit, range, interval and caveats."""
    assert main(["explain", "pass_at_k"]) == 0

    words = " ".join(capsys.readouterr().out.split())
    wanted = find_definition("pass_at_k", CHAPTERS)
    for text in (wanted.summary, wanted.formula, wanted.source, wanted.interval, *wanted.caveats):
        assert " ".join(text.split()) in words


def test_explain_lists_every_name(capsys: pytest.CaptureFixture[str]) -> None:
    """With the metric that computes it."""
    assert main(["explain"]) == 0

    listed = capsys.readouterr().out
    assert all(definition.name in listed for definition in DEFINITIONS)
    assert "--metrics failures" in listed
