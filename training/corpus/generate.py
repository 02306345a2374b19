"""Documents drawn from all families.

Which families there are follows from what a model of this size should be able to begin: plain functions by their
signature, types, traits and macros. No function here has the syntax-tree shape of a reference of the bundled suite,
and none of the suite's own function names occurs; ``tests/unit/training/test_corpus.py`` checks both.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from training.corpus.abstractions import draw_trait, macros
from training.corpus.aggregates import slice_aggregates
from training.corpus.files import boxed_functions, file_functions
from training.corpus.new_vectors import slice_to_vec
from training.corpus.numbers import number_functions, number_questions
from training.corpus.template import Document, Template, fill
from training.corpus.text_changes import text_to_text
from training.corpus.text_questions import text_counts, text_questions
from training.corpus.text_searches import text_searches
from training.corpus.types import draw_enum, draw_impl, draw_struct, draw_trait_impl
from training.corpus.vectors import two_vecs, vec_to_vec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _families() -> list[tuple[int, Callable[[random.Random], Document]]]:
    """Return each family's weight and how to draw from it."""

    def of(templates: list[Template]) -> Callable[[random.Random], Document]:
        return lambda rng: Document(fill(rng.choice(templates), rng))

    return [
        (8, of(number_functions())),
        (2, of(number_questions())),
        (8, of(text_questions())),
        (3, of(text_counts())),
        (8, of(text_to_text())),
        (8, of(text_searches())),
        (11, of(slice_aggregates())),
        (9, of(slice_to_vec())),
        (8, of(vec_to_vec())),
        (7, of(two_vecs())),
        (7, of(file_functions())),
        (8, of(boxed_functions())),
        (6, lambda rng: Document(draw_trait(rng))),
        (5, of(macros())),
        (11, draw_struct),
        (7, draw_enum),
        (6, draw_impl),
        (6, draw_trait_impl),
    ]


def draw_documents(seed: int) -> Iterator[Document]:
    """Yield documents without end, no two with the same text."""
    rng = random.Random(seed)
    weights, draws = zip(*_families(), strict=True)
    seen: set[str] = set()
    while True:
        (draw,) = rng.choices(draws, weights)
        document = draw(rng)
        if document.text not in seen:
            seen.add(document.text)
            yield document
