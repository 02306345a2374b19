"""A model behind an endpoint, asked over real HTTP from a server that does what each test says."""

from __future__ import annotations

import asyncio
import gc
import itertools
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.models import (
    Completion,
    CompletionRequest,
    ModelRequest,
    PromptStyle,
    Refused,
    SamplingSettings,
    StopReason,
)
from ferrobench.models.endpoint import EndpointModel, Pauses, open_endpoint
from tests.support.agreement import descriptors, until
from tests.support.endpoint import Received, Reply, dropped, failed, held, reply, serve, written

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "key-3141592653589793"
PLAIN = SamplingSettings(top_k=0)


class Naps:
    """Pauses that pass at once, and are remembered."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def naps() -> Naps:
    """What was slept."""
    return Naps()


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key, and nothing of the user's own."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for name in ("OPENAI_BASE_URL", "OPENAI_CUSTOM_HEADERS", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)


def model(url: str, naps: Naps | None = None, **changes: Any) -> EndpointModel:
    """A model at a server."""
    fields: dict[str, Any] = {"model": "openai:some-model", "base_url": url, "prompt_style": "completion"}
    return open_endpoint(ModelRequest(**{**fields, **changes}), pauses=Pauses(sleep=naps or Naps()))


def requests(count: int, prompt: str = "fn f() {") -> list[CompletionRequest]:
    """Samples of one prompt."""
    return [CompletionRequest(key=key, prompt=prompt, seed=2**40 + key) for key in range(count)]


def answers(
    asked: EndpointModel, count: int = 1, settings: SamplingSettings = PLAIN, prompt: str = "fn f() {"
) -> list[Completion | Refused]:
    """The answers to some samples of one prompt, by key."""
    found = dict(asked.complete(requests(count, prompt), settings, batch_size=None))
    assert sorted(found) == list(range(count))
    return [found[key] for key in range(count)]


def only(found: list[Completion | Refused]) -> Completion:
    """The one completion."""
    (answer,) = found
    assert isinstance(answer, Completion), answer
    return answer


def refusal(found: list[Completion | Refused]) -> str:
    """Why the only sample was refused."""
    (answer,) = found
    assert isinstance(answer, Refused), answer
    return answer.cause


# What is sent and read.


def test_a_bare_prompt_is_sent_with_its_settings_and_its_seed() -> None:
    """And nothing else: servers refuse what they do not know."""
    with serve(lambda received: written(received, " 1 }")) as server:
        asked = model(server.url)
        answer = only(answers(asked))

        (received,) = server.received
        assert received.path == "/v1/completions"
        assert received.headers["authorization"] == f"Bearer {KEY}"
        assert received.body == {
            "model": "some-model",
            "prompt": "fn f() {",
            "temperature": 0.8,
            "top_p": 1.0,
            "max_tokens": 200,
            "seed": 2**40 & 0x7FFF_FFFF,
        }
        assert asked.model_input("fn f() {") == received.body["prompt"]
    assert (answer.text, answer.stop_reason, answer.token_count) == (" 1 }", StopReason.STOP, 7)
    assert answer.logprobs is None
    assert min(answer.generation_seconds, answer.latency_seconds) > 0.0


def test_chat_is_the_default_and_sends_the_messages_that_are_recorded() -> None:
    """Endpoints without it are few."""
    with serve(lambda received: written(received, "```rust\nfn f() {}\n```", finish="length")) as server:
        asked = model(server.url, prompt_style="auto")
        answer = only(answers(asked))

        (received,) = server.received
        assert received.path == "/v1/chat/completions"
        assert received.body["messages"] == asked.model_input("fn f() {")
        assert received.body["max_tokens"] == 200
    assert (answer.text, answer.stop_reason) == ("```rust\nfn f() {}\n```", StopReason.LENGTH)
    assert asked.info.prompt_style is PromptStyle.CHAT


def test_a_hole_is_sent_with_what_stands_behind_it_and_that_is_part_of_the_program() -> None:
    """So that prompt and completion together are what would be compiled."""
    with serve(lambda received: written(received, "\n    1")) as server:
        asked = model(server.url, prompt_style="fim")
        answer = only(answers(asked))

        (received,) = server.received
        sent = {name: received.body[name] for name in ("prompt", "suffix")}
        assert [sent] == asked.model_input("fn f() {")
        assert sent["suffix"] == "\n}"
    assert answer.text == "\n    1\n}"


def test_what_is_not_neutral_is_sent() -> None:
    """Under the names that servers beside OpenAI's have agreed on."""
    settings = SamplingSettings(
        temperature=0.0,
        top_k=7,
        top_p=0.5,
        min_p=0.25,
        repetition_penalty=1.5,
        presence_penalty=-1.0,
        max_tokens=3,
    )
    with serve(lambda received: written(received, "")) as server:
        answers(model(server.url), settings=settings)

        body = server.received[0].body
    assert {name: body[name] for name in ("temperature", "top_k", "top_p", "min_p", "max_tokens")} == {
        "temperature": 0.0,
        "top_k": 7,
        "top_p": 0.5,
        "min_p": 0.25,
        "max_tokens": 3,
    }
    assert (body["repetition_penalty"], body["presence_penalty"]) == (1.5, -1.0)


