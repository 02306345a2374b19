"""Runs the programs that a check asks for. Two rounds: is the prompt sound, and then, where it is, do its tests see mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.prompts import JudgeMode
from ferrobench.prompts.checks import PromptChecks
from ferrobench.suite_check.conclude import conclude, is_worth_mutating, untested_report
from ferrobench.suite_check.outcome import End, outcome_of
from ferrobench.suite_check.programs import basic_candidates, wrong_candidates
from ferrobench.suite_check.report import SuiteReport
from ferrobench.suite_check.shapes import shape_notes
from ferrobench.suite_check.style import style_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from concurrent.futures import Future

    from ferrobench.judging import TestedProgram
    from ferrobench.prompts import Prompt, Suite
    from ferrobench.suite_check.outcome import Outcome, TestingJudge
    from ferrobench.suite_check.programs import Candidate
    from ferrobench.suite_check.style import ReferenceLinter


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSettings:
    """How a suite is checked."""

    editions: tuple[str, ...] = ("2021", "2024")
    """The first is that of everything; the reference must pass in all of them."""
    runs: int = 3
    """How often the reference is run, to find tests that pass now and then."""
    least_score: float = 0.8
    """The mutation score below which a prompt's tests are called weak."""
    limit: int | None = None
    """Only so many prompts, the first ones."""

    def __post_init__(self) -> None:
        if self.runs < 1:
            raise UsageError(f"--runs {self.runs}: expected 1 or more")
        if not 0 <= self.least_score <= 1:
            raise UsageError(f"--min-score {100 * self.least_score:g}: expected a percentage from 0 to 100")
        if self.limit is not None and self.limit < 1:
            raise UsageError(f"--limit {self.limit}: expected 1 or more")


def check_suite(
    suite: Suite,
    checks: Mapping[str, PromptChecks],
    judges: Mapping[str, TestingJudge],
    settings: CheckSettings,
    *,
    judged: Callable[[int, int], None] = lambda _done, _all: None,
    linter: ReferenceLinter | None = None,
) -> SuiteReport:
    """Check every prompt of a suite.

    Args:
        suite: What is checked.
        checks: What stands beside its prompts, by their ids.
        judges: A judge for each edition of *settings*.
        settings: How.
        judged: Told after each program how many are judged, and of how many known so far.
        linter: Asked about each reference that passes; what it finds is a note.
    """
    prompts = suite.prompts[: settings.limit]
    shapes = shape_notes(prompts)
    tested = [prompt for prompt in prompts if prompt.judge is JudgeMode.TESTS and prompt.tests]
    run = _Run(judges, judged)
    first = run.judge(
        (prompt, candidate)
        for prompt in tested
        for candidate in basic_candidates(prompt, settings.editions, settings.runs)
    )
    sound = [prompt for prompt in tested if is_worth_mutating(prompt, first[prompt.id])]
    second = run.judge(
        (prompt, candidate)
        for prompt in sound
        for candidate in wrong_candidates(prompt, checks.get(prompt.id, PromptChecks()), settings.editions[0])
    )
    return SuiteReport(
        suite=suite.name,
        version=suite.version,
        content_hash=suite.content_hash,
        editions=settings.editions,
        runs=settings.runs,
        prompts=tuple(
            conclude(
                prompt,
                checks.get(prompt.id, PromptChecks()),
                [*first.get(prompt.id, ()), *second.get(prompt.id, ())],
                editions=settings.editions,
                least_score=settings.least_score,
                style=(
                    *shapes.get(prompt.id, ()),
                    *(style_notes(linter, prompt) if linter is not None and prompt in sound else ()),
                ),
            )
            if prompt in tested
            else untested_report(prompt)
            for prompt in prompts
        ),
        programs=run.done,
        unjudged=run.unjudged,
    )


class _Run:
    """Judges programs, each text once, and keeps count."""

    def __init__(self, judges: Mapping[str, TestingJudge], judged: Callable[[int, int], None]) -> None:
        self._judges = judges
        self._judged = judged
        self._known: dict[tuple[str, str, str], Future[TestedProgram]] = {}
        self.done = 0
        self.unjudged = 0

    def judge(
        self, candidates: Iterable[tuple[Prompt, Candidate]]
    ) -> dict[str, list[tuple[Candidate, Outcome]]]:
        """Judge all of them side by side, and sort what came out by prompt."""
        waiting = [(prompt, candidate, self._submit(prompt, candidate)) for prompt, candidate in candidates]
        total = self.done + len(waiting)
        found: dict[str, list[tuple[Candidate, Outcome]]] = {}
        for prompt, candidate, future in waiting:
            outcome = outcome_of(future.result())
            found.setdefault(prompt.id, []).append((candidate, outcome))
            self.done += 1
            self.unjudged += outcome.end is End.UNJUDGED
            self._judged(self.done, total)
        return found

    def _submit(self, prompt: Prompt, candidate: Candidate) -> Future[TestedProgram]:
        # A mutant may well be a trivial body too.
        key = (prompt.id, candidate.edition, candidate.text)
        if key not in self._known:
            self._known[key] = self._judges[candidate.edition].submit_tested(prompt, candidate.text)
        return self._known[key]
