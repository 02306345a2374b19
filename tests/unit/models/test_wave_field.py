"""The wave field against a second implementation with plain loops, in all its modes, and the rule of decoding."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from ferrobench.models import load_checkpoint
from ferrobench.models.nanochat_rs.config import NanochatRsConfig
from ferrobench.models.nanochat_rs.layout import local_blocks
from ferrobench.models.nanochat_rs.network import NanochatRsNetwork
from ferrobench.models.nanochat_rs.wave_field import (
    Geometry,
    convolve,
    haar,
    inverse_haar,
    kernel_spectrum,
)
from tests.support.checkpoints import BASE_CONFIG, random_weights, write_checkpoint
from tests.support.reference_network import safe_example
from tests.support.stepping import stepwise_logits, whole_logits

if TYPE_CHECKING:
    from pathlib import Path

IDS = [5, 17, 299, 0, 17]
# A short context, so that few tokens reach over a good part of the field.
WAVE: dict[str, Any] = {"use_wave_field": True, "wavefield_field_size": 16, "max_seq_len": 9}
ENGRAM = {
    "use_engram": True,
    "engram_n_gram_orders": [2, 3],
    "engram_n_heads": 2,
    "engram_table_size": 61,
    "engram_d_mem": 8,
    "engram_conv_kernel": 3,
}
LOOP = {"local_before": 1, "local_after": 2, "loop_count": 2}
VARIANTS: dict[str, dict[str, Any]] = {
    **{
        f"{mode or 'no mode'}, {'coupled' if coupled else 'heads apart'}, {'direct' if direct else 'older layout'}": {
            "wavefield_convolve_mode": mode,
            "wavefield_head_coupling": coupled,
            "wavefield_haar_direct": direct,
        }
        for mode, coupled, direct in product((None, "fft", "fwht", "haar"), (True, False), (True, False))
    },
    "half of the layers": {"wavefield_ratio": 0.5},
    "two thirds of the layers": {"wavefield_ratio": 0.6, "n_layers": 3},
    "heads of its own that leave a rest": {"wavefield_n_heads": 3, "wavefield_haar_direct": True},
    "heads of its own that leave a rest, gated by head": {"wavefield_n_heads": 3},
    "a field of odd size": {"wavefield_field_size": 11},
    "a field of two places": {"wavefield_field_size": 2, "wavefield_convolve_mode": "fwht"},
    "a field larger than the context": {"wavefield_field_size": 64, "wavefield_convolve_mode": "haar"},
    "two Haar levels": {"wavefield_convolve_mode": "haar", "wavefield_haar_levels": 2},
    "one Haar level, direct": {
        "wavefield_convolve_mode": "haar",
        "wavefield_haar_levels": 1,
        "wavefield_haar_direct": True,
    },
    "loop": {"loop_config": LOOP},
    "loop, half of the layers": {"loop_config": LOOP, "n_layers": 4, "wavefield_ratio": 0.5},
    "engram in a wave-field block": {**ENGRAM, "engram_layers": [0]},
    "engram in a block of each kind": {**ENGRAM, "engram_layers": [0, 1], "wavefield_ratio": 0.5},
    "engram, loop, Haar, half of the layers": {
        **ENGRAM,
        "engram_layers": [0, 3],
        "loop_config": LOOP,
        "n_layers": 4,
        "wavefield_ratio": 0.5,
        "wavefield_convolve_mode": "haar",
        "wavefield_haar_direct": True,
    },
    "none after all": {"wavefield_ratio": 0.2},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_logits_equal_a_second_implementation(name: str) -> None:
    """The full evaluation, the causal one, and the causal one token by token as decoding does it."""
    changes = {**BASE_CONFIG, **WAVE, **VARIANTS[name]}
    weights, full, causal = safe_example(changes, IDS)
    network = NanochatRsNetwork(NanochatRsConfig.model_validate(changes), weights, torch.device("cpu"))

    found = whole_logits(network, IDS)
    found_causal = [whole_logits(network, IDS, causal=True)]
    found_causal += [stepwise_logits(network, IDS, prompt=prompt) for prompt in (1, 4)]

    assert np.abs(found - full).max() < 1e-4 * np.abs(full).max()
    for logits in found_causal:
        assert np.abs(logits - causal).max() < 1e-4 * np.abs(causal).max()


def test_only_the_full_evaluation_sees_what_follows(tmp_path: Path) -> None:
    """A later token changes the full logits of earlier ones, and never the causal ones."""
    model = load_checkpoint(write_checkpoint(tmp_path, **WAVE, wavefield_convolve_mode="fwht"))
    one, other = [[1, 2, 3, 4]], [[1, 2, 3, 5]]

    assert np.abs(model.logits(one)[0, :3] - model.logits(other)[0, :3]).max() > 1e-2
    assert (model.logits(one, causal=True)[0, :3] == model.logits(other, causal=True)[0, :3]).all()


def test_without_wave_fields_the_two_evaluations_are_one(tmp_path: Path) -> None:
    """The parameter changes no bit, and no warning is given."""
    model = load_checkpoint(write_checkpoint(tmp_path, use_wave_field=True, wavefield_ratio=0.0))

    assert (model.logits([[1, 2, 3]]) == model.logits([[1, 2, 3]], causal=True)).all()
    assert model.warnings == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "2 of the model's 2 blocks"),
        ({"n_layers": 5, "wavefield_ratio": 0.5}, "3 of the model's 5 blocks"),
        ({"loop_config": LOOP}, "3 of the model's 4 blocks"),
    ],
)
def test_the_model_warns_that_generation_bypasses_its_wave_fields(
    changes: dict[str, Any], words: str, tmp_path: Path
) -> None:
    """The warning says how much of the model that is."""
    (warning,) = load_checkpoint(write_checkpoint(tmp_path, **WAVE, **changes)).warnings

    assert warning.startswith(words)
    assert "bypassed" in warning


@pytest.mark.parametrize(
    ("layers", "ratio", "chosen"),
    [
        (20, 0.5, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]),
        (5, 0.5, [0, 2, 4]),
        (3, 1.0, [0, 1, 2]),
        (3, 7.5, [0, 1, 2]),
        (3, 1, [0, 1, 2]),
        (3, 0.0, []),
        (3, -1.0, []),
        (3, 0.1, []),
        (2, 0.99999999, [0, 1]),  # is 1 as a float32
        (16, 0.25, [2, 6, 10, 14]),
        (25, 0.019999999, [12]),  # the product is one half as a float32
    ],
)
def test_blocks_are_chosen_by_ratio(layers: int, ratio: float, chosen: list[int]) -> None:
    """Spread evenly, halves rounded up, all in float32."""
    config = NanochatRsConfig.model_validate(
        {**BASE_CONFIG, **WAVE, "n_layers": layers, "wavefield_ratio": ratio}
    )

    assert [block.index for block in local_blocks(config) if block.has_wave_field] == chosen


def test_blocks_around_a_loop_are_chosen_by_their_index() -> None:
    """The shared block has index 1 here and never a wave field; ``n_layers`` divides, however many blocks there are."""
    config = NanochatRsConfig.model_validate(
        {**BASE_CONFIG, **WAVE, "n_layers": 6, "wavefield_ratio": 0.5, "loop_config": LOOP}
    )

    blocks = local_blocks(config)

    # 1, 3 and 5 of six layers: 1 is the shared block, and there is no 5.
    assert [(block.prefix, block.has_wave_field) for block in blocks] == [
        ("local_before.0", False),
        ("local_after.0", False),
        ("local_after.1", True),
    ]


def test_tokens_are_laid_onto_the_field_as_in_the_worked_example() -> None:
    """Four places for a context of eight, and of that whatever the sequence needs."""
    matrix = Geometry(8, 4, torch.device("cpu")).matrix(8)

    assert matrix[:4].numpy() == pytest.approx(
        np.array([[1, 0, 0, 0], [0.5714, 0.4286, 0, 0], [0.1429, 0.8571, 0, 0], [0, 0.7143, 0.2857, 0]]),
        abs=1e-4,
    )
    assert matrix[7].tolist() == [0.0, 0.0, 0.0, 1.0]
    assert matrix.sum(dim=1).numpy() == pytest.approx(1.0)


def test_a_context_of_one_token_stands_at_the_start() -> None:
    """There is nothing to spread it over."""
    assert Geometry(1, 4, torch.device("cpu")).matrix(1).tolist() == [[1.0, 0.0, 0.0, 0.0]]


@pytest.mark.parametrize(("levels", "expected"), [(1, [3.0, 8.0, -1.0, -2.0]), (2, [11.0, -5.0, -1.0, -2.0])])
def test_the_haar_transform_matches_the_worked_example(levels: int, expected: list[float]) -> None:
    """And its inverse leads back."""
    transformed = haar(torch.tensor([1.0, 2.0, 3.0, 5.0]), levels)

    assert transformed.tolist() == expected
    assert inverse_haar(transformed, levels).tolist() == [1.0, 2.0, 3.0, 5.0]


@pytest.mark.parametrize("mode", [None, "fwht"])
def test_long_fields_are_convolved_without_loss(mode: str | None) -> None:
    """A field of the default size, against sums of products in float64."""
    config = NanochatRsConfig.model_validate({**BASE_CONFIG, "wavefield_convolve_mode": mode})
    size = config.wavefield_field_size
    field, kernel = np.random.default_rng(0).standard_normal((2, size)).astype(np.float32)

    spectrum = kernel_spectrum(config, torch.from_numpy(kernel))
    found = convolve(config, torch.from_numpy(field), spectrum).numpy()

    places = np.arange(size)
    exact = field.astype(np.float64)
    if mode is None:
        expected = np.convolve(exact, kernel)[:size]
    else:
        expected = np.array([exact @ kernel[places ^ place] for place in places])
    assert np.abs(found - expected).max() < 1e-5 * np.abs(expected).max()


def test_parameters_that_a_direct_kernel_leaves_unused_may_be_there(tmp_path: Path) -> None:
    """The trainer stores them; they are neither read nor called unknown, even where they are broken."""
    folder = write_checkpoint(tmp_path, **WAVE, wavefield_convolve_mode="haar", wavefield_haar_direct=True)
    before = load_checkpoint(folder)
    weights = load_file(str(folder / "model.safetensors"))
    unused = [f"blocks.{i}.wavefield.{name}" for i in (0, 1) for name in ("omega", "alpha_raw", "phi")]
    save_file(
        {**weights, **{name: torch.full((4,), float("nan")) for name in unused}},
        str(folder / "model.safetensors"),
    )

    after = load_checkpoint(folder)

    assert unused[0] not in weights
    assert after.notes == ()
    assert (after.logits([[1, 2, 3]]) == before.logits([[1, 2, 3]])).all()


def test_wave_fields_keep_no_memory() -> None:
    """Keys and values are kept for the attentions alone."""
    config = NanochatRsConfig.model_validate({**BASE_CONFIG, **WAVE, "n_layers": 5, "wavefield_ratio": 0.5})

    network = NanochatRsNetwork(config, random_weights(config, 0), torch.device("cpu"))

    assert network.memory.layers == 2
