"""A function while its body is being read: how branched it is, and how deep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionProfile:
    """The figures of one function that has a body: free, nested, or a method."""

    name: str
    line: int
    """On which its ``fn`` stands, from 1."""
    lines: int
    """From the line of its signature to that of its closing brace; attributes and documentation are not part of it."""
    parameters: int
    """Parameters, ``self`` among them."""
    cyclomatic: int
    cognitive: int
    nesting: int


class OpenFunction:
    """Counts what a function decides. What a function nested in it decides is that one's own."""

    __slots__ = (
        "cyclomatic",
        "decisions",
        "depth",
        "diverges",
        "line",
        "lines",
        "muted",
        "name",
        "nesting",
        "parameters",
        "returned",
        "returns",
    )

    def __init__(
        self, *, name: str, line: int, lines: int, parameters: int, returned: bytes, diverges: bool
    ) -> None:
        self.name = name
        self.line = line
        self.lines = lines
        self.parameters = parameters
        self.returned = returned
        """The last name of the type that it returns; empty where there is none."""
        self.diverges = diverges
        """Whether its body ends in a statement that does not come back, so that its type is ``!``."""
        self.cyclomatic = 1
        self.decisions = 0
        """Those that Clippy counts."""
        self.returns = 0
        """Each ``return`` and ``?`` that Clippy sees."""
        self.muted = 0
        """How many closures and the like are open, which are bodies of their own to Clippy."""
        self.depth = 0
        self.nesting = 0

    def decide(self, decisions: int, cognitive: int) -> None:
        """Count decisions: McCabe's, and those that Clippy counts of them."""
        self.cyclomatic += decisions
        if not self.muted:
            self.decisions += cognitive

    def enter(self) -> None:
        """A control structure opens."""
        self.depth += 1
        self.nesting = max(self.nesting, self.depth)

    def leave(self) -> None:
        """It closes."""
        self.depth -= 1

    def finish(self, results: frozenset[bytes]) -> FunctionProfile:
        """Sum up. *results* are the names of types that are a ``Result``."""
        cognitive = 1 + self.decisions
        fallible = self.returned in results and not self.diverges
        adjustment = self.returns if fallible else self.returns // 2
        if cognitive >= adjustment:
            cognitive -= adjustment
        return FunctionProfile(
            name=self.name,
            line=self.line,
            lines=self.lines,
            parameters=self.parameters,
            cyclomatic=self.cyclomatic,
            cognitive=cognitive,
            nesting=self.nesting,
        )
