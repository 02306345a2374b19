"""The routes of the server, and what happens between a request and the engine."""

from __future__ import annotations

import asyncio
import hmac
import time
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ferrobench.serve.answers import answer_streamed, answer_whole
from ferrobench.serve.asked import read_chat, read_completion
from ferrobench.serve.faults import Fault
from ferrobench.serve.fields import parse_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from ferrobench.serve.answers import Drawn
    from ferrobench.serve.asked import Asked
    from ferrobench.serve.engine import Engine, Job

MOST_BYTES = 2**20
HEALTH = "/health"
# What nginx notes where the client has gone; nobody reads it.
_CLIENT_GONE = 499


def make_app(
    engine: Engine,
    *,
    name: str,
    context_length: int | None,
    fingerprint: str,
    key: str | None,
    complain: Callable[[str], None],
) -> ASGIApp:
    """Put the server together.

    Args:
        engine: What draws.
        name: Under which the model is asked for.
        context_length: Of the model, in tokens.
        fingerprint: What tells its state from any other.
        key: What clients must show, if anything.
        complain: Called with one line when a request ends in a fault of ours.
    """
    created = int(time.time())

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def models(_: Request) -> Response:
        model = {"id": name, "object": "model", "created": created, "owned_by": "ferrobench"}
        return JSONResponse({"object": "list", "data": [model]})

    async def completions(request: Request) -> Response:
        return await answer(request, read_completion)

    async def chats(request: Request) -> Response:
        return await answer(request, read_chat)

    async def answer(request: Request, read: Callable[[dict[str, Any], str, int | None], Asked]) -> Response:
        asked = read(parse_object(await _read_body(request)), name, context_length)
        job = engine.submit(asked)
        drawn = await _wait(request, engine, job)
        if drawn is None:
            return Response(status_code=_CLIENT_GONE)
        if asked.stream:
            return Response(answer_streamed(asked, drawn, fingerprint), media_type="text/event-stream")
        return JSONResponse(answer_whole(asked, drawn, fingerprint))

    async def on_fault(_: Request, fault: Exception) -> Response:
        assert isinstance(fault, Fault)
        return _refusal(fault)

    async def on_wrong_route(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        words = "no such route" if error.status_code == 404 else error.detail.lower()
        return _refusal(
            Fault(f"{request.method} {request.url.path}: {words}", status=error.status_code), error.headers
        )

    async def on_gone(_: Request, __: Exception) -> Response:
        return Response(status_code=_CLIENT_GONE)

    async def on_anything(_: Request, error: Exception) -> Response:
        complain(f"could not answer: {type(error).__name__}: {str(error).partition(chr(10))[0]}")
        return _refusal(Fault("the server failed", status=500))

    app = Starlette(
        routes=[
            Route(HEALTH, health),
            Route("/v1/models", models),
            Route("/v1/completions", completions, methods=["POST"]),
            Route("/v1/chat/completions", chats, methods=["POST"]),
        ],
        exception_handlers={
            Fault: on_fault,
            HTTPException: on_wrong_route,
            ClientDisconnect: on_gone,
            Exception: on_anything,
        },
    )
    return app if key is None else _Locked(app, key)


class _Locked:
    """Lets through who shows the key; whether the server runs, everybody may ask."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app = app
        self._expected = b"Bearer " + key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shown = dict(scope.get("headers", ())).get(b"authorization", b"")
        app = self._app
        if scope["path"] != HEALTH and not hmac.compare_digest(shown, self._expected):
            fault = Fault(
                "this server wants its key, as Authorization: Bearer …", status=401, code="invalid_api_key"
            )
            app = _refusal(fault, {"WWW-Authenticate": "Bearer"})
        await app(scope, receive, send)


def _refusal(fault: Fault, headers: Any = None) -> Response:
    return JSONResponse(fault.document(), status_code=fault.status, headers=headers)


async def _read_body(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        # Also what keeps web pages of others from posting here: a browser asks first before it sends this type.
        raise Fault(f"Content-Type: expected application/json, found {kind[:60] or 'none'}", status=415)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise Fault(f"the body: expected at most {MOST_BYTES} bytes", status=413)
    return bytes(body)


async def _wait(request: Request, engine: Engine, job: Job) -> Drawn | None:
    """Wait for the answer, or until the client has gone."""
    answer = asyncio.wrap_future(job.answer)
    # Asked for in any case: asyncio complains of failures that nobody has looked at.
    answer.add_done_callback(lambda done: done.cancelled() or done.exception())
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        ends: set[asyncio.Future[Any]] = {answer, gone}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        return None
    finally:
        gone.cancel()
        if not answer.done():
            engine.abandon(job)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
