"""``ferrobench merge``: the shards of one run, put together to the whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.results import RunRecord, SampleRecord

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
        Percent of samples that may be unjudged before the exit code is 3; faults of a suite do not count.
    """
    from ferrobench.cli.console import make_console
    from ferrobench.errors import UsageError
    from ferrobench.evaluate import check_output, check_share, unjudged_failure
    from ferrobench.reports import print_summary
    from ferrobench.results import load_run, merge_shards, write_results, write_run_folder

    if not runs:
        raise UsageError("merge: expected the run folders of all shards, or their results files")
    check_share(max_unjudged)
    check_output(output, run_dir)
    config, samples = merge_shards([load_run(path, need_samples=True) for path in runs])
    record = _summarize(config, samples, run_dir)
    write_run_folder(run_dir, config=config, samples=samples, record=record)
    write_results(output, record)
    print_summary(record, make_console())
    make_console().print(f"\nResults: {output} and {run_dir}", soft_wrap=True)
    failure = unjudged_failure(record, max_unjudged)
    if failure is not None:
        make_console(stderr=True).print(f"ferrobench: {failure}", soft_wrap=True)
        return EXIT_FAILED
    return 0


def _summarize(config: dict[str, object], samples: tuple[SampleRecord, ...], run_dir: Path) -> RunRecord:
    import ferrobench
    from ferrobench.results import CONFIG_FILE, RunFacts, parse_plan, summarize

    plan = parse_plan(config, CONFIG_FILE)
    texts, warnings = config["prompt_texts"], config.get("warnings")
    return summarize(
        plan.restore_prompts(texts if isinstance(texts, dict) else {}),
        samples,
        RunFacts(
            checkpoint=str(config.get("label")),
            timestamp=datetime.now(UTC).isoformat(),
            version=ferrobench.__version__,
            run_dir=str(run_dir),
            warnings=tuple(map(str, warnings)) if isinstance(warnings, list) else (),
            config=config,
            ks=plan.ks,
        ),
    )
