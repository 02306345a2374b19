"""`ferrobench serve`: the real server, asked by OpenAI's own client, by raw HTTP, and by `ferrobench run`."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openai
import pytest

from ferrobench.cli.main import main
from ferrobench.models import (
    Chat,
    CompletionRequest,
    Hole,
    LaysOut,
    ModelRequest,
    SamplingSettings,
    derive_seed,
    load_checkpoint,
    open_model,
)
from ferrobench.results import load_results, read_journal
from tests.support.checkpoints import write_checkpoint
from tests.support.hugging_face import FIM_TOKENS, random_llama, write_model
from tests.support.serving import Serving, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.models.local import LocalModel

KEY = "key-2718281828459045"
PROMPTS = ("fn a() {", "struct P", "impl T for", "let mut x =")
MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "fn f"}]
COMPLETIONS, CHATS = "/v1/completions", "/v1/chat/completions"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small random checkpoint of ours."""
    return write_checkpoint(tmp_path_factory.mktemp("served") / "step_10")


@pytest.fixture(scope="module")
def direct(checkpoint: Path) -> LocalModel:
    """The same checkpoint, called without a server."""
    return load_checkpoint(checkpoint, threads=1)


@pytest.fixture(scope="module")
def server(checkpoint: Path) -> Iterator[Serving]:
    """A server over it."""
    with serving(checkpoint, "--device", "cpu") as running:
        yield running


@pytest.fixture
def client(server: Serving) -> Iterator[openai.OpenAI]:
    """OpenAI's client, which repeats nothing."""
    with openai.OpenAI(base_url=server.url, api_key="any", max_retries=0, timeout=120) as made:
        yield made


@pytest.fixture(scope="module")
def chat_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small random Hugging Face model that chats and fills holes."""
    network = random_llama(max_position_embeddings=256)
    return write_model(tmp_path_factory.mktemp("served") / "chat", network, chat=True, special=FIM_TOKENS)


@pytest.fixture(scope="module")
def chat_server(chat_folder: Path) -> Iterator[Serving]:
    """A server over that."""
    with serving("--model", f"hf:{chat_folder}", "--device", "cpu", "--name", "chatty") as running:
        yield running


def called(model: LocalModel, prompt: str, seed: int, **settings: Any) -> str:
    """What the model writes when it is called directly, alone."""
    request = CompletionRequest(key=0, prompt=prompt, seed=seed)
    chosen = SamplingSettings(**{"temperature": 1.0, "top_k": 0, "max_tokens": 16, **settings})
    return next(iter(model.complete([request], chosen, batch_size=1)))[1].text  # type: ignore[union-attr]


def message(body: bytes) -> bytes:
    """A request for completions, as it goes over the wire."""
    head = f"POST {COMPLETIONS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def test_the_same_seed_gives_the_same_text_whatever_else_is_served(
    client: openai.OpenAI, direct: LocalModel
) -> None:
    """48 requests of four settings at once, each equal to the model called directly."""
    kinds: list[dict[str, Any]] = [
        {"temperature": 1.0},
        {"temperature": 0.0},
        {"temperature": 0.7, "top_p": 0.9, "max_tokens": 40},
        {"temperature": 1.5, "top_k": 20, "repetition_penalty": 1.2, "no_repeat_ngram": 3},
    ]
    asked = [(PROMPTS[i // 4 % 4], derive_seed(7, "x", i), kinds[i % 4]) for i in range(48)]

    def ask(prompt: str, seed: int, settings: dict[str, Any]) -> str:
        own = {name: settings[name] for name in settings if name in ("temperature", "top_p", "max_tokens")}
        further = {name: value for name, value in settings.items() if name not in own}
        answer = client.completions.create(
            model="step_10", prompt=prompt, seed=seed, extra_body=further, **own
        )
        return answer.choices[0].text

    with ThreadPoolExecutor(48) as pool:
        texts = list(pool.map(lambda each: ask(*each), asked))

    assert texts == [called(direct, prompt, seed, **settings) for prompt, seed, settings in asked]


def test_lists_and_several_texts_of_each(client: openai.OpenAI, direct: LocalModel) -> None:
    """Prompt by prompt; the first text has the request's seed, the others seeds that follow from it."""
    answer = client.completions.create(model="step_10", prompt=list(PROMPTS[:2]), n=3, seed=-5, logprobs=1)

    seeds = [2**64 - 5, *(derive_seed(2**64 - 5, "", index) for index in (1, 2))]
    assert [choice.index for choice in answer.choices] == list(range(6))
    assert [choice.text for choice in answer.choices] == [
        called(direct, prompt, seed) for prompt in PROMPTS[:2] for seed in seeds
    ]
    numbers = [choice.logprobs.token_logprobs for choice in answer.choices if choice.logprobs]
    assert answer.usage is not None
    assert answer.usage.completion_tokens == sum(len(each or ()) for each in numbers) == 6 * 16
    assert answer.usage.prompt_tokens == sum(map(len, PROMPTS[:2]))


