"""A small server over one of our own models, which speaks the protocol of OpenAI's completions and chats.

``server`` wires and runs it, ``app`` has its routes, ``asked`` reads requests, ``answers`` lays out what is said to them,
and ``engine`` draws. Covers one model, one machine and clients that one trusts. Does not cover quotas, TLS, or answers
that arrive while they are being drawn. starlette and uvicorn are imported when a server starts.
"""

from __future__ import annotations

from ferrobench.serve.server import ServeSettings, serve

__all__ = ["ServeSettings", "serve"]
