"""What the collapse doctor looks at: the text of an answer, and what else happens to be known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.models import StopReason

if TYPE_CHECKING:
    from ferrobench.metrics.measured import MeasuredSample

_AT_A_LIMIT = frozenset({StopReason.LENGTH, StopReason.CONTEXT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of a model. Only the two texts are needed; what is None is not known."""

    prompt: str
    """The text of the prompt."""
    text: str
    """What the model wrote, without the prompt."""
    prompt_id: str = ""
    index: int = 0
    """Which sample of its prompt, from 0."""
    cut: bool = False
    """Whether someone has shortened the text since, so that its end says nothing."""
    token_count: int | None = None
    stop_reason: StopReason | None = None
    finished: bool | None = None
    """Whether the item that the prompt asks for is there, to its end; None has it read from the text."""
    passed: bool | None = None
    """Whether the hidden tests hold."""

    @classmethod
    def of_sample(cls, sample: MeasuredSample) -> Answer:
        """The answer of a sample that was judged."""
        return cls(
            prompt=sample.prompt.text,
            text=sample.answer,
            prompt_id=sample.prompt.id,
            index=sample.index,
            token_count=sample.completion.token_count,
            stop_reason=sample.completion.stop_reason,
            finished=sample.program is not None,
            passed=sample.passed,
        )

    @classmethod
    def of_output(
        cls, prompt: str, output: str, *, cut_at: int, prompt_id: str = "", index: int = 0
    ) -> Answer:
        """An answer from a list of outputs that begin with their prompt and are cut at *cut_at* characters.

        The ``sample_outputs`` of results files are such: the original tool's (200 characters), and ours.
        """
        return cls(
            prompt=prompt,
            text=output.removeprefix(prompt),
            prompt_id=prompt_id,
            index=index,
            cut=len(output) >= cut_at,
        )

    @property
    def reached_limit(self) -> bool:
        """Whether the model was stopped, and did not stop."""
        return self.stop_reason in _AT_A_LIMIT
