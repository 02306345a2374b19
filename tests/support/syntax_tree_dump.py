"""Functions in the syntax tree that rustc itself prints, before macros are expanded."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_KIND = re.compile(r"( *)kind: (\w+)\(\n")

_ITEM_INDENT = 12
"""Of the items at the top of the file."""


class FunctionCounts(NamedTuple):
    """Both definitions."""

    everywhere: int
    original: int
    """With a body at the top level and in impl blocks, and in traits."""


def dumped_functions(programs: Sequence[str], folder: Path) -> list[FunctionCounts]:
    """Let rustc parse *programs*, each as a module of one file, and count the functions in its tree.

    Raises:
        ValueError: rustc does not parse one of them.
    """
    source = folder / "programs.rs"
    source.write_text(
        "".join(f"mod program_{number} {{\n{text}\n}}\n" for number, text in enumerate(programs))
    )
    command = ["rustc", "--edition=2024", "--crate-type=lib", "-Zunpretty=ast-tree", str(source)]
    with (folder / "errors.txt").open("w+") as errors:
        counts: list[list[int]] = []
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "RUSTC_BOOTSTRAP": "1"},
        ) as process:
            assert process.stdout is not None
            # What is open: the line that closes it, its kind, and the line that says that it has no body.
            around: list[tuple[str, str, str]] = []
            for line in process.stdout:
                if around and line == around[-1][0]:
                    around.pop()
                elif around and around[-1][1] == "Fn" and line == around[-1][2]:
                    # To the original a signature is a function in a trait only.
                    counts[-1][1] -= [kind for _, kind, _ in around[1:-1]] in ([], ["Impl"])
                elif "kind: " in line and (found := _KIND.fullmatch(line)):
                    indent, kind = found[1], found[2]
                    if kind == "Mod" and len(indent) == _ITEM_INDENT:
                        counts.append([0, 0])  # the next program
                    elif kind == "Fn":
                        counts[-1][0] += 1
                        counts[-1][1] += [outer for _, outer, _ in around[1:]] in ([], ["Impl"], ["Trait"])
                    around.append((f"{indent}),\n", kind, f"{indent}        body: None,\n"))
        errors.seek(0)
        if process.returncode or len(counts) != len(programs):
            raise ValueError(errors.read()[:2000])
    return [FunctionCounts(*pair) for pair in counts]