def test_samples_of_a_prompt_can_share_a_request() -> None:
    """Its seed is that of its first sample, its tokens add up, and the last request asks for what is left."""
    with serve(
        lambda received: written(
            received, *(f"{received.body['seed']} {n}" for n in range(received.body.get("n", 1)))
        )
    ) as server:
        asked = model(server.url, samples_per_request=3, concurrency=1)
        found = answers(asked, 4)

        assert [received.body.get("n") for received in server.received] == [3, None]
    completions = [answer for answer in found if isinstance(answer, Completion)]
    first, last = 2**40 & 0x7FFF_FFFF, (2**40 + 3) & 0x7FFF_FFFF
    assert [answer.text for answer in completions] == [f"{first} 0", f"{first} 1", f"{first} 2", f"{last} 0"]
    assert [answer.token_count for answer in completions] == [3, 2, 2, 7]
    assert asked.info.details["seeds"] == "one per request, 31 bits"


@pytest.mark.parametrize("style", ["chat", "completion"])
def test_log_probabilities_are_read_in_the_form_of_the_interface(style: str) -> None:
    """And their number is that of the tokens."""
    listed = {"chat": {"content": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": -2}]},
              "completion": {"tokens": ["a", "b"], "token_logprobs": [-0.5, -2]}}  # fmt: skip

    def answer(received: Received) -> Reply:
        content = {"choices": [{"text": "ab", "message": {"content": "ab"}, "logprobs": listed[style]}]}
        return reply(content)

    with serve(answer) as server:
        asked = model(server.url, prompt_style=style)
        completion = only(answers(asked, settings=SamplingSettings(top_k=0, logprobs=True)))

        assert server.received[0].body["logprobs"] == (True if style == "chat" else 1)
    assert completion.logprobs == (-0.5, -2.0)
    assert (completion.token_count, completion.stop_reason) == (2, StopReason.STOP)
    assert completion.entropies is None
    assert asked.warnings == ()


def test_missing_figures_are_said() -> None:
    """They are not made up, and nobody takes the zeros for a measurement."""
    with serve(lambda received: written(received, "ab", usage=None, logprobs=None)) as server:
        asked = model(server.url)
        completion = only(answers(asked, settings=SamplingSettings(top_k=0, logprobs=True)))

    assert (completion.token_count, completion.logprobs) == (0, None)
    assert [warning.partition(":")[0] for warning in asked.warnings] == [
        "the server did not count the tokens of 1 answers",
        "the server gave no log-probabilities for 1 samples",
    ]


def test_the_item_that_a_prompt_began_can_be_the_end() -> None:
    """Cut off here, for the server does not know where it is."""
    settings = SamplingSettings(top_k=0, stop="item")
    with serve(lambda received: written(received, " 1 }\n\nfn main() {}")) as server:
        answer = only(answers(model(server.url), settings=settings))

    assert (answer.text, answer.stop_reason) == (" 1 }", StopReason.ITEM)


@pytest.mark.parametrize("content", [None, ""])
def test_a_chat_that_says_nothing_has_said_nothing(content: str | None) -> None:
    """A model that uses its tokens up while it reasons has failed, and not the server."""

    def answer(received: Received) -> Reply:
        message = {"content": content, "reasoning_content": "fn f() {}"}
        return reply({"choices": [{"message": message, "finish_reason": "length"}]})

    with serve(answer) as server:
        completion = only(answers(model(server.url, prompt_style="chat")))

    assert (completion.text, completion.stop_reason) == ("", StopReason.LENGTH)


# What servers refuse.


def test_a_server_that_takes_no_seed_is_asked_without() -> None:
    """Only the first requests meet the refusal, and the record says it."""

    def answer(received: Received) -> Reply:
        return failed(400, "Unknown parameter: 'seed'.") if "seed" in received.body else written(received, "")

    with serve(answer) as server:
        asked = model(server.url, concurrency=1)
        before = asked.info.details["seeds"]
        assert all(isinstance(answer, Completion) for answer in answers(asked, 3))

        assert ["seed" in received.body for received in server.received] == [True, False, False, False]
    assert before == "one per sample, 31 bits"
    assert asked.info.details["seeds"] == "refused by the server"
    assert asked.info.repeatable == "no"
    assert asked.warnings == ("the server refuses seeds: samples were drawn without",)


def test_a_chat_that_takes_no_max_tokens_gets_their_newer_name() -> None:
    """Reasoning models of OpenAI's do this."""

    def answer(received: Received) -> Reply:
        if "max_tokens" in received.body:
            return failed(400, "Use 'max_completion_tokens' instead.", param="max_tokens")
        return written(received, str(received.body["max_completion_tokens"]))

    with serve(answer) as server:
        asked = model(server.url, prompt_style="chat")
        completion = only(answers(asked))

    assert completion.text == "200"
    assert asked.info.details["token_limit"] == "max_completion_tokens"


def test_a_refusal_that_only_mentions_a_parameter_changes_nothing() -> None:
    """What was left out in vain is sent with the next request."""

    def answer(received: Received) -> Reply:
        if "long" in received.prompt:
            return failed(400, "max_tokens is too large for the context")
        return written(received, "")

    with serve(answer) as server:
        asked = model(server.url, prompt_style="chat", concurrency=1)
        mixed = [
            CompletionRequest(key=key, prompt=prompt, seed=key)
            for key, prompt in enumerate(("short", "long", "small"))
        ]
        found = dict(asked.complete(mixed, PLAIN, batch_size=None))

        assert [("max_tokens" in received.body) for received in server.received] == [True, True, False, True]
    assert found[1] == Refused(cause="HTTP 400: max_tokens is too large for the context")
    assert isinstance(found[2], Completion)


@pytest.mark.parametrize("style", ["chat", "completion"])
def test_what_a_content_filter_withholds_is_unjudged(style: str) -> None:
    """Nothing was learned about the model, and asking again would change nothing."""
    with serve(lambda received: written(received, None, finish="content_filter")) as server:
        cause = refusal(answers(model(server.url, prompt_style=style)))

        assert len(server.received) == 1
    assert cause == "the server's content filter withheld the text"


# What is repeated.


def once(fault: Reply | None, received: Received) -> Reply:
    """The fault at the first try, and an answer at the second."""
    if received.earlier:
        return written(received, "fn again() {}")
    return dropped(received) if fault is None else fault


SOUND = Received("/v1/completions", {}, {}, 0, 0)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(failed(408), id="408"),
        pytest.param(failed(409), id="409"),
        pytest.param(failed(429), id="429"),
        pytest.param(failed(500), id="500"),
        pytest.param(Reply(status=502, body=b"<html>Bad gateway</html>"), id="502"),
        pytest.param(failed(503), id="503"),
        pytest.param(None, id="dropped in the middle of the body"),
        pytest.param(Reply(missing=5), id="dropped before the body"),
        pytest.param(Reply(body=b'{"choices": [{"text": "fn'), id="cut JSON"),
        pytest.param(Reply(body=b"\xff\xfe\x00"), id="no text"),
        pytest.param(Reply(body=b"[" * 100_000), id="deeply nested JSON"),
        pytest.param(reply([]), id="a list"),
        pytest.param(reply({}), id="no choices"),
        pytest.param(reply({"error": {"message": "upstream"}}), id="an error with status 200"),
        pytest.param(reply({"choices": "fn"}), id="choices that are a text"),
        pytest.param(reply({"choices": []}), id="too few choices"),
        pytest.param(written(SOUND, "a", "b"), id="too many choices"),
        pytest.param(reply({"choices": ["fn"]}), id="a choice that is a text"),
        pytest.param(reply({"choices": [{"text": 1}]}), id="a text that is a number"),
        pytest.param(reply({"choices": [{"text": None}]}), id="a text that is null"),
        pytest.param(reply({"choices": [{"message": {"content": "fn"}}]}), id="the other interface's answer"),
    ],
)
def test_what_may_pass_is_tried_again(fault: Reply | None, naps: Naps) -> None:
    """And never taken for an answer."""
    with serve(lambda received: once(fault, received)) as server:
        answer = only(answers(model(server.url, naps)))

        assert len(server.received) == 2
    assert answer.text == "fn again() {}"
    assert len(naps.seconds) == 1


