"""What a prompt began, and answers that begin it anew.

A chat model answers with a program of its own: the function again, with its signature, often with other documentation,
sometimes with the prompt's imports. Such an answer takes the place of what the prompt began. What else the prompt has
and the answer lacks (``use`` lines, types, helper functions) stays in scope: it goes in front.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ferrobench.judging.extraction.named_items import (
    ItemName,
    NamedItem,
    Signature,
    attributes_of,
    body_start,
    imports_of,
    is_function,
    name_item,
    name_items,
    signature_of,
)
from ferrobench.rust_source.items import read_items

if TYPE_CHECKING:
    from ferrobench.judging.extraction.named_items import Import
    from ferrobench.prompts.prompt import Prompt
    from ferrobench.rust_source.items import Outline


class Restated(NamedTuple):
    """An answer that begins the prompt's item anew, as a program of its own."""

    text: str
    whole: bool
    """Whether the answer is complete items to its end. Else what follows them was cut."""
    closes_more: bool
    """Whether the rest begins with the brace that would close the prompt's own beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A prompt's text, understood."""

    text: str
    parts: tuple[NamedItem, ...]
    """Its complete items."""
    head: str
    """The inner attributes on top."""
    target: ItemName
    """What an answer must define: the item that the prompt began, else the last one that it has."""
    target_signature: Signature | None
    """The target's types, if it is a function that the prompt began."""
    attributes: tuple[str, ...]
    """Of the item that the prompt began."""
    inner: tuple[tuple[int, ItemName], ...]
    """Unfinished members of the item that the prompt began, such as a method of an ``impl``: where, and what."""
    complete: bool

    @property
    def in_function(self) -> bool:
        """Whether the prompt ends inside of a function's body."""
        return self.target_signature is not None or bool(self.inner)

    def names(self, name: ItemName) -> bool:
        """Tell whether *name* is of the target, or as much like it as one spelled in another case."""
        return bool(name.name) and (name == self.target or self._is_misspelt(name))

    def _is_misspelt(self, name: ItemName) -> bool:
        return (
            self.target_signature is not None
            and name.space == "value"
            and spelled_alike(name.name, self.target.name)
        )

    def is_begun_anew(self, answer: str) -> bool:
        """Tell whether the first item of *answer* is one that the prompt has already. Takes no time to speak of."""
        name = name_item(answer, 0)
        known = {part.name for part in self.parts if part.name.name} if self.complete else set()
        return bool(name.name) and (name == self.target or name in known)

    def may_be_in(self, answer: str) -> bool:
        """Tell at once whether *answer* can define what the prompt began. Most completions of base models cannot."""
        if self.target_signature is not None:
            return "fn" in answer
        if any(name.name in answer for _, name in self.inner):
            return True
        return ("impl" if self.target.space == "impl" else self.target.name or "\0") in answer

    def restate(self, answer: str) -> Restated | None:
        """Read *answer* as a program of its own; None where it does not define what the prompt began."""
        if not self.complete and not self.may_be_in(answer):
            return None
        outline = read_items(answer)
        found = name_items(answer, outline.items)
        if self._answers(answer, outline, found):
            kept = answer if outline.whole else answer[: outline.items[-1].end]
            text = self._keep_in_scope(kept, found)
        elif (start := self._member_begun_anew(found)) is not None:
            text = self.text[:start] + answer
            outline = read_items(text)
            if not outline.items or outline.items[-1].end <= start:
                return None
            text = text if outline.whole else text[: outline.items[-1].end]
        else:
            return None
        if outline.foreign is not None and (outline.whole or outline.foreign < outline.items[-1].end):
            return None
        return Restated(text, outline.whole, not outline.whole and answer[outline.rest :][:1] == "}")

    def _answers(self, answer: str, outline: Outline, found: tuple[NamedItem, ...]) -> bool:
        if self.complete:
            known = {part.name for part in self.parts if part.name.name}
            return bool(known.intersection(item.name for item in found)) and any(
                item.name not in known for item in found
            )
        if any(self.names(item.name) for item in found):
            return True
        # Another name altogether is the function that was asked for only where just one has its types.
        return outline.whole and len(self.alike(answer, found)) == 1

    def alike(self, text: str, found: tuple[NamedItem, ...]) -> tuple[NamedItem, ...]:
        """The functions of *text* that have the target's types, ``main`` left out."""
        if self.target_signature is None:
            return ()
        return tuple(
            item
            for item in found
            if item.name.space == "value"
            and item.name.name != "main"
            and signature_of(text, item.start) == self.target_signature
        )

    def _member_begun_anew(self, found: tuple[NamedItem, ...]) -> int | None:
        if not found:
            return None
        return next((start for start, name in self.inner if name == found[0].name), None)

    def _keep_in_scope(self, answer: str, found: tuple[NamedItem, ...]) -> str:
        """Put what only the prompt has in front of the first item of *answer*."""
        defined = {item.name for item in found if item.name.name}
        imported = {
            each.name
            for item in found
            if item.name.space == "use"
            for each in imports_of(answer, item)
            if each.name != "*"
        } | {name.name for name in defined if name.space in ("value", "type", "macro")}
        kept = [line for part in self.parts for line in self._lacking(part, answer, defined, imported)]
        first = found[0].start
        head = "" if not self.head or self.head in answer else f"{self.head}\n"
        block = "".join(f"{line}\n" for line in kept)
        target = next((item for item in found if item.name == self.target), None)
        if target is not None and self.attributes and not attributes_of(answer, target.start):
            above = "".join(f"{attribute}\n" for attribute in self.attributes)
            answer = answer[: target.start] + above + answer[target.start :]
        return head + answer[:first] + block + answer[first:]

    def _lacking(self, part: NamedItem, answer: str, defined: set[ItemName], imported: set[str]) -> list[str]:
        """The lines of one of the prompt's items that *answer* needs beside its own."""
        text = self.text[part.start : part.end]
        if part.name.space != "use":
            repeated = part.name in defined if part.name.name else text in answer
            return [] if repeated else [text]
        imports = imports_of(self.text, part)
        missing = [each for each in imports if each.name not in imported]
        if len(missing) == len(imports):
            return [text]
        return [f"use {_spell(each)};" for each in missing]


