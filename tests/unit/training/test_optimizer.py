"""Muon's orthogonalisation, and the one number that scales both optimizers."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs the torch extra")

from training.model import DemoModel, ModelConfig  # noqa: E402  # after the skip above
from training.optimizer import Optimizer, OptimizerSettings, orthogonalize  # noqa: E402

TINY = ModelConfig(vocab_size=16, dim=8, n_layers=1, n_heads=2, group_size=8)


@pytest.mark.parametrize("shape", [(3, 16, 16), (2, 48, 16), (2, 16, 48)])
def test_orthogonalized_matrices_have_singular_values_around_one(shape: tuple[int, int, int]) -> None:
    """Neither exploded nor left small."""
    torch.manual_seed(0)

    values = torch.linalg.svdvals(orthogonalize(torch.randn(*shape), 5))

    assert values.max() < 1.3
    assert values.median() > 0.6


def test_the_default_rates_are_those_of_the_bundled_checkpoints() -> None:
    """To the last bit."""
    settings = OptimizerSettings()

    assert (settings.learning_rate, settings.adam_learning_rate) == (0.02, 0.004)


def test_one_learning_rate_scales_the_first_step_of_every_parameter() -> None:
    """Of the matrices that Muon turns as well as of those that AdamW has."""

    def steps(rate: float) -> dict[str, torch.Tensor]:
        torch.manual_seed(0)
        model = DemoModel(TINY)
        before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
        optimizer = Optimizer(model, OptimizerSettings(learning_rate=rate))
        model(torch.tensor([[1, 2, 3, 4]])).square().mean().backward()
        optimizer.step(1.0)
        return {name: parameter.detach() - before[name] for name, parameter in model.named_parameters()}

    small, large = steps(0.01), steps(0.03)

    assert any(step.abs().max() > 0 for step in small.values())
    for name, step in small.items():
        torch.testing.assert_close(large[name], 3 * step, rtol=1e-3, atol=1e-6)
