"""The original's three code figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics import count_functions, count_lines, keyword_complexity


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 0),
        ("\n\n \t\n", 0),
        ("a", 1),
        ("a\n", 1),
        ("a\n\nb", 2),
        ("fn f() {\r\n\r\n}\r\n", 2),
        ("{" * 100, 1),
        # Rust splits at line feeds alone, and trims Unicode's White_Space alone.
        ("a\rb\x0cc\u2028d", 1),
        ("\u3000\xa0\n\u2003", 0),
        ("\x1c\n\x1f", 2),
        ("\u200b", 1),
    ],
)
def test_lines_are_those_that_are_not_blank(text: str, lines: int) -> None:
    """
    A line counts if anything is left after trimming as Rust trims.
    """
    assert count_lines(text) == lines


@pytest.mark.parametrize(
    ("text", "functions"),
    [
        pytest.param("", 0, id="empty"),
        pytest.param("struct Point { x: f64, y: f64 }", 0, id="no function"),
        pytest.param(
            "fn a() {} pub fn b() {} async fn c() {} const fn d() {} unsafe fn e() {}", 5, id="top level"
        ),
        pytest.param('extern "C" fn a() {} pub extern "system" fn b() {}', 2, id="extern functions"),
        pytest.param("#[test]\nfn a() {}\n/// Doc.\nfn b() {}", 2, id="attributes and docs"),
        pytest.param("fn a() { fn b() { fn c() {} } }", 1, id="nested functions"),
        pytest.param("mod m { fn a() {} impl S { fn b() {} } mod n { fn c() {} } }", 0, id="inline modules"),
        pytest.param(
            "struct S; impl S { fn a() {} pub fn b(&self) {} const C: i32 = 1; type T = i32; }", 2, id="impl"
        ),
        pytest.param("impl Display for S { fn fmt(&self) {} }", 1, id="trait impl"),
        pytest.param(
            "unsafe impl<T> Tr for S<T> where T: Copy { fn a() {} fn b() {} }", 2, id="unsafe generic impl"
        ),
        pytest.param("impl S { fn a() { fn inner() {} impl T { fn b() {} } } }", 1, id="nested in a method"),
        pytest.param("trait T { fn required(&self); fn provided(&self) {} const C: i32; }", 2, id="trait"),
        pytest.param("fn f() { trait T { fn a(); } }", 1, id="trait in a function"),
        pytest.param('extern "C" { fn a(); fn b(); }', 0, id="extern block"),
        pytest.param("macro_rules! m { () => { fn a() {} } }", 0, id="macro definition"),
        pytest.param("m! { fn a() {} }", 0, id="macro invocation"),
        pytest.param(
            "static F: fn() = || {}; const G: fn(i32) -> i32 = |x| x;", 0, id="closures and fn pointers"
        ),
        pytest.param(
            "fn a() { let f = |x: i32| x; let g = move || async {}; }", 1, id="closures in a function"
        ),
        pytest.param(
            '// fn a() {}\n/* fn b() {} */ const S: &str = "fn c() {}";', 0, id="comments and strings"
        ),
        pytest.param("fn f(s: S) -> impl Fn(fn()) { s }", 1, id="fn in types"),
        pytest.param(
            "fn a<'a, const N: usize>(x: [&'a u8; N]) -> usize where u8: Copy { N }", 1, id="generics"
        ),
    ],
)
def test_functions_are_counted_as_the_original_did(text: str, functions: int) -> None:
    """
    Top level, impl blocks and traits count; everything deeper does not.
    """
    assert count_functions(text, parses=True) == functions


def test_what_does_not_parse_has_no_functions() -> None:
    """
    Whether a text parses is rustc's to say, and decides alone.
    """
    assert count_functions("fn a() {}", parses=False) == 0
    assert count_functions("fn a() {} fn b( {", parses=False) == 0


@pytest.mark.parametrize(
    ("text", "complexity"),
    [
        ("", 1),
        ("fn f() {}", 1),
        ("if a {} else if b {}", 3),
        ("if(a) {}", 1),
        ("while x { for y in z { match w {} } }", 4),
        ("a && b || c", 3),
        ("a &&& b", 2),
        ("|||", 2),
        ("||||", 3),
        ("x? + y?? ", 4),
        # Counted blindly: in comments, in strings, at the ends of words.
        ("// what if it fails?", 3),
        ('"for you"', 2),
        ("impl Display for Point {}", 2),
        ("fn f<T: ?Sized>() {}", 2),
        ("elif x", 2),
        ("for\tx", 1),
    ],
)
def test_complexity_counts_substrings_of_the_raw_text(text: str, complexity: int) -> None:
    """
    It is 1 plus each keyword's occurrences that do not overlap.
    """
    assert keyword_complexity(text) == complexity


@given(st.text(st.characters(exclude_categories=[]), max_size=200))
def test_any_text_has_figures(text: str) -> None:
    """
    No text raises, whatever it is made of.
    """
    assert 0 <= count_lines(text) <= text.count("\n") + 1
    assert keyword_complexity(text) >= 1
    assert count_functions(text, parses=True) >= 0
