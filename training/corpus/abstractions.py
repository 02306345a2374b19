"""Traits and macros."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.corpus.template import Template, fill, template

if TYPE_CHECKING:
    import random

# Trait, and what types it may speak of: a verb, its argument, its result.
_TRAITS = (
    ("Reader", "read", "input: &str", "String"),
    ("Writer", "write", "text: &str", "bool"),
    ("Shape", "area", "", "f64"),
    ("Animal", "speak", "", "String"),
    ("Encoder", "encode", "input: &str", "Vec<u8>"),
    ("Decoder", "decode", "bytes: &[u8]", "Option<String>"),
    ("Lexer", "lex", "input: &str", "Vec<String>"),
    ("Scanner", "scan", "input: &str", "Option<usize>"),
    ("Tokenizer", "tokenize", "text: &str", "Vec<String>"),
    ("Validator", "validate", "input: &str", "bool"),
    ("Checker", "check", "value: i32", "bool"),
    ("Formatter", "format", "value: f64", "String"),
    ("Printer", "print", "text: &str", "String"),
    ("Counter", "count", "", "usize"),
    ("Storage", "load", "key: &str", "Option<String>"),
    ("Cache", "get", "key: u64", "Option<i32>"),
    ("Filter", "accept", "value: i32", "bool"),
    ("Mapper", "map", "value: i32", "i32"),
    ("Converter", "convert", "value: f64", "f64"),
    ("Handler", "handle", "request: &str", "Result<String, String>"),
    ("Loader", "load", "path: &str", "Result<String, String>"),
    ("Runner", "run", "", "Result<(), String>"),
    ("Solver", "solve", "input: &str", "Option<i64>"),
    ("Evaluator", "evaluate", "expression: &str", "Result<f64, String>"),
    ("Compiler", "compile", "source: &str", "Result<Vec<u8>, String>"),
    ("Splitter", "split", "text: &str", "Vec<String>"),
    ("Named", "name", "", "String"),
    ("Sized2", "size", "", "usize"),
    ("Scorer", "score", "text: &str", "u32"),
    ("Matcher", "matches", "text: &str", "bool"),
    ("Walker", "step", "", "Option<u32>"),
    ("Player", "play", "turn: u32", "bool"),
    ("Logger", "log", "message: &str", ""),
    ("Visitor", "visit", "node: &str", ""),
)

_OTHER_NAMES = [
    "Packer",
    "Mixer",
    "Sorter",
    "Builder",
    "Sender",
    "Receiver",
    "Driver",
    "Planner",
    "Painter",
    "Manager",
    "Helper",
    "Buffer",
    "Stack",
    "Queue",
    "Source",
    "Sink",
    "Plugin",
    "Command",
    "Action",
    "Widget",
    "Element",
    "Document",
    "Record",
    "Engine",
    "Machine",
    "Sensor",
    "Device",
    "Service",
    "Client",
    "Server",
    "Parse",
    "Parsed",
    "Parsable",
    "Policy",
    "Strategy",
    "Observer",
    "Listener",
    "Factory",
    "Keeper",
    "Finder",
    "Searcher",
    "Tracker",
    "Monitor",
    "Joiner",
    "Linker",
    "Pars",
    "Parlor",
    "Partner",
    "Parcel",
    "Park",
    "Parent",
    "Interpreter",
    "Analyzer",
    "Inspector",
    "Transformer",
    "Translator",
    "Renderer",
    "Iter",
    "Tree",
]

_DEFAULT_BODIES = {
    "bool": ("true", "false"),
    "usize": ("0",),
    "u32": ("0", "1"),
    "i32": ("0",),
    "i64": ("0",),
    "f64": ("0.0", "1.0"),
    "String": ("String::new()", 'String::from("{trait}")', '"{lower}".to_string()'),
    "Vec<String>": ("Vec::new()",),
    "Vec<u8>": ("Vec::new()",),
    "Option<String>": ("None",),
    "Option<usize>": ("None",),
}

_EXTRAS = (
    ("name", "", "String"),
    ("name", "", "&str"),
    ("reset", "", ""),
    ("is_ready", "", "bool"),
    ("is_done", "", "bool"),
    ("is_empty", "", "bool"),
    ("len", "", "usize"),
    ("position", "", "usize"),
    ("next", "", "Option<char>"),
    ("peek", "", "Option<&str>"),
    ("finish", "", "Result<(), String>"),
    ("error", "", "Option<String>"),
    ("version", "", "u32"),
    ("limit", "", "usize"),
    ("describe", "", "String"),
    ("kind", "", "&str"),
)

_IMPLEMENTORS = ["Basic", "Simple", "Plain", "Default", "Fast", "Small", "Test", "Empty", "Fixed", "Local"]


def _signature(verb: str, argument: str, result: str, receiver: str = "&self") -> str:
    arrow = f" -> {result}" if result else ""
    return f"fn {verb}({receiver}{', ' if argument else ''}{argument}){arrow}"


def draw_trait(rng: random.Random) -> str:
    """Return a trait, sometimes with a type that implements it."""
    name, verb, argument, result = rng.choice(_TRAITS)
    if rng.random() < 0.6:
        # Any name may have any methods: an implementation has to copy it, not remember it.
        name = rng.choice(_OTHER_NAMES)
    style = rng.randrange(10)
    receiver = rng.choice(("&self", "&self", "&self", "&mut self"))
    lines: list[str] = []
    if style == 0 and result:
        # What the trait gives is up to its implementors.
        output = rng.choice(("Output", "Item", "Value", "Error"))
        wrapped = rng.choice(
            ("Self::{}", "Option<Self::{}>", "Vec<Self::{}>", "Result<Self::{}, String>")
        ).format(output)
        if output == "Error":
            wrapped = f"Result<{result}, Self::Error>"
        lines += [f"type {output};", "", f"{_signature(verb, argument, wrapped, receiver)};"]
    else:
        lines.append(f"{_signature(verb, argument, result, receiver)};")
    implemented = style == 9 or (style == 8 and not argument)
    if not implemented:
        for extra, extra_argument, extra_result in rng.sample(_EXTRAS, rng.choice((0, 1, 1, 2))):
            if extra == verb or any(f"fn {extra}(" in line for line in lines):
                continue
            bodies = _DEFAULT_BODIES.get(extra_result)
            lines.append("")
            if bodies and rng.random() < 0.5:
                body = rng.choice(bodies).format(trait=name, lower=name.lower())
                lines += [f"{_signature(extra, extra_argument, extra_result)} {{", f"    {body}", "}"]
            else:
                lines.append(f"{_signature(extra, extra_argument, extra_result)};")
    inside = "".join(f"    {line}\n" if line else "\n" for line in lines)
    text = f"trait {name} {{\n{inside}}}\n"
    bodies = _DEFAULT_BODIES.get(result)
    if not implemented or not bodies:
        return text
    implementor = f"{rng.choice(_IMPLEMENTORS)}{name}"
    body = rng.choice(bodies).format(trait=name, lower=name.lower())
    quiet = argument.replace(argument.split(":")[0], f"_{argument.split(':')[0]}", 1) if argument else ""
    method = f"    {_signature(verb, quiet, result, receiver)} {{\n        {body}\n    }}\n"
    return f"{text}\nstruct {implementor};\n\nimpl {name} for {implementor} {{\n{method}}}\n"


def macros() -> list[Template]:
    """``macro_rules!`` definitions; ``@fn`` is the macro's name, ``$`` variables are spelled out."""
    templates = []
    for names, text in MACROS:
        # Macro variables are drawn like other identifiers.
        templates.append(template(names, text))
    return templates


