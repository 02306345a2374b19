"""The nanochat-rs forward pass once more, in NumPy, token by token and without a cache.

Written from the format's description alone, in the plainest form, for what no recorded example covers. It also tells
how close any quantised value came to a rounding boundary: only inputs with some distance can be compared between two
implementations, because float noise may flip a code otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ferrobench.models.nanochat_rs.config import NanochatRsConfig
from tests.support.checkpoints import random_weights

F = np.float32
# Distance from a rounding boundary that float noise between two implementations does not bridge.
SAFE_MARGIN = 1e-4
PRIMES = [
    2654435761, 2246822519, 3266489917, 668265263, 374761393, 2869860233,
    2654435771, 1103515243, 12347, 1664543, 1013904227, 6364136237,
]  # fmt: skip


class ReferenceNetwork:
    """Evaluates one sequence at a time."""

    def __init__(self, config: dict[str, Any], weights: dict[str, Any]) -> None:
        self.c = config
        self.w = {name: np.asarray(tensor, dtype=F) for name, tensor in weights.items()}
        self.margin = 1.0
        """Smallest distance of any quantised input from a rounding boundary, in code units."""

    def logits(self, ids: list[int], *, causal: bool = False) -> np.ndarray:
        """Logits of one sequence, shape (time, vocab); *causal* without its wave fields."""
        c = self.c
        self.causal = causal
        x = self.w["tok_embed.weight"][ids]
        s = [x.copy(), x.copy()]
        loop = c.get("loop_config")
        if loop is None:
            names = [(f"blocks.{i}", i) for i in range(c["n_layers"])]
            for prefix, u in names:
                s = self.block(s, prefix, u, ids)
        else:
            for i in range(loop["local_before"]):
                s = self.block(s, f"local_before.{i}", i, ids)
            memory = None
            for _ in range(loop["loop_count"]):
                s, memory = self.shared(s, memory)
            for i in range(loop["local_after"]):
                s = self.block(s, f"local_after.{i}", loop["local_before"] + 1 + i, ids)
        h = self.norm((s[0] + s[1]) / F(2), "norm_final")
        head = self.w["tok_embed.weight" if c["weight_tied"] else "lm_head.weight"]
        return h @ head.T

    def norm(self, x: np.ndarray, name: str) -> np.ndarray:
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + F(1e-6)) * self.w[f"{name}.weight"]

    def linear(self, x: np.ndarray, name: str) -> np.ndarray:
        w = self.w[f"{name}.weight"]
        g = self.c["group_size"]
        flat = w.ravel()
        out = np.empty_like(flat)
        for start in range(0, len(flat), g):
            group = flat[start : start + g]
            scale = max(F(np.abs(group).sum(dtype=np.float64) / g), F(1e-8))
            out[start : start + g] = np.clip(half_away(group / scale), -1, 1) * scale
        a = np.maximum(np.abs(x).max(-1, keepdims=True), F(1e-8))
        codes = x * (F(127) * (F(1) / a))
        self.margin = min(self.margin, float(np.abs(np.abs(codes) % 1 - 0.5).min()))
        return (np.clip(half_away(codes), -127, 127) * (a * F(1 / 127))) @ out.reshape(w.shape).T

    def pre(self, s: list[np.ndarray], name: str) -> np.ndarray:
        p = sigmoid(self.w[f"{name}.pre_logits"] + self.w[f"{name}.pre_bias"])
        return p[0] * s[0] + p[1] * s[1]

    def post(self, s: list[np.ndarray], y: np.ndarray, name: str) -> list[np.ndarray]:
        r = F(2) * sigmoid(self.w[f"{name}.post_logits"] + self.w[f"{name}.post_bias"])
        a = sigmoid(self.w[f"{name}.alpha_logit"])[0]
        u = [s[0] + r[0] * y, s[1] + r[1] * y]
        return [a * u[0] + (1 - a) * u[1], (1 - a) * u[0] + a * u[1]]

    def attention(self, x: np.ndarray, prefix: str, *, rotary: bool) -> np.ndarray:
        c = self.c
        time, heads, kv = len(x), c["n_heads"], c["n_kv_heads"]
        width = c["dim"] // heads
        q = self.linear(x, f"{prefix}.wq").reshape(time, heads, width)
        k = self.linear(x, f"{prefix}.wk").reshape(time, kv, width)
        v = self.linear(x, f"{prefix}.wv").reshape(time, kv, width)
        if rotary:
            q, k = self.rotate(q), self.rotate(k)
        out = np.zeros((time, heads, width), dtype=F)
        for t in range(time):
            for h in range(heads):
                scores = np.array([q[t, h] @ k[j, h % kv] for j in range(t + 1)]) / np.sqrt(F(width))
                e = np.exp(scores - scores.max())
                out[t, h] = (e / e.sum()) @ v[: t + 1, h % kv]
        return self.linear(out.reshape(time, -1), f"{prefix}.wo")

    def rotate(self, x: np.ndarray) -> np.ndarray:
        width = x.shape[-1]
        half = width // 2
        out = np.empty_like(x)
        for t in range(len(x)):
            for i in range(half):
                angle = F(t) * (F(1) / F(self.c["rope_theta"]) ** F(2 * i / width))
                a, b = x[t, :, i], x[t, :, i + half]
                out[t, :, i] = a * np.cos(angle) - b * np.sin(angle)
                out[t, :, i + half] = a * np.sin(angle) + b * np.cos(angle)
        return out

    def ffn(self, x: np.ndarray, prefix: str) -> np.ndarray:
        gate, up = self.linear(x, f"{prefix}.w_gate"), self.linear(x, f"{prefix}.w_up")
        return self.linear(gate * sigmoid(gate) * up, f"{prefix}.w_down")

    def engram(self, x: np.ndarray, prefix: str, ids: list[int]) -> np.ndarray:
        c = self.c
        parts = []
        for number, order in enumerate(c["engram_n_gram_orders"]):
            for head in range(c["engram_n_heads"]):
                j = number * c["engram_n_heads"] + head
                rows = []
                for t in range(len(ids)):
                    h = 0
                    for k in range(order):
                        at = t - order + 1 + k
                        h = (h * PRIMES[(j + k) % 12] + (ids[at] if at >= 0 else 0)) % 2**64
                    rows.append(h % c["engram_table_size"])
                parts.append(self.w[f"{prefix}.table.{j}"][rows])
        e = np.concatenate(parts, axis=-1)
        k, v = self.linear(e, f"{prefix}.w_k"), self.linear(e, f"{prefix}.w_v")
        dot = (self.norm(x, f"{prefix}.gate_norm") * self.norm(k, f"{prefix}.key_norm")).sum(
            -1, keepdims=True
        )
        z = sigmoid(dot / np.sqrt(F(c["dim"]))) * v
        conv = self.w[f"{prefix}.conv_weight"]
        out = x.copy()
        for t in range(len(ids)):
            for i in range(min(conv.shape[2], t + 1)):
                out[t] += conv[:, 0, i] * z[t - i]
        return out

    def block(self, s: list[np.ndarray], prefix: str, u: int, ids: list[int]) -> list[np.ndarray]:
        c = self.c
        is_wave = self.is_wave_field(u)
        if not (is_wave and self.causal):
            x = self.pre(s, f"{prefix}.mhc_attn")
            loop = c.get("loop_config")
            last_prepared = c["n_layers"] if loop is None else loop["local_before"]
            engrams = set(c.get("engram_layers", ())) if c.get("use_engram") else set()
            if u in engrams and any(layer < last_prepared for layer in engrams):
                x = self.engram(x, f"{prefix}.engram", ids)
            x = self.norm(x, f"{prefix}.norm_attn")
            if is_wave:
                y = self.wave_field(x, f"{prefix}.wavefield")
            else:
                y = self.attention(x, f"{prefix}.attn", rotary=True)
            s = self.post(s, y, f"{prefix}.mhc_attn")
        x = self.pre(s, f"{prefix}.mhc_ffn")
        y = self.ffn(self.norm(x, f"{prefix}.norm_ffn"), f"{prefix}.ffn")
        return self.post(s, y, f"{prefix}.mhc_ffn")

    def is_wave_field(self, u: int) -> bool:
        c = self.c
        ratio, n = F(c.get("wavefield_ratio", 1.0)), c["n_layers"]
        if not c.get("use_wave_field") or ratio <= 0:
            return False
        if ratio >= 1:
            return True
        product = F(n) * ratio
        m = int(product) + (product - int(product) >= 0.5)
        return any(u == min(int((2 * k + 1) * n // (2 * m)), n - 1) for k in range(m))

    def wave_field(self, x: np.ndarray, prefix: str) -> np.ndarray:
        c = self.c
        time, size = len(x), c["wavefield_field_size"]
        heads = c.get("wavefield_n_heads") or c["n_heads"]
        d = c["dim"] // heads
        mode, direct = c.get("wavefield_convolve_mode"), c.get("wavefield_haar_direct", False)
        levels = c.get("wavefield_haar_levels") or int(np.log2(size))
        v = self.linear(x, f"{prefix}.scatter").reshape(time, heads, d)
        g = sigmoid(self.linear(x, f"{prefix}.gate"))
        field = np.zeros((heads, size, d), dtype=F)
        for t in range(time):
            for place, share in self.places(t):
                field[:, place] += share * v[t]
        conv = np.zeros_like(field)
        for h in range(heads):
            if mode == "haar":
                if direct:
                    factors = self.w[f"{prefix}.kernel_haar_coeffs"][h]
                else:
                    factors = haar_forward(self.kernel(prefix, h), levels)
                for channel in range(d):
                    basis = np.array(haar_forward(field[h, :, channel], levels))
                    conv[h, :, channel] = haar_inverse(basis * np.array(factors), levels)
                continue
            kernel = self.kernel(prefix, h)
            for i in range(size):
                for t in range(size):
                    if mode == "fwht":
                        conv[h, t] += field[h, i] * kernel[i ^ t]
                    elif i <= t:
                        conv[h, t] += field[h, i] * kernel[t - i]
        if c.get("wavefield_head_coupling", True):
            logits = self.w[f"{prefix}.coupling_logits"]
            alone = conv.copy()
            for h in range(heads):
                e = np.exp(logits[h] - logits[h].max())
                conv[h] = sum(share * other for share, other in zip(e / e.sum(), alone, strict=True))
        got = np.zeros((time, heads, d), dtype=F)
        for t in range(time):
            for place, share in self.places(t):
                got[t] += share * conv[:, place]
        spread = g.reshape(time, heads, d if direct else 1)
        return self.linear((got * spread).reshape(time, heads * d), f"{prefix}.out")

    def places(self, t: int) -> list[tuple[int, np.float32]]:
        last = F(self.c["wavefield_field_size"] - 1)
        positions = self.c["max_seq_len"]
        stride = last / F(positions - 1) if positions > 1 else F(0)
        p = min(max(F(t) * stride, F(0)), last)
        low = int(np.floor(p))
        if low == last:
            return [(low, F(1))]
        return [(low, F(1) - (p - F(low))), (low + 1, p - F(low))]

    def kernel(self, prefix: str, h: int) -> list[np.float32]:
        omega, alpha, phi = (self.w[f"{prefix}.{name}"][h] for name in ("omega", "alpha_raw", "phi"))
        damping = np.log(F(1) + np.exp(alpha))
        size = self.c["wavefield_field_size"]
        return [np.exp(-damping * F(t)) * np.cos(omega * F(t) + phi) for t in range(size)]

    def shared(self, s: list[np.ndarray], g: np.ndarray | None) -> tuple[list[np.ndarray], np.ndarray]:
        x = self.norm(self.pre(s, "shared_loop.mhc_attn"), "shared_loop.norm_attn")
        y = self.attention(x, "shared_loop", rotary=False)
        if g is not None:
            z = sigmoid(self.linear(x, "shared_loop.g_qk"))
            y = z * y + (1 - z) * g
        s = self.post(s, y, "shared_loop.mhc_attn")
        x = self.norm(self.pre(s, "shared_loop.mhc_ffn"), "shared_loop.norm_ffn")
        f = self.ffn(x, "shared_loop")
        if g is not None:
            z = sigmoid(self.linear(x, "shared_loop.g_ffn"))
            f = z * f + (1 - z) * g
        return self.post(s, f, "shared_loop.mhc_ffn"), (y + f) / F(2)


def safe_example(config: dict[str, Any], ids: list[int]) -> tuple[dict[str, Any], np.ndarray, np.ndarray]:
    """Weights with which no quantised input is near a rounding boundary; logits of all and of the causal evaluation."""
    for seed in range(200):
        weights = random_weights(NanochatRsConfig.model_validate(config), seed)
        reference = ReferenceNetwork(config, weights)
        found = reference.logits(ids), reference.logits(ids, causal=True)
        if reference.margin > SAFE_MARGIN:
            return weights, *found
    raise AssertionError("no seed keeps its distance from rounding boundaries")


def haar_forward(x: Any, levels: int) -> list[Any]:
    out, n = list(x), len(x)
    for _ in range(levels):
        pairs = [(out[2 * i], out[2 * i + 1]) for i in range(n // 2)]
        out[:n] = [a + b for a, b in pairs] + [a - b for a, b in pairs]
        n //= 2
    return out


def haar_inverse(x: Any, levels: int) -> list[Any]:
    out = list(x)
    for level in reversed(range(levels)):
        n = len(out) >> level
        low, high = out[: n // 2], out[n // 2 : n]
        for i in range(n // 2):
            out[2 * i], out[2 * i + 1] = (low[i] + high[i]) / F(2), (low[i] - high[i]) / F(2)
    return out


def sigmoid(x: np.ndarray) -> np.ndarray:
    return F(1) / (F(1) + np.exp(-x))


def half_away(x: np.ndarray) -> np.ndarray:
    whole = np.trunc(x)
    return whole + np.sign(x) * (np.abs(x - whole) >= 0.5)
