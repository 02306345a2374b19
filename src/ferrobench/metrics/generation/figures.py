"""The figures of the group, key by key."""

from __future__ import annotations

from pydantic import Field

from ferrobench.metrics.metric import Count, Estimate, Figures, Percent

PercentInterval = tuple[Percent, Percent]
FloatInterval = tuple[float, float]


class StopReasonShare(Figures):
    """How often completions ended for one reason."""

    count: Count
    """Samples."""
    percent: Percent
    """Of all samples."""


class PromptGeneration(Figures):
    """One prompt."""

    id: str
    """Of the prompt."""
    samples: Count
    """That the model drew."""
    tokens: float
    """Mean over its samples."""
    truncated_rate: Percent
    """Percent of its samples that ended at max_tokens or at the model's context."""
    latency_median_ms: float
    """Half of its samples took no longer."""
    perplexity: float | None
    """Null without log-probabilities."""


class GenerationFigures(Figures):
    """What the model did while it answered. Samples are those that it drew: ready completions are none."""

    samples: Count
    """Those that all figures are over, unless they say otherwise."""
    latency_ms: Estimate
    """Wall time of a sample from entering the batch to leaving it, in milliseconds: its mean."""
    latency_median_ms: float | None
    """Half of the samples took no longer."""
    latency_p90_ms: float | None
    """Nine of ten samples took no longer."""
    latency_p99_ms: float | None
    """99 of 100 took no longer."""
    tokens: Estimate
    """Tokens of a sample, the end-of-text token not counted: their mean."""
    tokens_median: float | None
    """Half of the samples have no more."""
    tokens_p90: float | None
    """Nine of ten have no more."""
    tokens_max: Count | None
    """Of the longest sample."""
    characters_per_token: float | None
    """Characters of all completions by their tokens."""
    bytes_per_token: float | None
    """Likewise, in UTF-8."""
    stop_reasons: dict[str, StopReasonShare]
    """Why completions ended: ``stop``, ``length``, ``context``, ``item``."""
    truncated_rate: Percent | None
    """Percentage of samples that were cut off, by ``max_tokens`` or by the model's context."""
    truncated_rate_interval: PercentInterval | None
    """95 % Wilson interval, samples taken as independent."""
    after_item_rate: Percent | None
    """Percentage of all tokens that come after the item that the prompt began; null where answers do not go on from it."""
    after_item_rate_interval: PercentInterval | None
    """At 95 %, clustered by prompt."""
    logprob_samples: Count
    """Samples of whose tokens the log-probabilities are known; all that follows is over these."""
    perplexity: float | None
    """e to the mean cost of a token in nats, over all tokens."""
    perplexity_interval: FloatInterval | None
    """At 95 %, clustered by prompt."""
    perplexity_first_tokens: float | None
    """Over the first 10 tokens of each completion."""
    perplexity_later_tokens: float | None
    """Over the others."""
    perplexity_compiling: float | None
    """Over the samples that compile, extracted."""
    perplexity_not_compiling: float | None
    """Over those that do not."""
    entropy_nats: float | None
    """Mean entropy of the model's distribution at a token."""
    entropy_bits: float | None
    """The same in bits."""
    entropy_bits_interval: FloatInterval | None
    """At 95 %, clustered by prompt."""
    entropy_bits_first_tokens: float | None
    """Over the first 10 tokens of each completion."""
    entropy_bits_later_tokens: float | None
    """Over the others."""
    certainty_auroc: float | None = Field(ge=0.0, le=1.0)
    """Chance that of a sample that compiles and one that does not, the first has the higher mean log-probability."""
    certainty_auroc_within_prompts: float | None = Field(ge=0.0, le=1.0)
    """The same for two samples of one prompt."""
    certainty_auroc_within_prompts_interval: FloatInterval | None
    """At 95 %, clustered by prompt."""
    bits_per_byte: float | None
    """What a byte of the held-out text costs, in bits; null where no ``--bpb`` was given."""
    bits_per_byte_interval: FloatInterval | None
    """At 95 %, over stretches of the text."""
    bits_per_byte_text: str | None
    """The text's file name; ``config.bits_per_byte`` has its hash and the counts."""
    prompts: list[PromptGeneration]
    """Those with the largest ``truncated_rate`` first, at most 30."""
    prompts_left_out: Count
    """Prompts with samples that are not listed."""
