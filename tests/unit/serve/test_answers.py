"""What clients are answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ferrobench.models import Completion, StopReason
from ferrobench.serve.answers import Drawn, answer_streamed, answer_whole, cut_at_stop
from ferrobench.serve.asked import Asked, read_chat, read_completion

MESSAGES = [{"role": "user", "content": "hello"}]


def completion(text: str, reason: StopReason = StopReason.STOP) -> Completion:
    """A text of three tokens."""
    return Completion(
        text=text, token_count=3, stop_reason=reason, generation_seconds=0.0, latency_seconds=0.0
    )


def asked_completion(**fields: Any) -> Asked:
    """A completion's request."""
    return read_completion({"model": "m", "prompt": "fn a", **fields}, "m", 100)


def asked_chat(**fields: Any) -> Asked:
    """A chat's request."""
    return read_chat({"model": "m", "messages": MESSAGES, **fields}, "m", 100)


def drawn(*completions: Completion) -> Drawn:
    """The texts of a request."""
    return Drawn(completions=completions, prompt_tokens=7)


@pytest.mark.parametrize(
    ("stops", "cut"),
    [((), None), (("z",), None), (("c",), "ab"), (("d", "bc"), "a"), (("a",), ""), (("cd", "c"), "ab")],
)
def test_a_text_is_cut_before_the_first_stop(stops: tuple[str, ...], cut: str | None) -> None:
    """Of several, the one that comes first."""
    assert cut_at_stop("abcdabcd", stops) == cut


@pytest.mark.parametrize(
    ("reason", "finish"),
    [(StopReason.STOP, "stop"), (StopReason.LENGTH, "length"), (StopReason.CONTEXT, "length")],
)
def test_why_a_text_ended(reason: StopReason, finish: str) -> None:
    """In OpenAI's words; a stop that was found is the reason, whatever the model's was."""
    whole = answer_whole(asked_completion(), drawn(completion("abc", reason)), "fp")
    cut = answer_whole(asked_completion(stop="b"), drawn(completion("abc", reason)), "fp")

    assert [(each["text"], each["finish_reason"]) for each in whole["choices"]] == [("abc", finish)]
    assert [(each["text"], each["finish_reason"]) for each in cut["choices"]] == [("a", "stop")]


def test_tokens_are_counted_as_drawn() -> None:
    """Those of the prompt once, those of all texts together."""
    answer = answer_whole(asked_completion(n=2), drawn(completion("a"), completion("b")), "fp")

    assert answer["usage"] == {"prompt_tokens": 7, "completion_tokens": 6, "total_tokens": 13}


def test_a_chat_is_answered_with_messages() -> None:
    """And is an object of another kind."""
    answer = answer_whole(asked_chat(), drawn(completion("hi")), "fp")

    assert (answer["object"], answer["system_fingerprint"]) == ("chat.completion", "fp")
    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "hi", "refusal": None}


@pytest.mark.parametrize("usage", [False, True])
def test_a_stream_says_the_same_piece_by_piece(usage: bool) -> None:
    """The text, why it ended, the usage if it was asked for, and the end."""
    asked = asked_chat(stream=True, stream_options={"include_usage": usage}, n=2)

    *events, end = answer_streamed(asked, drawn(completion("a"), completion("b")), "fp").split("\n\n")[:-1]

    chunks = [json.loads(event.removeprefix("data: ")) for event in events]
    said = [
        (each["index"], each["delta"].get("content"), each["finish_reason"])
        for chunk in chunks
        for each in chunk["choices"]
    ]
    assert end == "data: [DONE]"
    assert said == [(0, "a", None), (0, None, "stop"), (1, "b", None), (1, None, "stop")]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert [chunk["usage"] for chunk in chunks if chunk.get("usage")] == (
        [{"prompt_tokens": 7, "completion_tokens": 6, "total_tokens": 13}] if usage else []
    )
