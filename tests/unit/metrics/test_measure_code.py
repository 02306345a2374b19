"""All figures of one text together."""

from __future__ import annotations

import subprocess
import sys
import time

from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics import CodeMetrics, count_functions, count_lines, keyword_complexity, measure_code

SOURCE = """\
fn factorial(n: u64) -> u64 {
    // Is it 0?

    if n == 0 {
        1
    } else {
        n * factorial(n - 1)
    }
}

mod inner {
    fn straight() {}
}
"""


def test_both_families_of_figures_stand_side_by_side() -> None:
    """
    The original's count keywords in comments and no functions in modules; those of the tree do the reverse.
    """
    assert measure_code(SOURCE, parses=True) == CodeMetrics(
        lines=11,
        functions=1,
        complexity=3,
        syntax_functions=2,
        syntax_complexity=1.5,
        syntax_recovered=False,
    )


def test_a_text_that_does_not_parse_keeps_its_other_figures() -> None:
    """
    Only the original's function count depends on rustc's parser.
    """
    metrics = measure_code("fn f() { if a {} } fn g( {", parses=False)

    assert metrics.functions == 0
    assert metrics.lines == 1
    assert metrics.complexity == 2
    assert metrics.syntax_recovered


def test_a_collapsed_model_is_measured() -> None:
    """
    Nothing but braces has one line, no function, and complexity 1 by the original's definition.
    """
    assert measure_code("fn f() {" + "{" * 100, parses=False) == CodeMetrics(
        lines=1,
        functions=0,
        complexity=1,
        syntax_functions=0,
        syntax_complexity=0.0,
        syntax_recovered=True,
    )


@given(st.text(st.characters(exclude_categories=[]), max_size=100))
def test_agrees_with_the_single_figures(text: str) -> None:
    """
    Sharing the parse changes nothing, lone surrogates included.
    """
    metrics = measure_code(text, parses=True)

    assert metrics.lines == count_lines(text)
    assert metrics.functions == count_functions(text, parses=True)
    assert metrics.complexity == keyword_complexity(text)


def test_a_kilobyte_takes_less_than_a_millisecond() -> None:
    """
    Measuring is nothing beside compiling.
    """
    sample = (SOURCE * 5)[:1024]
    measure_code(sample, parses=True)

    def timed() -> float:
        start = time.perf_counter()
        measure_code(sample, parses=True)
        return time.perf_counter() - start

    assert min(timed() for _ in range(50)) < 0.001


def test_importing_the_room_is_light() -> None:
    """
    tree-sitter is imported with the first text that is measured.
    """
    code = "import sys, ferrobench.metrics; print({'tree_sitter', 'statistics'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
