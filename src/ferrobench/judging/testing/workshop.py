"""What the workers share: the tools, the programs that have the tests, and what references take."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import ExitStack
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.judging.compile import Gate
from ferrobench.judging.sandbox.bubblewrap import TOOLCHAIN
from ferrobench.judging.sandbox.choose import Tier
from ferrobench.judging.scratch import Scratch
from ferrobench.judging.testing.build import Builder
from ferrobench.judging.testing.guarded import plan_guarded
from ferrobench.judging.testing.jail import Jail
from ferrobench.judging.testing.signature import UnsendableError
from ferrobench.judging.testing.support import build_support
from ferrobench.judging.testing.tester import RemotePlan, SuiteFaultError, plan_remote
from ferrobench.judging.testing.worker import GuardedTests, RemoteTests, Worker, complaint_of
from ferrobench.judging.verdict import SUITE_FAULT, Unjudged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.judging.process import Limits
    from ferrobench.judging.sandbox import Sandbox
    from ferrobench.judging.testing.jail import RunLimits
    from ferrobench.judging.testing.worker import TestJudgment
    from ferrobench.judging.toolchain import Toolchain
    from ferrobench.prompts.prompt import Prompt

Tests: TypeAlias = RemoteTests | GuardedTests | str | Unjudged
"""The tests of a prompt; or what is wrong with their suite, or with us."""
_PROMPTS_TOGETHER = 64
# The reference may take its time; samples get a multiple of what it takes.
_REFERENCE_CPU_SECONDS = 60
# Of a worker that only tries references, beside those that test samples.
_EXTRA_WORKER = 900


class Workshop:
    """Tools and tests for all workers. Safe to use from many threads."""

    def __init__(
        self,
        toolchain: Toolchain,
        *,
        edition: str,
        sandbox: Sandbox,
        limits: Limits,
        run_limits: RunLimits,
        externs: tuple[str, ...],
        bare: bool,
    ) -> None:
        self._toolchain = toolchain
        self._edition = edition
        self._sandbox = sandbox
        self._limits = limits
        self._externs = externs
        self.run_limits = run_limits
        """What each program may use."""
        self.bare = bare
        """Whether preludes are left out."""
        self.gate = Gate()
        """Whoever runs a program passes through it, so that one can be alone."""
        self._stack = ExitStack()
        self._setup = threading.RLock()
        self._made: tuple[Jail, Builder] | None = None
        self._scratch = Scratch()
        self._measuring = threading.Lock()
        self._tests: dict[Prompt, RemoteTests | GuardedTests | str] = {}
        """Of each prompt its tests, or why there are none."""
        self._announced: deque[Prompt] = deque()
        self._reference_seconds: dict[Prompt, float | None] = {}

    def announce(self, prompts: Sequence[Prompt]) -> None:
        """Say which prompts are to come, so that their tests are built together."""
        with self._setup:
            self._announced.extend(prompt for prompt in prompts if prompt.tests)

    def close(self) -> None:
        """Remove all files. No worker may be at work any more."""
        self._stack.close()
        self._scratch.close()

    def tools(self) -> tuple[Jail, Builder]:
        """What runs and what builds, made when first needed.

        Raises:
            NotReadyError: It cannot be made.
        """
        if self._made is None:
            with self._setup:
                if self._made is None:
                    support = build_support(self._toolchain)
                    builder = Builder(
                        self._toolchain,
                        self._sandbox.runner,
                        support,
                        edition=self._edition,
                        limits=self._limits,
                        externs=self._externs,
                        sysroot=TOOLCHAIN if self._sandbox.tier is Tier.NAMESPACES else None,
                    )
                    with self._scratch.folder() as folder:
                        builder.prefer_lld(folder)
                    jail = Jail(self._sandbox, support)
                    self._stack.callback(jail.close)
                    self._made = jail, builder
        return self._made

    def tests_of(self, prompts: Sequence[Prompt]) -> dict[Prompt, Tests]:
        """The tests of some prompts, built now where they are not: those of announced prompts along with them.

        What we failed to build is tried again when it is asked for again.
        """
        self.tools()
        known = self._tests
        if all(prompt in known for prompt in prompts):
            return {prompt: known[prompt] for prompt in prompts}
        with self._setup:
            missing = [prompt for prompt in prompts if prompt not in self._tests]
            while self._announced and len(missing) < _PROMPTS_TOGETHER:
                announced = self._announced.popleft()
                if announced not in self._tests and announced not in missing:
                    missing.append(announced)
            built = self._build_tests(missing)
            self._tests |= {
                prompt: tests for prompt, tests in built.items() if not isinstance(tests, Unjudged)
            }
            return {prompt: self._tests.get(prompt) or built[prompt] for prompt in prompts}

    def _build_tests(self, prompts: Sequence[Prompt]) -> dict[Prompt, Tests]:
        plans: dict[Prompt, RemotePlan] = {}
        built: dict[Prompt, Tests] = {}
        for prompt in prompts:
            try:
                plans[prompt] = plan_remote(prompt)
            except SuiteFaultError as fault:
                built[prompt] = f"{SUITE_FAULT}{prompt.id}: {fault}"
            except UnsendableError:
                built[prompt] = self._guard(prompt)
        return built | self._build_plans(plans)

    def _build_plans(self, plans: dict[Prompt, RemotePlan], *, split: bool = True) -> dict[Prompt, Tests]:
        """Build the tests of some prompts as one program; those that do not build, by themselves and as they are."""
        if not plans:
            return {}
        _, builder = self.tools()
        folder = self._stack.enter_context(self._scratch.folder())
        ordered = list(plans)
        built = builder.build_tests(folder, list(plans.values()))
        if built.succeeded:
            return {
                prompt: RemoteTests(plan=plans[prompt], folder=folder, number=number)
                for number, prompt in enumerate(ordered)
            }
        if len(ordered) > 1:
            culprits = [ordered[number] for number in sorted(built.culprits)] or ordered[: len(ordered) // 2]
            others = {prompt: plan for prompt, plan in plans.items() if prompt not in culprits}
            found = self._build_plans(others, split=split)
            for prompt in culprits:
                found |= self._build_plans({prompt: plans[prompt]}, split=split)
            return found
        prompt = ordered[0]
        if isinstance(built.judgment, Unjudged):
            return {prompt: built.judgment}
        if split and any(case.checks for case in plans[prompt].cases):
            return self._build_plans({prompt: plan_remote(prompt, split=False)}, split=False)
        return {prompt: self._guard(prompt, complaint_of(built.judgment))}

    def _guard(self, prompt: Prompt, complaint: str = "") -> GuardedTests | str | Unjudged:
        """Tests for the sample's own process, if the reference passes them; else why there are none.

        Only so can we know that they build: in a process of their own they do not (*complaint*), or cannot be.
        """
        faults = [complaint] if complaint else []
        for pinned, split in product((True, False), repeat=2):
            try:
                plan = plan_guarded(prompt, split=split, pinned=pinned)
            except SuiteFaultError as fault:
                return f"{SUITE_FAULT}{prompt.id}: {fault}"
            if not prompt.reference:
                return f"{SUITE_FAULT}{prompt.id}: {complaint or 'the tests need a reference, and there is none'}"
            with Worker(_EXTRA_WORKER, self) as worker:
                text = prompt.text + prompt.reference
                tested = worker.test_guarded(prompt, text, plan, self._patient_limits)
            if isinstance(tested, Unjudged):
                return tested
            if tested.all_held:
                self._reference_seconds[prompt] = tested.cpu_seconds
                return GuardedTests(plan)
            faults.append(tested.detail or "")
        return (
            f"{SUITE_FAULT}{prompt.id}: the tests do not build, or fail with their own reference: {faults[0]}"
        )

    @property
    def _patient_limits(self) -> RunLimits:
        """What a reference may use; samples get a multiple of what it takes."""
        return replace(
            self.run_limits, cpu_seconds=_REFERENCE_CPU_SECONDS, wall_seconds=2.0 * _REFERENCE_CPU_SECONDS
        )

    def reference_seconds(
        self, prompt: Prompt, run: Callable[[RunLimits], TestJudgment | None]
    ) -> float | Unjudged | None:
        """The CPU time of a prompt's reference, measured when first asked for; None where there is none that passes.

        What we failed to measure is measured again when it is asked for again.
        """
        with self._measuring:
            if prompt not in self._reference_seconds:
                tested = run(self._patient_limits)
                if isinstance(tested, Unjudged):
                    return tested
                passes = tested is not None and tested.all_held
                self._reference_seconds[prompt] = tested.cpu_seconds if tested and passes else None
            return self._reference_seconds[prompt]
