"""Programs without what their author was free to call as they liked: for telling copies from programs of their own.

Works on tokens alone, so that texts that no parser takes have a normal form too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEFINING = frozenset(
    {"fn", "struct", "enum", "union", "trait", "type", "const", "static", "mod", "mut"},
)
_KEYWORDS = frozenset(
    {"as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "fn", "for", "if",
     "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self", "static",
     "struct", "super", "trait", "type", "unsafe", "use", "where", "while", "_"},
)  # fmt: skip
_PRIMITIVES = frozenset(
    {"bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
     "f32", "f64"},
)  # fmt: skip
_FIXED_LIFETIMES = frozenset({"'static", "'_"})
_CALLS = frozenset({"(", "!", "::"})


def normal_form(words: Sequence[str]) -> str:
    """Rewrite a program, given by its tokens, so that only what it does by the names of others remains.

    Each literal becomes a literal of its kind (whole number, number with a fraction, string, character, truth value).
    Each name that the program itself gives becomes ``#1``, ``#2`` and so on, in the order in which they first occur,
    everywhere it stands for what it was given to; lifetimes and labels likewise. A program's own names are

    - those after ``fn``, ``struct``, ``enum``, ``union``, ``trait``, ``type``, ``const``, ``static``, ``mod`` and
      ``mut``, and the parameters in angle brackets after such a name or after ``impl``;
    - those that begin in lower case and somewhere stand for a value or a field: not called, not a macro's, not part of
      a path, no primitive type.

    Names of others stay: ``a.sum()`` and ``b.sum()`` are the same, ``a.sum()`` and ``a.max()`` are not. Renaming is
    consistent, not scoped: a name that two functions use for two things has one number.
    """
    normal = list(map(_without_choice, words))
    # Both neighbours of every word are there, the first one's too: it finds the last word of all, which is empty.
    padded = (*words, "")
    names = [index for index, word in enumerate(normal) if word is None]
    items, values = _own_names(padded, names)
    numbers: dict[str, str] = {}
    for index in names:
        word = padded[index]
        if word in items or word[0] == "'" or (word in values and _is_value(padded, index)):
            word = numbers.setdefault(word, f"#{len(numbers) + 1}")
        normal[index] = word
    return " ".join(cast("list[str]", normal))


def _own_names(padded: Sequence[str], names: Sequence[int]) -> tuple[set[str], set[str]]:
    """The names that the program gives to items, and those that it gives to values and fields."""
    items: set[str] = set()
    values: set[str] = set()
    for index in names:
        word = padded[index]
        if padded[index - 1] in _DEFINING:
            items.add(word)
            items.update(_parameters(padded, index + 1))
        elif (word[0].islower() or word[0] == "_") and _is_value(padded, index):
            values.add(word)
    if "impl" in padded:
        for index, word in enumerate(padded):
            if word == "impl":
                items.update(_parameters(padded, index + 1))
    return items, values


def _is_value(padded: Sequence[str], index: int) -> bool:
    return padded[index + 1] not in _CALLS and padded[index - 1] != "::"


def _parameters(padded: Sequence[str], start: int) -> list[str]:
    """The names of generic parameters, if angle brackets open at *start*. So many tokens are looked at, and no more."""
    if padded[start] != "<":
        return []
    found: list[str] = []
    depth, before = 1, ","
    for word in padded[start + 1 : start + 100]:
        if word in ("<", ">"):
            depth += 1 if word == "<" else -1
        elif word == ">>":
            depth -= 2
        elif depth == 1 and before in (",", "const") and _without_choice(word or ",") is None:
            found.append(word)
        if depth <= 0 or word in ("(", "{", ";"):
            break
        before = word
    return found


@lru_cache(maxsize=1 << 16)
def _without_choice(word: str) -> str | None:  # noqa: PLR0911 (one return per kind of token)
    """What a token is replaced by wherever it stands; None for names and lifetimes, for which it depends."""
    first = word[0]
    if first.isalpha() or first == "_":
        if word in _KEYWORDS or word in _PRIMITIVES:
            return word
        if word in ("true", "false"):
            return "true"
        if '"' in word:
            return '"' if first == "r" else f'{first}"'
        if "'" in word:
            return "b'"
        return None
    if first.isdigit():
        whole = word.startswith(("0x", "0b", "0o")) or not (
            "." in word or "e" in word or "f" in word or "E" in word
        )
        return "0" if whole else "0.0"
    if first == '"':
        return '"'
    if first == "'" and len(word) > 1:
        return "'" if word[-1] == "'" or "\\" in word else (word if word in _FIXED_LIFETIMES else None)
    return word
