"""What ``ferrobench compare`` finds, and how often it raises a false alarm, by simulation of whole comparisons.

Each simulated comparison is of two runs with 400 samples each over 16 prompts, in pairs as two runs with one seed have them, and goes
through the very code of the command: all rates, the mistakes by family, pass@k. Reported are, in percent of the simulations:

- *found*: the headline, the compile rate, is called better or worse.
- *power*: what the comparison itself prints for such a change, on average.
- *covered*: the 95 % interval holds the true change on these prompts.
- *alarms*: anything that did not change is called better or worse, whatever else is: the family-wise error.

    python -m benchmarks.comparison_power
    python -m benchmarks.comparison_power --runs 2000

The last line of stdout is one JSON document. With the default of 1,000 runs a figure of 5 is right to 1.4, one of 90 to 1.9.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ferrobench.judging import Compiled, Diagnostic, Failure, Proof, Rejected, Stage, Tested
from ferrobench.metrics import CodeMetrics
from ferrobench.models import Completion, StopReason
from ferrobench.results import Judged, SampleRecord, SavedRun
from ferrobench.tracking import Settings, compare_runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Rates = NDArray[np.float64]
    Generator = np.random.Generator

PROMPTS = 16
SAMPLES = 25
PASSING = 0.6
"""The share of the programs that compile which pass, in both runs."""
LEVEL_OF_CHANGE = 10.0
ERRORS = (
    ("E0425", Stage.RESOLVE, 0.4),
    ("E0308", Stage.TYPECHECK, 0.3),
    ("E0382", Stage.BORROWCK, 0.2),
    ("E0277", Stage.TYPECHECK, 0.1),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A world to draw comparisons from."""

    name: str
    draw: Callable[[Generator], tuple[Rates, Rates]]
    """The true compile rates of the prompts, in the old and in the new run."""
    coupled: bool = False
    """Whether the samples of a pair are drawn with one random number, as those of nearly the same model are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of a case, in percent of its simulations."""

    case: str
    change: float
    """The true one, in points, on average."""
    found: float
    power: float | None
    covered: float
    alarms: float


def spread(points: float, *, anew: bool = False) -> Callable[[Generator], tuple[Rates, Rates]]:
    """Rates as Beta(0.5, 0.5), the mean rising by so many points.

    A rise gives each prompt the same share of what it lacks. With *anew* the new rates are drawn for themselves instead, then moved until the
    mean is right: prompts get better and worse by much.
    """

    def draw(generator: Generator) -> tuple[Rates, Rates]:
        while True:
            old = generator.beta(0.5, 0.5, PROMPTS)
            if not anew:
                room = (1 - old).mean()
                if room >= points / 100:
                    return old, old + (1 - old) * (points / 100) / room
                continue
            new = generator.beta(0.5, 0.5, PROMPTS)
            for _ in range(200):
                gap = points / 100 - (new - old).mean()
                if abs(gap) < 1e-9:
                    return old, new
                new = np.clip(new + gap, 0, 1)

    return draw


def equal(old: float, new: float) -> Callable[[Generator], tuple[Rates, Rates]]:
    """All prompts have one rate."""
    return lambda _: (np.full(PROMPTS, old), np.full(PROMPTS, new))


CASES = (
    Case("Beta(0.5, 0.5), +10 points", spread(10)),
    Case("Beta(0.5, 0.5) anew, +10 points", spread(10, anew=True)),
    Case("Beta(0.5, 0.5), +10 points, coupled", spread(10), coupled=True),
    Case("all 50 %, +10 points", equal(0.5, 0.6)),
    Case("all 50 %, -10 points", equal(0.5, 0.4)),
    Case("all 50 %, +5 points", equal(0.5, 0.55)),
    Case("Beta(0.5, 0.5), no change", spread(0)),
    Case("Beta(0.5, 0.5) anew, mean unchanged", spread(0, anew=True)),
    Case("all 50 %, no change", equal(0.5, 0.5)),
    Case("all 2 %, no change", equal(0.02, 0.02)),
    Case("all 98 %, no change, coupled", equal(0.98, 0.98), coupled=True),
)


