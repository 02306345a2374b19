"""Builds the crates that a suite promises, once, with the toolchain's own Cargo.

Building runs Cargo, build scripts and procedural macros *outside of any sandbox*, with the user's rights: a suite that
promises crates is trusted as a program that one installs is. Samples only see the finished libraries, and procedural
macros then run inside of the sandboxed rustc.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferrobench.errors import NotReadyError, ToolchainError
from ferrobench.judging.crate_cache import (
    DONE,
    LIBRARIES,
    cache_key,
    cached_crates,
    complaint_about,
    default_cache,
    write_index,
)
from ferrobench.judging.crates import Crate, Crates, MissingCrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ferrobench.judging.toolchain import Toolchain
    from ferrobench.prompts import Dependency, SuiteCrates

PACKAGE = "ferrobench-crates"
"""The package that depends on all crates of a suite. It is the root in a ``Cargo.lock`` beside ``suite.toml``."""
SUITE = "/suite"
"""What the suite's folder is called in messages of rustc."""

_BUILD_SECONDS = 1800.0
_MAX_COMPLAINT_CHARACTERS = 500


def build_crates(
    toolchain: Toolchain,
    crates: SuiteCrates,
    cache: Path | None = None,
    announce: Callable[[str], None] | None = None,
) -> Crates:
    """Build what a suite promises, unless *cache* has it.

    The key is all that decides the outcome: the toolchain and the suite's fingerprint. Many processes may do this at a
    time: one builds, the others wait for it. An entry whose files are not what they were is made anew.

    Args:
        toolchain: Its ``cargo`` builds, and its ``rustc`` compiles.
        crates: What is promised.
        cache: The folder of finished builds; None is :func:`default_cache`.
        announce: Is told in one line before Cargo starts, which may take minutes.

    Raises:
        NotReadyError: Cargo could not build them, or the cache cannot be written. One line that names ``suite.toml``.
        ToolchainError: The toolchain has no Cargo.
    """

    def make(workshop: Path, lock: int) -> None:
        if announce is not None:
            names = ", ".join(dependency.name for dependency in crates.dependencies)
            announce(f"building the crates of {crates.manifest}: {names}")
        _build(toolchain, crates, workshop, lock)

    key = cache_key("suite", toolchain, crates.fingerprint)
    return cached_crates(cache or default_cache(), key, make, _blamed(crates))


def _blamed(crates: SuiteCrates) -> str:
    return f"{crates.manifest}: [dependencies]"


def absent_crates(crates: SuiteCrates, failure: NotReadyError) -> Crates:
    """Nothing of what a suite promises is there, because :func:`build_crates` failed with *failure*."""
    reason = str(failure).removeprefix(f"{_blamed(crates)}: ").replace(f"{crates.manifest.parent}/", "")
    return Crates(missing=tuple(MissingCrate(name=each.crate, reason=reason) for each in crates.dependencies))


def cargo_manifest(crates: SuiteCrates) -> str:
    """Write the ``Cargo.toml`` of a package that depends on *crates*. Pure."""
    lines = [
        "[package]",
        f'name = "{PACKAGE}"',
        'version = "0.0.0"',
        'edition = "2021"',
        "publish = false",
        "",
        "[workspace]",  # so that none is looked for in the folders above
        "",
        "[dependencies]",
        *(f"{dependency.name} = {_dependency_table(dependency)}" for dependency in crates.dependencies),
    ]
    return "\n".join(lines) + "\n"


def _dependency_table(dependency: Dependency) -> str:
    fields = {
        "version": dependency.version and _toml_string(dependency.version),
        "path": dependency.path and _toml_string(str(dependency.path)),
        "package": dependency.package and _toml_string(dependency.package),
        "features": f"[{', '.join(map(_toml_string, dependency.features))}]",
        "default-features": "true" if dependency.default_features else "false",
    }
    return f"{{ {', '.join(f'{key} = {value}' for key, value in fields.items() if value)} }}"


def _toml_string(text: str) -> str:
    # JSON's escapes are TOML's, which wants DEL escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _source_replacement(vendor: Path) -> str:
    return (
        '[source.crates-io]\nreplace-with = "vendor"\n\n'
        f"[source.vendor]\ndirectory = {_toml_string(str(vendor))}\n"
    )


