"""``ferrobench report``: a run as one page to look at."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.results import RunRecord, SavedRun
    from ferrobench.rubric import RubricSummary

MISSING_NAMED = 5


def report(run: Path, /, *, output: Path = Path("report.html")) -> int:
    """Write a page that works offline: figures, error atlas, and every sample with what rustc says of it.

    An unfinished run, a run whose journal is damaged, and the original tool's results file give a page with what is there.

    Parameters
    ----------
    run
        A run folder, or the results file that names it.
    output
        The page to write, replaced if there.
    """
    from rich.text import Text

    from ferrobench.cli.console import make_console
    from ferrobench.reports import printable
    from ferrobench.reports.report_page import write_report_page
    from ferrobench.results import load_run

    _refuse_own_files(run, output)
    found = load_run(run, need_samples=False, tolerant=True)
    console = make_console(stderr=True)
    damage = (*found.damage, *_missing(found))
    for line in damage:
        console.print(Text(f"WARNING: {printable(line)}", style="bold red"), soft_wrap=True)
    record = _record_of(found)
    write_report_page(
        output,
        record,
        found.samples,
        prompt_texts=found.prompt_texts,
        damage=damage,
        rubric=_ratings_of(found),
    )
    size = output.stat().st_size / 2**20
    console.print(f"Report: {output} ({len(found.samples):,} samples, {size:.1f} MiB)", soft_wrap=True)
    return 0


def _refuse_own_files(run: Path, output: Path) -> None:
    from ferrobench.errors import UsageError

    if output.is_dir():
        raise UsageError(f"--output {output}: is a folder; expected a file, such as {output / 'report.html'}")
    if output.suffix in (".json", ".jsonl", ".sqlite") or output.resolve() == run.resolve():
        raise UsageError(f"--output {output}: would replace data by a page; expected a name ending in .html")


def _missing(run: SavedRun) -> tuple[str, ...]:
    """What is not there of a finished run's samples; an unfinished one lacks some by its nature, and says so elsewhere."""
    from ferrobench.results import parse_plan

    if (
        run.record is None
        or run.folder is None
        or "plan" not in run.config
        or run.config.get("settings", {}).get("shard")
    ):
        return ()  # fmt: skip
    there = {(sample.prompt_id, sample.index) for sample in run.samples}
    lacking = [
        f"{prompt_id} {index}"
        for prompt_id, index in parse_plan(run.config, str(run.folder)).samples
        if (prompt_id, index) not in there
    ]
    if not lacking:
        return ()
    more = len(lacking) - MISSING_NAMED
    names = ", ".join(lacking[:MISSING_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    return (f"{len(lacking):,} samples that the figures are over cannot be shown: {names}",)


def _record_of(run: SavedRun) -> RunRecord:
    """The record of a run; that of an unfinished one is computed from the samples that are there."""
    import ferrobench
    from ferrobench.metrics.registry import choose_metrics
    from ferrobench.results import CONFIG_FILE, parse_plan, summarize_saved

    if run.record is not None:
        return run.record
    assert run.folder is not None  # without a record, the folder is what was loaded
    planned = len(parse_plan(run.config, str(run.folder / CONFIG_FILE)).samples)
    return summarize_saved(
        run.config,
        run.samples,
        run_dir=run.folder,
        timestamp=datetime.now(UTC).isoformat(),
        version=ferrobench.__version__,
        metrics=choose_metrics("default"),
        warnings=(f"unfinished: {len(run.samples)} of {planned} samples are there",),
    )


def _ratings_of(run: SavedRun) -> RubricSummary | None:
    """What people say of the run, where its folder has it."""
    from ferrobench.rubric import load_reviews, summarize_ratings

    ratings = () if run.folder is None else load_reviews(run.folder)
    return summarize_ratings(ratings) if ratings else None
