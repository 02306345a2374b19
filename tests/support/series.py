"""Run folders of a training run as a watch leaves them, with chosen outcomes and no model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrobench.prompts import load_suite
from ferrobench.results import RunFacts, summarize, write_run_folder
from tests.support.records import record, rejected

if TYPE_CHECKING:
    from pathlib import Path

PROMPTS = load_suite("seed").prompts[:8]
SETTINGS: dict[str, Any] = {
    "suites": [{"name": "seed", "version": "1.0.0", "content_hash": "sha256:a"}],
    "sampling": {"temperature": 0.8, "top_k": 50},
    "seed": 0,
}
SAMPLES = 10


def write_run(runs: Path, step: int, share: float, *, collapse: str | None = None) -> Path:
    """Write the finished run of a step of which a *share* of each prompt's ten samples compiles, others in each step."""
    folder = runs / f"step_{step:06}"
    samples = [
        record(prompt.id, index, strict=None if (index + step) % SAMPLES < share * SAMPLES else rejected())
        for prompt in PROMPTS
        for index in range(SAMPLES)
    ]
    config = {
        "settings": SETTINGS,
        "prompt_texts": {prompt.id: prompt.text for prompt in PROMPTS},
        "model": {"step": step},
    }
    facts = RunFacts(
        checkpoint=f"step_{step}",
        timestamp="2026-01-01T00:00:00+00:00",
        version="0",
        run_dir=str(folder),
        warnings=(),
        config=config,
    )
    found = summarize(PROMPTS, samples, facts)
    if collapse is not None:
        found = found.model_copy(
            update={"metrics": {"collapse": {"verdict": collapse, "sentence": "It repeats itself."}}}
        )
    write_run_folder(folder, config=config, samples=samples, record=found)
    return folder
