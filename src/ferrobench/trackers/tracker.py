"""What a tracker is, whichever library it speaks through, and how one is opened."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, assert_never

from ferrobench.errors import HarnessError, MissingExtraError, NotReadyError
from ferrobench.trackers.spec import TrackerKind, TrackerSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ferrobench.trackers.point import TrackedPoint

_MESSAGE_CHARACTERS = 300
# Whatever a library says of what it was given, these are not said again.
_SECRET_VARIABLES = re.compile(r".*(?:API_KEY|TOKEN|PASSWORD|SECRET)")
_USER_IN_ADDRESS = re.compile(r"(?<=://)[^/@\s]+@")
_LEAST_SECRET = 4


class Tracker(Protocol):
    """One run of a tracker, open for points. Every method raises :class:`NotReadyError` where the library fails."""

    @property
    def look(self) -> str:
        """How to look at what was logged: a command, or an address."""

    def log(self, point: TrackedPoint) -> bool:
        """Log the figures and samples of one checkpoint, in any order of steps.

        Returns:
            False where the run has this step already and it is not replaced, since the store cannot do that or the checkpoint lies in
            another folder. Nothing was done.
        """

    def close(self) -> None:
        """Hand everything to the store. To be called once."""


def require_tracker(spec: TrackerSpec) -> None:
    """See that a tracker can be opened, before hours are spent on what should be logged. Nothing is logged or made.

    Raises:
        UsageError: The library does not take such a target.
        MissingExtraError: The library is not installed.
        NotReadyError: Nothing can be written there, or nobody is logged in.
    """
    with library_errors(spec):
        match spec.kind:
            case TrackerKind.TENSORBOARD:
                _require_library(spec.kind, "tensorboard")
                from ferrobench.trackers import tensorboard_log

                tensorboard_log.check(spec.target)
            case TrackerKind.WANDB:
                _require_library(spec.kind, "wandb")
                from ferrobench.trackers import wandb_log

                wandb_log.check_wandb(spec.target)
            case TrackerKind.MLFLOW:
                _require_library(spec.kind, "mlflow")
                from ferrobench.trackers import mlflow_log

                mlflow_log.check()
            case TrackerKind.TRACKIO:
                _require_library(spec.kind, "trackio")
                from ferrobench.trackers import wandb_log

                wandb_log.check_trackio(spec.target)
            case _:
                assert_never(spec.kind)


def open_tracker(spec: TrackerSpec, name: str, about: Mapping[str, str]) -> Tracker:
    """Open the run *name* of a tracker: the one that is there, or a new one that tells *about* itself.

    Raises:
        HarnessError: As :func:`require_tracker`, and where the library fails to open it.
    """
    require_tracker(spec)
    with library_errors(spec):
        match spec.kind:
            case TrackerKind.TENSORBOARD:
                from ferrobench.trackers.tensorboard_log import TensorBoardLog

                return TensorBoardLog(spec, name)
            case TrackerKind.WANDB:
                from ferrobench.trackers.wandb_log import open_wandb

                return open_wandb(spec, name, about)
            case TrackerKind.MLFLOW:
                from ferrobench.trackers.mlflow_log import MlflowLog

                return MlflowLog(spec, name, about)
            case TrackerKind.TRACKIO:
                from ferrobench.trackers.wandb_log import open_trackio

                return open_trackio(spec, name, about)
            case _:
                assert_never(spec.kind)


def _require_library(kind: TrackerKind, module: str) -> None:
    found = find_spec(module)
    # Without an origin it is only a folder of this name in the working directory, such as the one that wandb makes.
    if found is None or found.origin is None:
        raise MissingExtraError(f"{module} is not installed: pip install 'ferrobench[{kind.value}]'")


@contextmanager
def library_errors(spec: TrackerSpec) -> Iterator[None]:
    """Turn whatever a tracker's library raises into one line of ours, without credentials."""
    try:
        yield
    except HarnessError:
        raise
    except ImportError as error:
        raise MissingExtraError(
            f"{spec}: {one_line(error)}: pip install 'ferrobench[{spec.kind.value}]'"
        ) from error
    except (
        Exception
    ) as error:  # libraries with servers behind them raise anything, and none of it may end a run
        raise NotReadyError(f"{spec}: {type(error).__name__}: {one_line(error)}") from error


def one_line(error: object) -> str:
    """What a library says, on one printable line, without the passwords and keys of the environment or of addresses."""
    text = _USER_IN_ADDRESS.sub("[redacted]@", str(error))
    for name, value in os.environ.items():
        if _SECRET_VARIABLES.fullmatch(name) and len(value) >= _LEAST_SECRET:
            text = text.replace(value, "[redacted]")
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words if len(words) <= _MESSAGE_CHARACTERS else f"{words[:_MESSAGE_CHARACTERS]}…"
