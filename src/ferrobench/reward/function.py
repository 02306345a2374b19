"""A reward function for trainers such as TRL's ``GRPOTrainer``, on top of :class:`ferrobench.judging.Judge`.

Covers: answers that say nothing, or nothing that rustc checks, earn nothing; whatever a sample does to rustc (hang, eat
memory, crash it, forge its messages) or to its tests (leave, hang, print a verdict) is a verdict with a reward; only what is
*our* failure has none.
Does not cover, but for the kinds that run hidden tests: whether an answer does what was asked. ``fn main() {}`` compiles.
"""

from __future__ import annotations

import asyncio
import math
import os
import threading
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.judging import (
    Empty,
    Judge,
    Proof,
    Stage,
    Tested,
    TestedProgram,
    Unjudged,
    extract,
    find_testing_fault,
    is_compiled,
    stage_of,
    text_parses,
)
from ferrobench.reward.answer import (
    Answer,
    CodeSource,
    Text,
    completion_text,
    read_answer,
    whole_program,
)
from ferrobench.reward.checked import checks_something
from ferrobench.reward.tasks import Suites, SuiteTasks, prompts_of_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType

    from ferrobench.judging import Compiler, Crates, Judgment, Limits, RunLimits, Sandbox, Toolchain, Verdict
    from ferrobench.judging.judge import Mode
    from ferrobench.prompts import Prompt

    Row: TypeAlias = Mapping[str, Any]
    Rewards: TypeAlias = list[float | None]

Kind: TypeAlias = Literal["compile", "stage", "tests", "pass"]
"""``compile`` and ``stage`` ask rustc alone. ``pass`` is 1 where all hidden tests hold, else 0. ``tests`` is the share of them
that hold: 1 only where all do and the harness has proof of it, and 0 for what does not compile."""
_TESTED_KINDS = frozenset({"tests", "pass"})

STAGE_REWARDS: Mapping[Stage, float] = {
    stage: stage.rank / Stage.COMPILED.rank for stage in Stage if stage.rank <= Stage.COMPILED.rank
}
"""The rank on the ladder of stages, scaled: 0 for ``empty``, 1 for ``compiled``, steps of a ninth between them."""


