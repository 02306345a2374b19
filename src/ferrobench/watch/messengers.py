"""Telling others of an alarm: a command of the user's, and a webhook. Their failures are reported and stop nothing."""

from __future__ import annotations

import tempfile
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.watch.child import run_child

if TYPE_CHECKING:
    from ferrobench.watch.alarms import Alarm
    from ferrobench.watch.signals import Signals

DONE = "done"
COMMAND_SECONDS = 60.0
WEBHOOK_SECONDS = 10.0
WEBHOOK_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A line for the shell, run at each alarm."""

    line: str

    def tell(self, alarm: Alarm, signals: Signals) -> str:
        """Run it with the alarm as JSON on its standard input; give :data:`DONE` or why it failed.

        Raises:
            Stopped: The user wants us to end; the command was ended.
        """
        environment = {
            "FERROBENCH_ALARM": alarm.alarm.value,
            "FERROBENCH_STEP": "final" if alarm.step is None else str(alarm.step),
            "FERROBENCH_RUN": alarm.run,
            "FERROBENCH_TEXT": alarm.text,
        }
        try:
            # A file and no pipe: a command that does not read cannot hold us up.
            with tempfile.TemporaryFile() as document:
                document.write(alarm.model_dump_json().encode() + b"\n")
                document.seek(0)
                status = run_child(
                    self.line,
                    signals,
                    output=None,
                    stdin=document,
                    environment=environment,
                    seconds=COMMAND_SECONDS,
                )
        except OSError as error:
            return f"cannot be started: {error.strerror}"
        if status is None:
            return f"did not end within {COMMAND_SECONDS:g} s and was killed"
        return DONE if status == 0 else f"ended with {_status(status)}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Leaves redirects alone: what is posted would arrive as a GET, without the alarm."""

    def redirect_request(self, *_: object) -> None:
        """Answer none."""


_OPENER = urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address to which each alarm is posted as JSON."""

    url: str

    def __post_init__(self) -> None:
        try:
            parts = urllib.parse.urlsplit(self.url)
            valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            valid = False
        # The text itself is not repeated: such addresses are secrets.
        if not valid or not self.url.isascii() or not self.url.isprintable() or " " in self.url:
            raise UsageError(
                "--webhook: expected a URL that begins with http:// or https:// and names a host"
            )

    def tell(self, alarm: Alarm, signals: Signals) -> str:
        """Post it, after 1 s and 2 s once more where it may have been a passing failure; give :data:`DONE` or why the last one failed.

        Raises:
            Stopped: The user wants us to end.
        """
        failure = ""
        for number in range(WEBHOOK_TRIES):
            if number:
                signals.wait(float(number))
            signals.check()
            failure, may_pass = self._post(alarm)
            if not may_pass:
                break
        return failure

    def _post(self, alarm: Alarm) -> tuple[str, bool]:
        """Post it once; give :data:`DONE` or why it failed, and whether another try may go better."""
        request = urllib.request.Request(
            self.url,
            data=alarm.model_dump_json().encode(),
            headers={"Content-Type": "application/json", "User-Agent": "ferrobench"},
            method="POST",
        )
        try:
            with _OPENER.open(request, timeout=WEBHOOK_SECONDS):
                return DONE, False
        except urllib.error.HTTPError as error:
            error.close()
            return f"{self._host} answered {error.code} {error.reason}", error.code in (
                408,
                429,
            ) or error.code > 499
        except urllib.error.URLError as error:
            return f"{self._host} cannot be reached: {error.reason}", True
        except Exception as error:  # no answer of a stranger's server may end a watch of days
            return f"{self._host}: {type(error).__name__}: {error}", True

    @property
    def _host(self) -> str:
        """What of the address is no secret."""
        return urllib.parse.urlsplit(self.url).hostname or ""


def _status(status: int) -> str:
    return f"exit code {status}" if status > 0 else f"signal {-status}"
