"""What a check concludes, with scripted judging."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import UsageError
from ferrobench.judging import (
    ClippyReport,
    Compiled,
    FormatReport,
    Limit,
    LintCount,
    LintGroup,
    LintReport,
    TestedProgram,
    Unjudged,
)
from ferrobench.judging.verdict import Failure
from ferrobench.prompts import JudgeMode, Prompt, Suite
from ferrobench.prompts.checks import Equivalent, PromptChecks, WrongAnswer
from ferrobench.suite_check import (
    CheckSettings,
    FaultKind,
    PromptReport,
    SuiteReport,
    check_suite,
    suite_report_record,
)
from tests.support.prompts import prompt
from tests.support.tested import rejected, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferrobench.judging import Judgment, Program


PASSED = TestedProgram(judgment=Compiled(warnings=()), tests=tell(3, 0))
FAILED = TestedProgram(
    judgment=Compiled(warnings=()), tests=tell(1, 2, failure=Failure.ASSERTION, detail="left == right")
)
TIMED_OUT = TestedProgram(judgment=Compiled(warnings=()), tests=tell(0, 3, limit=Limit.TIME))
REFUSED = TestedProgram(judgment=rejected("E0308", "mismatched types"), tests=None)
UNBUILT = TestedProgram(
    judgment=Compiled(warnings=()), tests=Unjudged(cause="suite: the tests do not build: too large")
)
UNJUDGED = TestedProgram(judgment=Unjudged(cause="the disk is full"), tests=None)

SQUARE = replace(
    prompt("fn square(n: i32) -> i32 {"),
    judge=JudgeMode.TESTS,
    reference="\n    n * n\n}\n",
    tests="#[test]\nfn two() { assert_eq!(square(2), 4); }\n",
)
REFERENCE = SQUARE.text + SQUARE.reference
SETTINGS = CheckSettings(editions=("2021", "2024"), runs=1)


class ScriptedJudge:
    """Answers as a function of text and edition says, and notes what it was asked."""

    def __init__(self, edition: str, answer: Callable[[str, str], TestedProgram]) -> None:
        self._edition = edition
        self._answer = answer
        self.asked: list[str] = []

    def submit_tested(self, prompt: Prompt, text: str) -> Future[TestedProgram]:
        """Answer at once."""
        self.asked.append(text)
        future: Future[TestedProgram] = Future()
        future.set_result(self._answer(text, self._edition))
        return future


def check(
    answer: Callable[[str, str], TestedProgram],
    *,
    asked: Prompt = SQUARE,
    checks: PromptChecks | None = None,
    settings: CheckSettings = SETTINGS,
) -> SuiteReport:
    """Check a suite of one prompt."""
    suite = Suite(name="small", version="1", description="", prompts=(asked,), content_hash="sha256:0")
    judges = {edition: ScriptedJudge(edition, answer) for edition in settings.editions}
    return check_suite(suite, {asked.id: checks} if checks else {}, judges, settings)


def sound(text: str, edition: str) -> TestedProgram:
    """What a good suite gives: the reference alone passes."""
    return PASSED if text == REFERENCE else FAILED


def but(text: str, answer: TestedProgram) -> Callable[[str, str], TestedProgram]:
    """A good suite, but for programs with *text* in them."""
    return lambda program, edition: (
        answer if text in program and program != REFERENCE else sound(program, edition)
    )


def kinds(report: SuiteReport) -> list[FaultKind]:
    """The kinds of the faults of the one prompt."""
    return [fault.kind for fault in the_prompt(report).faults]


def the_prompt(report: SuiteReport) -> PromptReport:
    """The report of the one prompt."""
    (found,) = report.prompts
    return found


def test_a_sound_prompt_has_no_faults() -> None:
    """All its mutants fail, and it can be passed."""
    report = check(sound)

    assert report.faults == 0
    assert report.attainable == report.tested == 1
    mutation = the_prompt(report).mutation
    assert mutation is not None
    assert mutation.score == 1.0
    assert mutation.survivors == ()


def test_the_reference_runs_as_often_as_asked_and_in_every_edition() -> None:
    """Everything else runs once in the first edition, a text that is wanted twice too."""
    suite = Suite(name="small", version="1", description="", prompts=(SQUARE,), content_hash="")
    main, other = ScriptedJudge("2021", sound), ScriptedJudge("2024", sound)
    check_suite(suite, {}, {"2021": main, "2024": other}, replace(SETTINGS, runs=3))

    references = [text for text in main.asked if text.rstrip() == REFERENCE.rstrip()]
    assert len(references) == len(set(references)) == 3  # judges remember texts
    assert other.asked == [REFERENCE]
    rest = [text for text in main.asked if text not in references]
    assert len(rest) == len(set(rest))
    assert "fn square(n: i32) -> i32 {\n    std::process::exit(0)\n}\n" in rest
    assert "fn square(n: i32) -> i32 {\n    todo!()\n}\n" in rest
    assert SQUARE.text in rest


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (but("    todo!()\n", PASSED), [FaultKind.TRIVIAL_PASSES]),
        (but("    todo!()\n", REFUSED), [FaultKind.STUB_REFUSED]),
        (but("exit(0)", PASSED), [FaultKind.TRIVIAL_PASSES]),
        (but("    0\n", PASSED), [FaultKind.TRIVIAL_PASSES]),
        (but("    0\n", REFUSED), []),
        (lambda text, edition: REFUSED if text == REFERENCE else FAILED, [FaultKind.REFERENCE_FAILS]),
        (lambda text, edition: FAILED, [FaultKind.REFERENCE_FAILS]),
        (
            lambda text, edition: TIMED_OUT if edition == "2024" else sound(text, edition),
            [FaultKind.REFERENCE_FAILS],
        ),
        (
            lambda text, edition: PASSED if text in (REFERENCE, SQUARE.text) else FAILED,
            [FaultKind.EMPTY_PASSES],
        ),
        (lambda text, edition: UNBUILT, [FaultKind.TESTS_DO_NOT_BUILD]),
    ],
)
def test_each_fault_is_found(answer: Callable[[str, str], TestedProgram], expected: list[FaultKind]) -> None:
    """And nothing else is said to be wrong, but for weak tests where a mutant passes that is a trivial body too."""
    assert [kind for kind in kinds(check(answer)) if kind is not FaultKind.WEAK_TESTS] == expected


def test_a_reference_that_passes_now_and_then_is_flaky() -> None:
    """It fails some of its runs, and can be passed all the same."""
    turns = iter((PASSED, FAILED, PASSED))
    report = check(
        lambda text, edition: (
            next(turns) if text.rstrip() == REFERENCE.rstrip() and edition == "2021" else sound(text, edition)
        ),
        settings=replace(SETTINGS, runs=3),
    )

    (fault,) = the_prompt(report).faults
    assert fault.kind is FaultKind.REFERENCE_FLAKY
    assert fault.detail == "the reference fails 1 of 3 runs in edition 2021: assertion: left == right"
    assert report.attainable == 1


def test_failing_everywhere_alike_is_one_fault() -> None:
    """With both editions in it."""
    (fault,) = the_prompt(check(lambda text, edition: REFUSED if text == REFERENCE else FAILED)).faults

    assert fault.detail == (
        "the reference fails in editions 2021 and 2024: does not compile: mismatched types [E0308]"
    )


def test_mutants_of_a_failing_reference_are_not_run() -> None:
    """Their failure would say nothing."""
    report = check(lambda text, edition: FAILED)

    assert the_prompt(report).mutation is None
    assert report.attainable == 0


def test_mutants_that_pass_are_listed_and_lower_the_score() -> None:
    """Those that do not compile count for nothing."""
    report = check(lambda text, edition: {"n / n": PASSED, "n + n": REFUSED}.get(
        next((part for part in ("n / n", "n + n") if part in text), ""), sound(text, edition)))  # fmt: skip

    mutation = the_prompt(report).mutation
    assert mutation is not None
    assert [(s.before, s.after, s.line) for s in mutation.survivors] == [("*", "/", 1)]
    assert mutation.refused == 1
    assert mutation.score == mutation.killed / (mutation.killed + 1)


def test_a_low_score_is_a_fault() -> None:
    """How low, the settings say."""
    answer = but("n / n", PASSED)

    assert kinds(check(answer, settings=replace(SETTINGS, least_score=0.95))) == [FaultKind.WEAK_TESTS]
    assert kinds(check(answer, settings=replace(SETTINGS, least_score=0.5))) == []


def test_running_out_of_time_is_failing() -> None:
    """A mutant that loops forever is noticed."""
    mutation = the_prompt(check(but("n + n", TIMED_OUT))).mutation

    assert mutation is not None
    assert mutation.score == 1.0


def test_argued_equivalents_are_counted_apart() -> None:
    """Neither for nor against the tests."""
    argued = PromptChecks(equivalent=(Equivalent(mutant="arithmetic@1:7#2", reason="arbitrary"),))
    mutation = the_prompt(check(but("n / n", PASSED), checks=argued)).mutation

    assert mutation is not None
    assert (mutation.equivalent, mutation.survivors, mutation.score) == (1, (), 1.0)


@pytest.mark.parametrize("answer", [sound, but("n / n", REFUSED)])
def test_an_equivalent_that_fails_is_none(answer: Callable[[str, str], TestedProgram]) -> None:
    """The argument is wrong, or about a program that is none."""
    argued = PromptChecks(equivalent=(Equivalent(mutant="arithmetic@1:7#2", reason="arbitrary"),))

    assert kinds(check(answer, checks=argued)) == [FaultKind.EQUIVALENT_KILLED]


@pytest.mark.parametrize(
    ("end", "expected", "by_hand"),
    [(FAILED, [], 1), (PASSED, [FaultKind.WRONG_PASSES], 1), (REFUSED, [FaultKind.WRONG_REFUSED], 0)],
)
def test_wrong_answers_must_compile_and_fail(
    end: TestedProgram, expected: list[FaultKind], by_hand: int
) -> None:
    """They begin in the line below the prompt, and count in the score."""
    checks = PromptChecks(wrong=(WrongAnswer(name="cubes", code="    n.pow(3)\n}\n", why="arbitrary"),))
    report = check(but("{\n    n.pow(3)\n}", end), checks=checks)

    assert kinds(report) == expected
    mutation = the_prompt(report).mutation
    assert mutation is not None
    assert mutation.by_hand == by_hand


def test_our_own_failures_are_no_faults() -> None:
    """They are counted, and said in a note."""
    report = check(but("n + n", UNJUDGED))

    assert report.faults == 0
    assert report.unjudged == 1
    assert "unjudged: the disk is full" in the_prompt(report).notes


def test_tests_that_contradict_each_other_are_found_without_a_reference() -> None:
    """No answer passes, so the prompt cannot be passed."""
    tests = "fn main() { assert_eq!(square(2), 4); assert_eq!(square(2), 5); }"
    report = check(lambda text, edition: FAILED, asked=replace(SQUARE, reference="", tests=tests))

    assert kinds(report) == [FaultKind.TESTS_CONTRADICT]
    assert report.attainable == 0


def test_tests_that_break_off_are_found() -> None:
    """With or without a reference."""
    asked = replace(SQUARE, tests="#[test]\nfn two() { assert_eq!(")

    assert FaultKind.TESTS_UNPARSABLE in kinds(check(lambda text, edition: UNBUILT, asked=asked))


def test_what_runs_is_no_fault_however_it_reads() -> None:
    """Where the reference passes, rustc has read the tests, and both assertions held."""
    asked = replace(SQUARE, tests="fn main() { assert_eq!(square(2), 4); assert_eq!(square(2), NOT_SEEN(")

    assert check(sound, asked=asked).faults == 0


def test_tests_without_an_assertion_are_found() -> None:
    """They pass whatever compiles."""
    assert FaultKind.NOTHING_ASSERTED in kinds(
        check(sound, asked=replace(SQUARE, tests="fn main() { square(2); }"))
    )


def test_without_a_reference_what_is_possible_runs() -> None:
    """A prompt that nothing speaks against counts as one that can be passed."""
    report = check(lambda text, edition: FAILED, asked=replace(SQUARE, reference=""))

    assert report.faults == 0
    assert report.attainable == 1
    assert report.programs > 3
    assert any("no reference" in note for note in the_prompt(report).notes)


def test_a_prompt_that_only_has_to_compile_is_only_listed() -> None:
    """Nothing of it is run, and it is no part of the ceiling."""
    report = check(sound, asked=replace(SQUARE, judge=JudgeMode.COMPILE, tests=""))

    assert report.programs == report.tested == report.faults == 0
    assert not the_prompt(report).tested


def test_a_return_type_of_some_trait_is_no_fault_of_the_prompt() -> None:
    """`todo!()` is not an iterator, and the compiler says so."""
    asked = replace(SQUARE, text="fn f() -> impl Iterator<Item = i32> {", reference="\n    0..3\n}\n")

    assert kinds(check(lambda text, edition: REFUSED if "todo!()" in text else PASSED if "0..3\n" in text else FAILED,
                       asked=asked)) == []  # fmt: skip


def test_a_word_that_a_replacement_has_spoilt_is_noted() -> None:
    """Known from a public set."""
    asked = replace(SQUARE, text=f"/// Write a rsthon function.\n{SQUARE.text}")

    assert any("rsthon" in note for note in the_prompt(check(lambda *_: FAILED, asked=asked)).notes)


class ScriptedLinter:
    """Has one report for every program."""

    def __init__(self, report: LintReport) -> None:
        self._report = report

    def lint(self, program: Program, text: str, judgment: Judgment) -> LintReport:
        """Say the same as ever."""
        return self._report


CLIPPY = ClippyReport(
    groups=(LintGroup.STYLE, LintGroup.PEDANTIC),
    counts=(
        LintCount(lint="missing_const_for_fn", group=LintGroup.PEDANTIC, count=1),
        LintCount(lint="needless_return", group=LintGroup.STYLE, count=2),
    ),
    findings=(),
)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (
            LintReport(lines=3, clippy=CLIPPY, rustfmt=FormatReport(changed_lines=0)),
            ["clippy on the reference: needless_return ×2"],
        ),
        (
            LintReport(lines=3, clippy=None, rustfmt=FormatReport(changed_lines=2)),
            ["rustfmt would change 2 lines of prompt and reference"],
        ),
        (
            LintReport(lines=3, clippy=None, rustfmt=None, unlinted="no disk"),
            ["the reference was not linted: no disk"],
        ),
    ],
)
def test_style_is_noted_and_no_fault(report: LintReport, expected: list[str]) -> None:
    """What nobody asks of clippy by default is left out."""
    suite = Suite(name="small", version="1", description="", prompts=(SQUARE,), content_hash="")
    judges = {edition: ScriptedJudge(edition, sound) for edition in SETTINGS.editions}
    found = check_suite(suite, {}, judges, SETTINGS, linter=ScriptedLinter(report))

    assert found.faults == 0
    assert list(the_prompt(found).notes)[-len(expected) :] == expected


def test_progress_is_told_after_each_program() -> None:
    """With how many are known so far."""
    told: list[tuple[int, int]] = []
    suite = Suite(name="small", version="1", description="", prompts=(SQUARE,), content_hash="")
    judges = {edition: ScriptedJudge(edition, sound) for edition in SETTINGS.editions}
    report = check_suite(suite, {}, judges, SETTINGS, judged=lambda done, known: told.append((done, known)))

    assert told[-1] == (report.programs, report.programs)
    assert [done for done, _ in told] == list(range(1, report.programs + 1))


@pytest.mark.parametrize("wrong", [{"runs": 0}, {"least_score": 1.2}, {"limit": 0}])
def test_impossible_settings_are_refused(wrong: dict[str, int]) -> None:
    """Before anything runs."""
    with pytest.raises(UsageError, match="expected"):
        CheckSettings(**wrong)  # type: ignore[arg-type]


def test_the_record_holds_all_of_it() -> None:
    """Faults by kind, survivors by id, and the ceiling."""
    record = suite_report_record(check(but("n / n", PASSED), settings=replace(SETTINGS, least_score=1.0)))

    assert record["attainable"] == record["tested"] == 1
    (found,) = record["prompts"]
    assert [fault["kind"] for fault in found["faults"]] == ["weak_tests"]
    assert found["mutation"]["survivors"] == [
        {"id": "arithmetic@1:7#2", "line": 1, "before": "*", "after": "/"}
    ]