def test_a_slow_answer_is_given_up_and_asked_for_again(naps: Naps) -> None:
    """The limit is for the whole request."""
    with serve(lambda received: once(held(), received)) as server:
        answer = only(answers(model(server.url, naps, request_timeout=0.2)))

    assert answer.text == "fn again() {}"


def test_after_the_last_try_a_sample_is_unjudged(naps: Naps) -> None:
    """With one line that says what happened, and growing pauses before."""
    with serve(lambda received: failed(500, "out of\n\x1b[31m luck")) as server:
        cause = refusal(answers(model(server.url, naps, retries=3)))

        assert len(server.received) == 4
    assert cause == "HTTP 500: out of [31m luck (4 tries)"
    assert len(naps.seconds) == 3
    assert naps.seconds[0] <= 0.5 < naps.seconds[2] <= 2.0


def test_a_server_is_left_alone_for_as_long_as_it_asks(naps: Naps) -> None:
    """Not much longer, and not for hours."""
    with serve(lambda received: once(failed(429, headers={"retry-after": "40"}), received)) as server:
        only(answers(model(server.url, naps)))
    with serve(lambda _: failed(429, "come back tomorrow", headers={"retry-after": "86400"})) as server:
        cause = refusal(answers(model(server.url, naps)))

    (waited,) = naps.seconds
    assert 40.0 <= waited <= 44.0
    assert cause == "HTTP 429: come back tomorrow"


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_will_be_refused_again_is_not_repeated(status: int) -> None:
    """A prompt that is too long stays so, and the others are asked."""

    def answer(received: Received) -> Reply:
        return failed(status, "too long") if received.place == 0 else written(received, "")

    with serve(answer) as server:
        found = answers(model(server.url, concurrency=1), 2)

        assert len(server.received) == 2
    assert found[0] == Refused(cause=f"HTTP {status}: too long")
    assert isinstance(found[1], Completion)


