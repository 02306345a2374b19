"""Train the demo model and write its checkpoints.

    python -m training.train --out training/out --seed 0

writes ``training/out/tokenizer.json`` and ``training/out/step_<N>/{model.safetensors,meta.json}`` after about 5, 20,
50 and 100 % of the steps. Everything follows from the seed, the sizes and the number of threads: the learning rate
goes by steps, never by the clock, and no step draws on anything but the seeded generators.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import time
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from training.checkpoint import write_checkpoint
from training.corpus import generate_documents
from training.model import DemoModel, ModelConfig
from training.optimizer import Optimizer, OptimizerSettings, lr_share
from training.rows import pack_rows
from training.tokenizer import train_tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

CHECKPOINT_SHARES = (0.05, 0.2, 0.5, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """What a run is made from. The defaults are the run that made the bundled checkpoints."""

    out: Path
    seed: int = 0
    steps: int = 2500
    documents: int = 26_000
    held_out: int = 256
    """Documents kept out of training, for the loss that is reported."""
    batch_rows: int = 16
    row_length: int = 160
    threads: int = 2
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)


def train(settings: TrainingSettings) -> None:
    """Run the whole recipe: corpus, tokenizer, training, checkpoints."""
    torch.set_num_threads(settings.threads)
    torch.use_deterministic_algorithms(True)
    # Nothing here reads memory that it has not written; filling it would cost a few percent of the time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # a module in disguise
    torch.manual_seed(settings.seed)
    started = time.perf_counter()

    documents = generate_documents(settings.seed, settings.documents)
    digest = hashlib.sha256("\0".join(documents).encode()).hexdigest()
    tokenizer = train_tokenizer(documents[settings.held_out :])
    settings.out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(settings.out / "tokenizer.json"))
    encoded = [encoding.ids for encoding in tokenizer.encode_batch(documents)]
    held_out, training = encoded[: settings.held_out], encoded[settings.held_out :]
    tokens = sum(len(ids) + 1 for ids in training)
    print(f"corpus {digest[:12]}: {len(documents)} documents, {tokens} tokens to train on")
    print(f"prepared in {time.perf_counter() - started:.0f} s", flush=True)

    config = ModelConfig()
    model = DemoModel(config)
    optimizer = Optimizer(model, settings.optimizer)
    recipe = recipe_config(settings)
    held_out_rows = _held_out_batch(held_out, settings)
    rows = pack_rows(training, settings.row_length + 1, settings.seed)
    checkpoint_steps = {max(1, round(share * settings.steps)) for share in CHECKPOINT_SHARES}
    recent_loss = math.nan
    started = time.perf_counter()
    for step in range(settings.steps):
        batch = torch.tensor(list(islice(rows, settings.batch_rows)))
        loss = _loss(model, batch)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimizer.step(lr_share(step, settings.steps, settings.optimizer))
        recent_loss = loss.item() if math.isnan(recent_loss) else 0.95 * recent_loss + 0.05 * loss.item()
        done = step + 1
        if done % 20 == 0:
            seconds = time.perf_counter() - started
            speed = done * settings.batch_rows * settings.row_length / seconds
            print(
                f"step {done:5d}  loss {recent_loss:.4f}  {seconds:6.1f} s  {speed:.0f} tokens/s", flush=True
            )
        if done in checkpoint_steps:
            with torch.no_grad():
                held_out_loss = _loss(model, held_out_rows).item()
            write_checkpoint(settings.out / f"step_{done}", model, recipe, done, held_out_loss)
            print(f"step {done:5d}  held-out loss {held_out_loss:.4f}  written", flush=True)


def recipe_config(settings: TrainingSettings) -> dict[str, object]:
    """Return what ``meta.json`` tells of the training, under the format's keys. Evaluation reads none of it."""
    optimizer = settings.optimizer
    return {
        "lr": optimizer.muon_lr,
        "mhc_lr": optimizer.adam_lr,
        "batch_size": settings.batch_rows,
        "warmup_steps": optimizer.warmup_steps,
        "total_steps": settings.steps,
        "decay_start_frac": optimizer.constant_share,
        "ns_steps": optimizer.newton_schulz_steps,
        "muon_momentum": optimizer.momentum,
        "lion_betas": list(optimizer.adam_betas),
    }


def _loss(model: DemoModel, rows: Tensor) -> Tensor:
    """Mean cross entropy of every next token of *rows*, in nats."""
    logits = model(rows[:, :-1])
    return functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), rows[:, 1:].reshape(-1))


def _held_out_batch(documents: Sequence[Sequence[int]], settings: TrainingSettings) -> Tensor:
    row_length = settings.row_length + 1
    num_rows = sum(len(ids) + 1 for ids in documents) // row_length
    return torch.tensor(list(islice(pack_rows(documents, row_length, settings.seed), num_rows)))


def parse_settings(arguments: Sequence[str] | None = None) -> TrainingSettings:
    """Read the command line; every option is a field of the settings."""
    parser = argparse.ArgumentParser(
        prog="python -m training.train", description="Train the demo checkpoints."
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for the tokenizer and the step folders"
    )
    defaults = TrainingSettings(out=Path())
    for name in ("seed", "steps", "documents", "held_out", "batch_rows", "row_length", "threads"):
        default = getattr(defaults, name)
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=int, default=default, help=f"default {default}"
        )
    return TrainingSettings(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    train(parse_settings())
