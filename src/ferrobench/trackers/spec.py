"""Where figures go: ``tensorboard:DIR``, ``wandb:PROJECT``, ``mlflow:EXPERIMENT`` or ``trackio:PROJECT``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum

from ferrobench.errors import UsageError

NOT_LOGGED = "not logged: "
"""Begins the line of a run whose tracker failed."""
_SHOWN = 80


class TrackerKind(StrEnum):
    """Whose library it is."""

    TENSORBOARD = "tensorboard"
    WANDB = "wandb"
    MLFLOW = "mlflow"
    TRACKIO = "trackio"


_DEFAULTS = {
    TrackerKind.TENSORBOARD: "tensorboard",
    TrackerKind.WANDB: "ferrobench",
    TrackerKind.MLFLOW: "ferrobench",
    TrackerKind.TRACKIO: "ferrobench",
}
# Where users of a library say what it should take unless it is told.
_VARIABLES = {TrackerKind.WANDB: "WANDB_PROJECT", TrackerKind.MLFLOW: "MLFLOW_EXPERIMENT_NAME"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerSpec:
    """One place that figures go to."""

    kind: TrackerKind
    target: str
    """The folder, project or experiment; of wandb also ``ENTITY/PROJECT``."""

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.target}"


def parse_spec(text: str, flag: str = "--to") -> TrackerSpec:
    """Read what *flag* was given. Without a target it is the library's own environment variable, else a name of ours.

    Raises:
        UsageError: No such tracker, or a target that cannot be one.
    """
    word, _, target = text.partition(":")
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    try:
        kind = TrackerKind(word.strip().lower())
    except ValueError:
        raise UsageError(
            f"{flag} {shown}: unknown tracker; expected tensorboard:DIR, wandb:PROJECT, mlflow:EXPERIMENT or trackio:PROJECT"
        ) from None
    target = target.strip() or os.environ.get(_VARIABLES.get(kind, ""), "").strip() or _DEFAULTS[kind]
    if kind is TrackerKind.TENSORBOARD:
        target = os.path.expanduser(target)  # noqa: PTH111 - the shell expands no ~ behind a colon; the rest stays as typed
    if not target.isprintable():
        raise UsageError(f"{flag} {shown!r}: expected a printable name after {kind.value}:")
    return TrackerSpec(kind=kind, target=target)
