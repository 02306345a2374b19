"""``ferrobench track``: the figures of finished runs into trackers."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the parser reads the annotations
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from ferrobench.results import SavedRun


def track(
    *paths: Path,
    to: Annotated[list[str], Parameter(negative="")],
    name: str | None = None,
) -> int:
    """Log finished runs to TensorBoard, Weights & Biases, MLflow or trackio: one curve over the training steps.

    Checkpoints of one training run on the same suites become one run of the tracker, each at its step. A step that was
    logged before is replaced (TensorBoard) or left as it is (the others), never doubled.

    Parameters
    ----------
    paths
        Run folders, results files, or folders of run folders, in any order.
    to
        tensorboard:DIR, wandb:PROJECT, mlflow:EXPERIMENT or trackio:PROJECT; may be given several times.
    name
        Of the tracker's run. Default: the checkpoints' folder and the suites.
    """
    from ferrobench.cli.console import make_console
    from ferrobench.errors import HarnessError, UsageError
    from ferrobench.reports import printable
    from ferrobench.trackers import gather_series, log_series, parse_spec, require_tracker

    if not paths:
        raise UsageError("track: expected run folders, results files, or folders of run folders")
    if name is not None and not name.strip():
        raise UsageError("--name: expected a name")
    specs = [parse_spec(text) for text in to]
    for spec in specs:
        require_tracker(spec)
    runs, skipped = _load(paths)
    series, notes = gather_series(runs, name)
    errors = make_console(stderr=True)
    for note in (*skipped, *notes):
        errors.print(f"note: {printable(note)}", soft_wrap=True)
    failed = 0
    for spec in specs:
        try:
            for one in series:
                for line in log_series(one, spec).lines:
                    make_console().print(printable(line), soft_wrap=True)
        except HarnessError as error:
            # The others are told all the same.
            failed = max(failed, error.exit_code)
            errors.print(f"ferrobench: {printable(str(error))}", soft_wrap=True)
    return failed


def _load(paths: tuple[Path, ...]) -> tuple[list[SavedRun], list[str]]:
    """All runs, and what was passed over."""
    from ferrobench.errors import InputError
    from ferrobench.tracking import finished_runs

    found = finished_runs(paths)
    runs, skipped = [], list(found.notes)
    for run in found.runs:
        if run.config.get("settings", {}).get("shard") is not None:
            skipped.append(
                f"{run.label}: is a shard of a run; log what ferrobench merge makes of all of them"
            )
        else:
            runs.append(run)
    if not runs:
        raise InputError(skipped[0])
    return runs, skipped
