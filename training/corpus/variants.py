"""What is implemented for an enum whose variants are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.corpus.blocks import impl_text, indented, joined, method_text

if TYPE_CHECKING:
    import random


def enum_items(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    """Return an ``impl`` of the enum, or another item about it."""
    if rng.random() < 0.68:
        makers = rng.sample(_ENUM_METHODS, rng.choice((1, 1, 1, 2)))
        texts = [maker(name, variants, rng) for maker in makers]
        methods = {text.split("(")[0]: text for text in texts}  # no two of one name
        return f"impl {name} {{\n{indented(chr(10).join(methods.values()))}}}\n"
    return rng.choice(_ENUM_ITEMS)(name, variants, rng)


def _arms(name: str, variants: tuple[str, ...], values: list[str]) -> list[str]:
    return ["match self {", *(f"    {name}::{v} => {x}," for v, x in zip(variants, values, strict=True)), "}"]


def _enum_name(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    lower = rng.random() < 0.5
    values = [f'"{variant.lower() if lower else variant}"' for variant in variants]
    method = rng.choice(("name", "as_str", "label"))
    return method_text(f"fn {method}(&self) -> &str", *_arms(name, variants, values))


def _enum_index(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    method, first, step = rng.choice((("index", 0, 1), ("code", 1, 1), ("value", 10, 10), ("rank", 1, 1)))
    values = [str(first + step * i) for i in range(len(variants))]
    return method_text(
        f"fn {method}(&self) -> {rng.choice(('u32', 'i32', 'u8', 'usize'))}", *_arms(name, variants, values)
    )


def _enum_is(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    variant = rng.choice(variants)
    return method_text(f"fn is_{variant.lower()}(&self) -> bool", f"matches!(self, {name}::{variant})")


def _enum_next(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    method, by = rng.choice((("next", 1), ("previous", -1), ("turn", 1)))
    values = [f"{name}::{variants[(i + by) % len(variants)]}" for i in range(len(variants))]
    return method_text(f"fn {method}(self) -> {name}", *_arms(name, variants, values))


def _enum_from_index(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    arms = [f"    {i} => Some({name}::{variant})," for i, variant in enumerate(variants)]
    return method_text(f"fn from_index(n: u32) -> Option<{name}>", "match n {", *arms, "    _ => None,", "}")


def _enum_from_text(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    arms = [f'    "{variant.lower()}" => Some({name}::{variant}),' for variant in variants]
    return method_text(f"fn from_name(s: &str) -> Option<{name}>", "match s {", *arms, "    _ => None,", "}")


def _enum_first(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    method, index = rng.choice((("first", 0), ("last", -1)))
    return method_text(f"fn {method}() -> {name}", f"{name}::{variants[index]}")


def _enum_all(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    values = joined([f"{name}::{variant}" for variant in variants])
    return method_text(f"fn all() -> [{name}; {len(variants)}]", f"[{values}]")


_ENUM_METHODS = (
    _enum_name,
    _enum_name,
    _enum_index,
    _enum_index,
    _enum_is,
    _enum_next,
    _enum_from_index,
    _enum_from_text,
    _enum_first,
    _enum_all,
)


def _enum_function(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    one = rng.choice((name[0].lower(), "value", "it", name.lower()))
    if one in ("box", "move", "mode"):
        one = "it"
    function, kind, values = rng.choice(
        (
            (f"{name.lower()}_name", "&'static str", [f'"{variant}"' for variant in variants]),
            (f"{name.lower()}_code", "u32", [str(i) for i in range(len(variants))]),
            (f"{name.lower()}_score", "i32", [str(10 * (i + 1)) for i in range(len(variants))]),
        )
    )
    arms = [f"    {name}::{v} => {x}," for v, x in zip(variants, values, strict=True)]
    return method_text(f"fn {function}({one}: {name}) -> {kind}", f"match {one} {{", *arms, "}")


def _enum_default(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    return impl_text("Default", name, method_text("fn default() -> Self", f"{name}::{variants[0]}"))


def _enum_display(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    arms = [f'    {name}::{variant} => write!(f, "{variant}"),' for variant in variants]
    head = "fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result"
    return impl_text("std::fmt::Display", name, method_text(head, "match self {", *arms, "}"))


def _enum_to_string(name: str, variants: tuple[str, ...], rng: random.Random) -> str:
    values = [f'"{variant}".to_string()' for variant in variants]
    return impl_text(
        "ToString", name, method_text("fn to_string(&self) -> String", *_arms(name, variants, values))
    )


_ENUM_ITEMS = (_enum_function, _enum_function, _enum_default, _enum_display, _enum_to_string)
