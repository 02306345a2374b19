"""Programs that pass every check up to metadata and are refused on the way to code."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from benchmarks.corpus.pieces import Piece, apply_edit, function_bodies, lex, render
from benchmarks.corpus.sample import Sample
from benchmarks.corpus.templates import fill_in
from benchmarks.corpus.valid import draw_program

if TYPE_CHECKING:
    from collections.abc import Mapping

# Statements; rustc denies each by the lint of its kind.
_STATEMENTS: Mapping[str, tuple[str, ...]] = {
    "arithmetic_overflow": (
        "let NAME = 255u8 + NUMBER;",
        "let NAME = 32767i16 + NUMBER;",
        "let NAME: i32 = i32::MAX + NUMBER;",
        "let NAME = i64::MIN - NUMBER;",
        "let NAME = usize::MAX - 0 + NUMBER;",
        "let NAME = 0u64 - NUMBER;",
        "let NAME = 1u32 << (31 + NUMBER);",
        "let NAME = NUMBERi64 >> 64;",
        "let NAME: u8 = NUMBER << 8;",
        "let NAME = -i32::MIN + NUMBER;",
        "let NAME = -(i8::MIN);\n    let _ = NUMBER;",
        "let NAME = (250u8 + NUMBER % 2) * 2;",
        "let NAME: i8 = 100 + 100 - NUMBER;",
        "let NAME: u8 = 230;\n    let _ = NAME + 40 + NUMBER;",
        "let mut NAME = u16::MAX;\n    NAME += NUMBER;\n    let _ = NAME;",
        "const NAME_LIMIT: u8 = 250;\n    let _ = NAME_LIMIT + 6 + NUMBER;",
        "let NAME = 40;\n    let _ = NUMBERu32 << NAME;",
        "let NAME = u64::MAX * (NUMBER + 1);",
        "let NAME = (5usize, NUMBERusize);\n    let _ = NAME.0 - 5 - NAME.1;",
        "let NAME = || 200u8 + 56 + NUMBER;\n    let _ = NAME;",
        "if NUMBER > 0 {\n        let _ = 10u32 - 10 - NUMBER;\n    }",
        "let NAME = [1u8, NUMBER, 255 + 1u8];",
    ),
    "unconditional_panic": (
        "let NAME = [1, 2, 3][2 + NUMBER];",
        "let NAME = [NUMBER, 2, 3];\n    let _ = NAME[3];",
        "let NAME = [0u8; NUMBER];\n    let _ = NAME[NUMBER];",
        'let NAME = ["a", "b"];\n    let index = NUMBER + 1;\n    let _ = NAME[index];',
        "let NAME = NUMBER / 0;",
        "let NAME = NUMBERu64 % 0;",
        "let NAME = 0;\n    let _ = NUMBER / NAME;",
        "let NAME: i32 = i32::MIN / -1 + NUMBER;",
        "let NAME = i64::MIN % -1 + NUMBER;",
        "const NAME_SIZE: usize = 4 + NUMBER;\n    let _ = [1, 2, 3, 4][NAME_SIZE];",
        "const NAME_PARTS: i32 = 0;\n    let _ = NUMBER / NAME_PARTS;",
        "let NAME = [[1, 2], [3, NUMBER]];\n    let _ = NAME[1][2];",
        "let NAME = NUMBER - NUMBER;\n    let _ = 100 % NAME;",
        "let mut NAME = [0i32; 4];\n    NAME[3 + NUMBER] = 1;\n    let _ = NAME;",
        "let NAME = || NUMBER / 0;\n    let _ = NAME;",
        "loop {\n        let _ = [1u8, 2][1 + NUMBER];\n        break;\n    }",
        "let NAME = (0, NUMBER);\n    let _ = NAME.1 / NAME.0;",
    ),
}

# Items; the functions that instantiate them are public, so that there is code to generate.
_ITEMS: Mapping[str, tuple[str, ...]] = {
    "associated_constant": (
        "struct TYPE<const N: usize>;\n\nimpl<const N: usize> TYPE<N> {\n    const CHECK: () = assert!(N > NUMBER, \"too small\");\n\n"
        "    fn verify() {\n        Self::CHECK\n    }\n}\n\npub fn OTHER() {\n    TYPE::<1>::verify()\n}\n",
        "pub trait TYPE {\n    const SIZE: usize;\n    const REST: usize = NUMBER - Self::SIZE;\n}\n\npub struct NAMELarge;\n\n"
        "impl TYPE for NAMELarge {\n    const SIZE: usize = 60;\n}\n\nfn rest_of_NAME<T: TYPE>() -> usize {\n    T::REST\n}\n\n"
        "pub fn OTHER() -> usize {\n    rest_of_NAME::<NAMELarge>()\n}\n",
        "struct TYPE<T>(T);\n\nimpl<T> TYPE<T> {\n    const SHARE: usize = NUMBER / std::mem::size_of::<T>();\n\n"
        "    fn share(&self) -> usize {\n        Self::SHARE\n    }\n}\n\npub fn OTHER() -> usize {\n    TYPE(()).share()\n}\n",
        "struct TYPE<const INDEX: usize>;\n\nimpl<const INDEX: usize> TYPE<INDEX> {\n    const PICKED: i32 = [1, 2, NUMBER][INDEX];\n}\n\n"
        "fn pick_NAME<const INDEX: usize>() -> i32 {\n    TYPE::<INDEX>::PICKED\n}\n\npub fn OTHER() -> i32 {\n    pick_NAME::<3>()\n}\n",
    ),
    "inline_constant": (
        "fn halve_NAME<const N: usize>() -> usize {\n    const { assert!(N % 2 == 0) };\n    N / 2 + NUMBER\n}\n\n"
        "pub fn OTHER() -> usize {\n    halve_NAME::<3>()\n}\n",
        "fn small_NAME<T>(value: T) -> T {\n    const { assert!(std::mem::size_of::<T>() <= 4, \"NAME\") };\n    value\n}\n\n"
        "pub fn OTHER() -> u64 {\n    small_NAME(NUMBERu64)\n}\n",
        "fn parts_of_NAME<const N: i32>() -> i32 {\n    const { NUMBER / N }\n}\n\npub fn OTHER() -> i32 {\n    parts_of_NAME::<0>()\n}\n",
        "fn below_NAME<const N: u8>() -> u8 {\n    const { N - 51 - NUMBER }\n}\n\npub fn OTHER() -> u8 {\n    below_NAME::<5>()\n}\n",
    ),
    "symbol_twice": (
        "#[no_mangle]\npub extern \"C\" fn OTHER() -> i32 {\n    NUMBER\n}\n\n#[export_name = \"OTHER\"]\npub extern \"C\" fn NAME() -> i32 {\n    0\n}\n",
        "pub mod NAME {\n    #[no_mangle]\n    pub extern \"C\" fn OTHER() -> i32 {\n        NUMBER\n    }\n}\n\n"
        "#[no_mangle]\npub extern \"C\" fn OTHER() -> i32 {\n    1\n}\n",
    ),
    "bad_assembly": (
        "pub fn OTHER() {\n    unsafe { std::arch::asm!(\"NAME_NUMBER r0\") }\n}\n",
        "pub fn OTHER() -> u32 {\n    unsafe { std::arch::asm!(\".NAME\") };\n    NUMBER\n}\n",
    ),
    "missing_library": (
        "#[link(name = \"NAME_NUMBER\", kind = \"static\")]\nextern \"C\" {\n    fn OTHER(value: i32) -> i32;\n}\n",
    ),
    "huge_type": (
        "pub fn OTHER() -> usize {\n    let NAME = [0u64; usize::MAX / NUMBER];\n    NAME.len()\n}\n",
        "pub fn OTHER() -> Option<[[u32; 1 << 40]; (1 << 30) + NUMBER]> {\n    None\n}\n",
    ),
    "endless_instantiation": (
        "fn wrap_NAME<T>(depth: u32, value: &T) -> u32 {\n    if depth == 0 { NUMBER } else { wrap_NAME(depth - 1, &value) }\n}\n\n"
        "pub fn OTHER() -> u32 {\n    wrap_NAME(3, &0u8)\n}\n",
    ),
}  # fmt: skip

LINT_KINDS: tuple[str, ...] = tuple(_STATEMENTS)
"""The lints that are reported only on the way to code; a sample of such a kind is denied by that lint."""
CODEGEN_KINDS: tuple[str, ...] = (*LINT_KINDS, *_ITEMS)
"""All kinds."""


def refused_by_codegen(seed: int, count: int) -> list[Sample]:
    """Return *count* different programs that rustc accepts as metadata and refuses as a library.

    Every other one is refused by one of ``LINT_KINDS``, from the first on. ``bad_assembly`` and ``huge_type`` suppose a
    64-bit target whose assembler rustc knows.
    """
    random = Random(f"refused-by-codegen {seed}")
    samples: list[Sample] = []
    seen: set[str] = set()
    while len(samples) < count:
        kinds = LINT_KINDS if len(samples) % 2 == 0 else tuple(_ITEMS)
        kind = random.choice(kinds)
        draw = _with_statement if kind in LINT_KINDS else _with_items
        text = draw(kind, random)
        if text not in seen:
            seen.add(text)
            samples.append(Sample(text=text, kind=kind))
    return samples


def _with_statement(kind: str, random: Random) -> str:
    """Put the statement at the start of one of a program's functions, or into one of its own."""
    pieces = draw_program(random)
    statement = fill_in(random.choice(_STATEMENTS[kind]), random, program=render(pieces))
    bodies = _compiled_bodies(pieces)
    if not bodies or random.random() < 0.4:
        function = fill_in("\n\npub fn OTHER() {\n    ", random, program=render(pieces))
        return f"{render(pieces).rstrip()}{function}{statement}\n}}\n"
    opening, _ = random.choice(bodies)
    return render(apply_edit(pieces, (opening + 1, opening + 1, tuple(lex(f"\n    {statement}")))))


def _compiled_bodies(pieces: list[Piece]) -> list[tuple[int, int]]:
    """The bodies of functions that are compiled: none in a program that leaves out some of its items."""
    return [] if any(piece.text == "cfg" for piece in pieces) else function_bodies(pieces)


def _with_items(kind: str, random: Random) -> str:
    program = render(draw_program(random)).rstrip()
    items = fill_in(random.choice(_ITEMS[kind]), random, program=program)
    return f"{program}\n\n{items}" if random.random() < 0.7 else f"{items}\n{program}\n"
