"""The routes behind the gate: the page with its files, and what it asks for."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ferrobench.errors import HarnessError
from ferrobench.review.gate import Gate
from ferrobench.review.listing import lay_out
from ferrobench.review.sitting import tidy_name
from ferrobench.rubric import RUBRIC, Rating, SampleName, Scores, summarize_ratings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp

    from ferrobench.review.sitting import Sitting

Asked = TypeVar("Asked", bound=BaseModel)

MOST_BYTES = 64 * 1024
LONGEST_NOTE = 4_000
_CLIENT_GONE = 499
# Where the files of the page lie, and what they are.
_FILES = {
    "": ("ferrobench.review", "pages/review.html", "text/html; charset=utf-8"),
    "review.js": ("ferrobench.review", "pages/review.js", "text/javascript; charset=utf-8"),
    "review.css": ("ferrobench.review", "pages/review.css", "text/css; charset=utf-8"),
    "icon.svg": ("ferrobench.review", "pages/icon.svg", "image/svg+xml"),
    "look.css": ("ferrobench.reports", "pages/look.css", "text/css; charset=utf-8"),
    "theme.js": ("ferrobench.reports", "pages/theme.js", "text/javascript; charset=utf-8"),
}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Joining(_Body):
    rater: str

    _tidy = field_validator("rater")(tidy_name)


class _Naming(_Joining):
    label: Annotated[str, Field(max_length=64)]


class _Seeing(_Naming):
    whole: bool = False


class _Giving(_Naming):
    scores: Scores
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


def make_app(sitting: Sitting, *, token: str, rater: str | None, complain: Callable[[str], None]) -> ASGIApp:
    """Put the application together.

    Args:
        sitting: The review.
        token: What links must show.
        rater: The name that the page proposes, if any.
        complain: Called with one line when a request ends in a fault of ours.
    """

    async def session(_: Request) -> Response:
        return JSONResponse(
            {
                "criteria": [
                    {"key": scale.criterion.value, "question": scale.question, "levels": scale.levels}
                    for scale in RUBRIC
                ],
                "raters": sitting.raters(),
                "proposed": rater,
                "samples": sitting.number_of_samples,
                "longest_note": LONGEST_NOTE,
            }
        )

    async def join(request: Request) -> Response:
        asked = await _read(request, _Joining)
        sitting.join(asked.rater)
        return JSONResponse(
            {"rater": asked.rater, "places": [asdict(place) for place in sitting.places(asked.rater)]}
        )

    async def sample(request: Request) -> Response:
        asked = await _read(request, _Seeing)
        name = _find(sitting, asked)
        text = sitting.text(name)
        given = sitting.rating(asked.rater, name)
        listing = lay_out(text.prompt, text.completion, is_program=text.is_program, whole=asked.whole)
        return JSONResponse(
            {
                "listing": asdict(listing),
                "is_program": text.is_program,
                "rating": None
                if given is None
                else {
                    "scores": given.scores.model_dump(),
                    "note": given.note,
                    "time": given.time.isoformat(),
                },
            }
        )

    async def rate(request: Request) -> Response:
        asked = await _read(request, _Giving)
        name = _find(sitting, asked)
        sitting.rate(
            Rating(
                run=name.run,
                prompt_id=name.prompt_id,
                index=name.index,
                rater=asked.rater,
                scores=asked.scores,
                note=asked.note.strip(),
                time=datetime.now(UTC),
            )
        )
        return JSONResponse({"state": "rated"})

    async def skip(request: Request) -> Response:
        asked = await _read(request, _Naming)
        name = _find(sitting, asked)
        sitting.skip(asked.rater, name)
        return JSONResponse({"state": "rated" if sitting.rating(asked.rater, name) else "skipped"})

    async def withdraw(request: Request) -> Response:
        asked = await _read(request, _Naming)
        sitting.withdraw(asked.rater, _find(sitting, asked))
        return JSONResponse({"state": "open"})

    async def agreement(_: Request) -> Response:
        ratings = sitting.ratings()
        summary = await run_in_threadpool(summarize_ratings, ratings)
        counted = dict.fromkeys(sitting.raters(), 0)
        for rating in ratings:
            counted[rating.rater] += 1
        # No scores: they would sway those who are still rating.
        return JSONResponse(
            {
                "ratings": summary.ratings,
                "samples": summary.samples,
                "raters": [{"name": name, "ratings": count} for name, count in counted.items()],
                "criteria": {
                    name: found.agreement.model_dump(mode="json") for name, found in summary.criteria.items()
                },
            }
        )

    async def on_wrong_route(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)

    async def on_fault(_: Request, error: Exception) -> Response:
        complain(str(error))
        # Its words name the run, which raters must not know.
        return JSONResponse({"error": "it was not saved: the terminal says why"}, status_code=503)

    async def on_gone(_: Request, __: Exception) -> Response:
        return Response(status_code=_CLIENT_GONE)

    async def on_anything(_: Request, error: Exception) -> Response:
        complain(f"could not answer: {type(error).__name__}: {str(error).partition(chr(10))[0]}")
        return JSONResponse({"error": "the server failed"}, status_code=500)

    app = Starlette(
        routes=[
            *(Route(f"/{name}", _file(*found)) for name, found in _FILES.items()),
            Route("/api/session", session),
            Route("/api/agreement", agreement),
            *(
                Route(f"/api/{route.__name__}", route, methods=["POST"])
                for route in (join, sample, rate, skip, withdraw)
            ),
        ],
        exception_handlers={
            HTTPException: on_wrong_route,
            HarnessError: on_fault,
            ClientDisconnect: on_gone,
            Exception: on_anything,
        },
    )
    app.router.redirect_slashes = False  # it would tell paths without the token
    return Gate(app, token)


def _file(package: str, name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    content = files(package).joinpath(name).read_bytes()

    async def answer(_: Request) -> Response:
        return Response(content, media_type=media_type)

    return answer


def _find(sitting: Sitting, asked: _Naming) -> SampleName:
    try:
        return sitting.name(asked.rater, asked.label)
    except KeyError as error:
        raise HTTPException(404, "no such rater or sample") from error


async def _read(request: Request, kind: type[Asked]) -> Asked:
    """Read the body of a request as a model says."""
    found = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found != "application/json":
        # Also what keeps forms of other pages from posting here.
        raise HTTPException(415, "Content-Type: expected application/json")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"expected at most {MOST_BYTES} bytes")
    try:
        return kind.model_validate_json(bytes(body))
    except ValidationError as error:
        fault: Any = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in fault["loc"])
        words = fault["msg"].removeprefix("Value error, ")
        raise HTTPException(422, f"{field}: {words}" if field else words) from error
