"""Tests many samples at once: builds them together, runs each by itself, and says of each what its prompt's tests say.

Samples wait until a worker is free, and the worker takes as many as may share a program: so whoever comes alone is built at
once, and under load programs fill up by themselves. What is asked again is not run again.
"""

from __future__ import annotations

import hashlib
import math
import re
import threading
from collections import OrderedDict, deque
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TYPE_CHECKING

from ferrobench.judging.assemble import assemble
from ferrobench.judging.fast.route import MEMBER, Reading, Route
from ferrobench.judging.process import Limits
from ferrobench.judging.testing.jail import RunLimits
from ferrobench.judging.testing.worker import Job, TestJudgment, Worker
from ferrobench.judging.testing.workshop import Workshop
from ferrobench.judging.verdict import Unjudged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.judging.sandbox import Sandbox
    from ferrobench.judging.toolchain import Toolchain
    from ferrobench.prompts.prompt import Prompt

MOST_SHARED = 64
"""Samples that share a program at most."""
_STATIC = re.compile(r"(?<!')\bstatic\b")
_MOST_REMEMBERED = 4096


class TestHarness:
    """Runs hidden tests. Safe to use from many threads; it keeps a bounded number of outcomes."""

    __test__ = False

    def __init__(
        self,
        toolchain: Toolchain,
        *,
        edition: str,
        sandbox: Sandbox,
        jobs: int,
        limits: Limits | None = None,
        run_limits: RunLimits | None = None,
        externs: tuple[str, ...] = (),
        bare: bool = False,
        share: bool = True,
    ) -> None:
        """Set up; nothing is started yet.

        Args:
            toolchain: The rustc that builds.
            edition: The edition of all samples.
            sandbox: What confines rustc; its tier confines samples, too.
            jobs: How many samples are built or run at the same time.
            limits: What each rustc may use.
            run_limits: What each program may use.
            externs: rustc's flags for crates that samples may use.
            bare: Leave the prompts' preludes out.
            share: Let samples of different prompts share a program.
        """
        self._edition = edition
        self._jobs = jobs
        self._bare = bare
        self._share = share
        self._workshop = Workshop(
            toolchain,
            edition=edition,
            sandbox=sandbox,
            limits=limits or Limits(),
            run_limits=run_limits or RunLimits(),
            externs=externs,
            bare=bare,
        )
        self._changed = threading.Condition()
        self._queue: deque[Job] = deque()
        self._under_way: dict[tuple[Prompt, bytes], Job] = {}
        self._remembered: OrderedDict[tuple[Prompt, bytes], TestJudgment] = OrderedDict()
        self._threads: list[threading.Thread] = []
        self._closing = False

    def prepare(self, prompts: Sequence[Prompt]) -> None:
        """Say which prompts are to come, so that their tests are built together."""
        self._workshop.announce(prompts)

    def submit(self, prompt: Prompt, text: str) -> Future[TestJudgment]:
        """Test a whole program, which is known to compile, in the background."""
        program = assemble(text, "" if self._bare else prompt.prelude)
        source = program.source
        # What is static takes room in every process of a shared program.
        shared = (
            self._share
            and MEMBER.search(text) is None
            and _STATIC.search(text) is None
            and Reading(source, edition=self._edition).route() <= Route.SPOILING
        )
        job = Job(
            prompt=prompt,
            text=text,
            source=source,
            shared=shared,
            key=(prompt, hashlib.sha256(source).digest()),
        )
        future: Future[TestJudgment] = Future()
        with self._changed:
            known = self._remembered.get(job.key)
            if known is not None:
                self._remembered.move_to_end(job.key)
                future.set_result(known)
                return future
            if self._closing:
                future.cancel()
                return future
            same = self._under_way.get(job.key)
            if same is not None:
                same.futures.append(future)
                return future
            job.futures.append(future)
            self._under_way[job.key] = job
            self._queue.append(job)
            if len(self._threads) < self._jobs:
                number = len(self._threads)
                thread = threading.Thread(
                    target=self._work, args=(number,), name=f"test-{number}", daemon=True
                )
                self._threads.append(thread)
                thread.start()
            self._changed.notify()
        return future

    def close(self) -> None:
        """Drop what has not begun and wait for what has: no process is left afterwards."""
        with self._changed:
            self._closing = True
            dropped = list(self._queue)
            self._queue.clear()
            self._changed.notify_all()
        for job in dropped:
            for future in job.futures:
                future.cancel()
        for thread in self._threads:
            thread.join()
        self._workshop.close()

    def _work(self, number: int) -> None:
        with Worker(number, self._workshop) as worker:
            while (batch := self._take()) is not None:
                try:
                    worker.test(batch, self._finish)
                except BaseException as error:  # whoever waits must hear of it
                    cause = f"tests could not be run: {' '.join(str(error).split()) or type(error).__name__}"
                    for job in batch:
                        self._finish(job, Unjudged(cause=cause))

    def _take(self) -> list[Job] | None:
        """Wait for samples and take as many as may share a program; None when all is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            if self._closing:
                return None
            first = self._queue.popleft()
            if not first.shared:
                return [first]
            # As many as there are, split among the workers; never two answers to one prompt.
            most = min(MOST_SHARED, max(1, math.ceil((len(self._queue) + 1) / self._jobs)))
            batch, prompts = [first], {first.prompt}
            passed_over: list[Job] = []
            while self._queue and len(batch) < most:
                job = self._queue.popleft()
                if job.shared and job.prompt not in prompts:
                    batch.append(job)
                    prompts.add(job.prompt)
                else:
                    passed_over.append(job)
            self._queue.extendleft(reversed(passed_over))
            return batch

    def _finish(self, job: Job, judgment: TestJudgment) -> None:
        with self._changed:
            if self._under_way.get(job.key) is not job:
                return  # finished already; somebody may have asked the same again since
            del self._under_way[job.key]
            if not isinstance(judgment, Unjudged):
                self._remembered[job.key] = judgment
                while len(self._remembered) > _MOST_REMEMBERED:
                    self._remembered.popitem(last=False)
            futures = list(job.futures)
        for future in futures:
            with suppress(InvalidStateError):
                future.set_result(judgment)
