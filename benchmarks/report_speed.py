"""What a report costs: seconds to write it, its size, and how long a browser takes to open it, to filter and to search.

The run has 100 prompts and, unless told otherwise, 20,000 samples of the mixed corpus that judging is measured on, at HumanEval's sizes;
two thirds are refused with one to four errors, whose rendered text quotes the sample's own lines as rustc does. The browser is
Chromium without a window, driven by playwright; times are what the page's own clock says, until the new rows are painted.

    python -m benchmarks.report_speed
    python -m benchmarks.report_speed --samples 2000 --keep report.html

The last line of stdout is one JSON document.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import mixed_corpus
from ferrobench.judging import Compiled, Diagnostic, Judgment, Note, Rejected, Stage
from ferrobench.metrics import measure_code
from ferrobench.models import Completion, StopReason
from ferrobench.prompts import JudgeMode, Prompt
from ferrobench.results import Judged, RunFacts, RunPlan, SampleRecord, summarize, write_run_folder

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROMPTS = 100
_KINDS = (
    ("E0308", "mismatched types", Stage.TYPECHECK),
    ("E0425", "cannot find value `{word}` in this scope", Stage.RESOLVE),
    ("E0599", "no method named `{word}` found for struct `Vec<i32>` in the current scope", Stage.TYPECHECK),
    ("E0382", "borrow of moved value: `{word}`", Stage.BORROWCK),
    (None, "expected one of `.`, `;`, `?`, or an operator, found `{word}`", Stage.PARSE),
    (None, "this file contains an unclosed delimiter", Stage.LEX),
)
_CHROMIUM = "chromium"
# What a reader does, and what tells that the page has answered.
_FILTERED = """async ([name, value]) => {
  const field = document.getElementById(name);
  const count = document.getElementById("count");
  const before = count.textContent;
  const began = performance.now();
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  while (count.textContent === before && performance.now() - began < 20000) await new Promise((done) => setTimeout(done, 1));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - began;
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="keep the page here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run, page = Path(folder, "run"), Path(folder, "report.html")
        write_run(run, options.samples)
        figures = {"samples": options.samples, "journal_mib": _mib(run / "samples.jsonl")}
        begin = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "ferrobench.cli.main", "report", run, "--output", page], check=True
        )
        figures |= {"write_seconds": time.perf_counter() - begin, "page_mib": _mib(page)}
        figures |= in_browser(page)
        if options.keep is not None:
            shutil.copy(page, options.keep)
    for name, figure in figures.items():
        print(f"{name:24} {figure:10.2f}")
    print(json.dumps(figures))


def _mib(path: Path) -> float:
    return path.stat().st_size / 2**20


def write_run(folder: Path, count: int) -> None:
    """Write the folder of a finished run of so many samples."""
    prompts = [
        Prompt(
            id=f"mixed/{number}", text=f"// Task {number}.\n", category=f"category {number % 8}", tags=(), judge=JudgeMode.COMPILE,
            prelude="", reference="", probes="", tests="", complete=False,
        )
        for number in range(PROMPTS)
    ]  # fmt: skip
    texts = [sample.text for sample in mixed_corpus(0, count)]
    draw = random.Random(0)
    per_prompt: Counter[str] = Counter()
    samples = []
    for number, text in enumerate(texts):
        prompt = prompts[number * PROMPTS // count]
        samples.append(_sample(prompt, number, per_prompt[prompt.id], text, draw))
        per_prompt[prompt.id] += 1
    config: dict[str, Any] = {
        "settings": {"suites": [{"name": "mixed", "version": "1"}], "seed": 0},
        "plan": RunPlan.of(prompts, per_prompt, (1,)).model_dump(mode="json"),
        "prompt_texts": {prompt.id: prompt.text for prompt in prompts},
    }
    facts = RunFacts(
        checkpoint="a run of the mixed corpus",
        timestamp="2026-01-01T00:00:00+00:00",
        version="0",
        run_dir=str(folder),
        warnings=(),
        config=config,
    )
    write_run_folder(folder, config=config, samples=samples, record=summarize(prompts, samples, facts))


def _sample(prompt: Prompt, number: int, place: int, text: str, draw: random.Random) -> SampleRecord:
    whole = prompt.text + text
    judgment: Judgment = Compiled(warnings=())
    if number % 3:
        errors = tuple(_error(whole, draw) for _ in range(draw.randint(1, 4)))
        judgment = Rejected(stage=draw.choice(_KINDS)[2], errors=errors, warnings=())
    return SampleRecord(
        prompt_id=prompt.id,
        index=place,
        seed=number,
        elapsed_seconds=number / 100,
        completion=Completion(
            text=text, token_count=150, stop_reason=StopReason.STOP, generation_seconds=0.01, latency_seconds=0.1
        ),
        judged=Judged(
            as_generated=judgment,
            strict=judgment,
            extracted=judgment,
            extraction=(),
            extracted_length=len(whole),
            metrics=measure_code(whole, parses=True),
        ),
    )  # fmt: skip


def _error(text: str, draw: random.Random) -> Diagnostic:
    """An error somewhere in the text, with the place drawn as rustc draws it."""
    code, message, _ = draw.choice(_KINDS)
    lines = text.split("\n")
    number = draw.randrange(len(lines))
    line = lines[number]
    words = [word for word in line.split() if word.isidentifier()] or ["value"]
    message = message.format(word=draw.choice(words))
    column = draw.randint(1, max(1, len(line)))
    gutter = " " * len(str(number + 1))
    rendered = (
        f"error{f'[{code}]' if code else ''}: {message}\n {gutter}--> sample.rs:{number + 1}:{column}\n {gutter}|\n"
        f"{number + 1} | {line}\n {gutter}| {' ' * column}^^^^ not as it should be\n {gutter}|\n {gutter}= note: expected `i32`, found `&i32`"
    )
    return Diagnostic(
        level="error", code=code, message=message, line=number + 1, column=column, end_line=number + 1, end_column=column + 4,
        notes=(Note(level="note", message="expected `i32`, found `&i32`"),), rendered=rendered,
    )  # fmt: skip


def in_browser(page: Path) -> dict[str, float]:
    """Milliseconds until the page is ready, and until it has answered; and the memory of its scripts."""
    from playwright.sync_api import sync_playwright

    found = shutil.which(_CHROMIUM)
    if found is None:
        sys.exit(f"{_CHROMIUM}: not installed")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto(page.as_uri())
        tab.wait_for_selector("html[data-ready]")
        figures = {"open_ms": tab.evaluate("performance.now()")}
        # Opened by a browser that has started.
        tab.reload()
        tab.wait_for_selector("html[data-ready]")
        figures["open_again_ms"] = tab.evaluate("performance.now()")
        figures["filter_prompt_ms"] = _filtered(tab, "prompt", "mixed/7")
        figures["filter_none_ms"] = _filtered(tab, "prompt", "")
        figures["filter_code_ms"] = _filtered(tab, "code-filter", "E0308")
        _filtered(tab, "code-filter", "")
        figures["filter_outcome_ms"] = _filtered(tab, "stage", "rejected")
        figures["search_first_ms"] = _filtered(tab, "q", "moved")
        figures["search_again_ms"] = _filtered(tab, "q", "vec")
        figures["heap_mib"] = tab.evaluate("performance.memory.usedJSHeapSize") / 2**20
        browser.close()
    return figures


def _filtered(tab: Page, field: str, value: str) -> float:
    milliseconds: float = tab.evaluate(_FILTERED, [field, value])
    return milliseconds


if __name__ == "__main__":
    main()
