"""Which remedy keeps a short training of the demo model from collapsing, and which does not: train, benchmark, tabulate.

    python -m training.collapse_experiment --out DIR --seeds 2

trains the demo model once for each of ``ARMS`` and each seed, benchmarks the last checkpoint, and prints the table of
``docs/training.md``. What is finished is not done again, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ferrobench.results import load_run
from training.command_line import Parser, exit_code_of, whole_number
from training.pipeline import COLLAPSING, FERROBENCH, run
from training.processes import ChildFailedError, end_like_ctrl_c, only_one_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.results import RunRecord


class Arm(NamedTuple):
    """One way to train."""

    name: str
    title: str
    options: tuple[str, ...]
    """Of the trainer; where one comes twice, the later one counts."""


# Two ways to spoil a training: steps that are far too large, and data in which nobody looked at the tokens.
HASTY = ("--learning-rate=4", "--schedule=constant", "--warmup-steps=0")
FLOODED = COLLAPSING
# And what may help.
SMOOTHED = ("--label-smoothing=0.1",)
UNSURE = ("--entropy-weight=0.1",)
SCHEDULED = ("--schedule=warmup-constant-linear", "--warmup-steps=50")
SLOW = ("--learning-rate=0.02",)

ARMS = (
    Arm("default", "the default recipe", ()),
    Arm("hasty", "**rate 4, constant, no warm-up**", HASTY),
    Arm("hasty-smoothed", "rate 4, `--label-smoothing 0.1`", HASTY + SMOOTHED),
    Arm("hasty-unsure", "rate 4, `--entropy-weight 0.1`", HASTY + UNSURE),
    Arm("hasty-scheduled", "rate 4, warm-up and decay", HASTY + SCHEDULED),
    Arm("hasty-slow", "rate 0.02, constant, no warm-up", HASTY + SLOW),
    Arm("hasty-all", "all four", HASTY + SMOOTHED + UNSURE + SCHEDULED + SLOW),
    Arm("flooded", "**floods in 70 % of the documents**", FLOODED),
    Arm("flooded-smoothed", "floods, `--label-smoothing 0.1`", FLOODED + SMOOTHED),
    Arm("flooded-unsure", "floods, `--entropy-weight 0.1`", FLOODED + UNSURE),
    Arm("flooded-both", "floods, both", FLOODED + SMOOTHED + UNSURE),
    Arm("flooded-less", "floods in 10 % of the documents", ("--flood-share=0.1",)),
)
HEADER = """\
| training | seed | compiles | degenerate | distinct-2 | different answers | compression | verdict | held-out loss |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What all arms have in common."""

    out: Path
    steps: int
    n_samples: int
    threads: int

    def perform(self, arm: Arm, seed: int, lock: int) -> str:
        """Train, benchmark, and return the row of the table. A training that fails has a row as well.

        The processes hold the *lock*.
        """
        folder = self.out / arm.name / f"seed-{seed}"
        checkpoint = folder / "checkpoints" / f"step_{self.steps}"
        run_dir = folder / "run"
        folder.mkdir(parents=True, exist_ok=True)
        row = f"| {arm.title} | {seed} |"
        try:
            if not checkpoint.exists():
                command = self.train_command(arm, seed, checkpoint)
                run("the training", command, folder / "training.log", lock=lock)
            record = load_run(run_dir, need_samples=False).record if run_dir.exists() else None
            if record is None:
                command = self.benchmark_command(checkpoint, run_dir)
                run("the benchmark", command, folder / "benchmark.log", lock=lock)
                record = load_run(run_dir, need_samples=False).record
        except ChildFailedError as error:
            return f"{row} | | | | | {error} | |"
        assert record is not None, "a benchmark that ended well has a record"
        loss = json.loads((checkpoint / "meta.json").read_text(encoding="utf-8"))["loss"]
        return f"{row} {describe(record)} | {loss:.2f} |"

    def train_command(self, arm: Arm, seed: int, checkpoint: Path) -> list[str]:
        """Return the command that trains."""
        return [
            *(sys.executable, "-m", "training.train", f"--out={checkpoint.parent}", f"--seed={seed}"),
            *(f"--steps={self.steps}", f"--checkpoints-every={self.steps}", f"--threads={self.threads}"),
            *arm.options,
        ]

    def benchmark_command(self, checkpoint: Path, run_dir: Path) -> list[str]:
        """Return the command that benchmarks the last checkpoint, or goes on with it."""
        return [
            *(*FERROBENCH, "run", f"--checkpoint={checkpoint}", f"--n-samples={self.n_samples}"),
            *("--jobs=1", f"--threads={self.threads}", f"--output={run_dir.with_name('results.json')}"),
            f"--resume={run_dir}" if run_dir.exists() else f"--run-dir={run_dir}",
        ]


def describe(record: RunRecord) -> str:
    """Return what a benchmark found, in cells of the table; intervals are at 95 %, over further samples or by prompt."""
    collapse, pooled = record.metrics["collapse"], record.metrics["diversity"]["pooled"]
    compiles = record.intervals["compile_success_rate"]
    degenerate = collapse["degenerate"]
    cells = (
        f"{compiles.value:.1f} % {_range(compiles.interval_over_samples, 1)}",
        f"{degenerate['value']:.0f} % {_range(degenerate['interval'], 0)}",
        f"{pooled['distinct_2']:.2f}",
        f"{pooled['distinct_answers_percent']:.0f} %",
        f"{pooled['compression_ratio']:.1f}",
        collapse["sentence"] or collapse["verdict"],
    )
    return " | ".join(cells)


def _range(interval: Sequence[float] | None, digits: int) -> str:
    return "" if interval is None else f"({interval[0]:.{digits}f} to {interval[1]:.{digits}f})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""

    def command() -> int:
        parser = Parser("training.collapse_experiment", "Train with and without each remedy, and tabulate.")
        parser.add_argument("--out", type=Path, required=True, help="folder for everything")
        for name, default, meaning in (
            ("seeds", 1, "of each row: from 0 on, so many"),
            ("steps", 300, "of each training"),
            ("n-samples", 160, "of each last checkpoint"),
            ("threads", 1, "of each training"),
        ):
            parser.add_argument(
                f"--{name}",
                type=whole_number(1),
                default=default,
                metavar="N",
                help=f"{meaning} (default {default})",
            )
        options = vars(parser.parse_args(arguments))
        seeds = options.pop("seeds")
        end_like_ctrl_c(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        experiment = Experiment(**options)
        rows = {}
        with only_one_in(experiment.out) as lock:
            for seed in range(seeds):
                for arm in ARMS:
                    rows[arm, seed] = experiment.perform(arm, seed, lock)
                    print(rows[arm, seed], flush=True)
        print(HEADER)
        for arm in ARMS:
            for seed in range(seeds):
                print(rows[arm, seed])
        return 0

    return exit_code_of(command)


if __name__ == "__main__":
    sys.exit(main())
