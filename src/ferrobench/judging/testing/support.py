"""Builds the two pieces of Rust that testing stands on, once per toolchain, with the very rustc that judges.

The *wire* is the library that tests and samples speak through, the *launcher* starts what is untrusted. Both are kept in the
user's cache.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.errors import NotReadyError
from ferrobench.judging.fast.preload import cache_folder

if TYPE_CHECKING:
    from ferrobench.judging.toolchain import Toolchain

WIRE_NAME = "libferrobench_wire.rlib"
LAUNCHER_NAME = "launch"
_BUILD_SECONDS = 300.0
_SOURCES = Path(__file__).parent
_LINKER_REMEDY = "a C linker is needed (Debian, Ubuntu: apt install gcc libc6-dev)"
_COMMON = ("--edition", "2021", "-C", "debuginfo=0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What was built."""

    wire: bytes
    launcher: bytes
    linker: Path
    """The C compiler."""


def build_support(toolchain: Toolchain) -> Support:
    """Return both for *toolchain*, from the cache if they are there.

    Raises:
        NotReadyError: They cannot be built, most likely for want of a linker; or they are there, and the linker is not.
    """
    linker = find_linker()
    if linker is None:
        # Even where the cache has both: samples are linked too, and no suite is to blame when they are not.
        raise NotReadyError(
            f"what runs hidden tests cannot be built: there is no C compiler on the path; {_LINKER_REMEDY}"
        )
    return Support(
        wire=_built(
            toolchain,
            "wire.rs",
            WIRE_NAME,
            ("--crate-type", "rlib", "--crate-name", "ferrobench_wire", "-C", "opt-level=1"),
        ),
        launcher=_built(
            toolchain,
            "launch.rs",
            LAUNCHER_NAME,
            (
                "--crate-type",
                "bin",
                "--crate-name",
                "launch",
                "-O",
                "-C",
                "panic=abort",
                "-C",
                "strip=symbols",
            ),
        ),
        linker=linker,
    )


def find_linker() -> Path | None:
    """Find the C compiler that rustc links with; None where there is none.

    In the sandbox, links that lead through ``/etc``, as Debian's ``cc`` does, lead nowhere: so it is the file itself.
    """
    found = next((path for name in ("cc", "gcc", "clang") if (path := shutil.which(name)) is not None), None)
    return None if found is None else Path(found).resolve()


def _built(toolchain: Toolchain, source_name: str, name: str, options: tuple[str, ...]) -> bytes:
    source = (_SOURCES / source_name).read_bytes()
    words = (*_COMMON, *options)
    key = hashlib.sha256(
        b"\0".join([source, " ".join(words).encode(), toolchain.version.encode(), toolchain.host.encode()])
    ).hexdigest()
    path = cache_folder() / f"{Path(source_name).stem}-{key[:16]}"
    with suppress(OSError):
        if path.stat().st_uid == os.geteuid():
            return path.read_bytes()
    built = _build(toolchain, source, name, words)
    with suppress(OSError):  # where the cache cannot be written, the next process builds it again
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(built)
        Path(file.name).replace(path)
    return built


def _build(toolchain: Toolchain, source: bytes, name: str, words: tuple[str, ...]) -> bytes:
    try:
        with tempfile.TemporaryDirectory(prefix="ferrobench-build-") as folder:
            # A fixed name without a path: where it was built is no part of the library.
            Path(folder, "source.rs").write_bytes(source)
            subprocess.run(
                [str(toolchain.rustc), *words, "-o", name, "source.rs"],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=_BUILD_SECONDS,
                check=True,
            )
            return Path(folder, name).read_bytes()
    except subprocess.CalledProcessError as error:
        words_of_rustc = error.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise NotReadyError(
            f"what runs hidden tests cannot be built with rustc {toolchain.version}: {words_of_rustc}; {_LINKER_REMEDY}"
        ) from error
    except (OSError, subprocess.SubprocessError) as error:
        raise NotReadyError(f"what runs hidden tests cannot be built: {error}") from error
