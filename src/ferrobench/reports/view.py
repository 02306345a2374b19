"""From a record to plain tables and lines. Pure; what prints them decides on colour and width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.results import (
        DiagnosticExample,
        ErrorGroup,
        Estimates,
        KEstimate,
        LintCount,
        LintSummary,
        RunRecord,
        StageCounts,
        TestsSummary,
    )

# The original's target for a model in production.
TARGET_PERCENT = 80.0
ERRORS_SHOWN = 3
EXAMPLES_SHOWN = 1
CATEGORIES_SHOWN = 4
LINTS_SHOWN = 2
ERRORS_TITLE = "Most common errors"
STAGES_TITLE = "How far the code got"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text under headings; the first column is left-aligned, the others right-aligned."""

    title: str
    """The heading of the first column."""
    headings: tuple[str, ...]
    """Of the other columns."""
    rows: tuple[tuple[str, ...], ...]
    details: tuple[tuple[str, ...], ...] = ()
    """Lines that belong below a row, for the first rows, as wide as they are."""


def printable(text: str) -> str:
    """Make text that a model wrote safe for a terminal: control, bidirectional and undecodable characters escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def percent(value: float | None) -> str:
    """Write a percentage, or a dash where nothing was judged."""
    return "-" if value is None else f"{value:.1f}%"


def interval(value: tuple[float, float] | None) -> str:
    """Write a 95 % interval, as the continuation of a rate."""
    return "" if value is None else f", 95% interval {value[0]:.1f} to {value[1]:.1f}"


def test_lines(tests: TestsSummary, estimates: Estimates | None) -> tuple[str, ...]:
    """What the hidden tests say: the rate, what failed, and pass@k."""
    if not tests.samples:
        return ("no sample has tests that were run",)
    without = f", {len(tests.untested_prompts)} prompts have no tests" if tests.untested_prompts else ""
    lines = [f"Passed: {tests.passed}/{tests.samples} ({percent(tests.pass_rate)}){without}"]
    if tests.pass_rate_strict != tests.pass_rate:
        lines.append(
            f"As generated: {tests.passed_strict}/{tests.samples} ({percent(tests.pass_rate_strict)})"
        )
    if estimates is not None:
        strict, extracted = estimates.strict, estimates.extracted
        pass_differs = _differ(strict.pass_at_k, extracted.pass_at_k)
        compile_differs = _differ(strict.compile_at_k, extracted.compile_at_k)
        lines += filter(
            None,
            (
                _at_k("extracted: pass" if pass_differs else "pass", extracted.pass_at_k),
                _at_k("strict: pass", strict.pass_at_k) if pass_differs else "",
                _at_k("extracted: compile" if compile_differs else "compile", extracted.compile_at_k),
            ),
        )
        if estimates.assisted is not None:
            lines += filter(None, (_at_k("assisted: pass", estimates.assisted.pass_at_k),))
    partial = "" if tests.share_of_tests is None else f"{percent(100.0 * tests.share_of_tests)} of tests held"
    failures = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in tests.failures.items())
    lines.append(f"{partial}{f'; compiled, but failed: {failures}' if failures else ''}")
    if tests.in_process:
        lines.append(f"Passed with tests in the sample's own process, which is no proof: {tests.in_process}")
    if tests.near_limit:
        lines.append(f"Near or beyond their time limit: {tests.near_limit}")
    return tuple(lines)


def _at_k(name: str, figures: Sequence[KEstimate]) -> str:
    reading, _, rate = name.rpartition(": ")
    words = ", ".join(f"{rate}@{one.k} {percent(one.value)}{_spread(one.interval)}" for one in figures)
    return f"{reading}: {words}" if reading and words else words


def _differ(one: Sequence[KEstimate], other: Sequence[KEstimate]) -> bool:
    return [(figure.k, figure.value) for figure in one] != [(figure.k, figure.value) for figure in other]


def _spread(value: tuple[float, float] | None) -> str:
    return "" if value is None else f" ({value[0]:.1f} to {value[1]:.1f})"


def category_table(record: RunRecord) -> Table:
    """Compile and pass rates by category; of many categories those that do worst."""
    shown = sorted(
        record.categories,
        key=lambda entry: (_rank(entry.pass_rate), _rank(entry.compile_success_rate_extracted)),
    )
    hidden = len(shown) - CATEGORIES_SHOWN
    if hidden <= 0:
        shown = list(record.categories)
    return Table(
        title="By category" if hidden <= 0 else f"By category, {CATEGORIES_SHOWN} lowest",
        headings=("samples", "as generated", "extracted", "passed"),
        rows=tuple(
            (
                printable(entry.category),
                str(entry.n_samples),
                percent(entry.compile_success_rate),
                percent(entry.compile_success_rate_extracted),
                percent(entry.pass_rate),
            )
            for entry in shown[:CATEGORIES_SHOWN]
        ),
    )


def _rank(rate: float | None) -> float:
    return 101.0 if rate is None else rate


def error_table(record: RunRecord) -> Table:
    """The most common errors, as generated."""
    if record.error_groups:
        return group_table(record.error_groups)
    # A record from before errors were grouped by what they say.
    rows = [
        (f"{error.code or 'syntax'}: {printable(error.message)}", str(error.samples))
        for error in record.errors
    ]
    return Table(title=ERRORS_TITLE, headings=("samples",), rows=tuple(rows[:ERRORS_SHOWN]))


def group_table(groups: Sequence[ErrorGroup]) -> Table:
    """The first groups of errors; below the first ones an example each, with its place marked."""
    return Table(
        title=ERRORS_TITLE,
        headings=("samples",),
        rows=tuple((_error_title(group), str(group.samples)) for group in groups[:ERRORS_SHOWN]),
        details=tuple(example_lines(group.example) for group in groups[:EXAMPLES_SHOWN]),
    )


def _error_title(group: ErrorGroup) -> str:
    message = printable(group.message)
    return message if group.missing_crate is not None else f"{group.code or group.stage}: {message}"


def example_lines(example: DiagnosticExample) -> tuple[str, ...]:
    """The line of the sample that a diagnostic points to, carets below it, and whose it is; nothing without a place."""
    if example.line is None or example.source is None or example.caret is None:
        return ()
    number = str(example.line)
    sample = f"{printable(example.prompt)} {example.index}"
    return (
        f"{number} | {printable(example.source)}",
        f"{' ' * len(number)} | {printable(example.caret)} {sample}",
    )


def warning_line(record: RunRecord) -> str | None:
    """Name the lints that warned, with the samples of each, those that any lone snippet has last; None without any."""
    if not record.lints and not record.noise_lints:
        return None
    line = f"Samples with warnings: {_lint_words(record.lints) or 'none'}"
    return line + (f", apart from {_lint_words(record.noise_lints)}" if record.noise_lints else "")


def _lint_words(lints: Sequence[LintCount]) -> str:
    words = [f"{printable(lint.lint)} {lint.samples}" for lint in lints[:LINTS_SHOWN]]
    if len(lints) > LINTS_SHOWN:
        words.append(f"{len(lints) - LINTS_SHOWN} more")
    return ", ".join(words)


def before_error_line(record: RunRecord) -> str | None:
    """Say how far completions get before their first error; None where the record does not know."""
    known = record.before_first_error
    if known is None or known.share is None:
        return None
    return f"Before the first error: {percent(100.0 * known.share)} of a completion, mean of {known.samples}"


def lint_lines(lint: LintSummary) -> tuple[str, ...]:
    """What clippy and rustfmt found, a line each, and what they lack."""
    density = "-" if lint.clippy_per_100_lines is None else f"{lint.clippy_per_100_lines:.1f}"
    counted = [item for item in lint.clippy_lints if item.group != "pedantic"]
    words = [f"{printable(item.lint)} {item.samples}" for item in counted[:LINTS_SHOWN]]
    lines = [
        f"Clippy: {lint.clippy_clean} of {lint.clippy_samples} clean, {density} findings per 100 lines",
        *([f"  most often: {', '.join(words)}"] if words else []),
        f"rustfmt: {lint.rustfmt_clean} of {lint.rustfmt_samples} clean, {lint.rustfmt_changed_lines} lines to change",
    ]
    if lint.stopped or lint.unlinted:
        lines.append(
            f"Without an answer: {lint.stopped} the tools stopped, {lint.unlinted} we failed to lint"
        )
    return tuple(lines)


def stage_table(record: RunRecord) -> Table:
    """How far samples got, in the order of the compiler's work."""
    if record.stages is None:
        return Table(title=STAGES_TITLE, headings=(), rows=())
    return reading_table(record.stages)