# What ends a run.


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (failed(401, "no such key"), "HTTP 401: no such key"),
        (failed(402), "HTTP 402: arbitrary words"),
        (
            failed(429, "you have no credit left", code="insufficient_quota"),
            "HTTP 429: you have no credit left",
        ),
        (failed(403), "HTTP 403: arbitrary words"),
        (failed(404, "The model `some-model` does not exist", code="model_not_found"), "HTTP 404: The model"),
        (failed(405), "HTTP 405: arbitrary words"),
        (failed(400, "no", param="model"), "HTTP 400: no"),
        (failed(400, "Unknown model: some-model"), "HTTP 400: Unknown model"),
        (failed(400, "'temperature' does not support 0.8 with this model"), "HTTP 400: 'temperature'"),
    ],
)
def test_what_would_hit_every_request_ends_the_run(fault: Reply, words: str, naps: Naps) -> None:
    """At once, and with exit code 3."""
    with serve(lambda _: fault) as server:
        with pytest.raises(NotReadyError) as raised:
            answers(model(server.url, naps, concurrency=2), 50)

        assert len(server.received) <= 2
    assert str(raised.value).startswith(f"{server.url}: {words}")
    assert naps.seconds == []


def test_nobody_there_ends_the_run() -> None:
    """A wrong port, and a wrong scheme, are told at once."""
    with serve(lambda _: held()) as server, pytest.raises(NotReadyError, match=r"no connection: .*SSL"):
        answers(model(server.url.replace("http:", "https:")), 50)

    with pytest.raises(NotReadyError, match="no connection"):
        answers(model(server.url), 50)


