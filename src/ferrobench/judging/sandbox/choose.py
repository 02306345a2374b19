"""Chooses the strongest protection that really works here, by using it.

A tier counts only when a right program compiles in it, and a program that reads a canary file or a canary variable
gets nothing. That a binary exists proves nothing: containers and hardened kernels forbid what it needs.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.errors import NotReadyError, SandboxUnavailableError
from ferrobench.judging.assemble import assemble
from ferrobench.judging.compile import RustcCompiler
from ferrobench.judging.crates import Crates
from ferrobench.judging.process import Limits, Unconfined
from ferrobench.judging.sandbox.bubblewrap import BubblewrapRunner, find_bubblewrap
from ferrobench.judging.sandbox.landlock import LandlockRunner, landlock_abi
from ferrobench.judging.sandbox.seccomp import compile_filter
from ferrobench.judging.verdict import Compiled, Judgment, Rejected

if TYPE_CHECKING:
    from ferrobench.judging.process import Launcher
    from ferrobench.judging.toolchain import Toolchain

CRATE_ROOT = "/crates"
_CANARY = "FERROBENCH_CANARY"
# What a few compilations at once write.
_LEAST_SPACE_BYTES = 4 * 1024 * 1024


class Tier(StrEnum):
    """What protects the machine from samples, strongest first."""

    NAMESPACES = "namespaces"
    """bubblewrap: namespaces, seccomp, limits."""
    LANDLOCK = "landlock"
    """Landlock, seccomp, limits: weaker, where namespaces cannot be had."""
    NONE = "none"
    """Limits and a cleared environment only. Never chosen for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A chosen protection."""

    tier: Tier
    runner: Launcher
    note: str | None
    """What a user should know about it; None for the strongest."""

    @property
    def crate_root(self) -> str | None:
        """Below which folder crates lie in it; None where they keep their places."""
        return CRATE_ROOT if self.tier is Tier.NAMESPACES else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One tier that was tried."""

    tier: Tier
    sandbox: Sandbox | None
    fault: str | None
    """Why it does not work here, and what would help."""


def choose_sandbox(toolchain: Toolchain, wish: str = "auto", crates: Crates | None = None) -> Sandbox:
    """Return the strongest tier that works here, or none at all if *wish* says so. What *crates* needs can be read in it.

    Raises:
        SandboxUnavailableError: If no tier works and *wish* is ``auto``. One line says what would help.
        NotReadyError: If nothing can be written to the temporary folder, which would look like a broken sandbox.
    """
    _require_temporary_space()
    if wish == Tier.NONE:
        return Sandbox(
            tier=Tier.NONE,
            runner=Unconfined(),
            note="no sandbox, as asked: samples are compiled within limits, but with your file rights",
        )
    faults: list[str] = []
    for attempt in try_tiers(toolchain, crates):
        if attempt.sandbox is not None:
            if not faults:
                return attempt.sandbox
            note = f"{'; '.join(faults)}; using the weaker tier {attempt.tier}"
            return Sandbox(tier=attempt.tier, runner=attempt.sandbox.runner, note=note)
        faults.append(attempt.fault or "")
    raise SandboxUnavailableError(
        f"no sandbox: {'; '.join(faults)}; samples are untrusted programs; --sandbox none compiles them unprotected"
    )


def _require_temporary_space() -> None:
    folder = tempfile.gettempdir()
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_LEAST_SPACE_BYTES))
            file.flush()
    except OSError as error:
        raise NotReadyError(
            f"{folder}: the temporary folder cannot be written: {error.strerror}; make room, or name another in TMPDIR"
        ) from error


def try_tiers(toolchain: Toolchain, crates: Crates | None = None) -> tuple[Attempt, ...]:
    """Try the tiers from the strongest down to the first that works."""
    attempts = []
    for make in (_namespaces, _landlock):
        attempts.append(make(toolchain, crates or Crates()))
        if attempts[-1].sandbox is not None:
            break
    return tuple(attempts)


def _namespaces(toolchain: Toolchain, crates: Crates = Crates()) -> Attempt:  # noqa: B008 (frozen)
    bwrap = find_bubblewrap()
    if bwrap is None:
        return Attempt(
            tier=Tier.NAMESPACES,
            sandbox=None,
            fault="bwrap is not installed (Debian, Ubuntu: apt install bubblewrap)",
        )
    runner = BubblewrapRunner(bwrap, toolchain.sysroot, compile_filter(), crates.places(CRATE_ROOT))
    return _probed(Tier.NAMESPACES, runner, toolchain, "bwrap")


def _landlock(toolchain: Toolchain, crates: Crates = Crates()) -> Attempt:  # noqa: B008 (frozen)
    abi = landlock_abi()
    if abi == 0:
        return Attempt(
            tier=Tier.LANDLOCK, sandbox=None, fault="this kernel has no Landlock (Linux 5.13 or later)"
        )
    runner = LandlockRunner(toolchain.sysroot, compile_filter(), crates.folders)
    return _probed(Tier.LANDLOCK, runner, toolchain, f"Landlock {abi}")


def _probed(tier: Tier, runner: Launcher, toolchain: Toolchain, name: str) -> Attempt:
    fault = _find_leak(RustcCompiler(toolchain, runner=runner, limits=Limits()))
    if fault is not None:
        return Attempt(tier=tier, sandbox=None, fault=f"{name} does not work here ({fault})")
    return Attempt(tier=tier, sandbox=Sandbox(tier=tier, runner=runner, note=None), fault=None)


def _find_leak(compiler: RustcCompiler) -> str | None:
    """Say what is wrong with compiling through a sandbox, or None."""
    secret = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="ferrobench-canary-") as folder:
        canary = Path(folder, "canary")
        canary.write_text(secret, encoding="ascii")
        os.environ[_CANARY] = secret
        try:
            right = compiler.compile(
                assemble(
                    f'pub fn one() -> u8 {{ 1 }}\nconst _: () = assert!(option_env!("{_CANARY}").is_none());\n'
                )
            )
            reading = compiler.compile(assemble(f'pub const LEAK: &str = include_str!("{canary}");\n'))
        finally:
            del os.environ[_CANARY]
    if not isinstance(right, Compiled):
        return f"a right program does not compile in it: {_first_words(right)}"
    if not isinstance(reading, Rejected) or secret in str(reading):
        return "a program compiled in it can read this machine's files"
    return None


def _first_words(judgment: Judgment) -> str:
    if isinstance(judgment, Rejected):
        return judgment.errors[0].message if judgment.errors else "no message"
    return " ".join(str(judgment).split())[:200]
