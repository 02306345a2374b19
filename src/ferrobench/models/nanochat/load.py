"""From a nanochat checkpoint on disk to a model in memory, and what stands around its prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.errors import CheckpointError, UsageError
from ferrobench.models.loaded import LoadedModel
from ferrobench.models.nanochat.config import load_meta
from ferrobench.models.nanochat.generations import settle_softcap
from ferrobench.models.nanochat.layout import Stage, tokenizer_places
from ferrobench.models.nanochat.tokenizer import (
    ASSISTANT_START,
    BOS,
    USER_END,
    USER_START,
    NanochatTokenizer,
)
from ferrobench.models.nanochat.weights import load_weights
from ferrobench.models.prompt_style import PromptStyle, chat_messages

if TYPE_CHECKING:
    from pathlib import Path

    from ferrobench.models.checkpoints import CheckpointLocation
    from ferrobench.models.loaded import LoadOptions
    from ferrobench.models.nanochat.layout import NanochatFiles

DTYPES = ("float32", "bfloat16")


def load(location: CheckpointLocation, options: LoadOptions) -> LoadedModel:
    """Load it; see :func:`ferrobench.models.local.load_checkpoint`."""
    import torch

    from ferrobench.models.nanochat.network import NanochatNetwork

    files = location.nanochat
    assert files is not None
    style, style_notes = _prompt_style(files, options.prompt_style)
    dtype = options.dtype
    if dtype == "auto":
        dtype = "float32" if options.device.type == "cpu" else "bfloat16"
    if dtype not in DTYPES:
        raise UsageError(
            f"--dtype {dtype}: {files.weights} is a nanochat checkpoint; expected {' or '.join(DTYPES)}"
        )
    meta = load_meta(files.meta)
    config = meta.config
    weights, generation = load_weights(files.weights, config)
    generation, warnings = settle_softcap(files.weights, generation, options.softcap)
    tokenizer, no_tokenizer = _find_tokenizer(location.folder, options.tokenizer, config.vocab_size)
    if tokenizer is not None:
        warnings += tokenizer.warnings
        _check_special_tokens(tokenizer, style)

    def encode(prompt: str) -> list[int]:
        if tokenizer is None:
            raise CheckpointError(no_tokenizer)
        before, text, after = frame(prompt, style)
        special = tokenizer.special_id
        return [*map(special, before), *tokenizer.encode(text), *map(special, after)]

    def model_input(prompt: str) -> str:
        before, text, after = frame(prompt, style)
        return "".join((*before, text, *after))

    return LoadedModel(
        network=NanochatNetwork(
            config, generation, weights, device=options.device, dtype=getattr(torch, dtype)
        ),
        parameters=sum(tensor.numel() for tensor in weights.values()),
        context_length=config.sequence_len,
        vocab_size=config.vocab_size,
        step=files.step,
        loss=None,
        tokenizer=tokenizer,
        no_tokenizer=no_tokenizer,
        prompt_style=style,
        encode=encode,
        model_input=model_input,
        checkpoint=files.weights,
        meta_file=files.meta,
        weights_file=files.weights,
        libraries=("torch", "tiktoken", "numpy"),
        notes=style_notes,
        warnings=warnings,
        details={"generation": generation.name, "softcap": generation.softcap, **meta.measures},
        decisive={"softcap": generation.softcap},
    )


def frame(prompt: str, style: PromptStyle) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """What a model is given: special tokens, ordinary text, special tokens."""
    if style is PromptStyle.CHAT:
        return (BOS, USER_START), chat_messages(prompt)[0]["content"], (USER_END, ASSISTANT_START)
    return (BOS,), prompt, ()


def _prompt_style(files: NanochatFiles, asked: str) -> tuple[PromptStyle, tuple[str, ...]]:
    if asked == "fim":
        raise UsageError(
            f"--prompt-style fim: {files.weights} is a nanochat checkpoint; its tokenizer has no tokens for a hole"
        )
    if asked != "auto":
        return PromptStyle(asked), ()
    if files.stage is None:
        return PromptStyle.COMPLETION, (
            f"{files.weights}: the folders' names do not tell whether this is a base or a chat model; prompts are given "
            "as they are (--prompt-style chat asks in a message)",
        )
    return PromptStyle.COMPLETION if files.stage is Stage.BASE else PromptStyle.CHAT, ()


def _find_tokenizer(
    folder: Path, named: Path | None, vocab_size: int
) -> tuple[NanochatTokenizer | None, str]:
    places = tokenizer_places(folder)
    if named is None:
        named = next((place for place in places if place.is_file()), None)
    if named is not None:
        return NanochatTokenizer(named, vocab_size), ""
    looked = ", ".join(map(str, places))
    return None, f"{folder}: no tokenizer at {looked}; name it with --tokenizer PATH"


def _check_special_tokens(tokenizer: NanochatTokenizer, style: PromptStyle) -> None:
    before, _, after = frame("", style)
    for token in (*before, *after):
        if not tokenizer.has_special(token):
            raise CheckpointError(
                f"{tokenizer.path}: has no token {token}, which prompts of this model need (--prompt-style {style})"
            )
