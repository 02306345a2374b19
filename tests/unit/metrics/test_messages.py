"""rustc's words without the sample's, and missing crates."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ferrobench.judging import Note
from ferrobench.metrics import missing_crate, normalise_message
from tests.support.records import diagnostic

NAMES = st.from_regex(r"[a-z][a-z0-9]{2,8}_q", fullmatch=True)  # the ending keeps keywords out
PIECES = st.lists(
    st.sampled_from(
        ["cannot find ", "trait ", "expected a ", "fields ", "`x`", "`", "`T: Clone`", "`Fn(u8)`", "`;`", "`self`", ", ", " and ", "or ", '"', "'",
         "\\", "1", " argument", "s was supplied", "N ", "there is ", " more", "`…`", "…", "unknown start of token: ", "\n", "é", "<", ">", ": ", "Rust "]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("mismatched types", "mismatched types"),
        ("cannot find value `total` in this scope", "cannot find value `…` in this scope"),
        ("unresolved import `std::collections::Foo`", "unresolved import `…`"),
        ("cannot add `f64` to `{integer}`", "cannot add `…` to `…`"),
        # Rust's own words stay
        ("expected one of `!`, `.`, or `}`, found `x`", "expected one of `!`, `.`, or `}`, found `…`"),
        ("expected identifier, found keyword `fn`", "expected identifier, found keyword `fn`"),
        ("expected identifier, found `<eof>`", "expected identifier, found `<eof>`"),
        ("`async fn` is not permitted in Rust 2015", "`async fn` is not permitted in Rust 2015"),
        ("binary operation `==` cannot be applied to type `E`", "binary operation `==` cannot be applied to type `…`"),
        ("`x` must outlive `'static`", "`…` must outlive `'static`"),
        ("`?` can only be used in a function that returns `Result` or `Option`",
         "`?` can only be used in a function that returns `Result` or `Option`"),
        # traits that are demanded stay
        ("`E` doesn't implement `std::fmt::Display`", "`…` doesn't implement `Display`"),
        ("the trait bound `Vec<E>: Clone` is not satisfied", "the trait bound `…: Clone` is not satisfied"),
        ("the trait bound `u8: From<u16>` is not satisfied", "the trait bound `…: From<…>` is not satisfied"),
        ("the trait bound `u8: Mine` is not satisfied", "the trait bound `…` is not satisfied"),
        ("expected a `FnMut(u64, u64)` closure, found `u64`", "expected a `FnMut(…)` closure, found `…`"),
        ("no variant named `Add` found for enum `Op`", "no variant named `…` found for enum `…`"),
        # numbers
        ("this function takes 2 arguments but 3 arguments were supplied",
         "this function takes N arguments but N arguments were supplied"),
        ("this method takes 0 arguments but 1 argument was supplied",
         "this method takes N arguments but N arguments were supplied"),
        ("enum takes 1 generic argument but 2 generic arguments were supplied",
         "enum takes N generic arguments but N generic arguments were supplied"),
        ("2 positional arguments in format string, but there is 1 argument",
         "N positional arguments in format string, but there are N arguments"),
        # lists
        ("missing field `a` in initializer of `P`", "missing field `…` in initializer of `…`"),
        ("missing fields `a`, `b`, `c` and 2 other fields in initializer of `P`", "missing field `…` in initializer of `…`"),
        ("non-exhaustive patterns: `A`, `B` and 3 more not covered", "non-exhaustive patterns: `…` not covered"),
        ("not all trait items implemented, missing: `a`, `b`", "not all trait items implemented, missing: `…`"),
        # what is not as tidy
        ('expected `;`, found `"a ` b"`', "expected `;`, found `…`"),
        ("unknown start of token: \\u{201c}", "unknown start of token: …"),
        ("unknown start of token: `", "unknown start of token: …"),
        ("found\n  `a\nb`", "found `…`"),
    ],
)  # fmt: skip
def test_what_the_sample_chose_is_taken_out(message: str, expected: str) -> None:
    """
    Names, types, numbers and how many there are go; Rust's own words stay.
    """
    assert normalise_message(message) == expected


@given(NAMES, NAMES)
@pytest.mark.parametrize(
    "message",
    [
        "cannot find value `{}` in this scope",
        "no method named `{}` found for struct `Vec<{}>` in the current scope",
        "the trait bound `{}: Clone` is not satisfied",
        "expected one of `;` or `}}`, found `{}`",
        "cannot borrow `*{}.x` as mutable, as it is behind a `&` reference",
        "missing fields `{}` and `a` in initializer of `P`",
    ],
)
def test_names_do_not_matter(message: str, one: str, other: str) -> None:
    """
    Two samples with the same mistake are in one group.
    """
    assert normalise_message(message.format(one, one)) == normalise_message(message.format(other, other))


@example("\nunknown start of token: cannot find ")
@given(PIECES | st.text())
def test_twice_is_once(message: str) -> None:
    """
    A group's message belongs to the group.
    """
    once = normalise_message(message)

    assert normalise_message(once) == once


@pytest.mark.parametrize("message", ["`" + '"' * 2000, '`"\\' * 700, "`'" * 1000, "`a`, " * 500, "9" * 2000])
def test_hostile_text_takes_no_time(message: str) -> None:
    """
    A sample can put anything into a message, by `compile_error!`.
    """
    start = time.perf_counter()
    normalise_message(message)

    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize(
    ("code", "message", "rendered", "notes", "crate"),
    [
        pytest.param("E0463", "can't find crate for `rand`", "", (), "rand", id="extern crate"),
        pytest.param("E0433", "cannot find module or crate `rand` in this scope", "", (), "rand", id="path"),
        pytest.param("E0433", "failed to resolve: use of undeclared crate or module `rand`", "", (), "rand", id="path, 1.70"),
        pytest.param("E0432", "unresolved import `rand`", "", ("you might be missing a crate named `rand`",), "rand", id="import"),
        pytest.param("E0432", "unresolved import `a::b`",
                     "1 | use ::a::b;\n  |       ^ could not find `a` in the list of imported crates", (), "a", id="label"),
        pytest.param("E0432", "unresolved import `std::x`", "  |  ^^^ no `x` in the root", (), None, id="in a crate that is there"),
        pytest.param("E0432", "unresolved import `m::b`",
                     "1 | use m::b; // use of unresolved module or unlinked crate `x`\n  |  ^ no `b` in `m`", (), None, id="words of the sample"),
        pytest.param("E0433", "cannot find module or crate `fmt` in this scope", "",
                     ("you might be missing a crate named `fmt`", "consider importing this module"), None, id="std module"),
        pytest.param("E0432", "unresolved import `core_x`", "  | ^ use of unresolved module or unlinked crate `core_x`",
                     ("there is a crate or module with a similar name",), None, id="misspelt"),
        pytest.param("E0425", "cannot find value `x`", "", ("you might be missing a crate named `x`",), None, id="other code"),
        pytest.param("E0463", "can't find crate", "", (), None, id="without a name"),
    ],
)  # fmt: skip
def test_missing_crates_are_known_by_rustcs_words(
    code: str, message: str, rendered: str, notes: tuple[str, ...], crate: str | None
) -> None:
    """
    Only where rustc does not know what else was meant.
    """
    error = diagnostic(
        message,
        code,
        rendered=rendered,
        notes=tuple(Note(level="help", message=note) for note in notes),
    )

    assert missing_crate(error) == crate
