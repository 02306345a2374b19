"""``ferrobench judge``: verdicts for code that is there already."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from rich.console import Console

    from ferrobench.errors import InputError
    from ferrobench.judge_file import FileTally
    from ferrobench.judging import Crates, Sandbox, Toolchain
    from ferrobench.models.ready import CompletionLines
    from ferrobench.prompts import Suite

EXIT_MALFORMED = 2
EXIT_FAILED = 3
EXIT_INTERRUPTED = 130
FAULTS_SHOWN = 10
STANDARD = Path("-")
Dash = Parameter(allow_leading_hyphen=True)
Flag = Parameter(negative="", show_default=False)


def judge(
    file: Annotated[Path, Dash],
    /,
    *,
    suite: Annotated[list[str] | None, Parameter(negative="")] = None,
    limit_start: int | None = None,
    output: Annotated[Path, Dash] = Path("verdicts.jsonl"),
    resume: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    edition: Literal["2015", "2018", "2021", "2024"] = "2021",
    toolchain: str | None = None,
    bare: Annotated[bool, Flag] = False,
    mode: Annotated[Literal["fast", "exact"], Parameter(name="--judge")] = "fast",
    lint: Annotated[bool, Flag] = False,
    assist: Annotated[bool, Flag] = False,
    extern: Annotated[list[str] | None, Parameter(negative="")] = None,
    jobs: int | None = None,
    sandbox: Literal["auto", "none"] = "auto",
    max_unjudged: float = 5.0,
) -> int:
    """Judge ready code or completions, without a model.

    Parameters
    ----------
    file
        JSONL with code (a whole program), or with task_id and completion, generation or solution, gzipped or not. - is
        stdin. Also: MultiPL-E's completions, a file or the folder; EvalPlus' folder; bigcode's generations.json; a run folder.
    suite
        Name, folder or file of the suite that the completions answer, or hf:OWNER/NAME/CONFIG; may be given several times.
    limit_start
        With generations.json: the first prompt that it answers, from 0. Default: it answers all of the suite.
    output
        Where one line of verdict for each line of input goes, in input order. - is stdout.
    resume
        Without a value: keep the verdicts that are in the output, and go on after them with the same input.
    edition
        Rust edition of all programs.
    toolchain
        A toolchain that rustup knows, such as 1.85 or nightly. Default: the one that rustc stands for.
    bare
        Leave out the prompts' preludes.
    mode
        fast compiles many programs in one rustc, exact each in one of its own. They say the same.
    assist
        Also judge answers after named repairs, such as a renamed entry point or a missing use std::…
    lint
        Ask clippy and rustfmt about each program too. Some 50 ms each: many times what judging it costs.
    extern
        NAME=PATH: a library that programs may use, an .rlib; may be given several times.
    jobs
        rustc processes at once. Default: the cores.
    sandbox
        auto takes the strongest that works here; none compiles samples with your rights.
    max_unjudged
        Percent of lines we may fail to judge before the exit code is 3; malformed ones and faults of a suite do not
        count.
    """
    import json

    from ferrobench.cli.console import JudgeProgress, make_console
    from ferrobench.evaluate import (
        LintPool,
        gather_crates,
        missing_crate_notes,
        require_lint_tools,
        require_tests,
    )
    from ferrobench.judge_file import FileJudge, lines_in_flight
    from ferrobench.judging import Judge, Linter, choose_sandbox, parse_extern, probe_toolchain
    from ferrobench.machine import available_cores
    from ferrobench.prompts import load_suite
    from ferrobench.results import open_verdicts

    _check_usage(file, output, resume=resume, jobs=jobs, limit_start=limit_start)
    externs = [parse_extern(text) for text in extern or ()]
    suites = [load_suite(name) for name in suite or ()]
    found = probe_toolchain(toolchain)
    if lint:
        require_lint_tools(found, toolchain)
    errors = make_console(stderr=True)

    def announce(line: str) -> None:
        errors.print(line, style="dim", soft_wrap=True)

    crates = gather_crates(found, suites, externs, announce)
    chosen = choose_sandbox(found, sandbox, crates)
    _print_notes([*([chosen.note] if chosen.note else []), *missing_crate_notes(crates)])
    workers = jobs or available_cores()
    settings = {
        **_settings(suites, toolchain=found, crates=crates, sandbox=chosen),
        "prelude": not bare,
        "edition": edition,
        "judge": mode,
        "lint": lint,
        "assist": assist,
    }
    with ExitStack() as stack:
        given = _open_input(file, suites, limit_start)
        verdicts: BinaryIO = sys.stdout.buffer
        if output != STANDARD:
            verdicts = stack.enter_context(open_verdicts(output, settings, resume=resume))
        linter = Linter(
            found, edition=edition, runner=chosen.runner, externs=crates.arguments(chosen.crate_root)
        )
        lints = LintPool(linter, jobs=workers, bare=bare)
        stack.callback(lints.close)
        room = stack.enter_context(
            Judge(
                found,
                edition=edition,
                mode=mode,
                jobs=workers,
                bare=bare,
                sandbox=chosen,
                crates=crates,
                assisting=assist,
            )
        )
        require_tests(room, [prompt for one in suites for prompt in one.prompts])
        job = FileJudge(room, suites, in_flight=lines_in_flight(workers), lints=lints if lint else None)
        progress = stack.enter_context(JudgeProgress(errors))
        try:
            if resume:
                kept = job.skip_finished(given.lines, verdicts, str(output))
                verdicts.seek(kept)
                verdicts.truncate()
            progress.started(job.tally, input_bytes=given.size_bytes)
            for record in job.judge_lines(given.lines):
                verdicts.write(json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n")
                # A line at a time: what is finished is with the operating system whatever happens to us.
                verdicts.flush()
                progress.judged(job.tally)
        except KeyboardInterrupt:
            progress.close()
            again = "" if output == STANDARD else "; go on with the same command and --resume"
            errors.print(
                f"stopped: {job.tally.lines} lines are judged and kept in {output}{again}", soft_wrap=True
            )
            return EXIT_INTERRUPTED
    _print_summary(job.tally, output)
    code = _exit_code(job.tally, file, output, max_unjudged)
    return _say_faults(given.faults, errors) or code


def _say_faults(faults: Sequence[InputError], errors: Console) -> int:
    """Name what could not be read, and tell the exit code of that; 0 where there was nothing."""
    for fault in faults[:FAULTS_SHOWN]:
        errors.print(f"ferrobench: {' '.join(str(fault).split())}", soft_wrap=True)
    if len(faults) > FAULTS_SHOWN:
        errors.print(f"ferrobench: {len(faults) - FAULTS_SHOWN} more faults of the input", soft_wrap=True)
    return EXIT_MALFORMED if faults else 0


def _print_notes(notes: Sequence[str]) -> None:
    from ferrobench.cli.console import make_console

    for note in notes:
        make_console(stderr=True).print(f"note: {note}", style="yellow", soft_wrap=True)


def _check_usage(
    file: Path, output: Path, *, resume: bool, jobs: int | None, limit_start: int | None
) -> None:
    from ferrobench.errors import UsageError

    if limit_start is not None and limit_start < 0:
        raise UsageError(f"--limit-start {limit_start}: expected 0 or more")
    if limit_start is not None and file == STANDARD:
        raise UsageError(
            "--limit-start: is for bigcode's generations.json; standard input has lines with ids"
        )
    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs {jobs}: expected 1 or more")
    if output == STANDARD:
        if resume:
            raise UsageError("--resume: nothing can be kept of standard output; name a file with --output")
    elif file != STANDARD and output.exists() and file.exists() and output.samefile(file):
        raise UsageError(f"--output {output}: is the input itself; name another file")


def _settings(
    suites: Sequence[Suite], *, toolchain: Toolchain, crates: Crates, sandbox: Sandbox
) -> dict[str, Any]:
    """Lay out what decides a verdict, in the terms of a run's settings."""
    from dataclasses import asdict

    from ferrobench.judging import Limits, RunLimits

    return {
        "suites": [
            {"name": suite.name, "version": suite.version, "content_hash": suite.content_hash}
            for suite in suites
        ],
        "toolchain": toolchain.version,
        "limits": asdict(Limits()),
        "run_limits": asdict(RunLimits()),
        "crates": crates.record(),
        "sandbox": sandbox.tier.value,
    }


