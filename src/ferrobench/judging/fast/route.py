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

from ferrobench.judging.tokens import TRIVIA, TokenKind, tokenize
from ferrobench.rust_grammar import parse_source

if TYPE_CHECKING:
    from tree_sitter import Node

MEMBER = re.compile(r"ferrobench_(?:\d|end|canary)")
"""What our own names in a batch look like. A text with such a name in it is nobody's neighbour."""


class Route(IntEnum):
    """How a program is compiled, from the cheapest to the most careful way."""

    SHARED = 0
    """As a module beside others."""
    TRAITLESS = 1
    """Likewise, beside others that seem to name an unknown trait, too: rustc does not look at bodies then."""
    SUSPECT = 2
    """Likewise if it parses, or if rustc goes on all the same. That is found out first."""
    FORKED = 3
    """As a crate of its own, in a child of the fork server."""
    ALONE = 4
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
_NOTABLE = re.compile(
    r"\b(?:"
    + "|".join(sorted(_ALONE_WORDS | _ALONE_ATTRIBUTES | _ROOT_WORDS))
    + r"|crate|super|extern|file|mod)\b"
    r"|#!|[^\x00-\x7f]"
)
# What the quick look below cannot see through.
_INTRICATE = re.compile(r"/\*|\br[#\"]|\bbr[#\"]|\bcr[#\"]|macro_rules")
_UNREAD = re.compile(r"//[^\n]*|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.[^'\n]*)'", re.DOTALL)
_HEADER = re.compile(r"\bimpl\b([^{;()=]{0,400})")
_UNLED_NAME = re.compile(r"(?<![\w:])\w+(?!\w|\s*::)")
_GENERICS = re.compile(r"<[^<>]*>")
# Mistakes that the syntax tree takes no offence at: a parameter without a type, a derived trait without a comma before
# it. Here as elsewhere, no repetition is without end: the texts are other people's, and time is ours.
_MISTAKEN = re.compile(
    r"\bfn\s+\w+\s*(?:<[^>(]{0,200}>)?\s*\((?:[^()]{0,400},)?\s*(?!self\b)\w+\s*[,)]|\bderive\s*\([^)]{0,200}\w\s+\w"
)
# The first name of a trait's path: implemented, as an object, as a bound.
_NAMES_TRAIT = re.compile(
    r"\bimpl\b\s*(?:<[^{};]{0,200}?>\s*)?(?:!\s*)?(\w+)[\w:]{0,100}\s*(?:<[^{};]{0,200}?>\s*)?\bfor\b"
    r"|\b(?:dyn|impl)\s+(\w+)|[<,]\s*[A-Z]\w*\s*:\s*(\w+)"
)
_IMPORT_START = re.compile(r"\buse\s+(?:::)?(\w+)")
# Modules of the standard library, and its types that have modules of their name.
_STANDARD_MODULES = frozenset(
    {
        "alloc", "any", "arch", "array", "ascii", "assert", "backtrace", "bool", "borrow", "boxed", "cell", "char",
        "clone", "cmp", "collections", "convert", "default", "env", "error", "f32", "f64", "ffi", "fmt", "format", "fs",
        "future", "hash", "hint", "i8", "i16", "i32", "i64", "i128", "io", "isize", "iter", "marker", "mem", "net",
        "num", "ops", "option", "os", "panic", "path", "pin", "prelude", "primitive", "process", "ptr", "rc", "result",
        "slice", "str", "string", "sync", "task", "thread", "time", "u8", "u16", "u32", "u64", "u128", "usize", "vec",
    }
)  # fmt: skip
_STANDARD_IMPORT = re.compile(r"\buse\s+(?:std|core|alloc)\s*::\s*(\w+)")
_IMPORT = re.compile(r"\buse\b([^;]{0,1000});")
_MODULE = re.compile(r"\bmod\s+(\w+)")
_CRATES = frozenset({"std", "core", "alloc", "self", "super", "crate"})
_KNOWN_TRAITS = _CRATES | {
    "Copy", "Send", "Sized", "Sync", "Unpin", "Drop", "Fn", "FnMut", "FnOnce", "AsyncFn", "AsyncFnMut", "AsyncFnOnce",
    "ToOwned", "Clone", "PartialEq", "PartialOrd", "Eq", "Ord", "AsRef", "AsMut", "Into", "From", "Default", "Iterator",
    "Extend", "IntoIterator", "DoubleEndedIterator", "ExactSizeIterator", "ToString", "TryFrom", "TryInto",
    "FromIterator", "Future", "IntoFuture", "for",
}  # fmt: skip
# Lints that deny come late: a batch would have to be compiled once more for them. And in a batch panics abort.
_UNSHARED = re.compile(r"\b(?:deny|forbid)\s*\(|\bpanic\s*=")
_NO_ITEMS = frozenset({"empty_statement", "let_declaration", "expression_statement"})
_DEFINITION = re.compile(r"\b(?:struct|enum|union|trait)\s+(\w+)")
# At the margin, and so most likely not within something else. The implementation must not be either.
_OUTER_DEFINITION = re.compile(
    r"^(?:pub(?:\(\w+\))?[ ]+)?(?:unsafe[ ]+)?(?:struct|enum|union|trait)\s+(\w+)", re.MULTILINE
)
_DEFINING = frozenset({"struct", "enum", "union", "trait"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def route_program(source: bytes, *, edition: str) -> Route:
    """Decide how *source* is compiled. Never raises; linear in its length."""
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError:
        return Route.FORKED
    if "\0" in text or MEMBER.search(text):
        return Route.ALONE
    # In the 2015 edition paths begin at the root of the crate, so every module differs from a root.
    share = Route.SHARED if edition != "2015" and len(source) <= _MOST_SHARED_BYTES else Route.FORKED
    if not _is_plain(text):
        share = max(share, _route_tokens(text))
    if share is not Route.SHARED:
        return share
    if _depth(text) > _MOST_SHARED_DEPTH or _UNSHARED.search(text):
        return Route.FORKED
    if _MISTAKEN.search(text) or _ends_in_doc(text) or _is_suspicious(parse_source(source).root_node):
        # What does not parse may stop its neighbours too, and a child that stops there costs next to nothing.
        return Route.SUSPECT
    return Route.TRAITLESS if _lacks_trait(text) else Route.SHARED


def _is_plain(text: str) -> bool:
    """Whether a quick look suffices: nothing in the code is notable, and all implementations name a type or trait of it."""
    if _INTRICATE.search(text):
        return False
    code = _UNREAD.sub("''", text)
    if _NOTABLE.search(code):
        return False
    if "impl" not in code:
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


def _ends_in_doc(text: str) -> bool:
    """Whether the last line documents something that does not come. The syntax tree takes no offence at that either."""
    last = text.rstrip().rpartition("\n")[2].lstrip()
    return last.startswith("///") and not last.startswith("////")


def _is_suspicious(root: Node) -> bool:
    """Whether the syntax tree has an error, or something between items that is none."""
    return root.has_error or any(node.type in _NO_ITEMS for node in root.named_children)


def _lacks_trait(text: str) -> bool:
    """Whether a trait or an import seems to be unknown. A guess that only decides about the company."""
    imported = re.findall(r"\w+", " ".join(_IMPORT.findall(text)))
    known = _KNOWN_TRAITS.union(_DEFINITION.findall(text), _MODULE.findall(text), imported)
    used = [start for start in _IMPORT_START.findall(text) if start not in _CRATES]
    if not _STANDARD_MODULES.issuperset(_STANDARD_IMPORT.findall(text)):
        return True
    modules = set(_MODULE.findall(text)) | set(_DEFINITION.findall(text))
    named = (name for names in _NAMES_TRAIT.findall(text) for name in names)
    return any(start not in modules for start in used) or any(name and name not in known for name in named)


def _depth(text: str) -> int:
    """The deepest nesting of brackets, in comments and strings too: too much is no harm."""
    depth = deepest = 0
    for bracket in re.findall(r"[()\[\]{}]", text):
        depth += 1 if bracket in _OPENING else -1
        deepest = max(deepest, depth)
    return deepest


def _route_tokens(text: str) -> Route:
    words: list[str] = []
    for token in tokenize(text):
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
    for index, word in enumerate(words):
        if word == "impl" and (
            index == 0 or words[index - 1] in ("}", ";", "{", "]", "unsafe", "default", "'")
        ):
            names = _implementation(words, index + 1)
            if names is None or not own.intersection(names):
                return True
    return False


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
