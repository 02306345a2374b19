"""This machine, as far as it can move a figure."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def available_cores() -> int:
    """How many cores this process may use, which in a container is often fewer than the machine has."""
    return len(usable_cores()) or os.cpu_count() or 1


def usable_cores() -> list[int]:
    """The numbers of the cores that the calling thread may use, in order; none where the system does not tell."""
    try:
        return sorted(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return []


def describe_machine() -> dict[str, str | int | None]:
    """Describe this machine: names, counts and sizes, nothing that identifies a person."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "processor": _processor(),
        "cores": available_cores(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "python": platform.python_version(),
    }


def _processor() -> str | None:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or None
