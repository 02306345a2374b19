"""The figures of runs into the trackers that people watch their training with, through the trackers' own libraries."""

from ferrobench.trackers.flatten import flatten_record
from ferrobench.trackers.log import Logged, TrackedSeries, gather_series, log_records, log_series
from ferrobench.trackers.point import TrackedPoint
from ferrobench.trackers.spec import NOT_LOGGED, TrackerKind, TrackerSpec, parse_spec
from ferrobench.trackers.tracker import Tracker, open_tracker, require_tracker

__all__ = [
    "NOT_LOGGED",
    "Logged",
    "TrackedPoint",
    "TrackedSeries",
    "Tracker",
    "TrackerKind",
    "TrackerSpec",
    "flatten_record",
    "gather_series",
    "log_records",
    "log_series",
    "open_tracker",
    "parse_spec",
    "require_tracker",
]
