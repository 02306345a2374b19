"""Tokens per second of our decoding against nanochat's own engine and Hugging Face, on the same weights, in one run.

What is measured: 32 samples of 128 tokens for each of 16 prompts, temperature 0.8, top-k 50, with a random model of 17 M
parameters in the first architecture of nanochat, which transformers knows too. End tokens are ignored, so every sample has
its 128 tokens.

- *ours*: all prompts and samples at once, each prompt's keys and values once.
- *nanochat's engine*: one prompt at a time; evaluated once, its cache copied to 32 rows, then a token a row and step. Our
  own rendering of what that engine does, spared what it wastes. It has to be at least 1.2 times as fast as
  Hugging Face with the same rows, so that it is no straw man.
- *Hugging Face*: ``generate`` of transformers' ``NanoChatForCausalLM``, one prompt at a time with 32 samples, or four
  prompts, padded, with 128 rows at once: the faster counts.

The other ways draw for every fourth prompt only: their tokens per second do not depend on how many there are.

Each way runs with 1 and 2 threads and counts with its better figure. Beside tokens per second stand the products of the
model and the bytes that a step must read, as shares of what a plain product of matrices and a plain copy reach in the
same run. Machines are noisy: read the ratios, which come from one run, and not the absolute figures.

    python -m benchmarks.engine_speed
    python -m benchmarks.engine_speed --prompt-tokens 128     # as long as HumanEval's
    python -m benchmarks.engine_speed --device cuda --layers 12 --width 768

The last line of stdout is one JSON document.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

# As `ferrobench run` sets it; read when torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from torch.nn.functional import embedding, linear, rms_norm, scaled_dot_product_attention

from ferrobench.models import CompletionRequest, SamplingSettings, demo_checkpoint, derive_seed
from ferrobench.models.decoding import Decoder
from ferrobench.models.nanochat.config import NanochatConfig
from ferrobench.models.nanochat.generations import G0
from ferrobench.models.nanochat.network import NanochatNetwork
from ferrobench.models.tokenizer import TextTokenizer
from ferrobench.prompts import load_suite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

SAMPLES = 32
TOKENS = 128
VOCABULARY = 8192
CONTEXT = 512
TOP_K = 50
TEMPERATURE = 0.8
THREADS = (1, 2)
TARGET_ENGINE = 2.5
TARGET_HUGGING_FACE = 3.0
FAIR_BASELINE = 1.2
_PADDED_PROMPTS = 4
_EVERY = 4


@dataclass(frozen=True, slots=True)
class Size:
    """Of the model."""

    layers: int
    width: int
    heads: int

    @property
    def parameters(self) -> int:
        """All of them."""
        return 2 * VOCABULARY * self.width + self.matrix_parameters

    @property
    def matrix_parameters(self) -> int:
        """Those of the layers' products."""
        return 12 * self.layers * self.width**2

    @property
    def flops_per_token(self) -> int:
        """Two for each weight that a token is multiplied with; attention left out, which is little here."""
        return 2 * (self.matrix_parameters + VOCABULARY * self.width)

    def bytes_per_step(self, rows: int, prompt_tokens: int, prompts: int) -> float:
        """What a step must read at least: every weight once, every prompt once, each row's own tokens; float32."""
        kept = 2 * self.layers * self.width
        own = rows * kept * TOKENS / 2
        return 4.0 * (self.matrix_parameters + VOCABULARY * self.width + own + prompts * prompt_tokens * kept)


