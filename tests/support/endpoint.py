"""A server that speaks the protocol of OpenAI's completions over real HTTP, and does with each request what a test says."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Received:
    """A request that came."""

    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: dict[str, Any]
    place: int
    """Which request of all, from 0."""
    earlier: int
    """How many requests with the same body came before it."""

    @property
    def prompt(self) -> str:
        """The bare prompt, or the last message."""
        text: str = self.body["prompt"] if "prompt" in self.body else self.body["messages"][-1]["content"]
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is sent back."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0
    """Bytes that are promised, and never come: the connection is dropped instead."""
    held: bool = False
    """Sent only when the server is closed: for whoever waits, never."""


def document(
    received: Received, *texts: str | None, finish: str | None = "stop", **changes: Any
) -> dict[str, Any]:
    """The body of a sound answer with these texts, in the form of the interface that was asked."""
    chat = received.path.endswith("/chat/completions")
    choices = [
        {
            "index": index,
            "finish_reason": finish,
            **({"message": {"role": "assistant", "content": text}} if chat else {"text": text}),
        }
        for index, text in enumerate(texts)
    ]
    return {
        "id": "arbitrary",
        "object": "chat.completion" if chat else "text_completion",
        "created": 0,
        "model": "arbitrary-2026-01-01",
        "choices": choices,
        "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
        **changes,
    }


def reply(content: Any, **changes: Any) -> Reply:
    """A body of JSON."""
    return Reply(body=json.dumps(content).encode(), **changes)


def written(received: Received, *texts: str | None, **changes: Any) -> Reply:
    """A sound answer."""
    return reply(document(received, *texts, **changes))


def failed(
    status: int, message: str = "arbitrary words", *, headers: Mapping[str, str] | None = None, **error: Any
) -> Reply:
    """An error in OpenAI's form."""
    return reply({"error": {"message": message, **error}}, status=status, headers=headers or {})


def dropped(received: Received) -> Reply:
    """An answer whose connection breaks in the middle of its body."""
    body = written(received, "fn never() {}").body
    return Reply(body=body[:20], missing=len(body) - 20)


def held() -> Reply:
    """No answer."""
    return Reply(held=True)


@dataclass(slots=True)
class Server:
    """A running server."""

    url: str
    """What ``--base-url`` takes."""
    received: list[Received] = field(default_factory=list)
    """In the order in which they came."""
    most_at_once: int = 0
    """Requests that were being answered at the same time."""


@contextmanager
def serve(answer: Callable[[Received], Reply]) -> Iterator[Server]:
    """Serve on a free port of this machine."""
    closing, lock = threading.Event(), threading.Lock()
    counts: dict[str, int] = {}
    active = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body leave together, and at once: else each answer waits for the client to confirm the head.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            nonlocal active
            content = self.rfile.read(int(self.headers["content-length"]))
            key = f"{self.path} {content!r}"
            with lock:
                received = Received(
                    self.path,
                    {name.lower(): value for name, value in self.headers.items()},
                    json.loads(content),
                    len(server.received),
                    counts.get(key, 0),
                )
                counts[key] = received.earlier + 1
                server.received.append(received)
                active += 1
                server.most_at_once = max(server.most_at_once, active)
            try:
                self._send(answer(received))
            finally:
                with lock:
                    active -= 1

        def _send(self, sent: Reply) -> None:
            if sent.held:
                closing.wait()
            self.send_response(sent.status)
            for name, value in {"content-type": "application/json", **sent.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(sent.body) + sent.missing))
            self.end_headers()
            self.wfile.write(sent.body)
            self.close_connection = self.close_connection or sent.missing > 0

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    class Listener(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            """Clients that give up are what is tested."""

    with Listener(("127.0.0.1", 0), Handler) as listener:
        server = Server(url=f"http://127.0.0.1:{listener.server_address[1]}/v1")
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            closing.set()
            listener.shutdown()
            thread.join()
