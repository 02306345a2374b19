"""Which checkpoints of a training run are there, and which of them are written to their end."""

from __future__ import annotations

import json
import shutil
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from ferrobench.models import TrainingStep, find_gap, list_training_steps, stamp_files
from tests.support.watching import DEMO

if TYPE_CHECKING:
    from pathlib import Path

HEADER = json.dumps({"a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}, "__metadata__": {}}).encode()
SAFETENSORS = struct.pack("<Q", len(HEADER)) + HEADER + b"abcd"


def write_zip(path: Path) -> bytes:
    """A file as torch writes it."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"arbitrary")
        archive.writestr("archive/data/0", b"x" * 100)
    return path.read_bytes()


def the_only(folder: Path) -> TrainingStep:
    """The one checkpoint of a folder."""
    (step,) = list_training_steps(folder)
    return step


def test_steps_are_listed_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """Also those that have only been begun; ``final`` is the newest, and other folders and files are none."""
    for name in ("step_1000", "step_500", "step_01000", "checkpoint-20", "iter_3", "final", "logs", "step_x"):
        (tmp_path / name).mkdir()
    (tmp_path / "step_7").touch()

    steps = list_training_steps(tmp_path)

    assert [(step.step, step.path.name) for step in steps] == [
        (3, "iter_3"),
        (20, "checkpoint-20"),
        (500, "step_500"),
        (1000, "step_01000"),
        (None, "final"),
    ]
    assert list_training_steps(tmp_path / "logs") == ()


def test_steps_of_nanochat_are_listed_by_their_files(tmp_path: Path) -> None:
    """In the folder of the model that its base directory names, with one of the two files too."""
    folder = tmp_path / "base_checkpoints" / "d20"
    folder.mkdir(parents=True)
    for name in ("model_000500.pt", "meta_000500.json", "meta_001000.json", "optim_000500_rank0.pt"):
        (folder / name).touch()

    steps = list_training_steps(tmp_path)

    assert [(step.step, step.path) for step in steps] == [
        (500, folder / "model_000500.pt"),
        (1000, folder / "model_001000.pt"),
    ]


def test_a_whole_demo_checkpoint_lacks_nothing(tmp_path: Path) -> None:
    """And with a byte less, a byte more, or without one of its files, it does."""
    folder = tmp_path / "step_500"
    shutil.copytree(DEMO / "step_500", folder)
    step = the_only(tmp_path)
    weights, meta = folder / "model.safetensors", folder / "meta.json"
    content = weights.read_bytes()

    assert find_gap(step) is None
    for changed in (content[:-1], content + b"x"):
        weights.write_bytes(changed)
        assert find_gap(step) == f"model.safetensors has {len(changed):,} of {len(content):,} bytes"
    weights.unlink()
    assert find_gap(step) == "model.safetensors is not there"
    meta.unlink()
    assert find_gap(step) == "meta.json or config.json is not there"


@pytest.mark.parametrize("length", range(len(SAFETENSORS)))
def test_no_beginning_of_a_safetensors_file_is_whole(length: int, tmp_path: Path) -> None:
    """Wherever it is cut."""
    (tmp_path / "step_1").mkdir()
    (tmp_path / "step_1" / "meta.json").write_text("{}")
    weights = tmp_path / "step_1" / "model.safetensors"
    weights.write_bytes(SAFETENSORS)
    assert find_gap(the_only(tmp_path)) is None

    weights.write_bytes(SAFETENSORS[:length])

    assert (find_gap(the_only(tmp_path)) or "").startswith("model.safetensors has ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff" * 100, "model.safetensors: its first bytes are no length of a header"),
        (struct.pack("<Q", 3) + b"{a}", "model.safetensors: its header cannot be read"),
        (struct.pack("<Q", 9) + b'{"a": {}}', "model.safetensors: its header cannot be read"),
    ],
)
def test_what_is_no_safetensors_file_is_said(content: bytes, words: str, tmp_path: Path) -> None:
    """It is never whole."""
    (tmp_path / "step_1").mkdir()
    (tmp_path / "step_1" / "meta.json").write_text("{}")
    (tmp_path / "step_1" / "model.safetensors").write_bytes(content)

    assert find_gap(the_only(tmp_path)) == words


def test_all_shards_of_an_index_must_be_there(tmp_path: Path) -> None:
    """Each whole; the configuration too."""
    folder = tmp_path / "checkpoint-20"
    folder.mkdir()
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "model-00001-of-00002.safetensors").write_bytes(SAFETENSORS)
    step = the_only(tmp_path)

    assert find_gap(step) == "meta.json or config.json is not there"
    (folder / "config.json").write_text('{"model_type": "llama"')
    assert find_gap(step) == "model-00002-of-00002.safetensors is not there"
    (folder / "model-00002-of-00002.safetensors").write_bytes(SAFETENSORS[:-2])
    assert (find_gap(step) or "").startswith("model-00002-of-00002.safetensors has ")
    (folder / "model-00002-of-00002.safetensors").write_bytes(SAFETENSORS)
    assert find_gap(step) == "config.json is not JSON, or not all of it"
    (folder / "config.json").write_text('{"model_type": "llama"}')
    assert find_gap(step) is None
    (folder / "model.safetensors.index.json").write_text('{"weight_map": []}')
    assert find_gap(step) == "model.safetensors.index.json: weight_map: expected an object of file names"


def test_no_beginning_of_a_file_of_torch_is_whole(tmp_path: Path) -> None:
    """Nor is its end alone, and its description must be there."""
    content = write_zip(tmp_path / "model_000005.pt")
    step = the_only(tmp_path)

    assert find_gap(step) == "meta_000005.json is not there"
    (tmp_path / "meta_000005.json").write_text("{}")
    assert find_gap(step) is None
    for part in (*(content[:length] for length in range(0, len(content), 7)), content[50:]):
        (tmp_path / "model_000005.pt").write_bytes(part)
        assert (find_gap(step) or "").startswith("model_000005.pt"), len(part)


def test_the_stamps_are_of_all_files_and_of_the_tokenizer(tmp_path: Path) -> None:
    """So that any change shows; of nanochat's optimizer files they are not."""
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "step_1" / "optimizer").mkdir(parents=True)
    (tmp_path / "step_1" / "optimizer" / "state").write_text("arbitrary")
    (tmp_path / "extra").write_text("arbitrary")

    stamps = stamp_files(the_only(tmp_path), tmp_path / "extra", tmp_path / "missing")

    assert {path.removeprefix(f"{tmp_path}/"): stamp.size for path, stamp in stamps.items()} == {
        "tokenizer.json": 2,
        "step_1/optimizer/state": 9,
        "extra": 9,
    }
