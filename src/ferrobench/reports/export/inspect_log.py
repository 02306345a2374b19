"""Inspect's eval log, version 2, in its plain JSON form, which every release of Inspect reads.

A prompt is a sample, and each draw of it an epoch. ``C`` is passed and ``I`` is not; what we failed to judge has an error and no
score, and what compiled without its tests being run has neither.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ferrobench.models import StopReason
from ferrobench.reports.characters import escape_surrogates
from ferrobench.reports.export.outcome import outcomes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferrobench.reports.export.outcome import Outcome
    from ferrobench.results import SampleRecord, SavedRun

SCORER = "ferrobench"
_STOP_REASONS = {
    StopReason.STOP: "stop",
    StopReason.LENGTH: "max_tokens",
    StopReason.CONTEXT: "model_length",
    StopReason.ITEM: "stop",
    StopReason.READY: "unknown",
}
# Names of runs are names in this space, so that the same run always has the same ids.
_NAMESPACE = uuid.UUID("6f2c1c1e-6a5b-5d0e-9a1c-0f7d5b1f6b0a")


def render_inspect(run: SavedRun) -> str:
    """Write the whole log."""
    outcomes = outcomes_of(run)
    created = str(run.config.get("created", ""))
    ended = created if run.record is None else run.record.timestamp
    model = _model(run)
    document = {
        "version": 2,
        "status": "started" if run.record is None else "success",
        "eval": _spec(run, model=model, created=created),
        "plan": {"name": "plan", "steps": [], "config": _generate_config(run)},
        "results": _results(outcomes),
        "stats": {"started_at": created, "completed_at": ended, "model_usage": {model: _usage(run.samples)}},
        "error": None,
        "samples": [_sample(run, sample, outcome, model=model) for sample, outcome in outcomes],
    }
    # Escaped only here: every text in the log has come from a model or may hold what one wrote.
    return json.dumps(_escaped(document), indent=1) + "\n"


def _model(run: SavedRun) -> str:
    label = "unknown" if run.record is None else run.record.checkpoint
    return f"ferrobench/{label}"


def _spec(run: SavedRun, *, model: str, created: str) -> dict[str, Any]:
    settings = run.config.get("settings", {})
    suites = settings.get("suites", [])
    names = ", ".join(str(suite.get("name")) for suite in suites) or "ferrobench"
    return {
        "eval_id": _id(run, "eval"),
        "run_id": _id(run, "run"),
        "created": created,
        "task": names,
        "task_id": _id(run, "task"),
        "task_version": str(suites[0].get("version")) if len(suites) == 1 else 0,
        "dataset": {
            "name": names,
            "samples": len(run.prompt_texts),
            "sample_ids": list(run.prompt_texts),
            "shuffled": False,
        },
        "model": model,
        "model_args": {},
        "model_generate_config": _generate_config(run),
        "config": {
            "epochs": max((sample.index + 1 for sample in run.samples), default=1),
            "epochs_reducer": ["mean"],
        },
        "packages": {"ferrobench": str(run.config.get("ferrobench_version", ""))},
        "metadata": {
            "warnings": [] if run.record is None else list(run.record.warnings),
            "toolchain": settings.get("toolchain"),
            "suites": suites,
            "run": run.label,
        },
    }


def _generate_config(run: SavedRun) -> dict[str, Any]:
    settings = run.config.get("settings", {})
    sampling = settings.get("sampling", {})
    known = {key: sampling.get(key) for key in ("temperature", "top_p", "top_k", "max_tokens")}
    return {key: value for key, value in {**known, "seed": settings.get("seed")}.items() if value is not None}


def _results(outcomes: Sequence[tuple[SampleRecord, Outcome]]) -> dict[str, Any]:
    by_prompt: dict[str, list[bool]] = defaultdict(list)
    for sample, outcome in outcomes:
        if outcome.scored is not None:
            by_prompt[sample.prompt_id].append(outcome.scored)
    scored = sum(map(len, by_prompt.values()))
    metrics = {}
    if by_prompt:
        # As Inspect has it: the mean over samples of the means over their epochs.
        accuracy = sum(sum(passed) / len(passed) for passed in by_prompt.values()) / len(by_prompt)
        metrics["accuracy"] = {"name": "accuracy", "value": accuracy, "params": {}}
    return {
        "total_samples": len(outcomes),
        "completed_samples": sum(sample.judged is not None for sample, _ in outcomes),
        "scores": [
            {
                "name": SCORER,
                "scorer": SCORER,
                "reducer": "mean",
                "scored_samples": scored,
                "unscored_samples": len(outcomes) - scored,
                "params": {},
                "metrics": metrics,
            }
        ],
    }


def _sample(run: SavedRun, sample: SampleRecord, outcome: Outcome, *, model: str) -> dict[str, Any]:
    prompt = run.prompt_texts[sample.prompt_id]
    asked = {"role": "user", "source": "input", "content": prompt}
    document: dict[str, Any] = {
        "id": sample.prompt_id,
        "epoch": sample.index + 1,
        "input": prompt,
        "target": "",
        "messages": [asked],
        "output": {"model": model, "choices": []},
        "scores": {},
        "metadata": {"seed": sample.seed},
        "store": {},
        "events": [],
        "model_usage": {},
        "uuid": _id(run, f"{sample.prompt_id}#{sample.index}"),
    }
    if sample.completion is not None:
        usage = _usage([sample])
        answer = {
            "role": "assistant",
            "source": "generate",
            "content": sample.completion.text,
            "model": model,
        }
        choice = {"message": answer, "stop_reason": _STOP_REASONS[sample.completion.stop_reason]}
        document |= {
            "messages": [asked, answer],
            "output": {
                "model": model,
                "choices": [choice],
                "completion": sample.completion.text,
                "usage": usage,
                "time": sample.completion.generation_seconds,
            },
            "model_usage": {model: usage},
            "total_time": sample.completion.latency_seconds,
        }
    if outcome.scored is not None:
        document["scores"] = {SCORER: _score(sample, outcome)}
    elif not outcome.stage:
        document["error"] = {"message": outcome.message, "traceback": "", "traceback_ansi": ""}
    return document


def _score(sample: SampleRecord, outcome: Outcome) -> dict[str, Any]:
    return {
        "value": "C" if outcome.passed else "I",
        "answer": "" if sample.completion is None else sample.completion.text,
        "explanation": outcome.details or None,
        "metadata": {
            "judged_by": "tests" if outcome.has_tests else "compile",
            "stage": outcome.stage,
            "reason": outcome.reason or None,
            "limit": outcome.limit or None,
            "error_code": outcome.code or None,
            "tests_passed": outcome.tests_passed,
            "tests_failed": outcome.tests_failed,
        },
    }


def _usage(samples: Sequence[SampleRecord]) -> Mapping[str, int]:
    # Prompts' tokens are not counted by our engine.
    tokens = sum(sample.completion.token_count for sample in samples if sample.completion)
    return {"input_tokens": 0, "output_tokens": tokens, "total_tokens": tokens}


def _id(run: SavedRun, name: str) -> str:
    return uuid.uuid5(_NAMESPACE, f"{run.label}/{run.config.get('created')}/{name}").hex


def _escaped(value: Any) -> Any:
    match value:
        case str():
            return escape_surrogates(value)
        case dict():
            return {escape_surrogates(key): _escaped(item) for key, item in value.items()}
        case list() | tuple():
            return [_escaped(item) for item in value]
        case _:
            return value