def main() -> None:
    """Measure all ways and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--device", default="cpu")
    parser.add_argument(
        "--prompt-tokens",
        type=int,
        help="length of every prompt; default: the seed suite's prompts as they are",
    )
    parser.add_argument("--threads", type=int, nargs="+", default=list(THREADS))
    parser.add_argument("--repeats", type=int, default=1, help="of everything; the best of each way counts")
    arguments = parser.parse_args()
    size = Size(arguments.layers, arguments.width, arguments.width // 64)
    device = torch.device(arguments.device)
    on_cuda = device.type == "cuda"
    weights = random_weights(size)
    tokenizer = TextTokenizer(demo_checkpoint().folder.parent / "tokenizer.json", VOCABULARY)
    prompts = [tokenizer.encode(prompt.text) for prompt in load_suite("seed").prompts]
    if arguments.prompt_tokens is not None:
        prompts = [lengthen(prompts, number, arguments.prompt_tokens) for number in range(len(prompts))]

    dtype = torch.bfloat16 if on_cuda else torch.float32
    network = NanochatNetwork(nanochat_config(size), G0, weights, device=device, dtype=dtype)
    plain = PlainModel(size, weights, device, dtype)
    hugging_face = hugging_face_model(size, weights, device, dtype)
    best: dict[str, float] = {}
    peaks = {"flops": 0.0, "bytes": 0.0}
    for _ in range(arguments.repeats):
        for threads in arguments.threads[:1] if on_cuda else arguments.threads:
            torch.set_num_threads(threads)
            peaks["flops"] = max(peaks["flops"], matmul_rate(device, dtype))
            peaks["bytes"] = max(peaks["bytes"], copy_rate(device))
            ways: dict[str, Callable[[Sequence[Sequence[int]], int], int]] = {
                "ours": lambda chosen, tokens: draw_ours(network, tokenizer, chosen, tokens),
                "nanochat's engine": lambda chosen, tokens: draw_as_engine(plain, chosen, tokens),
                "Hugging Face, prompt by prompt": lambda chosen, tokens: draw_hugging_face(
                    hugging_face, chosen, tokens, at_once=1
                ),
                "Hugging Face, padded batch": lambda chosen, tokens: draw_hugging_face(
                    hugging_face, chosen, tokens, at_once=_PADDED_PROMPTS
                ),
            }
            for name, way in ways.items():
                way(prompts[:2], 4)  # warm up
                started = time.perf_counter()
                drawn = way(prompts if name == "ours" else prompts[::_EVERY], TOKENS)
                if on_cuda:
                    torch.cuda.synchronize()
                rate = drawn / (time.perf_counter() - started)
                best[name] = max(best.get(name, 0.0), rate)
                print(f"{threads} thread(s): {name:32} {rate:9.0f} tokens/s", flush=True)
    report(size, best, peaks, [len(prompt) for prompt in prompts], arguments.device)


def report(
    size: Size, best: dict[str, float], peaks: dict[str, float], lengths: list[int], device: str
) -> None:
    """Print what was found, for people and for programs."""
    rows = SAMPLES * len(lengths)
    ours = best["ours"]
    hugging_face = max(rate for name, rate in best.items() if name.startswith("Hugging"))
    same_rows = best["Hugging Face, prompt by prompt"]
    engine = best["nanochat's engine"]
    flops = ours * size.flops_per_token
    traffic = ours / rows * size.bytes_per_step(rows, sum(lengths) // len(lengths), len(lengths))
    print(f"{size.parameters / 1e6:.1f} M parameters, prompts of {min(lengths)} to {max(lengths)} tokens")
    print(f"ours / nanochat's engine:         {ours / engine:5.2f} (target: {TARGET_ENGINE})")
    print(f"ours / Hugging Face, prompt by prompt: {ours / same_rows:5.2f} (target: {TARGET_HUGGING_FACE})")
    print(f"ours / Hugging Face at its best:  {ours / hugging_face:5.2f}")
    print(
        f"nanochat's engine / Hugging Face, prompt by prompt: {engine / same_rows:5.2f} (fair from {FAIR_BASELINE})"
    )
    print(
        f"ours: {flops / 1e9:.1f} GFLOP/s in the model's products, {100 * flops / peaks['flops']:.0f} % of a plain "
        f"product's {peaks['flops'] / 1e9:.1f}; at least {traffic / 1e9:.2f} GB/s read, "
        f"{100 * traffic / peaks['bytes']:.0f} % of a plain copy's {peaks['bytes'] / 1e9:.1f}"
    )
    print(
        json.dumps(
            {
                "device": device,
                "parameters": size.parameters,
                "samples": rows,
                "tokens_per_sample": TOKENS,
                "tokens_per_second": best,
                "ratio_engine": ours / engine,
                "ratio_hugging_face": ours / same_rows,
                "ratio_hugging_face_best": ours / hugging_face,
                "engine_over_hugging_face": engine / same_rows,
                "share_of_matmul": flops / peaks["flops"],
                "share_of_copy": traffic / peaks["bytes"],
            }
        )
    )


def nanochat_config(size: Size) -> NanochatConfig:
    """The model's configuration, as a checkpoint states it."""
    return NanochatConfig(
        sequence_len=CONTEXT,
        vocab_size=VOCABULARY,
        n_layer=size.layers,
        n_head=size.heads,
        n_kv_head=size.heads,
        n_embd=size.width,
        window_pattern="L",
    )


