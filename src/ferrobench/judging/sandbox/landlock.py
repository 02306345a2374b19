"""Tier ``landlock``: each command confined by Landlock and seccomp, where namespaces cannot be had.

Covers: the file system as in the other tier, no network, no environment, no signals to other processes (Linux 6.12 on).
Does not cover: that a path exists can be seen, and on older kernels names of other processes; the user is the harness's
own. Weaker than namespaces, and recorded as such.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.judging.process import Command, Ended, Limits, limited_argv, run_process, start_process
from ferrobench.judging.sandbox.seccomp import filter_descriptor

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

CONFINE_SCRIPT = Path(__file__).with_name("confine.py")
_CREATE_RULESET, _VERSION_FLAG = 444, 1


class LandlockRunner:
    """A :class:`Launcher` that starts each command through :mod:`confine`."""

    def __init__(self, sysroot: Path, seccomp: bytes | None, readable: tuple[Path, ...] = ()) -> None:
        """*readable* are further folders."""
        self._sysroot = sysroot
        self._seccomp = seccomp
        self._readable = readable

    def __call__(
        self, command: Command, folder: Path, limits: Limits, keep: Callable[[bytes], None]
    ) -> Ended:
        with self._lowered(command, folder, limits) as (argv, pass_fds):
            return run_process(
                argv,
                dict(command.environment),
                folder,
                stdin=command.stdin,
                wall_seconds=limits.wall_seconds,
                keep=keep,
                pass_fds=pass_fds,
            )

    def start(self, command: Command, folder: Path, limits: Limits) -> subprocess.Popen[bytes]:
        """Start a command that takes requests, confined."""
        with self._lowered(command, folder, limits) as (argv, pass_fds):
            return start_process(argv, dict(command.environment), folder, pass_fds=pass_fds)

    @contextmanager
    def _lowered(
        self, command: Command, folder: Path, limits: Limits
    ) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
        """The command line, and the descriptors that it inherits while this lasts."""
        with filter_descriptor(self._seccomp) as filter_fd:
            argv = confined_argv(
                self._sysroot,
                command,
                folder=folder,
                limits=limits,
                filter_fd=filter_fd,
                readable=self._readable,
            )
            yield argv, () if filter_fd is None else (filter_fd,)


def landlock_abi() -> int:
    """Return the version of the kernel's Landlock interface; 0 where there is none."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    found: int = libc.syscall(ctypes.c_long(_CREATE_RULESET), None, 0, _VERSION_FLAG)
    return max(0, found)


def confined_argv(
    sysroot: Path,
    command: Command,
    *,
    folder: Path,
    limits: Limits,
    filter_fd: int | None,
    readable: tuple[Path, ...] = (),
) -> tuple[str, ...]:
    """Lower a command to the command line that confines itself before it becomes the command."""
    system = [path for path in ("/usr", "/bin", "/lib", "/lib64") if Path(path).exists()]
    # The interpreter is confined after it has started; it needs no path of its own afterwards.
    return (
        sys.executable,
        "-I",
        "-S",
        str(CONFINE_SCRIPT),
        str(-1 if filter_fd is None else filter_fd),
        ":".join([*system, str(sysroot), *map(str, readable)]),
        str(folder),
        *limited_argv(command.argv, limits),
    )
