"""Tier ``namespaces``: each command in namespaces of its own, made by bubblewrap.

Covers: the file system is the toolchain and the system's programs, read-only, and the sample's own folder; no network,
no other processes, no environment, no capabilities, no further namespaces; killed whole with its parent.
Does not cover: faults of the kernel.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.judging.process import Command, Ended, Limits, limited_argv, run_process, start_process
from ferrobench.judging.sandbox.seccomp import filter_descriptor

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

TOOLCHAIN = "/toolchain"
FOLDER = "/work"
# A signal of the command is reported as this plus its number. Commands of ours end with small numbers.
_SIGNAL_BASE = 128


class BubblewrapRunner:
    """A :class:`Launcher` that starts each command through ``bwrap``."""

    def __init__(
        self,
        bwrap: Path,
        sysroot: Path,
        seccomp: bytes | None,
        readable: tuple[tuple[Path, str], ...] = (),
    ) -> None:
        """*readable* are further folders, and where they lie inside."""
        self._bwrap = bwrap
        self._sysroot = sysroot
        self._seccomp = seccomp
        self._readable = readable

    def __call__(
        self, command: Command, folder: Path, limits: Limits, keep: Callable[[bytes], None]
    ) -> Ended:
        with self._lowered(command, folder, limits) as (argv, pass_fds):
            ended = run_process(
                argv,
                {},
                folder,
                stdin=command.stdin,
                wall_seconds=limits.wall_seconds,
                keep=keep,
                pass_fds=pass_fds,
            )
        if ended.status > _SIGNAL_BASE:
            return Ended(
                status=_SIGNAL_BASE - ended.status,
                timed_out=ended.timed_out,
                cpu_seconds=ended.cpu_seconds,
                wall_seconds=ended.wall_seconds,
            )
        return ended

    def start(self, command: Command, folder: Path, limits: Limits) -> subprocess.Popen[bytes]:
        """Start a command that takes requests, in namespaces of its own."""
        with self._lowered(command, folder, limits) as (argv, pass_fds):
            return start_process(argv, {}, folder, pass_fds=pass_fds)

    @contextmanager
    def _lowered(
        self, command: Command, folder: Path, limits: Limits
    ) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
        """The command line, and the descriptors that it inherits while this lasts."""
        with filter_descriptor(self._seccomp) as filter_fd:
            argv = bubblewrap_argv(
                self._bwrap,
                self._sysroot,
                command,
                folder=folder,
                limits=limits,
                filter_fd=filter_fd,
                readable=self._readable,
            )
            yield argv, () if filter_fd is None else (filter_fd,)


def find_bubblewrap() -> Path | None:
    """Find ``bwrap`` on the path."""
    found = shutil.which("bwrap")
    return None if found is None else Path(found)


def bubblewrap_argv(
    bwrap: Path,
    sysroot: Path,
    command: Command,
    *,
    folder: Path,
    limits: Limits,
    filter_fd: int | None,
    readable: tuple[tuple[Path, str], ...] = (),
) -> tuple[str, ...]:
    """Lower a command to bubblewrap's command line. Pure but for looking at how ``/lib`` and its like are made.

    Whoever runs it gives it a session of its own. Another one inside would hide the namespace's first process from whoever
    reaps the group.
    """
    argv = [
        str(bwrap), "--unshare-all", "--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534",
        "--hostname", "sandbox", "--die-with-parent", "--cap-drop", "ALL", "--clearenv",
        "--ro-bind", "/usr", "/usr",
    ]  # fmt: skip
    for name in ("bin", "lib", "lib32", "lib64", "sbin"):
        path = Path("/", name)
        if path.is_symlink():
            argv += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            argv += ["--ro-bind", str(path), str(path)]
    argv += ["--ro-bind", str(sysroot), TOOLCHAIN, "--dir", "/dev"]
    for device in ("/dev/null", "/dev/urandom"):
        argv += ["--dev-bind", device, device]
    for place, inside in readable:
        argv += ["--ro-bind", str(place), inside]
    argv += ["--bind", str(folder), FOLDER, "--chdir", FOLDER]
    # Without /proc the toolchain's libraries are not found beside its programs.
    for name, value in (*command.environment, ("LD_LIBRARY_PATH", f"{TOOLCHAIN}/lib")):
        argv += ["--setenv", name, value]
    if filter_fd is not None:
        argv += ["--seccomp", str(filter_fd)]
    words = (_inside(command.argv[0], sysroot), *command.argv[1:])
    return (*argv, "--", *limited_argv(words, limits))


def _inside(program: str, sysroot: Path) -> str:
    """Where a program of the toolchain lies in the sandbox."""
    with suppress(ValueError):
        return f"{TOOLCHAIN}/{Path(program).relative_to(sysroot)}"
    return program
