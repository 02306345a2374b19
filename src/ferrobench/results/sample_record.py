"""One finished sample: what was drawn, what judging said, what was counted. A line of the journal."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ferrobench.judging import (
    AssistedReading,
    Judgment,
    LintReport,
    Tested,
    TestJudgment,
    Unjudged,
    is_compiled,
    judgment_record,
    lint_record,
    parse_judgment,
    parse_lint,
    parse_tests,
    tested_record,
)
from ferrobench.metrics import CodeMetrics
from ferrobench.models import Completion, StopReason, is_model_limit

if TYPE_CHECKING:
    from ferrobench.judging import SampleJudgment


# Of a log-probability or an entropy, in the journal: far finer than what any metric of them can tell.
LOGPROB_DIGITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What judging and counting gave for a completion."""

    as_generated: Judgment
    """rustc's word on prompt plus completion, however little was added."""
    strict: Judgment
    extracted: Judgment
    extraction: tuple[str, ...]
    extracted_length: int | None
    """Characters of prompt plus completion, or of a whole program, that the extracted reading keeps; None when nothing of
    the model is left, or when its text is no beginning of them."""
    metrics: CodeMetrics
    extracted_text: str | None = None
    """The extracted program where it is no beginning of prompt plus completion."""
    lint: LintReport | None = None
    """Of the extracted reading; None where nobody asked, or nothing is left to lint."""
    has_tests: bool = False
    """Whether the prompt has hidden tests, so that what does not compile fails them."""
    strict_tests: TestJudgment | None = None
    """What the hidden tests say; None where there are none, or the text does not compile."""
    extracted_tests: TestJudgment | None = None
    assisted: AssistedReading | None = None
    """None where nobody asked."""

    @classmethod
    def of(
        cls,
        judgment: SampleJudgment,
        metrics: CodeMetrics,
        lint: LintReport | None = None,
        *,
        has_tests: bool = False,
    ) -> Judged:
        """Keep what a record needs of a judgment."""
        return cls(
            as_generated=judgment.as_generated,
            strict=judgment.strict,
            extracted=judgment.extracted,
            extraction=judgment.extraction,
            extracted_length=judgment.kept_length,
            extracted_text=judgment.extracted_text if judgment.kept_length is None else None,
            metrics=metrics,
            lint=lint,
            has_tests=has_tests,
            strict_tests=judgment.strict_tests,
            extracted_tests=judgment.extracted_tests,
            assisted=judgment.assisted,
        )

    @property
    def passed(self) -> bool | None:
        """Whether the extracted reading passes the hidden tests; None without tests, or where we failed to run them."""
        return _passed(self.extracted, self.extracted_tests, has_tests=self.has_tests)

    @property
    def passed_strict(self) -> bool | None:
        """As ``passed``, of the strict reading."""
        return _passed(self.strict, self.strict_tests, has_tests=self.has_tests)

    @property
    def passed_assisted(self) -> bool | None:
        """As ``passed``, of the assisted reading; None where nobody asked for it."""
        if self.assisted is None:
            return None
        return _passed(self.assisted.judgment, self.assisted.tests, has_tests=self.has_tests)

    @property
    def compiles_as_generated(self) -> bool | None:
        """The original's measure of success; None when it was not judged."""
        return is_compiled(self.as_generated)


def _passed(judgment: Judgment, tests: TestJudgment | None, *, has_tests: bool) -> bool | None:
    if not has_tests or isinstance(judgment, Unjudged):
        return None
    if is_compiled(judgment):
        return tests.all_held if isinstance(tests, Tested) else None
    return False


def _parse_assisted(record: dict[str, Any]) -> AssistedReading:
    return AssistedReading(
        text=record.get("text"),
        rules=tuple(record.get("repairs", ())),
        judgment=parse_judgment(record),
        tests=parse_tests(record),
    )


class _Line(BaseModel):
    """The types of a line; what is in the readings is checked when they are parsed."""

    model_config = ConfigDict(strict=True)

    prompt_id: str
    index: Annotated[int, Field(ge=0)]
    seed: int
    elapsed_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    completion: str | None = None
    is_program: bool = False
    token_count: Annotated[int, Field(ge=0)] = 0
    stop_reason: str = ""
    logprobs: list[float] | None = None
    entropies: list[float] | None = None
    generation_seconds: float = 0.0
    latency_seconds: float = 0.0
    as_generated: dict[str, Any] | None = None
    strict: dict[str, Any] | None = None
    extracted: dict[str, Any] = {}
    extraction: list[str] = []
    extracted_length: int | None = None
    extracted_text: str | None = None
    metrics: dict[str, Any] | None = None
    lint: dict[str, Any] | None = None
    has_tests: bool = False
    assisted: dict[str, Any] | None = None
    unjudged: str | None = None


