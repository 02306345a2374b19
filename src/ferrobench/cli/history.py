"""``ferrobench history``: a training run over its checkpoints."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the parser reads the annotations
from typing import Annotated

from cyclopts import Parameter

Flag = Parameter(negative="", show_default=False)


def history(
    *paths: Path,
    rate: str = "compile_success_rate",
    plot: Path | None = None,
    html: Path | None = None,
    all: Annotated[bool, Flag] = False,  # noqa: A002 - the flag's name
    json: Annotated[bool, Flag] = False,
) -> int:
    """Show a training run over its checkpoints: every rate with its interval, what changed, the best step, any collapse.

    Parameters
    ----------
    paths
        Run folders, results files (those of the original tool too), and folders that hold either, such as runs.
    rate
        Key of the headline rate: compile_success_rate, compile_success_rate_extracted, pass_rate, pass_rate_strict, or
        pass@1 and its like.
    plot
        Draw the curves into a file, .png or .svg (extra plots).
    html
        Write a page that works offline.
    all
        Leave nothing out: the series of runs too that cannot stand in the largest one, and all rows of a long series.
    json
        Print the series as JSON on stdout, and the table on stderr.
    """
    from ferrobench.cli.console import make_console
    from ferrobench.errors import UsageError
    from ferrobench.reports import printable
    from ferrobench.reports.history_page import write_history_page
    from ferrobench.reports.history_plot import check_plot_path, write_history_plot
    from ferrobench.reports.history_report import print_history
    from ferrobench.results import check_writable
    from ferrobench.tracking import SeriesReader

    if not paths:
        raise UsageError(
            "history: expected run folders, results files, or folders that hold them, such as runs"
        )
    if plot is not None:
        check_plot_path(plot)
    if html is not None:
        check_writable(html)
    history = SeriesReader().read(paths, rate=rate, every_series=all)
    messages = make_console(stderr=True)
    for note in history.notes:
        messages.print(f"note: {printable(note)}", style="yellow", soft_wrap=True)
    if json:
        print(history.model_dump_json(indent=2))  # noqa: T201 - what was asked for
    print_history(history, make_console(stderr=json), every_row=all)
    if plot is not None:
        write_history_plot(history, plot)
    if html is not None:
        write_history_page(history, html)
    written = [str(path) for path in (plot, html) if path is not None]
    if written:
        messages.print(f"written: {' and '.join(map(printable, written))}", soft_wrap=True)
    return 0
