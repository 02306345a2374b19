"""A series as a page that works offline, whatever the names of runs are."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.errors import NotReadyError
from ferrobench.metrics.collapse import Health
from ferrobench.reports.history_page import render_history_page, write_history_page
from ferrobench.reports.history_view import axis_top, regions
from ferrobench.tracking import History, Series
from tests.support.trainings import a_point, a_series

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}\u2028\x1b\udc80&quot;"


class Elements(HTMLParser):
    """What a browser makes of a page: its elements with their texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.found.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        """What follows belongs to none of those that we look at."""
        self.found.append(("", {}, ""))

    def handle_data(self, data: str) -> None:
        """Text of the element that began last."""
        if self.found:
            tag, attributes, text = self.found[-1]
            self.found[-1] = (tag, attributes, text + data)

    def of(self, *tags: str) -> list[tuple[dict[str, str | None], str]]:
        """Attributes and text of all elements of a kind."""
        return [(attributes, text) for tag, attributes, text in self.found if tag in tags]


def a_history(**changes: Any) -> History:
    """Four checkpoints, of which the last has collapsed."""
    points = [
        a_point(1000, 20.0, loss=2.0, collapse=Health.HEALTHY),
        a_point(2000, 60.0, loss=1.5, collapse=Health.HEALTHY),
        a_point(3000, 57.0, loss=1.25, collapse=Health.HEALTHY),
        a_point(4000, 3.0, loss=3.0, collapse=Health.COLLAPSED, collapse_sentence="all say the same"),
    ]
    return History(series=[a_series(points, **changes)], notes=["3 runs left out"])


def hostile_history() -> History:
    """Everything that comes from elsewhere would like to be markup."""
    points = [
        a_point(
            None,
            rate,
            label=HOSTILE,
            checkpoint=HOSTILE,
            run=HOSTILE,
            differs=[HOSTILE],
            collapse=Health.COLLAPSED,
            collapse_sentence=HOSTILE,
        )
        for rate in (20.0, 60.0)
    ]
    series = a_series(points, name=HOSTILE, conditions=HOSTILE, notes=[HOSTILE])
    return History(series=[series], notes=[HOSTILE])


def figures_of(page: str) -> dict[str, Any]:
    """What the scripts of a page draw."""
    (text,) = [text for attributes, text in Elements(page).of("script") if attributes.get("id") == "series-0"]
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_page_has_the_sentence_and_the_table() -> None:
    """With the same figures as the terminal, and the marks in words for those who cannot see them."""
    page = render_history_page(a_history())
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))

    assert (
        "Compile rate rises from 20.0% (step 1000) to 60.0% (step 2000, best; step 3000 cannot be told"
        in text
    )
    assert "3 runs left out" in text
    assert "step 4000 all say the same" in text
    assert "step compile 95% change loss health" in text
    assert "1000 20.0% 16.0 to 24.0 - 2.000 healthy" in text
    assert "★ best 2000 60.0% 56.0 to 64.0 +40.0 ▲ better 1.500 healthy" in text
    assert "☆ cannot be told from it 3000 57.0% 53.0 to 61.0 -3.0 1.250" in text
    assert "✗ collapsed 4000 3.0% 0.0 to 7.0 -54.0 ▼ worse 3.000 collapsed" in text


def test_the_curves_have_the_figures_of_the_table() -> None:
    """Values with intervals, marks, where it was collapsed, and what is said of each point."""
    figures = figures_of(render_history_page(a_history()))
    rates, loss = figures["charts"]

    assert (rates["x"], rates["range"]) == ([1000, 2000, 3000, 4000], [0, 100])
    assert rates["lines"][0]["values"] == [20.0, 60.0, 57.0, 3.0]
    assert rates["lines"][0]["high"] == [24.0, 64.0, 61.0, 7.0]
    assert [(mark["place"], mark["kind"]) for mark in rates["marks"]] == [
        (2, "tied"),
        (1, "better"),
        (3, "worse"),
        (1, "best"),
    ]
    assert rates["regions"] == [{"from": 3500.0, "to": 4500.0, "title": "collapsed"}]
    assert loss["lines"][0]["values"] == [2.0, 1.5, 1.25, 3.0]
    assert ["change", "-54.0 (worse, p <0.001)"] in figures["details"][3]
    assert ["health", "collapsed: all say the same"] in figures["details"][3]


