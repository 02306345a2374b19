"""The crates that samples may use: those a suite promises, and those given by ``--extern``.

Values only: :mod:`ferrobench.judging.cargo` builds what a suite promises, and :mod:`ferrobench.judging.crate_cache` keeps
libraries where samples can read them and nothing else. A promised crate that is not there is our failure, and
:func:`missing_crate_cause` tells which refusals of rustc that explains. A crate that nobody promised is none of this
module's business: using it is the model's error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.judging.verdict import SUITE_FAULT, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferrobench.judging.verdict import Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Extern:
    """A library that the user gives: ``--extern NAME=PATH``."""

    name: str
    """What Rust code calls it."""
    path: Path
    """An ``.rlib``, absolute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crate:
    """A crate that samples can use."""

    name: str
    """What Rust code calls it."""
    version: str
    """Such as ``0.8.5``; ``sha256:`` of the file where the user gave one."""
    library: Path
    """An ``.rlib``, or the shared library of procedural macros; in one of :attr:`Crates.folders`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCrate:
    """A crate that was promised and is not there."""

    name: str
    reason: str
    """One line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crates:
    """All crates that were promised."""

    available: tuple[Crate, ...] = ()
    missing: tuple[MissingCrate, ...] = ()
    folders: tuple[Path, ...] = ()
    """What rustc must be able to read: the libraries, and those that they depend on."""

    @property
    def promised(self) -> frozenset[str]:
        """The names of all crates, there or not."""
        return frozenset(crate.name for crate in self.available).union(crate.name for crate in self.missing)

    def places(self, root: str | None = None) -> tuple[tuple[Path, str], ...]:
        """Say where rustc sees each folder: below *root* (``/crates/0``), or where it is (None)."""
        return tuple(
            (folder, str(folder) if root is None else f"{root}/{number}")
            for number, folder in enumerate(self.folders)
        )

    def arguments(self, root: str | None = None) -> tuple[str, ...]:
        """Lower to rustc's flags, with the folders at their :meth:`places`. Empty where nothing is available."""
        places = dict(self.places(root))
        externs = (
            ("--extern", f"{crate.name}={places[crate.library.parent]}/{crate.library.name}")
            for crate in self.available
        )
        searched = (("-L", f"dependency={place}") for place in places.values())
        return tuple(word for words in (*externs, *searched) for word in words)

    def record(self) -> dict[str, str]:
        """Each crate's name and version, for ``config.json``, sorted; ``missing`` is the version of those that are."""
        versions = {crate.name: crate.version for crate in self.available}
        return dict(sorted((versions | {crate.name: "missing" for crate in self.missing}).items()))


def join_crates(parts: Sequence[Crates]) -> Crates:
    """Put together what several suites promise and the user gives. What is there anywhere is missing nowhere.

    Raises:
        UsageError: Two different libraries have one name.
    """
    available: dict[str, Crate] = {}
    missing: dict[str, MissingCrate] = {}
    folders: dict[Path, None] = {}
    for part in parts:
        folders |= dict.fromkeys(part.folders)
        missing |= {crate.name: crate for crate in part.missing}
        for crate in part.available:
            other = available.setdefault(crate.name, crate)
            if other.library != crate.library:
                raise UsageError(
                    f"crate {crate.name} is promised twice, as {other.library} and {crate.library}; expected one"
                )
    return Crates(
        available=tuple(available.values()),
        missing=tuple(crate for name, crate in missing.items() if name not in available),
        folders=tuple(folders),
    )


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def parse_extern(text: str) -> Extern:
    """Read ``NAME=PATH``.

    Raises:
        UsageError: It is not of that form, or no ``.rlib`` lies there.
    """
    name, equals, given = text.partition("=")
    if not equals or not given:
        raise UsageError(f"--extern {text}: expected NAME=PATH, such as rand=librand.rlib")
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"--extern {text}: {name!r} is no name of a crate in Rust code; expected letters, digits and _"
        )
    path = Path(given).absolute()
    if path.suffix != ".rlib":
        raise UsageError(
            f"--extern {text}: expected an .rlib, as `rustc --crate-type rlib` and cargo make it"
        )
    if not path.is_file():
        raise UsageError(f"--extern {text}: {path} {'is no file' if path.exists() else 'does not exist'}")
    return Extern(name=name, path=path)


# The words of rustc 1.95, then those of earlier ones. `unresolved import` names the whole path up to what is not there, and
# the others say where it was looked for, so `crate::rand`, `super::rand` and `a::rand`, which no crate could mend, differ.
_UNRESOLVED_IMPORT = re.compile(r"unresolved imports? (`[^`]+`(?:, `[^`]+`)*)")
_UNRESOLVED_PATH = (
    re.compile(r"cannot find module or crate `(\w+)` in this scope"),
    re.compile(r"cannot find `(\w+)` in the crate root"),
    re.compile(
        r"failed to resolve: use of (?:undeclared crate or module|unresolved module or unlinked crate) `(\w+)`"
    ),
    re.compile(r"failed to resolve: could not find `(\w+)` in the list of imported crates"),
    re.compile(r"failed to resolve: maybe a missing crate `(\w+)`\?"),
)
_NO_CRATE = re.compile(r"can't find crate for `(\w+)`")


def missing_crate_cause(crates: Crates, rejected: Rejected, edition: str) -> str | None:
    """Say why a refusal tells nothing about the model: it is about a crate that was promised and is missing. Pure.

    None where it tells something: nothing is missing, no error is about what is, or the text does not even parse. The
    codes and words of an error with a code are rustc's own, so only a text that does use the crate gets here, and only in
    a way in which rustc would have found it: in edition 2015 ``use rand::Rng;`` needs an ``extern crate rand;``.
    """
    if not crates.missing or rejected.stage.rank < Stage.RESOLVE.rank:
        return None
    reasons = {crate.name: crate.reason for crate in crates.missing}
    for error in rejected.errors:
        for name in _crates_not_found(error.code, error.message, edition):
            if name in reasons:
                return f"{SUITE_FAULT}crate {name} is missing: {reasons[name]}"
    return None


def _crates_not_found(code: str | None, message: str, edition: str) -> Iterator[str]:
    """The names that an error says are no crates, where a crate of that name would have mended it."""
    match code:
        case "E0432" if edition != "2015":
            if found := _UNRESOLVED_IMPORT.fullmatch(message):
                yield from (name.strip("`") for name in found[1].split(", "))
        case "E0433":
            # The first alone means the same in edition 2015, where the others also stand for imports.
            for pattern in _UNRESOLVED_PATH[: 1 if edition == "2015" else None]:
                if found := pattern.fullmatch(message):
                    yield found[1]
        case "E0463":
            if found := _NO_CRATE.fullmatch(message):
                yield found[1]
