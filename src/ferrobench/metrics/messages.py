"""What kind of error is it? rustc's words with the sample's own taken out, and the crates that samples miss.

rustc sets names, paths, types and tokens in backticks. Those that a sample chose become ``…``, so that one mistake is one
group whatever the names; those that are Rust's own stay, because they are what the message says:

- keywords and punctuation (``expected `;`, found keyword `let```), ``'static``, ``Option`` and ``Result``, which rustc
  names in fixed sentences;
- the traits of the standard library where the message demands one (``doesn't implement `Debug```), without their
  arguments. Elsewhere such a word is a name like any other: an enum may well have a variant ``Add``.

Types are taken out, primitive ones too: adding an ``f64`` to an ``i32`` and a ``u8`` to a ``u64`` is one mistake. Numbers
become ``N``. Lists of names become one name, and singular and plural are made one, so counts make no groups either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.judging import Diagnostic

PLACEHOLDER = "…"

_WORDS_TEXT = """
    as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub
    ref return self Self static struct super trait true type unsafe use where while
    abstract become box do final gen macro override priv try typeof unsized virtual yield
    _ '_ 'static Option Result
"""
_WORDS = frozenset(_WORDS_TEXT.split())
_PUNCTUATION = frozenset("!#$%&()*+,-./:;<=>?@[]^{|}~")
_END_OF_FILE = "<eof>"
_TRAITS_TEXT = """
    Clone Copy Debug Default Display Drop Eq Error From FromIterator FromResidual FromStr Future Hash Into IntoFuture
    IntoIterator Iterator DoubleEndedIterator ExactSizeIterator Ord PartialEq PartialOrd Product Send Sized Sum Sync
    Termination ToOwned ToString Try TryFrom TryInto Unpin AsMut AsRef Borrow BorrowMut Extend
    Add AddAssign BitAnd BitAndAssign BitOr BitOrAssign BitXor BitXorAssign Deref DerefMut Div DivAssign Fn FnMut FnOnce
    Index IndexMut Mul MulAssign Neg Not Rem RemAssign Shl ShlAssign Shr ShrAssign SliceIndex Sub SubAssign
    AsyncFn AsyncFnMut AsyncFnOnce Binary LowerExp LowerHex Octal Pointer UpperExp UpperHex Write Read
"""
_TRAITS = frozenset(_TRAITS_TEXT.split())
_DEMANDS = ("trait ", "implement ", "implements ", "expected a ", "expected an ")
"""What stands before a trait that a message demands."""

# A literal in backticks may hold a backtick itself. Atomic: hostile text must not make the search branch.
_QUOTED = r"""`((?>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)'|[^`])*?)`"""
_TAKEN_OUT = re.compile(rf"{_QUOTED}|(?<!\w)(?<!Rust )\d+(?!\w)", re.DOTALL)
_TOKEN = re.compile(r"'?\w+|\S")
_TRAIT = re.compile(r"(?:(?:std|core|alloc)::(?:\w+::)*)?(\w+)(?:([<(]).*)?", re.DOTALL)
_NAME = f"`{PLACEHOLDER}`"
# "missing fields `…`, `…` and N other fields" becomes "missing field `…`".
_LIST = re.compile(
    rf"(?:(?<=[^\Ws])s(?= ))?( ?){_NAME}(?:(?:,? and |,? or |, )(?:{_NAME}|N (?:more|others?\b)(?: fields?)?))+"
)
_NUMBERS = (
    (
        re.compile(r"\bN ((?:[a-z]+ )?)(argument|byte|element|field|lifetime|parameter|variant)\b"),
        r"N \1\2s",
    ),
    (re.compile(r"\bthere is N\b"), "there are N"),
    (re.compile(r"\bN ([a-z]+ )?arguments was supplied\b"), r"N \1arguments were supplied"),
)
# Not in backticks, but the sample's all the same.
_UNKNOWN_TOKEN = re.compile(r"^(unknown start of token):\s.*", re.DOTALL)


def normalise_message(message: str) -> str:
    """Take what the sample chose out of a message of rustc. Doing so twice changes nothing.

    >>> normalise_message("cannot find value `total` in this scope")
    'cannot find value `…` in this scope'
    >>> normalise_message("this function takes 2 arguments but 1 argument was supplied")
    'this function takes N arguments but N arguments were supplied'
    >>> normalise_message("expected one of `;` or `}`, found `x`")
    'expected one of `;` or `}`, found `…`'
    """
    message = _UNKNOWN_TOKEN.sub(rf"\1: {PLACEHOLDER}", message.strip())
    text = " ".join(_TAKEN_OUT.sub(_stand_in, message).split())
    text = _LIST.sub(rf"\1{_NAME}", text)
    for pattern, words in _NUMBERS:
        text = pattern.sub(words, text)
    return text


def _stand_in(match: re.Match[str]) -> str:
    quoted = match[1]
    if quoted is None:
        return "N"
    if quoted == _END_OF_FILE or all(
        token in _WORDS or token in _PUNCTUATION for token in _TOKEN.findall(quoted)
    ):
        return f"`{quoted}`"
    _, bound, trait = quoted.rpartition(": ")
    if bound or match.string.endswith(_DEMANDS, 0, match.start()):
        found = _TRAIT.fullmatch(trait)
        if found is not None and found[1] in _TRAITS:
            arguments = {"<": f"<{PLACEHOLDER}>", "(": f"({PLACEHOLDER})"}.get(found[2], "")
            return f"`{PLACEHOLDER + bound if bound else ''}{found[1]}{arguments}`"
    return _NAME


_NO_SUCH_CRATE = re.compile(r"can't find crate for `(\w+)`")
# Of several versions of rustc; the oldest is 1.70's.
_UNLINKED = re.compile(
    r"(?:cannot find module or crate"
    r"|use of unresolved module or unlinked crate"
    r"|use of undeclared crate or module"
    r"|maybe a missing crate"
    r"|might be missing a crate named"
    r") `(\w+)`"
    r"|could not find `(\w+)` in the list of imported crates"
)
_SOMETHING_ELSE_MEANT = re.compile(r"consider importing|similar (?:name|path)")
# In what rustc shows to people, a line of the sample begins with its number, and rustc's own words do not.
_OWN_WORDS = re.compile(r"^ *[|=].*", re.MULTILINE)


def missing_crate(error: Diagnostic) -> str | None:
    """The crate without which *error* would not be, or None.

    A name that starts a path and is nowhere defined is a crate to rustc, or a module that was never written; it cannot
    tell, and neither can we. Where rustc knows what was meant instead (``fmt`` without ``use std::fmt``, ``core_x``
    beside ``core``), no crate is missing.
    """
    if error.code == "E0463":
        found = _NO_SUCH_CRATE.search(error.message)
        return None if found is None else found[1]
    if error.code not in ("E0432", "E0433"):
        return None
    words = [error.message, *(note.message for note in error.notes), *_OWN_WORDS.findall(error.rendered)]
    if any(_SOMETHING_ELSE_MEANT.search(line) for line in words):
        return None
    for line in words:
        found = _UNLINKED.search(line)
        if found is not None:
            return found[1] or found[2]
    return None
