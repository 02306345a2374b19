"""What judging says of programs, of which only what a test names matters."""

from __future__ import annotations

from ferrobench.judging import Diagnostic, Limit, Rejected, Stage
from ferrobench.judging.verdict import Failure, Proof, Tested


def rejected(code: str | None, message: str) -> Rejected:
    """A program that rustc refused, with its first error; the rest is arbitrary."""
    error = Diagnostic(
        level="error",
        code=code,
        message=message,
        line=None,
        column=None,
        end_line=None,
        end_column=None,
        notes=(),
        rendered=message,
    )
    return Rejected(stage=Stage.TYPECHECK, errors=(error,), warnings=())


def tell(
    passed: int,
    failed: int,
    *,
    failure: Failure | None = None,
    limit: Limit | None = None,
    detail: str | None = None,
) -> Tested:
    """What tests said of a program that compiles; the rest is arbitrary."""
    return Tested(
        passed=passed,
        failed=failed,
        failure=failure,
        limit=limit,
        proof=Proof.REMOTE,
        detail=detail,
        cpu_seconds=0.0,
        near_limit=False,
    )
