"""From what a trainer hands over to the Rust that is judged.

Trainers give strings, or for chats lists of messages. Base models go on from a prompt that is Rust itself; chat models
answer in Markdown and put the code in a fence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ferrobench.errors import UsageError
from ferrobench.judging import cut_tail, has_tokens

CodeSource: TypeAlias = Literal["prompt+completion", "extracted", "completion", "fenced"]
"""Where the Rust of an answer is.

- ``prompt+completion``: the prompt is the beginning of the program, all of the completion is the rest.
- ``extracted``: likewise, but an unfinished tail is cut along the syntax (see :func:`ferrobench.judging.cut_tail`).
- ``completion``: the completion is a whole program.
- ``fenced``: the last fenced code block of the completion is a whole program.
"""

Message: TypeAlias = Mapping[str, Any]
"""One message of a chat: ``{"role": …, "content": …}``."""
Text: TypeAlias = str | Sequence[Message]
"""A prompt or a completion."""

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*([^\s`,{]*)[^`]*")
_RUST = frozenset({"rust", "rs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The Rust of one sample."""

    text: str | None
    """What is judged; None where nothing of the model is there."""
    boundary: int = 0
    """Where in it the model's own text begins."""


def read_answer(prompt: Text, completion: Text, source: CodeSource) -> Answer:
    """Find the Rust of one sample.

    Raises:
        UsageError: The Rust should begin in the prompt, and the prompt is a chat.
    """
    written = completion_text(completion)
    if source == "fenced":
        return whole_program(last_code_block(written))
    if source == "completion":
        return whole_program(written)
    if not isinstance(prompt, str):
        raise UsageError(
            f"prompts: code={source!r} needs strings that begin the program, found messages; use code='fenced'"
        )
    if not has_tokens(written):
        return Answer(text=None)
    boundary = len(prompt)
    if source == "extracted":
        return Answer(text=cut_tail(prompt, written, prompt_complete=False).text, boundary=boundary)
    return Answer(text=prompt + written, boundary=boundary)


def whole_program(code: str | None) -> Answer:
    """An answer that is all the model's."""
    return Answer(text=code if code is not None and has_tokens(code) else None)


def completion_text(completion: Text) -> str:
    """The text of a completion: itself, or what the last message of the assistant says."""
    if isinstance(completion, str):
        return completion
    for message in reversed(completion):
        if message.get("role", "assistant") == "assistant":
            return _content_text(message.get("content"))
    return ""


def _content_text(content: object) -> str:
    """The text of a message's content: a string, or a list of parts of which some are text."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""  # a message that only calls tools has none
    parts = [part.get("text") for part in content if isinstance(part, Mapping)]
    return "".join(part for part in parts if isinstance(part, str))


def last_code_block(markdown: str) -> str | None:
    """The last fenced code block that says it is Rust, else the last that names no language; None without one.

    Fences are three or more backticks or tildes, closed by at least as many, and may be indented, as in lists. One that
    is never closed ends with the text, so code that was cut off at a token limit is judged as it is.
    """
    found: dict[bool, str] = {}
    lines = iter(markdown.splitlines(keepends=True))
    for line in lines:
        opening = _FENCE.fullmatch(line.rstrip())
        if opening is None:
            continue
        fence, language = opening[1], opening[2].lower()
        closing = re.compile(rf"[ \t]*{re.escape(fence[0])}{{{len(fence)},}}\s*")
        code: list[str] = []
        for inner in lines:
            if closing.fullmatch(inner):
                break
            code.append(inner)
        if language in _RUST or not language:
            found[language in _RUST] = "".join(code)
    return found.get(True, found.get(False))
