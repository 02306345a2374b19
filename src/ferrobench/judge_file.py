"""Judging ready code or completions from a JSONL file, line by line, without a model.

A second wiring of the rooms beside ``evaluate``: input lines, the judge, and one record for each line, in input order
and in bounded memory. The records are the whole state: whoever goes on with a file that was left unfinished gives the
records that are there, and the same input.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ferrobench.errors import InputError
from ferrobench.judging import (
    Judgment,
    SampleJudgment,
    TestedProgram,
    Unjudged,
    is_suite_fault,
    judgment_record,
    lint_record,
    parse_judgment,
    parse_lint,
    strict_reading,
    tested_record,
    text_parses,
)
from ferrobench.metrics import ErrorGroups, count_lines, measure_code
from ferrobench.models.ready.answer import AnswerReader, MalformedAnswerError, parse_object, text_of
from ferrobench.prompts import JudgeMode
from ferrobench.reports import VerdictSummary
from ferrobench.results import LintTally, StageCounts, list_error_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from ferrobench.evaluate import LintPool
    from ferrobench.judging import AssistedReading, Judge, LintReport
    from ferrobench.prompts import Prompt, Suite

READING_KEYS = ("compiled", "stage", "errors", "tests", "passed")
BYTES_IN_FLIGHT = 64 * 1024 * 1024
"""How much input may be under way at once. One line may be larger, and is judged alone then."""


def lines_in_flight(workers: int) -> int:
    """How many lines to have under way at once, so that none of *workers* rustc runs short of what may share one."""
    return max(1024, 512 * workers)


@dataclass(slots=True)
class FileTally:
    """What was judged so far, in an earlier sitting too. Its size does not grow with the lines."""

    lines: int = 0
    judged: int = 0
    """Lines of which it is known whether they compile, though their tests may not have been run."""
    compiled: int = 0
    tested: int = 0
    """Lines of which the hidden tests say something: what does not compile fails them."""
    passed: int = 0
    unjudged: int = 0
    suite_faults: int = 0
    """Unjudged lines whose suite is to blame."""
    malformed: int = 0
    """Lines that are not what they should be; they are unjudged too."""
    completions: int = 0
    """Lines with more than one reading."""
    input_bytes: int = 0
    """Where in the input the last of these lines ends."""
    _strict: Counter[str] = field(default_factory=Counter)
    _extracted: Counter[str] = field(default_factory=Counter)
    _errors: ErrorGroups[tuple[str, int]] = field(default_factory=ErrorGroups)
    _lint: LintTally = field(default_factory=LintTally)
    _linted: bool = False

    def summary(self) -> VerdictSummary:
        """Lay the figures out for people."""
        stages = StageCounts(as_generated=dict(self._strict), extracted=dict(self._extracted))
        return VerdictSummary(
            stages=stages,
            has_readings=self.completions > 0,
            error_groups=list_error_groups(self._errors)[0],
            lint=self._lint.summary() if self._linted else None,
        )

    def _add(
        self, line: _Line, record: dict[str, Any], strict: Judgment | None, lint: LintReport | None
    ) -> None:
        self.lines += 1
        self.input_bytes = line.end
        self.judged += record["compiled"] is not None
        self.compiled += record["compiled"] is True
        self.tested += record["passed"] is not None
        self.passed += record["passed"] is True
        self.malformed += line.fault is not None
        self.completions += line.prompt is not None and not line.is_program
        if record["unjudged"] is not None:
            self.unjudged += 1
            self.suite_faults += is_suite_fault(record["unjudged"])
        if record["stage"] is not None:
            self._extracted[record["stage"]] += 1
        if record["strict"]["stage"] is not None:
            self._strict[record["strict"]["stage"]] += 1
        if strict is not None:
            self._errors.add(strict, line.text, ("line", line.number))
        if lint is not None:
            self._linted = True
            self._lint.add(lint)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One input line, understood."""

    number: int
    """From 1, blank lines included."""
    size: int
    """Bytes."""
    end: int
    """Bytes of the input up to the end of this line."""
    id: Any
    rest: dict[str, Any]
    """The other keys, handed through."""
    fault: str | None = None
    """Why it cannot be judged; the rest is arbitrary then."""
    text: str = ""
    """What the strict reading judges, but for what a format's stop rule has cut and judging puts back."""
    prompt: Prompt | None = None
    """What it answers; None for code."""
    is_program: bool = True
    """Whether nothing of it is cut: code, or a solution that words its prompt in its own way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """A line on its way to its record."""

    line: _Line
    judged: Future[Judgment] | Future[SampleJudgment] | Future[TestedProgram] | None
    """None for a line that cannot be judged."""
    linted: Future[LintReport | None] | None = None

    @property
    def is_done(self) -> bool:
        return all(future is None or future.done() for future in (self.judged, self.linted))


@dataclass(slots=True)
class FileJudge:
    """Judges the lines of one file."""

    judge: Judge
    suites: Sequence[Suite]
    in_flight: int
    """How many lines may be under way at once. With :data:`BYTES_IN_FLIGHT`, all the memory that is used."""
    lints: LintPool | None = None
    """What lints each line too."""
    tally: FileTally = field(default_factory=FileTally)
    _number: int = 0
    _end: int = 0
    _numbers: Counter[str] = field(default_factory=Counter)
    _answers: AnswerReader = field(init=False)

    def __post_init__(self) -> None:
        self._answers = AnswerReader(self.suites)

    def skip_finished(self, lines: Iterator[bytes], finished: Iterable[bytes], name: str) -> int:
        """Take over the records of an earlier sitting, and pass the lines that they were made from.

        Args:
            lines: The input, which :meth:`judge_lines` goes on with.
            finished: The lines of the output. A last one without an end was torn by a kill, and is no record.
            name: What messages call the output.

        Returns:
            How many bytes of the output are whole records.

        Raises:
            InputError: A record is damaged, or was not made from its line of the input. Names the line and what differs.
        """
        size = 0
        for place, old in enumerate(finished, start=1):
            if not old.endswith(b"\n"):
                break
            line = self._next(lines)
            if line is None:
                raise InputError(
                    f"{name}: line {place}: the input ends before it; expected the input that these verdicts are of"
                )
            try:
                record = json.loads(old)
                difference = _difference(record, line)
                if difference is None:
                    self.tally._add(line, record, _strict_of(record), _lint_of(record))
            except (InputError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                words = " ".join(str(error).split())[:200]
                raise InputError(f"{name}: line {place} is no verdict: {words}") from error
            if difference is not None:
                raise InputError(
                    f"{name}: line {place} was not made from line {line.number} of the input: {difference}"
                )
            size += len(old)
        return size

    def judge_lines(self, lines: Iterator[bytes]) -> Iterator[dict[str, Any]]:
        """Yield one record for each line that is not blank, in input order."""
        pending: deque[_Pending] = deque()
        size = 0
        while (line := self._next(lines)) is not None:
            pending.append(self._submit(line))
            size += line.size
            while pending and (
                pending[0].is_done or len(pending) >= self.in_flight or size > BYTES_IN_FLIGHT
            ):
                first = pending.popleft()
                size -= first.line.size
                yield self._finish(first)
        while pending:
            yield self._finish(pending.popleft())

    def _next(self, lines: Iterator[bytes]) -> _Line | None:
        """Understand the next line that is not blank; None at the end."""
        for raw in lines:
            self._number += 1
            self._end += len(raw)
            if raw.strip():
                return self._understand(raw)
        return None

    def _understand(self, raw: bytes) -> _Line:
        document: dict[str, Any] = {}
        try:
            document = parse_object(raw)
            if "code" in document:
                return self._line(raw, document, "code", text=text_of(document, "code"))
            answer = self._answers.understand(document)
        except MalformedAnswerError as fault:
            return self._line(raw, document, None, fault=str(fault))
        return self._line(
            raw,
            document,
            answer.key,
            text=answer.strict_text,
            prompt=answer.prompt,
            is_program=answer.is_program,
        )

    def _line(self, raw: bytes, document: dict[str, Any], text_key: str | None, **known: Any) -> _Line:
        name = document.get("id")
        if name is None and isinstance(task := document.get("task_id"), str):
            name = f"{task}#{self._numbers[task]}"
            self._numbers[task] += 1
        rest = {key: value for key, value in document.items() if key not in {"id", text_key}}
        return _Line(
            number=self._number,
            size=len(raw),
            end=self._end,
            id=self._number if name is None else name,
            rest=rest,
            **known,
        )

    def _submit(self, line: _Line) -> _Pending:
        if line.fault is not None:
            return _Pending(line=line, judged=None)
        prompt = line.prompt
        if prompt is not None and not line.is_program:
            answered = self.judge.submit_completion(prompt, line.text[len(prompt.text) :])
            linted = None if self.lints is None else self.lints.follow_completion(prompt, answered)
            return _Pending(line=line, judged=answered, linted=linted)
        if prompt is not None:
            tested = self.judge.submit_tested(prompt, line.text)
            linted = (
                None
                if self.lints is None
                else self.lints.follow(tested, lambda found: (line.text, prompt.prelude, found.judgment))
            )
            return _Pending(line=line, judged=tested, linted=linted)
        judged = self.judge.submit_code(line.text)
        if self.lints is None:
            return _Pending(line=line, judged=judged)
        linted = self.lints.follow(judged, lambda judgment: (line.text, "", judgment))
        return _Pending(line=line, judged=judged, linted=linted)

    def _finish(self, pending: _Pending) -> dict[str, Any]:
        line = pending.line
        found = Unjudged(cause=_fault(line)) if pending.judged is None else pending.judged.result()
        has_tests = line.prompt is not None and line.prompt.judge is JudgeMode.TESTS
        extraction: tuple[str, ...] = ()
        assisted: AssistedReading | None = None
        text = line.text
        match found:
            case SampleJudgment():
                assisted, text = found.assisted, found.strict_text
                strict, parses, extraction = found.strict, found.parses, found.extraction
                record = tested_record(found.extracted, found.extracted_tests, has_tests=has_tests)
                strict_record = tested_record(strict, found.strict_tests, has_tests=has_tests)
            case TestedProgram(judgment=strict, tests=tests):
                parses = text_parses(strict)
                record = strict_record = tested_record(strict, tests, has_tests=has_tests)
            case strict:
                parses = text_parses(strict)
                record = strict_record = judgment_record(strict)
        lint = None if pending.linted is None else pending.linted.result()
        # The same input gives the same output, to the last byte.
        record.pop("cpu_seconds", None)
        record = {
            "id": line.id,
            **record,
            "metrics": None if line.fault is not None else asdict(measure_code(text, parses=parses)),
            **({} if self.lints is None else {"lint": None if lint is None else lint_record(lint)}),
            "extraction": list(extraction),
            "strict": {key: strict_record[key] for key in READING_KEYS},
            "assisted": None if assisted is None else _assisted_record(assisted, has_tests=has_tests),
            "input": line.rest,
        }
        self.tally._add(line, record, strict, lint)
        return record


def _assisted_record(assisted: AssistedReading, *, has_tests: bool) -> dict[str, Any]:
    record = tested_record(assisted.judgment, assisted.tests, has_tests=has_tests)
    unjudged = {} if record["unjudged"] is None else {"unjudged": record["unjudged"]}
    return {key: record[key] for key in READING_KEYS} | unjudged | {"repairs": list(assisted.rules)}


def _fault(line: _Line) -> str:
    return f"line {line.number}: {line.fault}"


def _strict_text(line: _Line) -> str:
    """What the strict reading of a line is of: with what its format's stop rule has cut where that is put back."""
    if line.prompt is None or line.is_program:
        return line.text
    return strict_reading(line.prompt, line.text[len(line.prompt.text) :]).text or ""


def _difference(record: dict[str, Any], line: _Line) -> str | None:
    """Say in what a record is not of a line, as far as a record tells."""
    if record["id"] != line.id:
        return f"its id is {record['id']!r}, there it is {line.id!r}"
    if record["input"] != line.rest:
        return "its other keys differ"
    if line.fault is not None and record["unjudged"] != _fault(line):
        return f"it could be judged, which that cannot: {line.fault}"
    if line.fault is None and record["metrics"] is None:
        return f"it could not be judged: {record['unjudged']}"
    if line.fault is None and record["metrics"]["lines"] != count_lines(_strict_text(line)):
        return "its text has another number of lines"
    return None


def _strict_of(record: dict[str, Any]) -> Judgment | None:
    """The refusal of a finished line, the only judgment of which a summary shows more than its stage."""
    strict = record["strict"]
    if not strict["errors"]:
        return None
    return parse_judgment({**strict, "warnings": [], "reason": "compile_error", "limit": None})


def _lint_of(record: dict[str, Any]) -> LintReport | None:
    return parse_lint(record["lint"]) if record.get("lint") is not None else None
