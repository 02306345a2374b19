"""From the JSON lines that rustc writes to diagnostics in the lines of the sample's own text.

rustc may write megabytes (a thousand errors, each quoting its surroundings), and a crash mixes other text into the stream.
So the stream is read as it comes, errors and warnings are kept up to a cap each, and what is not JSON is kept as *remarks*:
the only thing known about a crash. A line break inside a message is escaped in JSON, so a sample cannot forge a line.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ferrobench.judging.assemble import PRELUDE_MODULE
from ferrobench.judging.verdict import Diagnostic, Note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferrobench.judging.assemble import Program

SOURCE_NAME = "sample.rs"
"""What the sample's file is called, always: its real place never shows in a diagnostic."""
MAX_DIAGNOSTICS = 50
"""Of errors, and of warnings again. The first ones are kept."""
MAX_RENDERED_CHARACTERS = 4096
MAX_MESSAGE_CHARACTERS = 2048
MAX_NOTES = 8

_MAX_REMARK_BYTES = 16 * 1024
# Quotes inside of JSON strings are escaped, so these can only be the diagnostic's own key.
_ERROR_MARK = b'"level":"error'
_WARNING_MARK = b'"level":"warning'
_HEAD = re.compile(
    r'\{"\$message_type":"diagnostic","message":("(?:[^"\\]|\\.)*"),"code":(?:null|\{"code":("(?:[^"\\]|\\.)*"))'
)

Record = dict[str, Any]
"""One line of rustc's, decoded: a foreign format, so nothing is taken for granted."""


