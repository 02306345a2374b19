"""The evaluation forward pass of nanochat-rs models, with a key-value cache.

One function serves whole sequences, prompts and single decoding steps. Its arithmetic for a row does not depend on
the other rows, nor on how far the longest of them has come: attention reads the cache in tiles of
:data:`CACHE_TILE` positions, one matrix product each, and adds the tiles up in order, so that a tile which is masked
out adds exactly nothing. Callers that keep the number of rows fixed therefore get the same bits for a row whatever
its neighbours are.

Shapes: B rows, T new tokens a row, D = dim, H query heads, K key/value heads, E = head width, V = vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import embedding, linear, silu

from ferrobench.models.nanochat_rs.quantization import quantize_tokens, ternarize
from ferrobench.models.nanochat_rs.weights import local_blocks

if TYPE_CHECKING:
    from ferrobench.models.nanochat_rs.config import NanochatRsConfig

CACHE_TILE = 128
NORM_EPSILON = 1e-6
NUM_STREAMS = 2
# Multipliers of the n-gram hash (unsigned 64-bit), as the trainer has had them since 2026-02-27.
ENGRAM_PRIMES = (
    2654435761, 2246822519, 3266489917, 668265263, 374761393, 2869860233,
    2654435771, 1103515243, 12347, 1664543, 1013904227, 6364136237,
)  # fmt: skip


class Cache:
    """What earlier tokens left behind for *rows* sequences. Grows as positions are used."""

    def __init__(self, network: NanochatRsNetwork, rows: int) -> None:
        config, device = network.config, network.device
        self.capacity = 0
        # Keys and values side by side, so that new ones are written in one go.
        shape = (network.num_attentions, 2, rows, config.n_kv_heads, 0, config.head_dim)
        self.keys_values = torch.zeros(shape, device=device)
        # The last tokens of each row, oldest first, for the n-gram hash. Token 0 stands before the start of a text.
        history = max(config.engram_n_gram_orders, default=1) - 1
        self.tokens = torch.zeros((rows, history), dtype=torch.int64, device=device)
        # The last inputs of each engram's convolution, oldest first.
        taps = config.engram_conv_kernel - 1
        self.engram_inputs = torch.zeros((network.num_engrams, rows, taps, config.dim), device=device)

    def reserve(self, positions: int) -> None:
        """Make room for *positions* tokens a row, in whole tiles."""
        if positions <= self.capacity:
            return
        capacity = -(-positions // CACHE_TILE) * CACHE_TILE
        self.keys_values = torch.nn.functional.pad(self.keys_values, (0, 0, 0, capacity - self.capacity))
        self.capacity = capacity

    def copy_row(self, row: int, source: Cache, source_row: int, length: int) -> None:
        """Take over one row of another cache that holds *length* tokens."""
        with torch.inference_mode():
            self.reserve(length)
            self.keys_values[:, :, row, :, :length] = source.keys_values[:, :, source_row, :, :length]
            self.tokens[row] = source.tokens[source_row]
            self.engram_inputs[:, row] = source.engram_inputs[:, source_row]


@dataclass(frozen=True, slots=True)
class _Step:
    """What all layers of one forward pass share."""

    cache: Cache
    positions: Tensor
    """Position of each new token in its row, shape (B, T)."""
    rows: Tensor
    """Row numbers, shape (B, 1), to index the cache together with positions."""
    masks: tuple[Tensor, ...]
    """For each cache tile, True where a new token must not look: shape (B, 1, 1, T, CACHE_TILE)."""
    cosines: Tensor
    sines: Tensor
    """Of the rotary angles of the new tokens, signed as :func:`rotate` takes them, shape (B, T, 1, E)."""
    hashes: Tensor
    """Rows of the engram tables, shape (B, T, tables); empty where no engram is evaluated."""


class NanochatRsNetwork:
    """A model of this format, ready to evaluate. All arithmetic is float32."""

    def __init__(self, config: NanochatRsConfig, weights: dict[str, Tensor], device: torch.device) -> None:
        self.config = config
        self.device = device
        source = _Source(config=config, weights=weights, device=device)
        places = local_blocks(config)
        loops = config.loop_config.loop_count if config.loop_config else 0
        num_before = config.loop_config.local_before if config.loop_config else len(places)
        # The trainer prepares the hashes only if a block in `blocks` or `local_before` has an engram. Where only
        # blocks after the loop have one, those are skipped without a word, in training too: so here.
        self._engrams_run = any(place.has_engram for place in places[:num_before])
        blocks: list[_Block] = []
        self.num_engrams = 0
        for number, place in enumerate(places):
            engram = None
            if place.has_engram and self._engrams_run:
                engram = _Engram(source, f"{place.prefix}.engram", cache_index=self.num_engrams)
                self.num_engrams += 1
            cache_index = number if number < num_before else number + loops
            blocks.append(_Block(source, place.prefix, cache_index=cache_index, engram=engram))
        self._before, self._after = blocks[:num_before], blocks[num_before:]
        self._loop = _SharedBlock(source, first_cache=num_before) if config.loop_config else None
        self._loops = loops
        self.num_attentions = len(places) + loops
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

    def new_cache(self, rows: int) -> Cache:
        """Make an empty cache for *rows* sequences."""
        return Cache(self, rows)

    def forward(self, ids: Tensor, cache: Cache, start: Tensor, *, last_only: bool = False) -> Tensor:
        """Evaluate new tokens and remember them in the cache.

        Args:
            ids: New tokens, int64, shape (B, T).
            cache: Of B rows.
            start: Position of the first new token of each row, int64, shape (B,).
            last_only: Give the logits of the last new token alone.

        Returns:
            Logits, float32, shape (B, T, V), or (B, 1, V) with *last_only*.
        """
        with torch.inference_mode():
            step = self._prepare(ids, cache, start)
            x = embedding(ids, self._embedding)
            streams = (x, x)
            for block in self._before:
                streams = block.apply(streams, step)
            if self._loop is not None:
                memory: Tensor | None = None
                for i in range(self._loops):
                    streams, memory = self._loop.apply(streams, memory, i, step)
            for block in self._after:
                streams = block.apply(streams, step)
            mean = (streams[0] + streams[1]) / NUM_STREAMS
            if last_only:
                mean = mean[:, -1:]
            return linear(rms_norm(mean, self._final_gain), self._head)

    def _prepare(self, ids: Tensor, cache: Cache, start: Tensor) -> _Step:
        batch, new = ids.shape
        positions = start[:, None] + torch.arange(new, device=self.device)
        end = int(positions[:, -1].max()) + 1
        cache.reserve(end)
        tile = torch.arange(CACHE_TILE, device=self.device)
        masks = tuple(
            (tile + offset)[None, None, None, None, :] > positions[:, None, None, :, None]
            for offset in range(0, end, CACHE_TILE)
        )
        return _Step(
            cache=cache,
            positions=positions,
            rows=torch.arange(batch, device=self.device)[:, None],
            masks=masks,
            cosines=self._cosines[positions][:, :, None],
            sines=self._sines[positions][:, :, None],
            hashes=self._hash_ngrams(ids, cache) if self._engrams_run else torch.empty(0),
        )

    def _hash_ngrams(self, ids: Tensor, cache: Cache) -> Tensor:
        """Row of each engram table for each new token, shape (B, T, tables), order-major."""
        config = self.config
        window = torch.cat((cache.tokens, ids), dim=1)
        before, new = cache.tokens.shape[1], ids.shape[1]
        rows = []
        for number, order in enumerate(config.engram_n_gram_orders):
            for head in range(config.engram_n_heads):
                j = number * config.engram_n_heads + head
                h = torch.zeros_like(ids)
                for k in range(order):  # oldest token first; int64 wraps around like the trainer's uint64
                    token = window[:, before - order + 1 + k : before - order + 1 + k + new]
                    h = h * ENGRAM_PRIMES[(j + k) % len(ENGRAM_PRIMES)] + token
                rows.append(_unsigned_remainder(h, config.engram_table_size))
        cache.tokens = window[:, new:]
        return torch.stack(rows, dim=-1)


def _unsigned_remainder(h: Tensor, size: int) -> Tensor:
    """``h mod size`` of the unsigned 64-bit number that *h* stands for: a negative one is h + 2**64."""
    remainder = torch.remainder(h, size)
    return torch.where(h < 0, torch.remainder(remainder + pow(2, 64, size), size), remainder)


def rms_norm(x: Tensor, gain: Tensor) -> Tensor:
    """Scale each vector along the last axis to a root mean square of 1, times the learned gain."""
    return x * torch.rsqrt(x.square().mean(dim=-1, keepdim=True).add_(NORM_EPSILON)) * gain


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What layers are built from."""

    config: NanochatRsConfig
    weights: dict[str, Tensor]
    device: torch.device

    def tensor(self, name: str) -> Tensor:
        return self.weights[name].to(self.device)


