"""Which part of Rust an error is about."""

from __future__ import annotations

import pytest

from ferrobench.judging import Stage
from ferrobench.judging.error_codes import STAGE_OF_CODE
from ferrobench.metrics.failures import families
from ferrobench.metrics.failures.families import (
    OWNERSHIP_CODES,
    Family,
    OwnershipRule,
    family_of,
    ownership_rule,
)
from tests.support.records import diagnostic


@pytest.mark.parametrize(
    ("message", "code", "family"),
    [
        ("this file contains an unclosed delimiter", None, Family.SYNTAX),
        ("expected one of `;` or `}`, found `x`", None, Family.SYNTAX),
        ("unknown start of token: `", None, Family.SYNTAX),
        ("cannot find value `x` in this scope", "E0425", Family.NAMES),
        ("unresolved import `std::foo`", "E0432", Family.NAMES),
        ("cannot find macro `vek` in this scope", None, Family.NAMES),
        ("function `f` is private", "E0603", Family.NAMES),
        ("mismatched types", "E0308", Family.TYPES),
        ("no method named `f` found for type `i32`", "E0599", Family.TYPES),
        ("missing fields `x` in initializer", "E0063", Family.TYPES),
        ("the trait bound `T: Copy` is not satisfied", "E0277", Family.TRAITS),
        ("not all trait items implemented", "E0046", Family.TRAITS),
        ("use of moved value: `a`", "E0382", Family.OWNERSHIP),
        ("missing lifetime specifier", "E0106", Family.OWNERSHIP),
        ("lifetime may not live long enough", None, Family.OWNERSHIP),
        ("no rules expected the token `;`", None, Family.MACROS),
        ("2 positional arguments in format string, but there is 1 argument", None, Family.MACROS),
        ("this arithmetic operation will overflow", "arithmetic_overflow", Family.OTHER),
        ("`break` outside of a loop or labeled block", "E0268", Family.OTHER),
    ],
)
def test_an_error_belongs_to_the_family_of_its_code_or_words(
    message: str, code: str | None, family: Family
) -> None:
    """Codes first, then rustc's words, then the phase."""
    assert family_of(diagnostic(message, code), Stage.PARSE) is family


def test_every_code_of_the_tables_is_one_of_rustc() -> None:
    """And stands in one family only."""
    codes = [f"E{number}" for numbers in families._CODES.values() for number in numbers.split()]

    assert {*codes, *OWNERSHIP_CODES} <= set(STAGE_OF_CODE)
    assert len({*codes, *OWNERSHIP_CODES}) == len(codes) + len(OWNERSHIP_CODES)


def test_the_score_card_has_every_code_of_the_borrow_checker_that_rustc_still_emits() -> None:
    """A code that is missing would count as one of lifetimes without a meaning."""
    # Of old borrow checkers, and errors about drop, patterns and async that this one words in other ways.
    retired = {
        "E0161", "E0301", "E0302", "E0303", "E0312", "E0383", "E0386", "E0387", "E0388", "E0389",
        "E0504", "E0595", "E0759", "E0772",
    }  # fmt: skip
    of_borrowck = {code for code, stage in STAGE_OF_CODE.items() if stage is Stage.BORROWCK}

    assert of_borrowck - set(OWNERSHIP_CODES) == retired


@pytest.mark.parametrize(
    ("message", "code", "rule"),
    [
        ("arbitrary", "E0505", OwnershipRule.MOVES),
        ("arbitrary", "E0502", OwnershipRule.BORROWS),
        ("arbitrary", "E0596", OwnershipRule.MUTABILITY),
        ("arbitrary", "E0716", OwnershipRule.LIFETIMES),
        ("lifetime may not live long enough", None, OwnershipRule.LIFETIMES),
        ("cannot borrow `x` as mutable because it is also borrowed", None, OwnershipRule.BORROWS),
        ("cannot move out of `x` because it is borrowed", None, OwnershipRule.MOVES),
    ],
)
def test_an_ownership_error_breaks_one_rule(message: str, code: str | None, rule: OwnershipRule) -> None:
    """By its code, else by its words."""
    assert ownership_rule(diagnostic(message, code)) is rule
