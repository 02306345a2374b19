"""Runs along a training, made up: each checkpoint with rates, a loss and a verdict of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ferrobench.judging import Compiled, Failure, Proof, Stage, Tested
from ferrobench.prompts import load_suite
from ferrobench.results import RunFacts, summarize, write_run_folder
from ferrobench.tracking import COMPILE_RATE, RateChange, RatePoint, SeriesPoint
from ferrobench.tracking.series import build_series
from tests.support.records import record, rejected

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ferrobench.judging import Judgment
    from ferrobench.results import SampleRecord
    from ferrobench.tracking import Series

SETTINGS: dict[str, Any] = {
    "suites": [{"name": "seed", "version": "1.0.0", "content_hash": "sha256:a"}],
    "sampling": {"temperature": 0.8, "top_k": 50},
    "prompt_style": "completion",
    "prelude": True,
    "edition": "2021",
    "toolchain": "1.95.0 (arbitrary)",
    "crates": {},
    "limits": {"cpu_seconds": 10},
    "seed": 0,
}
COMPILED = Compiled(warnings=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a made-up checkpoint does."""

    step: int | None
    rate: float
    """The share of its samples that compile."""
    passing: float = 0.5
    """The share of those that pass."""
    loss: float | None = None
    collapse: str | None = "healthy"
    samples: int = 12
    """Of each prompt."""
    settings: dict[str, Any] | None = None
    """Those that are not as in all other runs."""


def rise_and_collapse() -> list[Checkpoint]:
    """Fourteen checkpoints: a rise, a fall that is sure, one that is not, a recovery, and a collapse at the end."""
    rates = (0.02, 0.08, 0.22, 0.35, 0.52, 0.60, 0.63, 0.40, 0.58, 0.66, 0.64, 0.61, 0.18, 0.03)
    losses = (3.9, 2.8, 2.1, 1.7, 1.45, 1.3, 1.22, 1.31, 1.16, 1.1, 1.06, 1.04, 1.9, 2.6)
    verdicts = ["healthy"] * 11 + ["ailing", "collapsed", "collapsed"]
    return [
        Checkpoint(
            step=1000 * (number + 1), rate=rate, passing=0.2 + 0.03 * number, loss=loss, collapse=verdict
        )
        for number, (rate, loss, verdict) in enumerate(zip(rates, losses, verdicts, strict=True))
    ]


def write_training(
    folder: Path, checkpoints: Sequence[Checkpoint], *, training: str = "checkpoints/tiny"
) -> list[Path]:
    """Write a run folder for each checkpoint into *folder*, and return them.

    Args:
        folder: Where the run folders go.
        checkpoints: In any order; the samples of one step are the same each time.
        training: The folder in which the checkpoints are said to lie.
    """
    paths = []
    for number, checkpoint in enumerate(checkpoints):
        name = f"step_{checkpoint.step}" if checkpoint.step is not None else f"variant-{number}"
        path = folder / f"run-{number:02}-{name}"
        write_run(path, checkpoint, name=f"{training}/{name}")
        paths.append(path)
    return paths


def write_run(path: Path, checkpoint: Checkpoint, *, name: str) -> None:
    """Write the folder of one run. *name* is what its checkpoint is called."""
    prompts = load_suite("seed").prompts
    model: dict[str, Any] = {"step": checkpoint.step, "loss": checkpoint.loss}
    config = {
        "settings": {**SETTINGS, "checkpoint": name, **(checkpoint.settings or {})},
        "label": name,
        "model": model,
        "machine": {"processor": "arbitrary", "cores": 2},
        "prompt_texts": {prompt.id: prompt.text for prompt in prompts},
    }
    samples = list(_samples(tuple(prompt.id for prompt in prompts), checkpoint))
    facts = RunFacts(
        checkpoint=name,
        timestamp=f"2026-01-01T00:{(checkpoint.step or 0) // 1000 % 60:02}:00+00:00",
        version="0",
        run_dir=str(path),
        warnings=(),
        config=config,
        ks=(1, 5),
    )
    results = summarize(prompts, samples, facts)
    metrics: dict[str, Any] = {}
    if checkpoint.collapse is not None:
        sick = checkpoint.collapse != "healthy"
        metrics["collapse"] = {
            "verdict": checkpoint.collapse,
            "sentence": "61 % of the samples repeat one line over and over" if sick else None,
        }
    results = results.model_copy(update={"metrics": metrics})
    write_run_folder(path, config=config, samples=samples, record=results)


