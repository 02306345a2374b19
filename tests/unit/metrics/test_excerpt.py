"""The line and the carets below it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ferrobench.metrics import excerpt_of
from ferrobench.metrics.excerpt import MAX_COLUMNS, place_in
from tests.support.records import diagnostic

if TYPE_CHECKING:
    from ferrobench.judging import Diagnostic


def at(
    line: int | None, column: int | None, end_line: int | None = None, end_column: int | None = None
) -> Diagnostic:
    """A diagnostic at a place."""
    return diagnostic(line=line, column=column, end_line=end_line, end_column=end_column)


@pytest.mark.parametrize(
    ("text", "place", "line", "source", "caret"),
    [
        pytest.param("let x = y;", (1, 9, 1, 10), 1, "let x = y;", "        ^", id="one character"),
        pytest.param("a\n    total + 1\nb", (2, 5, 2, 10), 2, "total + 1", "^^^^^", id="indented"),
        pytest.param("\tx = 1;\ty", (1, 9, 1, 10), 1, "x = 1;    y", "          ^", id="tabs"),
        pytest.param("é = ß;", (1, 5, 1, 6), 1, "é = ß;", "    ^", id="characters, not bytes"),
        pytest.param('"日本" + x', (1, 8, 1, 9), 1, '"日本" + x', "         ^", id="wide characters"),
        pytest.param("if a {\n  1\n}", (1, 4, 3, 2), 1, "if a {", "   ^^^", id="several lines"),
        pytest.param("fn f() {\n  (\n\n", (4, 1, 4, 1), 2, "(", " ^", id="behind the text"),
        pytest.param("fn f() {", (1, 9, 1, 9), 1, "fn f() {", "        ^", id="at the end"),
        pytest.param("a b\r\nc d\r\n", (1, 3, 1, 4), 1, "a b", "  ^", id="CRLF"),
        pytest.param("\ufeffuse x;", (1, 5, 1, 6), 1, "use x;", "    ^", id="byte order mark"),
        pytest.param("a\rb c", (1, 3, 1, 4), 1, "a\ufffdb c", "  ^", id="a lone CR ends no line"),
        pytest.param("\x1b[31m x", (1, 7, 1, 8), 1, "\ufffd[31m x", "      ^", id="escapes"),
        pytest.param("a b", (1, 3, 1, 3), 1, "a b", "  ^", id="empty span"),
        pytest.param("a b", (1, 3, None, None), 1, "a b", "  ^", id="no end"),
        pytest.param("a", (9, 9, 9, 10), 1, "a", " ^", id="outside of the text"),
        pytest.param("", (1, 1, 1, 1), 1, "", "^", id="empty text"),
    ],
)  # fmt: skip
def test_the_carets_lie_below_the_place(
    text: str, place: tuple[int, int, int | None, int | None], line: int, source: str, caret: str
) -> None:
    """
    In characters, as wide as they are printed, without the indentation.
    """
    shown = excerpt_of(text, at(*place))

    assert shown is not None
    assert (shown.line, shown.source, shown.caret) == (line, source, caret)


def test_long_lines_are_cut_around_the_place() -> None:
    """
    Both ends are marked, and what is marked stays below its carets.
    """
    text = "    " + "a" * 200 + " wrong " + "b" * 200

    shown = excerpt_of(text, at(1, 206, 1, 211))

    assert shown is not None
    assert shown.column == 206
    assert shown.source.startswith("…a")
    assert shown.source.endswith("b…")
    assert len(shown.source) == MAX_COLUMNS
    marked = shown.source[shown.caret.index("^") : len(shown.caret)]
    assert marked == "wrong"


def test_a_span_longer_than_the_cut_line_ends_with_it() -> None:
    """
    No caret without a character above it.
    """
    shown = excerpt_of("x" * 300, at(1, 2, 1, 300))

    assert shown is not None
    assert len(shown.caret) == len(shown.source) - 1 == MAX_COLUMNS - 2


@pytest.mark.parametrize("place", [(None, None), (1, None)])
def test_no_place_no_excerpt(place: tuple[int | None, int | None]) -> None:
    """
    Nothing is made up.
    """
    assert excerpt_of("text", at(*place)) is None


@given(
    st.text(st.sampled_from("ab \t\n\r\ufeffé日\u0301\x1b\u202e"), max_size=300),
    st.integers(1, 8),
    st.integers(1, 120),
    st.integers(0, 3),
    st.integers(1, 120),
)
def test_any_place_in_any_text_is_shown(
    text: str, line: int, column: int, lines: int, end_column: int
) -> None:
    """
    It fits its width, has a caret, and holds nothing that a terminal would obey.
    """
    shown = excerpt_of(text, at(line, column, line + lines, end_column))

    assert shown is not None
    assert cell_len(shown.source) <= MAX_COLUMNS
    assert len(shown.source) <= MAX_COLUMNS
    assert len(shown.caret) <= MAX_COLUMNS + 1
    assert shown.caret.lstrip(" ").strip("^") == ""
    assert "^" in shown.caret
    assert shown.source.isprintable()
    assert all(unicodedata.category(c) != "Cf" for c in shown.source)


@given(st.lists(st.text(st.sampled_from("aé \t"), max_size=9), min_size=1, max_size=5), st.data())
def test_a_place_is_an_offset(lines: list[str], data: st.DataObject) -> None:
    """
    Whatever stands at a line and column stands at the offset.
    """
    line = data.draw(st.integers(1, len(lines)))
    column = data.draw(st.integers(1, len(lines[line - 1]) + 1))
    text = "\n".join(lines)

    place = place_in(text, line, column)

    assert text[:place].count("\n") == line - 1
    assert text[place:].split("\n")[0] == lines[line - 1][column - 1 :]
