"""Judges samples end to end: assemble, extract, compile, test, for each reading.

Three answers come out for a completion. *As generated* is the seed's own measure, rustc's bare word on prompt plus
completion. *Strict* is the same text as a verdict, in which an answer that adds nothing is no answer. *Extracted* is what is
left after the unfinished tail is cut. A text that is the same in two of them is compiled once.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, TypeVar

from ferrobench.judging.assemble import assemble
from ferrobench.judging.assist import assist
from ferrobench.judging.compile import BackgroundCompiler, Compiler, PooledCompiler, RustcCompiler
from ferrobench.judging.crates import Crates, MissingCrate, missing_crate_cause
from ferrobench.judging.extract import extract, strict_reading
from ferrobench.judging.fast import FastCompiler
from ferrobench.judging.process import Limits
from ferrobench.judging.sandbox import Sandbox, choose_sandbox
from ferrobench.judging.testing import TestHarness
from ferrobench.judging.toolchain import probe_toolchain
from ferrobench.judging.verdict import (
    Compiled,
    Empty,
    Failure,
    Judgment,
    Rejected,
    Tested,
    Unjudged,
    is_compiled,
    text_parses,
)
from ferrobench.machine import available_cores
from ferrobench.prompts.prompt import JudgeMode
from ferrobench.rust_source.tokens import has_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType

    from ferrobench.judging.testing import RunLimits, TestJudgment
    from ferrobench.judging.toolchain import Toolchain
    from ferrobench.prompts.prompt import Prompt

T = TypeVar("T")
# One repair can bring another mistake to light; a few times.
_MOST_REPAIRS = 6
Mode: TypeAlias = Literal["fast", "exact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistedReading:
    """An answer after named repairs, which its model did not make."""

    text: str | None
    """None where nothing could be repaired; the judgment is that of the extracted reading then."""
    rules: tuple[str, ...]
    """The repairs, by name."""
    judgment: Judgment
    tests: TestJudgment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleJudgment:
    """What judging concluded about one completion, in each reading."""

    as_generated: Judgment
    """The seed's measure: rustc's bare word on prompt plus completion, however little was added."""
    strict: Judgment
    extracted: Judgment
    strict_text: str
    """Prompt plus completion, with the format's stop text where it was put back; or a whole program, as it is."""
    extracted_text: str | None
    """None where nothing of the model is left."""
    extraction: tuple[str, ...]
    """The names of the rules that made the extracted text, in order."""
    kept_length: int | None
    """Characters that the extracted text is of prompt plus completion, or of a whole program; None where it is no beginning of
    them, or nothing."""
    strict_tests: TestJudgment | None = None
    """What the hidden tests say of the strict text; None where it does not compile, or the prompt has no tests."""
    extracted_tests: TestJudgment | None = None
    assisted: AssistedReading | None = None
    """The extracted reading after repairs; None where nobody asked for it."""

    @property
    def compiles_as_generated(self) -> bool | None:
        """The seed's measure of success; None when it was not judged."""
        return is_compiled(self.as_generated)

    @property
    def parses(self) -> bool:
        """Whether prompt plus completion is known to be a Rust file as far as its syntax goes."""
        return text_parses(self.as_generated)


@dataclass(frozen=True, slots=True)
class TestedProgram:
    """What judging concluded about a whole program that answers a prompt."""

    __test__: ClassVar[bool] = False

    judgment: Judgment
    tests: TestJudgment | None
    """None where it does not compile, or the prompt has no tests."""


