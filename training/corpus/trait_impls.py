"""Traits of the standard library implemented for a struct whose fields are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.corpus.blocks import impl_text, joined, method_text
from training.corpus.fields import Fields, copied_field, default_value, shared_number, text_body

if TYPE_CHECKING:
    import random
    from collections.abc import Callable


def trait_impls(name: str, fields: Fields, rng: random.Random) -> str:
    """Return an ``impl`` of a trait of the standard library; never of ``ToString`` for ``Point``."""
    kind = shared_number(fields)
    makers: list[Callable[[], str]] = [
        lambda: _impl_default(name, fields),
        lambda: _impl_clone(name, fields),
        lambda: _impl_equal(name, fields),
        lambda: _impl_display(name, fields, rng),
        lambda: _impl_from(name, fields, rng),
    ]
    if name != "Point":
        makers += [lambda: _impl_to_string(name, fields, rng)] * 5
    if kind is not None:
        makers.append(lambda: _impl_operator(name, fields, rng))
    return rng.choice(makers)()


def _impl_to_string(name: str, fields: Fields, rng: random.Random) -> str:
    return impl_text(
        "ToString", name, method_text("fn to_string(&self) -> String", *text_body(name, fields, rng))
    )


def _impl_default(name: str, fields: Fields) -> str:
    values = joined([f"{field}: {default_value(kind)}" for field, kind in fields])
    return impl_text("Default", name, method_text("fn default() -> Self", f"Self {{ {values} }}"))


def _impl_clone(name: str, fields: Fields) -> str:
    values = joined([f"{field}: {copied_field(field, kind)}" for field, kind in fields])
    return impl_text("Clone", name, method_text("fn clone(&self) -> Self", f"{name} {{ {values} }}"))


def _impl_equal(name: str, fields: Fields) -> str:
    tests = [f"self.{field} == other.{field}" for field, _ in fields]
    return impl_text(
        "PartialEq", name, method_text("fn eq(&self, other: &Self) -> bool", joined(tests, " && "))
    )


def _impl_display(name: str, fields: Fields, rng: random.Random) -> str:
    holes = joined(["{}" for _ in fields], rng.choice((", ", " ", "; ", " x ")))
    opened, closed = rng.choice((("(", ")"), ("", ""), ("<", ">"), (f"{name}(", ")"), ("[", "]")))
    values = joined([f"self.{field}" for field, _ in fields])
    trait = rng.choice(("Display", "Display", "Debug"))
    method = method_text(
        "fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result",
        f'write!(f, "{opened}{holes}{closed}", {values})',
    )
    return impl_text(f"std::fmt::{trait}", name, method)


def _impl_from(name: str, fields: Fields, rng: random.Random) -> str:
    if len(fields) == 1:
        ((field, kind),) = fields
        return impl_text(
            f"From<{kind}>", name, method_text(f"fn from({field}: {kind}) -> Self", f"{name} {{ {field} }}")
        )
    kinds = joined([kind for _, kind in fields])
    pair = rng.choice(("parts", "value", "t", "tuple"))
    values = joined([f"{field}: {pair}.{index}" for index, (field, _) in enumerate(fields)])
    return impl_text(
        f"From<({kinds})>", name, method_text(f"fn from({pair}: ({kinds})) -> Self", f"{name} {{ {values} }}")
    )


def _impl_operator(name: str, fields: Fields, rng: random.Random) -> str:
    trait, sign = rng.choice((("Add", "+"), ("Sub", "-"), ("Mul", "*")))
    values = joined([f"{field}: self.{field} {sign} other.{field}" for field, _ in fields])
    method = method_text(f"fn {trait.lower()}(self, other: {name}) -> {name}", f"{name} {{ {values} }}")
    return impl_text(f"std::ops::{trait}", name, f"type Output = {name};\n\n{method}")
