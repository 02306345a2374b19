"""HumanEval-X problems in Rust, and HumanEvalPack's, which are made of them.

HumanEval-X: the text is the declaration and then the prompt, a comment that so comes to stand inside of the function's body, as the
original assembles it. HumanEvalPack: its prompt has the comment and the declaration in one. Of the imports that every
problem begins with, those of outside crates are dropped where nothing uses them; ``outside_crates`` names the others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ferrobench.prompts.formats.row import make_suite
from ferrobench.prompts.formats.rust_text import last_function, trim_imports
from ferrobench.prompts.prompt import JudgeMode, Prompt
from ferrobench.prompts.whole_items import is_complete

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.prompts.formats.row import Row, Source
    from ferrobench.prompts.prompt import Suite

FIELDS = ("task_id", "prompt", "declaration", "canonical_solution", "test")
PACK_FIELDS = (*FIELDS, "buggy_solution")

_LANGUAGE = "Rust/"
_FUNCTION = re.compile(r"\bfn\s+[A-Za-z_]")


def build_suite(rows: Sequence[Row], source: Source) -> Suite:
    """Turn the rows of HumanEval-X into a suite."""
    return make_suite(
        rows,
        "task_id",
        _prompt,
        name="humaneval-x-rust",
        description=f"HumanEval-X problems, read from {source.label}.",
    )


def build_pack_suite(rows: Sequence[Row], source: Source) -> Suite:
    """Turn the rows of HumanEvalPack into a suite of its synthesis task: the buggy solutions are left out."""
    return make_suite(
        rows,
        "task_id",
        _pack_prompt,
        name="humanevalpack-rust",
        description=f"HumanEvalPack problems (synthesis), read from {source.label}.",
    )


def _prompt(row: Row) -> Prompt:
    declaration = row.full_text("declaration")
    return _assemble(
        row,
        suite="humaneval-x-rust",
        text=declaration + row.text("prompt"),
        declaration=declaration,
        entry_point="",
    )


def _pack_prompt(row: Row) -> Prompt:
    prompt, declaration = row.full_text("prompt"), row.text("declaration")
    if not _FUNCTION.search(prompt):
        # As in HumanEval-X: a comment alone.
        prompt = declaration + prompt
    setup = "\n".join(filter(None, (row.optional_text("import"), row.optional_text("test_setup"))))
    return _assemble(
        row,
        suite="humanevalpack-rust",
        text=prompt,
        declaration=declaration if _FUNCTION.search(declaration) else prompt,
        entry_point=row.optional_text("entry_point"),
        setup=setup,
    )


def _assemble(
    row: Row, *, suite: str, text: str, declaration: str, entry_point: str, setup: str = ""
) -> Prompt:
    name, reference, tests = row.text("task_id"), row.text("canonical_solution"), row.full_text("test")
    if not name.startswith(_LANGUAGE):
        raise row.fault(
            "task_id",
            f"expected one that begins with {_LANGUAGE!r}, found {name!r}; only Rust is judged here",
        )
    function = entry_point or last_function(declaration)
    if function is None:
        raise row.fault("declaration", "expected the beginning of a function")
    if setup:
        tests = f"{setup}\n{tests}"
    imports = trim_imports(text, reference, tests)
    return Prompt(
        id=f"{suite}/{name}",
        text=imports.text,
        category="humaneval",
        tags=(),
        judge=JudgeMode.TESTS,
        prelude="",
        reference=reference,
        probes="",
        tests=tests,
        complete=is_complete(imports.text),
        entry_point=function,
        original_text="" if imports.text == text else text,
        outside_crates=imports.outside_crates,
    )
