"""Many programs as modules of one crate, and what that crate's diagnostics say about each of them. Pure.

rustc goes on checking where others have errors, so one run tells of nearly every member whether it is right. It is
believed about a member only where the neighbours cannot have had a hand in it:

- Right is a member only in a run without errors that came to its end: errors anywhere keep instantiation, and some
  lints, from being reached.
- Wrong is a member with errors, all of which rustc has reported. For that it must have looked at every body, which the
  error of some body proves; a *canary*, a wrong function of our own, settles it where no member has such an error. Lints
  that deny come late: they count only in a run with nothing else wrong.
- Whose diagnostics speak of a neighbour, or could be worded otherwise because of one, is compiled by itself.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING

from ferrobench.judging.diagnostics import (
    MAX_DIAGNOSTICS,
    SOURCE_NAME,
    OutputReader,
    is_closing_remark,
    parse_diagnostics,
)
from ferrobench.judging.stages import earliest_stage, stage_of_error
from ferrobench.judging.verdict import Compiled, Judgment, Rejected, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.diagnostics import Record
    from ferrobench.judging.verdict import Diagnostic

_WORD = re.compile(rb"\w+")
_DEFINED = re.compile(rb"\b(?:struct|enum|union|trait|type|mod|macro_rules!)\s+(\w+)")
_IMPLEMENTED = re.compile(rb"\bimpl\b[^{;]{0,200}?\b([A-Za-z_]\w*)\s*(?:<[^{;]{0,200}?>)?\s+for\b")
_DERIVED = re.compile(rb"\bderive\s*\(([^)]{0,400})\)")


class Parsing(Enum):
    """What parsing a program by itself has shown, where rustc did not end there."""

    CLEAN = auto()
    RECOVERED = auto()
    """There were errors, and rustc goes on all the same."""


class Member:
    """A program in a batch."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.parsing: Parsing | None = None
        """What is known of its parsing; None where that was no question yet."""

    @cached_property
    def words(self) -> frozenset[bytes]:
        """Every word of its text."""
        return frozenset(_WORD.findall(self.program.source))

    @cached_property
    def defined(self) -> frozenset[bytes]:
        """The names of its types, traits, modules and macros."""
        return frozenset(_DEFINED.findall(self.program.source))

    @cached_property
    def implemented(self) -> frozenset[bytes]:
        """The names of the traits that it implements by hand."""
        return frozenset(_IMPLEMENTED.findall(self.program.source))

    @cached_property
    def derived(self) -> frozenset[bytes]:
        """The names of the traits that it derives."""
        return frozenset(
            word for names in _DERIVED.findall(self.program.source) for word in _WORD.findall(names)
        )


@dataclass(slots=True, kw_only=True)
class Round:
    """What one run of a batch has settled, by the members' places."""

    decided: dict[int, Judgment] = field(default_factory=dict)
    apart: set[int] = field(default_factory=set)
    """To be compiled by themselves."""
    unclean: set[int] = field(default_factory=set)
    """Settled, in words that may owe something to the neighbours: to be tried again beside others, or by themselves."""
    unparsed: set[int] = field(default_factory=set)
    """To be parsed by themselves before anything else."""
    again: set[int] = field(default_factory=set)
    """To be tried again together, without the others."""
    unsure: bool = False
    """Whether that should be with the canary."""
    saw_bodies: bool = False
    """Whether rustc looked at every body, and so found nothing in those of :attr:`again`."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing has come of the run for any member."""
        return not (self.decided or self.apart or self.unclean or self.unparsed)


def member_name(place: int) -> str:
    """The module that a member is, and without its ending the file."""
    return f"ferrobench_{place}"


_LAST_WORD = "fn ferrobench_end() {}\n"
"""Nobody uses it, so rustc has a warning to count when all is done: the sign that it came to its end."""
_CANARY = 'pub fn ferrobench_canary() -> u8 { "" }\n'
"""Its error tells that rustc has come to looking at bodies."""


def batch_root(size: int, *, canary: bool = False) -> str:
    """The root of a batch of *size* members. They are public, or all in them would be unused."""
    modules = "".join(f"pub mod {member_name(place)};\n" for place in range(size))
    return modules + (_CANARY if canary else _LAST_WORD)


