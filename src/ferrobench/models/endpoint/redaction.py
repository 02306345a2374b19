"""Keeping credentials out of everything that is written: messages, files, logs. Pure, apart from the filter of logs."""

from __future__ import annotations

import json
import logging
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REDACTED = "[redacted]"
# Shorter ones are no secrets, and leaving them out would make messages unreadable.
_LEAST = 4
# An honest completion may contain a short password by chance, and no such text.
_UNMISTAKABLE = 16
# Servers echo keys cut or starred, so the rest of a word that begins like a long secret goes too.
_BEGINNING = 8
_LINE = 300
# Whoever's they are: schemes of the header with what follows, and keys in OpenAI's form, which it stars itself.
_CREDENTIALS = re.compile(r"\b(bearer|basic)\s+[^\s\"',;}\]]+", re.IGNORECASE)
_KEYS = re.compile(r"\bsk-[\w*.-]{4,}")
# What logs whole addresses, or whole headers of an answer.
_LOGGERS = (
    "openai._base_client",
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
)


class Redaction:
    """Knows what must not be written, and takes it out."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = frozenset(secret for secret in secrets if len(secret) >= _LEAST)
        forms = {
            form
            for secret in self._secrets
            for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1])
        }
        patterns = [re.escape(form) for form in sorted(forms, key=len, reverse=True)]
        patterns += [
            re.escape(secret[:_BEGINNING]) + r"[^\s\"',;}\]]*"
            for secret in sorted(self._secrets)
            if len(secret) >= 2 * _BEGINNING
        ]
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    def apply(self, text: str) -> str:
        """The text without credentials."""
        if self._pattern is not None:
            text = self._pattern.sub(REDACTED, text)
        text = _CREDENTIALS.sub(rf"\1 {REDACTED}", text)
        return _KEYS.sub(REDACTED, text)

    def line(self, text: str) -> str:
        """What messages show of what a server or a library said: one line, printable, without credentials."""
        words = "".join(character if character.isprintable() else " " for character in self.apply(text))
        words = " ".join(words.split())
        return words if len(words) <= _LINE else f"{words[:_LINE]}…"

    def betrays(self, text: str) -> bool:
        """Whether a completion contains a secret, which no model can know."""
        return any(len(secret) >= _UNMISTAKABLE and secret in text for secret in self._secrets)

    @contextmanager
    def of_logs(self) -> Iterator[None]:
        """Take credentials out of what the HTTP library logs, where somebody listens."""
        loggers = [logging.getLogger(name) for name in _LOGGERS]
        redacting = _LogFilter(self)
        for logger in loggers:
            logger.addFilter(redacting)
        try:
            yield
        finally:
            for logger in loggers:
                logger.removeFilter(redacting)


class _LogFilter(logging.Filter):
    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._redaction.apply(record.getMessage()), ()
        return True
