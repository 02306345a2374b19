"""The forward pass of nanochat once more, of every generation, in NumPy, token by token and without a cache.

Written from the format's description alone, in the plainest form, for what no recorded example covers. Arithmetic is
float64, but for the rotary angles, which are float32 as in the original: some generations round their cosines coarsely.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

F = np.float32
EPS = 2.0**-23
# base, cos and sin rounded, factor on q and k, softcap, gate channels, gate factor
CONSTANTS: dict[str, tuple[float, bool, float, float, int, float]] = {
    "G0": (10000, True, 1.0, 15, 0, 0),
    "G1": (10000, True, 1.0, 15, 0, 0),
    "G2": (10000, True, 1.0, 15, 0, 0),
    "G3": (10000, True, 1.0, 15, 0, 0),
    "G4": (10000, True, 1.0, 15, 32, 2),
    "G5": (10000, True, 1.0, 20, 32, 2),
    "G6": (100000, False, 1.15, 15, 12, 3),
    "G7": (100000, False, 1.2, 15, 12, 3),
}


class ReferenceNanochat:
    """Evaluates one sequence at a time."""

    def __init__(self, generation: str, config: dict[str, Any], weights: dict[str, Any]) -> None:
        self.g = generation
        self.c = config
        self.w = {name: np.asarray(tensor, dtype=np.float64) for name, tensor in weights.items()}
        self.base, self.rounded, self.factor, self.cap, self.channels, self.gate_factor = CONSTANTS[
            generation
        ]

    def logits(self, ids: list[int]) -> np.ndarray:
        """Logits of one sequence, shape (time, vocab)."""
        c, w = self.c, self.w
        e = rms(w["transformer.wte.weight"][ids])
        x = e.copy()
        if self.g == "G7":
            for t in range(1, len(ids)):
                gate = sigmoid(e[t, :24] @ w["smear_gate.weight"][0])
                x[t] = e[t] + w["smear_lambda"][0] * gate * e[t - 1]
        x0 = x.copy()
        middle = x
        for i in range(c["n_layer"]):
            if self.g >= "G2":
                x = w["resid_lambdas"][i] * x + w["x0_lambdas"][i] * x0
            x = x + self.attention(rms(x), i, ids)
            h = f"transformer.h.{i}.mlp"
            x = x + np.maximum(rms(x) @ w[f"{h}.c_fc.weight"].T, 0) ** 2 @ w[f"{h}.c_proj.weight"].T
            if i == c["n_layer"] // 2:
                middle = x.copy()
        if self.g == "G7":
            x = x - w["backout_lambda"][0] * middle
        found = (rms(x) @ w["lm_head.weight"].T)[:, : c["vocab_size"]]
        return self.cap * np.tanh(found / self.cap)

    def attention(self, a: np.ndarray, i: int, ids: list[int]) -> np.ndarray:
        c, w = self.c, self.w
        time, heads, kv = len(a), c["n_head"], c["n_kv_head"]
        width = c["n_embd"] // heads
        h = f"transformer.h.{i}.attn"
        q = (a @ w[f"{h}.c_q.weight"].T).reshape(time, heads, width)
        k = (a @ w[f"{h}.c_k.weight"].T).reshape(time, kv, width)
        v = (a @ w[f"{h}.c_v.weight"].T).reshape(time, kv, width)
        if self.channels and i % 2 == (c["n_layer"] - 1) % 2:
            ve = w[f"value_embeds.{i}.weight"][ids].reshape(time, kv, width)
            gate = self.gate_factor * sigmoid(a[:, : self.channels] @ w[f"{h}.ve_gate.weight"].T)
            v = v + gate[:, :, None] * ve
        q, k = (rms(self.rotate(y)) * self.factor for y in (q, k))
        window = self.window(i)
        out = np.zeros((time, heads, width))
        for t in range(time):
            first = max(0, t - window)
            for j in range(heads):
                g = j // (heads // kv)
                scores = k[first : t + 1, g] @ q[t, j] / math.sqrt(width)
                share = np.exp(scores - scores.max())
                out[t, j] = share / share.sum() @ v[first : t + 1, g]
        return out.reshape(time, -1) @ w[f"{h}.c_proj.weight"].T

    def window(self, i: int) -> int:
        """How many earlier tokens a layer sees."""
        length = self.c["sequence_len"]
        if self.g in ("G0", "G1", "G2"):
            return 10**9
        pattern = self.c.get("window_pattern", "L").upper()
        if i == self.c["n_layer"] - 1 or pattern[i % len(pattern)] == "L":
            return length
        if self.g in ("G3", "G4", "G5"):
            return length // 2
        part = math.ceil(length / (3 if self.g == "G6" else 4))
        return math.ceil(part / 128) * 128

    def rotate(self, y: np.ndarray) -> np.ndarray:
        width = y.shape[-1]
        half = width // 2
        out = np.empty_like(y)
        for p in range(len(y)):
            for m in range(half):
                angle = F(p) * (F(1) / F(F(self.base) ** F(2 * m / width)))
                cos, sin = np.cos(angle, dtype=F), np.sin(angle, dtype=F)
                if self.rounded:
                    cos, sin = bfloat16(cos), bfloat16(sin)
                u, w = y[p, :, m], y[p, :, m + half]
                out[p, :, m] = u * float(cos) + w * float(sin)
                out[p, :, m + half] = w * float(cos) - u * float(sin)
        return out


def rms(x: np.ndarray) -> np.ndarray:
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPS)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def bfloat16(x: np.float32) -> np.float32:
    """Round to nearest, ties to even."""
    bits = int(np.asarray(x, dtype=F).view(np.uint32))
    bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000
    return np.asarray(bits, dtype=np.uint32).view(F)[()]
