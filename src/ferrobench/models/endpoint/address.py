"""Where an endpoint is, and what opens it. Credentials leave this module only in what is sent."""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.models.endpoint.redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_VARIABLE = "OPENAI_API_KEY"
URL_VARIABLE = "OPENAI_BASE_URL"
# The openai package sends these with every request, and people put credentials into them.
HEADERS_VARIABLE = "OPENAI_CUSTOM_HEADERS"
OPENAI_URL = "https://api.openai.com/v1"
# Servers on this machine mostly ask for no key, but the header must have something in it.
PLACEHOLDER = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An endpoint that can be asked."""

    url: str
    """Without credentials and query: fit to be shown and recorded."""
    query: Mapping[str, str] = field(repr=False)
    """Sent with every request, such as ``api-version``."""
    key: str = field(repr=False)
    authorization: str = field(repr=False)
    """The whole value of the header."""
    redaction: Redaction = field(repr=False)


def find_address(base_url: str | None, environment: Mapping[str, str]) -> Address:
    """Settle which endpoint is meant, and with which credentials.

    Args:
        base_url: What ``--base-url`` was given; else ``OPENAI_BASE_URL`` counts, else OpenAI's own.
        environment: Of the process.

    Raises:
        UsageError: It is no URL of HTTP.
        NotReadyError: There is no usable key, and the endpoint is not on this machine.
    """
    source = "--base-url" if base_url is not None else URL_VARIABLE
    given = base_url if base_url is not None else environment.get(URL_VARIABLE) or OPENAI_URL
    try:
        parts = urlsplit(given.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        # Where it may hold a password, it is not shown: nobody can say in which part.
        found = "" if "@" in given or "?" in given else f"; found {given[:80]!r}"
        raise UsageError(
            f"{source}: expected a URL that begins with http:// or https://, such as http://127.0.0.1:8000/v1{found}"
        )
    url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    key = environment.get(KEY_VARIABLE, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise NotReadyError(f"{KEY_VARIABLE}: has characters that cannot be sent; copy the key anew")
    secrets = [key, *query.values(), *_header_values(environment.get(HEADERS_VARIABLE, ""))]
    if parts.username is not None or parts.password is not None:
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        login = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        authorization = f"Basic {login}"
        secrets += [user, password, login, parts.username or "", parts.password or ""]
    elif key or is_loopback(host):
        authorization = f"Bearer {key or PLACEHOLDER}"
    else:
        raise NotReadyError(
            f"{KEY_VARIABLE} is not set, and {url} is not on this machine; set it to your key"
        )
    return Address(
        url=url,
        query=query,
        key=key or PLACEHOLDER,
        authorization=authorization,
        redaction=Redaction(secrets),
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _header_values(text: str) -> list[str]:
    values = [line.partition(":")[2].strip() for line in text.splitlines()]
    return [part for value in values for part in (value, value.rpartition(" ")[2])]
