"""A struct's fields, and what can be said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.corpus.blocks import joined

if TYPE_CHECKING:
    import random

Fields = tuple[tuple[str, str], ...]

NUMBERS = ("f64", "i32", "i64", "u8", "u32", "u64", "usize")
_DEFAULTS = {"f64": "0.0", "String": "String::new()", "bool": "false"}


def default_value(kind: str) -> str:
    return _DEFAULTS.get(kind, "0")


def copied_field(field: str, kind: str) -> str:
    """Read a field out of ``self`` by value."""
    return f"self.{field}.clone()" if kind == "String" else f"self.{field}"


def shared_number(fields: Fields) -> str | None:
    """Return the number type that all fields share, if they do."""
    kinds = {kind for _, kind in fields}
    return kinds.pop() if len(kinds) == 1 and kinds <= set(NUMBERS) else None


def text_body(name: str, fields: Fields, rng: random.Random) -> list[str]:
    """Return the lines of a function that writes all fields as one text."""
    style = rng.randrange(6)
    opened, closed = rng.choice(
        (("(", ")"), ("[", "]"), ("<", ">"), (f"{name}(", ")"), (f"{name} ", ""), ("", ""))
    )
    between = rng.choice((", ", " ", "; ", "/", ":", " x ", " and ", "|"))
    hole = rng.choice(("{}", "{}", "{:?}"))
    if style == 0:
        let = [f"let {field} = {rng.choice(('&', '&', ''))}self.{field};" for field, _ in fields]
        if any(kind == "String" for _, kind in fields):
            let = [f"let {field} = &self.{field};" for field, _ in fields]
        return [
            *let,
            f'format!("{opened}{joined([f"{{{field}}}" for field, _ in fields], between)}{closed}")',
        ]
    if style == 1 and len(fields) > 1:
        values = joined([f"self.{field}.to_string()" for field, _ in fields])
        return [f'[{values}].join("{between}")']
    if style == 4:
        text = rng.choice(("text", "out", "result", "s"))
        return [
            f'let mut {text} = String::from("{opened}");',
            *_pushed(text, fields, between),
            f'{text}.push_str("{closed}");',
            text,
        ]
    if style == 5:
        first = fields[0][0]
        rest = "".join(f' + "{between}" + &self.{field}.to_string()' for field, _ in fields[1:])
        return [f"self.{first}.to_string(){rest}"]
    if style == 2 or len(fields) == 2:
        text = rng.choice(("text", "out", "result"))
        pieces = [f'{text}.push_str(&format!(" {field}={hole}", self.{field}));' for field, _ in fields]
        return [f'let mut {text} = String::from("{name}");', *pieces, text]
    values = joined([f"self.{field}" for field, _ in fields])
    return [f'format!("{name}({joined([hole for _ in fields])})", {values})']


def _pushed(text: str, fields: Fields, between: str) -> list[str]:
    """Return one line per field that appends it to *text*, with *between* between them."""
    lines: list[str] = []
    for field, _ in fields:
        if lines:
            lines.append(f'{text}.push_str("{between}");')
        lines.append(f"{text}.push_str(&self.{field}.to_string());")
    return lines
