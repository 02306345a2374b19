"""Programs compiled and tested per second against one unsandboxed ``rustc --test`` and one run each, in one run.

*The usual way* puts the tests below the program, calls the compiler itself rather than rustup's proxy, runs what comes out with
the caller's rights, and believes its exit status. *Ours* is the judge as ``ferrobench`` uses it: the compile verdict of the
text as it is, then the hidden tests by remote call, each program in a process and sandbox of its own. Both have two workers.

The programs are the reference solutions of suites in variants: local names and literals differ, no two texts are equal, and all
pass. Nothing is remembered between them. The usual way is measured one half before ours and one half after: machines are noisy,
so read the ratios. First-use builds, and the tests' own build, which a suite needs once, are excluded and told.

    python -m benchmarks.testing_speed
    python -m benchmarks.testing_speed --suite problems.jsonl --suite seed --programs 400

The last line of stdout is one JSON document.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.judging import Judge, Tested, TestedProgram, choose_sandbox, probe_toolchain
from ferrobench.prompts import JudgeMode, load_suite
from ferrobench.rust_source.tokens import TokenKind, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferrobench.judging.toolchain import Toolchain
    from ferrobench.prompts import Prompt

WORKERS = 2
_BOUND = re.compile(r"\blet\s+(?:mut\s+)?([a-z_][a-z0-9_]*)\b|\bfor\s+([a-z_][a-z0-9_]*)\s+in\b")


@dataclass(frozen=True, slots=True)
class Variant:
    """A program that answers a prompt."""

    prompt: Prompt
    text: str


def variants(prompts: Sequence[Prompt]) -> Iterator[Variant]:
    """Every reference once, then every one with other names, and so on. Whether a variant is right is for the judge to say."""
    for number in count():
        for prompt in prompts:
            yield Variant(prompt, _vary(prompt, number))


def _vary(prompt: Prompt, number: int) -> str:
    """The reference with its local names changed, and a constant that has another value in each variant."""
    body = prompt.reference
    names = {name for pair in _BOUND.findall(body) for name in pair if name and name != "_"}
    pieces, end = [], 0
    tokens = [token for token in tokenize(body) if token.kind is not TokenKind.WHITESPACE]
    for place, token in enumerate(tokens):
        word = body[token.start : token.end]
        after_dot = place > 0 and body[tokens[place - 1].start : tokens[place - 1].end] == "."
        called = place + 1 < len(tokens) and body[tokens[place + 1].start] in "(!"
        if token.kind is TokenKind.IDENTIFIER and word in names and not after_dot and not called:
            pieces += [body[end : token.start], f"{word}_{number}"]
            end = token.end
    varied = "".join([*pieces, body[end:]])
    return f"{prompt.text}{varied}\nconst VARIANT: [u32; 2] = [{number}, {7 * number + 1}];\n"


def usual_way(toolchain: Toolchain, variant: Variant) -> bool:
    """Compile a program together with its tests, run it, and believe its exit status."""
    prompt = variant.prompt
    with tempfile.TemporaryDirectory() as folder:
        source = "\n".join([prompt.prelude, variant.text, prompt.probes, prompt.tests])
        Path(folder, "main.rs").write_text(source, encoding="utf-8")
        command = [str(toolchain.rustc), "--edition", "2021", "--test", "main.rs", "-o", "main"]
        return _succeeds(command, folder) and _succeeds(["./main"], folder)


def _succeeds(command: list[str], folder: str) -> bool:
    ended = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return ended.returncode == 0


def measure_usual(toolchain: Toolchain, programs: Sequence[Variant]) -> tuple[float, int]:
    """Seconds, and how many pass."""
    started = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        passed = sum(pool.map(lambda variant: usual_way(toolchain, variant), programs))
    return time.perf_counter() - started, passed


def measure_ours(judge: Judge, programs: Sequence[Variant]) -> float:
    """Seconds.

    Raises:
        RuntimeError: One of the programs does not pass with proof.
    """
    started = time.perf_counter()
    futures = [judge.submit_tested(variant.prompt, variant.text) for variant in programs]
    results = [future.result() for future in futures]
    seconds = time.perf_counter() - started
    for variant, result in zip(programs, results, strict=True):
        if not _passes(result):
            raise RuntimeError(f"{variant.prompt.id}: {result}")
    return seconds


def _passes(result: TestedProgram) -> bool:
    return isinstance(result.tests, Tested) and result.tests.all_held


def gather(judge: Judge, prompts: Sequence[Prompt], wanted: int, prelude: int) -> list[Variant]:
    """Programs that pass: *wanted* of them, and *prelude* to warm up with before."""
    found: list[Variant] = []
    source = variants(prompts)
    while len(found) < wanted + prelude:
        batch = [next(source) for _ in range(len(prompts))]
        results = [judge.submit_tested(variant.prompt, variant.text) for variant in batch]
        right = [variant for variant, result in zip(batch, results, strict=True) if _passes(result.result())]
        if not right:
            raise SystemExit("no reference of these suites passes its tests here")
        found += right
    return found[: wanted + prelude]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--suite", action="append", help="name, folder or file; may be given several times")
    parser.add_argument("--programs", type=int, default=330)
    arguments = parser.parse_args()
    suites = [load_suite(name) for name in arguments.suite or ["seed"]]
    prompts = [
        prompt
        for suite in suites
        for prompt in suite.prompts
        if prompt.judge is JudgeMode.TESTS and prompt.reference
    ]
    toolchain = probe_toolchain()
    sandbox = choose_sandbox(toolchain)
    with Judge(toolchain, sandbox=sandbox, jobs=WORKERS) as judge:
        judge.prepare(prompts)
        started = time.perf_counter()
        programs = gather(judge, prompts, arguments.programs, 0)
        prepared = time.perf_counter() - started
    # The same texts in a judge that has never seen them: it remembers nothing.
    with Judge(toolchain, sandbox=sandbox, jobs=WORKERS) as judge:
        judge.prepare(prompts)
        warm = [Variant(variant.prompt, f"{variant.text}// warm\n") for variant in programs[: len(prompts)]]
        measure_ours(judge, warm)
        half = len(programs) // 2
        before, passed_before = measure_usual(toolchain, programs[:half])
        ours = measure_ours(judge, programs)
        after, passed_after = measure_usual(toolchain, programs[half:])
    usual = before + after
    report = {
        "prompts": len({variant.prompt for variant in programs}),
        "programs": len(programs),
        "usual_per_second": len(programs) / usual,
        "ours_per_second": len(programs) / ours,
        "ratio": usual / ours,
        "usual_passes": passed_before + passed_after,
        "preparing_seconds": prepared,
        "sandbox": sandbox.tier.value,
        "rustc": toolchain.version,
        "machine": platform.processor() or platform.machine(),
    }
    print(f"{report['programs']} distinct passing programs of {report['prompts']} prompts, {WORKERS} workers")
    print(f"usual way   {report['usual_per_second']:7.1f} programs/s   1.0")
    print(f"ferrobench  {report['ours_per_second']:7.1f} programs/s   {report['ratio']:.1f}")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
