"""What chat templates and reasoning models put around an answer: tokens of the template, traces, a byte order mark."""

from __future__ import annotations

import re
from typing import NamedTuple

from ferrobench.judging.extraction.rules import (
    REMOVED_BYTE_ORDER_MARK,
    REMOVED_CHAT_TOKENS,
    REMOVED_REASONING,
)
from ferrobench.judging.tokens import TokenKind, iterate_tokens


class Answer(NamedTuple):
    """An answer that was freed of something, and the rules that did it."""

    text: str
    rules: tuple[str, ...]


# `<|…|>` is how nearly all templates spell their tokens; DeepSeek's have other bars and spaces.
_TOKEN = re.compile(
    r"<[|\uff5c][A-Za-z_\u2581][\w\u2581]{0,40}[|\uff5c]>|</?s>|<(?:start|end)_of_turn>|<eos>|<bos>|\[/?INST\]"
)
_ROLE = re.compile(r"\s*(?:assistant|model)\b(?:<\|end_header_id\|>)?:?[ \t]*\n?")
# The names that models and their templates give to a trace.
_TRACES = ("think", "thinking", "thought", "reasoning", "reflection", "scratchpad")
_OPENED_TRACE = re.compile(
    rf"\s*(?:<({'|'.join(_TRACES)})>|(\[THINK\])|(\u25c1think\u25b7)|<\|channel\|>(?:analysis|commentary)<\|message\|>)"
)
# A template may open the trace, so that the answer has its end only. It stands on a line of its own or ends one: a string
# in code goes on behind it.
_LONE_END = re.compile(rf"(?:</(?:{'|'.join(_TRACES)})>|\[/THINK\]|\u25c1/think\u25b7)[ \t\r]*(?:\n|\Z)")
_FINAL_CHANNEL = "<|channel|>final<|message|>"


def unwrap_chat(prompt_text: str, completion: str) -> Answer:
    """Free an answer of everything that is the chat's and not the model's code."""
    text, rules = completion, []
    if text.startswith("\ufeff"):
        text = text[1:]
        rules.append(REMOVED_BYTE_ORDER_MARK)
    # Before the tokens: a trace's own words may name them.
    without_trace = _without_reasoning(text)
    kept = _within_tokens(prompt_text, without_trace)
    kept_without_trace = _without_reasoning(kept)
    if kept_without_trace != kept or without_trace != text:
        rules.append(REMOVED_REASONING)
    if kept != without_trace:
        rules.insert(len(rules) - (rules[-1:] == [REMOVED_REASONING]), REMOVED_CHAT_TOKENS)
    return Answer(kept_without_trace, tuple(rules))


def _without_reasoning(text: str) -> str:
    """Remove traces from the start of an answer. A trace that is never closed is all there is."""
    while (opened := _OPENED_TRACE.match(text)) is not None:
        if opened[1] is not None:
            end = f"</{opened[1]}>"
        elif opened[2] is not None:
            end = "[/THINK]"
        else:
            end = "\u25c1/think\u25b7" if opened[3] is not None else _FINAL_CHANNEL
        _, closed, text = text[opened.end() :].partition(end)
        if not closed:
            return ""
    lone = _LONE_END.search(text)
    if lone is None or _stands_in_code(text[: lone.start()]):
        return text
    return text[lone.end() :]


def _stands_in_code(before: str) -> bool:
    """Tell whether a fence is open behind *before*."""
    return sum(line.lstrip().startswith("```") for line in before.split("\n")) % 2 == 1


def _within_tokens(prompt_text: str, text: str) -> str:
    """Remove the template's tokens from the start of an answer, and all from the next one on: that is another turn."""
    start = 0
    while (token := _TOKEN.match(text, start)) is not None:
        role = _ROLE.match(text, token.end())
        start = token.end() if role is None else role.end()
    found = _TOKEN.search(text, start)
    if found is None:
        return text[start:]
    # A program may well speak of such tokens, in a string or a comment.
    quoted = _Quoted(prompt_text + text)
    while found is not None:
        if not quoted.has(len(prompt_text) + found.start()):
            return text[start : found.start()]
        found = _TOKEN.search(text, found.end())
    return text[start:]


class _Quoted:
    """Tells of ever later places whether they are in a string or a comment that ends."""

    def __init__(self, text: str) -> None:
        self._tokens = iterate_tokens(text)
        self._start = self._end = 0
        self._is_quote = False

    def has(self, place: int) -> bool:
        while self._end <= place:
            token = next(self._tokens, None)
            if token is None:
                return False
            self._start, self._end = token.start, token.end
            self._is_quote = token.terminated and token.kind in (
                TokenKind.STRING,
                TokenKind.COMMENT,
                TokenKind.OUTER_DOC,
                TokenKind.INNER_DOC,
            )
        return self._is_quote
