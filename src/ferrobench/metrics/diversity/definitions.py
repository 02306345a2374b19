"""What the figures of diversity mean."""

from __future__ import annotations

from ferrobench.metrics.definition import Better, Definition

_KEY = "metrics.diversity."
_OVER_PROMPTS = "95 %, over prompts: how the mean would vary over other prompts of this kind"
_OVER_SAMPLES = "95 %, clustered by prompt"
_SIZE = (
    "More samples per prompt lower it, whatever the model: between runs of different size compare {} instead."
)
_HIGHER_IS_NOT_GOOD = (
    "Nonsense is diverse too: read it beside the compile rate, or among samples that compile or pass."
)
_ANSWERS = (
    "Over the Rust tokens of the answers: what the model wrote, without the prompt, which all answers would share. "
    "Comments and whitespace are no tokens, an operator is one, a literal is one."
)
_PROGRAM = (
    "A sample's program is the extracted one, and the whole text as generated where nothing could be extracted. "
    "Programs are compared within their prompt, and counts are added up over prompts."
)

_NGRAMS = (
    (1, "tokens"),
    (2, "pairs of tokens in a row"),
    (3, "threes of tokens in a row"),
    (4, "fours of tokens in a row"),
)

_UNIQUENESS = (
    Definition(
        name="unique_programs",
        key=_KEY + "unique.*.programs.percent",
        summary="How many of the programs are different texts.",
        formula=f"100 * different programs / programs, by their exact text. {_PROGRAM} "
        "Given for all samples, those that compile (extracted), and those that pass.",
        source="ours",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        caveats=(
            _SIZE.format("differ, at_5 or at_10"),
            "A space or a comment makes a program different; unique_normalised and unique_shapes do not count these.",
            _HIGHER_IS_NOT_GOOD,
        ),
    ),
    Definition(
        name="unique_normalised",
        key=_KEY + "unique.*.normalised.percent",
        summary="How many of the programs are different once layout, comments, own names and literals do not count.",
        formula="100 * different normal forms / programs. The normal form is the sequence of tokens without comments, "
        "where each literal is reduced to its kind and each name that the program itself gives is numbered by its first "
        "occurrence, everywhere alike: names after fn, struct, enum, union, trait, type, const, static, mod and mut, "
        "generic parameters, lifetimes and labels, and names in lower case that somewhere stand for a value or a field. "
        f"Names of others (sum, Vec, unwrap) stay. {_PROGRAM}",
        source="Type-2 clones of Roy and Cordy 2007, A Survey on Software Clone Detection Research, with renaming "
        "consistent as in Baker 1995, On Finding Duplication and Near-Duplication in Large Software Systems; "
        "which names are a program's own is ours",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        caveats=(
            _SIZE.format("differ, at_5 or at_10"),
            "x + 1 and x + 2 are the same here: which number stands in a program may be all that makes it right.",
            "Renaming knows no scopes: a name that stands for two things has one number.",
            _HIGHER_IS_NOT_GOOD,
        ),
    ),
    Definition(
        name="unique_shapes",
        key=_KEY + "unique.*.shapes.percent",
        summary="How many of the programs are built differently: shapes of whole syntax trees.",
        formula="100 * different shapes / programs. The shape is the syntax tree with every name, type name, literal and "
        "lifetime reduced to its kind; operators and keywords stay, comments, visibility and commas do not count. "
        f"Programs with the same normal form have the same shape. {_PROGRAM}",
        source="ours; the tree is tree-sitter's, grammar tree-sitter-rust 0.24",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        caveats=(
            _SIZE.format("differ, at_5 or at_10"),
            "a.sum() and a.max() have the same shape: it tells how a program is built, not what it calls.",
            "Of a text that is no Rust it is the shape of what the parser made of it.",
            "The contents of macros are tokens to the parser, not trees.",
            _HIGHER_IS_NOT_GOOD,
        ),
    ),
    Definition(
        name="unique_functions",
        key=_KEY + "unique.*.functions.percent",
        summary="How many of the functions are built differently: shapes of single functions.",
        formula="100 * different shapes / functions, over the functions, methods and macro definitions of all programs "
        "of a prompt, added up over prompts. Functions that are complete within the prompt's own text do not count. "
        "Shapes are those of unique_shapes; an inner function is part of the one around it and counts for itself too.",
        source="ours; the tree is tree-sitter's, grammar tree-sitter-rust 0.24",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        caveats=(
            _SIZE.format("differ, at_5 or at_10"),
            "Programs of several functions have more to compare; short functions are alike more often.",
        ),
    ),
    Definition(
        name="differ",
        key=_KEY + "unique.*.*.differ.value",
        summary="The chance that two samples of a prompt differ, in the sense of the level it stands under.",
        formula="100 * (1 - sum over the different ones of c (c - 1) / (n (n - 1))), where c of a prompt's n are the "
        "same; the mean over prompts with at least two",
        source="Simpson 1949, Measurement of Diversity; the probability of interspecific encounter of Hurlbert 1971",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        interval=_OVER_PROMPTS,
        caveats=(
            "Unbiased for any number of samples: runs of different size can be compared.",
            "Frequent programs weigh most: a model with one habit and many rare ideas scores low.",
            _HIGHER_IS_NOT_GOOD,
        ),
    ),
    *(
        Definition(
            name=f"unique_at_{k}",
            key=f"{_KEY}unique.*.*.at_{k}.value",
            summary=f"How many different ones to expect among {k} samples of a prompt, as a share of {k}.",
            formula=f"100 / {k} * sum over the different ones of 1 - C(n - c, {k}) / C(n, {k}), where c of a prompt's n "
            f"are the same; the mean over prompts with at least {k}",
            source="rarefaction: Hurlbert 1971, The Nonconcept of Species Diversity; unbiased after Smith and Grassle "
            "1977, Sampling Properties of a Family of Diversity Measures",
            unit="percent",
            range=f"{100 // k} (all the same) to 100 (all different)",
            better=Better.HIGHER,
            interval=_OVER_PROMPTS,
            caveats=(
                "Unbiased for any number of samples: runs of different size can be compared.",
                f"Prompts with fewer than {k} samples are left out.",
                _HIGHER_IS_NOT_GOOD,
            ),
        )
        for k in (5, 10)
    ),
    Definition(
        name="effective_number",
        key=_KEY + "unique.*.*.effective",
        summary="How many different programs, all equally frequent, would be as hard to guess as those of a prompt.",
        formula="exp(- sum over the different ones of (c / n) ln(c / n)), where c of a prompt's n are the same; "
        "the mean over prompts",
        source="Hill 1973, Diversity and Evenness: A Unifying Notation and Its Consequences, order 1",
        unit="programs (functions, for functions)",
        range="1 to the number of samples of a prompt",
        better=Better.HIGHER,
        caveats=(
            "Grows with the number of samples as long as new programs turn up: compare runs of the same size only.",
            _HIGHER_IS_NOT_GOOD,
        ),
    ),
)

