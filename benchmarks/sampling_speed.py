"""Tokens per second of our decoding against the original tool's way, on the same weights, in one run.

What is measured: drawing 200 tokens for each of 100 samples over the 16 prompts of the seed suite with the demo
checkpoint, end-of-text ignored so that every sample has its 200 tokens. *The original's way* is what its source does:
one sample at a time, and for each token the whole sequence again, without a cache. It runs our own forward pass, so
that only the way differs, and is spared what it wastes (logits of all but the last position). It draws a few samples
only; tokens per second do not depend on how many.

Each way runs with 1 and 2 threads and counts with its better figure. Machines are noisy: read the ratio, which comes
from one run, and not the absolute figures.

    python benchmarks/sampling_speed.py
    python benchmarks/sampling_speed.py --checkpoint checkpoints/stable-v2/step_10000 --baseline-samples 2

The last line of stdout is one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from pathlib import Path
from typing import TYPE_CHECKING

# As `ferrobench run` sets it; read when torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch

from ferrobench.generation import SampleCounts, plan_samples
from ferrobench.models import CompletionRequest, SamplingSettings, demo_checkpoint, find_checkpoint
from ferrobench.models.decoding import Decoder
from ferrobench.models.engine.sequences import Sequences
from ferrobench.models.local import LocalModel, load_checkpoint
from ferrobench.models.sampling import draw_tokens, uniform_stream
from ferrobench.prompts import load_suite

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLES = 100
TOKENS = 200
THREADS = (1, 2)
TARGET = 20.0


def main() -> None:
    """Measure both ways and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--checkpoint", type=Path, help="default: the demo checkpoint")
    parser.add_argument("--baseline-samples", type=int, default=4, help="samples drawn the original's way")
    arguments = parser.parse_args()
    location = find_checkpoint(arguments.checkpoint) if arguments.checkpoint else demo_checkpoint()

    settings = SamplingSettings(max_tokens=TOKENS)
    tasks = plan_samples(load_suite("seed").prompts, SampleCounts(n_samples=SAMPLES), run_seed=0)
    requests = [
        CompletionRequest(key=i, prompt=task.prompt.text, seed=task.seed) for i, task in enumerate(tasks)
    ]
    # One request of every 25th prompt or so, so that short and long prompts take part.
    few = requests[:: max(1, len(requests) // arguments.baseline_samples)][: arguments.baseline_samples]

    ours: dict[int, float] = {}
    original: dict[int, float] = {}
    for threads in THREADS:
        model = load_checkpoint(location, threads=threads)
        draw_batched(model, requests, SamplingSettings(max_tokens=8))  # warm up
        ours[threads] = draw_batched(model, requests, settings)
        draw_one_by_one(model, few[:1], SamplingSettings(max_tokens=8))
        original[threads] = draw_one_by_one(model, few, settings)
        print(
            f"{threads} thread(s): ours {ours[threads]:8.0f} tokens/s, the original's way {original[threads]:6.1f}"
        )
    best, baseline = max(ours.values()), max(original.values())
    ratio = best / baseline
    print(
        f"each at its best: {best:.0f} / {baseline:.1f} = {ratio:.1f} times (target: at least {TARGET:.0f})"
    )
    print(
        json.dumps(
            {
                "checkpoint": location.label,
                "processor": platform.processor() or platform.machine(),
                "samples": SAMPLES,
                "tokens_per_sample": TOKENS,
                "ours_tokens_per_second": ours,
                "original_tokens_per_second": original,
                "ratio": ratio,
            }
        )
    )


def draw_batched(
    model: LocalModel, requests: Sequence[CompletionRequest], settings: SamplingSettings
) -> float:
    """Draw all requests our way; return tokens per second."""
    assert model.tokenizer is not None
    decoder = Decoder(
        model._network,
        model.tokenizer,
        encode=model.tokenizer.encode,
        context_length=model.context_length,
        settings=settings,
        batch_size=None,
        end_ids=(),
    )
    started = time.perf_counter()
    for _ in decoder.complete(requests):
        pass
    return len(requests) * settings.max_tokens / (time.perf_counter() - started)


def draw_one_by_one(
    model: LocalModel, requests: Sequence[CompletionRequest], settings: SamplingSettings
) -> float:
    """Draw the original's way; return tokens per second."""
    assert model.tokenizer is not None
    network = model._network
    started = time.perf_counter()
    for request in requests:
        ids = model.tokenizer.encode(request.prompt)
        uniforms = uniform_stream(request.seed, settings.max_tokens)
        for step in range(settings.max_tokens):
            sequence = Sequences(network, 1, len(ids))
            logits = network.forward(torch.tensor([ids]), sequence, last_only=True)[:, -1]
            values, candidates = torch.topk(logits, settings.top_k, dim=1)
            token = draw_tokens(
                candidates.numpy(), values.numpy(), np.asarray(uniforms[step : step + 1]), settings
            )
            ids.append(int(token[0]))
    return len(requests) * settings.max_tokens / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