# Errors that end a run, or a part of it, before everything was looked at; and implementations that nobody may write,
# which rustc shows to everybody all the same.
_ENDING_CODES = frozenset(
    {
        "E0391", "E0275", "E0152", "E0463", "E0583", "E0584", "E0320", "E0720",
        "E0116", "E0117", "E0118", "E0210", "E0321", "E0322", "E0390",
    }
)  # fmt: skip
_ENDING_MESSAGES = re.compile(r"no rules expected |unexpected end of macro|recursion limit reached")
# Wrong implementations of a trait: rustc leaves out other checks of all implementations of that trait.
_OVERLAP_CODES = frozenset(
    {"E0119", "E0120", "E0184", "E0199", "E0200", "E0204", "E0206", "E0328", "E0371", "E0751"}
)
# Unknown traits: rustc looks at signatures then, and not at bodies. Where a path leads to one, its first name tells.
_NO_TRAIT_CODE = "E0404"
_CUTTING_CODES = frozenset({_NO_TRAIT_CODE, "E0405"})
_PATH_CODES = frozenset({"E0432", "E0433"})
_IMPLEMENTING = re.compile(r"\bimpl\b.*\bfor\b")
# Errors in bodies, and only there.
_BODY_CODES = frozenset(
    {
        "E0023", "E0026", "E0027", "E0040", "E0057", "E0061", "E0070", "E0282", "E0308", "E0369", "E0373", "E0381",
        "E0382", "E0384", "E0499", "E0502", "E0503", "E0505", "E0506", "E0507", "E0515", "E0596", "E0597", "E0599",
        "E0600", "E0604", "E0605", "E0606", "E0607", "E0608", "E0609", "E0610", "E0614", "E0618", "E0716",
    }
)  # fmt: skip

_DIAGNOSTIC = b'{"$message_type":"diagnostic"'
_MEMBER_FILE = re.compile(r"ferrobench_(\d+)\.rs")
_OWN_NAME = re.compile(rb"ferrobench_(\d+)")
# A path into a module or function of the member's: rustc shortens it to its last name unless a neighbour has that name too.
_DEEP_PATH = re.compile(rb"ferrobench_\d+::(?!ferrobench_prelude::)[a-z_]\w*::")
# Any path: how much of one is written depends on who else has its last name.
_PATH = re.compile(rb"\b(?:\w+::)+(\w+)")
# A member's module in a line that is laid out (quoted, suggested, labelled): taking it away leaves the layout.
_LAID_OUT = re.compile(rb"\\n *(?:\d+ +)?[|+~-](?:(?!\\n).)*?ferrobench_\d+::")
# The files of the standard library, which are shown in the order in which they were first needed.
_LIBRARY_FILE = re.compile(rb"(?:-->|:::) (/rustc/[^ :]+)")
# How much of a long type is written depends on the length of all names in it, and ours are longer.
_SHORTENED = b"the full name for the type has been written to"
# Lines in which rustc lists what implements a trait, of all that it knows.
_LISTING = re.compile(
    r"^.*(?:types implement|(?:is|are) implemented for|implements (?:trait )?`|satisfying|candidate).*$",
    re.MULTILINE,
)
# Every diagnostic has these, in the name of the program's file.
_FILE_WORDS = frozenset({b"sample", b"rs"})


def conclude_success(
    lines: Sequence[bytes],
    members: Sequence[Member],
    *,
    cap_bytes: int,
    secrets: tuple[tuple[str, str], ...] = (),
) -> Round:
    """Conclude from a run that ended well: every member is right, and has the warnings that are its own."""
    found = _Attribution(members, cap_bytes, secrets)
    outcome = Round()
    if not found.take(lines) or found.with_errors:
        # An ended run whose words cannot be understood has settled nothing.
        outcome.again = set(range(len(members)))
        return outcome
    for place in range(len(members)):
        if found.is_clean(place):
            outcome.decided[place] = Compiled(warnings=found.warnings(place)[:MAX_DIAGNOSTICS])
        else:
            outcome.unclean.add(place)
    return outcome


def conclude_failure(
    lines: Sequence[bytes],
    members: Sequence[Member],
    *,
    cap_bytes: int,
    secrets: tuple[tuple[str, str], ...] = (),
    canary: bool = False,
    checked: bool = False,
) -> Round:
    """Conclude from a run that ended with errors, with or without the canary's. Of *checked* members it is known that no
    body has any. Whatever is not settled is to be tried again or by itself."""
    found = _Attribution(members, cap_bytes, secrets)
    found.with_canary = canary
    outcome = Round()
    everyone = set(range(len(members)))
    if not found.take(lines):
        outcome.again = everyone
        return outcome
    outcome.saw_bodies = found.saw_bodies
    settled = _settle(found, outcome, checked=checked)
    for place in settled:
        judgment = _rejected(found, place)
        if judgment is None:
            outcome.apart.add(place)
        elif found.is_clean(place):
            outcome.decided[place] = judgment
        else:
            outcome.unclean.add(place)
    outcome.again = everyone - outcome.decided.keys() - outcome.apart - outcome.unclean - outcome.unparsed
    return outcome


