"""``ferrobench merge``: the shards of one run, put together to the whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

EXIT_FAILED = 3


def merge(
    *runs: Path,
    run_dir: Path,
    output: Path = Path("benchmark_results.json"),
    max_unjudged: float = 5.0,
) -> int:
    """Put the shards of one run together: the same samples and figures as of a run that was never sharded.

    Parameters
    ----------
    runs
        All shards, each a run folder or the results file that names it, in any order.
    run_dir
        Run folder to make.
    output
        Results file.
    max_unjudged
        Percent of samples that may be unjudged before the exit code is 3; faults of a suite and prompts that
        the model had no room for do not count.
    """
    import ferrobench
    from ferrobench.cli.console import make_console
    from ferrobench.errors import UsageError
    from ferrobench.evaluate import check_output, check_share, unjudged_failure
    from ferrobench.machine import available_cores
    from ferrobench.metrics.registry import DEFAULT, choose_metrics
    from ferrobench.reports import print_summary
    from ferrobench.results import (
        load_run,
        merge_shards,
        summarize_saved,
        write_results,
        write_run_folder,
    )

    if not runs:
        raise UsageError("merge: expected the run folders of all shards, or their results files")
    check_share(max_unjudged)
    check_output(output, run_dir)
    config, samples = merge_shards([load_run(path, need_samples=True) for path in runs])
    record = summarize_saved(
        config,
        samples,
        run_dir=run_dir,
        timestamp=datetime.now(UTC).isoformat(),
        version=ferrobench.__version__,
        metrics=choose_metrics(config.get("metrics") or DEFAULT),
        jobs=available_cores(),
    )
    write_run_folder(run_dir, config=config, samples=samples, record=record)
    write_results(output, record)
    print_summary(record, make_console())
    make_console().print(f"\nResults: {output} and {run_dir}", soft_wrap=True)
    failure = unjudged_failure(record, max_unjudged)
    if failure is not None:
        make_console(stderr=True).print(f"ferrobench: {failure}", soft_wrap=True)
        return EXIT_FAILED
    return 0