class RewardFunction:
    """Rewards Rust that compiles, or passes hidden tests: ``reward(prompts, completions, **columns) -> list[float | None]``.

    ``None`` means that *we* failed to judge a sample, or that its tests are broken; a sample cannot bring that about. Safe to use from many threads, and
    after a fork: the processes that judge are started by the first call in each process. Can be pickled, without them.
    It judges for hours without growing, and :meth:`close` ends its processes; a later call starts them anew.
    """

    def __init__(
        self,
        kind: Kind | Callable[[Verdict], float | None] = "compile",
        *,
        code: CodeSource | Callable[[Text, Text, Row], str] = "prompt+completion",
        suite: Suites | None = None,
        task: str = "task_id",
        allow_in_process: bool = False,
        stage_rewards: Mapping[Stage, float] | None = None,
        prelude: str | None = None,
        reward_unchecked: bool = False,
        name: str | None = None,
        toolchain: Toolchain | None = None,
        edition: str = "2021",
        sandbox: Sandbox | str = "auto",
        mode: Mode = "fast",
        limits: Limits | None = None,
        run_limits: RunLimits | None = None,
        jobs: int | None = None,
        crates: Crates | None = None,
        compiler: Compiler | None = None,
    ) -> None:
        """Set up; nothing is looked for or started before the first call, or ``with``.

        Args:
            kind: What is rewarded (:data:`Kind`), or what makes a reward of rustc's verdict.
            code: Where the Rust of an answer is (:data:`CodeSource`), or a function of prompt, completion and the sample's
                other columns that returns a whole program. All of what it returns counts as the model's: return an empty
                text for an answer that says nothing.
            suite: Where the prompts and hidden tests of the kinds ``tests`` and ``pass`` come from. None for those in the
                column ``tests``.
            task: The column that names each sample's prompt in *suite*, by its id or the part behind the suite's name.
            allow_in_process: Let passes count whose tests shared a process with the sample, which a determined sample can
                forge. Otherwise they earn 0.
            stage_rewards: In place of :data:`STAGE_REWARDS`, for all of its stages.
            prelude: The column that holds Rust which is in scope for the answer and shadowed by it. A suite has its own.
            reward_unchecked: Also reward answers of which rustc checks nothing: what is configured away, macros alone.
            name: The name in the trainer's logs; by default that of the kind.
            toolchain: As for :class:`~ferrobench.judging.Judge`, like all that follow.
            edition: The edition of all samples.
            sandbox: What confines rustc.
            mode: ``fast``, or ``exact``.
            limits: What each rustc may use.
            run_limits: What each program under test may use.
            jobs: How many rustc run at the same time.
            crates: What samples may use beside the standard library.
            compiler: What judges in place of rustc.

        Raises:
            UsageError: An argument is none of these, does not go with the kind, or *stage_rewards* leaves out a stage.
            SuiteError: *suite* is not there, or not as it should be.
        """
        if not callable(kind) and kind not in get_args(Kind):
            raise UsageError(
                f"kind: expected one of {', '.join(get_args(Kind))} or a function, found {kind!r}"
            )
        if not callable(code) and code not in get_args(CodeSource):
            raise UsageError(
                f"code: expected one of {', '.join(get_args(CodeSource))} or a function, found {code!r}"
            )
        self._tests = not callable(kind) and kind in _TESTED_KINDS
        if suite is not None and not self._tests:
            raise UsageError(f"suite: only the kinds tests and pass run hidden tests, not {kind!r}")
        if suite is not None and prelude is not None:
            raise UsageError("prelude: the prompts of a suite have their own")
        if compiler is not None and self._tests:
            raise UsageError(f"compiler: kind {kind!r} runs programs, which takes rustc itself")
        self._kind = kind
        self._code = code
        self._tasks = None if suite is None else SuiteTasks.load(suite, task, crates)
        self._allow_in_process = allow_in_process
        self._stage_rewards = _complete(STAGE_REWARDS if stage_rewards is None else stage_rewards)
        self._prelude = prelude
        self._reward_unchecked = reward_unchecked
        # What trainers log it by.
        named = str(getattr(kind, "__name__", "reward")) if callable(kind) else f"{kind}_reward"
        self.__name__: str = name or named
        self._judge_options: dict[str, Any] = {
            "toolchain": toolchain,
            "edition": edition,
            "sandbox": sandbox,
            "mode": mode,
            "limits": limits,
            "run_limits": run_limits,
            "jobs": jobs,
            "crates": crates,
            "compiler": compiler,
        }
        self._judges: dict[int, _LazyJudge] = {}

    def __enter__(self) -> RewardFunction:
        """Start judging, so that what is missing here is known before anything else is loaded.

        Raises:
            ToolchainError: There is no rustc.
            SandboxUnavailableError: No sandbox works here.
        """
        self._judge()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End this process's judging: no process is left afterwards. Not to be called while a call is under way."""
        lazy = self._judges.get(os.getpid())
        if lazy is not None:
            lazy.close()

    def __call__(self, prompts: Sequence[Text], completions: Sequence[Text], **columns: Any) -> Rewards:
        """Reward each completion, in their order. The more at a time, the faster each.

        Args:
            prompts: What was asked: strings, or lists of messages.
            completions: What was answered: strings, or lists of messages.
            columns: Whatever else the trainer hands over: lists with a value per sample, and values for all.

        Returns:
            One reward per completion; None where it could not be judged.

        Raises:
            UsageError: The lists are not equally long, a column is missing, or the prompts are of the wrong kind.
            NotReadyError: rustc or a sandbox is missing here, or hidden tests cannot be run.
        """
        size = len(completions)
        if len(prompts) != size:
            raise UsageError(f"prompts: expected {size}, as many as completions, found {len(prompts)}")
        if self._tests:
            return self._call_tested(prompts, completions, columns)
        preludes = self._preludes(columns, size)
        answers = [
            self._answer(prompt, completion, columns, index, size)
            for index, (prompt, completion) in enumerate(zip(prompts, completions, strict=True))
        ]
        judge = self._judge()
        # All of them before the first is waited for: they are compiled together.
        pending = [
            None if answer.text is None else judge.submit_code(answer.text, prelude)
            for answer, prelude in zip(answers, preludes, strict=True)
        ]
        return [
            self._reward(answer, Empty() if future is None else future.result())
            for answer, future in zip(answers, pending, strict=True)
        ]

    def _call_tested(self, prompts: Sequence[Text], completions: Sequence[Text], columns: Row) -> Rewards:
        size = len(completions)
        if self._tasks is not None:
            tasks = self._tasks.find(columns, size)
        else:
            tasks = prompts_of_columns(prompts, self._preludes(columns, size), columns)
        answers = [
            self._tested_answer(task, prompt, completion, columns, index=index, size=size)
            for index, (task, prompt, completion) in enumerate(zip(tasks, prompts, completions, strict=True))
        ]
        judge = self._judge()
        pending = [
            None if answer.text is None else judge.submit_tested(task, answer.text)
            for task, answer in zip(tasks, answers, strict=True)
        ]
        return [
            0.0 if future is None else self._tests_reward(task, future.result())
            for task, future in zip(tasks, pending, strict=True)
        ]

    async def acall(self, prompts: Sequence[Text], completions: Sequence[Text], **columns: Any) -> Rewards:
        """Do what a call does, in a thread of the event loop's executor."""
        return await asyncio.to_thread(self, prompts, completions, **columns)

    def asynchronous(self) -> Callable[..., Coroutine[Any, Any, Rewards]]:
        """Return this as an ``async def`` function of the same name, which is what trainers look for.

        TRL asks ``iscoroutinefunction``, which says no of any object with an asynchronous ``__call__``. Unlike this
        object, the function cannot be pickled.
        """

        async def reward(prompts: Sequence[Text], completions: Sequence[Text], **columns: Any) -> Rewards:
            return await self.acall(prompts, completions, **columns)

        reward.__name__ = self.__name__
        return reward

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_judges": {}}

    def _judge(self) -> Judge:
        # By process: threads and locks of before a fork are of no use after it. `setdefault` needs no lock itself.
        lazy = self._judges.setdefault(
            os.getpid(),
            _LazyJudge(
                self._judge_options,
                tests=self._tests,
                prompts=() if self._tasks is None else self._tasks.prompts,
            ),
        )
        return lazy.get()

    def _preludes(self, columns: Row, size: int) -> list[str]:
        if self._prelude is None:
            return [""] * size
        found = columns.get(self._prelude)
        if not isinstance(found, Sequence) or isinstance(found, str) or len(found) != size:
            raise UsageError(
                f"{self._prelude}: expected a column of {size} preludes, found {type(found).__name__}"
            )
        for value in found:
            if not isinstance(value, str | None):
                raise UsageError(f"{self._prelude}: expected texts, found {type(value).__name__}")
        return [value or "" for value in found]

    def _answer(self, prompt: Text, completion: Text, columns: Row, index: int, size: int) -> Answer:
        if callable(self._code):
            row = {name: _cell(value, index, size) for name, value in columns.items()}
            return whole_program(self._code(prompt, completion, row))
        return read_answer(prompt, completion, self._code)

    def _tested_answer(
        self, task: Prompt, prompt: Text, completion: Text, columns: Row, *, index: int, size: int
    ) -> Answer:
        """An answer to a task. In a suite it is the suite's own text that a program begins with, whatever was asked."""
        if self._tasks is None or callable(self._code):
            return self._answer(prompt, completion, columns, index, size)
        if self._code == "extracted":
            return whole_program(extract(task, completion_text(completion)).text)
        return read_answer(task.text, completion, self._code)

    def _tests_reward(self, task: Prompt, program: TestedProgram) -> float | None:
        tests = program.tests
        if isinstance(program.judgment, Unjudged) or isinstance(tests, Unjudged):
            return None
        if not isinstance(tests, Tested):
            return 0.0
        if tests.proof is Proof.IN_PROCESS and not self._allow_in_process:
            warnings.warn(
                f"{task.id}: its tests share a process with the sample, so that a pass can be forged, and earn 0; "
                "allow_in_process=True lets them count",
                stacklevel=2,
            )
            return 0.0
        if tests.all_held:
            return 1.0
        if self._kind == "pass":
            return 0.0
        # What did not end as it should may have reported all of its tests before; one of them is missing, then.
        total = tests.passed + tests.failed
        return min(tests.passed, total - 1) / total if tests.passed else 0.0

    def _reward(self, answer: Answer, judgment: Judgment) -> float | None:
        if isinstance(judgment, Unjudged):
            return None
        if (
            answer.text is not None
            and not self._reward_unchecked
            and text_parses(judgment)
            and not checks_something(answer.text, answer.boundary)
        ):
            judgment = Empty()
        if callable(self._kind):
            return self._kind(judgment)
        if self._kind == "compile":
            return 1.0 if is_compiled(judgment) else 0.0
        return self._stage_rewards[stage_of(judgment)]


