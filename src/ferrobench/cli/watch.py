"""``ferrobench watch``: benchmark every new checkpoint of a training run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import Parameter

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferrobench.evaluate import RunSettings

EXIT_INTERRUPTED = 130
# What watch itself says of each run, or has no meaning for many.
OWNED = (
    "checkpoint",
    "step",
    "model",
    "run_dir",
    "output",
    "resume",
    "shard",
    "fail_under",
    "json",
)
# A training job has the machine, and so runs get one core unless the user says more.
MODEST = {"jobs": 1, "threads": 1}

Flag = Parameter(negative="", show_default=False)


def watch(
    folder: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    /,
    *run_flags: Annotated[str, Parameter(allow_leading_hyphen=True)],
    runs: Path | None = None,
    every: int | None = None,
    until_step: int | None = None,
    once: Annotated[bool, Flag] = False,
    on_alarm: str | None = None,
    webhook: str | None = None,
    nice: int = 10,
    interval: float = 10.0,
    settle: float = 5.0,
) -> int:
    """Benchmark every new checkpoint of a training run as soon as it is completely written, the newest first.

    Parameters
    ----------
    folder
        What the trainer writes into: folders step_<N> or checkpoint-<N>, or files model_<N>.pt. It may not be there yet.
    run_flags
        Flags of ferrobench run, for each checkpoint: --suite core --samples-per-prompt 10 --lint and so on. --jobs and
        --threads are 1 unless given.
    runs
        Folder for the runs, one for each checkpoint. Default: runs/watch-<name of FOLDER>.
    every
        Only steps that are multiples of this. A later watch without it does the others.
    until_step
        End when this step or a later one is done, and all others that are there.
    once
        Do what is there now, and end.
    on_alarm
        A command for the shell, run when a checkpoint is significantly worse or has collapsed. It gets the alarm as JSON
        on standard input, and in words in FERROBENCH_TEXT.
    webhook
        A URL to which the same JSON is posted.
    nice
        Niceness of everything that is run, 0 to 19: a training job comes first.
    interval
        Seconds between two looks into FOLDER.
    settle
        Seconds for which the files of a checkpoint must not have changed.
    """
    from ferrobench.errors import UsageError
    from ferrobench.watch import (
        Command,
        Examiner,
        RunFolders,
        Signals,
        Stopped,
        Watch,
        WatchSettings,
        Webhook,
        check_series,
        count_runs,
        lock_runs,
        stand_back,
    )

    if str(folder).startswith("-"):
        raise UsageError(f"watch {folder}: expected the folder of the checkpoints first, and flags behind it")
    _check_numbers(every=every, until_step=until_step, nice=nice, interval=interval, settle=settle)
    _check_folder(folder, must_be_there=once)
    messengers = (
        None if on_alarm is None else Command(line=on_alarm),
        None if webhook is None else Webhook(url=webhook),
    )
    asked = _read_run_flags(run_flags)
    wanted = _decide(asked.settings)
    runs = runs or Path("runs") / f"watch-{folder.resolve().name}"
    say = _Say()
    with Signals() as signals:
        try:
            with lock_runs(runs, signals, say) as heirloom:
                folders = RunFolders(runs, max_unjudged=asked.settings.max_unjudged)
                states = folders.read()
                check_series(states, wanted)
                stand_back(nice)
                say(f"watching {folder}; runs go to {runs}{count_runs(states)}")
                return Watch(
                    WatchSettings(
                        folder=folder,
                        flags=asked.flags,
                        tokenizer=asked.settings.model.tokenizer,
                        every=every,
                        settle=settle,
                        interval=interval,
                        once=once,
                        until_step=until_step,
                    ),
                    folders,
                    signals=signals,
                    examiner=Examiner(signals, say, command=messengers[0], webhook=messengers[1]),
                    say=say,
                    heirloom=heirloom,
                    check=_unchanged(asked.settings, wanted),
                ).run()
        except Stopped:
            say("stopped; the same command goes on from here")
            return EXIT_INTERRUPTED


class _AskedOfRuns(NamedTuple):
    """What every run is asked for."""

    flags: tuple[str, ...]
    settings: RunSettings


class _Say:
    """Prints lines with the time of day: they are read days later."""

    def __init__(self) -> None:
        from ferrobench.cli.console import make_console

        self._console = make_console(stderr=True)

    def __call__(self, line: str, *, loud: bool = False) -> None:
        from datetime import datetime

        from rich.text import Text

        from ferrobench.reports import printable

        text = Text(f"{datetime.now():%Y-%m-%d %H:%M:%S} ", style="dim")
        text.append(printable(" ".join(line.split())), style="not dim bold red" if loud else "not dim")
        self._console.print(text, soft_wrap=True)


def _read_run_flags(tokens: tuple[str, ...]) -> _AskedOfRuns:
    """Read them as ``ferrobench run`` does, so that a mistake shows now and not at the first checkpoint."""
    from cyclopts import App, CycloptsError, UnknownOptionError

    from ferrobench.cli.run import read_flags, run
    from ferrobench.errors import UsageError
    from ferrobench.models.spec import OF_ENDPOINTS

    app = App(name="run", help_flags=(), version_flags=())
    app.default(run)
    try:
        _, bound, _ = app.parse_args(list(tokens), exit_on_error=False, print_error=False)
    except UnknownOptionError as error:
        flag = error.token.keyword or error.token.value
        raise UsageError(f"{flag}: neither a flag of ferrobench watch nor one of ferrobench run") from error
    except CycloptsError as error:
        raise UsageError(str(error)) from error
    given = bound.arguments
    for name in OWNED:
        if name in given:
            raise UsageError(
                f"--{name.replace('_', '-')}: cannot be given to watch, which sees to it for each run"
            )
    more: dict[str, Any] = {name: value for name, value in MODEST.items() if name not in given}
    settings = read_flags(**given, **more).settings
    settings.model.refuse("a checkpoint on disk", *OF_ENDPOINTS)
    tokenizer = settings.model.tokenizer
    if tokenizer is not None and not tokenizer.exists():
        raise UsageError(f"--tokenizer {tokenizer}: no such file")
    added = [word for name, value in more.items() for word in (f"--{name}", str(value))]
    return _AskedOfRuns(flags=(*tokens, *added), settings=settings)


def _decide(settings: RunSettings) -> dict[str, Any]:
    """What all runs of one series have in common, as far as it is known without a model."""
    from ferrobench.evaluate import decide_settings

    wanted = decide_settings(settings) | {"threads": settings.model.threads}
    for name in ("dtype", "prompt_style"):
        if getattr(settings.model, name) != "auto":
            wanted[name] = getattr(settings.model, name)
    if settings.model.device != "auto":
        wanted["device"] = "cuda:0" if settings.model.device == "cuda" else settings.model.device
    return wanted


def _unchanged(settings: RunSettings, before: dict[str, Any]) -> Callable[[], None]:
    """A check that runs to come would be what those before were: a suite may be edited while it is watched."""
    from ferrobench.errors import UsageError
    from ferrobench.results import first_difference

    def check() -> None:
        difference = first_difference(before, _decide(settings))
        if difference is not None:
            raise UsageError(f"settings have changed while watching: {difference}; give another --runs")

    return check


def _check_numbers(
    *, every: int | None, until_step: int | None, nice: int, interval: float, settle: float
) -> None:
    from ferrobench.errors import UsageError

    if every is not None and every < 1:
        raise UsageError(f"--every {every}: expected 1 or more")
    if until_step is not None and until_step < 0:
        raise UsageError(f"--until-step {until_step}: expected 0 or more")
    if not 0 <= nice <= 19:
        raise UsageError(f"--nice {nice}: expected 0 to 19")
    if not 0.0 < interval <= 86_400.0:
        raise UsageError(f"--interval {interval:g}: expected seconds above 0, at most a day")
    if not 0.0 <= settle <= 86_400.0:
        raise UsageError(f"--settle {settle:g}: expected seconds from 0 to a day")


def _check_folder(folder: Path, *, must_be_there: bool) -> None:
    """See that it is no single checkpoint and nothing but a folder, if it is there."""
    from ferrobench.errors import UsageError
    from ferrobench.models import list_training_steps
    from ferrobench.models.checkpoints import META_FILE, WEIGHTS_FILE

    if folder.exists() and not folder.is_dir():
        raise UsageError(
            f"{folder}: is no folder; expected the one that the trainer writes its checkpoints into"
        )
    if must_be_there and not folder.exists():
        raise UsageError(f"{folder}: no such folder; expected the one that holds the checkpoints")
    single = any((folder / name).exists() for name in (WEIGHTS_FILE, META_FILE))
    if single and not list_training_steps(folder):
        raise UsageError(f"{folder}: is one checkpoint; expected the folder that holds all of its run")