def lengthen(prompts: Sequence[Sequence[int]], number: int, length: int) -> list[int]:
    """A prompt of so many tokens: one of *prompts*, behind as much of the others as is needed."""
    before = [token for other in (*prompts[number + 1 :], *prompts[:number]) for token in other]
    return [*before * (length // len(before) + 1), *prompts[number]][-length:]


def random_weights(size: Size) -> dict[str, Tensor]:
    """Random weights of a lively scale, so that draws differ."""
    generator = torch.Generator().manual_seed(0)
    d = size.width

    def draw(rows: int, columns: int, scale: float) -> Tensor:
        return torch.randn((rows, columns), generator=generator) * scale / math.sqrt(columns)

    weights = {
        "transformer.wte.weight": draw(VOCABULARY, d, math.sqrt(d)),
        "lm_head.weight": draw(VOCABULARY, d, 3.0),
    }
    for i in range(size.layers):
        for name in ("c_q", "c_k", "c_v", "c_proj"):
            weights[f"transformer.h.{i}.attn.{name}.weight"] = draw(d, d, 1.0)
        weights[f"transformer.h.{i}.mlp.c_fc.weight"] = draw(4 * d, d, 1.0)
        weights[f"transformer.h.{i}.mlp.c_proj.weight"] = draw(d, 4 * d, 0.5)
    return weights


def draw_ours(
    network: NanochatNetwork, tokenizer: TextTokenizer, prompts: Sequence[Sequence[int]], tokens: int
) -> int:
    """Draw all samples our way; return the number of tokens."""
    texts = {f"prompt {number}": list(ids) for number, ids in enumerate(prompts)}
    decoder = Decoder(
        network,
        _Silent(tokenizer),
        encode=texts.__getitem__,
        context_length=CONTEXT,
        settings=SamplingSettings(temperature=TEMPERATURE, top_k=TOP_K, max_tokens=tokens),
        batch_size=None,
        end_ids=(),
        lanes=torch.get_num_threads(),
    )
    requests = [
        CompletionRequest(key=0, prompt=text, seed=derive_seed(0, text, index))
        for text in texts
        for index in range(SAMPLES)
    ]
    return sum(getattr(answer, "token_count", 0) for _, answer in decoder.complete(requests))


class _Silent:
    """A tokenizer of which only the decoding of tokens it does not know is left out."""

    def __init__(self, tokenizer: TextTokenizer) -> None:
        self._known = VOCABULARY - len(tokenizer.undefined_ids)
        self._tokenizer = tokenizer
        self.undefined_ids: tuple[int, ...] = ()

    def decode(self, ids: Sequence[int]) -> str:
        return self._tokenizer.decode([i for i in ids if i < self._known])

    def decode_completion(self, prompt_ids: Sequence[int], new_ids: Sequence[int]) -> str:
        return self.decode(new_ids)


class PlainModel:
    """nanochat's first architecture as its engine runs it, with a cache of fixed size."""

    def __init__(
        self, size: Size, weights: dict[str, Tensor], device: torch.device, dtype: torch.dtype
    ) -> None:
        """Take the weights as they are."""
        self.size = size
        self.device, self.dtype = device, dtype
        self._weights = {name: tensor.to(device, dtype) for name, tensor in weights.items()}
        pair = torch.arange(0, 64, 2, dtype=torch.float32)
        angles = torch.outer(torch.arange(CONTEXT, dtype=torch.float32), 1.0 / 10_000.0 ** (pair / 64))
        self._cosines = angles.cos().bfloat16().to(device, dtype)
        self._sines = angles.sin().bfloat16().to(device, dtype)

    def forward(self, ids: Tensor, cache: Tensor, start: int) -> Tensor:
        """Logits of the last token; *cache* has shape (layers, 2, rows, heads, length, 64)."""
        rows, new = ids.shape
        end = start + new
        x = rms_norm(embedding(ids, self._weights["transformer.wte.weight"]), (self.size.width,))
        cosines, sines = self._cosines[start:end, None], self._sines[start:end, None]
        for i in range(self.size.layers):
            prefix = f"transformer.h.{i}"
            a = rms_norm(x, (self.size.width,))
            q, k, v = (
                linear(a, self._weights[f"{prefix}.attn.{name}.weight"]).view(rows, new, self.size.heads, 64)
                for name in ("c_q", "c_k", "c_v")
            )
            q, k = (rms_norm(self._rotate(y, cosines, sines), (64,)) for y in (q, k))
            cache[i, 0, :, :, start:end] = k.transpose(1, 2)
            cache[i, 1, :, :, start:end] = v.transpose(1, 2)
            mixed = scaled_dot_product_attention(
                q.transpose(1, 2), cache[i, 0, :, :, :end], cache[i, 1, :, :, :end], is_causal=new > 1
            )
            mixed = mixed.transpose(1, 2).reshape(rows, new, self.size.width)
            x = x + linear(mixed, self._weights[f"{prefix}.attn.c_proj.weight"])
            inner = linear(rms_norm(x, (self.size.width,)), self._weights[f"{prefix}.mlp.c_fc.weight"])
            x = x + linear(inner.relu().square(), self._weights[f"{prefix}.mlp.c_proj.weight"])
        logits = linear(rms_norm(x[:, -1], (self.size.width,)), self._weights["lm_head.weight"]).float()
        return 15.0 * torch.tanh(logits / 15.0)

    @staticmethod
    def _rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        first, second = x.chunk(2, dim=-1)
        return torch.cat((first * cosines + second * sines, second * cosines - first * sines), dim=-1)


def draw_as_engine(model: PlainModel, prompts: Sequence[Sequence[int]], tokens: int) -> int:
    """Draw all samples as nanochat's engine does; return the number of tokens."""
    generator = torch.Generator(device=model.device).manual_seed(0)
    drawn = 0
    with torch.inference_mode():
        for prompt in prompts:
            shape = (model.size.layers, 2, 1, model.size.heads, len(prompt) + tokens, 64)
            cache = torch.zeros(shape, dtype=model.dtype, device=model.device)
            logits = model.forward(torch.tensor([list(prompt)], device=model.device), cache, 0)
            cache = cache.expand(-1, -1, SAMPLES, -1, -1, -1).clone()
            logits = logits.expand(SAMPLES, -1)
            rows: list[list[int]] = [[] for _ in range(SAMPLES)]
            for step in range(tokens):
                values, candidates = torch.topk(logits, TOP_K, dim=1)
                shares = torch.softmax(values / TEMPERATURE, dim=1)
                chosen = candidates.gather(1, torch.multinomial(shares, 1, generator=generator))
                for row, token in zip(rows, chosen[:, 0].tolist(), strict=True):
                    row.append(token)
                if step + 1 < tokens:
                    logits = model.forward(chosen, cache, len(prompt) + step)
            drawn += sum(len(row) for row in rows)
    return drawn


def hugging_face_model(
    size: Size, weights: dict[str, Tensor], device: torch.device, dtype: torch.dtype
) -> Any:
    """The same weights in transformers' class."""
    from transformers import NanoChatConfig, NanoChatForCausalLM

    config = NanoChatConfig(
        vocab_size=VOCABULARY,
        hidden_size=size.width,
        intermediate_size=4 * size.width,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        num_key_value_heads=size.heads,
        max_position_embeddings=CONTEXT,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=0,
    )
    model: Any = NanoChatForCausalLM(config)
    names = {
        "attn.c_q": "self_attn.q_proj",
        "attn.c_k": "self_attn.k_proj",
        "attn.c_v": "self_attn.v_proj",
        "attn.c_proj": "self_attn.o_proj",
        "mlp.c_fc": "mlp.fc1",
        "mlp.c_proj": "mlp.fc2",
    }
    state = {
        "model.embed_tokens.weight": weights["transformer.wte.weight"],
        "lm_head.weight": weights["lm_head.weight"],
    }
    for i in range(size.layers):
        for ours, theirs in names.items():
            state[f"model.layers.{i}.{theirs}.weight"] = weights[f"transformer.h.{i}.{ours}.weight"]
    model.load_state_dict(state, strict=True)
    return model.eval().to(device, dtype)


def draw_hugging_face(model: Any, prompts: Sequence[Sequence[int]], tokens: int, *, at_once: int) -> int:
    """Draw all samples with ``generate``, so many prompts at once, padded on the left; return the number of tokens."""
    torch.manual_seed(0)
    drawn = 0
    with torch.inference_mode():
        for first in range(0, len(prompts), at_once):
            chosen = prompts[first : first + at_once]
            longest = max(len(prompt) for prompt in chosen)
            ids = torch.tensor([[0] * (longest - len(prompt)) + list(prompt) for prompt in chosen])
            mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in chosen])
            out = model.generate(
                ids.to(model.device),
                attention_mask=mask.to(model.device),
                do_sample=True,
                temperature=TEMPERATURE,
                top_k=TOP_K,
                max_new_tokens=tokens,
                num_return_sequences=SAMPLES,
                pad_token_id=0,
                eos_token_id=None,
            )
            drawn += out.shape[0] * (out.shape[1] - longest)
    return drawn


def matmul_rate(device: torch.device, dtype: torch.dtype) -> float:
    """FLOP/s of a plain product of two large matrices."""
    a = torch.randn((2048, 2048), device=device).to(dtype)
    seconds = _best_time(lambda: a @ a, device)
    return 2 * 2048**3 / seconds


def copy_rate(device: torch.device) -> float:
    """Bytes/s that a plain copy reads and writes."""
    a = torch.zeros(64 * 2**20, device=device)
    b = torch.zeros_like(a)
    return 2 * a.numel() * 4 / _best_time(lambda: b.copy_(a), device)


def _best_time(operation: Callable[[], Tensor], device: torch.device) -> float:
    best = math.inf
    for _ in range(5):
        started = time.perf_counter()
        operation()
        if device.type == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - started)
    return best


if __name__ == "__main__":
    main()
