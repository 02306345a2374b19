"""Metrics in processes of their own: large runs are measured on several cores.

A process is a fresh interpreter that is given its share of the metrics and the run on its standard input. It is no fork of
this one, which may have threads in the middle of anything.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.metrics.measured import MeasuredRun

# Microseconds a sample, as benchmarks/metrics_speed.py finds them; others are taken as what is usual.
_COSTS = {
    "codebleu": 2100,
    "collapse": 240,
    "diversity": 730,
    "failures": 40,
    "generation": 450,
    "quality": 570,
    "similarity": 800,
    "tree_edit": 25000,
}
_USUAL_COST = 500


def share_out(names: Sequence[str], parts: int) -> list[list[str]]:
    """Split metrics into at most so many parts that take about as long; the first part is the longest."""
    shares: list[list[str]] = [[] for _ in range(parts)]
    totals = [0] * parts
    for name in sorted(names, key=lambda name: (-_cost(name), name)):
        least = totals.index(min(totals))
        shares[least].append(name)
        totals[least] += _cost(name)
    return [share for _, share in sorted(zip(totals, shares, strict=True), reverse=True) if share]


def _cost(name: str) -> int:
    return _COSTS.get(name, _USUAL_COST)


class Worker:
    """One process that computes some metrics of a run."""

    def __init__(self, names: Sequence[str], run: MeasuredRun) -> None:
        """Start it, and give it all that it needs."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ferrobench.metrics.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None  # it is a pipe
        # Where it has ended already, it gives no answer either.
        with suppress(OSError), self._process.stdin as pipe:
            # Metrics of other packages must be found there as they are here.
            pickle.dump(sys.path, pipe)
            pickle.dump((list(names), replace(run, _words={})), pipe)

    def answer(self) -> tuple[dict[str, Any], dict[str, str]] | None:
        """Figures and failures, by metric; None where the process failed."""
        assert self._process.stdout is not None  # it is a pipe
        with self._process.stdout as pipe:
            written = pipe.read()
        if self._process.wait() != 0:
            return None
        figures, failures = json.loads(written)
        return figures, failures


def main() -> None:
    """Read a share of metrics and a run from standard input, and write what they give to standard output."""
    sys.path[:] = pickle.load(sys.stdin.buffer)
    from ferrobench.metrics.registry import choose_metrics, measure_run

    names, run = pickle.load(sys.stdin.buffer)
    found = measure_run(run, choose_metrics(",".join(names)))
    sys.stdout.write(json.dumps([found.figures, found.failures]))


if __name__ == "__main__":
    main()
