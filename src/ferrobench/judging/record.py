"""The JSON form of a judgment, as journals, results and ``ferrobench judge`` write it, and the way back.

One flat record whatever the judgment: ``compiled`` and ``stage`` always say how far the program got, ``reason`` or ``limit``
says why no further, and ``unjudged`` says that we failed, in which case nothing else is said. Runs are resumed and reports
are made from these records, so nothing of a judgment is lost in them.
"""

from __future__ import annotations

from typing import Any, assert_never

from ferrobench.errors import InputError
from ferrobench.judging.verdict import (
    Compiled,
    CompilerCrashed,
    Diagnostic,
    Empty,
    Failure,
    Judgment,
    Limit,
    LimitHit,
    Note,
    Proof,
    Rejected,
    Stage,
    Tested,
    TooLarge,
    Unjudged,
    Verdict,
    stage_of,
)

COMPILE_ERROR = "compile_error"
COMPILER_CRASH = "compiler_crash"
TOO_LARGE = "too_large"


def judgment_record(judgment: Judgment) -> dict[str, Any]:  # noqa: PLR0911 (one return per judgment)
    """Turn *judgment* into its record, ready for ``json.dumps``."""
    match judgment:
        case Compiled(warnings=warnings):
            return _record(True, Stage.COMPILED, warnings=warnings)
        case Rejected(stage=stage, errors=errors, warnings=warnings):
            return _record(False, stage, errors=errors, warnings=warnings, reason=COMPILE_ERROR)
        case CompilerCrashed(stage=stage, detail=detail):
            return _record(False, stage, reason=COMPILER_CRASH) | {"detail": detail}
        case LimitHit(limit=limit, stage=stage):
            return _record(False, stage, limit=limit)
        case TooLarge(size_bytes=size_bytes):
            return _record(False, Stage.LEX, reason=TOO_LARGE) | {"size_bytes": size_bytes}
        case Empty():
            return _record(False, Stage.EMPTY)
        case Unjudged(cause=cause):
            return _record(None, None) | {"unjudged": cause}
        case _:
            assert_never(judgment)


def tested_record(judgment: Judgment, tests: Tested | Unjudged | None, *, has_tests: bool) -> dict[str, Any]:
    """Turn a judgment and what hidden tests say into one record.

    With *has_tests*, what does not compile did not pass either. ``stage`` goes on behind ``compiled``: ``run`` for what ran and
    did not hold, ``tested`` for what passed.
    """
    record = judgment_record(judgment)
    if has_tests and not isinstance(judgment, Unjudged):
        record["passed"] = False
    match tests:
        case None:
            if isinstance(judgment, Compiled):
                record["passed"] = None
        case Unjudged(cause=cause):
            record |= {"passed": None, "unjudged": cause}
        case Tested():
            record |= {
                "stage": Stage.COMPILED.value
                if isinstance(judgment, Unjudged)
                else stage_with_tests(judgment, tests).value,
                "tests": {"passed": tests.passed, "failed": tests.failed},
                "passed": tests.all_held,
                "reason": None if tests.failure is None else tests.failure.value,
                "limit": None if tests.limit is None else tests.limit.value,
                "proof": tests.proof.value,
                "detail": tests.detail,
                "cpu_seconds": tests.cpu_seconds,
                "near_limit": tests.near_limit,
            }
        case _:
            assert_never(tests)
    return record


def stage_with_tests(judgment: Verdict, tests: Tested | Unjudged | None) -> Stage:
    """Say how far a program got, its tests included: ``run`` if some did not hold, ``tested`` if all did."""
    if not isinstance(tests, Tested) or tests.failure is Failure.NO_ENTRY_POINT:
        return stage_of(judgment)
    return Stage.TESTED if tests.all_held else Stage.RUN


def parse_tests(record: dict[str, Any]) -> Tested | Unjudged | None:
    """Turn a record back into what its tests said.

    Raises:
        InputError: It is no record of tests; the message names the key.
    """
    try:
        if not record["compiled"]:
            return None
        if record["unjudged"] is not None:
            return Unjudged(cause=str(record["unjudged"]))
        if record["proof"] is None:
            return None
        return Tested(
            passed=int(record["tests"]["passed"]),
            failed=int(record["tests"]["failed"]),
            failure=None if record["reason"] is None else Failure(record["reason"]),
            limit=None if record["limit"] is None else Limit(record["limit"]),
            proof=Proof(record["proof"]),
            detail=record["detail"],
            cpu_seconds=float(record["cpu_seconds"]),
            near_limit=bool(record["near_limit"]),
        )
    except KeyError as error:
        raise InputError(f"record of tests: key {error.args[0]!r} is missing") from error
    except (ValueError, TypeError) as error:
        raise InputError(f"record of tests: {error}") from error


def parse_judgment(record: dict[str, Any]) -> Judgment:
    """Turn a record back into the judgment it was made from. Keys that are not a judgment's own are ignored.

    Raises:
        InputError: It is no record of a judgment; the message names the key.
    """
    try:
        return _parse(record)
    except KeyError as error:
        raise InputError(f"judgment record: key {error.args[0]!r} is missing") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError(f"judgment record: {error}") from error


def _parse(record: dict[str, Any]) -> Judgment:  # noqa: PLR0911 (one return per judgment)
    cause = record.get("unjudged")
    if cause is not None and not record["compiled"]:
        return Unjudged(cause=str(cause))
    stage = Stage(record["stage"])
    if record["compiled"]:
        return Compiled(warnings=_parse_all(record["warnings"], "warning"))
    if record["limit"] is not None:
        return LimitHit(limit=Limit(record["limit"]), stage=stage)
    match record["reason"]:
        case "compile_error":
            return Rejected(
                stage=stage,
                errors=_parse_all(record["errors"], "error"),
                warnings=_parse_all(record["warnings"], "warning"),
            )
        case "compiler_crash":
            return CompilerCrashed(stage=stage, detail=str(record["detail"]))
        case "too_large":
            return TooLarge(size_bytes=int(record["size_bytes"]))
        case None if stage is Stage.EMPTY:
            return Empty()
        case reason:
            raise ValueError(
                f"key 'reason' is {reason!r} at stage {stage.value!r}, which no judgment of a compilation has"
            )


def _record(
    compiled: bool | None,
    stage: Stage | None,
    *,
    errors: tuple[Diagnostic, ...] = (),
    warnings: tuple[Diagnostic, ...] = (),
    reason: str | None = None,
    limit: Limit | None = None,
) -> dict[str, Any]:
    return {
        "compiled": compiled,
        "stage": None if stage is None else stage.value,
        "errors": [_diagnostic_record(error) for error in errors],
        "warnings": [_diagnostic_record(warning) for warning in warnings],
        "tests": None,
        "passed": None,
        "reason": reason,
        "limit": None if limit is None else limit.value,
        "proof": None,
        "unjudged": None,
    }


def _diagnostic_record(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as JSON. Its level is told by the list it is in."""
    return {
        "code": diagnostic.code,
        "message": diagnostic.message,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "end_line": diagnostic.end_line,
        "end_column": diagnostic.end_column,
        "notes": [{"level": note.level, "message": note.message} for note in diagnostic.notes],
        "rendered": diagnostic.rendered,
    }


def _parse_all(records: list[dict[str, Any]], level: str) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(
            level=level,
            code=record["code"],
            message=record["message"],
            line=record["line"],
            column=record["column"],
            end_line=record.get("end_line"),
            end_column=record.get("end_column"),
            notes=tuple(
                Note(level=note["level"], message=note["message"]) for note in record.get("notes", ())
            ),
            rendered=record["rendered"],
        )
        for record in records
    )
