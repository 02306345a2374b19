"""Standing back behind a training job on the same machine. Child processes inherit it."""

from __future__ import annotations

import ctypes
import os
import platform
from contextlib import suppress

# The libraries of the system have no function for it.
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}
_WHO_PROCESS = 1
_CLASS_IDLE = 3 << 13


def stand_back(niceness: int) -> None:
    """Give this process at least that niceness, and disk time that nobody else wants where the system allows it."""
    if niceness > os.getpriority(os.PRIO_PROCESS, 0):
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
    number = _IOPRIO_SET.get(platform.machine())
    if niceness > 0 and number is not None:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).syscall(number, _WHO_PROCESS, 0, _CLASS_IDLE)
