"""Judging ready code or completions from a JSONL file, line by line, without a model.

A second wiring of the rooms beside ``evaluate``: input lines, the judge, and one record for each line, in input order
and in bounded memory.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ferrobench.judging import Judgment, SampleJudgment, Unjudged, judgment_record, text_parses
from ferrobench.metrics import measure_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from ferrobench.judging import Judge
    from ferrobench.prompts import Prompt, Suite

# In the order in which they win: a solution is a whole program, as EvalPlus has it.
COMPLETION_KEYS = ("solution", "completion", "generation")
READING_KEYS = ("compiled", "stage", "errors", "tests", "passed")


@dataclass(slots=True)
class FileCounts:
    """What was judged so far."""

    lines: int = 0
    compiled: int = 0
    unjudged: int = 0
    malformed: int = 0
    """Lines that are not what they should be; they are unjudged too."""


class _MalformedError(Exception):
    """A line is not what it should be; the others are judged all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One input line, understood."""

    id: Any
    rest: dict[str, Any]
    """The other keys, handed through."""


@dataclass(slots=True)
class FileJudge:
    """Judges the lines of one file."""

    judge: Judge
    suites: Sequence[Suite]
    in_flight: int
    """How many lines may be under way at once: all the memory that is used."""
    counts: FileCounts = field(default_factory=FileCounts)
    _numbers: Counter[str] = field(default_factory=Counter)
    _prompts: dict[str, list[Prompt]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for suite in self.suites:
            for prompt in suite.prompts:
                for name in {prompt.id, prompt.name}:
                    self._prompts.setdefault(name, []).append(prompt)

    def judge_lines(self, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
        """Yield one record for each line that is not blank, in input order."""
        pending: deque[Callable[[], dict[str, Any]]] = deque()
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            pending.append(self._submit(number, line))
            if len(pending) >= self.in_flight:
                yield self._count(pending.popleft()())
        while pending:
            yield self._count(pending.popleft()())

    def _count(self, record: dict[str, Any]) -> dict[str, Any]:
        self.counts.lines += 1
        self.counts.compiled += record["compiled"] is True
        self.counts.unjudged += record["unjudged"] is not None
        return record

    def _submit(self, number: int, line: bytes) -> Callable[[], dict[str, Any]]:
        """Start judging a line; what is returned waits for its record."""
        document: dict[str, Any] = {}
        try:
            found = json.loads(line, parse_constant=_refuse_constant)
            if not isinstance(found, dict):
                raise _MalformedError(f"expected a JSON object, found {type(found).__name__}")
            document = found
            return self._understand(number, document)
        except _MalformedError as fault:
            return partial(self._malformed, number, document, str(fault))
        except (ValueError, RecursionError) as error:
            return partial(self._malformed, number, document, f"not JSON: {error}")

    def _understand(self, number: int, document: dict[str, Any]) -> Callable[[], dict[str, Any]]:
        if "code" in document:
            code = _text(document, "code")
            return partial(
                _code_record, self._line(number, document, "code"), code, self.judge.submit_code(code)
            )
        key = next((key for key in COMPLETION_KEYS if key in document), None)
        if key is None:
            raise _MalformedError("expected code, or task_id and completion (generation, solution)")
        text, task = _text(document, key), _text(document, "task_id")
        if not self.suites:
            raise _MalformedError(f"{key} needs the prompt that it answers; name its suite with --suite")
        prompts = self._prompts.get(task, ())
        if not prompts:
            raise _MalformedError(f"task_id: no suite has a prompt {task!r}")
        if len(prompts) > 1:
            raise _MalformedError(
                f"task_id: {task!r} is ambiguous: {', '.join(prompt.id for prompt in prompts)}"
            )
        prompt = prompts[0]
        entry = self._line(number, document, key)
        if key == "solution" and not text.startswith(prompt.text):
            return partial(_code_record, entry, text, self.judge.submit_code(text, prompt.prelude))
        completion = text.removeprefix(prompt.text) if key == "solution" else text
        return partial(_completion_record, entry, self.judge.submit_completion(prompt, completion))

    def _line(self, number: int, document: dict[str, Any], text_key: str | None) -> _Line:
        name = document.get("id")
        if name is None and isinstance(task := document.get("task_id"), str):
            name = f"{task}#{self._numbers[task]}"
            self._numbers[task] += 1
        rest = {key: value for key, value in document.items() if key not in {"id", text_key}}
        return _Line(id=number if name is None else name, rest=rest)

    def _malformed(self, number: int, document: dict[str, Any], fault: str) -> dict[str, Any]:
        self.counts.malformed += 1
        cause = Unjudged(cause=f"line {number}: {fault}")
        entry = self._line(number, document, text_key=None)
        return _record(entry, cause, metrics=None, extraction=(), strict=cause)


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _text(document: dict[str, Any], key: str) -> str:
    found = document.get(key)
    if not isinstance(found, str):
        raise _MalformedError(
            f"{key}: expected a string, found {'nothing' if found is None else type(found).__name__}"
        )
    return found


def _code_record(entry: _Line, code: str, future: Future[Judgment]) -> dict[str, Any]:
    judgment = future.result()
    metrics = asdict(measure_code(code, parses=text_parses(judgment)))
    return _record(entry, judgment, metrics=metrics, extraction=(), strict=judgment)


def _completion_record(entry: _Line, future: Future[SampleJudgment]) -> dict[str, Any]:
    judgment = future.result()
    metrics = asdict(measure_code(judgment.strict_text, parses=judgment.parses))
    return _record(
        entry, judgment.extracted, metrics=metrics, extraction=judgment.extraction, strict=judgment.strict
    )


def _record(
    entry: _Line,
    judgment: Judgment,
    *,
    metrics: dict[str, Any] | None,
    extraction: tuple[str, ...],
    strict: Judgment,
) -> dict[str, Any]:
    strict_record = judgment_record(strict)
    return {
        "id": entry.id,
        **judgment_record(judgment),
        "metrics": metrics,
        "extraction": list(extraction),
        "strict": {key: strict_record[key] for key in READING_KEYS},
        "assisted": None,
        "input": entry.rest,
    }
