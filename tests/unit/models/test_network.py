"""The forward pass against recorded logits and against a second implementation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ferrobench.errors import UsageError
from ferrobench.models import load_checkpoint
from ferrobench.models.engine.sequences import Sequences
from ferrobench.models.nanochat_rs.config import NanochatRsConfig
from ferrobench.models.nanochat_rs.network import NanochatRsNetwork, rotate
from ferrobench.models.nanochat_rs.quantization import quantize_tokens, round_half_away, ternarize
from tests.support.checkpoints import BASE_CONFIG, FIXTURE_NAMES, FIXTURES, random_weights, write_checkpoint
from tests.support.reference_network import safe_example
from tests.support.stepping import stepwise_logits, whole_logits

LOOP = {"local_before": 1, "local_after": 2, "loop_count": 3}
ENGRAM = {
    "use_engram": True,
    "engram_n_gram_orders": [2, 3],
    "engram_n_heads": 2,
    "engram_table_size": 61,
    "engram_d_mem": 8,
    "engram_conv_kernel": 3,
}
VARIANTS: dict[str, dict[str, Any]] = {
    "untied": {"weight_tied": False},
    "one kv head": {"n_kv_heads": 1},
    "groups straddle rows": {"group_size": 24},
    "four streams recorded": {"mhc_n_streams": 4},
    "loop": {"loop_config": LOOP},
    "loop once": {"loop_config": {"local_before": 0, "local_after": 0, "loop_count": 1}},
    "engram in one layer": {**ENGRAM, "engram_layers": [1]},
    "engram before and after the loop": {**ENGRAM, "loop_config": LOOP, "engram_layers": [0, 1, 3]},
    "engram only after the loop is skipped": {**ENGRAM, "loop_config": LOOP, "engram_layers": [2]},
    "engram without memory of inputs": {**ENGRAM, "engram_layers": [0], "engram_conv_kernel": 1},
}


@pytest.mark.parametrize("name", FIXTURE_NAMES)
def test_logits_equal_the_recorded_ones(name: str) -> None:
    """The recorded logits are met ten times closer than the format's tolerance asks."""
    folder = FIXTURES / "nanochat-rs" / name
    expected = np.load(folder / "expected.npz")

    logits = load_checkpoint(folder).logits(expected["ids"])

    assert logits.dtype == np.float32
    assert logits.shape == expected["logits"].shape
    assert np.abs(logits - expected["logits"]).max() < 1e-4


@pytest.mark.parametrize("name", VARIANTS)
def test_logits_equal_a_second_implementation(name: str) -> None:
    """What no recorded example covers agrees with the plain implementation, evaluated whole and step by step."""
    changes = {**BASE_CONFIG, **VARIANTS[name]}
    config = NanochatRsConfig.model_validate(changes)
    ids = [5, 17, 299, 0, 17, 5, 123]
    weights, expected, _ = safe_example(changes, ids)
    network = NanochatRsNetwork(config, weights, torch.device("cpu"))

    whole = whole_logits(network, ids)
    steps = [
        stepwise_logits(network, ids, prompt=prompt, static=static)
        for prompt in (1, 4)
        for static in (False, True)
    ]

    scale = np.abs(expected).max()
    assert np.abs(whole - expected).max() < 1e-4 * scale
    for found in steps:
        assert np.abs(found - expected).max() < 1e-4 * scale


def test_float16_weights_load(tmp_path: Any) -> None:
    """Weights of half precision are read as float32."""
    from safetensors.torch import load_file, save_file

    folder = write_checkpoint(tmp_path / "step_1")
    weights = load_file(str(folder / "model.safetensors"))
    save_file({name: tensor.half() for name, tensor in weights.items()}, str(folder / "model.safetensors"))

    assert np.isfinite(load_checkpoint(folder).logits([[1, 2, 3]])).all()


