"""Runs as metrics see them, made of a few texts. Values that do not matter to a test are arbitrary."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ferrobench.judging import Compiled, Judgment
from ferrobench.metrics import measure_code
from ferrobench.metrics.measured import MeasuredRun, MeasuredSample
from ferrobench.models import Completion, StopReason
from tests.support.prompts import prompt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferrobench.prompts import Prompt

COMPILED = Compiled(warnings=())


def a_prompt(prompt_id: str = "arbitrary/name", text: str = "fn f() {", **changes: Any) -> Prompt:
    """A prompt with an id and a text; the rest of it is arbitrary."""
    return replace(prompt(text), id=prompt_id, **changes)


def a_sample(
    of: Prompt,
    answer: str = " }",
    index: int = 0,
    *,
    strict: Judgment = COMPILED,
    extracted: Judgment = COMPILED,
    completion: Mapping[str, Any] | None = None,
    **changes: Any,
) -> MeasuredSample:
    """An answer to a prompt; it compiles unless told otherwise. *completion* changes fields of the completion."""
    drawn = Completion(
        text=answer,
        token_count=10,
        stop_reason=StopReason.STOP,
        generation_seconds=0.5,
        latency_seconds=0.75,
    )
    drawn = replace(drawn, **(completion or {}))
    text = drawn.whole_text(of.text)
    fields: dict[str, Any] = {
        "prompt": of,
        "index": index,
        "completion": drawn,
        "text": text,
        "program": text,
        "strict": strict,
        "extracted": extracted,
        "code": measure_code(text, parses=True),
    }
    return MeasuredSample(**{**fields, **changes})


def a_run(answers: Mapping[str, Sequence[str]], **changes: Any) -> MeasuredRun:
    """A run of prompts, by their texts, with their answers; all of them compile."""
    prompts = [a_prompt(f"arbitrary/{number}", text) for number, text in enumerate(answers)]
    samples = [
        a_sample(of, answer, index)
        for of, texts in zip(prompts, answers.values(), strict=True)
        for index, answer in enumerate(texts)
    ]
    return MeasuredRun(**{"prompts": tuple(prompts), "samples": tuple(samples), **changes})
