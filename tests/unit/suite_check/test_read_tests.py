"""What can be seen in hidden tests without running them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.prompts import load_suite
from ferrobench.suite_check.assertions import read_tests


def contradictions(*assertions: str) -> int:
    """How many are found in a test of these assertions."""
    return len(read_tests(f"fn main() {{ {'; '.join(assertions)}; }}").contradictions)


@pytest.mark.parametrize(
    "assertions",
    [
        ("assert_eq!(f(3.0, 4.0), true)", "assert_eq!(f(3.0, 4.0), false)"),
        ("assert_eq!(f( 1,2 ), 3)", "assert_eq!(f(1, 2), 4)"),
        ("assert_eq!(3, f(1))", "assert_eq!(f(1), 4)"),
        ("assert!(f(&[1]))", "assert!(!f(&[1]))"),
        ("assert!(f(1))", "assert_eq!(f(1), false)"),
        ("assert_eq!(f(1), 3)", "assert_ne!(f(1), 3)"),
        ('assert_eq!(f("a"), vec!["b"])', 'assert_eq!(f("a"), vec!["c"])'),
        ("assert_eq!(f(i32::MAX), None)", "assert_eq!(f(i32::MAX), Some(1))"),
        ("assert_eq!(f(vec![1], String::from(\"x\")), 1)", "assert_eq!(f(vec![1], String::from(\"x\")), 2)"),
    ],
)  # fmt: skip
def test_one_call_with_two_values_is_a_contradiction(assertions: tuple[str, str]) -> None:
    """However the assertions are written."""
    assert contradictions(*assertions) == 1


@pytest.mark.parametrize(
    "assertions",
    [
        ("assert_eq!(f(1), 3)", "assert_eq!(f(1), 3)"),
        ("assert_eq!(f(1), 3)", "assert_eq!(f(2), 4)"),
        ("assert_eq!(f(1), 3)", "assert_eq!(g(1), 4)"),
        ('assert_eq!(f(1), "a")', 'assert_eq!(f(1), String::from("a"))'),
        ('assert_eq!(f(1), "a")', 'assert_eq!(f(1), "a".to_string())'),
        ("assert_eq!(f(1), [1, 2])", "assert_eq!(f(1), vec![1, 2])"),
        ("assert_eq!(f(1), vec![])", "assert_eq!(f(1), Vec::<i32>::new())"),
        ("assert_eq!(f(1), 1_000)", "assert_eq!(f(1), 1000i64)"),
        ("assert_eq!(f(1), 1.0)", "assert_eq!(f(1), 1.)"),
        # What may change in between.
        ("assert_eq!(f(x), 3)", "assert_eq!(f(x), 4)"),
        ("assert_eq!(f(1), x)", "assert_eq!(f(1), y)"),
        ("assert_eq!(next(), 3)", "assert_eq!(next(), 4)"),
        ("assert_eq!(s.pop(), 3)", "assert_eq!(s.pop(), 4)"),
        ("assert!(f(1) > 3)", "assert!(f(1) < 3)"),
        ("assert_ne!(f(1), 3)", "assert_ne!(f(1), 4)"),
    ],
)
def test_what_may_both_hold_is_none(assertions: tuple[str, str]) -> None:
    """Doubt counts for the tests."""
    assert contradictions(*assertions) == 0


def test_a_contradiction_names_both_lines() -> None:
    """Lines are those of the tests."""
    tests = "fn main() {\n    assert_eq!(f(1), 2);\n    let a = 1;\n    assert_eq!(f(1), 3);\n}\n"

    (found,) = read_tests(tests).contradictions
    assert found == (
        "lines 2 and 4 want different values of one call: assert_eq!(f(1), 2) and assert_eq!(f(1), 3)"
    )


def test_a_test_that_must_panic_contradicts_nothing() -> None:
    """Its assertion is not meant to hold."""
    tests = "#[test]\nfn a() { assert_eq!(f(1), 2); }\n#[test]\n#[should_panic]\nfn b() { assert_eq!(f(1), 3); }\n"

    assert read_tests(tests).contradictions == ()


@pytest.mark.parametrize(
    ("tests", "why"),
    [
        ("mod tests {\n    use super::*;\n\n    // BEGIN\n", "they end before '{' of line 1 is closed, with '// BEGIN'"),
        ("fn main() {\n    assert_eq!(f(1", "they end before '(' of line 2 is closed"),
        ('fn main() { f("abc); }', "a string or comment that begins in line 1 never ends"),
        ("fn main() { } }", "'}' in line 1 closes nothing"),
        ("fn main() { let = ; }", "is no Rust"),
    ],
)  # fmt: skip
def test_where_tests_break_off_is_said(tests: str, why: str) -> None:
    """The last delimiter that stays open, and the last line."""
    broken = read_tests(tests).broken

    assert broken is not None
    assert why in broken


def test_the_brace_that_a_stop_rule_cut_is_no_fault() -> None:
    """MultiPL-E's tests begin with it."""
    assert read_tests("}\n\nfn main() {\n    assert_eq!(f(1), 2);\n}\n").broken is None


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ("fn a() { f(1); }", False),
        ("fn a() { println!(); }", False),
        ("fn a() { assert!(f(1)); }", True),
        ("fn a() { debug_assert_eq!(f(1), 1); }", True),
        ("fn a() { if f(1) { panic!() } }", True),
        ("fn a() { f(1).unwrap(); }", True),
        ("#[should_panic] fn a() { f(1); }", True),
    ],
)
def test_tests_that_cannot_fail_are_seen(tests: str, expected: bool) -> None:
    """There is no assertion in them, and nothing like one."""
    assert read_tests(tests).can_fail is expected


def test_exact_floating_point_numbers_are_counted() -> None:
    """In what a call must equal."""
    tests = (
        "fn a() { assert_eq!(f(1.5), 2); assert_eq!(f(1), 0.1); assert_eq!(f(2), vec![3f64]); assert_ne!(f(1), 0.2); "
        "assert_eq!(f(0.5), f(0.5)); }"
    )

    assert read_tests(tests).exact_floats == 2


@given(st.text(alphabet="{}()[]\"'/*! \nassert_eq,fn#1.é", max_size=80))
def test_reading_never_raises(tests: str) -> None:
    """Whatever stands there."""
    read_tests(tests)


def test_the_seeds_tests_are_sound() -> None:
    """Nothing is found in any of them."""
    for prompt in load_suite("seed").prompts:
        reading = read_tests(prompt.tests)
        assert reading.broken is None
        assert reading.contradictions == ()
