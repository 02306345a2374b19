"""Running the server: the model in this thread, HTTP in one beside it."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.models import LaysOut, open_model
from ferrobench.serve.address import base_url, bind, is_loopback, listen
from ferrobench.serve.web import http_server, require_web

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from ferrobench.models import Backend, ModelRequest
    from ferrobench.serve.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """What to serve, and where."""

    model: ModelRequest
    """Opened for bare prompts, whatever it was trained for: each request says what it gives."""
    host: str = "127.0.0.1"
    port: int = 8000
    """0 is any free one."""
    name: str | None = None
    """Under which the model is asked for; by default what it is called where it lies."""
    batch_size: int | None = None
    api_key_env: str | None = None
    """The environment variable with the key that clients must show."""


def serve(
    settings: ServeSettings, *, announce: Callable[[str], None], complain: Callable[[str], None]
) -> None:
    """Serve until Ctrl-C, whose KeyboardInterrupt is passed on. Call it in the main thread.

    Args:
        settings: What, and where.
        announce: Called once, with the base URL, as soon as clients can connect.
        complain: Called with one line for warnings, and for what fails while serving.

    Raises:
        HarnessError: One line that names what is wrong.
    """
    key = _read_key(settings.api_key_env)
    if settings.model.kind not in (None, "hf"):
        raise UsageError(f"--model {settings.model.model}: expected a checkpoint or hf:NAME to serve")
    if settings.batch_size is not None and settings.batch_size < 1:
        raise UsageError(f"--batch-size {settings.batch_size}: expected 1 or more")
    require_web()
    with bind(settings.host, settings.port) as taken:
        if key is None and not is_loopback(taken):
            complain(
                f"--host {settings.host}: whoever reaches this address can use the model; --api-key-env asks for a key"
            )
        model = open_model(settings.model)
        assert isinstance(model, LaysOut)
        # What cannot be encoded at all, for want of a tokenizer, is told before anybody asks.
        model.lay_out("fn main() {")
        for line in (*model.warnings, *model.notes):
            complain(line)
        from ferrobench.serve.app import make_app
        from ferrobench.serve.engine import Engine

        engine = Engine(model, batch_size=settings.batch_size, complain=complain)
        app = make_app(
            engine,
            name=settings.name or _name_of(settings.model, model),
            context_length=model.info.context_length,
            fingerprint=_fingerprint(model),
            key=key,
            complain=complain,
        )
        listen(taken)
        _run(engine, app, taken, announce)


def _run(engine: Engine, app: ASGIApp, taken: socket.socket, announce: Callable[[str], None]) -> None:
    server = http_server(app)
    failures: list[Exception] = []

    def answer_clients() -> None:
        try:
            server.run(sockets=[taken])
        except Exception as error:  # told in the main thread
            failures.append(error)
        finally:
            engine.close()

    thread = Thread(target=answer_clients, name="http", daemon=True)
    thread.start()
    announce(base_url(taken))
    try:
        engine.run()
    finally:
        engine.close()
        server.should_exit = True
        thread.join()
    raise NotReadyError(f"the HTTP server has ended: {failures[0] if failures else 'nobody knows why'}")


def _read_key(variable: str | None) -> str | None:
    if variable is None:
        return None
    key = os.environ.get(variable)
    if not key:
        raise UsageError(f"--api-key-env {variable}: the environment has no such variable, or it is empty")
    return key


def _name_of(request: ModelRequest, model: Backend) -> str:
    """A short name, without the folders of this machine."""
    if request.checkpoint is None and request.model is None:
        return "demo"
    if request.model is not None and not Path(request.name).is_dir():
        return request.name
    return Path(model.label).resolve().name


def _fingerprint(model: Backend) -> str:
    identity = json.dumps(dict(model.identity), sort_keys=True, default=str)
    return f"fp_{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
