"""The watch itself: look, run what is next, tell of it, wait. All that it knows over a kill is in the folder of runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ferrobench.errors import HarnessError, NotReadyError
from ferrobench.models import find_gap, list_training_steps, stamp_files
from ferrobench.results import load_results
from ferrobench.watch.benchmark import EXIT_NOT_READY, Blame, benchmark
from ferrobench.watch.queue import is_left_out, is_rewritten, list_due
from ferrobench.watch.report import count_runs, duration, finished_line, name_steps
from ferrobench.watch.rest import Looks
from ferrobench.watch.run_folders import Damaged, Finished, Refused, Unfinished, describe_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from ferrobench.models import TrainingStep
    from ferrobench.watch.benchmark import Ended
    from ferrobench.watch.examine import Examiner, Say
    from ferrobench.watch.queue import Due
    from ferrobench.watch.rest import Stamps
    from ferrobench.watch.run_folders import RunFolders, RunState
    from ferrobench.watch.signals import Signals

EXIT_REFUSED = 2
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 600.0
# Of a run that ends with too many samples unjudged, which trying it once more may not help; and of different ones in a row
# with --once, which then may all fail.
MOST_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """What a watch is asked for. Times are in seconds."""

    folder: Path
    """Where the checkpoints come."""
    flags: tuple[str, ...] = ()
    """What every run gets beside its checkpoint."""
    tokenizer: Path | None = None
    """What ``--tokenizer`` among these names: a checkpoint that was refused is tried again when it changes."""
    every: int | None = None
    settle: float = 5.0
    interval: float = 10.0
    once: bool = False
    until_step: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What was seen at one time."""

    first: bool
    """Whether it is the first look of this sitting."""
    seconds: float
    """Since that one."""
    steps: Mapping[int | None, TrainingStep]
    states: Mapping[int | None, RunState]
    stamps: Mapping[int | None, Stamps]
    complete: tuple[TrainingStep, ...]
    unsettled: frozenset[int | None]
    """Steps that are not done and may still be written."""

    @property
    def finished(self) -> list[Finished]:
        return [state for state in self.states.values() if isinstance(state, Finished)]


@dataclass(slots=True)
class _Failures:
    """What the environment has done to us in this sitting."""

    count: dict[int | None, int] = field(default_factory=dict)
    """By step."""
    in_a_row: int = 0
    pause: float = 0.0
    """Seconds."""
    until: float = 0.0
    """When the pause ends."""
    said: tuple[str, float] = ("", 0.0)
    ever: bool = False


