"""What every HTTP server of this package has in common: its libraries, and how it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.errors import MissingExtraError

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

_SECONDS_TO_END = 2
_KEEP_ALIVE_SECONDS = 60
"""Of connections that wait for a client's next request; longer than most clients keep theirs."""


def require_web() -> None:
    """See that the libraries are there, before anything else is done.

    Raises:
        MissingExtraError: If they are not.
    """
    try:
        import starlette  # noqa: F401 - whether it is there
        import uvicorn  # noqa: F401 - likewise
    except ImportError as error:
        raise MissingExtraError(
            "starlette and uvicorn are not installed: pip install 'ferrobench[web]'"
        ) from error


def http_server(app: ASGIApp) -> uvicorn.Server:
    """Make a server that writes nothing itself: the application tells what goes wrong, and paths may hold secrets."""
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(
            app,
            http="h11",
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_SECONDS_TO_END,
        )
    )
