"""The ailments that the doctor knows: what each is called, when it is named, and what to do about it.

The remedies are those that the original's notes list for its own collapse (look at the distribution of tokens in the training
data, entropy regularisation, other learning rates and schedules, penalties for a lack of diversity), made concrete for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ailment(StrEnum):
    """One way in which answers go wrong."""

    TOKEN_FLOOD = "token_flood"
    """One token over and over: ``{ { { {``."""
    TOKEN_LOOP = "token_loop"
    """A short cycle of tokens over and over."""
    LINE_LOOP = "line_loop"
    """Whole lines or blocks over and over, perhaps with other numbers each time."""
    PROMPT_ECHO = "prompt_echo"
    """The prompt again, and nothing else."""
    TRAINING_COPY = "training_copy"
    """Long pieces of the training text, word for word."""
    SAME_ANSWER = "same_answer"
    """The same answer to different prompts: mode collapse across prompts."""
    ONE_ANSWER = "one_answer"
    """Nothing but one answer to each prompt, though tokens are drawn: mode collapse within prompts."""
    EMPTY = "empty"
    """Nothing, or nothing but white space, comments and closing brackets."""
    NEVER_ENDING = "never_ending"
    """On to the last token allowed, with the item that was asked for never finished."""
    WRONG_LANGUAGE = "wrong_language"
    """Another programming language."""
    CHAT_PROSE = "chat_prose"
    """Words to a person, with no code."""
    INVALID_UTF8 = "invalid_utf8"
    """Bytes that are no UTF-8, or tokens written out instead of their bytes."""
    LOST_NEWLINES = "lost_newlines"
    """Code on one line that Rust would be written on many."""
    NOISE = "noise"
    """Characters or words without any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is said of an ailment, and when."""

    phrase: str
    """What such samples do, after "… % of the samples"; ``{detail}`` stands for what is known more closely, or for nothing."""
    remedies: tuple[str, ...]
    degenerate: bool = True
    """Whether such an answer has nothing to do with its prompt any more, so that many of them make a collapse."""
    least_share: float = 10.0
    """In percent of the samples: below it the ailment is not named."""


HEALTHY_SHARE = 3.0
"""What healthy models show of an ailment, in percent of their samples, with room to spare: an ailment is named only where the
lower end of its interval lies above it.

Measured over the demo model's checkpoints 500, 1250 and 2500, 160 samples at each of temperatures 0.3, 0.8, 1 and 1.3: at
most 1.9 % of a run show any one ailment. Greedy decoding of step 500 loops on one prompt of the 16 (6.3 %, interval from 0).
"""
COLLAPSED_SHARE = 50.0
"""From this percentage of degenerate samples on a run has collapsed. Between the worst of the runs above (6.3 %) and the
original's step 9000 (100 %) any value would do; half is where the typical sample is degenerate."""

_DIAGNOSE_LOOP = (
    "see whether decoding or the model is to blame: --repetition-penalty 1.2 or --no-repeat-ngram 6 for one run; what comes then"
    " is what the model has besides the loop"
)
_DISTRIBUTION = "look at the tokens of the training data: --training-text FILE lists those that samples have too often, and those they lost"
_LEARNING_RATE = (
    "go back to a checkpoint from before the loss jumped or the loops began, and go on with a lower learning rate (a third to a"
    " tenth), a longer warm-up and clipped gradients"
)
_ENTROPY = "add an entropy bonus to the loss (weight 0.01, then 0.001), or label smoothing of 0.1"
_UNLIKELIHOOD = "punish repetition in training: unlikelihood loss on repeated 4-grams (weight 1), or deduplicated training data"

DESCRIPTIONS: dict[Ailment, Description] = {
    Ailment.TOKEN_FLOOD: Description(
        phrase="repeat one token{detail}",
        remedies=(
            _DISTRIBUTION,
            _ENTROPY,
            _LEARNING_RATE,
            "check that a low loss is not one of padding: targets that are padding must be left out of it",
            _DIAGNOSE_LOOP,
        ),
    ),
    Ailment.TOKEN_LOOP: Description(
        phrase="repeat a few tokens{detail}",
        remedies=(_DIAGNOSE_LOOP, _DISTRIBUTION, _ENTROPY, _LEARNING_RATE, _UNLIKELIHOOD),
    ),
    Ailment.LINE_LOOP: Description(
        phrase="repeat whole lines",
        remedies=(
            _DIAGNOSE_LOOP,
            "draw at a temperature of 0.7 to 1: greedy decoding loops where drawing does not",
            "take generated tables and repeated files out of the training data (near-duplicates too)",
            _UNLIKELIHOOD,
        ),
    ),
    Ailment.PROMPT_ECHO: Description(
        phrase="only repeat their prompt",
        remedies=(
            "leave the prompt's tokens out of the loss (mask them), so that the model learns to go on and not to repeat",
            "see that training rows hold prompt and answer, and not the prompt twice",
            "check --prompt-style: a chat model that is given the bare prompt, or a base model that is given a chat, may echo it",
        ),
    ),
    Ailment.TRAINING_COPY: Description(
        phrase="copy long pieces of the training text",
        degenerate=False,
        remedies=(
            "deduplicate the training text: what comes many times is what is learned by heart",
            "train on more text or for fewer epochs, and stop where the loss on held-out text rises",
            "add dropout or weight decay, or label smoothing of 0.1",
        ),
    ),
    Ailment.SAME_ANSWER: Description(
        phrase="are answers that other prompts get too",
        remedies=(
            "see that the model is given the prompt at all: the tokens it gets, the chat template, the attention mask",
            "balance the training data: no one kind of function should make up most of it",
            "in reinforcement learning raise the weight of KL divergence or entropy (0.01 to 0.05), or add a reward for diversity",
            _LEARNING_RATE,
        ),
    ),
    Ailment.ONE_ANSWER: Description(
        phrase="are the only answer to their prompt that is ever drawn",
        least_share=50.0,
        remedies=(
            "see that tokens are drawn: the temperature an endpoint really takes, --top-k above 1, one seed per sample",
            "in reinforcement learning raise the weight of entropy or KL divergence (0.01 to 0.05), or stop earlier",
            "add a penalty on answers that are alike within a prompt, or label smoothing of 0.1",
        ),
    ),
    Ailment.EMPTY: Description(
        phrase="are empty",
        remedies=(
            "see that the end token is not the first thing the model is trained to say after a prompt: no prompts without an answer",
            "check that the end token is what you think: --end-token, and the tokenizer beside the checkpoint",
            "check --prompt-style: a chat model may have nothing to add to a bare prompt",
        ),
    ),
    Ailment.NEVER_ENDING: Description(
        phrase="run into the token limit and finish nothing",
        degenerate=False,
        least_share=50.0,
        remedies=(
            "raise --max-tokens for one run: if answers end then, the limit was too low, and nothing is wrong",
            "see that training texts end with the end token, and that it is not masked out of the loss",
            "check --end-token: a model that ends its text with another token never ends it here",
        ),
    ),
    Ailment.WRONG_LANGUAGE: Description(
        phrase="are written in another language{detail}",
        degenerate=False,
        remedies=(
            "raise the share of Rust in the training data, and look for files of other languages that are named .rs",
            "check --prompt-style: in a chat the model may need to be told that it is Rust",
            "fine-tune on Rust with a lower learning rate for its last part",
        ),
    ),
    Ailment.CHAT_PROSE: Description(
        phrase="are prose without code",
        degenerate=False,
        remedies=(
            "check --prompt-style: with chat the model is asked for the code in a message, with completion it gets the bare prompt",
            "fine-tune on answers that are code alone",
            "raise --max-tokens: the code may come after the words",
        ),
    ),
    Ailment.INVALID_UTF8: Description(
        phrase="hold bytes that are no text",
        degenerate=False,
        remedies=(
            "check the tokenizer: it must be the one that the model was trained with, and decode whole texts, not token by token",
            "look for files in other encodings among the training data, and drop what is no UTF-8",
            "train longer: a model that has seen little draws bytes that do not belong together",
        ),
    ),
    Ailment.LOST_NEWLINES: Description(
        phrase="have lost their line ends",
        degenerate=False,
        remedies=(
            "see how the training text was prepared: splitting at white space and joining by a space loses every line end",
            "check that the tokenizer gives line ends back: encode and decode one file and compare",
            "look for \\n written as two characters: JSON that was never decoded",
        ),
    ),
    Ailment.NOISE: Description(
        phrase="are noise",
        remedies=(
            "check that weights and tokenizer belong together, and that the weights were loaded at all",
            "draw at a lower temperature, or with --top-k 50, for one run",
            "train longer; where the loss has jumped, " + _LEARNING_RATE,
        ),
    ),
}
