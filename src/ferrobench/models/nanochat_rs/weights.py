"""``model.safetensors`` of a nanochat-rs checkpoint: which tensors must be there, and reading them.

The trainer fills a missing tensor with random numbers and does not notice NaN. Here each such fault is refused by
name: a benchmark of random weights would look like a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.errors import CheckpointError, MissingExtraError
from ferrobench.models.nanochat_rs.layout import local_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import torch

    from ferrobench.models.nanochat_rs.config import NanochatRsConfig

# safetensors' names of the types that hold weights, all of which become float32.
FLOAT_TYPES = frozenset({"F64", "F32", "F16", "BF16"})
NAMED_AT_MOST = 4
# What makes a wave field's kernel: frequency, damping and phase of each head.
WAVE_PARAMETERS = ("omega", "alpha_raw", "phi")


def required_tensors(config: NanochatRsConfig) -> dict[str, tuple[int, ...]]:
    """Map the name of each tensor that the forward pass reads to its shape."""
    return dict(_required(config))


def _unread_tensors(config: NanochatRsConfig) -> set[str]:
    """Tensors that belong to such a model and that nothing in the forward pass reads; a file may lack them."""
    unread = {"shared_loop.exit_gate.weight", "shared_loop.exit_gate.bias"} if config.loop_config else set()
    if config.has_direct_kernel:
        waves = [block.prefix for block in local_blocks(config) if block.has_wave_field]
        unread |= {f"{prefix}.wavefield.{name}" for prefix in waves for name in WAVE_PARAMETERS}
    return unread


def _required(config: NanochatRsConfig) -> Iterator[tuple[str, tuple[int, ...]]]:
    d = config.dim
    yield "tok_embed.weight", (config.vocab_size, d)
    yield "norm_final.weight", (d,)
    if not config.weight_tied:
        yield "lm_head.weight", (config.vocab_size, d)
    for block in local_blocks(config):
        yield from _sub_layers(config, block.prefix, ffn=f"{block.prefix}.ffn")
        if block.has_wave_field:
            yield from _wave_field(config, f"{block.prefix}.wavefield")
        else:
            yield from _attention(config, f"{block.prefix}.attn")
        if block.has_engram:
            yield from _engram(config, f"{block.prefix}.engram")
    if config.loop_config is not None:
        yield from _sub_layers(config, "shared_loop", ffn="shared_loop")
        yield from _attention(config, "shared_loop")
        yield "shared_loop.g_qk.weight", (d, d)
        yield "shared_loop.g_ffn.weight", (d, d)


def _sub_layers(config: NanochatRsConfig, prefix: str, *, ffn: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    d, f = config.dim, config.ffn_dim
    for part in ("attn", "ffn"):
        yield f"{prefix}.norm_{part}.weight", (d,)
        yield f"{prefix}.mhc_{part}.alpha_logit", (1,)
        for name in ("pre_logits", "pre_bias", "post_logits", "post_bias"):
            yield f"{prefix}.mhc_{part}.{name}", (2,)
    yield f"{ffn}.w_gate.weight", (f, d)
    yield f"{ffn}.w_up.weight", (f, d)
    yield f"{ffn}.w_down.weight", (d, f)


def _attention(config: NanochatRsConfig, prefix: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    d, kv = config.dim, config.kv_dim
    yield f"{prefix}.wq.weight", (d, d)
    yield f"{prefix}.wk.weight", (kv, d)
    yield f"{prefix}.wv.weight", (kv, d)
    yield f"{prefix}.wo.weight", (d, d)


def _wave_field(config: NanochatRsConfig, prefix: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    d, heads = config.dim, config.num_wave_heads
    width = heads * config.wave_head_dim
    yield f"{prefix}.scatter.weight", (width, d)
    yield f"{prefix}.gate.weight", (width if config.wavefield_haar_direct else heads, d)
    yield f"{prefix}.out.weight", (d, width)
    if config.has_direct_kernel:
        yield f"{prefix}.kernel_haar_coeffs", (heads, config.wavefield_field_size)
    else:
        for name in WAVE_PARAMETERS:
            yield f"{prefix}.{name}", (heads,)
    if config.wavefield_head_coupling:
        yield f"{prefix}.coupling_logits", (heads, heads)


def _engram(config: NanochatRsConfig, prefix: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    d, width = config.dim, config.num_engram_tables * config.engram_d_mem
    for j in range(config.num_engram_tables):
        yield f"{prefix}.table.{j}", (config.engram_table_size, config.engram_d_mem)
    yield f"{prefix}.w_k.weight", (d, width)
    yield f"{prefix}.w_v.weight", (d, width)
    yield f"{prefix}.gate_norm.weight", (d,)
    yield f"{prefix}.key_norm.weight", (d,)
    yield f"{prefix}.conv_weight", (d, 1, config.engram_conv_kernel)


def load_weights(path: Path, config: NanochatRsConfig) -> tuple[dict[str, torch.Tensor], tuple[str, ...]]:
    """Read the tensors that the forward pass needs, as float32 on the CPU, and notes about the file.

    Raises:
        CheckpointError: Naming the file and the tensor: missing, of another shape or type, not finite; or the file
            is damaged.
    """
    try:
        import torch
        from safetensors import SafetensorError, safe_open
    except ImportError as error:
        raise MissingExtraError(f"{error.name} is not installed: pip install 'ferrobench[torch]'") from error

    required = required_tensors(config)
    weights: dict[str, torch.Tensor] = {}
    try:
        with safe_open(str(path), framework="pt", device="cpu") as file:
            present = set(file.keys())
            _check_names(path, required, present)
            for name, shape in required.items():
                entry = file.get_slice(name)
                dtype, found = entry.get_dtype(), tuple(entry.get_shape())
                if dtype not in FLOAT_TYPES:
                    raise CheckpointError(
                        f"{path}: tensor {name}: expected floating point numbers, found {dtype}"
                    )
                if found != shape:
                    raise CheckpointError(
                        f"{path}: tensor {name}: expected shape {list(shape)} from the configuration in meta.json, "
                        f"found {list(found)}"
                    )
                weights[name] = file.get_tensor(name).to(torch.float32)
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path}: damaged or truncated safetensors file: {error}") from error
    for name, tensor in weights.items():
        if not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(f"{path}: tensor {name}: has NaN or infinite values")
    extra = sorted(present - set(required) - _unread_tensors(config))
    notes = (f"{len(extra)} tensors that the model does not use, such as {extra[0]}",) if extra else ()
    return weights, notes


def _check_names(path: Path, required: dict[str, tuple[int, ...]], present: set[str]) -> None:
    missing = [name for name in required if name not in present]
    if missing:
        named = ", ".join(missing[:NAMED_AT_MOST])
        more = f" and {len(missing) - NAMED_AT_MOST} more" if len(missing) > NAMED_AT_MOST else ""
        plural = "tensor is" if len(missing) == 1 else "tensors are"
        raise CheckpointError(f"{path}: {len(missing)} {plural} missing: {named}{more}")
