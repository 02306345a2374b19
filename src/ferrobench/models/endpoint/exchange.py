"""One request with all its tries, from the prompt to completions."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ferrobench.models.completion import Completion, CompletionRequest, Refused, StopReason
from ferrobench.models.endpoint.faults import Fault, classify, malformed
from ferrobench.models.endpoint.outlook import Outlook
from ferrobench.models.endpoint.pauses import MOST_ASKED_SECONDS
from ferrobench.models.endpoint.protocol import (
    Answer,
    Choice,
    Dialect,
    MalformedAnswer,
    read_answer,
    request_arguments,
    unsendable,
)
from ferrobench.models.endpoint.shares import SharedTime
from ferrobench.models.prompt_style import PromptStyle, fim_suffix
from ferrobench.models.stopping import cut_at_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import openai

    from ferrobench.models.endpoint.pauses import Pauses
    from ferrobench.models.endpoint.redaction import Redaction
    from ferrobench.models.sampling import SamplingSettings

Group = tuple[CompletionRequest, ...]
"""Samples of one prompt that are asked for in one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How an endpoint is asked; the same for every request of a run."""

    model: str
    style: PromptStyle
    timeout: float
    """Seconds for one try."""
    retries: int
    pauses: Pauses
    redaction: Redaction
    url: str
    """Shown in messages."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """HTTP requests that may be sent, repeated ones counted too."""

    limit: int | None
    sent: int = 0

    def take(self) -> bool:
        """Count one more request, if it may be sent."""
        if self.limit is not None and self.sent >= self.limit:
            return False
        self.sent += 1
        return True


@dataclass(slots=True, kw_only=True)
class Findings:
    """What a server turned out to do, as far as it was asked."""

    dialect: Dialect = field(default_factory=Dialect)
    without_usage: int = 0
    """Answers that did not count their tokens."""
    without_logprobs: int = 0
    """Samples that lack them although they were asked for."""
    models: set[str] = field(default_factory=set)
    fingerprints: set[str] = field(default_factory=set)


def group_requests(requests: Iterable[CompletionRequest], size: int) -> Iterator[Group]:
    """Put neighbours of one prompt together, at most *size* of them."""
    group: list[CompletionRequest] = []
    for request in requests:
        if group and (len(group) == size or request.prompt != group[0].prompt):
            yield tuple(group)
            group = []
        group.append(request)
    if group:
        yield tuple(group)


class Exchange:
    """Asks an endpoint. Lives in one event loop, as its client does."""

    def __init__(
        self,
        client: openai.AsyncOpenAI,
        terms: Terms,
        settings: SamplingSettings,
        *,
        budget: Budget,
        findings: Findings,
    ) -> None:
        resource: Any = client.chat if terms.style is PromptStyle.CHAT else client
        # Raw: bodies are read and checked here, where the client would take nearly anything for an answer.
        self._create = resource.completions.with_raw_response.create
        self._terms = terms
        self._settings = settings
        self._budget = budget
        self._findings = findings
        self._outlook = Outlook(terms.url)
        self._time = SharedTime()

    async def ask(self, group: Group) -> list[tuple[int, Completion | Refused]]:
        """Answer every sample of a group, repeating the request as long as that is allowed and makes sense.

        Raises:
            NotReadyError: No request is going to be answered any more.
        """
        begun, started = self._time.begin(), time.perf_counter()
        answered = False
        try:
            answer = await self._answer(group)
            answered = isinstance(answer, Answer) and not all(choice.filtered for choice in answer.choices)
        finally:
            seconds = self._time.end(begun, answered=answered)
        if isinstance(answer, Refused):
            return [(request.key, answer) for request in group]
        return self._completions(group, answer, seconds=seconds, latency=time.perf_counter() - started)

    async def _answer(self, group: Group) -> Answer | Refused:
        prompt = group[0].prompt
        if cause := unsendable(prompt):
            return Refused(cause=f"the prompt cannot be sent: {cause}")
        if cause := self._outlook.refuses(prompt):
            return Refused(cause=cause)
        dialect = self._findings.dialect
        repeated = 0
        while True:
            if not self._budget.take():
                return Refused(cause=f"the budget of --max-requests {self._budget.limit} is used up")
            result = await self._try(group, dialect)
            if isinstance(result, Answer):
                self._outlook.answer(prompt)
                self._learn(result, dialect)
                return result
            # What the server said no to is left out once. Others are told only when it has helped.
            adapted = dialect.adapted(result.refusal, self._terms.style) if result.refusal else None
            if adapted is not None:
                dialect = adapted
                continue
            patient = result.retry_after is None or result.retry_after <= MOST_ASKED_SECONDS
            if not self._outlook.may_repeat(result) or repeated == self._terms.retries or not patient:
                self._outlook.failure(result, prompt)
                tries = f" ({repeated + 1} tries)" if repeated else ""
                return Refused(cause=f"{result.cause}{tries}")
            await self._terms.pauses.wait(repeated, result.retry_after)
            repeated += 1

    async def _try(self, group: Group, dialect: Dialect) -> Answer | Fault:
        from openai import APIError

        terms = self._terms
        arguments = request_arguments(
            terms.model,
            group[0].prompt,
            terms.style,
            count=len(group),
            seed=group[0].seed,
            settings=self._settings,
            dialect=dialect,
        )
        try:
            # The client's own limit is for each wait on the network: a trickle of bytes would never reach it.
            async with asyncio.timeout(terms.timeout):
                response = await self._create(**arguments)
        except (APIError, TimeoutError) as error:
            return classify(error, timeout=terms.timeout, redaction=terms.redaction)
        try:
            return read_answer(json.loads(response.content), terms.style, len(group))
        except MalformedAnswer as fault:
            return malformed(str(fault), terms.redaction)
        except (ValueError, RecursionError):
            return malformed("no JSON", terms.redaction)

    def _learn(self, answer: Answer, dialect: Dialect) -> None:
        findings, redaction = self._findings, self._terms.redaction
        if dialect != Dialect():
            findings.dialect = dialect
        if answer.completion_tokens is None and any(choice.logprobs is None for choice in answer.choices):
            findings.without_usage += 1
        if self._settings.logprobs:
            findings.without_logprobs += sum(choice.logprobs is None for choice in answer.choices)
        if answer.model is not None:
            findings.models.add(redaction.line(answer.model))
        if answer.system_fingerprint is not None:
            findings.fingerprints.add(redaction.line(answer.system_fingerprint))

    def _completions(
        self, group: Group, answer: Answer, *, seconds: float, latency: float
    ) -> list[tuple[int, Completion | Refused]]:
        counts = _token_counts(answer)
        written = sum(not choice.filtered for choice in answer.choices)
        answers: list[tuple[int, Completion | Refused]] = []
        for request, choice, tokens in zip(group, answer.choices, counts, strict=True):
            if choice.filtered:
                answers.append((request.key, Refused(cause="the server's content filter withheld the text")))
            elif self._terms.redaction.betrays(choice.text):
                answers.append((request.key, Refused(cause="the text contains credentials of the request")))
            else:
                text, reason = self._finish(request.prompt, choice)
                completion = Completion(
                    text=text,
                    token_count=tokens,
                    stop_reason=reason,
                    logprobs=choice.logprobs if self._settings.logprobs else None,
                    generation_seconds=seconds / written,
                    latency_seconds=latency,
                )
                answers.append((request.key, completion))
        return answers

    def _finish(self, prompt: str, choice: Choice) -> tuple[str, StopReason]:
        text = choice.text
        if self._terms.style is PromptStyle.FIM:
            # The hole is filled; what stands behind it belongs to the program.
            text += fim_suffix(prompt)
        if self._settings.stop == "item" and (cut := cut_at_item(prompt, text)) is not None:
            return cut, StopReason.ITEM
        return text, choice.stop_reason


def _token_counts(answer: Answer) -> list[int]:
    """Tokens of each choice: exact where they are listed, else fair shares of the server's sum, which they add up to."""
    if all(choice.logprobs is not None for choice in answer.choices):
        return [len(choice.logprobs or ()) for choice in answer.choices]
    share, more = divmod(answer.completion_tokens or 0, len(answer.choices))
    return [share + (place < more) for place in range(len(answer.choices))]
