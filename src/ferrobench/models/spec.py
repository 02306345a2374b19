"""Which model is meant, and opening it. What is heavy is imported by the kind that was chosen."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.models.backend import THREADS_LIMIT
from ferrobench.models.checkpoints import CheckpointKind, demo_checkpoint, find_checkpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.models.backend import Backend
    from ferrobench.prompts import Suite

KINDS = ("hf", "vllm", "openai", "file")
STYLES = ("auto", "completion", "chat", "fim")
# Fields of a request that only endpoints have a use for.
OF_ENDPOINTS = (
    "base_url",
    "concurrency",
    "samples_per_request",
    "max_requests",
    "request_timeout",
    "retries",
)
DTYPES = ("auto", "float32", "bfloat16", "float16")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """Which model to open, and how. What a kind has no use for is refused by it where it was given."""

    checkpoint: Path | None = None
    """A checkpoint on disk, of any kind that :func:`find_checkpoint` recognises."""
    model: str | None = None
    """``hf:NAME``, ``vllm:NAME``, ``openai:NAME`` or ``file:PATH``. With neither, the demo checkpoint is meant."""
    step: int | None = None
    """Of a folder of steps, this one and not the newest."""
    tokenizer: Path | None = None
    end_token: str | None = None
    device: str = "auto"
    dtype: str = "auto"
    threads: int | None = None
    prompt_style: str = "auto"
    softcap: float | None = None
    """Of nanochat checkpoints that do not tell theirs."""
    adapter: Path | None = None
    """A PEFT adapter for a Hugging Face model."""
    base_url: str | None = None
    concurrency: int = 16
    """Requests to an endpoint at once."""
    samples_per_request: int = 1
    """``n`` of a request. With more than one, the seed belongs to the request."""
    max_requests: int | None = None
    """Requests that an endpoint may get, repeated ones counted too."""
    request_timeout: float = 120.0
    """Seconds."""
    retries: int = 5
    """Of one request, after its first try."""

    def __post_init__(self) -> None:
        if self.checkpoint is not None and self.model is not None:
            raise UsageError("--checkpoint and --model exclude each other; give one")
        if self.model is not None:
            kind, colon, name = self.model.partition(":")
            if kind not in KINDS or not colon or not name:
                raise UsageError(
                    f"--model {self.model}: expected {', '.join(f'{kind}:NAME' for kind in KINDS[:-1])} or file:PATH"
                )
        for flag, value, allowed in (
            ("--prompt-style", self.prompt_style, STYLES),
            ("--dtype", self.dtype, DTYPES),
        ):
            if value not in allowed:
                raise UsageError(f"{flag} {value}: expected {', '.join(allowed[:-1])} or {allowed[-1]}")
        if self.threads is not None and not 1 <= self.threads <= THREADS_LIMIT:
            raise UsageError(f"--threads {self.threads}: expected 1 to {THREADS_LIMIT}")
        for flag, count, least in (
            ("--concurrency", self.concurrency, 1),
            ("--samples-per-request", self.samples_per_request, 1),
            ("--max-requests", self.max_requests, 1),
            ("--retries", self.retries, 0),
        ):
            if count is not None and count < least:
                raise UsageError(f"{flag} {count}: expected {least} or more")
        if not 0.0 < self.request_timeout < float("inf"):
            raise UsageError(
                f"--request-timeout {self.request_timeout}: expected a number of seconds above 0"
            )

    def refuse(self, kind: str, *names: str) -> None:
        """Refuse fields that *kind*, such as ``--model hf``, has no use for, where they were given.

        Raises:
            UsageError: Naming the first one's flag.
        """
        for field in fields(self):
            if field.name in names and getattr(self, field.name) != field.default:
                raise UsageError(f"--{field.name.replace('_', '-')}: {kind} has no use for it")

    @property
    def kind(self) -> str | None:
        """The part of ``--model`` before the colon, or None for a checkpoint."""
        return None if self.model is None else self.model.partition(":")[0]

    @property
    def name(self) -> str:
        """The part behind it."""
        return "" if self.model is None else self.model.partition(":")[2]


def open_model(request: ModelRequest, suites: Sequence[Suite] = ()) -> Backend:
    """Open the model that *request* means.

    Args:
        request: Which, and how.
        suites: What ready completions may be answers to.

    Raises:
        HarnessError: One line that names what is wrong.
    """
    if request.kind == "hf":
        request.refuse("a model that --model names", "step")
        return _open_hugging_face(request.name, Path(request.name).is_dir(), request)
    if request.kind == "vllm":
        return _open_vllm(request)
    if request.kind == "file":
        from ferrobench.models.ready import open_ready

        return open_ready(request, suites)
    if request.kind == "openai":
        from ferrobench.models.endpoint import open_endpoint

        return open_endpoint(request)
    if request.checkpoint is None:
        location = demo_checkpoint(request.step)
    else:
        location = find_checkpoint(request.checkpoint, request.step)
    if location.kind is CheckpointKind.HUGGING_FACE:
        return _open_hugging_face(str(location.folder), True, request)
    request.refuse(f"a {location.kind} checkpoint", "adapter", *OF_ENDPOINTS)
    from ferrobench.models.local import load_checkpoint

    return load_checkpoint(
        location,
        request.device,
        tokenizer=request.tokenizer,
        end_token=request.end_token,
        prompt_style=request.prompt_style,
        dtype=request.dtype,
        softcap=request.softcap,
        threads=request.threads,
    )


def _open_hugging_face(name: str, local: bool, request: ModelRequest) -> Backend:
    from ferrobench.models.hugging_face.load import Source
    from ferrobench.models.hugging_face.model import open_hugging_face

    request.refuse("a Hugging Face model", "softcap", *OF_ENDPOINTS)
    return open_hugging_face(Source(name=name, local=local), request)


def _open_vllm(request: ModelRequest) -> Backend:
    from ferrobench.models.hugging_face.load import Source
    from ferrobench.models.vllm_engine import open_vllm

    request.refuse("vLLM", "step", "threads", "softcap", "adapter", *OF_ENDPOINTS)
    return open_vllm(Source(name=request.name, local=Path(request.name).is_dir()), request)
