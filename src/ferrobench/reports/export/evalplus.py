"""EvalPlus: the samples with their whole programs, and results in the shape of its ``eval_results.json``.

Its second set of tests has no counterpart here: ``plus_status`` is null. Samples about which nothing was learned are among the
samples and not among the results.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ferrobench.metrics import pass_at_k
from ferrobench.reports.export.outcome import outcomes_of, tested_prompts
from ferrobench.reports.export.texts import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.results import SavedRun

SAMPLES_FILE = "samples.jsonl"
RESULTS_FILE = "samples.eval_results.json"
KS = (1, 10, 100)


def render_evalplus(run: SavedRun) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of both files."""
    tested = tested_prompts(run)
    results: dict[str, list[dict[str, Any]]] = {}
    lines = []
    suites = run.config.get("settings", {}).get("suites", [])
    # Two suites may call a problem the same.
    names = {
        prompt_id: name_of(prompt_id) if len(suites) < 2 else prompt_id for prompt_id in run.prompt_texts
    }
    for sample, outcome in outcomes_of(run):
        if sample.completion is None:
            continue
        task = names[sample.prompt_id]
        program = sample.completion.whole_text(run.prompt_texts[sample.prompt_id])
        lines.append(json.dumps({"task_id": task, "solution": program}) + "\n")
        if outcome.scored is not None:
            status = "pass" if outcome.passed else "timeout" if outcome.ran_out_of_time else "fail"
            results.setdefault(task, []).append(
                {
                    "task_id": task,
                    "solution": program,
                    "base_status": status,
                    "plus_status": None,
                    "base_fail_tests": [],
                    "plus_fail_tests": [],
                }
            )
    date = run.config.get("created") if run.record is None else run.record.timestamp
    # What the compiler alone decides is no pass.
    passable = [
        results[names[prompt_id]]
        for prompt_id in names
        if prompt_id in tested and names[prompt_id] in results
    ]
    document = {
        "date": date,
        "hash": suites[0].get("content_hash") if len(suites) == 1 else None,
        "eval": results,
        "pass_at_k": {"base": _pass_at_k(passable), "plus": {}},
    }
    yield SAMPLES_FILE, "".join(lines).encode("ascii")
    yield RESULTS_FILE, (json.dumps(document, indent=1) + "\n").encode("ascii")


def _pass_at_k(tasks: list[list[dict[str, Any]]]) -> dict[str, float]:
    """The mean over tasks, for every k that all of them have samples for."""
    counts = [(len(task), sum(result["base_status"] == "pass" for result in task)) for task in tasks]
    return {
        f"pass@{k}": sum(pass_at_k(n, passed, k) for n, passed in counts) / len(counts)
        for k in KS
        if counts and all(n >= k for n, _ in counts)
    }
