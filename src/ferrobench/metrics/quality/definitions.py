"""What the figures of the code mean, for ``ferrobench explain`` and docs/metrics.md."""

from __future__ import annotations

from ferrobench.metrics.definition import Better, Definition
from ferrobench.metrics.quality.idioms import Idiom

_READ = (
    "Read from the program that is extracted from a sample, the prompt's own text included, in tree-sitter's syntax tree "
    "(tree-sitter-rust 0.24); samples without one are left out. "
)
_MACROS = (
    "Arguments of std's macros (assert!, println!, format!, write!, vec!, matches!, panic! and their kin) are read as "
    "expressions, nested ones too; arguments of other macros and bodies of macro_rules! are not read at all. Where the "
    "arguments of such a call are no list of expressions, the macros of that program stay unread. "
)
_BY_PROMPT = "the mean over other prompts of this kind, 95 %, clustered by prompt"
_GUESSED = "Where the parser had to mend a text (see recovered), it is of what the parser made of it."
_BREVITY = "It says how long code is, not whether it is right: a model that writes too little has little of everything."


def _size(
    name: str, summary: str, formula: str, unit: str, *caveats: str, source: str = "ours"
) -> Definition:
    return Definition(
        name=name,
        key=f"metrics.quality.{name}",
        summary=summary,
        formula=f"{_READ}The mean over samples. {formula}",
        source=source,
        unit=unit,
        range="0 and up",
        better=Better.NEITHER,
        interval=_BY_PROMPT,
        caveats=caveats,
    )


def _per_function(
    name: str, summary: str, formula: str, *caveats: str, unit: str, least: int, source: str = "ours"
) -> Definition:
    return Definition(
        name=name,
        key=f"metrics.quality.{name}",
        summary=summary,
        formula=(
            f"{_READ}Of every function with a body, nested ones and methods included; mean, median, 90th percentile and "
            f"maximum are over all functions of all samples. {formula}"
        ),
        source=source,
        unit=unit,
        range=f"{least} and up",
        better=Better.NEITHER,
        interval=f"of the mean: {_BY_PROMPT}",
        caveats=(*caveats, _GUESSED),
    )


def _density(name: str, what: str, better: Better, *caveats: str) -> Definition:
    return Definition(
        name=name,
        key=f"metrics.quality.{name}",
        summary=f"How often {what}, per 100 lines of code.",
        formula=(
            f"{_READ}{_MACROS}100 times the occurrences over the code lines (see code_lines), both summed over all samples, "
            "so that a long sample weighs more than a short one. What stands in tests counts too."
        ),
        source="ours",
        unit="per 100 code lines",
        range="0 and up",
        better=better,
        interval=_BY_PROMPT,
        caveats=caveats,
    )


def _share(
    name: str, summary: str, formula: str, better: Better, *caveats: str, source: str = "ours"
) -> Definition:
    return Definition(
        name=name,
        key=f"metrics.quality.{name}",
        summary=summary,
        formula=f"{_READ}{formula}",
        source=source,
        unit="percent",
        range="0 to 100",
        better=better,
        interval=_BY_PROMPT,
        caveats=caveats,
    )


_POOLED = " Both numbers are summed over all samples first; null where there are none."

_SIZES = (
    _size("total_lines", "How many lines a sample has.", "Code, comment and blank lines; a newline at the end begins no line.", "lines", _BREVITY),
    _size("code_lines", "How many lines of code a sample has.", "Lines with anything that is no comment. A comment beside code makes no comment line.", "lines", _BREVITY),
    _size("comment_lines", "How many lines of comment a sample has.", "Lines with a comment, documentation too, and no code.", "lines", "The prompt's documentation is part of the program."),
    _size("documentation_lines", "How many lines of documentation a sample has.", "Comment lines in ///, //!, /** … */ or /*! … */; those are counted in comment_lines too. #[doc = …] is code.", "lines", "The prompt's documentation is part of the program."),
    _size("blank_lines", "How many blank lines a sample has.", "Lines of whitespace only, wherever they stand.", "lines"),
    _size("functions", "How many functions a sample has.", "Every fn with a name: free, nested, in modules, impls, traits and extern blocks, with or without a body. Closures, and functions that macros hold, do not count. Equal to what rustc's own syntax tree holds before macros are expanded.", "functions", _GUESSED),
    _size("original_functions", "How many functions a sample has by the original benchmark's definition.", "Functions at the top level, in impl blocks and in traits (there also without a body). Nested functions, and those in modules and extern blocks, do not count.", "functions", "avg_functions is this figure of the sample's whole text, and 0 where that does not parse; here it is of the extracted program.", source="the original benchmark"),
)  # fmt: skip

