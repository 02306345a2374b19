"""What metrics cost: seconds for a run of 10,000 samples.

The run has 100 prompts and is of the mixed corpus that judging is measured on, at HumanEval's sizes: about a third of the
samples compiles, and nearly all differ. The named baseline is what every sample costs anyway: the seed's figures (lines,
functions, keyword complexity), counted as it is judged. Costly metrics are measured on a tenth of the samples.

    python -m benchmarks.metrics_speed
    python -m benchmarks.metrics_speed --samples 2000 --metrics quality,diversity

The last line of stdout is one JSON document.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import time
from typing import TYPE_CHECKING

from benchmarks.corpus import mixed_corpus, valid_programs
from ferrobench.judging import Compiled, Diagnostic, Judgment, Rejected, Stage
from ferrobench.metrics import measure_code
from ferrobench.metrics.measured import MeasuredRun, MeasuredSample
from ferrobench.metrics.registry import choose_metrics, measure_run
from ferrobench.models import Completion, StopReason
from ferrobench.prompts import JudgeMode, Prompt

if TYPE_CHECKING:
    from ferrobench.metrics.metric import Metric

PROMPTS = 100
COSTLY_SHARE = 10
_ERROR = Diagnostic(
    level="error", code="E0308", message="mismatched types", line=2, column=5, end_line=2, end_column=9, notes=(),
    rendered="error[E0308]: mismatched types",
)  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--metrics", default="all")
    options = parser.parse_args()
    run, counting_seconds = make_run(options.samples)
    characters = sum(len(sample.text) for sample in run.samples) / len(run.samples)
    print(f"{len(run.samples)} samples, {characters:.0f} characters each, {len(run.prompts)} prompts\n")
    print(f"{'metric':14} {'seconds':>9} {'us/sample':>10} {'x the seed figures':>19}")
    print(
        f"{'(seed figures)':14} {counting_seconds:9.2f} {1e6 * counting_seconds / len(run.samples):10.0f} {1:19.2f}"
    )
    seconds: dict[str, float] = {}
    total = 0.0
    for metric in choose_metrics(options.metrics):
        took, count = time_metric(metric, run)
        seconds[metric.name] = took
        each = took / count
        total += 0.0 if metric.costly else took
        ratio = each * len(run.samples) / counting_seconds
        note = f"  costly, on {count} samples" if metric.costly else ""
        print(f"{metric.name:14} {took:9.2f} {1e6 * each:10.0f} {ratio:19.2f}{note}")
    begin = time.perf_counter()
    measure_run(
        MeasuredRun(prompts=run.prompts, samples=run.samples, seed=run.seed),
        choose_metrics("default"),
        jobs=2,
    )
    two = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'all default':14} {total:9.2f}   one after the other, peak memory {peak:.0f} MiB")
    print(f"{'all default':14} {two:9.2f}   as a run on 2 cores computes them\n")
    print(
        json.dumps(
            {
                "samples": len(run.samples),
                "characters": characters,
                "seed_figures_seconds": counting_seconds,
                "seconds": seconds,
                "default_seconds": total,
                "two_processes_seconds": two,
                "peak_mib": peak,
                "machine": platform.processor() or platform.machine(),
            }
        )
    )


def time_metric(metric: Metric, run: MeasuredRun) -> tuple[float, int]:
    """Seconds that a metric takes, and the samples that it was given. Nothing is remembered of another metric's work."""
    samples = run.samples[::COSTLY_SHARE] if metric.costly else run.samples
    fresh = MeasuredRun(prompts=run.prompts, samples=samples, seed=run.seed)
    begin = time.perf_counter()
    metric.measure(fresh)
    return time.perf_counter() - begin, len(samples)


def make_run(count: int) -> tuple[MeasuredRun, float]:
    """A run of so many samples, and the seconds that counting the seed's figures of all of them took."""
    texts = [sample.text for sample in mixed_corpus(0, count)]
    references = valid_programs(1, PROMPTS)
    prompts = [make_prompt(number, references[number]) for number in range(PROMPTS)]
    samples = []
    begin = time.perf_counter()
    codes = [measure_code(text, parses=True) for text in texts]
    counting_seconds = time.perf_counter() - begin
    for number, (text, code) in enumerate(zip(texts, codes, strict=True)):
        prompt = prompts[number * PROMPTS // count]
        compiles = number % 3 == 0
        judgment: Judgment = (
            Compiled(warnings=())
            if compiles
            else Rejected(stage=Stage.TYPECHECK, errors=(_ERROR,), warnings=())
        )
        samples.append(
            MeasuredSample(
                prompt=prompt,
                index=number,
                completion=Completion(
                    text=text,
                    token_count=200,
                    stop_reason=StopReason.STOP if compiles else StopReason.LENGTH,
                    generation_seconds=0.01,
                    latency_seconds=0.1 + number % 17 / 100,
                ),
                text=text,
                program=text,
                strict=judgment,
                extracted=judgment,
                code=code,
            )
        )
    return MeasuredRun(prompts=tuple(prompts), samples=tuple(samples)), counting_seconds


def make_prompt(number: int, reference: str) -> Prompt:
    """A prompt of no text with a reference solution."""
    return Prompt(
        id=f"mixed/{number}", text="", category=f"category {number % 8}", tags=(), judge=JudgeMode.COMPILE, prelude="",
        reference=reference, probes="", tests="", complete=False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
