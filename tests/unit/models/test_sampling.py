"""Drawing from logits: temperature, top-k, top-p, min-p."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import MinPLogitsWarper

from ferrobench.errors import UsageError
from ferrobench.models import SamplingSettings
from ferrobench.models.sampling import draw_tokens

LOGITS = np.array([[1.0, 3.0, 2.0, 0.0]], dtype=np.float32)
IDS = np.array([[10, 11, 12, 13]])


def draw(uniforms: list[float], **settings: Any) -> list[int]:
    """Draw once for each number."""
    count = len(uniforms)
    return draw_tokens(
        np.repeat(IDS, count, axis=0),
        np.repeat(LOGITS, count, axis=0),
        np.array(uniforms),
        SamplingSettings(**settings),
    ).tolist()


def test_draws_follow_the_softmax_of_logits_over_temperature() -> None:
    """A fine grid of uniform numbers gives each token its share."""
    grid = ((np.arange(20000) + 0.5) / 20000).tolist()
    weights = np.exp(LOGITS[0] / 0.7)
    expected = weights / weights.sum()

    drawn = np.array(draw(grid, temperature=0.7, top_k=0))

    shares = [(drawn == token).mean() for token in IDS[0]]
    assert shares == pytest.approx(expected.tolist(), abs=1e-4)


def test_top_k_keeps_the_most_likely_tokens() -> None:
    """Two of four remain."""
    assert set(draw([0.0, 0.5, 0.999999], temperature=5.0, top_k=2)) == {11, 12}


def test_top_p_keeps_the_smallest_set_that_reaches_it() -> None:
    """Probabilities are 0.64, 0.24, 0.09, 0.03: one token reaches 0.6, two reach 0.65."""
    assert set(draw([0.0, 0.999999], temperature=1.0, top_k=0, top_p=0.6)) == {11}
    assert set(draw([0.0, 0.999999], temperature=1.0, top_k=0, top_p=0.65)) == {11, 12}


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("min_p", [0.01, 0.1, 0.5, 1.0])
def test_min_p_keeps_what_the_reference_keeps(min_p: float, temperature: float) -> None:
    """Of the distribution that the temperature makes, as transformers' own warper does."""
    logits = np.random.default_rng(3).normal(scale=2.0, size=(1, 40)).astype(np.float32)
    warped = MinPLogitsWarper(min_p)(
        torch.zeros((1, 1), dtype=torch.int64), torch.tensor(logits) / temperature
    )  # type: ignore[arg-type]
    settings = SamplingSettings(temperature=temperature, top_k=0, min_p=min_p)
    grid = (np.arange(4000) + 0.5) / 4000

    drawn = draw_tokens(
        np.repeat(np.arange(40)[None], 4000, axis=0), np.repeat(logits, 4000, axis=0), grid, settings
    )

    assert set(drawn.tolist()) == set(torch.isfinite(warped[0]).nonzero()[:, 0].tolist())


def test_a_tiny_temperature_is_as_good_as_greedy() -> None:
    """Nothing overflows."""
    assert set(draw([0.0, 0.5, 0.999999], temperature=1e-310)) == {11}


def test_equal_logits_are_ordered_by_id() -> None:
    """The order in which candidates were found does not matter."""
    ids, logits = np.array([[3, 1, 2]]), np.zeros((1, 3), dtype=np.float32)
    settings = SamplingSettings(temperature=1.0)

    drawn = [int(draw_tokens(ids, logits, np.array([u]), settings)[0]) for u in (0.1, 0.5, 0.9)]

    assert drawn == [1, 2, 3]


@given(
    logits=st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=20),
    uniform=st.floats(0, 1, exclude_max=True),
    temperature=st.floats(0.01, 5),
    top_k=st.integers(0, 25),
    top_p=st.floats(0.01, 1),
    min_p=st.floats(0, 1),
)
def test_a_draw_is_always_one_of_the_candidates(
    *, logits: list[float], uniform: float, temperature: float, top_k: int, top_p: float, min_p: float
) -> None:
    """Whatever the numbers, an allowed token is drawn."""
    ids = np.arange(len(logits))[None]
    settings = SamplingSettings(temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p)

    token = int(draw_tokens(ids, np.array([logits], dtype=np.float32), np.array([uniform]), settings)[0])

    rank = sum(other > logits[token] for other in np.array(logits, dtype=np.float32))
    assert 0 <= token < len(logits)
    assert not top_k or rank < top_k


@pytest.mark.parametrize(
    ("settings", "flag"),
    [
        ({"temperature": -0.1}, "--temperature"),
        ({"temperature": float("nan")}, "--temperature"),
        ({"temperature": float("inf")}, "--temperature"),
        ({"top_k": -1}, "--top-k"),
        ({"top_p": 0.0}, "--top-p"),
        ({"top_p": 1.1}, "--top-p"),
        ({"max_tokens": 0}, "--max-tokens"),
    ],
)
def test_impossible_settings_are_refused_by_flag(settings: dict[str, Any], flag: str) -> None:
    """The message names the flag."""
    with pytest.raises(UsageError, match=flag):
        SamplingSettings(**settings)
