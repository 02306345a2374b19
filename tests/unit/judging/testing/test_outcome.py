"""At whose door the end of a tested program is laid: one row for each way in which it can end."""

from __future__ import annotations

from dataclasses import replace
from signal import SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGSEGV, SIGSYS, SIGTERM, SIGXCPU, SIGXFSZ

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging.testing.execution import ProgramEnd, Round, Said
from ferrobench.judging.testing.jail import RunLimits
from ferrobench.judging.testing.outcome import Account, limit_of
from ferrobench.judging.verdict import Failure, Limit, Proof, Tested

LIMITS = RunLimits(cpu_seconds=3)
UNITS = ("a", "b", "c", "d")
FINE = ProgramEnd(
    status=0, cpu_seconds=0.1, peak_mib=2.0, wall_seconds=0.2, timed_out=False, flooded=False, errors=""
)
NO_MEMORY = "thread panicked\nmemory allocation of 16777216 bytes failed\n"
NO_STACK = "\nthread 'main' has overflowed its stack\nfatal runtime error: stack overflow, aborting\n"
HELD = (Said.HELD, "")


def round_of(
    *said: tuple[Said, str], end: ProgramEnd = FINE, first: int = 0, done: bool | None = None
) -> Round:
    """A round in which the tests said these of one unit after the other; done where all of them were reached."""
    reports = [(kind, first + place, words) for place, (kind, words) in enumerate(said)]
    if done if done is not None else first + len(said) == len(UNITS):
        reports.append((Said.DONE, len(UNITS), ""))
    return Round(reports=tuple(reports), end=end, tests_status=0)


def concluded(*rounds: Round, proof: Proof = Proof.REMOTE) -> Tested:
    """What these rounds come to."""
    account = Account(units=UNITS, limits=LIMITS, proof=proof)
    for finished in rounds:
        account.add(finished)
    return account.conclude()


def died(**changes: object) -> Round:
    """A round in which the program left without an answer to its first call."""
    return round_of((Said.GONE, ""), end=replace(FINE, **changes), done=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("finished", "failure", "limit", "words"),
    [
        (round_of((Said.ASSERTION, "left: 1, right: 2"), HELD, HELD, HELD), Failure.ASSERTION, None, "a: left: 1, right: 2"),
        (round_of(HELD, (Said.PANIC, "no such thing"), HELD, HELD), Failure.PANIC, None, "b: the program panicked: no such thing"),
        (
            round_of(HELD, HELD, (Said.PANIC, "attempt to add with overflow"), HELD),
            Failure.OVERFLOW, None, "c: the program panicked: attempt to add with overflow",
        ),
        (
            round_of((Said.PANIC, "attempt to shift left with overflow"), HELD, HELD, HELD),
            Failure.OVERFLOW, None, "attempt to shift left with overflow",
        ),
        (
            round_of((Said.PANIC, "I attempt to add with overflow, too"), HELD, HELD, HELD),
            Failure.PANIC, None, "I attempt to add",
        ),
        (died(status=0), Failure.LEFT_EARLY, None, "a: the program ended by itself with status 0"),
        (died(status=1), Failure.LEFT_EARLY, None, "ended by itself with status 1"),
        (died(status=134), Failure.LEFT_EARLY, None, "ended by itself with status 134"),
        (died(status=-SIGABRT), Failure.ABORT, None, "a: the program aborted"),
        (died(status=-SIGABRT, errors=NO_STACK), Failure.STACK_OVERFLOW, None, "overflowed its stack"),
        (died(status=-SIGABRT, errors=NO_MEMORY), None, Limit.MEMORY, "ended by its limit of memory"),
        (died(status=-SIGSEGV), Failure.SIGNAL, None, "ended by signal SIGSEGV"),
        (died(status=-SIGBUS), Failure.SIGNAL, None, "SIGBUS"),
        (died(status=-SIGFPE), Failure.SIGNAL, None, "SIGFPE"),
        (died(status=-SIGTERM), Failure.SIGNAL, None, "SIGTERM"),
        (died(status=-SIGSYS), Failure.SIGNAL, None, "SIGSYS"),
        (died(status=-SIGXFSZ), Failure.SIGNAL, None, "SIGXFSZ"),
        (died(status=-64), Failure.SIGNAL, None, "signal SIGRTMAX"),
        (died(status=-50), Failure.SIGNAL, None, "signal 50"),
        (died(status=-SIGSEGV, errors=NO_MEMORY), Failure.SIGNAL, None, "SIGSEGV"),
        (died(status=-SIGXCPU, cpu_seconds=3.0), None, Limit.TIME, "ended by its limit of time"),
        (died(status=-SIGKILL, cpu_seconds=4.0), None, Limit.TIME, "limit of time"),
        (died(status=-SIGKILL, cpu_seconds=0.1), Failure.SIGNAL, None, "SIGKILL"),
        (died(status=None, timed_out=True), None, Limit.TIME, "limit of time"),
        (died(status=None, flooded=True), None, Limit.OUTPUT, "limit of output"),
        (died(status=-SIGKILL, flooded=True, cpu_seconds=9.0), None, Limit.OUTPUT, "limit of output"),
        (
            round_of((Said.NONSENSE, ""), done=False), Failure.LEFT_EARLY, None,
            "a: the program answered with what is no value of that type",
        ),
        (round_of((Said.NOT_UNDERSTOOD, ""), done=False), Failure.LEFT_EARLY, None, "no value of that type"),
        (
            round_of((Said.NONSENSE, ""), end=replace(FINE, status=-SIGSEGV), done=False),
            Failure.LEFT_EARLY, None, "no value of that type",
        ),
        (round_of(done=False), Failure.ASSERTION, None, "a: the tests did not come to an end on what was returned"),
    ],
)  # fmt: skip
def test_each_end_has_its_name(
    finished: Round, failure: Failure | None, limit: Limit | None, words: str
) -> None:
    tested = concluded(finished)

    assert (tested.failure, tested.limit) == (failure, limit)
    assert words in str(tested.detail)
    assert not tested.all_held
    assert tested.passed + tested.failed == len(UNITS)
    assert tested.failed > 0


