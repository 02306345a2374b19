"""``ferrobench suite list``, ``suite show`` and ``suite new``: what is asked."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the parser reads the annotations


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


def new(folder: Path, prompt: str | None = None, /) -> int:
    """Make a suite with a first prompt, or add a prompt to a suite. What is written passes the check, and is to be written over.

    Parameters
    ----------
    folder
        Of the suite. Made where it is not there.
    prompt
        Name of the prompt, in snake_case.
    """
    from ferrobench.cli.console import make_console
    from ferrobench.prompts.new import new_prompt

    written = new_prompt(folder) if prompt is None else new_prompt(folder, prompt)
    console = make_console()
    for path in written:
        console.print(f"wrote {path}", soft_wrap=True)
    console.print(
        f"Write over the prompt, its reference, its tests and the wrong answers; then: ferrobench suite check {folder}",
        soft_wrap=True,
    )
    return 0
