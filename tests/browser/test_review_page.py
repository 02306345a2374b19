"""The page of `ferrobench review` in a real browser, by keyboard: two raters, from their names to their agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.rubric import load_reviews, summarize_ratings
from tests.support.reviews import HOSTILE, Reviewing, reviewing, write_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytestmark = pytest.mark.long
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a fresh profile; no test may leave an error in its console, or ask elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("console", lambda message: message.type == "error" and faults.append(message.text))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "request",
        lambda request: request.url.startswith("http://127.0.0.1:") or faults.append(request.url),
    )
    opened.set_default_timeout(30_000)
    yield opened
    context.close()
    assert faults == []


def arrive(page: Any, review: Reviewing, rater: str) -> None:
    """Open the link and give a name."""
    page.goto(review.url)
    page.get_by_label("Your name").fill(rater)
    page.keyboard.press("Enter")


def expect_sample(page: Any, number: int, count: int) -> None:
    """Wait until a sample is shown."""
    page.get_by_role("heading", name=f"Sample {number} of {count}", exact=True).wait_for()


def code_of(page: Any) -> str:
    """What is to be read of the program."""
    return str(page.locator("#code").inner_text())


def test_two_raters_come_to_an_agreement_by_keyboard(page: Any, browser: Any, tmp_path: Path) -> None:
    """Each scores four samples; the page shows the alpha that the ratings in the folder give."""
    folder = write_run(tmp_path / "run", [f" {digit} }}" for digit in "1245"])
    with reviewing(folder) as review:
        second = browser.new_context().new_page()
        for rater, sheet in (("Ada", page), ("Bob", second)):
            arrive(sheet, review, rater)
            for number in range(1, 5):
                expect_sample(sheet, number, 4)
                own = next(digit for digit in "1245" if f" {digit} }}" in code_of(sheet))
                # They agree on all but the last criterion, of which Bob says the opposite.
                safe = own if rater == "Ada" else str(6 - int(own))
                for key in (own, own, "3", "0", safe):
                    sheet.keyboard.press(key)
                sheet.keyboard.press("Enter")
            sheet.get_by_role("heading", name="All done").wait_for()
        page.goto(f"{review.url}#agreement")
        page.get_by_text("8 ratings of 4 samples.").wait_for()
        shown = {
            name: page.locator(f'tr[data-criterion="{name}"] td').all_inner_texts()
            for name in ("correctness", "readable", "efficient", "safe")
        }
        found = summarize_ratings(load_reviews(folder)).criteria["safe"].agreement

    assert shown["correctness"][::2] == ["1.00", "4"]
    assert shown["readable"][0] == "–"
    assert shown["efficient"][2] == "0"
    assert found.alpha is not None
    assert found.alpha < 0
    assert shown["safe"][0] == f"{found.alpha:.2f}".replace("-", "−")


def test_skipping_going_back_and_coming_again(page: Any, tmp_path: Path) -> None:
    """A skipped sample comes last, a rated one can be changed, and a page that is loaded anew goes on."""
    folder = write_run(tmp_path / "run", [" 1 }", " 2 }", " 3 }"])
    with reviewing(folder, "--rater", "Ada") as review:
        page.goto(review.url)
        playwright.expect(page.get_by_label("Your name")).to_be_focused()
        page.keyboard.press("Enter")  # the name is there already
        expect_sample(page, 1, 3)
        page.keyboard.press("s")
        expect_sample(page, 2, 3)
        page.keyboard.press("Enter")
        page.get_by_text("correctness has no score yet").wait_for()
        for key in "12345":
            page.keyboard.press(key)
        page.keyboard.press("n")
        page.keyboard.type("see 2 below")
        page.keyboard.press("Control+Enter")
        expect_sample(page, 3, 3)
        page.keyboard.press("b")
        expect_sample(page, 2, 3)
        assert page.get_by_label("Note").input_value() == "see 2 below"
        assert page.locator("#criteria input:checked").evaluate_all(
            "all => all.map(one => one.value)"
        ) == list("12345")
        # Tab and the arrows do what they do in any form.
        page.locator("#criterion-safe input:checked").focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        expect_sample(page, 3, 3)
        page.reload()
        expect_sample(page, 3, 3)
        for key in "55555":
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        page.get_by_text("You have rated 2 samples and skipped 1.").wait_for()
        page.get_by_role("button", name="Look at the skipped ones").click()
        expect_sample(page, 1, 3)

    given = load_reviews(folder)
    assert [tuple(one.scores.model_dump().values()) for one in given] == [(1, 2, 3, 3, 4), (5, 5, 5, 5, 5)]
    assert given[0].note == "see 2 below"


def test_a_pointer_does_it_too_and_a_rating_can_be_taken_back(page: Any, tmp_path: Path) -> None:
    """On a phone: a criterion that is answered makes room for the next, and nothing is wider than the screen."""
    folder = write_run(tmp_path / "run", [" 1 }"])
    page.set_viewport_size(PHONE)
    with reviewing(folder) as review:
        arrive(page, review, "Ada")
        expect_sample(page, 1, 1)
        for number, name in enumerate(("correctness", "idiomatic", "readable", "efficient", "safe"), start=1):
            page.locator(f"#criterion-{name} input").nth(number - 1).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.get_by_role("button", name="Save and go on").click()
        page.get_by_role("heading", name="All done").wait_for()
        assert len(load_reviews(folder)) == 1
        page.get_by_role("button", name="Look through mine again").click()
        page.get_by_role("button", name="Take my rating back").click()
        page.get_by_text("Your rating was taken back.").wait_for()

    assert load_reviews(folder) == ()


def test_hostile_samples_are_inert_and_legible(page: Any, tmp_path: Path) -> None:
    """Markup shows as text and runs nothing, what hides is told by its number, and a megabyte is cut and shown when asked for."""
    folder = write_run(tmp_path / "run", list(HOSTILE.values()))
    seen = []
    with reviewing(folder) as review:
        arrive(page, review, "Ada")
        for number in range(1, len(HOSTILE) + 1):
            expect_sample(page, number, len(HOSTILE))
            if page.locator("#cut").is_visible():
                page.get_by_role("button", name="Show all").click()
                page.locator(".rest").wait_for()
                assert len(page.locator("#code").text_content()) > 1_000_000
            seen.append(page.locator("#code").text_content()[:500])
            assert page.locator("#code :is(script, img)").count() == 0
            page.keyboard.press("s")
        page.get_by_role("heading", name="Nearly done").wait_for()
        assert page.evaluate("window.hit") is None

    for words in (
        HOSTILE["markup"],
        "⟨U+001B⟩[31mred",
        "⟨U+202E⟩ } ⟨U+2066⟩if admin",
        "⟨U+0000⟩ after",
        "⟨U+D800⟩ after",
    ):
        assert any(words in one for one in seen), words


def test_single_keys_can_be_switched_off(page: Any, tmp_path: Path) -> None:
    """For those whose voice or hand types more than they mean."""
    folder = write_run(tmp_path / "run", [" 1 }", " 2 }"])
    with reviewing(folder) as review:
        arrive(page, review, "Ada")
        expect_sample(page, 1, 2)
        page.keyboard.press("?")
        page.get_by_label("Single keys work").uncheck()
        page.keyboard.press("Escape")
        for key in "1s":
            page.keyboard.press(key)
        assert page.locator("input:checked:visible").count() == 0
        expect_sample(page, 1, 2)


def test_a_server_that_has_gone_is_told(browser: Any, tmp_path: Path) -> None:
    """And what was filled in stays on the page."""
    folder = write_run(tmp_path / "run", [" 1 }", " 2 }"])
    page = browser.new_page()  # whose console may say so too
    with reviewing(folder) as review:
        arrive(page, review, "Ada")
        expect_sample(page, 1, 2)
        for key in "12345":
            page.keyboard.press(key)
        review.stop()
        page.keyboard.press("Enter")
        page.get_by_text("The server does not answer").wait_for()
        assert page.locator("#criteria input:checked").count() == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, PHONE], ids=["desktop", "phone"])
def test_the_page_is_accessible(browser: Any, tmp_path: Path, scheme: str, size: dict[str, int]) -> None:
    """axe-core finds nothing in any of its views."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    folder = write_run(tmp_path / "run", [" 1 }\x00", " 2 }"])
    found = []
    with reviewing(folder) as review:
        page = browser.new_context(viewport=size, color_scheme=scheme).new_page()

        def check() -> None:
            found.extend((one["id"], one["nodes"][0]["html"]) for one in axe.run(page).response["violations"])

        page.goto(review.url)
        page.get_by_label("Your name").wait_for()
        check()
        arrive(page, review, "Ada")
        expect_sample(page, 1, 2)
        check()
        for key in "12345":
            page.keyboard.press(key)
        check()
        page.keyboard.press("Enter")
        expect_sample(page, 2, 2)
        page.keyboard.press("?")
        check()
        page.keyboard.press("Escape")
        page.keyboard.press("s")
        page.get_by_role("heading", name="Nearly done").wait_for()
        check()
        page.goto(f"{review.url}#agreement")
        page.get_by_role("heading", name="Agreement").wait_for()
        check()

    assert found == []