_TOKENS = (
    Definition(
        name="self_bleu",
        key=_KEY + "self_bleu.value",
        summary="How well the other answers to a prompt predict an answer: 100 for copies of each other.",
        formula="BLEU of each answer against all other answers to its prompt as references, the mean over answers. "
        "BLEU is sacreBLEU's of sentences, on Rust tokens: n-grams up to 4, matches clipped by the reference that has "
        "most, the closest reference length (the shorter of two), matches of 0 counted as 0.1 (smoothing floor), for "
        "answers below 4 tokens only the n-grams that fit (effective order), 0 where nothing matches. At most 100 answers "
        "of a prompt are compared, drawn by the run's seed; self_bleu_samples and self_bleu_drawn say so. An empty answer "
        "has 100 if another one is empty, else 0; an answer that is alone has none.",
        source="Zhu et al. 2018, Texygen (arXiv:1802.01886), whose smoothing it is; BLEU: Papineni et al. 2002; "
        "equal to sacreBLEU 2",
        unit="BLEU points",
        range="0 to 100",
        better=Better.LOWER,
        interval=_OVER_SAMPLES,
        caveats=(
            "More answers per prompt raise it: between runs of different size compare self_bleu_at_5.",
            "Code repeats itself more than prose: figures of texts in English are no yardstick.",
            "Low values are easy for nonsense: read it beside the compile rate.",
        ),
    ),
    *(
        Definition(
            name=f"distinct_{n}",
            key=f"{_KEY}distinct_{n}.value",
            summary=f"distinct-{n}: how many of the {what} in a prompt's answers are different.",
            formula=f"different {what} / all {what}, within the answers, over all answers to a prompt; the mean over "
            f"prompts that have any. {_ANSWERS}",
            source="Li et al. 2016, A Diversity-Promoting Objective Function for Neural Conversation Models "
            "(arXiv:1510.03055), which divides by tokens; here by n-grams, as usual today",
            unit="none",
            range="0 to 1",
            better=Better.HIGHER,
            interval=_OVER_PROMPTS,
            caveats=(
                f"More and longer answers lower it: between runs of different size compare distinct_{n}_at_5.",
                _HIGHER_IS_NOT_GOOD,
            ),
        )
        for n, what in _NGRAMS
    ),
    Definition(
        name="type_token_ratio",
        key=_KEY + "type_token_ratio.value",
        summary="How many of an answer's tokens are different.",
        formula=f"different tokens / tokens of an answer, the mean over answers that have any. {_ANSWERS}",
        source="Templin 1957, Certain Language Skills in Children; the ratio is older",
        unit="none",
        range="0 to 1",
        better=Better.NEITHER,
        interval=_OVER_SAMPLES,
        caveats=(
            "Falls with the length of the text: between models whose answers differ in length compare mattr.",
        ),
    ),
    Definition(
        name="mattr",
        key=_KEY + "mattr.value",
        summary="How many of 25 tokens in a row are different: vocabulary richness that does not depend on length.",
        formula="the mean of different tokens / 25 over all windows of 25 tokens in a row of an answer; the mean over "
        f"answers of at least 25 tokens. {_ANSWERS}",
        source="Covington and McFall 2010, Cutting the Gordian Knot: The Moving-Average Type-Token Ratio (MATTR)",
        unit="none",
        range="0.04 to 1",
        better=Better.NEITHER,
        interval=_OVER_SAMPLES,
        caveats=(
            "Shorter answers are left out: mattr.samples says how many were not.",
            "The window is a choice: longer ones leave out more of the short answers that prompts of one function get. "
            "Only figures of the same window compare.",
            "MTLD, the usual other measure, counts how often a text's ratio falls to 0.72, a threshold set for English: "
            "code is there after some 16 tokens, too few to tell texts apart.",
        ),
    ),
    Definition(
        name="entropy_bits",
        key=_KEY + "entropy_bits.value",
        summary="How hard a token of a prompt's answers is to guess, knowing how frequent each is.",
        formula="- sum over different tokens of p log2 p, with p its share of all tokens of a prompt's answers; the mean "
        f"over prompts that have any. {_ANSWERS}",
        source="Shannon 1948, A Mathematical Theory of Communication",
        unit="bits per token",
        range="0 (one token alone) to log2 of the number of different tokens",
        better=Better.NEITHER,
        interval=_OVER_PROMPTS,
        caveats=(
            "From shares as they are, without a correction: few tokens give too little. Between runs of different size "
            "compare entropy_bits_at_5.",
            "Of the texts, not of the model's own probabilities.",
        ),
    ),
    Definition(
        name="conditional_entropy_bits",
        key=_KEY + "conditional_entropy_bits.value",
        summary="How hard a token is to guess, knowing the one before it.",
        formula="entropy of pairs of neighbours - entropy of their first tokens, over a prompt's answers, in bits; the mean "
        f"over prompts that have any. {_ANSWERS}",
        source="Shannon 1948, A Mathematical Theory of Communication, section 6",
        unit="bits per token",
        range="0 to the entropy of tokens",
        better=Better.NEITHER,
        interval=_OVER_PROMPTS,
        caveats=(
            "Too small over few tokens, much more so than entropy_bits: between runs of different size compare "
            "conditional_entropy_bits_at_5.",
        ),
    ),
    Definition(
        name="compression_ratio",
        key=_KEY + "compression_ratio.value",
        summary="How many times smaller a prompt's answers become when they are compressed together.",
        formula="bytes of all answers to a prompt, one after the other with a line end between them / bytes after zlib at "
        "level 6; the mean over prompts whose answers are not all empty",
        source="Shaib et al. 2024, Standardizing the Measurement of Text Diversity (arXiv:2403.00553), with gzip",
        unit="none",
        range="above 0; for code some 2 to 4 where answers differ, 20 and more where they are copies",
        better=Better.LOWER,
        interval=_OVER_PROMPTS,
        caveats=(
            "More and longer answers raise it: between runs of different size compare compression_ratio_at_5.",
            "zlib looks back 32 KiB: what repeats farther apart is not found.",
            "Other builds of zlib may give slightly other sizes.",
            "Loops within one answer raise it as copies do.",
        ),
    ),
)

