"""What the doctor writes into the results."""

from __future__ import annotations

from enum import StrEnum

from ferrobench.metrics.collapse.ailments import Ailment
from ferrobench.metrics.metric import Count, Estimate, Figures, Percent, Share


class Health(StrEnum):
    """The doctor's verdict on a run."""

    HEALTHY = "healthy"
    AILING = "ailing"
    COLLAPSED = "collapsed"


class AilmentExample(Figures):
    """One sample that shows an ailment."""

    prompt: str
    """Id of the prompt."""
    index: Count
    """Of the sample among those of its prompt."""
    excerpt: str
    """A piece of the answer on one line; a loop by its first rounds, with how often it comes."""


class NamedAilment(Figures):
    """One ailment that the run has."""

    name: Ailment
    """Which."""
    samples: Count
    """Samples that show it."""
    share: Estimate
    """In percent of all samples."""
    phrase: str
    """What these samples do, in words."""
    examples: list[AilmentExample]
    """The first samples, of different prompts where there are some, at most 3."""
    remedies: list[str]
    """What to try, the most promising first."""


class WordContrast(Figures):
    """A word or sequence of words, and how often it comes in the samples and in the training text."""

    words: str
    """With spaces between them; a line end is ``\\n``."""
    samples: Count
    """How often it comes in the samples' answers."""
    training: Count
    """How often it comes in the training text."""
    z: float
    """Log-odds ratio by its standard error: above 0 where the samples have it more often."""


class TrainingComparison(Figures):
    """The samples' answers against the training text."""

    name: str
    """Of the training text."""
    words: Count
    """Of the training text."""
    sample_words: Count
    """Of all answers."""
    divergence: Share | None
    """Jensen-Shannon divergence of the frequencies of words, in bits: 0 where they are the same, 1 where no word is common.
    Null without any words."""
    divergence_of_training: Share | None
    """The same between the training text and pieces of it that are as long as the samples together: what chance alone gives."""
    frequent: list[WordContrast]
    """Words that samples have too often, at most 20, the surest first."""
    lost: list[WordContrast]
    """Words that samples have too rarely, likewise."""
    frequent_trigrams: list[WordContrast]
    """Sequences of three words that samples have too often, at most 20."""
    lost_trigrams: list[WordContrast]
    """Sequences of three words that samples have too rarely, at most 20."""
    copied: Estimate
    """Mean share of an answer's words, in percent, that stand in spans of at least 50 words that the training text has too.
    Of answers that have that many words and no loop."""
    longest_copy: Count
    """Words of the longest such span; 0 where there is none."""
    longest_copy_example: AilmentExample | None
    """Where it stands."""


class CollapseFigures(Figures):
    """Collapse of a run."""

    verdict: Health
    """``healthy``, ``ailing`` (an ailment is named), or ``collapsed`` (half of the samples are degenerate)."""
    sentence: str | None
    """The verdict in one sentence; null where the run is healthy."""
    samples: Count
    """Answers that were looked at."""
    degenerate: Estimate
    """Samples, in percent, that have nothing to do with their prompt any more: floods, loops, echoes, noise, empty answers, and
    answers that are always the same."""
    repetition: Estimate
    """Mean share of an answer's 4-grams of words that it had before, from 0 to 1 (seq-rep-4). Of answers of at least 4 words."""
    shares: dict[Ailment, Percent]
    """Of every ailment, the percentage of samples that show it, whether it is named or not."""
    ailments: list[NamedAilment]
    """Those that the run has, most frequent first."""
    training: TrainingComparison | None
    """Null where no training text was given."""
