"""What a client is answered: the documents of completions and chats, whole or as a stream. Pure."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferrobench.models import StopReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.models import Completion
    from ferrobench.serve.asked import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """All texts of a request."""

    completions: tuple[Completion, ...]
    """Those of the first prompt first."""
    prompt_tokens: int
    """Of all prompts together, each counted once."""


def cut_at_stop(text: str, stops: Sequence[str]) -> str | None:
    """What stands before the first of *stops* in *text*, or None where none of them does."""
    places = [place for stop in stops if (place := text.find(stop)) >= 0]
    return text[: min(places)] if places else None


def answer_whole(asked: Asked, drawn: Drawn, fingerprint: str) -> dict[str, Any]:
    """The document of an answer that is not streamed."""
    head = _head(asked, fingerprint, streamed=False)
    choices = []
    for index, completion in enumerate(drawn.completions):
        text, reason = _finish(asked, completion)
        if asked.chat:
            said: dict[str, Any] = {"message": {"role": "assistant", "content": text, "refusal": None}}
        else:
            said = {"text": text}
        choices.append({"index": index, **said, "logprobs": _logprobs(completion), "finish_reason": reason})
    return {**head, "choices": choices, "usage": _usage(drawn)}


def answer_streamed(asked: Asked, drawn: Drawn, fingerprint: str) -> str:
    """The server-sent events of an answer: the text of each choice in one piece, then why it ended."""
    head = _head(asked, fingerprint, streamed=True)
    if asked.stream_usage:
        head["usage"] = None
    events = []
    for index, completion in enumerate(drawn.completions):
        text, reason = _finish(asked, completion)
        if asked.chat:
            first: dict[str, Any] = {"delta": {"role": "assistant", "content": text}}
            last: dict[str, Any] = {"delta": {}}
        else:
            first, last = {"text": text}, {"text": ""}
        for said, logprobs, finish in ((first, _logprobs(completion), None), (last, None, reason)):
            choice = {"index": index, **said, "logprobs": logprobs, "finish_reason": finish}
            events.append(json.dumps({**head, "choices": [choice]}))
    if asked.stream_usage:
        events.append(json.dumps({**head, "choices": [], "usage": _usage(drawn)}))
    return "".join(f"data: {event}\n\n" for event in (*events, "[DONE]"))


def _head(asked: Asked, fingerprint: str, *, streamed: bool) -> dict[str, Any]:
    kind = "text_completion"
    if asked.chat:
        kind = "chat.completion.chunk" if streamed else "chat.completion"
    return {
        "id": f"{'chatcmpl' if asked.chat else 'cmpl'}-{secrets.token_hex(12)}",
        "object": kind,
        "created": int(time.time()),
        "model": asked.model,
        "system_fingerprint": fingerprint,
    }


def _finish(asked: Asked, completion: Completion) -> tuple[str, str]:
    """The text, and why it ended."""
    cut = cut_at_stop(completion.text, asked.stops)
    if cut is not None:
        return cut, "stop"
    return completion.text, "stop" if completion.stop_reason is StopReason.STOP else "length"


def _logprobs(completion: Completion) -> dict[str, Any] | None:
    """The numbers of the drawn tokens; which texts these are is not known here."""
    if completion.logprobs is None:
        return None
    return {
        "token_logprobs": list(completion.logprobs),
        "tokens": None,
        "top_logprobs": None,
        "text_offset": None,
    }


def _usage(drawn: Drawn) -> dict[str, int]:
    tokens = sum(completion.token_count for completion in drawn.completions)
    return {
        "prompt_tokens": drawn.prompt_tokens,
        "completion_tokens": tokens,
        "total_tokens": drawn.prompt_tokens + tokens,
    }
