"""Who answers: checkpoints and other models, behind one small interface.

``checkpoints`` finds and recognises, ``local`` loads, ``decoding`` draws. Heavy libraries are imported only when a
checkpoint is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.models.backend import THREADS_LIMIT, Backend, BackendInfo
from ferrobench.models.checkpoints import (
    CheckpointLocation,
    TrainingStep,
    demo_checkpoint,
    find_checkpoint,
    list_training_steps,
)
from ferrobench.models.complete import FileStamp, find_gap, stamp_files
from ferrobench.models.completion import Completion, CompletionRequest, Refused, StopReason
from ferrobench.models.given import Chat, Given, Hole, LaidOut, LaysOut
from ferrobench.models.held_out import HeldOutText, load_held_out
from ferrobench.models.prompt_style import ModelInput, PromptStyle
from ferrobench.models.sampling import SamplingSettings, derive_seed
from ferrobench.models.scoring import ScoresText, TextScore, WindowScore
from ferrobench.models.spec import ModelRequest, open_model

if TYPE_CHECKING:
    from pathlib import Path

    from ferrobench.models.local import LocalModel

__all__ = [
    "THREADS_LIMIT",
    "Backend",
    "BackendInfo",
    "Chat",
    "CheckpointLocation",
    "Completion",
    "CompletionRequest",
    "FileStamp",
    "Given",
    "HeldOutText",
    "Hole",
    "LaidOut",
    "LaysOut",
    "ModelInput",
    "ModelRequest",
    "PromptStyle",
    "Refused",
    "SamplingSettings",
    "ScoresText",
    "StopReason",
    "TextScore",
    "TrainingStep",
    "WindowScore",
    "demo_checkpoint",
    "derive_seed",
    "find_checkpoint",
    "find_gap",
    "list_training_steps",
    "load_checkpoint",
    "load_held_out",
    "open_model",
    "stamp_files",
]


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
    """Load a checkpoint from disk; see :func:`ferrobench.models.local.load_checkpoint`."""
    from ferrobench.models import local

    return local.load_checkpoint(
        path,
        device,
        step=step,
        tokenizer=tokenizer,
        end_token=end_token,
        prompt_style=prompt_style,
        dtype=dtype,
        softcap=softcap,
        threads=threads,
    )
