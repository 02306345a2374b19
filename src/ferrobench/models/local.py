"""A checkpoint on this machine, loaded and ready: its logits, and its completions."""

from __future__ import annotations

import hashlib
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np

from ferrobench.errors import CheckpointError, UsageError
from ferrobench.models.backend import BackendInfo
from ferrobench.models.checkpoints import (
    META_FILE,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    CheckpointKind,
    CheckpointLocation,
    find_checkpoint,
    find_tokenizer,
)
from ferrobench.models.devices import choose_device, choose_threads, device_errors, require_torch
from ferrobench.models.given import Chat, LaidOut
from ferrobench.models.nanochat_rs.config import CheckpointMeta, load_meta
from ferrobench.models.nanochat_rs.weights import load_weights
from ferrobench.models.prompt_style import ModelInput, PromptStyle
from ferrobench.models.tokenizer import LOST_NEWLINES, TextTokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from ferrobench.models.completion import Completion, CompletionRequest, Refused
    from ferrobench.models.given import Given
    from ferrobench.models.nanochat_rs.network import NanochatRsNetwork
    from ferrobench.models.sampling import SamplingSettings


class LocalModel:
    """A loaded checkpoint. Made by :func:`load_checkpoint`."""

    def __init__(
        self,
        *,
        location: CheckpointLocation,
        meta: CheckpointMeta,
        network: NanochatRsNetwork,
        parameters: int,
        tokenizer: TextTokenizer | None,
        end_token: str | None,
        threads: int,
        notes: tuple[str, ...],
    ) -> None:
        self.location = location
        self.tokenizer = tokenizer
        self.vocab_size = meta.config.vocab_size
        self.context_length = meta.config.max_seq_len
        self.notes = notes
        self._meta = meta
        self._network = network
        self._parameters = parameters
        self.use_threads(threads)
        self._end_id = _end_id(tokenizer, end_token)

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
        """The folder, and what tells one state of it from another without reading gigabytes."""
        folder = self.location.folder
        digest = hashlib.sha256()
        digest.update((folder / META_FILE).read_bytes())
        digest.update(str((folder / WEIGHTS_FILE).stat().st_size).encode())
        if self.tokenizer is not None:
            digest.update(self.tokenizer.path.read_bytes())
        return {
            "checkpoint": str(folder.resolve()),
            "checkpoint_fingerprint": f"sha256:{digest.hexdigest()}",
        }

    @property
    def info(self) -> BackendInfo:
        """What the run record keeps."""
        return BackendInfo(
            kind=self.location.kind,
            prompt_style=PromptStyle.COMPLETION,
            step=self._meta.step,
            loss=self._meta.loss,
            parameters=self._parameters,
            context_length=self.context_length,
            vocab_size=self.vocab_size,
            device=str(self._network.device),
            dtype="float32",
            threads=self._threads,
            tokenizer=str(self.tokenizer.path) if self.tokenizer else None,
            libraries={
                name: metadata.version(name) for name in ("torch", "tokenizers", "safetensors", "numpy")
            },
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes this model's figures mean less than they seem to."""
        if self.tokenizer is not None and not self.tokenizer.keeps_newlines:
            return (LOST_NEWLINES,)
        return ()

    def logits(self, ids: ArrayLike) -> NDArray[np.float32]:
        """Evaluate whole sequences, each from its start.

        Args:
            ids: Token ids, integers, shape ``(batch, time)``.

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
        logits = self._network.forward(
            torch.tensor(array, dtype=torch.int64, device=device), Sequences(self._network, *array.shape)
        )
        result: NDArray[np.float32] = logits.cpu().numpy()
        return result

    def model_input(self, prompt: str) -> ModelInput:
        """The prompt as it is."""
        return prompt

    def lay_out(self, given: Given) -> LaidOut:
        """Turn a text into what the model is given.

        Raises:
            UsageError: If it is a chat or a hole, for which there are no tokens.
        """
        if not isinstance(given, str):
            asked = "chats" if isinstance(given, Chat) else "filling in the middle"
            raise UsageError(f"{self.label}: {self.location.kind} models have no format for {asked}")
        return LaidOut(tuple(self._required_tokenizer().encode(given)))

    def refuses(self, prompt: str) -> str | None:
        """Say why this prompt cannot be completed at all, or None where it can."""
        from ferrobench.models.decoding import refusal

        return refusal(len(self._required_tokenizer().encode(prompt)), self.context_length)

    def complete(
        self, requests: Iterable[CompletionRequest], settings: SamplingSettings, *, batch_size: int | None
    ) -> Iterator[tuple[int, Completion | Refused]]:
        """Yield ``(key, answer)`` for every request, in the order in which they finish."""
        from ferrobench.models.decoding import Decoder

        tokenizer = self._required_tokenizer()
        decoder = Decoder(
            self._network,
            tokenizer,
            encode=tokenizer.encode,
            context_length=self.context_length,
            settings=settings,
            batch_size=batch_size,
            end_ids=() if self._end_id is None else (self._end_id,),
        )
        with device_errors(self._network.device, hint="; a smaller --batch-size needs less"):
            yield from decoder.complete(requests)

    def _required_tokenizer(self) -> TextTokenizer:
        if self.tokenizer is None:
            raise CheckpointError(
                f"{self.location.folder}: no {TOKENIZER_FILE} beside or above this checkpoint; name it with "
                "--tokenizer PATH"
            )
        return self.tokenizer


def load_checkpoint(
    path: str | Path | CheckpointLocation,
    device: str = "cpu",
    *,
    tokenizer: str | Path | None = None,
    end_token: str | None = None,
    threads: int | None = None,
) -> LocalModel:
    """Load a checkpoint from disk.

    Args:
        path: The checkpoint's folder, or a folder of ``step_<N>`` folders (then the newest).
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
        tokenizer: A ``tokenizer.json``; by default the one beside or above the checkpoint. Without any, logits can be
            computed and texts cannot.
        end_token: Text of the token that ends a completion; by default ``<|endoftext|>``, else ``<eos>``, else none.
        threads: CPU threads of the arithmetic; by default one for small models, else the cores, at most four.

    Raises:
        CheckpointError: Naming the file and what is wrong with it.
        DeviceError: If the device does not exist.
        MissingExtraError: If torch, safetensors or tokenizers is not installed.
    """
    from pathlib import Path

    location = path if isinstance(path, CheckpointLocation) else find_checkpoint(path)
    if location.kind is not CheckpointKind.NANOCHAT_RS:
        raise CheckpointError(
            f"{location.folder}: this looks like a {location.kind} checkpoint, which this version cannot load; it "
            f"loads nanochat-rs checkpoints ({WEIGHTS_FILE} and {META_FILE})"
        )
    require_torch()
    import torch

    from ferrobench.models.nanochat_rs.network import NanochatRsNetwork

    chosen = choose_device(device)
    # TF32 would flip 8-bit codes and be another model.
    torch.set_float32_matmul_precision("highest")
    meta = load_meta(location.folder / META_FILE)
    weights, weight_notes = load_weights(location.folder / WEIGHTS_FILE, meta.config)
    tokenizer_path = Path(tokenizer) if tokenizer is not None else find_tokenizer(location.folder)
    parameters = sum(tensor.numel() for tensor in weights.values())
    with device_errors(chosen):
        network = NanochatRsNetwork(meta.config, weights, chosen)
    return LocalModel(
        location=location,
        meta=meta,
        network=network,
        parameters=parameters,
        tokenizer=TextTokenizer(tokenizer_path, meta.config.vocab_size) if tokenizer_path else None,
        end_token=end_token,
        threads=choose_threads(threads, parameters),
        notes=(*meta.notes, *weight_notes),
    )


def _end_id(tokenizer: TextTokenizer | None, end_token: str | None) -> int | None:
    if tokenizer is None:
        return None
    if end_token is None:
        return tokenizer.end_id
    found = tokenizer.token_id(end_token)
    if found is None:
        raise UsageError(f"--end-token {end_token}: {tokenizer.path} has no such token")
    return found
