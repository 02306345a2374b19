"""``ferrobench export``: a run in the formats of others."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferrobench.results import SavedRun

STANDARD = Path("-")
_FOLDERS = ("multipl-e", "evalplus")


def export(
    run: Path,
    /,
    *,
    format: Literal["multipl-e", "evalplus", "inspect", "junit", "csv", "markdown"],  # noqa: A002 - the flag's name
    output: Annotated[Path, Parameter(allow_leading_hyphen=True)] | None = None,
    suite: Annotated[list[str] | None, Parameter(negative="")] = None,
) -> int:
    """Write a run for other tools: what passed, what did not, and why.

    Parameters
    ----------
    run
        A run folder, or the results file that names it.
    format
        multipl-e and evalplus give a folder; inspect, junit, csv and markdown give one file.
    output
        The folder to make, default <run>-<format>; or the file to write, default - for stdout.
    suite
        With multipl-e: the suite of the run, whose tests then stand in the programs; may be given several times.
    """
    from ferrobench.cli.console import make_console
    from ferrobench.errors import UsageError
    from ferrobench.results import load_run

    if suite and format != "multipl-e":
        raise UsageError(f"--suite: only --format multipl-e has tests in it, not {format}")
    found = load_run(run, need_samples=format != "markdown")
    if format in _FOLDERS:
        target = Path(f"{found.label}-{format}") if output is None else output
        count = _write_folder(target, _files(found, format, suite or []))
        make_console(stderr=True).print(f"{count} files in {target}", soft_wrap=True)
        return 0
    text = _render(found, format, run)
    if output is None or output == STANDARD:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    else:
        _write(output, text.encode())
    return 0


def _files(run: SavedRun, format_name: str, suites: list[str]) -> Iterable[tuple[str, bytes]]:
    from ferrobench.prompts import load_suite
    from ferrobench.reports.export import render_evalplus, render_multipl_e

    if format_name == "evalplus":
        return render_evalplus(run)
    tests = {prompt.id: prompt.tests for name in suites for prompt in load_suite(name).prompts}
    return render_multipl_e(run, tests)


def _render(run: SavedRun, format_name: str, path: Path) -> str:
    from ferrobench.errors import InputError
    from ferrobench.reports.export import render_csv, render_inspect, render_junit, render_markdown

    match format_name:
        case "inspect":
            return render_inspect(run)
        case "junit":
            return render_junit(run)
        case "csv":
            return render_csv(run)
        case _:
            if run.record is None:
                raise InputError(
                    f"{path}: the run is not finished, so it has no summary; go on with run --resume"
                )
            return render_markdown(run, run.record)


def _write_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """Write files into a new folder: readers take every results file that they find in one."""
    from ferrobench.errors import NotReadyError, UsageError

    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"--output {folder}: exists and is not empty; expected a new folder")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotReadyError(f"{folder}: cannot be made: {error.strerror}") from error
    count = 0
    for name, content in files:
        _write(folder / name, content)
        count += 1
    return count


def _write(path: Path, content: bytes) -> None:
    from ferrobench.errors import NotReadyError

    try:
        path.write_bytes(content)
    except OSError as error:
        raise NotReadyError(f"{path}: cannot be written: {error.strerror}") from error
