"""What clippy and rustfmt say of a reference solution: worth knowing, since people read it, and no fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ferrobench.judging import Compiled, assemble
from ferrobench.judging.lint_groups import DEFAULT_GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.judging import Judgment, LintReport, Program
    from ferrobench.prompts import Prompt


class ReferenceLinter(Protocol):
    """Lints one program that is judged already."""

    def lint(self, program: Program, text: str, judgment: Judgment) -> LintReport:
        """Ask clippy about *program*, and rustfmt about *text*."""
        ...


def style_notes(linter: ReferenceLinter, prompt: Prompt) -> tuple[str, ...]:
    """Notes on a reference that compiles; none where there is none, or nothing to say."""
    if not prompt.reference:
        return ()
    text = prompt.text + prompt.reference
    return tuple(_notes(linter.lint(assemble(text, prompt.prelude), text, Compiled(warnings=()))))


def _notes(report: LintReport) -> Iterator[str]:
    # Groups that nobody asks for by default are counted in the report too, and are a matter of taste.
    counts = () if report.clippy is None else report.clippy.counts
    default = [item for item in counts if item.group in DEFAULT_GROUPS]
    if default:
        lints = ", ".join(f"{item.lint} ×{item.count}" if item.count > 1 else item.lint for item in default)
        yield f"clippy on the reference: {lints}"
    if report.rustfmt is not None and not report.rustfmt.clean:
        yield f"rustfmt would change {report.rustfmt.changed_lines} lines of prompt and reference"
    for reason in (report.stopped, report.unlinted):
        if reason is not None:
            yield f"the reference was not linted: {reason}"
