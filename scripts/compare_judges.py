"""Judges generated samples in the fast way and with one rustc process each, and prints every difference.

    python scripts/compare_judges.py --samples 5000 --seed 1
    python scripts/compare_judges.py --samples 2000 --seed 7 --seeds 3 --sandbox none

Of ten samples, seven are of the mixed corpus, two are answers to the same few tasks (all define the same names) and one
is refused by code generation only. Samples go through the fast way in their order, and again in another order.

Exit status 1 says that the two ways differ in whether a sample compiles or in how far it got. Differences in codes,
messages, places, notes or rendered text are printed and counted, and do not fail.
"""

# ruff: noqa: T201 (it talks to a terminal)

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import mixed_corpus, refused_by_codegen
from ferrobench.judging import assemble, probe_toolchain
from ferrobench.judging.fast import FastCompiler
from ferrobench.judging.process import Limits
from ferrobench.judging.sandbox import choose_sandbox
from ferrobench.machine import available_cores
from tests.support.agreement import agree, difference, is_grave, judge_exactly, variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.sandbox import Sandbox
    from ferrobench.judging.verdict import Judgment

_WAIT_SECONDS = 3600.0


def main() -> int:
    """Compare both ways; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=int, default=5000, help="of each seed (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds in a row (default: %(default)s)")
    parser.add_argument("--edition", default="2021", help="default: %(default)s")
    parser.add_argument("--sandbox", choices=("auto", "none"), default="auto", help="default: %(default)s")
    arguments = parser.parse_args()
    sandbox = choose_sandbox(probe_toolchain(), arguments.sandbox)
    counts: Counter[str] = Counter()
    for seed in range(arguments.seed, arguments.seed + arguments.seeds):
        counts += _compare(seed, arguments.samples, arguments.edition, sandbox)
    print(f"in all: {_described(counts)}")
    return 1 if counts["grave"] else 0


def _compare(seed: int, count: int, edition: str, sandbox: Sandbox) -> Counter[str]:
    programs = _programs(seed, count)
    started = time.monotonic()
    exact = judge_exactly(programs, probe_toolchain(), sandbox.runner, edition=edition)
    exact_seconds = time.monotonic() - started
    counts = Counter(samples=len(programs))
    shuffled = random.Random(seed).sample(range(len(programs)), len(programs))
    for name, order in (("in order", list(range(len(programs)))), ("shuffled", shuffled)):
        started = time.monotonic()
        fast = _judge_fast([programs[place] for place in order], edition, sandbox)
        seconds = time.monotonic() - started
        found: Counter[str] = Counter(compared=len(order))
        for place, judgment in zip(order, fast, strict=True):
            if not agree(judgment, exact[place]):
                kind = "grave" if is_grave(judgment, exact[place]) else "other"
                found[kind] += 1
                print(f"seed {seed}, sample {place}, {kind}: {difference(judgment, exact[place])}")
                print(f"    {programs[place].source!r}")
        print(
            f"seed {seed}, {name}: {_described(found)}; fast {seconds:.1f} s, exact {exact_seconds:.1f} s",
            flush=True,
        )
        counts += found
    kinds = Counter(type(judgment).__name__ for judgment in exact)
    print(f"seed {seed}: {', '.join(f'{number} {kind}' for kind, number in kinds.most_common())}", flush=True)
    return counts


def _programs(seed: int, count: int) -> list[Program]:
    texts = [sample.text for sample in mixed_corpus(seed, count - 3 * count // 10)]
    texts += variants(seed, 2 * count // 10)
    texts += [sample.text for sample in refused_by_codegen(seed, count // 10)]
    random.Random(seed).shuffle(texts)
    return [assemble(text) for text in texts]


def _judge_fast(programs: Sequence[Program], edition: str, sandbox: Sandbox) -> list[Judgment]:
    compiler = FastCompiler(
        probe_toolchain(),
        edition=edition,
        limits=Limits(),
        launcher=sandbox.runner,
        jobs=available_cores(),
    )
    try:
        futures = [compiler.submit(program) for program in programs]
        return [future.result(_WAIT_SECONDS) for future in futures]
    finally:
        compiler.close()


def _described(counts: Counter[str]) -> str:
    return (
        f"{counts['compared']} comparisons, {counts['grave']} differ in compiled or stage, "
        f"{counts['other']} in something else"
    )


if __name__ == "__main__":
    sys.exit(main())
