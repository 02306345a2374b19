"""The trainable form of a plain nanochat-rs model: ternary linears, two residual streams, tied output matrix.

The maths is that of the evaluation in ``ferrobench.models``, which loads what is trained here; the two share no
code, so that their agreement on a checkpoint is a check of both. The gradient of a ternary linear is the
straight-through estimate: the quantised weight and input stand in for the real ones in the backward pass too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

NORM_EPSILON = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """The shape of the model, under the names that ``meta.json`` uses."""

    vocab_size: int = 1024
    dim: int = 128
    n_layers: int = 6
    n_heads: int = 4
    ffn_mult: float = 2.6875
    group_size: int = 128
    max_seq_len: int = 512
    rope_theta: float = 10000.0

    @property
    def head_dim(self) -> int:
        return self.dim // self.n_heads

    @property
    def ffn_dim(self) -> int:
        """``dim * ffn_mult``, rounded up to whole quantisation groups."""
        return math.ceil(int(self.dim * self.ffn_mult) / self.group_size) * self.group_size


def quantize_weight(weight: Tensor, group_size: int) -> Tensor:
    """Round each group of the flattened weight to -s, 0 or s, where s is the group's mean magnitude."""
    groups = weight.reshape(-1, group_size)
    scale = groups.abs().mean(dim=1, keepdim=True).clamp(min=1e-8)
    return ((groups / scale).round().clamp(-1, 1) * scale).reshape(weight.shape)


def quantize_input(x: Tensor) -> Tensor:
    """Round each token's vector to 255 levels of its own largest magnitude."""
    largest = x.abs().amax(dim=-1, keepdim=True).clamp(min=1e-8)
    # The factors are formed as the format's evaluation forms them: another order of rounding flips levels.
    return (x * (127.0 * largest.reciprocal())).round().clamp(-127, 127) * (largest * (1.0 / 127.0))


class _StraightThroughLinear(torch.autograd.Function):
    """A product of quantised input and quantised weight whose rounding is invisible to the gradient."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, group_size: int) -> Tensor:
        x_quantized = quantize_input(x)
        weight_quantized = quantize_weight(weight, group_size)
        ctx.save_for_backward(x_quantized, weight_quantized)
        return functional.linear(x_quantized, weight_quantized)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None]:
        x_quantized, weight_quantized = ctx.saved_tensors
        (grad,) = grads
        grad_weight = grad.reshape(-1, grad.shape[-1]).t() @ x_quantized.reshape(-1, x_quantized.shape[-1])
        return grad @ weight_quantized, grad_weight, None


class TernaryLinear(nn.Module):
    """A linear map whose full-precision weight is only ever used rounded."""

    def __init__(self, in_features: int, out_features: int, group_size: int, init_std: float) -> None:
        super().__init__()
        self.group_size = group_size
        self.weight = nn.Parameter(torch.randn(out_features, in_features) * init_std)

    def forward(self, x: Tensor) -> Tensor:
        return cast("Tensor", _StraightThroughLinear.apply(x, self.weight, self.group_size))  # type: ignore[no-untyped-call]  # torch leaves apply untyped


class Norm(nn.Module):
    """RMSNorm with a gain."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        return functional.rms_norm(x, (x.shape[-1],), self.weight, NORM_EPSILON)


class StreamMixer(nn.Module):
    """How one sub-layer reads from the two residual streams and writes back to them."""

    def __init__(self) -> None:
        super().__init__()
        # Nearly the identity at first: the streams hardly mix, and differ only through the reading bias.
        self.alpha_logit = nn.Parameter(torch.tensor([4.0]))
        self.pre_logits = nn.Parameter(torch.zeros(2))
        self.pre_bias = nn.Parameter(torch.tensor([0.5, -0.5]))
        self.post_logits = nn.Parameter(torch.zeros(2))
        self.post_bias = nn.Parameter(torch.zeros(2))

    def read(self, first: Tensor, second: Tensor) -> Tensor:
        weights = torch.sigmoid(self.pre_logits + self.pre_bias)
        return weights[0] * first + weights[1] * second

    def write(self, first: Tensor, second: Tensor, update: Tensor) -> tuple[Tensor, Tensor]:
        gains = 2 * torch.sigmoid(self.post_logits + self.post_bias)
        keep = torch.sigmoid(self.alpha_logit)
        first, second = first + gains[0] * update, second + gains[1] * update  # add, and only then mix
        return keep * first + (1 - keep) * second, (1 - keep) * first + keep * second


