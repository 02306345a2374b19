"""The report in a browser: filters, search, links, keyboard, hostile samples, and who cannot see or use a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.reports.report_page import write_report_page
from ferrobench.rubric import summarize_ratings
from tests.support.report_runs import HOSTILE, PROMPTS, a_run, error, record_of, refused, sample
from tests.support.reviews import rating

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from playwright.sync_api import Page

    from ferrobench.results import SampleRecord

pytestmark = pytest.mark.long
MILLION = "x+" * 500_000


def write(
    path: Path, samples: Sequence[SampleRecord], texts: Mapping[str, str] = PROMPTS, **changes: Any
) -> Path:
    """Write the report of these samples."""
    write_report_page(path, record_of(samples, texts), samples, prompt_texts=texts, **changes)
    return path


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of seven samples, with ratings."""
    ratings = [
        rating(who, "seed/double", index, score, 3, 4, 2, 5)
        for who in ("a", "b")
        for index, score in ((0, 5), (1, 2))
    ]
    folder = tmp_path_factory.mktemp("report")
    return write(
        folder / "report.html",
        a_run(),
        rubric=summarize_ratings(ratings),
        damage=["samples.jsonl: line 9 is damaged"],
    )


def count(page: Page) -> str:
    """What the page says of how many samples it shows."""
    return page.locator("#count").inner_text()


def title(page: Page) -> str:
    """Which sample is shown."""
    return page.locator("#sample h3").inner_text()


def titled(page: Page, words: str) -> None:
    """Wait until that sample is shown: its texts may have to be unpacked first."""
    page.wait_for_function("words => document.querySelector('#sample h3')?.textContent === words", arg=words)


def shows(page: Page, words: str) -> None:
    """Wait until the page says so."""
    page.wait_for_function("words => document.getElementById('count').textContent === words", arg=words)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("prompt", "seed/shout", "3 of 7 samples"),
        ("category", "category of seed/double", "4 of 7 samples"),
        ("stage", "compiles", "3 of 7 samples"),
        ("stage", "rejected", "4 of 7 samples"),
        ("stage", "fails", "1 of 7 samples"),
        ("stage", "passes", "2 of 7 samples"),
        ("stage", "lex", "1 of 7 samples"),
        ("code-filter", "E0308", "2 of 7 samples"),
    ],
)
def test_a_filter_leaves_what_passes(
    report: Path, open_page: Callable[..., Any], field: str, value: str, words: str
) -> None:
    """And clearing brings all back."""
    page = open_page(report).page
    assert count(page) == "7 samples"
    page.select_option(f"#{field}", value)
    shows(page, words)
    assert page.locator("#list [role=option]").count() == int(words[0])
    page.click("#clear")
    shows(page, "7 samples")


def test_filters_go_together_and_none_may_be_left(report: Path, open_page: Callable[..., Any]) -> None:
    """Then the page says so."""
    page = open_page(report).page
    page.select_option("#prompt", "seed/shout")
    page.select_option("#code-filter", "E0308")
    shows(page, "2 of 7 samples")
    page.select_option("#stage", "passes")
    shows(page, "0 of 7 samples")
    assert "No sample passes" in page.locator("#list").inner_text()
    page.wait_for_selector("#sample >> text=Nothing to show")


@pytest.mark.parametrize(
    ("needle", "words"),
    [("MOVED", "1 of 7 samples"), ("unclosed delim", "1 of 7 samples"), ("shout", "3 of 7 samples")],
)
def test_a_search_looks_through_code_messages_and_names(
    report: Path, open_page: Callable[..., Any], needle: str, words: str
) -> None:
    """Whatever the case of its letters."""
    page = open_page(report).page
    page.fill("#q", needle)
    shows(page, words)


def test_what_was_searched_for_is_marked(report: Path, open_page: Callable[..., Any]) -> None:
    """In the code."""
    page = open_page(report).page
    page.fill("#q", "moved")
    shows(page, "1 of 7 samples")
    page.wait_for_selector(".mark-found")
    assert page.locator(".mark-found").all_inner_texts() == ["moved"]


