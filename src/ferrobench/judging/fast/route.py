"""Decides from a program's text which company it may keep in a rustc.

A wrong guess in one direction costs time, in the other it could change a verdict. So a program shares a rustc only if
nothing in its tokens could be seen by its neighbours, could see them, or could mean something else in a module than at
the root of a crate. Whoever reads files or variables, or speaks to the linker, gets a sandbox to itself.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import TYPE_CHECKING

from ferrobench.rust_source.tokens import TRIVIA, TokenKind, tokenize

if TYPE_CHECKING:
    from ferrobench.rust_source.tokens import Token

MEMBER = re.compile(r"ferrobench_(?:\d|end|canary)")
"""What our own names in a batch look like. A text with such a name in it is nobody's neighbour."""


class Route(IntEnum):
    """How a program is compiled, from the cheapest to the most careful way."""

    SHARED = 0
    """As a module beside others."""
    SPOILING = 1
    """Likewise, beside others that seem to keep rustc from looking at everything, too: who names an unknown trait,
    implements one twice or for an unknown type, or has macros of its own."""
    FORKED = 2
    """As a crate of its own, in a child of the fork server."""
    ALONE = 3
    """By a rustc process in a sandbox of its own."""


# Above these sizes one program would hold up, or break, what it shares a process with.
_MOST_SHARED_BYTES = 32 * 1024
_MOST_SHARED_DEPTH = 64

