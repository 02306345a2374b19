"""Pages of ours, read as a browser reads them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Elements(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.contents: dict[str, list[str]] = {"script": [], "style": []}
        self.islands: dict[str, str] = {}
        self.words = ""
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.tags.append((tag, dict(attrs)))
        self._open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """It is over."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note whose it is."""
        tag, attributes = self._open[-1] if self._open else ("", {})
        if attributes.get("type"):
            self.islands[str(attributes["id"])] = data
        elif tag in self.contents:
            self.contents[tag].append(data)
        else:
            self.words += data

    @property
    def policy(self) -> str:
        """What the page allows."""
        [found] = [one for tag, one in self.tags if one.get("http-equiv") == "Content-Security-Policy"]
        return str(found["content"])
