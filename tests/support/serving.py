"""The real server, started by its command in a process of its own."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that listens."""

    url: str
    """Ends in ``/v1``."""
    process: subprocess.Popen[str]
    errors: Path
    """What it has written to stderr."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        assert parts.port is not None
        return parts.hostname, parts.port

    def ask(
        self, path: str, body: Any = None, *, headers: Mapping[str, str] = JSON, method: str | None = None
    ) -> tuple[int, Any]:
        """Send one request; return the status and the JSON of the answer. A body of bytes is sent as it is."""
        connection = http.client.HTTPConnection(*self.address, timeout=120)
        try:
            content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method or ("GET" if body is None else "POST"), path, content, dict(headers))
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


@contextmanager
def serving(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Iterator[Serving]:
    """Start ``ferrobench serve`` on a free port, and wait until it listens."""
    command = [sys.executable, "-m", "ferrobench.cli.main", "serve", "--port", "0", *map(str, arguments)]
    with TemporaryDirectory() as folder:
        errors = Path(folder, "stderr")
        with (
            errors.open("w") as stderr,
            subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment
            ) as process,
        ):
            assert process.stdout is not None
            try:
                url = process.stdout.readline().strip()
                assert url.startswith("http://"), errors.read_text()
                yield Serving(url, process, errors)
            finally:
                process.kill()
