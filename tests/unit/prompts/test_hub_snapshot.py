"""Data sets as the hub lays them out, read from a folder: nothing is fetched here."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.errors import MissingExtraError, NotReadyError, SuiteError
from ferrobench.prompts import load_suite
from ferrobench.prompts.formats.hub import read_snapshot
from tests.support.formats import humaneval_x, multipl_e, write_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

needs_pyarrow = pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed (extra: data)"
)


def write_parquet(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    import pyarrow
    import pyarrow.parquet

    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path)


@needs_pyarrow
def test_a_configuration_in_parquet_is_a_suite(tmp_path: Path) -> None:
    """Its parts are read in order, and other splits and configurations are left alone."""
    write_parquet(tmp_path / "humaneval-rs" / "test-00001-of-00002.parquet", [multipl_e(1)])
    write_parquet(tmp_path / "humaneval-rs" / "test-00000-of-00002.parquet", [multipl_e(0)])
    write_parquet(tmp_path / "humaneval-rs" / "train-00000-of-00001.parquet", [multipl_e(2)])
    write_parquet(tmp_path / "mbpp-rs" / "test-00000-of-00001.parquet", [multipl_e(3)])

    suite = read_snapshot(tmp_path, "humaneval-rs", label="hf:a/b/humaneval-rs at 1")

    assert suite.name == "humaneval-rs"
    assert [prompt.name for prompt in suite.prompts] == ["HumanEval_0_plus", "HumanEval_1_plus"]
    assert suite.prompts[0].stop_text == "\n}"


@needs_pyarrow
def test_parquet_and_json_give_the_same_suite(tmp_path: Path) -> None:
    """Whichever way the set is kept."""
    write_parquet(tmp_path / "a" / "test.parquet", [multipl_e(0), multipl_e(1)])
    (tmp_path / "b").mkdir()
    write_rows(tmp_path / "b" / "test.jsonl.gz", [multipl_e(0), multipl_e(1)])

    assert len({read_snapshot(tmp_path, name, label="arbitrary").content_hash for name in "ab"}) == 1


@needs_pyarrow
def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    """In one line."""
    (tmp_path / "test.parquet").write_bytes(b"arbitrary")

    with pytest.raises(SuiteError, match=r"arbitrary set: test\.parquet: not readable as parquet"):
        read_snapshot(tmp_path, "", label="arbitrary set")


def test_a_configuration_may_lie_under_data(tmp_path: Path) -> None:
    """As those of HumanEval-X do; metadata beside it is none of its rows."""
    folder = tmp_path / "data" / "rust" / "data"
    folder.mkdir(parents=True)
    write_rows(folder / "humaneval.jsonl", [humaneval_x(0)])
    write_rows(folder / "dataset_infos.json", [{"arbitrary": 1}])

    assert read_snapshot(tmp_path, "rust", label="arbitrary").prompts[0].name == "Rust/0"


def test_a_wrong_row_is_named_with_its_file(tmp_path: Path) -> None:
    """And its line."""
    write_rows(tmp_path / "test.jsonl", [multipl_e(0), multipl_e(1, language="py")])

    with pytest.raises(SuiteError, match=r"arbitrary: test.jsonl:2: field 'language': expected 'rs'"):
        read_snapshot(tmp_path, "", label="arbitrary")


def test_a_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With what was looked for."""
    with pytest.raises(SuiteError, match=r"arbitrary: no \.parquet, \.jsonl.* file under humaneval-rs"):
        read_snapshot(tmp_path, "humaneval-rs", label="arbitrary")


@pytest.mark.parametrize("name", ["hf:", "hf:nuprl", "hf:/x", "hf:nuprl/@main"])
def test_a_name_without_owner_and_set_is_refused(name: str) -> None:
    """Before anything is asked for."""
    with pytest.raises(SuiteError, match="expected hf:OWNER/NAME or hf:OWNER/NAME/CONFIG"):
        load_suite(name)


@pytest.mark.parametrize("missing", ["huggingface_hub", "pyarrow.parquet"])
def test_a_missing_extra_is_named_with_its_install_line(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is fetched."""
    monkeypatch.setitem(sys.modules, missing, None)

    with pytest.raises(MissingExtraError, match=r"pip install 'ferrobench\[data\]'"):
        load_suite("hf:nuprl/MultiPL-E/humaneval-rs")


@needs_pyarrow
def test_what_cannot_be_fetched_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Offline, and with nothing kept from before."""
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))

    with pytest.raises(NotReadyError, match="suite 'hf:a/b/c': cannot be fetched: ") as raised:
        load_suite("hf:a/b/c")

    assert "\n" not in str(raised.value)
