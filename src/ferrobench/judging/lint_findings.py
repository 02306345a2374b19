"""Counts what clippy finds in the sample's own lines, from the JSON lines that it writes.

A sample may have ten thousand findings, and all of them count. So the stream is read as it comes, each line is forgotten once
it is counted, and only the first diagnostics are kept. A line break inside a message is escaped in JSON, so a sample cannot
forge a line.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from ferrobench.judging.diagnostics import MAX_DIAGNOSTICS, parse_diagnostics
from ferrobench.judging.lint_groups import MEASURED_GROUPS
from ferrobench.judging.lint_report import ClippyReport, LintCount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.diagnostics import Record
    from ferrobench.judging.lint_groups import LintGroup
    from ferrobench.judging.verdict import Diagnostic


class FindingReader:
    """Takes clippy-driver's standard error piece by piece and counts the findings in the sample's own lines.

    All are counted; of their diagnostics the first ones are kept.
    """

    def __init__(
        self,
        program: Program,
        groups: Mapping[str, LintGroup],
        *,
        line_cap: int,
        secrets: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Start counting.

        Args:
            program: Knows which of the file's lines are the sample's.
            groups: The group of each lint.
            line_cap: How many bytes of one line are looked at.
            secrets: Texts of the host, such as paths, and what stands for each of them.
        """
        self.unknown: str | None = None
        """A lint that was found and is in no group."""
        self._program = program
        self._groups = groups
        self._line_cap = line_cap
        self._secrets = secrets
        self._counts: Counter[str] = Counter()
        self._findings: list[Diagnostic] = []
        self._line = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take the next piece."""
        first, *others = chunk.split(b"\n")
        self._extend(first)
        for piece in others:
            self.close()
            self._extend(piece)

    def close(self) -> None:
        """Take the end of a line, or of the stream."""
        line = bytes(self._line)
        self._line.clear()
        lint = _LINT.match(line)
        if lint is not None:
            self._count(lint[1].decode("ascii"), line)

    def report(self) -> ClippyReport:
        """What has been found."""
        return ClippyReport(
            groups=MEASURED_GROUPS,
            counts=tuple(
                LintCount(lint=lint, group=self._groups[lint], count=count)
                for lint, count in sorted(self._counts.items())
            ),
            findings=tuple(self._findings),
        )

    def _extend(self, piece: bytes) -> None:
        self._line += piece[: max(0, self._line_cap - len(self._line))]

    def _count(self, lint: str, line: bytes) -> None:
        group = self._groups.get(lint)
        if group is None:
            self.unknown = self.unknown or lint
            return
        if group not in MEASURED_GROUPS:  # the sample asked for it: #![warn(clippy::nursery)]
            return
        record = _decode(line)
        if record is None:
            # Cut, since it quotes a line that is nearly as long. Preludes have none such, so it is the sample's.
            self._counts[lint] += 1
            return
        (finding,) = parse_diagnostics([record], self._program, self._secrets)
        if finding.line is None:
            return
        self._counts[lint] += 1
        if len(self._findings) < MAX_DIAGNOSTICS:
            self._findings.append(finding)


# The keys in rustc's order. Quotes inside of JSON strings are escaped, so a message cannot end early.
_LINT = re.compile(
    rb'\{"\$message_type":"diagnostic","message":"(?:[^"\\]|\\.)*","code":\{"code":"clippy::([a-z0-9_]+)"'
)


def _decode(line: bytes) -> Record | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
