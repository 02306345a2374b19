"""``ferrobench review``: people rate the samples of a run in the browser."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the parser reads the annotations


def review(
    run: Path,
    /,
    *,
    rater: str | None = None,
    port: int = 0,
    limit: int | None = None,
    overlap: float | None = None,
    raters: int | None = None,
    seed: int | None = None,
    export: Path | None = None,
) -> None:
    """Rate a run's samples in the browser, blind, by the human rubric. Ctrl-C ends it; a later review goes on where it stopped.

    Prints a link on stdout, which works on this machine only. Ratings are kept in the run folder, in reviews.sqlite, as they are given.

    Parameters
    ----------
    run
        A run folder, or the results file that names it.
    rater
        A name that the page proposes. Each rater gives their own.
    port
        0 is any free one.
    limit
        Rate so many samples, evenly over the prompts; 0 is all. Default: as before in this run, else all.
    overlap
        Share of the samples that every rater gets, from 0 to 1. The others are dealt out. Default: as before in this run, else 1.
    raters
        Among how many raters the others are dealt. Default: as before in this run, else 2.
    seed
        Of the choice and the order of samples. Default: as before in this run, else 0.
    export
        Write the ratings to a file, .jsonl or .csv, and end: no page is opened.
    """
    import sys

    from ferrobench.errors import InputError
    from ferrobench.results import load_run
    from ferrobench.review import (
        PlanChanges,
        ServerSettings,
        Sitting,
        agree_on_plan,
        export_ratings,
        tell_ratings,
    )
    from ferrobench.review import review as run_server
    from ferrobench.rubric import REVIEWS_FILE, ReviewFile, load_reviews
    from ferrobench.serve.web import require_web

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - about the way, not what was asked for

    changes = PlanChanges(limit=limit, overlap=overlap, raters=raters, seed=seed)
    settings = ServerSettings(port=port, rater=rater)
    found = load_run(run, need_samples=True)
    assert found.folder is not None  # the samples are there
    if export is not None:
        ratings = load_reviews(found.folder)
        if not ratings:
            raise InputError(f"{found.folder}: has no ratings yet; review without --export opens the page")
        export_ratings(ratings, export)
        say(f"{export}: {tell_ratings(ratings)}")
        return
    require_web()
    with ReviewFile(found.folder / REVIEWS_FILE) as file:
        plan, lines = agree_on_plan(file, found.label, changes)
        sitting = Sitting(found, file, plan)
        for line in lines:
            say(f"note: {line}")

        def announce(link: str) -> None:
            print(link, flush=True)  # noqa: T201 - what was asked for
            say(
                f"{sitting.number_of_samples} samples to rate; open the link in a browser on this machine. Ctrl-C ends."
            )

        run_server(sitting, settings, announce=announce, complain=lambda line: say(f"ferrobench: {line}"))
        say(f"{found.folder / REVIEWS_FILE}: {tell_ratings(sitting.ratings())}")
