"""How much of a text stands before its first error: a gradient for models that compile little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.judging import Compiled, Empty, Judgment, Rejected
from ferrobench.metrics.excerpt import place_in

if TYPE_CHECKING:
    from ferrobench.judging import Diagnostic

_UNCLOSED = "this file contains an unclosed delimiter"


def share_before_first_error(
    text: str,
    judgment: Judgment,
    *,
    start: int = 0,
    extracted: Judgment | None = None,
    extracted_length: int | None = None,
) -> float | None:
    """The share, from 0 to 1, of ``text[start:]`` that stands before the first place of an error.

    1 where *text* compiles. An error that rustc places before *start* leaves nothing before it: 0. None where the share is
    unknown: nothing was written or judged, or no error has a place.

    Of a delimiter that is never closed rustc says that it is missing at the end of the file, and reads nothing. The error
    is where the unfinished item begins instead, unless what precedes that has errors of its own; both are known from the
    extracted reading.

    Args:
        text: All that was judged, its prompt included.
        judgment: Of *text* as it is; of a completion, the strict reading.
        start: Where what the model wrote begins, in characters.
        extracted: The judgment of the extracted reading; None where there is none (ready code).
        extracted_length: Characters of *text* that the extracted reading keeps; None where it keeps nothing.
    """
    length = len(text) - start
    if length <= 0:
        return None
    if isinstance(judgment, Compiled):
        return 1.0
    if not isinstance(judgment, Rejected):
        return None
    place = _first_place(text, judgment)
    if place is None and any(_is_unclosed(error) for error in judgment.errors):
        match extracted:
            case Rejected():
                place = _first_place(text, extracted)
            case Compiled() | Empty():
                place = extracted_length or 0
    return None if place is None else min(1.0, max(0.0, (place - start) / length))


def _is_unclosed(error: Diagnostic) -> bool:
    return error.code is None and error.message == _UNCLOSED


def _first_place(text: str, judgment: Rejected) -> int | None:
    places = [
        (error.line, error.column)
        for error in judgment.errors
        if error.line is not None and error.column is not None and not _is_unclosed(error)
    ]
    return place_in(text, *min(places)) if places else None