class Watch:
    """Benchmarks the checkpoints of one folder as they come."""

    def __init__(
        self,
        settings: WatchSettings,
        folders: RunFolders,
        *,
        signals: Signals,
        examiner: Examiner,
        say: Say,
        heirloom: int,
        check: Callable[[], None],
        refresh: Callable[[Path], None] | None = None,
        first_pause: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        """Set up.

        Args:
            settings: What is asked for.
            folders: The folder of runs, which nobody else is working in.
            signals: Of the user.
            examiner: Who looks for alarms.
            say: Who prints lines.
            heirloom: The descriptor of the lock that runs inherit.
            check: Called before each run; raises where the runs to come would be others than those before.
            refresh: Called with the folder of runs whenever finished ones are there that were not.
            first_pause: Seconds after the first failure of the environment; each further one doubles them.
        """
        self._settings = settings
        self._folders = folders
        self._signals = signals
        self._examiner = examiner
        self._say = say
        self._heirloom = heirloom
        self._check = check
        self._refresh = refresh
        self._first_pause = first_pause
        self._looks = Looks(settings.settle)
        self._gaps: dict[int | None, tuple[Stamps, str | None]] = {}
        self._said: set[tuple[str, int | None]] = set()
        self._failures = _Failures()
        self._given_up: set[int | None] = set()
        self._tries: dict[int | None, int] = {}
        self._first_look: float | None = None
        self._shown: list[Finished] = []
        self._begun: frozenset[int | None] = frozenset()

    def run(self) -> int:
        """Watch until there is nothing more to do, which without ``--once`` and ``--until-step`` is never. Give the exit code.

        Raises:
            HarnessError: What no waiting can mend.
            Stopped: The user wants us to end; everything can be gone on with.
        """
        while True:
            self._signals.check()
            wait = self._settings.interval
            try:
                look = self._look()
                self._examiner.catch_up(look.finished)
                self._show(look.finished)
                due = [one for one in self._list_due(look) if one.step.step not in self._given_up]
                now = time.monotonic()
                if self._settings.once and self._failures.in_a_row >= MOST_TRIES:
                    self._say(f"{MOST_TRIES} failures in a row: the others are left for another time")
                    return EXIT_NOT_READY
                if due and (now >= self._failures.until or self._settings.once):
                    self._benchmark(due[0], look)
                    continue
                code = None if due else self._end(look)
                if code is not None:
                    self._say(f"ended; the runs are in {self._folders.runs}{count_runs(look.states)}")
                    return code
                if not due and look.states and not look.unsettled:
                    self._say_once("idle", None, "waiting for the next checkpoint")
                if look.unsettled:
                    wait = min(wait, self._settings.settle)
                if due:
                    wait = min(wait, self._failures.until - now)
            except (NotReadyError, OSError) as error:
                if self._environment_failed(_words(error)):
                    return EXIT_NOT_READY
                wait = self._failures.pause
            self._signals.wait(wait)

    def _show(self, finished: list[Finished]) -> None:
        """Have the series shown anew where it has changed, or may have while nobody was watching."""
        if self._refresh is None or finished == self._shown:
            return
        self._shown = finished
        try:
            self._refresh(self._folders.runs)
        except (HarnessError, OSError) as error:
            self._say(f"the history page is not up to date: {_words(error)}")

    def _look(self) -> _Look:
        states = self._folders.read()
        for number in self._begun - states.keys():
            self._forget(number)
        self._begun = frozenset(states)
        steps = self._list_steps()
        left_out = [step.step for step in steps if is_left_out(step, self._settings.every)]
        self._say_of("left out", left_out, lambda new: f"left out by --every {self._settings.every}: {new}")
        stamps = self._stamp(step for step in steps if step.step not in left_out)
        wanted = {step.step: step for step in steps if step.step in stamps}
        now = time.monotonic()
        resting = self._looks.look(stamps, now)
        first = self._first_look is None
        self._first_look = now if self._first_look is None else self._first_look
        complete = tuple(
            step for number, step in wanted.items() if number in resting and self._is_complete(step, stamps)
        )
        gone = states.keys() - {step.step for step in steps} if self._settings.folder.is_dir() else set()
        self._say_states(wanted, states, stamps, gone)
        return _Look(
            first=first,
            seconds=now - self._first_look,
            steps=wanted,
            states=states,
            stamps=stamps,
            complete=complete,
            unsettled=frozenset(
                number
                for number in wanted
                if number not in resting and not isinstance(states.get(number), Finished)
            ),
        )

    def _list_steps(self) -> tuple[TrainingStep, ...]:
        folder = self._settings.folder
        steps = list_training_steps(folder) if folder.is_dir() else ()
        if not steps:
            missing = "has no checkpoint" if folder.is_dir() else "is not there"
            self._say_once("empty", None, f"{folder} {missing}{'' if self._settings.once else ' yet'}")
        return steps

    def _stamp(self, steps: Iterable[TrainingStep]) -> dict[int | None, Stamps]:
        """Take the stamps of all checkpoints but those that cannot be looked at, which do not hold up the others."""
        others = () if self._settings.tokenizer is None else (self._settings.tokenizer,)
        stamps: dict[int | None, Stamps] = {}
        for step in steps:
            try:
                stamps[step.step] = stamp_files(step, *others)
            except OSError as error:
                self._say_unreadable(step.step, error)
        return stamps

    def _say_unreadable(self, step: int | None, error: OSError) -> None:
        self._say_once("unreadable", step, f"{describe_step(step)} cannot be read: {_words(error)}")

    def _is_complete(self, step: TrainingStep, stamps: Mapping[int | None, Stamps]) -> bool:
        """Whether a checkpoint at rest has all its parts; the answer is kept for as long as it stays as it is."""
        known = self._gaps.get(step.step)
        if known is None or known[0] != stamps[step.step]:
            try:
                known = stamps[step.step], find_gap(step)
            except FileNotFoundError:
                return False  # it was deleted a moment ago
            except OSError as error:
                self._say_unreadable(step.step, error)
                return False
            self._gaps[step.step] = known
        if known[1] is not None:
            self._say_once(
                "gap", step.step, f"{describe_step(step.step)} is not complete and left alone: {known[1]}"
            )
        return known[1] is None

    def _say_states(
        self,
        steps: Mapping[int | None, TrainingStep],
        states: Mapping[int | None, RunState],
        stamps: Mapping[int | None, Stamps],
        gone: AbstractSet[int | None],
    ) -> None:
        """Say once of each run what the user may not expect."""
        for number, state in states.items():
            name = describe_step(number)
            match state:
                case Finished(stamps=before, folder=folder):
                    if number in steps and is_rewritten(steps[number], before, stamps[number]):
                        self._say_once(
                            "rewritten",
                            number,
                            f"{name} was written again since it was benchmarked; delete {folder} to have it done anew",
                        )
                case Unfinished(folder=folder):
                    if number in gone:
                        self._say_once("gone", number, f"{name} is gone and cannot be finished; see {folder}")
                case Damaged(reason=reason):
                    self._say_once(
                        "damaged",
                        number,
                        f"{name}: its results cannot be read: {reason}; delete {self._folders.folder(number)} to have it done anew",
                    )
                case Refused():
                    pass

    def _forget(self, step: int | None) -> None:
        """Forget what happened to a run whose folder the user has deleted: it is done anew."""
        self._given_up.discard(step)
        self._tries.pop(step, None)
        self._failures.count.pop(step, None)
        self._said -= {(what, step) for what in ("rewritten", "gone", "damaged")}

    def _say_once(self, what: str, step: int | None, line: str) -> None:
        if (what, step) not in self._said:
            self._said.add((what, step))
            self._say(line)

    def _say_of(self, what: str, steps: list[int | None], line: Callable[[str], str]) -> None:
        """Say something of several steps in one line, of each once."""
        new = [step for step in steps if (what, step) not in self._said]
        if new:
            self._said.update((what, step) for step in new)
            self._say(line(name_steps(new)))

    def _list_due(self, look: _Look) -> tuple[Due, ...]:
        return list_due(
            look.complete,
            look.states,
            look.stamps,
            flags=self._settings.flags,
            failures=self._failures.count,
        )

    def _benchmark(self, due: Due, look: _Look) -> None:
        self._check()
        number = due.step.step
        name = describe_step(number)
        stamps = look.stamps[number]
        if due.anew and isinstance(look.states.get(number), Unfinished):
            self._say(f"{name} was written again while it was benchmarked: begun anew")
        folder = self._folders.prepare(number, stamps, self._settings.flags, anew=due.anew)
        self._said.discard(("idle", None))
        self._say(f"{name}: {'resumed' if due.resume else 'begun'}")
        ended = benchmark(
            due,
            folder,
            self._settings.flags,
            self._signals,
            heirloom=self._heirloom,
            time_of_day=f"{datetime.now():%Y-%m-%d %H:%M:%S}",
        )
        state = self._folders.read().get(number)
        for line in ended.not_logged:
            self._say(f"{name}: {line}")
        if isinstance(state, Finished):
            self._finish(state, ended)
        elif ended.blame is Blame.CHECKPOINT:
            self._refuse(due.step, stamps, ended.reason)
        elif ended.blame is Blame.RUN:
            self._given_up.add(number)
            self._say(f"{name} cannot be resumed: {ended.reason}; delete {folder} to have it done anew")
        elif self._run_failed(number, ended.reason or "the run has left no results"):
            self._given_up.add(number)

    def _finish(self, run: Finished, ended: Ended) -> None:
        self._say(finished_line(run.step, load_results(run.folder), ended.seconds))
        if run.fault is None:
            self._failures.in_a_row = 0
            self._failures.pause = 0.0
            self._failures.count.pop(run.step, None)
        else:
            self._tries[run.step] = self._tries.get(run.step, 0) + 1
            last = self._tries[run.step] >= MOST_TRIES
            if self._run_failed(run.step, run.fault) or last:
                self._given_up.add(run.step)
                self._say(f"{describe_step(run.step)}: its figures should not be used and raise no alarm")

    def _refuse(self, step: TrainingStep, stamps: Stamps, reason: str) -> None:
        others = () if self._settings.tokenizer is None else (self._settings.tokenizer,)
        if stamp_files(step, *others) != stamps:
            return  # it was deleted, or is being written again: the next looks tell
        self._folders.refuse(step.step, reason, stamps, self._settings.flags)
        self._say(f"{describe_step(step.step)} cannot be benchmarked: {reason}")

    def _run_failed(self, step: int | None, reason: str) -> bool:
        """The environment failed a run: its next try comes behind those of others."""
        self._failures.count[step] = self._failures.count.get(step, 0) + 1
        return self._environment_failed(reason)

    def _environment_failed(self, reason: str) -> bool:
        """Say so and set the pause before the next try; give whether there will be none in this sitting."""
        failures = self._failures
        failures.ever = True
        failures.in_a_row += 1
        failures.pause = min(LONGEST_PAUSE_SECONDS, 2 * failures.pause or self._first_pause)
        failures.until = time.monotonic() + failures.pause
        again = "" if self._settings.once else f"; tried again in {duration(failures.pause)}"
        if failures.said != (reason, failures.pause):
            failures.said = (reason, failures.pause)
            self._say(f"not done, and not the checkpoint's fault: {reason}{again}")
        return self._settings.once

    def _end(self, look: _Look) -> int | None:
        """The exit code where the work is done, with nothing due; else None."""
        if self._settings.once:
            if look.unsettled and (look.first or look.seconds < self._settings.settle):
                return None
            self._say_of(
                "unsettled", sorted(look.unsettled, key=str), lambda new: f"still being written: {new}"
            )
            return EXIT_NOT_READY if self._failures.ever else self._judge(look.states)
        if self._settings.until_step is None or look.unsettled:
            return None
        reached = {
            number: state
            for number, state in look.states.items()
            if (number is None or number >= self._settings.until_step)
            and (not isinstance(state, Unfinished) or number in self._given_up)
        }
        return self._judge(reached) if reached else None

    def _judge(self, states: Mapping[int | None, RunState]) -> int:
        """The exit code for the runs that were asked for: whether the user has to see to one, and whether any has figures."""
        if any(isinstance(state, Damaged) for state in states.values()) or self._given_up & states.keys():
            return EXIT_NOT_READY
        refused = any(isinstance(state, Refused) for state in states.values())
        finished = any(isinstance(state, Finished) for state in states.values())
        return EXIT_REFUSED if refused and not finished else 0


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        return ": ".join(str(part) for part in (error.filename, error.strerror or error) if part is not None)
    return str(error)
