"""From the score of a text to bits per byte and their interval."""

from __future__ import annotations

import random
from math import log

import pytest

from ferrobench.errors import InputError
from ferrobench.metrics.generation.bits_per_byte import BitsPerByte, bits_per_byte, read_bits_per_byte
from ferrobench.metrics.generation.measure import measure
from ferrobench.metrics.generation.ratios import ratio_of_sums
from ferrobench.metrics.measured import MeasuredRun
from ferrobench.models import HeldOutText, TextScore, WindowScore

TEXT = HeldOutText(name="text.rs", text="x" * 100, num_bytes=100, sha256="ab" * 32)


def scored(*windows: tuple[float, int]) -> BitsPerByte:
    """Of windows with so many bits and bytes each; tokens have two bytes."""
    score = TextScore(
        windows=tuple(
            WindowScore(nats=bits * log(2), tokens=num_bytes // 2, bytes=num_bytes)
            for bits, num_bytes in windows
        ),
        context_length=8,
        restores=True,
    )
    return bits_per_byte(TEXT, score)


def test_bits_are_divided_by_bytes() -> None:
    """All of them together, not window by window."""
    found = scored((10.0, 10), (2.0, 20), (6.0, 6))

    assert found.bits_per_byte == pytest.approx(0.5)
    assert (found.bytes, found.tokens, found.file_bytes) == (36, 18, 100)
    assert (found.file, found.sha256, found.context_length) == ("text.rs", "ab" * 32, 8)
    assert found.interval is None


def test_a_text_of_which_nothing_counts_is_refused() -> None:
    """A single token that nothing stands before, or part of a character."""
    with pytest.raises(InputError, match=r"^text.rs: has 100 bytes, of which none can be scored"):
        scored()
    with pytest.raises(InputError, match="none can be scored"):
        scored((1.0, 0))


def test_the_interval_is_over_stretches_of_the_text() -> None:
    """Of windows that are all alike it cannot be told, and of different ones it holds the figure."""
    same = scored(*[(4.0, 8)] * 7)
    different = scored(*[(4.0, 8), (8.0, 8)] * 30)

    assert same.interval is None
    # Thirty stretches of one window of each kind: they are alike again.
    assert different.interval is None
    low, high = scored(*[(4.0, 8)] * 30, *[(8.0, 8)] * 30).interval or (0.0, 0.0)
    assert low < 0.75 < high
    # Costs are skewed: the interval is even around the logarithm.
    assert low * high == pytest.approx(0.75**2)


def test_intervals_of_ratios_cover_the_truth() -> None:
    """In 93 to 97 % of texts whose stretches differ in length and in cost, for 30 stretches."""
    draw = random.Random(7)
    covered = 0
    trials = 2000
    for _ in range(trials):
        clusters = []
        for _ in range(30):
            num_bytes = draw.randrange(200, 800)
            clusters.append((num_bytes * draw.gammavariate(4.0, 0.25), float(num_bytes)))
        low, high = ratio_of_sums(clusters).interval or (0.0, 0.0)
        covered += low <= 1.0 <= high

    assert 0.93 <= covered / trials <= 0.97


def test_ratios_keep_to_their_bounds() -> None:
    """And without a denominator there is none."""
    value, interval = ratio_of_sums([(0.0, 10.0), (1.0, 1.0), (5.0, 0.0)], bounds=(0.0, 1.0))

    assert value == pytest.approx(1 / 11)
    assert interval is not None
    assert 0.0 <= interval[0] < 1 / 11 < interval[1] <= 1.0
    assert ratio_of_sums([(5.0, 0.0)]) == ratio_of_sums([]) == (None, None)


def test_a_config_keeps_it() -> None:
    """And the group's figures have it, of a run without samples too."""
    found = scored(*[(4.0, 8), (5.0, 8)] * 2, *[(3.0, 8)] * 3)

    stored = {"bits_per_byte": found.model_dump(mode="json")}

    assert read_bits_per_byte(stored) == found
    assert read_bits_per_byte({}) is None
    figures = measure(MeasuredRun(prompts=(), samples=(), bits_per_byte=found))
    assert figures is not None
    assert (figures.bits_per_byte, figures.bits_per_byte_text) == (found.bits_per_byte, "text.rs")
    assert found.interval is not None
    assert figures.bits_per_byte_interval == found.interval
    assert figures.samples == 0
    assert figures.truncated_rate is None


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"tokens": -1}, r"^config: bits_per_byte\.tokens: input should be greater than or equal to 0"),
        ({"bits_per_byte": float("nan")}, r"^config: bits_per_byte\.bits_per_byte: input should be a finite"),
    ],
)
def test_a_damaged_config_is_refused(changes: dict[str, float], complaint: str) -> None:
    """One line that names the field."""
    stored = {"bits_per_byte": scored((4.0, 8)).model_dump(mode="json") | changes}

    with pytest.raises(InputError, match=complaint):
        read_bits_per_byte(stored)
    with pytest.raises(InputError, match=r"^config: bits_per_byte: "):
        read_bits_per_byte({"bits_per_byte": 5})
