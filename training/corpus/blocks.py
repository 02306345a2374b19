"""Rust put together from lines: blocks, methods, impls."""

from __future__ import annotations


def joined(pieces: list[str], separator: str = ", ") -> str:
    return separator.join(pieces)


def indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())


def method_text(head: str, *body: str) -> str:
    return f"{head} {{\n{indented(chr(10).join(body))}}}\n"


def impl_text(trait: str, name: str, body: str) -> str:
    return f"impl {trait} for {name} {{\n{indented(body)}}}\n"
