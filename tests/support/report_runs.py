"""Runs to report on: folders with a plan, a journal and results, of samples that are written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrobench.judging import Compiled, Diagnostic, Failure, Judgment, Note, Proof, Rejected, Stage, Tested
from ferrobench.metrics import measure_code
from ferrobench.metrics.registry import choose_metrics
from ferrobench.models import Completion, StopReason
from ferrobench.prompts import JudgeMode, Prompt
from ferrobench.results import Judged, RunFacts, RunPlan, SampleRecord, summarize, write_run_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ferrobench.results import RunRecord

HOSTILE = {
    "markup": '</script><script>window.hit = 1</script><img src="https://example.invalid/" onerror="window.hit = 2">',
    "terminal": "// \x1b[31mred\x1b]0;title\x07",
    "bidi": "/* \u202e } \u2066if admin\u2069 */ \u200b",
    "nul": "\x00 after",
    "half": "\ud800 after",
}
PROMPTS = {"seed/double": "fn double(n: u64) -> u64 {", "seed/shout": "fn shout(s: &str) -> String {"}
COMPILED = Compiled(warnings=())
HELD = Tested(
    passed=3, failed=0, failure=None, limit=None, proof=Proof.REMOTE, detail=None, cpu_seconds=0.1, near_limit=False
)  # fmt: skip
FAILED = Tested(
    passed=1, failed=2, failure=Failure.ASSERTION, limit=None, proof=Proof.REMOTE, detail="double(2): expected 4, found 2", cpu_seconds=0.1,
    near_limit=False,
)  # fmt: skip


def error(
    code: str | None = "E0425",
    message: str = "cannot find value `m` in this scope",
    line: int | None = 2,
    **changes: Any,
) -> Diagnostic:
    """An error at the first letter of the second line's code, unless told otherwise."""
    fields: dict[str, Any] = {
        "level": "error",
        "code": code,
        "message": message,
        "line": line,
        "column": None if line is None else 5,
        "end_line": line,
        "end_column": None if line is None else 6,
        "notes": (Note(level="help", message="a local variable with a similar name exists: `n`"),),
        "rendered": f"error[{code}]: {message}\n --> sample.rs:2:5",
    }
    return Diagnostic(**{**fields, **changes})


def refused(*errors: Diagnostic, stage: Stage = Stage.RESOLVE) -> Rejected:
    """A refusal."""
    return Rejected(stage=stage, errors=errors or (error(),), warnings=())


def sample(
    prompt_id: str = "seed/double",
    index: int = 0,
    text: str = "\n    n * 2\n}\n",
    *,
    judgment: Judgment = COMPILED,
    extracted: Judgment | None = None,
    tests: Tested | None = None,
    kept: int | None = None,
    texts: Mapping[str, str] = PROMPTS,
) -> SampleRecord:
    """A finished sample."""
    whole = texts[prompt_id] + text
    return SampleRecord(
        prompt_id=prompt_id,
        index=index,
        seed=7,
        elapsed_seconds=1.0,
        completion=Completion(
            text=text, token_count=10, stop_reason=StopReason.STOP, generation_seconds=0.5, latency_seconds=0.75
        ),
        judged=Judged(
            as_generated=judgment,
            strict=judgment,
            extracted=extracted or judgment,
            extraction=(),
            extracted_length=len(whole) if kept is None else kept,
            metrics=measure_code(whole, parses=True),
            has_tests=True,
            strict_tests=tests,
            extracted_tests=tests,
        ),
    )  # fmt: skip


def a_run() -> tuple[SampleRecord, ...]:
    """Seven samples of two prompts: one passes, one fails its tests, the others are refused for different reasons."""
    return (
        sample(index=0, tests=HELD),
        sample(index=1, text="\n    n\n}\n", tests=FAILED),
        sample(index=2, text="\n    m * 2\n}\n", judgment=refused()),
        sample(
            index=3,
            text="\n    m + k\n",
            judgment=refused(
                error(None, "this file contains an unclosed delimiter", line=None), stage=Stage.LEX
            ),
            extracted=refused(),
            kept=len(PROMPTS["seed/double"]) + 9,
        ),
        sample("seed/shout", 0, "\n    s.to_uppercase()\n}\n", tests=HELD),
        sample("seed/shout", 1, "\n    s\n}\n", judgment=refused(error("E0308", "mismatched types"), stage=Stage.TYPECHECK)),
        sample("seed/shout", 2, "\n    m + s // moved\n}\n", judgment=refused(error(), error("E0308", "mismatched types"))),
    )  # fmt: skip


def prompts_of(texts: Mapping[str, str]) -> list[Prompt]:
    """Prompts with these texts, by their ids."""
    return [
        Prompt(
            id=prompt_id, text=text, category=f"category of {prompt_id}", tags=(), judge=JudgeMode.TESTS, prelude="", reference="",
            probes="", tests="", complete=False,
        )
        for prompt_id, text in texts.items()
    ]  # fmt: skip


def config_of(
    samples: Sequence[SampleRecord], texts: Mapping[str, str], label: str = "tiny/step_1"
) -> dict[str, Any]:
    """The config of a run that is finished with these samples."""
    counts = {prompt_id: sum(one.prompt_id == prompt_id for one in samples) for prompt_id in texts}
    return {
        "label": label,
        "settings": {
            "suites": [{"name": "seed", "version": "1.0.0"}],
            "sampling": {"temperature": 0.8},
            "seed": 0,
            "toolchain": "1.95.0 (arbitrary)",
        },
        "plan": RunPlan.of(prompts_of(texts), counts, (1,)).model_dump(mode="json"),
        "prompt_texts": dict(texts),
    }


def record_of(
    samples: Sequence[SampleRecord], texts: Mapping[str, str] = PROMPTS, label: str = "tiny/step_1", metrics: str = "default"
) -> RunRecord:  # fmt: skip
    """All figures of these samples."""
    facts = RunFacts(
        checkpoint=label,
        timestamp="2026-03-01T12:00:00+00:00",
        version="0.1.0",
        run_dir="runs/arbitrary",
        warnings=(),
        config=config_of(samples, texts, label),
        metrics=choose_metrics(metrics),
    )
    return summarize(prompts_of(texts), samples, facts)


def write_run(
    folder: Path,
    samples: Sequence[SampleRecord],
    *,
    texts: Mapping[str, str] = PROMPTS,
    label: str = "tiny/step_1",
) -> Path:
    """Write the folder of a finished run."""
    write_run_folder(
        folder,
        config=config_of(samples, texts, label),
        samples=samples,
        record=record_of(samples, texts, label),
    )
    return folder
