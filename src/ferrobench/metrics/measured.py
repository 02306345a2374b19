"""What metrics are given: the samples of a run with their texts and verdicts, whatever file they come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ferrobench.judging import Compiled
from ferrobench.rust_source.words import rust_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ferrobench.judging import Judgment, TestJudgment
    from ferrobench.metrics.code import CodeMetrics
    from ferrobench.metrics.generation.bits_per_byte import BitsPerByte
    from ferrobench.models import Completion
    from ferrobench.prompts import Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSample:
    """One answer of the model with what judging said of it."""

    prompt: Prompt
    index: int
    """Which sample of its prompt, from 0."""
    completion: Completion
    text: str
    """What the strict reading judged: prompt and completion, or a whole program."""
    program: str | None
    """The extracted reading; None where nothing of the model is left."""
    strict: Judgment
    extracted: Judgment
    code: CodeMetrics
    """Of :attr:`text`."""
    strict_tests: TestJudgment | None = None
    extracted_tests: TestJudgment | None = None
    """What the hidden tests say; None where there are none, or the program does not compile."""
    passed: bool | None = None
    """Whether the extracted reading passes; None without tests, or where we failed to run them."""

    @property
    def compiles(self) -> bool:
        """Whether the extracted reading compiles."""
        return isinstance(self.extracted, Compiled)

    @property
    def answer(self) -> str:
        """What the model itself wrote, without the prompt."""
        return self.completion.text


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingText:
    """Text that the model was trained on, or some of it."""

    name: str
    """How outputs call it, such as the file's name."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRun:
    """Everything that metrics may look at. Samples are in the order of the prompts, then of their index."""

    prompts: tuple[Prompt, ...]
    samples: tuple[MeasuredSample, ...]
    """Those that the model answered."""
    seed: int = 0
    """For metrics that draw: the same run gives the same figures."""
    training_text: TrainingText | None = None
    """None where nobody gave one."""
    answers_continue: bool = True
    """Whether completions go on from their prompts; the answers of a chat begin anew."""
    bits_per_byte: BitsPerByte | None = None
    """What a held-out text costs the model; None where nobody gave one."""
    drawn: bool | None = None
    """Whether tokens were drawn, so that samples of a prompt should differ; False of greedy decoding, None of ready answers."""
    _words: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def words(self, text: str) -> tuple[str, ...]:
        """The Rust tokens of *text*, see :func:`ferrobench.rust_source.words.rust_words`; read once per text."""
        found = self._words.get(text)
        if found is None:
            found = self._words[text] = rust_words(text)
        return found

    def by_prompt(self, samples: Iterable[MeasuredSample] | None = None) -> dict[str, list[MeasuredSample]]:
        """Samples (all of them, unless some are given) by the id of their prompt, prompts without any left out."""
        groups: dict[str, list[MeasuredSample]] = {}
        for sample in self.samples if samples is None else samples:
            groups.setdefault(sample.prompt.id, []).append(sample)
        return groups


def values_by_prompt(
    pairs: Iterable[tuple[MeasuredSample, float | None]],
) -> Sequence[Sequence[float]]:
    """Gather a figure of samples by prompt, as :func:`ferrobench.metrics.statistics.mean_estimate` takes it.

    Samples without the figure (None) are left out.
    """
    groups: dict[str, list[float]] = {}
    for sample, value in pairs:
        if value is not None:
            groups.setdefault(sample.prompt.id, []).append(value)
    return tuple(groups.values())
