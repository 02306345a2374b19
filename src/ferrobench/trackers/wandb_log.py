"""Weights & Biases and trackio, which share one API: ``init``, ``log``, ``Table``, ``finish``.

Neither can replace a point, so a step that a run has already is left as it is. trackio tells which steps it has. wandb's own
steps only grow, so the training step is a figure of its own there, ``checkpoint_step``, over which all others are drawn; and
which steps were logged is noted in a file that lies with wandb's own, so it is known on the machine that logged them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shlex
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.trackers.tracker import library_errors, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ferrobench.trackers.point import TrackedPoint
    from ferrobench.trackers.spec import TrackerSpec

STEP_KEY = "checkpoint_step"
SAMPLES_KEY = "samples"
STEPS_FILE = "ferrobench-steps.json"
_COLUMNS = ["prompt", "compiling", "text"]
_RUN_NAME_CHARACTERS = 128


class WandbLog:
    """One run of either library. It is opened with the first point that it lacks, so that going over a series again makes nothing."""

    def __init__(
        self, spec: TrackerSpec, *, steps: set[int], table: Callable[..., Any], session: _Session
    ) -> None:
        """Take what is known of a run.

        Args:
            spec: For messages.
            steps: Those that it has.
            table: The library's class.
            session: What opens it, and logs.
        """
        self._spec = spec
        self._steps = steps
        self._table = table
        self._session = session

    @property
    def look(self) -> str:
        """A command or an address."""
        return self._session.look

    def log(self, point: TrackedPoint) -> bool:
        """Log one row, unless its step is there."""
        if point.step in self._steps:
            return False
        with library_errors(self._spec):
            row: dict[str, Any] = dict(point.metrics)
            if point.rows:
                texts = ((row.prompt, row.compiling, row.text) for row in point.rows)
                data = [[_encodable(text) for text in one] for one in texts]
                row[SAMPLES_KEY] = self._table(columns=_COLUMNS, data=data)
            self._session.send(point.step, row)
        self._steps.add(point.step)
        return True

    def close(self) -> None:
        """Wait until the library has written everything."""
        with library_errors(self._spec):
            self._session.finish()


class _Session(Protocol):
    """What differs between the libraries."""

    @property
    def look(self) -> str:
        """A command or an address."""

    def send(self, step: int, row: dict[str, Any]) -> None:
        """Log figures at a step; the first time, open the run."""

    def finish(self) -> None:
        """Close the run, if it was opened."""


def _encodable(text: str) -> str:
    """Text without lone surrogates, which stand for bytes of a model's that are no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def check_wandb(target: str) -> None:
    """See that wandb takes the project, and that it will not ask who the user is.

    Raises:
        UsageError: It is neither PROJECT nor ENTITY/PROJECT, or no name that wandb takes.
        NotReadyError: Nobody is logged in, and ``WANDB_MODE`` asks for no other than the online mode.
    """
    wandb: Any = import_module("wandb")  # no part of every environment that this package is checked in
    words = target.split("/")
    if len(words) > 2 or not all(word.strip() for word in words):
        raise UsageError(f"wandb:{target}: expected wandb:PROJECT or wandb:ENTITY/PROJECT")
    try:
        wandb.Settings(project=words[-1])
    except (wandb.UsageError, ValueError) as error:
        raise UsageError(f"wandb:{target}: {' '.join(str(error).split())}") from error
    if wandb.setup().settings.mode in ("offline", "disabled", "dryrun"):
        return
    if not wandb.login(prompt=False, verify=False):
        raise NotReadyError(
            f"wandb:{target}: nobody is logged in; run wandb login, set WANDB_API_KEY, or set WANDB_MODE=offline"
        )


def open_wandb(spec: TrackerSpec, name: str, about: Mapping[str, str]) -> WandbLog:
    """Open a run of wandb in the mode that its environment asks for. The same name is the same run."""
    wandb: Any = import_module("wandb")  # likewise
    run_id = f"fb{hashlib.sha256(f'{spec.target}/{name}'.encode('utf-8', 'surrogatepass')).hexdigest()[:14]}"
    steps = _noted_steps(Path(wandb.setup().settings.wandb_dir), run_id)
    return WandbLog(
        spec, steps=steps, table=wandb.Table, session=_WandbSession(spec, run_id, name, about, len(steps))
    )


