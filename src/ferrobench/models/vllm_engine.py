"""Models run by vLLM on this machine.

Prompts are laid out and encoded, and completions decoded, as for Hugging Face models; the engine is given token ids
and gives token ids back. Written against vLLM's documented interface: ``LLM``, ``SamplingParams``, ``RequestOutput``.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferrobench.errors import DeviceError, MissingExtraError, NotReadyError, UsageError
from ferrobench.models.backend import BackendInfo
from ferrobench.models.completion import Completion, CompletionRequest, Refused, StopReason
from ferrobench.models.hugging_face.load import (
    LONGEST_WORDS,
    Source,
    load_tokenizer,
    read_config,
    read_end_ids,
    require_transformers,
)
from ferrobench.models.hugging_face.model import fingerprint
from ferrobench.models.hugging_face.text import ModelText
from ferrobench.models.scoring import score_windows, scoring_context
from ferrobench.models.stopping import cut_at_item, refuse_item_stop
from ferrobench.models.tokenizer import LOST_NEWLINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ferrobench.models.prompt_style import ModelInput
    from ferrobench.models.sampling import SamplingSettings
    from ferrobench.models.scoring import TextScore
    from ferrobench.models.spec import ModelRequest

# The engine makes its own batches of what it is given at once. More keeps it busier; less lets judging begin earlier.
BATCH_SIZE = 512
# Windows of a text that is scored: what is said of each token is an object.
SCORED_AT_ONCE = 32
# Seeds are signed 64-bit numbers there.
_SEEDS = 2**63


class VllmModel:
    """A model in vLLM's engine. Made by :func:`open_vllm`."""

    notes: tuple[str, ...] = ()

    def __init__(
        self,
        *,
        library: Any,
        source: Source,
        engine: Any,
        text: ModelText,
        dtype: str,
        tokenizer: Path | None,
        commit: str | None,
    ) -> None:
        self._library = library
        self._source = source
        self._engine = engine
        self._text = text
        self._dtype = dtype
        self._tokenizer = tokenizer
        self._commit = commit
        self.context_length = int(engine.llm_engine.model_config.max_model_len)

    @property
    def label(self) -> str:
        """How results name the model."""
        return f"vllm:{self._source.name}"

    @property
    def identity(self) -> dict[str, Any]:
        """The folder, or the name and commit on the hub."""
        identity: dict[str, Any] = {"checkpoint": self.label, "commit": self._commit}
        if self._source.local:
            folder = Path(self._source.name)
            identity = {
                "checkpoint": f"vllm:{folder.resolve()}",
                "checkpoint_fingerprint": fingerprint(folder),
            }
        if self._tokenizer is not None:
            identity["tokenizer_fingerprint"] = fingerprint(self._tokenizer)
        return identity

    @property
    def info(self) -> BackendInfo:
        """What the run record keeps."""
        return BackendInfo(
            kind="vllm",
            prompt_style=self._text.style,
            context_length=self.context_length,
            device="cuda",
            dtype=self._dtype,
            tokenizer=str(self._tokenizer) if self._tokenizer else self._source.name,
            repeatable="batches",
            libraries={
                "vllm": self._library.__version__,
                **{name: metadata.version(name) for name in ("torch", "transformers")},
            },
            details={"commit": self._commit},
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes this model's figures mean less than they seem to."""
        return () if self._text.keeps_newlines else (LOST_NEWLINES,)

    def use_threads(self, threads: int) -> None:
        """The arithmetic is on the device."""

    def model_input(self, prompt: str) -> ModelInput:
        """The text that the model is given, special tokens and all."""
        return self._text.render(prompt)

    def score_text(self, text: str) -> TextScore:
        """Say what a text costs; see :class:`~ferrobench.models.scoring.ScoresText`."""

        def evaluate(sequences: Sequence[Sequence[int]]) -> list[list[float]]:
            with _engine_errors(self.label):
                outputs = self._engine.generate(
                    [{"prompt_token_ids": list(ids)} for ids in sequences],
                    # One token is the least that it draws; 0 asks for the log-probability of the prompt's own tokens alone.
                    [self._library.SamplingParams(max_tokens=1, prompt_logprobs=0)] * len(sequences),
                    use_tqdm=False,
                )
            return [
                # Nothing is said of the first one.
                [-at[token].logprob for at, token in zip(output.prompt_logprobs[1:], ids[1:], strict=True)]
                for output, ids in zip(outputs, sequences, strict=True)
            ]

        # The last token of a window is given too, and one is drawn.
        context = min(scoring_context(self.context_length), self.context_length - 2)
        return score_windows(
            self._text.encode_ordinary(text),
            evaluate,
            prefix=self._text.lay_out("").ids,
            context_length=context,
            rows=SCORED_AT_ONCE,
        )

    def refuses(self, prompt: str) -> str | None:
        """Say why this prompt cannot be completed at all, or None where it can."""
        from ferrobench.models.decoding import refusal

        return refusal(len(self._text.encode(prompt)), self.context_length)

    def refuse_settings(self, settings: SamplingSettings, batch_size: int | None) -> None:
        """Refuse what vLLM does not know.

        Raises:
            UsageError: If it is asked for.
        """
        del batch_size
        if settings.no_repeat_ngram:
            raise UsageError(f"--no-repeat-ngram {settings.no_repeat_ngram}: vLLM has no such setting")
        refuse_item_stop(settings, self._text.style)

    def complete(
        self, requests: Iterable[CompletionRequest], settings: SamplingSettings, *, batch_size: int | None
    ) -> Iterator[tuple[int, Completion | Refused]]:
        """Yield ``(key, answer)`` for every request, batch by batch."""
        from ferrobench.models.decoding import refusal

        waiting: list[tuple[CompletionRequest, list[int]]] = []
        for request in requests:
            ids = self._text.encode(request.prompt)
            cause = refusal(len(ids), self.context_length)
            if cause is not None:
                yield request.key, Refused(cause=cause, no_room=True)
                continue
            waiting.append((request, ids))
            if len(waiting) == (batch_size or BATCH_SIZE):
                yield from self._draw(waiting, settings)
                waiting = []
        if waiting:
            yield from self._draw(waiting, settings)

    def _draw(
        self, batch: Sequence[tuple[CompletionRequest, list[int]]], settings: SamplingSettings
    ) -> Iterator[tuple[int, Completion]]:
        started = time.perf_counter()
        with _engine_errors(self.label):
            outputs = self._engine.generate(
                [{"prompt_token_ids": ids} for _, ids in batch],
                [self._parameters(request, len(ids), settings) for request, ids in batch],
                use_tqdm=False,
            )
        seconds = time.perf_counter() - started
        share = seconds / len(batch)
        for (request, ids), output in zip(batch, outputs, strict=True):
            completion = self._read(request, ids, output.outputs[0], settings)
            yield request.key, replace(completion, generation_seconds=share, latency_seconds=seconds)

    def _parameters(self, request: CompletionRequest, prompt_tokens: int, settings: SamplingSettings) -> Any:
        return self._library.SamplingParams(
            n=1,
            seed=request.seed % _SEEDS,
            temperature=settings.temperature,
            top_k=settings.top_k,
            top_p=settings.top_p,
            min_p=settings.min_p,
            repetition_penalty=settings.repetition_penalty,
            presence_penalty=settings.presence_penalty,
            max_tokens=min(settings.max_tokens, self.context_length - prompt_tokens),
            # The tokens that end a text are ours to say, as for every kind.
            ignore_eos=True,
            stop_token_ids=sorted(self._text.end_ids),
            # None is none; 0 is that of the drawn token, and of no others.
            logprobs=0 if settings.logprobs else None,
        )

    def _read(
        self, request: CompletionRequest, prompt_ids: list[int], drawn: Any, settings: SamplingSettings
    ) -> Completion:
        """Make a completion, its times still to be filled in, of a ``CompletionOutput``."""
        ids = list(drawn.token_ids)
        if drawn.finish_reason == "stop":
            reason = StopReason.STOP
            # The token that ended it is among them.
            if ids and ids[-1] in self._text.end_ids:
                ids.pop()
        elif drawn.finish_reason == "length":
            reason = StopReason.LENGTH if len(ids) == settings.max_tokens else StopReason.CONTEXT
        else:
            raise NotReadyError(f"{self.label}: vLLM ended a completion for the reason {drawn.finish_reason}")
        text = self._text.decode_completion(prompt_ids, ids)
        if settings.stop == "item" and (cut := cut_at_item(request.prompt, text)) is not None:
            text, reason = cut, StopReason.ITEM
        logprobs = None
        if settings.logprobs:
            logprobs = tuple(float(at[token].logprob) for at, token in zip(drawn.logprobs, ids, strict=False))
        return Completion(
            text=self._text.finish(request.prompt, text, reason),
            token_count=len(ids),
            stop_reason=reason,
            logprobs=logprobs,
            generation_seconds=0.0,
            latency_seconds=0.0,
        )


def open_vllm(source: Source, request: ModelRequest) -> VllmModel:
    """Start vLLM's engine with a model.

    Raises:
        HarnessError: One line that names what is wrong.
    """
    try:
        vllm: Any = import_module("vllm")  # no part of the development environment: it brings its own torch
    except ImportError as error:
        raise MissingExtraError(
            "vllm is not installed: pip install 'ferrobench[vllm]', in an environment of its own, for it brings its own "
            "torch"
        ) from error
    require_transformers("vllm")
    if request.device not in ("auto", "cuda"):
        raise UsageError(f"--device {request.device}: vLLM chooses its device itself (CUDA_VISIBLE_DEVICES)")
    config = read_config(source)
    tokenizer = load_tokenizer(source, request.tokenizer)
    text = ModelText(
        tokenizer,
        owner=source.label,
        style=request.prompt_style,
        end_token=request.end_token,
        end_ids=read_end_ids(source, config),
    )
    with _engine_errors(f"vllm:{source.name}"):
        engine = vllm.LLM(model=source.name, dtype=request.dtype, seed=0, trust_remote_code=False)
    dtype = str(engine.llm_engine.model_config.dtype).removeprefix("torch.")
    return VllmModel(
        library=vllm,
        source=source,
        engine=engine,
        text=text,
        dtype=dtype,
        tokenizer=request.tokenizer,
        commit=config.get("_commit_hash"),
    )


@contextmanager
def _engine_errors(label: str) -> Iterator[None]:
    """Turn what the engine raises, which is what its parts raise, into one line."""
    try:
        yield
    except Exception as error:
        words = str(error).strip().partition("\n")[0][:LONGEST_WORDS] or type(error).__name__
        raise DeviceError(f"{label}: vLLM's engine fails: {words}") from error
