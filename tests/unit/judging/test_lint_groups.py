"""Reading the table of lint groups, and asking for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import ToolchainError
from ferrobench.judging.lint_groups import (
    DEFAULT_GROUPS,
    MEASURED_GROUPS,
    LintGroup,
    lint_groups,
    parse_lint_groups,
)

if TYPE_CHECKING:
    from pathlib import Path

HELP = """
Available lint options:
    -W <foo>           Warn about <foo>

Lint groups provided by rustc:

                            name  sub-lints
                            ----  ---------
                          unused  unused-imports, unused-variables

Lint checks loaded by this crate:

                            name  default  meaning
                            ----  -------  -------
               clippy::map-entry  warn     clippy::perf is not in its meaning, really
          clippy::needless-return  allow    using a return statement

Lint groups loaded by this crate:

                            name  sub-lints
                            ----  ---------
                     clippy::all  clippy::map-entry, clippy::needless-return
                    clippy::perf  clippy::map-entry, clippy::boxed-local
                   clippy::style  clippy::needless-return
                 clippy::unheard  clippy::of
"""


def test_rows_of_known_groups_are_read_and_nothing_else() -> None:
    """Lints, rustc's own groups, `all` and groups that nobody knows are no rows of the table."""
    assert parse_lint_groups(HELP) == {
        "map_entry": LintGroup.PERF,
        "boxed_local": LintGroup.PERF,
        "needless_return": LintGroup.STYLE,
    }


@pytest.mark.parametrize("text", ["", "clippy::perf", "clippy::perf  warn  a lint of this name", "error: no"])
def test_other_texts_name_no_lint(text: str) -> None:
    assert parse_lint_groups(text) == {}


def test_pedantic_is_asked_for_beside_the_defaults() -> None:
    assert set(MEASURED_GROUPS) - set(DEFAULT_GROUPS) == {LintGroup.PEDANTIC}


@pytest.mark.parametrize("script", ["exit 1", "echo hello", "exec /nowhere/at/all"])
def test_a_driver_that_prints_no_table_is_refused(tmp_path: Path, script: str) -> None:
    driver = tmp_path / "clippy-driver"
    driver.write_text(f"#!/bin/sh\n{script}\n")
    driver.chmod(0o700)

    with pytest.raises(ToolchainError, match=r"clippy-driver -W help ended with status .* 0 lints"):
        lint_groups(driver)


def test_a_driver_that_does_not_start_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match="does not run"):
        lint_groups(tmp_path / "clippy-driver")
