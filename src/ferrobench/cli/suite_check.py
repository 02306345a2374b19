"""``ferrobench suite check``: would a suite's tests pass a right answer, and fail a wrong one?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from rich.console import Console

    from ferrobench.suite_check import PromptReport, SuiteReport

EXIT_FAULTS = 1
EXIT_FAILED = 3
EDITIONS = ("2021", "2024")
"""Those in which every reference must pass: samples are judged in either."""

Flag = Parameter(negative="", show_default=False)


def check(
    suite: str = "seed",
    /,
    *,
    edition: Literal["2015", "2018", "2021", "2024"] = "2021",
    runs: int = 3,
    limit: int | None = None,
    min_score: float = 80.0,
    toolchain: str | None = None,
    jobs: int | None = None,
    sandbox: Literal["auto", "none"] = "auto",
    max_unjudged: float = 5.0,
    lint: Annotated[bool, Flag] = False,
    json: Annotated[bool, Flag] = False,
) -> int:
    """Check that a suite's tests pass right answers and fail wrong ones.

    Parameters
    ----------
    suite
        Name or folder of a suite.
    edition
        Rust edition of all programs. The references must pass in 2021 and in 2024.
    runs
        How often each reference is run, to find tests that pass only now and then.
    limit
        Only the first so many prompts.
    min_score
        Percent of wrong programs that must fail, else a prompt's tests are called weak.
    toolchain
        A toolchain that rustup knows, such as 1.85 or nightly. Default: the one that rustc stands for.
    jobs
        Programs at once. Default: the cores.
    sandbox
        auto takes the strongest that works here; none runs the programs with your rights.
    max_unjudged
        Percent of programs we may fail to judge before the exit code is 3.
    lint
        Ask clippy and rustfmt about the references too; what they find is a note, and no fault.
    json
        Print the report as JSON on stdout, and the table on stderr.
    """
    import json as encoding
    from contextlib import ExitStack

    from ferrobench.cli.console import make_console
    from ferrobench.errors import UsageError
    from ferrobench.evaluate import gather_crates, missing_crate_notes, require_lint_tools
    from ferrobench.judging import Judge, Linter, choose_sandbox, probe_toolchain
    from ferrobench.prompts import load_suite
    from ferrobench.prompts.checks import load_checks
    from ferrobench.prompts.load import suite_folder
    from ferrobench.suite_check import CheckSettings, check_suite, suite_report_record

    settings = CheckSettings(
        editions=(edition, *(other for other in EDITIONS if other != edition)),
        runs=runs,
        limit=limit,
        least_score=min_score / 100,
    )
    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs {jobs}: expected 1 or more")
    loaded = load_suite(suite)
    folder = suite_folder(suite)
    checks = {} if folder is None else load_checks(folder, loaded)
    found = probe_toolchain(toolchain)
    if lint:
        require_lint_tools(found, toolchain)
    errors = make_console(stderr=True)

    def announce(line: str) -> None:
        errors.print(line, style="dim", soft_wrap=True)

    crates = gather_crates(found, [loaded], [], announce)
    chosen = choose_sandbox(found, sandbox, crates)
    for note in (*([chosen.note] if chosen.note else []), *missing_crate_notes(crates)):
        errors.print(f"note: {note}", style="yellow", soft_wrap=True)
    known = crates.arguments(chosen.crate_root)
    linter = Linter(found, edition=edition, runner=chosen.runner, externs=known) if lint else None
    with ExitStack() as stack:
        judges = {
            one: stack.enter_context(Judge(found, edition=one, jobs=jobs, sandbox=chosen, crates=crates))
            for one in settings.editions
        }
        for judge in judges.values():
            judge.prepare(loaded.prompts[:limit])
        status = stack.enter_context(errors.status("checking"))
        report = check_suite(
            loaded,
            checks,
            judges,
            settings,
            linter=linter,
            judged=lambda done, all_known: status.update(f"checking: {done} of {all_known} programs judged"),
        )
    if json:
        print(encoding.dumps(suite_report_record(report), indent=2))  # noqa: T201 - what was asked for
    print_suite_report(report, errors if json else make_console())
    if report.programs and 100 * report.unjudged / report.programs > max_unjudged:
        errors.print(
            f"ferrobench: {report.unjudged} of {report.programs} programs are unjudged "
            f"(at most {max_unjudged:g} % may be)",
            soft_wrap=True,
        )
        return EXIT_FAILED
    return EXIT_FAULTS if report.faults else 0


def print_suite_report(report: SuiteReport, console: Console) -> None:
    """Print a table with a row for each prompt, then faults, mutants that pass, and notes, each with its prompt."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("prompt", overflow="fold")
    # Short lines leave a terminal of 80 columns to the names, which one copies.
    for heading in ("can\npass", "wrong\nfail", "by\nhand", "equi-\nvalent", "score", "faults"):
        table.add_column(heading, justify="right", no_wrap=True)
    for prompt in report.prompts:
        table.add_row(*_row(prompt))
    console.print(f"{report.suite} {report.version}, editions {' and '.join(report.editions)}")
    console.print(table)
    for prompt in report.prompts:
        _print_details(prompt, console)
    _print_notes(report, console)
    if report.in_process:
        console.print(
            f"{report.in_process} of {report.tested} prompts are tested in the sample's own process, which is no proof",
            soft_wrap=True,
        )
    share = f" ({100 * report.attainable / report.tested:.1f} %)" if report.tested else ""
    console.print(
        f"\n{report.attainable} of {report.tested} prompts with tests can be passed{share}: the ceiling of any model. "
        f"{report.faults or 'No'} {'fault' if report.faults == 1 else 'faults'}; {report.programs} programs judged"
        + (f", {report.unjudged} of them unjudged" if report.unjudged else "")
        + ".",
        soft_wrap=True,
    )


