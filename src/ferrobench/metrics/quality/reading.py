"""What is known in the middle of a walk over a syntax tree: what has been counted, and what surrounds the current node."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

    from ferrobench.metrics.quality.functions import OpenFunction
    from ferrobench.metrics.quality.idioms import Idiom
    from ferrobench.metrics.quality.lines import Comment


class Reading:
    """The state of a walk. Made for one text, thrown away when its profile is made."""

    def __init__(self, source: bytes) -> None:
        """Start before the first node of the tree of *source*."""
        self.source = source
        self.counts: Counter[str] = Counter()
        """By the names of the profile's fields."""
        self.idioms: set[Idiom] = set()
        self.comments: list[Comment] = []
        self.functions: list[OpenFunction] = []
        """Those with a body, in the order in which they begin."""
        self.aliases: dict[bytes, bytes] = {}
        """The text's type aliases, each with the last name of the type that it stands for."""
        self.around: list[str] = []
        """The kinds of the nodes around the current one, the innermost last."""
        self.open: list[OpenFunction] = []
        """The functions around it."""
        self.loops: list[bytes] = []
        """The loops around it, by the name that counts; empty where none does."""
        self.unindexed: set[bytes] = set()
        """Those of them in which nothing is indexed by that name yet."""
        self.indices = 0
        """How many ``[…]`` of index expressions are around it."""
        self.range_calls: set[int] = set()
        """Of field expressions around it, the depths of those that stand behind a range in parentheses."""

        self.called_macro = False
        """Whether the arguments that come next are those of a macro of std."""
        self.macro_end = 0
        """Up to which byte a macro of std goes on that has begun: what begins before it, stands in a macro."""

    def text(self, node: Node) -> bytes:
        """The source of *node*."""
        return self.source[node.start_byte : node.end_byte]

    def decide(self, decisions: int, cognitive: int) -> None:
        """Count decisions for the innermost function, if there is one: McCabe's, and those that Clippy counts."""
        if self.open:
            self.open[-1].decide(decisions, cognitive)

    def result_names(self) -> frozenset[bytes]:
        """By which names the text calls a ``Result``; aliases of aliases are not followed."""
        return frozenset({b"Result"} | {name for name, of in self.aliases.items() if of == b"Result"})
