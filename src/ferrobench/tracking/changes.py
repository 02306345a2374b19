"""What got fixed and what broke: by prompt, by error, and sample by sample."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ferrobench.judging import Rejected, Tested
from ferrobench.metrics.diagnostic_groups import error_kind
from ferrobench.tracking.comparison import ErrorChange, PromptChange, SampleChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ferrobench.results import SampleRecord
    from ferrobench.tracking.outcomes import PromptSamples, Rate

ERRORS_LISTED = 20


@dataclass(frozen=True, slots=True)
class Turned:
    """A pair whose outcomes differ."""

    prompt: str
    text: str
    """Of the prompt."""
    old: SampleRecord
    new: SampleRecord
    fixed: bool


def find_turned(
    old: Mapping[str, PromptSamples], new: Mapping[str, PromptSamples], rate: Rate
) -> tuple[Turned, ...]:
    """All pairs that were fixed or broken, in the order of prompts and samples."""
    return tuple(_turned(old, new, rate))


def _turned(
    old: Mapping[str, PromptSamples], new: Mapping[str, PromptSamples], rate: Rate
) -> Iterator[Turned]:
    for name, before in old.items():
        outcomes, others = before.outcomes(rate), new[name].outcomes(rate)
        later = {(record.index, record.seed): record for record in new[name].records}
        for record in before.records:
            key = (record.index, record.seed)
            if key in outcomes and key in others and outcomes[key] != others[key]:
                yield Turned(name, before.text, record, later[key], others[key])


def prompt_changes(
    old: Mapping[str, PromptSamples],
    new: Mapping[str, PromptSamples],
    rate: Rate,
    turned: Sequence[Turned] | None,
) -> list[PromptChange]:
    """The prompts, in order. *turned* is None where there are no pairs."""
    fixed = Counter(one.prompt for one in turned or () if one.fixed)
    broken = Counter(one.prompt for one in turned or () if not one.fixed)
    changes = []
    for name, before in old.items():
        (old_successes, old_samples), (new_successes, new_samples) = (
            before.counts(rate),
            new[name].counts(rate),
        )
        changes.append(
            PromptChange(
                prompt=name,
                old_samples=old_samples,
                old_successes=old_successes,
                new_samples=new_samples,
                new_successes=new_successes,
                fixed=None if turned is None else fixed[name],
                broken=None if turned is None else broken[name],
            )
        )
    return changes


def error_changes(
    old: Mapping[str, PromptSamples],
    new: Mapping[str, PromptSamples],
    rate: Rate,
    turned: Sequence[Turned] | None,
) -> list[ErrorChange]:
    """The kinds of errors, those first that changed most; at most 20. None where the samples of a run are not there."""
    if not all(any(prompt.records for prompt in side.values()) for side in (old, new)):
        return []
    samples: list[Counter[tuple[str | None, str]]] = [Counter(), Counter()]
    words: dict[tuple[str | None, str], Counter[str]] = {}
    for side, prompts in enumerate((old, new)):
        for prompt in prompts.values():
            for record in prompt.records:
                kinds = list(_kinds(record, rate))
                samples[side].update({kind for kind, _ in kinds})
                for kind, message in kinds:
                    words.setdefault(kind, Counter())[message] += 1
    fixed = Counter(kind for one in turned or () if one.fixed for kind, _ in list(_kinds(one.old, rate))[:1])
    broken = Counter(
        kind for one in turned or () if not one.fixed for kind, _ in list(_kinds(one.new, rate))[:1]
    )
    changes = [
        ErrorChange(
            code=kind[0],
            message=words[kind].most_common(1)[0][0],
            old_samples=samples[0][kind],
            new_samples=samples[1][kind],
            fixed=None if turned is None else fixed[kind],
            broken=None if turned is None else broken[kind],
        )
        for kind in words
    ]
    changes.sort(
        key=lambda c: (
            -abs(c.new_samples - c.old_samples),
            -(c.old_samples + c.new_samples),
            c.code or "",
            c.message,
        )
    )
    return changes[:ERRORS_LISTED]


def _kinds(record: SampleRecord, rate: Rate) -> Iterator[tuple[tuple[str | None, str], str]]:
    """The errors of a sample: what tells each from others, and what it says."""
    judgment = None if record.judged is None else rate.judgment(record.judged)
    if isinstance(judgment, Rejected):
        for error in judgment.errors:
            kind = error_kind(error, judgment.stage)
            # Under one code there are many wordings; without a code the wording is all there is.
            yield (kind.code, "" if kind.code is not None else kind.message), kind.message


def examples(turned: Sequence[Turned], rate: Rate, most: int) -> list[SampleChange]:
    """So many pairs of each kind, at most one of each prompt as long as there are others."""
    chosen = []
    for fixed in (True, False):
        seen: Counter[str] = Counter()
        ranked = []
        for place, one in enumerate(candidate for candidate in turned if candidate.fixed is fixed):
            ranked.append((seen[one.prompt], place, one))
            seen[one.prompt] += 1
        chosen += [_example(one, rate) for _, _, one in sorted(ranked, key=lambda entry: entry[:2])[:most]]
    return chosen


def _example(one: Turned, rate: Rate) -> SampleChange:
    change: Literal["fixed", "broken"] = "fixed" if one.fixed else "broken"
    return SampleChange(
        prompt=one.prompt,
        index=one.old.index,
        change=change,
        old_program=_program(one.old, one.text),
        new_program=_program(one.new, one.text),
        old_says=_complaint(one.old, rate) if one.fixed else None,
        new_says=None if one.fixed else _complaint(one.new, rate),
    )


def _program(record: SampleRecord, prompt: str) -> str:
    return prompt if record.completion is None else record.completion.whole_text(prompt)


def _complaint(record: SampleRecord, rate: Rate) -> str | None:
    """Why a sample fails: rustc's first error, else the hidden tests' word."""
    if record.judged is None:
        return None
    judgment = rate.judgment(record.judged)
    if isinstance(judgment, Rejected):
        first = judgment.errors[0] if judgment.errors else None
        if first is None:
            return f"stopped while compiling, at {judgment.stage.value}"
        return f"{first.code}: {first.message}" if first.code else first.message
    tests = rate.tests(record.judged)
    if isinstance(tests, Tested) and not tests.all_held:
        limit = "" if tests.limit is None else f"limit of {tests.limit.value}"
        failure = limit if tests.failure is None else tests.failure.value
        return f"hidden tests: {failure}" + (f": {tests.detail}" if tests.detail else "")
    return "nothing of an answer is left"
