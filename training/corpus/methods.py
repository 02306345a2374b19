"""What is implemented for a struct whose fields are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.corpus.blocks import indented, joined, method_text
from training.corpus.fields import NUMBERS, Fields, copied_field, default_value, shared_number, text_body
from training.corpus.trait_impls import trait_impls

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

# Each maker returns a method's text, or None where it makes no sense for these fields.


def _getter(name: str, fields: Fields, rng: random.Random) -> str | None:
    field, kind = rng.choice(fields)
    method = rng.choice((field, f"get_{field}", f"{field}_of" if rng.random() < 0.2 else field))
    if kind == "String":
        return method_text(f"fn {method}(&self) -> &str", f"&self.{field}")
    return method_text(f"fn {method}(&self) -> {kind}", f"self.{field}")


def _setter(name: str, fields: Fields, rng: random.Random) -> str | None:
    field, kind = rng.choice(fields)
    argument = rng.choice((field, "value"))
    return method_text(f"fn set_{field}(&mut self, {argument}: {kind})", f"self.{field} = {argument};")


def _with(name: str, fields: Fields, rng: random.Random) -> str | None:
    field, kind = rng.choice(fields)
    return method_text(
        f"fn with_{field}(mut self, {field}: {kind}) -> Self", f"self.{field} = {field};", "self"
    )


def _new(name: str, fields: Fields, rng: random.Random) -> str | None:
    made = rng.choice(("Self", name))
    arguments = joined([f"{field}: {kind}" for field, kind in fields])
    names = joined([field for field, _ in fields])
    head = f"fn new({arguments}) -> {rng.choice(('Self', name))}"
    # The common short form for two plain fields is left to the model.
    if len(fields) == 2:
        if rng.random() < 0.5:
            return method_text(head, f"let made = {made} {{ {names} }};", "made")
        assigned = joined([f"{field}: {field}" for field, _ in fields])
        return method_text(head, f"{made} {{ {assigned} }}")
    return method_text(head, f"{made} {{ {names} }}")


def _from_one(name: str, fields: Fields, rng: random.Random) -> str | None:
    field, kind = rng.choice(fields)
    rest = [f"{other}: {default_value(of)}" if other != field else field for other, of in fields]
    return method_text(f"fn from_{field}({field}: {kind}) -> Self", f"Self {{ {joined(rest)} }}")


def _zero(name: str, fields: Fields, rng: random.Random) -> str | None:
    method = rng.choice(("zero", "empty", "origin", "start") if shared_number(fields) else ("empty", "blank"))
    values = joined([f"{field}: {default_value(kind)}" for field, kind in fields])
    return method_text(
        f"fn {method}() -> {rng.choice(('Self', name))}", f"{rng.choice(('Self', name))} {{ {values} }}"
    )


def _combined(name: str, fields: Fields, rng: random.Random) -> str | None:
    kind = shared_number(fields)
    if kind is None or len(fields) < 2:
        return None
    method, sign = rng.choice(
        (("sum", "+"), ("total", "+"), ("product", "*"), ("area", "*"), ("difference", "-"))
    )
    return method_text(
        f"fn {method}(&self) -> {kind}", joined([f"self.{field}" for field, _ in fields], f" {sign} ")
    )


def _largest(name: str, fields: Fields, rng: random.Random) -> str | None:
    kind = shared_number(fields)
    if kind is None or len(fields) != 2:
        return None
    (one, _), (two, _) = fields
    method, operation = rng.choice(
        (("largest", "max"), ("smallest", "min"), ("larger", "max"), ("smaller", "min"))
    )
    return method_text(f"fn {method}(&self) -> {kind}", f"self.{one}.{operation}(self.{two})")


def _squared_length(name: str, fields: Fields, rng: random.Random) -> str | None:
    if shared_number(fields) != "f64":
        return None
    squares = joined([f"self.{field} * self.{field}" for field, _ in fields], " + ")
    if rng.random() < 0.5:
        return method_text(
            f"fn {rng.choice(('length', 'norm', 'magnitude'))}(&self) -> f64", f"({squares}).sqrt()"
        )
    return method_text(f"fn {rng.choice(('length_squared', 'norm_squared'))}(&self) -> f64", squares)


def _scale(name: str, fields: Fields, rng: random.Random) -> str | None:
    kind = shared_number(fields)
    if kind is None:
        return None
    factor = rng.choice(("factor", "factor", "k", "by"))
    if rng.random() < 0.5:
        lines = [f"self.{field} *= {factor};" for field, _ in fields]
        return method_text(f"fn scale(&mut self, {factor}: {kind})", *lines)
    values = joined([f"{field}: self.{field} * {factor}" for field, _ in fields])
    return method_text(f"fn scaled(&self, {factor}: {kind}) -> {name}", f"{name} {{ {values} }}")


def _shift(name: str, fields: Fields, rng: random.Random) -> str | None:
    kind = shared_number(fields)
    if kind is None:
        return None
    step = rng.choice(("amount", "step", "delta"))
    method, sign = rng.choice((("shift", "+"), ("increase", "+"), ("decrease", "-"), ("grow", "+")))
    field, _ = rng.choice(fields)
    if rng.random() < 0.5:
        return method_text(f"fn {method}_{field}(&mut self, {step}: {kind})", f"self.{field} {sign}= {step};")
    values = joined([f"{field}: self.{field} {sign} {step}" for field, _ in fields])
    return method_text(f"fn {method}(&self, {step}: {kind}) -> Self", f"Self {{ {values} }}")


def _reset(name: str, fields: Fields, rng: random.Random) -> str | None:
    return method_text(
        f"fn {rng.choice(('reset', 'clear'))}(&mut self)",
        *(f"self.{field} = {default_value(kind)};" for field, kind in fields),
    )


def _add(name: str, fields: Fields, rng: random.Random) -> str | None:
    kind = shared_number(fields)
    if kind is None:
        return None
    method, sign = rng.choice((("add", "+"), ("plus", "+"), ("minus", "-"), ("sub", "-"), ("times", "*")))
    values = joined([f"{field}: self.{field} {sign} other.{field}" for field, _ in fields])
    return method_text(f"fn {method}(&self, other: &{name}) -> {name}", f"{name} {{ {values} }}")


def _distance(name: str, fields: Fields, rng: random.Random) -> str | None:
    if shared_number(fields) != "f64":
        return None
    if rng.random() < 0.4:
        parts = [f"(self.{field} - other.{field}).abs()" for field, _ in fields]
        method = rng.choice(("manhattan", "gap", "steps_to"))
        return method_text(f"fn {method}(&self, other: &{name}) -> f64", joined(parts, " + "))
    deltas = [f"let d{field} = self.{field} - other.{field};" for field, _ in fields]
    squares = joined([f"d{field} * d{field}" for field, _ in fields], " + ")
    method = rng.choice(("distance_to", "distance", "distance_from"))
    return method_text(f"fn {method}(&self, other: &{name}) -> f64", *deltas, f"({squares}).sqrt()")


def _compare(name: str, fields: Fields, rng: random.Random) -> str | None:
    numbers = [field for field, kind in fields if kind in NUMBERS]
    if not numbers:
        return None
    field = rng.choice(numbers)
    method, sign = rng.choice((("more", ">"), ("less", "<"), ("same", "==")))
    return method_text(
        f"fn has_{method}_{field}(&self, other: &{name}) -> bool", f"self.{field} {sign} other.{field}"
    )


def _equals(name: str, fields: Fields, rng: random.Random) -> str | None:
    tests = [f"self.{field} == other.{field}" for field, _ in fields]
    method = rng.choice(("equals", "same_as", "is_same"))
    return method_text(f"fn {method}(&self, other: &{name}) -> bool", joined(tests, " && "))


def _is_zero(name: str, fields: Fields, rng: random.Random) -> str | None:
    if shared_number(fields) is None:
        return None
    tests = [f"self.{field} == {default_value(kind)}" for field, kind in fields]
    return method_text(f"fn {rng.choice(('is_zero', 'is_empty'))}(&self) -> bool", joined(tests, " && "))


def _question(name: str, fields: Fields, rng: random.Random) -> str | None:
    field, kind = rng.choice(fields)
    if kind == "String":
        return method_text(f"fn has_{field}(&self) -> bool", f"!self.{field}.is_empty()")
    if kind == "bool":
        return method_text(f"fn is_{field}(&self) -> bool", f"self.{field}")
    return method_text(f"fn has_{field}(&self) -> bool", f"self.{field} > {default_value(kind)}")


def _to_tuple(name: str, fields: Fields, rng: random.Random) -> str | None:
    if len(fields) < 2:
        return None
    kinds = joined([kind for _, kind in fields])
    values = joined([copied_field(field, kind) for field, kind in fields])
    return method_text(
        f"fn {rng.choice(('to_tuple', 'as_tuple', 'parts'))}(&self) -> ({kinds})", f"({values})"
    )


def _describe(name: str, fields: Fields, rng: random.Random) -> str | None:
    return method_text(
        f"fn {rng.choice(('describe', 'label', 'show'))}(&self) -> String", *text_body(name, fields, rng)
    )


def _specific(name: str, fields: Fields, rng: random.Random) -> str | None:
    """Methods that only some known types have."""
    of_type = SPECIFIC.get((name, fields))
    return rng.choice(of_type) if of_type else None


SPECIFIC: dict[tuple[str, Fields], tuple[str, ...]] = {
    ("Point", (("x", "f64"), ("y", "f64"))): (
        method_text("fn swap(&self) -> Point", "Point { x: self.y, y: self.x }"),
        method_text("fn origin() -> Point", "Point { x: 0.0, y: 0.0 }"),
        method_text("fn negate(&self) -> Point", "Point { x: -self.x, y: -self.y }"),
        method_text("fn dot(&self, other: &Point) -> f64", "self.x * other.x + self.y * other.y"),
        method_text("fn move_x(&mut self, dx: f64)", "self.x += dx;"),
        method_text("fn move_y(&mut self, dy: f64)", "self.y += dy;"),
        method_text("fn moved(&self, dx: f64, dy: f64) -> Point", "Point { x: self.x + dx, y: self.y + dy }"),
        method_text(
            "fn midpoint(&self, other: &Point) -> Point",
            "let x = (self.x + other.x) / 2.0;",
            "let y = (self.y + other.y) / 2.0;",
            "Point { x: x, y: y }",
        ),
        method_text("fn slope(&self, other: &Point) -> f64", "(other.y - self.y) / (other.x - self.x)"),
        method_text("fn angle(&self) -> f64", "self.y.atan2(self.x)"),
        method_text("fn is_left_of(&self, other: &Point) -> bool", "self.x < other.x"),
        method_text("fn is_above(&self, other: &Point) -> bool", "self.y > other.y"),
    ),
    ("Circle", (("radius", "f64"),)): (
        method_text("fn area(&self) -> f64", "std::f64::consts::PI * self.radius * self.radius"),
        method_text("fn diameter(&self) -> f64", "self.radius * 2.0"),
        method_text("fn circumference(&self) -> f64", "2.0 * std::f64::consts::PI * self.radius"),
    ),
    ("Rect", (("width", "f64"), ("height", "f64"))): (
        method_text("fn area(&self) -> f64", "self.width * self.height"),
        method_text("fn perimeter(&self) -> f64", "2.0 * (self.width + self.height)"),
        method_text("fn is_square(&self) -> bool", "self.width == self.height"),
    ),
    ("Counter", (("count", "u32"),)): (
        method_text("fn increment(&mut self)", "self.count += 1;"),
        method_text("fn add(&mut self, amount: u32)", "self.count += amount;"),
        method_text("fn next(&mut self) -> u32", "self.count += 1;", "self.count"),
    ),
}

_METHODS: tuple[Callable[[str, Fields, random.Random], str | None], ...] = (
    _getter,
    _getter,
    _setter,
    _with,
    _new,
    _new,
    _from_one,
    _zero,
    _combined,
    _combined,
    _largest,
    _squared_length,
    _scale,
    _shift,
    _reset,
    _add,
    _distance,
    _distance,
    _compare,
    _equals,
    _is_zero,
    _question,
    _to_tuple,
    _describe,
    _specific,
    _specific,
)


def _draw_methods(name: str, fields: Fields, count: int, rng: random.Random) -> str:
    """Draw *count* methods with different names."""
    methods: dict[str, str] = {}
    while len(methods) < count:
        text = rng.choice(_METHODS)(name, fields, rng)
        if text is not None:
            methods.setdefault(text.split("(")[0], text)
    return "\n".join(methods.values())


def struct_items(name: str, fields: Fields, rng: random.Random, *, impl_only: bool = False) -> str:
    """Return an ``impl`` of the struct, or (unless *impl_only*) another item about it."""
    if impl_only or rng.random() < 0.62:
        methods = _draw_methods(name, fields, rng.choice((1, 1, 1, 2, 2)), rng)
        return f"impl {name} {{\n{indented(methods)}}}\n"
    if rng.random() < 0.5:
        return trait_impls(name, fields, rng)
    return _free_function(name, fields, rng)


def _free_function(name: str, fields: Fields, rng: random.Random) -> str:
    """Return a function outside of any ``impl`` that takes or makes the struct."""
    kind = shared_number(fields)
    field, field_kind = rng.choice(fields)
    one = rng.choice((name[0].lower(), "value", "item", "it"))
    choices = [
        method_text(
            f"fn make_{name.lower()}({field}: {field_kind}) -> {name}",
            f"{name} {{ {joined([f'{other}: {default_value(of)}' if other != field else other for other, of in fields])} }}",
        ),
        method_text(f"fn show_{field}({one}: &{name})", f'println!("{{}}", {one}.{field});'),
        method_text(f"fn get_{field}({one}: {name}) -> {field_kind}", f"{one}.{field}"),
    ]
    if field_kind in NUMBERS:
        # Floats have no total order, and their sum starts from another zero.
        choices.append(
            method_text(
                f"fn total_{field}(items: &[{name}]) -> {field_kind}",
                f"items.iter().map(|item| item.{field}).sum()",
            )
        )
        choices.append(
            method_text(
                f"fn count_{field}_above(items: &[{name}], limit: {field_kind}) -> usize",
                f"items.iter().filter(|item| item.{field} > limit).count()",
            )
        )
    if kind is not None:
        choices.append(
            method_text(
                f"fn sum_of({one}: &{name}) -> {kind}",
                joined([f"{one}.{other}" for other, _ in fields], " + "),
            )
        )
        choices.append(
            method_text(
                f"fn add(a: &{name}, b: &{name}) -> {name}",
                f"{name} {{ {joined([f'{other}: a.{other} + b.{other}' for other, _ in fields])} }}",
            )
        )
    return rng.choice(choices)
