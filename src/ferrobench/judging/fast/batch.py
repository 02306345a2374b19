"""Many programs as modules of one crate, and what that crate's diagnostics say about each of them. Pure.

rustc goes on checking where others have errors, so one run tells of nearly every member whether it is right. It is
believed about a member only where the neighbours cannot have had a hand in it:

- Right is a member only in a run without errors that came to its end: errors anywhere keep instantiation, and some
  lints, from being reached.
- Wrong is a member with errors, all of which rustc has reported. For that it must have looked at every body, which a
  *canary*, a wrong function of our own, proves, or where there is none the error of some body, if nothing may have cut
  the run short. Lints that deny come late: they count only in a run with nothing else wrong.
- Whoever makes rustc doubt what it knows of a foreign trait is all that such a run settles: bodies that use the trait are
  not looked at in every respect.
- Whose diagnostics speak of a neighbour, or could be worded otherwise because of one, is tried elsewhere.
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
    from collections.abc import Callable, Sequence

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.diagnostics import Record
    from ferrobench.judging.verdict import Diagnostic

_WORD = re.compile(rb"\w+")
_DEFINED = re.compile(rb"\b(?:struct|enum|union|trait|mod|macro_rules!)\s+(\w+)")
_DEFINED_TYPE = re.compile(rb"\btype\s+(\w+)")
# With no modules, what is indented belongs to an implementation or a function: paths never lead there.
_OUTER_TYPE = re.compile(rb"^(?:pub(?:\(\w+\))?[ ]+)?type\s+(\w+)", re.MULTILINE)
_IMPLEMENTED = re.compile(rb"\bimpl\b[^{;]{0,200}?\b([A-Za-z_]\w*)\s*(?:<[^{;]{0,200}?>)?\s+for\b")
_IMPLEMENTED_FIRST = re.compile(
    rb"\bimpl\b\s*(?:<[^{};]{0,200}?>\s*)?(?:!\s*)?(\w+)[\w:]{0,100}\s*(?:<[^{};]{0,200}?>\s*)?\bfor\b"
)
_BOUND_FIRST = re.compile(
    rb"\b(?:dyn|impl)\s+(\w+)|(?:[<,]\s*|\bwhere\s+)[A-Z]\w*\s*:\s*(\w+)|\+\s*([A-Z]\w*|\w+(?=::))"
)
_DERIVED = re.compile(rb"\bderive\s*\(([^)]{0,400})\)")


class Parsing(Enum):
    """What parsing a program by itself has shown, where it could be cut into tokens at all."""

    CLEAN = auto()
    BROKEN = auto()
    """There were errors. In a batch, rustc goes on all the same."""


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
        types = _DEFINED_TYPE if b"mod" in self.words else _OUTER_TYPE
        return frozenset(_DEFINED.findall(self.program.source) + types.findall(self.program.source))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of its text, as rustc quotes them."""
        text = self.program.source.decode("utf-8", "replace").replace("\t", "    ")
        return tuple(line.rstrip() for line in text.split("\n"))

    @cached_property
    def implemented(self) -> frozenset[bytes]:
        """The names of the traits that it implements by hand."""
        return frozenset(_IMPLEMENTED.findall(self.program.source))

    @cached_property
    def implemented_first(self) -> frozenset[bytes]:
        """The first names of the paths to the traits that it implements by hand."""
        return frozenset(_IMPLEMENTED_FIRST.findall(self.program.source))

    @cached_property
    def bound_first(self) -> frozenset[bytes]:
        """The first names of the paths to what seem to be traits elsewhere."""
        return frozenset(
            name for names in _BOUND_FIRST.findall(self.program.source) for name in names if name
        )

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
    elsewhere: set[int] = field(default_factory=set)
    """To be tried beside others than these, or by themselves."""
    unparsed: set[int] = field(default_factory=set)
    """To be parsed by themselves before anything else."""
    again: set[int] = field(default_factory=set)
    """To be tried again together, without the others."""
    unsure: bool = False
    """Whether that should be with the canary."""
    saw_bodies: bool = False
    """Whether rustc looked at every body, and so found nothing wrong with those of :attr:`again`."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing has come of the run for any member."""
        return not (self.decided or self.apart or self.elsewhere or self.unparsed)


