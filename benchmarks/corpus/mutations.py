"""Mutations: each makes of a valid program what a model writes that fails in one particular way.

Those on tokens take the pieces of a program and return those of the mutated one, or None where the program offers no
place for the mutation. Those on text take and return text. Some mutated programs still compile, as with models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from benchmarks.corpus.pieces import (
    KEYWORDS,
    Edit,
    Piece,
    apply_edit,
    closing_position,
    function_bodies,
    lex,
    split_items,
    visible_positions,
)
from benchmarks.corpus.prose import chat_after, chat_before
from benchmarks.corpus.words import noun
from ferrobench.rust_source.tokens import TokenKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    TokenMutation: TypeAlias = Callable[[list[Piece], Random], list[Piece] | None]
    TextMutation: TypeAlias = Callable[[str, Random], str]

_OTHER_TYPES: Mapping[str, tuple[str, ...]] = {
    "i32": ("String", "f64", "usize", "u32", "&str", "i64", "bool"),
    "i64": ("i32", "f64", "String", "u64"),
    "u8": ("char", "u32", "i32"),
    "u32": ("i32", "usize", "String", "f64", "u64"),
    "u64": ("u32", "usize", "i64", "f32"),
    "usize": ("i32", "u32", "String", "i64"),
    "f64": ("f32", "i32", "String", "u32"),
    "bool": ("i32", "String", "Option<bool>", "()"),
    "char": ("String", "u8", "str"),
    "String": ("i32", "char", "Vec<u8>", "Option<String>", "usize"),
    "str": ("String", "i32", "[u8]", "char"),
}
_NO_METHODS = (
    "length", "size_of_all", "to_array", "append_item", "add_all", "foreach", "substring", "charAt", "to_str_list", "first_or",
    "contains_value", "get_or_default", "is_none_or_empty", "to_int", "reverse_copy", "strip_all", "push_all", "unwrap_value",
)  # fmt: skip
_OFTEN_DROPPED = frozenset(";){}(,&:.=>->[]|")
_OWNING = frozenset({"String", "vec", "Vec", "HashMap", "HashSet", "Box", "collect", "to_string", "clone"})
# What the syntax of other languages makes of Rust's.
_FOREIGN: Mapping[str, tuple[str, ...]] = {
    "fn": ("func", "def", "function", "public fn", "int"),
    "let": ("var", "const", "auto", "int", "val"),
    "match": ("switch", "case", "when"),
    "None": ("null", "nil", "NULL"),
    "true": ("True", "TRUE"),
    "false": ("False",),
    "String": ("string", "str", "std::string"),
    "->": (":", "=>", "-->"),
    "struct": ("class", "interface", "data class"),
    "println": ("print", "console.log", "printf", "System.out.println"),
    "self": ("this", "@self"),
    "for": ("foreach", "for each"),
    "else": ("elif", "elsif", "otherwise"),
    "impl": ("class", "extension", "implement"),
    "while": ("until", "while not"),
    "return": ("yield", "ret", "give"),
}


def drop_token(pieces: list[Piece], random: Random) -> list[Piece]:
    """Leave out a token or two; mostly punctuation, as models do."""
    for _ in range(random.choice((1, 1, 1, 1, 2))):
        positions = visible_positions(pieces)
        if random.random() < 0.7:
            positions = [i for i in positions if pieces[i].text in _OFTEN_DROPPED] or positions
        if positions:
            position = random.choice(positions)
            pieces = apply_edit(pieces, (position, position + 1, ()))
    return pieces


def double_token(pieces: list[Piece], random: Random) -> list[Piece]:
    """Write a token twice."""
    position = random.choice(visible_positions(pieces))
    piece = pieces[position]
    is_word = piece.kind is not TokenKind.PUNCTUATION
    gap = (Piece(TokenKind.WHITESPACE, " "),) if is_word or random.random() < 0.3 else ()
    return apply_edit(pieces, (position, position + 1, (piece, *gap, piece)))


def change_type(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Write another type, or a literal of another type."""
    edits: list[Edit] = []
    literals: list[Edit] = []
    for i, piece in enumerate(pieces):
        if (
            piece.kind is TokenKind.IDENTIFIER
            and piece.text in _OTHER_TYPES
            and _text_at(pieces, i + 1) != ":"
        ):
            other = random.choice(_OTHER_TYPES[piece.text])
            edits.append((i, i + 1, (Piece(piece.kind, other),)))
        elif piece.kind is TokenKind.NUMBER and _text_at(pieces, i - 1) != ".":
            other = random.choice((f'"{piece.text}"', f"{piece.text}.0", f"Some({piece.text})", "'x'"))
            literals.append((i, i + 1, (Piece(piece.kind, other),)))
        elif piece.kind is TokenKind.STRING:
            literals.append(
                (i, i + 1, (Piece(piece.kind, random.choice(("0", f"{piece.text}.to_string()"))),))
            )
    return _apply_one(pieces, edits if edits and random.random() < 0.7 else literals or edits, random)


