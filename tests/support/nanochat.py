"""Small random checkpoints in nanochat's format, of every generation, with a real tokenizer."""

from __future__ import annotations

import copyreg
import json
import pickle
from pathlib import Path
from typing import Any

import tiktoken
import torch

from ferrobench.models.nanochat.config import NanochatConfig
from ferrobench.models.nanochat.generations import (
    G0,
    G1,
    G2,
    G3,
    G4,
    G5,
    G6,
    G7,
    Generation,
    required_tensors,
)
from ferrobench.models.nanochat.tokenizer import KNOWN_PATTERN

FIXTURES = Path(__file__).parent.parent / "fixtures" / "nanochat"
FIXTURE_NAMES = ("g0_oct2025", "head_mha")
GENERATIONS = {generation.name: generation for generation in (G0, G1, G2, G3, G4, G5, G6, G7)}

MERGES = (b"fn", b"  ", b"    ", b"let", b"->")
SPECIAL = (
    "<|bos|>", "<|user_start|>", "<|user_end|>", "<|assistant_start|>", "<|assistant_end|>", "<|python_start|>",
    "<|python_end|>", "<|output_start|>", "<|output_end|>",
)  # fmt: skip
VOCAB_SIZE = 256 + len(MERGES) + len(SPECIAL)

# Arbitrary, except that every size differs from the others, so that swapped axes cannot go unnoticed.
BASE_CONFIG: dict[str, Any] = {
    "sequence_len": 40,
    "vocab_size": VOCAB_SIZE,
    "n_layer": 3,
    "n_head": 6,
    "n_kv_head": 3,
    "n_embd": 48,
}


def config_of(generation: str, **changes: Any) -> dict[str, Any]:
    """A ``model_config`` such as that generation writes, with some keys changed; None takes a key away."""
    pattern = {} if generation in ("G0", "G1", "G2") else {"window_pattern": "SL"}
    config = {**BASE_CONFIG, **pattern, **changes}
    return {key: value for key, value in config.items() if value is not None}


def padded_rows(generation: str, vocab_size: int) -> int:
    """Rows of the embedding."""
    return vocab_size if generation == "G0" else -(-vocab_size // 64) * 64


def random_weights(generation: str, config: dict[str, Any], seed: int = 0) -> dict[str, torch.Tensor]:
    """Weights that make every part of the model matter, with logits of some size."""
    parsed = NanochatConfig.model_validate(config)
    kind: Generation = GENERATIONS[generation]
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, shape in required_tensors(kind, parsed, padded_rows(generation, parsed.vocab_size)).items():
        noise = torch.randn(shape, generator=generator)
        if name == "resid_lambdas":
            noise = 1.0 + 0.2 * noise
        elif name == "x0_lambdas":
            noise = 0.3 * noise
        elif name.endswith("_lambda"):
            noise = torch.full(shape, 0.6)
        elif name == "lm_head.weight":
            noise = 0.7 * noise
        elif ".attn.c_" in name or ".mlp." in name:
            noise *= 1.3 / shape[1] ** 0.5
        weights[name] = noise
    return weights


def write_nanochat_checkpoint(
    folder: Path,
    generation: str = "G7",
    *,
    step: int = 10,
    seed: int = 0,
    tokenizer: bool = True,
    **changes: Any,
) -> Path:
    """Write a random checkpoint whose configuration is the base one with some keys changed."""
    config = config_of(generation, **changes)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(random_weights(generation, config, seed), folder / f"model_{step:06}.pt")
    document = {
        "step": step,
        "val_bpb": 1.25,
        "model_config": config,
        "loop_state": {"min_val_bpb": float("inf")},
    }
    (folder / f"meta_{step:06}.json").write_text(json.dumps(document), encoding="utf-8")
    if tokenizer:
        write_tokenizer(folder / "tokenizer" / "tokenizer.pkl")
    return folder


def tokenizer_state(**changes: Any) -> dict[str, Any]:
    """The state of a small tokenizer, with some keys changed."""
    tokens = [bytes([byte]) for byte in range(256)] + list(MERGES)
    return {
        "name": "rustbpe",
        "pat_str": KNOWN_PATTERN,
        "mergeable_ranks": {token: rank for rank, token in enumerate(tokens)},
        "special_tokens": {token: len(tokens) + i for i, token in enumerate(SPECIAL)},
        **changes,
    }


def write_tokenizer(path: Path, **changes: Any) -> Path:
    """Write a tokenizer as nanochat does: tiktoken's own object, pickled."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(tiktoken.Encoding(**tokenizer_state(**changes)), protocol=4))
    return path


def write_state(path: Path, state: object) -> Path:
    """Write the pickle of an Encoding with any state at all, whether tiktoken would take it or not."""
    encoding = tiktoken.Encoding.__new__(tiktoken.Encoding)

    class Pickler(pickle.Pickler):
        def reducer_override(self, found: object) -> Any:
            if found is encoding:
                return copyreg.__newobj__, (tiktoken.Encoding,), state
            return NotImplemented

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        Pickler(file, protocol=4).dump(encoding)
    return path
