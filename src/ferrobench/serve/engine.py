"""The one place that touches the model: requests wait here, and those that are asked for alike are drawn together.

:meth:`Engine.run` belongs to the thread that has loaded the model, for the number of CPU threads is set thread by thread,
and to the main one, for Ctrl-C ends it in mid-drawing there.
"""

from __future__ import annotations

import secrets
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import product
from threading import Condition
from typing import TYPE_CHECKING, Protocol

from ferrobench.errors import HarnessError
from ferrobench.models import Backend, CompletionRequest, LaysOut, Refused, derive_seed
from ferrobench.serve.answers import Drawn
from ferrobench.serve.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferrobench.models import Completion
    from ferrobench.serve.asked import Asked

# Texts in one call of the model: others wait until all of them are drawn.
MOST_AT_ONCE = 512


class ServedModel(Backend, LaysOut, Protocol):
    """A model that can be served."""


@dataclass(eq=False, slots=True)
class Job:
    """A request on its way."""

    asked: Asked
    answer: Future[Drawn] = field(default_factory=Future)
    """Fails with a :class:`Fault`."""
    abandoned: bool = False
    """Whether its client has gone."""
    prompt_tokens: int = 0
    drawn: dict[int, Completion] = field(default_factory=dict)
    """By the number of the choice."""

    @property
    def choices(self) -> int:
        """How many texts it asks for."""
        return self.asked.count * len(self.asked.given)

    def fail(self, fault: Fault) -> None:
        """Answer with a fault, unless it has an answer."""
        if not self.answer.done():
            self.answer.set_exception(fault)

    def take(self, choice: int, completion: Completion) -> None:
        """Add one of its texts; with the last one it is answered."""
        self.drawn[choice] = completion
        if len(self.drawn) == self.choices and not self.answer.done():
            completions = tuple(completion for _, completion in sorted(self.drawn.items()))
            self.answer.set_result(Drawn(completions=completions, prompt_tokens=self.prompt_tokens))


class Engine:
    """Draws what is submitted, in the order in which it came, as far as settings are alike.

    Args:
        model: What draws.
        batch_size: Texts that it draws side by side; None is what suits it.
        complain: Called with one line when drawing fails.
    """

    def __init__(
        self, model: ServedModel, *, batch_size: int | None, complain: Callable[[str], None]
    ) -> None:
        self._model = model
        self._batch_size = batch_size
        self._complain = complain
        self._waiting: deque[Job] = deque()
        self._changed = Condition()
        self._closed = False

    def submit(self, asked: Asked) -> Job:
        """Let a request wait for its turn.

        Raises:
            Fault: If the server is about to end.
        """
        job = Job(asked)
        with self._changed:
            if self._closed:
                raise _ending()
            self._waiting.append(job)
            self._changed.notify()
        return job

    def abandon(self, job: Job) -> None:
        """Forget a request whose client has gone."""
        with self._changed:
            job.abandoned = True
            if job in self._waiting:
                self._waiting.remove(job)

    def close(self) -> None:
        """Answer whoever waits that it is over, take nothing more, and let :meth:`run` return."""
        with self._changed:
            self._closed = True
            for job in self._waiting:
                job.fail(_ending())
            self._waiting.clear()
            self._changed.notify()

    def run(self) -> None:
        """Draw until :meth:`close`."""
        while jobs := self._next():
            try:
                self._draw(jobs)
            except HarnessError as error:
                self._fail(jobs, str(error))
            except Exception as error:  # whatever it is, the next request may fare better
                self._fail(jobs, f"{type(error).__name__}: {error}")
            finally:
                # Of those that ended otherwise nothing is left to do: this is for Ctrl-C.
                for job in jobs:
                    job.fail(_ending())

    def _next(self) -> list[Job]:
        """Wait for requests; return the oldest one and those that can be drawn with it, or none at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return []
            settings = self._waiting[0].asked.settings
            chosen: list[Job] = []
            room = MOST_AT_ONCE
            for job in list(self._waiting):
                if job.asked.settings == settings and (not chosen or job.choices <= room):
                    chosen.append(job)
                    room -= job.choices
                    self._waiting.remove(job)
            return chosen

    def _draw(self, jobs: list[Job]) -> None:
        requests: list[CompletionRequest] = []
        places: list[tuple[Job, int]] = []
        for job in jobs:
            wanted = self._requests_of(job, len(requests))
            places += [(job, choice) for choice in range(len(wanted))]
            requests += wanted
        if not requests:
            return
        answers = self._model.complete(requests, jobs[0].asked.settings, batch_size=self._batch_size)
        for key, answer in answers:
            job, choice = places[key]
            if isinstance(answer, Refused):
                job.fail(Fault(answer.cause, param=job.asked.param))
            else:
                job.take(choice, answer)
            if all(job.abandoned or job.answer.done() for job in jobs):
                return

    def _requests_of(self, job: Job, first_key: int) -> list[CompletionRequest]:
        """What is to be drawn for a job; nothing where its input cannot be laid out."""
        asked = job.asked
        try:
            laid_out = [self._model.lay_out(given) for given in asked.given]
        except HarnessError as error:
            job.fail(Fault(f"{asked.param}: {error}", param=asked.param))
            return []
        job.prompt_tokens = sum(len(each.ids) for each in laid_out)
        return [
            CompletionRequest(key=key, prompt="", seed=choose_seed(asked.seed, index), laid_out=each)
            for key, (each, index) in enumerate(product(laid_out, range(asked.count)), start=first_key)
        ]

    def _fail(self, jobs: list[Job], words: str) -> None:
        line = words.partition("\n")[0]
        self._complain(f"could not draw: {line}")
        for job in jobs:
            job.fail(Fault(line, status=500))


def choose_seed(asked: int | None, index: int) -> int:
    """The seed of one of a prompt's texts: the first has the request's own, the others follow from it."""
    if asked is None:
        return secrets.randbits(64)
    return asked if index == 0 else derive_seed(asked, "", index)


def _ending() -> Fault:
    return Fault("the server is about to end", status=503)
