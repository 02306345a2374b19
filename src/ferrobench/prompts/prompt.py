"""What is asked: one problem, and a named, versioned set of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.prompts.crates import SuiteCrates


class JudgeMode(StrEnum):
    """What can be demanded of an answer to a prompt."""

    TESTS = "tests"
    """The prompt fixes a behaviour; hidden tests decide."""
    COMPILE = "compile"
    """The prompt fixes no behaviour a test could demand; the compiler alone decides. Left out of pass@k."""


class Level(StrEnum):
    """How much Rust a prompt asks for."""

    BASIC = "basic"
    """One idea of the language, in a few lines."""
    INTERMEDIATE = "intermediate"
    """Several ideas together, or one that most programs do without."""
    ADVANCED = "advanced"
    """What takes a practised hand: the types, the contract or the algorithm must be thought out first."""


class Need(StrEnum):
    """What a prompt's tests need of the sandbox beyond computing."""

    FILES = "files"
    """A small temporary file system, writable by the sample's program at ``std::env::temp_dir()``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One problem of a suite."""

    id: str
    """Unique over all suites: ``<suite>/<name>``, such as ``seed/factorial``."""
    text: str
    """Exactly what the model is given to complete."""
    category: str
    tags: tuple[str, ...]
    judge: JudgeMode
    prelude: str
    """Rust in scope for the sample and shadowed by its own definitions. Empty where none is needed."""
    reference: str
    """What follows the prompt's text in the reference solution: ``text + reference`` is a whole program. Empty where the
    format has none."""
    probes: str
    """Functions of sendable types through which tests reach what cannot cross a process border."""
    tests: str
    """The hidden tests: an ordinary ``#[cfg(test)] mod tests``, or a ``fn main`` of assertions as MultiPL-E has it.
    Empty for ``JudgeMode.COMPILE``."""
    complete: bool
    """Whether the text is a whole item already (``struct Point { x: f64, y: f64 }``), so that an empty
    completion would compile."""
    needs: frozenset[Need] = frozenset()
    entry_point: str | None = None
    """The function that the model completes and the tests call, where a format names it."""
    stop_text: str = ""
    """What the format's stop rule has cut from the end of every completion, such as ``\n}`` in MultiPL-E."""
    original_text: str = ""
    """The text as the format's file has it, where ours differs, such as by imports that nothing uses. Answers that repeat
    their prompt may repeat this one."""
    level: Level | None = None
    """None where the suite does not say."""
    variant_of: str | None = None
    """The id of the prompt in the same suite that asks for the same in other words and names; None for one of its own."""
    outside_crates: tuple[str, ...] = ()
    """Crates beyond the standard library that the format's own text, reference or tests use. Where one is missing, no
    answer can be judged."""

    @property
    def name(self) -> str:
        """The part of the id after the suite's name: what the format calls the problem, slashes included."""
        return self.id.partition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A named, versioned set of prompts, in order."""

    name: str
    version: str
    description: str
    prompts: tuple[Prompt, ...]
    content_hash: str
    """``sha256:`` of everything that can move a score: texts, preludes, references, probes, tests, modes, crates."""
    crates: SuiteCrates | None = None
    """What samples may use beyond the standard library."""
