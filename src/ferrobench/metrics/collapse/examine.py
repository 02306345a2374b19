"""One answer under the doctor's eyes: what is wrong with it, as far as it can be told by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.metrics.collapse.ailments import Ailment
from ferrobench.metrics.collapse.characters import has_controls, is_broken, is_garbled, lacks_newlines
from ferrobench.metrics.collapse.echo import PromptWords
from ferrobench.metrics.collapse.language import foreign_language, is_plainly_rust
from ferrobench.metrics.collapse.loops import FEWEST_WORDS, Loop, distinct_grams, find_loop, repetition
from ferrobench.metrics.collapse.wording import Wording, wording
from ferrobench.metrics.collapse.words import read_words
from ferrobench.rust_source.ends import ItemEnd
from ferrobench.rust_source.items import read_items

if TYPE_CHECKING:
    from ferrobench.metrics.collapse.answer import Answer

# How much of an answer must be the same as another's to be the same answer: what comes later may well differ.
_KEY_WORDS = 32
# Shorter ones are the same by right: `Ok(())`.
_FEWEST_KEY_WORDS = 6
_CLOSING = frozenset("}])>;,")
_COMMENT = re.compile(r"//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)")
# With a lower limit than this nearly no answer could end.
_FEWEST_TOKENS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What was found in one text after its prompt."""

    ailments: frozenset[Ailment]
    repetition: float | None
    """The share of 4-grams that came before; None of a text too short to have any."""
    detail: str | None = None
    """The token of a flood, the tokens of a loop, the language."""
    loop: Loop | None = None
    key: str | None = None
    """What same answers have in common; None where being the same would say nothing."""


class PromptChart:
    """Examines the answers to one prompt. What it needs of the prompt is read once."""

    def __init__(self, prompt: str) -> None:
        """Read the prompt's text."""
        outline = read_items(prompt)
        self._complete = bool(outline.items) and outline.whole
        self._words = PromptWords.of(prompt)
        self._item_end = ItemEnd(prompt)

    def examine(self, text: str, finished: bool | None) -> Signs:
        """Examine a text; *finished* as of :class:`~ferrobench.metrics.collapse.answer.Answer`."""
        words = read_words(text)
        grams = distinct_grams(words)
        repeated = repetition(words, grams)
        measured = repeated if len(words) > 3 else None
        # What spoils an answer as a whole; the rest of it would only be named twice.
        if len(words) < FEWEST_WORDS and _CLOSING.issuperset(words):
            return self._empty(measured)
        if self._words.is_echoed(text, words, grams):
            return Signs(ailments=frozenset((Ailment.PROMPT_ECHO,)), repetition=measured)
        broken = {Ailment.INVALID_UTF8} if is_broken(text) else set()
        loop = find_loop(text, words, repeated)
        if loop is not None:
            kind, detail = _kind_of(loop, text)
            return Signs(ailments=frozenset((kind, *broken)), repetition=measured, detail=detail, loop=loop)
        if _is_comment(text):
            return self._empty(measured)
        found, detail = self._faults(text, finished)
        key = "\0".join(words[:_KEY_WORDS]) if len(words) >= _FEWEST_KEY_WORDS else None
        return Signs(ailments=frozenset(found | broken), repetition=measured, detail=detail, key=key)

    def _empty(self, repeated: float | None) -> Signs:
        # A prompt that is complete by itself asks for nothing more.
        return Signs(ailments=frozenset(() if self._complete else (Ailment.EMPTY,)), repetition=repeated)

    def _faults(self, text: str, finished: bool | None) -> tuple[set[Ailment], str | None]:
        """What is wrong with an answer that is neither empty nor a loop nor an echo."""
        if has_controls(text):
            return {Ailment.NOISE}, None
        if not is_plainly_rust(text):
            language = foreign_language(text)
            if language is not None:
                return {Ailment.WRONG_LANGUAGE}, language
            words = wording(text)
            if words is Wording.SALAD or is_garbled(text):
                return {Ailment.NOISE}, None
            if words is Wording.PROSE and not self._is_finished(text, finished):
                return {Ailment.CHAT_PROSE}, None
        return ({Ailment.LOST_NEWLINES} if lacks_newlines(text) else set()), None

    def never_ends(self, answer: Answer) -> bool:
        """Whether an answer with nothing else wrong went on to its limit and finished no item.

        That it went on is no ailment: a base model writes one function after another.
        """
        return (
            answer.reached_limit
            and not answer.cut
            and (answer.token_count is None or answer.token_count >= _FEWEST_TOKENS)
            and not self._is_finished(answer.text, answer.finished)
        )

    def _is_finished(self, text: str, finished: bool | None) -> bool:
        return self._item_end.find(text) is not None if finished is None else finished


def _is_comment(text: str) -> bool:
    return text.lstrip().startswith(("//", "/*")) and not _COMMENT.sub("", text).strip()


def _kind_of(loop: Loop, text: str) -> tuple[Ailment, str | None]:
    if loop.lines:
        return Ailment.LINE_LOOP, None
    shown = " ".join(text[loop.start : loop.end].split())
    return (Ailment.TOKEN_FLOOD if loop.period == 1 else Ailment.TOKEN_LOOP), shown
