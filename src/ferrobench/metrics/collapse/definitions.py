"""What the doctor's figures mean, for ``ferrobench explain`` and docs/metrics.md."""

from __future__ import annotations

from ferrobench.metrics.definition import Better, Definition

_KEY = "metrics.collapse."
_CLUSTERED = "95 %, samples clustered by prompt"

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        name="collapse_verdict",
        key=_KEY + "verdict",
        summary="Whether the model's answers are degenerate: healthy, ailing or collapsed.",
        formula=(
            "collapsed where at least 50 % of the samples are degenerate (see collapse_degenerate); else ailing where any ailment is"
            " named (see collapse_ailments); else healthy"
        ),
        source="ours",
        unit="none",
        range="healthy, ailing, collapsed",
        better=Better.NEITHER,
        caveats=(
            "Healthy does not mean good: a model whose code never compiles is healthy if what it writes looks like code that"
            " belongs to its prompt.",
            "Greedy decoding (temperature 0) loops more than drawing does; a loop there says less about the model.",
        ),
    ),
    Definition(
        name="collapse_degenerate",
        key=_KEY + "degenerate",
        summary="The share of samples that have nothing to do with their prompt any more.",
        formula=(
            "100 x samples with at least one of token_flood, token_loop, line_loop, prompt_echo, same_answer, one_answer, empty and"
            " noise / all samples. Ailments of form (another language, prose, copying, broken characters, lost line ends,"
            " answers that never end) do not count here."
        ),
        source="ours",
        unit="percent",
        range="0 to 100",
        better=Better.LOWER,
        interval=_CLUSTERED,
    ),
    Definition(
        name="repetition",
        key=_KEY + "repetition",
        summary="How much of an answer it has said before: the share of its 4-grams of words that come again (seq-rep-4).",
        formula=(
            "mean over answers of at least 4 words of 1 - different 4-grams / all 4-grams. A word is a run of word characters, of"
            " separators such as -----, or any other single character; white space does not count."
        ),
        source="Welleck et al. 2020, Neural Text Generation With Unlikelihood Training, arXiv:1908.04319",
        unit="share",
        range="0 to 1",
        better=Better.LOWER,
        interval=_CLUSTERED,
        caveats=(
            "Code repeats itself by nature, the more the longer it is: functions of Rust's standard library have 0.04, answers of a"
            " chat model with their tests 0.19. Compare only at the same --max-tokens.",
            "The figure of the paper counts tokens of the model; this one counts words, so that models with different tokenizers"
            " compare.",
        ),
    ),
    Definition(
        name="collapse_ailments",
        key=_KEY + "ailments[].share",
        summary="The share of samples that show one ailment, for every ailment that the run has more often than healthy models.",
        formula=(
            "100 x samples that show it / all samples. Named from 10 % on (never_ending and one_answer from 50 % on), and only where"
            " the lower end of the interval is at least 3 %, more than any healthy model that was looked at has."
            " token_flood: one word makes up a run of 12 and more and 40 % of the words, or 60 % of them in any order."
            " token_loop: a round of 2 to 6 words on one line, 5 times and more, over 40 % of the words."
            " line_loop: a longer round, 4 times and more (6 times where only the numbers differ, over 60 %), or a repetition of 0.7."
            " prompt_echo: the prompt, or a part of it, and at most 10 % else; or the prompt twice and more, over half of the"
            " words. same_answer: the first 32 words are those of answers to at least 3 different prompts. one_answer: all of at"
            " least 4 samples of a prompt are the same though tokens are drawn, and do not pass. empty: no words but closing"
            " brackets and comments, where the prompt asks for more. never_ending: the token limit reached after 100 tokens and"
            " more, and no item finished. wrong_language: more lines and words of another programming language than of Rust."
            " chat_prose: natural language without code. training_copy: half of an answer's words stand in spans of 50 words and"
            " more that the training text has. invalid_utf8: U+FFFD, lone surrogates, UTF-8 read as Latin-1, byte tokens written"
            " out. lost_newlines: 8 and more of ; { } on a single line, or 12 a line. noise: control characters, letters in an"
            " order that no word has, words side by side that are neither code nor prose."
        ),
        source="ours",
        unit="percent",
        range="0 to 100",
        better=Better.LOWER,
        interval=_CLUSTERED,
        caveats=(
            "Single healthy answers do show ailments: of functions of Rust's standard library 0.4 % hold loops (tables of"
            " constants). It is the share that tells.",
            "A sample that floods, loops, echoes or is empty is looked at no further, so that it is not named twice.",
            "Prose is known in English best, and in languages that are not written in Latin letters.",
        ),
    ),
    Definition(
        name="collapse_shares",
        key=_KEY + "shares.*",
        summary="The share of samples that show an ailment, for every ailment, named or not.",
        formula="100 x samples that show it / all samples",
        source="ours",
        unit="percent",
        range="0 to 100",
        better=Better.LOWER,
        caveats=("Up to some 3 % is what healthy models have too.",),
    ),
    Definition(
        name="training_divergence",
        key=_KEY + "training.divergence",
        summary="How far the frequencies of words in the answers are from those in the training text.",
        formula=(
            "Jensen-Shannon divergence, H((p + q) / 2) - (H(p) + H(q)) / 2 with H in bits, of the distributions of words; line ends"
            " are words here"
        ),
        source="Lin 1991, Divergence Measures Based on the Shannon Entropy, IEEE Trans. Inf. Theory 37, 145-151",
        unit="bits",
        range="0 to 1",
        better=Better.LOWER,
        caveats=(
            "Few samples alone make it larger: compare with training_divergence_by_chance, which is what pieces of the training text"
            " of the same length have.",
            "Answers to a suite speak of the suite's subjects, so some of the distance is the prompts' and not the model's.",
        ),
    ),
    Definition(
        name="training_divergence_by_chance",
        key=_KEY + "training.divergence_of_training",
        summary="The same divergence between the training text and pieces of itself, as many words as the answers have.",
        formula="as training_divergence, of pieces of 64 words that are drawn by the run's seed",
        source="ours",
        unit="bits",
        range="0 to 1",
        better=Better.NEITHER,
    ),
    Definition(
        name="training_contrast",
        key=_KEY + "training.frequent[].z",
        summary="Words that the answers have too often or too rarely, as against the training text, and how sure that is.",
        formula=(
            "the log-odds ratio of a word's two rates by its standard error, with an informative Dirichlet prior of 1,000 words spread"
            " as in both texts together; those beyond 3, at most 20 each. frequent, lost, and the same for sequences of 3 words"
        ),
        source="Monroe, Colaresi and Quinn 2008, Fightin' Words, Political Analysis 16, 372-403, eq. 16 to 22",
        unit="standard errors",
        range="unbounded",
        better=Better.NEITHER,
        caveats=(
            "Words are taken as drawn one by one. Words of one answer hang together, so that z is larger than it should be.",
        ),
    ),
    Definition(
        name="training_copied",
        key=_KEY + "training.copied",
        summary="How much of the answers stands word for word in the training text.",
        formula=(
            "mean over answers of at least 50 words, without loops, of 100 x words in spans of at least 50 words that the training"
            " text has too / words; white space does not count"
        ),
        source="ours; the length after Lee et al. 2022 (arXiv:2107.06499) and Carlini et al. 2023 (arXiv:2202.07646)",
        unit="percent",
        range="0 to 100",
        better=Better.LOWER,
        interval=_CLUSTERED,
        caveats=(
            "Only as good as the text that is given: what the rest of the training data holds is not seen.",
            "Text made from templates has much in common with itself, and so with every model trained on it.",
        ),
    ),
)
