"""From a nanochat-rs checkpoint on disk to a model in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.errors import CheckpointError, UsageError
from ferrobench.models.checkpoints import META_FILE, TOKENIZER_FILE, WEIGHTS_FILE, find_tokenizer
from ferrobench.models.given import Chat, LaidOut
from ferrobench.models.loaded import LoadedModel
from ferrobench.models.nanochat_rs.config import load_meta
from ferrobench.models.nanochat_rs.weights import load_weights
from ferrobench.models.prompt_style import PromptStyle
from ferrobench.models.tokenizer import TextTokenizer

if TYPE_CHECKING:
    from ferrobench.models.checkpoints import CheckpointLocation
    from ferrobench.models.given import Given
    from ferrobench.models.loaded import LoadOptions


def load(location: CheckpointLocation, options: LoadOptions) -> LoadedModel:
    """Load it; see :func:`ferrobench.models.local.load_checkpoint`."""
    from ferrobench.models.nanochat_rs.network import NanochatRsNetwork

    folder = location.folder
    for flag, wrong in (
        (f"--softcap {options.softcap}", options.softcap is not None),
        (f"--dtype {options.dtype}", options.dtype not in ("auto", "float32")),
        (f"--prompt-style {options.prompt_style}", options.prompt_style not in ("auto", "completion")),
    ):
        if wrong:
            raise UsageError(
                f"{flag}: {folder} is a nanochat-rs checkpoint, which has no softcap, computes in float32 and completes "
                "bare prompts"
            )
    meta = load_meta(folder / META_FILE)
    weights, weight_notes = load_weights(folder / WEIGHTS_FILE, meta.config)
    path = options.tokenizer or find_tokenizer(folder)
    tokenizer = TextTokenizer(path, meta.config.vocab_size) if path else None
    no_tokenizer = (
        f"{folder}: no {TOKENIZER_FILE} beside or above this checkpoint; name it with --tokenizer PATH"
    )

    def encode(prompt: str) -> list[int]:
        if tokenizer is None:
            raise CheckpointError(no_tokenizer)
        return tokenizer.encode(prompt)

    def lay_out(given: Given) -> LaidOut:
        if not isinstance(given, str):
            asked = "chats" if isinstance(given, Chat) else "filling in the middle"
            raise UsageError(f"nanochat-rs models have no format for {asked}")
        return LaidOut(tuple(encode(given)))

    return LoadedModel(
        network=NanochatRsNetwork(meta.config, weights, options.device),
        parameters=sum(tensor.numel() for tensor in weights.values()),
        context_length=meta.config.max_seq_len,
        vocab_size=meta.config.vocab_size,
        step=meta.step,
        loss=meta.loss,
        tokenizer=tokenizer,
        no_tokenizer=no_tokenizer,
        prompt_style=PromptStyle.COMPLETION,
        encode=encode,
        model_input=str,
        lay_out=lay_out,
        checkpoint=folder,
        meta_file=folder / META_FILE,
        weights_file=folder / WEIGHTS_FILE,
        libraries=("torch", "tokenizers", "safetensors", "numpy"),
        notes=(*meta.notes, *weight_notes),
        warnings=meta.warnings,
    )