class Judge:
    """Says what rustc, and the hidden tests of prompts, say of texts, many at a time.

    Use it as a context manager: leaving it drops what has not begun and waits for what has. Safe to use from many threads,
    and for as long as you like: it keeps a bounded number of judgments, and its processes do not grow.
    """

    def __init__(
        self,
        toolchain: Toolchain | None = None,
        *,
        edition: str = "2021",
        sandbox: Sandbox | str = "auto",
        mode: Mode = "fast",
        limits: Limits | None = None,
        jobs: int | None = None,
        bare: bool = False,
        crates: Crates | None = None,
        compiler: Compiler | None = None,
        run_limits: RunLimits | None = None,
        testing: bool = True,
        assisting: bool = False,
    ) -> None:
        """Set up judging; but for a probe of the sandbox, no process is started yet.

        Args:
            toolchain: The rustc that judges; by default the one that ``rustc`` stands for.
            edition: The edition of all samples.
            sandbox: What confines rustc: ``auto`` for the strongest that works here, ``none`` for the caller's rights,
                or one that was chosen before, in which *crates* can be read.
            mode: ``fast``, or ``exact`` for one rustc process per text. They say the same.
            limits: What each rustc may use.
            jobs: How many rustc run at the same time; by default, as many as there are cores for us.
            bare: Leave the prompts' preludes out, for figures that are comparable with the original's.
            crates: What samples may use beside the standard library. What is promised and missing makes a sample that
                needs it :class:`Unjudged`.
            compiler: What judges in place of rustc. All other arguments but *jobs* and *bare* mean nothing then, and nothing
                is tested.
            run_limits: What each program under test may use.
            testing: Run the hidden tests of prompts that have any.
            assisting: Also judge completions after repairs (:mod:`ferrobench.judging.assist`).

        Raises:
            ToolchainError: There is no rustc.
            SandboxUnavailableError: No sandbox works here, and one was asked for.
        """
        self._edition = edition
        self._bare = bare
        self._assisting = assisting
        self._crates = crates or Crates()
        jobs = jobs or available_cores()
        self._compiler: BackgroundCompiler
        self._harness: TestHarness | None = None
        if compiler is not None:
            self._compiler = PooledCompiler(compiler, jobs)
            return
        toolchain = toolchain or probe_toolchain()
        if isinstance(sandbox, str):
            sandbox = choose_sandbox(toolchain, sandbox, self._crates)
        limits = limits or Limits()
        externs = self._crates.arguments(sandbox.crate_root)
        if testing:
            self._harness = TestHarness(
                toolchain,
                edition=edition,
                sandbox=sandbox,
                jobs=jobs,
                limits=limits,
                run_limits=run_limits,
                externs=externs,
                bare=bare,
                share=mode == "fast",
            )
        if mode == "exact":
            exact = RustcCompiler(
                toolchain, edition=edition, limits=limits, runner=sandbox.runner, externs=externs
            )
            self._compiler = PooledCompiler(exact, jobs)
        else:
            self._compiler = FastCompiler(
                toolchain,
                edition=edition,
                limits=limits,
                launcher=sandbox.runner,
                jobs=jobs,
                externs=externs,
            )

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop what has not begun and wait for what has: no process is left afterwards."""
        self._compiler.close()
        if self._harness is not None:
            self._harness.close()

    def prepare(self, prompts: Sequence[Prompt]) -> None:
        """Say which prompts are to come. It changes no verdict, but their tests are built together then."""
        if self._harness is not None:
            self._harness.prepare([prompt for prompt in prompts if prompt.judge is JudgeMode.TESTS])

    def compile(self, programs: Iterable[str]) -> list[Judgment]:
        """Judge whole programs, in their order. The more at a time, the faster each."""
        return [future.result() for future in [self.submit_code(program) for program in programs]]

    def judge_code(self, code: str, prelude: str = "") -> Judgment:
        """Judge a whole program as it is, with *prelude* in scope. One without a single token is :class:`Empty`."""
        return self.submit_code(code, prelude).result()

    def judge_completion(self, prompt: Prompt, completion: str) -> SampleJudgment:
        """Judge what a model wrote after *prompt*, in each reading."""
        return self.submit_completion(prompt, completion).result()

    def submit_code(self, code: str, prelude: str = "") -> Future[Judgment]:
        """Judge a whole program in the background."""
        if not has_tokens(code):
            return _known(Empty())
        return self._submit(code, "" if self._bare else prelude)

    def submit_completion(self, prompt: Prompt, completion: str) -> Future[SampleJudgment]:
        """Judge a completion in the background."""
        prelude = "" if self._bare else prompt.prelude
        strict_text = strict_reading(prompt, completion).text or ""
        crates = self._crates_of(prompt)
        as_generated = self._submit(strict_text, prelude, crates)
        extraction = extract(prompt, completion)
        adds_nothing = not has_tokens(completion) or (prompt.complete and extraction.text is None)
        if extraction.text is None or adds_nothing:
            extracted: Future[Judgment] = _known(Empty())
        elif extraction.text == strict_text:
            extracted = as_generated
        else:
            extracted = self._submit(extraction.text, prelude, crates)
        strict_tests = self._test(prompt, strict_text, as_generated if not adds_nothing else extracted)
        extracted_tests = (
            strict_tests
            if extracted is as_generated
            else self._test(prompt, extraction.text or "", extracted)
        )

        if adds_nothing or not self._assisting:
            assisted: Future[AssistedReading | None] = _known(None)
        else:
            assisted = self._assist(
                prompt, extraction.text or strict_text, as_generated, extracted, extracted_tests
            )

        def join() -> SampleJudgment:
            kept = None if isinstance(extracted.result(), Empty) else extraction.text
            strict = as_generated.result()
            # Unjudged stays unjudged: the seed's measure is missing then, and only one count of such samples is kept.
            if adds_nothing and not isinstance(strict, Unjudged):
                strict = Empty()
            return SampleJudgment(
                as_generated=as_generated.result(),
                strict=strict,
                extracted=extracted.result(),
                strict_text=strict_text,
                extracted_text=kept,
                extraction=extraction.rules,
                strict_tests=strict_tests.result(),
                extracted_tests=extracted_tests.result(),
                kept_length=len(kept) if kept and (prompt.text + completion).startswith(kept) else None,
                assisted=assisted.result()
                or (
                    AssistedReading(
                        text=None, rules=(), judgment=extracted.result(), tests=extracted_tests.result()
                    )
                    if self._assisting
                    else None
                ),
            )

        return _after((as_generated, extracted, strict_tests, extracted_tests, assisted), join)

    def submit_tested(self, prompt: Prompt, text: str) -> Future[TestedProgram]:
        """Judge a whole program that answers *prompt* in the background: as it is, with the prelude in scope."""
        if not has_tokens(text):
            return _known(TestedProgram(Empty(), None))
        judged = self._submit(text, "" if self._bare else prompt.prelude, self._crates_of(prompt))
        tests = self._test(prompt, text, judged)
        return _after((judged, tests), lambda: TestedProgram(judged.result(), tests.result()))

    def submit_program(self, prompt: Prompt, text: str) -> Future[SampleJudgment]:
        """As :meth:`submit_tested`, told as the readings of an answer: all are the program as it is. Nothing is repaired."""
        tested = self.submit_tested(prompt, text)

        def join() -> SampleJudgment:
            judgment, tests = tested.result().judgment, tested.result().tests
            kept = None if isinstance(judgment, Empty) else text
            return SampleJudgment(
                as_generated=judgment,
                strict=judgment,
                extracted=judgment,
                strict_text=text,
                extracted_text=kept,
                extraction=(),
                kept_length=None if kept is None else len(kept),
                strict_tests=tests,
                extracted_tests=tests,
            )

        return _after((tested,), join)

    def _assist(
        self,
        prompt: Prompt,
        text: str,
        as_generated: Future[Judgment],
        extracted: Future[Judgment],
        tests: Future[TestJudgment | None],
    ) -> Future[AssistedReading | None]:
        """Repair an answer that compiles in no reading, or that its tests cannot call; None where nothing can be done."""

        def begin() -> Future[AssistedReading | None]:
            # Of an answer of which extraction left nothing, it is the strict text that is repaired.
            judgment = extracted.result()
            if isinstance(judgment, Empty):
                judgment = as_generated.result()
            found = tests.result()
            lacks_entry = isinstance(found, Tested) and found.failure is Failure.NO_ENTRY_POINT
            return self._repair(prompt, text, judgment, lacks_entry=lacks_entry, rules=())

        return _then(_after((as_generated, extracted, tests), lambda: None), begin)

    def _repair(
        self, prompt: Prompt, text: str, judgment: Judgment, *, lacks_entry: bool, rules: tuple[str, ...]
    ) -> Future[AssistedReading | None]:
        """Repair *text*, of which rustc says *judgment*, as often as it finds something new."""
        if not isinstance(judgment, Rejected) and not lacks_entry:
            return _known(None)
        errors = judgment.errors if isinstance(judgment, Rejected) else ()
        repaired = assist(prompt, text, errors)
        if repaired is None or repaired.text is None or len(rules) >= _MOST_REPAIRS:
            return _known(None)
        repaired_text, all_rules = repaired.text, (*rules, *repaired.rules)
        judged = self.submit_tested(prompt, repaired_text)

        def go_on() -> Future[AssistedReading | None]:
            outcome = judged.result()
            this = AssistedReading(
                text=repaired_text, rules=all_rules, judgment=outcome.judgment, tests=outcome.tests
            )
            further = self._repair(
                prompt, repaired_text, outcome.judgment, lacks_entry=False, rules=all_rules
            )
            return _after((further,), lambda: further.result() or this)

        return _then(judged, go_on)

    def _test(self, prompt: Prompt, text: str, compiled: Future[Judgment]) -> Future[TestJudgment | None]:
        """Run the tests of *prompt* as soon as it is known that *text* compiles; None where it does not, or has none."""
        harness = self._harness
        if harness is None or prompt.judge is not JudgeMode.TESTS:
            return _known(None)

        def begin() -> Future[Any]:
            return harness.submit(prompt, text) if isinstance(compiled.result(), Compiled) else _known(None)

        return _then(compiled, begin)

    def _crates_of(self, prompt: Prompt) -> Crates:
        """What answers to *prompt* may use: what their format takes for granted may be missing here."""
        absent = set(prompt.outside_crates) - self._crates.promised
        if not absent:
            return self._crates
        reason = "the data set takes it for granted; --extern NAME=PATH brings it"
        missing = tuple(MissingCrate(name=name, reason=reason) for name in sorted(absent))
        return replace(self._crates, missing=(*self._crates.missing, *missing))

    def _submit(self, text: str, prelude: str, crates: Crates | None = None) -> Future[Judgment]:
        compiled = self._compiler.submit(assemble(text, prelude))
        known = crates or self._crates
        if not known.missing:
            return compiled

        def blame() -> Judgment:
            judgment = compiled.result()
            if isinstance(judgment, Rejected):
                cause = missing_crate_cause(known, judgment, self._edition)
                if cause is not None:
                    return Unjudged(cause=cause)
            return judgment

        return _after((compiled,), blame)


def _known(value: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(value)
    return future


def _after(parts: tuple[Future[Any], ...], join: Callable[[], T]) -> Future[T]:
    """What *join* makes of several results, when all are there; cancelled where one of them is."""
    whole: Future[T] = Future()
    left = _Countdown(len(parts))

    def arrived(_part: Future[Any]) -> None:
        if left.count_down():
            _settle(whole, parts, join)

    for part in parts:
        part.add_done_callback(arrived)
    return whole


def _then(first: Future[Any], begin: Callable[[], Future[T]]) -> Future[T]:
    """What comes of what *begin* begins once *first* is there; cancelled where one of them is."""
    whole: Future[T] = Future()

    def arrived(_first: Future[Any]) -> None:
        if first.cancelled():
            _settle(whole, (first,), first.result)
            return
        try:
            second = begin()
        except BaseException as error:  # whoever waits is told
            whole.set_exception(error)
            return
        second.add_done_callback(lambda _: _settle(whole, (second,), second.result))

    first.add_done_callback(arrived)
    return whole


def _settle(whole: Future[T], parts: tuple[Future[Any], ...], join: Callable[[], T]) -> None:
    """Give *whole* what *join* makes of its parts, which are all done."""
    if any(part.cancelled() for part in parts):
        whole.cancel()
    # Whoever cancelled the whole does not want to know.
    if whole.set_running_or_notify_cancel():
        try:
            whole.set_result(join())
        except BaseException as error:  # whoever waits is told
            whole.set_exception(error)


class _Countdown:
    """Tells the last of several callers that it is the last. Safe to use from many threads."""

    def __init__(self, callers: int) -> None:
        self._left = callers
        self._lock = threading.Lock()

    def count_down(self) -> bool:
        """Count this caller; tell whether it is the last."""
        with self._lock:
            self._left -= 1
            return self._left == 0
