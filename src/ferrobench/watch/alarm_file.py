"""``alarms.json`` in a run folder: the alarms of a run, and who has been told. Where it lies, the run has been looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from ferrobench.errors import InputError
from ferrobench.results import write_json
from ferrobench.watch.alarms import Alarm

if TYPE_CHECKING:
    from pathlib import Path

ALARMS_FILE = "alarms.json"


class Told(BaseModel):
    """Who has been told of an alarm. What is null was not tried yet, or not asked for."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    line: bool = False
    """Whether the line was printed."""
    command: str | None = None
    """``done``, or why not."""
    webhook: str | None = None
    """Likewise."""
    all: bool = False
    """Whether everybody was told that was to be told. What fails is not tried again."""


class Entry(BaseModel):
    """One alarm of a run."""

    model_config = ConfigDict(frozen=True)

    alarm: Alarm
    told: Told = Told()


class Alarms(BaseModel):
    """All alarms of a run."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    schema_version: int = 1
    neighbours: int = 0
    """With how many lower neighbours it was compared: each further one has a smaller share of false alarms."""
    alarms: tuple[Entry, ...] = ()


def read_alarms(folder: Path) -> Alarms | None:
    """Read the alarms of a run; None where nobody has looked for any yet.

    Raises:
        InputError: The file is damaged.
    """
    path = folder / ALARMS_FILE
    try:
        return Alarms.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, fault["loc"])) or "the document"
        raise InputError(
            f"{path}: {field}: {fault['msg']}; delete it to have the run looked at anew"
        ) from error


def write_alarms(folder: Path, alarms: Alarms) -> None:
    """Write the alarms of a run, whole or not at all.

    Raises:
        NotReadyError: They cannot be written.
    """
    write_json(folder / ALARMS_FILE, alarms.model_dump(mode="json"))


def add_alarms(known: Alarms | None, found: tuple[Alarm, ...], *, neighbours: int) -> Alarms:
    """Put alarms to those that are known, found beside so many *neighbours* more. Of each kind a run has one: the first."""
    known = known or Alarms()
    entries = list(known.alarms)
    for alarm in found:
        if all(entry.alarm.id != alarm.id for entry in entries):
            entries.append(Entry(alarm=alarm))
    return known.model_copy(update={"alarms": tuple(entries), "neighbours": known.neighbours + neighbours})
