"""Which version of nanochat made a checkpoint, and what its forward pass was like.

Files of nanochat say nothing about it: rotary base, softcap, gates, windows and more are constants of the code of their
day. Names and shapes of the tensors tell which day that was, but for one change of the softcap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ferrobench.errors import CheckpointError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from ferrobench.models.nanochat.config import NanochatConfig

Shape = tuple[int, ...]

EMBEDDING = "transformer.wte.weight"
HEAD = "lm_head.weight"
SMEAR_CHANNELS = 24
NAMED_AT_MOST = 5
OTHER_SOFTCAP = 20.0
"""Of G5, which the weights do not tell from G4."""


def _half(sequence_len: int) -> int:
    return sequence_len // 2


def _in_whole_128(divisor: int) -> Callable[[int], int]:
    def window(sequence_len: int) -> int:
        part = -(-sequence_len // divisor)
        return -(-part // 128) * 128

    return window


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """The constants that were in force. The defaults are those of the first."""

    name: str
    until: str
    """When master left it."""
    has_lambdas: bool = False
    """Each layer starts from a mix of the residual stream and the embedding."""
    short_window: Callable[[int], int] | None = None
    """From sequence_len; None where there are no windows."""
    gate_channels: int = 0
    """Of the value embeddings' gates; 0 where there are no value embeddings."""
    gate_factor: float = 0.0
    rotary_base: float = 10_000.0
    rounds_rotary: bool = True
    """Cosines and sines are rounded to bfloat16, whatever the dtype of the run."""
    qk_factor: float = 1.0
    """On queries and keys after their norm."""
    softcap: float = 15.0
    has_smear: bool = False
    """Each embedding gets a share of the one before it; the middle layer's output is taken off at the end."""


G0 = Generation(name="G0", until="2025-12-23")
G1 = replace(G0, name="G1", until="2026-01-11")  # the same with padded vocabularies
G2 = replace(G1, name="G2", until="2026-01-11", has_lambdas=True)
G3 = replace(G2, name="G3", until="2026-01-18", short_window=_half)
G4 = replace(G3, name="G4", until="2026-03-03", gate_channels=32, gate_factor=2.0)
G5 = replace(G4, name="G5", until="2026-03-09", softcap=OTHER_SOFTCAP)
G6 = replace(
    G4,
    name="G6",
    until="2026-03-14",
    gate_channels=12,
    gate_factor=3.0,
    rotary_base=100_000.0,
    rounds_rotary=False,
    qk_factor=1.15,
    short_window=_in_whole_128(3),
)
G7 = replace(G6, name="G7", until="now", qk_factor=1.2, short_window=_in_whole_128(4), has_smear=True)

_LAYER = r"transformer\.h\.\d+\."
_KNOWN_NAME = re.compile(
    rf"transformer\.wte\.weight|lm_head\.weight|{_LAYER}attn\.(c_q|c_k|c_v|c_proj|ve_gate)\.weight"
    rf"|{_LAYER}mlp\.(c_fc|c_proj)\.weight|resid_lambdas|x0_lambdas|value_embeds\.\d+\.weight"
    r"|smear_gate\.weight|smear_lambda|backout_lambda"
)
_PROTOTYPES = {
    "bigram_embed.embed.weight": "a prototype with hashed bigram embeddings (master, 2026-01-27 to 28)",
    "bigram_lambdas": "a prototype with hashed bigram embeddings (master, 2026-01-27 to 28)",
    "v0_lambdas": "a prototype of the value embeddings (development branch, 2026-01-16)",
    "value_embed.weight": "a prototype of the value embeddings (development branch, 2026-01-16)",
    "value_embed_A.weight": "a prototype of the value embeddings (development branch, 2026-01-16)",
}


