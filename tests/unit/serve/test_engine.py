"""How requests are drawn: together where they are alike, each with its own seed, and none in the way of the others."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Any, cast

import pytest

from ferrobench.errors import DeviceError, UsageError
from ferrobench.models import Completion, LaidOut, Refused, SamplingSettings, StopReason, derive_seed
from ferrobench.serve.asked import Asked, read_completion
from ferrobench.serve.engine import MOST_AT_ONCE, Engine, ServedModel
from ferrobench.serve.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.models import CompletionRequest, Given


class Scripted:
    """A model that answers with the seed, and does what a prompt says."""

    def __init__(self) -> None:
        self.calls: list[tuple[SamplingSettings, int]] = []
        self.entered = Event()
        self.may_go_on = Event()
        self.left_early = False

    def lay_out(self, given: Given) -> LaidOut:
        """One token a letter."""
        assert isinstance(given, str)
        if given == "no format":
            raise UsageError("there is no format for it")
        return LaidOut(tuple(map(ord, given)))

    def complete(
        self, requests: list[CompletionRequest], settings: SamplingSettings, *, batch_size: int | None
    ) -> Iterator[tuple[int, Completion | Refused]]:
        """Answer the last request first."""
        self.calls.append((settings, len(requests)))
        try:
            for request in reversed(requests):
                assert request.laid_out is not None
                prompt = "".join(map(chr, request.laid_out.ids))
                if prompt == "wait":
                    self.entered.set()
                    self.may_go_on.wait()
                elif prompt == "full":
                    raise DeviceError("cpu: out of memory")
                elif prompt == "bug":
                    raise ValueError("an index\nand more lines")
                if prompt == "refused":
                    yield request.key, Refused(cause="it does not fit")
                    continue
                yield (
                    request.key,
                    Completion(
                        text=str(request.seed),
                        token_count=1,
                        stop_reason=StopReason.STOP,
                        generation_seconds=0.0,
                        latency_seconds=0.0,
                    ),
                )
        except GeneratorExit:
            self.left_early = True
            raise


@pytest.fixture
def model() -> Scripted:
    """A fresh one."""
    return Scripted()


@pytest.fixture
def lines() -> list[str]:
    """What the engine complains of."""
    return []


@pytest.fixture
def engine(model: Scripted, lines: list[str]) -> Engine:
    """An engine that does not run yet."""
    return Engine(cast("ServedModel", model), batch_size=None, complain=lines.append)


@pytest.fixture
def running(engine: Engine, model: Scripted) -> Iterator[Engine]:
    """One that does."""
    thread = Thread(target=engine.run)
    thread.start()
    yield engine
    model.may_go_on.set()
    engine.close()
    thread.join()


def asked(prompt: str | list[str] = "fn a", **fields: Any) -> Asked:
    """A request."""
    return read_completion({"model": "m", "prompt": prompt, **fields}, "m", 100)


def run_until_answered(engine: Engine, *requests: Asked) -> list[Any]:
    """Submit all, then run; what each is answered, or refused with."""
    jobs = [engine.submit(each) for each in requests]
    thread = Thread(target=engine.run)
    thread.start()
    found = [job.answer.exception(timeout=60) or job.answer.result() for job in jobs]
    engine.close()
    thread.join()
    return found


def texts(drawn: Any) -> list[str]:
    """The texts of an answer."""
    return [completion.text for completion in drawn.completions]


def test_requests_of_the_same_settings_are_drawn_together(engine: Engine, model: Scripted) -> None:
    """In the order of the oldest of each kind; prompts, seeds, n and stops may differ."""
    hot, cold = {"temperature": 1}, {"temperature": 0}

    run_until_answered(
        engine,
        asked(**hot, n=2),
        asked(**cold),
        asked("b", **hot, seed=3, stop="x"),
        asked(**cold, max_tokens=3),
    )

    assert [(settings.temperature, settings.max_tokens, count) for settings, count in model.calls] == [
        (1.0, 16, 3),
        (0.0, 16, 1),
        (0.0, 3, 1),
    ]


def test_only_so_many_texts_are_drawn_in_one_call(engine: Engine, model: Scripted) -> None:
    """Others need not wait for more; a single request may be larger."""
    large = asked(["a"] * 8, n=128)

    run_until_answered(engine, large, *[asked(n=128) for _ in range(5)])

    assert [count for _, count in model.calls] == [1024, MOST_AT_ONCE, 128]


def test_a_text_has_the_seed_of_its_request(engine: Engine) -> None:
    """The first of each prompt exactly that, the others one that follows from it; a list is asked as if one by one."""
    (drawn,) = run_until_answered(engine, asked(["a", "bc"], n=3, seed=2**64 - 1))

    seeds = [2**64 - 1, derive_seed(2**64 - 1, "", 1), derive_seed(2**64 - 1, "", 2)]
    assert texts(drawn) == [str(seed) for seed in seeds] * 2
    assert drawn.prompt_tokens == 3


def test_without_a_seed_texts_are_by_chance(engine: Engine) -> None:
    """No two are alike."""
    first, second = run_until_answered(engine, asked(n=2), asked(n=2))

    assert len({*texts(first), *texts(second)}) == 4


@pytest.mark.parametrize(
    ("prompt", "status", "line"),
    [
        ("no format", 400, "prompt: there is no format for it"),
        ("refused", 400, "it does not fit"),
    ],
)
def test_what_cannot_be_given_is_refused_and_nothing_else(
    prompt: str, status: int, line: str, engine: Engine
) -> None:
    """Those who are drawn with it get their answers."""
    first, fault, last = run_until_answered(engine, asked(seed=1), asked(["a", prompt]), asked(seed=2))

    assert isinstance(fault, Fault)
    assert (fault.status, str(fault)) == (status, line)
    assert (texts(first), texts(last)) == (["1"], ["2"])


def test_the_model_is_not_called_for_nothing(engine: Engine, model: Scripted) -> None:
    """Where no input could be laid out."""
    (fault,) = run_until_answered(engine, asked("no format"))

    assert isinstance(fault, Fault)
    assert not model.calls


@pytest.mark.parametrize(
    ("prompt", "line"), [("full", "cpu: out of memory"), ("bug", "ValueError: an index")]
)
def test_a_failure_while_drawing_is_told_and_does_not_stay(
    prompt: str, line: str, engine: Engine, lines: list[str]
) -> None:
    """The client hears of it, the terminal too, and the next request is drawn."""
    fault, drawn = run_until_answered(engine, asked(prompt), asked(temperature=0, seed=1))

    assert isinstance(fault, Fault)
    assert (fault.status, str(fault), fault.document()["error"]["type"]) == (500, line, "server_error")
    assert texts(drawn) == ["1"]
    assert lines == [f"could not draw: {line}"]


def test_what_its_client_has_left_is_not_drawn(running: Engine, model: Scripted) -> None:
    """As long as it waits."""
    first = running.submit(asked("wait"))
    model.entered.wait()
    left, stays = running.submit(asked(temperature=0)), running.submit(asked(temperature=0.5))

    running.abandon(left)
    model.may_go_on.set()
    stays.answer.result(timeout=60)

    assert first.answer.done()
    assert not left.answer.done()
    assert [settings.temperature for settings, _ in model.calls] == [1.0, 0.5]


def test_drawing_ends_when_nobody_is_left(running: Engine, model: Scripted) -> None:
    """With the text that is being drawn."""
    job = running.submit(asked(["a", "wait"]))
    model.entered.wait()

    running.abandon(job)
    model.may_go_on.set()
    running.submit(asked(temperature=0)).answer.result(timeout=60)

    assert model.left_early
    assert len(job.drawn) == 1


def test_whoever_waits_at_the_end_is_told(engine: Engine) -> None:
    """And whoever comes after it."""
    job = engine.submit(asked())

    engine.close()
    engine.run()

    for refused in (job.answer.result, lambda: engine.submit(asked())):
        with pytest.raises(Fault, match="about to end") as raised:
            refused()
        assert raised.value.status == 503


def test_an_interrupt_in_mid_drawing_leaves_no_client_waiting(
    engine: Engine, model: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C is passed on once they are told."""

    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(model, "complete", interrupted)
    job = engine.submit(asked())

    with pytest.raises(KeyboardInterrupt):
        engine.run()

    with pytest.raises(Fault, match="about to end"):
        job.answer.result(timeout=0)
