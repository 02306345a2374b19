"""The address that a server listens on."""

from __future__ import annotations

import ipaddress
import socket

from ferrobench.errors import NotReadyError, UsageError


def bind(host: str, port: int) -> socket.socket:
    """Take an address. Nobody can connect to it until :func:`listen`.

    Args:
        host: A name or an address of this machine.
        port: 0 is any free one.

    Raises:
        UsageError: If there is no such host or port.
        NotReadyError: If it is taken, or not for us.
    """
    if not 0 <= port <= 65535:
        raise UsageError(f"--port {port}: expected 0 (any free one) to 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise UsageError(f"--host {host}: expected a name or an address of this machine: {error}") from error
    taken = socket.socket(family, kind, protocol)
    try:
        # Else a port rests for a minute after the server before.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
    except OSError as error:
        taken.close()
        raise _not_to_be_had(host, port, error) from error
    return taken


def listen(taken: socket.socket) -> None:
    """Let clients connect.

    Raises:
        NotReadyError: If another program has begun to listen on the same port meanwhile.
    """
    try:
        taken.listen(1024)
    except OSError as error:
        host, port = taken.getsockname()[:2]
        raise _not_to_be_had(host, port, error) from error


def is_loopback(taken: socket.socket) -> bool:
    """Whether only this machine can reach it."""
    return ipaddress.ip_address(taken.getsockname()[0].partition("%")[0]).is_loopback


def base_url(taken: socket.socket) -> str:
    """Where clients find the interface."""
    host, port = taken.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/v1"


def _not_to_be_had(host: str, port: int, error: OSError) -> NotReadyError:
    return NotReadyError(
        f"{host}, port {port}: {error.strerror}; --port takes another, and with 0 any free one"
    )
