"""Running the review: one server on this machine's own address, in the main thread."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.review.sitting import tidy_name
from ferrobench.serve import address
from ferrobench.serve.web import http_server, require_web

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferrobench.review.sitting import Sitting

# Never another: the page has no encryption, and shows what models wrote to whoever reaches it with the link.
_HOST = "127.0.0.1"
_TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Where to serve, and for whom first."""

    port: int = 0
    """0 is any free one."""
    rater: str | None = None
    """The name that the page proposes."""

    def __post_init__(self) -> None:
        """Refuse what is no name.

        Raises:
            UsageError: Naming the flag.
        """
        if self.rater is not None:
            try:
                tidy_name(self.rater)
            except ValueError as error:
                raise UsageError(f"--rater {self.rater!r}: {error}") from error


def review(
    sitting: Sitting,
    settings: ServerSettings,
    *,
    announce: Callable[[str], None],
    complain: Callable[[str], None],
) -> None:
    """Let people rate until Ctrl-C, and return then. Call it in the main thread.

    Args:
        sitting: The review.
        settings: Where, and for whom first.
        announce: Called once, with the link, as soon as it works.
        complain: Called with one line for what fails meanwhile.

    Raises:
        HarnessError: One line that names what is wrong.
    """
    require_web()
    from ferrobench.review.app import make_app

    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with address.bind(_HOST, settings.port) as taken:
        rater = None if settings.rater is None else tidy_name(settings.rater)
        app = make_app(sitting, token=token, rater=rater, complain=complain)
        address.listen(taken)
        try:
            announce(f"http://{_HOST}:{taken.getsockname()[1]}/{token}/")
            http_server(app).run(sockets=[taken])
        except KeyboardInterrupt:
            return  # how a review ends
