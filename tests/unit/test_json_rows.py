"""Files of JSON objects in their several shapes."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.json_rows import RowsError, open_plain, read_elements

if TYPE_CHECKING:
    from pathlib import Path

ARBITRARY = [{"a": 1, "text": "ü\n}"}, {"a": [2, {"b": None}]}, {"a": -1.5e3}]


def values(path: Path, content: str | bytes) -> list[tuple[int, Any]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(element.line, element.value) for element in read_elements(path)]


def test_objects_may_stand_one_a_line(tmp_path: Path) -> None:
    """Blank lines and a byte order mark are passed over; a line's number is that of the file."""
    content = "\ufeff" + "\n\n".join(map(json.dumps, ARBITRARY))

    assert values(tmp_path / "a", content) == list(zip((1, 3, 5), ARBITRARY, strict=True))


def test_objects_may_stand_in_an_array(tmp_path: Path) -> None:
    """Laid out in any way, told by the bracket and not by the name."""
    for indent in (None, 2):
        found = values(tmp_path / "a.jsonl", f"\n {json.dumps(ARBITRARY, indent=indent)} \n")

        assert [value for _, value in found] == ARBITRARY
    assert [line for line, _ in found] == [3, 7, 15]
    assert values(tmp_path / "a", " [ ] ") == []


def test_one_object_may_be_laid_out_over_lines(tmp_path: Path) -> None:
    """As an editor saves a file of one problem."""
    assert values(tmp_path / "a", "\n" + json.dumps(ARBITRARY[1], indent=4)) == [(2, ARBITRARY[1])]


def test_gzip_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    """A name without .gz hides nothing, and one with it is no promise."""
    lines = "\n".join(map(json.dumps, ARBITRARY)).encode()

    assert values(tmp_path / "a.jsonl", gzip.compress(lines)) == values(tmp_path / "b.jsonl.gz", lines)


@given(
    st.lists(
        st.recursive(
            st.none() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3), max_leaves=5
        )
    )
)
def test_an_array_is_read_as_json_reads_it(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    """Whatever its elements are."""
    path = tmp_path_factory.getbasetemp() / "rows.json"

    assert [value for _, value in values(path, json.dumps(rows))] == rows


def test_an_element_larger_than_a_read_is_whole(tmp_path: Path) -> None:
    """Three megabytes of it, and the next one after it."""
    rows = ["x" * 3_000_000, [1234567890123] * 200_000, 7]

    assert [value for _, value in values(tmp_path / "a", json.dumps(rows))] == rows


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"a": 1}\n{"a": ', "line 2: not JSON: Expecting value"),
        ('{\n"a": 1\n', "line 1: not JSON"),
        ('[{"a": 1}\n, {"a"', "line 2: not JSON"),
        ('[{"a": 1}', "line 1: not JSON: expected ',', found the end"),
        ("[1] 2", "line 1: not JSON: text after the end of the array"),
        (b'["\xff"]', "line 1: expected UTF-8"),
        (b'{"a": "\xff"}', "line 1: not JSON: 'utf-8' codec"),
        (gzip.compress(b"[1, 2]", mtime=0)[:-9], "its gzip data ends early"),
        (gzip.compress(b"[1, 2]", mtime=0)[:-8] + bytes(8), "its gzip data is damaged"),
        ("[" * 100_000, "line 1: not JSON"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, content: str | bytes, complaint: str) -> None:
    """In one line."""
    with pytest.raises(RowsError) as raised:
        values(tmp_path / "a", content)

    assert str(raised.value).startswith(complaint)
    assert "\n" not in str(raised.value)


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    """Nor can what is not there."""
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(RowsError, match="cannot be read: "), open_plain(path):
            pass
