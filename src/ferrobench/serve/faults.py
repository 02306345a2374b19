"""What a request can be refused with, in OpenAI's form."""

from __future__ import annotations

from typing import Any


class Fault(Exception):  # noqa: N818 - what a client is told, mostly about its own request
    """One line for the client, and the HTTP status that it comes with."""

    def __init__(
        self, message: str, *, status: int = 400, param: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self._param = param
        self._code = code

    def document(self) -> dict[str, Any]:
        """The JSON of the answer."""
        return {
            "error": {
                "message": str(self),
                "type": "server_error" if self.status >= 500 else "invalid_request_error",
                "param": self._param,
                "code": self._code,
            }
        }
