"""The cut along the syntax: complete items stay, the unfinished tail goes, and nothing is an answer without the model."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrobench.judging.extraction.tail import cut_tail
from ferrobench.rust_source.items import read_items

PROMPT = "fn f(x: u8) -> u8 {"

ITEMS = [
    "fn f() {}",
    "fn f();",
    "pub(crate) const unsafe extern \"C\" fn f<'a>(x: &'a str) -> [u8; {3}] { let c = '}'; [0; 3] }",
    "async fn f() -> Result<(), Box<dyn std::error::Error>> { Ok(()) }",
    "fn f<const N: usize>() -> Wrapper<{ N + 1 }> where [(); { N }]: Sized, T: Fn(u8) -> u8 { todo!() }",
    "struct A;",
    "struct A(i32);",
    "struct A<T>(T) where T: Copy;",
    "struct A { x: i32 }",
    "struct A<const N: usize = { 1 + 1 }> { x: [u8; N] }",
    "enum E { A = { 3 }, B(u8), C { x: u8 } }",
    "union U { a: u8 }",
    "impl<T> Trait for A<T> where T: Into<Vec<u8>> { fn f() {} }",
    "impl !Send for A {}",
    "impl<const N: usize> A<{ N }> {}",
    "unsafe impl Send for A {}",
    "pub trait T: Copy { fn f(); }",
    "unsafe auto trait T {}",
    "mod m { fn f() {} }",
    "mod m;",
    "use a::{b, c as d, e::*, self};",
    "pub use ::std::fmt;",
    "extern crate alloc;",
    'extern "C" { fn f(); }',
    'unsafe extern "C" { fn f(); }',
    "const X: T = { 1 };",
    "const _: bool = 1 < 2;",
    "static mut S: [u8; 2] = [1, 2];",
    "type A<T> = Vec<T>;",
    "macro_rules! m { ($x:expr) => { $x }; }",
    "macro_rules! m (() => {});",
    "thread_local! { static X: u8 = 1; }",
    "a::b!(1, 2);",
    "a![1];",
    '#[derive(Debug)]\n/// Documentation with a { brace.\n#[doc = "}"]\nstruct A;',
    'fn f() { let s = r#"}"#; /* } /* } */ */ "}" ; // }\n }',
]


@pytest.mark.parametrize("item", ITEMS)
def test_every_kind_of_item_is_read_whole(item: str) -> None:
    outline = read_items(item)

    assert outline.whole
    assert [(0, len(item))] == [tuple(found) for found in outline.items]


@pytest.mark.parametrize("item", ITEMS)
def test_no_beginning_of_an_item_is_an_item(item: str) -> None:
    for size in range(len(item)):
        assert not read_items(item[:size]).items, item[:size]


@pytest.mark.parametrize("item", ITEMS)
def test_items_after_the_prompts_own_stay(item: str) -> None:
    left = cut_tail(PROMPT, f" x }}\n{item}\n", prompt_complete=False)

    assert left.text == f"{PROMPT} x }}\n{item}\n"
    assert left.whole


@pytest.mark.parametrize(
    "tail",
    [
        "fn g(y: u8) -> u8 { y",
        "fn g(",
        "struct P(u8)",
        "use a::b",
        "#[derive(Debug)]",
        "/// dangling",
        "}",
        "} fn g() {}",
        "This function returns its argument.",
        "use this function like so;",
        "```\nfn main() {}",
        "; fn g() {}",
        "let y = 1;",
        "fn g() { ( } ) fn h() {}",
        '"an open string',
        "/* an open comment",
        "#![allow(unused)] fn g() {}",
        "<|endoftext|> fn g() {}",
        'println!("x")\n}',
        "pub",
        "const",
        "static x",
        "impl",
        "extern",
        "1",
    ],
)
def test_the_tail_is_cut_behind_the_last_complete_item(tail: str) -> None:
    left = cut_tail(PROMPT, f" x }}\nfn helper() {{}}\n{tail}", prompt_complete=False)

    assert left.text == PROMPT + " x }\nfn helper() {}"
    assert not left.whole


@pytest.mark.parametrize(
    "completion", ["", " x", "\n// } \n", ' "}" ', " if x { 1 ", " '}' ", " /* } */", " ) }", ' r#"}"# ']
)
def test_without_the_prompts_item_nothing_is_left(completion: str) -> None:
    assert cut_tail(PROMPT, completion, prompt_complete=False).text is None


def test_one_closing_brace_is_enough_of_the_model() -> None:
    assert cut_tail(PROMPT, "}", prompt_complete=False).text == PROMPT + "}"


@pytest.mark.parametrize("completion", ["", "\n// more\n", " imp", " }", " struct", "\n/// x\n", " fn f() {"])
def test_a_complete_prompt_needs_another_complete_item(completion: str) -> None:
    assert cut_tail("struct P { x: f64 }", completion, prompt_complete=True).text is None


def test_a_complete_prompt_with_another_item_is_kept() -> None:
    left = cut_tail("struct P { x: f64 }", "\nimpl P {}\nimpl", prompt_complete=True)

    assert left.text == "struct P { x: f64 }\nimpl P {}"


def test_an_item_split_inside_of_a_token_is_read_as_one() -> None:
    assert cut_tail("fn f() { retu", "rn; }", prompt_complete=False).text == "fn f() { return; }"


def test_a_prompt_that_is_only_a_comment_takes_what_follows() -> None:
    assert cut_tail("// Adds.\n", "fn f() {} fn", prompt_complete=False).text == "// Adds.\nfn f() {}"


def test_inner_attributes_on_top_stay() -> None:
    text = "#!/bin/x\n//! About.\n#![allow(dead_code)]\nfn f() {}\n"

    assert cut_tail("", text, prompt_complete=False).text == text


_PIECES = st.lists(
    st.sampled_from(
        [
            *ITEMS,
            " ",
            "\n",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            ";",
            "'",
            '"',
            "'a",
            "#",
            "!",
            "//",
            "/*",
            "*/",
            "fn",
            "<",
            ">",
        ]
    )
).map("".join)


@settings(deadline=None)
@given(_PIECES | st.text(), _PIECES | st.text(), st.booleans())
def test_the_result_is_a_beginning_of_the_text_and_stays_as_it_is(
    prompt: str, completion: str, complete: bool
) -> None:
    left = cut_tail(prompt, completion, prompt_complete=complete)

    if left.text is not None:
        assert (prompt + completion).startswith(left.text)
        assert len(left.text) > len(prompt)
        again = cut_tail(prompt, left.text[len(prompt) :], prompt_complete=complete)
        assert again.text == left.text
        assert again.whole


@settings(deadline=None)
@given(st.lists(st.sampled_from(ITEMS), min_size=1), st.sampled_from(["\n", "\n// c\n", " /* } */ "]))
def test_a_whole_program_is_kept_to_the_last_character(items: list[str], between: str) -> None:
    text = between.join(items) + between

    assert cut_tail("", text, prompt_complete=False).text == text


@pytest.mark.parametrize(
    "unit", ["{", "fn f(){", "fn f<", "use a::", "#[", "pub ", "a::", "mod m{}", "///a\n", "a!{}"]
)
def test_time_is_linear_in_the_text(unit: str) -> None:
    started = time.process_time()
    cut_tail(PROMPT, unit * 50_000, prompt_complete=False)

    assert time.process_time() - started < 5
