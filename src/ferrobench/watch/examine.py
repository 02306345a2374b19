"""Looking at finished runs beside each other, and telling of what is found: each alarm once, over restarts too.

An alarm is written down before anybody is told, and who was told is written down after each. So nothing is lost when a
watch is killed; only what was being told in that very moment is told again.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from ferrobench.errors import InputError
from ferrobench.results import load_run
from ferrobench.tracking import Settings, compare_runs
from ferrobench.watch.alarm_file import Alarms, Entry, add_alarms, read_alarms, write_alarms
from ferrobench.watch.alarms import find_collapse, find_regression, list_pairs, not_comparable
from ferrobench.watch.messengers import DONE
from ferrobench.watch.run_folders import Finished, describe_step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ferrobench.watch.alarms import Alarm, Pair
    from ferrobench.watch.messengers import Command, Webhook
    from ferrobench.watch.signals import Signals


class Say(Protocol):
    """Prints a line for the user."""

    def __call__(self, line: str, *, loud: bool = False) -> None:
        """Print it; *loud* is an alarm."""


class Examiner:
    """Finds alarms and tells of them."""

    def __init__(
        self, signals: Signals, say: Say, *, command: Command | None = None, webhook: Webhook | None = None
    ) -> None:
        self._signals = signals
        self._say = say
        self._command = command
        self._webhook = webhook

    def catch_up(self, runs: Iterable[Finished]) -> None:
        """Look at every run that nobody has looked at yet, and tell of all alarms that were not told.

        Raises:
            InputError: A file with alarms is damaged.
            NotReadyError: One cannot be written.
            Stopped: The user wants us to end; what was not told is told by the next watch.
        """
        finished = sorted((run for run in runs if run.usable), key=lambda run: run.order)
        for run in finished:
            if read_alarms(run.folder) is None:
                self._examine(run, finished)
            # Of this run, or of an earlier sitting.
            self._tell_of(run.folder)

    def _examine(self, run: Finished, finished: list[Finished]) -> None:
        found: dict[Path, list[Alarm]] = {run.folder: []}
        neighbours: Counter[Path] = Counter()
        for pair in list_pairs(run, finished, _count_neighbours):
            if pair.new is run or read_alarms(pair.new.folder) is not None:
                found.setdefault(pair.new.folder, []).extend(self._compare(pair))
                neighbours[pair.new.folder] += pair.neighbours
            # Else it is to be looked at itself, and will find the same.
        # The run's own last: until it is there, everything is looked at again. A neighbour then counts twice, to be safe.
        for folder, alarms in reversed(found.items()):
            both = add_alarms(read_alarms(folder), tuple(alarms), neighbours=neighbours[folder])
            write_alarms(folder, both)
            if folder != run.folder:
                self._tell_of(folder)

    def _compare(self, pair: Pair) -> Iterable[Alarm]:
        collapse = find_collapse(pair)
        if collapse is not None:
            yield collapse
        names = f"{describe_step(pair.new.step)} and {describe_step(pair.old.step)}"
        try:
            comparison = compare_runs(
                load_run(pair.old.folder, need_samples=True),
                load_run(pair.new.folder, need_samples=True),
                Settings(comparisons=pair.comparisons, headline_alone=True),
            )
        except InputError as error:
            self._say(f"{names} are not compared: {error}")
            return
        why = not_comparable(comparison)
        if why is not None:
            self._say(f"{names} are not compared: {why}")
        regression = find_regression(pair, comparison)
        if regression is not None:
            yield regression

    def _tell_of(self, folder: Path) -> None:
        alarms = read_alarms(folder) or Alarms()
        for place, entry in enumerate(alarms.alarms):
            if not entry.told.all:
                self._tell(folder, place, entry.alarm)

    def _tell(self, folder: Path, place: int, alarm: Alarm) -> None:
        told = self._mark(folder, place).told
        if not told.line:
            self._say(f"ALARM {alarm.text}", loud=True)
            told = self._mark(folder, place, line=True).told
        if self._command is not None and told.command is None:
            outcome = self._command.tell(alarm, self._signals)
            if outcome != DONE:
                self._say(f"--on-alarm: the command {outcome}")
            told = self._mark(folder, place, command=outcome).told
        if self._webhook is not None and told.webhook is None:
            outcome = self._webhook.tell(alarm, self._signals)
            if outcome != DONE:
                self._say(f"--webhook: {outcome}")
            self._mark(folder, place, webhook=outcome)
        self._mark(folder, place, all=True)

    def _mark(self, folder: Path, place: int, **changes: bool | str) -> Entry:
        """Write down who has been told of an alarm."""
        alarms = read_alarms(folder) or Alarms()
        entries = list(alarms.alarms)
        if changes:
            told = entries[place].told.model_copy(update=changes)
            entries[place] = entries[place].model_copy(update={"told": told})
            write_alarms(folder, alarms.model_copy(update={"alarms": tuple(entries)}))
        return entries[place]


def _count_neighbours(run: Finished) -> int:
    return (read_alarms(run.folder) or Alarms()).neighbours
