"""Valid programs: parts of the hand-written ones renamed, with other literals, reordered, documented and joined."""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from random import Random
from typing import TYPE_CHECKING

from benchmarks.corpus.parts import parts_of
from benchmarks.corpus.pieces import KEYWORDS, Piece, lex, render
from benchmarks.corpus.programs import Item, Program, is_import, load_helpers, load_programs
from benchmarks.corpus.words import NOUNS, camel_case, noun, sentence, verb_phrase
from ferrobench.rust_source.tokens import TokenKind

if TYPE_CHECKING:
    from collections.abc import Sequence

# Sizes are logarithms of numbers of characters, before names, comments and joining add to them.
_MEDIAN_SIZE = math.log(365)
_SIZE_DEVIATION = 0.66
_LARGE = math.log(900)
_LARGEST = math.log(1300)
_LIMIT = math.log(1500)
_STEP = 0.1
_LEAST_SOURCES = 6
_JOINED_RATE = 0.02
_JOINED_RATE_OF_LARGE = 0.4
_HELPER_RATE = 0.1
_RENAME_RATES = (0.2, 0.5, 0.8)
_LITERAL_RATE = 0.35
_BLANK_LINE = Piece(TokenKind.WHITESPACE, "\n\n")
_NEW_LINE = Piece(TokenKind.WHITESPACE, "\n")
_PLACEHOLDER = re.compile(r"(\{)([^\W\d]\w*)")
_PLAIN_STRING = re.compile(r'"[A-Za-z][a-z ]*"')
_INTEGER = re.compile(r"[1-9]\d?")
_FLOAT = re.compile(r"\d+\.\d+")
# A number after one of these is a value whose size nothing else depends on.
_BEFORE_NUMBER = frozenset("+-*%<>=")
_AFTER_NUMBER = frozenset(";),{}+-*/%&|")


def valid_programs(seed: int, count: int) -> list[str]:
    """Return *count* valid programs; no two are equal, even where all whitespace counts as one space."""
    random = Random(f"valid-programs {seed}")
    programs: list[str] = []
    seen: set[str] = set()
    while len(programs) < count:
        text = render(draw_program(random))
        key = " ".join(text.split())
        if key not in seen:
            seen.add(key)
            programs.append(text)
    return programs


def draw_program(random: Random) -> list[Piece]:
    """Draw a valid program. Equal programs may be drawn twice, but hardly are."""
    program = _draw_source(random)
    imports = [item for item in program.items if is_import(item)]
    others = [item for item in program.items if not is_import(item)]
    if random.random() < 0.3:
        random.shuffle(others)
    others = [_documented(item, random) for item in others]
    pieces: list[Piece] = []
    for item in imports:
        pieces += (*item, _NEW_LINE)
    if imports:
        pieces.append(_NEW_LINE)
    for i, item in enumerate(others):
        pieces += (*item, _BLANK_LINE if i < len(others) - 1 else _NEW_LINE)
    if random.random() < 0.1:
        pieces.pop()
    return _with_other_literals(_renamed(pieces, _new_names(program, random)), random)


def draw_size(random: Random) -> float:
    """Draw the logarithm of a number of characters."""
    return min(random.gauss(_MEDIAN_SIZE, _SIZE_DEVIATION), _LIMIT)


def draw_part(size: float, random: Random) -> tuple[int, Program]:
    """Draw a part of about this size and tell which program it is of.

    The size is the logarithm of the part's characters. Programs are numbered as loaded, the helpers after them.
    """
    source, parts = random.choice(_parts_by_source(round(size / _STEP)))
    return source, random.choice(parts)


def _draw_source(random: Random) -> Program:
    """Draw a program or a part of one, of a drawn size; sometimes with a part of another or a small item."""
    size = draw_size(random)
    is_joined = random.random() < (_JOINED_RATE_OF_LARGE if size > _LARGE else _JOINED_RATE)
    if is_joined or size > _LARGEST:
        return _draw_joined(size - math.log(2), random)
    _, program = draw_part(size, random)
    if random.random() < _HELPER_RATE:
        helper = random.choice(load_helpers())
        if program.fits(helper):
            program = program.with_items_of(helper)
    return program


def _draw_joined(size: float, random: Random) -> Program:
    """Draw parts of two programs, each of about this size, the second often as a module."""
    source, first = draw_part(min(size, _LARGEST), random)
    other, second = source, first
    while other == source:
        other, second = draw_part(min(size, _LARGEST), random)
    if random.random() < 0.65 and first.fits(_without_common_imports(second, first)):
        return first.with_items_of(second)
    return first.with_items_of(_as_module(second, random, avoid=first.words))


@cache
def _parts_by_source(step: int) -> tuple[tuple[int, tuple[Program, ...]], ...]:
    """Return parts whose size is near ``step * _STEP``, with the number of the program they are of."""
    tolerance = _STEP
    while True:
        found = [
            (source, tuple(part for size, part in parts if abs(size - step * _STEP) <= tolerance))
            for source, parts in enumerate(_sized_parts())
        ]
        found = [(source, parts) for source, parts in found if parts]
        # Few have an extreme size, which is no reason to take the same one again and again.
        if len(found) >= _LEAST_SOURCES:
            return tuple(found)
        tolerance += _STEP


