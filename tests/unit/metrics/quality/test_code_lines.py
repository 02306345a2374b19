"""Lines by what stands on them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics import count_lines
from ferrobench.metrics.quality import LineCounts, profile


@pytest.mark.parametrize(
    ("text", "code", "comment", "documentation", "blank"),
    [
        pytest.param("", 0, 0, 0, 0, id="nothing"),
        pytest.param("\n", 0, 0, 0, 1, id="a newline"),
        pytest.param("fn f() {}", 1, 0, 0, 0, id="no newline at the end"),
        pytest.param("fn f() {}\n", 1, 0, 0, 0, id="a newline at the end begins no line"),
        pytest.param("fn f() {} // why\n", 1, 0, 0, 0, id="a comment beside code"),
        pytest.param("/* a */ fn f() {} /// b\n", 1, 0, 0, 0, id="comments around code"),
        pytest.param("// a\n/* b */\n/* c\n\nd */\n", 0, 4, 0, 1, id="comments, with a blank line in one"),
        pytest.param("//! a\n/// b\n/** c\n d */\n/*! e */\nfn f() {}\n", 1, 5, 5, 0, id="documentation"),
        pytest.param("//// a\n/***/\nfn f() {}\n", 1, 2, 0, 0, id="almost documentation"),
        pytest.param("/// a\n#[doc = \"b\"]\nfn f() {}\n", 2, 1, 1, 0, id="an attribute is code"),
        pytest.param("const A: &str = \"\n// no comment\n\n\";\n", 3, 0, 0, 1, id="a string of several lines"),
        pytest.param(" \t\r\n\u3000\n\u2028\n", 0, 0, 0, 3, id="all of Unicode's whitespace"),
        pytest.param("fn f() {\n    g(\n        // a\n        b,\n    );\n    println!(\n        // c\n        \"{}\", d\n    )\n}\n", 8, 2, 0, 0, id="comments between arguments, of macros too"),
        pytest.param("/* never closed\n\n a", 2, 0, 0, 1, id="a comment that is not closed is none"),
        pytest.param("macro_rules! m { () => {\n // a\n\n b } }", 2, 1, 0, 1, id="in a macro's body"),
    ],
)  # fmt: skip
def test_lines(text: str, code: int, comment: int, documentation: int, blank: int) -> None:
    """Each line is of one kind."""
    total = code + comment + blank

    assert profile(text).lines == LineCounts(
        total=total, code=code, comment=comment, documentation=documentation, blank=blank
    )


@given(st.lists(st.sampled_from(["fn f() {}", "// a", "/* b", "*/", "/// c", "\n", "\n\n", "\"", " ", "\u3000", "vec![1]", "\udcff", "\r\n"])).map("".join))  # fmt: skip
def test_kinds_of_lines_add_up(text: str) -> None:
    """On any text, and lines that are not blank are those of the original's count."""
    lines = profile(text).lines

    assert lines.total == lines.code + lines.comment + lines.blank
    assert lines.code + lines.comment == count_lines(text)
    assert 0 <= lines.documentation <= lines.comment
