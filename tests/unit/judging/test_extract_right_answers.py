"""Right answers that other runners get wrong, one test for each way, and what always holds of extraction."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging.extract import RULES, extract, strict_reading
from ferrobench.judging.extraction.named_items import ItemName, name_items
from ferrobench.judging.extraction.tail import parses
from ferrobench.rust_source.items import read_items
from tests.support.prompts import prompt

if TYPE_CHECKING:
    from ferrobench.prompts import Prompt

TEXT = "/// Counts braces.\nfn count(s: &str) -> usize {\n"
PLAIN = prompt(TEXT, entry_point="count")
STOPPED = prompt(TEXT, entry_point="count", stop_text="\n}")
BODY = "    s.matches('{').count()"
SHARED = Path(os.environ.get("FERROBENCH_SHARED") or Path(__file__).parents[3].parent / "shared")
STORED = SHARED / "fixtures" / "multipl-e" / "humaneval-rs-first40.jsonl"


def in_fence(code: str) -> str:
    """An answer of a chat model."""
    return f"```rust\n{code}\n```\n"


def functions(text: str | None) -> list[str]:
    """The names of a program's top-level functions."""
    found = name_items(text or "", read_items(text or "").items)
    return [item.name.name for item in found if item.name.space == "value"]


def test_helper_before_the_target() -> None:
    """It is kept, in a fence and as the format cut it."""
    code = "fn is_brace(c: char) -> bool { c == '{' }\n\nfn count(s: &str) -> usize {\n    s.chars().filter(|c| is_brace(*c)).count()"

    assert extract(PLAIN, in_fence(code + "\n}")).text == code + "\n}\n"
    assert extract(STOPPED, code).text == code + "\n}"


def test_helper_after_the_target() -> None:
    """It is kept, and so is its last brace that the format cut."""
    code = "    helper(s)\n}\n\nfn helper(s: &str) -> usize {\n    s.len()"

    assert extract(PLAIN, code + "\n}").text == TEXT + code + "\n}"
    assert extract(STOPPED, code) == strict_reading(STOPPED, code)
    assert extract(STOPPED, code).text == TEXT + code + "\n}"


def test_use_before_the_function() -> None:
    """An answer's own imports stay."""
    code = "use std::fmt::Debug;\n\nfn count(s: &str) -> usize {\n    s.len()\n}"

    assert extract(PLAIN, in_fence(code)).text == code + "\n"


def test_attribute_before_the_function() -> None:
    """An answer's own attributes stay, inner ones too."""
    code = "#![allow(dead_code)]\n#[inline]\n#[must_use]\nfn count(s: &str) -> usize {\n    s.len()\n}"

    assert extract(PLAIN, in_fence(code)).text == code + "\n"


def test_repeated_signature() -> None:
    """The prompt's own goes, in a fence or not, cut by the format or not."""
    code = f"fn count(s: &str) -> usize {{\n{BODY}"

    for answer in (code + "\n}", in_fence(code + "\n}")):
        assert extract(PLAIN, answer).text == (code + "\n}\n" if answer.endswith("```\n") else code + "\n}")
    for answer in (code, f"```rust\n{code}"):
        reading = extract(STOPPED, answer)
        assert reading.text == code + "\n}"
        assert reading.rules[-2:] == ("removed_repeated_prompt", "put_back_stop_text")


@pytest.mark.parametrize("name", ["Count", "COUNT", "co_unt", "brace_count"])
def test_renamed_entry(name: str) -> None:
    """A function spelled alike, or the only one with the same types, takes the prompt's place, under its own name."""
    code = f"fn {name}(text: &str) -> usize {{\n    text.len()\n}}"

    assert extract(PLAIN, in_fence(code)).text == code + "\n"


def test_extra_fn_main() -> None:
    """It stays: tests have a way around it."""
    code = (
        f'fn count(s: &str) -> usize {{\n{BODY}\n}}\n\nfn main() {{\n    println!("{{}}", count("{{"));\n}}'
    )

    assert functions(extract(PLAIN, in_fence(code)).text) == ["count", "main"]


def test_own_tests() -> None:
    """They stay: tests have a way around them."""
    code = f'fn count(s: &str) -> usize {{\n{BODY}\n}}\n\n#[cfg(test)]\nmod tests {{\n    use super::*;\n\n    #[test]\n    fn one() {{\n        assert_eq!(count("{{"), 1);\n    }}\n}}'

    assert extract(PLAIN, in_fence(code)).text == code + "\n"