def test_a_link_brings_back_what_was_shown(report: Path, open_page: Callable[..., Any]) -> None:
    """All filters, the reading and the sample are in the address."""
    page = open_page(report).page
    page.select_option("#prompt", "seed/shout")
    page.select_option("#code-filter", "E0308")
    page.select_option("#reading", "extracted")
    shows(page, "2 of 7 samples")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_function("() => location.hash.includes('sample=seed%2Fshout.2')")
    titled(page, "seed/shout · sample 2")
    other = open_page(report, page.evaluate("location.hash")).page
    assert (
        (count(other), title(other))
        == ("2 of 7 samples", title(page))
        == ("2 of 7 samples", "seed/shout · sample 2")
    )
    assert other.input_value("#reading") == "extracted"


def test_a_cell_of_the_atlas_leads_to_its_samples(report: Path, open_page: Callable[..., Any]) -> None:
    """Without loading the page anew, and back again."""
    page = open_page(report).page
    page.click(".atlas a[aria-label='E0308: 2 of 3 samples of seed/shout']")
    shows(page, "2 of 7 samples")
    assert page.input_value("#prompt") == "seed/shout"
    assert page.evaluate("document.getElementById('samples').getBoundingClientRect().top") < 300


def test_diagnostics_stand_under_their_lines(report: Path, open_page: Callable[..., Any]) -> None:
    """The place is underlined, and all that rustc says comes on demand."""
    page = open_page(report, "#samples?sample=seed/double.2").page
    rows = page.locator(".listing > *")
    kinds = [rows.nth(number).get_attribute("class") for number in range(rows.count())]
    assert kinds == ["line", "line wrong", "message", "line"]
    assert page.locator(".mark-error").all_inner_texts() == ["m"]
    assert page.locator(".given").all_inner_texts() == [
        "fn",
        " ",
        "double",
        "(n: ",
        "u64",
        ") -> ",
        "u64",
        " {",
    ]
    assert page.locator(".message pre").count() == 0
    page.keyboard.press("n")
    page.wait_for_selector(".message pre")
    assert "--> sample.rs:2:5" in page.locator(".message pre").inner_text()
    page.keyboard.press("n")
    page.wait_for_selector(".message pre", state="detached")


def test_the_other_reading_is_the_cut_text(report: Path, open_page: Callable[..., Any]) -> None:
    """With its own errors."""
    page = open_page(report, "#samples?sample=seed/double.3").page
    assert "The extracted reading cuts the last 2 characters" in page.locator("#sample").inner_text()
    page.keyboard.press("r")
    page.wait_for_function("() => document.querySelector('.message')?.textContent.includes('E0425')")
    assert page.input_value("#reading") == "extracted"


def test_all_of_it_goes_by_keys(report: Path, open_page: Callable[..., Any]) -> None:
    """Next, previous, search, help, theme, and the list's own keys; the focus is always to be seen."""
    page = open_page(report).page
    page.keyboard.press("j")
    titled(page, "seed/double · sample 1")
    page.keyboard.press("k")
    titled(page, "seed/double · sample 0")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("jkx?")  # letters of a search, not keys
    assert page.input_value("#q") == "jkx?"
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    shows(page, "7 samples")
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()
    page.focus("#list")
    page.keyboard.press("End")
    titled(page, "seed/shout · sample 2")
    page.keyboard.press("ArrowUp")
    titled(page, "seed/shout · sample 1")
    assert page.get_attribute("#list", "aria-activedescendant") == "row-5"
    assert page.locator("#row-5").get_attribute("aria-selected") == "true"
    assert page.evaluate("getComputedStyle(document.getElementById('list')).outlineStyle") != "none"