class Attention(nn.Module):
    """Causal attention with rotated queries and keys."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.num_heads = config.n_heads
        std = 1 / math.sqrt(config.dim)
        self.wq = TernaryLinear(config.dim, config.dim, config.group_size, std)
        self.wk = TernaryLinear(config.dim, config.dim, config.group_size, std)
        self.wv = TernaryLinear(config.dim, config.dim, config.group_size, std)
        self.wo = TernaryLinear(
            config.dim, config.dim, config.group_size, std / math.sqrt(2 * config.n_layers)
        )

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, length, dim = x.shape

        def heads(y: Tensor) -> Tensor:
            return y.view(batch, length, self.num_heads, dim // self.num_heads).transpose(1, 2)

        query = _rotate(heads(self.wq(x)), cos, sin)
        key = _rotate(heads(self.wk(x)), cos, sin)
        mixed = functional.scaled_dot_product_attention(query, key, heads(self.wv(x)), is_causal=True)
        return cast("Tensor", self.wo(mixed.transpose(1, 2).reshape(batch, length, dim)))


class FeedForward(nn.Module):
    """SwiGLU."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.w_gate = TernaryLinear(config.dim, config.ffn_dim, config.group_size, 1 / math.sqrt(config.dim))
        self.w_up = TernaryLinear(config.dim, config.ffn_dim, config.group_size, 1 / math.sqrt(config.dim))
        down_std = 1 / math.sqrt(config.ffn_dim) / math.sqrt(2 * config.n_layers)
        self.w_down = TernaryLinear(config.ffn_dim, config.dim, config.group_size, down_std)

    def forward(self, x: Tensor) -> Tensor:
        return cast("Tensor", self.w_down(functional.silu(self.w_gate(x)) * self.w_up(x)))


class Block(nn.Module):
    """Attention and feed-forward, each reading from and writing to both streams."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.norm_attn = Norm(config.dim)
        self.norm_ffn = Norm(config.dim)
        self.mhc_attn = StreamMixer()
        self.mhc_ffn = StreamMixer()
        self.attn = Attention(config)
        self.ffn = FeedForward(config)

    def forward(self, first: Tensor, second: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
        update = self.attn(self.norm_attn(self.mhc_attn.read(first, second)), cos, sin)
        first, second = self.mhc_attn.write(first, second, update)
        update = self.ffn(self.norm_ffn(self.mhc_ffn.read(first, second)))
        return self.mhc_ffn.write(first, second, update)


class DemoModel(nn.Module):
    """The whole model; its ``state_dict`` has exactly the tensor names of the checkpoint format."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.tok_embed = nn.Embedding(config.vocab_size, config.dim)
        nn.init.normal_(self.tok_embed.weight, std=0.05)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.n_layers))
        self.norm_final = Norm(config.dim)

    def forward(self, ids: Tensor) -> Tensor:
        """Logits ``[batch, length, vocab]`` for token ids ``[batch, length]``."""
        cos, sin = _rotation(ids.shape[1], self.config)
        first = second = self.tok_embed(ids)
        for block in self.blocks:
            first, second = block(first, second, cos, sin)
        return functional.linear(self.norm_final((first + second) / 2), self.tok_embed.weight)


def _rotation(length: int, config: ModelConfig) -> tuple[Tensor, Tensor]:
    """Cosines and sines ``[length, head_dim / 2]`` of the position angles."""
    exponents = torch.arange(0, config.head_dim, 2, dtype=torch.float32) / config.head_dim
    angles = torch.arange(length, dtype=torch.float32)[:, None] / config.rope_theta**exponents
    return angles.cos(), angles.sin()


def _rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn each pair (i, i + half) by its position's angle."""
    low, high = x.chunk(2, dim=-1)
    return torch.cat((low * cos - high * sin, low * sin + high * cos), dim=-1)