def _row(prompt: PromptReport) -> tuple[str, ...]:
    if not prompt.tested:
        return prompt.id, "no tests", "", "", "", "", ""
    mutation = prompt.mutation
    figures = ("-", "", "", "-")
    if mutation is not None and mutation.score is not None:
        figures = (
            f"{mutation.killed + mutation.by_hand_failed} of {mutation.programs}",
            str(mutation.by_hand or ""),
            str(mutation.equivalent or ""),
            f"{100 * mutation.score:.0f} %",
        )
    return prompt.id, "yes" if prompt.attainable else "no", *figures, str(len(prompt.faults) or "")


def _print_details(prompt: PromptReport, console: Console) -> None:
    from rich.text import Text

    from ferrobench.reports import printable

    lines = [
        (f"{prompt.id}: FAULT {fault.kind.value}: {fault.detail}", "bold red") for fault in prompt.faults
    ]
    if prompt.mutation is not None:
        lines += [
            (
                f"{prompt.id}: passes with line {s.line} of the reference changed: "
                f"{s.before or 'nothing'} → {s.after or 'nothing'} ({s.id})",
                "yellow",
            )
            for s in prompt.mutation.survivors
        ]
    for line, style in lines:
        console.print(Text(printable(line), style=style), soft_wrap=True)


def _print_notes(report: SuiteReport, console: Console) -> None:
    """Print each note once: what is so for a whole format would hide the rest otherwise."""
    from rich.text import Text

    from ferrobench.reports import printable

    by_note: dict[str, list[str]] = {}
    for prompt in report.prompts:
        for note in prompt.notes:
            by_note.setdefault(note, []).append(prompt.id)
    for note, ids in by_note.items():
        whose = ids[0] if len(ids) == 1 else f"{ids[0]} and {len(ids) - 1} more"
        console.print(Text(printable(f"{whose}: note: {note}"), style="dim"), soft_wrap=True)