@pytest.mark.parametrize(
    "body",
    [
        "    fn inner<'a>(x: &'a str) -> &'a str { x }\n    inner(s).matches('}').count()\n}",
        "    s.matches('\\'').count() + s.matches('{').count() // '}\n}",
        '    s.matches(r#"}"#).count() + s.matches(r"\\").count()\n}',
        "    /* } /* } */ } */ s.len()\n}",
        '    s.len() + "}\\"}".len()\n}',
        "    s.len() + b'}' as usize\n}",
        "    'a: loop { break 'a s.len(); }\n}",
        '    s.len() + format!("{{}}{{").len()\n}',
    ],
    ids=[
        "lifetimes",
        "characters",
        "raw strings",
        "nested comments",
        "strings",
        "bytes",
        "labels",
        "formats",
    ],
)
def test_braces_that_close_nothing(body: str) -> None:
    """Lifetimes and characters, raw strings, nested comments: only code has braces that count."""
    assert extract(PLAIN, body).text == TEXT + body
    assert extract(PLAIN, f"{body}\nfn next() {{").text == TEXT + body
    assert extract(PLAIN, in_fence(TEXT + body)).text == TEXT + body + "\n"


def test_text_after_the_fence() -> None:
    """It goes, and its quotes and braces mean nothing."""
    answer = in_fence(TEXT + BODY + "\n}") + "This isn't hard: } closes what { opens, as \"one would think.\n"

    assert extract(PLAIN, answer).text == TEXT + BODY + "\n}\n"


def test_unclosed_fence() -> None:
    """The answer's end closes it."""
    assert extract(PLAIN, f"```rust\n{TEXT}{BODY}\n}}\n").text == TEXT + BODY + "\n}\n"


def test_think() -> None:
    """Whatever was thought goes: code, fences and braces as well."""
    thought = f"<think>\nMaybe {{\n```rust\n{TEXT}    0\n}}\n```\n</think>\n\n"

    assert extract(PLAIN, thought + in_fence(TEXT + BODY + "\n}")).text == TEXT + BODY + "\n}\n"
    assert extract(PLAIN, thought + BODY + "\n}").text == TEXT + BODY + "\n}"


def test_byte_order_mark_and_crlf() -> None:
    """A mark in the middle of a program is no Rust; line ends are the model's own."""
    code = (TEXT + BODY + "\n}\n").replace("\n", "\r\n")

    assert extract(PLAIN, "\ufeff" + BODY + "\n}").text == TEXT + BODY + "\n}"
    assert extract(PLAIN, f"\ufeff```rust\r\n{code}```\r\n").text == code


def test_one_line_body() -> None:
    """The format's stop rule found nothing to cut, and nothing is put back."""
    reading = extract(STOPPED, "    s.len() }")

    assert reading.text == strict_reading(STOPPED, "    s.len() }").text == TEXT + "    s.len() }"
    assert reading.rules == ()


def test_nested_item_at_column_0() -> None:
    """The format cut at its brace; what is left is not made a function by another one."""
    code = "fn helper() -> usize {\n    1\n}\n    s.len() + helper()\n}\n"

    assert extract(PLAIN, code).text == TEXT + code
    assert extract(PLAIN, code).rules == ()


def test_the_stop_text_is_put_back_in_every_reading() -> None:
    """Where the program does not parse without it, and the rule is named."""
    assert strict_reading(STOPPED, BODY).text == TEXT + BODY + "\n}"
    assert strict_reading(STOPPED, BODY).rules == ("put_back_stop_text",)
    assert extract(STOPPED, BODY) == strict_reading(STOPPED, BODY)
    assert strict_reading(PLAIN, BODY).text == TEXT + BODY


@pytest.mark.parametrize("completion", ["", "  \n", "    // nothing", BODY + "\n}"])
def test_no_stop_text_is_put_back_where_none_is_missing(completion: str) -> None:
    """Neither behind a program that parses, nor behind nothing."""
    assert strict_reading(STOPPED, completion).text == TEXT + completion


def test_an_item_that_a_token_limit_cut_is_not_closed_by_the_stop_text() -> None:
    """The tail goes, since closing it would break the program."""
    reading = extract(STOPPED, f"{BODY}\n}}\nfn next() {{\n    let x =")

    assert reading.text == f"{TEXT}{BODY}\n}}"
    assert reading.rules == ("cut_unfinished_tail",)


