"""What the figures mean that every run has, whatever metrics are chosen."""

from __future__ import annotations

from ferrobench.metrics.definition import Better, Definition

_WILSON = (
    "95 % Wilson, over samples taken as independent: further samples of prompts as easy or hard as these"
)
_PROMPTS = "95 %, over prompts of this kind: samples of a prompt stand or fall together"
_SEED = "the original benchmark"

VERDICTS = (
    Definition(
        name="compile_success_rate",
        key="compile_success_rate",
        summary="Percentage of samples that compile exactly as the model generated them.",
        formula="100 x samples whose prompt + completion rustc accepts (--crate-type lib, built to an rlib) / judged samples",
        source=f"{_SEED}; its target for production models is more than 80",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        interval=_WILSON,
        caveats=(
            "A completion that was cut at max_tokens hardly ever compiles: see compile_success_rate_extracted.",
            "What compiles may still be wrong, or add nothing: see pass_at_k.",
        ),
    ),
    Definition(
        name="compile_success_rate_extracted",
        key="compile_success_rate_extracted",
        summary="Percentage of samples that compile once what is not the answer is removed.",
        formula="As compile_success_rate, of the extracted reading: fences, chat and repeated prompts removed, the unfinished "
        "tail cut along the syntax. Where nothing of the model is left it is no success.",
        source="ours (docs/verdicts.md)",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        interval=_WILSON,
    ),
    Definition(
        name="pass_rate",
        key="tests.pass_rate",
        summary="Percentage of samples whose extracted reading passes the hidden tests.",
        formula="100 x samples with proof that every assertion ran and held / judged samples of prompts with tests",
        source="ours; pass@1 with samples weighted alike",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        interval=_WILSON,
        caveats=("Tests find wrong answers; they do not prove right ones.",),
    ),
    Definition(
        name="pass_at_k",
        key="at_k.*.pass_at_k[].value",
        summary="The chance that at least one of k samples of a prompt passes its hidden tests, mean over prompts.",
        formula="mean over prompts of 1 - C(n - c, k) / C(n, k), with n judged samples of the prompt and c passes",
        source="M. Chen et al. 2021, Evaluating Large Language Models Trained on Code, arXiv:2107.03374, eq. 1",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        interval=_PROMPTS,
        caveats=(
            "Prompts with fewer than k samples are left out, and listed.",
            "Comparable only at the same temperature and top-p, which shift it between small and large k.",
        ),
    ),
    Definition(
        name="pass_hat_k",
        key="at_k.*.pass_hat_k[].value",
        summary="The chance that all of k samples of a prompt pass: reliability.",
        formula="mean over prompts of C(c, k) / C(n, k)",
        source="S. Yao et al. 2024, tau-bench, arXiv:2406.12045, section 3",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        interval=_PROMPTS,
    ),
    Definition(
        name="compile_at_k",
        key="at_k.*.compile_at_k[].value",
        summary="The chance that at least one of k samples of a prompt compiles, mean over prompts.",
        formula="pass_at_k with compiling in place of passing; over all prompts",
        source="the estimator of Chen et al. 2021; asked for by the original benchmark's plans",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        interval=_PROMPTS,
    ),
    Definition(
        name="share_of_tests",
        key="tests.share_of_tests",
        summary="Mean share of a sample's hidden tests that hold: partial credit.",
        formula="mean of passed / (passed + failed) tests over judged samples; 0 where the program does not compile",
        source="ours",
        unit="share",
        range="0 to 1",
        better=Better.HIGHER,
        caveats=("Tests differ in how much they ask; half of them is not half a solution.",),
    ),
    Definition(
        name="unjudged",
        key="unjudged.count",
        summary="Samples about which we failed to learn something; they are in no rate.",
        formula="samples whose compiling or testing failed for reasons that are not the model's, after another try alone, and "
        "samples that were not drawn: the model's context has no room for the prompt",
        source="ours (docs/verdicts.md)",
        unit="samples",
        range="0 and more",
        better=Better.LOWER,
    ),
    Definition(
        name="before_first_error",
        key="before_first_error.share",
        summary="How far completions get before their first error: a gradient for models that compile nothing yet.",
        formula="mean share of a completion's characters before the first place that rustc complains of; 1 where it compiles. "
        "For a brace that is never closed, where the unfinished item begins.",
        source="ours",
        unit="share",
        range="0 to 1",
        better=Better.HIGHER,
    ),
    Definition(
        name="distinct_programs",
        key="distinct.distinct",
        summary="How many of the compiling programs differ from each other as texts.",
        formula="number of different extracted texts among those that compile",
        source="ours",
        unit="programs",
        range="0 and more",
        better=Better.HIGHER,
        caveats=("Grows with the number of samples; the diversity metrics have figures that do not.",),
    ),
)

