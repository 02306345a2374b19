"""The history page in a browser."""

from __future__ import annotations

import shutil
import socket
import subprocess
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from ferrobench.metrics.collapse import Health
from ferrobench.reports.history_page import write_history_page
from ferrobench.tracking import History
from tests.support.trainings import a_point, a_series

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]


class Listener:
    """A port of this machine that nobody has a reason to call; whoever does is hung up on."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.calls = 0
        self._thread = Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            caller, _ = self._server.accept()
            with caller:
                if caller.recv(4) == b"done":
                    return
                self.calls += 1

    def close(self) -> None:
        """Listen no more."""
        with socket.create_connection(("127.0.0.1", self.port)) as caller:
            caller.sendall(b"done")
        self._thread.join()
        self._server.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """One for a test."""
    one = Listener()
    yield one
    one.close()


def show(page: Path, profile: Path) -> tuple[str, list[str]]:
    """Load a page; what a browser made of it, and what it complained about."""
    command = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        f"--user-data-dir={profile}",
        "--enable-logging=stderr",
        "--virtual-time-budget=3000",
        "--dump-dom",
        page.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def a_history(label: str) -> History:
    """A training that collapses, whose names are as given."""
    points = [
        a_point(None, rate, label=label, loss=2.0, collapse=health, collapse_sentence=label)
        for rate, health in ((20.0, Health.HEALTHY), (60.0, Health.HEALTHY), (3.0, Health.COLLAPSED))
    ]
    return History(series=[a_series(points, name=label, notes=[label])], notes=[label])


def test_curves_are_drawn_and_names_are_text(tmp_path: Path, listener: Listener) -> None:
    """Both charts, without a complaint in the console and without a call to the address that the names would load."""
    address = f"http://127.0.0.1:{listener.port}/"
    label = f'</script><img src="{address}a"><script src="{address}b"></script><style>@import "{address}c"</style>'
    page = tmp_path / "history.html"
    write_history_page(a_history(label), page)
    dom, complaints = show(page, tmp_path / "profile")

    assert complaints == []
    assert dom.count("<canvas") == 2
    assert "<img" not in dom
    assert listener.calls == 0


def test_the_policy_stops_what_would_load_something(tmp_path: Path, listener: Listener) -> None:
    """If an element of a stranger were in the page, it could neither load nor run anything; without the policy it could."""
    page = tmp_path / "history.html"
    write_history_page(a_history("arbitrary"), page)
    element = f'<img src="http://127.0.0.1:{listener.port}/"><script>document.title = "ran"</script>'
    text = page.read_text(encoding="utf-8").replace("<body>", f"<body>{element}", 1)
    page.write_text(text, encoding="utf-8")
    dom, complaints = show(page, tmp_path / "profile")
    assert "<title>ran" not in dom
    assert len(complaints) == 2
    assert listener.calls == 0

    page.write_text(text.replace("Content-Security-Policy", "arbitrary"), encoding="utf-8")
    dom, _ = show(page, tmp_path / "profile")
    assert "<title>ran" in dom
    assert listener.calls