def _build(toolchain: Toolchain, crates: SuiteCrates, workshop: Path, lock: int) -> None:
    target, done = workshop / "target", workshop / DONE
    package, libraries = done / "package", done / LIBRARIES
    libraries.mkdir(parents=True)
    (package / "src").mkdir(parents=True)
    (package / "src" / "lib.rs").touch()
    (package / "Cargo.toml").write_text(cargo_manifest(crates), encoding="utf-8")
    fixed = ["--locked"] if crates.lock is not None else []
    if crates.lock is not None:
        shutil.copyfile(crates.lock, package / "Cargo.lock")
    if crates.vendor is not None:
        fixed.append("--offline")
        (package / ".cargo").mkdir()
        (package / ".cargo" / "config.toml").write_text(_source_replacement(crates.vendor), encoding="utf-8")

    cargo = _Cargo(toolchain, crates, package, lock)
    # The host is named so that what is built for it (macros, build scripts) lies apart from what samples link to.
    arguments = ("--target", toolchain.host, "--target-dir", str(target), "--message-format", "json")
    artifacts = _artifacts(cargo.run("build", *fixed, *arguments))
    metadata = cargo.run(
        "metadata", "--format-version", "1", "--offline", "--filter-platform", toolchain.host
    )
    found_libraries = {
        artifact["package_id"]: library
        for artifact in artifacts
        if (library := _library(artifact, target / toolchain.host)) is not None
    }
    for library in found_libraries.values():
        shutil.copyfile(library, libraries / library.name)
    available: list[Crate] = []
    for dependency, direct in _resolve(crates, json.loads(metadata)):
        library = None if direct is None else found_libraries.get(direct.package_id)
        if direct is None or library is None:
            raise NotReadyError(
                f"{_blamed(crates)}: {dependency.name} has no library that rustc can link; expected an rlib"
            )
        available.append(Crate(name=direct.name, version=direct.version, library=libraries / library.name))
    found = Crates(available=tuple(available), folders=(libraries,))
    for crate in available:
        complaint = complaint_about(toolchain, found, crate.name)
        if complaint is not None:
            raise NotReadyError(f"{_blamed(crates)}: rustc cannot load {crate.name}: {complaint}")
    write_index(done, tuple(available))


@dataclass(frozen=True, slots=True)
class _Direct:
    """A crate that the suite itself names, as Cargo has resolved it."""

    name: str
    """What Rust code calls it."""
    package: str
    package_id: str
    version: str


def _resolve(crates: SuiteCrates, metadata: dict[str, Any]) -> Iterator[tuple[Dependency, _Direct | None]]:
    """Find each dependency in ``cargo metadata``, where alone the names stand that Rust code uses; None: no library."""
    packages = {package["id"]: package for package in metadata["packages"]}
    resolved = metadata["resolve"]
    root = next(node for node in resolved["nodes"] if node["id"] == resolved["root"])
    directs = [
        _Direct(each["name"], packages[each["pkg"]]["name"], each["pkg"], packages[each["pkg"]]["version"])
        for each in root["deps"]
        if each["name"]
    ]
    renamed = {dependency.crate for dependency in crates.dependencies if dependency.package is not None}
    for dependency in crates.dependencies:
        # One package may be there in two versions, under two names; a library may be called otherwise than its package.
        if dependency.package is not None:
            fitting = (direct for direct in directs if direct.name == dependency.crate)
        else:
            fitting = (d for d in directs if d.package == dependency.name and d.name not in renamed)
        yield dependency, next(fitting, None)


def _artifacts(messages: str) -> list[dict[str, Any]]:
    records = (json.loads(line) for line in messages.splitlines() if line.startswith("{"))
    return [
        record
        for record in records
        if record.get("reason") == "compiler-artifact"
        and record["target"]["name"] != PACKAGE.replace("-", "_")
    ]


def _library(artifact: dict[str, Any], target: Path) -> Path | None:
    """The file that rustc needs of a crate: its ``.rlib`` for *target*, or its macros' shared library."""
    files = [Path(name) for name in artifact["filenames"]]
    if "proc-macro" in artifact["target"]["kind"]:
        return next((path for path in files if path.suffix in {".so", ".dylib"}), None)
    return next((path for path in files if path.suffix == ".rlib" and path.is_relative_to(target)), None)


# What a user's shell may set for builds of their own, and what would make these differ from machine to machine.
_USERS_OWN = re.compile(
    r"RUSTFLAGS|CARGO_ENCODED_RUSTFLAGS|CARGO_BUILD_.*|CARGO_TARGET_DIR|CARGO_TARGET_.*_RUSTFLAGS|CARGO_PROFILE_.*"
    r"|CARGO_UNSTABLE_.*|RUSTC.*|RUST_BACKTRACE"
)


