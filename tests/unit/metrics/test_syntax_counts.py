"""Functions, decisions and shapes in the syntax tree."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics import SyntaxCounts, count_syntax, function_shapes, parse_rust

RUST_LIKE = st.lists(
    st.sampled_from(
        ["fn ", "f", "(", ")", "{", "}", "if ", "match ", "=>", "&&", "||", "?", ";", ",", "let ", "else ", "impl ",
         "x", "1", "'a", "\"", "//", "\n", "macro_rules! ", "$", "\udcff", "é"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


def count(source: str) -> SyntaxCounts:
    return count_syntax(parse_rust(source))


@pytest.mark.parametrize(
    ("body", "complexity"),
    [
        pytest.param("", 1, id="straight"),
        pytest.param("if a {}", 2, id="if"),
        pytest.param("if a {} else {}", 2, id="else decides nothing"),
        pytest.param("if a {} else if b {} else {}", 3, id="else if"),
        pytest.param("if let Some(x) = a {}", 2, id="if let"),
        pytest.param("if let Some(x) = a && x && b {}", 4, id="let chain"),
        pytest.param("let x = if a { 1 } else { 2 };", 2, id="if as a value"),
        pytest.param("while a {}", 2, id="while"),
        pytest.param("while let Some(x) = a.pop() {}", 2, id="while let"),
        pytest.param("for x in a {}", 2, id="for"),
        pytest.param("loop {}", 1, id="loop decides nothing"),
        pytest.param("loop { if a { break; } }", 2, id="the way out of a loop decides"),
        pytest.param("match a {}", 1, id="match without arms"),
        pytest.param("match a { _ => 1 };", 1, id="match with one arm"),
        pytest.param("match a { 1 => 1, 2 => 2, _ => 3 };", 3, id="match with three arms"),
        pytest.param("match a { 1 | 2 | 3 => 1, _ => 3 };", 2, id="alternatives in a pattern are one arm"),
        pytest.param("match a { x if x > 1 => 1, _ => 3 };", 3, id="guard"),
        pytest.param("match a { x if x > 1 && b => 1, _ => 3 };", 4, id="guard of two conditions"),
        pytest.param("let Some(x) = a else { return };", 2, id="let else"),
        pytest.param("let x = 1;", 1, id="plain let"),
        pytest.param("a()?.b()?;", 3, id="question marks"),
        pytest.param("let x = a && b || !c;", 3, id="short circuits"),
        pytest.param("let x = a & b | c; let y = &&z;", 1, id="bits and references decide nothing"),
        pytest.param("let f = || 1; let g = |x| x;", 1, id="closures alone decide nothing"),
        pytest.param("let f = |x| if x { 1 } else { 2 };", 2, id="a closure's decisions are the function's"),
        pytest.param("// if a && b ?\n/* while */", 1, id="comments"),
        pytest.param('let x = "if a && b";', 1, id="strings"),
        pytest.param("assert!(a && b); println!(\"{}\", if a { 1 } else { 2 });", 1, id="macro arguments are not seen"),
        pytest.param("async { x.await?; }", 2, id="async block"),
        pytest.param("if a { while b { for c in d { e()?; } } }", 5, id="nested"),
    ],
)  # fmt: skip
def test_decisions(body: str, complexity: int) -> None:
    """
    Complexity is 1 plus the decisions.
    """
    counts = count(f"fn f() {{ {body} }}")

    assert not counts.recovered
    assert counts.complexity_sum == counts.complexity_max == complexity


def test_nested_functions_have_their_own_complexity() -> None:
    """
    A decision belongs to the innermost function around it.
    """
    counts = count("fn outer() { if a {} fn inner() { if b {} if c {} } if d {} }")

    assert counts.functions == counts.bodies == 2
    assert counts.complexity_sum == 6
    assert counts.complexity_max == 3
    assert counts.complexity_mean == 3.0


def test_every_named_function_counts() -> None:
    """
    Free, nested, in modules, impls, traits and extern blocks; closures and macro bodies do not.
    """
    counts = count(
        """
        fn free() { fn nested() {} let closure = || 1; }
        mod m { fn inside() {} }
        impl S { fn method(&self) {} }
        trait T { fn required(&self); fn provided(&self) {} }
        extern "C" { fn foreign(); }
        macro_rules! m { () => { fn hidden() {} } }
        """
    )

    assert counts.functions == 7
    assert counts.bodies == 5
    assert counts.complexity_sum == 5


def test_decisions_outside_of_functions_belong_to_none() -> None:
    """
    A constant may branch without there being a function.
    """
    assert count("const A: i32 = if B { 1 } else { 2 };") == SyntaxCounts(
        functions=0, bodies=0, complexity_sum=0, complexity_max=0, recovered=False
    )


def test_no_function_has_no_complexity() -> None:
    """
    The mean over nothing is 0, not an error.
    """
    assert count("").complexity_mean == 0.0


@pytest.mark.parametrize(
    "source", ["fn f() {", "fn f(", "}", "{" * 50, "hello world", "\udcff", "fn f() { let }"]
)
def test_broken_texts_are_marked(source: str) -> None:
    """
    Figures of a mended tree say so.
    """
    assert count(source).recovered


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("{" * 20_000, id="braces never closed"),
        pytest.param("fn f() " + "{" * 20_000 + "}" * 20_000, id="blocks"),
        pytest.param("fn f() { " + "(" * 20_000 + "1" + ")" * 20_000 + "; }", id="parentheses"),
        pytest.param("fn f() { " * 10_000 + "}" * 10_000, id="functions"),
        pytest.param("fn f() { a" + " && a" * 20_000 + " }", id="conditions"),
        pytest.param("fn f() { " + "if a {} else " * 20_000 + "{} }", id="else if"),
        pytest.param("fn f() { a" + ".b()" * 20_000 + " }", id="method calls"),
    ],
)
def test_depth_is_no_danger(source: str) -> None:
    """
    Twenty thousand levels neither overflow a stack nor take quadratic time.
    """
    start = time.perf_counter()
    count(source)
    function_shapes(source)

    assert time.perf_counter() - start < 5


class TestShapes:
    def test_names_literals_and_layout_do_not_matter(self) -> None:
        """
        Renamed, renumbered, commented and reformatted code has the same shape.
        """
        a = function_shapes("fn add_one(x: i32) -> i32 { let y = 1; foo(x, y) }")
        b = function_shapes(
            """
            /// Doc.
            #[inline]
            pub fn other(value: u64) -> u64 {
                // A comment.
                let number = 42; /* another */
                bar(
                    value,
                    number,
                )
            }
            """
        )

        assert len(a) == 1
        assert a == b

    @pytest.mark.parametrize(
        "other",
        [
            "fn f(a: i32) -> i32 { a - 1 }",
            "fn f(a: i32) -> i32 { 1 + a }",
            "fn f(a: i32) -> i32 { a + 1; }",
            "fn f(a: i32) -> i32 { return a + 1; }",
            "fn f(a: i32) { a + 1 }",
            "fn f(a: &i32) -> i32 { a + 1 }",
            "fn f(a: String) -> i32 { a + 1 }",
            "fn f(mut a: i32) -> i32 { a + 1 }",
            "async fn f(a: i32) -> i32 { a + 1 }",
            'fn f(a: i32) -> i32 { a + "1" }',
        ],
    )
    def test_structure_operators_and_kinds_matter(self, other: str) -> None:
        """
        Whatever is more than a name makes another shape.
        """
        assert function_shapes("fn f(a: i32) -> i32 { a + 1 }").isdisjoint(function_shapes(other))

    def test_functions_methods_and_macros_have_shapes(self) -> None:
        """
        Those in impls, traits, modules and functions too; mere signatures do not.
        """
        source = """
        fn a() { fn b() -> i32 { 1 } }
        impl S { fn c(&self) {} }
        trait T { fn d(self) {} fn e(); }
        mod m { fn g() -> String { h() } }
        macro_rules! m { () => { 1 } }
        """

        assert len(function_shapes(source)) == 6

    def test_place_does_not_matter(self) -> None:
        """
        The same function has the same shape wherever it stands.
        """
        function = "fn f(x: i32) -> i32 { x * x }"

        for place in ("mod m {{ {} }}", "impl S {{ {} }}", "const A: i32 = 1; {}", "#[test] {}"):
            assert function_shapes(function) == function_shapes(place.format(function))

    def test_an_inner_function_is_part_of_the_outer_one(self) -> None:
        """
        Two outer functions with different inner ones differ.
        """
        assert len(function_shapes("fn a() { fn b() { 1 } } fn c() { fn d() { 1 + 1 } }")) == 4

    def test_equal_shapes_are_one(self) -> None:
        """
        The result is a set.
        """
        assert len(function_shapes("fn a() {} fn b() {}")) == 1

    def test_macro_operators_matter(self) -> None:
        """
        Tokens inside of macros are told apart by kind.
        """
        assert function_shapes("fn f() { m!(a + b) }") != function_shapes("fn f() { m!(a - b) }")

    def test_is_the_same_on_every_machine(self) -> None:
        """
        A shape recorded today can be compared with one of tomorrow.
        """
        assert function_shapes("fn f() {}") == {"542bc9ee245ac440059a78991385aeac"}


@given(RUST_LIKE)
def test_any_text_can_be_measured(source: str) -> None:
    """
    No text raises, and the figures fit each other.
    """
    counts = count(source)

    assert 0 <= counts.bodies <= counts.functions
    assert counts.bodies <= counts.complexity_sum
    assert counts.complexity_max <= counts.complexity_sum
    function_shapes(source)
