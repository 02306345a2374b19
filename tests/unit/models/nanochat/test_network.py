"""The forward pass of every generation: against recorded logits, and against a second implementation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from ferrobench.errors import UsageError
from ferrobench.models import (
    Completion,
    CompletionRequest,
    SamplingSettings,
    derive_seed,
    load_checkpoint,
)
from ferrobench.models.decoding import Decoder
from ferrobench.models.engine.sequences import Sequences
from ferrobench.models.nanochat.config import NanochatConfig
from ferrobench.models.nanochat.generations import G3, G6, G7, window_of
from ferrobench.models.nanochat.network import NanochatNetwork
from tests.support.nanochat import (
    BASE_CONFIG,
    FIXTURE_NAMES,
    FIXTURES,
    GENERATIONS,
    config_of,
    random_weights,
    write_nanochat_checkpoint,
)
from tests.support.reference_nanochat import ReferenceNanochat
from tests.support.stepping import stepwise_logits, whole_logits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CPU = torch.device("cpu")
# A head width of 8 in generations that round their rotary tables: its frequencies are powers of ten, which every library
# computes alike, so that nothing falls on the other side of a rounding boundary elsewhere.
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "G0": ("G0", {}),
    "G0 one key head": ("G0", {"n_kv_head": 1}),
    "G1 padded": ("G1", {}),
    "G2": ("G2", {"n_kv_head": 6}),
    "G3 short windows that bite": ("G3", {"n_layer": 4, "window_pattern": "SSSL"}),
    "G3 all short but the last": ("G3", {"window_pattern": "s"}),
    "G4": ("G4", {}),
    "G4 even number of layers": ("G4", {"n_layer": 4, "window_pattern": "L"}),
    "G4 without a pattern": ("G4", {"window_pattern": None}),
    "G5": ("G5", {}),
    "G6": ("G6", {"n_head": 3, "n_kv_head": 1}),
    "G6 short windows that bite": ("G6", {"sequence_len": 300, "window_pattern": "SLS"}),
    "G7": ("G7", {"n_head": 3, "n_kv_head": 3}),
    "G7 two layers": ("G7", {"n_layer": 2}),
    "G7 one layer": ("G7", {"n_layer": 1}),
    "G7 short windows that bite": ("G7", {"n_layer": 4, "sequence_len": 160, "window_pattern": "SSL"}),
    "G7 vocabulary of whole blocks": ("G7", {"vocab_size": 320}),
}


def build(generation: str, dtype: torch.dtype = torch.float32, **changes: Any) -> NanochatNetwork:
    """A random network."""
    config = config_of(generation, **changes)
    return NanochatNetwork(
        NanochatConfig.model_validate(config),
        GENERATIONS[generation],
        random_weights(generation, config),
        device=CPU,
        dtype=dtype,
    )


def tokens(count: int, vocab_size: int) -> list[int]:
    """Some ids, the first and the last of the vocabulary among them."""
    drawn = np.random.default_rng(3).integers(0, vocab_size, count).tolist()
    return [vocab_size - 1, 0, *drawn[2:]]


@pytest.mark.parametrize("name", FIXTURE_NAMES)
def test_logits_equal_the_recorded_ones(name: str) -> None:
    """Logits of nanochat's own code are met many times closer than the format's tolerance of 1e-3 asks."""
    expected = np.load(FIXTURES / name / "expected.npz")

    logits = load_checkpoint(FIXTURES / name).logits(expected["ids"][None])[0]

    assert logits.dtype == np.float32
    assert np.abs(logits[expected["positions"]] - expected["logits"]).max() < 5e-5


@pytest.mark.parametrize("name", FIXTURE_NAMES)
@pytest.mark.parametrize("static", [False, True])
def test_logits_while_decoding_equal_the_recorded_ones(name: str, static: bool) -> None:
    """The recorded greedy continuation is evaluated token by token, in both ways that decoding knows."""
    expected = np.load(FIXTURES / name / "expected.npz")
    network = load_checkpoint(FIXTURES / name)._network
    ids = expected["ids"].tolist()

    logits = stepwise_logits(network, [*ids, *expected["greedy"].tolist()], prompt=len(ids), static=static)

    found = logits[len(ids) - 1 + expected["decode_steps"]]
    assert np.abs(found - expected["decode_logits"]).max() < 5e-5


class Numbers:
    """Texts that are the numbers of the tokens."""

    undefined_ids = ()

    def decode(self, ids: Sequence[int]) -> str:
        return " ".join(map(str, ids))

    def decode_completion(self, prompt_ids: Sequence[int], new_ids: Sequence[int]) -> str:
        return self.decode(new_ids)


@pytest.mark.parametrize("name", FIXTURE_NAMES)
@pytest.mark.parametrize(("prompt", "greedy"), [("ids", "greedy"), ("short_ids", "short_greedy")])
def test_greedy_completions_equal_the_recorded_ones(name: str, prompt: str, greedy: str) -> None:
    """Token for token, after a prompt and after the token that begins every text."""
    expected = np.load(FIXTURES / name / "expected.npz")
    decoder = Decoder(
        load_checkpoint(FIXTURES / name)._network,
        Numbers(),
        encode=lambda text: [int(word) for word in text.split()],
        context_length=128,
        settings=SamplingSettings(temperature=0.0, max_tokens=32),
        batch_size=None,
        end_ids=(),
    )
    text = Numbers().decode(expected[prompt].tolist())

    ((_, answer),) = decoder.complete([CompletionRequest(key=0, prompt=text, seed=0)])

    assert isinstance(answer, Completion)
    assert answer.text == Numbers().decode(expected[greedy].tolist())


@pytest.mark.parametrize("name", FIXTURE_NAMES)
def test_a_recorded_prompt_has_the_recorded_tokens(name: str) -> None:
    """A base model is given the token that begins a text, then the prompt as it is."""
    prompt = json.loads((FIXTURES / name / "about.json").read_text())["prompt"]
    expected = np.load(FIXTURES / name / "expected.npz")
    model = load_checkpoint(FIXTURES / name)

    answers = dict(
        model.complete(
            [CompletionRequest(key=0, prompt=prompt, seed=0)],
            SamplingSettings(temperature=0.0, max_tokens=32),
            batch_size=None,
        )
    )

    assert model._loaded.encode(prompt) == expected["ids"].tolist()
    assert model.model_input(prompt) == f"<|bos|>{prompt}"
    assert model.tokenizer is not None
    assert isinstance(answers[0], Completion)
    assert answers[0].text == model.tokenizer.decode(expected["greedy"].tolist())


@pytest.mark.parametrize("name", VARIANTS)
def test_logits_equal_a_second_implementation(name: str) -> None:
    """What no recorded example covers agrees with the plain implementation, whole, and token by token after a prompt."""
    generation, changes = VARIANTS[name]
    config = config_of(generation, **changes)
    ids = tokens(config["sequence_len"], config["vocab_size"])
    expected = ReferenceNanochat(generation, config, random_weights(generation, config)).logits(ids)
    network = build(generation, **changes)

    whole = whole_logits(network, ids)
    last = len(ids) - min(len(ids) - 1, 150)
    ways = [
        whole,
        stepwise_logits(network, ids, prompt=last),
        stepwise_logits(network, ids, prompt=last, static=True),
    ]

    assert expected.std() > 2.0
    for found in ways:
        assert found.shape == expected.shape
        assert np.abs(found - expected).max() < 2e-4


@pytest.mark.parametrize(
    ("generation", "other", "weights_of"),
    [("G4", "G5", "G4"), ("G6", "G7", "G7"), ("G2", "G3", "G3"), ("G0", "G2", "G3"), ("G3", "G6", "G6")],
)
def test_the_second_implementation_tells_generations_apart(
    generation: str, other: str, weights_of: str
) -> None:
    """Else its agreement would mean nothing: with another generation's constants the logits are far off."""
    config = config_of("G7", window_pattern="S", sequence_len=300)
    ids = tokens(300, config["vocab_size"])
    weights = random_weights(weights_of, config)

    one, two = (ReferenceNanochat(name, config, weights).logits(ids) for name in (generation, other))

    assert np.abs(one - two).max() > 0.1


