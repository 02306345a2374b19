"""What every family of local checkpoints comes to once it is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import torch

    from ferrobench.models.engine.network import Network
    from ferrobench.models.given import Given, LaidOut
    from ferrobench.models.prompt_style import ModelInput, PromptStyle
    from ferrobench.models.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """How to load a checkpoint, as far as families differ. What one has no use for is refused by it where it was given."""

    device: torch.device
    tokenizer: Path | None = None
    """By default the one that lies with the checkpoint."""
    dtype: str = "auto"
    prompt_style: str = "auto"
    softcap: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A checkpoint in memory."""

    network: Network
    parameters: int
    context_length: int
    vocab_size: int
    step: int | None
    loss: float | None
    tokenizer: Tokenizer | None
    """None where none was found: logits can be computed then, and texts cannot."""
    no_tokenizer: str
    """What to say where one is needed and there is none."""
    prompt_style: PromptStyle
    encode: Callable[[str], Sequence[int]]
    """The tokens of a prompt, with whatever the model wants around it. Needs the tokenizer."""
    model_input: Callable[[str], ModelInput]
    """The same as text."""
    lay_out: Callable[[Given], LaidOut]
    """See :class:`~ferrobench.models.given.LaysOut`. Needs the tokenizer."""
    checkpoint: Path
    """What names this checkpoint on this machine."""
    meta_file: Path
    weights_file: Path
    libraries: tuple[str, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    """What only this family has, fit for JSON."""
    decisive: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else of these settings decides a sample, fit for JSON."""
