"""What the cheap likeness figures mean."""

from __future__ import annotations

from ferrobench.metrics.definition import Better, Definition

NO_MEASURE_OF_CORRECTNESS = (
    "Likeness to one reference is no measure of correctness: a right program may be written quite otherwise, and a wrong one "
    "may differ from the reference in a single sign."
)
SHARED_PROMPT = (
    "Program and reference both begin with the prompt's text, so even a bad answer is somewhat alike: compare models on the "
    "same prompts, and do not read the value as a grade."
)
EMPTY_COUNTS_AS_NOTHING = "An answer of which nothing is left in the extracted reading counts as 0."
INTERVAL = "95 %, of the mean over samples, clustered by prompt"
WHICH_TEXTS = (
    "The program is the extracted reading of the sample; the reference is the prompt's text and what its suite's reference "
    "solution puts behind it. With several references, the best value counts. Equal programs of a prompt are compared once."
)

DEFINITIONS = (
    Definition(
        name="chrf",
        key="metrics.similarity.chrf",
        summary="How many short stretches of characters a program shares with the reference, as an F-score.",
        formula=(
            "Whitespace is removed. For each order n from 1 to 6 that both texts are long enough for, precision is the share of "
            "the program's character n-grams that the reference has, recall the share of the reference's that the program has, "
            "each n-gram counted as often as it stands in both. P and R are their means over the orders, and "
            f"chrF = 100 · 5 P R / (4 P + R), which weighs recall twice (beta 2). {WHICH_TEXTS} chrf_compiling and chrf_passing "
            "are over the samples that compile and pass, chrf_best over each prompt's best sample."
        ),
        source=(
            'M. Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015; equal to the sentence score of '
            "sacrebleu 2 with its defaults"
        ),
        unit="none",
        range="0 to 100",
        better=Better.HIGHER,
        interval=INTERVAL,
        caveats=(
            NO_MEASURE_OF_CORRECTNESS,
            SHARED_PROMPT,
            EMPTY_COUNTS_AS_NOTHING,
            "Not symmetric: recall weighs more.",
        ),
    ),
    Definition(
        name="token_edit",
        key="metrics.similarity.token_edit",
        summary="How much of a program stays if it is edited into the reference, token by token.",
        formula=(
            "1 - d / max(m, n), where m and n are the numbers of Rust tokens of the two texts, comments left out, and d is the "
            "smallest number of tokens to insert, delete or replace that turns one into the other. 1 where both have no token. "
            f"{WHICH_TEXTS} token_edit_compiling, _passing and _best are as for chrf."
        ),
        source=(
            'V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966; computed as in '
            'H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", 2003'
        ),
        unit="none",
        range="0 to 1",
        better=Better.HIGHER,
        interval=INTERVAL,
        caveats=(
            NO_MEASURE_OF_CORRECTNESS,
            SHARED_PROMPT,
            EMPTY_COUNTS_AS_NOTHING,
            "Another name is another token: a program that only renames its variables loses.",
        ),
    ),
    Definition(
        name="structural",
        key="metrics.similarity.structural",
        summary="How many subtrees the syntax trees of a program and of the reference have in common, names left out.",
        formula=(
            "Each syntax tree (tree-sitter-rust 0.24) is reduced to its named nodes without comments; a node is its kind and its "
            "operator, if it has one. Every node with children stands for its whole subtree. With A and B the multisets of "
            f"these, 2 |A ∩ B| / (|A| + |B|). {WHICH_TEXTS} structural_compiling, _passing and _best are as for chrf."
        ),
        source=(
            'L. R. Dice, "Measures of the amount of ecologic association between species", 1945, over subtrees as I. D. Baxter '
            'and others compare them in "Clone detection using abstract syntax trees", ICSM 1998'
        ),
        unit="none",
        range="0 to 1",
        better=Better.HIGHER,
        interval=INTERVAL,
        caveats=(
            NO_MEASURE_OF_CORRECTNESS,
            SHARED_PROMPT,
            EMPTY_COUNTS_AS_NOTHING,
            "A change deep in a tree changes every subtree around it, so small edits cost more than in the tree edit distance.",
            "What is written inside macros is a flat row of tokens to the parser; its operators are not seen.",
        ),
    ),
    Definition(
        name="behavioural",
        key="metrics.similarity.behavioural",
        summary="The share of the hidden test cases that a program answers as the reference does.",
        formula=(
            "Hidden tests that hold / hidden tests; the reference answers all of them rightly. 0 where the program does not "
            "compile, nothing of the answer is left, or no test holds. Samples of prompts without tests, of prompts whose own "
            "tests are broken, and those that could not be judged do not count. It needs no reference text. "
            "behavioural_compiling is over the samples that compile, behavioural_best over each prompt's best sample."
        ),
        source="ours",
        unit="none",
        range="0 to 1",
        better=Better.HIGHER,
        interval=INTERVAL,
        caveats=(
            "A test case is one test function with all its assertions: an answer that is wrong at one input may fail several.",
            "Some tests are easy: a function that always returns the same may hold a good part of them. Pass rates say how "
            "many programs are right.",
            "After an abort or a limit, the tests that did not run count as not held.",
        ),
    ),
)
