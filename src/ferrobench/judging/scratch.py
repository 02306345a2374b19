"""Private folders for rustc, in one temporary folder of this process that does not outlive it.

A process that is killed cannot clean up after itself, so the next one does: each keeps a lock on its folder for as long
as it lives, and a folder whose lock is free belongs to nobody any more. A lock, unlike a process number, also tells the
truth between containers that share a temporary folder.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
import threading
import weakref
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "ferrobench-"
LOCK_NAME = "lock"
_USUAL_PARENT = Path("/tmp")
_MEMORY_PARENT = Path("/dev/shm")
# Containers often have 64 MiB, which is too little for many workers. Programs must be allowed to run from there, which some do not have.
_LEAST_MEMORY_BYTES = 256 * 1024 * 1024


class Scratch:
    """Makes private folders. Its own folder is made with the first of them and goes with this object."""

    def __init__(self, *, in_memory: bool = False, readable: bool = False) -> None:
        """Set up; nothing is made yet.

        Args:
            in_memory: Make them in memory, where that can be had and the user names no temporary folder: for small files
                that live long.
            readable: Let other users read what lies in them if they know its name. As root, programs under test have
                user ids of their own.
        """
        self._in_memory = in_memory
        self._mode = 0o755 if readable else 0o700
        self._guard = threading.Lock()
        self._base: Path | None = None
        self._release: weakref.finalize[..., Scratch] | None = None
        self._numbers = count()

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A new empty folder, removed afterwards whatever lies in it.

        Raises:
            OSError: It cannot be made.
        """
        with self._guard:
            if self._base is None:
                self._base = self._make_base()
            folder = self._base / str(next(self._numbers))
        folder.mkdir(mode=0o700)
        if self._mode != 0o700:
            folder.chmod(self._mode)  # whatever the umask
        try:
            yield folder
        finally:
            remove_folder(folder)

    def _make_base(self) -> Path:
        parent = Path(tempfile.gettempdir())
        if self._in_memory and parent == _USUAL_PARENT and _is_roomy(_MEMORY_PARENT):
            parent = _MEMORY_PARENT
        _sweep(parent)
        base = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        if self._mode != 0o700:
            base.chmod(0o711)
        # Locked before it has its name: another process may sweep at any moment, and a free lock is nobody's.
        unnamed = base / f"{LOCK_NAME}.new"
        descriptor = os.open(unnamed, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        unnamed.rename(base / LOCK_NAME)
        self._release = weakref.finalize(self, _release, base, descriptor, os.getpid())
        return base

    def close(self) -> None:
        """Remove everything now rather than with this object. It can be used again."""
        with self._guard:
            self._base = None
            if self._release is not None:
                self._release()


def _is_roomy(folder: Path) -> bool:
    """Whether *folder* can hold what we write, libraries that are loaded from there among it."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return (
        os.access(folder, os.W_OK | os.X_OK)
        and not found.f_flag & os.ST_NOEXEC
        and found.f_bavail * found.f_frsize >= _LEAST_MEMORY_BYTES
    )


def _release(base: Path, descriptor: int, maker: int) -> None:
    # A forked child has a copy of this object, and nothing of what lies there is its own.
    if os.getpid() == maker:
        remove_folder(base)
        os.close(descriptor)


def _sweep(parent: Path) -> None:
    """Remove what killed processes of this user left."""
    for base in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if base.is_symlink() or base.stat().st_uid != os.geteuid():
                continue
            descriptor = os.open(base / LOCK_NAME, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove_folder(base)
            finally:
                os.close(descriptor)


def empty_folder(folder: str, *, keep: tuple[str, ...] = (), depth: int = 2) -> None:
    """Remove what lies in *folder*, but for files whose names end as in *keep*.

    Raises:
        OSError: Something cannot be removed, or lies deeper than *depth* levels.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if depth > 1 and entry.is_dir(follow_symlinks=False):
                empty_folder(entry.path, depth=depth - 1)
                os.rmdir(entry.path)  # noqa: PTH106 (once per sample: no objects around it)
            elif not entry.name.endswith(keep):
                os.unlink(entry.path)  # noqa: PTH108 (likewise)


def remove_folder(folder: Path) -> None:
    """Remove *folder* whatever lies in it; what cannot be removed is left behind rather than failing a verdict."""
    with suppress(OSError):
        empty_folder(str(folder))
        folder.rmdir()
        return
    # `shutil.rmtree` recurses and gives up on a thousand nested folders; `rm` does not.
    for command in (["rm", "-rf"], ["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
        if not os.path.lexists(folder):
            return
        with suppress(OSError):
            subprocess.run(
                [*command, "--", str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
