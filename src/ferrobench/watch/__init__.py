"""Beside a training job: every new checkpoint is benchmarked as soon as it is completely written.

``loop`` looks, runs and waits; ``run_folders`` is its memory on disk; ``queue`` and ``alarms`` decide, and are pure.
"""

from ferrobench.watch.alarm_file import ALARMS_FILE
from ferrobench.watch.examine import Examiner
from ferrobench.watch.lock import lock_runs
from ferrobench.watch.loop import Watch, WatchSettings
from ferrobench.watch.messengers import Command, Webhook
from ferrobench.watch.priority import stand_back
from ferrobench.watch.report import count_runs
from ferrobench.watch.run_folders import RunFolders, check_series
from ferrobench.watch.signals import Signals, Stopped

__all__ = [
    "ALARMS_FILE",
    "Command",
    "Examiner",
    "RunFolders",
    "Signals",
    "Stopped",
    "Watch",
    "WatchSettings",
    "Webhook",
    "check_series",
    "count_runs",
    "lock_runs",
    "stand_back",
]
