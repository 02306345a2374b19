"""Parts of the hand-written programs that are programs too: some functions and methods with all that they need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.corpus.pieces import Piece, closing_position, function_bodies, split_items
from benchmarks.corpus.programs import Item, Program, is_import, names_brought, program_of
from ferrobench.rust_source.tokens import TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

_CAPTURED = re.compile(r"\{([^\W\d]\w*)")
_BETWEEN_MEMBERS = Piece(TokenKind.WHITESPACE, "\n\n    ")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """What is kept or left out as a whole: an item, or a member of an ``impl`` without a trait."""

    item: int
    pieces: Item
    names: frozenset[str]
    words: frozenset[str]
    belongs_to: str | None
    """The type that cannot do without it, for the ``impl`` of a trait."""


def parts_of(program: Program) -> tuple[Program, ...]:
    """Return the parts of *program* that hold a function with a body, the program itself among them.

    A unit stays with all that it names, and the traits that a type implements stay with the type. Names are compared
    without regard to what they mean, so a part may hold more than it needs, but nothing less.
    """
    units = _units(program)
    starts = [start for start, unit in enumerate(units) if function_bodies(unit.pieces)]
    parts: set[frozenset[int]] = {frozenset()}
    for start in starts:
        closure = _closure(start, units)
        parts |= {part | closure for part in parts}
    if starts:
        parts.add(frozenset(range(len(units))))
    return tuple(_assembled(program, units, part) for part in sorted(parts, key=sorted) if part)


def _units(program: Program) -> list[_Unit]:
    own = {name for item in program.items if not is_import(item) for name in names_brought(item)}
    units: list[_Unit] = []
    for position, item in enumerate(program.items):
        if is_import(item):
            continue
        header, members = _implementation(item)
        is_of_trait = any(piece.text == "for" for piece in header)
        if members and not is_of_trait:
            for member in members:
                names = frozenset(names_brought(member))
                words = _words((*header, *member))
                units.append(_Unit(item=position, pieces=member, names=names, words=words, belongs_to=None))
            continue
        owners = [piece.text for piece in header if piece.text in own]
        units.append(
            _Unit(
                item=position,
                pieces=item,
                names=frozenset(names_brought(item)),
                words=_words(item),
                belongs_to=owners[-1] if owners and is_of_trait else None,
            )
        )
    return units


def _implementation(item: Item) -> tuple[Item, list[Item]]:
    """Return the header of an ``impl``, up to its brace, and its members; nothing for another item."""
    opening = next((i for i, piece in enumerate(item) if piece.text == "{"), None)
    if opening is None or names_brought(item) or all(piece.text != "impl" for piece in item[:opening]):
        return (), []
    closing = closing_position(item, opening)
    return item[: opening + 1], [tuple(member) for member in split_items(item[opening + 1 : closing])]


def _words(pieces: Iterable[Piece]) -> frozenset[str]:
    words: set[str] = set()
    for piece in pieces:
        if piece.kind is TokenKind.IDENTIFIER:
            words.add(piece.text)
        elif piece.kind is TokenKind.STRING:
            words.update(_CAPTURED.findall(piece.text))
    return frozenset(words)


def _closure(start: int, units: list[_Unit]) -> frozenset[int]:
    found: set[int] = set()
    open_ = [start]
    while open_:
        position = open_.pop()
        if position in found:
            continue
        found.add(position)
        unit = units[position]
        open_ += [
            i for i, other in enumerate(units) if other.names & unit.words or other.belongs_to in unit.names
        ]
    return frozenset(found)


def _assembled(program: Program, units: list[_Unit], part: Set[int]) -> Program:
    kept = [units[i] for i in sorted(part)]
    words = frozenset[str]().union(*(unit.words for unit in kept))
    all_words = frozenset[str]().union(*(unit.words for unit in units))
    items: list[Item] = []
    for position, item in enumerate(program.items):
        if is_import(item):
            leaves = set(names_brought(item))
            # A trait may be imported for its methods only, and is then named nowhere.
            if leaves & words or not leaves & all_words:
                items.append(item)
            continue
        here = [unit for unit in kept if unit.item == position]
        if len(here) == sum(unit.item == position for unit in units):
            items.append(item)
        elif here:
            items.append(_implementation_of(_implementation(item)[0], here))
    return program_of(items)


def _implementation_of(header: Item, members: list[_Unit]) -> Item:
    pieces = list(header)
    for i, member in enumerate(members):
        pieces += (Piece(TokenKind.WHITESPACE, "\n    ") if i == 0 else _BETWEEN_MEMBERS, *member.pieces)
    return (*pieces, Piece(TokenKind.WHITESPACE, "\n"), Piece(TokenKind.PUNCTUATION, "}"))
