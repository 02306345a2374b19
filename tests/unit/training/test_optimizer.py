"""The learning-rate schedule and Muon's orthogonalisation."""

from __future__ import annotations

from itertools import pairwise

import pytest

torch = pytest.importorskip("torch", reason="needs the torch extra")

from training.optimizer import OptimizerSettings, lr_share, orthogonalize  # noqa: E402  # after the skip above


def test_the_learning_rate_rises_stays_and_falls_to_its_final_share() -> None:
    settings = OptimizerSettings()

    shares = [lr_share(step, 1000, settings) for step in range(1000)]

    assert shares[0] == pytest.approx(1 / settings.warmup_steps)
    assert shares[49] == shares[299] == 1.0
    assert shares[-1] == pytest.approx(settings.final_lr_share)
    assert all(before >= after for before, after in pairwise(shares[299:]))


@pytest.mark.parametrize("shape", [(3, 16, 16), (2, 48, 16), (2, 16, 48)])
def test_orthogonalized_matrices_have_singular_values_around_one(shape: tuple[int, int, int]) -> None:
    torch.manual_seed(0)

    values = torch.linalg.svdvals(orthogonalize(torch.randn(*shape), 5))

    assert values.max() < 1.3
    assert values.median() > 0.6
