"""Who may come in: those who have the link, by a name of this machine, from our own page.

The link holds a token as the first part of its path, and every request needs it, the page's scripts and styles too. It is no
cookie, since browsers send the cookies of 127.0.0.1 to every port of it; nothing is sent along that another page could make
use of. Whoever lacks it learns that something listens, and nothing else. That the Host header names this machine keeps out
pages whose own name was made to lead here (DNS rebinding), and the Origin header those that write from elsewhere.
"""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Any port: a tunnel from the machine before which the rater sits may end at another one there.
_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?")
_SAFE_METHODS = frozenset({"GET", "HEAD"})
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Gate:
    """Lets through who has the link; the application behind it sees paths without the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        _, _, path = scope["path"].partition("/")
        shown, slash, inner = path.partition("/")
        if not (self._is_token(shown) and _is_from_here(scope)):
            await PlainTextResponse("forbidden\n", status_code=403)(scope, receive, send_guarded)
        elif not slash:
            # Without its last slash the links of the page would lead nowhere.
            await RedirectResponse(f"/{shown}/", status_code=307)(scope, receive, send_guarded)
        else:
            await self._app({**scope, "path": f"/{inner}", "root_path": ""}, receive, send_guarded)

    def _is_token(self, shown: str) -> bool:
        return hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), self._token)


def _is_from_here(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or _HOST.fullmatch(hosts[0]) is None:
        return False
    if not origins:
        # Browsers tell the origin of whatever writes.
        return scope["method"] in _SAFE_METHODS
    return origins == [f"http://{hosts[0]}"]