def test_a_stream_gives_what_is_given_without_one(client: openai.OpenAI) -> None:
    """And ends with the usage where it is asked for."""
    request: dict[str, Any] = {"model": "step_10", "prompt": "fn a", "seed": 3, "n": 2, "stop": ["e", "t"]}
    whole = client.completions.create(**request)

    texts, reasons = ["", ""], ["", ""]
    usage = None
    for chunk in client.completions.create(**request, stream=True, stream_options={"include_usage": True}):
        for choice in chunk.choices:
            texts[choice.index] += choice.text
            reasons[choice.index] = choice.finish_reason or reasons[choice.index]
        usage = chunk.usage or usage

    assert texts == [choice.text for choice in whole.choices]
    assert reasons == [choice.finish_reason for choice in whole.choices]
    assert usage == whole.usage
    assert not set("et").intersection("".join(texts))


def test_the_only_model_is_listed(server: Serving, client: openai.OpenAI) -> None:
    """Under the name of its folder; another one is not found."""
    assert [model.id for model in client.models.list()] == ["step_10"]
    assert server.ask("/health") == (200, {"status": "ok"})
    with pytest.raises(openai.NotFoundError, match=r"there is no .*step_11.* here, only .*step_10"):
        client.completions.create(model="step_11", prompt="fn a")


def test_prompts_that_do_not_fit_are_refused(client: openai.OpenAI) -> None:
    """With the numbers."""
    with pytest.raises(openai.BadRequestError, match="the prompt has 200 tokens and leaves no room"):
        client.completions.create(model="step_10", prompt="x" * 200)
    with pytest.raises(openai.BadRequestError, match="the prompt has no tokens"):
        client.completions.create(model="step_10", prompt="")


def test_a_model_without_chats_says_so(client: openai.OpenAI) -> None:
    """And of holes likewise."""
    with pytest.raises(openai.BadRequestError, match="nanochat-rs models have no format for chats"):
        client.chat.completions.create(model="step_10", messages=[{"role": "user", "content": "hello"}])
    with pytest.raises(openai.BadRequestError, match="no format for filling in the middle"):
        client.completions.create(model="step_10", prompt="fn a", suffix="}")


def test_chats_and_holes_of_a_hugging_face_model(chat_server: Serving, chat_folder: Path) -> None:
    """Greedy, what the model answers to the same messages, and puts into the same hole, when it is called directly."""
    model = open_model(ModelRequest(checkpoint=chat_folder, device="cpu", prompt_style="completion"))
    assert isinstance(model, LaysOut)
    settings = SamplingSettings(temperature=0.0, top_k=0, max_tokens=24)
    requests = [
        CompletionRequest(key=key, prompt="", seed=0, laid_out=model.lay_out(given))
        for key, given in enumerate((Chat(tuple(MESSAGES)), Hole("fn f() {", "}"), "fn f() {"))
    ]
    expected = [next(iter(model.complete([each], settings, batch_size=1)))[1] for each in requests]
    limits: dict[str, Any] = {"model": "chatty", "temperature": 0, "max_tokens": 24}

    with openai.OpenAI(base_url=chat_server.url, api_key="any", max_retries=0) as client:
        chat = client.chat.completions.create(messages=MESSAGES, **limits)  # type: ignore[arg-type]
        pieces = [
            chunk.choices[0].delta.content or ""
            for chunk in client.chat.completions.create(messages=MESSAGES, stream=True, **limits)  # type: ignore[arg-type]
        ]
        hole = client.completions.create(prompt="fn f() {", suffix="}", **limits)
        text = client.completions.create(prompt="fn f() {", **limits)

    assert [chat.choices[0].message.content, hole.choices[0].text, text.choices[0].text] == [
        answer.text  # type: ignore[union-attr]
        for answer in expected
    ]
    assert "".join(pieces) == chat.choices[0].message.content
    assert chat.usage is not None
    assert requests[0].laid_out is not None
    assert chat.usage.prompt_tokens == len(requests[0].laid_out.ids)


