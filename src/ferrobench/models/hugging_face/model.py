"""The backend for models in the Hugging Face format."""

from __future__ import annotations

import hashlib
import re
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferrobench.errors import CheckpointError
from ferrobench.models.backend import BackendInfo
from ferrobench.models.completion import Completion, CompletionRequest, Refused
from ferrobench.models.devices import choose_device, choose_threads, device_errors, require_torch
from ferrobench.models.hugging_face.load import (
    LoadedModel,
    Source,
    load_adapter,
    load_model,
    load_tokenizer,
    read_config,
    read_end_ids,
    require_transformers,
)
from ferrobench.models.hugging_face.text import ModelText
from ferrobench.models.scoring import score_windows, scoring_context
from ferrobench.models.stopping import refuse_item_stop
from ferrobench.models.tokenizer import LOST_NEWLINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import torch

    from ferrobench.models.given import Given, LaidOut
    from ferrobench.models.prompt_style import ModelInput
    from ferrobench.models.sampling import SamplingSettings
    from ferrobench.models.scoring import TextScore
    from ferrobench.models.spec import ModelRequest

LARGE_MODEL_PARAMETERS = 1_000_000_000
BATCH_SIZE = 64
BATCH_SIZE_OF_LARGE = 16
# Read whole for the fingerprint; of everything else that may belong to a model, the size tells enough.
_READ_WHOLE = ("*.json", "*.jinja", "*.model", "*.txt")
_MEASURED = ("*.safetensors", "*.bin")
_STEP_FOLDER = re.compile(r"checkpoint-(\d+)")


