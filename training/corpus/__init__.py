"""The text the demo model learns from: small Rust items, generated."""

from __future__ import annotations

from itertools import islice

from training.corpus.generate import draw_documents
from training.corpus.template import Document

__all__ = ["Document", "draw_documents", "generate_documents"]


def generate_documents(seed: int, count: int) -> list[str]:
    """Return *count* different documents; the same seed always gives the same ones.

    Every document compiles by itself, or with the declaration of the one known type it is about: the templates were
    written so, and ``python -m training.check_corpus`` asks rustc about every single one.
    """
    return [document.text for document in islice(draw_documents(seed), count)]
