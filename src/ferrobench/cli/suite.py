"""``ferrobench suite list`` and ``suite show``: what is asked."""

from __future__ import annotations


def list_all() -> int:
    """List the suites that come with the package."""
    from ferrobench.cli.console import make_console
    from ferrobench.prompts import list_suites, load_suite

    console = make_console()
    for name in list_suites():
        suite = load_suite(name)
        console.print(f"{suite.name} {suite.version}: {len(suite.prompts)} prompts. {suite.description}")
    return 0


def show(suite: str = "seed", /) -> int:
    """Show the prompts of a suite.

    Parameters
    ----------
    suite
        Name, folder or file of a suite, or hf:OWNER/NAME/CONFIG.
    """
    from rich.table import Table

    from ferrobench.cli.console import make_console
    from ferrobench.prompts import load_suite
    from ferrobench.reports import printable

    loaded = load_suite(suite)
    console = make_console()
    console.print(f"{loaded.name} {loaded.version}: {loaded.description}\n{loaded.content_hash}")
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "category", "judged by", "prompt"):
        table.add_column(heading, overflow="fold")
    for prompt in loaded.prompts:
        table.add_row(
            prompt.id, prompt.category, prompt.judge.value, "\n".join(map(printable, prompt.text.split("\n")))
        )
    console.print(table)
    return 0