def test_light_and_dark_are_the_readers_choice(report: Path, open_page: Callable[..., Any]) -> None:
    """First as the system says."""
    page = open_page(report, scheme="dark").page
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.click("#theme")
    assert page.evaluate(background) != dark
    page.keyboard.press("t")
    assert page.evaluate(background) == dark


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_samples_are_text(tmp_path: Path, open_page: Callable[..., Any], name: str) -> None:
    """In code, messages, names of prompts and warnings: nothing runs, nothing loads, and everything is to be read."""
    text = HOSTILE[name]
    prompt = f"seed/{text}"
    texts = {prompt: f"fn f() {{ // {text}"}
    one = sample(
        prompt,
        text=f"\n    {text}\n}}\n",
        judgment=refused(error("E0308", f"mismatched {text}", rendered=f"error {text}")),
        texts=texts,
    )
    page = open_page(write(tmp_path / "report.html", [one], texts, damage=[text]), "#samples?code=E0308").page
    page.click(".message button")
    page.wait_for_selector(".message pre")
    assert page.evaluate("window.hit") is None
    assert page.locator("img").count() == 0
    shown = page.locator("#sample").inner_text()
    for part in {"markup": ["</script><script>", "<img src="], "terminal": ["⟨U+001B⟩[31mred", "⟨U+0007⟩"],
                 "bidi": ["⟨U+202E⟩ } ⟨U+2066⟩if admin⟨U+2069⟩", "⟨U+200B⟩"], "nul": ["⟨U+0000⟩ after"],
                 "half": ["⟨U+D800⟩ after"]}[name]:  # fmt: skip
        assert shown.count(part) >= 4  # the prompt, the completion, the message and rustc's words
        assert part in page.locator("#damage").inner_text() or name == "half"


def test_a_million_characters_on_one_line_are_cut_and_then_shown(
    tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    """The page goes on answering meanwhile."""
    samples = [sample(text=f"\n    {MILLION}"), sample(index=1)]
    path = tmp_path / "report.html"
    write_report_page(path, record_of(samples, metrics="none"), samples, prompt_texts=PROMPTS)
    page = open_page(path).page
    assert page.locator(".line").count() <= 310
    button = page.locator(".more")
    assert "more characters" in button.inner_text()
    button.click()
    page.keyboard.press("j")
    titled(page, "seed/double · sample 1")
    page.keyboard.press("k")
    page.locator(".more").click()
    page.wait_for_function(
        "() => !document.querySelector('.more') && document.querySelectorAll('.line').length > 2500"
    )


def test_the_list_holds_only_what_is_in_sight(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    """Of thousands of samples some dozen rows, also at the end."""
    samples = [sample(index=number, text=f" {number} }}") for number in range(3000)]
    path = tmp_path / "report.html"
    write_report_page(path, record_of(samples, metrics="none"), samples, prompt_texts=PROMPTS)
    page = open_page(path).page
    assert page.locator("#list [role=option]").count() < 50
    page.focus("#list")
    page.keyboard.press("End")
    titled(page, "seed/double · sample 2999")
    assert page.locator("#row-2999").is_visible()
    assert page.locator("#list [role=option]").count() < 50


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(report: Path, open_page: Callable[..., Any], width: int, scheme: str) -> None:
    """axe finds nothing serious, and nothing is wider than the window."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed (extra dev)"
    )
    page = open_page(report, "#samples?sample=seed/shout.2", width=width, scheme=scheme).page
    page.keyboard.press("n")
    page.wait_for_selector(".message pre")
    found = axe.Axe().run(page).response["violations"]
    assert [
        (one["id"], [node["html"] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical")
    ] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_without_samples_needs_no_script(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    """The figures and the first outputs are there."""
    path = tmp_path / "report.html"
    write_report_page(path, record_of(a_run()))
    page = open_page(path, ready=False).page
    page.click("summary >> nth=0")
    assert "n * 2" in page.locator("#samples").inner_text()
    assert page.locator("#prompts tbody tr").count() == 2
