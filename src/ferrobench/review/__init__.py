"""The human rubric in the browser: a server on this machine that shows samples blind and keeps what people say of them.

``server`` wires and runs it, ``gate`` lets in who has the link, ``app`` has its routes, ``sitting`` knows who rates what, ``listing`` lays
out untrusted code, and ``export`` writes ratings for others. Covers one run, and raters who come to this machine or reach it through a
tunnel of theirs. Does not cover accounts: whoever has the link may rate under any name. starlette and uvicorn are imported when
a server starts.
"""

from __future__ import annotations

from ferrobench.review.export import export_ratings
from ferrobench.review.plan import PlanChanges, agree_on_plan
from ferrobench.review.server import ServerSettings, review
from ferrobench.review.sitting import Sitting
from ferrobench.review.words import tell_ratings

__all__ = [
    "PlanChanges",
    "ServerSettings",
    "Sitting",
    "agree_on_plan",
    "export_ratings",
    "review",
    "tell_ratings",
]
