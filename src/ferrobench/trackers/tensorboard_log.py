"""TensorBoard: event files, one for each checkpoint, so that logging a checkpoint again replaces its points.

The name of a file tells the step, and the folder of the checkpoint by a hash: a checkpoint of another folder replaces nothing.

A file is written beside its place and then renamed, so a reader never sees half of one, and a kill leaves no half.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import socket
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.trackers.flatten import INTERVALS, INTERVALS_OVER_PROMPTS, segment
from ferrobench.trackers.markdown import render_about, render_samples
from ferrobench.trackers.point import folder_key
from ferrobench.trackers.tracker import library_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ferrobench.trackers.point import TrackedPoint
    from ferrobench.trackers.spec import TrackerSpec

_NAME_BYTES = 200


def check(folder: str) -> None:
    """See that event files can be written below *folder*.

    Raises:
        UsageError: It is no folder.
        NotReadyError: It cannot be written to.
    """
    nearest = Path(folder).absolute()
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        raise UsageError(f"tensorboard:{folder}: {nearest} is no folder; expected a folder for event files")
    if not os.access(nearest, os.W_OK):
        raise NotReadyError(f"tensorboard:{folder}: {nearest} cannot be written to")


class TensorBoardLog:
    """One run of TensorBoard: a folder below that of the spec."""

    def __init__(self, spec: TrackerSpec, name: str) -> None:
        """Choose the folder; it is made with the first point."""
        self._spec = spec
        self._folder = Path(spec.target) / _folder_name(name)

    @property
    def look(self) -> str:
        """The command that shows it."""
        return f"tensorboard --logdir {shlex.quote(self._spec.target)}"

    def log(self, point: TrackedPoint) -> bool:
        """Write the event file of a checkpoint, in the place of an earlier one; not in that of another training's."""
        with library_errors(self._spec):
            self._folder.mkdir(parents=True, exist_ok=True)
            step = f".step-{point.step:016d}"
            ending = f"{step}.{folder_key(point.folder)}"
            earlier = list(self._folder.glob(f"events.out.tfevents.*{step}.*"))
            if any(not path.name.endswith(ending) for path in earlier):
                return False
            # Readers take files in the order of their names, and none that sorts before what they have read.
            name = f"events.out.tfevents.{int(time.time()):010d}.{segment(socket.gethostname())}{ending}"
            part = self._folder / f".{os.getpid()}{ending}.part"
            try:
                with part.open("wb") as file:
                    _write(file, point)
                part.replace(self._folder / name)
            finally:
                part.unlink(missing_ok=True)
            for path in earlier:
                if path.name != name:
                    path.unlink(missing_ok=True)
        return True

    def close(self) -> None:
        """Nothing is open."""


def _folder_name(name: str) -> str:
    """One folder for each name. A name that is no good for one, or too long, is told apart by its hash."""
    fit = segment(name)
    if fit == name and len(os.fsencode(fit)) <= _NAME_BYTES:
        return fit
    return f"{fit[:40]}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _library(module: str) -> Any:
    """A module of TensorBoard's, which is no part of every environment that this package is checked in."""
    return import_module(f"tensorboard.{module}")


def _write(file: Any, point: TrackedPoint) -> None:
    event = _library("compat.proto.event_pb2").Event
    writer = _library("summary.writer.record_writer").RecordWriter(file)
    written = point.time.timestamp()
    writer.write(event(wall_time=written, file_version="brain.Event:2").SerializeToString())
    for summary in _summaries(point):
        writer.write(event(wall_time=written, step=point.step, summary=summary).SerializeToString())


def _summaries(point: TrackedPoint) -> Iterator[Any]:
    summary = _library("compat.proto.summary_pb2").Summary
    custom_scalars = _library("plugins.custom_scalar.metadata")
    texts = _library("plugins.text.metadata")
    yield summary(
        value=[summary.Value(tag=name, simple_value=value) for name, value in point.metrics.items()]
    )
    for tag, text in (("about", render_about(point)), ("samples", render_samples(point))):
        yield _string_summary(
            tag, text.encode("utf-8", "backslashreplace"), texts.create_summary_metadata(tag, "")
        )
    yield _string_summary(
        custom_scalars.CONFIG_SUMMARY_TAG,
        _layout(point.metrics).SerializeToString(),
        custom_scalars.create_summary_metadata(),
    )


def _string_summary(tag: str, content: bytes, metadata: Any) -> Any:
    summary = _library("compat.proto.summary_pb2").Summary
    string = _library("compat.proto.types_pb2").DT_STRING
    tensor = _library("compat.proto.tensor_pb2").TensorProto(dtype=string, string_val=[content])
    return summary(value=[summary.Value(tag=tag, metadata=metadata, tensor=tensor)])


def _layout(metrics: Mapping[str, float]) -> Any:
    """Charts of the rates with their intervals as bands, for the page of custom scalars."""
    layout_pb2 = _library("plugins.custom_scalar.layout_pb2")
    categories = []
    for title, section in (
        ("95% on these prompts", INTERVALS),
        ("95% on other prompts like them", INTERVALS_OVER_PROMPTS),
    ):
        charts = []
        for name in metrics:
            low, high = f"{section}/{name}/low", f"{section}/{name}/high"
            if low in metrics and high in metrics:
                series = layout_pb2.MarginChartContent.Series(value=name, lower=low, upper=high)
                charts.append(
                    layout_pb2.Chart(title=name, margin=layout_pb2.MarginChartContent(series=[series]))
                )
        if charts:
            categories.append(layout_pb2.Category(title=title, chart=charts))
    return layout_pb2.Layout(category=categories)