def test_the_page_loads_nothing_and_runs_only_its_own_scripts() -> None:
    """Its policy allows the very texts that stand in it, and no address is in an element."""
    elements = Elements(render_history_page(a_history()))
    (policy,) = [str(a["content"]) for a, _ in elements.of("meta") if "http-equiv" in a]
    texts = [text for a, text in elements.of("style", "script") if a.get("type") != "application/json"]

    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for text in texts:
        assert f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy
    assert policy.count("sha256-") == len(texts) == 3 + 4
    names = {name for _, attributes, _ in elements.found for name in attributes}
    assert not names & {"src", "srcset", "action", "style"}
    links = [str(attributes["href"]) for _, attributes, _ in elements.found if "href" in attributes]
    assert all(link.startswith("#") for link in links)  # places of the page itself
    assert not {name for name in names if name.startswith("on")}


def test_hostile_names_stay_text() -> None:
    """No element and no attribute comes of them, neither in the markup nor in the figures."""
    page = render_history_page(hostile_history())
    tame, hostile = Elements(render_history_page(a_history())), Elements(page)

    assert {tag for tag, _, _ in hostile.found} <= {tag for tag, _, _ in tame.found}
    assert len(hostile.of("script")) == len(tame.of("script"))
    assert "onerror" not in {name for _, attributes, _ in hostile.found for name in attributes}
    assert "49" not in "".join(text for _, text in hostile.of("h1"))
    assert "\x1b" not in page
    page.encode("utf-8")
    assert figures_of(page)["charts"][0]["names"][0].startswith("</script><script>alert(1)")


def test_the_licence_of_the_library_is_in_the_page() -> None:
    """It asks for that."""
    assert "Copyright (c) 2022 Leon Sorokin" in render_history_page(a_history())


def test_the_same_series_give_the_same_page() -> None:
    """To the byte: a page may be kept under version control."""
    assert render_history_page(a_history()) == render_history_page(a_history())


def test_the_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What was there is replaced; where nothing can be written nothing is left, in one clear line."""
    path = tmp_path / "history.html"
    path.write_text("old")
    write_history_page(a_history(), path)

    assert path.read_text(encoding="utf-8") == render_history_page(a_history())
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(NotReadyError, match=r"a\.html: cannot be written: No such file"):
        write_history_page(a_history(), tmp_path / "nowhere" / "a.html")


def test_several_series_stand_below_each_other() -> None:
    """Each with its own figures."""
    history = a_history()
    page = render_history_page(History(series=history.series * 2, notes=[]))

    assert [a["id"] for a, _ in Elements(page).of("script") if "id" in a] == ["series-0", "series-1"]


def test_the_axis_ends_near_what_is_shown() -> None:
    """A training that begins to compile is not a line at the bottom."""
    low = a_series([a_point(1, 0.5), a_point(2, 3.0)])

    assert axis_top(low) == 10.0
    assert axis_top(a_series([a_point(1, None)])) == 100.0


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        ("hchh", [(50.0, 150.0)]),
        ("chhh", [(-50.0, 50.0)]),
        ("hhcc", [(150.0, 350.0)]),
        ("cccc", [(0.0, 300.0)]),
        ("hhhh", []),
    ],
)
def test_a_collapse_reaches_half_the_way_to_the_next_points(
    health: str, expected: list[tuple[float, float]]
) -> None:
    """At the ends of the series as far as on the other side."""
    verdicts = {"h": Health.HEALTHY, "c": Health.COLLAPSED}
    series: Series = a_series(
        [a_point(100 * place, 50.0, collapse=verdicts[letter]) for place, letter in enumerate(health)]
    )

    assert list(regions(series)) == expected
