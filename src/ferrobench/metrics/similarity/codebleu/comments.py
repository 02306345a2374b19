"""Taking comments out of a text as codebleu 0.7.0 does it: by a rule for languages like C, before anything is parsed.

The rule knows line comments, block comments, and literals in ``"`` or ``'`` with backslashes in them, whatever they hold. It
knows no lifetimes: the ``'`` of ``&'a str`` opens a literal that lasts to the next ``'``, and comments between the two stay.
It knows neither nested comments nor raw strings either. All that is kept, for the figure's sake.
"""

from __future__ import annotations

import re

_START = re.compile(r"""//|/\*|['"]""")
_LITERAL_ENDS = {quote: re.compile(rf"[^\\{quote}]*+(?:\\[\s\S][^\\{quote}]*+)*+{quote}") for quote in "'\""}


def remove_comments(text: str) -> str:
    """Put a space for every comment in *text*, then drop the lines that hold nothing but whitespace. Linear in time."""
    kept: list[str] = []
    unfinished: set[str] = set()
    position = 0
    while (start := _START.search(text, position)) is not None:
        opening = start[0]
        kept.append(text[position : start.start()])
        position, is_comment = _end(text, start, unfinished)
        if position == start.start():
            # What never ends opens nothing. It never ends for a later one of its kind either: that one's text is a part of
            # this one's, read in step with it. Searching anew each time would be quadratic.
            unfinished.add(opening)
            position += 1
            kept.append(opening[0])
        else:
            kept.append(" " if is_comment else text[start.start() : position])
    kept.append(text[position:])
    return "\n".join(line for line in "".join(kept).split("\n") if line.strip())


def _end(text: str, start: re.Match[str], unfinished: set[str]) -> tuple[int, bool]:
    """Where the comment or literal at *start* ends, and whether it is a comment; its own start where it never ends."""
    opening = start[0]
    if opening in unfinished:
        return start.start(), False
    if opening == "//":
        end = text.find("\n", start.end())
        return (len(text) if end < 0 else end), True
    if opening == "/*":
        end = text.find("*/", start.end())
        return (start.start() if end < 0 else end + 2), True
    literal = _LITERAL_ENDS[opening].match(text, start.end())
    return (start.start() if literal is None else literal.end()), False
