"""Which programs are judged to check a prompt, and what each must come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ferrobench.prompts.mutation import filled, mutants, trivial_bodies

if TYPE_CHECKING:
    from ferrobench.prompts import Prompt
    from ferrobench.prompts.checks import PromptChecks

STUB = "todo!()"
LEAVING = "std::process::exit(0)"


class Part(StrEnum):
    """What a program stands for."""

    REFERENCE = "reference"
    """Must pass."""
    STUB = "stub"
    """``todo!()`` for an answer: must compile and fail."""
    TRIVIAL = "trivial"
    """A body that needs no thought, or leaves: must not pass."""
    EMPTY = "empty"
    """The prompt alone: must not pass."""
    MUTANT = "mutant"
    """Should fail; that some do not is what the mutation score says."""
    WRONG = "wrong"
    """Written by hand: must compile and fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One program."""

    part: Part
    name: str
    """The body, the mutant's id, or what the suite's author called it."""
    text: str
    edition: str


def basic_candidates(prompt: Prompt, editions: tuple[str, ...], runs: int) -> tuple[Candidate, ...]:
    """The programs that every prompt with tests is checked by.

    The reference comes *runs* times in the first edition and once in each other one.
    """
    main = editions[0]
    found = []
    if prompt.reference:
        # A judge may remember what became of a text. An empty line more makes another of it.
        whole = prompt.text + prompt.reference
        found += [
            Candidate(
                part=Part.REFERENCE, name=f"edition {edition}", text=whole + "\n" * run, edition=edition
            )
            for run, edition in [
                *((run, main) for run in range(runs)),
                *((0, other) for other in editions[1:]),
            ]
        ]
    for part, body in ((Part.STUB, STUB), (Part.TRIVIAL, LEAVING)):
        text = filled(prompt, body)
        if text is not None:
            found.append(Candidate(part=part, name=body, text=text, edition=main))
    found += [
        Candidate(part=Part.TRIVIAL, name=body.name, text=body.text, edition=main)
        for body in trivial_bodies(prompt)
        if body.text != prompt.text + prompt.reference
    ]
    found.append(Candidate(part=Part.EMPTY, name="", text=prompt.text, edition=main))
    return tuple(found)


def wrong_candidates(prompt: Prompt, checks: PromptChecks, edition: str) -> tuple[Candidate, ...]:
    """The programs that should fail since they are a little wrong: mutants, then those written by hand."""
    return (
        *(
            Candidate(part=Part.MUTANT, name=mutant.id, text=mutant.text, edition=edition)
            for mutant in mutants(prompt)
        ),
        *(
            Candidate(part=Part.WRONG, name=wrong.name, text=_below(prompt.text, wrong.code), edition=edition)
            for wrong in checks.wrong
        ),
    )


def _below(text: str, code: str) -> str:
    """*code* after *text*, from a new line on, as it stands in its file."""
    return f"{text}{code}" if text.endswith("\n") else f"{text}\n{code}"
