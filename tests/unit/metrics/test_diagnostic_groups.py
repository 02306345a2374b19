"""Errors by kind and warnings by lint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging import Compiled, Diagnostic, Empty, Rejected, Stage
from ferrobench.metrics import NOISE_LINTS, ErrorGroups, ErrorKind, LintGroups, error_kind
from ferrobench.metrics.diagnostic_groups import MAX_MESSAGE_CHARACTERS
from tests.support.records import diagnostic, rejected, warning


def refusal(*errors: Diagnostic, stage: Stage = Stage.TYPECHECK) -> Rejected:
    """A refusal for some errors."""
    return Rejected(stage=stage, errors=errors, warnings=())


def value(name: str) -> Diagnostic:
    """A name that is not found."""
    return diagnostic(f"cannot find value `{name}` in this scope", "E0425")


def test_errors_that_say_the_same_are_one_group() -> None:
    """
    Counted by sample and in all; the example is the first, in its own words, with its place.
    """
    groups: ErrorGroups[int] = ErrorGroups()
    groups.add(refusal(value("a"), value("b")), "xyz", 0)
    groups.add(refusal(value("c"), diagnostic()), "other", 1)
    groups.add(Compiled(warnings=()), "fine", 2)
    groups.add(Empty(), "", 3)

    first, second = groups.groups

    assert first.kind == ErrorKind(
        code="E0425",
        stage=Stage.RESOLVE,
        message="cannot find value `…` in this scope",
        missing_crate=None,
    )
    assert (first.samples, first.count) == (2, 3)
    assert first.example.sample == 0
    assert first.example.message == "cannot find value `a` in this scope"
    assert first.example.excerpt is not None
    assert (first.example.excerpt.source, first.example.excerpt.caret) == ("xyz", " ^")
    assert (second.kind.code, second.samples, second.count) == ("E0308", 1, 1)


def test_a_missing_crate_is_one_group_whatever_the_code() -> None:
    """
    It is told by its name, and another crate is another group.
    """
    groups: ErrorGroups[int] = ErrorGroups()
    groups.add(refusal(diagnostic("can't find crate for `rand`", "E0463")), "", 0)
    groups.add(refusal(diagnostic("cannot find module or crate `rand` in this scope", "E0433")), "", 1)
    groups.add(refusal(diagnostic("cannot find module or crate `regex` in this scope", "E0433")), "", 2)

    found = [
        (group.kind.message, group.kind.missing_crate, group.kind.code, group.samples)
        for group in groups.groups
    ]

    assert found == [
        ("missing crate: rand", "rand", None, 2),
        ("missing crate: regex", "regex", None, 1),
    ]


@pytest.mark.parametrize(
    ("message", "code", "of_text", "stage"),
    [
        ("mismatched types", "E0308", Stage.RESOLVE, Stage.TYPECHECK),
        ("this operation will panic", "unconditional_panic", Stage.LINT, Stage.LINT),
        ("unterminated block comment", None, Stage.LEX, Stage.LEX),
        ("expected `;`, found `x`", None, Stage.PARSE, Stage.PARSE),
        ("expected `;`, found `x`", None, Stage.LEX, Stage.PARSE),
        ("cannot find macro `m` in this scope", None, Stage.RESOLVE, Stage.RESOLVE),
    ],
)
def test_an_error_has_the_phase_that_complains_so(
    message: str, code: str | None, of_text: Stage, stage: Stage
) -> None:
    """
    Its own where its words tell, else the text's.
    """
    assert error_kind(diagnostic(message, code), of_text).stage is stage


def test_memory_does_not_grow_with_the_samples() -> None:
    """
    What finds no room is counted, and groups that are there go on counting.
    """
    groups: ErrorGroups[int] = ErrorGroups(limit=3)
    for number in range(100):
        groups.add(refusal(diagnostic(f"made up {chr(0x4E00 + number)}", None), diagnostic()), "", number)

    assert len(groups.groups) == 3
    assert groups.groups[0].count == 100
    assert groups.uncounted == 98


def test_very_long_words_are_cut() -> None:
    """
    A sample can write them, by `compile_error!`.
    """
    groups: ErrorGroups[int] = ErrorGroups()
    groups.add(refusal(diagnostic("w" * 5000, None)), "", 0)

    group = groups.groups[0]

    assert len(group.kind.message) == len(group.example.message) == MAX_MESSAGE_CHARACTERS


@given(st.lists(st.lists(st.sampled_from(["E0308", "E0425", "E0382", "E0004"]), max_size=5), max_size=8))
def test_every_error_is_counted_once(samples: list[list[str]]) -> None:
    """
    Samples of a group are at most all samples and at most its errors; the order is by samples.
    """
    groups: ErrorGroups[int] = ErrorGroups(limit=2)
    for number, codes in enumerate(samples):
        groups.add(refusal(*(diagnostic("x", code) for code in codes)), "", number)

    found = groups.groups

    assert sum(group.count for group in found) + groups.uncounted == sum(map(len, samples))
    for group in found:
        having = [number for number, codes in enumerate(samples) if group.kind.code in codes]
        assert group.samples == len(having) <= group.count
        assert group.example.sample == having[0]
    assert [group.samples for group in found] == sorted((group.samples for group in found), reverse=True)


def test_warnings_of_compiled_samples_are_counted_by_lint() -> None:
    """
    What any lone snippet has is kept apart. Of a refused text rustc finds only some, so it says nothing.
    """
    lints: LintGroups[int] = LintGroups()
    lints.add(Compiled(warnings=(warning("dead_code"), warning("unused_must_use"))), "abc", 0)
    lints.add(
        Compiled(warnings=(warning("unused_must_use"), warning("unused_must_use"), warning(None))), "", 1
    )
    lints.add(Rejected(stage=Stage.TYPECHECK, errors=(), warnings=(warning("unused_mut"),)), "", 2)
    lints.add(rejected(), "", 3)

    assert [(group.kind, group.samples, group.count) for group in lints.telling] == [
        ("unused_must_use", 2, 3)
    ]
    assert [(group.kind, group.samples, group.count) for group in lints.noise] == [("dead_code", 1, 1)]
    assert lints.telling[0].example.sample == 0


def test_findings_in_the_snippet_itself_are_no_noise() -> None:
    """
    No caller would make them go away.
    """
    assert not NOISE_LINTS & {"unused_must_use", "unused_variables", "unused_mut", "unreachable_code"}
