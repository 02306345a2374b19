"""From what became of a prompt's programs to what is wrong with the prompt. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ferrobench.prompts.mutation import mutants, returns_opaque
from ferrobench.suite_check.assertions import TestsReading, read_tests
from ferrobench.suite_check.outcome import End
from ferrobench.suite_check.programs import Part
from ferrobench.suite_check.report import Fault, FaultKind, MutationScore, PromptReport, Survivor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferrobench.prompts import Prompt
    from ferrobench.prompts.checks import PromptChecks
    from ferrobench.suite_check.outcome import Outcome
    from ferrobench.suite_check.programs import Candidate

    Judged = Sequence[tuple[Candidate, Outcome]]

ENOUGH_PROGRAMS = 10
"""Fewer wrong programs say little about the tests."""
_ANSWERS = (End.PASSED, End.FAILED, End.REFUSED)
# What a replacement of "py" by "rs" has made of "python" in a well-known set.
_GARBLED = re.compile(r"\b\w*rsthon\w*\b")


def untested_report(prompt: Prompt) -> PromptReport:
    """Report on a prompt whose text fixes no behaviour: there is nothing to check but that."""
    return PromptReport(id=prompt.id, tested=False, faults=(), notes=(), mutation=None, attainable=False)


def is_worth_mutating(prompt: Prompt, judged: Judged) -> bool:
    """Whether the failure of a wrong program would say anything: the reference passes, or there is none to ask."""
    references = [outcome.end for candidate, outcome in judged if candidate.part is Part.REFERENCE]
    if not prompt.reference:
        return not any(outcome.end is End.SUITE_FAULT for _, outcome in judged)
    return bool(references) and references[0] is End.PASSED


def conclude(
    prompt: Prompt,
    checks: PromptChecks,
    judged: Judged,
    *,
    editions: Sequence[str],
    least_score: float,
    style: Sequence[str] = (),
) -> PromptReport:
    """Say what is wrong with a prompt that has tests, given all its programs' outcomes, and notes on its *style*."""
    main = editions[0]
    reading = read_tests(prompt.tests)
    references = [(c, o) for c, o in judged if c.part is Part.REFERENCE]
    proven = any(o.end is End.PASSED for c, o in references if c.edition == main)
    mutation = _mutation(prompt, checks, judged)
    faults = [
        *_reading_faults(reading, proven=proven),
        *_building_faults(prompt, judged, broken=reading.broken is not None and not proven),
        *_reference_faults(references, editions),
        *_stub_faults(prompt, judged),
        *_passing_faults(judged),
        *_by_hand_faults(judged),
        *_equivalent_faults(checks, judged),
    ]
    if mutation is not None and mutation.score is not None and mutation.score < least_score:
        faults.append(
            Fault(
                kind=FaultKind.WEAK_TESTS,
                detail=f"{100 * mutation.score:.0f} % of the {mutation.programs} wrong programs fail, "
                f"expected {100 * least_score:.0f} % or more",
            )
        )
    impossible = {
        FaultKind.TESTS_CONTRADICT,
        FaultKind.TESTS_DO_NOT_BUILD,
        FaultKind.TESTS_UNPARSABLE,
        FaultKind.STUB_REFUSED,
    }
    return PromptReport(
        id=prompt.id,
        tested=True,
        faults=tuple(faults),
        notes=(*_notes(prompt, reading, judged, mutation), *style),
        mutation=mutation,
        in_process=any(o.in_process for _, o in references),
        attainable=proven if prompt.reference else not impossible.intersection(f.kind for f in faults),
    )


def _reading_faults(reading: TestsReading, *, proven: bool) -> Iterator[Fault]:
    # Where the reference passes, rustc can read the tests, and it is tree-sitter that cannot.
    if reading.broken is not None and not proven:
        yield Fault(kind=FaultKind.TESTS_UNPARSABLE, detail=f"the tests are no Rust: {reading.broken}")
    if not proven:
        for contradiction in reading.contradictions:
            yield Fault(kind=FaultKind.TESTS_CONTRADICT, detail=contradiction)
    if not reading.can_fail and reading.broken is None:
        yield Fault(kind=FaultKind.NOTHING_ASSERTED, detail="the tests hold no assertion")


def _building_faults(prompt: Prompt, judged: Judged, *, broken: bool) -> Iterator[Fault]:
    """The engine's word that the tests do not build, unless it is *broken* and said so, better, already."""
    causes = dict.fromkeys(outcome.detail for _, outcome in judged if outcome.end is End.SUITE_FAULT)
    for cause in list(causes)[:1]:
        if not broken:
            yield Fault(kind=FaultKind.TESTS_DO_NOT_BUILD, detail=cause.removeprefix(f"{prompt.id}: "))