def reading_table(stages: StageCounts, *, extracted: bool = True) -> Table:
    """How far the code got, a row for each reading; that of the extracted one can be left out."""
    # Each reading lists its stages in order; merging keeps the order of the ladder.
    from ferrobench.judging import Stage

    readings = {"as generated": stages.as_generated}
    if extracted and stages.extracted != stages.as_generated:
        readings["extracted"] = stages.extracted
    names = [stage.value for stage in Stage if any(stage.value in counts for counts in readings.values())]
    return Table(
        title=STAGES_TITLE,
        headings=tuple(names),
        rows=tuple(
            (reading, *(str(counts.get(name, 0)) for name in names)) for reading, counts in readings.items()
        )
        if names
        else (),
    )


def stop_line(record: RunRecord) -> str:
    """Say why completions ended."""
    if record.generation is None:
        return ""
    words = {
        "stop": "ended by the model",
        "length": "cut at max tokens",
        "context": "cut at the model's context",
    }
    parts = [
        f"{count} {words.get(reason, reason)}"
        for reason, count in sorted(record.generation.stop_reasons.items())
    ]
    return ", ".join(parts)


def is_ready(record: RunRecord) -> bool:
    """Tell whether the completions were ready, so that no figure of a model's speed means anything."""
    return bool(record.config.get("settings", {}).get("prompt_style") == "ready")


def subject_line(record: RunRecord) -> str:
    """Say what was measured: checkpoint, suites, compiler and shard, as far as the record knows."""
    settings = record.config.get("settings", {})
    suites = [f"suite {suite['name']} {suite['version']}" for suite in settings.get("suites", ())]
    toolchain = str(settings.get("toolchain", "")).partition(" ")[0]
    parts = [f"rustc {toolchain}"] if toolchain else []
    if settings.get("shard") is not None:
        parts.append(f"shard {settings['shard']}")
    return ", ".join([record.checkpoint, *suites, *parts])
