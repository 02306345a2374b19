"""``ferrobench judge``: verdicts for code that is there already."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from typing import BinaryIO

EXIT_MALFORMED = 2
EXIT_FAILED = 3
STANDARD = Path("-")
Dash = Parameter(allow_leading_hyphen=True)


def judge(
    file: Annotated[Path, Dash],
    /,
    *,
    suite: Annotated[list[str] | None, Parameter(negative="")] = None,
    output: Annotated[Path, Dash] = Path("verdicts.jsonl"),
    edition: Literal["2015", "2018", "2021", "2024"] = "2021",
    toolchain: str | None = None,
    bare: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    jobs: int | None = None,
    sandbox: Literal["auto", "none"] = "auto",
    max_unjudged: float = 5.0,
) -> int:
    """Judge ready code or completions, without a model.

    Parameters
    ----------
    file
        JSONL with code (a whole program), or with task_id and completion, generation or solution. - is stdin.
    suite
        Name or folder of the suite that the completions answer; may be given several times.
    output
        Where one line of verdict for each line of input goes, in input order. - is stdout.
    edition
        Rust edition of all programs.
    toolchain
        A toolchain that rustup knows, such as 1.85 or nightly. Default: the one that rustc stands for.
    bare
        Leave out the prompts' preludes.
    jobs
        rustc processes at once. Default: the cores.
    sandbox
        auto takes the strongest that works here; none compiles samples with your rights.
    max_unjudged
        Percent of lines we may fail to judge, malformed ones apart, before the exit code is 3.
    """
    import json

    from ferrobench.cli.console import make_console
    from ferrobench.errors import InputError, UsageError
    from ferrobench.judge_file import FileJudge
    from ferrobench.judging import Judge, choose_sandbox, probe_toolchain
    from ferrobench.machine import available_cores
    from ferrobench.prompts import load_suite

    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs {jobs}: expected 1 or more")
    suites = [load_suite(name) for name in suite or ()]
    found = probe_toolchain(toolchain)
    chosen = choose_sandbox(found, sandbox)
    if chosen.note is not None:
        make_console(stderr=True).print(f"note: {chosen.note}", style="yellow", soft_wrap=True)
    workers = jobs or available_cores()
    with ExitStack() as stack:
        lines: BinaryIO = sys.stdin.buffer
        if file != STANDARD:
            try:
                lines = stack.enter_context(file.open("rb"))
            except OSError as error:
                raise InputError(f"{file}: cannot be read: {error.strerror}") from error
        verdicts: BinaryIO = sys.stdout.buffer
        if output != STANDARD:
            if file != STANDARD and output.exists() and output.samefile(file):
                raise UsageError(f"--output {output}: is the input itself; name another file")
            try:
                verdicts = stack.enter_context(output.open("wb"))
            except OSError as error:
                raise UsageError(f"--output {output}: cannot be written: {error.strerror}") from error
        room = stack.enter_context(Judge(found, edition=edition, jobs=workers, bare=bare, sandbox=chosen))
        job = FileJudge(room, suites, in_flight=8 * workers)
        for record in job.judge_lines(lines):
            verdicts.write(json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n")
        verdicts.flush()
    counts = job.counts
    console = make_console(stderr=output == STANDARD)
    judged = counts.lines - counts.unjudged
    share = f" ({100.0 * counts.compiled / judged:.1f}%)" if judged else ""
    unjudged = f", {counts.unjudged} unjudged" if counts.unjudged else ""
    console.print(
        f"{counts.lines} lines: {counts.compiled} of {judged} compile{share}{unjudged}. Verdicts: {output}"
    )
    if counts.malformed:
        errors = make_console(stderr=True)
        errors.print(f"ferrobench: {file}: {counts.malformed} malformed lines; see unjudged in {output}")
        return EXIT_MALFORMED
    failed = 100.0 * counts.unjudged / counts.lines if counts.lines else 0.0
    if failed > max_unjudged:
        errors = make_console(stderr=True)
        errors.print(
            f"ferrobench: {failed:.1f} % of the lines are unjudged (at most {max_unjudged:g} % may be)"
        )
        return EXIT_FAILED
    return 0