SEED_CODE = (
    Definition(
        name="avg_lines",
        key="avg_lines",
        summary="Mean number of lines that are not blank, of prompt plus completion.",
        formula="lines with anything but white space",
        source=_SEED,
        unit="lines",
        range="0 and more",
        better=Better.NEITHER,
    ),
    Definition(
        name="avg_functions",
        key="avg_functions",
        summary="Mean number of functions at top level, in impl blocks and in traits.",
        formula="0 where the text does not parse; nested functions and those in modules, extern blocks and macros do not count",
        source=_SEED,
        unit="functions",
        range="0 and more",
        better=Better.NEITHER,
        caveats=(
            "A text with one syntax error has 0 functions; avg_syntax_functions counts them all the same.",
        ),
    ),
    Definition(
        name="avg_complexity",
        key="avg_complexity",
        summary="The original's simplified cyclomatic complexity: counted substrings.",
        formula="1 + occurrences of `if `, `while `, `for `, `match `, `&&`, `||` and `?` in the raw text",
        source=_SEED,
        unit="none",
        range="1 and more",
        better=Better.NEITHER,
        caveats=(
            "It counts words in comments and strings, `impl Trait for`, closures' `||` and `?Sized`, and knows no functions. "
            "Kept for comparison with the original's files; avg_syntax_complexity is the sounder figure.",
        ),
    ),
    Definition(
        name="avg_syntax_functions",
        key="avg_syntax_functions",
        summary="Mean number of named functions in the syntax tree, wherever they stand.",
        formula="every `fn` with a name: free, nested, in modules, impls, traits and extern blocks, with or without a body",
        source="ours, on tree-sitter-rust 0.24",
        unit="functions",
        range="0 and more",
        better=Better.NEITHER,
    ),
    Definition(
        name="avg_syntax_complexity",
        key="avg_syntax_complexity",
        summary="Cyclomatic complexity per function, from the syntax tree of prompt plus completion.",
        formula="1 + decisions: if, while, for, each match arm after the first, guards, the else of let-else, ?, && and ||",
        source="T. J. McCabe 1976, A Complexity Measure, IEEE TSE SE-2(4)",
        unit="none",
        range="1 and more; 0 without a function",
        better=Better.NEITHER,
        caveats=("Decisions inside of macro calls are not seen.",),
    ),
)

LINT = (
    Definition(
        name="clippy_per_100_lines",
        key="lint.clippy_per_100_lines",
        summary="Clippy's findings per 100 lines of compiling samples (with --lint).",
        formula="100 x findings in clippy's five default groups / lines that are not blank",
        source="rust-lang/rust-clippy, of the toolchain that judged",
        unit="findings per 100 lines",
        range="0 and more",
        better=Better.LOWER,
    ),
    Definition(
        name="clippy_clean",
        key="lint.clippy_clean",
        summary="Compiling samples without a finding in clippy's default groups (with --lint).",
        formula="samples",
        source="rust-lang/rust-clippy",
        unit="samples",
        range="0 and more",
        better=Better.HIGHER,
    ),
    Definition(
        name="rustfmt_clean",
        key="lint.rustfmt_clean",
        summary="Samples in which rustfmt changes no line (with --lint).",
        formula="samples that parse and are formatted as rustfmt would",
        source="rust-lang/rustfmt",
        unit="samples",
        range="0 and more",
        better=Better.HIGHER,
    ),
)
