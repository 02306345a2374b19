"""``ferrobench track``: the figures of finished runs into trackers."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the parser reads the annotations
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from ferrobench.results import RunRecord


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
    records, skipped = _load(paths)
    series, notes = gather_series(records, name)
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


def _load(paths: tuple[Path, ...]) -> tuple[list[RunRecord], list[str]]:
    """The records of all runs, and what was passed over."""
    from ferrobench.errors import InputError
    from ferrobench.results import find_runs, load_run

    found = find_runs(paths)
    records, skipped = [], list(found.notes)
    for path in found.paths:
        record = load_run(path, need_samples=False).record
        if record is None:
            skipped.append(f"{path}: is not finished; go on with run --resume")
        elif record.config.get("settings", {}).get("shard") is not None:
            skipped.append(f"{path}: is a shard of a run; log what ferrobench merge makes of all of them")
        else:
            records.append(record)
    if not records:
        raise InputError(skipped[0] if skipped else f"{paths[0]}: holds no finished runs")
    return records, skipped