# Files, variables, the linker, the assembler, the runtime: wherever such a name stands, macros can make something of it.
_ALONE_WORDS = frozenset(
    {
        "include", "include_str", "include_bytes", "env", "option_env",
        "asm", "global_asm", "naked_asm", "no_mangle", "export_name", "link_section", "link_name", "link_ordinal",
        "no_link", "global_allocator", "panic_handler", "alloc_error_handler", "proc_macro", "compiler_builtins",
    }
)  # fmt: skip
# Ordinary names otherwise; what they do to the linker they do as attributes.
_ALONE_ATTRIBUTES = frozenset({"link", "used", "lang", "path"})
# What means the crate or its root, or what only machine code shows.
_ROOT_WORDS = frozenset(
    {"macro_export", "module_path", "recursion_limit", "type_length_limit", "arch", "simd", "target_feature"}
)
# What makes a quick look too quick.
_NOTABLE_WORDS = _ALONE_WORDS | _ALONE_ATTRIBUTES | _ROOT_WORDS | {"crate", "super", "extern", "file", "mod"}
# What the quick look below cannot see through.
_INTRICATE = ("/*", "macro_rules")
_RAW = re.compile(r"r[#\"](?:(?<!\w..)|(?<=[bc]..)(?<!\w[bc]..))")
_UNREAD = re.compile(r"//[^\n]*|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.[^'\n]*)'", re.DOTALL)
_HEADER = re.compile(r"impl\b([^{;()=]{0,400})")
_WORD = re.compile(r"\w+")
_UNLED_NAME = re.compile(r"(?<![\w:])\w+(?!\w|\s*::)")
_GENERICS = re.compile(r"<[^<>]*>")
# What no token of Rust begins with, an unfinished string, and the apostrophes of prose.
_STRAY = ("`", "\\", '"', "/*")
_APOSTROPHE = re.compile(r"'(?<=\w')\w")
_BRACKET = re.compile(r"[()\[\]{}]")
_OPENED = {")": "(", "]": "[", "}": "{"}
# The first name of a trait's path: implemented, as an object or an opaque type, as a bound. Here as elsewhere, no
# repetition is without end: the texts are other people's, and time is ours. Patterns that begin with plain letters are
# found many times faster.
_NAMES_TRAIT = (
    re.compile(
        r"impl\b\s*(?:<[^{};]{0,200}?>\s*)?(?:!\s*)?(\w+)[\w:]{0,100}\s*(?:<[^{};]{0,200}?>\s*)?\bfor\b"
    ),
    re.compile(r"impl\s+(\w+)"),
    re.compile(r"dyn\s+(\w+)"),
    re.compile(r"[<,]\s*[A-Z]\w*\s*:\s*(\w+)"),
    re.compile(r"\+\s*([A-Z][a-z]\w*)(?=\s*[+,>{=)])"),
)
_DOUBLED_HEADER = re.compile(r"impl\s+(?:impl\b|[A-Z]\w*\s+[A-Z])|impl\s*<[^{};]{0,200}?>\s*[A-Z]\w*\s+[A-Z]")
_IMPORT_START = re.compile(r"use\s+(?:::)?(\w+)")
# The modules of the core library, and its types that have modules of their name.
_CORE_MODULES = frozenset(
    {
        "any", "arch", "array", "ascii", "assert", "bool", "borrow", "cell", "char", "clone", "cmp", "convert", "default",
        "error", "f32", "f64", "ffi", "fmt", "future", "hash", "hint", "i8", "i16", "i32", "i64", "i128", "iter", "isize",
        "marker", "mem", "net", "num", "ops", "option", "panic", "pin", "prelude", "primitive", "ptr", "result", "slice",
        "str", "sync", "task", "time", "u8", "u16", "u32", "u64", "u128", "usize",
    }
)  # fmt: skip
_STANDARD_MODULES = _CORE_MODULES | {
    "alloc", "backtrace", "boxed", "collections", "env", "format", "fs", "io", "os", "path", "process", "rc", "string",
    "thread", "vec",
}  # fmt: skip
_STANDARD_IMPORT = re.compile(r"use\s+(?:::)?std\s*::\s*(\w+)")
_CORE_IMPORT = re.compile(r"use\s+(?:::)?core\s*::\s*(\w+)")
_IMPORT = re.compile(r"use\b([^;]{0,1000});")
_MODULE = re.compile(r"mod\s+(\w+)")
_OTHER_FILE = re.compile(r"\bmod\s+(?:r#)?\w+\s*;")
_CRATES = frozenset({"std", "core", "self", "super", "crate"})
_KNOWN_TRAITS = _CRATES | {
    "Copy", "Send", "Sized", "Sync", "Unpin", "Drop", "Fn", "FnMut", "FnOnce", "AsyncFn", "AsyncFnMut", "AsyncFnOnce",
    "ToOwned", "Clone", "PartialEq", "PartialOrd", "Eq", "Ord", "AsRef", "AsMut", "Into", "From", "Default", "Iterator",
    "Extend", "IntoIterator", "DoubleEndedIterator", "ExactSizeIterator", "ToString", "TryFrom", "TryInto",
    "FromIterator", "Future", "IntoFuture", "for",
}  # fmt: skip
_TYPE_NAME = re.compile(r"(?<![\w:])[A-Z]\w+")
_KNOWN_TYPES = frozenset({"Self", "String", "Vec", "Option", "Result", "Box", "Some", "None", "Ok", "Err"})
# Lints that deny come late: a batch would have to be compiled once more for them. And in a batch panics abort.
_UNSHARED_WORDS = ("deny", "forbid", "panic")
_UNSHARED = re.compile(r"\b(?:deny|forbid)\s*\(|\bpanic\s*=")
# Macros that take expressions only, and end the run for all where they get something else: two operands side by side.
_MACROS = ("vec", "matches", "assert", "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq")
_MACRO = re.compile(rf"\b(?:{'|'.join(_MACROS)})!\s*[(\[{{]")
_LONGEST_MACRO = 1000
_NO_EXPRESSION = re.compile(r"\s*(?:[;,]|[A-Z]\w*:\w)")
_OPERAND = re.compile(r"\w+|''|[)\]}]|\S")
_JOINING = frozenset(
    {
        "as", "async", "await", "break", "const", "dyn", "else", "for", "if", "in", "let", "loop", "match", "move", "mut",
        "ref", "return", "unsafe", "where", "while",
    }
)  # fmt: skip
_DEFINITION = re.compile(r"\b(?:struct|enum|union|trait)\s+(\w+)")
# At the margin, and so most likely not within something else. The implementation must not be either.
_OUTER_DEFINITION = re.compile(
    r"^(?:pub(?:\(\w+\))?[ ]+)?(?:unsafe[ ]+)?(?:struct|enum|union|trait)\s+(\w+)", re.MULTILINE
)
_DEFINING = frozenset({"struct", "enum", "union", "trait"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class Reading:
    """A program as it is read to decide about its company. Never raises; linear in its length."""

    def __init__(self, source: bytes, *, edition: str) -> None:
        """Read *source*, which is to be compiled in *edition*."""
        self._edition = edition
        self._tokens: list[Token] | None = None
        self._depth = 0
        self._is_balanced = True
        self._plain_route: Route | None = None
        """What is decided before its words are looked at."""
        self._text = self._code = ""
        self._is_large = False
        try:
            self._text = source.decode("utf-8")
        except UnicodeDecodeError:
            self._plain_route = Route.FORKED
            return
        text = self._text
        if "\0" in text or ("ferrobench_" in text and MEMBER.search(text)):
            self._plain_route = Route.ALONE
            return
        if any(part in text for part in _INTRICATE) or _RAW.search(text):
            self._tokens = tokenize(text)
        self._code = (
            _UNREAD.sub("''", text) if self._tokens is None else _without_literals(text, self._tokens)
        )
        self._depth, self._is_balanced = _nesting(self._code)
        self._is_large = len(source) > _MOST_SHARED_BYTES or self._depth > _MOST_SHARED_DEPTH

    @property
    def is_suspect(self) -> bool:
        """Whether it seems not to end well already in the lexer: that is found out first, since it would end a run for its
        neighbours, too. Never so for what names modules in other files, or might exhaust the stack."""
        if self._plain_route is not None or self._is_large:
            return False
        seems_so = not self._is_balanced or _has_stray(self._code) or _ends_in_doc(self._text)
        return seems_so and _OTHER_FILE.search(self._code) is None

    def route(self) -> Route:  # noqa: PLR0911 (a table: one return per row)
        """Decide how it is compiled if it has no such fault."""
        if self._plain_route is not None:
            return self._plain_route
        code = self._code
        words = frozenset(_WORD.findall(code))
        if self._tokens is None and _is_plain(code, words):
            route = Route.SHARED
        else:
            route = _route_tokens(self._text, self._tokens or tokenize(self._text))
        if route is Route.ALONE:
            return route
        # In the 2015 edition paths begin at the root of the crate, so every module differs from a root.
        if self._is_large or self._edition == "2015":
            return Route.FORKED
        if not words.isdisjoint(_UNSHARED_WORDS) and _UNSHARED.search(code):
            return Route.FORKED
        if route is not Route.SHARED:
            return route
        if not words.isdisjoint(_MACROS) and _ends_in_macro(code):
            return Route.FORKED
        return Route.SPOILING if "macro_rules" in words or _spoils(code, words) else Route.SHARED


def _without_literals(text: str, tokens: list[Token]) -> str:
    """The program with a quoted nothing in place of each string and character, and without comments."""
    pieces: list[str] = []
    for token in tokens:
        match token.kind:
            case TokenKind.STRING | TokenKind.CHARACTER if token.terminated:
                pieces.append("''")
            case TokenKind.COMMENT | TokenKind.OUTER_DOC | TokenKind.INNER_DOC if token.terminated:
                pieces.append(" ")
            case _:
                pieces.append(text[token.start : token.end])
    return "".join(pieces)


def _is_plain(code: str, words: frozenset[str]) -> bool:
    """Whether a quick look suffices: nothing in *code* is notable, and all implementations name a type or trait of it."""
    if not code.isascii() or "#!" in code or not words.isdisjoint(_NOTABLE_WORDS):
        return False
    if "impl" not in words:
        return True
    own = set(_OUTER_DEFINITION.findall(code))
    headers = [_bare(header) for header in _HEADER.findall(code)]
    return all(own.intersection(_UNLED_NAME.findall(header)) for header in headers)


def _bare(header: str) -> str:
    """What is left of an implementation's header without its generics."""
    bare = header.replace("->", " ")
    while (shorter := _GENERICS.sub(" ", bare)) != bare:
        bare = shorter
    return bare


def _has_stray(code: str) -> bool:
    return any(part in code for part in _STRAY) or _APOSTROPHE.search(code) is not None


def _ends_in_doc(text: str) -> bool:
    """Whether the last line documents something that does not come. The syntax tree takes no offence at that either."""
    last = text.rstrip().rpartition("\n")[2].lstrip()
    return last.startswith("///") and not last.startswith("////")


def _spoils(code: str, words: frozenset[str]) -> bool:
    """Whether a trait, an import or a type with a trait seems to be unknown, or to be there twice.

    A guess that only decides about the company.
    """
    known = _KNOWN_TRAITS.union(_MODULE.findall(code))
    if not words.isdisjoint(_DEFINING):
        known = known.union(_DEFINITION.findall(code))
        defined = _OUTER_DEFINITION.findall(code)
        if len(defined) != len(set(defined)):
            return True
    if "use" in words:
        starts = [start for start in _IMPORT_START.findall(code) if start not in _CRATES]
        if (
            any(start not in known for start in starts)
            or not _STANDARD_MODULES.issuperset(_STANDARD_IMPORT.findall(code))
            or not _CORE_MODULES.issuperset(_CORE_IMPORT.findall(code))
        ):
            return True
        known = known.union(_WORD.findall(" ".join(_IMPORT.findall(code))))
    if "impl" in words:
        headers = [header for header in _HEADER.findall(code) if " for " in header]
        if len(headers) != len(set(headers)):
            return True
        types = known | _KNOWN_TYPES
        if any(name not in types for header in headers for name in _TYPE_NAME.findall(header)):
            return True
        if _DOUBLED_HEADER.search(code):
            return True
    return any(name not in known for pattern in _NAMES_TRAIT for name in pattern.findall(code))


def _ends_in_macro(code: str) -> bool:
    """Whether something that a macro of the standard library does not take seems to be given to it. Likewise a guess."""
    return any(
        _is_no_list(code[match.end() : match.end() + _LONGEST_MACRO]) for match in _MACRO.finditer(code)
    )


def _is_no_list(code: str) -> bool:
    """Whether what stands before the bracket closes that is open when *code* begins seems to be no list of expressions:
    two operands side by side, a path with half a separator, nothing before the first comma."""
    depth = 1
    after_operand = False
    if _NO_EXPRESSION.match(code):
        return True
    for word in _OPERAND.findall(code):
        is_name = word not in _JOINING and (word == "''" or word[0].isalnum() or word[0] == "_")
        if is_name and after_operand:
            return True
        depth += (word in _OPENING) - (word in _CLOSING)
        if depth == 0:
            return False
        after_operand = is_name or word in _CLOSING
    return False


def _nesting(code: str) -> tuple[int, bool]:
    """The deepest nesting of brackets, and whether all of them match."""
    deepest = 0
    opened: list[str] = []
    for bracket in _BRACKET.findall(code):
        if bracket in _OPENING:
            opened.append(bracket)
            deepest = max(deepest, len(opened))
        elif not opened or opened.pop() != _OPENED[bracket]:
            return max(deepest, code.count("("), code.count("["), code.count("{")), False
    return deepest, not opened


def _route_tokens(text: str, tokens: list[Token]) -> Route:
    words: list[str] = []
    for token in tokens:
        match token.kind:
            case TokenKind.IDENTIFIER:
                # rustc compares identifiers in this form, and there are letters that it makes ASCII of.
                words.append(unicodedata.normalize("NFC", text[token.start : token.end].removeprefix("r#")))
            case TokenKind.PUNCTUATION:
                words.append(text[token.start : token.end])
            case TokenKind.SHEBANG | TokenKind.BYTE_ORDER_MARK | TokenKind.UNKNOWN:
                return (
                    Route.FORKED if not _ALONE_WORDS.intersection(re.findall(r"\w+", text)) else Route.ALONE
                )
            case kind if kind not in TRIVIA:
                words.append("'")
    known = set(words)
    if known & _ALONE_WORDS or _loads_module(words) or _has_alone_attribute(words, known):
        return Route.ALONE
    if (
        known & _ROOT_WORDS
        # Macros can put these where they mean something else.
        or ("macro_rules" in known and known & {"crate", "super"})
        or not all(word.isascii() for word in known)
        or _means_root(words)
        or _implements_foreign(words)
    ):
        return Route.FORKED
    return Route.SHARED


def _loads_module(words: list[str]) -> bool:
    """Whether a module is declared whose text lies in another file, perhaps by a macro."""
    for index, word in enumerate(words):
        if word == "mod":
            rest = words[index + 1 : index + 5]
            if ";" in rest and "{" not in rest[: rest.index(";")]:
                return True
    return False


def _has_alone_attribute(words: list[str], known: set[str]) -> bool:
    if not known & _ALONE_ATTRIBUTES:
        return False
    if known & {"macro_rules", "cfg_attr", "unsafe"}:
        return True
    return any(
        word in _ALONE_ATTRIBUTES and words[index - 1] == "[" and words[index - 2] in ("#", "!")
        for index, word in enumerate(words)
        if index >= 2
    )


def _means_root(words: list[str]) -> bool:
    """Whether a path, an attribute or a macro looks at the crate's root or beyond the program's own modules."""
    # For each open bracket, whether it is a module's body.
    modules: list[bool] = []
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        match word:
            case "{":
                modules.append(index >= 2 and words[index - 2] == "mod")
            case "(" | "[":
                modules.append(False)
            case ")" | "]" | "}":
                if modules:
                    modules.pop()
            case "super" if not any(modules) or words[index + 1 : index + 4] == [":", ":", "super"]:
                return True
            case "crate" if not (words[index - 2 : index] == ["pub", "("] and following == ")"):
                return True
            case "file" if following == "!":
                return True
            case "extern":
                # Declarations of one foreign function are compared across a crate.
                return True
            case "#" if following == "!":
                return True
    return False


def _implements_foreign(words: list[str]) -> bool:
    """Whether something is implemented for a type of another crate by a trait of another crate, or might be.

    That is lawful where the trait has a parameter of the program's own, and can change what is inferred elsewhere.
    """
    own = {words[index + 1] for index, word in enumerate(words[:-1]) if word in _DEFINING}
    unknown = _unknown_names(words)
    for index, word in enumerate(words):
        if word == "impl" and (
            index == 0 or words[index - 1] in ("}", ";", "{", "]", "unsafe", "default", "'")
        ):
            names = _implementation(words, index + 1)
            if names is None:
                return True
            # What is not known at all has no trait that matters to anybody; parameters are not known otherwise.
            after = _after_generics(words, index + 1) if words[index + 1] == "<" else index
            is_unknown = names[-1] in unknown and names[-1] not in words[index:after]
            if not is_unknown and not own.intersection(names):
                return True
    return False


def _unknown_names(words: list[str]) -> frozenset[str]:
    """The names that look like types' and are neither imported nor in scope everywhere; none if that cannot be known."""
    known = set(_KNOWN_TYPES | _KNOWN_TRAITS)
    is_imported = False
    for word in words:
        if word in ("macro_rules", "type"):
            return frozenset()
        is_imported = word == "use" or (is_imported and word != ";")
        if is_imported:
            known.add(word)
    if "*" in known:
        return frozenset()
    return frozenset(word for word in set(words) - known if len(word) > 1 and word[0].isupper())


def _implementation(words: list[str], index: int) -> tuple[str, ...] | None:
    """The trait, if any, and the type of the ``impl`` before *index*, each by its last name; None where unclear."""
    if index < len(words) and words[index] == "<":
        index = _after_generics(words, index)
    names: list[str] = []
    last = ""
    while index < len(words):
        word = words[index]
        following = words[index + 1] if index + 1 < len(words) else ""
        if word == "<":
            index = _after_generics(words, index)
            continue
        if word in ("{", ";", "where"):
            return (*names, last) if last else None
        if word == "for" and following != "<":
            names.append(last)
            last = ""
        elif word == "$":
            return None
        elif word.isidentifier() and word not in ("dyn", "mut", "const"):
            # Of `&mut [Point]` the last; of `(A, B)` and `fn(A) -> B` none. What a path leads to is none of its own.
            last = f"::{word}" if words[index - 1] == ":" else word
        elif word in ("(", "->", "+"):
            return None
        index += 1
    return None


def _after_generics(words: list[str], index: int) -> int:
    depth = 0
    while index < len(words):
        if words[index] == "<":
            depth += 1
        elif words[index] == ">":
            depth -= 1
            if depth == 0:
                return index + 1
        index += 1
    return index
