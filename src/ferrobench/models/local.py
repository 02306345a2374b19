"""A checkpoint on this machine, loaded and ready: its logits, and its completions."""

from __future__ import annotations

import hashlib
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np

from ferrobench.errors import CheckpointError, UsageError
from ferrobench.models.backend import BackendInfo
from ferrobench.models.checkpoints import CheckpointKind, CheckpointLocation, find_checkpoint
from ferrobench.models.devices import choose_device, choose_threads, device_errors, require_torch
from ferrobench.models.loaded import LoadOptions
from ferrobench.models.scoring import score_windows, scoring_context
from ferrobench.models.stopping import refuse_item_stop
from ferrobench.models.tokenizer import LOST_NEWLINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from ferrobench.models.completion import Completion, CompletionRequest, Refused
    from ferrobench.models.given import Given, LaidOut
    from ferrobench.models.loaded import LoadedModel
    from ferrobench.models.prompt_style import ModelInput
    from ferrobench.models.sampling import SamplingSettings
    from ferrobench.models.scoring import TextScore
    from ferrobench.models.tokenizer import Tokenizer


class LocalModel:
    """A loaded checkpoint. Made by :func:`load_checkpoint`."""

    def __init__(
        self, loaded: LoadedModel, *, location: CheckpointLocation, end_token: str | None, threads: int
    ) -> None:
        self.location = location
        self.tokenizer = loaded.tokenizer
        self.vocab_size = loaded.vocab_size
        self.context_length = loaded.context_length
        self.notes = loaded.notes
        self._loaded = loaded
        self._network = loaded.network
        self.use_threads(threads)
        self._end_ids = _end_ids(loaded.tokenizer, end_token)

    def use_threads(self, threads: int) -> None:
        """Set the CPU threads of the arithmetic, for the whole process."""
        import torch

        self._threads = threads
        torch.set_num_threads(threads)

    @property
    def label(self) -> str:
        """How results name the checkpoint."""
        return self.location.label

    @property
    def identity(self) -> dict[str, Any]:
        """Where it lies, and what tells one state of it from another without reading gigabytes."""
        loaded = self._loaded
        digest = hashlib.sha256()
        digest.update(loaded.meta_file.read_bytes())
        digest.update(str(loaded.weights_file.stat().st_size).encode())
        if self.tokenizer is not None:
            digest.update(self.tokenizer.path.read_bytes())
        return {
            "checkpoint": str(loaded.checkpoint.resolve()),
            "checkpoint_fingerprint": f"sha256:{digest.hexdigest()}",
            **loaded.decisive,
        }

    @property
    def info(self) -> BackendInfo:
        """What the run record keeps."""
        loaded = self._loaded
        return BackendInfo(
            kind=self.location.kind,
            prompt_style=loaded.prompt_style,
            step=loaded.step,
            loss=loaded.loss,
            parameters=loaded.parameters,
            context_length=loaded.context_length,
            vocab_size=loaded.vocab_size,
            device=str(self._network.device),
            dtype=str(self._network.dtype).removeprefix("torch."),
            threads=self._threads,
            tokenizer=str(self.tokenizer.path) if self.tokenizer else None,
            libraries={name: metadata.version(name) for name in loaded.libraries},
            details=loaded.details,
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes this model's figures mean less than they seem to."""
        if self.tokenizer is not None and not self.tokenizer.keeps_newlines:
            return (*self._loaded.warnings, LOST_NEWLINES)
        return self._loaded.warnings

    def logits(self, ids: ArrayLike, *, causal: bool = False) -> NDArray[np.float32]:
        """Evaluate whole sequences, each from its start.

        Args:
            ids: Token ids, integers, shape ``(batch, time)``.
            causal: Evaluate as generation does, where a token knows nothing of later ones: layers that look at them
                are passed by. Without such layers this changes nothing.

        Returns:
            float32, shape ``(batch, time, vocab)``.

        Raises:
            UsageError: If the input is empty, longer than the context, or has ids outside the vocabulary.
        """
        import torch

        from ferrobench.models.engine.sequences import Sequences

        array = np.asarray(ids)
        if array.ndim != 2 or not array.size or not np.issubdtype(array.dtype, np.integer):
            raise UsageError(
                f"ids: expected integers of shape (batch, time), both at least 1; found {array.dtype} of shape "
                f"{array.shape}"
            )
        if array.shape[1] > self.context_length:
            raise UsageError(
                f"ids: {array.shape[1]} tokens do not fit the model's context of {self.context_length}"
            )
        low, high = int(array.min()), int(array.max())
        if low < 0 or high >= self.vocab_size:
            raise UsageError(
                f"ids: token id {low if low < 0 else high} is outside the vocabulary of {self.vocab_size} ids"
            )
        device = self._network.device
        batch, time = array.shape
        logits = self._network.forward(
            torch.tensor(array, dtype=torch.int64, device=device),
            Sequences(self._network, batch, time, whole=not causal),
        )
        result: NDArray[np.float32] = self._network.cap(logits).cpu().numpy()
        return result

    def model_input(self, prompt: str) -> ModelInput:
        """The prompt, with whatever the model wants around it, special tokens spelled out."""
        return self._loaded.model_input(prompt)

    def lay_out(self, given: Given) -> LaidOut:
        """Turn a text or a chat into what the model is given; see :class:`~ferrobench.models.given.LaysOut`."""
        return self._loaded.lay_out(given)

    def score_text(self, text: str) -> TextScore:
        """Say what a text costs; see :class:`~ferrobench.models.scoring.ScoresText`."""
        if self.tokenizer is None:
            raise CheckpointError(self._loaded.no_tokenizer)
        import torch

        from ferrobench.models.engine.likelihood import suitable_sequences, token_costs
        from ferrobench.models.engine.sequences import Sequences

        network = self._network

        def evaluate(sequences: Sequence[Sequence[int]]) -> list[list[float]]:
            ids = torch.tensor(sequences, dtype=torch.int64, device=network.device)
            given = ids[:, :-1]
            scores = network.forward(given, Sequences(network, *given.shape))
            return token_costs(scores, ids[:, 1:], network.cap)

        context = scoring_context(self.context_length)
        with device_errors(network.device):
            return score_windows(
                self.tokenizer.encode_ordinary(text),
                evaluate,
                prefix=self.lay_out("").ids,
                context_length=context,
                rows=suitable_sequences(
                    context, self.vocab_size, network.memory.bytes_per_token(network.dtype)
                ),
            )

    def refuses(self, prompt: str) -> str | None:
        """Say why this prompt cannot be completed at all, or None where it can."""
        from ferrobench.models.decoding import refusal

        return refusal(len(self._loaded.encode(prompt)), self.context_length)

    def refuse_settings(self, settings: SamplingSettings, batch_size: int | None) -> None:
        """Refuse what the prompt style cannot do.

        Raises:
            UsageError: If it is asked for.
        """
        del batch_size
        refuse_item_stop(settings, self.info.prompt_style)

    def complete(
        self, requests: Iterable[CompletionRequest], settings: SamplingSettings, *, batch_size: int | None
    ) -> Iterator[tuple[int, Completion | Refused]]:
        """Yield ``(key, answer)`` for every request, in the order in which they finish."""
        from ferrobench.models.decoding import Decoder

        if self.tokenizer is None:
            raise CheckpointError(self._loaded.no_tokenizer)
        decoder = Decoder(
            self._network,
            self.tokenizer,
            encode=self._loaded.encode,
            context_length=self.context_length,
            settings=settings,
            batch_size=batch_size,
            end_ids=self._end_ids,
            lanes=self._threads,
        )
        with device_errors(self._network.device, hint="; a smaller --batch-size needs less"):
            yield from decoder.complete(requests)


def load_checkpoint(
    path: str | Path | CheckpointLocation,
    device: str = "cpu",
    *,
    step: int | None = None,
    tokenizer: str | Path | None = None,
    end_token: str | None = None,
    prompt_style: str = "auto",
    dtype: str = "auto",
    softcap: float | None = None,
    threads: int | None = None,
) -> LocalModel:
    """Load a nanochat-rs or nanochat checkpoint from disk.

    Args:
        path: The checkpoint's folder or file, or a folder of several; see :func:`find_checkpoint`.
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
        step: Of several steps, this one; by default the newest.
        tokenizer: A ``tokenizer.json``, or nanochat's ``tokenizer.pkl``; by default the one beside or above the checkpoint.
            Without any, logits can be computed and texts cannot.
        end_token: Text of the token that ends a completion; by default ``<|endoftext|>``, else ``<eos>``, else none; with
            nanochat any special token.
        prompt_style: ``auto``, ``completion`` or ``chat``; by default what the model was trained for, as far as that is known.
        dtype: Of the arithmetic: ``auto``, ``float32`` or, with nanochat, ``bfloat16``. By default float32 on a CPU.
        softcap: Of the logits of a nanochat checkpoint that can be of generation G4 or G5: 15 or 20.
        threads: CPU threads of the arithmetic; by default one for small models, else the cores, at most four.

    Raises:
        CheckpointError: Naming the file and what is wrong with it.
        UsageError: If something was asked for that this checkpoint has no use for.
        DeviceError: If the device does not exist.
        MissingExtraError: If torch, safetensors, tokenizers or tiktoken is not installed.
    """
    from pathlib import Path

    location = path if isinstance(path, CheckpointLocation) else find_checkpoint(path, step)
    if location.kind is CheckpointKind.HUGGING_FACE:
        raise CheckpointError(
            f"{location.folder}: this looks like a {location.kind} checkpoint, which is not loaded here; expected one of "
            "nanochat-rs or nanochat"
        )
    require_torch()
    import torch

    if location.kind is CheckpointKind.NANOCHAT:
        from ferrobench.models.nanochat.load import load
    else:
        from ferrobench.models.nanochat_rs.load import load

    options = LoadOptions(
        device=choose_device(device),
        tokenizer=Path(tokenizer) if tokenizer is not None else None,
        dtype=dtype,
        prompt_style=prompt_style,
        softcap=softcap,
    )
    # TF32 would flip 8-bit codes and be another model.
    torch.set_float32_matmul_precision("highest")
    with device_errors(options.device):
        loaded = load(location, options)
    return LocalModel(
        loaded,
        location=location,
        end_token=end_token,
        threads=choose_threads(threads, loaded.parameters),
    )


def _end_ids(tokenizer: Tokenizer | None, end_token: str | None) -> frozenset[int]:
    if tokenizer is None:
        return frozenset()
    if end_token is None:
        return tokenizer.end_ids
    found = tokenizer.token_id(end_token)
    if found is None:
        raise UsageError(f"--end-token {end_token}: {tokenizer.path} has no such token")
    return frozenset({found})
