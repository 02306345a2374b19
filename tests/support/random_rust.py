"""Rust files with functions in every place where one may stand, drawn by a seed. rustc parses them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_NAMES = ("alpha", "r#match", "_b", "größe", "r#fn", "x1", "fn_", "Fn", "impl_of")
_TYPES = (
    "u8",
    "&str",
    "Vec<T>",
    "fn(u8) -> u8",
    "Box<dyn Fn(u8) -> u8>",
    "impl Fn()",
    "[u8; 3]",
    "&'a mut S",
    "(u8, S)",
)
_GENERICS = ("", "", "", "<T>", "<'a, T: Fn(u8) -> u8>", "<const N: usize>", "<T: for<'b> Fn(&'b str)>")
_RETURNS = ("", "", " -> u8", " -> impl Fn() -> u8", " -> fn(u8)", " -> !", " -> Option<fn()>")
_WHERES = ("", "", " where T: Fn()", " where for<'c> T: Fn(&'c u8) -> fn()")
_ATTRIBUTES = (
    "",
    "",
    "#[inline]\n",
    "#[cfg(any())]\n",
    "/// fn documented() {}\n",
    '#[doc = "fn x() {}"]\n',
    "/** fn a() */ ",
)
_VISIBILITIES = ("", "", "pub ", "pub(crate) ", "pub(in crate) ")
_FILLERS = (
    "// fn commented() {}\n",
    "/* fn commented() { /* fn nested() {} */ } */\n",
    "const TEXT: &str = \"fn quoted() {}\";\n",
    "const RAW: &str = r#\"fn \"raw\"() {}\"#;\n",
    "static POINTER: fn(u8) -> u8 = alpha;\n",
    "type Callback = dyn Fn(u8) -> u8;\n",
    "struct S { call: fn(u8), run: Box<dyn FnMut()> }\n",
    "enum E { A(fn()), B { f: fn() -> u8 }, C = 1 }\n",
    "union U { f: fn(), n: u8 }\n",
    "use std::ops::Fn as Call;\n",
    "macro_rules! define { ($n:ident) => { fn $n() { fn inner() {} } }; }\n",
    "define!(fn);\n",
    "define! { fn hidden() {} }\n",
    "thread_local! { static C: u8 = { fn f() -> u8 { 1 } f() }; }\n",
)  # fmt: skip
_STATEMENTS = (
    "let f = |x: u8| x;",
    "let g: fn(u8) -> u8 = |x| { x };",
    "println!(\"{}\", { fn hidden() {} 1 });",
    "vec![|| { fn hidden() {} }];",
    "if a { b() } else { c() }",
    "let x = async move { d().await };",
    "let s = \"fn quoted() {\";",
    "let c = '{'; let l: &'static str = \"\";",
    "let Some(x) = y else { return };",
    "'a: loop { break 'a }",
    "match x { E::A(f) if f() => {}, _ => {} }",
    "unsafe { call() };",
    "let r = 0..=1;",
)  # fmt: skip


def random_program(rng: Random) -> str:
    """Draw a file of one to six items."""
    return "".join(_item(rng, 0) for _ in range(rng.randint(1, 6)))


def _item(rng: Random, depth: int) -> str:
    if depth > 3 or rng.random() < 0.25:
        return rng.choice(_FILLERS)
    makers = (_function, _function, _function, _module, _impl, _trait, _foreign, _constant)
    return rng.choice(_ATTRIBUTES) + rng.choice(makers)(rng, depth)


def _head(rng: Random) -> str:
    types = rng.sample(_TYPES, rng.randint(0, 3))
    parameters = ", ".join(f"{rng.choice(('', 'mut '))}p{place}: {kind}" for place, kind in enumerate(types))
    return (
        f"{rng.choice(_QUALIFIERS)}fn {rng.choice(_NAMES)}{rng.choice(_GENERICS)}({parameters})"
        f"{rng.choice(_RETURNS)}{rng.choice(_WHERES)}"
    )


_QUALIFIERS = (
    "",
    "",
    "",
    "async ",
    "const ",
    "unsafe ",
    'extern "C" ',
    'const unsafe extern "C" ',
    "async unsafe ",
)


def _body(rng: Random, depth: int) -> str:
    parts = [
        _item(rng, depth + 1) if rng.random() < 0.2 else rng.choice(_STATEMENTS)
        for _ in range(rng.randint(0, 4))
    ]
    if rng.random() < 0.2:
        parts.append(f"let k = |z: u8| {{ {_function(rng, depth + 1)} z }};" if depth < 3 else "1")
    return "{ " + "\n".join(parts) + " }\n"


def _function(rng: Random, depth: int) -> str:
    return f"{_head(rng)} {_body(rng, depth)}"


def _module(rng: Random, depth: int) -> str:
    inside = "".join(_item(rng, depth + 1) for _ in range(rng.randint(0, 3)))
    return f"{rng.choice(_VISIBILITIES)}mod {rng.choice(('inner', 'r#mod'))} {{ {inside} }}\n"


def _impl(rng: Random, depth: int) -> str:
    target = rng.choice(
        ("S", "Trait for S", "<T> Trait<T> for Vec<T> where T: Fn()", "<'a> Fn<(u8,)> for S", "!Send for S")
    )
    members = "".join(
        rng.choice((
            f"{rng.choice(_ATTRIBUTES)}{rng.choice(_VISIBILITIES)}{_function(rng, depth + 1)}",
            "const N: usize = { fn length() -> usize { 1 } length() };\n",
            "type Output = fn();\n",
            "define!(fn);\n",
        ))
        for _ in range(rng.randint(0, 3))
    )  # fmt: skip
    space = "" if target.startswith("<") else " "
    return f"impl{space}{target} {{ {members} }}\n"


def _trait(rng: Random, depth: int) -> str:
    members = "".join(
        rng.choice((
            f"{_head(rng)};\n",
            f"{rng.choice(_ATTRIBUTES)}{_head(rng)} {_body(rng, depth + 1)}",
            "const N: usize;\n",
            "type Output: Fn();\n",
        ))
        for _ in range(rng.randint(0, 3))
    )  # fmt: skip
    return f"{rng.choice(('', 'pub ', 'unsafe '))}trait Trait{rng.choice(('', '<T>', ': Fn() + Sized'))} {{ {members} }}\n"


def _foreign(rng: Random, depth: int) -> str:
    members = "".join(
        rng.choice(
            ("fn c(x: u8, ...);\n", "pub fn d() -> u8;\n", "static V: u8;\n", "/// fn e();\nfn g(f: fn());\n")
        )
        for _ in range(rng.randint(0, 3))
    )
    return f'{rng.choice(("", "unsafe "))}extern "C" {{ {members} }}\n'


def _constant(rng: Random, depth: int) -> str:
    return f"const _: u8 = {_body(rng, depth + 1).rstrip()};\n"