def test_a_server_that_goes_away_ends_the_run_and_what_it_answered_is_kept(naps: Naps) -> None:
    """After enough requests in a row failed with all their tries."""
    with serve(lambda received: written(received, "") if received.place < 3 else dropped(received)) as server:
        found = []
        with pytest.raises(NotReadyError, match=r"16 requests in a row failed .* connection lost"):
            found += itertools.takewhile(
                lambda _: True, model(server.url, naps, concurrency=1, retries=1).complete(
                    requests(100), PLAIN, batch_size=None
                )
            )  # fmt: skip

        assert len(server.received) == 3 + 16 * 2


def test_a_prompt_that_is_refused_is_not_asked_for_without_end() -> None:
    """Its other samples get the same cause; other prompts are asked for as ever, the first of all refused or not."""
    words = "'max_tokens' or 'max_completion_tokens' is too large: this model's context has 64 tokens"

    def answer(received: Received) -> Reply:
        return failed(400, words) if received.prompt == "long" else written(received, "")

    mixed = [
        CompletionRequest(key=key, prompt="short" if key >= 50 else "long", seed=key) for key in range(60)
    ]
    with serve(answer) as server:
        found = dict(model(server.url, concurrency=1).complete(mixed, PLAIN, batch_size=None))

        assert len(server.received) == 3 + 10
    assert {found[key] for key in range(50)} == {Refused(cause=f"HTTP 400: {words}")}
    assert all(isinstance(found[key], Completion) for key in range(50, 60))


# The budget.


def test_every_request_counts_against_the_budget(naps: Naps) -> None:
    """Repeated ones too; what is left over is unjudged and costs nothing."""
    with serve(lambda received: once(failed(500), received)) as server:
        asked = model(server.url, naps, max_requests=5, concurrency=1)
        found = answers(asked, 10)

        assert len(server.received) == 5
    assert [isinstance(answer, Completion) for answer in found] == [True] * 2 + [False] * 8
    assert {answer.cause for answer in found if isinstance(answer, Refused)} == {
        "the budget of --max-requests 5 is used up"
    }


# Many at once.


def test_requests_are_in_flight_together_but_no_more_than_asked_for() -> None:
    """The barrier opens only for four, and never for a fifth."""
    barrier = threading.Barrier(4, timeout=60)

    def answer(received: Received) -> Reply:
        barrier.wait()
        return written(received, "")

    with serve(answer) as server:
        answers(model(server.url, concurrency=4), 16)

        assert server.most_at_once == 4


def test_requests_are_made_as_answers_are_taken() -> None:
    """Memory does not grow with the run, however long its list of samples is."""
    made = []

    def endless() -> Iterator[CompletionRequest]:
        for key in itertools.count():
            made.append(key)
            yield CompletionRequest(key=key, prompt="fn f() {", seed=key)

    with serve(lambda received: written(received, "")) as server:
        asked = model(server.url, concurrency=2)
        with closing(asked.complete(endless(), PLAIN, batch_size=None)) as found:
            next(found)
            until(lambda: len(server.received) >= 5, 60.0)
            for _ in range(5):
                next(found)

    assert len(made) <= 6 + 2 * 2 + 1


def test_closing_early_leaves_nothing_behind() -> None:
    """No thread, no open connection, and nobody waits for what is in flight."""
    before, threads = descriptors(), set(threading.enumerate())
    with serve(lambda received: held() if received.place else written(received, "")) as server:
        asked = model(server.url, concurrency=8)
        found = asked.complete(requests(100), PLAIN, batch_size=None)
        next(found)
        until(lambda: len(server.received) >= 8, 60.0)
        found.close()  # type: ignore[attr-defined]

        assert not [thread for thread in threading.enumerate() if "endpoint" in thread.name]
    until(lambda: set(threading.enumerate()) <= threads, 60.0)
    until(lambda: descriptors().keys() <= before.keys(), 60.0)

    assert set(threading.enumerate()) <= threads
    assert descriptors().keys() <= before.keys()


