"""A checkpoint on disk, in the layout that nanochat-rs's trainer writes: ``model.safetensors`` and ``meta.json``."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from safetensors.torch import save_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from training.model import DemoModel, ModelConfig

FORMAT_VERSION = 1

# The format's keys beside the shape, in its order and at its own defaults. Most are for what this model and this trainer
# do not have; the recipe replaces the others.
DEFAULTS: Mapping[str, Any] = {
    "loop_config": None,
    "weight_decay": 0.0,
    "grad_accum_steps": 1,
    "grad_clip": 0.0,
    "use_8bit_optim": False,
    "use_galore": False,
    "galore_rank": 256,
    "galore_update_freq": 200,
    "use_mtp": False,
    "mtp_n_tokens": 3,
    "mtp_weight": 0.2,
    "use_collider": False,
    "collider_threshold": 0.3,
    "collider_sparsity": 0.35,
    "use_async_loader": False,
    "async_n_workers": 4,
    "async_prefetch_size": 8,
    "label_smooth_eps": 0.0,
    "entropy_weight": 0.0,
    "use_fp4": False,
    "fp4_stochastic_rounding": True,
    "distill_teacher": None,
    "distill_kl_weight": 0.0,
    "loop_scale_penalty": 0.0,
    "use_wave_field": False,
    "wavefield_field_size": 1024,
    "wavefield_n_heads": 0,
    "wavefield_head_coupling": True,
    "wavefield_ratio": 1.0,
    "wavefield_convolve_mode": None,
    "wavefield_haar_levels": None,
    "wavefield_physics_lr": 0.0005,
    "wavefield_warmup_delay": 0,
    "wavefield_haar_direct": False,
    "use_engram": False,
    "engram_d_mem": 256,
    "engram_n_gram_orders": [],
    "engram_n_heads": 4,
    "engram_table_size": 50021,
    "engram_layers": [],
    "engram_conv_kernel": 4,
    "engram_lr_mult": 5.0,
}


def write_checkpoint(
    directory: Path, model: DemoModel, recipe: Mapping[str, object], step: int, loss: float
) -> None:
    """Write one checkpoint folder. *recipe* is the training's part of the config, *loss* the held-out loss.

    It is written beside its place, under a name that starts with a dot, and gets its own name when it is whole: whoever
    waits for checkpoints never sees half of one. What a killed run left there is thrown away.

    Raises:
        FileExistsError: If there is a folder of that name.
    """
    if directory.exists():
        raise FileExistsError(f"{directory}: is there already")
    unfinished = directory.with_name(f".{directory.name}.unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(parents=True)
    # Half precision: rounding costs no measurable loss and halves the size.
    tensors = {name: tensor.detach().half().contiguous() for name, tensor in model.state_dict().items()}
    weights = unfinished / "model.safetensors"
    save_file(tensors, str(weights))
    weights.chmod(0o644)  # the library makes it private, and it is to be shared
    config = {**shape_config(model.config), **DEFAULTS, **recipe}
    meta = {"version": FORMAT_VERSION, "config": config, "step": step, "loss": round(loss, 6)}
    (unfinished / "meta.json").write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")
    unfinished.rename(directory)


def shape_config(config: ModelConfig) -> dict[str, object]:
    """Return the keys that the evaluation needs."""
    return {
        "dim": config.dim,
        "n_layers": config.n_layers,
        "n_heads": config.n_heads,
        "n_kv_heads": config.n_heads,
        "ffn_mult": config.ffn_mult,
        "vocab_size": config.vocab_size,
        "max_seq_len": config.max_seq_len,
        "group_size": config.group_size,
        "mhc_n_streams": 2,
        "weight_tied": True,
        "rope_theta": config.rope_theta,
    }