class HuggingFaceModel:
    """A loaded model. Made by :func:`open_hugging_face`."""

    def __init__(
        self,
        *,
        source: Source,
        loaded: LoadedModel,
        text: ModelText,
        tokenizer: Path | None,
        adapter: Path | None,
        device: torch.device,
        threads: int | None,
    ) -> None:
        self.notes = loaded.notes
        self._source = source
        self._commit = loaded.commit
        self._network = loaded.network
        self._text = text
        self._tokenizer = tokenizer
        self._adapter = adapter
        self._device = device
        config = loaded.network.config.get_text_config()
        self.context_length: int | None = getattr(config, "max_position_embeddings", None)
        """In tokens; None where the architecture has no limit."""
        self.vocab_size = int(loaded.network.get_input_embeddings().weight.shape[0])
        self._parameters = sum(parameter.numel() for parameter in loaded.network.parameters())
        self._encoded: dict[str, tuple[int, ...]] = {}
        self.use_threads(choose_threads(threads, self._parameters))

    def use_threads(self, threads: int) -> None:
        """Set the CPU threads of the arithmetic, for the whole process."""
        import torch

        self._threads = threads
        torch.set_num_threads(threads)

    @property
    def label(self) -> str:
        """How results name the model."""
        return self._source.label

    @property
    def identity(self) -> dict[str, Any]:
        """The folder, or the name and commit on the hub, and what tells one state from another without reading gigabytes."""
        identity: dict[str, Any] = {"checkpoint": self._source.label}
        if self._source.local:
            folder = Path(self._source.name)
            identity = {"checkpoint": str(folder.resolve()), "checkpoint_fingerprint": fingerprint(folder)}
        else:
            identity["commit"] = self._commit
        if self._adapter is not None:
            identity["adapter"] = str(self._adapter.resolve())
            identity["adapter_fingerprint"] = fingerprint(self._adapter)
        if self._tokenizer is not None:
            identity["tokenizer_fingerprint"] = fingerprint(self._tokenizer)
        return identity

    @property
    def info(self) -> BackendInfo:
        """What the run record keeps."""
        step = _STEP_FOLDER.fullmatch(Path(self._source.name).name) if self._source.local else None
        libraries = ("torch", "transformers", "tokenizers", "safetensors", "numpy")
        return BackendInfo(
            kind="hugging-face",
            prompt_style=self._text.style,
            step=int(step[1]) if step else None,
            parameters=self._parameters,
            context_length=self.context_length,
            vocab_size=self.vocab_size,
            device=str(self._device),
            dtype=str(self._network.dtype).removeprefix("torch."),
            threads=self._threads,
            tokenizer=str(self._tokenizer) if self._tokenizer else self._source.name,
            repeatable="batches",
            libraries={
                name: metadata.version(name) for name in (*libraries, *(["peft"] if self._adapter else []))
            },
            details={
                "architecture": type(self._network).__name__,
                "commit": self._commit,
                "adapter": str(self._adapter) if self._adapter else None,
            },
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes this model's figures mean less than they seem to."""
        return () if self._text.keeps_newlines else (LOST_NEWLINES,)

    def model_input(self, prompt: str) -> ModelInput:
        """The text that the model is given, special tokens and all."""
        return self._text.render(prompt)

    def lay_out(self, given: Given) -> LaidOut:
        """Turn a text, a chat or a hole into what the model is given; see :class:`~ferrobench.models.given.LaysOut`."""
        return self._text.lay_out(given)

    def score_text(self, text: str) -> TextScore:
        """Say what a text costs; see :class:`~ferrobench.models.scoring.ScoresText`."""
        import torch

        from ferrobench.models.engine.likelihood import suitable_sequences, token_costs

        encoded = self._text.encode_ordinary(text)
        self._refuse_unknown(encoded.ids)

        def evaluate(sequences: Sequence[Sequence[int]]) -> list[list[float]]:
            ids = torch.tensor(sequences, dtype=torch.int64, device=self._device)
            with torch.inference_mode():
                logits = self._network(input_ids=ids[:, :-1], use_cache=False).logits
            return token_costs(logits, ids[:, 1:])

        context = scoring_context(self.context_length)
        with device_errors(self._device):
            return score_windows(
                encoded,
                evaluate,
                prefix=self.lay_out("").ids,
                context_length=context,
                rows=suitable_sequences(context, self.vocab_size, bytes_per_token=0),
            )

    def _refuse_unknown(self, ids: Sequence[int]) -> None:
        highest = max(ids, default=0)
        if highest >= self.vocab_size:
            raise CheckpointError(
                f"{self.label}: the tokenizer gives token {highest}, and the model's vocabulary ends at {self.vocab_size - 1}"
            )

    def refuses(self, prompt: str) -> str | None:
        """Say why this prompt cannot be completed at all, or None where it can."""
        refused = self._refusal(self._encode(prompt))
        return None if refused is None else refused.cause

    def refuse_settings(self, settings: SamplingSettings, batch_size: int | None) -> None:
        """Refuse what the prompt style cannot do.

        Raises:
            UsageError: If it is asked for.
        """
        del batch_size
        refuse_item_stop(settings, self._text.style)

    def complete(
        self, requests: Iterable[CompletionRequest], settings: SamplingSettings, *, batch_size: int | None
    ) -> Iterator[tuple[int, Completion | Refused]]:
        """Yield ``(key, answer)`` for every request, in the order in which they finish."""
        from ferrobench.models.hugging_face.batches import Asked, BatchDecoder, plan_batches

        asked = []
        for request in requests:
            ids = self._encode(request.prompt) if request.laid_out is None else request.laid_out.ids
            refused = self._refusal(ids)
            if refused is not None:
                yield request.key, refused
                continue
            budget = settings.max_tokens
            if self.context_length is not None:
                budget = min(budget, self.context_length - len(ids))
            asked.append(Asked(request, ids, budget))
        if batch_size is None:
            batch_size = BATCH_SIZE if self._parameters < LARGE_MODEL_PARAMETERS else BATCH_SIZE_OF_LARGE
        decoder = BatchDecoder(self._network, self._text, device=self._device, settings=settings)
        for batch in plan_batches(asked, batch_size, self.context_length):
            with device_errors(self._device, hint=f"; a --batch-size below {batch_size} needs less"):
                answers = decoder.draw(batch)
            yield from answers

    def _encode(self, prompt: str) -> tuple[int, ...]:
        if prompt not in self._encoded:
            self._encoded[prompt] = tuple(self._text.encode(prompt))
        return self._encoded[prompt]

    def _refusal(self, ids: tuple[int, ...]) -> Refused | None:
        from ferrobench.models.decoding import refusal

        highest = max(ids, default=0)
        if highest >= self.vocab_size:
            return Refused(
                cause=f"the prompt has token {highest}, and the model's vocabulary ends at {self.vocab_size - 1}"
            )
        cause = refusal(len(ids), self.context_length)
        return None if cause is None else Refused(cause=cause, no_room=True)


def open_hugging_face(source: Source, request: ModelRequest) -> HuggingFaceModel:
    """Load a model, its tokenizer, and its adapter.

    Raises:
        HarnessError: One line that names what is wrong.
    """
    require_torch()
    require_transformers()
    import torch

    device = choose_device(request.device)
    if request.dtype == "auto":
        dtype = torch.float32 if device.type == "cpu" else torch.bfloat16
    else:
        dtype = getattr(torch, request.dtype)
    # Flags are checked before gigabytes are read.
    choose_threads(request.threads, 0)
    config = read_config(source)
    tokenizer = load_tokenizer(source, request.tokenizer)
    loaded = load_model(source, config, dtype)
    text = ModelText(
        tokenizer,
        owner=source.label,
        style=request.prompt_style,
        end_token=request.end_token,
        end_ids=read_end_ids(source, config),
    )
    network = loaded.network
    if tokenizer.vocab_size > (ids := network.get_input_embeddings().weight.shape[0]):
        raise CheckpointError(
            f"{source.label}: the tokenizer has {tokenizer.vocab_size} ids, the model {ids}; "
            "this tokenizer belongs to another model"
        )
    if request.adapter is not None:
        network = load_adapter(network, request.adapter)
    with device_errors(device):
        network.to(device)
    return HuggingFaceModel(
        source=source,
        loaded=LoadedModel(network=network, commit=loaded.commit, notes=loaded.notes),
        text=text,
        tokenizer=request.tokenizer,
        adapter=request.adapter,
        device=device,
        threads=request.threads,
    )


def fingerprint(path: Path) -> str:
    """Digest a file, or what in a folder belongs to a model: small files whole, weights by name and size."""
    digest = hashlib.sha256()
    if path.is_file():
        digest.update(path.read_bytes())
        return f"sha256:{digest.hexdigest()}"
    for pattern in _READ_WHOLE:
        for file in sorted(path.glob(pattern)):
            digest.update(f"{file.name}\0".encode())
            digest.update(file.read_bytes())
    for pattern in _MEASURED:
        for file in sorted(path.glob(pattern)):
            digest.update(f"{file.name}\0{file.stat().st_size}\0".encode())
    return f"sha256:{digest.hexdigest()}"
