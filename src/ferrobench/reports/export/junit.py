"""JUnit's XML, as build servers read it: a suite for each prompt, a case for each sample.

A sample about which nothing was learned is skipped. XML 1.0 has no way to hold control characters, so they are spelt out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from ferrobench.reports.characters import escape_unfit
from ferrobench.reports.export.outcome import outcomes_of

if TYPE_CHECKING:
    from ferrobench.reports.export.outcome import Outcome
    from ferrobench.results import SampleRecord, SavedRun

# What a build server shows of a failure; more of it makes pages that do not open.
TEXT_CHARACTERS = 20_000


def render_junit(run: SavedRun) -> str:
    """Write the whole document."""
    by_prompt: dict[str, list[tuple[SampleRecord, Outcome]]] = {
        prompt_id: [] for prompt_id in run.prompt_texts
    }
    for sample, outcome in outcomes_of(run):
        by_prompt[sample.prompt_id].append((sample, outcome))
    everything = [judged for samples in by_prompt.values() for judged in samples]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites name={_attribute(run.label)} {_counts(everything)}>",
    ]
    warnings = [] if run.record is None else run.record.warnings
    for place, (prompt_id, samples) in enumerate(by_prompt.items()):
        lines.append(f"  <testsuite name={_attribute(prompt_id)} {_counts(samples)}>")
        if place == 0 and warnings:
            # Only suites can have properties; what is said of the whole run stands with the first.
            lines += ["    <properties>"]
            lines += [f'      <property name="warning" value={_attribute(warning)}/>' for warning in warnings]
            lines += ["    </properties>"]
        for sample, outcome in samples:
            lines += _case(run, sample, outcome)
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _counts(samples: list[tuple[SampleRecord, Outcome]]) -> str:
    failures = sum(outcome.passed is False for _, outcome in samples)
    skipped = sum(outcome.passed is None for _, outcome in samples)
    seconds = sum(sample.completion.generation_seconds for sample, _ in samples if sample.completion)
    return f'tests="{len(samples)}" failures="{failures}" errors="0" skipped="{skipped}" time="{seconds:.3f}"'


def _case(run: SavedRun, sample: SampleRecord, outcome: Outcome) -> list[str]:
    seconds = 0.0 if sample.completion is None else sample.completion.generation_seconds
    head = (
        f"    <testcase classname={_attribute(sample.prompt_id)} name={_attribute(f'sample {sample.index}')} "
        f'time="{seconds:.3f}"'
    )
    if outcome.passed:
        return [f"{head}/>"]
    if outcome.passed is None:
        return [f"{head}>", f"      <skipped message={_attribute(outcome.message)}/>", "    </testcase>"]
    kind = outcome.reason or outcome.limit or outcome.stage
    prompt = run.prompt_texts[sample.prompt_id]
    program = sample.completion.whole_text(prompt) if sample.completion else prompt
    return [
        f"{head}>",
        f"      <failure type={_attribute(kind)} message={_attribute(outcome.message or kind)}>{_text(outcome.details)}</failure>",
        f"      <system-out>{_text(program)}</system-out>",
        "    </testcase>",
    ]


def _text(text: str) -> str:
    return escape(escape_unfit(text[:TEXT_CHARACTERS]))


def _attribute(text: str) -> str:
    # Line breaks in attributes are read back as blanks unless they are spelt out.
    return quoteattr(escape_unfit(text[:TEXT_CHARACTERS]), {"\n": "&#10;", "\t": "&#9;"})
