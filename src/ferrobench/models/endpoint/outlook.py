"""Whether it makes sense to go on asking an endpoint."""

from __future__ import annotations

from collections import Counter

from ferrobench.errors import NotReadyError
from ferrobench.models.endpoint.faults import Consequence, Fault

# Requests in a row that failed after all their tries: the server is gone.
FAILURES_IN_A_ROW = 16
# Refusals of a prompt, such as one that is too long, after which its other samples are not asked for.
REFUSALS_OF_A_PROMPT = 3


class Outlook:
    """What was learnt about an endpoint from the requests so far."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._reached = False
        self._answered = False
        self._failures = 0
        self._refusals: Counter[str] = Counter()
        self._last_refusal: dict[str, str] = {}

    def answer(self, prompt: str) -> None:
        """A request was answered."""
        self._reached = self._answered = True
        self._failures = 0
        self._refusals.pop(prompt, None)

    def refuses(self, prompt: str) -> str | None:
        """Say why *prompt* need not be asked for again, or None where it may be."""
        return self._last_refusal[prompt] if self._refusals[prompt] >= REFUSALS_OF_A_PROMPT else None

    def may_repeat(self, fault: Fault) -> bool:
        """Take note of one try that failed; say whether another one may help.

        Raises:
            NotReadyError: No request is going to be answered.
        """
        match fault.consequence:
            case Consequence.END:
                raise NotReadyError(f"{self._url}: {fault.cause}")
            case Consequence.UNREACHABLE:
                if not self._reached:
                    raise NotReadyError(f"{self._url}: {fault.cause}")
                return True
            case Consequence.SETUP:
                if not self._answered:
                    raise NotReadyError(f"{self._url}: {fault.cause}")
        self._reached = True
        return fault.consequence is Consequence.REPEAT

    def failure(self, fault: Fault, prompt: str) -> None:
        """Take note of a request that is given up.

        Raises:
            NotReadyError: So many failed in a row that the run should end.
        """
        if fault.consequence is Consequence.GIVE_UP:
            self._refusals[prompt] += 1
            self._last_refusal[prompt] = fault.cause
            return
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            raise NotReadyError(
                f"{self._url}: {FAILURES_IN_A_ROW} requests in a row failed after all their tries; the last: {fault.cause}"
            )