def test_connections_that_are_cancelled_while_they_open_are_closed() -> None:
    """Even in the middle of a handshake; at once, and not when the collector of garbage finds them."""
    before = descriptors()
    gc.disable()
    try:
        for _ in range(5):
            with serve(lambda _: held()) as server, pytest.raises(NotReadyError, match="no connection"):
                answers(model(server.url.replace("http:", "https:")), 50)
        closed = until(lambda: descriptors().keys() <= before.keys(), 10.0)
    finally:
        gc.enable()

    assert closed


def test_a_fault_in_the_list_of_samples_is_raised_where_they_are_taken() -> None:
    """A bug must not look like the end."""

    def broken() -> Iterator[CompletionRequest]:
        yield from requests(1)
        raise ZeroDivisionError

    with serve(lambda received: written(received, "")) as server, pytest.raises(ZeroDivisionError):
        list(model(server.url).complete(broken(), PLAIN, batch_size=None))


# What is refused before anything is sent.


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"step": 3}, "--step: a model behind an endpoint"),
        ({"tokenizer": "t.json"}, "--tokenizer"),
        ({"end_token": "<eos>"}, "--end-token"),
        ({"device": "cpu"}, "--device"),
        ({"dtype": "float32"}, "--dtype"),
        ({"threads": 2}, "--threads"),
        ({"softcap": 15.0}, "--softcap"),
        ({"adapter": "a"}, "--adapter"),
        ({"model": "openai:\udcff"}, "--model"),
        ({"base_url": "localhost:8000/v1"}, "--base-url: expected a URL that begins with http"),
        ({"base_url": "http://[::1"}, "--base-url"),
        ({"base_url": "http://127.0.0.1:no/v1"}, "--base-url"),
        ({"base_url": ""}, "--base-url"),
    ],
)
def test_what_an_endpoint_has_no_use_for_is_refused(change: dict[str, Any], flag: str) -> None:
    """By the flag."""
    with pytest.raises(UsageError, match=flag):
        model(**{"url": "http://127.0.0.1:1/v1", **change})


@pytest.mark.parametrize(
    ("settings", "style", "batch_size", "flag"),
    [
        ({"no_repeat_ngram": 3}, "completion", None, "--no-repeat-ngram 3"),
        ({"stop": "item"}, "chat", None, "--stop item"),
        ({}, "completion", 4, "--batch-size 4"),
    ],
)
def test_settings_that_no_endpoint_can_keep_are_refused(
    settings: dict[str, Any], style: str, batch_size: int | None, flag: str
) -> None:
    """Before the first request."""
    asked = model("http://127.0.0.1:1/v1", prompt_style=style)

    with pytest.raises(UsageError, match=flag):
        next(asked.complete(requests(1), SamplingSettings(**settings), batch_size=batch_size))


def test_a_prompt_that_is_no_text_is_refused_and_the_others_are_asked() -> None:
    """Halves of surrogate pairs stand for raw bytes, which no JSON carries."""
    with serve(lambda received: written(received, "\udcff")) as server:
        asked = model(server.url)
        cause = refusal(answers(asked, prompt="fn f\udcff() {"))
        text = only(answers(asked)).text

        assert len(server.received) == 1
    assert "cannot be sent" in cause
    assert asked.refuses("fn f\udcff() {") is not None
    assert asked.refuses("fn f() {") is None
    assert text == "\udcff"


def test_identity_and_label_name_model_place_and_interface() -> None:
    """A run is resumed only with the same."""
    asked = model(
        "http://user:secret-password@127.0.0.1:8000/v1/?api-key=12345", model="openai:org/some-model"
    )

    assert asked.label == "openai:org/some-model"
    assert asked.identity == {
        "model": "openai:org/some-model",
        "base_url": "http://127.0.0.1:8000/v1",
        "api": "completions",
    }
