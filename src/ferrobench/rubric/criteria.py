"""What people are asked about a program, and what each score from 1 to 5 means.

Two raters agree as far as they read the levels alike. So a level names what to look for rather than how good it is, and its
neighbours exclude each other; of two that both fit, the lower one counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LOWEST, HIGHEST = 1, 5


class Criterion(StrEnum):
    """One thing to score. The value is its key in files."""

    CORRECTNESS = "correctness"
    IDIOMATIC = "idiomatic"
    READABLE = "readable"
    EFFICIENT = "efficient"
    SAFE = "safe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A criterion with its levels."""

    criterion: Criterion
    question: str
    """What the rater answers, and how to treat what makes it hard."""
    levels: tuple[str, str, str, str, str]
    """What a score of 1, 2, 3, 4 and 5 says."""

    def level(self, score: int) -> str:
        """The description of a score."""
        return self.levels[score - LOWEST]


RUBRIC: tuple[Scale, ...] = (
    Scale(
        criterion=Criterion.CORRECTNESS,
        question="Does it do what the prompt asks? Judge what the program would do when run, whether or not you think that "
        "it compiles; where a mistake leaves that open, give 1 or 2.",
        levels=(
            "It does something else or nothing: the body is missing, a placeholder, or wrong for nearly every input.",
            "The task is recognisable, but ordinary inputs give wrong results, panic or never end.",
            "Ordinary inputs come out right; an edge case that the prompt names or implies does not, such as empty input, zero, "
            "a duplicate, or a value that is not there.",
            "Every input that the prompt is about comes out right; only what it leaves open goes wrong, such as overflow at "
            "the ends of an integer type.",
            "Every input that the signature allows comes out right, or ends in the error or the documented panic that the prompt "
            "leaves room for.",
        ),
    ),
    Scale(
        criterion=Criterion.IDIOMATIC,
        question="Is it written as people who write Rust every day would? Count the places where they would use another "
        "means of the language or its standard library; the same habit in several places counts each time.",
        levels=(
            "Another language in Rust's syntax: hardly a line would stay, with such things as -1 for “not found”, static mut, "
            "or raw pointers for ordinary work.",
            "More places would be written otherwise than would stay: loops by index over collections, clones to get around "
            "borrowing, nested ifs where one match would do.",
            "Three places or more would be written otherwise, but most of the code would stay.",
            "One or two places would be written otherwise, such as a needless return, &Vec<T> for &[T], or a loop that is an "
            "iterator's method.",
            "No place would be written otherwise: ownership, matching, iterators and errors are used as in the standard "
            "library's own documentation.",
        ),
    ),
    Scale(
        criterion=Criterion.READABLE,
        question="How much work is it to understand? Judge what is there, names, structure, comments and layout, and not whether "
        "it is right.",
        levels=(
            "After reading it twice you cannot say what it does.",
            "You can say what it does only after following values through it line by line.",
            "One careful reading is enough, but something stands in its way: a name that misleads, a function that does several "
            "things, dead code, or a comment that is wrong.",
            "It is clear at first reading; one or two names, comments or line breaks could be better.",
            "It is clear at first reading, and you would change no name, comment or line break.",
        ),
    ),
    Scale(
        criterion=Criterion.EFFICIENT,
        question="Does it waste time or memory? Compare with the usual good way to do this task, for inputs of some thousand "
        "elements; where the task leaves nothing to waste, give 5. Of a program that does another task, judge that one.",
        levels=(
            "It would not finish, or run out of memory: exponential work where far less is known to do, or growth without end.",
            "Its time or memory grows faster than the usual way's: a scan inside a loop where one pass, sorting or a hash map "
            "would do.",
            "It grows as the usual way does, but repeats avoidable work in a loop: clones, allocations, or the same "
            "computation again.",
            "It grows as the usual way does; what is avoidable happens once and not in a loop, such as collecting before iterating.",
            "You see no avoidable work.",
        ),
    ),
    Scale(
        criterion=Criterion.SAFE,
        question="What happens when things go wrong? Look at unsafe code first, then at errors, then at what can panic: unwrap, "
        "expect, indexing, slicing, division, overflow, recursion without a limit.",
        levels=(
            "Undefined behaviour is possible: unsafe code breaks its own rules for some input that the signature allows.",
            "Failure is hidden: errors are dropped or replaced by a made-up value, arithmetic wraps or casts cut digits unnoticed, "
            "or unsafe code stands where safe code would do.",
            "Failure shows, but by a panic that callers must expect from ordinary input and that nothing announces.",
            "It panics only where a condition is broken that its documentation states or its name and types make plain.",
            "Every input that the signature allows ends in a value or an error; unsafe code, if any, says why it is sound.",
        ),
    ),
)
"""In the order in which raters are asked."""
