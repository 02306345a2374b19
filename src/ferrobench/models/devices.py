"""Where arithmetic happens and how: loading torch, choosing device and threads, and telling what failed there."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ferrobench.errors import DeviceError, MissingExtraError, UsageError
from ferrobench.machine import available_cores
from ferrobench.models.backend import THREADS_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

# The threads of a model follow from its size and the machine's cores, never from timing: they are part of what makes
# samples repeatable. Small models lose more to waiting for each other than they gain, and judging wants the cores too.
SMALL_MODEL_PARAMETERS = 20_000_000
MOST_THREADS = 4


def require_torch() -> None:
    """Import torch, set up to share the cores with the compilers that judge.

    Raises:
        MissingExtraError: If it is not installed.
    """
    # Read when the library is loaded. By default idle threads spin, and take the cores from the compilers that judge
    # meanwhile: on two cores a run then took half as long again (docs/log.md).
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        import torch  # noqa: F401 - loaded here, so that everyone after this may import it
    except ImportError as error:
        raise MissingExtraError(
            "torch is not installed: pip install 'ferrobench[torch]' (without an NVIDIA GPU, take PyTorch's CPU build: "
            "see the README)"
        ) from error


def choose_threads(threads: int | None, parameters: int) -> int:
    """Say how many CPU threads a model of this size gets, *threads* where the user has said so."""
    if threads is None:
        return 1 if parameters < SMALL_MODEL_PARAMETERS else min(MOST_THREADS, available_cores())
    if not 1 <= threads <= THREADS_LIMIT:
        raise UsageError(f"--threads {threads}: expected 1 to {THREADS_LIMIT}")
    return threads


def choose_device(name: str) -> torch.device:
    """Turn ``auto``, ``cpu``, ``cuda`` or ``cuda:N`` into a device that exists here.

    Raises:
        UsageError: If it is none of these.
        DeviceError: If this machine has no such device.
    """
    import torch

    if name == "auto":
        return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise UsageError(f"--device {name}: expected auto, cpu, cuda or cuda:N") from error
    if device.type == "cpu":
        return device
    if device.type != "cuda":
        raise UsageError(f"--device {name}: expected auto, cpu, cuda or cuda:N")
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if count == 0:
        raise DeviceError(f"--device {name}: PyTorch finds no CUDA device here; use --device cpu")
    if (device.index or 0) >= count:
        raise DeviceError(f"--device {name}: PyTorch finds only {count} CUDA device(s) here")
    return torch.device("cuda", device.index or 0)


@contextmanager
def device_errors(device: torch.device, hint: str = "") -> Iterator[None]:
    """Turn what torch raises when a device fails or its memory is full into one line."""
    try:
        yield
    except RuntimeError as error:  # torch.OutOfMemoryError is one; the CPU's is a plain one
        words = str(error).partition("\n")[0]
        if any(sign in words for sign in ("out of memory", "not enough memory", "CUDA")):
            raise DeviceError(f"{device}: {words}{hint}") from error
        raise