GOOD = b'{"model": "step_10", "prompt": "fn a", "max_tokens": 2}'


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"path": COMPLETIONS, "body": b"{"}, 400, "the body is not JSON in UTF-8"),
        ({"path": COMPLETIONS, "body": b"[1]"}, 400, "the body: expected a JSON object, found [1]"),
        ({"path": CHATS, "body": b'{"model": "step_10"}'}, 400, "messages: expected a list of messages"),
        ({"path": COMPLETIONS, "body": GOOD, "headers": {}}, 415, "Content-Type: expected application/json"),
        (
            {"path": COMPLETIONS, "body": GOOD, "headers": {"Content-Type": "text/plain"}},
            415,
            "found text/plain",
        ),
        (
            {"path": COMPLETIONS, "body": b" " * (2**20 + 1)},
            413,
            "the body: expected at most 1048576 bytes",
        ),
        ({"path": COMPLETIONS}, 405, "GET /v1/completions: method not allowed"),
        ({"path": "/v1/embeddings", "body": GOOD}, 404, "POST /v1/embeddings: no such route"),
        ({"path": "/"}, 404, "GET /: no such route"),
    ],
    ids=["torn", "list", "no messages", "no type", "form", "large", "method", "route", "root"],
)
def test_malformed_requests_are_refused_in_openais_form(
    request_: dict[str, Any], status: int, words: str, server: Serving
) -> None:
    """One line with the cause, and the server goes on."""
    found, answer = server.ask(**request_)

    assert found == status
    assert words in answer["error"]["message"]
    assert set(answer["error"]) == {"message", "type", "param", "code"}
    assert server.ask(COMPLETIONS, GOOD)[0] == 200


def test_clients_that_leave_do_no_harm(server: Serving, direct: LocalModel) -> None:
    """In the middle of a body, while they wait, and while their answer is being drawn."""
    whole = message(b'{"model": "step_10", "prompt": "fn a", "max_tokens": 60, "n": 20}')
    for number in range(24):
        with socket.create_connection(server.address) as connection:
            connection.sendall(whole[: -20 if number % 2 else None])

    status, answer = server.ask(COMPLETIONS, {"model": "step_10", "prompt": "fn a", "seed": 1})

    assert status == 200
    assert answer["choices"][0]["text"] == called(direct, "fn a", 1)
    assert not server.errors.read_text()


def test_a_key_is_asked_for(checkpoint: Path) -> None:
    """By every route but the one that says that the server is there; the key is nowhere in what it says."""
    environment = {**os.environ, "SERVE_KEY": KEY}
    with serving(checkpoint, "--api-key-env", "SERVE_KEY", environment=environment) as running:
        refused = [
            running.ask("/v1/models", headers=headers)
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": KEY})
        ]
        with openai.OpenAI(base_url=running.url, api_key=KEY, max_retries=0) as client:
            listed = [model.id for model in client.models.list()]

        assert [status for status, _ in refused] == [401] * 3
        assert refused[0][1]["error"]["code"] == "invalid_api_key"
        assert listed == ["step_10"]
        assert running.ask("/health")[0] == 200
        assert KEY not in running.errors.read_text() + str(refused)


def test_an_address_that_others_reach_is_warned_of(checkpoint: Path) -> None:
    """Unless they need a key."""
    with serving(checkpoint, "--host", "0.0.0.0") as running:
        open_to_all = running.errors.read_text()
    environment = {**os.environ, "SERVE_KEY": KEY}
    with serving(
        checkpoint, "--host", "0.0.0.0", "--api-key-env", "SERVE_KEY", environment=environment
    ) as running:
        locked = running.errors.read_text()

    assert "--host 0.0.0.0: whoever reaches this address can use the model; --api-key-env" in open_to_all
    assert not locked