def cargo_environment(
    environment: Mapping[str, str], rustc: Path, moved: Mapping[Path, str]
) -> dict[str, str]:
    """Change *environment* so that *rustc* builds what a plain ``rustc`` links against. Pure.

    Unoptimised, with assertions and overflow checks, without debug information; variables win over the user's
    ``config.toml``. The folders in *moved* get other names in messages, which then are the same on every machine.
    """
    kept = {name: value for name, value in environment.items() if not _USERS_OWN.fullmatch(name)}
    return kept | {
        "RUSTC": str(rustc),
        "RUSTC_WRAPPER": "",
        "RUSTC_WORKSPACE_WRAPPER": "",
        "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(
            f"--remap-path-prefix={folder}={name}" for folder, name in moved.items()
        ),
        "CARGO_INCREMENTAL": "0",
        "CARGO_PROFILE_DEV_OPT_LEVEL": "0",
        "CARGO_PROFILE_DEV_DEBUG": "0",
        "CARGO_PROFILE_DEV_DEBUG_ASSERTIONS": "true",
        "CARGO_PROFILE_DEV_OVERFLOW_CHECKS": "true",
        "CARGO_PROFILE_DEV_PANIC": "unwind",
        "CARGO_TERM_COLOR": "never",
        "CARGO_TERM_PROGRESS_WHEN": "never",
    }


class _Cargo:
    """The toolchain's Cargo in one package."""

    def __init__(self, toolchain: Toolchain, crates: SuiteCrates, package: Path, lock: int) -> None:
        self._program = toolchain.sysroot / "bin" / "cargo"
        self._crates = crates
        self._package = package
        self._lock = lock
        if not self._program.is_file():
            raise ToolchainError(
                f"{_blamed(crates)}: the toolchain has no {self._program} to build them; "
                "install it with: rustup component add cargo"
            )
        home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo").absolute()
        moved = {crates.manifest.parent: SUITE, home: "/cargo"}
        self._environment = cargo_environment(os.environ, toolchain.rustc, moved)

    def run(self, *arguments: str) -> str:
        """Run Cargo to its end and return its standard output.

        Raises:
            NotReadyError: It failed; one line with what it said.
        """
        process = subprocess.Popen(
            [str(self._program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._package,
            env=self._environment,
            start_new_session=True,
            pass_fds=(self._lock,),  # if we are killed, it goes on, and nobody may build there meanwhile
            encoding="utf-8",
            errors="replace",
        )
        with process:
            try:
                output, remarks = process.communicate(timeout=_BUILD_SECONDS)
            except BaseException as error:  # Ctrl-C too: no rustc of Cargo's is left behind
                os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    raise self._failure(f"cargo was not done after {_BUILD_SECONDS:.0f} s") from None
                raise
        if process.returncode != 0:
            for folder in (self._package, self._crates.manifest.parent):
                remarks = remarks.replace(f"{folder}/", "")
            complaint = cargo_complaint(remarks, output).replace(f"{SUITE}/", "")
            raise self._failure(complaint or f"cargo ended with status {process.returncode}")
        return output

    def _failure(self, reason: str) -> NotReadyError:
        return NotReadyError(f"{_blamed(self._crates)}: {reason}")


_ROOT = re.compile(rf"(package|crate) `{PACKAGE} [^`]*`")
# Headings, advice, and the quoted source of a Cargo.toml.
_NO_REASON = re.compile(
    r"$|Caused by:|note: |help: |As a reminder|process didn't exit|(\d+ +)?\||-->|--- std"
)


def cargo_complaint(remarks: str, messages: str) -> str:
    """Say in one line what Cargo complained about: its own words, then the first error of rustc. Pure.

    Args:
        remarks: Cargo's standard error.
        messages: Its standard output with ``--message-format json``.
    """
    lines = [_ROOT.sub("the suite", line).strip() for line in remarks.splitlines()]
    start = next((number for number, line in enumerate(lines) if line.startswith("error")), 0)
    said = [line.removeprefix("error: ").strip(".: ") for line in lines[start:] if not _NO_REASON.match(line)]
    for line in messages.splitlines():
        record = json.loads(line) if line.startswith('{"reason":"compiler-message"') else None
        if record is not None and record["message"]["level"] == "error":
            place = next((f" ({s['file_name']}:{s['line_start']})" for s in record["message"]["spans"]), "")
            said = [*said[:1], f"{record['message']['message']}{place}"]
            break
    text = ": ".join(said)
    return text if len(text) <= _MAX_COMPLAINT_CHARACTERS else f"{text[:_MAX_COMPLAINT_CHARACTERS]}…"