def simulate(case: Case, runs: int, seed: int) -> Found:
    """Draw and compare so many pairs of runs."""
    generator = np.random.default_rng(seed)
    found = covered = alarms = 0
    changes, powers = [], []
    for _ in range(runs):
        old, new = case.draw(generator)
        numbers = [generator.random((PROMPTS, SAMPLES)) for _ in range(2)]
        if case.coupled:
            numbers[1] = numbers[0]
        comparison = compare_runs(
            make_run(old, numbers[0], generator), make_run(new, numbers[1], generator), Settings(examples=0)
        )
        change = 100 * float((new - old).mean())
        changes.append(change)
        headline = comparison.headline
        assert headline.interval is not None  # both runs have samples
        found += headline.significant
        covered += headline.interval[0] - 1e-9 <= change <= headline.interval[1] + 1e-9
        powers += [one.percent for one in comparison.power if abs(one.change - change) < 1e-6]
        unchanged = comparison.rates + comparison.failures if not np.any(old != new) else []
        if abs(change) < 1e-6:
            # Where prompts changed and the mean did not, only rates that follow the compile rate alone are sure to be the same.
            unchanged = unchanged or [headline]
        alarms += any(rate.significant for rate in unchanged)
    return Found(
        case=case.name,
        change=float(np.mean(changes)),
        found=100 * found / runs,
        power=float(np.mean(powers)) if powers else None,
        covered=100 * covered / runs,
        alarms=100 * alarms / runs,
    )


def make_run(rates: Rates, numbers: NDArray[np.float64], generator: Generator) -> SavedRun:
    """A run whose samples compile with the rates of their prompts; what else they do is drawn likewise for all runs."""
    texts = {f"simulated/{place}": f"fn f{place}() {{" for place in range(len(rates))}
    passing = generator.random(numbers.shape) < PASSING
    kinds = generator.choice(len(ERRORS), size=numbers.shape, p=[share for _, _, share in ERRORS])
    samples = tuple(
        replace(
            _outcome(
                bool(numbers[place, index] < rates[place]),
                bool(passing[place, index]),
                int(kinds[place, index]),
            ),
            prompt_id=prompt_id,
            index=index,
        )
        for place, prompt_id in enumerate(texts)
        for index in range(numbers.shape[1])
    )
    return SavedRun(label="simulated", record=None, config={"prompt_texts": texts}, samples=samples)


@lru_cache
def _outcome(compiles: bool, passes: bool, kind: int) -> SampleRecord:
    code, stage, _ = ERRORS[kind]
    error = Diagnostic(
        level="error",
        code=code,
        message="simulated",
        line=1,
        column=1,
        end_line=1,
        end_column=2,
        notes=(),
        rendered="simulated",
    )
    judgment = Compiled(warnings=()) if compiles else Rejected(stage=stage, errors=(error,), warnings=())
    tests = Tested(
        passed=int(passes),
        failed=int(not passes),
        failure=None if passes else Failure.ASSERTION,
        limit=None,
        proof=Proof.REMOTE,
        detail=None,
        cpu_seconds=0.0,
        near_limit=False,
    )
    return SampleRecord(
        prompt_id="",
        index=0,
        seed=0,
        elapsed_seconds=1.0,
        completion=Completion(
            text=" }", token_count=2, stop_reason=StopReason.STOP, generation_seconds=0.1, latency_seconds=0.1
        ),
        judged=Judged(
            as_generated=judgment,
            strict=judgment,
            extracted=judgment,
            extraction=(),
            extracted_length=1,
            metrics=CodeMetrics(
                lines=1,
                functions=1,
                complexity=1,
                syntax_functions=1,
                syntax_complexity=1.0,
                syntax_recovered=False,
            ),
            has_tests=True,
            strict_tests=tests if compiles else None,
            extracted_tests=tests if compiles else None,
        ),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Simulate comparisons of two runs.")
    parser.add_argument("--runs", type=int, default=1000, help="comparisons of each case; default 1000")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(f"{'':38} change  found  power  covered  alarms")
    results = []
    for case in CASES:
        one = simulate(case, options.runs, options.seed)
        power = "-" if one.power is None else f"{one.power:.1f}"
        alarms = f"{one.alarms:.1f}" if abs(one.change) < 1e-6 else "-"
        print(
            f"{one.case:38} {one.change:+6.1f} {one.found:6.1f} {power:>6} {one.covered:8.1f} {alarms:>7}",
            flush=True,
        )
        results.append(one)
    print(json.dumps({"runs": options.runs, "cases": [vars_of(one) for one in results]}))


def vars_of(one: Found) -> dict[str, object]:
    """A result as JSON has it."""
    return {name: getattr(one, name) for name in ("case", "change", "found", "power", "covered", "alarms")}


if __name__ == "__main__":
    main()
