"""Code as pieces of text: nothing is lost, nothing hides, and nothing is too much for a page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrobench.reports.characters import spell
from ferrobench.review.listing import MOST_CHARACTERS, MOST_LINES, UNSEEN, Line, lay_out
from tests.support.reviews import HOSTILE, PROMPT


def text_of(lines: tuple[Line, ...]) -> str:
    """What is to be read of lines."""
    return "\n".join("".join(text for _, text in line) for line in lines)


def kinds_of(code: str) -> dict[str, str]:
    """The kind of each piece by its text, without what is plain."""
    listing = lay_out("", code, is_program=True)
    return {text: kind for line in listing.completion for kind, text in line if kind}


@settings(max_examples=60)
@given(st.text(), st.text(), st.booleans())
def test_every_character_stands_where_it_was(prompt: str, completion: str, is_program: bool) -> None:
    """As itself or, where it would not show, by its number; prompt and completion are told apart to the character."""
    listing = lay_out(prompt, completion, is_program=is_program)
    for text, lines in ((prompt, listing.prompt), (completion, listing.completion)):
        hidden = {piece for line in lines for kind, piece in line if kind == UNSEEN}
        assert text_of(lines) == "".join(spell(c) if spell(c) in hidden else c for c in text)
        assert all(c in "\t\n" or c.isprintable() for c in text_of(lines))


def test_a_token_that_spans_the_border_is_parted_there() -> None:
    """A comment that the prompt begins and the model ends."""
    listing = lay_out("fn f() { // gi", "ven\n}", is_program=False)

    assert listing.prompt[-1][-1] == ("comment", "// gi")
    assert listing.completion == ((("comment", "ven"),), (("", "}"),))


def test_kinds_are_those_of_the_language() -> None:
    """Strings with braces, lifetimes, attributes with brackets, macros, calls and types."""
    found = kinds_of(
        "#[derive(A, [b])]\nfn go<'a>(x: &'a Vec<u8>) { println!(\"}{}\", 1.5); call(x) /* y */ }\nif a != b {}"
    )

    assert found["#[derive(A, [b])]"] == "attribute"
    assert (found["fn"], found["if"]) == ("keyword", "keyword")
    assert (found["go"], found["call"]) == ("function", "function")
    assert (found["'a"], found["Vec"], found["u8"]) == ("lifetime", "type", "type")
    assert (found["println"], found['"}{}"'], found["1.5"]) == ("macro", "string", "number")
    assert found["/* y */"] == "comment"
    assert "a" not in found


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x1b", "\r", "\u202e", "\u2066", "\u200b", "\ufeff", "\u3164", "\ue000", "\U000e0041"],
)
def test_what_would_not_show_is_told_by_its_number(character: str) -> None:
    """Control and bidirectional characters, blanks without width or shape, tags."""
    listing = lay_out(PROMPT, f"a{character}b", is_program=False)

    assert (UNSEEN, spell(character)) in listing.completion[0]
    assert character not in text_of(listing.completion)


def test_a_long_line_is_cut_and_given_whole_when_asked_for() -> None:
    """A megabyte: some of it in colour, the rest in one plain piece."""
    text = HOSTILE["long"] + "\x00"
    cut, whole = (lay_out(PROMPT, text, is_program=False, whole=asked) for asked in (False, True))

    assert (cut.rest, cut.cut) == (None, len(text) - MOST_CHARACTERS)
    assert len(text_of(cut.completion)) == MOST_CHARACTERS
    assert whole.rest is not None
    assert text_of(whole.completion) + whole.rest == text.replace("\x00", "⟨U+0000⟩")


def test_many_lines_are_cut() -> None:
    """However short they are."""
    listing = lay_out(PROMPT, "\n" * 5000, is_program=False)

    assert len(listing.completion) == MOST_LINES
    assert listing.cut == 5000 - MOST_LINES + 1


def test_a_long_prompt_is_cut_and_says_so() -> None:
    """And the completion is whole."""
    listing = lay_out("a" * 30_000, "b", is_program=False)

    assert "10,000 more characters" in text_of(listing.prompt)
    assert text_of(listing.completion) == "b"
