"""The backend for models behind an OpenAI-compatible endpoint."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from importlib import metadata
from typing import TYPE_CHECKING, Any

from ferrobench.errors import MissingExtraError, UsageError
from ferrobench.models.backend import BackendInfo
from ferrobench.models.endpoint.address import Address, find_address
from ferrobench.models.endpoint.background import work_concurrently
from ferrobench.models.endpoint.exchange import Budget, Exchange, Findings, Terms, group_requests
from ferrobench.models.endpoint.pauses import Pauses
from ferrobench.models.endpoint.protocol import Dialect, interface, model_input, unsendable
from ferrobench.models.prompt_style import PromptStyle
from ferrobench.models.stopping import refuse_item_stop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator

    from ferrobench.models.completion import Completion, CompletionRequest, Refused
    from ferrobench.models.endpoint.exchange import Group
    from ferrobench.models.prompt_style import ModelInput
    from ferrobench.models.sampling import SamplingSettings
    from ferrobench.models.spec import ModelRequest

KIND = "openai"
# What a request may have and no endpoint has a use for.
UNUSED = ("step", "tokenizer", "end_token", "device", "dtype", "threads", "softcap", "adapter")


class EndpointModel:
    """A model that is asked over HTTP. Made by :func:`open_endpoint`."""

    notes: tuple[str, ...] = ()

    def __init__(self, request: ModelRequest, address: Address, pauses: Pauses) -> None:
        self._request = request
        self._address = address
        self._terms = Terms(
            model=request.name,
            style=PromptStyle.CHAT if request.prompt_style == "auto" else PromptStyle(request.prompt_style),
            timeout=request.request_timeout,
            retries=request.retries,
            pauses=pauses,
            redaction=address.redaction,
            url=address.url,
        )
        self._budget = Budget(limit=request.max_requests)
        self._findings = Findings()

    @property
    def label(self) -> str:
        """The model as ``--model`` names it."""
        return f"{KIND}:{self._terms.model}"

    @property
    def identity(self) -> dict[str, Any]:
        """What is asked for, and where. What answers there under this name may change all the same."""
        return {
            "model": self.label,
            "base_url": self._address.url,
            "api": interface(self._terms.style),
        }

    @property
    def info(self) -> BackendInfo:
        """What the run record keeps; what the server says of itself only once it has answered."""
        findings = self._findings
        if not findings.dialect.seed:
            seeds = "refused by the server"
        elif self._request.samples_per_request > 1:
            seeds = "one per request, 31 bits"
        else:
            seeds = "one per sample, 31 bits"
        details: dict[str, Any] = {
            "base_url": self._address.url,
            "api": interface(self._terms.style),
            "samples_per_request": self._request.samples_per_request,
            "concurrency": self._request.concurrency,
            "seeds": seeds,
        }
        if findings.dialect.token_limit != Dialect().token_limit:
            details["token_limit"] = findings.dialect.token_limit
        for key, said in (("served_models", findings.models), ("fingerprints", findings.fingerprints)):
            if said:
                details[key] = sorted(said)
        return BackendInfo(
            kind=KIND,
            prompt_style=self._terms.style,
            # Nobody promises it, with a seed or without.
            repeatable="no",
            libraries={name: metadata.version(name) for name in ("openai",)},
            details=details,
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the server turned out not to do, as far as it has been asked."""
        findings = self._findings
        found = []
        if not findings.dialect.seed:
            found.append("the server refuses seeds: samples were drawn without")
        if findings.without_usage:
            found.append(
                f"the server did not count the tokens of {findings.without_usage} answers: they count as 0, and token "
                "figures are too low"
            )
        if findings.without_logprobs:
            found.append(f"the server gave no log-probabilities for {findings.without_logprobs} samples")
        return tuple(found)

    def refuse_settings(self, settings: SamplingSettings, batch_size: int | None) -> None:
        """Refuse what no endpoint takes.

        Raises:
            UsageError: If it is asked for.
        """
        if settings.no_repeat_ngram:
            raise UsageError(
                f"--no-repeat-ngram {settings.no_repeat_ngram}: no endpoint takes it; leave it out"
            )
        refuse_item_stop(settings, self._terms.style)
        if batch_size is not None:
            raise UsageError(f"--batch-size {batch_size}: an endpoint has --concurrency instead")

    def use_threads(self, threads: int) -> None:
        """Nothing is computed here."""

    def model_input(self, prompt: str) -> ModelInput:
        """The messages of a chat, the bare text, or what stands before and behind the hole."""
        return model_input(prompt, self._terms.style)

    def refuses(self, prompt: str) -> str | None:
        """Whether a prompt is too long nobody knows before the server has been asked."""
        return unsendable(prompt)

    def complete(
        self, requests: Iterable[CompletionRequest], settings: SamplingSettings, *, batch_size: int | None
    ) -> Iterator[tuple[int, Completion | Refused]]:
        """Yield ``(key, answer)`` for every request, in the order in which they finish.

        Closing the generator cancels what is in flight.

        Raises:
            UsageError: A setting has no meaning for an endpoint.
            NotReadyError: No request is going to be answered any more.
        """
        self.refuse_settings(settings, batch_size)
        for answers in work_concurrently(
            group_requests(requests, self._request.samples_per_request),
            self._session(settings),
            concurrency=self._request.concurrency,
        ):
            yield from answers

    @asynccontextmanager
    async def _session(
        self, settings: SamplingSettings
    ) -> AsyncIterator[Callable[[Group], Awaitable[list[tuple[int, Completion | Refused]]]]]:
        from openai import AsyncOpenAI

        address = self._address
        client = AsyncOpenAI(
            api_key=address.key,
            # Not None, which would have it look for one in the environment.
            admin_api_key="",
            base_url=address.url,
            timeout=self._terms.timeout,
            # Repeated requests count against the budget, and malformed bodies are repeated too: both are done here.
            max_retries=0,
            default_headers={"Authorization": address.authorization},
            default_query=dict(address.query),
        )
        with address.redaction.of_logs():
            async with client:
                yield Exchange(
                    client, self._terms, settings, budget=self._budget, findings=self._findings
                ).ask


def open_endpoint(request: ModelRequest, *, pauses: Pauses | None = None) -> EndpointModel:
    """Open the endpoint that *request* means. Nothing is sent yet.

    Args:
        request: With ``openai:NAME`` as its model.
        pauses: Between the tries of a request.

    Raises:
        UsageError: It has something that an endpoint has no use for, or its URL is none.
        NotReadyError: There is no key.
        MissingExtraError: The ``openai`` package is not installed.
    """
    request.refuse("a model behind an endpoint", *UNUSED)
    if fault := unsendable(request.name):
        raise UsageError(f"--model {request.model!r}: {fault}")
    address = find_address(request.base_url, os.environ)
    try:
        import openai  # noqa: F401 - whether it is there
    except ImportError as error:
        raise MissingExtraError("openai is not installed: pip install 'ferrobench[openai]'") from error
    return EndpointModel(request, address, pauses or Pauses())
