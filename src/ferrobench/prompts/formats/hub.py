"""Data sets of the Hugging Face hub by name: ``hf:OWNER/NAME/CONFIG``, with ``@REVISION`` behind it to fix one.

What the hub has is one of the formats of files, as JSON or as parquet. Fetching is left to ``huggingface_hub``, which keeps
what it has fetched and works offline from there.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferrobench.errors import MissingExtraError, NotReadyError, SuiteError
from ferrobench.json_rows import RowsError, read_elements
from ferrobench.prompts.formats.recognise import build_suite
from ferrobench.prompts.formats.row import Source, stem_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.prompts.prompt import Suite

HUB_PREFIX = "hf:"

_JSON_ENDINGS = (".jsonl", ".jsonl.gz", ".json", ".json.gz")
_ENDINGS = (".parquet", *_JSON_ENDINGS)
# A set's metadata lies beside its rows.
_NO_ROWS = frozenset({"dataset_infos.json", "dataset_dict.json", "state.json", "dataset_info.json"})
_SPLIT = "test"


def load_hub(name: str) -> Suite:
    """Load ``hf:OWNER/NAME/CONFIG[@REVISION]``, such as ``hf:nuprl/MultiPL-E/humaneval-rs``.

    Raises:
        SuiteError: The name is none, or what it names holds no suite.
        MissingExtraError: The libraries are not installed.
        NotReadyError: It cannot be fetched.
    """
    path, _, revision = name.removeprefix(HUB_PREFIX).partition("@")
    owner, set_name, config = (*path.split("/", 2), "", "")[:3]
    if not owner or not set_name:
        raise SuiteError(
            f"suite {name!r}: expected hf:OWNER/NAME or hf:OWNER/NAME/CONFIG, such as hf:nuprl/MultiPL-E/humaneval-rs"
        )
    folder = _fetch(name, f"{owner}/{set_name}", config, revision or None)
    return read_snapshot(folder, config, label=f"{name} at {folder.name[:12]}")


def read_snapshot(folder: Path, config: str, *, label: str) -> Suite:
    """Read a data set that lies in a folder as the hub has it.

    Args:
        folder: Of the whole set.
        config: Which part of it: a folder in it or in its ``data``. Empty for the whole.
        label: What messages and the suite's description call it.

    Raises:
        SuiteError: There is nothing that is a suite.
        MissingExtraError: It is parquet, and what reads that is not installed.
    """
    files = _files(folder, config)
    if not files:
        raise SuiteError(
            f"{label}: no {', '.join(_ENDINGS)} file under {config or 'the set'}; expected the rows of its split {_SPLIT!r}"
        )
    # One configuration's name is better than that of the set, and a file's says nothing ("test-00000-of-00001").
    source = Source(label=label, stem=stem_of(config.rpartition("/")[2] or folder.name))
    return build_suite(_rows(files, label), source)


def _files(folder: Path, config: str) -> list[Path]:
    """The files with the rows, in order: those of the split where files are named after splits."""
    roots = [folder / config, folder / "data" / config] if config else [folder]
    files = sorted(
        {
            path
            for root in roots
            if root.is_dir()
            for path in root.rglob("*")
            if path.name.endswith(_ENDINGS) and path.name not in _NO_ROWS and path.is_file()
        }
    )
    of_split = [path for path in files if path.name.startswith((f"{_SPLIT}-", f"{_SPLIT}."))]
    return of_split or files


def _rows(files: list[Path], label: str) -> Iterator[tuple[str, Any]]:
    for path in files:
        try:
            if path.name.endswith(".parquet"):
                for number, value in enumerate(_read_parquet(path, label), start=1):
                    yield f"{label}: {path.name}: row {number}", value
            else:
                for element in read_elements(path):
                    yield f"{label}: {path.name}:{element.line}", element.value
        except RowsError as error:
            raise SuiteError(f"{label}: {path.name}: {error}") from error


def _read_parquet(path: Path, label: str) -> Iterator[dict[str, Any]]:
    parquet = _library("pyarrow.parquet", label)
    arrow = _library("pyarrow", label)
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches():
                yield from batch.to_pylist()
    except (arrow.ArrowException, OSError) as error:
        words = " ".join(str(error).split())[:200]
        raise SuiteError(f"{label}: {path.name}: not readable as parquet: {words}") from error


def _fetch(name: str, repository: str, config: str, revision: str | None) -> Path:
    hub = _library("huggingface_hub", name)
    _library("pyarrow.parquet", name)
    places = [f"{config}/", f"data/{config}/"] if config else [""]
    try:
        found = hub.snapshot_download(
            repository,
            repo_type="dataset",
            revision=revision,
            allow_patterns=[f"{place}*{ending}" for place in places for ending in _ENDINGS],
        )
    except (
        Exception
    ) as error:  # the library's own kinds, its transport's and the system's: each says what happened
        words = " ".join(str(error).split())[:300]
        raise NotReadyError(f"suite {name!r}: cannot be fetched: {type(error).__name__}: {words}") from error
    return Path(found)


def _library(module: str, label: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{label}: needs {module.partition('.')[0]}, which is not installed; run: pip install 'ferrobench[data]'"
        ) from error
