"""Train the demo model and write its checkpoints.

    python -m training.train --out training/out --seed 0

writes ``training/out/tokenizer.json`` and ``training/out/step_<N>/{model.safetensors,meta.json}`` after about 5, 20,
50 and 100 % of the steps. Everything follows from the seed, the sizes and the number of threads: the learning rate
goes by steps, never by the clock, and no step draws on anything but the seeded generators.

So a run that was stopped has nothing to go on from, and needs nothing: it starts again with the first step, and keeps
the checkpoints that are there, since it would write the same. A finished one is left alone, and a folder that holds a
run with other settings is refused. Exit codes: 0 done, 2 bad usage, 3 the loss is no number any more, 130 Ctrl-C.
"""

from __future__ import annotations

import hashlib
import math
import sys
import time
from itertools import islice
from typing import TYPE_CHECKING

import torch

from ferrobench.errors import HarnessError, UsageError
from training.checkpoint import write_checkpoint
from training.command_line import exit_code_of
from training.corpus import generate_documents
from training.flood import flood_documents
from training.model import DemoModel, ModelConfig
from training.objective import Objective, mean_entropy
from training.optimizer import Optimizer
from training.rows import pack_rows
from training.schedule import learning_rate_share
from training.settings import keep_settings, parse_settings
from training.tokenizer import train_tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tokenizers import Tokenizer
    from torch import Tensor

    from training.settings import TrainingSettings

REPORT_EVERY = 20


class DivergedError(HarnessError):
    """The loss is infinite or no number: there is nothing left to learn from. Checkpoints before it are whole."""

    exit_code = 3


def train(settings: TrainingSettings) -> None:
    """Run the whole recipe: corpus, tokenizer, training, checkpoints.

    Raises:
        UsageError: If there are too few documents, or the folder holds a run with other settings.
        DivergedError: If the loss is no number any more.
    """
    keep_settings(settings)
    last = settings.out / f"step_{settings.steps}"
    if last.exists():
        print(f"{last} is there: this run is finished")
        return
    torch.set_num_threads(settings.threads)
    torch.use_deterministic_algorithms(True)
    # Nothing here reads memory that it has not written; filling it would cost a few percent of the time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # a module in disguise
    torch.manual_seed(settings.seed)
    started = time.perf_counter()

    documents = generate_documents(settings.seed, settings.documents)
    digest = hashlib.sha256("\0".join(documents).encode()).hexdigest()
    tokenizer = _learn_tokenizer(documents[settings.held_out :], settings)
    # Only what is learned from is spoiled: the held-out loss is that of clean text.
    held_out = _encode(tokenizer, documents[: settings.held_out])
    training = _encode(
        tokenizer,
        flood_documents(
            documents[settings.held_out :], settings.flood_share, settings.row_length, settings.seed
        ),
    )
    held_out_rows = _held_out_batch(held_out, settings)
    tokens = sum(len(ids) + 1 for ids in training)
    print(f"corpus {digest[:12]}: {len(documents)} documents, {tokens} tokens to train on")
    print(f"prepared in {time.perf_counter() - started:.0f} s", flush=True)

    model = DemoModel(ModelConfig())
    rows = pack_rows(training, settings.row_length + 1, settings.seed)
    recent_loss = math.nan
    started = time.perf_counter()
    for done, loss in enumerate(optimize(model, rows, settings), start=1):
        recent_loss = loss if math.isnan(recent_loss) else 0.95 * recent_loss + 0.05 * loss
        if done % REPORT_EVERY == 0:
            seconds = time.perf_counter() - started
            speed = done * settings.batch_rows * settings.row_length / seconds
            print(
                f"step {done:5d}  loss {recent_loss:.4f}  {seconds:6.1f} s  {speed:.0f} tokens/s", flush=True
            )
        if done in settings.checkpoint_steps:
            _check_and_write(model, held_out_rows, done, settings)


def optimize(model: DemoModel, rows: Iterator[list[int]], settings: TrainingSettings) -> Iterator[float]:
    """Take one step of the optimizer after the other, and yield the loss that each started from, in nats.

    Raises:
        DivergedError: If that is no number; the step is not taken.
    """
    optimizer = Optimizer(model, settings.optimizer)
    for step in range(settings.steps):
        batch = torch.tensor(list(islice(rows, settings.batch_rows)))
        loss = settings.objective.loss(*_predictions(model, batch))
        value = loss.item()
        if not math.isfinite(value):
            raise DivergedError(_diverged(step, value))
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimizer.step(learning_rate_share(step, settings.steps, settings.schedule))
        yield value


def _check_and_write(model: DemoModel, held_out_rows: Tensor, step: int, settings: TrainingSettings) -> None:
    """Write a checkpoint with its held-out loss, which is plain cross entropy whatever is minimised."""
    with torch.no_grad():
        logits, targets = _predictions(model, held_out_rows)
        loss = Objective().loss(logits, targets).item()
        entropy = mean_entropy(logits).item()
    if not math.isfinite(loss):
        raise DivergedError(_diverged(step, loss))
    place = settings.out / f"step_{step}"
    found = place.exists()
    if not found:
        write_checkpoint(place, model, settings.recipe(), step, loss)
    fate = "was there" if found else "written"
    print(f"step {step:5d}  held-out loss {loss:.4f}  entropy {entropy:.4f}  {fate}", flush=True)


def _diverged(step: int, value: float) -> str:
    return f"the loss is {value} after {step} steps; a lower --learning-rate or a longer warm-up may help"


def _predictions(model: DemoModel, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Return the logits of every next token of *rows*, ``[predictions, vocab]``, and these tokens."""
    logits = model(rows[:, :-1])
    return logits.reshape(-1, logits.shape[-1]), rows[:, 1:].reshape(-1)


def _learn_tokenizer(documents: Sequence[str], settings: TrainingSettings) -> Tokenizer:
    try:
        tokenizer = train_tokenizer(documents)
    except ValueError as error:
        raise UsageError(f"--documents {settings.documents}: {error}") from error
    unfinished = settings.out / ".tokenizer.json.unfinished"
    tokenizer.save(str(unfinished))
    unfinished.rename(settings.out / "tokenizer.json")
    return tokenizer


def _encode(tokenizer: Tokenizer, documents: Sequence[str]) -> list[list[int]]:
    return [encoding.ids for encoding in tokenizer.encode_batch(documents)]


def _held_out_batch(documents: Sequence[Sequence[int]], settings: TrainingSettings) -> Tensor:
    row_length = settings.row_length + 1
    num_rows = sum(len(ids) + 1 for ids in documents) // row_length
    if num_rows == 0:
        raise UsageError(f"--held-out {settings.held_out}: too few to fill a row of {row_length} tokens")
    return torch.tensor(list(islice(pack_rows(documents, row_length, settings.seed), num_rows)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""

    def command() -> int:
        train(parse_settings(arguments))
        return 0

    return exit_code_of(command)


if __name__ == "__main__":
    sys.exit(main())
