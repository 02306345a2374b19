"""``ferrobench compare``: whether one run is better than another."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the parser reads the annotations
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from ferrobench.tracking import Comparison

EXIT_REGRESSED = 1

Flag = Parameter(negative="", show_default=False)


def compare(
    old: Path,
    *new: Path,
    rate: str = "compile_success_rate",
    fail_on_regression: Annotated[list[str] | None, Parameter(negative="")] = None,
    anyway: Annotated[bool, Flag] = False,
    examples: int = 0,
    html: Path | None = None,
    markdown: Annotated[bool, Flag] = False,
    json: Annotated[bool, Flag] = False,
) -> int:
    """Say whether a run is better than an older one, how sure that is, what got fixed and what broke.

    Samples with the same seed are paired. What is tested is the difference on these prompts: the headline rate first, the others,
    corrected, only where it changed. Exit code 1: a regression that was asked for. 2: the runs cannot be compared.

    Parameters
    ----------
    old
        The run to compare with: a run folder or a results file, the original tool's too.
    new
        One or more runs to compare with it.
    rate
        The rate that is tested first: compile_success_rate, compile_success_rate_extracted, pass_rate or pass_rate_strict.
    fail_on_regression
        [METRIC[:POINTS]] Exit with 1 where METRIC (default: the rate above) is significantly lower than in the old run; with POINTS,
        where it is lower by more than so many points, significant or not. Can be given again; each is tested for
        itself, corrected for their number.
    anyway
        Compare what both have even where suites or prompts differ.
    examples
        Show so many fixed and so many broken samples, with both programs. In JSON and on the page: 3 unless given.
    html
        Also write a page that works offline.
    markdown
        Print Markdown, as for a comment on a pull request.
    json
        Print the comparison as JSON on stdout, and the summary on stderr.
    """
    from ferrobench.cli.console import make_console
    from ferrobench.errors import UsageError
    from ferrobench.reports.compare_markdown import markdown_comparison
    from ferrobench.reports.compare_report import print_comparison
    from ferrobench.results import load_run
    from ferrobench.tracking import Settings, compare_runs
    from ferrobench.tracking.comparison import Comparisons
    from ferrobench.tracking.outcomes import RATE_KEYS
    from ferrobench.tracking.regression import find_regressions, parse_guards

    if not new:
        raise UsageError("compare: expected the old run and at least one new one")
    if rate not in RATE_KEYS:
        raise UsageError(f"--rate {rate}: expected one of {', '.join(RATE_KEYS)}")
    if examples < 0:
        raise UsageError(f"--examples {examples}: expected 0 or more")
    guards = parse_guards(fail_on_regression or [], default=rate)
    runs = [load_run(path, need_samples=False) for path in (old, *new)]
    settings = Settings(rate=rate, comparisons=len(new), examples=examples or (3 if json or html else 0))
    comparisons = []
    for path, run in zip(new, runs[1:], strict=True):
        comparison = compare_runs(runs[0], run, settings)
        _refuse(comparison, old, path, anyway=anyway)
        comparisons.append(comparison)
    if json:
        print(Comparisons(comparisons=comparisons).model_dump_json(indent=2))  # noqa: T201 - what was asked for
    if html is not None:
        from ferrobench.reports.compare_page import write_compare_page

        write_compare_page(comparisons, html)
        make_console(stderr=True).print(f"written: {html}", soft_wrap=True)
        if not examples and not json:
            # Nobody asked for examples but the page.
            comparisons = [one.model_copy(update={"examples": []}) for one in comparisons]
    if markdown:
        print(markdown_comparison(comparisons), end="")  # noqa: T201 - what was asked for
    else:
        console = make_console(stderr=json)
        for number, comparison in enumerate(comparisons):
            if number:
                console.print()
            print_comparison(comparison, console)
    regressions = find_regressions(comparisons, guards)
    for line in regressions:
        make_console(stderr=True).print(line, soft_wrap=True)
    return EXIT_REGRESSED if regressions else 0


def _refuse(comparison: Comparison, old: Path, new: Path, *, anyway: bool) -> None:
    from ferrobench.errors import InputError

    refused = [note.message for note in comparison.notes if note.refused]
    if refused and not anyway:
        raise InputError(
            f"{old} and {new} cannot be compared: {'; '.join(refused)} (--anyway compares what both have)"
        )
    if comparison.headline.verdict == "not compared":
        raise InputError(f"{old} and {new}: {comparison.sentence}")