def recognise(path: Path, config: NanochatConfig, shapes: Mapping[str, Shape]) -> Generation:
    """Tell the generation by the names and shapes of all tensors, and require exactly those of that generation.

    Of G4 and G5 the answer is always G4; see :func:`settle_softcap`.

    Args:
        path: The weights file, for messages.
        config: From the meta file.
        shapes: Of each tensor, by its name without prefix.

    Raises:
        CheckpointError: Naming the tensor that tells a prototype or other people's code; or the names that are missing or
            not expected; or the shapes that are wrong.
    """
    for name, what in _PROTOTYPES.items():
        if name in shapes:
            raise CheckpointError(f"{path}: tensor {name}: this is {what}, which is not supported")
    for name in shapes:
        if not _KNOWN_NAME.fullmatch(name):
            raise CheckpointError(
                f"{path}: tensor {_short(name)}: no version of nanochat that we know has it; written by a branch or a fork"
            )
    generation = _by_names(path, config, shapes)
    _check_gates(path, config, generation)
    required = required_tensors(generation, config, shapes.get(EMBEDDING, (0,))[0])
    _check_names(path, generation, required, shapes)
    _check_vocabulary(path, config, shapes)
    wrong = [
        f"{name} expected {list(shape)}, found {list(shapes[name])}"
        for name, shape in required.items()
        if shapes[name] != shape
    ]
    if wrong:
        raise CheckpointError(
            f"{path}: {_count(wrong, 'tensor has', 'tensors have')} another shape than generation "
            f"{generation.name} and model_config ask for: {_some(wrong)}"
        )
    return generation


def settle_softcap(
    path: Path, generation: Generation, asked: float | None
) -> tuple[Generation, tuple[str, ...]]:
    """Take the softcap that was asked for, where the file leaves it open.

    Returns:
        The generation, G5 for a softcap of 20 where it can be; and warnings.

    Raises:
        UsageError: If it is certain and another one was asked for.
    """
    if generation is not G4:
        if asked is not None and asked != generation.softcap:
            raise UsageError(
                f"--softcap {asked:g}: {path} is of generation {generation.name}, whose softcap is {generation.softcap:g}"
            )
        return generation, ()
    if asked is None:
        return generation, (
            f"generations G4 and G5 of nanochat cannot be told apart by their weights; softcap {G4.softcap:g} (G4, before "
            f"{G4.until}) is assumed. For a checkpoint from {G4.until} to {G5.until} give --softcap {G5.softcap:g}: greedy "
            "samples are the same, drawn ones are not",
        )
    for candidate in (G4, G5):
        if candidate.softcap == asked:
            return candidate, ()
    raise UsageError(
        f"--softcap {asked:g}: {path} is of generation G4 or G5; expected {G4.softcap:g} or {G5.softcap:g}"
    )


def has_value_embedding(generation: Generation, config: NanochatConfig, layer: int) -> bool:
    """Every other layer has one, the last one always."""
    return generation.gate_channels > 0 and layer % 2 == (config.n_layer - 1) % 2


def window_of(generation: Generation, config: NanochatConfig, layer: int) -> int | None:
    """How many tokens back a layer looks, or None where that is all within sequence_len."""
    if generation.short_window is None or layer == config.n_layer - 1:
        return None
    pattern = config.window_pattern.upper() or "L"
    if pattern[layer % len(pattern)] == "L":
        return None
    window = generation.short_window(config.sequence_len)
    return window if window < config.sequence_len - 1 else None


def required_tensors(generation: Generation, config: NanochatConfig, rows: int) -> dict[str, Shape]:
    """Map the name of each tensor of this generation to its shape; *rows* is the padded size of the vocabulary."""
    return dict(_required(generation, config, rows))


