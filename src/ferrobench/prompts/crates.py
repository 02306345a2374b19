"""The crates that a suite promises to its samples: the ``[dependencies]`` of its ``suite.toml``.

    [dependencies]
    rand = "0.8"
    tiny = { path = "crates/tiny", features = ["derive"] }

The syntax is Cargo's; a path is relative to the suite's folder and stays inside of it. Beside ``suite.toml`` may lie a
``Cargo.lock``, which fixes every version, and a folder ``vendor`` as ``cargo vendor`` makes it, with which nothing is
downloaded. Here they are only read and fingerprinted; :mod:`ferrobench.judging.crates` builds them.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferrobench.errors import SuiteError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ferrobench.prompts.manifest import CrateTable

LOCK_FILE = "Cargo.lock"
VENDOR_FOLDER = "vendor"

_CARGO_MANIFEST = "Cargo.toml"
_CHECKSUMS = ".cargo-checksum.json"
_DEPENDENCY_TABLES = ("dependencies", "build-dependencies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """One crate that a suite promises, in Cargo's terms."""

    name: str
    """The key in ``[dependencies]``."""
    crate: str
    """What Rust code calls it, as far as that is known before it is built: mostly the name with ``_`` for ``-``."""
    version: str | None
    """What Cargo calls a requirement, such as ``0.8``."""
    path: Path | None
    """The crate's folder, absolute."""
    package: str | None
    """The package's own name where the suite gives it another."""
    features: tuple[str, ...]
    default_features: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteCrates:
    """What a suite promises to all of its samples, and what fixes how it is built."""

    manifest: Path
    """The ``suite.toml`` that says so, absolute."""
    dependencies: tuple[Dependency, ...]
    """At least one, sorted by name."""
    lock: Path | None
    vendor: Path | None
    fingerprint: str
    """``sha256:`` of the dependencies, the lock file, the checksums in ``vendor`` and the files of all path crates. The
    same wherever the suite lies."""


def load_crates(manifest: Path, tables: Mapping[str, CrateTable]) -> SuiteCrates | None:
    """Read what is promised; None where *tables*, the ``[dependencies]`` of *manifest*, is empty.

    Raises:
        SuiteError: A path leads to no crate or out of the suite's folder. One line that names the field.
    """
    if not tables:
        return None
    manifest = manifest.resolve()
    folder = manifest.parent
    dependencies = tuple(_dependency(manifest, name, table) for name, table in sorted(tables.items()))
    lock, vendor = folder / LOCK_FILE, folder / VENDOR_FOLDER
    found = {
        "dependencies": [
            {
                "name": dependency.name,
                "version": dependency.version,
                "path": None if dependency.path is None else dependency.path.relative_to(folder).as_posix(),
                "package": dependency.package,
                "features": sorted(dependency.features),
                "default_features": dependency.default_features,
            }
            for dependency in dependencies
        ],
        "lock": _digest(lock) if lock.is_file() else None,
        # Each lists the digests of its package's files, and Cargo holds it against them.
        "vendor": {path.parent.name: _digest(path) for path in vendor.glob(f"*/{_CHECKSUMS}")},
        "files": {
            path.relative_to(folder).as_posix(): _digest(path) for path in _sources(folder, dependencies)
        },
    }
    canonical = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return SuiteCrates(
        manifest=manifest,
        dependencies=dependencies,
        lock=lock if lock.is_file() else None,
        vendor=vendor if vendor.is_dir() else None,
        fingerprint=f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}",
    )


def _dependency(manifest: Path, name: str, table: CrateTable) -> Dependency:
    path, crate = None, name
    if table.path is not None:
        path = _crate_folder(
            manifest.parent, manifest.parent / table.path, f"{manifest}: field 'dependencies.{name}.path'"
        )
        if table.package is None:
            library = _read_toml(path / _CARGO_MANIFEST).get("lib")
            named = library.get("name") if isinstance(library, dict) else None
            crate = named if isinstance(named, str) else name
    return Dependency(
        name=name,
        crate=crate.replace("-", "_"),
        version=table.version,
        path=path,
        package=table.package,
        features=tuple(table.features),
        default_features=table.default_features,
    )


def _crate_folder(suite: Path, folder: Path, field: str) -> Path:
    folder = folder.resolve()
    if not folder.is_relative_to(suite):
        raise SuiteError(
            f"{field}: {folder} lies outside of the suite's folder; expected a crate inside of it"
        )
    if not (folder / _CARGO_MANIFEST).is_file():
        raise SuiteError(f"{field}: no {folder / _CARGO_MANIFEST}; expected the folder of a crate")
    return folder


def _sources(suite: Path, dependencies: tuple[Dependency, ...]) -> set[Path]:
    """The files of all path crates, of the path crates that those depend on, and of the workspaces they stand in."""
    waiting = [dependency.path for dependency in dependencies if dependency.path is not None]
    seen: set[Path] = set()
    sources: set[Path] = set()
    while waiting:
        folder = waiting.pop()
        if folder in seen:
            continue
        seen.add(folder)
        sources.update(_files(folder))
        above = (parent for parent in (folder, *folder.parents) if parent.is_relative_to(suite))
        for manifest in (parent / _CARGO_MANIFEST for parent in above):
            if manifest.is_file():
                sources.add(manifest)
                waiting += [
                    _crate_folder(suite, manifest.parent / path, f"{manifest}: path {path!r}")
                    for path in _dependency_paths(_read_toml(manifest))
                ]
    return sources


def _dependency_paths(table: Mapping[str, Any]) -> Iterator[str]:
    """Every ``path`` of a dependency that is built, whichever table it stands in (``target.….dependencies`` too)."""
    for key, value in table.items():
        if not isinstance(value, dict):
            continue
        if key in _DEPENDENCY_TABLES:
            for dependency in value.values():
                if isinstance(dependency, dict) and isinstance(dependency.get("path"), str):
                    yield dependency["path"]
        else:
            yield from _dependency_paths(value)


def _files(folder: Path) -> Iterator[Path]:
    """All files of a crate, without what Cargo and version control make in it."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "target"]
        for name in folders:
            if Path(parent, name).is_symlink():
                raise SuiteError(f"{Path(parent, name)}: a link to a folder; expected the folder itself")
        yield from (Path(parent, name) for name in names if not name.startswith("."))


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SuiteError(f"{path}: cannot be read: {error.strerror}") from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SuiteError(f"{path}: cannot be read as a Cargo.toml: {error}") from error