def _settle(found: _Attribution, outcome: Round, *, checked: bool) -> set[int]:
    """The members of which rustc has reported all that is wrong. Who is to blame where it has not, goes apart."""
    kinds = {place: found.kinds(place) for place in found.with_errors}
    ending, unclear, cutting = (
        {place for place, own in kinds.items() if kind in own}
        for kind in (_Kind.ENDING, _Kind.UNCLEAR, _Kind.CUTTING)
    )
    outcome.apart, outcome.unparsed = ending, unclear - ending
    if ending:
        return set()
    if not found.with_canary and all(own == {_Kind.LATE} for own in kinds.values()):
        return set(kinds)
    if found.saw_bodies:
        # With nothing else wrong, late ones might have more to say; and who implements what another does wrongly.
        late = {place for place, own in kinds.items() if own == {_Kind.LATE}}
        outcome.apart |= late | _unchecked(found, kinds)
        return kinds.keys() - unclear - outcome.apart
    if cutting:
        # What kept rustc from the bodies keeps it from them with nobody else there, too. Of what is no trait and of what
        # had its syntax mended, that is not so certain.
        doubtful = {
            place
            for place in cutting
            if _NO_TRAIT_CODE in found.codes(place) or found.members[place].parsing is Parsing.RECOVERED
        }
        outcome.apart |= doubtful - unclear
        return cutting - unclear - doubtful
    if checked:
        # Only instantiating shows such errors, and nobody knows whether it went on after the first of them.
        outcome.apart |= kinds.keys() - unclear
    elif not unclear:
        # An unknown path may have led to a trait, and what is only evaluated when all is well is not there beside a canary.
        # If there is none such, the canary tells whether anything is amiss.
        outcome.apart = {place for place in kinds if found.codes(place) & (_PATH_CODES | {"E0080"})}
        if not outcome.apart and found.with_canary:
            outcome.apart = set(kinds)
        outcome.unsure = not outcome.apart
    return set()


def _unchecked(found: _Attribution, kinds: dict[int, frozenset[_Kind]]) -> set[int]:
    """The members of whose implementations of some trait rustc may not have told everything."""
    members = found.members
    overlapping = {place for place, own in kinds.items() if _Kind.OVERLAP in own}
    return {
        place
        for place in kinds
        for other in overlapping - {place}
        if not members[place].implemented.isdisjoint(members[other].implemented | members[other].derived)
    }


def _rejected(found: _Attribution, place: int) -> Judgment | None:
    errors = found.errors(place)
    parsing = found.members[place].parsing
    if not errors or (
        parsing is None and any(stage_of_error(error.code, error.message) is None for error in errors)
    ):
        return None
    return Rejected(
        stage=earliest_stage(errors, lambda: parsing is Parsing.CLEAN),
        errors=errors[:MAX_DIAGNOSTICS],
        warnings=found.warnings(place)[:MAX_DIAGNOSTICS],
    )


class _Kind(Enum):
    """What an error says about the rest of the run."""

    ENDING = auto()
    """Others may not have been looked at."""
    UNCLEAR = auto()
    """Neither which phase it belongs to, nor whether rustc went on after it."""
    CUTTING = auto()
    """Bodies were not looked at."""
    OVERLAP = auto()
    """Other implementations of the same trait may not have been looked at in every respect."""
    STEADY = auto()
    """Nothing: rustc goes on."""
    LATE = auto()
    """Nothing else was wrong before."""


def _code_of(record: Record) -> str | None:
    holder = record.get("code")
    return str(holder["code"]) if isinstance(holder, dict) and "code" in holder else None


def _first_line(record: Record) -> str:
    """The line of the program that a diagnostic points to."""
    try:
        return str(record["spans"][0]["text"][0]["text"])
    except (LookupError, TypeError):
        return ""


def _kind(record: Record, parsing: Parsing | None) -> _Kind:  # noqa: PLR0911 (a table: one return per row)
    code, message = _code_of(record), str(record.get("message", ""))
    if record.get("level") != "error" or code in _ENDING_CODES or _ENDING_MESSAGES.match(message):
        return _Kind.ENDING
    if code in _OVERLAP_CODES:
        return _Kind.OVERLAP
    if code in _CUTTING_CODES or (code in _PATH_CODES and _IMPLEMENTING.search(_first_line(record))):
        return _Kind.CUTTING
    match stage_of_error(code, message):
        case Stage.CODEGEN | Stage.LINK:
            return _Kind.ENDING
        case Stage.LEX if parsing is None:
            return _Kind.ENDING
        case Stage.PARSE | None if parsing is None:
            return _Kind.UNCLEAR
        case Stage.LINT if code != "E0080":
            return _Kind.LATE
        case _:
            return _Kind.STEADY


