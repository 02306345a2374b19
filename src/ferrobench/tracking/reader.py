"""Reading series from disk, again and again: a watch asks after every checkpoint, and only what is new is read and compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ferrobench.errors import InputError, UsageError
from ferrobench.judging import Compiled, Rejected
from ferrobench.metrics.statistics.differences import LEVEL, PERMUTATIONS
from ferrobench.results import RESULTS_FILE, SavedRun
from ferrobench.tracking.compare import Settings, compare_runs
from ferrobench.tracking.finished import finished_runs, load_finished
from ferrobench.tracking.groups import (
    differences_between,
    folder_note,
    group_runs,
    left_out_note,
    one_of_each_step,
)
from ferrobench.tracking.history import History
from ferrobench.tracking.order import order_key
from ferrobench.tracking.outcomes import RATE_KEYS
from ferrobench.tracking.point import COMPILE_RATE, PASS_AT, SeriesPoint, point_of
from ferrobench.tracking.series import Series, build_series, comparisons_of
from ferrobench.tracking.subject import conditions, training_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ferrobench.judging import Judgment
    from ferrobench.results import RunRecord, SampleRecord
    from ferrobench.tracking.comparison import RateChange

_NOTES_OF_CHANGES = 5
"""So many places where more than the model changed are told in the notes; the points tell all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A run as it was when it was read."""

    path: Path
    stamp: tuple[int, int]
    """Of its results file: when it was written, and its size."""
    run: SavedRun
    """Without what no series looks at."""
    point: SeriesPoint


class SeriesReader:
    """Reads series. It remembers the runs that it has read and the comparisons that it has made."""

    def __init__(self) -> None:
        self._read: dict[Path, _Read] = {}
        self._compared: dict[tuple[object, ...], RateChange] = {}

    def read(self, paths: Sequence[Path], *, rate: str = COMPILE_RATE, every_series: bool = False) -> History:
        """Read the finished runs that *paths* name, or that lie in the folders that they name, as a series over checkpoints.

        Args:
            paths: Run folders, results files, and folders that hold either. Runs that are all named one by one are taken to be of one
                training.
            rate: Key of the headline rate.
            every_series: Whether to return those series too whose runs cannot stand in the largest one.

        Raises:
            InputError: There is no finished run, or one that was named cannot be read.
            UsageError: The runs do not have this rate.
        """
        found = finished_runs(paths, lambda path: self._load(path).run)
        notes = list(found.notes)
        groups = group_runs(sorted(found.runs, key=order_key), one_training=not found.searched)
        if not every_series:
            notes += [left_out_note(group) for group in groups[1:]]
            groups = groups[:1]
        of_run = {id(read.run): read for read in self._read.values()}
        _check_rate(rate, [[of_run[id(run)].point for run in group.runs] for group in groups])
        series = [self._build([of_run[id(run)] for run in group.runs], rate) for group in groups]
        return History(series=series, notes=notes)

    def _build(self, reads: Sequence[_Read], rate: str) -> Series:
        every = [read.run for read in reads]
        runs, notes = one_of_each_step(every)
        of_run = {id(read.run): read for read in reads}
        chosen = [of_run[id(run)] for run in runs]
        points = _with_differences(chosen)
        notes += [
            *filter(None, [folder_note(every), _number_note(len(points))]),
            *_unjudged_notes(points),
            *_difference_notes(points),
        ]

        def compare(old: int, new: int) -> RateChange:
            return self._compare(chosen[old], chosen[new], rate)

        return build_series(
            points,
            compare if rate in RATE_KEYS else None,
            rate=rate,
            name=training_name(runs),
            conditions=conditions(runs),
            notes=notes,
        )

    def _load(self, path: Path) -> _Read:
        stamp = _stamp(path)
        known = self._read.get(path)
        if known is None or known.stamp != stamp:
            run, record = load_finished(path)
            point = point_of(run, record, str(path))
            known = self._read[path] = _Read(path=path, stamp=stamp, run=_light(run, record), point=point)
        return known

    def _compare(self, old: _Read, new: _Read, rate: str) -> RateChange:
        key = (old.path, old.stamp, new.path, new.stamp, rate)
        if key not in self._compared:
            settings = Settings(rate=rate, headline_alone=True)
            self._compared[key] = compare_runs(old.run, new.run, settings).headline
        return self._compared[key]


def _stamp(path: Path) -> tuple[int, int]:
    file = path / RESULTS_FILE if path.is_dir() else path
    try:
        found = file.stat()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    return found.st_mtime_ns, found.st_size


def _light(run: SavedRun, record: RunRecord) -> SavedRun:
    """A run without its texts: hundreds of them are in memory at once, and only what became of each sample is looked at."""
    return replace(
        run,
        record=record.model_copy(update={"metrics": {}, "error_groups": [], "lints": [], "noise_lints": []}),
        samples=tuple(_light_sample(sample) for sample in run.samples),
    )


def _light_sample(sample: SampleRecord) -> SampleRecord:
    judged = sample.judged
    if judged is None:
        return replace(sample, completion=None)
    return replace(
        sample,
        completion=None,
        judged=replace(
            judged,
            as_generated=_bare(judged.as_generated),
            strict=_bare(judged.strict),
            extracted=_bare(judged.extracted),
            extracted_text=None,
            lint=None,
            assisted=None,
        ),
    )


def _bare(judgment: Judgment) -> Judgment:
    """A judgment without its diagnostics."""
    if isinstance(judgment, Compiled):
        return replace(judgment, warnings=())
    if isinstance(judgment, Rejected):
        return replace(judgment, errors=(), warnings=())
    return judgment


def _with_differences(reads: Sequence[_Read]) -> list[SeriesPoint]:
    """The points, each with what else than the model differs from the one before."""
    points = [read.point for read in reads[:1]]
    for before, read in pairwise(reads):
        differs = differences_between(before.run, read.run)
        points.append(read.point.model_copy(update={"differs": differs}) if differs else read.point)
    return points


def _difference_notes(points: Sequence[SeriesPoint]) -> list[str]:
    told = [f"at {point.name}: {words}" for point in points for words in point.differs]
    more = len(told) - _NOTES_OF_CHANGES
    return told[:_NOTES_OF_CHANGES] + (
        [f"and {more} more such changes, which --json tells"] if more > 0 else []
    )


def _number_note(checkpoints: int) -> str | None:
    """Say where the smallest p-value there is, times the number of comparisons, is no longer small."""
    if comparisons_of(checkpoints) / (PERMUTATIONS + 1) < LEVEL:
        return None
    return f"of {checkpoints} checkpoints no change can be told from chance, so many are compared: name fewer of them"


def _unjudged_notes(points: Sequence[SeriesPoint]) -> list[str]:
    lacking = [point for point in points if point.judged < point.samples]
    if not lacking:
        return []
    first = lacking[0]
    more = f", and some of {len(lacking) - 1} more" if len(lacking) > 1 else ""
    return [
        f"{first.samples - first.judged} of {first.samples} samples at {first.name}{more} are unjudged and in no rate"
    ]


def _check_rate(rate: str, groups: Sequence[Sequence[SeriesPoint]]) -> None:
    """See that at least one series can have this headline."""
    known = list(dict.fromkeys(key for points in groups for point in points for key in point.rates))
    if rate not in known:
        raise UsageError(
            f"--rate {rate}: these runs do not have it; expected one of {', '.join(known) or 'none'}"
        )
    if rate.startswith(PASS_AT) and not any(
        all(rate in point.rates for point in points) for points in groups
    ):
        raise UsageError(f"--rate {rate}: not all of these runs have it; expected a k that they share")
