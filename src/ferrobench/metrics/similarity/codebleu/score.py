"""CodeBLEU of one program against one reference (Ren et al. 2020, arXiv:2009.10297), equal to codebleu 0.7.0.

Four parts of equal weight. Where we follow the package rather than the paper, its modules say so. The total follows it too:
a data-flow part of 0 counts as 1 there, whether the reference has no data flow or the candidate none of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ferrobench.metrics.similarity.codebleu.comments import remove_comments
from ferrobench.metrics.similarity.codebleu.dataflow import Item, dataflow, dataflow_match
from ferrobench.metrics.similarity.codebleu.ngrams import ngram_match, weighted_ngram_match
from ferrobench.metrics.similarity.codebleu.syntax import syntax_match
from ferrobench.metrics.similarity.codebleu.tree import PlainNode, plain_tree


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBleu:
    """The parts of the figure, 0 to 1 each."""

    ngram: float
    weighted_ngram: float
    syntax: float
    dataflow: float
    """0 also where the reference has no data flow that the rules see."""

    @property
    def total(self) -> float:
        """The figure, 0 to 1."""
        return (self.ngram + self.weighted_ngram + self.syntax + (self.dataflow or 1.0)) / 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProgram:
    """A program as CodeBLEU sees it; read a reference once for all its candidates."""

    words: tuple[str, ...]
    nodes: tuple[PlainNode, ...]
    flows: tuple[Item, ...]


def read_program(text: str) -> ReadProgram:
    """Read *text*, which may be anything."""
    stripped = text.strip()
    bare = remove_comments(stripped)
    nodes = plain_tree(bare)
    return ReadProgram(
        words=tuple(stripped.split()), nodes=tuple(nodes), flows=tuple(dataflow(bare, nodes[0]))
    )


def code_bleu(reference: ReadProgram, candidate: ReadProgram) -> CodeBleu:
    """Compare *candidate* with *reference*; the two are not symmetric."""
    return CodeBleu(
        ngram=ngram_match(reference.words, candidate.words),
        weighted_ngram=weighted_ngram_match(reference.words, candidate.words),
        syntax=syntax_match(reference.nodes, candidate.nodes),
        dataflow=dataflow_match(reference.flows, candidate.flows),
    )