class _WandbSession:
    """A run of wandb."""

    def __init__(
        self, spec: TrackerSpec, run_id: str, name: str, about: Mapping[str, str], rows_before: int
    ) -> None:
        self._spec = spec
        self._id = run_id
        self._name = name
        self._about = about
        self._rows_before = rows_before
        self._written: list[int] = []
        self._run: Any = None

    @property
    def look(self) -> str:
        settings = import_module("wandb").setup().settings
        if settings.mode == "disabled":
            return "nothing was kept, since WANDB_MODE is disabled"
        if self._run is not None and not self._run.offline:
            return str(self._run.url)
        # All sittings of the run, whatever their times.
        return f"wandb sync {shlex.quote(os.path.relpath(settings.wandb_dir))}/*run-*-{self._id}"

    def send(self, step: int, row: dict[str, Any]) -> None:
        if self._run is None:
            self._run = self._open()
        # Offline a run begins anew in each sitting; its rows go on where the last one ended, for when all are uploaded.
        position = {"step": self._rows_before + len(self._written)} if self._run.offline else {}
        self._run.log({STEP_KEY: step, **row}, **position)
        self._written.append(step)
        folder = Path(self._run.dir)
        if folder.is_dir():  # in disabled mode there is none
            (folder / STEPS_FILE).write_text(json.dumps(self._written), encoding="ascii")

    def finish(self) -> None:
        if self._run is not None:
            self._run.finish()

    def _open(self) -> Any:
        wandb: Any = import_module("wandb")
        entity, project = _split(self._spec.target)
        run = wandb.init(
            entity=entity,
            project=project,
            id=self._id,
            name=_encodable(self._name)[:_RUN_NAME_CHARACTERS],
            config={key: _encodable(value) for key, value in self._about.items()},
            resume="allow",
            reinit="create_new",  # a training script that calls us may have a run of its own
            # Not the terminal, the command line, the machine or the code: figures were asked for.
            settings=wandb.Settings(
                silent=True,
                console="off",
                disable_git=True,
                disable_code=True,
                x_disable_meta=True,
                x_disable_stats=True,
                x_disable_machine_info=True,
                x_save_requirements=False,
            ),
        )
        run.define_metric(STEP_KEY, hidden=True)
        run.define_metric("*", step_metric=STEP_KEY)
        return run


def _split(target: str) -> tuple[str | None, str]:
    entity, _, project = target.rpartition("/")
    return entity or None, project


def _noted_steps(folder: Path, run_id: str) -> set[int]:
    """The steps of a run that earlier sittings have noted beside wandb's own files."""
    steps: set[int] = set()
    for path in folder.glob(f"*run-*-{run_id}/files/{STEPS_FILE}"):
        try:
            steps.update(int(step) for step in json.loads(path.read_text(encoding="ascii")))
        except (OSError, ValueError, TypeError):
            continue  # written when a kill came: its points may come twice, which is better than never
    return steps


def check_trackio(target: str) -> None:
    """See that trackio takes the project.

    Raises:
        UsageError: The project's name is one that trackio keeps for itself.
    """
    storage: Any = import_module("trackio.sqlite_storage").SQLiteStorage  # likewise
    try:
        storage.validate_project_name(target)
    except ValueError as error:
        raise UsageError(f"trackio:{target}: {one_line(error)}") from error


def open_trackio(spec: TrackerSpec, name: str, about: Mapping[str, str]) -> WandbLog:
    """Open a run of trackio. The same name is the same run."""
    trackio: Any = import_module("trackio")  # likewise
    # It prints on stdout, which may carry our own JSON.
    with redirect_stdout(io.StringIO()):
        run = trackio.init(
            project=spec.target,
            name=_encodable(name),
            config={key: _encodable(value) for key, value in about.items()},
            resume="allow",
            embed=False,
            auto_log_gpu=False,
            auto_log_cpu=False,
        )
    return WandbLog(
        spec, steps=_steps_in_trackio(run), table=trackio.Table, session=_TrackioSession(trackio, run)
    )


class _TrackioSession:
    """A run of trackio, which writes nothing before the first row."""

    def __init__(self, trackio: Any, run: Any) -> None:
        self._trackio = trackio
        self._run = run

    @property
    def look(self) -> str:
        return one_line(self._run.url or f"trackio show --project {shlex.quote(self._run.project)}")

    def send(self, step: int, row: dict[str, Any]) -> None:
        self._run.log(row, step=step)

    def finish(self) -> None:
        with redirect_stdout(io.StringIO()):
            self._trackio.finish()


def _steps_in_trackio(run: Any) -> set[int]:
    """The steps of a run in the local database; none of a server's, which does not tell."""
    if run.url is not None:
        return set()
    storage: Any = import_module("trackio.sqlite_storage").SQLiteStorage
    return {int(row["step"]) for row in storage.get_logs(run.project, run.name, run_id=run.id)}
