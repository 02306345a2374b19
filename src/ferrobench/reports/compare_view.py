"""From a comparison to plain tables and lines, for terminals and for Markdown alike. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.reports.view import Table, printable
from ferrobench.tracking.sentence import p_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferrobench.tracking import Comparison, RateChange
    from ferrobench.tracking.comparison import ErrorChange, PromptChange, RunSide, SampleChange

ERRORS_SHOWN = 8
PROMPTS_SHOWN = 16
PROGRAM_LINES = 14
NAME_COLUMNS = 46


def note_lines(comparison: Comparison) -> tuple[str, ...]:
    """What makes the comparison mean less."""
    return tuple(f"note: {printable(note.message)}" for note in comparison.notes)


def run_lines(comparison: Comparison) -> tuple[str, ...]:
    """Both runs, and what of them is compared."""
    rate = comparison.headline
    kind = "pairs of samples with the same seed" if rate.paired else "samples of both runs"
    return (
        f"old  {_run(comparison.old)}",
        f"new  {_run(comparison.new)}",
        f"     {rate.samples} {kind}, {rate.prompts} prompts",
    )


def _run(side: RunSide) -> str:
    return (
        f"{printable(side.name)}  ({printable(side.path)})"
        if side.path != side.name
        else printable(side.name)
    )


def rate_table(comparison: Comparison) -> Table:
    """All rates and mistakes that were compared. What says the same as another in both runs is left out."""
    shown = [change for change in comparison.rates if change.old is not None]
    by_key = {change.key: change for change in shown}
    for double, of in (
        ("compile_success_rate_extracted", "compile_success_rate"),
        ("pass_rate_strict", "pass_rate"),
    ):
        if double in by_key and of in by_key and _figures(by_key[double]) == _figures(by_key[of]):
            shown.remove(by_key[double])
    changes = (*shown, *comparison.failures)
    return Table(
        title="Rates, % of samples",
        headings=("old", "new", "change", "95% interval", "p"),
        rows=tuple(_rate_row(change) for change in changes),
    )


def _figures(change: RateChange) -> tuple[float | None, ...]:
    return change.old, change.new, change.p_value


def _rate_row(change: RateChange) -> tuple[str, ...]:
    if change.old is None or change.new is None or change.change is None or change.interval is None:
        return change.title, "-", "-", "-", "-", "-"
    mark = {"better": " +", "worse": " -"}.get(change.verdict, "")
    return (
        change.title + mark,
        f"{change.old:.1f}",
        f"{change.new:.1f}",
        f"{change.change:+.1f}",
        f"{change.interval[0]:.1f} to {change.interval[1]:.1f}",
        "-" if change.adjusted_p is None else p_words(change.adjusted_p),
    )


def star_line() -> str:
    """How the table of rates is to be read."""
    return (
        "+ better, - worse: p below 0.05, corrected for all lines together, the first line tested first. "
        "Intervals: of each line for itself, if these prompts were sampled again."
    )


def turned_line(comparison: Comparison) -> str | None:
    """How many samples turned; None without pairs."""
    if comparison.fixed is None or comparison.broken is None:
        return None
    return f"{comparison.headline.title}: {comparison.fixed} samples fixed, {comparison.broken} broken."


def power_line(comparison: Comparison) -> str | None:
    """What so many samples can show; None where nothing is known."""
    told = [f"{one.change:+g} in {one.percent:.0f} %" for one in comparison.power]
    return f"A change of so many points is found: {', '.join(told)}." if told else None


def error_table(comparison: Comparison) -> Table:
    """The errors that changed, most first."""
    turned = comparison.fixed is not None
    changed = [
        error
        for error in comparison.errors
        if error.old_samples != error.new_samples or error.fixed or error.broken
    ]
    return Table(
        title="Errors, samples with them",
        headings=("old", "new", *(("fixed", "broke") if turned else ())),
        rows=tuple(_error_row(error) for error in changed[:ERRORS_SHOWN]),
    )


def _error_row(error: ErrorChange) -> tuple[str, ...]:
    name = f"{error.code}: {error.message}" if error.code else error.message
    turned = () if error.fixed is None else (str(error.fixed or "-"), str(error.broken or "-"))
    return (_cut(printable(name)), str(error.old_samples), str(error.new_samples), *turned)


def prompt_table(comparison: Comparison) -> Table:
    """The prompts whose rate changed, most first."""
    turned = comparison.fixed is not None
    moved = sorted(
        (prompt for prompt in comparison.prompts if _moved(prompt)), key=lambda prompt: -abs(_moved(prompt))
    )
    left_out = len(moved) - PROMPTS_SHOWN
    title = "Prompts that changed" + (f", the first {PROMPTS_SHOWN} of {len(moved)}" if left_out > 0 else "")
    return Table(
        title=title,
        headings=("old", "new", *(("fixed", "broke") if turned else ())),
        rows=tuple(_prompt_row(prompt) for prompt in moved[:PROMPTS_SHOWN]),
    )


def _moved(prompt: PromptChange) -> float:
    """By how much the prompt's rate changed; prompts that one run has no samples of do not."""
    if not prompt.old_samples or not prompt.new_samples:
        return 0.0
    return prompt.new_successes / prompt.new_samples - prompt.old_successes / prompt.old_samples


def _prompt_row(prompt: PromptChange) -> tuple[str, ...]:
    turned = () if prompt.fixed is None else (str(prompt.fixed or "-"), str(prompt.broken or "-"))
    return (
        _cut(printable(prompt.prompt)),
        f"{prompt.old_successes}/{prompt.old_samples}",
        f"{prompt.new_successes}/{prompt.new_samples}",
        *turned,
    )


def measure_table(comparison: Comparison) -> Table:
    """Figures that are no rates."""
    return Table(
        title="Other figures, not tested",
        headings=("old", "new", "change"),
        rows=tuple(
            (
                one.title,
                _figure(one.old),
                _figure(one.new),
                "-" if one.percent is None else f"{one.percent:+.0f} %",
            )
            for one in comparison.measures
        ),
    )


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def shown_examples(comparison: Comparison) -> Iterator[tuple[str, Sequence[str]]]:
    """Fixed and broken samples: a title, and both programs line by line, cut to what can be read in passing."""
    for example in comparison.examples:
        yield (
            example_title(example),
            (*_listing("old", example.old_program), *_listing("new", example.new_program)),
        )


def example_title(example: SampleChange) -> str:
    """Such as: fixed: seed/factorial, sample 3 (E0308: mismatched types)."""
    says = example.old_says if example.change == "fixed" else example.new_says
    why = "" if says is None else f" ({printable(says)})"
    return f"{example.change}: {printable(example.prompt)}, sample {example.index}{why}"


def _listing(side: str, program: str) -> Iterator[str]:
    lines = program.splitlines()
    for number, line in enumerate(lines[:PROGRAM_LINES]):
        yield f"  {side if not number else '   '} │ {printable(line)}"
    if len(lines) > PROGRAM_LINES:
        yield f"      │ … {len(lines) - PROGRAM_LINES} more lines"


def _cut(text: str) -> str:
    return text if len(text) <= NAME_COLUMNS else f"{text[: NAME_COLUMNS - 1]}…"
