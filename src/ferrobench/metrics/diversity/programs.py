"""How many programs are different: by their text, their tokens, their trees, and those of their functions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeAlias

from ferrobench.metrics.diversity.distinct import effective_number, expected_distinct
from ferrobench.metrics.diversity.estimates import over_prompts
from ferrobench.metrics.diversity.figures import Distinct, Uniqueness
from ferrobench.metrics.diversity.normal_form import normal_form
from ferrobench.metrics.diversity.shapes import program_shape

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from ferrobench.metrics.diversity.shapes import ProgramShape
    from ferrobench.metrics.measured import MeasuredRun, MeasuredSample

Counts: TypeAlias = "Counter[Hashable]"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedProgram:
    """A sample's program with what it is compared by."""

    sample: MeasuredSample
    text: str
    normalised: str
    shape: bytes
    functions: tuple[bytes, ...]


def name_programs(run: MeasuredRun, samples: Sequence[MeasuredSample]) -> list[NamedProgram]:
    """Name the programs of the samples of one prompt: the extracted ones, and the whole text where none was found.

    A text is read once however often it was written, and one tree is enough for all that are equal after normalising.
    """
    forms: dict[str, str] = {}
    shapes: dict[str, ProgramShape] = {}
    named: list[NamedProgram] = []
    for sample in samples:
        text = sample.text if sample.program is None else sample.program
        form = forms.get(text)
        if form is None:
            form = forms[text] = normal_form(run.words(text))
        shape = shapes.get(form)
        if shape is None:
            given = sample.prompt.text
            shape = shapes[form] = program_shape(text, given=len(given) if text.startswith(given) else 0)
        named.append(
            NamedProgram(
                sample=sample, text=text, normalised=form, shape=shape.whole, functions=shape.functions
            )
        )
    return named


def uniqueness(programs: Sequence[Sequence[NamedProgram]]) -> Uniqueness:
    """Count the different programs among those given for each prompt."""
    return Uniqueness(
        samples=sum(map(len, programs)),
        programs=distinct([count_by("text", of) for of in programs]),
        normalised=distinct([count_by("normalised", of) for of in programs]),
        shapes=distinct([count_by("shape", of) for of in programs]),
        functions=distinct(
            [Counter(name for program in of for name in program.functions) for of in programs]
        ),
    )


def count_by(name: Literal["text", "normalised", "shape"], programs: Sequence[NamedProgram]) -> Counts:
    """How often each text, normal form or shape occurs among *programs*."""
    return Counter(map(attrgetter(name), programs))


def distinct(prompts: Sequence[Counts]) -> Distinct:
    """Figures of what was counted in each prompt; prompts without anything may be among them."""
    filled = [counts for counts in prompts if counts]
    compared = sum(counts.total() for counts in filled)
    different = sum(map(len, filled))
    effective = [effective_number(counts.values()) for counts in filled]
    return Distinct(
        compared=compared,
        distinct=different,
        percent=100 * different / compared if compared else None,
        differ=over_prompts(
            [(chance_to_differ(counts), counts.total()) for counts in filled if counts.total() > 1],
            bounds=(0.0, 100.0),
        ),
        at_5=over_prompts(_percent_at(filled, 5), bounds=(20.0, 100.0)),
        at_10=over_prompts(_percent_at(filled, 10), bounds=(10.0, 100.0)),
        effective=sum(effective) / len(effective) if effective else None,
    )


def chance_to_differ(counts: Counts) -> float:
    """The chance in percent that two draws differ: Gini and Simpson's index without bias (Simpson 1949)."""
    return 100 * (expected_distinct(counts.values(), 2) - 1)


def _percent_at(prompts: Sequence[Counts], k: int) -> list[tuple[float, int]]:
    return [
        (100 * expected_distinct(counts.values(), k) / k, counts.total())
        for counts in prompts
        if counts.total() >= k
    ]