class _Attribution:
    """Sorts a batch's diagnostics by the member that they are about."""

    def __init__(
        self, members: Sequence[Member], cap_bytes: int, secrets: tuple[tuple[str, str], ...]
    ) -> None:
        self.members = members
        self.readers = [OutputReader(cap_bytes=cap_bytes) for _ in members]
        self.with_errors: set[int] = set()
        self.with_canary = False
        self.saw_bodies = False
        self._unclean: set[int] = set()
        self._secrets = secrets

    def errors(self, place: int) -> tuple[Diagnostic, ...]:
        """A member's errors."""
        return parse_diagnostics(self.readers[place].errors, self.members[place].program, self._secrets)

    def warnings(self, place: int) -> tuple[Diagnostic, ...]:
        """A member's warnings."""
        return parse_diagnostics(self.readers[place].warnings, self.members[place].program, self._secrets)

    def kinds(self, place: int) -> frozenset[_Kind]:
        """The kinds of a member's errors."""
        parsing = self.members[place].parsing
        return frozenset(_kind(record, parsing) for record in self.readers[place].errors)

    def codes(self, place: int) -> frozenset[str | None]:
        """The codes of a member's errors."""
        return frozenset(_code_of(record) for record in self.readers[place].errors)

    def is_clean(self, place: int) -> bool:
        """Whether a member's diagnostics owe nothing to its neighbours."""
        return place not in self._unclean

    def take(self, lines: Sequence[bytes]) -> bool:
        """Take all lines of a run; False where one cannot be laid at anybody's door."""
        return all(self._take_line(line) for line in lines if line.startswith(_DIAGNOSTIC))

    def _take_line(self, line: bytes) -> bool:
        names = {int(number) for number in _OWN_NAME.findall(line)}
        own = min(names) if len(names) == 1 else _primary_place(line)
        if own is None:
            return self._take_our_own(line)
        if own >= len(self.members):
            return False
        name = member_name(own).encode()
        text = line.replace(name + b".rs", SOURCE_NAME.encode()).replace(name + b"::", b"")
        record = json.loads(text.decode("utf-8", "replace"))
        if (
            len(names) > 1
            or _DEEP_PATH.search(line)
            or _LAID_OUT.search(line)
            or len(set(_LIBRARY_FILE.findall(line))) > 1
            or _SHORTENED in line
            or _OWN_NAME.search(text)
            or self._speaks_of_neighbours(own, record)
        ):
            self._unclean.add(own)
        self.readers[own].take(record, len(text))
        if str(record.get("level")).startswith("error"):
            self.with_errors.add(own)
            self.saw_bodies = self.saw_bodies or _code_of(record) in _BODY_CODES
        return True

    def _take_our_own(self, line: bytes) -> bool:
        """Take a line that is about no member: about the root, or about all."""
        record = json.loads(line.decode("utf-8", "replace"))
        if record.get("spans"):
            if record.get("level") == "error":
                self.saw_bodies = self.saw_bodies or _code_of(record) == "E0308"
                return _code_of(record) == "E0308"
            return bool(record.get("level") == "warning")
        return is_closing_remark(record) or record.get("level") == "failure-note"

    def _speaks_of_neighbours(self, own: int, record: Record) -> bool:
        rendered = str(record.get("rendered", ""))
        text = rendered.encode()
        words = frozenset(_WORD.findall(text))
        member = self.members[own]
        # Whether a number's type matters is asked only if a trait, be it a neighbour's, has such a method.
        if _code_of(record) == "E0689":
            return True
        # An unknown macro is looked for among everybody's, in scope or not.
        if str(record.get("message")).startswith("cannot find macro") and any(
            b"macro_rules" in other.words for place, other in enumerate(self.members) if place != own
        ):
            return True
        # What neighbours define can only be named in full, with their module, unless nobody else has such a name.
        if any(self._defined[word] for word in words - member.words - _FILE_WORDS):
            return True
        if any(self._defined[name] > (name in member.defined) for name in _PATH.findall(text)):
            return True
        listed = frozenset(
            word for line in _LISTING.findall(rendered) for word in _WORD.findall(line.encode())
        )
        return any(
            self._implemented[word] > (word in member.implemented or word in member.derived)
            for word in listed
        )

    @cached_property
    def _defined(self) -> Counter[bytes]:
        """How many members define a name."""
        return Counter(name for member in self.members for name in member.defined)

    @cached_property
    def _implemented(self) -> Counter[bytes]:
        """How many members implement a trait."""
        return Counter(name for member in self.members for name in member.implemented | member.derived)


def _primary_place(line: bytes) -> int | None:
    """The member whose file a diagnostic points to first, perhaps through macros; None where it is nobody's."""
    record = json.loads(line.decode("utf-8", "replace"))
    for span in sorted(record.get("spans") or (), key=lambda span: span.get("is_primary") is not True):
        outer = span
        while isinstance(outer, dict):
            match = _MEMBER_FILE.fullmatch(str(outer.get("file_name")))
            if match:
                return int(match[1])
            expansion = outer.get("expansion")
            outer = expansion.get("span") if isinstance(expansion, dict) else None
    return None