_AT_5 = tuple(
    Definition(
        name=f"{name}_at_5",
        key=f"{_KEY}at_5.{name}.value",
        summary=f"{what} of five answers to a prompt: comparable whatever the number of samples.",
        formula=f"the figure {name} of groups of five answers to a prompt, the mean over {over}. Groups are made of at most "
        "100 answers per prompt in an order drawn by the run's seed; what is left over is left out.",
        source=source,
        unit=unit,
        range=bounds,
        better=better,
        interval=_OVER_SAMPLES,
        caveats=("Prompts with fewer than five answers are left out.",),
    )
    for name, what, over, source, unit, bounds, better in (
        ("self_bleu", "Self-BLEU", "answers", "Zhu et al. 2018 (arXiv:1802.01886)", "BLEU points",
         "0 to 100", Better.LOWER),
        *(
            (f"distinct_{n}", f"distinct-{n}", "groups", "Li et al. 2016 (arXiv:1510.03055)", "none", "0 to 1",
             Better.HIGHER)
            for n, _ in _NGRAMS
        ),
        ("entropy_bits", "Entropy of the tokens", "groups", "Shannon 1948", "bits per token",
         "0 and more", Better.NEITHER),
        ("conditional_entropy_bits", "Entropy of a token after the one before it", "groups",
         "Shannon 1948", "bits per token", "0 and more", Better.NEITHER),
        ("compression_ratio", "Compression ratio", "groups", "Shaib et al. 2024 (arXiv:2403.00553)",
         "none", "above 0", Better.LOWER),
    )
)  # fmt: skip

_POOLED = (
    Definition(
        name="distinct_answers",
        key=_KEY + "pooled.distinct_answers_percent",
        summary="How many of the run's answers are different texts, whatever their prompts.",
        formula="100 * different answers / answers, by their exact text, over all prompts together",
        source="ours",
        unit="percent",
        range="0 to 100",
        better=Better.HIGHER,
        caveats=("Far below unique_programs it says that different prompts get the same answer.",),
    ),
    Definition(
        name="pooled_tokens",
        key=_KEY + "pooled.*",
        summary="Vocabulary, distinct-1 and -2, entropies and compression ratio of all answers of the run as one text.",
        formula="as the figures of the same names, over all answers together; n-grams within an answer; the text to be "
        "compressed is in the order of the prompts",
        source="as the figures of the same names",
        unit="as the figures of the same names",
        range="as the figures of the same names",
        better=Better.NEITHER,
        caveats=(
            "They depend on how many prompts and samples there are: for runs of the same suite and size only.",
        ),
    ),
)

DEFINITIONS = (*_UNIQUENESS, *_TOKENS, *_AT_5, *_POOLED)
