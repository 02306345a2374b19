"""Keeps the libraries of crates, each set in a flat folder of its own, for rustc to read in the sandbox.

An entry is named by all that decides what is in it, made once however many processes ask for it, and moved to its place
when it is whole; the digests of its files are checked whenever it is read. Libraries that the user gives are copied here
with what they depend on, so that a sample can read nothing else of the folder they come from.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.judging.crates import Crate, Crates
from ferrobench.judging.scratch import remove_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ferrobench.judging.crates import Extern
    from ferrobench.judging.toolchain import Toolchain

LIBRARIES = "deps"
"""The folder of libraries in an entry, and beside a library that Cargo has built."""
INDEX = "crates.json"
"""What an entry holds and the digest of each file, written last."""
DONE = "done"
"""The folder in which an entry is made, before it is moved to its place."""

_FORMAT = 1
_PROBE_SECONDS = 120.0
_NEEDED_CRATE = re.compile(r"can't find crate for `(\w+)` which `\w+` depends on")


def default_cache() -> Path:
    """The folder of finished builds: ``${XDG_CACHE_HOME:-~/.cache}/ferrobench/crates``."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The standard has relative paths ignored.
    return (base if base.is_absolute() else Path.home() / ".cache") / "ferrobench" / "crates"


def load_externs(toolchain: Toolchain, externs: Sequence[Extern], cache: Path | None = None) -> Crates:
    """Copy *externs* into *cache* (None is :func:`default_cache`), unless they are there, with what they depend on.

    That is looked for beside them and in ``deps`` beside them, as Cargo lays it.

    Raises:
        UsageError: A name is given twice, or rustc cannot load a library; the message has rustc's own words.
        NotReadyError: The cache cannot be written.
    """
    if not externs:
        return Crates()
    names = [extern.name for extern in externs]
    for extern in externs:
        if names.count(extern.name) > 1:
            raise UsageError(f"--extern {extern.name}=…: the name is given twice; expected one library each")
    try:
        digests = {extern.name: _digest(extern.path) for extern in externs}
    except OSError as error:
        raise UsageError(f"--extern: {error.filename} cannot be read: {error.strerror}") from error
    files = [[extern.name, extern.path.name, digests[extern.name]] for extern in externs]
    key = cache_key("extern", toolchain, files)

    def make(workshop: Path, _lock: int) -> None:
        libraries = workshop / DONE / LIBRARIES
        libraries.mkdir(parents=True)
        available = tuple(
            Crate(
                name=extern.name,
                version=f"sha256:{digests[extern.name]}",
                library=libraries / extern.path.name,
            )
            for extern in externs
        )
        for extern in externs:
            if (libraries / extern.path.name).exists():
                raise UsageError(
                    f"--extern {extern.name}={extern.path}: another has this file name; rename one"
                )
            shutil.copyfile(extern.path, libraries / extern.path.name)
        crates = Crates(available=available, folders=(libraries,))
        for extern in externs:
            _gather(toolchain, extern, crates, libraries)
        write_index(workshop / DONE, available)

    return cached_crates(cache or default_cache(), key, make, f"--extern {', '.join(names)}")


def _gather(toolchain: Toolchain, extern: Extern, crates: Crates, libraries: Path) -> None:
    """Copy what a library depends on, one after the other as rustc asks for it."""
    beside = (extern.path.parent, extern.path.parent / LIBRARIES)
    while (complaint := complaint_about(toolchain, crates, extern.name)) is not None:
        wanted = _NEEDED_CRATE.search(complaint)
        file_name = re.compile(rf"lib{wanted[1]}(-\w+)?\.(rlib|so|dylib)" if wanted else "(?!)")
        found = [
            path
            for folder in beside
            for path in folder.glob("lib*")
            if file_name.fullmatch(path.name) and not (libraries / path.name).exists()
        ]
        if not found:
            raise UsageError(
                f"--extern {extern.name}={extern.path}: rustc {toolchain.version} cannot load it: {complaint}"
            )
        for path in found:
            shutil.copyfile(path, libraries / path.name)


def cache_key(kind: str, toolchain: Toolchain, content: object) -> str:
    """Name an entry by all that decides what is in it."""
    parts = [_FORMAT, kind, toolchain.version, toolchain.host, content]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def cached_crates(cache: Path, key: str, make: Callable[[Path, int], None], blamed: str) -> Crates:
    """Read an entry, and make it first where it is not there or its files are not what they were.

    Args:
        cache: The folder of all entries.
        key: The entry's name.
        make: Gets a folder of its own, not yet there, in which it makes the entry as ``done``, and the descriptor of the
            lock on it, which processes that outlive this one are to inherit.
        blamed: What a message begins with.

    Raises:
        NotReadyError: The cache cannot be read or written.
    """
    cache = cache.absolute()
    entry = cache / key
    try:
        found = _read_entry(entry)
        if found is None:
            cache.mkdir(parents=True, exist_ok=True)
            with _locked(cache / f"{key}.lock") as lock:
                found = _read_entry(entry)  # made by whom we waited for
                if found is None:
                    workshop = cache / f"{key}.making"
                    remove_folder(workshop)
                    try:
                        make(workshop, lock)
                        remove_folder(entry)
                        (workshop / DONE).rename(entry)
                    finally:
                        remove_folder(workshop)
                    found = _read_entry(entry)
    except OSError as error:
        raise NotReadyError(
            f"{blamed}: {cache} cannot be used as a cache: {error.strerror or error}"
        ) from error
    if found is None:
        raise NotReadyError(
            f"{blamed}: {entry} is not what was written there; is something else changing it?"
        )
    return found


def _read_entry(entry: Path) -> Crates | None:
    libraries = entry / LIBRARIES
    try:
        index = json.loads((entry / INDEX).read_text(encoding="utf-8"))
        if any(_digest(libraries / name) != digest for name, digest in index["digests"].items()):
            return None
        crates = tuple(
            Crate(name=name, version=version, library=libraries / file)
            for name, version, file in index["crates"]
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Crates(available=crates, folders=(libraries,))


def write_index(entry: Path, available: tuple[Crate, ...]) -> None:
    """Write down what *entry* holds; the last step of making it."""
    index = {
        "crates": [[crate.name, crate.version, crate.library.name] for crate in available],
        "digests": {path.name: _digest(path) for path in sorted((entry / LIBRARIES).iterdir())},
    }
    (entry / INDEX).write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Hold the lock on *path*; wait for whoever has it."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def complaint_about(toolchain: Toolchain, crates: Crates, name: str) -> str | None:
    """Have rustc load the crate *name*; return what it complains about in one line, or None."""
    with tempfile.TemporaryDirectory(prefix="ferrobench-probe-") as folder:
        try:
            answer = subprocess.run(
                [
                    str(toolchain.rustc), "-", "--crate-type", "lib", "--edition", "2021", "--emit", "metadata",
                    "--error-format", "short", "--out-dir", folder, *crates.arguments(),
                ],
                input=f"extern crate {name} as _;\n".encode(),
                capture_output=True,
                timeout=_PROBE_SECONDS,
                check=False,
                cwd=folder,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"rustc was not done after {_PROBE_SECONDS:.0f} s"
    if answer.returncode == 0:
        return None
    lines = answer.stderr.decode("utf-8", "replace").splitlines()
    words = next((line for line in lines if "error" in line), f"it ended with status {answer.returncode}")
    return words.partition("error")[2].partition(": ")[2] or words


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