class _TernaryLinear:
    """One or several ternary linears that read the same input, stacked along their outputs."""

    def __init__(self, source: _Source, *names: str) -> None:
        parts = [ternarize(source.weights[f"{name}.weight"], source.config.group_size) for name in names]
        self._sizes = [part.shape[0] for part in parts]
        self._weight = torch.cat(parts).to(source.device)

    def __call__(self, x: Tensor) -> Tensor:
        return linear(quantize_tokens(x), self._weight)

    def split(self, x: Tensor) -> tuple[Tensor, ...]:
        """The outputs of each."""
        return torch.split_with_sizes(self(x), self._sizes, dim=-1)


class _StreamMixer:
    """The two residual streams around one sub-layer ("mHC-lite")."""

    def __init__(self, source: _Source, prefix: str) -> None:
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

    def __init__(self, source: _Source, prefix: str, *, rotary: bool) -> None:
        self._config = source.config
        self._rotary = rotary
        self._qkv = _TernaryLinear(source, f"{prefix}.wq", f"{prefix}.wk", f"{prefix}.wv")
        self._out = _TernaryLinear(source, f"{prefix}.wo")

    def __call__(self, x: Tensor, step: _Step, cache_index: int) -> Tensor:
        config = self._config
        batch, new, _ = x.shape
        kv_heads, width = config.n_kv_heads, config.head_dim
        repeats = config.n_heads // kv_heads
        heads = self._qkv(x).view(batch, new, -1, width)
        turning = heads[:, :, : config.n_heads + kv_heads]
        if self._rotary:
            turning = rotate(turning, step.cosines, step.sines)
        q, k = turning[:, :, : config.n_heads], turning[:, :, config.n_heads :]
        kept = step.cache.keys_values[cache_index]
        new_pairs = torch.cat((k, heads[:, :, config.n_heads + kv_heads :]), dim=2)
        kept[:, step.rows, :, step.positions] = new_pairs.view(batch, new, 2, kv_heads, width)
        keys, values = kept[0], kept[1]

        # Heads in the order (repeat, key/value head): that is h mod K. All queries of one key head, of all its
        # repeats and new tokens, go through one product: (B, K, repeats * T, E).
        q = q.view(batch, new, repeats, kv_heads, width).permute(0, 3, 2, 1, 4)
        q = q.reshape(batch, kv_heads, repeats * new, width) / width**0.5
        tiles = range(len(step.masks))
        scores = []
        for i in tiles:
            tile = keys[:, :, i * CACHE_TILE : (i + 1) * CACHE_TILE]
            product = torch.matmul(q, tile.transpose(2, 3)).view(batch, kv_heads, repeats, new, CACHE_TILE)
            scores.append(product.masked_fill_(step.masks[i], float("-inf")))
        highest = torch.stack([s.amax(dim=-1, keepdim=True) for s in scores]).amax(dim=0)
        shares = [torch.exp(s.sub_(highest)) for s in scores]
        total = reduce(add, [share.sum(dim=-1, keepdim=True) for share in shares])
        mixed = reduce(
            add,
            [
                torch.matmul(
                    shares[i].view(batch, kv_heads, repeats * new, CACHE_TILE),
                    values[:, :, i * CACHE_TILE : (i + 1) * CACHE_TILE],
                )
                for i in tiles
            ],
        )
        y = mixed.view(batch, kv_heads, repeats, new, width) / total
        return self._out(y.permute(0, 3, 2, 1, 4).reshape(batch, new, config.dim))


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Rotary positions, half-split: element i turns with element i + E / 2. Shape (B, T, heads, E).

    The first half of *sines* is negated: (a, b) becomes (a cos - b sin, b cos + a sin).
    """
    return torch.addcmul(x * cosines, x.roll(x.shape[-1] // 2, dims=-1), sines)


class _FeedForward:
    """SwiGLU."""

    def __init__(self, source: _Source, prefix: str) -> None:
        self._in = _TernaryLinear(source, f"{prefix}.w_gate", f"{prefix}.w_up")
        self._down = _TernaryLinear(source, f"{prefix}.w_down")

    def __call__(self, x: Tensor) -> Tensor:
        gate, up = self._in.split(x)
        return self._down(silu(gate) * up)


class _Engram:
    """Hashed n-gram memory: what the last few tokens look up, gated, and smoothed over time."""

    def __init__(self, source: _Source, prefix: str, *, cache_index: int) -> None:
        config = source.config
        self._cache_index = cache_index
        self._scale = config.dim**0.5
        self._tables = [source.tensor(f"{prefix}.table.{j}") for j in range(config.num_engram_tables)]
        self._kv = _TernaryLinear(source, f"{prefix}.w_k", f"{prefix}.w_v")
        self._gate_gain = source.tensor(f"{prefix}.gate_norm.weight")
        self._key_gain = source.tensor(f"{prefix}.key_norm.weight")
        # Tap i reads i tokens back: shape (taps, D), the reverse of torch's convolution.
        self._taps = source.tensor(f"{prefix}.conv_weight")[:, 0].t().contiguous()

    def __call__(self, x: Tensor, step: _Step) -> Tensor:
        found = [embedding(step.hashes[..., j], table) for j, table in enumerate(self._tables)]
        k, v = self._kv.split(torch.cat(found, dim=-1))
        agreement = (rms_norm(x, self._gate_gain) * rms_norm(k, self._key_gain)).sum(dim=-1, keepdim=True)
        z = torch.sigmoid(agreement / self._scale) * v
        window = torch.cat((step.cache.engram_inputs[self._cache_index], z), dim=1)
        taps, new = self._taps.shape[0], z.shape[1]
        smoothed = reduce(
            add, [self._taps[i] * window[:, taps - 1 - i : taps - 1 - i + new] for i in range(taps)]
        )
        step.cache.engram_inputs[self._cache_index] = window[:, new:]
        return x + smoothed


class _Block:
    """One local block: attention (with its engram, if any), then feed-forward."""

    def __init__(self, source: _Source, prefix: str, *, cache_index: int, engram: _Engram | None) -> None:
        self._cache_index = cache_index
        self._engram = engram
        self._attn_gain = source.tensor(f"{prefix}.norm_attn.weight")
        self._ffn_gain = source.tensor(f"{prefix}.norm_ffn.weight")
        self._attn_mixer = _StreamMixer(source, f"{prefix}.mhc_attn")
        self._ffn_mixer = _StreamMixer(source, f"{prefix}.mhc_ffn")
        self._attention = _Attention(source, f"{prefix}.attn", rotary=True)
        self._ffn = _FeedForward(source, f"{prefix}.ffn")

    def apply(self, streams: tuple[Tensor, Tensor], step: _Step) -> tuple[Tensor, Tensor]:
        """Return the streams after this block."""
        x = self._attn_mixer.pre(streams)
        if self._engram is not None:
            x = self._engram(x, step)  # reaches the attention only; the streams do not get it
        streams = self._attn_mixer.post(
            streams, self._attention(rms_norm(x, self._attn_gain), step, self._cache_index)
        )
        x = self._ffn_mixer.pre(streams)
        return self._ffn_mixer.post(streams, self._ffn(rms_norm(x, self._ffn_gain)))


class _SharedBlock:
    """LoopLM's shared block: no rotary positions, and gates that mix in what the last iteration found."""

    def __init__(self, source: _Source, *, first_cache: int) -> None:
        self._first_cache = first_cache
        self._attn_gain = source.tensor("shared_loop.norm_attn.weight")
        self._ffn_gain = source.tensor("shared_loop.norm_ffn.weight")
        self._attn_mixer = _StreamMixer(source, "shared_loop.mhc_attn")
        self._ffn_mixer = _StreamMixer(source, "shared_loop.mhc_ffn")
        self._attention = _Attention(source, "shared_loop", rotary=False)
        self._ffn = _FeedForward(source, "shared_loop")
        self._attn_gate = _TernaryLinear(source, "shared_loop.g_qk")
        self._ffn_gate = _TernaryLinear(source, "shared_loop.g_ffn")

    def apply(
        self, streams: tuple[Tensor, Tensor], memory: Tensor | None, iteration: int, step: _Step
    ) -> tuple[tuple[Tensor, Tensor], Tensor]:
        """Return the streams and the memory after one iteration. Each iteration has a cache of its own."""
        x = rms_norm(self._attn_mixer.pre(streams), self._attn_gain)
        y = self._attention(x, step, self._first_cache + iteration)
        if memory is not None:
            z = torch.sigmoid(self._attn_gate(x))
            y = z * y + (1.0 - z) * memory
        streams = self._attn_mixer.post(streams, y)
        x = rms_norm(self._ffn_mixer.pre(streams), self._ffn_gain)
        f = self._ffn(x)
        if memory is not None:
            z = torch.sigmoid(self._ffn_gate(x))
            f = z * f + (1.0 - z) * memory
        return self._ffn_mixer.post(streams, f), (y + f) / 2.0
