"""Small random checkpoints in the nanochat-rs format, with a byte-level tokenizer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from ferrobench.models.nanochat_rs.config import NanochatRsConfig
from ferrobench.models.nanochat_rs.weights import required_tensors

FIXTURES = Path(__file__).parent.parent / "fixtures"
FIXTURE_NAMES = ("plain-n2", "gqa-engram")

# Arbitrary, except that every size differs from the others, so that swapped axes cannot go unnoticed.
BASE_CONFIG: dict[str, Any] = {
    "dim": 32,
    "n_layers": 2,
    "n_heads": 4,
    "n_kv_heads": 2,
    "ffn_mult": 1.3,
    "vocab_size": 300,
    "max_seq_len": 96,
    "group_size": 16,
    "mhc_n_streams": 2,
    "weight_tied": True,
    "rope_theta": 10000.0,
    "loop_config": None,
}


def random_weights(config: NanochatRsConfig, seed: int) -> dict[str, torch.Tensor]:
    """Random weights with the shapes that the configuration implies; gains around 1, the rest around 0."""
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, shape in required_tensors(config).items():
        noise = torch.randn(shape, generator=generator)
        weights[name] = 1.0 + 0.3 * noise if "norm" in name else 0.5 * noise
    return weights


def write_checkpoint(folder: Path, *, seed: int = 0, tokenizer: bool = True, **changes: Any) -> Path:
    """Write a random checkpoint whose configuration is the base one with some keys changed."""
    config = {**BASE_CONFIG, **changes}
    folder.mkdir(parents=True, exist_ok=True)
    weights = random_weights(NanochatRsConfig.model_validate(config), seed)
    save_file(weights, str(folder / "model.safetensors"))
    document = {"version": 1, "config": config, "step": 7, "loss": 2.5}
    (folder / "meta.json").write_text(json.dumps(document), encoding="utf-8")
    if tokenizer:
        write_byte_tokenizer(folder / "tokenizer.json")
    return folder


def write_byte_tokenizer(path: Path, *, size: int = 256, special: tuple[str, ...] = ()) -> Path:
    """Write a byte-level tokenizer without merges: the first *size* bytes of the alphabet, then special tokens."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())[:size]
    tokenizer = Tokenizer(models.BPE(vocab={symbol: i for i, symbol in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(special))
    tokenizer.save(str(path))
    return path
