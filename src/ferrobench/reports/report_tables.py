"""The report's views by prompt, by category and by error code. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.reports.characters import visible
from ferrobench.reports.report_samples import COMPILES, MISSING_CRATE, UNJUDGED, Outcome, outcome_of
from ferrobench.reports.report_view import Segment, percent, samples_link, stack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ferrobench.results import PromptSummary, RunRecord, SampleRecord

Outcomes: TypeAlias = "tuple[tuple[str, Outcome], ...]"
"""The prompt and the outcome of each sample."""

CODES_SHOWN = 24
_HEATS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptRow:
    """One prompt."""

    id: str
    text: str
    """What the model was given, its first line."""
    category: str
    samples: str
    bar: tuple[Segment, ...]
    """As generated; empty where the samples are not there."""
    compiled: str
    extracted: str
    passed: str
    at_k: str
    """pass@k for the largest k that there is."""
    worst: str
    """The most frequent error."""
    link: str


def outcomes_of(samples: Sequence[SampleRecord]) -> Outcomes:
    """What became of each sample as generated, which all tables here count."""
    return tuple((sample.prompt_id, outcome_of(sample, "generated")) for sample in samples)


def prompt_rows(record: RunRecord, outcomes: Outcomes) -> tuple[PromptRow, ...]:
    """All prompts in the suite's order."""
    stages: dict[str, Counter[str]] = {}
    codes: dict[str, Counter[str]] = {}
    for prompt_id, outcome in outcomes:
        stages.setdefault(prompt_id, Counter())[outcome.stage] += 1
        codes.setdefault(prompt_id, Counter()).update(outcome.codes)
    return tuple(
        _prompt_row(prompt, stages.get(prompt_id, Counter()), codes.get(prompt_id, Counter()))
        for prompt in record.samples_by_prompt
        for prompt_id in (prompt.id or prompt.prompt,)
    )


def _prompt_row(prompt: PromptSummary, stages: Counter[str], codes: Counter[str]) -> PromptRow:
    judged = prompt.n_samples if prompt.judged is None else prompt.judged
    ks = {int(k): value for k, value in prompt.pass_at_k.items() if value is not None and int(k) > 1}
    worst = codes.most_common(1)
    if worst:
        words = f"{worst[0][0]} in {worst[0][1]}"
    else:
        words = prompt.common_errors[0].removeprefix("error: ") if prompt.common_errors else ""
    prompt_id = prompt.id or prompt.prompt
    return PromptRow(
        id=visible(prompt_id),
        text=visible(prompt.prompt.strip().partition("\n")[0][:160]),
        category=visible(prompt.category or "–"),
        samples=f"{prompt.n_samples:,}",
        bar=stack(stages),
        compiled=_share(prompt.compile_success, judged),
        extracted=_share(prompt.compile_success_extracted, judged),
        passed=_share(prompt.passed, prompt.tested),
        at_k="–" if not ks else f"{percent(ks[max(ks)])}",
        worst=visible(words),
        link=samples_link(prompt=prompt_id),
    )


def _share(count: int | None, of: int | None) -> str:
    return "–" if count is None or not of else f"{100.0 * count / of:.0f} %"