def test_later_tokens_of_a_text_are_smeared_by_what_was_kept() -> None:
    """The first of several new tokens too: values of the first layer depend on a token and its smear alone."""
    network = build("G7", n_layer=2, window_pattern="L")
    ids = tokens(20, BASE_CONFIG["vocab_size"])
    whole, first, second = (Sequences(network, 1, count) for count in (20, 8, 12))

    network.forward(torch.tensor([ids]), whole)
    network.forward(torch.tensor([ids[:8]]), first)
    for name in network.memory.states:
        second.keep_state(name, first.state(name))
    network.forward(torch.tensor([ids[8:]]), second)

    assert len(network.memory.states) == 1
    assert torch.allclose(second.prefix().values[0], whole.prefix().values[0, :, 8:], atol=1e-5)


def test_windows_follow_pattern_and_length() -> None:
    """The rule of each generation; the last layer always sees all; a window as long as the context is none."""

    def windows(generation: Any, length: int, pattern: str, layers: int) -> list[int | None]:
        config = NanochatConfig.model_validate(
            config_of("G7", sequence_len=length, window_pattern=pattern, n_layer=layers)
        )
        return [window_of(generation, config, layer) for layer in range(layers)]

    assert windows(G7, 2048, "SSSL", 6) == [512, 512, 512, None, 512, None]
    assert windows(G6, 2048, "Ls", 5) == [None, 768, None, 768, None]
    assert windows(G3, 2047, "S", 3) == [1023, 1023, None]
    assert windows(G7, 256, "SL", 3) == [128, None, None]
    assert windows(G7, 129, "S", 3) == [None, None, None]
    assert windows(G7, 130, "S", 3) == [128, 128, None]


