"""The assisted reading: the extracted program after named repairs.

It tells what a model would score that spelled a name as it was asked to, or knew an import. Each repair does one thing, fires
only where its sign is there, and is named in the reading, so whoever does not accept it can leave it out of the count.

===========================  ============================================================================================
repair                       fires when
===========================  ============================================================================================
``closed_delimiters``        rustc finds a delimiter that is not closed, and nothing but braces at the very end is missing.
``renamed_entry_point``      The function that was asked for is not there, and just one other is it under another name: one
                             spelled alike but for case and underscores, else one with the same types. Renamed where it is
                             defined and used.
``escaped_reserved_word``    rustc says that a word of a later edition (``gen``, ``async``, ``await``, ``dyn``, ``try``) is
                             reserved and can be escaped. All its uses become ``r#gen``.
``removed_own_main``         All that rustc refuses lies in a ``fn main`` that nobody asked for, a demonstration. It goes.
``added_use_std``            rustc misses a name (E0405, E0412, E0422, E0425, E0433, E0599) and proposes a ``use std::…`` for
                             it: the only one, or the one that is nearly always meant. It goes on top.
===========================  ============================================================================================
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.judging.extraction.beginning import read_beginning, spelled_alike
from ferrobench.judging.extraction.named_items import imports_of, is_function, name_items
from ferrobench.judging.extraction.rules import Reading
from ferrobench.rust_source.items import read_items
from ferrobench.rust_source.tokens import TRIVIA, TokenKind, iterate_tokens, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.judging.verdict import Diagnostic
    from ferrobench.prompts.prompt import Prompt

Repair: TypeAlias = "Callable[[Prompt, str, Sequence[Diagnostic]], str | None]"
"""From a program and its errors to the repaired program; None where there is nothing of the kind to repair."""

_RESERVED = re.compile(r"reserved keyword `(\w+)`")
_LATER_WORDS = frozenset({"gen", "async", "await", "dyn", "try"})
_MISSING_NAME = frozenset({"E0405", "E0412", "E0422", "E0425", "E0433", "E0599"})
_PROPOSED = re.compile(r"\buse ((?:std|core|alloc)(?:::\w+)+);")
_QUOTED = re.compile(r"`([^`]+)`")
_UNCLOSED = "this file contains an unclosed delimiter"
# Where rustc proposes several. The names of atomic orderings are not those of comparisons.
_USUAL = {
    "Ordering": "std::cmp::Ordering",
    "Hash": "std::hash::Hash",
    "Error": "std::error::Error",
    "Display": "std::fmt::Display",
    "Debug": "std::fmt::Debug",
    "Entry": "std::collections::hash_map::Entry",
    "Result": "std::fmt::Result",
    "PI": "std::f64::consts::PI",
    "E": "std::f64::consts::E",
    "swap": "std::mem::swap",
    "replace": "std::mem::replace",
    "Path": "std::path::Path",
    "thread": "std::thread",
    "min": "std::cmp::min",
    "max": "std::cmp::max",
}
_ATOMIC = re.compile(r"\bOrdering\s*::\s*(?:SeqCst|Relaxed|Acquire|Release|AcqRel)\b")


def assist(prompt: Prompt, text: str, errors: Sequence[Diagnostic]) -> Reading | None:
    """Repair what can be repaired of an answer's extracted *text*, of which rustc says *errors*.

    None where nothing can. Pure: whether the repaired program compiles is for rustc to say. Since errors hide others, a second
    call with the errors of the repaired program may find more.
    """
    rules = []
    for name, repair in REPAIRS.items():
        repaired = repair(prompt, text, errors)
        if repaired is not None:
            text = repaired
            rules.append(name)
    return Reading(text=text, rules=tuple(rules)) if rules else None


def _rename_entry_point(prompt: Prompt, text: str, errors: Sequence[Diagnostic]) -> str | None:
    beginning = read_beginning(prompt)
    began = beginning.target.name if beginning.target_signature is not None else None
    wanted = prompt.entry_point or began
    if wanted is None:
        return None
    items = name_items(text, read_items(text).items)
    functions = [item for item in items if is_function(text, item.start)]
    if any(item.name.name == wanted for item in functions):
        return None
    found = [item for item in functions if spelled_alike(item.name.name, wanted)]
    if not found and wanted == began:
        found = list(beginning.alike(text, tuple(functions)))
    if len(found) != 1:
        return None
    return _replace_word(text, found[0].name.name, wanted)


def _escape_reserved_word(prompt: Prompt, text: str, errors: Sequence[Diagnostic]) -> str | None:
    words = {word for error in errors for word in _RESERVED.findall(error.message)} & _LATER_WORDS
    repaired = text
    for word in sorted(words):
        if any(f"escape `{word}`" in error.rendered for error in errors):
            repaired = _replace_word(repaired, word, f"r#{word}", members=True)
    return None if repaired == text else repaired


def _add_use_std(prompt: Prompt, text: str, errors: Sequence[Diagnostic]) -> str | None:
    outline = read_items(text)
    items = name_items(text, outline.items)
    taken = {each.name for item in items if item.name.space == "use" for each in imports_of(text, item)}
    missing: list[str] = []
    for error in errors:
        path = _missing_path(text, error)
        if path is not None and path.rpartition("::")[2] not in taken:
            taken.add(path.rpartition("::")[2])
            missing.append(path)
    if not missing:
        return None
    # Behind what may stand only at the start of a file.
    place = outline.items[0].start if outline.items else 0
    return text[:place] + "".join(f"use {path};\n" for path in missing) + text[place:]


def _missing_path(text: str, error: Diagnostic) -> str | None:
    """The import whose absence is an error; None where that is not what it is about, or rustc leaves the choice."""
    if error.code not in _MISSING_NAME:
        return None
    words = "\n".join((error.rendered, *(note.message for note in error.notes)))
    proposed = list(dict.fromkeys(path for path in _PROPOSED.findall(words) if path.startswith("std::")))
    name = _QUOTED.search(error.message)
    usual = _USUAL.get(name[1]) if name is not None else None
    if usual == "std::cmp::Ordering" and _ATOMIC.search(text):
        usual = "std::sync::atomic::Ordering"
    if len(proposed) > 1:
        return _choose_trait(text, proposed) or (usual if usual in proposed else None)
    return proposed[0] if proposed else None


def _choose_trait(text: str, proposed: list[str]) -> str | None:
    """Of the traits that formatting and files both have, that of what the program speaks of elsewhere."""
    if {path.rpartition("::")[2] for path in proposed} != {"Write"}:
        return None
    return (
        "std::io::Write" if re.search(r"\b(?:stdout|stderr|File|BufWriter|io)\b", text) else "std::fmt::Write"
    )


def _remove_own_main(prompt: Prompt, text: str, errors: Sequence[Diagnostic]) -> str | None:
    if not errors or prompt.entry_point == "main" or re.search(r"\bfn\s+main\b", prompt.text):
        return None
    mains = [item for item in name_items(text, read_items(text).items) if item.name.name == "main"]
    if len(mains) != 1 or mains[0].name.space != "value":
        return None
    start, end = mains[0].start, mains[0].end
    first, last = text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1
    if any(error.line is None or not first <= error.line <= last for error in errors):
        return None
    return text[:start] + text[end:]


def _close_delimiters(prompt: Prompt, text: str, errors: Sequence[Diagnostic]) -> str | None:
    if all(error.message != _UNCLOSED for error in errors):
        return None
    opened: list[str] = []
    for token in tokenize(text):
        if not token.terminated:
            return None
        word = text[token.start] if token.kind is TokenKind.PUNCTUATION else ""
        if word and word in "([{":
            opened.append(")]}"["([{".index(word)])
        elif word and word in ")]}" and (not opened or opened.pop() != word):
            return None
    if not opened or set(opened) != {"}"}:
        return None
    # A comment on the last line must not swallow the first brace.
    return text.rstrip() + "\n}" * len(opened) + "\n"


def _replace_word(text: str, old: str, new: str, *, members: bool = False) -> str:
    """Replace an identifier wherever it is one; as a member only with *members*, and never a macro's ``$old``."""
    pieces: list[str] = []
    end = 0
    before = earlier = ""
    for token in iterate_tokens(text):
        if token.kind in TRIVIA:
            continue
        word = text[token.start : token.end]
        is_member = before == "." and earlier != "."  # two of them are a range
        if (
            token.kind is TokenKind.IDENTIFIER
            and word == old
            and before != "$"
            and (members or not is_member)
        ):
            pieces += [text[end : token.start], new]
            end = token.end
        before, earlier = word, before
    return "".join([*pieces, text[end:]])


REPAIRS: dict[str, Repair] = {
    "closed_delimiters": _close_delimiters,
    "renamed_entry_point": _rename_entry_point,
    "escaped_reserved_word": _escape_reserved_word,
    "removed_own_main": _remove_own_main,
    "added_use_std": _add_use_std,
}
"""All repairs by name, in the order in which they are tried."""
