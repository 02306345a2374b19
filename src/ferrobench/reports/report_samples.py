"""The samples of a run for a page that shows some of them at a time: columns to filter by, and texts to look at. Pure.

A browser reads the columns of all samples at once. The texts lie in blocks of some hundred samples, what rustc says at length in blocks
of their own, so that a page with many samples opens without unpacking them, and a search unpacks no more than it looks at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ferrobench.judging import (
    Compiled,
    CompilerCrashed,
    LimitHit,
    Rejected,
    Stage,
    Tested,
    TooLarge,
    Unjudged,
    is_compiled,
    stage_of,
    stage_with_tests,
)
from ferrobench.judging.stages import stage_of_error
from ferrobench.metrics.messages import missing_crate
from ferrobench.models import StopReason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ferrobench.judging import Diagnostic, Judgment, TestJudgment
    from ferrobench.results import SampleRecord

BLOCK_SAMPLES = 250
UNJUDGED = "unjudged"
STAGES = (*(stage.value for stage in Stage), UNJUDGED)
MISSING_CRATE = "missing crate"
COMPILES, PASSES, HAS_TESTS = 1, 2, 4
"""What the columns ``flags`` are made of."""
_WIDE = 0x10000


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleIndex:
    """What all samples are filtered by. Numbers in columns are places in the lists of names."""

    prompts: tuple[str, ...]
    categories: tuple[str, ...]
    codes: tuple[str, ...]
    columns: Mapping[str, Any]
    """``prompt``, ``index``, and for each reading, ``generated`` and ``extracted``: ``stage``, ``flags``, ``codes`` (a list for
    each sample), ``says`` (the first error's words, a place in ``words``)."""
    category_of: tuple[int, ...]
    """Of each prompt."""
    words: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For the page's scripts."""
        return {
            "prompts": self.prompts,
            "categories": self.categories,
            "categoryOf": self.category_of,
            "stages": STAGES,
            "codes": self.codes,
            "words": self.words,
            "columns": self.columns,
            "blockSamples": BLOCK_SAMPLES,
        }


class _Names:
    """Strings by the place of their first occurrence."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, name: str) -> int:
        return self._places.setdefault(name, len(self._places))

    def all(self) -> tuple[str, ...]:
        return tuple(self._places)


@dataclass(slots=True)
class _Reading:
    """The columns of one reading in the making."""

    stage: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    codes: list[list[int]] = field(default_factory=list)
    says: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"stage": self.stage, "flags": self.flags, "codes": self.codes, "says": self.says}


def index_samples(samples: Sequence[SampleRecord], categories: Mapping[str, str]) -> SampleIndex:
    """Lay out what samples are filtered by.

    Args:
        samples: In the order in which they are shown.
        categories: Of every prompt, by its id, in order.
    """
    prompts, groups, codes, words = _Names(), _Names(), _Names(), _Names()
    for prompt_id in categories:
        prompts.place(prompt_id)
    category_of = tuple(groups.place(category) for category in categories.values())
    generated, extracted = _Reading(), _Reading()
    for sample in samples:
        for reading, columns in (("generated", generated), ("extracted", extracted)):
            outcome = outcome_of(sample, reading)
            columns.stage.append(STAGES.index(outcome.stage))
            columns.flags.append(outcome.flags)
            columns.codes.append([codes.place(code) for code in outcome.codes])
            columns.says.append(words.place(outcome.says))
    return SampleIndex(
        prompts=prompts.all(),
        categories=groups.all(),
        codes=codes.all(),
        category_of=category_of,
        words=words.all(),
        columns={
            "prompt": [prompts.place(sample.prompt_id) for sample in samples],
            "index": [sample.index for sample in samples],
            "generated": generated.as_json(),
            "extracted": extracted.as_json(),
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one reading of a sample."""

    stage: str
    """One of :data:`STAGES`."""
    flags: int
    codes: tuple[str, ...]
    """Of its errors, each once, in the order in which they came."""
    says: str
    """In one line why it got no further; empty where nothing is to be said."""


def outcome_of(sample: SampleRecord, reading: str) -> Outcome:
    """Say what became of the reading ``generated`` or ``extracted``."""
    judged = sample.judged
    if judged is None or sample.uncompiled is not None:
        return Outcome(stage=UNJUDGED, flags=0, codes=(), says=sample.unjudged or "")
    if reading == "generated":
        # The rate asks rustc about the text as it is; the ladder also whether anything was added to the prompt.
        judgment, ladder, tests, passed = (
            judged.as_generated,
            judged.strict,
            judged.strict_tests,
            judged.passed_strict,
        )
    else:
        judgment = ladder = judged.extracted
        tests, passed = judged.extracted_tests, judged.passed
    if isinstance(ladder, Unjudged):
        return Outcome(stage=UNJUDGED, flags=0, codes=(), says=ladder.cause)
    errors = judgment.errors if isinstance(judgment, Rejected) else ()
    reached = stage_of(judgment) if isinstance(judgment, Rejected) else Stage.PARSE
    flags = (
        (COMPILES if is_compiled(judgment) else 0)
        | (PASSES if passed else 0)
        | (HAS_TESTS if judged.has_tests else 0)
    )
    return Outcome(
        stage=stage_with_tests(ladder, tests).value,
        flags=flags,
        codes=tuple(dict.fromkeys(code_label(error, reached) for error in errors)),
        says=_one_line(judgment, tests),
    )


def code_label(error: Diagnostic, reached: Stage) -> str:
    """The code of an error, such as ``E0308``; where it has none, what stands for one, such as ``no code (lex)``."""
    if missing_crate(error) is not None:
        return MISSING_CRATE
    if error.code is not None:
        return error.code
    stage = stage_of_error(None, error.message) or max(reached, Stage.PARSE, key=lambda one: one.rank)
    return f"no code ({stage.value})"


def _one_line(judgment: Judgment, tests: TestJudgment | None) -> str:
    match judgment:
        case Rejected(errors=(first, *_)):
            return first.message
        case CompilerCrashed():
            return "rustc crashed"
        case LimitHit(limit=limit):
            return f"rustc reached its limit of {limit.value}"
        case TooLarge(size_bytes=size):
            return f"too large to compile: {size} bytes"
        case Compiled():
            return _test_line(tests)
        case _:
            return ""


def _test_line(tests: TestJudgment | None) -> str:
    match tests:
        case Tested(all_held=True):
            return "all tests hold"
        case Tested(limit=limit) if limit is not None:
            return f"tests reached their limit of {limit.value}"
        case Tested(failure=failure) if failure is not None:
            return f"tests: {failure.value.replace('_', ' ')}"
        case Unjudged(cause=cause):
            return cause
        case _:
            return "compiles"


def text_blocks(samples: Sequence[SampleRecord], texts: Mapping[str, str]) -> Iterator[list[Any]]:
    """The texts of samples and where rustc complains, in blocks.

    Each sample is a list: its completion or whole program, what the extracted reading keeps, whether it is a program, and the
    diagnostics of both readings; of the extracted one null where they are the same.

    Args:
        samples: In the order of the index.
        texts: Of the prompts, by their ids.
    """
    return _blocks(samples, lambda sample: _text_entry(sample, texts.get(sample.prompt_id, "")))


def detail_blocks(samples: Sequence[SampleRecord]) -> Iterator[list[Any]]:
    """What is shown of a sample on demand: facts, and all that rustc says; in the same blocks."""
    return _blocks(samples, _detail_entry)


def _blocks(samples: Sequence[SampleRecord], entry: Any) -> Iterator[list[Any]]:
    for start in range(0, len(samples), BLOCK_SAMPLES):
        yield [entry(sample) for sample in samples[start : start + BLOCK_SAMPLES]]


def _text_entry(sample: SampleRecord, prompt: str) -> list[Any]:
    completion, judged = sample.completion, sample.judged
    if completion is None:
        return ["", None, 0, [], None]
    kept: str | int | None = None
    if judged is not None:
        kept = judged.extracted_text
        if kept is None and judged.extracted_length is not None:
            kept = _units(completion.whole_text(prompt)[: judged.extracted_length])
    generated, extracted = _judgments(sample)
    return [
        completion.text,
        kept,
        int(completion.is_program),
        [_place_entry(one) for one in _diagnostics(generated)],
        None if extracted == generated else [_place_entry(one) for one in _diagnostics(extracted)],
    ]


def _units(text: str) -> int:
    """How long scripts say that a text is: what lies beyond the first plane counts twice."""
    return len(text) + sum(ord(c) >= _WIDE for c in text) if not text.isascii() else len(text)


def _judgments(sample: SampleRecord) -> tuple[Judgment | None, Judgment | None]:
    judged = sample.judged
    return (None, None) if judged is None else (judged.as_generated, judged.extracted)


def _diagnostics(judgment: Judgment | None) -> tuple[Diagnostic, ...]:
    match judgment:
        case Rejected(errors=errors, warnings=warnings):
            return (*errors, *warnings)
        case Compiled(warnings=warnings):
            return warnings
        case _:
            return ()


def _place_entry(one: Diagnostic) -> list[Any]:
    is_warning = int(one.level == "warning")
    return [is_warning, one.code, one.message, one.line, one.column, one.end_line, one.end_column]


def _detail_entry(sample: SampleRecord) -> list[Any]:
    generated, extracted = _judgments(sample)
    return [
        _facts(sample),
        [_words_entry(one) for one in _diagnostics(generated)],
        None if extracted == generated else [_words_entry(one) for one in _diagnostics(extracted)],
    ]


def _words_entry(one: Diagnostic) -> list[Any]:
    return [one.rendered, [[note.level, note.message] for note in one.notes]]


def _facts(sample: SampleRecord) -> list[tuple[str, str]]:
    """Titles and values, in the order in which they are shown."""
    facts: list[tuple[str, str]] = [("seed", str(sample.seed))]
    if sample.completion is not None and sample.completion.stop_reason is not StopReason.READY:
        facts += [
            ("tokens", str(sample.completion.token_count)),
            ("ended", sample.completion.stop_reason.value),
            ("latency", f"{1000.0 * sample.completion.latency_seconds:.0f} ms"),
        ]
    judged = sample.judged
    if judged is None:
        return [*facts, ("not judged", sample.refused or "")]
    if judged.extraction:
        facts.append(("extraction", ", ".join(judged.extraction)))
    for name, tests in (("tests", judged.extracted_tests), ("tests as generated", judged.strict_tests)):
        if isinstance(tests, Tested) and (name == "tests" or tests != judged.extracted_tests):
            facts.append((name, _test_words(tests)))
    if isinstance(judged.extracted, CompilerCrashed):
        facts.append(("rustc crashed", judged.extracted.detail))
    if sample.unjudged is not None:
        facts.append(("not judged", sample.unjudged))
    return facts


def _test_words(tests: Tested) -> str:
    words = [f"{tests.passed} held, {tests.failed} did not", f"{tests.cpu_seconds:.2f} s of CPU"]
    if tests.near_limit:
        words.append("near its time limit")
    if tests.proof.value == "in-process":
        words.append("in the sample's own process")
    if tests.detail:
        words.append(tests.detail)
    return "; ".join(words)
