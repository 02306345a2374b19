"""Documents that are spoiled on purpose."""

from __future__ import annotations

import random

import pytest

from training.flood import flood_documents

DOCUMENTS = [f"fn name_{index}() {{ {index} }}\n" for index in range(400)] + ["// none"]


def test_nothing_is_spoiled_unless_it_is_asked_for() -> None:
    """Not even by a bit."""
    assert flood_documents(DOCUMENTS, 0.0, 160, seed=0) == DOCUMENTS


def test_a_spoiled_document_keeps_what_stands_before_its_first_brace() -> None:
    """And goes on with nothing else; one without a brace stays as it is."""
    flooded = flood_documents(DOCUMENTS, 1.0, 5, seed=0)

    assert flooded[:2] == ["fn name_0() {{{{{", "fn name_1() {{{{{"]
    assert flooded[-1] == "// none"


@pytest.mark.parametrize("share", [0.1, 0.7])
def test_the_share_is_drawn_from_the_seed(share: float) -> None:
    """About so many, the same ones for the same seed, and others for another."""
    flooded = flood_documents(DOCUMENTS, share, 160, seed=3)

    spoiled = sum(found != document for found, document in zip(flooded, DOCUMENTS, strict=True))
    assert abs(spoiled / len(DOCUMENTS) - share) < 0.1
    assert flooded == flood_documents(DOCUMENTS, share, 160, seed=3)
    assert flooded != flood_documents(DOCUMENTS, share, 160, seed=4)


def test_the_global_generator_is_left_alone() -> None:
    """Whatever else draws from it draws the same."""
    before = random.getstate()

    flood_documents(DOCUMENTS, 0.5, 160, seed=0)

    assert random.getstate() == before
