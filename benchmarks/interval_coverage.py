"""How often the 95 % intervals hold the truth, by simulation: for few prompts, few samples, and rates near 0 and 100 %.

For each number of prompts and of samples per prompt, and each way in which the prompts' rates are spread, runs are drawn and
their intervals computed by the package's own functions. The targets differ:

- *over prompts*: the mean rate of all prompts of this kind; prompts are drawn anew for each run.
- *over samples*: the mean rate of the very prompts of the run.
- *pass@k*: the mean pass@k of all prompts of this kind, for k of 1, 2, 3, 5 and 10 with 1, 3, 6, 25 and 100 samples.
- *bootstrap*: over prompts again, by the percentile bootstrap, for comparison.
- *mean*: of an unbounded figure (log-normal, its median depending on the prompt), over prompts of this kind.

    python -m benchmarks.interval_coverage
    python -m benchmarks.interval_coverage --runs 10000 --prompts 8,16

The last line of stdout is one JSON document. With the default of 2,000 runs a figure of 95 is right to a point.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

import numpy as np

from ferrobench.metrics.statistics import PromptCounts, mean_estimate, mean_over_prompts
from ferrobench.metrics.statistics.clusters import Cluster, Clusters
from ferrobench.metrics.statistics.means import interval_over_prompts
from ferrobench.metrics.statistics.strata import interval_over_samples, strata_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Rates = NDArray[np.float64]

PROMPTS = (2, 3, 5, 8, 16, 40, 160)
SAMPLES = (1, 3, 6, 25, 100)
K_OF_SAMPLES = {1: 1, 3: 2, 6: 3, 25: 5, 100: 10}
RESAMPLES = 400
BOOTSTRAPPED_RUNS = 400


@dataclass(frozen=True, slots=True)
class Spread:
    """How the rates of prompts are spread."""

    name: str
    draw: Callable[[np.random.Generator, int], Rates]
    """Rates of so many prompts."""


def beta(a: float, b: float) -> Spread:
    """A beta distribution."""
    return Spread(f"Beta({a:g}, {b:g})", lambda rng, size: rng.beta(a, b, size))


def equal(rate: float) -> Spread:
    """One rate for all."""
    return Spread(f"all {rate:g}", lambda _, size: np.full(size, rate))


SPREADS = (beta(0.5, 0.5), beta(5, 5), beta(0.2, 4), equal(0.5), equal(0.01), equal(0.99))


@dataclass(frozen=True, slots=True)
class Coverage:
    """In percent of the runs."""

    over_prompts: float
    over_samples: float
    pass_at_k: float
    mean: float
    bootstrap: float | None
    """None where it was not computed."""


def simulate(
    spread: Spread, prompts: int, samples: int, *, runs: int, seed: int = 0, bootstrap: bool = False
) -> Coverage:
    """Draw runs and count how often each interval holds its target."""
    rng = np.random.default_rng([seed, prompts, samples])
    k = K_OF_SAMPLES.get(samples, 1)
    truth, truth_at_k = _truth(spread, k)
    held = np.zeros(4, dtype=int)
    boot = 0
    for run in range(runs):
        rates = spread.draw(rng, prompts)
        counts: list[int] = rng.binomial(samples, rates).tolist()
        held[0] += _holds(interval_over_prompts(_clusters(counts, samples)), truth)
        held[1] += _holds(
            interval_over_samples(strata_of([(count, samples) for count in counts])), float(rates.mean())
        )
        at_k = mean_over_prompts(
            [PromptCounts(prompt_id="", num_samples=samples, num_passed=count) for count in counts], k
        )
        held[2] += at_k is not None and _holds(at_k.interval, truth_at_k)
        # Lines of code, say: log-normal within and between prompts.
        lines = np.exp(0.4 * rng.normal(size=(prompts, 1)) + 0.5 * rng.normal(size=(prompts, samples)))
        held[3] += _holds(
            mean_estimate(lines.tolist(), bounds=(0, None)).interval, exp((0.4**2 + 0.5**2) / 2)
        )
        if bootstrap and run < BOOTSTRAPPED_RUNS:
            drawn = rng.multinomial(prompts, np.full(prompts, 1 / prompts), size=RESAMPLES)
            low, high = np.quantile(drawn @ np.array(counts) / (samples * prompts), (0.025, 0.975))
            boot += _holds((low, high), truth)
    over_prompts, over_samples, at_k_held, mean = (100 * held / runs).tolist()
    return Coverage(
        over_prompts,
        over_samples,
        at_k_held,
        mean,
        100 * boot / min(runs, BOOTSTRAPPED_RUNS) if bootstrap else None,
    )


def _clusters(counts: Sequence[int], samples: int) -> Clusters:
    return Clusters(
        tuple(
            Cluster(size=samples, total=count, deviations=count * (samples - count) / samples)
            for count in counts
        )
    )


def _truth(spread: Spread, k: int) -> tuple[float, float]:
    rates = spread.draw(np.random.default_rng(1), 1_000_000)
    return float(rates.mean()), float((1 - (1 - rates) ** k).mean())


def _holds(interval: tuple[float, float] | None, truth: float) -> bool:
    return interval is not None and interval[0] <= truth + 1e-9 and interval[1] >= truth - 1e-9


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--prompts", type=_whole_numbers, default=PROMPTS)
    parser.add_argument("--samples", type=_whole_numbers, default=SAMPLES)
    arguments = parser.parse_args()
    rows = []
    print(f"{'prompts':>7} {'samples':>7}  {'rates':<15}{'over prompts':>13}{'over samples':>13}", end="")
    print(f"{'pass@k':>8}{'mean':>7}{'bootstrap':>11}")
    for prompts in arguments.prompts:
        for samples in arguments.samples:
            for spread in SPREADS:
                found = simulate(
                    spread, prompts, samples, runs=arguments.runs, seed=arguments.seed, bootstrap=True
                )
                rows.append((prompts, samples, spread.name, found))
                print(
                    f"{prompts:>7} {samples:>7}  {spread.name:<15}{found.over_prompts:>13.1f}"
                    f"{found.over_samples:>13.1f}{found.pass_at_k:>8.1f}{found.mean:>7.1f}{found.bootstrap:>11.1f}",
                    flush=True,
                )
    names = ("over_prompts", "over_samples", "pass_at_k", "mean", "bootstrap")
    within = {name: sum(94 <= getattr(found, name) <= 96 for *_, found in rows) / len(rows) for name in names}
    off = {name: sum(abs(getattr(found, name) - 95) for *_, found in rows) / len(rows) for name in names}
    print(json.dumps({"cells": len(rows), "share_94_to_96": within, "mean_distance_from_95": off}))


def _whole_numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


if __name__ == "__main__":
    main()
