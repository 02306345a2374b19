"""Prompts whose references are built alike."""

from __future__ import annotations

from dataclasses import replace

from ferrobench.suite_check.shapes import shape_notes
from tests.support.prompts import prompt

DOUBLE = replace(prompt("fn double(n: i32) -> i32 {"), id="small/double", reference="\n    n * 2\n}\n")


def test_a_reference_of_the_same_shape_is_noted_at_the_later_prompt() -> None:
    """Whatever its names and numbers are."""
    triple = replace(prompt("fn triple(value: i64) -> i64 {"), id="small/triple", reference=" value * 3 }")
    sum_up = replace(prompt("fn sum(n: i32) -> i32 {"), id="small/sum", reference=" n + 2 }")

    assert shape_notes([DOUBLE, triple, sum_up]) == {
        "small/triple": ("the reference has the shape of that of small/double",)
    }


def test_a_variant_may_have_the_shape_of_its_original() -> None:
    """And of its siblings: they ask for the same."""
    variants = [replace(DOUBLE, id=f"small/{name}", variant_of="small/double") for name in ("twice", "again")]

    assert shape_notes([DOUBLE, *variants]) == {}


def test_prompts_without_functions_have_no_shape_to_compare() -> None:
    """Nor have those without a reference."""
    bare = replace(DOUBLE, id="small/bare", reference="")
    data = [
        replace(prompt("struct S {"), id=f"small/{name}", reference=" x: i32 }") for name in ("one", "two")
    ]

    assert shape_notes([DOUBLE, bare, *data]) == {}
