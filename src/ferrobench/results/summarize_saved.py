"""The record of a run from what lies on disk alone: neither its suite nor its model is needed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrobench.results.run_plan import parse_plan
from ferrobench.results.store import CONFIG_FILE
from ferrobench.results.summarize import RunFacts, summarize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ferrobench.metrics.measured import TrainingText
    from ferrobench.metrics.metric import Metric
    from ferrobench.results.run_record import RunRecord
    from ferrobench.results.sample_record import SampleRecord


def summarize_saved(
    config: Mapping[str, Any],
    samples: Iterable[SampleRecord],
    *,
    run_dir: Path,
    timestamp: str,
    version: str,
    metrics: tuple[Metric, ...] = (),
    training_text: TrainingText | None = None,
    jobs: int = 1,
    warnings: tuple[str, ...] = (),
) -> RunRecord:
    """Compute the record of a run anew.

    Args:
        config: That of the run folder.
        samples: Those of its journal.
        run_dir: How the record names the folder.
        timestamp: RFC 3339, now.
        version: Of this program.
        metrics: What to compute.
        training_text: Text to compare the samples with.
        jobs: Processes that may compute metrics at once.
        warnings: What the record warns of beside what the run itself did.

    Raises:
        InputError: The config has no plan, as before version 1 of it, or a damaged one.
    """
    plan = parse_plan(config, str(run_dir / CONFIG_FILE))
    texts, stored = config.get("prompt_texts"), config.get("warnings")
    return summarize(
        plan.restore_prompts(texts if isinstance(texts, dict) else {}),
        samples,
        RunFacts(
            checkpoint=str(config.get("label")),
            timestamp=timestamp,
            version=version,
            run_dir=str(run_dir),
            warnings=(*warnings, *(map(str, stored) if isinstance(stored, list) else ())),
            config=dict(config),
            ks=plan.ks,
            metrics=metrics,
            training_text=training_text,
            jobs=jobs,
        ),
    )
