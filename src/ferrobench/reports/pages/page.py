"""One self-contained page: a template, its styles and scripts, and the figures that it shows.

Texts come from models and from folders of strangers. In the markup jinja2 escapes them; in the figures nothing can end the element they
stand in; and a policy of the page lets a browser run only these very scripts and load nothing at all.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import ferrobench
from ferrobench.reports.characters import escape_surrogates
from ferrobench.results import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from jinja2 import Environment

_LOOK = "look.css"
_THEME = "theme.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What makes a page, beside what all pages share."""

    title: str
    template: str
    """Its file, which extends ``base.html.jinja``."""
    context: Mapping[str, Any]
    """What the template shows."""
    documents: Mapping[str, Any] = field(default_factory=dict)
    """What the scripts read: by the id of its element, anything that JSON can say."""
    packed: Mapping[str, Any] = field(default_factory=dict)
    """Likewise, for much of it: JSON in gzip in base64, which scripts unpack when they need it."""
    packed_late: Mapping[str, Any] = field(default_factory=dict)
    """Likewise, behind the scripts, which so begin before all of it is there."""
    styles: tuple[str, ...] = ()
    """Further ones, by the names of their files."""
    scripts: tuple[str, ...] = ()
    """By the names of their files, in the order in which they run."""


def chart_assets() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The styles and the scripts of a page with charts; its own script comes after these."""
    return ("uplot/uPlot.min.css", "chart.css"), ("uplot/uPlot.iife.min.js", "chart.js")


def render_page(page: Page) -> str:
    """Put a page together. The same figures always give the same text."""
    from markupsafe import Markup

    styles = [_asset(name) for name in (_LOOK, *page.styles)]
    scripts = [_asset(name) for name in page.scripts]
    theme = _asset(_THEME)
    text = (
        _environment()
        .get_template(page.template)
        .render(
            page.context,
            title=page.title,
            version=ferrobench.__version__,
            policy=_policy(styles, (theme, *scripts)),
            theme_script=Markup(theme),  # our own file
            styles=[Markup(style) for style in styles],  # our own files
            scripts=[Markup(script) for script in scripts],  # likewise
            documents={name: Markup(_inert_json(document)) for name, document in page.documents.items()},
            packed={name: Markup(_packed_json(document)) for name, document in page.packed.items()},
            packed_late={name: Markup(_packed_json(document)) for name, document in page.packed_late.items()},
        )
    )
    return escape_surrogates(text)


def write_page(page: Page, path: Path) -> None:
    """Write a page whole or not at all: a browser that loads it meanwhile sees the old one.

    Raises:
        NotReadyError: If it cannot be written.
    """
    content = render_page(page).encode("utf-8")
    write_whole(path, lambda file: file.write(content))


@lru_cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@lru_cache
def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _asset(name: str) -> str:
    """A style or script of ours, with the licence that it has to carry."""
    text = _text(name).strip()
    if name.startswith("uplot/"):
        text = f"/*!\n{_text('uplot/LICENSE').strip()}\n*/\n{text}"
    return text


def _policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hashes(styles)}",
            f"script-src {_hashes(scripts)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hashes(texts: Iterable[str]) -> str:
    return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)


def _inert_json(document: object) -> str:
    """JSON in which nothing can end a script element or begin a comment of HTML."""
    text = json.dumps(document, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _packed_json(document: object) -> str:
    """JSON in a form that has no character of markup, and a third of its size or less."""
    text = json.dumps(document, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    # Without the time, so that the same figures give the same page.
    return b64encode(gzip.compress(text.encode("ascii"), compresslevel=6, mtime=0)).decode("ascii")
