"""What the figures of failures mean."""

from __future__ import annotations

from ferrobench.metrics.definition import Better, Definition

_OVER_PROMPTS = "95 %, over prompts of this kind: samples of a prompt stand or fall together"

DEFINITIONS = (
    Definition(
        name="stage_ladder",
        key="metrics.failures.ladder[]",
        summary="How far the extracted programs get in the compiler's work and in the hidden tests.",
        formula="Each judged sample counts at one stage: empty, lex, parse, resolve, typecheck, borrowck, lint, codegen, "
        "link, compiled, run (a test failed), tested (all held). `reached` is the percentage at this stage or a later one.",
        source="ours; the phases follow rustc, by a table of its error codes (docs/verdicts.md)",
        unit="samples and percent",
        range="0 to 100",
        better=Better.HIGHER,
        interval=_OVER_PROMPTS,
        caveats=(
            "A text counts at the earliest phase that complains: rustc does not look further.",
            "Prompts without tests end at `compiled`.",
        ),
    ),
    Definition(
        name="error_families",
        key="metrics.failures.families[]",
        summary="Which parts of Rust the mistakes are about: syntax, names, types, traits, ownership, macros, other.",
        formula="100 x samples with at least one error of the family / judged samples. A sample can have several families. "
        "`first` counts each sample once, by the error that stands first in its text.",
        source="ours; by error code, and by rustc's words for errors without one",
        unit="percent of judged samples",
        range="0 to 100",
        better=Better.LOWER,
        interval=_OVER_PROMPTS,
        caveats=(
            "An early mistake hides later ones: few ownership errors in a model that fails to parse mean nothing. "
            "The ownership card counts only what rustc has checked.",
        ),
    ),
    Definition(
        name="ownership_card",
        key="metrics.failures.ownership",
        summary="How often programs that rustc's borrow checker saw are free of mistakes about moves, borrows, mutability "
        "and lifetimes.",
        formula="100 x programs without such an error / programs checked. Checked are those that got as far as the borrow "
        "checker, and those that have such an error beside earlier ones. Codes: E0382, E0505, E0507, E0508, E0509 (moves); "
        "E0499, E0502, E0503, E0506 and closures' (borrows); E0381, E0384, E0594, E0596 (mutability); E0106, E0373, E0515, "
        "E0521, E0597, E0621, E0716 and the like (lifetimes).",
        source="ours; grouped by the explanations of rustc's error index",
        unit="percent of checked programs",
        range="0 to 100",
        better=Better.HIGHER,
        interval=_OVER_PROMPTS,
        caveats=("Programs that need no borrowing are clean too: compare only within one suite.",),
    ),
    Definition(
        name="codes_by_prompt",
        key="metrics.failures.by_prompt.*",
        summary="The most frequent error codes of each prompt.",
        formula="Samples of the prompt with at least one such error; a sample counts once for each code it has.",
        source="ours",
        unit="samples",
        range="0 and more",
        better=Better.LOWER,
    ),
    Definition(
        name="codes_by_category",
        key="metrics.failures.by_category.*",
        summary="The most frequent error codes of each category of prompts.",
        formula="As for prompts, over all samples of the category.",
        source="ours",
        unit="samples",
        range="0 and more",
        better=Better.LOWER,
    ),
    Definition(
        name="first_error_place",
        key="metrics.failures.first_error",
        summary="Where in the model's text the first error stands, among programs that do not compile.",
        formula="Characters of the extracted program between the end of the prompt and the first error, divided by all "
        "characters after the prompt; given as a median and as counts per tenth.",
        source="ours",
        unit="share of the answer's characters",
        range="0 to 1",
        better=Better.HIGHER,
        caveats=(
            "rustc reports a missing brace at the end of the file; such errors have no place.",
            "Unlike before_first_error this leaves out what compiles and what the extraction cuts off.",
        ),
    ),
)
