"""What vLLM's engine is given and how its outputs are read, with a stand-in for the engine itself.

The stand-in has the names and fields of vLLM's documentation; vLLM itself needs a GPU.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.errors import DeviceError, MissingExtraError, UsageError
from ferrobench.models import (
    Completion,
    CompletionRequest,
    ModelRequest,
    Refused,
    SamplingSettings,
    StopReason,
    open_model,
)
from tests.support.hugging_face import EOS, write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MOST_TOKENS = 96
PROMPT = "fn f() {"


@dataclass(kw_only=True)
class SamplingParams:
    """Those of vLLM's parameters that are used, with its defaults."""

    n: int = 1
    seed: int | None = None
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    presence_penalty: float = 0.0
    max_tokens: int | None = 16
    ignore_eos: bool = False
    stop_token_ids: list[int] | None = None
    logprobs: int | None = None


class Engine:
    """Stands for ``vllm.LLM``: keeps what it is given, and answers what the test says."""

    answer: Callable[[list[int], SamplingParams], tuple[list[int], str]]

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments
        self.asked: list[tuple[list[int], SamplingParams]] = []
        config = SimpleNamespace(max_model_len=MOST_TOKENS, dtype="torch.bfloat16")
        self.llm_engine = SimpleNamespace(model_config=config)

    def generate(
        self, prompts: list[dict[str, list[int]]], sampling_params: list[SamplingParams], *, use_tqdm: bool
    ) -> list[Any]:
        """One output for each prompt, in their order."""
        assert not use_tqdm
        outputs = []
        for prompt, parameters in zip(prompts, sampling_params, strict=True):
            ids = prompt["prompt_token_ids"]
            self.asked.append((ids, parameters))
            new, finish_reason = type(self).answer(ids, parameters)
            logprobs = None
            if parameters.logprobs is not None:
                logprobs = [{token: SimpleNamespace(logprob=-0.5 * place)} for place, token in enumerate(new)]
            drawn = SimpleNamespace(token_ids=new, finish_reason=finish_reason, logprobs=logprobs)
            outputs.append(SimpleNamespace(outputs=[drawn]))
        return outputs


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module in the place of vLLM."""
    module: Any = ModuleType("vllm")
    module.LLM, module.SamplingParams, module.__version__ = Engine, SamplingParams, "0.0"
    monkeypatch.setitem(sys.modules, "vllm", module)


def ids_of(text: str) -> list[int]:
    """The ids of letters of ASCII that can be seen."""
    return [ord(letter) - 33 for letter in text]


def draw(model: Any, settings: SamplingSettings, *prompts: str) -> list[Completion | Refused]:
    """One answer for each prompt."""
    requests = [
        CompletionRequest(key=key, prompt=text, seed=2**64 - 1 - key) for key, text in enumerate(prompts)
    ]
    answers = dict(model.complete(requests, settings, batch_size=2))
    return [answers[key] for key in range(len(prompts))]


def test_the_engine_is_given_every_setting(tmp_path: Path) -> None:
    """And each request its own seed, budget and token ids."""
    Engine.answer = lambda ids, parameters: (ids_of("x"), "length")
    folder = write_model(tmp_path / "model", adds_bos=True)
    model: Any = open_model(ModelRequest(model=f"vllm:{folder}", dtype="bfloat16"))
    settings = SamplingSettings(
        temperature=0.7,
        top_k=9,
        top_p=0.8,
        min_p=0.1,
        repetition_penalty=1.2,
        presence_penalty=0.3,
        max_tokens=90,
    )

    draw(model, settings, "fn", "struct")

    assert model._engine.arguments == {
        "model": str(folder),
        "dtype": "bfloat16",
        "seed": 0,
        "trust_remote_code": False,
    }
    (first, parameters), (second, others) = model._engine.asked
    assert first == [256, *ids_of("fn")]
    assert second == [256, *ids_of("struct")]
    assert asdict(parameters) == {
        "n": 1,
        "seed": 2**63 - 1,
        "temperature": 0.7,
        "top_k": 9,
        "top_p": 0.8,
        "min_p": 0.1,
        "repetition_penalty": 1.2,
        "presence_penalty": 0.3,
        "max_tokens": 90,
        "ignore_eos": True,
        "stop_token_ids": [EOS],
        "logprobs": None,
    }
    assert (others.seed, others.max_tokens) == (2**63 - 2, MOST_TOKENS - 7)


def test_a_chat_is_given_as_the_template_says(tmp_path: Path) -> None:
    """Special tokens once, though the tokenizer would add them too."""
    Engine.answer = lambda ids, parameters: (ids_of("x"), "length")
    model: Any = open_model(
        ModelRequest(model=f"vllm:{write_model(tmp_path / 'model', chat=True, adds_bos=True)}")
    )
    model.context_length = 1000

    draw(model, SamplingSettings(), PROMPT)

    assert model.info.prompt_style == "chat"
    assert model._engine.asked[0][0].count(256) == 1
    assert len(model._engine.asked[0][0]) == len(model.model_input(PROMPT)) - len("<bos>") + 1


@pytest.mark.parametrize(
    ("new", "finish_reason", "expected"),
    [
        ([*ids_of("ab}"), EOS], "stop", ("ab}", 3, StopReason.STOP)),
        (ids_of("abcd"), "length", ("abcd", 4, StopReason.LENGTH)),
        (ids_of("abc"), "length", ("abc", 3, StopReason.CONTEXT)),
    ],
)
def test_outputs_are_read(
    new: list[int], finish_reason: str, expected: tuple[Any, ...], tmp_path: Path
) -> None:
    """Texts, counts without the end token, one log-probability for each token that is counted, and reasons."""
    Engine.answer = lambda ids, parameters: (new, finish_reason)
    model = open_model(ModelRequest(model=f"vllm:{write_model(tmp_path / 'model')}"))

    (answer,) = draw(model, SamplingSettings(max_tokens=4, logprobs=True), PROMPT)

    assert isinstance(answer, Completion)
    assert (answer.text, answer.token_count, answer.stop_reason) == expected
    assert answer.logprobs == tuple(-0.5 * place for place in range(answer.token_count))
    assert answer.entropies is None


def test_an_item_is_cut_off_after_the_fact(tmp_path: Path) -> None:
    """The engine cannot be told where it ends; tokens behind it were drawn and count."""
    Engine.answer = lambda ids, parameters: (ids_of("ab}struct"), "length")
    model = open_model(ModelRequest(model=f"vllm:{write_model(tmp_path / 'model')}"))

    (answer,) = draw(model, SamplingSettings(max_tokens=9, stop="item"), PROMPT)

    assert isinstance(answer, Completion)
    assert (answer.text, answer.token_count, answer.stop_reason) == ("ab}", 9, StopReason.ITEM)


def test_the_end_token_can_be_named(tmp_path: Path) -> None:
    """The engine is told, and its own are ignored."""
    Engine.answer = lambda ids, parameters: (ids_of("abz"), "stop")
    model: Any = open_model(ModelRequest(model=f"vllm:{write_model(tmp_path / 'model')}", end_token="z"))

    (answer,) = draw(model, SamplingSettings(), PROMPT)

    assert isinstance(answer, Completion)
    assert answer.text == "ab"
    assert model._engine.asked[0][1].stop_token_ids == ids_of("z")


def test_what_the_engine_cannot_do_is_refused(tmp_path: Path) -> None:
    """Settings and flags by name; a prompt that does not fit by itself, beside one that does."""
    Engine.answer = lambda ids, parameters: (ids_of("x"), "length")
    folder = write_model(tmp_path / "model")
    model = open_model(ModelRequest(model=f"vllm:{folder}"))

    refused, answered = draw(model, SamplingSettings(max_tokens=1), "x" * MOST_TOKENS, PROMPT)

    assert isinstance(refused, Refused)
    assert isinstance(answered, Completion)
    with pytest.raises(UsageError, match="--no-repeat-ngram 3: vLLM has no such setting"):
        model.refuse_settings(SamplingSettings(no_repeat_ngram=3), None)
    for flags, message in (
        ({"adapter": folder}, "--adapter: vLLM has no use for it"),
        ({"threads": 2}, "--threads: vLLM has no use for it"),
        ({"device": "cuda:1"}, "--device cuda:1: vLLM chooses its device itself"),
    ):
        with pytest.raises(UsageError, match=message):
            open_model(ModelRequest(model=f"vllm:{folder}", **flags))


def test_what_the_engine_raises_is_one_line(tmp_path: Path) -> None:
    """In the middle of a run too."""

    def fail(ids: list[int], parameters: SamplingParams) -> tuple[list[int], str]:
        raise RuntimeError("CUDA error: something\nmany more lines")

    Engine.answer = fail
    model = open_model(ModelRequest(model=f"vllm:{write_model(tmp_path / 'model')}"))

    with pytest.raises(DeviceError, match=r"vLLM's engine fails: CUDA error: something$"):
        draw(model, SamplingSettings(), PROMPT)


def test_what_a_run_records(tmp_path: Path) -> None:
    """The kind, the context of the engine, and that samples repeat in the same batches only."""
    folder = write_model(tmp_path / "model")
    model = open_model(ModelRequest(model=f"vllm:{folder}"))

    assert model.label == f"vllm:{folder}"
    assert model.identity["checkpoint"] == f"vllm:{folder.resolve()}"
    assert (model.info.kind, model.info.dtype, model.info.repeatable) == ("vllm", "bfloat16", "batches")
    assert (model.info.context_length, model.info.libraries["vllm"]) == (MOST_TOKENS, "0.0")


def test_a_missing_engine_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what installs it."""
    monkeypatch.setitem(sys.modules, "vllm", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'ferrobench\[vllm\]'"):
        open_model(ModelRequest(model="vllm:owner/name"))
