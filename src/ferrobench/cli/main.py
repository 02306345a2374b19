"""Entry point of the ``ferrobench`` command.

Exit codes: 0 done; 1 done, and a threshold that was asked for is missed; 2 wrong usage or bad input; 3 the
environment is not ready or failed; 130 stopped by Ctrl-C. A traceback is a bug.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import ferrobench
from ferrobench.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclopts import App

_PR_SET_CHILD_SUBREAPER = 36
EXIT_USAGE = 2
EXIT_NOT_READY = 3
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141  # as a shell says of a program that SIGPIPE ended

EPILOGUE = """\
Examples:
  ferrobench run                                    the bundled demo checkpoint
  ferrobench run --checkpoint checkpoints/stable-v2/step_10000 --output results.json
  ferrobench judge completions.jsonl --suite seed"""

CHECK_HELP = """\
Check that a suite's tests pass right answers and fail wrong ones.

Runs the reference solutions, bodies that need no thought, mutants of the references, and the wrong answers that
stand in the suite's checks folder. Exit code 0: no faults. 1: some were found. 2: the suite cannot be read. 3: the
environment is not ready, or too many programs could not be judged."""

WATCH_HELP = """\
Benchmark every new checkpoint of a training run.

Each one as soon as it is completely written, the newest first. Behind FOLDER,
flags of ferrobench run can be given. A watch that was stopped or killed goes
on where it was with the same command.

Exit code 0: done, with --once or --until-step. 2: wrong usage, or other
settings than those of the runs that are there. 3: the environment is not
ready or failed. 130: stopped."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    if tokens == ["--version"]:
        # Answered before anything else is imported.
        print(ferrobench.__version__)  # noqa: T201 - what was asked for
        return 0
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal without our characters shows their numbers
    if arguments is None:  # the program itself, and no one who calls it from a process of theirs
        _adopt_orphans()
    try:
        return _dispatch(tokens)
    except HarnessError as error:
        _complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        _complain("stopped")
        return EXIT_INTERRUPTED
    except (OSError, MemoryError) as error:
        return _environment_failed(error)


def _adopt_orphans() -> None:
    """Let processes whose parents have ended become ours: they are reaped with the group they belong to.

    A sandbox ends a moment before the first process of its namespace does, and where nobody else waits for orphans, as in
    many containers, each would stay a zombie. For this program only: a library does not change its host process.
    """
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _environment_failed(error: OSError | MemoryError) -> int:
    """What nobody nearer could name: one line all the same."""
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has left. Standard output is replaced so that nothing is flushed into it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    if isinstance(error, MemoryError):
        _complain(f"out of memory {error}")
    else:
        _complain(
            ": ".join(str(part) for part in (error.filename, error.strerror or error) if part is not None)
        )
    return EXIT_NOT_READY


def _dispatch(tokens: list[str]) -> int:
    from cyclopts import CycloptsError

    app = build_app()
    try:
        result = app(
            _give_bare_flags_a_value(tokens),
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
    except CycloptsError as error:
        _complain(str(error))
        return EXIT_USAGE
    return result if isinstance(result, int) else 0


def build_app() -> App:
    """Assemble the commands. Their modules are imported when they are called or listed."""
    from cyclopts import App

    app = App(
        name="ferrobench",
        help="Measure how well a model writes Rust.",
        help_epilogue=EPILOGUE,
        version=ferrobench.__version__,
        help_format="plaintext",
        suppress_keyboard_interrupt=False,  # main gives it its exit code
    )
    app.command(
        "ferrobench.cli.run:run", name="run", help="Benchmark a checkpoint: sample, judge with rustc, report."
    )
    app.command(
        "ferrobench.cli.judge:judge", name="judge", help="Judge ready code or completions, without a model."
    )
    app.command(
        "ferrobench.cli.merge:merge", name="merge", help="Put the shards of one run together to the whole."
    )
    app.command(
        "ferrobench.cli.measure:measure",
        name="measure",
        help="Compute the figures of a run anew, or further ones.",
    )
    app.command(
        "ferrobench.cli.compare:compare",
        name="compare",
        help="Say whether a run is better than an older one, and why.",
    )
    app.command(
        "ferrobench.cli.watch:watch",
        name="watch",
        help=WATCH_HELP,
    )
    app.command(
        "ferrobench.cli.explain:explain",
        name="explain",
        help="Say what a figure means and how it is computed.",
    )
    app.command(
        "ferrobench.cli.history:history",
        name="history",
        help="Show a training run over its checkpoints: table, plot, page.",
    )
    app.command(
        "ferrobench.cli.report:report",
        name="report",
        help="Write a page about a run that works offline: figures, errors, every sample.",
    )
    app.command(
        "ferrobench.cli.export:export",
        name="export",
        help="Write a run for other tools: Inspect, JUnit, CSV and more.",
    )
    app.command(
        "ferrobench.cli.track:track",
        name="track",
        help="Log runs to TensorBoard, Weights & Biases, MLflow or trackio.",
    )
    app.command(
        "ferrobench.cli.review:review",
        name="review",
        help="Rate a run's samples in the browser, blind, by the human rubric.",
    )
    app.command(
        "ferrobench.cli.serve:serve",
        name="serve",
        help="Serve a model to programs that speak OpenAI's protocol.",
    )
    app.command(
        "ferrobench.cli.doctor:doctor", name="doctor", help="Say what works here, and what to install."
    )
    suite = App(name="suite", help="List, show, make and check suites of prompts.")
    suite.command(
        "ferrobench.cli.suite:list_all", name="list", help="List the suites that come with the package."
    )
    suite.command("ferrobench.cli.suite:show", name="show", help="Show the prompts of a suite.")
    suite.command("ferrobench.cli.suite:new", name="new", help="Make a suite, or add a prompt to one.")
    suite.command("ferrobench.cli.suite_check:check", name="check", help=CHECK_HELP)
    app.command(suite)
    return app


# Flags that take a value or none, by their command; the parser knows only those that always take one.
_VALUE_OR_NONE = {"run": "--resume", "compare": "--fail-on-regression"}


def _give_bare_flags_a_value(tokens: list[str]) -> list[str]:
    """Give an empty value to a flag that stands without one: before another flag, at the end, or before a run to compare."""
    flag = _VALUE_OR_NONE.get(tokens[0] if tokens else "")
    if flag not in tokens:
        return tokens
    given = []
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else "--"
        bare = following.startswith("-") or (tokens[0] == "compare" and os.access(following, os.F_OK))
        given.append(f"{flag}=" if token == flag and bare else token)
    return given


def _complain(message: str) -> None:
    print(f"ferrobench: {' '.join(message.split())}", file=sys.stderr)  # noqa: T201 - the one place where errors are said


if __name__ == "__main__":
    sys.exit(main())