def largest_k(record: RunRecord) -> int | None:
    """The k of the prompts' column for pass@k; None where there is none."""
    ks = [
        int(k)
        for prompt in record.samples_by_prompt
        for k, value in prompt.pass_at_k.items()
        if value is not None and int(k) > 1
    ]
    return max(ks, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """One category of prompts."""

    name: str
    samples: str
    bar: tuple[Segment, ...]
    compiled: str
    extracted: str
    passed: str
    link: str


def category_rows(record: RunRecord, outcomes: Outcomes) -> tuple[CategoryRow, ...]:
    """All categories in the suite's order."""
    category_of = categories_of(record)
    stages: dict[str, Counter[str]] = {}
    for prompt_id, outcome in outcomes:
        stages.setdefault(category_of.get(prompt_id, ""), Counter())[outcome.stage] += 1
    return tuple(
        CategoryRow(
            name=visible(entry.category),
            samples=f"{entry.n_samples:,}",
            bar=stack(stages.get(entry.category, Counter())),
            compiled=_share(entry.compile_success, entry.judged),
            extracted=_share(entry.compile_success_extracted, entry.judged),
            passed=_share(entry.passed, entry.tested),
            link=samples_link(category=entry.category),
        )
        for entry in record.categories
    )


def categories_of(record: RunRecord) -> dict[str, str]:
    """The category of each prompt, by its id, in the suite's order."""
    return {
        prompt.id or prompt.prompt: prompt.category or "no category" for prompt in record.samples_by_prompt
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlasCell:
    """Samples of one prompt with one code; empty where there are none."""

    count: str
    heat: int
    """From 0 to 5, by the share of the prompt's samples."""
    link: str
    words: str
    """For those who cannot see where the cell stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlasRow:
    """One prompt."""

    prompt: str
    link: str
    failing: str
    cells: tuple[AtlasCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """Which errors come with which prompts, as generated."""

    codes: tuple[tuple[str, str, str], ...]
    """Code, samples with it, link; most samples first."""
    rows: tuple[AtlasRow, ...]
    left_out: int
    """Rarer codes without a column."""
    examples: Mapping[str, str]
    """By code, what rustc says, the most frequent words."""


def atlas(record: RunRecord, outcomes: Outcomes) -> Atlas | None:
    """Count codes by prompt; None where there is no error, or no sample to count."""
    by_prompt: dict[str, list[Outcome]] = {}
    totals: Counter[str] = Counter()
    for prompt_id, outcome in outcomes:
        if outcome.stage != UNJUDGED:
            by_prompt.setdefault(prompt_id, []).append(outcome)
            totals.update(outcome.codes)
    if not totals:
        return None
    codes = [code for code, _ in totals.most_common(CODES_SHOWN)]
    rows = tuple(
        _atlas_row(prompt_id, by_prompt[prompt_id], codes)
        for prompt_id in categories_of(record)
        if prompt_id in by_prompt
    )
    return Atlas(
        codes=tuple((visible(code), f"{totals[code]:,}", samples_link(code=code)) for code in codes),
        rows=rows,
        left_out=len(totals) - len(codes),
        examples=_examples(record),
    )


def _atlas_row(prompt_id: str, outcomes: Sequence[Outcome], codes: Iterable[str]) -> AtlasRow:
    counts = Counter(code for outcome in outcomes for code in outcome.codes)
    failing = sum(not outcome.flags & COMPILES for outcome in outcomes)
    return AtlasRow(
        prompt=visible(prompt_id),
        link=samples_link(prompt=prompt_id),
        failing=f"{failing:,}",
        cells=tuple(_atlas_cell(prompt_id, code, counts[code], len(outcomes)) for code in codes),
    )


def _atlas_cell(prompt_id: str, code: str, count: int, of: int) -> AtlasCell:
    if not count:
        return AtlasCell(count="", heat=0, link="", words="")
    return AtlasCell(
        count=f"{count:,}",
        heat=min(_HEATS, ceil(_HEATS * count / of)),
        link=samples_link(prompt=prompt_id, code=code),
        words=visible(f"{code}: {count} of {of} samples of {prompt_id}"),
    )


def _examples(record: RunRecord) -> dict[str, str]:
    words: dict[str, str] = {}
    for group in record.error_groups:
        if group.code is not None:
            words.setdefault(group.code, visible(group.message))
    return words


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """Errors that say the same."""

    code: str
    message: str
    samples: str
    count: str
    sample: str
    """The one that the example is of."""
    example: tuple[str, str] | None
    """A line of a sample and the carets below it."""
    link: str


def group_rows(record: RunRecord, most: int) -> tuple[GroupRow, ...]:
    """The most frequent groups of errors."""
    return tuple(
        GroupRow(
            code=visible(
                group.code
                or (MISSING_CRATE if group.missing_crate is not None else f"no code ({group.stage})")
            ),
            message=visible(group.message),
            samples=f"{group.samples:,}",
            count=f"{group.count:,}",
            sample=visible(f"{group.example.prompt} {group.example.index}"),
            example=None
            if group.example.source is None or group.example.caret is None
            else (visible(group.example.source), group.example.caret),
            link=samples_link(sample=f"{group.example.prompt}.{group.example.index}"),
        )
        for group in record.error_groups[:most]
    )
