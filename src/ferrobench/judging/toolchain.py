"""Finds the Rust toolchain that judges.

rustup's ``rustc`` is a proxy that looks up a toolchain on every call; the real one is asked for once and called directly.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ferrobench.errors import ToolchainError

_INSTALL = "install Rust with https://rustup.rs (the minimal profile and rustfmt suffice)"
_PROBE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """One installed Rust compiler."""

    rustc: Path
    """``<sysroot>/bin/rustc``, never a proxy."""
    version: str
    """Such as ``1.95.0 (59807616e 2026-04-14)``."""
    host: str
    """The target triple it compiles for, such as ``x86_64-unknown-linux-gnu``."""
    rustfmt: Path | None
    """Tells parse errors from later ones; None where it is not installed, and rustc answers more slowly."""

    @property
    def sysroot(self) -> Path:
        """The folder that holds the whole toolchain."""
        return self.rustc.parent.parent


@lru_cache
def probe_toolchain(name: str | None = None) -> Toolchain:
    """Find a toolchain: rustup's *name* (``1.95``, ``stable``), else the one that ``rustc`` on the path stands for.

    Raises:
        ToolchainError: There is none, or it does not work. The message says how to get one.
    """
    proxy = shutil.which("rustc")
    if proxy is None:
        raise ToolchainError(f"no rustc on the path; {_INSTALL}")
    environment = dict(os.environ)
    if name is not None:
        # The variable, not `+name`: rustup asks for nothing then, and a rustc that is no proxy ignores it.
        environment["RUSTUP_TOOLCHAIN"] = name
    sysroot = Path(_ask(proxy, "--print=sysroot", environment=environment, name=name))
    rustc = sysroot / "bin" / "rustc"
    if not rustc.is_file():
        raise ToolchainError(f"{proxy} names the sysroot {sysroot}, which has no bin/rustc; {_INSTALL}")
    facts = _facts(_ask(str(rustc), "-vV", environment=environment, name=name))
    version = facts["version"]
    if name is not None and name[:1].isdigit() and not _same_version(name, version):
        raise ToolchainError(
            f"toolchain {name} was asked for, but rustc is {version}; run: rustup toolchain install {name}"
        )
    rustfmt = rustc.with_name("rustfmt")
    return Toolchain(
        rustc=rustc,
        version=version,
        host=facts["host"],
        rustfmt=rustfmt if rustfmt.is_file() else None,
    )


def _ask(rustc: str, question: str, *, environment: dict[str, str], name: str | None) -> str:
    try:
        answer = subprocess.run(
            [rustc, question],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_SECONDS,
            check=False,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolchainError(f"{rustc} does not run ({error}); {_INSTALL}") from error
    if answer.returncode != 0:
        complaint = answer.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        remedy = f"run: rustup toolchain install {name}" if name is not None else _INSTALL
        raise ToolchainError(f"{rustc} {question} failed ({complaint or answer.returncode}); {remedy}")
    return answer.stdout.decode("utf-8", "replace").strip()


def _facts(text: str) -> dict[str, str]:
    """Read the lines of ``rustc -vV``."""
    first, *lines = text.split("\n")
    facts = {key: value for key, _, value in (line.partition(": ") for line in lines)}
    if not first.startswith("rustc ") or "host" not in facts:
        raise ToolchainError(f"rustc -vV answered {first!r}, which is not what a rustc says; {_INSTALL}")
    return {**facts, "version": first.removeprefix("rustc ")}


def _same_version(name: str, version: str) -> bool:
    """Tell whether ``1.95``, ``1.95.0`` or ``1.95-x86_64-…`` stands for *version*."""
    wanted = name.partition("-")[0].split(".")
    return version.partition(" ")[0].partition("-")[0].split(".")[: len(wanted)] == wanted
