"""MultiPL-E's results: a file ``<name>.results.json.gz`` for each prompt.

A sample that passes has the status ``OK`` and the exit code 0; a refusal of rustc is a ``SyntaxError``, as there; the rest are
``Timeout`` and ``Exception``. Samples about which nothing was learned are left out: the format has no word for them, and its
readers would count them as failures.
"""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ferrobench.judging import Stage
from ferrobench.reports.export.outcome import outcomes_of
from ferrobench.reports.export.texts import file_names, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ferrobench.reports.export.outcome import Outcome
    from ferrobench.results import SampleRecord, SavedRun

STOP_TOKENS = ("\n}",)
OUTPUT_CHARACTERS = 2048
_PANIC_EXIT_CODE = 101


def render_multipl_e(run: SavedRun, tests: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file.

    Args:
        run: With its samples.
        tests: The hidden tests by the ids of their prompts, as far as they are known: a run does not keep them.
    """
    by_prompt: dict[str, list[tuple[SampleRecord, Outcome]]] = {
        prompt_id: [] for prompt_id in run.prompt_texts
    }
    for sample, outcome in outcomes_of(run):
        by_prompt[sample.prompt_id].append((sample, outcome))
    names = file_names(list(by_prompt))
    sampling = run.config.get("settings", {}).get("sampling", {})
    started = _started(run)
    for prompt_id, outcomes in by_prompt.items():
        prompt, prompt_tests = run.prompt_texts[prompt_id], tests.get(prompt_id, "")
        document = {
            "name": name_of(prompt_id),
            "language": "rs",
            "temperature": sampling.get("temperature"),
            "top_p": sampling.get("top_p"),
            "max_tokens": sampling.get("max_tokens"),
            "prompt": prompt,
            "tests": prompt_tests,
            "stop_tokens": list(STOP_TOKENS),
            "results": [
                _result(sample, outcome, prompt=prompt, tests=prompt_tests, started=started)
                for sample, outcome in outcomes
                if outcome.scored is not None and sample.completion is not None
            ],
        }
        # No time in it: the same run gives the same bytes.
        yield (
            f"{names[prompt_id]}.results.json.gz",
            gzip.compress(json.dumps(document).encode("ascii"), mtime=0),
        )


def _result(
    sample: SampleRecord, outcome: Outcome, *, prompt: str, tests: str, started: float
) -> dict[str, Any]:
    program = sample.completion.whole_text(prompt) if sample.completion else prompt
    status, exit_code = _status(outcome)
    return {
        "program": f"{program}\n{tests}" if tests else program,
        "stdout": "",
        "stderr": outcome.details[:OUTPUT_CHARACTERS],
        "exit_code": exit_code,
        "status": status,
        "timestamp": int(started + sample.elapsed_seconds),
    }


def _status(outcome: Outcome) -> tuple[str, int]:
    if outcome.passed:
        return "OK", 0
    if outcome.ran_out_of_time:
        return "Timeout", -1
    if outcome.stage in (Stage.COMPILED, Stage.RUN, Stage.TESTED):
        return "Exception", _PANIC_EXIT_CODE
    return "SyntaxError", 1


def _started(run: SavedRun) -> float:
    try:
        return datetime.fromisoformat(run.config["created"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return 0.0
