"""Packing documents into training rows."""

from __future__ import annotations

from itertools import islice

from training.rows import pack_rows
from training.tokenizer import END_OF_TEXT_ID


def test_every_row_starts_where_a_document_starts() -> None:
    documents = [[10, 11, 12], [20, 21], [30, 31, 32, 33]]

    rows = list(islice(pack_rows(documents, 6, seed=1), 50))

    assert {len(row) for row in rows} == {6}
    assert {row[0] for row in rows} <= {10, 20, 30}


def test_a_document_that_the_rows_end_cuts_opens_the_next_row() -> None:
    rows = list(islice(pack_rows([[10, 11, 12]], 6, seed=1), 2))

    assert rows[0] == [10, 11, 12, END_OF_TEXT_ID, 10, 11]
    assert rows[1][:4] == [10, 11, 12, END_OF_TEXT_ID]


def test_a_document_longer_than_a_row_is_cut_and_not_repeated() -> None:
    rows = list(islice(pack_rows([[10, 11, 12, 13, 14, 15, 16]], 4, seed=1), 3))

    assert rows == [[10, 11, 12, 13]] * 3


def test_the_seed_alone_decides_the_order() -> None:
    documents = [[number] * 3 for number in range(1, 40)]

    first, again, other = (list(islice(pack_rows(documents, 8, seed=seed), 30)) for seed in (1, 1, 2))

    assert first == again
    assert first != other