def _required(generation: Generation, config: NanochatConfig, rows: int) -> Iterator[tuple[str, Shape]]:
    d, kv = config.n_embd, config.kv_dim
    yield EMBEDDING, (rows, d)
    yield HEAD, (rows, d)
    for i in range(config.n_layer):
        layer = f"transformer.h.{i}"
        yield f"{layer}.attn.c_q.weight", (d, d)
        yield f"{layer}.attn.c_k.weight", (kv, d)
        yield f"{layer}.attn.c_v.weight", (kv, d)
        yield f"{layer}.attn.c_proj.weight", (d, d)
        yield f"{layer}.mlp.c_fc.weight", (4 * d, d)
        yield f"{layer}.mlp.c_proj.weight", (d, 4 * d)
        if has_value_embedding(generation, config, i):
            yield f"value_embeds.{i}.weight", (rows, kv)
            yield f"{layer}.attn.ve_gate.weight", (config.n_kv_head, generation.gate_channels)
    if generation.has_lambdas:
        yield "resid_lambdas", (config.n_layer,)
        yield "x0_lambdas", (config.n_layer,)
    if generation.has_smear:
        yield "smear_gate.weight", (1, SMEAR_CHANNELS)
        yield "smear_lambda", (1,)
        yield "backout_lambda", (1,)


def _by_names(path: Path, config: NanochatConfig, shapes: Mapping[str, Shape]) -> Generation:
    if "smear_gate.weight" in shapes:
        return G7
    gates = {name: shape for name, shape in shapes.items() if name.endswith(".ve_gate.weight")}
    for name, shape in gates.items():
        for generation in (G6, G4):
            if shape[-1:] == (generation.gate_channels,):
                return generation
        raise CheckpointError(
            f"{path}: tensor {name}: expected {G6.gate_channels} columns (generation G6) or {G4.gate_channels} (G4, G5), "
            f"found shape {list(shape)}"
        )
    if "resid_lambdas" in shapes:
        return G3 if config.window_pattern else G2
    return G0 if shapes.get(EMBEDDING, ())[:1] == (config.vocab_size,) else G1


def _check_gates(path: Path, config: NanochatConfig, generation: Generation) -> None:
    channels = max(generation.gate_channels, SMEAR_CHANNELS if generation.has_smear else 0)
    if config.n_embd < channels:
        raise CheckpointError(
            f"{path}: n_embd is {config.n_embd}, but gates of generation {generation.name} read {channels} channels"
        )


def _check_names(
    path: Path, generation: Generation, required: Mapping[str, Shape], shapes: Mapping[str, Shape]
) -> None:
    missing = [name for name in required if name not in shapes]
    extra = [name for name in shapes if name not in required]
    faults = []
    if missing:
        faults.append(f"{_count(missing, 'tensor is', 'tensors are')} missing: {_some(missing)}")
    if extra:
        faults.append(f"{_count(extra, 'tensor is', 'tensors are')} not expected: {_some(extra)}")
    if faults:
        raise CheckpointError(
            f"{path}: {'; '.join(faults)} (by its names this is generation {generation.name})"
        )


def _check_vocabulary(path: Path, config: NanochatConfig, shapes: Mapping[str, Shape]) -> None:
    tables = [EMBEDDING, HEAD, *(name for name in shapes if name.startswith("value_embeds."))]
    rows = {name: shapes[name][0] if shapes[name] else 0 for name in tables}
    if rows[EMBEDDING] < config.vocab_size:
        raise CheckpointError(
            f"{path}: tensor {EMBEDDING}: has {rows[EMBEDDING]} rows, fewer than model_config.vocab_size {config.vocab_size}"
        )
    for name, count in rows.items():
        if count != rows[EMBEDDING]:
            raise CheckpointError(
                f"{path}: tensor {name}: has {count} rows, but {EMBEDDING} has {rows[EMBEDDING]}"
            )


def _count(names: list[str], one: str, several: str) -> str:
    return f"{len(names)} {one if len(names) == 1 else several}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED_AT_MOST} more" if len(names) > NAMED_AT_MOST else ""
    return f"{', '.join(names[:NAMED_AT_MOST])}{more}"


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:80]}…"