@lru_cache(maxsize=1)
def _sized_parts() -> tuple[tuple[tuple[float, Program], ...], ...]:
    """Return the parts of each program and each helper, with the logarithms of their characters."""
    return tuple(
        tuple(
            (math.log(sum(len(piece.text) for item in part.items for piece in item)), part)
            for part in parts_of(program)
        )
        for program in (*load_programs(), *load_helpers())
    )


def _without_common_imports(program: Program, other: Program) -> Program:
    """Return *program* as it is beside *other*: an import that both have clashes with nothing."""
    common = {item for item in program.items if is_import(item)} & set(other.items)
    shared = {piece.text for item in common for piece in item}
    return Program(
        items=program.items,
        words=program.words - shared,
        renamable=program.renamable,
        functions=program.functions,
        top_level=program.top_level - shared,
    )


def _as_module(program: Program, random: Random, *, avoid: frozenset[str]) -> Program:
    """Return a program whose one item is a module of *program*."""
    name = random.choice([word for word in NOUNS if word not in avoid and word not in program.words])
    pieces = lex(f"pub mod {name} {{\n")
    for i, item in enumerate(program.items):
        if i > 0:
            both_imports = is_import(item) and is_import(program.items[i - 1])
            pieces.append(_NEW_LINE if both_imports else _BLANK_LINE)
        pieces += (Piece(TokenKind.WHITESPACE, "    "), *_indented(item))
    pieces += lex("\n}")
    return Program(
        items=(tuple(pieces),),
        words=program.words | {name, "pub", "mod"},
        renamable=program.renamable | {name},
        functions=program.functions,
        top_level=frozenset({name}),
    )


def _indented(item: Item) -> list[Piece]:
    return [
        Piece(piece.kind, piece.text.replace("\n", "\n    ").replace("\n    \n", "\n\n"))
        if piece.kind is TokenKind.WHITESPACE
        else piece
        for piece in item
    ]


def _documented(item: Item, random: Random) -> Item:
    """Put a comment before an item that has none, sometimes."""
    if item[0].kind is TokenKind.OUTER_DOC or random.random() > 0.2:
        return item
    if random.random() < 0.6:
        return (Piece(TokenKind.OUTER_DOC, f"/// {sentence(random)}"), _NEW_LINE, *item)
    return (Piece(TokenKind.COMMENT, f"// {sentence(random)}"), _NEW_LINE, *item)


def _new_names(program: Program, random: Random) -> dict[str, str]:
    """Draw new names for some of a program's own names; none of them is in use."""
    # With few names, a lower rate would often change none.
    rate = max(random.choice(_RENAME_RATES), 3 / (len(program.renamable) + 1))
    taken = set(program.words) | KEYWORDS
    names: dict[str, str] = {}
    for name in sorted(program.renamable):
        if random.random() > rate:
            continue
        new = _draw_name(name, random, is_function=name in program.functions)
        if new not in taken:
            taken.add(new)
            names[name] = new
    return names


def _draw_name(name: str, random: Random, *, is_function: bool) -> str:
    if name.isupper():
        return noun(random).upper()
    if name[0].isupper():
        return camel_case(noun(random))
    return verb_phrase(random) if is_function else noun(random)


def _renamed(pieces: Sequence[Piece], names: dict[str, str]) -> list[Piece]:
    """Rename identifiers, also where a format string captures them."""

    def captured(match: re.Match[str]) -> str:
        return match[1] + names.get(match[2], match[2])

    renamed: list[Piece] = []
    for piece in pieces:
        if piece.kind is TokenKind.IDENTIFIER and piece.text in names:
            renamed.append(Piece(piece.kind, names[piece.text]))
        elif piece.kind is TokenKind.STRING and "{" in piece.text:
            renamed.append(Piece(piece.kind, _PLACEHOLDER.sub(captured, piece.text)))
        else:
            renamed.append(piece)
    return renamed


def _with_other_literals(pieces: list[Piece], random: Random) -> list[Piece]:
    """Draw other numbers and strings where a program stays valid with any."""
    changed = list(pieces)
    for i, piece in enumerate(pieces):
        if piece.kind is TokenKind.STRING:
            if _PLAIN_STRING.fullmatch(piece.text) and random.random() < _LITERAL_RATE:
                words = " ".join(random.choice(NOUNS) for _ in range(random.randint(1, 2)))
                changed[i] = Piece(piece.kind, f'"{words.replace("_", " ")}"')
        elif piece.kind is TokenKind.NUMBER and random.random() < _LITERAL_RATE:
            if _FLOAT.fullmatch(piece.text):
                changed[i] = Piece(piece.kind, f"{random.randint(1, 99)}.{random.randint(0, 99)}")
            elif _INTEGER.fullmatch(piece.text) and _is_free_number(pieces, i):
                changed[i] = Piece(piece.kind, str(random.randint(2, 99)))
    return changed


def _is_free_number(pieces: list[Piece], position: int) -> bool:
    before = [piece.text for piece in pieces[max(0, position - 4) : position] if not piece.text.isspace()]
    after = [piece.text for piece in pieces[position + 1 : position + 3] if not piece.text.isspace()]
    if len(before) < 2 or not after or before[-1] not in _BEFORE_NUMBER or after[0] not in _AFTER_NUMBER:
        return False
    # A shift or a range is something else.
    return before[-2] not in {"<", ">", "."} or before[-1] not in {"<", ">", "="}
