"""Which group each clippy lint belongs to, asked of the toolchain itself.

A finding names its lint and never the lint's group, and lints come, go and change group with every release. So no list is kept
here: ``clippy-driver -W help`` prints one, and it is read once for each toolchain. No sample has a part in that.
"""

from __future__ import annotations

import subprocess
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from ferrobench.errors import ToolchainError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LINT_PREFIX = "clippy::"

_ASKING_SECONDS = 60.0


class LintGroup(StrEnum):
    """One of clippy's groups. Each lint is in exactly one of them."""

    CORRECTNESS = "correctness"
    SUSPICIOUS = "suspicious"
    COMPLEXITY = "complexity"
    PERF = "perf"
    STYLE = "style"
    PEDANTIC = "pedantic"
    NURSERY = "nursery"
    RESTRICTION = "restriction"
    CARGO = "cargo"


DEFAULT_GROUPS = (
    LintGroup.CORRECTNESS,
    LintGroup.SUSPICIOUS,
    LintGroup.COMPLEXITY,
    LintGroup.PERF,
    LintGroup.STYLE,
)
"""What ``cargo clippy`` reports when nobody asks for more, ``clippy::all``."""
MEASURED_GROUPS = (*DEFAULT_GROUPS, LintGroup.PEDANTIC)
"""What is asked for here. The others contradict each other (restriction), are unfinished (nursery) or need a package (cargo)."""


@lru_cache
def lint_groups(clippy_driver: Path) -> Mapping[str, LintGroup]:
    """The group of each lint that *clippy_driver* knows, by the lint's name without ``clippy::``.

    Raises:
        ToolchainError: It does not run, or prints something else.
    """
    try:
        answer = subprocess.run(
            [str(clippy_driver), "-W", "help"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ASKING_SECONDS,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolchainError(f"{clippy_driver} does not run ({error})") from error
    groups = parse_lint_groups(answer.stdout.decode("utf-8", "replace"))
    if answer.returncode != 0 or not groups:
        raise ToolchainError(
            f"{clippy_driver} -W help ended with status {answer.returncode} and named {len(groups)} lints in groups"
        )
    return groups


def parse_lint_groups(text: str) -> dict[str, LintGroup]:
    """Read the table of lint groups in what ``clippy-driver -W help`` prints.

    Its rows are a group's name and its lints, with commas between them and hyphens in place of underscores:
    ``clippy::perf  clippy::map-entry, clippy::boxed-local``. Single lints have their level in the second column.
    """
    known = {f"{LINT_PREFIX}{group}": group for group in LintGroup}
    groups = {}
    for line in text.splitlines():
        name, _, members = line.strip().partition(" ")
        group = known.get(name)
        if group is not None and members.lstrip().startswith(LINT_PREFIX):
            for member in members.split(","):
                groups[member.strip().removeprefix(LINT_PREFIX).replace("-", "_")] = group
    return groups