MEMBER_PREFIX = "ferrobench_"


def member_name(place: int) -> str:
    """The module that a member is, and without its ending the file."""
    return f"{MEMBER_PREFIX}{place}"


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
# Whoever derives these may lack others that they need.
_WITH_SUPERTRAITS = frozenset({b"Copy", b"Eq", b"Ord", b"PartialOrd"})
# Said once for many, or in an order that depends on the neighbours.
_SHARED_CODE = "E0658"
_REPEATED_CODES, _REIMPORTED_CODES = frozenset({"E0428"}), frozenset({"E0252", "E0254", "E0255", "E0260"})
# Unknown traits: rustc looks at signatures then, and not at bodies. Where a path leads to one, its first name tells.
_NO_TRAIT_CODE = "E0404"
_CUTTING_CODES = frozenset({_NO_TRAIT_CODE, "E0405"})
_PATH_CODES = frozenset({"E0432", "E0433"})
_IMPLEMENTING = re.compile(r"\bimpl\b.*\bfor\b")
_BEFORE_TRAIT = re.compile(r"\s*(?:unsafe\s+)?impl\s*(?:<.*>)?\s*!?\s*")
# Unknown types and paths. In the header of an implementation, they make rustc doubt what else it knows of the trait.
_UNKNOWN_CODES = frozenset({"E0412", "E0425", "E0432", "E0433", "E0573", "E0107"})
_CONFLICT_CODES = frozenset({"E0119", "E0751"})
_IMPORTING = re.compile(r"\s*(?:pub(?:\([^)]*\))?\s+)?use\b(.*)")
_BOUND = re.compile(r"\bdyn\b|\bimpl\b|\bwhere\b|[<,]\s*[A-Z]\w*\s*:(?!:)|\+\s*\w+::")
# Errors in bodies, and only there. Bodies of constants are looked at before all others where a type depends on them.
_BODY_CODES = frozenset(
    {
        "E0023", "E0026", "E0027", "E0040", "E0057", "E0061", "E0070", "E0308", "E0369", "E0373", "E0381",
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
# A line whose layout does not depend on how long its text is: a suggested line, or one label at the end of a line. In
# lines that are longer, rustc may cut what it quotes.
_FREE_LINE = re.compile(r"(?! *\d* *[|~+-] ).*| *\d+ ~ .*| *\|[ |]*[_^-]+ [^ ^|-](?:(?!\^|--|\|).)*")
_LONGEST_FREE_LINE = 120
_MARGIN = re.compile(r" *\d* *[|~+-] ")
# How much of a long type is written depends on the length of all names in it, and ours are longer.
_SHORTENED = b"the full name for the type has been written to"
# Lines in which rustc lists what implements a trait, of all that it knows.
_LISTING = re.compile(
    r"^.*(?:types implement|(?:is|are) implemented for|implements (?:trait )?`|satisfying|candidate).*$",
    re.MULTILINE,
)
# Such a list holds the implementations for the type in question, if there are any; neighbours have none for these.
_LACKING = re.compile(r"is not implemented for `([iuf]\d+|[iu]size|bool|char|str)`")
_LISTED = re.compile(r"^ *= note: `[&*]*(?:mut |const )?(.*)` implements `", re.MULTILINE)
_LEFT_OUT = re.compile(r"^ *and \d+ others$", re.MULTILINE)
_QUOTING = re.compile(r" *(\d+) \| ?(.*)")
_NUMBERED = re.compile(r" *\d+ [|~+-]")
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
            outcome.elsewhere.add(place)
    return outcome


def conclude_failure(
    lines: Sequence[bytes],
    members: Sequence[Member],
    *,
    cap_bytes: int,
    secrets: tuple[tuple[str, str], ...] = (),
    canary: bool = False,
    checked: bool = False,
    parse: Callable[[Sequence[Member]], None] = lambda _members: None,
) -> Round:
    """Conclude from a run that ended with errors, with or without the canary's. Of *checked* members it is known that no
    body has any. Whatever is not settled is to be tried again or by itself.

    *parse* is asked at most once, and finds out how members parse where their errors do not tell.
    """
    found = _Attribution(members, cap_bytes, secrets)
    found.with_canary = canary
    outcome = Round()
    everyone = set(range(len(members)))
    if not found.take(lines):
        outcome.again = everyone
        return outcome
    kinds = {place: found.kinds(place) for place in sorted(found.with_errors)}
    unclear = [place for place, own in kinds.items() if _Kind.UNCLEAR in own]
    if unclear:
        parse([members[place] for place in unclear])
        kinds.update((place, found.kinds(place)) for place in unclear)
    settled = _settle(found, kinds, outcome, checked=checked)
    for place in settled:
        judgment = _rejected(found, place)
        codes = found.codes(place)
        is_disordered = codes & _REPEATED_CODES and codes & _REIMPORTED_CODES
        if judgment is None or is_disordered or _SHARED_CODE in codes:
            outcome.apart.add(place)
        elif found.is_clean(place):
            outcome.decided[place] = judgment
        else:
            outcome.elsewhere.add(place)
    outcome.again = everyone - outcome.decided.keys() - outcome.apart - outcome.elsewhere - outcome.unparsed
    return outcome


def _settle(
    found: _Attribution, kinds: dict[int, frozenset[_Kind]], outcome: Round, *, checked: bool
) -> set[int]:
    """The members of which rustc has reported all that is wrong. Who is to blame where it has not, goes apart."""
    ending, unclear, cutting, tainting = (
        {place for place, own in kinds.items() if kind in own}
        for kind in (_Kind.ENDING, _Kind.UNCLEAR, _Kind.CUTTING, _Kind.TAINTING)
    )
    outcome.apart, outcome.unparsed = ending, unclear - ending
    if ending:
        # Not even if some error of a body is among them: it may have been the first one.
        return set()
    outcome.saw_bodies = found.saw_canary or (found.saw_bodies and not found.with_canary and not cutting)
    if not found.with_canary and all(own == {_Kind.LATE} for own in kinds.values()):
        return set(kinds)
    if outcome.saw_bodies and tainting:
        # Bodies that have to do with the same traits may have more wrong with them than was said, or anything at all.
        outcome.saw_bodies = False
        outcome.unsure = True
        return tainting - unclear
    if outcome.saw_bodies:
        # With nothing else wrong, late ones might have more to say; and who implements what another does wrongly.
        outcome.apart = {place for place, own in kinds.items() if own == {_Kind.LATE}}
        outcome.elsewhere = _unchecked(found, kinds) - outcome.apart - unclear
        return kinds.keys() - unclear - outcome.apart - outcome.elsewhere
    if cutting:
        # What kept rustc from the bodies keeps it from them with nobody else there, too. Of what is no trait and of what
        # had its syntax mended, that is not so certain; nor where rustc has come to some bodies. And whoever implements
        # something else, too, may have more wrong with it than rustc has come to.
        doubtful = {
            place
            for place in cutting
            if found.saw_bodies
            or _NO_TRAIT_CODE in found.codes(place)
            or found.members[place].parsing is Parsing.BROKEN
            or len(_IMPLEMENTED_FIRST.findall(found.members[place].program.source)) > 1
        }
        outcome.apart |= doubtful - unclear
        return cutting - unclear - doubtful
    if checked:
        # Only instantiating shows such errors, and nobody knows whether it went on after the first of them.
        outcome.apart |= kinds.keys() - unclear
    elif not unclear:
        # An unknown path may have led to a trait, and what is only evaluated when all is well is not there beside a canary.
        # If there is none such, the canary tells whether anything is amiss.
        outcome.apart = {place for place in kinds if found.may_cut(place)}
        if not outcome.apart and found.with_canary:
            outcome.apart = set(kinds)
        outcome.unsure = not outcome.apart
    return set()


def _unchecked(found: _Attribution, kinds: dict[int, frozenset[_Kind]]) -> set[int]:
    """The members of whose implementations of some trait rustc may not have told everything."""
    members = found.members
    overlapping = {place for place, own in kinds.items() if _Kind.OVERLAP in own}
    checked = {
        place: members[place].implemented | (members[place].derived & _WITH_SUPERTRAITS) for place in kinds
    }
    return {
        place
        for place in kinds
        for other in overlapping - {place}
        if not checked[place].isdisjoint(members[other].implemented | members[other].derived)
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
    TAINTING = auto()
    """Whatever else uses a trait that is not the member's own may not have been looked at in every respect."""
    OVERLAP = auto()
    """Other implementations of the same trait may not have been looked at in every respect."""
    STEADY = auto()
    """Nothing: rustc goes on."""
    LATE = auto()
    """Nothing else was wrong before."""


def _code_of(record: Record) -> str | None:
    holder = record.get("code")
    return str(holder["code"]) if isinstance(holder, dict) and "code" in holder else None


def _start(record: Record) -> int:
    """Where on its line, counted from 0, the place begins that a diagnostic points to."""
    try:
        return int(record["spans"][0]["text"][0]["highlight_start"]) - 1
    except (LookupError, TypeError, ValueError):
        return 0


def _first_line(record: Record) -> str:
    """The line of the program that a diagnostic points to."""
    try:
        return str(record["spans"][0]["text"][0]["text"])
    except (LookupError, TypeError):
        return ""


def _imported(record: Record) -> frozenset[bytes] | None:
    """The names in the import that a diagnostic points to; None where it points to something else."""
    match = _IMPORTING.match(_first_line(record))
    return None if match is None else frozenset(_WORD.findall(match[1].encode()))


def _leads_to_trait(record: Record, member: Member) -> bool:
    """Whether the unknown path that an error is about stands for a trait that is implemented."""
    names = _imported(record)
    if names is None:
        line = _first_line(record)
        return _IMPLEMENTING.search(line) is not None and bool(
            _BEFORE_TRAIT.fullmatch(line[: _start(record)])
        )
    # In another module the name may mean something else.
    return b"mod" not in member.words and not names.isdisjoint(member.implemented_first)


def _may_lead_to_trait(record: Record, member: Member) -> bool:
    """Whether the unknown path that an error is about might stand for a trait of any use."""
    names = _imported(record)
    if names is None:
        line = _first_line(record)
        return not line or _BOUND.search(line) is not None
    return not names.isdisjoint(member.implemented_first | member.bound_first)


def _kind(record: Record, member: Member) -> _Kind:  # noqa: PLR0911 (a table: one return per row)
    code, message, parsing = _code_of(record), str(record.get("message", "")), member.parsing
    if record.get("level") != "error" or code in _ENDING_CODES or _ENDING_MESSAGES.match(message):
        return _Kind.ENDING
    if code in _CUTTING_CODES or (code in _PATH_CODES and _leads_to_trait(record, member)):
        return _Kind.CUTTING
    if code in _CONFLICT_CODES or (code in _UNKNOWN_CODES and _IMPLEMENTING.search(_first_line(record))):
        implemented = member.implemented_first | member.derived
        return _Kind.STEADY if implemented and implemented <= member.defined else _Kind.TAINTING
    if code in _OVERLAP_CODES:
        return _Kind.OVERLAP
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
        """Whether a body of some member has an error."""
        self.saw_canary = False
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
        return frozenset(_kind(record, self.members[place]) for record in self.readers[place].errors)

    def may_cut(self, place: int) -> bool:
        """Whether a member's errors may have kept rustc from the bodies, or are not there beside a canary."""
        return any(
            code == "E0080" or (code in _PATH_CODES and _may_lead_to_trait(record, self.members[place]))
            for record in self.readers[place].errors
            for code in (_code_of(record),)
        )

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
            or (name + b"::" in line and _is_laid_out(line))
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
                self.saw_canary = self.saw_canary or _code_of(record) == "E0308"
                return _code_of(record) == "E0308"
            return bool(record.get("level") == "warning")
        return is_closing_remark(record) or record.get("level") == "failure-note"

    def _speaks_of_neighbours(self, own: int, record: Record) -> bool:
        rendered = str(record.get("rendered", ""))
        words = frozenset(_WORD.findall(rendered.encode()))
        member = self.members[own]
        # Whether a number's type matters is asked only if a trait, be it a neighbour's, has such a method.
        if _code_of(record) == "E0689":
            return True
        # An unknown macro is looked for among everybody's, in scope or not.
        if str(record.get("message")).startswith("cannot find macro") and any(
            b"macro_rules" in other.words for place, other in enumerate(self.members) if place != own
        ):
            return True
        if any(
            self._defined[word] > (word in member.defined) for word in words & self._defined_names
        ) and self._names_neighbours(member, record, rendered):
            return True
        if words.isdisjoint(self._implemented):
            return False
        listed = frozenset(
            word for line in _LISTING.findall(rendered) for word in _WORD.findall(line.encode())
        )
        return any(
            self._implemented[word] > (word in member.implemented or word in member.derived)
            for word in listed & self._implemented.keys()
        ) and not _lists_own_type(rendered)

    def _names_neighbours(self, member: Member, record: Record, rendered: str) -> bool:
        said = [line for line in rendered.split("\n") if not _quotes(line, member.lines)]
        # What neighbours define can only be named in full, with their module, unless nobody else has such a name.
        named = {word for line in said for word in _WORD.findall(_code_in(line).encode())}
        if any(self._defined[word] for word in named - member.words - _FILE_WORDS):
            return True
        if _code_of(record) == "unused_imports":
            # Its path is the program's own way of writing it.
            return False
        paths = _PATH.findall("\n".join(said).encode())
        return any(self._defined[name] > (name in member.defined) for name in paths)

    @cached_property
    def _defined(self) -> Counter[bytes]:
        """How many members define a name."""
        return Counter(name for member in self.members for name in member.defined)

    @cached_property
    def _defined_names(self) -> frozenset[bytes]:
        return frozenset(self._defined)

    @cached_property
    def _implemented(self) -> Counter[bytes]:
        """How many members implement a trait."""
        return Counter(name for member in self.members for name in member.implemented | member.derived)


def _quotes(line: str, source: tuple[str, ...]) -> bool:
    """Whether a line of a diagnostic is one of the program's, as it stands there."""
    match = _QUOTING.fullmatch(line)
    return (
        match is not None and int(match[1]) <= len(source) and source[int(match[1]) - 1] == match[2].rstrip()
    )


def _code_in(line: str) -> str:
    """The part of a diagnostic's line that is code, not prose."""
    if _NUMBERED.match(line) or line.count("`") % 2:
        return line
    return " ".join(line.split("`")[1::2])


def _lists_own_type(rendered: str) -> bool:
    """Whether a list of what implements a trait is one for a type that neighbours implement nothing for."""
    lacking = _LACKING.search(rendered)
    listed = set(_LISTED.findall(rendered))
    return lacking is not None and listed == {lacking[1]} and not _LEFT_OUT.search(rendered)


def _is_laid_out(line: bytes) -> bool:
    """Whether a member's module stands where taking it away would leave another layout than without it."""
    rendered = str(json.loads(line.decode("utf-8", "replace")).get("rendered", ""))
    return any(
        not _FREE_LINE.fullmatch(row) or (_MARGIN.match(row) and len(row) > _LONGEST_FREE_LINE)
        for row in rendered.split("\n")
        if _OWN_NAME.search(row.encode())
    )


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
