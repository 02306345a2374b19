"""The evaluation forward pass of nanochat-rs models.

One function serves whole sequences, prompts and single decoding steps: what a row remembers is the step's to keep.

Shapes: B rows, T new tokens a row, D = dim, H query heads, K key/value heads, E = head width, V = vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import count
from operator import add
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import embedding, silu

from ferrobench.models.engine.network import MemoryShape
from ferrobench.models.engine.rowwise import linear, sigmoid
from ferrobench.models.nanochat_rs.layout import local_blocks
from ferrobench.models.nanochat_rs.ternary_linear import Source, TernaryLinear
from ferrobench.models.nanochat_rs.wave_field import Geometry, WaveField

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferrobench.models.engine.network import Step
    from ferrobench.models.nanochat_rs.config import NanochatRsConfig
    from ferrobench.models.nanochat_rs.layout import BlockPlace

NORM_EPSILON = 1e-6
NUM_STREAMS = 2
# Multipliers of the n-gram hash (unsigned 64-bit), as the trainer has had them since 2026-02-27.
ENGRAM_PRIMES = (
    2654435761, 2246822519, 3266489917, 668265263, 374761393, 2869860233,
    2654435771, 1103515243, 12347, 1664543, 1013904227, 6364136237,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Pass:
    """What all layers of one forward pass share."""

    step: Step
    cosines: Tensor
    sines: Tensor
    """Of the rotary angles of the new tokens, signed as :func:`rotate` takes them, shape (B, T, 1, E)."""
    hashes: Tensor
    """Rows of the engram tables, shape (B, T, tables); empty where no engram is evaluated."""
    resampling: Tensor | None
    """How tokens are laid onto wave fields, shape (T, L); None where wave fields are passed by."""


class NanochatRsNetwork:
    """A model of this format, ready to evaluate. All arithmetic is float32."""

    dtype = torch.float32

    def __init__(self, config: NanochatRsConfig, weights: dict[str, Tensor], device: torch.device) -> None:
        self.config = config
        self.device = device
        source = Source(config=config, weights=weights, device=device)
        places = local_blocks(config)
        num_before = config.loop_config.local_before if config.loop_config else len(places)
        # The trainer prepares the hashes only if a block in `blocks` or `local_before` has an engram. Where only
        # blocks after the loop have one, those are skipped without a word, in training too: so here.
        self._engrams_run = any(place.has_engram for place in places[:num_before])
        # Attentions are numbered in the order of evaluation. Wave fields keep nothing and have no number.
        layers = count()

        def local(some: tuple[BlockPlace, ...]) -> list[_Block | _SharedBlock]:
            return [_Block(source, place, layers, engrams_run=self._engrams_run) for place in some]

        self._blocks = local(places[:num_before])
        if config.loop_config is not None:
            iterations = [next(layers) for _ in range(config.loop_config.loop_count)]
            self._blocks.append(_SharedBlock(source, iterations))
        self._blocks += local(places[num_before:])
        states: dict[str, tuple[tuple[int, ...], torch.dtype]] = {}
        if self._engrams_run:
            # The last tokens of each row, oldest first, for the n-gram hash. Token 0 stands before the start of a text.
            history = max(config.engram_n_gram_orders, default=1) - 1
            states["tokens"] = ((history,), torch.int64)
            for place in places:
                if place.has_engram:
                    states[_engram_state(place)] = (
                        (config.engram_conv_kernel - 1, config.dim),
                        torch.float32,
                    )
        self.memory = MemoryShape(
            layers=next(layers),
            kv_heads=config.n_kv_heads,
            head_width=config.head_dim,
            states=states,
        )
        self._geometry = (
            Geometry(config.max_seq_len, config.wavefield_field_size, device)
            if any(place.has_wave_field for place in places)
            else None
        )
        self._embedding = source.tensor("tok_embed.weight")
        self._final_gain = source.tensor("norm_final.weight")
        self._head = self._embedding if config.weight_tied else source.tensor("lm_head.weight")
        pair = torch.arange(0, config.head_dim, 2, dtype=torch.float32)
        frequencies = 1.0 / torch.pow(
            torch.tensor(config.rope_theta, dtype=torch.float32), pair / config.head_dim
        )
        angles = torch.arange(config.max_seq_len, dtype=torch.float32)[:, None] * frequencies
        self._cosines = torch.cat((angles.cos(), angles.cos()), dim=1).to(device)
        self._sines = torch.cat((-angles.sin(), angles.sin()), dim=1).to(device)

    def forward(self, ids: Tensor, step: Step, *, last_only: bool = False) -> Tensor:
        """Evaluate new tokens.

        Args:
            ids: New tokens, int64, shape (B, T).
            step: What earlier tokens of the B rows left behind, and where the new ones leave theirs.
            last_only: Give the logits of the last new token alone.

        Returns:
            Logits, float32, shape (B, T, V), or (B, 1, V) with *last_only*.
        """
        with torch.inference_mode():
            shared = _Pass(
                step=step,
                cosines=self._cosines[step.positions][:, :, None],
                sines=self._sines[step.positions][:, :, None],
                hashes=self._hash_ngrams(ids, step) if self._engrams_run else torch.empty(0),
                resampling=self._geometry.matrix(ids.shape[1]) if self._geometry and step.whole else None,
            )
            x = embedding(ids, self._embedding)
            streams = (x, x)
            for block in self._blocks:
                streams = block.apply(streams, shared)
            mean = (streams[0] + streams[1]) / NUM_STREAMS
            if last_only:
                mean = mean[:, -1:]
            return linear(rms_norm(mean, self._final_gain), self._head)

    def cap(self, scores: Tensor) -> Tensor:
        """Logits of these models are as they come."""
        return scores

    def _hash_ngrams(self, ids: Tensor, step: Step) -> Tensor:
        """Row of each engram table for each new token, shape (B, T, tables), order-major."""
        config = self.config
        earlier = step.state("tokens")
        window = torch.cat((earlier, ids), dim=1)
        before, new = earlier.shape[1], ids.shape[1]
        rows = []
        for number, order in enumerate(config.engram_n_gram_orders):
            for head in range(config.engram_n_heads):
                j = number * config.engram_n_heads + head
                h = torch.zeros_like(ids)
                for k in range(order):  # oldest token first; int64 wraps around like the trainer's uint64
                    token = window[:, before - order + 1 + k : before - order + 1 + k + new]
                    h = h * ENGRAM_PRIMES[(j + k) % len(ENGRAM_PRIMES)] + token
                rows.append(_unsigned_remainder(h, config.engram_table_size))
        step.keep_state("tokens", window[:, new:])
        return torch.stack(rows, dim=-1)


def _unsigned_remainder(h: Tensor, size: int) -> Tensor:
    """``h mod size`` of the unsigned 64-bit number that *h* stands for: a negative one is h + 2**64."""
    remainder = torch.remainder(h, size)
    return torch.where(h < 0, torch.remainder(remainder + pow(2, 64, size), size), remainder)


def rms_norm(x: Tensor, gain: Tensor) -> Tensor:
    """Scale each vector along the last axis to a root mean square of 1, times the learned gain."""
    return x * torch.rsqrt(x.square().mean(dim=-1, keepdim=True).add_(NORM_EPSILON)) * gain


class _StreamMixer:
    """The two residual streams around one sub-layer ("mHC-lite")."""

    def __init__(self, source: Source, prefix: str) -> None:
        def read(name: str) -> Tensor:
            return source.weights[f"{prefix}.{name}"]

        # Scalars of the model's own type: a Python number would be converted at every use.
        self._pre = torch.sigmoid(read("pre_logits") + read("pre_bias")).to(source.device).unbind()
        self._post = (2.0 * torch.sigmoid(read("post_logits") + read("post_bias"))).tolist()
        self._keep = torch.sigmoid(read("alpha_logit")).item()

    def pre(self, streams: tuple[Tensor, Tensor]) -> Tensor:
        """The sub-layer's input."""
        return torch.addcmul(self._pre[0] * streams[0], self._pre[1], streams[1])

    def post(self, streams: tuple[Tensor, Tensor], y: Tensor) -> tuple[Tensor, Tensor]:
        """First add the sub-layer's output to each stream, then mix the streams: a of one and 1 - a of the other."""
        u0 = torch.add(streams[0], y, alpha=self._post[0])
        u1 = torch.add(streams[1], y, alpha=self._post[1])
        return torch.lerp(u1, u0, self._keep), torch.lerp(u0, u1, self._keep)


