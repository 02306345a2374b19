"""Kinds of mistakes: which part of Rust each error of rustc is about."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ferrobench.judging import Stage
from ferrobench.judging.stages import stage_of_error
from ferrobench.metrics.messages import missing_crate

if TYPE_CHECKING:
    from ferrobench.judging import Diagnostic


class Family(StrEnum):
    """A part of Rust that a mistake is about."""

    SYNTAX = "syntax"
    """The text is no Rust: a token, a delimiter, a word out of place."""
    NAMES = "names"
    """Something is named, imported or called that is not there, or not in reach, or there twice. Missing crates too."""
    TYPES = "types"
    """Types do not fit: of values, arguments, fields, patterns; methods and fields that a type does not have."""
    TRAITS = "traits"
    """A bound does not hold, or an implementation is incomplete, forbidden or ambiguous."""
    OWNERSHIP = "ownership"
    """Moves, borrows, mutability and lifetimes."""
    MACROS = "macros"
    """A macro, or a format string, is used in a way that it does not take."""
    OTHER = "other"
    """Lints, constants, unstable features, loops and attributes out of place, code generation, linking."""


class OwnershipRule(StrEnum):
    """Which rule of ownership is broken."""

    MOVES = "moves"
    BORROWS = "borrows"
    MUTABILITY = "mutability"
    LIFETIMES = "lifetimes"


_OWNERSHIP = {
    OwnershipRule.MOVES: {
        "E0382": "a value is used after it was moved",
        "E0505": "a value is moved while it is borrowed",
        "E0507": "a value is moved out of a reference",
        "E0508": "a value is moved out of an array or a slice",
        "E0509": "a field is moved out of a type that has a destructor",
    },
    OwnershipRule.BORROWS: {
        "E0499": "a value is borrowed mutably twice at a time",
        "E0500": "a closure needs a value that is borrowed mutably",
        "E0501": "a value is borrowed while a closure borrows it mutably",
        "E0502": "a value is borrowed mutably and immutably at a time",
        "E0503": "a value is used while it is borrowed mutably",
        "E0506": "a value is assigned to while it is borrowed",
        "E0510": "a value is assigned to in a guard of the match that looks at it",
        "E0524": "two closures need mutable access to a value at a time",
    },
    OwnershipRule.MUTABILITY: {
        "E0381": "a variable is used before it has a value",
        "E0384": "a variable that is not mut is assigned to twice",
        "E0594": "something that is not mutable is assigned to",
        "E0596": "something that is not mutable is borrowed mutably",
    },
    OwnershipRule.LIFETIMES: {
        "E0106": "a lifetime has to be named",
        "E0261": "a lifetime is named that was not declared",
        "E0309": "a type parameter may not live long enough",
        "E0311": "a type parameter may not live as long as an unnamed lifetime",
        "E0310": "a type parameter may not live for 'static",
        "E0373": "a closure may outlive what it borrows",
        "E0495": "no lifetime fits all uses",
        "E0515": "a reference to a local value is returned",
        "E0521": "a borrow escapes the function",
        "E0597": "a value does not live as long as its borrow",
        "E0621": "a parameter's lifetime has to be named",
        "E0626": "a borrow lasts over a yield",
        "E0700": "a hidden type holds a lifetime that is not named",
        "E0712": "a thread-local value is borrowed for too long",
        "E0713": "a borrow of a field outlives the value's destructor",
        "E0716": "a temporary value is dropped while it is borrowed",
    },
}
OWNERSHIP_CODES: dict[str, tuple[OwnershipRule, str]] = {
    code: (rule, meaning) for rule, rows in _OWNERSHIP.items() for code, meaning in rows.items()
}
"""The codes of the ownership score card, each with the rule that it breaks and what it says, in a few words."""

_CODES = {
    Family.NAMES: """
        0252 0254 0255 0259 0260 0364 0365 0401 0403 0404 0405 0407 0408 0411 0412 0415 0416 0422 0423 0424 0425 0426
        0428 0429 0430 0431 0432 0433 0434 0435 0437 0438 0460 0461 0462 0463 0530 0531 0532 0573 0574 0575 0576 0583
        0603 0659
    """,
    Family.TRAITS: """
        0038 0046 0049 0050 0053 0117 0118 0119 0120 0184 0185 0186 0191 0195 0199 0200 0204 0206 0207 0210 0220 0221
        0223 0225 0275 0276 0277 0283 0322 0323 0324 0325 0326 0366 0367 0371 0390 0399 0520
    """,
}
_FAMILY_OF_CODE = {
    **{f"E{number}": family for family, numbers in _CODES.items() for number in numbers.split()},
    **dict.fromkeys(OWNERSHIP_CODES, Family.OWNERSHIP),
}
_FAMILY_OF_STAGE = {
    Stage.LEX: Family.SYNTAX,
    Stage.PARSE: Family.SYNTAX,
    Stage.TYPECHECK: Family.TYPES,
    Stage.BORROWCK: Family.OWNERSHIP,
}
_MACRO_WORDS = (
    "no rules expected ",
    "unexpected end of macro invocation",
    "invalid format string: ",
    "format argument must be a string literal",
    "multiple unused formatting arguments",
    "argument never used",
    "named argument never used",
    "requires at least a format string argument",
    "invalid reference to positional argument",
)
_MISSING_WORDS = ("cannot find macro ", "cannot find attribute ", "cannot find derive macro ")


def family_of(error: Diagnostic, stage: Stage) -> Family:
    """Say which part of Rust an error is about.

    Args:
        error: One of those of a refused text.
        stage: How far that text got: it settles the phase of an error whose own words do not tell.
    """
    code, message = error.code, error.message
    family = _FAMILY_OF_CODE.get(code or "")
    if family is not None:
        return family
    if message.startswith(_MISSING_WORDS) or missing_crate(error) is not None:
        return Family.NAMES
    if code is None and (message.startswith(_MACRO_WORDS) or " in format string, but " in message):
        return Family.MACROS
    own = stage_of_error(code, message) or max(stage, Stage.PARSE, key=lambda item: item.rank)
    return _FAMILY_OF_STAGE.get(own, Family.OTHER)


def ownership_rule(error: Diagnostic) -> OwnershipRule:
    """Say which rule an error of the family ``ownership`` breaks."""
    row = OWNERSHIP_CODES.get(error.code or "")
    if row is not None:
        return row[0]
    # Those without a code, and codes that rustc no longer emits, are of region inference.
    words = error.message
    if words.startswith(("cannot borrow", "cannot assign to", "cannot use")):
        return OwnershipRule.BORROWS
    return OwnershipRule.MOVES if words.startswith("cannot move out of") else OwnershipRule.LIFETIMES
