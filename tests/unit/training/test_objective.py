"""What the training minimises, against independent sums, numeric gradients and torch's own smoothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the torch extra")

from torch.nn import functional  # noqa: E402  # after the skip above

from training.objective import Objective, mean_entropy  # noqa: E402

PREDICTIONS, VOCAB = 5, 7


@pytest.fixture
def logits() -> torch.Tensor:
    """Unlike ones in double precision, so that numeric derivatives tell something."""
    generator = torch.Generator().manual_seed(3)
    return 2.0 * torch.randn(PREDICTIONS, VOCAB, generator=generator, dtype=torch.float64)


@pytest.fixture
def targets() -> torch.Tensor:
    """Arbitrary ones."""
    return torch.tensor([0, 6, 3, 3, 1])


def test_without_further_parts_it_is_cross_entropy_to_the_last_bit(
    logits: torch.Tensor, targets: torch.Tensor
) -> None:
    """The bundled checkpoints were made with nothing else."""
    single = logits.float()

    assert torch.equal(Objective().loss(single, targets), functional.cross_entropy(single, targets))


def test_the_entropy_of_even_odds_is_the_logarithm_of_the_vocabulary() -> None:
    """It is told in nats."""
    assert mean_entropy(torch.zeros(3, 1024)).item() == pytest.approx(math.log(1024))


def test_a_sure_prediction_has_no_entropy_and_no_undefined_logarithm() -> None:
    """Zero times the logarithm of zero counts as zero."""
    sure = torch.tensor([[1000.0, 0.0, -1000.0]], requires_grad=True)

    entropy = mean_entropy(sure)
    entropy.backward()

    assert entropy.item() == 0.0
    assert torch.equal(sure.grad, torch.zeros(1, 3))


def test_the_entropy_term_is_what_its_definition_sums_up_to(
    logits: torch.Tensor, targets: torch.Tensor
) -> None:
    """Cross entropy minus the weight times the mean of -sum p log p, by loops over plain numbers."""
    expected = 0.0
    for row, target in zip(logits.numpy(), targets.tolist(), strict=True):
        p = np.exp(row) / np.exp(row).sum()
        expected += (-math.log(p[target]) + 0.3 * sum(x * math.log(x) for x in p)) / PREDICTIONS

    assert Objective(entropy_weight=0.3).loss(logits, targets).item() == pytest.approx(expected, rel=1e-12)


def test_the_gradient_of_the_entropy_is_the_one_in_closed_form(logits: torch.Tensor) -> None:
    """The derivative by logit j is -p_j (log p_j + H), divided by the number of predictions."""
    logits.requires_grad_()
    mean_entropy(logits).backward()

    log_p = torch.log_softmax(logits.detach(), dim=-1)
    entropy = -(log_p.exp() * log_p).sum(dim=-1, keepdim=True)
    torch.testing.assert_close(logits.grad, -log_p.exp() * (log_p + entropy) / PREDICTIONS)


@pytest.mark.parametrize(
    "objective",
    [
        Objective(entropy_weight=0.3),
        Objective(label_smoothing=0.2),
        Objective(entropy_weight=0.1, label_smoothing=0.1),
    ],
)
def test_the_gradient_of_the_loss_is_its_numeric_derivative(
    objective: Objective, logits: torch.Tensor, targets: torch.Tensor
) -> None:
    """By central differences of every logit."""
    logits.requires_grad_()

    assert torch.autograd.gradcheck(lambda x: objective.loss(x, targets), (logits,), eps=1e-6, atol=1e-7)


def test_smoothed_labels_are_those_of_torch(logits: torch.Tensor, targets: torch.Tensor) -> None:
    """And those of the definition: a share of each target is spread over the whole vocabulary."""
    spread = torch.full((PREDICTIONS, VOCAB), 0.2 / VOCAB, dtype=torch.float64)
    spread[torch.arange(PREDICTIONS), targets] += 0.8

    found = Objective(label_smoothing=0.2).loss(logits, targets)

    torch.testing.assert_close(found, functional.cross_entropy(logits, targets, label_smoothing=0.2))
    torch.testing.assert_close(found, -(spread * torch.log_softmax(logits, dim=-1)).sum(dim=-1).mean())


def test_a_step_down_the_entropy_term_makes_the_prediction_less_sure(
    logits: torch.Tensor, targets: torch.Tensor
) -> None:
    """The sign is that of a penalty on confidence."""
    logits.requires_grad_()
    plain = torch.autograd.grad(Objective().loss(logits, targets), logits)[0]
    penalised = torch.autograd.grad(Objective(entropy_weight=0.5).loss(logits, targets), logits)[0]
    before = mean_entropy(logits)

    after = mean_entropy(logits - 0.1 * (penalised - plain))

    assert after > before
