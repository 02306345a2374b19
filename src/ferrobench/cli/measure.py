"""``ferrobench measure``: the figures of a run that was made before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - the parser reads the annotations
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from ferrobench.results import RunRecord, SavedRun

Flag = Parameter(negative="", show_default=False)


def measure(
    run: Path,
    /,
    *,
    metrics: str = "default",
    training_text: Path | None = None,
    output: Path | None = None,
    json: Annotated[bool, Flag] = False,
) -> int:
    """Compute the figures of a run anew from its samples, without model or compiler.

    The results file of its folder is replaced, unless the run is not finished yet. Of a file of the original tool it is told
    what its few texts show: whether the model has collapsed.

    Parameters
    ----------
    run
        A run folder, or the results file that names it.
    metrics
        default, all, none, or names with commas between them; ferrobench explain lists them.
    training_text
        Some of what the model was trained on: copies of it are found, and its tokens compared with the samples'.
    output
        Also write the results here.
    json
        Print the results as JSON on stdout, and the summary on stderr.
    """
    import ferrobench
    from ferrobench.evaluate import check_output
    from ferrobench.machine import available_cores
    from ferrobench.metrics.registry import choose_metrics
    from ferrobench.metrics.training_text import read_training_text
    from ferrobench.results import RESULTS_FILE, load_run, summarize_saved, write_results

    chosen = choose_metrics(metrics)
    text = None if training_text is None else read_training_text(training_text)
    found = load_run(run, need_samples=False)
    if output is not None:
        check_output(output, found.folder)
    if found.record is not None and found.record.schema_version is None:
        # Of the original tool there are no samples, only the first of their texts; loading has looked at them.
        if output is not None:
            write_results(output, found.record)
        _show(found.record, [] if output is None else [output], json=json)
        return 0
    found = load_run(run, need_samples=True)
    folder = found.folder
    assert folder is not None  # it is where the samples are
    unfinished = _unfinished(found)
    record = summarize_saved(
        found.config,
        found.samples,
        run_dir=folder,
        timestamp=datetime.now(UTC).isoformat(),
        version=ferrobench.__version__,
        metrics=chosen,
        training_text=text,
        jobs=available_cores(),
        warnings=unfinished,
    )
    # A results file in its folder is what tells that a run is finished.
    targets = [path for path in (None if unfinished else folder / RESULTS_FILE, output) if path is not None]
    for target in targets:
        write_results(target, record)
    _show(record, targets, json=json)
    return 0


def _unfinished(run: SavedRun) -> tuple[str, ...]:
    """What to warn of where samples are still to come."""
    from ferrobench.results import CONFIG_FILE, parse_plan

    planned = len(parse_plan(run.config, f"{run.folder}/{CONFIG_FILE}").samples)
    if run.record is not None or len(run.samples) >= planned:
        return ()
    return (f"unfinished: {len(run.samples)} of {planned} samples are there",)


def _show(record: RunRecord, targets: list[Path], *, json: bool) -> None:
    from ferrobench.cli.console import make_console
    from ferrobench.reports import print_summary

    console = make_console(stderr=json)
    if json:
        print(record.model_dump_json(indent=2))  # noqa: T201 - what was asked for
    print_summary(record, console)
    if targets:
        console.print(f"\nResults: {' and '.join(map(str, targets))}", soft_wrap=True)