@dataclass(slots=True)
class OutputReader:
    """Takes rustc's standard error piece by piece and keeps what matters of it."""

    cap_bytes: int
    """How many bytes of errors are kept, and of warnings again."""
    errors: list[Record] = field(default_factory=list)
    warnings: list[Record] = field(default_factory=list)
    remarks: bytes = b""
    """The beginning of what is not JSON."""
    _line: bytearray = field(default_factory=bytearray)
    _error_bytes: int = 0
    _warning_bytes: int = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next piece."""
        first, *others = chunk.split(b"\n")
        self._extend(first)
        for piece in others:
            self._finish_line()
            self._extend(piece)

    def take(self, record: Record, size: int) -> None:
        """Take a line that was decoded elsewhere; *size* is how many bytes it had."""
        match record.get("level"):
            case str(level) if level.startswith("error") and self._error_bytes < self.cap_bytes:
                self._error_bytes += size
                self.errors.append(record)
            case "warning" if self._warning_bytes < self.cap_bytes:
                self._warning_bytes += size
                self.warnings.append(record)

    def close(self) -> None:
        """Take the end of the stream."""
        self._finish_line()

    def _extend(self, piece: bytes) -> None:
        # Twice the cap: the head of a line that is too long still tells its message and code.
        self._line += piece[: max(0, 2 * self.cap_bytes - len(self._line))]

    def _finish_line(self) -> None:
        line = bytes(self._line)
        self._line.clear()
        if not line.startswith(b"{"):
            room = _MAX_REMARK_BYTES - len(self.remarks)
            if line and room > 0:
                self.remarks += line[:room] + b"\n"
        elif _ERROR_MARK in line or len(line) >= 2 * self.cap_bytes:
            if self._error_bytes < self.cap_bytes:
                self._error_bytes += len(line)
                self._keep(line)
        elif _WARNING_MARK in line and self._warning_bytes < self.cap_bytes:
            self._warning_bytes += len(line)
            self._keep(line)

    def _keep(self, line: bytes) -> None:
        record = _decode(line)
        if record is None:
            return
        match record.get("level"):
            case str(level) if level.startswith("error"):
                self.errors.append(record)
            case "warning":
                self.warnings.append(record)


def _decode(line: bytes) -> Record | None:
    text = line.decode("utf-8", "replace")
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        # Cut for its length. What remains of an error is its message and code, without a place.
        head = _HEAD.match(text)
        if head is None:
            return None
        code = None if head[2] is None else {"code": json.loads(head[2])}
        return {"level": "error", "message": json.loads(head[1]), "code": code}
    return record if isinstance(record, dict) else None


def is_closing_remark(record: Record) -> bool:
    """Tell whether a record only counts the others ("aborting due to 2 previous errors", "1 warning emitted")."""
    message = str(record.get("message", ""))
    return (
        not record.get("spans")
        and record.get("code") is None
        and (message.startswith("aborting due to") or message.endswith(" emitted"))
    )


def parse_diagnostics(
    records: Iterable[Record], program: Program, secrets: tuple[tuple[str, str], ...] = ()
) -> tuple[Diagnostic, ...]:
    """Turn records of one level into diagnostics, the closing remarks left out.

    Args:
        records: What an :class:`OutputReader` kept.
        program: Knows which of the file's lines are the sample's.
        secrets: Texts of the host, such as paths, and what stands for each of them.
    """
    return tuple(_parse(record, program, secrets) for record in records if not is_closing_remark(record))


def _parse(record: Record, program: Program, secrets: tuple[tuple[str, str], ...]) -> Diagnostic:
    def own_text(value: object, limit: int) -> str:
        text = value if isinstance(value, str) else ""
        for secret, stand_in in secrets:
            text = text.replace(secret, stand_in)
        return _cut(_own_places(text, program), limit)

    code = record.get("code")
    notes = [
        Note(
            level=str(child.get("level", "note")),
            message=own_text(child.get("message"), MAX_MESSAGE_CHARACTERS),
        )
        for child in _dicts(record.get("children"))
        if child.get("message") and not _EMPTY_NOTE.fullmatch(str(child["message"]))
    ]
    rendered = own_text(record.get("rendered"), 4 * MAX_RENDERED_CHARACTERS)
    rendered = _without_library_places(_without_empty_notes(rendered))
    if program.shift:
        rendered = _own_gutter(rendered, program)
    line, column, end_line, end_column = _place(record, program)
    return Diagnostic(
        level="warning" if record.get("level") == "warning" else "error",
        code=str(code["code"]) if isinstance(code, dict) and "code" in code else None,
        message=own_text(record.get("message"), MAX_MESSAGE_CHARACTERS),
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        notes=tuple(notes[:MAX_NOTES]),
        rendered=_cut(rendered.rstrip("\n"), MAX_RENDERED_CHARACTERS),
    )


def _dicts(value: object) -> list[Record]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


_Place = tuple[int | None, int | None, int | None, int | None]
_ARROW = re.compile(rf"^ *--> {re.escape(SOURCE_NAME)}:(\d+):(\d+)$", re.MULTILINE)


def _place(record: Record, program: Program) -> _Place:
    """Where the diagnostic points: the primary span in the sample, seen through macro expansions, that rustc's arrow names.

    Of several, JSON gives no order; where the arrow names none of them, the first one it is.
    """
    arrow = _ARROW.search(str(record.get("rendered")))
    named = None if arrow is None else (int(arrow[1]), int(arrow[2]))
    first: _Place | None = None
    for span in _dicts(record.get("spans")):
        if span.get("is_primary") is not True:
            continue
        origin = _through_expansions(span)
        if origin is None:
            continue
        line, end_line = origin.get("line_start"), origin.get("line_end")
        if not isinstance(line, int) or not isinstance(end_line, int):
            continue
        own, own_end = program.sample_line(line), program.sample_line(end_line)
        if own is None:
            continue
        column = _number(origin.get("column_start"))
        place = own, column, own_end, _number(origin.get("column_end"))
        if (line, column) == named:
            return place
        first = first or place
    return first or (None, None, None, None)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _through_expansions(span: Record) -> Record | None:
    """The place in the sample's file from which a span was expanded, or None. Expansions nest finitely deep."""
    current: Record | None = span
    while current is not None and current.get("file_name") != SOURCE_NAME:
        expansion = current.get("expansion")
        outer = expansion.get("span") if isinstance(expansion, dict) else None
        current = outer if isinstance(outer, dict) else None
    return current


