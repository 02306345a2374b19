"""What chat templates and reasoning models put around an answer: tokens of the template, traces, a byte order mark."""

from __future__ import annotations

import re
from typing import NamedTuple

from ferrobench.judging.extraction.quotes import QuotedPlaces, ends_quoted
from ferrobench.judging.extraction.rules import (
    REMOVED_BYTE_ORDER_MARK,
    REMOVED_CHAT_TOKENS,
    REMOVED_REASONING,
)


class Answer(NamedTuple):
    """An answer that was freed of something, and the rules that did it."""

    text: str
    rules: tuple[str, ...]


# `<|…|>` is how nearly all templates spell their tokens; DeepSeek's have other bars and spaces.
_TOKEN = re.compile(
    r"<[|\uff5c][A-Za-z_\u2581][\w\u2581]{0,40}[|\uff5c]>|</?s>|<(?:start|end)_of_turn>|<eos>|<bos>|\[/?INST\]"
)
_ROLE = re.compile(r"\s*(?:assistant|model|final)\b(?:<\|end_header_id\|>)?:?[ \t]*\n?")
# The names that models and their templates give to a trace.
_TRACES = ("think", "thinking", "thought", "reasoning", "reflection", "scratchpad")
_OPENED_TRACE = re.compile(
    rf"\s*(?:<({'|'.join(_TRACES)})>|(\[THINK\])|(\u25c1think\u25b7)|<\|channel\|>(?:analysis|commentary)<\|message\|>)"
)
# A template may open the trace, so that the answer has its end only. It stands on a line of its own or ends one: a string
# in code goes on behind it.
_LONE_END = re.compile(rf"(?:</(?:{'|'.join(_TRACES)})>|\[/THINK\]|\u25c1/think\u25b7)[ \t\r]*(?:\n|\Z)")
_BLANK_LINES = re.compile(r"(?:[ \t\r]*\n)+")
_FINAL_CHANNEL = "<|channel|>final<|message|>"


def shows_chat(answer: str) -> bool:
    """Tell whether an answer has anything that :func:`unwrap_chat` may remove, as far as words tell."""
    return any(
        found is not None
        for found in (_OPENED_TRACE.match(answer), _TOKEN.search(answer), _LONE_END.search(answer))
    )


def unwrap_chat(prompt_text: str, completion: str) -> Answer:
    """Free an answer of everything that is the chat's and not the model's code."""
    text, rules = completion, []
    if text.startswith("\ufeff"):
        text = text[1:]
        rules.append(REMOVED_BYTE_ORDER_MARK)
    bare = text[_opening_tokens_end(text) :]
    # Before the tokens behind it: a trace's own words may name them.
    without_trace = _without_reasoning(prompt_text, bare)
    kept = _within_tokens(prompt_text, without_trace)
    if bare != text or kept != without_trace:
        rules.append(REMOVED_CHAT_TOKENS)
    if without_trace != bare:
        rules.append(REMOVED_REASONING)
    return Answer(kept, tuple(rules))


def _without_reasoning(prompt_text: str, text: str) -> str:
    """Remove traces from the start of an answer. A trace that is never closed is all there is."""
    start = 0
    while (opened := _OPENED_TRACE.match(text, start)) is not None:
        if opened[1] is not None:
            end = f"</{opened[1]}>"
        elif opened[2] is not None:
            end = "[/THINK]"
        else:
            end = "\u25c1/think\u25b7" if opened[3] is not None else _FINAL_CHANNEL
        closed = text.find(end, opened.end())
        if closed < 0:
            return ""
        start = _behind_blank_lines(text, closed + len(end))
    lone = _LONE_END.search(text, start)
    if lone is not None and not ends_quoted(prompt_text + text[start : lone.start()]):
        start = _behind_blank_lines(text, lone.end())
    return text[start:]


def _behind_blank_lines(text: str, start: int) -> int:
    blank = _BLANK_LINES.match(text, start)
    return start if blank is None else blank.end()


def _opening_tokens_end(text: str) -> int:
    """Where the template's tokens end that an answer begins with, the role they name included."""
    end = 0
    while _OPENED_TRACE.match(text, end) is None and (token := _TOKEN.match(text, end)) is not None:
        role = _ROLE.match(text, token.end())
        end = token.end() if role is None else role.end()
    return end


def _within_tokens(prompt_text: str, text: str) -> str:
    """Remove the template's tokens from the start of an answer, and all from the next one on: that is another turn."""
    start = _opening_tokens_end(text)
    found = _TOKEN.search(text, start)
    if found is None:
        return text[start:]
    # A program may well speak of such tokens, in a string or a comment.
    quoted = QuotedPlaces(prompt_text + text)
    while found is not None:
        if not quoted.has(len(prompt_text) + found.start()):
            return text[start : found.start()]
        found = _TOKEN.search(text, found.end())
    return text[start:]
