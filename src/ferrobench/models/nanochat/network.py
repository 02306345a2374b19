"""The evaluation forward pass of nanochat models, of every generation.

One function serves whole sequences, prompts and single decoding steps: what a row remembers is the step's to keep. What
depends on nothing but a token's id, its normed embedding among it, is computed once for the whole vocabulary.

Shapes: B rows, T new tokens a row, D = n_embd, H query heads, K key/value heads, E = head width, V = vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import embedding

from ferrobench.models.engine.network import MemoryShape
from ferrobench.models.engine.rowwise import linear, sigmoid
from ferrobench.models.nanochat.generations import (
    EMBEDDING,
    HEAD,
    SMEAR_CHANNELS,
    has_value_embedding,
    window_of,
)

if TYPE_CHECKING:
    from ferrobench.models.engine.network import Step
    from ferrobench.models.nanochat.config import NanochatConfig
    from ferrobench.models.nanochat.generations import Generation

NORM_EPSILON = 2.0**-23
_PREVIOUS = "previous embedding"


class NanochatNetwork:
    """A model of this format, ready to evaluate."""

    def __init__(
        self,
        config: NanochatConfig,
        generation: Generation,
        weights: dict[str, Tensor],
        *,
        device: torch.device,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        """Prepare the weights, which are float32 on the CPU; activations and products have *dtype*."""
        self.config = config
        self.generation = generation
        self.device = device
        self.dtype = dtype
        source = _Source(config, generation, weights, device, dtype)
        self._embeddings = rms_norm(source.vocabulary(EMBEDDING))
        # c tanh(logit / c): the division is done here, the rest is :meth:`cap`.
        self._head = source.vocabulary(HEAD, factor=1.0 / generation.softcap)
        self._turns = _rotary_turns(config, generation).to(device)
        self._layers = [_Layer(source, i) for i in range(config.n_layer)]
        # All layers' side by side, for one look-up a token; with the gates' factor in them.
        tables = [
            source.vocabulary(f"value_embeds.{i}.weight", factor=generation.gate_factor)
            for i in range(config.n_layer)
            if has_value_embedding(generation, config, i)
        ]
        self._value_embeddings = torch.cat(tables, dim=1) if tables else None
        states: dict[str, tuple[tuple[int, ...], torch.dtype]] = {}
        self._smears: Tensor | None = None
        self._backout = 0.0
        if generation.has_smear:
            gates = torch.sigmoid(self._embeddings[:, :SMEAR_CHANNELS] @ source.tensor("smear_gate.weight").T)
            self._smears = gates * source.tensor("smear_lambda")
            self._backout = weights["backout_lambda"].item()
            states[_PREVIOUS] = ((config.n_embd,), dtype)
        self.memory = MemoryShape(
            layers=config.n_layer, kv_heads=config.n_kv_head, head_width=config.head_dim, states=states
        )

    def forward(self, ids: Tensor, step: Step, *, last_only: bool = False) -> Tensor:
        """Evaluate new tokens.

        Args:
            ids: New tokens, int64, shape (B, T).
            step: What earlier tokens of the B rows left behind, and where the new ones leave theirs.
            last_only: Give the logits of the last new token alone.

        Returns:
            Logits before the softcap and divided by it, float32, shape (B, T, V), or (B, 1, V) with *last_only*.
        """
        with torch.inference_mode():
            config = self.config
            x = embedding(ids, self._embeddings)
            if self._smears is not None:
                # Nothing but zeros stands before the first token, which so gets no smear.
                previous = step.state(_PREVIOUS)[:, None]
                if ids.shape[1] > 1:
                    previous = torch.cat((previous, x[:, :-1]), dim=1)
                smeared = torch.addcmul(x, embedding(ids, self._smears), previous)
                step.keep_state(_PREVIOUS, x[:, -1])  # last: it may be written where the old one lies
                x = smeared
            values: list[Tensor] = []
            if self._value_embeddings is not None:
                found = embedding(ids, self._value_embeddings)
                found = found.view(*ids.shape, -1, config.n_kv_head, config.head_dim)
                values = list(found.unbind(2))
            turns = self._turns[step.positions][:, :, None]
            start, middle = x, x
            for i, layer in enumerate(self._layers):
                x = layer.apply(x, start, step, turns, values.pop(0) if layer.has_value_embedding else None)
                if i == config.n_layer // 2:
                    middle = x
            if self._smears is not None:
                x = torch.sub(x, middle, alpha=self._backout)
            if last_only:
                x = x[:, -1:]
            return linear(rms_norm(x), self._head).float()

    @torch.inference_mode()  # what it changes was made in that mode
    def cap(self, scores: Tensor) -> Tensor:
        """Bend what ``forward`` gives so that no logit exceeds the softcap c: c tanh(logit / c)."""
        return torch.tanh(scores).mul_(self.generation.softcap)


@dataclass(frozen=True, slots=True)
class _Source:
    """What a network is built from."""

    config: NanochatConfig
    generation: Generation
    weights: dict[str, Tensor]
    device: torch.device
    dtype: torch.dtype

    def tensor(self, name: str) -> Tensor:
        return self.weights[name].to(self.device, self.dtype)

    def vocabulary(self, name: str, *, factor: float = 1.0) -> Tensor:
        """One row a token, without the rows that only fill up."""
        return (self.weights[name][: self.config.vocab_size] * factor).to(self.device, self.dtype)


class _Layer:
    """Attention, then feed-forward."""

    def __init__(self, source: _Source, number: int) -> None:
        config, generation = source.config, source.generation
        prefix = f"transformer.h.{number}"
        self._config = config
        self._number = number
        self._window = window_of(generation, config, number)
        self._qkv = torch.cat(
            (
                _pair_up(source.tensor(f"{prefix}.attn.c_q.weight"), config.head_dim),
                _pair_up(source.tensor(f"{prefix}.attn.c_k.weight"), config.head_dim),
                source.tensor(f"{prefix}.attn.c_v.weight"),
            )
        )
        self._out = source.tensor(f"{prefix}.attn.c_proj.weight")
        self._expand = source.tensor(f"{prefix}.mlp.c_fc.weight")
        self._contract = source.tensor(f"{prefix}.mlp.c_proj.weight")
        self._lambdas: tuple[float, float] | None = None
        if generation.has_lambdas:
            resid, x0 = source.weights["resid_lambdas"], source.weights["x0_lambdas"]
            self._lambdas = (resid[number].item(), x0[number].item())
        self.has_value_embedding = has_value_embedding(generation, config, number)
        self._gate = source.tensor(f"{prefix}.attn.ve_gate.weight") if self.has_value_embedding else None
        # Queries and keys both have the factor; their products are the same where queries have it twice.
        self._query_factor = generation.qk_factor**2

    def apply(self, x: Tensor, start: Tensor, step: Step, turns: Tensor, values: Tensor | None) -> Tensor:
        """Return the residual stream after this layer; *x* and *start*, the stream before the first, stay as they are."""
        config = self._config
        batch, new, _ = x.shape
        heads, kv_heads, width = config.n_head, config.n_kv_head, config.head_dim
        if self._lambdas is not None:
            x = torch.mul(x, self._lambdas[0]).add_(start, alpha=self._lambdas[1])
        a = rms_norm(x)
        projected = linear(a, self._qkv).view(batch, new, heads + 2 * kv_heads, width)
        qk = rms_norm(rotate(projected[:, :, : heads + kv_heads], turns)).to(x.dtype)
        q, k, v = qk[:, :, :heads], qk[:, :, heads:], projected[:, :, heads + kv_heads :]
        if self._query_factor != 1.0:
            q = q * self._query_factor
        if self._gate is not None and values is not None:
            gates = sigmoid(linear(a[..., : self._gate.shape[1]], self._gate))
            v = torch.addcmul(v, gates[..., None], values)
        q = q.view(batch, new, kv_heads, heads // kv_heads, width)
        mixed = step.attend(self._number, q, k, v, window=self._window)
        x = x + linear(mixed.reshape(batch, new, heads * width), self._out)
        inner = torch.relu_(linear(rms_norm(x), self._expand))
        return x.add_(linear(inner.square_(), self._contract))


def rms_norm(x: Tensor) -> Tensor:
    """Scale each vector along the last axis to a root mean square of 1."""
    return torch.nn.functional.rms_norm(x, (x.shape[-1],), eps=NORM_EPSILON)


def rotate(x: Tensor, turns: Tensor) -> Tensor:
    """Turn pairs of neighbours, shape (B, T, heads, E), by *turns*, complex of shape (B, T, 1, E / 2). Gives float32."""
    pairs = torch.view_as_complex(x.float().view(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * turns).view(x.shape)


def _pair_up(weight: Tensor, width: int) -> Tensor:
    """Reorder outputs so that what turns together stands together.

    nanochat turns output m of a head with output m + E / 2. In another order, the same for queries and keys, their
    products are the same, and one complex multiplication turns a pair: three passes over large tensors less.
    """
    outputs, inputs = weight.shape
    return weight.view(-1, 2, width // 2, inputs).transpose(1, 2).reshape(outputs, inputs)


def _rotary_turns(config: NanochatConfig, generation: Generation) -> Tensor:
    """What each position multiplies its pairs with, complex64, shape (sequence_len, E / 2): a turn by minus the angle."""
    pairs = torch.arange(0, config.head_dim, 2, dtype=torch.float32)
    frequencies = 1.0 / generation.rotary_base ** (pairs / config.head_dim)
    angles = torch.outer(torch.arange(config.sequence_len, dtype=torch.float32), frequencies)
    cosines, sines = angles.cos(), angles.sin()
    if generation.rounds_rotary:
        cosines, sines = cosines.bfloat16().float(), sines.bfloat16().float()
    return torch.complex(cosines, -sines)