def spelled_alike(one: str, other: str) -> bool:
    """Tell whether two names are the same but for case and underscores."""
    return _plain(one) == _plain(other) != ""


def read_beginning(prompt: Prompt) -> Beginning:
    """Understand a prompt's text. Remembered, since there are many answers to one prompt."""
    return _read(prompt.text, prompt.entry_point, prompt.complete)


@lru_cache(maxsize=1024)
def _read(text: str, entry_point: str | None, complete: bool) -> Beginning:
    outline = read_items(text)
    parts = name_items(text, outline.items)
    begun = ItemName("", "")
    signature = None
    attributes: tuple[str, ...] = ()
    inner: tuple[tuple[int, ItemName], ...] = ()
    if not outline.whole:
        begun = name_item(text, outline.rest)
        attributes = attributes_of(text, outline.rest)
        inner = tuple(_unfinished_members(text, outline.rest))
        if is_function(text, outline.rest):
            signature = signature_of(text, outline.rest)
    elif complete and parts:
        begun = parts[-1].name
    elif entry_point is not None:
        begun = ItemName("value", entry_point)
    top = text[: parts[0].start if parts else outline.rest]
    return Beginning(
        text=text,
        parts=parts,
        head="\n".join(line for line in top.splitlines() if line.startswith("#![")),
        target=begun,
        target_signature=signature,
        attributes=attributes,
        inner=inner,
        complete=complete,
    )


def _unfinished_members(text: str, start: int) -> list[tuple[int, ItemName]]:
    """The unfinished item in the body of the unfinished item at *start*, and so on inwards."""
    found: list[tuple[int, ItemName]] = []
    # A function in an implementation in a module: nobody nests deeper.
    for _ in range(4):
        opening = body_start(text, start) if name_item(text, start).space in ("impl", "type") else None
        if opening is None:
            break
        outline = read_items(text[opening:])
        start = opening + outline.rest
        if outline.whole or not name_item(text, start).name:
            break
        found.append((start, name_item(text, start)))
    return found


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()


def _spell(found: Import) -> str:
    known = found.path.rpartition("::")[2] in (found.name, "*")
    return found.path if known else f"{found.path} as {found.name}"