def _reference_faults(references: Judged, editions: Sequence[str]) -> Iterator[Fault]:
    failing: dict[str, list[str]] = {}
    for edition in editions:
        ends = [o for c, o in references if c.edition == edition and o.end in _ANSWERS]
        failed = [outcome for outcome in ends if outcome.end is not End.PASSED]
        if failed and len(failed) < len(ends):
            yield Fault(
                kind=FaultKind.REFERENCE_FLAKY,
                detail=f"the reference fails {len(failed)} of {len(ends)} runs in edition {edition}: {failed[0].detail}",
            )
        elif failed:
            failing.setdefault(failed[0].detail, []).append(edition)
    for detail, where in failing.items():
        plural = "s" if len(where) > 1 else ""
        yield Fault(
            kind=FaultKind.REFERENCE_FAILS,
            detail=f"the reference fails in edition{plural} {' and '.join(where)}: {detail}",
        )


def _stub_faults(prompt: Prompt, judged: Judged) -> Iterator[Fault]:
    for candidate, outcome in judged:
        if candidate.part is not Part.STUB:
            continue
        if outcome.end is End.REFUSED and not returns_opaque(prompt):
            yield Fault(
                kind=FaultKind.STUB_REFUSED,
                detail=f"with {candidate.name} for an answer the prompt {outcome.detail}",
            )


def _passing_faults(judged: Judged) -> Iterator[Fault]:
    for candidate, outcome in judged:
        if outcome.end is not End.PASSED:
            continue
        if candidate.part in (Part.STUB, Part.TRIVIAL):
            yield Fault(kind=FaultKind.TRIVIAL_PASSES, detail=f"the body {candidate.name!r} passes the tests")
        elif candidate.part is Part.EMPTY:
            yield Fault(
                kind=FaultKind.EMPTY_PASSES, detail="the prompt passes the tests with nothing added to it"
            )


def _by_hand_faults(judged: Judged) -> Iterator[Fault]:
    for candidate, outcome in judged:
        if candidate.part is not Part.WRONG:
            continue
        if outcome.end is End.PASSED:
            yield Fault(
                kind=FaultKind.WRONG_PASSES, detail=f"the wrong answer {candidate.name!r} passes the tests"
            )
        elif outcome.end is End.REFUSED:
            yield Fault(
                kind=FaultKind.WRONG_REFUSED, detail=f"the wrong answer {candidate.name!r} {outcome.detail}"
            )


def _equivalent_faults(checks: PromptChecks, judged: Judged) -> Iterator[Fault]:
    ends = {c.name: o for c, o in judged if c.part is Part.MUTANT}
    for equivalent in checks.equivalent:
        outcome = ends.get(equivalent.mutant)
        if outcome is not None and outcome.end in (End.FAILED, End.REFUSED):
            yield Fault(
                kind=FaultKind.EQUIVALENT_KILLED,
                detail=f"the mutant {equivalent.mutant} is said to be equivalent, and {outcome.detail or 'fails'}",
            )


def _mutation(prompt: Prompt, checks: PromptChecks, judged: Judged) -> MutationScore | None:
    ends = {c.name: o.end for c, o in judged if c.part is Part.MUTANT}
    by_hand = [o.end for c, o in judged if c.part is Part.WRONG and o.end in (End.PASSED, End.FAILED)]
    if not ends and not by_hand:
        return None
    argued = {equivalent.mutant for equivalent in checks.equivalent}
    return MutationScore(
        killed=sum(end is End.FAILED for name, end in ends.items() if name not in argued),
        survivors=tuple(
            Survivor(id=mutant.id, line=mutant.line, before=mutant.before, after=mutant.after)
            for mutant in mutants(prompt)
            if ends.get(mutant.id) is End.PASSED and mutant.id not in argued
        ),
        equivalent=len(argued.intersection(ends)),
        refused=sum(end is End.REFUSED for end in ends.values()),
        unjudged=sum(end in (End.UNJUDGED, End.SUITE_FAULT) for end in ends.values()),
        by_hand_failed=by_hand.count(End.FAILED),
        by_hand=len(by_hand),
    )


def _notes(
    prompt: Prompt, reading: TestsReading, judged: Judged, mutation: MutationScore | None
) -> Iterator[str]:
    if not prompt.reference:
        yield "no reference solution: neither it nor mutants of it can be run"
    elif mutation is None:
        yield "no wrong programs were run"
    elif mutation.programs < ENOUGH_PROGRAMS:
        yield f"fewer than {ENOUGH_PROGRAMS} wrong programs compile; add some by hand in the suite's folder checks"
    if not any(candidate.part is Part.STUB for candidate, _ in judged):
        yield "no function whose body could be replaced: no stub and no trivial bodies were tried"
    if any(o.near_limit for c, o in judged if c.part is Part.REFERENCE):
        yield "the reference is near its limit: a slower machine may fail it"
    if reading.exact_floats:
        yield f"assertions that want one exact floating-point number: {reading.exact_floats}"
    garbled = _GARBLED.search(prompt.text)
    if garbled is not None:
        yield f"the prompt says {garbled[0]!r}: a word was spoilt by a replacement"
    causes = dict.fromkeys(outcome.detail for _, outcome in judged if outcome.end is End.UNJUDGED)
    yield from (f"unjudged: {cause}" for cause in causes)
