"""A reward function for trainers such as TRL's ``GRPOTrainer``, on top of :class:`ferrobench.judging.Judge`.

Covers: answers that say nothing, or nothing that rustc checks, earn nothing; whatever a sample does to rustc (hang, eat
memory, crash it, forge its messages) is a verdict with a reward; only what is *our* failure has none.
Does not cover: whether an answer does what was asked. ``fn main() {}`` compiles. Hidden tests are what settles that.
"""

from __future__ import annotations

import asyncio
import math
import os
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from ferrobench.errors import UsageError
from ferrobench.judging import Empty, Judge, Stage, Unjudged, is_compiled, stage_of, text_parses
from ferrobench.reward.answer import Answer, CodeSource, Text, read_answer, whole_program
from ferrobench.reward.checked import checks_something

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType

    from ferrobench.judging import Compiler, Crates, Judgment, Limits, Sandbox, Toolchain, Verdict
    from ferrobench.judging.judge import Mode

    Row: TypeAlias = Mapping[str, Any]
    Rewards: TypeAlias = list[float | None]

Kind: TypeAlias = Literal["compile", "stage"]

STAGE_REWARDS: Mapping[Stage, float] = {
    stage: stage.rank / Stage.COMPILED.rank for stage in Stage if stage.rank <= Stage.COMPILED.rank
}
"""The rank on the ladder of stages, scaled: 0 for ``empty``, 1 for ``compiled``, steps of a ninth between them."""


class RewardFunction:
    """Rewards Rust for how far rustc gets with it: ``reward(prompts, completions, **columns) -> list[float | None]``.

    ``None`` means that *we* failed to judge a sample; a sample cannot bring that about. Safe to use from many threads, and
    after a fork: the processes that judge are started by the first call in each process. Can be pickled, without them.
    It judges for hours without growing, and :meth:`close` ends its processes; a later call starts them anew.
    """

    def __init__(
        self,
        kind: Kind | Callable[[Verdict], float | None] = "compile",
        *,
        code: CodeSource | Callable[[Text, Text, Row], str] = "prompt+completion",
        stage_rewards: Mapping[Stage, float] | None = None,
        prelude: str | None = None,
        reward_unchecked: bool = False,
        name: str | None = None,
        toolchain: Toolchain | None = None,
        edition: str = "2021",
        sandbox: Sandbox | str = "auto",
        mode: Mode = "fast",
        limits: Limits | None = None,
        jobs: int | None = None,
        crates: Crates | None = None,
        compiler: Compiler | None = None,
    ) -> None:
        """Set up; nothing is looked for or started before the first call, or ``with``.

        Args:
            kind: ``compile`` for 1 or 0, ``stage`` for the stages' rewards, or what makes a reward of a verdict.
            code: Where the Rust of an answer is (:data:`CodeSource`), or a function of prompt, completion and the sample's
                other columns that returns a whole program. All of what it returns counts as the model's: return an empty
                text for an answer that says nothing.
            stage_rewards: In place of :data:`STAGE_REWARDS`, for all of its stages.
            prelude: The column that holds Rust which is in scope for the answer and shadowed by it.
            reward_unchecked: Also reward answers of which rustc checks nothing: what is configured away, macros alone.
            name: The name in the trainer's logs; by default that of the kind.
            toolchain: As for :class:`~ferrobench.judging.Judge`, like all that follow.
            edition: The edition of all samples.
            sandbox: What confines rustc.
            mode: ``fast``, or ``exact``.
            limits: What each rustc may use.
            jobs: How many rustc run at the same time.
            crates: What samples may use beside the standard library.
            compiler: What judges in place of rustc.

        Raises:
            UsageError: An argument is none of these, or *stage_rewards* leaves out a stage.
        """
        if not callable(kind) and kind not in get_args(Kind):
            raise UsageError(
                f"kind: expected one of {', '.join(get_args(Kind))} or a function, found {kind!r}"
            )
        if not callable(code) and code not in get_args(CodeSource):
            raise UsageError(
                f"code: expected one of {', '.join(get_args(CodeSource))} or a function, found {code!r}"
            )
        self._kind = kind
        self._code = code
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
            NotReadyError: rustc or a sandbox is missing here.
        """
        size = len(completions)
        if len(prompts) != size:
            raise UsageError(f"prompts: expected {size}, as many as completions, found {len(prompts)}")
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
        lazy = self._judges.setdefault(os.getpid(), _LazyJudge(self._judge_options))
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

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._judge: Judge | None = None

    def get(self) -> Judge:
        with self._lock:
            if self._judge is None:
                self._judge = Judge(**self._options)
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
