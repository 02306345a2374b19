"""Sample user code that must type-check; it is never run."""

from __future__ import annotations

import numpy as np

from ferrobench.judging import Compiled, Judge, Rejected, Unjudged, probe_toolchain
from ferrobench.models import load_checkpoint
from ferrobench.prompts import load_suite
from ferrobench.results import load_results


def compile_rate(path: str) -> float | None:
    """Read one figure of a results file."""
    return load_results(path).compile_success_rate


def next_token(path: str, ids: list[int]) -> int:
    """Ask a checkpoint for the most likely next token."""
    logits = load_checkpoint(path, device="cpu").logits(np.array([ids]))
    return int(logits[0, -1].argmax())


def first_error(code: str) -> str | None:
    """Ask rustc about a program."""
    with Judge(probe_toolchain()) as judge:
        match judge.judge_code(code):
            case Compiled():
                return None
            case Rejected(errors=errors):
                return errors[0].message
            case Unjudged(cause=cause):
                return cause
            case other:
                return type(other).__name__


def categories(suite: str) -> set[str]:
    """List what a suite covers."""
    return {prompt.category for prompt in load_suite(suite).prompts}