class _LazyJudge:
    """One process's judge, started when it is first asked for."""

    def __init__(self, options: dict[str, Any], *, tests: bool, prompts: Sequence[Prompt]) -> None:
        self._options = options
        self._tests = tests
        self._prompts = prompts
        self._lock = threading.Lock()
        self._judge: Judge | None = None

    def get(self) -> Judge:
        with self._lock:
            if self._judge is None:
                judge = Judge(**self._options)
                # Else every single sample would be unjudged, for one and the same reason.
                fault = find_testing_fault(judge, confined=False) if self._tests else None
                if fault is not None:
                    judge.close()
                    raise NotReadyError(f"hidden tests cannot be run: {fault}")
                judge.prepare(self._prompts)
                self._judge = judge
            return self._judge

    def close(self) -> None:
        with self._lock:
            judge, self._judge = self._judge, None
        if judge is not None:
            judge.close()


def _complete(rewards: Mapping[Stage, float]) -> dict[Stage, float]:
    """A copy of a mapping that has a finite reward for every stage that an answer can have."""
    for stage in STAGE_REWARDS:
        reward = rewards.get(stage)
        if reward is None or not math.isfinite(reward):
            raise UsageError(f"stage_rewards: expected a finite reward for {stage.value}, found {reward!r}")
    return {stage: float(rewards[stage]) for stage in STAGE_REWARDS}


def _cell(value: object, index: int, size: int) -> object:
    """One sample's value of what a trainer hands over: of a list with a value per sample its own, else the whole."""
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == size:
        return value[index]
    return value