_FUNCTIONS = (
    _per_function(
        "cyclomatic",
        "How many independent paths lead through a function.",
        f"1 plus one for each if, while and for; each arm of a match after the first; each guard of an arm; each else of a let … else; each ?; each && and || between conditions. loop is none. Decisions in closures belong to the function around them, those in nested functions to these. {_MACROS}matches! is a match of two arms.",
        "A match over many variants counts high although it reads easily.",
        "syntax_complexity of a sample counts by the same rules but does not look into macros, and is of the sample's whole text.",
        unit="paths",
        least=1,
        source="T. J. McCabe, A Complexity Measure, IEEE Transactions on Software Engineering SE-2(4), 1976",
    ),
    _per_function(
        "cognitive",
        "The complexity of a function as Clippy's lint cognitive_complexity counts it.",
        f"1 plus one for each if, while, for, ?, .await, match with more than one arm, guard of an arm, and assertion (two for a debug_ assertion); then less one for each return and ? where the function returns a Result, or less one for every two of them where it does not, unless that makes it negative. Not counted: &&, ||, let … else, and what stands in closures, async blocks and constants. {_MACROS}",
        "Despite its name it is no measure of how hard code is to understand; Clippy keeps the lint in its nursery for that reason.",
        "Closures, which Clippy reports one by one, are in no figure here.",
        "It differs from Clippy's where that knows more than the text shows: decisions in a user's own macros, a return type that is a Result by an alias of an alias or of another file, a function whose last statement never comes back for another reason than return or a panic, and decisions in the length of an array.",
        unit="decisions",
        least=0,
        source="Clippy 1.95, cognitive_complexity",
    ),
    _per_function(
        "nesting",
        "How deep the control structures of a function are nested.",
        "The largest number of if, match, while, for and loop around one place of the function. else if goes no deeper than its if. Plain and unsafe blocks and closures do not count, but what stands in a closure counts in its function; nested functions begin at 0.",
        unit="levels",
        least=0,
    ),
    _per_function(
        "parameters",
        "How many parameters a function has.",
        "self counts, as in Clippy's too_many_arguments; type and lifetime parameters do not.",
        unit="parameters",
        least=0,
    ),
    _per_function(
        "function_lines",
        "How long a function is.",
        "From the line of its signature to that of its closing brace, blank and comment lines and nested functions included; attributes and documentation before it are not.",
        unit="lines",
        least=1,
    ),
)  # fmt: skip

_DENSITIES = (
    _density("unwraps", "an error becomes a panic by .unwrap()", Better.LOWER, "In tests and examples, unwrap is good style."),
    _density("expects", "an error becomes a panic by .expect(…)", Better.NEITHER, "Any method of that name counts; types are not known."),
    _density("panics", "panic! is written", Better.NEITHER, "Assertions panic too and are not counted."),
    _density("placeholders", "work is left undone by todo! or unimplemented!", Better.LOWER, "Such a program compiles and then panics: read it beside the compile rate."),
    _density("unreachables", "unreachable! is written", Better.NEITHER),
    _density("question_marks", "? passes an error on", Better.NEITHER, "A prompt whose signature returns no Result leaves no room for it."),
    _density("early_returns", "return stands before the end of its function", Better.NEITHER, "Returns of closures and async blocks do not count, nor does ?."),
    _density("clones", "a value is copied by clone, to_owned or to_vec", Better.NEITHER, "Calls such as .clone() and Rc::clone(…) count; .to_string(), .cloned() and implicit copies do not. Whether a copy is needed is not known; Clippy's lints can tell."),
    _density("casts", "as casts a value", Better.NEITHER, "Lossless casts count like lossy ones."),
    _density("unsafe_blocks", "an unsafe block is written", Better.LOWER, "Some tasks ask for unsafe code."),
)  # fmt: skip

_SHARES = (
    _share("recovered", "How many samples the parser had to mend.", "Percent of the samples whose syntax tree has an error or a missing token.", Better.LOWER, "tree-sitter accepts some of what rustc refuses, and refuses a little of what rustc accepts: whether samples parse is told by the failure stages, not here.", "All other figures of such a sample are of the mended tree."),
    _share("unsafe_functions", "How many functions are declared unsafe.", "Percent of the functions (see functions)." + _POOLED, Better.NEITHER),
    _share("mutable_bindings", "How many local bindings are mutable.", "Names bound by let, by themselves or in a tuple, that are mut, in percent of all such names. Other patterns, parameters, and variables of loops and closures do not count." + _POOLED, Better.NEITHER, "A mut that is never needed counts too; rustc warns of it."),
    _share("iterator_share", "Whether iteration is written with iterators or with indices.", f"Iterator chains in percent of chains and index loops. A chain is a method called on iter(), into_iter(), chars() and the like, or a method of iterators called on a range in parentheses; v.iter() alone, as for takes it, is none. An index loop is for i in a..b, also with rev() or step_by(), that indexes anything by an expression with i in it. {_MACROS}" + _POOLED, Better.HIGHER, "while loops with a counter, and for loops over values, are neither.", "Some algorithms are clearer with indices."),
    _share("documented", "How many public items are documented.", "Items declared pub without restriction (functions, methods, types, traits, constants, modules) with a doc comment or #[doc = …] before them, in percent of all such items; fields and variants do not count." + _POOLED, Better.HIGHER, "Most short answers have no public items at all.", "The prompt's documentation counts for the prompt's item."),
    Definition(
        name="idioms",
        key="metrics.quality.idioms.*",
        summary="In how many samples each of a fixed set of ways of writing Rust occurs.",
        formula=_READ + _MACROS + "Percent of the samples in which it occurs at least once. The idioms: " + ", ".join(Idiom) + ".",
        source="ours; Clippy's needless_range_loop, ptr_arg and needless_return advise against index_loop, container_reference and final_return",
        unit="percent",
        range="0 to 100",
        better=Better.NEITHER,
        interval=_BY_PROMPT,
        caveats=(
            "It shows how a model writes, not how well: the prompts decide which idioms have a place at all.",
            "Idioms are told by their form and by names; types are not known. combinator counts only methods that iterators do not have, so map and filter on an Option are not seen.",
        ),
    ),
)  # fmt: skip

DEFINITIONS = (*_SIZES, *_FUNCTIONS, *_DENSITIES, *_SHARES)
