"""What is sent to an endpoint, and what its answers say. Pure.

Two of the protocol's interfaces are spoken: ``chat/completions``, and ``completions`` for bare text and for holes.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ferrobench.models.completion import StopReason
from ferrobench.models.prompt_style import ModelInput, PromptStyle, chat_messages, fim_suffix

if TYPE_CHECKING:
    from ferrobench.models.sampling import SamplingSettings

# Servers keep seeds in 32 or 64 bits, with a sign or without: these are the bits that every one of them takes.
SEED_MASK = 0x7FFF_FFFF
CONTENT_FILTER = "content_filter"
# More than any answer has; a larger number is no count.
_MOST_TOKENS = 1_000_000_000


class MalformedAnswer(Exception):  # noqa: N818 - says what an answer is
    """An answer lacks what the protocol promises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What this server takes of that on which servers differ. Learnt from its refusals."""

    seed: bool = True
    logprobs: bool = True
    token_limit: str = "max_tokens"
    """``max_completion_tokens`` where a server of chats has given up the older name."""

    def adapted(self, refusal: str, style: PromptStyle) -> Dialect | None:
        """The dialect without what a refusal names, or None where it names nothing of it."""
        if self.seed and _names("seed", refusal):
            return replace(self, seed=False)
        if self.logprobs and _names("logprobs", refusal):
            return replace(self, logprobs=False)
        if style is PromptStyle.CHAT and self.token_limit == "max_tokens" and _names("max_tokens", refusal):
            return replace(self, token_limit="max_completion_tokens")
        return None


def _names(parameter: str, refusal: str) -> bool:
    return re.search(rf"\b{parameter}\b", refusal) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the texts of an answer."""

    text: str
    stop_reason: StopReason
    filtered: bool
    """Whether a content filter took the text away, or a part of it."""
    logprobs: tuple[float, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an endpoint says to one request."""

    choices: tuple[Choice, ...]
    completion_tokens: int | None
    """Of all choices together; None where the server does not say."""
    model: str | None
    """What the server says has answered."""
    system_fingerprint: str | None


def interface(style: PromptStyle) -> str:
    """The path that requests of a style go to, below the base URL."""
    return "chat/completions" if style is PromptStyle.CHAT else "completions"


def model_input(prompt: str, style: PromptStyle) -> ModelInput:
    """What is sent of a prompt: its text, the messages of a chat, or what stands before and behind the hole."""
    match style:
        case PromptStyle.CHAT:
            return chat_messages(prompt)
        case PromptStyle.FIM:
            return [{"prompt": prompt, "suffix": fim_suffix(prompt)}]
        case _:
            return prompt


def unsendable(text: str) -> str | None:
    """Say why *text* cannot stand in a request, or None where it can."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "it has halves of surrogate pairs, which are no text that can be sent"
    return None


def request_arguments(
    model: str,
    prompt: str,
    style: PromptStyle,
    *,
    count: int,
    seed: int,
    settings: SamplingSettings,
    dialect: Dialect,
) -> dict[str, Any]:
    """Lay out one request as arguments of the client's ``create``.

    Args:
        model: The server's name for it.
        prompt: Of the suite.
        style: How it is given.
        count: Texts to ask for.
        seed: 64 bits, of which :data:`SEED_MASK` leaves some.
        settings: How texts are drawn.
        dialect: What this server takes.
    """
    arguments: dict[str, Any] = {"model": model}
    match style:
        case PromptStyle.CHAT:
            arguments["messages"] = chat_messages(prompt)
        case PromptStyle.FIM:
            arguments |= {"prompt": prompt, "suffix": fim_suffix(prompt)}
        case _:
            arguments["prompt"] = prompt
    arguments |= {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        dialect.token_limit: settings.max_tokens,
    }
    if count > 1:
        arguments["n"] = count
    if dialect.seed:
        arguments["seed"] = seed & SEED_MASK
    if settings.presence_penalty:
        arguments["presence_penalty"] = settings.presence_penalty
    if settings.logprobs and dialect.logprobs:
        # Of the drawn tokens alone. Completions count likely tokens beside them, and some servers take 0 for no.
        arguments["logprobs"] = True if style is PromptStyle.CHAT else 1
    further = {
        name: value
        for name, value, neutral in (
            ("top_k", settings.top_k, 0),
            ("min_p", settings.min_p, 0.0),
            ("repetition_penalty", settings.repetition_penalty, 1.0),
        )
        if value != neutral
    }
    if further:
        # Not OpenAI's own, but most other servers know them.
        arguments["extra_body"] = further
    return arguments


def read_answer(document: object, style: PromptStyle, count: int) -> Answer:
    """Read the JSON of an answer.

    Raises:
        MalformedAnswer: It lacks what the protocol promises, or has another number of texts than *count*.
    """
    if not isinstance(document, dict):
        raise MalformedAnswer(f"no JSON object but {type(document).__name__}")
    choices = document.get("choices")
    if not isinstance(choices, list):
        # Some gateways say what went wrong behind them with a status of success.
        error = document.get("error")
        words = error.get("message") if isinstance(error, dict) else error
        raise MalformedAnswer(f"no choices{f': {words}' if isinstance(words, str) else ''}")
    if len(choices) != count:
        raise MalformedAnswer(f"{len(choices)} choices where {count} were asked for")
    usage = document.get("usage")
    tokens = usage.get("completion_tokens") if isinstance(usage, dict) else None
    if isinstance(tokens, bool) or not isinstance(tokens, int) or not 0 <= tokens <= _MOST_TOKENS:
        tokens = None
    return Answer(
        choices=tuple(_read_choice(choice, style) for choice in choices),
        completion_tokens=tokens,
        model=_text(document.get("model")),
        system_fingerprint=_text(document.get("system_fingerprint")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _read_choice(choice: object, style: PromptStyle) -> Choice:
    if not isinstance(choice, dict):
        raise MalformedAnswer("a choice that is no object")
    finish = choice.get("finish_reason")
    filtered = finish == CONTENT_FILTER
    if style is PromptStyle.CHAT:
        message = choice.get("message")
        if not isinstance(message, dict):
            raise MalformedAnswer("a choice without a message")
        where, text = "message.content", message.get("content")
        if text is None and finish in ("stop", "length"):
            # It ended, or used its tokens up, while it still reasoned: the model's own doing.
            text = ""
    else:
        where, text = "text", choice.get("text")
    if text is None and filtered:
        text = ""
    if not isinstance(text, str):
        raise MalformedAnswer(f"a choice whose {where} is no text")
    return Choice(
        text=text,
        stop_reason=StopReason.LENGTH if finish == "length" else StopReason.STOP,
        filtered=filtered,
        logprobs=_read_logprobs(choice.get("logprobs")),
    )


def _read_logprobs(value: object) -> tuple[float, ...] | None:
    """The form of chats, or that of completions: servers mix them up. None unless every token has its number."""
    if not isinstance(value, dict):
        return None
    content = value.get("content")
    numbers: object = value.get("token_logprobs")
    if isinstance(content, list):
        numbers = [token.get("logprob") if isinstance(token, dict) else None for token in content]
    if not isinstance(numbers, list) or not all(map(_is_finite, numbers)):
        return None
    return tuple(map(float, numbers))


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf
