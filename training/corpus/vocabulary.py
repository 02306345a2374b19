"""What names mean: the predicates and maps that many functions are named after.

One table serves all families, so that a word means the same wherever it stands: ``even`` is ``% 2 == 0`` in
``count_even``, ``has_even`` and ``remove_even``. That is what a model can carry over to a name it has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Property:
    """A property of one value."""

    word: str
    """Fits ``count_<word>`` and ``filter_<word>``."""
    expression: str
    """Rust for the value ``E``."""
    negation: str
    signed: bool = False
    """Whether only signed numbers can have it."""

    def on(self, value: str) -> str:
        return self.expression.replace("E", value)

    def off(self, value: str) -> str:
        return self.negation.replace("E", value)

    @property
    def number(self) -> str:
        """The pool of number types it makes sense for."""
        return "@st" if self.signed else "@t"


NUMBER_TESTS = (
    Property("even", "E % 2 == 0", "E % 2 != 0"),
    Property("odd", "E % 2 != 0", "E % 2 == 0"),
    Property("odd", "E % 2 == 1", "E % 2 != 1"),
    Property("positive", "E > 0", "E <= 0", signed=True),
    Property("negative", "E < 0", "E >= 0", signed=True),
    Property("zero", "E == 0", "E != 0"),
    Property("nonzero", "E != 0", "E == 0"),
    Property("large", "E > 100", "E <= 100"),
    Property("small", "E < 10", "E >= 10"),
    Property("above_ten", "E > 10", "E <= 10"),
    Property("below_five", "E < 5", "E >= 5"),
    Property("above_fifty", "E > 50", "E <= 50"),
    Property("below_twenty", "E < 20", "E >= 20"),
    Property("multiples_of_three", "E % 3 == 0", "E % 3 != 0"),
    Property("multiples_of_five", "E % 5 == 0", "E % 5 != 0"),
    Property("multiples_of_seven", "E % 7 == 0", "E % 7 != 0"),
    Property("multiples_of_ten", "E % 10 == 0", "E % 10 != 0"),
)

CHAR_TESTS = (
    Property("digits", "E.is_ascii_digit()", "!E.is_ascii_digit()"),
    Property("digits", "E.is_numeric()", "!E.is_numeric()"),
    Property("letters", "E.is_alphabetic()", "!E.is_alphabetic()"),
    Property("uppercase", "E.is_uppercase()", "!E.is_uppercase()"),
    Property("lowercase", "E.is_lowercase()", "!E.is_lowercase()"),
    Property("spaces", "E.is_whitespace()", "!E.is_whitespace()"),
    Property("punctuation", "E.is_ascii_punctuation()", "!E.is_ascii_punctuation()"),
    Property("alphanumeric", "E.is_alphanumeric()", "!E.is_alphanumeric()"),
    Property("hex_digits", "E.is_ascii_hexdigit()", "!E.is_ascii_hexdigit()"),
    Property("ascii", "E.is_ascii()", "!E.is_ascii()"),
)

# The same for characters that are compared, where a reference must be followed first.
CHAR_VALUE_TESTS = (
    Property("vowels", '"aeiou".contains(E)', '!"aeiou".contains(E)'),
    Property("commas", "E == ','", "E != ','"),
    Property("dots", "E == '.'", "E != '.'"),
    Property("dashes", "E == '-'", "E != '-'"),
    Property("underscores", "E == '_'", "E != '_'"),
    Property("quotes", "E == '\"'", "E != '\"'"),
    Property("newlines", "E == '\\n'", "E != '\\n'"),
    Property("slashes", "E == '/'", "E != '/'"),
)


@dataclass(frozen=True, slots=True)
class Map:
    """What becomes of one number."""

    noun: str
    """Fits ``sum_of_<noun>``."""
    verb: str
    """Fits ``<verb>_all``."""
    expression: str
    signed: bool = False

    def on(self, value: str) -> str:
        return self.expression.replace("E", value)

    @property
    def number(self) -> str:
        return "@st" if self.signed else "@t"


NUMBER_MAPS = (
    Map("doubles", "double", "E * 2"),
    Map("triples", "triple", "E * 3"),
    Map("halves", "halve", "E / 2"),
    Map("thirds", "third", "E / 3"),
    Map("squares", "square", "E * E"),
    Map("cubes", "cube", "E * E * E"),
    Map("successors", "increment", "E + 1"),
    Map("last_digits", "last_digit", "E % 10"),
    Map("negations", "negate", "-E", signed=True),
    Map("absolutes", "absolute", "E.abs()", signed=True),
    Map("signs", "sign", "E.signum()", signed=True),
)

# The test, how it reads where the character is behind a reference, and where it is a value.
TEXT_TESTS: tuple[tuple[Property, str], ...] = (
    *((test, "@c") for test in CHAR_TESTS),
    *((test, "*@c") for test in CHAR_VALUE_TESTS),
)

SINGULAR = {
    "digits": "digit",
    "letters": "letter",
    "spaces": "space",
    "hex_digits": "hex_digit",
    "dashes": "dash",
    "slashes": "slash",
}


def singular(word: str) -> str:
    return SINGULAR.get(word, word.removesuffix("s") if word != "punctuation" else word)
