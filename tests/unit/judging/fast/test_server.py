"""Talking to a fork server, with shell scripts in its place: whatever it answers, nobody hangs and nothing is left."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging.fast.server import ForkServer, ServerLostError
from ferrobench.judging.process import Command, Limits, Unconfined
from tests.support.agreement import descendants, descriptors, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    before = descriptors()
    running = descendants()
    yield
    assert until(lambda: not descendants())
    assert descendants() <= running
    assert descriptors().keys() == before.keys()


def server(folder: Path, script: str) -> ForkServer:
    command = Command(argv=("/bin/sh", "-c", script), environment=(("PATH", "/usr/bin:/bin"),))
    return ForkServer(Unconfined(), command, Limits(), folder, b"library")


def run(server: ForkServer, wall_seconds: float = 5.0, *, parse_only: bool = False) -> tuple[int, float]:
    end = server.run("child", cpu_seconds=3, wall_seconds=wall_seconds, parse_only=parse_only)
    return end.status, end.cpu_seconds


def test_requests_and_answers_are_lines_of_numbers(tmp_path: Path) -> None:
    """The wait status becomes an exit status or the negative number of a signal; times are microseconds."""
    answers = "0 1000", "256 2500000", "9 0", f"{5 << 8} 1"
    script = "echo 0 0; " + "".join(f"read line; echo $line >> got; echo {answer}; " for answer in answers)
    asked = server(tmp_path, script)

    ends = [run(asked), run(asked, parse_only=True), run(asked), run(asked)]
    asked.close()

    assert ends == [(0, 0.001), (1, 2.5), (-9, 0.0), (5, 1e-06)]
    assert (tmp_path / "got").read_text().splitlines()[:2] == ["child 3 5 0", "child 3 5 1"]
    assert (tmp_path / "preload.so").read_bytes() == b"library"


def test_an_answer_may_come_in_pieces(tmp_path: Path) -> None:
    asked = server(
        tmp_path, "printf 0; sleep 0.05; echo ' 0'; read line; printf 25; sleep 0.05; echo '6 7'; sleep 9"
    )

    assert run(asked) == (1, 7e-06)
    asked.close()


@pytest.mark.parametrize(
    "script", ["exit 0", "exit 1", "echo hello", "echo; sleep 9", "echo 1 2 3; sleep 9", "kill -9 $$"]
)
def test_who_does_not_greet_is_lost(tmp_path: Path, script: str) -> None:
    with pytest.raises(ServerLostError):
        server(tmp_path, script)


@pytest.mark.parametrize(
    "script",
    ["exit", "read line", "read line; echo x; sleep 9", "read line; kill -9 $$", "exec <&-; sleep 1 & exit"],
)
def test_who_does_not_answer_is_lost(tmp_path: Path, script: str) -> None:
    asked = server(tmp_path, f"echo 0 0; {script}")
    with pytest.raises(ServerLostError):
        run(asked)
    asked.close()


def test_who_hangs_is_lost_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ferrobench.judging.fast.server._GRACE_SECONDS", 0.1)
    asked = server(tmp_path, "echo 0 0; sleep 99")
    started = time.monotonic()

    with pytest.raises(ServerLostError, match="does not answer"):
        run(asked, wall_seconds=1.0)

    assert time.monotonic() - started < 5.0


def test_who_is_lost_is_in_no_circle(tmp_path: Path) -> None:
    """An error that is its own cause would keep all that led to it, temporary folders among them."""
    with pytest.raises(ServerLostError) as lost:
        server(tmp_path, "exit 0")

    assert lost.value.__cause__ is not lost.value


def test_closing_kills_whatever_it_started_and_twice_does_no_harm(tmp_path: Path) -> None:
    asked = server(tmp_path, "sleep 99 & echo 0 0; sleep 99")
    asked.close()
    asked.close()
