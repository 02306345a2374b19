"""A browser without a window. Without playwright or Chromium these tests are skipped, and say so."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


# Not for the whole session: while it is open, no other test of the process could have an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once for a module."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(slots=True)
class Tab:
    """An open page, and what it did that no page of ours should."""

    page: Page
    faults: list[str] = field(default_factory=list)
    """Words in its console, errors of its scripts, and requests that leave its file."""


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Opens a page of a file; at the end none of them may have done what it should not."""
    tabs: list[Tab] = []

    def open_one(
        path: Path, hash_: str = "", *, width: int = 1280, scheme: str = "light", ready: bool = True
    ) -> Tab:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # one of three words
        tab = Tab(page=page)
        page.on("console", lambda message: tab.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: tab.faults.append(f"error: {error}"))
        page.on("request", lambda request: request.url.split("#")[0] == path.as_uri() or tab.faults.append(f"request: {request.url}"))  # fmt: skip
        page.goto(path.as_uri() + hash_)
        if ready:
            page.wait_for_selector("html[data-ready]")
        tabs.append(tab)
        return tab

    yield open_one
    for tab in tabs:
        tab.page.close()
    assert [fault for tab in tabs for fault in tab.faults] == []