def test_a_body_in_a_fence_goes_on_from_the_prompt() -> None:
    """Its last brace is only added where the format has cut one."""
    assert extract(STOPPED, in_fence(BODY)).text == f"{TEXT}{BODY}\n\n}}"
    assert extract(PLAIN, in_fence(BODY)).text is None
    assert extract(PLAIN, in_fence(BODY + "\n}")).text == f"{TEXT}{BODY}\n}}\n"


RICH = prompt(
    "use std::collections::{HashMap, HashSet};\nuse std::fmt;\n\nstruct Bag {\n    n: u8,\n}\n\nimpl Bag {\n    fn n(&self) -> u8 { self.n }\n}\n\nfn helper() {}\n\n#[inline]\nfn f(b: &Bag) -> u8 {\n"
)


def test_what_only_the_prompt_has_stays_in_scope() -> None:
    """Imports, types, implementations and helpers of the prompt go in front of an answer that has none of them."""
    reading = extract(RICH, in_fence("fn f(b: &Bag) -> u8 {\n    b.n()\n}"))

    assert reading.text is not None
    assert reading.text.startswith("use std::collections::{HashMap, HashSet};\nuse std::fmt;\nstruct Bag {")
    assert reading.text.endswith("fn helper() {}\n#[inline]\nfn f(b: &Bag) -> u8 {\n    b.n()\n}\n")
    assert parses(reading.text)


def test_what_the_answer_repeats_is_not_there_twice() -> None:
    """Each import, type and implementation is the answer's, where it has one."""
    answer = "use std::collections::HashMap;\nstruct Bag { n: u8, m: u8 }\nimpl Bag { fn n(&self) -> u8 { self.m } }\nfn f(b: &Bag) -> u8 {\n    b.n()\n}"
    reading = extract(RICH, in_fence(answer))

    assert reading.text is not None
    assert reading.text.count("HashMap") == reading.text.count("struct Bag") == 1
    assert reading.text.count("impl Bag") == reading.text.count("use std::fmt;") == 1
    assert "use std::collections::HashSet;\n" in reading.text


def test_a_method_that_is_begun_anew_stays_in_its_implementation() -> None:
    """The answer repeats the method only, and closes both."""
    method = prompt("struct A;\nimpl A {\n    fn a(&self) -> u8 { 1 }\n\n    fn f(&self) -> u8 {\n")
    reading = extract(method, in_fence("    fn f(&self) -> u8 {\n        2\n    }\n}"))

    assert (
        reading.text
        == "struct A;\nimpl A {\n    fn a(&self) -> u8 { 1 }\n\n        fn f(&self) -> u8 {\n        2\n    }\n}\n"
    )
    assert parses(reading.text)


COMPLETE = prompt("struct Point { x: f64 }", complete=True)


def test_a_complete_prompt_may_be_repeated_or_gone_on_from() -> None:
    """The type is there once, and something is added to it."""
    added = "impl Point {\n    fn x(&self) -> f64 { self.x }\n}"

    assert extract(COMPLETE, f"\n{added}").text == f"struct Point {{ x: f64 }}\n{added}"
    assert extract(COMPLETE, in_fence(added)).text == f"struct Point {{ x: f64 }}\n{added}\n"
    again = f"struct Point {{ x: f64 }}\n{added}\n"
    assert extract(COMPLETE, f"\n{again}").text == f"\n{again}"
    assert extract(COMPLETE, in_fence(again.rstrip())).text == again


@pytest.mark.parametrize("answer", ["", "// It has x.", "It has x.", in_fence("// It has x.")])
def test_a_complete_prompt_to_which_nothing_is_added_has_no_answer(answer: str) -> None:
    """Nothing of the model is left."""
    assert extract(COMPLETE, answer).text is None


def test_a_function_of_the_same_name_within_it_is_no_repeated_prompt() -> None:
    """The body goes on behind it."""
    code = "    fn count(s: &str) -> usize { s.len() }\n    count(s)\n}\n"

    assert extract(PLAIN, code).text == TEXT + code
    assert extract(STOPPED, code.removesuffix("\n}\n")).text == TEXT + code.removesuffix("\n")