def test_bfloat16_comes_close() -> None:
    """As far as eight bits of precision go; the logits themselves are float32."""
    ids = tokens(30, BASE_CONFIG["vocab_size"])
    exact, coarse = (whole_logits(build("G7", dtype), ids) for dtype in (torch.float32, torch.bfloat16))

    assert coarse.dtype == np.float32
    assert 1e-3 < np.abs(exact - coarse).mean() < 0.3


def test_batch_size_changes_no_text(tmp_path: Path) -> None:
    """Smear, windows and shared heads included: each row meets the same arithmetic whatever its neighbours."""
    folder = write_nanochat_checkpoint(tmp_path, "G7", n_layer=4, sequence_len=200, window_pattern="SSL")
    model = load_checkpoint(folder, threads=1)
    prompts = ("fn a(", "struct Point { x: f64 }", "impl")
    wanted = [
        CompletionRequest(key=i, prompt=prompts[i % 3], seed=derive_seed(1, prompts[i % 3], i))
        for i in range(40)
    ]
    settings = SamplingSettings(max_tokens=150, logprobs=True)

    alone = dict(model.complete(wanted[:4], settings, batch_size=1))
    together = dict(model.complete(wanted, settings, batch_size=64))

    for key, answer in alone.items():
        other = together[key]
        assert isinstance(answer, Completion)
        assert isinstance(other, Completion)
        assert (answer.text, answer.logprobs) == (other.text, other.logprobs)
    assert len({answer.text for answer in together.values() if isinstance(answer, Completion)}) == 40


def test_what_is_ruled_out_stays_so_under_the_softcap() -> None:
    """A banned token's logit is below all; capped, it would be one like others."""
    decoder = Decoder(
        build("G7"),
        Numbers(),
        encode=lambda text: [int(word) for word in text.split()],
        context_length=40,
        settings=SamplingSettings(
            temperature=1e6, top_k=BASE_CONFIG["vocab_size"], max_tokens=38, no_repeat_ngram=1
        ),
        batch_size=None,
        end_ids=(),
    )
    wanted = [CompletionRequest(key=i, prompt="1 2", seed=i) for i in range(16)]

    for _, answer in decoder.complete(wanted):
        assert isinstance(answer, Completion)
        drawn = answer.text.split()
        assert len(set(drawn)) == len(drawn) == 38


def test_input_longer_than_the_context_is_refused(tmp_path: Path) -> None:
    """The original goes on to ten times its length; nothing good is to be expected there."""
    model = load_checkpoint(write_nanochat_checkpoint(tmp_path))

    with pytest.raises(UsageError, match="41 tokens do not fit the model's context of 40"):
        model.logits([[0] * 41])
    assert "40 tokens and leaves no room" in str(model.refuses("x" * 39))
    assert model.refuses("x" * 38) is None