class _Attention:
    """Causal attention over the cache; query head h reads key/value head h mod K."""

    def __init__(self, source: Source, prefix: str, *, layers: Sequence[int], rotary: bool) -> None:
        """Read a layer's weights. Each time that it is evaluated in one pass it has another number of *layers*."""
        self._config = source.config
        self._layers = layers
        self._rotary = rotary
        self._qkv = TernaryLinear(source, f"{prefix}.wq", f"{prefix}.wk", f"{prefix}.wv")
        self._out = TernaryLinear(source, f"{prefix}.wo")

    def __call__(self, x: Tensor, shared: _Pass, iteration: int = 0) -> Tensor:
        config = self._config
        batch, new, _ = x.shape
        kv_heads, width = config.n_kv_heads, config.head_dim
        heads = self._qkv(x).view(batch, new, -1, width)
        turning = heads[:, :, : config.n_heads + kv_heads]
        if self._rotary:
            turning = rotate(turning, shared.cosines, shared.sines)
        # Heads in the order (repeat, key/value head): that is h mod K.
        q = turning[:, :, : config.n_heads].view(batch, new, -1, kv_heads, width)
        y = shared.step.attend(
            self._layers[iteration],
            q.transpose(2, 3),
            turning[:, :, config.n_heads :],
            heads[:, :, config.n_heads + kv_heads :],
        )
        return self._out(y.transpose(2, 3).reshape(batch, new, config.dim))


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Rotary positions, half-split: element i turns with element i + E / 2. Shape (B, T, heads, E).

    The first half of *sines* is negated: (a, b) becomes (a cos - b sin, b cos + a sin).
    """
    return torch.addcmul(x * cosines, x.roll(x.shape[-1] // 2, dims=-1), sines)


class _FeedForward:
    """SwiGLU."""

    def __init__(self, source: Source, prefix: str) -> None:
        self._in = TernaryLinear(source, f"{prefix}.w_gate", f"{prefix}.w_up")
        self._down = TernaryLinear(source, f"{prefix}.w_down")

    def __call__(self, x: Tensor) -> Tensor:
        gate, up = self._in.split(x)
        return self._down(silu(gate) * up)


class _Engram:
    """Hashed n-gram memory: what the last few tokens look up, gated, and smoothed over time."""

    def __init__(self, source: Source, prefix: str, *, state: str) -> None:
        config = source.config
        self._state = state
        self._scale = config.dim**0.5
        self._tables = [source.tensor(f"{prefix}.table.{j}") for j in range(config.num_engram_tables)]
        self._kv = TernaryLinear(source, f"{prefix}.w_k", f"{prefix}.w_v")
        self._gate_gain = source.tensor(f"{prefix}.gate_norm.weight")
        self._key_gain = source.tensor(f"{prefix}.key_norm.weight")
        # Tap i reads i tokens back: shape (taps, D), the reverse of torch's convolution.
        self._taps = source.tensor(f"{prefix}.conv_weight")[:, 0].t().contiguous()

    def __call__(self, x: Tensor, shared: _Pass) -> Tensor:
        found = [embedding(shared.hashes[..., j], table) for j, table in enumerate(self._tables)]
        k, v = self._kv.split(torch.cat(found, dim=-1))
        agreement = (rms_norm(x, self._gate_gain) * rms_norm(k, self._key_gain)).sum(dim=-1, keepdim=True)
        z = sigmoid(agreement / self._scale) * v
        window = torch.cat((shared.step.state(self._state), z), dim=1)
        taps, new = self._taps.shape[0], z.shape[1]
        smoothed = reduce(
            add, [self._taps[i] * window[:, taps - 1 - i : taps - 1 - i + new] for i in range(taps)]
        )
        shared.step.keep_state(self._state, window[:, new:])
        return x + smoothed


class _Block:
    """One local block: attention or a wave field (with its engram, if any), then feed-forward."""

    def __init__(
        self, source: Source, place: BlockPlace, layers: Iterator[int], *, engrams_run: bool
    ) -> None:
        prefix = place.prefix
        self._engram: _Engram | None = None
        if place.has_engram and engrams_run:
            self._engram = _Engram(source, f"{prefix}.engram", state=_engram_state(place))
        self._attn_gain = source.tensor(f"{prefix}.norm_attn.weight")
        self._ffn_gain = source.tensor(f"{prefix}.norm_ffn.weight")
        self._attn_mixer = _StreamMixer(source, f"{prefix}.mhc_attn")
        self._ffn_mixer = _StreamMixer(source, f"{prefix}.mhc_ffn")
        self._mixing: _Attention | WaveField
        if place.has_wave_field:
            self._mixing = WaveField(source, f"{prefix}.wavefield")
        else:
            self._mixing = _Attention(source, f"{prefix}.attn", layers=[next(layers)], rotary=True)
        self._ffn = _FeedForward(source, f"{prefix}.ffn")

    def apply(self, streams: tuple[Tensor, Tensor], shared: _Pass) -> tuple[Tensor, Tensor]:
        """Return the streams after this block."""
        if isinstance(self._mixing, _Attention):
            streams = self._attn_mixer.post(streams, self._mixing(self._input(streams, shared), shared))
        elif shared.resampling is not None:
            streams = self._attn_mixer.post(
                streams, self._mixing(self._input(streams, shared), shared.resampling)
            )
        x = self._ffn_mixer.pre(streams)
        return self._ffn_mixer.post(streams, self._ffn(rms_norm(x, self._ffn_gain)))

    def _input(self, streams: tuple[Tensor, Tensor], shared: _Pass) -> Tensor:
        """What the attention or the wave field reads."""
        x = self._attn_mixer.pre(streams)
        if self._engram is not None:
            x = self._engram(x, shared)  # reaches nothing else; the streams do not get it
        return rms_norm(x, self._attn_gain)


class _SharedBlock:
    """LoopLM's shared block: no rotary positions, and gates that mix in what the last iteration found."""

    def __init__(self, source: Source, layers: Sequence[int]) -> None:
        """Of as many iterations as *layers*; each has keys and values of its own."""
        self._iterations = range(len(layers))
        self._attn_gain = source.tensor("shared_loop.norm_attn.weight")
        self._ffn_gain = source.tensor("shared_loop.norm_ffn.weight")
        self._attn_mixer = _StreamMixer(source, "shared_loop.mhc_attn")
        self._ffn_mixer = _StreamMixer(source, "shared_loop.mhc_ffn")
        self._attention = _Attention(source, "shared_loop", layers=layers, rotary=False)
        self._ffn = _FeedForward(source, "shared_loop")
        self._attn_gate = TernaryLinear(source, "shared_loop.g_qk")
        self._ffn_gate = TernaryLinear(source, "shared_loop.g_ffn")

    def apply(self, streams: tuple[Tensor, Tensor], shared: _Pass) -> tuple[Tensor, Tensor]:
        """Return the streams after all iterations."""
        memory: Tensor | None = None
        for iteration in self._iterations:
            streams, memory = self._iterate(streams, memory, iteration, shared)
        return streams

    def _iterate(
        self, streams: tuple[Tensor, Tensor], memory: Tensor | None, iteration: int, shared: _Pass
    ) -> tuple[tuple[Tensor, Tensor], Tensor]:
        """Return the streams and the memory after one iteration."""
        x = rms_norm(self._attn_mixer.pre(streams), self._attn_gain)
        y = self._attention(x, shared, iteration)
        if memory is not None:
            z = sigmoid(self._attn_gate(x))
            y = z * y + (1.0 - z) * memory
        streams = self._attn_mixer.post(streams, y)
        x = rms_norm(self._ffn_mixer.pre(streams), self._ffn_gain)
        f = self._ffn(x)
        if memory is not None:
            z = sigmoid(self._ffn_gate(x))
            f = z * f + (1.0 - z) * memory
        return self._ffn_mixer.post(streams, f), (y + f) / 2.0


def _engram_state(place: BlockPlace) -> str:
    return f"engram.{place.index}"
