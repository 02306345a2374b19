"""Takes the failures of a run apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from ferrobench.judging import Rejected, Stage, Unjudged, stage_with_tests
from ferrobench.metrics.failures.families import (
    OWNERSHIP_CODES,
    Family,
    OwnershipRule,
    family_of,
    ownership_rule,
)
from ferrobench.metrics.failures.figures import (
    CodeCount,
    FailuresFigures,
    FamilyFigures,
    FirstErrorPlace,
    OwnershipCard,
    OwnershipRow,
    PromptCodes,
    Rung,
)
from ferrobench.metrics.first_error import share_before_first_error
from ferrobench.metrics.measured import values_by_prompt
from ferrobench.metrics.statistics import mean_estimate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ferrobench.judging import Diagnostic
    from ferrobench.metrics.measured import MeasuredRun, MeasuredSample
    from ferrobench.metrics.metric import Estimate

CODES_OF_FAMILY = 10
CODES_OF_PROMPT = 5
CODES_OF_CATEGORY = 10
TENTHS = 10
WITHOUT_CODE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """One error of a sample with its family."""

    error: Diagnostic
    family: Family

    @property
    def code(self) -> str:
        return self.error.code or self.family.value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Examined:
    """One judged sample, how far it got, and its errors in the order of their places."""

    sample: MeasuredSample
    stage: Stage
    faults: tuple[_Fault, ...]

    def families(self) -> set[Family]:
        return {fault.family for fault in self.faults}


def measure(run: MeasuredRun) -> FailuresFigures | None:
    """Take the failures of *run* apart; None where no sample was judged."""
    examined = [found for sample in run.samples if (found := _examine(sample)) is not None]
    if not examined:
        return None
    categories = {one.sample.prompt.category for one in examined}
    return FailuresFigures(
        judged=len(examined),
        ladder=_ladder(examined),
        families=_families(examined),
        ownership=_ownership(examined),
        by_prompt=_codes_by(
            ((one.sample.prompt.id, one) for one in examined), [p.id for p in run.prompts], CODES_OF_PROMPT
        ),
        by_category=_codes_by(
            ((one.sample.prompt.category, one) for one in examined), sorted(categories), CODES_OF_CATEGORY
        ),
        first_error=_first_error(examined),
    )


def _examine(sample: MeasuredSample) -> _Examined | None:
    judgment = sample.extracted
    if isinstance(judgment, Unjudged):
        return None
    stage = stage_with_tests(judgment, sample.extracted_tests)
    if not isinstance(judgment, Rejected):
        return _Examined(sample=sample, stage=stage, faults=())
    # rustc reports phase by phase; the first mistake that a reader meets is the one that stands first.
    errors = sorted(judgment.errors, key=_place)
    faults = tuple(_Fault(error=error, family=family_of(error, judgment.stage)) for error in errors)
    return _Examined(sample=sample, stage=stage, faults=faults)


def _place(error: Diagnostic) -> tuple[bool, int, int]:
    return (error.line is None, error.line or 0, error.column or 0)


def _percent_with(pairs: Iterable[tuple[_Examined, bool]]) -> Estimate:
    values = values_by_prompt((one.sample, 100.0 * holds) for one, holds in pairs)
    return mean_estimate(values, bounds=(0.0, 100.0))


def _ladder(examined: Sequence[_Examined]) -> list[Rung]:
    counts = Counter(one.stage for one in examined)
    return [
        Rung(
            stage=stage.value,
            samples=counts[stage],
            percent=100.0 * counts[stage] / len(examined),
            reached=_percent_with((one, one.stage.rank >= stage.rank) for one in examined),
        )
        for stage in Stage
        if counts[stage]
    ]


def _families(examined: Sequence[_Examined]) -> list[FamilyFigures]:
    errors = Counter(fault.family for one in examined for fault in one.faults)
    first = Counter(one.faults[0].family for one in examined if one.faults)
    samples = Counter(family for one in examined for family in one.families())
    codes: dict[Family, Counter[str]] = {family: Counter() for family in errors}
    for one in examined:
        for family, code in {(fault.family, fault.code) for fault in one.faults}:
            codes[family][code] += 1
    return [
        FamilyFigures(
            family=family,
            samples=_percent_with((one, family in one.families()) for one in examined),
            first=first[family],
            errors=errors[family],
            codes=_top(codes[family], CODES_OF_FAMILY),
        )
        for family in sorted(errors, key=lambda family: (-samples[family], family))
    ]


def _top(codes: Counter[str], most: int) -> list[CodeCount]:
    ordered = sorted(codes.items(), key=lambda item: (-item[1], item[0]))
    return [CodeCount(code=code, samples=samples) for code, samples in ordered[:most]]


def _ownership(examined: Sequence[_Examined]) -> OwnershipCard:
    checked = [
        one for one in examined if Family.OWNERSHIP in one.families() or one.stage.rank >= Stage.BORROWCK.rank
    ]
    rules: Counter[OwnershipRule] = Counter()
    samples: Counter[tuple[str, OwnershipRule]] = Counter()
    errors: Counter[tuple[str, OwnershipRule]] = Counter()
    example: dict[tuple[str, OwnershipRule], str] = {}
    for one in checked:
        kinds = [
            (fault.error.code or WITHOUT_CODE, ownership_rule(fault.error))
            for fault in one.faults
            if fault.family is Family.OWNERSHIP
        ]
        rules.update({rule for _, rule in kinds})
        samples.update(set(kinds))
        errors.update(kinds)
        for kind in kinds:
            example.setdefault(kind, one.sample.prompt.id)
    return OwnershipCard(
        checked=len(checked),
        clean=_percent_with((one, Family.OWNERSHIP not in one.families()) for one in checked),
        rules={rule: rules[rule] for rule in OwnershipRule},
        rows=[
            OwnershipRow(
                code=code,
                rule=rule,
                meaning=OWNERSHIP_CODES[code][1] if code in OWNERSHIP_CODES else f"another error of {rule}",
                samples=number,
                errors=errors[code, rule],
                example_prompt=example[code, rule],
            )
            for (code, rule), number in sorted(samples.items(), key=lambda item: (-item[1], item[0]))
        ],
    )


def _codes_by(
    named: Iterable[tuple[str, _Examined]], order: Sequence[str], most: int
) -> dict[str, PromptCodes]:
    failing: Counter[str] = Counter()
    codes: dict[str, Counter[str]] = {name: Counter() for name in order}
    for name, one in named:
        failing[name] += not one.sample.compiles
        codes[name].update({fault.code for fault in one.faults})
    return {
        name: PromptCodes(failing=failing[name], codes=_top(codes[name], most))
        for name in order
        if codes[name]
    }


def _first_error(examined: Sequence[_Examined]) -> FirstErrorPlace:
    shares = []
    in_prompt = 0
    for one in examined:
        sample = one.sample
        if not one.faults or sample.program is None:
            continue
        written = 0 if sample.completion.is_program else len(sample.prompt.text)
        if not sample.program.startswith(sample.text[:written]):
            written = 0  # extraction has moved the text; all of it counts as written
        share = share_before_first_error(sample.program, sample.extracted, start=written)
        if share is None:
            continue
        shares.append(share)
        first = one.faults[0].error
        in_prompt += share == 0.0 and first.line is not None and _before(sample.program, first, written)
    tenths = Counter(min(TENTHS - 1, int(TENTHS * share)) for share in shares)
    return FirstErrorPlace(
        samples=len(shares),
        in_prompt=in_prompt,
        median=median(shares) if shares else None,
        tenths=[tenths[place] for place in range(TENTHS)],
    )


def _before(text: str, error: Diagnostic, written: int) -> bool:
    """Whether *error* stands within the first *written* characters."""
    lines_before = text[:written].count("\n") + 1
    line, column = error.line or 0, error.column or 0
    if line != lines_before:
        return line < lines_before
    return column - 1 < written - (text.rfind("\n", 0, written) + 1)
