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
from typing import TYPE_CHECKING, Any

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.trackers.tracker import library_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ferrobench.trackers.point import Point
    from ferrobench.trackers.spec import TrackerSpec

STEP_KEY = "checkpoint_step"
SAMPLES_KEY = "samples"
STEPS_FILE = "ferrobench-steps.json"
_COLUMNS = ["prompt", "compiling", "text"]
_RUN_NAME_CHARACTERS = 128


class WandbLog:
    """One run of either library."""

    def __init__(
        self,
        spec: TrackerSpec,
        *,
        steps: set[int],
        table: Callable[..., Any],
        send: Callable[[int, dict[str, Any]], None],
        finish: Callable[[], None],
        look: str,
    ) -> None:
        """Take an open run.

        Args:
            spec: For messages.
            steps: Those that it has.
            table: The library's class.
            send: Logs a row of figures at a step.
            finish: Closes the run.
            look: How to look at it.
        """
        self._spec = spec
        self._steps = steps
        self._table = table
        self._send = send
        self._finish = finish
        self._look = look

    @property
    def look(self) -> str:
        """A command or an address."""
        return self._look

    def log(self, point: Point) -> bool:
        """Log one row, unless its step is there."""
        if point.step in self._steps:
            return False
        with library_errors(self._spec):
            row: dict[str, Any] = dict(point.metrics)
            if point.rows:
                data = [
                    [_encodable(text) for text in (row.prompt, row.compiling, row.text)] for row in point.rows
                ]
                row[SAMPLES_KEY] = self._table(columns=_COLUMNS, data=data)
            self._send(point.step, row)
        self._steps.add(point.step)
        return True

    def close(self) -> None:
        """Wait until the library has written everything."""
        with library_errors(self._spec):
            self._finish()


def _encodable(text: str) -> str:
    """Text without lone surrogates, which stand for bytes of a model's that are no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def check_wandb(target: str) -> None:
    """See that wandb takes the project, and that it will not ask who the user is.

    Raises:
        UsageError: The project's name is none.
        NotReadyError: Nobody is logged in, and ``WANDB_MODE`` asks for no other than the online mode.
    """
    wandb: Any = import_module("wandb")  # no part of every environment that this package is checked in
    try:
        wandb.Settings(project=_split(target)[1])
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
    wandb: Any = import_module("wandb")  # no part of every environment that this package is checked in
    entity, project = _split(spec.target)
    run_id = f"fb{hashlib.sha256(f'{spec.target}/{name}'.encode('utf-8', 'surrogatepass')).hexdigest()[:14]}"
    run = wandb.init(
        entity=entity,
        project=project,
        id=run_id,
        name=_encodable(name)[:_RUN_NAME_CHARACTERS],
        config={key: _encodable(value) for key, value in about.items()},
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
    folder = Path(run.dir)
    steps = _noted_steps(folder, run_id)
    first = len(steps)
    written: list[int] = []

    def send(step: int, row: dict[str, Any]) -> None:
        # Offline a run begins anew in each sitting; its rows go on where the last one ended, for when all are uploaded.
        position = {"step": first + len(written)} if run.offline else {}
        run.log({STEP_KEY: step, **row}, **position)
        written.append(step)
        (folder / STEPS_FILE).write_text(json.dumps(written), encoding="ascii")

    if run.offline:
        look = f"wandb sync {shlex.quote(os.path.relpath(folder.parent))}"
    else:
        look = run.url or "nothing was kept: WANDB_MODE is disabled"
    return WandbLog(spec, steps=steps, table=wandb.Table, send=send, finish=run.finish, look=look)


def _split(target: str) -> tuple[str | None, str]:
    entity, _, project = target.rpartition("/")
    return entity or None, project


def _noted_steps(folder: Path, run_id: str) -> set[int]:
    """The steps of a run that earlier sittings have noted beside wandb's own files."""
    steps: set[int] = set()
    for path in folder.parent.parent.glob(f"*run-*-{run_id}/files/{STEPS_FILE}"):
        try:
            steps.update(int(step) for step in json.loads(path.read_text(encoding="ascii")))
        except (OSError, ValueError, TypeError):
            continue  # written when a kill came: its points may come twice, which is better than never
    return steps


def open_trackio(spec: TrackerSpec, name: str, about: Mapping[str, str]) -> WandbLog:
    """Open a run of trackio. The same name is the same run."""
    trackio: Any = import_module("trackio")  # likewise
    # It prints on stdout, which may carry our own JSON.
    with redirect_stdout(io.StringIO()):
        run = trackio.init(
            project=spec.target,
            name=_encodable(name),
            config={key.lstrip("_"): _encodable(value) for key, value in about.items()},
            resume="allow",
            embed=False,
            auto_log_gpu=False,
            auto_log_cpu=False,
        )

    def finish() -> None:
        with redirect_stdout(io.StringIO()):
            trackio.finish()

    return WandbLog(
        spec,
        steps=_steps_in_trackio(run),
        table=trackio.Table,
        send=lambda step, row: run.log(row, step=step),
        finish=finish,
        look=run.url or f"trackio show --project {shlex.quote(spec.target)}",
    )


def _steps_in_trackio(run: Any) -> set[int]:
    """The steps of a run in the local database; none of a server's, which does not tell."""
    if run.url is not None:
        return set()
    storage: Any = import_module("trackio.sqlite_storage").SQLiteStorage
    return {int(row["step"]) for row in storage.get_logs(run.project, run.name, run_id=run.id)}
