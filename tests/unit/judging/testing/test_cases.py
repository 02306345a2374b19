"""What counts as a hidden test, and how each becomes something that can be called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging.testing.cases import Case, CaseError, lower_tests
from ferrobench.rust_source.grammar import parse_source


def cases(tests: str) -> tuple[Case, ...]:
    return lower_tests(tests)[1]


def paths(tests: str) -> list[str]:
    return [case.path for case in cases(tests)]


def panics(attributes: str) -> str | None:
    """What the panic of a test with these attributes must contain."""
    (case,) = cases(f"#[test]\n{attributes}\nfn a() {{ f(); }}")
    return case.must_panic


def test_test_functions_are_found_in_nested_modules_by_their_paths() -> None:
    tests = """
        #[test] fn top() {}
        #[cfg(test)] mod tests {
            #[test] fn inner() {}
            fn helper() {}
            mod deep { #[test] fn inmost() {} }
        }
    """

    assert paths(tests) == ["top", "tests::inner", "tests::deep::inmost"]


def test_modules_and_tests_become_visible_and_nothing_stays_conditional() -> None:
    lowered, _ = lower_tests(
        "#[cfg(test)]\nmod tests {\n#[test]\nfn a() {}\n#[test]\npub(super) fn b() {}\n}"
    )

    assert lowered == "\npub mod tests {\n\npub fn a() {}\n\npub fn b() {}\n}"


def test_other_attributes_stay() -> None:
    lowered, _ = lower_tests("#[test]\n#[allow(unused)]\n/// words\nfn a() {}\n#[test] fn b() {}")

    assert "#[allow(unused)]\n/// words\npub fn a() {}" in lowered


def test_a_test_that_must_panic_says_so() -> None:
    assert panics("#[should_panic]") == '""'


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ('#[should_panic(expected = "too large")]', '"too large"'),
        ('#[should_panic ( expected="a \\"b\\" c" )]', '"a \\"b\\" c"'),
        ('#[should_panic(expected = r"a\\b")]', 'r"a\\b"'),
        ('#[should_panic(expected = r#"say "no""#)]', 'r#"say "no""#'),
        ('#[should_panic = "old form"]', '"old form"'),
    ],
)
def test_a_test_that_must_panic_with_certain_words_says_which(attributes: str, words: str) -> None:
    assert panics(attributes) == words


def test_the_order_of_attributes_does_not_matter() -> None:
    (case,) = cases('#[should_panic(expected = "x")]\n#[test]\nfn a() { assert!(f()); }')

    assert case == Case(path="a", must_panic='"x"', checks=())


@pytest.mark.parametrize("attribute", ["#[ignore]", '#[ignore = "slow"]'])
def test_what_is_ignored_is_no_test(attribute: str) -> None:
    """Neither run nor counted."""
    assert paths(f"#[test] fn a() {{}}\n#[test] {attribute} fn b() {{}}") == ["a"]


def test_tests_of_which_all_are_ignored_are_no_tests() -> None:
    """Nothing that a sample can pass."""
    with pytest.raises(CaseError, match="there are no tests"):
        cases("#[test] #[ignore] fn a() {}")


def test_a_test_may_return_a_result() -> None:
    (case,) = cases("#[test] fn a() -> Result<(), String> { f()?; Ok(()) }")

    assert case.entry == (
        "::ferrobench_wire::Case { run: || ::ferrobench_wire::Verdict::complaint(a()), "
        "must_panic: ::std::option::Option::None, checks: 0 }, "
    )


def test_the_entry_of_a_test_has_its_path_and_its_words() -> None:
    (_, case) = cases('mod t { #[test] fn a() {} #[test] #[should_panic(expected = "no")] fn b() {} }')

    assert case.entry == (
        "::ferrobench_wire::Case { run: || ::ferrobench_wire::Verdict::complaint(t::b()), "
        'must_panic: ::std::option::Option::Some("no"), checks: 0 }, '
    )


def test_a_main_of_assertions_is_a_test_of_which_each_counts() -> None:
    lowered, (case,) = lower_tests(
        'fn main() {\n    let x = f(1);\n    assert_eq!(x, 2);\n    assert!(f(2) > 3, "words");\n}'
    )

    assert case.path == "main"
    assert case.units == ("assert_eq!(x, 2)", 'assert!(f(2) > 3, "words")')
    assert lowered == (
        "pub fn main() {\n    let x = f(1);\n    ::ferrobench_wire::check(|| { assert_eq!(x, 2); });\n"
        '    ::ferrobench_wire::check(|| { assert!(f(2) > 3, "words"); });\n}'
    )


def test_only_a_main_at_the_root_is_a_test() -> None:
    assert paths("fn main() { assert!(f()); }\nmod inner { fn main() {} }") == ["main"]


def test_a_main_beside_test_functions_counts_as_one_of_them() -> None:
    found = cases("fn main() { assert!(f()); }\n#[test] fn a() { assert!(f()); }")

    assert [(case.path, case.checks) for case in found] == [("main", ()), ("a", ())]


def test_the_assertions_of_a_single_test_count_for_themselves() -> None:
    (case,) = cases(
        "mod t { #[test] fn a() { assert!(f()); assert_eq!(f(), true); assert_ne!(f(), false); } }"
    )

    assert len(case.units) == 3


def test_those_of_several_do_not() -> None:
    found = cases("#[test] fn a() { assert!(f()); assert!(f()); }\n#[test] fn b() { assert!(f()); }")

    assert [unit for case in found for unit in case.units] == ["a", "b"]


@pytest.mark.parametrize(
    "statement",
    [
        "if x { assert!(y); }",
        "for i in 0..3 { assert!(i < 3); }",
        "{ assert!(y); }",
        'println!("x");',
        "check(|| assert!(y));",
    ],
)
def test_assertions_inside_of_other_statements_do_not_count_by_themselves(statement: str) -> None:
    (case,) = cases(f"#[test] fn a() {{ {statement} assert!(last); }}")

    assert case.units == ("assert!(last)",)


@pytest.mark.parametrize(
    "macro",
    [
        "assert!",
        "::std::assert!",
        "std::assert!",
        "core::assert_eq!",
        "debug_assert!",
        "debug_assert_ne!",
        "assert_ne!",
    ],
)
def test_every_way_to_write_an_assertion_counts(macro: str) -> None:
    (case,) = cases(f"#[test] fn a() {{ {macro}(x, y); }}")

    assert case.units == (f"{macro}(x, y)",)


@pytest.mark.parametrize("macro", ["my::assert!", "assert_matches!", "assert_close!"])
def test_macros_of_other_people_do_not(macro: str) -> None:
    """What they do is not known; the function counts as a whole."""
    (case,) = cases(f"#[test] fn a() {{ {macro}(x, y); }}")

    assert case.units == ("a",)


def test_an_assertion_without_a_semicolon_at_the_end_counts() -> None:
    (case,) = cases("#[test] fn a() { assert!(x); assert!(y) }")

    assert len(case.units) == 2


def test_a_test_that_must_panic_is_not_split() -> None:
    (case,) = cases("#[test] #[should_panic] fn a() { assert!(f()); assert!(f()); }")

    assert case.checks == ()


def test_nothing_is_split_when_nobody_wants_it() -> None:
    tests = "#[test] fn a() { assert!(x); assert!(y); }"

    lowered, (case,) = lower_tests(tests, split=False)

    assert case.units == ("a",)
    assert lowered.strip() == "pub fn a() { assert!(x); assert!(y); }"


def test_a_name_of_a_counted_assertion_is_one_short_line() -> None:
    (case,) = cases(f"fn main() {{ assert_eq!(\n    f({', '.join(map(str, range(100)))}),\n    1); }}")

    (name,) = case.units
    assert len(name) == 121
    assert name.startswith("assert_eq!( f(0, 1, 2,")
    assert name.endswith("…")


@pytest.mark.parametrize(
    "tests", ["", "// nothing\n", "fn helper() {}", "mod tests { fn a() {} }", "#[rstest] fn a() {}"]
)
def test_without_tests_there_is_an_error(tests: str) -> None:
    with pytest.raises(CaseError, match="there are no tests"):
        cases(tests)


@pytest.mark.parametrize(
    "tests",
    [
        "#[test] fn a() {",
        "#[test] fn a() { assert!(1 }",
        "mod tests { #[test] fn a() {} ",
        "#[test] fn () {}",
    ],
)
def test_tests_that_do_not_parse_are_an_error(tests: str) -> None:
    with pytest.raises(CaseError, match="the tests do not parse"):
        cases(tests)


_EXPRESSIONS = st.sampled_from(["f(1)", "x", "vec![1, 2]", '"a;b"', "'}'", "{ 1 }", "é", "(1, 2)"])
_STATEMENTS = st.builds("assert_eq!({}, {});".format, _EXPRESSIONS, _EXPRESSIONS) | st.builds(
    "let y = {};".format, _EXPRESSIONS
)


@given(st.lists(_STATEMENTS, max_size=8))
def test_what_is_asserted_is_never_changed(statements: list[str]) -> None:
    """What is inserted lies between the statements, and what comes out is as good Rust as before."""
    body = "\n".join(statements)

    lowered, (case,) = lower_tests(f"fn main() {{\n{body}\n}}")

    restored = lowered.replace("::ferrobench_wire::check(|| { ", "").replace("; });", ";")
    assert restored == f"pub fn main() {{\n{body}\n}}"
    assert len(case.checks) == sum(statement.startswith("assert") for statement in statements)
    assert not parse_source(lowered.encode()).root_node.has_error