def test_every_failure_but_one_is_an_end_of_some_row() -> None:
    """Without an entry point nothing was ever run."""
    (mark,) = [mark for mark in test_each_end_has_its_name.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
    rows = mark.args[1]

    assert {row[1] for row in rows} >= {*Failure, None} - {Failure.NO_ENTRY_POINT}
    assert {row[2] for row in rows} >= set(Limit)


def test_all_held_is_a_pass() -> None:
    tested = concluded(round_of(HELD, HELD, HELD, HELD))

    assert tested.all_held
    assert (tested.passed, tested.failed, tested.detail, tested.near_limit) == (4, 0, None, False)


@pytest.mark.parametrize(
    "end",
    [
        replace(FINE, status=1),
        replace(FINE, status=-SIGSEGV),
        replace(FINE, status=None),
        replace(FINE, status=-SIGABRT, errors=NO_MEMORY),
    ],
)
def test_how_a_program_ends_after_the_tests_is_its_own_affair(end: ProgramEnd) -> None:
    """They came to their end, and all of them held."""
    assert concluded(round_of(HELD, HELD, HELD, HELD, end=end)).all_held


def test_two_of_four_that_hold_are_counted() -> None:
    tested = concluded(round_of(HELD, (Said.ASSERTION, "x"), HELD, (Said.PANIC, "y")))

    assert (tested.passed, tested.failed) == (2, 2)
    assert tested.failure is Failure.ASSERTION


def test_the_first_failure_is_the_one_that_is_told() -> None:
    tested = concluded(round_of(HELD, (Said.PANIC, "first"), (Said.ASSERTION, "second"), HELD))

    assert (tested.failure, tested.detail) == (Failure.PANIC, "b: the program panicked: first")


def test_after_a_death_the_tests_behind_it_count_all_the_same() -> None:
    account = Account(units=UNITS, limits=LIMITS)

    following = account.add(round_of(HELD, (Said.GONE, ""), end=replace(FINE, status=0), done=False))
    last = account.add(round_of(HELD, HELD, first=2))

    assert (following, last) == (2, None)
    tested = account.conclude()
    assert (tested.passed, tested.failed, tested.failure) == (3, 1, Failure.LEFT_EARLY)


def test_of_several_deaths_the_first_is_told() -> None:
    tested = concluded(
        round_of((Said.GONE, ""), end=replace(FINE, status=-SIGABRT), done=False),
        round_of((Said.GONE, ""), end=replace(FINE, status=-SIGSEGV), done=False, first=1),
    )

    assert (tested.failure, tested.detail) == (Failure.ABORT, "a: the program aborted")


def test_a_death_in_the_last_test_begins_nothing_new() -> None:
    account = Account(units=UNITS, limits=LIMITS)

    assert account.add(round_of(HELD, HELD, HELD, (Said.GONE, ""), done=False)) is None
    assert account.conclude().passed == 3


def test_a_limit_ends_it_all_and_what_held_before_counts() -> None:
    account = Account(units=UNITS, limits=LIMITS)

    following = account.add(round_of(HELD, (Said.GONE, ""), end=replace(FINE, status=-SIGXCPU), done=False))

    assert following is None
    tested = account.conclude()
    assert (tested.passed, tested.failed, tested.failure, tested.limit) == (1, 3, None, Limit.TIME)


def test_a_limit_after_an_assertion_that_failed_is_the_limit() -> None:
    tested = concluded(
        round_of((Said.ASSERTION, "x"), (Said.GONE, ""), end=replace(FINE, status=-SIGXCPU), done=False)
    )

    assert (tested.failure, tested.limit, tested.detail) == (None, Limit.TIME, "a: x")


def test_units_nobody_knows_are_ignored() -> None:
    assert concluded(round_of(HELD, HELD, HELD, HELD, HELD, HELD, done=True)).passed == 4


def test_an_end_of_the_tests_without_word_of_some_unit_is_no_pass() -> None:
    tested = concluded(round_of(HELD, HELD, done=True))

    assert (tested.passed, tested.failed, tested.failure) == (2, 2, Failure.LEFT_EARLY)


def test_nothing_at_all_is_no_pass() -> None:
    """Zero tests run are zero proofs."""
    tested = Account(units=UNITS, limits=LIMITS).conclude()

    assert not tested.all_held
    assert (tested.passed, tested.failed, tested.failure) == (0, 4, Failure.LEFT_EARLY)


@pytest.mark.parametrize(("seconds", "near"), [(0.1, False), (2.39, False), (2.41, True), (2.9, True)])
def test_near_the_limit_is_four_fifths_of_it(seconds: float, near: bool) -> None:
    tested = concluded(round_of(HELD, HELD, HELD, HELD, end=replace(FINE, cpu_seconds=seconds)))

    assert tested.near_limit == near
    assert tested.cpu_seconds == seconds


def test_the_time_of_all_rounds_counts() -> None:
    tested = concluded(
        round_of((Said.GONE, ""), end=replace(FINE, cpu_seconds=1.25), done=False),
        round_of(HELD, HELD, HELD, first=1, end=replace(FINE, cpu_seconds=1.25)),
    )

    assert (tested.cpu_seconds, tested.near_limit) == (2.5, True)


def test_what_ran_out_of_time_is_near_the_limit() -> None:
    """Even if nobody was left to count."""
    assert concluded(died(status=None, cpu_seconds=None, timed_out=True)).near_limit


def test_words_are_cut() -> None:
    tested = concluded(round_of((Said.ASSERTION, "x" * 5000), HELD, HELD, HELD))

    assert len(str(tested.detail)) == 1000


def test_tests_that_end_by_themselves_are_ended_by_what_was_returned() -> None:
    """An endless loop over a huge result, say: the reference does not do that to them."""
    tested = concluded(round_of(HELD, done=False), round_of(HELD, HELD, first=2))

    assert (tested.passed, tested.failure) == (3, Failure.ASSERTION)
    assert str(tested.detail).startswith("b: the tests did not come to an end")


def test_in_one_process_a_death_between_reports_is_the_samples() -> None:
    """It ended the process of its own tests."""
    tested = concluded(
        round_of(HELD, end=replace(FINE, status=0), done=False),
        round_of(HELD, HELD, first=2),
        proof=Proof.IN_PROCESS,
    )

    assert (tested.passed, tested.failed, tested.failure) == (3, 1, Failure.LEFT_EARLY)
    assert tested.proof is Proof.IN_PROCESS


@pytest.mark.parametrize("proof", Proof)
def test_reports_of_all_units_are_nothing_without_the_end_of_the_tests(proof: Proof) -> None:
    """In one process the sample may have written them itself: the last of them cannot be believed."""
    tested = concluded(round_of(HELD, HELD, HELD, HELD, done=False), proof=proof)

    assert (tested.passed, tested.failed) == (3, 1)
    assert tested.failure is not None


def test_a_forged_end_of_units_nobody_knows_is_no_pass() -> None:
    """It says that all held, then that something else was the last word."""
    tested = concluded(round_of(HELD, HELD, HELD, HELD, (Said.GONE, ""), done=False), proof=Proof.IN_PROCESS)

    assert not tested.all_held
    assert (tested.passed, tested.failed, tested.failure) == (3, 1, Failure.LEFT_EARLY)


def test_what_did_not_hold_does_not_hold_later() -> None:
    """A sample that shares a process with its tests may add words of its own, before and after the true one."""
    for place in range(3):
        words = [(Said.HELD, 0, ""), (Said.HELD, 0, "")]
        words.insert(place, (Said.ASSERTION, 0, "left: 1, right: 2"))
        reports = (*words, *((Said.HELD, unit, "") for unit in (1, 2, 3)), (Said.DONE, 4, ""))

        tested = concluded(Round(reports=reports, end=FINE, tests_status=0), proof=Proof.IN_PROCESS)

        assert (tested.passed, tested.failed, tested.failure) == (3, 1, Failure.ASSERTION)


def test_a_fresh_account_knows_nothing_but_what_is_counted() -> None:
    account = Account(units=UNITS, limits=LIMITS, proof=Proof.IN_PROCESS)
    account.add(died(status=-SIGXCPU))

    assert account.fresh() == Account(units=UNITS, limits=LIMITS, proof=Proof.IN_PROCESS)


def test_no_limit_ends_what_ended_well() -> None:
    assert limit_of(FINE, LIMITS) is None


def test_words_about_memory_count_only_with_an_abort() -> None:
    """A program can write what it likes."""
    assert limit_of(replace(FINE, errors=NO_MEMORY), LIMITS) is None
    assert limit_of(replace(FINE, status=1, errors=NO_MEMORY), LIMITS) is None


_SAID = st.sampled_from(Said)
_ENDS = st.builds(
    ProgramEnd,
    status=st.none() | st.integers(-64, 255),
    cpu_seconds=st.none() | st.floats(0, 5),
    peak_mib=st.floats(0, 1024),
    wall_seconds=st.floats(0, 20),
    timed_out=st.booleans(),
    flooded=st.booleans(),
    errors=st.sampled_from(["", NO_MEMORY, NO_STACK]),
)
_ROUNDS = st.builds(
    Round,
    reports=st.lists(st.tuples(_SAID, st.integers(0, 6), st.text(max_size=10)), max_size=8).map(tuple),
    end=_ENDS,
    tests_status=st.none() | st.integers(0, 300),
)


@given(st.lists(_ROUNDS, max_size=4), st.sampled_from(Proof))
def test_only_units_that_were_seen_to_hold_make_a_pass(rounds: list[Round], proof: Proof) -> None:
    """Whatever the reports say, and however the program ends."""
    tested = concluded(*rounds, proof=proof)
    said = [
        (unit, kind) for finished in rounds for kind, unit, _ in finished.reports if kind is not Said.DONE
    ]

    assert tested.passed + tested.failed == len(UNITS)
    assert tested.limit is not None or (tested.failure is None) == (tested.failed == 0)
    if tested.all_held:
        assert any(finished.is_done for finished in rounds)
        assert {(unit, Said.HELD) for unit in range(len(UNITS))} <= set(said)
        assert not any(unit < len(UNITS) and kind is not Said.HELD for unit, kind in said)


@given(_ROUNDS)
def test_the_next_round_begins_behind_the_last_word(finished: Round) -> None:
    """So that a sample is never started without end."""
    following = Account(units=UNITS, limits=LIMITS).add(finished)

    if following is not None:
        assert following > (finished.reports[-1][1] if finished.reports else 0)
        assert following < len(UNITS)
