"""Texts that behave differently at the root of a crate, beside other texts, or on their way into the compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.corpus.pieces import render
from benchmarks.corpus.sample import Sample
from benchmarks.corpus.templates import fill_in
from benchmarks.corpus.valid import draw_program
from benchmarks.corpus.words import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

_INNER_ATTRIBUTES = (
    "allow(dead_code)", "allow(unused)", "allow(unused_variables, dead_code)", "deny(warnings)", "deny(unused_variables)",
    "deny(missing_docs)", "warn(clippy::all)", "forbid(unsafe_code)", "no_std", "feature(box_patterns)", "no_main",
    'recursion_limit = "64"', 'crate_type = "bin"', 'crate_name = "other"', "no_implicit_prelude", "cfg(any())",
    "deny(unreachable_pub)", "cfg_attr(all(), deny(dead_code))",
)  # fmt: skip

_TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "crate_path": (
        "PROGRAM\npub mod NAME {\n    pub fn value() -> u32 {\n        NUMBER\n    }\n}\n\n"
        "pub fn OTHER() -> u32 {\n    crate::NAME::value()\n}\n",
        "use crate::NAME::TYPE;\n\nPROGRAM",
        "pub mod NAME {\n    use crate::TYPE;\n\n    pub fn make() -> TYPE {\n        TYPE { size: NUMBER }\n    }\n}\n\n"
        "pub struct TYPE {\n    pub size: u32,\n}\n\nPROGRAM",
    ),
    "leading_colons": (
        "PROGRAM\nfn OTHER() -> ::std::string::String {\n    ::std::string::String::new()\n}\n",
        "use ::std::fmt::Write as _;\n\nPROGRAM",
        "use ::NAME::TYPE;\n\nPROGRAM",
    ),
    "local_macro": (
        "macro_rules! NAME {\n    ($value:expr) => {\n        $value * NUMBER\n    };\n}\n\nPROGRAM\n"
        "fn OTHER() -> i32 {\n    NAME!(3)\n}\n",
        "PROGRAM\nfn OTHER() -> i32 {\n    NAME!(NUMBER)\n}\n\nmacro_rules! NAME {\n    ($value:expr) => {\n        $value\n    };\n}\n",
        "macro_rules! NAME {\n    ($($item:expr),*) => {{\n        let mut list = Vec::new();\n        $(list.push($item);)*\n"
        "        list\n    }};\n}\n\nPROGRAM\npub fn OTHER() -> Vec<u8> {\n    NAME![1, 2, NUMBER]\n}\n",
    ),
    "exported_macro": (
        "#[macro_export]\nmacro_rules! NAME {\n    ($value:expr) => {\n        $crate::OTHER($value)\n    };\n}\n\nPROGRAM\n"
        "pub fn OTHER(value: i32) -> i32 {\n    value + NUMBER\n}\n\npub fn use_macro() -> i32 {\n    NAME!(1)\n}\n",
        "PROGRAM\n#[macro_export]\nmacro_rules! NAME {\n    () => {\n        NUMBER\n    };\n}\n",
    ),
    "endless_macro": (
        "macro_rules! NAME {\n    ($($token:tt)*) => {\n        NAME!($($token)* x)\n    };\n}\n\nPROGRAM\n"
        "fn OTHER() {\n    NAME!(NUMBER);\n}\n",
    ),
    "foreign_impl": (
        "PROGRAM\nimpl std::fmt::Display for Vec<u32> {\n    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {\n"
        "        write!(f, \"NUMBER\")\n    }\n}\n",
        "PROGRAM\nimpl From<i32> for String {\n    fn from(value: i32) -> String {\n        value.to_string()\n    }\n}\n",
        "PROGRAM\npub struct TYPE(pub u32);\n\nimpl From<TYPE> for u32 {\n    fn from(value: TYPE) -> u32 {\n        value.0 + NUMBER\n"
        "    }\n}\n",
        "PROGRAM\npub struct TYPE;\n\nimpl PartialEq<TYPE> for i32 {\n    fn eq(&self, _: &TYPE) -> bool {\n        *self == NUMBER\n    }\n}\n",
        "PROGRAM\npub struct TYPE(u64);\n\nimpl std::ops::Add<TYPE> for u64 {\n    type Output = TYPE;\n\n"
        "    fn add(self, other: TYPE) -> TYPE {\n        TYPE(self + other.0)\n    }\n}\n",
        "PROGRAM\nimpl Vec<i32> {\n    fn OTHER(&self) -> i32 {\n        NUMBER\n    }\n}\n",
    ),
    "extern_crate": (
        "extern crate std as NAME;\n\nPROGRAM\npub fn OTHER() -> NAME::string::String {\n    NAME::string::String::new()\n}\n",
        "extern crate alloc;\n\nuse alloc::borrow::ToOwned as _;\n\nPROGRAM",
        "extern crate rand;\n\nuse rand::Rng;\n\nPROGRAM",
        "#[macro_use]\nextern crate serde;\n\nPROGRAM",
    ),
    "missing_crate": (
        "use rand::Rng;\n\nPROGRAM\nfn OTHER() -> u32 {\n    rand::thread_rng().gen_range(0..NUMBER)\n}\n",
        "use serde::{Deserialize, Serialize};\n\nPROGRAM\n#[derive(Serialize, Deserialize)]\npub struct TYPE {\n    NAME: u32,\n}\n",
        "use regex::Regex;\n\nPROGRAM",
        "PROGRAM\n#[tokio::main]\nasync fn main() {\n    println!(\"NAME\");\n}\n",
    ),
    "file_inclusion": (
        "PROGRAM\npub const TEXT: &str = include_str!(\"NAME.txt\");\n",
        "include!(\"NAME.rs\");\n\nPROGRAM",
        "PROGRAM\nstatic BYTES: &[u8] = include_bytes!(\"../NAME.bin\");\n",
    ),
    "environment": (
        "PROGRAM\npub const TEXT: &str = env!(\"CARGO_PKG_VERSION\");\n",
        "PROGRAM\npub fn OTHER() -> Option<&'static str> {\n    option_env!(\"NAME\")\n}\n",
    ),
    "no_mangle": (
        "PROGRAM\n#[no_mangle]\npub extern \"C\" fn OTHER(value: i32) -> i32 {\n    value + NUMBER\n}\n",
        "PROGRAM\n#[export_name = \"NAME\"]\npub extern \"C\" fn OTHER() -> i32 {\n    NUMBER\n}\n",
        "PROGRAM\n#[no_mangle]\npub static NAME: u32 = NUMBER;\n",
        "PROGRAM\n#[link_section = \".NAME\"]\npub static TABLE: [u8; 2] = [1, NUMBER];\n",
        "#[no_mangle]\npub extern \"C\" fn add(a: i32, b: i32) -> i32 {\n    a + b + NUMBER\n}\n\nPROGRAM",
    ),
    "foreign_function": (
        "PROGRAM\nextern \"C\" {\n    fn OTHER(value: i32) -> i32;\n}\n\npub fn call() -> i32 {\n    unsafe { OTHER(NUMBER) }\n}\n",
        "PROGRAM\nextern \"C\" {\n    fn abs(value: i32) -> i32;\n}\n\npub fn OTHER() -> i32 {\n    abs(-NUMBER)\n}\n",
    ),
    "assembly": (
        "PROGRAM\npub fn OTHER() {\n    unsafe { std::arch::asm!(\"nop\") }\n}\n",
        "std::arch::global_asm!(\"\");\n\nPROGRAM",
    ),
    "global_allocator": (
        "use std::alloc::System;\n\n#[global_allocator]\nstatic NAME: System = System;\n\nPROGRAM",
        "#[global_allocator]\nstatic NAME: u32 = NUMBER;\n\nPROGRAM",
    ),
    "panic_handler": (
        "PROGRAM\n#[panic_handler]\nfn NAME(_: &core::panic::PanicInfo) -> ! {\n    loop {}\n}\n",
    ),
    "byte_order_mark": ("\ufeffPROGRAM", "// a mark in the middle \ufeff of a comment\nPROGRAM", "fn NAME() {}\n\ufeff\nPROGRAM"),
    "shebang": ("#!/usr/bin/env rust-script\nPROGRAM", "#!/usr/bin/rustc\n\nPROGRAM\n#![allow(unused)]\n", "\n#!/bin/sh\nPROGRAM"),
    "non_ascii": (
        "PROGRAM\nfn größe_NAME(länge: u32) -> u32 {\n    länge * NUMBER\n}\n",
        "PROGRAM\nstruct Файл {\n    имя: String,\n    NAME: u32,\n}\n",
        "PROGRAM\nfn OTHER() -> &'static str {\n    \"naïve café — 你好 😀 NAME\"\n}\n",
        "PROGRAM\nfn 計算(値: i32) -> i32 {\n    値 + NUMBER\n}\n",
    ),
    "stray_character": (
        "PROGRAM\nfn OTHER() {\n    println!(“NAME”);\n}\n",
        "PROGRAM\nfn OTHER() → i32 {\n    NUMBER\n}\n",
        "PROGRAM\nfn OTHER() -> bool {\n    1 ≠ NUMBER\n}\n",
        "PROGRAM\n// \u202eNAME\nfn OTHER() {}\n",
        "PROGRAM\nfn OTHER() {}\0\n",
        "fn OTHER() {}\r // NAME\nPROGRAM",
        "PROGRAM\nconst NAME: &str = \"NUMBER\u200b\";😀\n",
    ),
    "nested_module": (
        "PROGRAM\npub mod NAME {\n    pub fn base() -> i32 {\n        NUMBER\n    }\n\n    pub mod inner {\n        use super::base;\n\n"
        "        pub fn OTHER() -> i32 {\n            base() + super::super::NAME::base()\n        }\n    }\n}\n",
        "fn OTHER() -> i32 {\n    NUMBER\n}\n\nmod NAME {\n    use super::*;\n\n    pub fn twice() -> i32 {\n        OTHER() * 2\n    }\n}\n\nPROGRAM",
        "mod NAME {\n    fn hidden() -> i32 {\n        NUMBER\n    }\n}\n\npub fn OTHER() -> i32 {\n    NAME::hidden()\n}\n\nPROGRAM",
    ),
    "super_at_root": (
        "use super::*;\n\nPROGRAM",
        "PROGRAM\npub(super) fn OTHER() -> i32 {\n    NUMBER\n}\n",
        "PROGRAM\nfn OTHER() -> i32 {\n    super::NAME(NUMBER)\n}\n",
    ),
    "restricted_visibility": (
        "PROGRAM\npub(crate) fn OTHER() -> i32 {\n    NUMBER\n}\n",
        "mod NAME {\n    pub(in crate::NAME) fn hidden() {}\n\n    pub fn OTHER() {\n        hidden()\n    }\n}\n\nPROGRAM",
    ),
    "self_path": (
        "use self::NAME::TYPE;\n\nmod NAME {\n    pub struct TYPE;\n}\n\nPROGRAM\npub fn OTHER(_: TYPE) -> i32 {\n    NUMBER\n}\n",
    ),
    "import_group": (
        "use std::{\n    borrow::Cow,\n    io::{self, Read as _, Write as _},\n    net::{IpAddr, Ipv4Addr},\n};\n\nPROGRAM\n"
        "pub fn OTHER(text: Cow<'_, str>) -> io::Result<(usize, IpAddr)> {\n    Ok((text.len() + NUMBER, IpAddr::V4(Ipv4Addr::LOCALHOST)))\n}\n",
        "use std::{self as NAME, borrow::Cow};\n\nPROGRAM\npub fn OTHER() -> Cow<'static, str> {\n    NAME::borrow::Cow::Borrowed(\"\")\n}\n",
        "use std::{thread::sleep, time::{Duration}, NAME::TYPE};\n\nPROGRAM",
    ),
    "path_attribute": ("#[path = \"NAME.rs\"]\nmod OTHER;\n\nPROGRAM", "#[path = \"/dev/null\"]\npub mod NAME;\n\nPROGRAM"),
    "module_file": ("mod NAME;\n\nPROGRAM", "pub mod NAME;\nuse NAME::TYPE;\n\nPROGRAM", "mod NAME {\n    mod inner;\n}\n\nPROGRAM"),
    "outer_lint": (
        "PROGRAM\n#[deny(dead_code)]\nfn OTHER() -> i32 {\n    NUMBER\n}\n",
        "PROGRAM\n#[deny(unreachable_pub)]\nmod NAME {\n    pub fn OTHER() {}\n}\n",
        "PROGRAM\n#[deny(unused_variables)]\nfn OTHER() {\n    let NAME = NUMBER;\n}\n",
        "PROGRAM\n#[deny(non_snake_case)]\nfn OTHER(TYPE: u32) -> u32 {\n    TYPE\n}\n",
    ),
    "overflowing_literal": (
        "PROGRAM\nfn OTHER() -> u8 {\n    256NUMBER\n}\n",
        "PROGRAM\nfn OTHER() -> i64 {\n    99999999999999999999999999999999999999999NUMBER\n}\n",
        "PROGRAM\nfn OTHER() -> i8 {\n    let NAME: i8 = 2NUMBER0;\n    NAME\n}\n",
    ),
    "failing_constant": (
        "PROGRAM\npub const NAME: usize = 3 - NUMBER - 3;\n",
        "PROGRAM\nconst _: () = assert!(NUMBER > 50, \"NAME\");\n",
        "PROGRAM\nstatic NAME: [i32; 2] = [1, [2, 3][1 + NUMBER]];\n",
        "PROGRAM\nfn OTHER() -> [u8; 2 - 2 - NUMBER] {\n    todo!()\n}\n",
    ),
    "compile_error": ("PROGRAM\ncompile_error!(\"NAME\");\n", "#[cfg(debug_assertions)]\ncompile_error!(\"NAME\");\n\nPROGRAM"),
    "test_at_root": ("PROGRAM\n#[test]\nfn OTHER() {\n    assert_eq!(NUMBER, NUMBER + 0);\n}\n",),
    "asynchronous": (
        "PROGRAM\nasync fn OTHER(value: u32) -> u32 {\n    value + NUMBER\n}\n\npub async fn call() -> u32 {\n    OTHER(1).await\n}\n",
        "PROGRAM\npub fn OTHER() -> u32 {\n    async { NUMBER }.await\n}\n",
    ),
    "raw_name": (
        "PROGRAM\nfn r#type(r#match: i32) -> i32 {\n    r#match + NUMBER\n}\n",
        "PROGRAM\nfn OTHER() -> String {\n    r##\"NAME \"# NUMBER\"##.to_string()\n}\n",
        "PROGRAM\nfn OTHER(match: i32) -> i32 {\n    match + NUMBER\n}\n",
    ),
    "bare_trait_object": ("PROGRAM\ntrait TYPE {}\n\nfn OTHER(value: Box<TYPE>) -> i32 {\n    NUMBER\n}\n",),
    "endless_type": ("PROGRAM\nstruct TYPE {\n    NAME: u32,\n    rest: Option<TYPE>,\n}\n",),
    "source_position": (
        "PROGRAM\npub fn OTHER() -> (u32, u32, &'static str, &'static str) {\n    (line!() + NUMBER, column!(), file!(), module_path!())\n}\n",
        "PROGRAM\nconst _: () = assert!(line!() > NUMBER);\n",
    ),
    "unterminated": (
        "PROGRAM\nfn OTHER() -> &'static str {\n    \"NAME\n}\n",
        "PROGRAM\n/* NAME\nfn OTHER() {}\n",
        "PROGRAM\nfn OTHER() -> char {\n    'NAME\n}\n",
        "PROGRAM\nconst NAME: &str = r#\"NUMBER\";\n",
    ),
    "only_comments": ("// NAME\n", "/* NAME\n * NUMBER\n */\n", "//! NAME NUMBER\n", "// TODO: OTHER\n\n\n// done\n", "/// NAME\n", "\n\n  \t\n// NUMBER"),
    "only_prose": (
        "The NAME must be NUMBER.\n", "I'm sorry, but I cannot write OTHER.\n", "```\n", "NAME NAME NAME NUMBER\n", "fn OTHER\n", "}\n}\n// NAME\n"
    ),
    "empty": ("",),
}  # fmt: skip

SPECIAL_KINDS: tuple[str, ...] = ("inner_attribute", "carriage_returns", "deep_nesting", *_TEMPLATES)
"""What kinds there are."""


def draw_special(kind: str, random: Random) -> Sample:
    """Draw a text of a special kind; one with few texts, such as ``empty``, gives the same one again."""
    return Sample(text=_draw_text(kind, random), kind=kind)


def _draw_text(kind: str, random: Random) -> str:
    program = render(draw_program(random))
    match kind:
        case "inner_attribute":
            return _inner_attributes(program, random)
        case "carriage_returns":
            return program.replace("\n", "\r\n", random.choice((-1, -1, 3)))
        case "deep_nesting":
            opening, closing = random.choice((("(", ")"), ("{", "}"), ("[", "]"), ("-", ""), ("&", "")))
            depth = random.choice((20, 60, 120))
            return f"{program}\npub fn nested() {{\n    let _ = {opening * depth}{random.randint(0, 9)}{closing * depth};\n}}\n"
        case _:
            return fill_in(random.choice(_TEMPLATES[kind]), random, program=program)


def _inner_attributes(program: str, random: Random) -> str:
    attributes = random.sample(_INNER_ATTRIBUTES, random.choice((1, 1, 2)))
    lines = "".join(f"#![{attribute}]\n" for attribute in attributes)
    match random.randrange(6):
        case 0:
            return f"//! {sentence(random)}\n\n{lines}\n{program}"
        case 1:
            # Behind an item it is refused.
            return f"{program}\n{lines}"
        case _:
            return f"{lines}\n{program}"
