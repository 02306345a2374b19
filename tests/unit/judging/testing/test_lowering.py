"""From a prompt to the program of its tests, and to what is added to samples: in two processes, and in one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging.testing.guarded import plan_guarded, sample_crate
from ferrobench.judging.testing.signature import UnsendableError
from ferrobench.judging.testing.tester import (
    RemotePlan,
    SuiteFaultError,
    close_delimiters,
    driver,
    plan_remote,
    surroundings,
)
from ferrobench.rust_source.grammar import parse_source
from tests.support.hidden import hidden_prompt, in_module

TESTS = in_module("fn a() { assert_eq!(f(1), 2); }", "fn b() { assert_eq!(f(2), 3); }")
PROMPT = hidden_prompt("fn f(a: u8) -> u8 {", TESTS, reference=" a + 1 }")


def called(plan: RemotePlan) -> list[str]:
    """The functions that tests call remotely."""
    return [function.name for function in plan.functions]


def parses(source: str) -> bool:
    return not parse_source(source.encode()).root_node.has_error


# In two processes


def test_the_tests_program_has_stand_ins_the_tests_and_a_table_of_them() -> None:
    plan = plan_remote(PROMPT)

    assert "fn f(a0: u8) -> u8 { " in plan.module
    assert "::ferrobench_wire::call::<u8>(0, " in plan.module
    assert "assert_eq!(f(1), 2);" in plan.module
    assert plan.module.rstrip().splitlines()[-1].count("::ferrobench_wire::Case {") == 2
    assert plan.units == ("tests::a", "tests::b")
    assert parses(plan.module)


def test_nothing_of_the_reference_is_in_the_tests_program() -> None:
    """A right answer must be nowhere near a sample."""
    assert "a + 1" not in plan_remote(PROMPT).module


def test_nothing_of_the_tests_is_in_what_samples_get() -> None:
    addition = driver(plan_remote(PROMPT), "drive")

    assert "assert" not in addition
    assert "tests" not in addition
    assert "super::f(a0)" in addition
    assert parses(addition)


def test_only_what_the_tests_mention_is_called() -> None:
    prompt = replace(PROMPT, text="fn helper(a: u8) -> u8 { a }\nfn f(a: u8) -> u8 {")

    assert called(plan_remote(prompt)) == ["f"]


def test_what_only_the_reference_defines_can_be_called() -> None:
    prompt = replace(PROMPT, text="// Write g.\n", reference="fn f(a: u8) -> u8 { a + 1 }")

    assert called(plan_remote(prompt)) == ["f"]


def test_the_prompts_own_declaration_wins_over_the_references() -> None:
    prompt = replace(PROMPT, text="fn f(a: u8) -> u8;\n", reference="fn f<T>(a: T) -> T { a }")

    (function,) = plan_remote(prompt).functions
    assert function.result == "u8"


def test_probes_are_called_and_added_to_samples() -> None:
    prompt = hidden_prompt(
        "struct S { x: u8 }\nimpl S { fn get(&self) -> u8 {",
        in_module("fn a() { assert_eq!(probe(1), 1); }"),
        reference=" self.x } }",
        probes="fn probe(x: u8) -> u8 { S { x }.get() }",
    )

    plan = plan_remote(prompt)

    assert called(plan) == ["probe"]
    assert plan.probes == prompt.probes


def test_arguments_that_are_changed_are_sent_back_after_the_result() -> None:
    prompt = hidden_prompt("fn f(a: &mut Vec<u8>, b: &mut [u8], c: &str) {", in_module("fn a() { f(); }"))

    plan = plan_remote(prompt)

    assert "*a0 = ::ferrobench_wire::Get::get(ferrobench_input)?;" in plan.module
    assert "::ferrobench_wire::overwrite(a1, ferrobench_input)?;" in plan.module
    assert "a2 =" not in plan.module
    assert "super::f(&mut a0, &mut a1, &a2)" in driver(plan, "d")
    assert (
        "Put::put(&result, out); ::ferrobench_wire::Put::put(&a0, out); ::ferrobench_wire::Put::put(&a1, out); }"
        in driver(plan, "d")
    )


def test_unsafe_functions_are_called_as_such() -> None:
    prompt = replace(
        PROMPT,
        text="unsafe fn f(a: u8) -> u8 {",
        tests=in_module("fn a() { assert_eq!(unsafe { f(1) }, 2); }"),
    )

    plan = plan_remote(prompt)

    assert "unsafe fn f(a0: u8)" in plan.module
    assert "= unsafe { super::f(a0) };" in driver(plan, "d")


def test_the_tests_see_the_prompts_imports_from_std_and_its_finished_items() -> None:
    text = (
        "use std::collections::HashMap;\nuse rand::Rng;\nconst N: usize = 3;\n#[derive(Debug)]\nstruct S;\n"
        "type Row = Vec<u8>;\nfn f(a: Row) -> u8 {"
    )

    kept = surroundings(replace(PROMPT, text=text))

    assert "use std::collections::HashMap;" in kept
    assert "rand" not in kept
    assert "const N: usize = 3;" in kept
    assert "#[derive(Debug)]\nstruct S;" in kept
    assert "fn f" not in kept


def test_an_item_that_the_model_is_to_finish_is_no_part_of_the_tests() -> None:
    assert surroundings(replace(PROMPT, text="struct A;\nimpl A {\n    fn f(&self) -> u8 {")) == "struct A;\n"


def test_the_prelude_is_in_scope_of_the_tests() -> None:
    plan = plan_remote(replace(PROMPT, prelude="pub const LIMIT: u8 = 3;"))

    assert "pub const LIMIT: u8 = 3;" in plan.module


@pytest.mark.parametrize(
    ("tests", "words"),
    [
        ("", "there are no tests"),
        ("#[test] fn a() {", "do not parse"),
        ("#[test] #[ignore] fn a() { f(1); }", "no tests"),
    ],
)
def test_tests_that_are_none_are_the_suites_fault(tests: str, words: str) -> None:
    for plan in (plan_remote, plan_guarded):
        with pytest.raises(SuiteFaultError, match=words):
            plan(replace(PROMPT, tests=tests))


def test_functions_that_cannot_be_sent_are_named_with_the_reason() -> None:
    with pytest.raises(UnsendableError, match="f: it is generic over T"):
        plan_remote(replace(PROMPT, text="fn f<T>(a: T) {"))


def test_tests_that_call_no_function_cannot_be_run_remotely() -> None:
    with pytest.raises(UnsendableError, match="call no function of the prompt"):
        plan_remote(replace(PROMPT, tests=in_module("fn a() { assert_eq!(S::new(1).x, 1); }")))


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("fn f() {", "fn f() {\n}"),
        ("fn f() { a(b[", "fn f() { a(b[\n])}"),
        ("fn f() {}", "fn f() {}"),
        ("fn f() { '}'; \"}\"; /* } */ // }", "fn f() { '}'; \"}\"; /* } */ // }\n}"),
        ('fn f() { r#"}"#', 'fn f() { r#"}"#\n}'),
        ("", ""),
    ],
)
def test_what_a_prompt_leaves_open_is_closed(text: str, closed: str) -> None:
    assert close_delimiters(text) == closed


@given(st.text(alphabet="fn(){}[]\"'/*\\ \na#r", max_size=40))
def test_closing_only_adds_at_the_end(text: str) -> None:
    closed = close_delimiters(text)

    assert closed.startswith(text)
    assert set(closed[len(text) :]) <= set("\n)]}")


# In one process


def test_what_the_tests_use_is_imported_by_name_and_pinned_where_it_can_be() -> None:
    prompt = hidden_prompt(
        "struct S;\ntrait T { fn t(&self); }\nfn unused() {}\nfn f<X: Ord>(a: X) -> X {",
        in_module("fn a() { assert_eq!(f(1), g(1)); }"),
        reference=" a }\nfn g(a: u8) -> u8 { a }",
    )

    root = plan_guarded(prompt).root

    assert "use ::ferrobench_sample::{S, T};" in root
    assert "fn f<X: Ord>(a0: X) -> X { ::ferrobench_sample::f(a0) }" in root
    assert "const g: fn(u8) -> u8 = ::ferrobench_sample::g;" in root
    assert "unused" not in root
    assert "::*" not in root.replace("super::*", "")
    assert parses(root)


@pytest.mark.parametrize(
    "signature",
    [
        "fn f<T>(a: T)", "fn f(a: impl Fn())", "fn f<'a>(a: &'a str)", "fn f(a: &S)", "fn f() -> S", "unsafe fn f(a: u8)",
        "fn f(a: u8) where u8: Copy",
    ],
)  # fmt: skip
def test_what_cannot_be_pinned_as_a_pointer_is_imported_where_its_wrapper_does_not_build(
    signature: str,
) -> None:
    """Whoever plans tries the wrapper first, and lets the reference decide."""
    prompt = hidden_prompt(f"struct S;\n{signature} {{", in_module("fn a() { f(); }"))

    assert "use ::ferrobench_sample::{S, f};" in plan_guarded(prompt, pinned=False).root
    assert "fn(" not in plan_guarded(prompt).root


def test_a_main_of_assertions_is_not_the_programs_main() -> None:
    prompt = replace(PROMPT, tests="fn main() { assert_eq!(f(1), 2); }")

    root = plan_guarded(prompt).root

    assert "pub fn ferrobench_tests() {" in root
    assert "complaint(ferrobench_tests())" in root
    assert root.count("fn main()") == 1


def test_tests_that_use_nothing_are_the_suites_fault() -> None:
    with pytest.raises(SuiteFaultError, match="use nothing that the prompt or its reference defines"):
        plan_guarded(replace(PROMPT, tests=in_module("fn a() { assert_eq!(1, 1); }")))


def test_in_a_crate_of_its_own_all_of_a_sample_can_be_seen() -> None:
    crate = sample_crate(
        "struct S { x: u8 }\nimpl S { fn get(&self) -> u8 { self.x } }\nfn f() {}", "fn p() {}", "struct P;"
    )

    for item in (b"pub struct S", b"pub x: u8", b"pub fn get", b"pub fn f", b"pub fn p", b"pub struct P"):
        assert item in crate
    assert b"pub use ferrobench_prelude::*;" in crate
