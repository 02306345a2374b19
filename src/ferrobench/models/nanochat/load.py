"""From a nanochat checkpoint on disk to a model in memory, and what stands around its prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.errors import CheckpointError, UsageError
from ferrobench.models.given import Chat, Hole, LaidOut
from ferrobench.models.loaded import LoadedModel
from ferrobench.models.nanochat.config import load_meta
from ferrobench.models.nanochat.generations import settle_softcap
from ferrobench.models.nanochat.layout import Stage, tokenizer_places
from ferrobench.models.nanochat.tokenizer import (
    ASSISTANT_END,
    ASSISTANT_START,
    BOS,
    USER_END,
    USER_START,
    NanochatTokenizer,
)
from ferrobench.models.nanochat.weights import load_weights
from ferrobench.models.prompt_style import PromptStyle, chat_messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ferrobench.models.checkpoints import CheckpointLocation
    from ferrobench.models.given import Given
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
        _check_special_tokens(tokenizer, frame(of_suite("", style)))

    def lay_out(given: Given) -> LaidOut:
        if isinstance(given, Hole):
            raise UsageError("nanochat models have no format for filling in the middle")
        if isinstance(given, Chat) and files.stage is Stage.BASE:
            raise UsageError("a base model of nanochat has no format for chats")
        if tokenizer is None:
            raise CheckpointError(no_tokenizer)
        return LaidOut(tuple(_encode(tokenizer, frame(given))))

    def encode(prompt: str) -> list[int]:
        if tokenizer is None:
            raise CheckpointError(no_tokenizer)
        return _encode(tokenizer, frame(of_suite(prompt, style)))

    def model_input(prompt: str) -> str:
        return "".join(frame(of_suite(prompt, style)))

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
        lay_out=lay_out,
        checkpoint=files.weights,
        meta_file=files.meta,
        weights_file=files.weights,
        libraries=("torch", "tiktoken", "numpy"),
        notes=style_notes,
        warnings=warnings,
        details={"generation": generation.name, "softcap": generation.softcap, **meta.measures},
        decisive={"softcap": generation.softcap},
    )


class Special(str):
    """The name of a special token, among ordinary texts, in which such names mean nothing."""

    __slots__ = ()


def of_suite(prompt: str, style: PromptStyle) -> str | Chat:
    """How a prompt of the suite is asked."""
    return Chat(tuple(chat_messages(prompt))) if style is PromptStyle.CHAT else prompt


def frame(given: str | Chat) -> list[str]:
    """What a model is given, piece by piece.

    Raises:
        UsageError: If the messages of a chat do not take turns.
    """
    if isinstance(given, str):
        return [Special(BOS), given]
    messages = [(message["role"], message["content"]) for message in given.messages]
    if [role for role, _ in messages[:2]] == ["system", "user"]:
        # There is no token for it.
        messages[:2] = [("user", f"{messages[0][1]}\n\n{messages[1][1]}")]
    turns = [("user", "assistant")[place % 2] for place in range(len(messages))]
    if len(messages) % 2 == 0 or [role for role, _ in messages] != turns:
        raise UsageError(
            "messages of nanochat models: expected user and assistant in turns, the user first and last, and at most one "
            "of system before them"
        )
    pieces: list[str] = [Special(BOS)]
    for role, content in messages:
        start, end = (USER_START, USER_END) if role == "user" else (ASSISTANT_START, ASSISTANT_END)
        pieces += [Special(start), content, Special(end)]
    return [*pieces, Special(ASSISTANT_START)]


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


def _check_special_tokens(tokenizer: NanochatTokenizer, pieces: Iterable[str]) -> None:
    for piece in pieces:
        if isinstance(piece, Special) and not tokenizer.has_special(piece):
            raise CheckpointError(f"{tokenizer.path}: has no token {piece}, which prompts of this model need")


def _encode(tokenizer: NanochatTokenizer, pieces: Sequence[str]) -> list[int]:
    _check_special_tokens(tokenizer, pieces)
    ids: list[int] = []
    for piece in pieces:
        ids += [tokenizer.special_id(piece)] if isinstance(piece, Special) else tokenizer.encode(piece)
    return ids
