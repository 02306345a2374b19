"""Which remedy keeps a short training of the demo model from collapsing, and which does not: train, benchmark, tabulate.

    python -m training.collapse_experiment --out DIR --seeds 2

trains the demo model once for each row of ``ARMS`` and each seed, benchmarks the last checkpoint, and prints the rows of the
table in ``docs/training.md``. What is finished is not done again.
"""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.metrics.collapse.words import read_words
from ferrobench.results import load_run
from training.command_line import Parser, exit_code_of, whole_number
from training.pipeline import COLLAPSING, FERROBENCH, run
from training.processes import ChildFailedError, end_like_ctrl_c

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.results import SavedRun

ARMS: dict[str, tuple[str, ...]] = {
    "collapsing settings": COLLAPSING,
}
HEADER = """\
| settings | seed | compiles | doctor | degenerate | most frequent word | held-out loss |
| --- | --- | --- | --- | --- | --- | --- |"""


def perform(
    arm: str, options: Sequence[str], folder: Path, *, seed: int, steps: int, n_samples: int, threads: int
) -> str:
    """Train, benchmark, and return the row of the table."""
    checkpoints, results, run_dir = folder / "checkpoints", folder / "results.json", folder / "run"
    last = checkpoints / f"step_{steps}"
    checkpoints.mkdir(parents=True, exist_ok=True)
    train = [
        *(
            sys.executable,
            "-m",
            "training.train",
            f"--out={checkpoints}",
            f"--seed={seed}",
            f"--steps={steps}",
        ),
        *(f"--checkpoints-every={steps}", f"--threads={threads}", *options),
    ]
    benchmark = [
        *(*FERROBENCH, "run", f"--checkpoint={last}", f"--n-samples={n_samples}", f"--output={results}"),
        f"--resume={run_dir}" if run_dir.exists() else f"--run-dir={run_dir}",
    ]
    try:
        if not last.exists():
            run("the training", train, folder / "training.log")
        if not results.exists():
            run("the benchmark", benchmark, folder / "benchmark.log")
    except ChildFailedError as error:
        return f"| {arm} | {seed} | {error} | | | | |"
    loss = json.loads((last / "meta.json").read_text(encoding="utf-8"))["loss"]
    return f"| {arm} | {seed} | {describe(load_run(run_dir, need_samples=True))} | {loss:.3f} |"


def describe(saved: SavedRun) -> str:
    """Return what a benchmark found, in the cells of the table."""
    assert saved.record is not None
    collapse = saved.record.metrics["collapse"]
    texts = [sample.completion.text for sample in saved.samples if sample.completion is not None]
    words = Counter(word for text in texts for word in read_words(text))
    word, count = words.most_common(1)[0] if words else ("", 0)
    share = 100 * count / max(1, words.total())
    named = ", ".join(ailment["name"] for ailment in collapse["ailments"])
    return (
        f"{saved.record.compile_success_rate:.1f} % | {collapse['verdict']}{f' ({named})' if named else ''} | "
        f"{collapse['degenerate']['value']:.0f} % | `{word}` {share:.0f} %"
    )


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
        end_like_ctrl_c(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        out, seeds = options.pop("out"), options.pop("seeds")
        rows = []
        for arm, recipe in ARMS.items():
            for seed in range(seeds):
                folder = out / arm.replace(" ", "-") / f"seed-{seed}"
                rows.append(perform(arm, recipe, folder, seed=seed, **options))
                print(rows[-1], flush=True)
        print("\n".join([HEADER, *rows]))
        return 0

    return exit_code_of(command)


if __name__ == "__main__":
    sys.exit(main())
