"""The hand-written programs, and which of their names may be changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from benchmarks.corpus.pieces import KEYWORDS, Piece, lex, split_items, visible_positions
from ferrobench.rust_source.tokens import TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FOLDER = Path(__file__).parent

Item: TypeAlias = tuple[Piece, ...]
"""One item of a file with its documentation and attributes."""

_DECLARING = frozenset({"fn", "struct", "enum", "trait", "type", "const", "static", "mod"})
_BEFORE_FIELD = frozenset({"(", ",", "{", "|", "pub", "mut"})
# What the standard library calls by name, though the programs define it.
_STANDARD_NAMES = (
    "Err Error Item Output add add_assign clone contains default find first fmt from from_str get insert is_empty iter "
    "join last len main max min mul new next pop push remove set sub sum take write"
)
_STANDARD = frozenset(_STANDARD_NAMES.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A valid program, or several in one file."""

    items: tuple[Item, ...]
    words: frozenset[str]
    """Every identifier in it."""
    renamable: frozenset[str]
    """Those that mean something declared in the program wherever they stand in it."""
    functions: frozenset[str]
    """Those of the renamable that are called."""
    top_level: frozenset[str]
    """The names that the items bring into the file's scope, imports included."""

    def fits(self, other: Program) -> bool:
        """Tell whether both may stand in one file: neither declares what the other speaks of."""
        return not (self.top_level & other.words or other.top_level & self.words)

    def with_items_of(self, other: Program) -> Program:
        """Return the program of both programs' items, equal imports taken once."""
        foreign = (self.words - self.renamable) | (other.words - other.renamable)
        return Program(
            items=(*self.items, *(item for item in other.items if item not in self.items)),
            words=self.words | other.words,
            renamable=(self.renamable | other.renamable) - foreign,
            functions=self.functions | other.functions,
            top_level=self.top_level | other.top_level,
        )


def is_import(item: Item) -> bool:
    """Tell whether an item is a ``use`` of the standard library without attributes."""
    return item[0].text == "use" and any(piece.text == "std" for piece in item)


@lru_cache(maxsize=1)
def load_programs() -> tuple[Program, ...]:
    """Read the hand-written programs, in order of their files' names."""
    paths = sorted((_FOLDER / "programs").glob("*.rs"))
    return tuple(program_of(split_items(lex(path.read_text(encoding="utf-8")))) for path in paths)


@lru_cache(maxsize=1)
def load_helpers() -> tuple[Program, ...]:
    """Read the small items that may be added to any program; each is a program of one item."""
    text = (_FOLDER / "helpers.rs").read_text(encoding="utf-8")
    return tuple(program_of([item]) for item in split_items(lex(text)))


def program_of(items: Sequence[Sequence[Piece]]) -> Program:
    """Return the program of these items, which must compile."""
    declared: dict[str, bool] = {}
    words: set[str] = set()
    foreign: set[str] = set()
    for item in items:
        item_declared, item_words, item_foreign = _names(item)
        for name, is_function in item_declared.items():
            declared[name] = declared.get(name, False) or is_function
        words |= item_words
        foreign |= item_foreign
    # A method's or a path's last name is ours only where a function or type of that name is.
    renamable = {name for name in declared if name not in foreign and name not in _STANDARD}
    called = {name for name in words if f".{name}" in foreign and not declared.get(name, False)}
    return Program(
        items=tuple(tuple(item) for item in items),
        words=frozenset(words),
        renamable=frozenset(renamable - called),
        functions=frozenset(name for name in renamable if declared[name]),
        top_level=frozenset(name for item in items for name in names_brought(item)),
    )


def _names(item: Sequence[Piece]) -> tuple[dict[str, bool], set[str], set[str]]:
    """Return what an item declares (and whether as a function), its words, and what it takes from elsewhere.

    A name behind ``.name(`` or ``::name`` is given as ``.name``: whose it is cannot be told from the item alone.
    """
    positions = visible_positions(item)
    texts = ["", "", *(item[i].text for i in positions), "", ""]
    kinds = [item[i].kind for i in positions]
    declared: dict[str, bool] = {}
    words: set[str] = set()
    foreign: set[str] = set()
    attribute_depth = 0
    for index, kind in enumerate(kinds):
        at = index + 2
        name, before, after = texts[at], texts[at - 1], texts[at + 1]
        if before == "#" and name == "[":
            attribute_depth = 1
        elif attribute_depth:
            attribute_depth += (name == "[") - (name == "]")
        if kind is not TokenKind.IDENTIFIER or name in KEYWORDS:
            continue
        words.add(name)
        if attribute_depth or texts[2] == "use" or (after == "!" and texts[at + 2] != "="):
            foreign.add(name)
        elif _belongs_to_another(name, texts[at - 2], before, after):
            foreign.add(f".{name}")
        elif len(name) > 1 and _declares(name, texts[at - 2], before, after, texts[at + 2]):
            declared[name] = declared.get(name, False) or before == "fn"
    return declared, words, foreign


def _belongs_to_another(name: str, second_before: str, before: str, after: str) -> bool:
    is_method = before == "." and second_before != "." and after in {"(", ":"}
    return is_method or (before == second_before == ":" and not name[0].isupper())


def _declares(name: str, second_before: str, before: str, after: str, second_after: str) -> bool:
    if before in _DECLARING:
        return True
    if name[0].isupper():
        return False
    if before == "let" or (before == "mut" and second_before != "&"):
        return True
    if before == "for" and after == "in":
        return True
    if after == ":" and second_after != ":" and before in _BEFORE_FIELD:
        return True
    return (before == "|" and after in {"|", ","}) or (before == "," and after == "|")


def names_brought(item: Iterable[Piece]) -> list[str]:
    """Return the names that an item brings into the scope that it stands in: none for an ``impl``."""
    texts = [piece.text for piece in item if piece.kind in {TokenKind.IDENTIFIER, TokenKind.PUNCTUATION}]
    if texts[0] == "use":
        pairs = list(pairwise(texts))
        leaves = [first for first, second in pairs if second in {";", ",", "}"} and first.isidentifier()]
        # `fmt::{self, Display}` brings `fmt` itself.
        leaves += [texts[i - 4] for i, text in enumerate(texts) if text == "self" and i >= 4]
        return [leaf for leaf in leaves if leaf != "self"]
    for first, second in pairwise(texts):
        if first == "impl":
            return []
        if first in _DECLARING and second != "fn":
            return [second]
    return []