# rustc says the first of a lint's first finding in a run, and so of another one beside neighbours; the others tell of a
# file that nobody will see. None of them says anything about the program.
_EMPTY_NOTE = re.compile(
    r"`#\[\w+\(.*\)\]`.* on by default|the full (?:name for the )?type (?:name )?has been written to '.*'"
    r"|consider using `--verbose` to print the full type name to the console"
)
_EMPTY_NOTE_LINES = re.compile(rf"(?:^ *= note: (?:{_EMPTY_NOTE.pattern})\n?)+", re.MULTILINE)
# Where they come last, the line of the margin before them is theirs.
_LAST_EMPTY_NOTES = re.compile(rf"(?:^ *\|\n)?{_EMPTY_NOTE_LINES.pattern}\n*\Z", re.MULTILINE)


def _without_empty_notes(rendered: str) -> str:
    """Leave out notes that say nothing."""
    if "= note: " not in rendered:
        return rendered
    return _EMPTY_NOTE_LINES.sub("", _LAST_EMPTY_NOTES.sub("", rendered))


_LIBRARY_PLACE = re.compile(r" *(?:-->|:::) /rustc/")
_MACRO_OF_LIBRARY = re.compile(r" *= note: (?:in this macro invocation$|this error originates in the macro )")
_IMPLEMENTS = re.compile(r" *= note: `.*` implements `.*`$")
_EMPTY_MARGIN = re.compile(r" *\|$")


def _without_library_places(rendered: str) -> str:
    """Leave out places in the standard library's source, and sort what rustc says at them.

    The files are not at hand, so rustc quotes nothing of them. And it shows them in the order in which it happened to
    need them, which programs beside this one can change.
    """
    if " /rustc/" not in rendered:
        return rendered
    kept: list[str] = []
    after_place = in_library = False
    for line in rendered.split("\n"):
        if _LIBRARY_PLACE.match(line):
            after_place = in_library = True
            continue
        in_library = in_library and line.startswith(" ")
        skipped = (after_place and _EMPTY_MARGIN.match(line)) or (
            in_library and _MACRO_OF_LIBRARY.match(line)
        )
        after_place = False
        if not skipped:
            kept.append(line)
    places = [place for place, line in enumerate(kept) if _IMPLEMENTS.match(line)]
    for place, line in zip(places, sorted(kept[place] for place in places), strict=True):
        kept[place] = line
    return "\n".join(kept)


_PLACE_IN_TEXT = re.compile(rf"\b{re.escape(SOURCE_NAME)}:(\d+):(\d+)(?:: (\d+):(\d+))?")


def _own_places(text: str, program: Program) -> str:
    """Rewrite ``sample.rs:9:5`` and ``{closure@sample.rs:9:5: 9:12}`` to the sample's own lines.

    The module around the prelude is ours and no part of any name that the model could know.
    """
    if not program.shift:
        return text
    text = text.replace(f"{PRELUDE_MODULE}::", "")

    def own(match: re.Match[str]) -> str:
        line = int(match[1])
        name, number = SOURCE_NAME, program.sample_line(line)
        if number is None:
            name, number = "prelude.rs", program.prelude_line(line)
        end = "" if match[3] is None else f": {int(match[3]) - line + number}:{match[4]}"
        return f"{name}:{number}:{match[2]}{end}"

    return _PLACE_IN_TEXT.sub(own, text)


_GUTTER = re.compile(r"^( *)(\d+)( *)(?= [|+~-]| $|$)", re.MULTILINE)


def _own_gutter(rendered: str, program: Program) -> str:
    """Rewrite the line numbers in rustc's left margin; lines of the prelude lose theirs. Widths stay as they are."""

    def own(match: re.Match[str]) -> str:
        number = program.sample_line(int(match[2]))
        width = len(match[2]) + len(match[3])
        return match[1] + ("" if number is None else str(number)).ljust(width)

    return _GUTTER.sub(own, rendered)