def draw_macro(templates: list[Template], rng: random.Random) -> str:
    return fill(rng.choice(templates), rng)


MACROS = (
    (
        "vec_of_floats vec_of_numbers",
        "macro_rules! @fn {\n    ($($@x:expr),*) => {\n        vec![$($@x as f64),*]\n    };\n}",
    ),
    (
        "vec_of_doubles doubled_vec",
        "macro_rules! @fn {\n    ($($@x:expr),*) => {\n        vec![$($@x * 2),*]\n    };\n}",
    ),
    (
        "vec_of_some some_vec",
        "macro_rules! @fn {\n    ($($@x:expr),*) => {\n        vec![$(Some($@x)),*]\n    };\n}",
    ),
    (
        "vec_of_chars vec_of_bytes",
        "macro_rules! @fn {\n    ($($@x:expr),*) => {\n        vec![$($@x as u8),*]\n    };\n}",
    ),
    (
        "vec_of_boxes boxed_vec",
        "macro_rules! @fn {\n    ($($@x:expr),*) => {\n        vec![$(Box::new($@x)),*]\n    };\n}",
    ),
    (
        "vec_of_squares",
        "macro_rules! @fn {\n    ($($@x:expr),*) => {\n        vec![$($@x * $@x),*]\n    };\n}",
    ),
    (
        "vec_of_names list_of_names",
        "macro_rules! @fn {\n    ($($@x:ident),*) => {\n        vec![$(stringify!($@x)),*]\n    };\n}",
    ),
    (
        "vec_of_texts list_of_texts",
        'macro_rules! @fn {\n    ($($@x:expr),*) => {\n        vec![$(format!("{}", $@x)),*]\n    };\n}',
    ),
    (
        "array_of_strings strings",
        "macro_rules! @fn {\n    ($($@x:expr),*) => {\n        [$(String::from($@x)),*]\n    };\n}",
    ),
    (
        "list_of_strings set_of_strings strings_from",
        """
macro_rules! @fn {
    ($($@x:expr),*) => {{
        let mut @out = Vec::new();
        $(@out.push($@x.to_string());)*
        @out
    }};
}""",
    ),
    (
        "list_of_strings strings_from many_strings",
        """
macro_rules! @fn {
    ($($@x:expr),*) => {{
        let mut @out: Vec<String> = Vec::new();
        $(@out.push(String::from($@x));)*
        @out
    }};
}""",
    ),
    (
        "list_of_strings make_strings strings_from",
        """
macro_rules! @fn {
    ($($@x:expr),*) => {
        [$($@x),*].iter().map(|text| text.to_string()).collect::<Vec<String>>()
    };
}""",
    ),
    (
        "vec_of_words vec_of_owned owned_strings",
        """
macro_rules! @fn {
    ($($@x:expr),*) => {
        vec![$(String::from($@x)),*]
    };
}""",
    ),
    (
        "vec_of_floats vec_of_ratios",
        """
macro_rules! @fn {
    ($($@x:expr),*) => {{
        let mut @out = Vec::new();
        $(@out.push($@x as f64 / 2.0);)*
        @out
    }};
}""",
    ),
    (
        "vec_of_lengths lengths",
        """
macro_rules! @fn {
    ($($@x:expr),*) => {{
        let mut @out = Vec::new();
        $(@out.push($@x.len());)*
        @out
    }};
}""",
    ),
    (
        "vec_of vec_from list_of make_vec",
        """
macro_rules! @fn {
    ($($@x:expr),*) => {{
        let mut @out = Vec::new();
        $(@out.push($@x);)*
        @out
    }};
}""",
    ),
    (
        "set_of hash_set make_set",
        """
macro_rules! @fn {
    ($($@x:expr),*) => {{
        let mut @out = std::collections::HashSet::new();
        $(@out.insert($@x);)*
        @out
    }};
}""",
    ),
    (
        "map_of hash_map make_map",
        """
macro_rules! @fn {
    ($($key:expr => $@x:expr),*) => {{
        let mut @out = std::collections::HashMap::new();
        $(@out.insert($key, $@x);)*
        @out
    }};
}""",
    ),
    (
        "sum_of sum_all add_all",
        "macro_rules! @fn {\n    ($($@x:expr),*) => {\n        0 $(+ $@x)*\n    };\n}",
    ),
    (
        "product_of multiply_all",
        "macro_rules! @fn {\n    ($($@x:expr),*) => {\n        1 $(* $@x)*\n    };\n}",
    ),
    ("all_of all_true", "macro_rules! @fn {\n    ($($@x:expr),*) => {\n        true $(&& $@x)*\n    };\n}"),
    ("any_of any_true", "macro_rules! @fn {\n    ($($@x:expr),*) => {\n        false $(|| $@x)*\n    };\n}"),
    (
        "count_of count_args",
        """
macro_rules! @fn {
    ($($@x:expr),*) => {
        [$(stringify!($@x)),*].len()
    };
}""",
    ),
    ("square square_of", "macro_rules! @fn {\n    ($@x:expr) => {\n        $@x * $@x\n    };\n}"),
    ("double twice", "macro_rules! @fn {\n    ($@x:expr) => {\n        $@x + $@x\n    };\n}"),
    ("negate minus", "macro_rules! @fn {\n    ($@x:expr) => {\n        -$@x\n    };\n}"),
    ("string_of to_text", "macro_rules! @fn {\n    ($@x:expr) => {\n        $@x.to_string()\n    };\n}"),
    (
        "max_of larger",
        "macro_rules! @fn {\n    ($@a:expr, $@b:expr) => {\n        if $@a > $@b { $@a } else { $@b }\n    };\n}",
    ),
    (
        "min_of smaller",
        "macro_rules! @fn {\n    ($@a:expr, $@b:expr) => {\n        if $@a < $@b { $@a } else { $@b }\n    };\n}",
    ),
    ("add plus", "macro_rules! @fn {\n    ($@a:expr, $@b:expr) => {\n        $@a + $@b\n    };\n}"),
    ("pair pair_of", "macro_rules! @fn {\n    ($@a:expr, $@b:expr) => {\n        ($@a, $@b)\n    };\n}"),
    (
        "print_all show_all",
        'macro_rules! @fn {\n    ($($@x:expr),*) => {\n        $(println!("{}", $@x);)*\n    };\n}',
    ),
    (
        "join_all concat_all",
        """
macro_rules! @fn {
    ($($@x:expr),*) => {{
        let mut @out = String::new();
        $(@out.push_str(&$@x.to_string());)*
        @out
    }};
}""",
    ),
    (
        "max_of_all largest",
        """
macro_rules! @fn {
    ($@a:expr) => {
        $@a
    };
    ($@a:expr, $($@x:expr),+) => {
        $@a.max(@fn!($($@x),+))
    };
}""",
    ),
    (
        "make_struct simple_struct",
        """
macro_rules! @fn {
    ($name:ident, $($@x:ident: $kind:ty),*) => {
        struct $name {
            $($@x: $kind),*
        }
    };
}""",
    ),
    (
        "make_function constant_function",
        """
macro_rules! @fn {
    ($name:ident, $@x:expr) => {
        fn $name() -> i32 {
            $@x
        }
    };
}""",
    ),
    (
        "check ensure",
        """
macro_rules! @fn {
    ($@x:expr, $message:expr) => {
        if !$@x {
            panic!("{}", $message);
        }
    };
}""",
    ),
)