def _samples(prompt_ids: tuple[str, ...], checkpoint: Checkpoint) -> list[SampleRecord]:
    """Half of the prompts are easy and half are hard, so that their rates differ as those of real suites do."""
    generator = np.random.default_rng(checkpoint.step or 1)
    numbers = generator.random((2, len(prompt_ids), checkpoint.samples))
    lean = min(checkpoint.rate, 1 - checkpoint.rate) * 0.8
    found = []
    for place, prompt_id in enumerate(prompt_ids):
        rate = checkpoint.rate + (lean if place % 2 else -lean)
        for index in range(checkpoint.samples):
            compiles = bool(numbers[0, place, index] < rate)
            passes = bool(numbers[1, place, index] < checkpoint.passing)
            found.append(replace(_sample(compiles, passes), prompt_id=prompt_id, index=index, seed=index))
    return found


@lru_cache
def _sample(compiles: bool, passes: bool) -> SampleRecord:
    judgment: Judgment = COMPILED if compiles else rejected("cannot find value", "E0425", Stage.RESOLVE)
    tests = Tested(
        passed=int(passes),
        failed=int(not passes),
        failure=None if passes else Failure.ASSERTION,
        limit=None,
        proof=Proof.REMOTE,
        detail=None,
        cpu_seconds=0.0,
        near_limit=False,
    )
    sample = record(strict=judgment)
    assert sample.judged is not None
    tested = tests if compiles else None
    return replace(
        sample,
        judged=replace(sample.judged, has_tests=True, strict_tests=tested, extracted_tests=tested),
    )


def a_point(step: int | None, rate: float | None, **changes: Any) -> SeriesPoint:
    """A point with a compile rate in percent, or without one; the interval is 4 points to either side."""
    bounds = None if rate is None else (max(0.0, rate - 4.0), min(100.0, rate + 4.0))
    rates = {}
    if rate is not None:
        rates[COMPILE_RATE] = RatePoint(value=rate, interval_over_samples=bounds, interval_over_prompts=None)
    fields: dict[str, Any] = {
        "step": step,
        "label": f"step_{step}",
        "checkpoint": f"checkpoints/tiny/step_{step}",
        "run": "arbitrary",
        "timestamp": "2026-01-01T00:00:00+00:00",
        "samples": 96,
        "judged": 96,
        "rates": rates,
        "loss": None,
        "bits_per_byte": None,
        "bits_per_byte_interval": None,
        "distinct": None,
        "collapse": None,
        "collapse_sentence": None,
        "perplexity": None,
        "entropy_bits": None,
        "mean_tokens": None,
        "tokens_per_second": None,
        "differs": [],
    }
    return SeriesPoint(**{**fields, **changes})


def a_series(points: Sequence[SeriesPoint], *, p: float = 0.0001, **changes: Any) -> Series:
    """A series in which differences of 10 points have the p-value *p*, and smaller ones that of chance."""

    def compare(old: int, new: int) -> RateChange:
        values = [points[place].rates[COMPILE_RATE].value for place in (old, new)]
        change = values[1] - values[0]
        clear = abs(change) >= 10.0
        return RateChange(
            key=COMPILE_RATE,
            title="arbitrary",
            higher_is_better=True,
            old=values[0],
            new=values[1],
            change=change,
            interval=(change - 5.0, change + 5.0),
            interval_over_prompts=None,
            p_value=p if clear else 0.6,
            adjusted_p=p if clear else 0.6,
            significant=clear,
            verdict="unclear" if not clear else "better" if change > 0 else "worse",
            samples=96,
            prompts=16,
            paired=True,
        )

    found = build_series(points, compare, rate=COMPILE_RATE, name="tiny", conditions="suite seed 1.0.0")
    return found.model_copy(update=changes)
