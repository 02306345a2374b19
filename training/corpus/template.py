"""Templates of Rust text, and the drawing of what varies in them.

A template is Rust with placeholders such as ``@n`` or ``@x2``. The letters name a pool, a digit tells several draws
from one pool apart, and the same placeholder always stands for the same draw. Identifiers drawn for one document
never collide with each other or with what the template spells out, so what compiles once compiles always.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

PLACEHOLDER = re.compile(r"@([a-z]+)(\d*)")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Template:
    """Rust with placeholders, and the names its function may have."""

    names: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One text for the model to learn."""

    text: str
    prelude: str = ""
    """What has to be in scope for *text* to compile. The model never sees it."""


def template(names: str, text: str) -> Template:
    """Make a template from names separated by spaces and a text whose outer blank lines do not count."""
    return Template(tuple(names.split()), text.strip("\n") + "\n")


def _weighted(text: str) -> tuple[str, ...]:
    """Read ``a*3 b`` as a, a, a, b."""
    choices: list[str] = []
    for word in text.split():
        choice, _, weight = word.partition("*")
        choices += [choice] * int(weight or 1)
    return tuple(choices)


# Types and literals may repeat within a document; everything in IDENTIFIERS may not.
VALUES = {
    "t": _weighted("i32*6 i64*3 u64*2 u32*2 usize"),  # any integer
    "st": _weighted("i32*7 i64*3 isize"),  # signed
    "ut": _weighted("u64*5 u32*3 usize*2"),  # unsigned
    "ft": _weighted("f64*6 f32"),
    "k": _weighted("2 3 4 5 6 7 8 9"),
    "lim": _weighted("10*3 12 15 16 20*2 25 30 50*2 64 99 100*3"),
    "mod": _weighted("97 1000 1009 7919 10007"),
    "ch": _weighted("'a' 'b' 'e' 'x' 'z' '_' '-' '.' ',' ':' ';' '/' '#' '+' '=' '!' '?' '0' '1'"),
    "sep": _weighted("',' ':' ';' '=' '-' '/' '|' '#'"),
    "joiner": ('" "', '", "', '"-"', '"_"', '","', '"; "', '" / "', '""'),
    "word": _weighted("alpha beta gamma draft final north south open closed left right start end blue light"),
}

IDENTIFIERS = {
    "n": _weighted("n*9 x num*2 value*2 k m limit number count size"),
    "base": _weighted("base b x n number value"),
    "s": _weighted("s*9 text*3 input*2 line*2 word name source value data"),
    "arr": _weighted("arr*4 nums*4 values*2 items*2 list numbers*2 data xs slice"),
    "nums": _weighted("nums*8 values*2 items numbers*2 arr*2 list data xs v"),
    "words": _weighted("words*4 names*2 lines*2 items parts texts list"),
    "path": _weighted("path*9 file*2 filename*2 name location"),
    "url": _weighted("url*9 address link endpoint uri*2"),
    "x": _weighted("x*4 n*3 v*3 value*3 item*2 num*2 y*2 e*2 k val*2 m entry"),
    "c": _weighted("c*5 ch*4 letter*2 symbol*2 x k"),
    "w": _weighted("word*3 w*3 part*2 item piece token"),
    "acc": _weighted("total*4 sum*4 acc*4 result*3 value current running answer res"),
    "prod": _weighted("product*4 result*4 acc*3 total*2 answer res"),
    "cnt": _weighted("count*4 total*2 found*2 hits*2 seen matches"),
    "best": _weighted("best*4 result*2 top current chosen"),
    "out": _weighted("result*3 out*3 output*2 kept*2 found*2 list collected res*2 answer picked"),
    "i": _weighted("i*7 j index*2 idx pos"),
    "rest": _weighted("rest*3 left remaining n2 m current number"),
    "text": _weighted("text*4 content*3 contents*3 data*2 body*2 buffer all"),
    "err": _weighted("e*5 err*3 error"),
    "lo": _weighted("low lo min start from"),
    "hi": _weighted("high hi max end to"),
}

PAIRS = (
    *(("a", "b"),) * 7,
    ("left", "right"),
    ("left", "right"),
    ("first", "second"),
    ("first", "second"),
    ("xs", "ys"),
    ("p", "q"),
    ("one", "two"),
)


def fill(source: Template, rng: random.Random) -> str:
    """Draw everything that varies in *source*; ``@fn`` becomes one of its names."""
    text = source.text
    if source.names:
        text = text.replace("@fn", rng.choice(source.names))
    taken = set(WORD.findall(PLACEHOLDER.sub(" ", text)))
    drawn: dict[str, str] = {}

    def draw(match: re.Match[str]) -> str:
        key, pool = match[0], match[1]
        if key not in drawn:
            if pool in ("a", "b"):
                pair = rng.choice([pair for pair in PAIRS if not taken & set(pair)])
                drawn[f"@a{match[2]}"], drawn[f"@b{match[2]}"] = pair
                taken.update(pair)
            elif pool in VALUES:
                drawn[key] = rng.choice(VALUES[pool])
            else:
                free = [name for name in IDENTIFIERS[pool] if name not in taken]
                drawn[key] = rng.choice(free)
                taken.add(drawn[key])
        return drawn[key]

    return PLACEHOLDER.sub(draw, text)
