"""What requests ask for, and the one line with which wrong ones are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ferrobench.models import Chat, Hole, SamplingSettings
from ferrobench.serve.asked import read_chat, read_completion
from ferrobench.serve.faults import Fault
from ferrobench.serve.fields import parse_object

CONTEXT = 500
COMPLETION: dict[str, Any] = {"model": "m", "prompt": "fn a"}
CHAT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}


def completion(**changes: Any) -> Any:
    """Read a completion's request with some fields changed."""
    return read_completion({**COMPLETION, **changes}, "m", CONTEXT)


def chat(**changes: Any) -> Any:
    """Read a chat's request with some fields changed."""
    return read_chat({**CHAT, **changes}, "m", CONTEXT)


def test_defaults_are_those_of_openai() -> None:
    """Whatever our own command's are."""
    asked = completion()

    assert asked.settings == SamplingSettings(temperature=1.0, top_k=0, top_p=1.0, max_tokens=16)
    assert (asked.given, asked.count, asked.seed, asked.stops, asked.stream) == (
        ("fn a",),
        1,
        None,
        (),
        False,
    )


def test_an_answer_of_a_chat_may_fill_the_context() -> None:
    """As nothing else is said; a model without a limit gets one."""
    assert chat().settings.max_tokens == CONTEXT
    assert read_chat(CHAT, "m", None).settings.max_tokens == 4096
    assert chat(max_tokens=7).settings.max_tokens == 7
    assert chat(max_tokens=7, max_completion_tokens=8).settings.max_tokens == 8


def test_every_setting_is_taken_over() -> None:
    """By its name, in the model's own terms."""
    fields = {
        "temperature": 0,
        "top_k": 3,
        "top_p": 0.5,
        "min_p": 0.25,
        "repetition_penalty": 1.5,
        "presence_penalty": -1,
        "no_repeat_ngram": 4,
        "max_tokens": 9,
    }

    asked = completion(**fields, logprobs=0, n=3, seed=5, stream=True, stream_options={"include_usage": True})

    assert asked.settings == SamplingSettings(**fields, logprobs=True)  # type: ignore[arg-type]
    assert (asked.count, asked.seed, asked.stream, asked.stream_usage) == (3, 5, True, True)


def test_no_more_tokens_are_set_aside_than_the_context_has() -> None:
    """However many are asked for."""
    assert completion(max_tokens=2**20).settings.max_tokens == CONTEXT


@pytest.mark.parametrize(("sent", "seed"), [(0, 0), (2**64 - 1, 2**64 - 1), (-1, 2**64 - 1), (2**64 + 3, 3)])
def test_a_seed_is_kept_as_far_as_64_bits_go(sent: int, seed: int) -> None:
    """Whether it has a sign or not."""
    assert completion(seed=sent).seed == seed


def test_null_is_as_good_as_nothing() -> None:
    """As clients send what they have no value for."""
    nothing = dict.fromkeys(
        ("n", "seed", "stop", "temperature", "logprobs", "stream", "suffix", "user", "echo", "max_tokens")
    )

    assert completion(**nothing) == completion()


def test_what_asks_for_nothing_is_let_through() -> None:
    """Clients write down defaults, and who they are."""
    assert completion(frequency_penalty=0, logit_bias={}, best_of=1, echo=False, user="me") == completion()
    assert chat(tools=[], tool_choice="auto", response_format={"type": "text"}, logprobs=False) == chat()


def test_prompts_and_holes() -> None:
    """One text or several, each with the text behind the hole where there is one."""
    assert completion(prompt=["a", "b"]).given == ("a", "b")
    assert completion(prompt=["a", "b"], suffix="c").given == (Hole("a", "c"), Hole("b", "c"))


def test_messages() -> None:
    """Texts in parts are put together, and the developer's role has its older name."""
    messages = [
        {"role": "developer", "content": "d"},
        {
            "role": "user",
            "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
            "name": "x",
        },
        {"role": "assistant", "content": "c", "refusal": None, "tool_calls": None},
    ]

    (given,) = chat(messages=messages).given

    assert given == Chat(
        (
            {"role": "system", "content": "d"},
            {"role": "user", "content": "ab"},
            {"role": "assistant", "content": "c"},
        )
    )


@pytest.mark.parametrize(("stop", "stops"), [("a", ("a",)), (["a", "b"], ("a", "b")), ([], ())])
def test_stops(stop: object, stops: tuple[str, ...]) -> None:
    """One or a list."""
    assert completion(stop=stop).stops == stops


BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"model": 3}, "model: expected the name of a model, found 3"),
    ({"model": None}, "model: expected the name of a model, found null"),
    ({"n": 0}, "n: expected a whole number from 1 to 128, found 0"),
    ({"n": True}, "n: expected a whole number from 1 to 128, found true"),
    ({"n": 1.0}, "n: expected a whole number from 1 to 128, found 1.0"),
    ({"max_tokens": 0}, "max_tokens: expected a whole number from 1 to"),
    ({"max_tokens": "9"}, 'max_tokens: expected a whole number from 1 to 1048576, found "9"'),
    ({"temperature": -0.1}, "temperature: expected a number from 0, found -0.1"),
    ({"temperature": 10**400}, "temperature: expected a number from 0, found 1000"),
    ({"temperature": [1]}, "temperature: expected a number from 0, found [1]"),
    ({"top_p": 0}, "top_p: expected a number above 0 and at most 1, found 0"),
    ({"top_p": 1.5}, "top_p: expected a number above 0 and at most 1, found 1.5"),
    ({"min_p": 2}, "min_p: expected a number from 0 to 1, found 2"),
    ({"top_k": -1}, "top_k: expected a whole number from 0, found -1"),
    ({"repetition_penalty": 0}, "repetition_penalty: expected a number above 0, found 0"),
    ({"presence_penalty": 3}, "presence_penalty: expected a number from -2 to 2, found 3"),
    ({"no_repeat_ngram": -1}, "no_repeat_ngram: expected a whole number from 0, found -1"),
    ({"seed": "x"}, 'seed: expected a whole number, found "x"'),
    ({"stop": ""}, "stop: expected a text, or a list of at most 4, none of them empty"),
    ({"stop": ["a"] * 5}, "stop: expected a text, or a list of at most 4"),
    ({"stop": 3}, "stop: expected a text, or a list of at most 4"),
    ({"stream": "yes"}, 'stream: expected true or false, found "yes"'),
    ({"stream_options": {}}, "stream_options: expected an object, and only with stream, found {}"),
    ({"stream": True, "stream_options": {"x": 1}}, "x: this server knows no such field"),
    ({"frequency_penalty": 0.5}, "frequency_penalty: this server has no such thing"),
    ({"logit_bias": {"50256": -100}}, "logit_bias: this server has no such thing"),
    ({"tempreature": 0.5}, "tempreature: this server knows no such field"),
]


@pytest.mark.parametrize("read", [completion, chat])
@pytest.mark.parametrize(
    ("fields", "line"), BAD_FIELDS, ids=[json.dumps(fields)[:40] for fields, _ in BAD_FIELDS]
)
def test_a_wrong_field_is_named(read: Any, fields: dict[str, Any], line: str) -> None:
    """With what was found and what was expected, for both kinds of requests."""
    with pytest.raises(Fault) as raised:
        read(**fields)

    assert raised.value.status == 400
    assert str(raised.value).startswith(line)
    assert raised.value.document()["error"]["param"] == line.partition(":")[0]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"prompt": None}, "prompt: expected a text or a list of texts, found null"),
        ({"prompt": []}, "prompt: expected a text or a list of texts, found []"),
        ({"prompt": [1, 2]}, "prompt: expected a text or a list of texts, found [1, 2]"),
        ({"prompt": "\ud800"}, 'prompt: expected a text without lone surrogates, found "\\ud800"'),
        ({"suffix": 3}, "suffix: expected a text, found 3"),
        ({"echo": True}, "echo: this server has no such thing"),
        ({"best_of": 2}, "best_of: this server has no such thing"),
        ({"logprobs": 6}, "logprobs: expected a whole number from 0 to 5, found 6"),
        ({"logprobs": 1, "stop": "a"}, "logprobs: not together with stop"),
        ({"prompt": ["a"] * 100, "n": 21}, "prompt: 100 prompts of n = 21 are more than 2048 texts"),
        ({"messages": []}, "messages: this server knows no such field"),
    ],
)
def test_what_completions_are_refused_for(fields: dict[str, Any], line: str) -> None:
    """Beside what both kinds are refused for."""
    with pytest.raises(Fault) as raised:
        completion(**fields)

    assert str(raised.value).startswith(line)


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"messages": None}, "messages: expected a list of messages, found null"),
        ({"messages": []}, "messages: expected a list of messages, found []"),
        ({"messages": ["a"]}, 'messages[0]: expected a message with role and content, found "a"'),
        (
            {"messages": [{"role": "tool", "content": "a"}]},
            "messages[0].role: expected system, developer, user or",
        ),
        ({"messages": [{"role": "user"}]}, "messages[0].content: expected a text, found null"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            "messages[0].content[0]: expected a part of type text",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
            "messages[0].content[0].text: expected a text, found null",
        ),
        (
            {"messages": [{"role": "assistant", "content": "a", "tool_calls": [1]}]},
            "messages[0].tool_calls: this server knows no such field",
        ),
        ({"logprobs": True}, "logprobs: this server has no such thing"),
        ({"tools": [{}]}, "tools: this server has no such thing"),
        ({"response_format": {"type": "json_object"}}, "response_format: this server has no such thing"),
        ({"suffix": "a"}, "suffix: this server knows no such field"),
    ],
)
def test_what_chats_are_refused_for(fields: dict[str, Any], line: str) -> None:
    """Beside what both kinds are refused for."""
    with pytest.raises(Fault) as raised:
        chat(**fields)

    assert str(raised.value).startswith(line)


def test_another_model_is_not_found() -> None:
    """With the code that clients look for."""
    with pytest.raises(Fault, match='model: there is no "gpt-5" here, only "m"') as raised:
        completion(model="gpt-5")

    assert raised.value.status == 404
    assert raised.value.document()["error"]["code"] == "model_not_found"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a": NaN}', "NaN is no number of JSON"),
        (b'{"a": Infinity}', "Infinity is no number of JSON"),
        (b"\xff\xfe{\x00}\x00", "not JSON in UTF-8"),
        (b'"a"', 'expected a JSON object, found "a"'),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
    ],
    ids=["empty", "torn", "NaN", "Infinity", "UTF-16", "text", "deep", "digits"],
)
def test_a_body_that_is_no_object_is_refused(body: bytes, words: str) -> None:
    """Whatever it is instead."""
    with pytest.raises(Fault, match=words):
        parse_object(body)
