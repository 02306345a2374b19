"""One finished sample: what was drawn, what judging said, what was counted. A line of the journal."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ferrobench.judging import Judgment, Unjudged, judgment_record, parse_judgment
from ferrobench.metrics import CodeMetrics
from ferrobench.models import Completion, StopReason

if TYPE_CHECKING:
    from ferrobench.judging import SampleJudgment


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What judging and counting gave for a completion."""

    compiles_as_generated: bool | None
    """rustc's word on prompt plus completion; None when it was not judged."""
    strict: Judgment
    extracted: Judgment
    extraction: tuple[str, ...]
    extracted_length: int | None
    """Characters of prompt plus completion that the extracted reading keeps; None when nothing of the model is left."""
    metrics: CodeMetrics

    @classmethod
    def of(cls, judgment: SampleJudgment, metrics: CodeMetrics) -> Judged:
        """Keep what a record needs of a judgment."""
        return cls(
            compiles_as_generated=judgment.compiles_as_generated,
            strict=judgment.strict,
            extracted=judgment.extracted,
            extraction=judgment.extraction,
            extracted_length=None if judgment.extracted_text is None else len(judgment.extracted_text),
            metrics=metrics,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRecord:
    """One finished sample of a run."""

    prompt_id: str
    index: int
    seed: int
    elapsed_seconds: float
    """Working time of the run when this sample was finished, earlier sessions of a resumed run included."""
    completion: Completion | None
    """None when the model could not be asked; then ``refused`` says why."""
    judged: Judged | None
    refused: str | None = None

    @property
    def unjudged(self) -> str | None:
        """Why nothing was learned about this sample, or None where something was."""
        if self.judged is None:
            return self.refused
        for judgment in (self.judged.strict, self.judged.extracted):
            if isinstance(judgment, Unjudged):
                return judgment.cause
        return None

    def to_json(self) -> dict[str, Any]:
        """Lay the record out as a line of the journal."""
        line: dict[str, Any] = {"prompt_id": self.prompt_id, "index": self.index, "seed": self.seed}
        if self.completion is not None:
            completion = asdict(self.completion)
            line["completion"] = completion.pop("text")
            line |= completion
        line["elapsed_seconds"] = self.elapsed_seconds
        if self.judged is not None:
            line |= {
                "compiles_as_generated": self.judged.compiles_as_generated,
                "strict": judgment_record(self.judged.strict),
                "extracted": judgment_record(self.judged.extracted),
                "extraction": list(self.judged.extraction),
                "extracted_length": self.judged.extracted_length,
                "metrics": asdict(self.judged.metrics),
            }
        line["unjudged"] = self.unjudged
        return line

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> SampleRecord:
        """Read a line of the journal.

        Raises:
            KeyError, TypeError, ValueError: If the line is not one of ours.
        """
        completion = judged = None
        if "completion" in line:
            completion = Completion(
                text=line["completion"],
                token_count=line["token_count"],
                stop_reason=StopReason(line["stop_reason"]),
                generation_seconds=line["generation_seconds"],
                latency_seconds=line["latency_seconds"],
            )
        if "strict" in line:
            judged = Judged(
                compiles_as_generated=line["compiles_as_generated"],
                strict=parse_judgment(line["strict"]),
                extracted=parse_judgment(line["extracted"]),
                extraction=tuple(line["extraction"]),
                extracted_length=line["extracted_length"],
                metrics=CodeMetrics(**line["metrics"]),
            )
        return cls(
            prompt_id=line["prompt_id"],
            index=line["index"],
            seed=line["seed"],
            elapsed_seconds=line["elapsed_seconds"],
            completion=completion,
            judged=judged,
            refused=line["unjudged"] if judged is None else None,
        )