def move_value(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Use a value after it was moved, or move out of a borrow."""
    bindings = _moves_of_bindings(pieces)
    if bindings and random.random() < 0.7:
        return _apply_one(pieces, bindings, random)
    edits = list(bindings)
    for i, piece in enumerate(pieces):
        if piece.text == "." and _text_at(pieces, i + 1) in {
            "clone",
            "cloned",
            "to_vec",
            "as_str",
            "to_string",
        }:
            edits.append((i, i + 4, ()))
        elif piece.text == "iter" and _text_at(pieces, i + 1) == "(":
            edits.append((i, i + 1, (Piece(piece.kind, "into_iter"),)))
        elif piece.text == "&" and _text_at(pieces, i - 1) in {"(", " "} and _is_value(pieces, i + 1):
            edits.append((i, i + 1, ()))
    return _apply_one(pieces, edits, random)


def break_borrow(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Forget a ``mut``, or borrow a value twice."""
    edits: list[Edit] = []
    for i, piece in enumerate(pieces):
        if piece.text == "mut" and piece.kind is TokenKind.IDENTIFIER:
            edits.append((i, i + 2, ()))
        elif piece.text == "let" and _text_at(pieces, i + 2) == "mut" and random.random() < 0.5:
            end = _end_of_statement(pieces, i)
            name = _text_at(pieces, i + 4)
            if end is not None and name.isidentifier():
                extra = f"\n    let held = &mut {name};\n    let other = &{name};\n    drop((held, other));"
                edits.append((end + 1, end + 1, tuple(lex(extra))))
    return _apply_one(pieces, edits, random)


def drop_import(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Leave out an import, or import from where the name is not."""
    edits: list[Edit] = []
    for i, piece in enumerate(pieces):
        if piece.text != "use" or _text_at(pieces, i + 2) == "super":
            continue
        end = next((j for j in range(i, len(pieces)) if pieces[j].text == ";"), None)
        if end is None:
            continue
        wrong = random.choice(("core", "std::collection", "alloc", "rust", "std::util"))
        if random.random() < 0.75:
            edits.append((i, end + 2, ()))
        else:
            edits.append((i + 2, i + 3, (Piece(TokenKind.IDENTIFIER, wrong),)))
    return _apply_one(pieces, edits, random)


def use_unknown_name(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Call one thing by a name that nothing has."""
    edits: list[Edit] = []
    for i, piece in enumerate(pieces):
        text = piece.text
        if piece.kind is not TokenKind.IDENTIFIER or text in KEYWORDS or len(text) < 3:
            continue
        if _text_at(pieces, i - 1) in {".", "#", "["} or _text_at(pieces, i + 1) == "!":
            continue
        other = random.choice(
            (f"{text}s", text[:-1], f"{text}_{noun(random)}", f"my_{text}", text.swapcase())
        )
        edits.append((i, i + 1, (Piece(piece.kind, other),)))
    return _apply_one(pieces, edits, random)


def call_missing_method(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Call a method that the type does not have."""
    edits: list[Edit] = [
        (i, i + 1, (Piece(piece.kind, random.choice(_NO_METHODS)),))
        for i, piece in enumerate(pieces)
        if _text_at(pieces, i - 1) == "." and _text_at(pieces, i + 1) == "(" and piece.text.isidentifier()
    ]
    return _apply_one(pieces, edits, random)


def change_argument_count(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Give a call one argument more or fewer."""
    edits: list[Edit] = []
    for i, piece in enumerate(pieces):
        is_call = (
            piece.kind is TokenKind.IDENTIFIER
            and piece.text not in KEYWORDS
            and _text_at(pieces, i + 1) == "("
        )
        if not is_call or _text_at(pieces, i - 2) == "fn":
            continue
        closing = closing_position(pieces, i + 1)
        if closing is None:
            continue
        extra = random.choice(("0", "true", "&mut 0", '"extra"', "None"))
        if closing == i + 2:
            edits.append((closing, closing, tuple(lex(extra))))
            continue
        edits.append((closing, closing, tuple(lex(f", {extra}"))))
        comma = next((j for j in range(i + 2, closing) if pieces[j].text == ","), None)
        edits.append((i + 2, comma + 1 if comma is not None else closing, ()))
    return _apply_one(pieces, edits, random)


def break_lifetime(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Leave out a lifetime that is needed, name one that nobody declared, or return a borrow of nothing."""
    edits: list[Edit] = []
    for i, piece in enumerate(pieces):
        if piece.kind is TokenKind.LIFETIME and piece.text != "'static":
            if _text_at(pieces, i - 1) == "<" and _text_at(pieces, i + 1) == ">":
                edits.append((i - 1, i + 2, ()))
            other = random.choice(("'b", "'static", "'r"))
            edits.append((i, i + 1, (Piece(piece.kind, other),)))
        elif (
            piece.text == "String"
            and _text_at(pieces, i - 1) == " "
            and _text_at(pieces, i - 2) in {":", "->"}
        ):
            other = random.choice(("&str", "&'a str", "&String"))
            edits.append((i, i + 1, (Piece(piece.kind, other),)))
        elif piece.text == "&" and _text_at(pieces, i + 1) in {"str", "self"} and random.random() < 0.3:
            edits.append((i + 1, i + 1, (Piece(TokenKind.LIFETIME, "'a"), Piece(TokenKind.WHITESPACE, " "))))
    return _apply_one(pieces, edits, random)


def drop_match_arm(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Leave a case of a ``match`` out, mostly the last one."""
    edits: list[Edit] = []
    for i, piece in enumerate(pieces):
        if piece.text != "match" or piece.kind is not TokenKind.IDENTIFIER:
            continue
        opening = next((j for j in range(i, len(pieces)) if pieces[j].text == "{"), None)
        arms = _match_arms(pieces, opening) if opening is not None else []
        if len(arms) > 1:
            start, end = arms[-1] if random.random() < 0.6 else random.choice(arms)
            edits.append((start, end, ()))
    return _apply_one(pieces, edits, random)


def drop_return_value(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Put a semicolon behind the value of a function, or leave the value out."""
    edits: list[Edit] = []
    for opening, closing in function_bodies(pieces):
        last = next((j for j in range(closing - 1, opening, -1) if not pieces[j].text.isspace()), opening)
        if last == opening or pieces[last].text in {";", "}"}:
            continue
        edits.append((last + 1, last + 1, (Piece(TokenKind.PUNCTUATION, ";"),)))
        start = next((j for j in range(last, opening, -1) if pieces[j].text in {";", "}", "{"}), opening)
        edits.append((start + 1, last + 1, ()))
    return _apply_one(pieces, edits, random)


def drop_bound(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Leave out a ``derive``, a derived trait or the bound of a type parameter."""
    edits: list[Edit] = []
    for i, piece in enumerate(pieces):
        if piece.text == "derive" and _text_at(pieces, i - 2) == "#":
            closing = closing_position(pieces, i - 1)
            if closing is None:
                continue
            edits.append((i - 2, closing + 2, ()))
            commas = [j for j in range(i, closing) if pieces[j].text == ","]
            if commas:
                edits.append((commas[-1], closing - 1, ()))
        elif piece.text == ":" and _text_at(pieces, i - 2) == "<" and len(_text_at(pieces, i - 1)) == 1:
            end = next((j for j in range(i, len(pieces)) if pieces[j].text in {">", ",", "("}), None)
            if end is not None:
                edits.append((i, end, ()))
    return _apply_one(pieces, edits, random)


def repeat_item(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Define something twice."""
    items = [item for item in split_items(pieces) if item[0].text != "use"]
    if not items:
        return None
    copies = [Piece(TokenKind.WHITESPACE, "\n\n"), *random.choice(items)]
    return [*pieces, *(copies * random.choice((1, 1, 1, 2)))]


def write_other_language(pieces: list[Piece], random: Random) -> list[Piece] | None:
    """Fall into the syntax of another language at some places."""
    edits: list[Edit] = []
    for i, piece in enumerate(pieces):
        if piece.text in _FOREIGN and piece.kind is not TokenKind.STRING:
            edits.append((i, i + 1, (Piece(piece.kind, random.choice(_FOREIGN[piece.text])),)))
        elif piece.text == "+" and _text_at(pieces, i + 1) == "=" and _text_at(pieces, i + 3) == "1":
            edits.append((i - 1, i + 4, tuple(lex("++"))))
        elif piece.text == "&" and _text_at(pieces, i + 1) == "&" and _text_at(pieces, i - 1) == " ":
            edits.append((i, i + 2, tuple(lex("and"))))
        elif piece.text == "!" and _text_at(pieces, i + 1) in {"(", "["}:
            edits.append((i, i + 1, ()))
    if not edits:
        return None
    word = random.choice(edits)
    if random.random() < 0.6:
        return apply_edit(pieces, word)
    # The same slip wherever it can be made, from the end on, so that positions stay right.
    alike = [edit for edit in edits if pieces[edit[0] : edit[1]] == pieces[word[0] : word[1]]]
    for start, end, _ in reversed(alike):
        pieces = apply_edit(pieces, (start, end, word[2]))
    return pieces


def truncate(text: str, random: Random) -> str:
    """Stop as at the limit on tokens: mostly between two tokens of a function's body, in the later part of the text."""
    pieces = lex(text)
    draw = random.random()
    inside = {i for opening, closing in function_bodies(pieces) for i in range(opening + 1, closing + 1)}
    ends: list[int] = []
    position = 0
    for i, piece in enumerate(pieces):
        # What stands before this token is what is kept.
        if position > len(text) // 4 and (draw > 0.9 or i in inside):
            ends.append(position)
        position += len(piece.text)
    end = random.choice(ends) if ends else random.randint(1, max(1, len(text) - 1))
    # The tokens of a model cut some words in two.
    return text[: max(1, end - 1)] if draw < 0.1 else text[:end]


def add_chat(text: str, random: Random) -> str:
    """Go on talking behind the program, or talk before it too."""
    text = text.rstrip("\n") + "\n" + chat_after(random)
    return chat_before(random) + text if random.random() < 0.2 else text


def collapse_into_repetition(text: str, random: Random) -> str:
    """Begin well, then write the same again and again up to the limit on tokens, which mostly cuts it in two.

    What is repeated is mostly a line or a block of a function's body.
    """
    starts = _starts_of_body_lines(text)
    blocks = _blocks(text, starts)
    draw = random.random()
    if blocks and draw < 0.8:
        first, end = random.choice(blocks)
        start, unit = text[:end], text[first:end]
    elif draw < 0.86:
        start = text.rstrip("\n") + "\n"
        unit = "\n" + start
    else:
        start = text[: random.choice(starts) if starts else len(text)].rstrip("\n")
        unit = random.choice(
            (
                "}\n", ")", "0, ", ".iter()", "\n// TODO", "    ", "\n}", "&", "!", ".unwrap()", "\n", f"\n    // {noun(random)}",
                f" {' '.join(start.split()[-random.randint(1, 4) :]) or 'the'}",
            )
        )  # fmt: skip
    limit = max(random.randint(900, 1900), len(start) + 3 * len(unit) // 2)
    repeated = start + unit * (2 + (limit - len(start)) // len(unit))
    if random.random() < 0.06:
        return repeated
    end = 0
    for piece in lex(repeated):
        if end + len(piece.text) > limit:
            break
        end += len(piece.text)
    # A long comment or run of spaces is many tokens to a model.
    return repeated[: end if limit - end < 20 else limit]


def _blocks(text: str, starts: list[int]) -> list[tuple[int, int]]:
    """Where one to five whole lines of those that begin at *starts* stand that close all that they open."""
    blocks: list[tuple[int, int]] = []
    for number, start in enumerate(starts):
        depth = 0
        for begin in starts[number : number + 5]:
            end = text.find("\n", begin) + 1 or len(text)
            depth += text.count("{", begin, end) - text.count("}", begin, end)
            if depth < 0 or (text[begin:end].lstrip().startswith("}") and depth == 0 and begin == start):
                break
            if depth == 0:
                blocks.append((start, end))
    return blocks


def _starts_of_body_lines(text: str) -> list[int]:
    """Where the lines begin that lie within a function's body, without the one of its closing brace."""
    starts: list[int] = []
    pieces = lex(text)
    inside = {i for opening, closing in function_bodies(pieces) for i in range(opening + 1, closing)}
    position = 0
    for i, piece in enumerate(pieces):
        if i in inside and i + 1 in inside and piece.text.isspace() and "\n" in piece.text:
            starts.append(position + piece.text.rindex("\n") + 1)
        position += len(piece.text)
    return starts


def _text_at(pieces: list[Piece], position: int) -> str:
    return pieces[position].text if 0 <= position < len(pieces) else ""


def _is_value(pieces: list[Piece], position: int) -> bool:
    text = _text_at(pieces, position)
    return text.isidentifier() and text not in KEYWORDS and text[0].islower() and text not in _OTHER_TYPES


def _apply_one(pieces: list[Piece], edits: list[Edit], random: Random) -> list[Piece] | None:
    return apply_edit(pieces, random.choice(edits)) if edits else None


def _end_of_statement(pieces: list[Piece], start: int) -> int | None:
    depth = 0
    for i in range(start, len(pieces)):
        text = pieces[i].text
        if pieces[i].kind is not TokenKind.PUNCTUATION:
            continue
        depth += (text in {"(", "[", "{"}) - (text in {")", "]", "}"})
        if depth < 0:
            return None
        if depth == 0 and text == ";":
            return i
    return None


def _moves_of_bindings(pieces: list[Piece]) -> list[Edit]:
    """Second owners for what a ``let`` binds and later code still uses."""
    edits: list[Edit] = []
    for i, piece in enumerate(pieces):
        if piece.text != "let" or piece.kind is not TokenKind.IDENTIFIER:
            continue
        at = i + 4 if _text_at(pieces, i + 2) == "mut" else i + 2
        name, end = _text_at(pieces, at), _end_of_statement(pieces, i)
        if end is None or not any(part.text in _OWNING for part in pieces[i:end]):
            continue
        if not any(part.text == name for part in pieces[end:]):
            continue
        moved = f"\n    let moved = {name};" if end % 2 else f"\n    drop({name});"
        edits.append((end + 1, end + 1, tuple(lex(moved))))
    return edits


def _match_arms(pieces: list[Piece], opening: int) -> list[tuple[int, int]]:
    """Where the arms stand in the block that *opening* opens, each with the space before it."""
    closing = closing_position(pieces, opening)
    arms: list[tuple[int, int]] = []
    if closing is None:
        return arms
    start = i = opening + 1
    seen_arrow = False
    while i < closing:
        text = pieces[i].text
        if text in {"(", "[", "{"} and pieces[i].kind is TokenKind.PUNCTUATION:
            is_body = text == "{" and seen_arrow and pieces[i - 2].text == ">"
            inner = closing_position(pieces, i)
            if inner is None:
                return arms
            i = inner
            if is_body:
                i += _text_at(pieces, i + 1) == ","
                arms.append((start, i + 1))
                start, seen_arrow = i + 1, False
        elif text == ">" and pieces[i - 1].text == "=":
            seen_arrow = True
        elif text == "," and seen_arrow:
            arms.append((start, i + 1))
            start, seen_arrow = i + 1, False
        i += 1
    if seen_arrow:
        arms.append((start, closing))
    return arms


TOKEN_MUTATIONS: Mapping[str, TokenMutation] = {
    "dropped_token": drop_token,
    "doubled_token": double_token,
    "other_language": write_other_language,
    "wrong_type": change_type,
    "moved_value": move_value,
    "borrow": break_borrow,
    "missing_import": drop_import,
    "unknown_name": use_unknown_name,
    "missing_method": call_missing_method,
    "wrong_argument_count": change_argument_count,
    "lifetime": break_lifetime,
    "non_exhaustive": drop_match_arm,
    "missing_return": drop_return_value,
    "missing_bound": drop_bound,
    "repeated_item": repeat_item,
}
"""By kind."""

TEXT_MUTATIONS: Mapping[str, TextMutation] = {
    "truncated": truncate,
    "trailing_chat": add_chat,
    "repetition_collapse": collapse_into_repetition,
}
"""By kind."""
