"""What went wrong with a request, and what follows from it: repeat it, give it up, or end the run."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from ferrobench.models.endpoint.pauses import asked_seconds

if TYPE_CHECKING:
    import openai

    from ferrobench.models.endpoint.redaction import Redaction

_PASSING = (408, 409, 429)
_OF_THE_REQUEST = (400, 413, 422)
# No key, and no credit, makes every further request as futile.
_FATAL = (401, 402)
_NO_CREDIT = "insufficient_quota"
_REFUSAL_LENGTH = 2000
_OF_THE_MODEL = re.compile(
    r"\bmodel\b[^.]*\b(does not exist|not found|unknown|not supported|not available|unavailable|invalid)\b"
    r"|\b(unknown|invalid|unsupported|no such) model\b",
    re.IGNORECASE,
)
# Sent alike with every request, so that what is wrong with one is wrong with all.
_OF_THE_SETTINGS = re.compile(
    r"\b(temperature|top_p|top_k|min_p|repetition_penalty|presence_penalty|suffix)\b"
)


class Consequence(Enum):
    """What a fault means for the requests to come."""

    REPEAT = auto()
    """It may pass: the request is repeated."""
    GIVE_UP = auto()
    """This request will never be answered; others may."""
    SETUP = auto()
    """Nothing will be answered, unless something has been: then it is this request's."""
    UNREACHABLE = auto()
    """Nothing is there, unless something has been: then it may come back."""
    END = auto()
    """No request will be answered any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a request came to nothing."""

    cause: str
    """One line, without credentials."""
    consequence: Consequence
    retry_after: float | None = None
    """Seconds that the server wants to be left alone."""
    refusal: str = ""
    """A server's words where they may name a parameter."""


def classify(error: openai.APIError | TimeoutError, *, timeout: float, redaction: Redaction) -> Fault:
    """Say what an exception of the client means."""
    from openai import APIConnectionError, APIStatusError, APITimeoutError

    if isinstance(error, TimeoutError | APITimeoutError):
        return Fault(cause=f"no answer within {timeout:g} s", consequence=Consequence.REPEAT)
    if isinstance(error, APIConnectionError):
        return _connection_fault(error, redaction)
    if isinstance(error, APIStatusError):
        return _status_fault(error, redaction)
    return malformed(str(error), redaction)


def malformed(what: str, redaction: Redaction) -> Fault:
    """An answer that is none."""
    return Fault(cause=redaction.line(f"malformed answer: {what}"), consequence=Consequence.REPEAT)


def _connection_fault(error: openai.APIConnectionError, redaction: Redaction) -> Fault:
    import httpx2

    reason = error.__cause__
    words = redaction.line(str(reason or error)) or type(reason).__name__
    if isinstance(reason, httpx2.ConnectError | httpx2.UnsupportedProtocol | httpx2.ProxyError):
        return Fault(cause=f"no connection: {words}", consequence=Consequence.UNREACHABLE)
    return Fault(cause=f"connection lost: {words}", consequence=Consequence.REPEAT)


def _status_fault(error: openai.APIStatusError, redaction: Redaction) -> Fault:
    status, code = error.status_code, str(error.code)
    said, refusal = _words(error.body, error.param)
    cause = f"HTTP {status}" + (f": {words}" if (words := redaction.line(said)) else "")
    if status in _FATAL or code == _NO_CREDIT:
        return Fault(cause=cause, consequence=Consequence.END)
    if status in _PASSING or status >= 500:
        return Fault(
            cause=cause,
            consequence=Consequence.REPEAT,
            retry_after=asked_seconds(error.response.headers),
        )
    if status in _OF_THE_REQUEST:
        of_all = (
            error.param == "model"
            or code == "model_not_found"
            or _OF_THE_MODEL.search(said)
            or _OF_THE_SETTINGS.search(refusal)
        )
        return Fault(
            cause=cause,
            consequence=Consequence.SETUP if of_all else Consequence.GIVE_UP,
            refusal=refusal,
        )
    # 403, 404 and whatever else says that this is no place for such requests.
    return Fault(cause=cause, consequence=Consequence.SETUP)


def _words(body: Any, parameter: str | None) -> tuple[str, str]:
    """What a server said, for people, and where to look for names of parameters."""
    message = body.get("message") if isinstance(body, dict) else None
    if isinstance(message, str) and message:
        return message, f"{parameter or ''} {message}"
    text = body if isinstance(body, str) else json.dumps(body) if body else ""
    # An answer in a form of the server's own may give the whole request back, all names in it.
    return text[:_REFUSAL_LENGTH], text[:_REFUSAL_LENGTH]
