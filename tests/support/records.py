"""Finished samples with chosen outcomes. Values that do not matter to a test are arbitrary."""

from __future__ import annotations

from typing import Any

from ferrobench.judging import Compiled, Diagnostic, Judgment, Rejected, Stage
from ferrobench.metrics import measure_code
from ferrobench.models import Completion, StopReason
from ferrobench.results import Judged, SampleRecord


def diagnostic(message: str = "mismatched types", code: str | None = "E0308", **changes: Any) -> Diagnostic:
    """An error of rustc."""
    fields: dict[str, Any] = {
        "level": "error",
        "code": code,
        "message": message,
        "line": 1,
        "column": 2,
        "end_line": 1,
        "end_column": 3,
        "notes": (),
        "rendered": f"error: {message}",
    }
    return Diagnostic(**{**fields, **changes})


def warning(lint: str | None) -> Diagnostic:
    """A warning of rustc."""
    return diagnostic(f"arbitrary words of {lint}", lint, level="warning")


def rejected(
    message: str = "mismatched types", code: str | None = "E0308", stage: Stage = Stage.TYPECHECK
) -> Rejected:
    """A refusal of rustc."""
    return Rejected(stage=stage, errors=(diagnostic(message, code),), warnings=())


def record(
    prompt_id: str = "seed/factorial",
    index: int = 0,
    *,
    text: str = " 1 }",
    strict: Judgment | None = None,
    extracted: Judgment | None = None,
    as_generated: Judgment | None = None,
    **changes: Any,
) -> SampleRecord:
    """A finished sample; it compiles unless told otherwise."""
    strict = strict or Compiled(warnings=())
    fields: dict[str, Any] = {
        "prompt_id": prompt_id,
        "index": index,
        "seed": 1,
        "elapsed_seconds": 1.0,
        "completion": Completion(
            text=text,
            token_count=10,
            stop_reason=StopReason.STOP,
            generation_seconds=0.5,
            latency_seconds=0.75,
        ),
        "judged": Judged(
            as_generated=as_generated or strict,
            strict=strict,
            extracted=extracted or strict,
            extraction=(),
            extracted_length=1000,
            metrics=measure_code("fn a() {}" + text, parses=True),
        ),
    }
    return SampleRecord(**{**fields, **changes})
