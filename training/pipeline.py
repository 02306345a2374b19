"""The whole story on a small model: train it, benchmark every checkpoint as it lands, and draw the curve.

    python -m training.pipeline --out DIR

trains into ``DIR/checkpoints/healthy`` while ``ferrobench watch`` benchmarks beside it into ``DIR/runs/healthy``, and ends
with ``ferrobench history``: its table, and the page ``DIR/healthy.html``. With ``--collapse`` it does the same again under the
name ``collapse``, with data that make this model collapse, and compares the last checkpoints of the two.

This module only starts commands; it prints each, so that any part can be done alone. The same command goes on
where it was stopped or killed: finished training is left alone, unfinished training starts again and writes the same, and
what is benchmarked is not benchmarked twice. Exit codes: 0 done, 2 bad usage, 3 something is missing or failed, 130 Ctrl-C.
"""

from __future__ import annotations

import importlib.util
import shlex
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.watch.run_folders import step_name
from training.command_line import Parser, exit_code_of, whole_number
from training.processes import Children, end_like_ctrl_c, only_one_in

if TYPE_CHECKING:
    from collections.abc import Sequence

FERROBENCH = (sys.executable, "-m", "ferrobench.cli.main")
# What the training has that collapses, beside the same recipe and the same steps: docs/training.md says more.
COLLAPSING = ("--flood-share=0.7",)
# The benchmark yields to the training, which it waits for anyway.
WATCH_NICENESS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One training that is watched."""

    out: Path
    """Folder for everything, of other trainings too."""
    name: str
    """Of this training's own files and folders."""
    seed: int
    steps: int
    every: int
    """Steps between checkpoints."""
    n_samples: int
    """Of each checkpoint."""
    threads: int
    recipe: tuple[str, ...] = ()
    """Further options of the training."""

    @property
    def checkpoints(self) -> Path:
        return self.out / "checkpoints" / self.name

    @property
    def log(self) -> Path:
        """What the training says."""
        return self.out / f"{self.name}.log"

    @property
    def runs(self) -> Path:
        return self.out / "runs" / self.name

    @property
    def last_run(self) -> Path:
        """The run folder of the last checkpoint, as the watch names it."""
        return self.runs / step_name(self.steps)

    @property
    def page(self) -> Path:
        return self.out / f"{self.name}.html"

    def train_command(self) -> list[str]:
        """Return the command that trains."""
        return [
            *(sys.executable, "-m", "training.train", f"--out={self.checkpoints}", f"--seed={self.seed}"),
            *(f"--steps={self.steps}", f"--checkpoints-every={self.every}", f"--threads={self.threads}"),
            *self.recipe,
        ]

    def watch_command(self) -> list[str]:
        """Return the command that benchmarks what the training writes, until the last step is done."""
        return [
            *(*FERROBENCH, "watch", str(self.checkpoints), f"--runs={self.runs}"),
            *(f"--until-step={self.steps}", f"--nice={WATCH_NICENESS}"),
            *(f"--n-samples={self.n_samples}", f"--seed={self.seed}"),
        ]

    def history_command(self) -> list[str]:
        """Return the command that shows the series; the picture needs matplotlib and is left out without it."""
        plot = [f"--plot={self.page.with_suffix('.png')}"] if importlib.util.find_spec("matplotlib") else []
        return [*FERROBENCH, "history", str(self.runs), f"--html={self.page}", *plot]


def tell(story: Story, lock: int) -> None:
    """Train and benchmark side by side, then draw the curve. The processes hold the *lock*.

    Raises:
        ChildFailedError: If one of the commands fails; the other is ended.
    """
    with Children(lock) as children:
        _start(children, "the training", story.train_command(), story.log)
        _start(children, "the watch", story.watch_command())
        children.wait()
    run("the history", story.history_command(), lock=lock)


def compare_command(stories: Sequence[Story]) -> list[str]:
    """Return the command that compares the last checkpoints of two trainings."""
    return [*FERROBENCH, "compare", *(str(story.last_run) for story in stories)]


def run(name: str, command: Sequence[str], log: Path | None = None, *, lock: int | None = None) -> None:
    """Run one command to its end. What it says goes to the end of *log*, or to our own terminal; it holds the *lock*.

    Raises:
        ChildFailedError: If it fails.
    """
    with Children(lock) as children:
        _start(children, name, command, log)
        children.wait()


def _start(children: Children, name: str, command: Sequence[str], log: Path | None = None) -> None:
    where = f"  >> {shlex.quote(str(log))}" if log else ""
    print(f"$ {shlex.join(command)}{where}", flush=True)
    children.start(name, command, log)


def parse_stories(arguments: Sequence[str] | None = None) -> list[Story]:
    """Read the command line.

    Raises:
        UsageError: If it cannot be read.
    """
    parser = Parser("training.pipeline", "Train the demo model, benchmark its checkpoints, draw the curve.")
    parser.add_argument("--out", type=Path, required=True, help="folder for everything")
    for name, lowest, default, meaning in (
        ("seed", 0, 0, "of the training and of the samples"),
        ("steps", 1, 600, "of the training"),
        ("every", 1, 75, "steps between checkpoints"),
        ("n-samples", 1, 96, "that are drawn from each checkpoint"),
        ("threads", 1, 1, "of the training; another number rounds differently"),
    ):
        parser.add_argument(
            f"--{name}",
            type=whole_number(lowest),
            default=default,
            metavar="N",
            help=f"{meaning} (default {default})",
        )
    parser.add_argument(
        "--collapse",
        action="store_true",
        help="then do the same with data that make the model collapse, and compare the two",
    )
    options = vars(parser.parse_args(arguments))
    out, collapse = options.pop("out"), options.pop("collapse")
    recipes = {"healthy": (), **({"collapse": COLLAPSING} if collapse else {})}
    return [Story(out=out, name=name, recipe=recipe, **options) for name, recipe in recipes.items()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""

    def command() -> int:
        stories = parse_stories(arguments)
        end_like_ctrl_c(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        with only_one_in(stories[0].out) as lock:
            for story in stories:
                tell(story, lock)
        if len(stories) > 1:
            run("the comparison", compare_command(stories))
        for story in stories:
            print(f"page: {story.page}")
        return 0

    return exit_code_of(command)


if __name__ == "__main__":
    sys.exit(main())