@pytest.mark.parametrize(
    ("ids", "complaint"),
    [
        ([[0, 300]], "token id 300 is outside the vocabulary of 300 ids"),
        ([[-1]], "token id -1 is outside"),
        ([[0] * 97], "97 tokens do not fit the model's context of 96"),
        ([[]], "expected integers of shape"),
        ([1, 2], "expected integers of shape"),
        ([[0.5]], "expected integers of shape"),
    ],
)
def test_impossible_input_is_refused(tmp_path: Any, ids: Any, complaint: str) -> None:
    """Ids that the model cannot read are refused in one line."""
    model = load_checkpoint(write_checkpoint(tmp_path))

    with pytest.raises(UsageError, match=complaint):
        model.logits(ids)


def test_rounding_sends_halves_away_from_zero() -> None:
    """Rounding is exact, ties and their neighbours included."""
    ties = np.array([0.5, 1.5, 2.5, 63.5, 126.5], dtype=np.float32)
    near = np.concatenate([np.nextafter(ties, np.float32(0)), ties, np.nextafter(ties, np.float32(200))])
    values = np.concatenate([near, -near, np.linspace(-127, 127, 10001, dtype=np.float32)])
    exact = values.astype(np.float64)
    expected = np.trunc(exact) + np.sign(exact) * (np.abs(exact - np.trunc(exact)) >= 0.5)

    assert (expected == round_half_away(torch.from_numpy(values)).numpy()).all()


def test_ternary_weights_match_the_worked_example() -> None:
    """A group keeps the signs of what exceeds half its mean magnitude; a group of zeros stays zero."""
    weight = torch.tensor([[0.25, 0.75, -0.5, 0.5], [0.0, 0.0, 0.0, 0.0]])

    assert ternarize(weight, 4).tolist() == [[0.5, 0.5, -0.5, 0.5], [0.0, 0.0, 0.0, 0.0]]


def test_the_last_group_is_filled_with_zeros_that_count() -> None:
    """Three weights in a group of four: the mean is over four."""
    values = ternarize(torch.tensor([[1.0, 1.0, -0.1]]), 4)

    assert values.flatten().tolist() == pytest.approx([0.525, 0.525, 0.0])


def test_quantized_inputs_match_the_worked_example() -> None:
    """The largest magnitude of a token becomes 127 steps; a token of zeros stays zero."""
    tokens = torch.tensor([[127.0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5], [0.0] * 7])

    assert quantize_tokens(tokens).tolist() == [[127.0, 1.0, 2.0, 3.0, -1.0, -2.0, -3.0], [0.0] * 7]


def test_rotation_matches_the_worked_example() -> None:
    """Position 1, head width 4, theta 10000."""
    angles = torch.tensor([1.0, 0.01])
    cosines, sines = angles.cos().repeat(2), torch.cat((-angles.sin(), angles.sin()))

    turned = rotate(torch.tensor([[[[1.0, 2.0, 3.0, 4.0]]]]), cosines, sines)

    assert turned.flatten().tolist() == pytest.approx([-1.984111, 1.959901, 2.462378, 4.019800], abs=1e-5)


def test_engram_hashes_match_the_worked_example() -> None:
    """Unsigned 64-bit hashes of the 2-grams and 3-grams of three tokens."""
    config = NanochatRsConfig.model_validate(
        {
            **BASE_CONFIG,
            **ENGRAM,
            "vocab_size": 4096,
            "engram_n_heads": 4,
            "engram_table_size": 10007,
            "engram_layers": [0],
        }
    )
    network = NanochatRsNetwork(config, random_weights(config, 0), torch.device("cpu"))

    hashes = network._hash_ngrams(torch.tensor([[5, 6, 4095]]), Sequences(network, 1, 3))

    assert hashes[0].T.tolist() == [
        [5, 4226, 9159], [5, 4877, 3936], [5, 9035, 920], [5, 6228, 9560],
        [5, 4838, 1058], [5, 6624, 9196], [5, 1699, 3412], [5, 6904, 4396],
    ]  # fmt: skip
