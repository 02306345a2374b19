"""Runs to rate, and the real review of one, started by its command in a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ferrobench.results import CONFIG_FILE, JOURNAL_FILE, Journal, write_json
from ferrobench.rubric import Criterion, Rating, Scores
from tests.support.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PROMPT = "fn answer() -> u32 {"
# Inert and legible wherever they are shown.
HOSTILE = {
    "markup": '</script><script>window.hit = 1</script><img src=x onerror="window.hit = 2">',
    "terminal": "// \x1b[31mred\x1b]0;title\x07",
    "bidi": "/* \u202e } \u2066if admin\u2069 */ \u200b",
    "nul": "\x00 after",
    "half": "\ud800 after",
    "long": " " + "x+" * 500_000,
}


def write_run(folder: Path, texts: Sequence[str], *, prompts: int = 2) -> Path:
    """Write a run folder with these completions, dealt to so many prompts; nothing in it is true but the texts."""
    names = [f"arbitrary/prompt_{number}" for number in range(prompts)]
    folder.mkdir(parents=True)
    write_json(
        folder / CONFIG_FILE,
        {"settings": {"sampling": {}, "suites": []}, "prompt_texts": dict.fromkeys(names, PROMPT)},
    )
    with Journal(folder / JOURNAL_FILE) as journal:
        for number, text in enumerate(texts):
            journal.append(record(names[number % prompts], number // prompts, text=text))
    return folder


def scores(*given: int | None) -> Scores:
    """Scores in the rubric's order."""
    return Scores.model_validate(dict(zip(Criterion, given, strict=True)))


def rating(rater: str, prompt_id: str, index: int, *given: int | None, run: str = "run") -> Rating:
    """A rating without a note."""
    return Rating(
        run=run,
        prompt_id=prompt_id,
        index=index,
        rater=rater,
        scores=scores(*given),
        time=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )


@dataclass(frozen=True, slots=True)
class Reviewing:
    """A review that goes on."""

    url: str
    """The link, with its token and a slash at the end."""
    process: subprocess.Popen[str]
    errors: Path
    """What it has written to stderr."""

    @property
    def port(self) -> int:
        """Where it listens."""
        port = urlsplit(self.url).port
        assert port is not None
        return port

    @property
    def path(self) -> str:
        """The path of the link: the token between slashes."""
        return urlsplit(self.url).path

    @property
    def headers(self) -> dict[str, str]:
        """What a browser sends along with what it posts."""
        return {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{self.port}"}

    def raw(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request as it is; the status, the headers in lower case, and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return (
                answer.status,
                {name.lower(): value for name, value in answer.getheaders()},
                answer.read(),
            )
        finally:
            connection.close()

    def ask(self, name: str, body: Any = None) -> tuple[int, Any]:
        """Ask as the page does."""
        content = None if body is None else json.dumps(body).encode()
        status, _, answer = self.raw(
            "GET" if body is None else "POST", f"{self.path}api/{name}", content, self.headers
        )
        return status, json.loads(answer)

    def stop(self) -> str:
        """Press Ctrl-C; what it says on stderr, all in all."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(60) == 0
        return self.errors.read_text()


@contextmanager
def reviewing(*arguments: str | Path) -> Iterator[Reviewing]:
    """Start ``ferrobench review`` on a free port, and wait until its link works."""
    command = [sys.executable, "-m", "ferrobench.cli.main", "review", *map(str, arguments)]
    with TemporaryDirectory() as folder:
        errors = Path(folder, "stderr")
        with (
            errors.open("w") as stderr,
            subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=dict(os.environ)
            ) as process,
        ):
            assert process.stdout is not None
            try:
                url = process.stdout.readline().strip()
                assert url.startswith("http://"), errors.read_text()
                yield Reviewing(url, process, errors)
            finally:
                process.kill()
