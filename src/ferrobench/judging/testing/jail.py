"""Where programs under test run: nothing but themselves and the system's libraries, within limits, watched by a launcher.

The tier is the one that was chosen for compiling. In namespaces, a program sees a file system of a few libraries, read-only,
and itself; where its prompt says that it needs files, a small one of its own at ``/tmp``. With Landlock it may read the same
and nothing else. In all tiers the launcher inside sets the limits, filters system calls, and reports how the program ended.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.judging.sandbox.bubblewrap import find_bubblewrap
from ferrobench.judging.sandbox.choose import Tier
from ferrobench.judging.sandbox.landlock import CONFINE_SCRIPT
from ferrobench.judging.sandbox.seccomp import compile_filter, filter_descriptor, run_filter
from ferrobench.judging.scratch import Scratch
from ferrobench.judging.testing.support import LAUNCHER_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.judging.sandbox.choose import Sandbox
    from ferrobench.judging.testing.support import Support

_LIBRARIES = (
    "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1",
)  # fmt: skip
_RESOLVED = re.compile(r"(?:=>\s*)?(/\S+)\s+\(0x")
_PROGRAM = "/program"
_FIRST_UID = 64000
FILES_MIB = 16
"""The size of the file system that a program gets whose prompt needs files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """What one program under test may use. The defaults hold for every sample unless its reference needs more."""

    cpu_seconds: int = 3
    """CPU time of all threads together, over all tests."""
    wall_seconds: float = 10.0
    """A backstop: what ran out of it is run again, alone, before it counts."""
    address_space_mib: int = 1024
    stack_mib: int = 8
    tasks: int = 64
    """Threads; not limited where they would be counted together with all else that the user runs."""
    open_files: int = 64
    output_kib: int = 1024
    """Of standard output, and of standard error again. Who writes more is ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A command line that starts a program in the jail, and what it needs."""

    argv: tuple[str, ...]
    environment: dict[str, str]
    pass_fds: tuple[int, ...]


class Jail:
    """Lowers programs under test to command lines. Its files are made once and shared by all."""

    def __init__(self, sandbox: Sandbox, support: Support) -> None:
        """Lay out what programs see.

        Raises:
            OSError: There is no room for it.
        """
        self._tier = sandbox.tier
        self._bwrap = find_bubblewrap()
        self.scratch = Scratch(readable=True)
        self._stack = ExitStack()
        self._root = self._stack.enter_context(self.scratch.folder())
        self._libraries = self._lay_out(support)
        self._filter = run_filter()
        self._trusted_filter = compile_filter()
        self._as_root = os.geteuid() == 0

    def close(self) -> None:
        """Remove the files."""
        self._stack.close()
        self.scratch.close()

    def _lay_out(self, support: Support) -> tuple[str, ...]:
        launcher = self._root / LAUNCHER_NAME
        launcher.write_bytes(support.launcher)
        launcher.chmod(0o755)
        libraries = _libraries_of(launcher)
        if self._tier is Tier.NAMESPACES:
            for name in ("program", "tmp"):
                (self._root / name).mkdir(mode=0o755)
            for library in libraries:
                place = self._root / library.lstrip("/")
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(library, place)
                place.chmod(0o755)
        return libraries

    @contextmanager
    def cell(
        self,
        folder: Path,
        words: tuple[str, ...],
        limits: RunLimits,
        *,
        report: int,
        requests: int,
        replies: int | None = None,
        writable: Path | None = None,
        worker: int = 0,
        trusted: bool = False,
    ) -> Iterator[Cell]:
        """Lower a program to a command line, for as long as the descriptors in it live.

        Args:
            folder: Where the program lies. It sees all of that.
            words: The program's name in *folder*, then its arguments.
            limits: What it may use.
            report: A descriptor on which the launcher says how the program ended.
            requests: What the program finds as descriptor 3.
            replies: What it finds as descriptor 4.
            writable: A folder of its own where it needs files; None where it needs none.
            worker: Which of several workers this is: as root, each has a user id of its own.
            trusted: The program is the tests' own: it may start processes, and has all the CPU time it wants.
        """
        program = self._trusted_filter if trusted else self._filter
        with filter_descriptor(program) as filter_fd:
            inside = self._tier is Tier.NAMESPACES
            place = _PROGRAM if inside else str(folder)
            uid = _FIRST_UID + worker if self._as_root and not trusted else None
            launcher = f"/{LAUNCHER_NAME}" if inside else str(self._root / LAUNCHER_NAME)
            # Of an ordinary user the kernel counts all tasks, unless a namespace has a count of its own: the limit would depend
            # on what else runs here.
            counted = not trusted and (inside or uid is not None)
            numbers = (
                report,
                -1 if filter_fd is None else filter_fd,
                requests,
                -1 if replies is None else replies,
                0 if uid is None or inside else uid,
                0 if trusted else limits.cpu_seconds,
                limits.address_space_mib,
                limits.stack_mib,
                limits.tasks if counted else 0,
                0 if writable is None else FILES_MIB,
                limits.open_files,
            )
            command = (launcher, *map(str, numbers), f"{place}/{words[0]}", *words[1:])
            fds = (report, filter_fd, requests, replies)
            yield Cell(
                argv=(*self._become(uid), *self._around(command, folder, writable)),
                environment={} if inside or writable is None else {"TMPDIR": str(writable)},
                pass_fds=tuple(fd for fd in fds if fd is not None),
            )

    def _become(self, uid: int | None) -> tuple[str, ...]:
        """What comes first where the sandbox itself must be another user's."""
        if uid is None or self._tier is not Tier.NAMESPACES:
            return ()
        return (str(self._root / LAUNCHER_NAME), "become", str(uid))

    def _around(self, command: tuple[str, ...], folder: Path, writable: Path | None) -> tuple[str, ...]:
        match self._tier:
            case Tier.NAMESPACES:
                return (*self._bubblewrap(folder, files=writable is not None), "--", *command)
            case Tier.LANDLOCK:
                readable = ":".join([*self._libraries, str(self._root), str(folder)])
                return (
                    sys.executable, "-I", "-S", str(CONFINE_SCRIPT), "-1", readable,
                    "" if writable is None else str(writable), *command,
                )  # fmt: skip
            case Tier.NONE:
                return command

    def _bubblewrap(self, folder: Path, *, files: bool) -> tuple[str, ...]:
        space = ("--size", str(FILES_MIB << 20), "--tmpfs", "/tmp") if files else ()
        return (
            str(self._bwrap), "--unshare-all", "--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534",
            "--hostname", "sandbox", "--die-with-parent", "--cap-drop", "ALL", "--clearenv",
            "--ro-bind", str(self._root), "/", "--ro-bind", str(folder), _PROGRAM, *space, "--chdir", "/",
        )  # fmt: skip


def _libraries_of(program: Path) -> tuple[str, ...]:
    """The shared libraries that programs of this toolchain may need; none where they need none."""
    try:
        listed = subprocess.run(
            ["ldd", str(program)], capture_output=True, stdin=subprocess.DEVNULL, check=False
        ).stdout.decode("utf-8", "replace")
    except OSError:
        return ()
    found = set(_RESOLVED.findall(listed))
    for library in tuple(found):
        found |= {str(place) for name in _LIBRARIES if (place := Path(library).parent / name).is_file()}
    return tuple(sorted(found))
