"""Structs and enums with what is implemented for them.

Two kinds of documents: a type on one line followed by an item that uses it, and an ``impl`` of a type that the text
itself does not declare. For the latter the type's name alone tells its fields, as it does for the suite's ``Point``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.corpus.methods import struct_items
from training.corpus.template import Document
from training.corpus.trait_impls import trait_impls
from training.corpus.variants import enum_items

if TYPE_CHECKING:
    import random

STRUCT_NAMES = [
    "Circle",
    "Rect",
    "Square",
    "Line",
    "Vector",
    "Pixel",
    "Size",
    "Span",
    "Range",
    "Interval",
    "Box",
    "Cell",
    "Grid",
    "Node",
    "Edge",
    "Item",
    "Order",
    "Product",
    "Price",
    "Account",
    "Wallet",
    "Money",
    "User",
    "Person",
    "Player",
    "Score",
    "Team",
    "Student",
    "Book",
    "Page",
    "Song",
    "Track",
    "Car",
    "Engine",
    "Robot",
    "Sensor",
    "Reading",
    "Sample",
    "Counter",
    "Timer",
    "Clock",
    "Config",
    "Settings",
    "Options",
    "Request",
    "Reply",
    "Message",
    "Packet",
    "Header",
    "Token",
    "Rule",
    "Task",
    "Job",
    "Event",
    "Position",
    "Offset",
    "Margin",
    "Color",
    "Rgb",
    "Complex",
    "Fraction",
    "Ratio",
    "Matrix",
    "Window",
    "Button",
    "Point3",
    "Location",
    "Segment",
    "Triangle",
]

FIELDS = {
    "f64": "x y z width height depth radius length angle speed price weight score value total ratio left right top "
    "bottom start end low high mass energy temperature latitude longitude balance rate a b",
    "i32": "x y count level score value rank row column offset delta start end low high points left right balance",
    "u32": "count age size level id width height total steps hits width limit capacity",
    "u64": "id size total created length seed amount",
    "usize": "len index start end capacity position",
    "String": "name title label text owner author city kind key message",
    "bool": "active done visible enabled open valid",
}

_FIELD_TYPES = (
    ["f64"] * 7 + ["i32"] * 4 + ["u32"] * 3 + ["u64", "usize", "String", "String", "String", "bool"]
)

VARIANTS = {
    "Direction": "North South East West Up Down Left Right",
    "Level": "Low Medium High Critical",
    "Status": "Active Inactive Pending Done Failed",
    "State": "Idle Running Paused Stopped",
    "Shade": "Dark Light Black White Gray",
    "Paint": "Red Green Blue Yellow Orange Purple",
    "Light": "Red Yellow Green",
    "Tint": "Cyan Magenta Blue Red Green White",
    "Suit": "Hearts Spades Clubs Diamonds",
    "Season": "Spring Summer Autumn Winter",
    "Size": "Small Medium Large Huge",
    "Shape": "Circle Square Triangle Hexagon",
    "Op": "Add Sub Mul Div",
    "Token": "Plus Minus Star Slash Number",
    "Animal": "Cat Dog Bird Fish Horse",
    "Fruit": "Apple Banana Cherry Lemon",
    "Planet": "Mercury Venus Earth Mars",
    "Coin": "Penny Nickel Dime Quarter",
    "Mode": "Read Write Append Execute",
    "Side": "Left Right Top Bottom",
    "Priority": "Low Normal High Urgent",
    "Day": "Monday Tuesday Wednesday Thursday Friday",
    "Weather": "Sunny Cloudy Rainy Snowy",
    "Move": "Rock Paper Scissors",
    "Answer": "Yes No Maybe",
    "Gear": "First Second Third Reverse",
    "Role": "Admin Editor Viewer Guest",
    "Signal": "Start Stop Wait",
}

# Types an impl may be about without declaring them. Several names for the same fields would teach nothing.
KNOWN_TYPES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Point", (("x", "f64"), ("y", "f64"))),
    ("Circle", (("radius", "f64"),)),
    ("Rect", (("width", "f64"), ("height", "f64"))),
    ("Counter", (("count", "u32"),)),
    ("Rgb", (("red", "u8"), ("green", "u8"), ("blue", "u8"))),
    ("User", (("name", "String"), ("age", "u32"))),
    ("Account", (("owner", "String"), ("balance", "i64"))),
    ("Vector", (("x", "f64"), ("y", "f64"), ("z", "f64"))),
    ("Range", (("start", "i32"), ("end", "i32"))),
    ("Timer", (("seconds", "u64"),)),
    ("Fraction", (("top", "i64"), ("bottom", "i64"))),
)


def draw_struct(rng: random.Random) -> Document:
    """Return a struct on one line, and an item that uses it."""
    name = rng.choice(STRUCT_NAMES)
    count = rng.choice((1, 2, 2, 2, 2, 2, 3, 3))
    # One type for all fields is the more common case, and the one where their sums and products make sense.
    kinds = [rng.choice(_FIELD_TYPES)] * count
    if rng.random() < 0.35:
        kinds = [rng.choice(_FIELD_TYPES) for _ in range(count)]
    fields: list[tuple[str, str]] = []
    for kind in kinds:
        taken = {field for field, _ in fields}
        fields.append((rng.choice([word for word in FIELDS[kind].split() if word not in taken]), kind))
    if name == "Point" or rng.random() < 0.1:
        name = "Point" if fields != [("x", "f64"), ("y", "f64")] else name
    if rng.random() < 0.85:
        head = f"struct {name} {{ {', '.join(f'{field}: {kind}' for field, kind in fields)} }}"
    else:
        lines = "".join(f"    {field}: {kind},\n" for field, kind in fields)
        head = f"struct {name} {{\n{lines}}}"
    items = struct_items(name, tuple(fields), rng)
    return Document(f"{head}\n\n{items}")


def draw_enum(rng: random.Random) -> Document:
    """Return an enum on one line, and an item that uses it."""
    name = rng.choice(list(VARIANTS))
    words = VARIANTS[name].split()
    variants = rng.sample(words, rng.choice((2, 3, 3, 3, min(4, len(words)))))
    if rng.random() < 0.3:
        # Any name may come with any variants: what follows has to be copied, not remembered.
        name = rng.choice([*VARIANTS, *STRUCT_NAMES[:20], "Color", "Kind", "Choice", "Tone"])
    if name == "Color" and variants == ["Red", "Green", "Blue"]:
        variants.reverse()
    if rng.random() < 0.85:
        head = f"enum {name} {{ {', '.join(variants)} }}"
    else:
        head = f"enum {name} {{\n{''.join(f'    {variant},{chr(10)}' for variant in variants)}}}"
    return Document(f"{head}\n\n{enum_items(name, tuple(variants), rng)}")


def _prelude(name: str, fields: tuple[tuple[str, str], ...]) -> str:
    return f"pub struct {name} {{ {', '.join(f'pub {field}: {kind}' for field, kind in fields)} }}\n"


def draw_impl(rng: random.Random) -> Document:
    """Return an inherent ``impl`` of a known type."""
    name, fields = KNOWN_TYPES[0] if rng.random() < 0.45 else rng.choice(KNOWN_TYPES)
    return Document(struct_items(name, fields, rng, impl_only=True), prelude=_prelude(name, fields))


def draw_trait_impl(rng: random.Random) -> Document:
    """Return an ``impl`` of a standard trait for a known type; never of ``ToString`` for ``Point``."""
    name, fields = KNOWN_TYPES[0] if rng.random() < 0.25 else rng.choice(KNOWN_TYPES)
    return Document(trait_impls(name, fields, rng), prelude=_prelude(name, fields))
