"""Runs of many programs with hidden tests, in a world whose secrets they want and in which they may leave nothing."""

from __future__ import annotations

import gc
import os
import secrets
import shutil
import socket
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.judging import Compiled, Failure, Limit, Rejected, Tested, TestedProgram, Unjudged
from ferrobench.judging.sandbox import Sandbox, Tier, choose
from tests.support.agreement import descendants, descriptors, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from ferrobench.judging.toolchain import Toolchain

WAIT_SECONDS = 200.0
MARKER = "HOSTILE_SAMPLE_MARKER"
_TIERS: dict[Tier, Callable[[Toolchain], choose.Attempt]] = {
    Tier.NAMESPACES: choose._namespaces,
    Tier.LANDLOCK: choose._landlock,
}
# Where the programs of the hostile set leave their markers, if they can.
_PLACES = ("/", "/tmp", "/var/tmp", "/usr/local", "/etc", "/root", "/dev/shm", str(Path.home()))
_CRASHES = frozenset({Failure.ABORT, Failure.SIGNAL, Failure.STACK_OVERFLOW})


def sandbox_of(tier: Tier, toolchain: Toolchain) -> Sandbox | str:
    """The sandbox of a tier, or why it cannot be had here."""
    attempt = _TIERS[tier](toolchain)
    return attempt.sandbox or str(attempt.fault)


def outcome(judged: TestedProgram) -> str:  # noqa: PLR0911 (one return per outcome)
    """What judging says, in the words of the hostile set's manifest."""
    if isinstance(judged.judgment, Rejected):
        return "reject"
    if not isinstance(judged.judgment, Compiled):
        return repr(judged.judgment)
    match judged.tests:
        case Tested(all_held=True):
            return "pass"
        case Tested(limit=Limit.TIME):
            return "timeout"
        case Tested(limit=Limit.MEMORY):
            return "oom"
        case Tested(limit=Limit.OUTPUT):
            return "output-limit"
        case Tested(failure=failure) if failure in _CRASHES:
            return "crash"
        case Tested():
            return "fail"
        case other:
            return repr(other)


@dataclass(slots=True)
class World:
    """What programs are not to see, reach, or change."""

    secret: str
    """In the environment, and in a file."""
    canary: Path
    port: int
    """Of this machine's own network, over TCP and UDP."""
    arrived: list[str] = field(default_factory=list)
    """What came there."""
    left: list[str] = field(default_factory=list)
    """What was left of the run: files, processes, descriptors, markers."""


@contextmanager
def world(port: int = 0) -> Iterator[World]:
    """A world with a secret, a port that listens, and a temporary folder of its own.

    On leaving it, what the programs left behind is known.
    """
    with ExitStack() as stack:
        # Not in pytest's own temporary folder, which is closed to other users: as root, programs run under such.
        folder = Path(tempfile.mkdtemp(prefix="ferrobench-test-", dir="/tmp"))
        stack.callback(shutil.rmtree, folder)
        folder.chmod(0o755)
        temporary = folder / "temporary"
        temporary.mkdir(mode=0o755)
        secret = f"canary-{secrets.token_hex(8)}"
        canary = folder / "canary"
        canary.write_text(secret, encoding="ascii")
        canary.chmod(0o644)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", port)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(tcp.getsockname())
        here = World(secret=secret, canary=canary, port=tcp.getsockname()[1])
        before, running = descriptors(), descendants()
        markers = set(_markers())
        with _surroundings(str(temporary), secret):
            yield here
        gc.collect()  # some folders go with the objects that made them
        until(lambda: descendants() <= running, 5.0)
        here.left += [f"process {pid}" for pid in descendants() - running]
        here.left += [f"descriptor {number}" for number in descriptors().keys() - before.keys()]
        here.left += [f"file {path}" for path in temporary.rglob("*")]
        here.left += [f"marker {path}" for path in set(_markers()) - markers]
        for kind, listening in (("connection", tcp), ("datagram", udp)):
            listening.setblocking(False)
            try:
                listening.recvfrom(1) if kind == "datagram" else listening.accept()[0].close()
                here.arrived.append(kind)
            except BlockingIOError:
                pass


@contextmanager
def _surroundings(temporary: str, secret: str) -> Iterator[None]:
    names = ("HARNESS_CANARY_SECRET", "FERROBENCH_TEST_CANARY")
    kept = tempfile.tempdir
    tempfile.tempdir = temporary
    os.environ.update(dict.fromkeys(names, secret))
    try:
        yield
    finally:
        tempfile.tempdir = kept
        for name in names:
            del os.environ[name]


def _markers() -> list[str]:
    folders = [*_PLACES, str(Path.cwd()), str(Path.cwd().parent), tempfile.gettempdir()]
    return [str(Path(folder, MARKER)) for folder in folders if Path(folder, MARKER).exists()]


def results(futures: dict[str, Future[TestedProgram]]) -> dict[str, TestedProgram]:
    """Wait for all of them."""
    return {name: future.result(WAIT_SECONDS) for name, future in futures.items()}


def unjudged(judged: dict[str, TestedProgram]) -> dict[str, str]:
    """Those that we failed to judge, with the cause."""
    return {
        name: found.cause
        for name, one in judged.items()
        for found in (one.judgment, one.tests)
        if isinstance(found, Unjudged)
    }
