"""Function counts, against the syntax tree that rustc prints."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import ToolchainError
from ferrobench.judging import probe_toolchain
from ferrobench.metrics.quality import profile
from tests.support.random_rust import random_program
from tests.support.syntax_tree_dump import FunctionCounts, dumped_functions
from training.corpus import draw_documents

if TYPE_CHECKING:
    from collections.abc import Sequence

try:
    probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = pytest.mark.rustc

ROOT = Path(__file__).parents[3]


def our_counts(programs: Sequence[str]) -> list[FunctionCounts]:
    """By our tree."""
    found = map(profile, programs)
    return [FunctionCounts(one.function_count, one.original_functions) for one in found]


def drawn_programs(seed: int, count: int) -> list[str]:
    """Of the generator that puts functions everywhere."""
    rng = Random(seed)
    return [random_program(rng) for _ in range(count)]


@pytest.mark.parametrize(
    "count", [pytest.param(60, id="some"), pytest.param(400, id="many", marks=pytest.mark.long)]
)
def test_functions_anywhere_are_counted_as_rustc_has_them(count: int, tmp_path: Path) -> None:
    """Nested, in modules, impls, traits, constants, closures and extern blocks; none in strings, comments and macros."""
    programs = drawn_programs(count, count)

    theirs = dumped_functions(programs, tmp_path)
    assert our_counts(programs) == theirs
    assert len(set(theirs)) > 10  # they are varied
    assert any(both.everywhere > both.original + 3 for both in theirs)


@pytest.mark.long
def test_functions_of_the_bundled_suites_and_of_the_training_corpus(tmp_path: Path) -> None:
    """Ordinary code of the kind that is measured."""
    paths = sorted((ROOT / "src" / "ferrobench" / "suites").rglob("*.rs"))
    programs = [path.read_text() for path in paths] + [one.text for one in islice(draw_documents(1), 60)]

    assert len(programs) > 75
    assert our_counts(programs) == dumped_functions(programs, tmp_path)


def test_functions_of_the_zoo(tmp_path: Path) -> None:
    """Those of the strange programs that rustc parses."""
    parsed = 0
    for path in sorted((ROOT / "tests" / "programs").glob("*.rs")):
        try:
            program = path.read_text()
            theirs = dumped_functions([program], tmp_path)
        except ValueError:
            continue  # no UTF-8, or no Rust
        parsed += 1
        assert our_counts([program]) == theirs, path.name

    assert parsed > 20