def test_ctrl_c_ends_it_in_one_line(checkpoint: Path) -> None:
    """With the exit code of other commands."""
    with serving(checkpoint) as running:
        running.process.send_signal(signal.SIGINT)

        assert running.process.wait(timeout=60) == 130
        assert running.errors.read_text() == "ferrobench: stopped\n"


def test_ctrl_c_in_mid_drawing_tells_whoever_waits(checkpoint: Path) -> None:
    """At once, and not when the two thousand texts are there that somebody has asked for."""
    large = {"model": "step_10", "prompt": ["fn a"] * 16, "n": 128, "max_tokens": 90, "temperature": 2}
    with serving(checkpoint) as running, socket.create_connection(running.address) as connection:
        connection.sendall(message(json.dumps(large).encode()))
        # A request that has come later is answered: the large one has been read.
        assert running.ask("/health")[0] == 200

        running.process.send_signal(signal.SIGINT)

        assert running.process.wait(timeout=60) == 130
        assert running.errors.read_text() == "ferrobench: stopped\n"
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"the server is about to end" in answer


def test_what_cannot_be_served_is_one_line(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the exit code that says whose fault it is."""
    without = write_checkpoint(tmp_path / "without", tokenizer=False)
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for arguments, code, words in (
            (["--port", port], 3, f"127.0.0.1, port {port}: Address already in use; --port takes another"),
            (["--port", "65536"], 2, "--port 65536: expected 0 (any free one) to 65535"),
            (
                ["--host", "no.such.host.invalid"],
                2,
                "--host no.such.host.invalid: expected a name or an address",
            ),
            (["--host", "192.0.2.1", "--port", "0"], 3, "192.0.2.1, port 0: Cannot assign requested address"),
            (["--api-key-env", "NO_SUCH_KEY"], 2, "--api-key-env NO_SUCH_KEY: the environment has no such"),
            (["--model", "openai:x"], 2, "--model openai:x: expected a checkpoint or hf:NAME to serve"),
            (["--batch-size", "0"], 2, "--batch-size 0: expected 1 or more"),
            ([str(without), "--port", "0"], 2, "no tokenizer.json beside or above this checkpoint"),
            ([str(tmp_path / "none"), "--port", "0"], 2, "no such checkpoint folder"),
            ([str(checkpoint), "--model", "hf:x"], 2, "exclude each other"),
        ):
            assert main(["serve", *arguments]) == code, arguments
            captured = capsys.readouterr()
            assert words in captured.err
            assert captured.err.count("\n") == 1
            assert not captured.out


def test_a_missing_library_is_named() -> None:
    """With the command that installs it, before a model is loaded."""
    code = "import sys; sys.modules['uvicorn'] = None; from ferrobench.cli.main import main; sys.exit(main(['serve']))"

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert result.returncode == 3
    assert result.stderr == (
        "ferrobench: starlette and uvicorn are not installed: pip install 'ferrobench[web]'\n"
    )


@pytest.mark.rustc
@pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path")
def test_a_run_against_the_server_draws_what_the_model_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo, asked over HTTP by sixteen at once, and called directly with the seeds that were sent."""
    monkeypatch.chdir(tmp_path)
    with serving() as running:
        code = main(
            [
                *("run", "--model", "openai:demo", "--base-url", running.url, "--prompt-style", "completion"),
                *("--limit", "4", "--samples-per-prompt", "3", "--max-tokens", "60", "--seed", "5"),
            ]
        )

    record = load_results("benchmark_results.json")
    assert code == 0
    assert record.run_dir is not None
    samples = list(read_journal(Path(record.run_dir, "samples.jsonl")))
    model = open_model(ModelRequest(threads=1))
    texts = record.config["model_inputs"]
    expected = {
        (sample.prompt_id, sample.index): called(
            model,  # type: ignore[arg-type]
            texts[sample.prompt_id],
            sample.seed & 0x7FFF_FFFF,
            temperature=0.8,
            max_tokens=60,
        )
        for sample in samples
    }
    assert len(expected) == 12
    assert expected == {
        (sample.prompt_id, sample.index): sample.completion.text
        for sample in samples
        if sample.completion is not None
    }
    assert len(set(expected.values())) > 4
