"""Asynchronous work in a thread of its own, handed over to a plain generator as it finishes."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

Work = TypeVar("Work")
Result = TypeVar("Result")


def work_concurrently(
    works: Iterator[Work],
    session: AbstractAsyncContextManager[Callable[[Work], Awaitable[Result]]],
    *,
    concurrency: int,
) -> Iterator[Result]:
    """Do *works*, some at a time, and yield their results as they finish.

    Closing the generator, and any error, cancels what is going on and waits until the thread has ended. Results that nobody
    has taken yet are at most twice *concurrency*: nothing new begins before.

    Args:
        works: Taken one by one, in the thread, when there is time to do one.
        session: Entered and left in the thread; gives what does a work.
        concurrency: How many at a time.
    """
    crew = _Crew(works, session, concurrency)
    thread = threading.Thread(target=crew.run, name="endpoint", daemon=True)
    thread.start()
    try:
        yield from crew.results()
    finally:
        crew.stop()
        thread.join()


class _Loop(asyncio.SelectorEventLoop):
    """Knows its connections: the HTTP library forgets those whose requests are cancelled while they are being opened."""

    def __init__(self) -> None:
        super().__init__()
        self._opened: WeakSet[asyncio.Transport] = WeakSet()

    async def create_connection(self, *arguments: Any, **further: Any) -> Any:
        transport, protocol = await super().create_connection(*arguments, **further)
        self._opened.add(transport)
        return transport, protocol

    def drop_connections(self) -> None:
        """Close those that are open still."""
        for transport in list(self._opened):
            transport.abort()


class _Crew(Generic[Work, Result]):
    def __init__(
        self,
        works: Iterator[Work],
        session: AbstractAsyncContextManager[Callable[[Work], Awaitable[Result]]],
        concurrency: int,
    ) -> None:
        self._works = works
        self._session = session
        self._concurrency = concurrency
        self._loop = _Loop()
        self._stopped = asyncio.Event()
        self._room = asyncio.Semaphore(2 * concurrency)
        self._finished: SimpleQueue[tuple[Result] | BaseException | None] = SimpleQueue()

    def run(self) -> None:
        """Work in this thread until all is done, or :meth:`stop` is called."""
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._work())
        except BaseException as error:  # raised again by whoever takes the results
            self._finished.put(error)
        finally:
            self._finished.put(None)

    def results(self) -> Iterator[Result]:
        """Yield results until there are no more; raise what went wrong."""
        while (finished := self._finished.get()) is not None:
            if isinstance(finished, BaseException):
                raise finished
            with suppress(RuntimeError):  # all is done, and the loop is closed
                self._loop.call_soon_threadsafe(self._room.release)
            yield finished[0]

    def stop(self) -> None:
        """Have the thread end soon."""
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def _work(self) -> None:
        try:
            await self._work_in_session()
        finally:
            self._loop.drop_connections()

    async def _work_in_session(self) -> None:
        async with self._session as do:
            workers = [asyncio.create_task(self._worker(do)) for _ in range(self._concurrency)]
            stopped = asyncio.create_task(self._stopped.wait())
            everything = asyncio.gather(*workers)
            try:
                await asyncio.wait((everything, stopped), return_when=asyncio.FIRST_COMPLETED)
                if everything.done():
                    everything.result()
            finally:
                for task in (*workers, stopped):
                    task.cancel()
                await asyncio.gather(*workers, stopped, return_exceptions=True)
                # Nobody else looks at its exception once it is cancelled.
                with suppress(BaseException):
                    await everything

    async def _worker(self, do: Callable[[Work], Awaitable[Result]]) -> None:
        while True:
            await self._room.acquire()
            work = next(self._works, None)
            if work is None:
                return
            self._finished.put((await do(work),))