PIECES = st.lists(
    st.sampled_from(
        [
            "```rust\n", "```\n", "~~~\n", "<think>", "</think>\n", "<|im_end|>", "</s>", "\ufeff", "\r\n", "\n", " ",
            "fn count(s: &str) -> usize {\n", BODY, "}\n", "}", "{", "(", ")", '"', "'", "r#\"", "/*", "*/", "// ", "/// ",
            "Here is the code:\n\n", "use std::fmt;\n", "use a::{", "fn main() {}\n", "impl Count {\n", "struct P;\n", "#[a]\n",
            "#![b]\n", "macro_rules! m {", "\ud800", "\udcff", "\u200b", "`", "é", "|", "<", ">", "->", "::", "pub(", "extern",
        ]
    )
).map("".join)  # fmt: skip
PROMPTS = st.sampled_from([PLAIN, STOPPED, RICH, COMPLETE, prompt("// Counts.\n"), prompt("impl A {\n    fn f(&self) {"), prompt("")])  # fmt: skip


@given(PROMPTS, PIECES | st.text(alphabet=st.characters(codec=None, exclude_categories=())))
def test_extraction_never_raises(asked: Prompt, completion: str) -> None:
    """Whatever a model writes, lone surrogates too; rules come in their order, each at most once."""
    reading = extract(asked, completion)

    assert list(reading.rules) == [rule for rule in RULES if rule in reading.rules]
    assert reading.text is None or reading.text
    assert strict_reading(asked, completion).text is not None


@given(PROMPTS, PIECES)
def test_what_was_extracted_comes_out_unchanged(asked: Prompt, completion: str) -> None:
    """As the answer it is: what follows the prompt where it begins with it, else one that begins it anew."""
    text = extract(asked, completion).text
    if text is not None and read_items(text).foreign is None and parses(text):
        answer = text.removeprefix(asked.text) if text.startswith(asked.text) else text
        assert extract(asked, answer).text == text


WHOLE_ITEMS = st.lists(
    st.sampled_from(
        [
            "struct P<'a>(&'a str);", "use std::fmt;", 'const S: &str = "```";', "fn g() -> char { '}' }",
            "/// ```\n/// g();\n/// ```\nfn h() {}", 'static T: &str = "<|im_end|>";', "// <think>\nmod m {}",
            'const R: &str = r#"\n```rust\nfn count() {}\n```\n</think>\n"#;', "impl<'a> P<'a> {}",
        ]
    )
).map("\n".join)  # fmt: skip


@given(WHOLE_ITEMS)
def test_a_right_program_is_unchanged(items: str) -> None:
    """To the last character, and no rule fires."""
    completion = f"{BODY}\n}}\n{items}"

    for asked in (PLAIN, STOPPED):
        assert extract(asked, completion).text == TEXT + completion
        assert extract(asked, completion).rules == ()


@pytest.mark.parametrize(
    "unit",
    ["```\n", "```rust\nfn count() {}\n```\n", "<think></think>", "<|im_end|>", '</s>"', TEXT, "use a;\n", "Here is:\n\n", '"', "x ", "///\n", "</think>\n", "use a::{"],
)  # fmt: skip
def test_time_is_linear_in_the_answer(unit: str) -> None:
    """A tenth of a megabyte of anything takes seconds."""
    started = time.process_time()
    extract(STOPPED, unit * (100_000 // len(unit)))

    assert time.process_time() - started < 20


@pytest.mark.skipif(not STORED.exists(), reason=f"{STORED} is not there; FERROBENCH_SHARED names its folder")
def test_stored_answers_of_a_chat_model_all_give_a_program() -> None:
    """Each parses and defines what is asked for, although none parses as generated."""
    for line in STORED.read_text().splitlines():
        problem = json.loads(line)
        entry = re.search(r"let candidate = (\w+);", problem["tests"])
        assert entry is not None
        asked = prompt(problem["prompt"], entry_point=entry[1], stop_text="\n}")

        reading = extract(asked, problem["gpt_solution"])

        assert reading.text is not None, problem["name"]
        assert parses(reading.text), problem["name"]
        assert not parses(strict_reading(asked, problem["gpt_solution"]).text or ""), problem["name"]
        found = [item.name for item in name_items(reading.text, read_items(reading.text).items)]
        assert found.count(ItemName("value", entry[1])) == 1, problem["name"]