_METRICS = TypeAdapter(CodeMetrics)


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
    def uncompiled(self) -> str | None:
        """Why it is not known whether this sample compiles, or None where it is."""
        if self.judged is None:
            return self.refused
        for judgment in (self.judged.as_generated, self.judged.extracted):
            if isinstance(judgment, Unjudged):
                return judgment.cause
        return None

    @property
    def beyond_model(self) -> bool:
        """Whether nothing was drawn, since the model has no room for the prompt."""
        return self.refused is not None and is_model_limit(self.refused)

    @property
    def unjudged(self) -> str | None:
        """Why something that was asked is not known about this sample, or None where all is."""
        if self.uncompiled is not None or self.judged is None:
            return self.uncompiled
        assisted = self.judged.assisted
        further = () if assisted is None else (assisted.judgment, assisted.tests)
        for found in (self.judged.strict_tests, self.judged.extracted_tests, *further):
            if isinstance(found, Unjudged):
                return found.cause
        return None

    def to_json(self) -> dict[str, Any]:
        """Lay the record out as a line of the journal."""
        line: dict[str, Any] = {"prompt_id": self.prompt_id, "index": self.index, "seed": self.seed}
        if self.completion is not None:
            completion = asdict(self.completion)
            line["completion"] = completion.pop("text")
            if not self.completion.is_program:
                del completion["is_program"]
            for key in ("logprobs", "entropies"):
                numbers = completion.pop(key)
                if numbers is not None:
                    completion[key] = [round(number, LOGPROB_DIGITS) for number in numbers]
            line |= completion
        line["elapsed_seconds"] = self.elapsed_seconds
        if self.judged is not None:
            line |= {
                "compiles_as_generated": self.judged.compiles_as_generated,
                "strict": tested_record(
                    self.judged.strict, self.judged.strict_tests, has_tests=self.judged.has_tests
                ),
                "extracted": tested_record(
                    self.judged.extracted, self.judged.extracted_tests, has_tests=self.judged.has_tests
                ),
                "extraction": list(self.judged.extraction),
                "extracted_length": self.judged.extracted_length,
                "metrics": asdict(self.judged.metrics),
            }
            if self.judged.extracted_text is not None:
                line["extracted_text"] = self.judged.extracted_text
            if self.judged.lint is not None:
                line["lint"] = lint_record(self.judged.lint)
            line["has_tests"] = self.judged.has_tests
            if (assisted := self.judged.assisted) is not None:
                record = tested_record(assisted.judgment, assisted.tests, has_tests=self.judged.has_tests)
                line["assisted"] = record | {"text": assisted.text, "repairs": list(assisted.rules)}
            if self.judged.as_generated != self.judged.strict:
                # Only where an answer that adds nothing is no answer, although rustc has its word on the text.
                line["as_generated"] = judgment_record(self.judged.as_generated)
        line["unjudged"] = self.unjudged
        return line

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> SampleRecord:
        """Read a line of the journal.

        Raises:
            InputError, TypeError, ValueError: If the line is not one of ours.
        """
        read = _Line.model_validate(line)
        completion = judged = None
        if read.completion is not None:
            completion = Completion(
                text=read.completion,
                is_program=read.is_program,
                token_count=read.token_count,
                stop_reason=StopReason(read.stop_reason),
                logprobs=None if read.logprobs is None else tuple(read.logprobs),
                entropies=None if read.entropies is None else tuple(read.entropies),
                generation_seconds=read.generation_seconds,
                latency_seconds=read.latency_seconds,
            )
        if read.strict is not None:
            judged = Judged(
                as_generated=parse_judgment(read.as_generated or read.strict),
                strict=parse_judgment(read.strict),
                extracted=parse_judgment(read.extracted),
                extraction=tuple(read.extraction),
                extracted_length=read.extracted_length,
                extracted_text=read.extracted_text,
                metrics=_METRICS.validate_python(read.metrics),
                lint=None if read.lint is None else parse_lint(read.lint),
                has_tests=read.has_tests,
                strict_tests=parse_tests(read.strict),
                extracted_tests=parse_tests(read.extracted),
                assisted=None if read.assisted is None else _parse_assisted(read.assisted),
            )
        return cls(
            prompt_id=read.prompt_id,
            index=read.index,
            seed=read.seed,
            elapsed_seconds=read.elapsed_seconds,
            completion=completion,
            judged=judged,
            refused=read.unjudged if judged is None else None,
        )
