"""Drawing documents from templates."""

from __future__ import annotations

import random

from training.corpus.template import fill, template


def test_a_placeholder_stands_for_one_draw_and_its_numbered_kin_for_others() -> None:
    source = template("one two", "@x @x @x2 @x2 @fn")

    for seed in range(200):
        first, again, second, again_second, name = fill(source, random.Random(seed)).split()
        assert first == again != second == again_second
        assert name in {"one", "two"}


def test_a_drawn_name_never_meets_one_that_the_template_spells_out() -> None:
    source = template("f", "let x = n + v; @x")

    drawn = {fill(source, random.Random(seed)).split()[-1] for seed in range(300)}

    assert drawn
    assert drawn.isdisjoint({"x", "n", "v"})


def test_a_pair_is_drawn_together() -> None:
    source = template("f", "@a @b")

    pairs = {fill(source, random.Random(seed)).strip() for seed in range(200)}

    assert {"a b", "left right"} <= pairs
    assert "a right" not in pairs
