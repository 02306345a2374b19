"""Builds the library that makes a fork server of rustc, once per toolchain, with the very rustc that it serves."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.judging.toolchain import Toolchain

LIBRARY_NAME = "preload.so"
_SOURCE = Path(__file__).with_name("preload.rs")
_BUILD_SECONDS = 120.0
# It does without a runtime; only the link-time optimiser removes what the core library has for unwinding.
_OPTIONS = ("--crate-type", "cdylib", "-O", "-C", "panic=abort", "-C", "lto=fat", "-C", "strip=symbols")


def preload_library(toolchain: Toolchain) -> bytes | None:
    """Return the library for *toolchain*, from the user's cache if it is there; None where it cannot be built.

    It needs Linux and a linker. Without it everything is judged all the same, only more slowly.
    """
    source = _SOURCE.read_bytes()
    key = hashlib.sha256(
        b"\0".join([source, " ".join(_OPTIONS).encode(), toolchain.version.encode(), toolchain.host.encode()])
    ).hexdigest()
    path = cache_folder() / f"fork-server-{key[:16]}.so"
    with suppress(OSError):
        if path.stat().st_uid == os.geteuid():
            return path.read_bytes()
    library = _build(toolchain)
    if library is not None:
        # Where the cache cannot be written, the next process builds it again.
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(library)
            Path(file.name).replace(path)
    return library


def cache_folder() -> Path:
    """Where what can be built again is kept: ``$XDG_CACHE_HOME/ferrobench``, by default ``~/.cache/ferrobench``."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    # A relative path is to be ignored (XDG Base Directory Specification).
    base = Path(named) if Path(named).is_absolute() else Path("~/.cache").expanduser()
    return base / "ferrobench"


def _build(toolchain: Toolchain) -> bytes | None:
    if "-linux-" not in toolchain.host:
        return None
    try:
        with tempfile.TemporaryDirectory(prefix="ferrobench-build-") as folder:
            library = Path(folder, LIBRARY_NAME)
            subprocess.run(
                [str(toolchain.rustc), "--edition", "2021", *_OPTIONS, "-o", str(library), str(_SOURCE)],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_BUILD_SECONDS,
                check=True,
            )
            return library.read_bytes()
    except (OSError, subprocess.SubprocessError):
        return None
