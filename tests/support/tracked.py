"""Records of checkpoints for trackers. Values that do not matter to a test are arbitrary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ferrobench.results import CONFIG_FILE, JOURNAL_FILE, RESULTS_FILE, RunRecord, write_results

if TYPE_CHECKING:
    from pathlib import Path

ODD = "a/b ../c\n`x`\x1b[31m é"
"""Words that no library takes as a name."""


def tracked(step: int | None = 1000, rate: float = 25.0, **changes: Any) -> RunRecord:
    """The record of a checkpoint of the series ``stable-v2-seed``."""
    document: dict[str, Any] = {
        "schema_version": 1,
        "ferrobench_version": "0.1.0",
        "checkpoint": "checkpoints/stable-v2/final" if step is None else f"checkpoints/stable-v2/step_{step}",
        "timestamp": "2026-11-29T12:00:00+00:00",
        "total_samples": 40,
        "judged_samples": 40,
        "compile_success_rate": rate,
        "compile_errors": [],
        "avg_lines": 6.5,
        "avg_functions": 1.25,
        "avg_complexity": 2.5,
        "avg_generation_time_ms": 12.5,
        "tokens_per_second": 256.0,
        "samples_by_prompt": [
            {
                "prompt": "fn a() {",
                "id": ODD,
                "n_samples": 4,
                "compile_success": 1,
                "avg_lines": 3.0,
                "common_errors": [],
                "sample_outputs": ["fn a() { ```` }\n# heading \udcff", "fn a() {}"],
            }
        ],
        "intervals": {
            "compile_success_rate": {
                "value": rate,
                "samples": 40,
                "prompts": 10,
                "interval_over_prompts": (5.0, 60.0),
                "interval_over_samples": (12.5, 37.5),
                "design_effect": 2.0,
                "effective_samples": 20.0,
                "intraclass_correlation": 0.25,
            }
        },
        "categories": [
            {
                "category": ODD,
                "n_samples": 40,
                "judged": 40,
                "compile_success": 10,
                "compile_success_rate": 25.0,
                "compile_success_extracted": 10,
                "compile_success_rate_extracted": 25.0,
            }
        ],
        "at_k": {
            reading: {
                "pass_at_k": [{"k": 1, "value": 12.5, "interval": None, "prompts": 10, "left_out": []}],
                "pass_hat_k": [
                    {"k": k, "value": 12.5, "interval": (0.0, 25.0), "prompts": 10, "left_out": []}
                    for k in (1, 4)
                ],
                "compile_at_k": [],
            }
            for reading in ("strict", "extracted")
        },
        "config": {
            "model": {"kind": "nanochat-rs", "step": step, "loss": 1.5, "parameters": 4096},
            "settings": {
                "suites": [{"name": "seed", "version": "1.0.0"}],
                "sampling": {"temperature": 0.8},
                "shard": None,
            },
        },
    }
    return RunRecord.model_validate(document | changes)


def tracked_run(folder: Path, *args: Any, finished: bool = True, **changes: Any) -> Path:
    """The run folder of a record, without samples."""
    record = tracked(*args, **changes)
    folder.mkdir(parents=True)
    (folder / CONFIG_FILE).write_text(json.dumps({**record.config, "prompt_texts": {}}))
    (folder / JOURNAL_FILE).touch()
    if finished:
        write_results(folder / RESULTS_FILE, record)
    return folder
