"""``ferrobench explain``: what the figures mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from ferrobench.catalogue import Chapter
    from ferrobench.metrics.definition import Definition


def explain(metric: str | None = None, /) -> int:
    """Say what a figure means: definition, formula, source, unit, range, interval, caveats.

    Parameters
    ----------
    metric
        A name such as pass_at_k, or a key of the results such as metrics.diversity.self_bleu. Default: list all.
    """
    from ferrobench.catalogue import find_definition, load_catalogue
    from ferrobench.cli.console import make_console

    chapters = load_catalogue()
    console = make_console()
    if metric is None:
        _list_all(chapters, console)
    else:
        _print(find_definition(metric, chapters), console)
    return 0


def _list_all(chapters: tuple[Chapter, ...], console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    width = max(len(one.name) for chapter in chapters for one in chapter.definitions)
    for chapter in chapters:
        costly = chapter.metric is not None and chapter.metric.costly
        group = (
            "" if chapter.metric is None else f"  --metrics {chapter.name}" + (", costly" if costly else "")
        )
        console.print(Text(chapter.title, style="bold").append(group, style="not bold dim"))
        table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
        table.add_column(min_width=width + 2, no_wrap=True)
        table.add_column()
        for one in chapter.definitions:
            table.add_row(Text(f"  {one.name}"), Text(one.summary))
        console.print(table)
        console.print()


def _print(definition: Definition, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    console.print(Text(definition.name, style="bold"))
    console.print(Text(definition.summary))
    console.print()
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for heading, words in (
        ("formula", definition.formula),
        ("source", definition.source),
        ("unit", definition.unit),
        ("range", definition.range),
        ("better", definition.better.value),
        ("interval", definition.interval),
        ("key", definition.key),
    ):
        table.add_row(heading, Text(words))
    for place, caveat in enumerate(definition.caveats):
        table.add_row("caveats" if place == 0 else "", Text(caveat))
    console.print(table)