def _open_input(file: Path, suites: Sequence[Suite], limit_start: int | None) -> CompletionLines:
    from ferrobench.models.ready import CompletionLines, open_completions

    if file == STANDARD:
        return CompletionLines(lines=iter(sys.stdin.buffer), size_bytes=_size(sys.stdin.buffer))
    return open_completions(file, suites, limit_start=limit_start)


def _size(lines: BinaryIO) -> int | None:
    """How many bytes the input has; None where only its end will tell."""
    try:
        found = os.fstat(lines.fileno())
    except OSError:  # a stream that is no file
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _print_summary(tally: FileTally, output: Path) -> None:
    from ferrobench.cli.console import make_console
    from ferrobench.reports import print_verdicts

    console = make_console(stderr=output == STANDARD)
    judged = tally.judged
    share = f" ({100.0 * tally.compiled / judged:.1f}%)" if judged else ""
    passed = f", {tally.passed} of {tally.tested} pass their tests" if tally.tested else ""
    unjudged = f", {tally.unjudged} unjudged" if tally.unjudged else ""
    if tally.suite_faults:
        unjudged += f" ({tally.suite_faults} by a fault of the suite)"
    console.print(
        f"{tally.lines} lines: {tally.compiled} of {judged} compile{share}{passed}{unjudged}. Verdicts: {output}",
        soft_wrap=True,
    )
    print_verdicts(tally.summary(), console)


def _exit_code(tally: FileTally, file: Path, output: Path, max_unjudged: float) -> int:
    from ferrobench.cli.console import make_console

    errors = make_console(stderr=True)
    if tally.malformed:
        errors.print(
            f"ferrobench: {file}: {tally.malformed} malformed lines; see unjudged in {output}", soft_wrap=True
        )
        return EXIT_MALFORMED
    ours = tally.unjudged - tally.suite_faults
    failed = 100.0 * ours / tally.lines if tally.lines else 0.0
    if failed > max_unjudged:
        errors.print(
            f"ferrobench: {failed:.1f} % of the lines are unjudged (at most {max_unjudged:g} % may be)",
            soft_wrap=True,
        )
        return EXIT_FAILED
    return 0
