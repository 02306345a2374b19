"""What the figures of the group mean, and those of the results that are about generating."""

from __future__ import annotations

from dataclasses import replace

from ferrobench.metrics.definition import Better, Definition

_GROUP = "metrics.generation"
_CLUSTERED = "95 %, over prompts drawn anew; null over a single prompt"
_LATENCY = (
    "Samples decode in batches, so this is what one waits with its neighbours; it grows with --batch-size, and is no "
    "measure of throughput (tokens_per_second is).",
    "Figures of different machines, devices or batch sizes are not comparable.",
    "Of an endpoint it holds the network and the server's queue too.",
)
_OWN_SAMPLES = (
    "It is measured on what the model wrote itself, at the temperature and cut of this run: a low value means that the model "
    "was sure, not that it was right. A looping model has the lowest of all.",
    "Not comparable between models with different tokenizers.",
)
_QUANTILE = "Linear between neighbouring samples (Hyndman and Fan 1996, definition 7)."

_TOKENS = Definition(
    name="tokens",
    key=f"{_GROUP}.tokens",
    summary="How long completions are, in the model's own tokens: the mean.",
    formula="The mean over samples of the drawn tokens, the end-of-text token not counted.",
    source="ours",
    unit="tokens",
    range="0 and more",
    better=Better.NEITHER,
    interval=_CLUSTERED,
    caveats=(
        "max_tokens cuts it: with many truncated samples it says more of that setting than of the model.",
        "Endpoints count as they like, and some do not tell.",
    ),
)
_PERPLEXITY = Definition(
    name="perplexity",
    key=f"{_GROUP}.perplexity",
    summary="How surprised the model was, on average, by the tokens that it drew itself.",
    formula="exp(-(sum of the natural logarithms of the tokens' probabilities) / tokens), over all tokens of all samples that "
    "have them (--logprobs). The probabilities are the model's own, before temperature, penalties and truncation.",
    source="F. Jelinek et al. 1977, Perplexity: a measure of the difficulty of speech recognition tasks, JASA 62(S1), S63",
    unit="none",
    range="1 and more",
    better=Better.NEITHER,
    interval=_CLUSTERED,
    caveats=(
        *_OWN_SAMPLES,
        "Not the perplexity on given text; bits_per_byte is of that kind.",
        "The end-of-text token is not among the tokens.",
    ),
)
_ENTROPY_BITS = Definition(
    name="model_entropy_bits",
    key=f"{_GROUP}.entropy_bits",
    summary="How undecided the model was at a token, on average.",
    formula="The mean over all drawn tokens of -sum(p log2 p), p the model's own distribution over its vocabulary at that place, "
    "before temperature, penalties and truncation.",
    source="C. E. Shannon 1948, A Mathematical Theory of Communication",
    unit="bits per token",
    range="0 to the binary logarithm of the vocabulary's size",
    better=Better.NEITHER,
    interval=_CLUSTERED,
    caveats=(*_OWN_SAMPLES, "Endpoints and vLLM do not tell it."),
)

DEFINITIONS = (
    Definition(
        name="tokens_per_second",
        key="tokens_per_second",
        summary="How many tokens the model draws in a second.",
        formula="All drawn tokens, those of end-of-text not counted, divided by the wall time spent in the model. That time is "
        "the sum of generation_seconds: each step's wall time is divided among the samples that took part in it.",
        source="the original tool; docs/design/0002-times-of-a-batch.md",
        unit="tokens per second",
        range="0 and more",
        better=Better.HIGHER,
        caveats=(
            "Depends on machine, device, batch size and what else the machine does, judging among it.",
            "0 where completions were ready.",
        ),
    ),
    Definition(
        name="avg_generation_time_ms",
        key="avg_generation_time_ms",
        summary="What a sample costs in time of the model.",
        formula="1000 times the wall time spent in the model, divided by the samples that it drew.",
        source="the original tool; docs/design/0002-times-of-a-batch.md",
        unit="milliseconds",
        range="0 and more",
        better=Better.LOWER,
        caveats=(
            "Not how long one waits for a sample: samples share a batch and its time. That is latency_ms.",
            "0 where completions were ready.",
        ),
    ),
    Definition(
        name="samples_per_second",
        key="samples_per_second",
        summary="How many samples a run finishes in a second, judging included.",
        formula="All samples divided by total_time_seconds, the working time of the run until its last sample was judged; of a "
        "resumed run, that of all sittings.",
        source="ours",
        unit="samples per second",
        range="0 and more",
        better=Better.HIGHER,
        caveats=("Loading the model and preparing the judge are not in it.",),
    ),
    Definition(
        name="total_tokens",
        key="generation.total_tokens",
        summary="All tokens that were drawn.",
        formula="The sum over samples, end-of-text tokens not counted.",
        source="ours",
        unit="tokens",
        range="0 and more",
        better=Better.NEITHER,
    ),
    Definition(
        name="avg_tokens",
        key="generation.avg_tokens",
        summary="Tokens of a sample, on average.",
        formula="generation.total_tokens divided by the samples that have a completion. With its interval: tokens.",
        source="ours",
        unit="tokens",
        range="0 and more",
        better=Better.NEITHER,
    ),
    Definition(
        name="stop_reasons",
        key="generation.stop_reasons",
        summary="Why completions ended, in samples.",
        formula="stop: the model ended its text; length: max_tokens were drawn; context: prompt and completion fill the model's "
        "context; item: the item that the prompt began is complete, where --stop item asks for that; ready: made elsewhere.",
        source="ours",
        unit="samples",
        range="0 and more",
        better=Better.NEITHER,
    ),
    Definition(
        name="avg_latency_ms",
        key="generation.avg_latency_ms",
        summary="How long a sample takes, its neighbours in the batch included.",
        formula="The mean of the wall times from entering the batch to leaving it. With its interval: latency_ms.",
        source="ours; docs/design/0002-times-of-a-batch.md",
        unit="milliseconds",
        range="0 and more",
        better=Better.LOWER,
        caveats=_LATENCY,
    ),
    Definition(
        name="latency_ms",
        key=f"{_GROUP}.latency_ms",
        summary="How long a sample takes, its neighbours in the batch included: the mean.",
        formula="The mean over samples of the wall time from entering the batch to leaving it. Ready completions are left out.",
        source="ours; docs/design/0002-times-of-a-batch.md",
        unit="milliseconds",
        range="0 and more",
        better=Better.LOWER,
        interval=_CLUSTERED,
        caveats=_LATENCY,
    ),
    Definition(
        name="latency_median_ms",
        key=f"{_GROUP}.latency_median_ms",
        summary="The latency that half of the samples do not exceed.",
        formula=f"The median of the samples' latencies. {_QUANTILE}",
        source="ours",
        unit="milliseconds",
        range="0 and more",
        better=Better.LOWER,
        caveats=_LATENCY,
    ),
    Definition(
        name="latency_p90_ms",
        key=f"{_GROUP}.latency_p90_ms",
        summary="The latency that nine of ten samples do not exceed.",
        formula=f"The 90th percentile of the samples' latencies. {_QUANTILE}",
        source="ours",
        unit="milliseconds",
        range="0 and more",
        better=Better.LOWER,
        caveats=_LATENCY,
    ),
    Definition(
        name="latency_p99_ms",
        key=f"{_GROUP}.latency_p99_ms",
        summary="The latency that 99 of 100 samples do not exceed.",
        formula=f"The 99th percentile of the samples' latencies. {_QUANTILE}",
        source="ours",
        unit="milliseconds",
        range="0 and more",
        better=Better.LOWER,
        caveats=(*_LATENCY, "Of fewer than some hundred samples it is little more than the slowest one."),
    ),
    _TOKENS,
    replace(
        _TOKENS,
        name="tokens_median",
        key=f"{_GROUP}.tokens_median",
        summary="The length that half of the completions do not exceed.",
        formula=f"The median of the samples' tokens. {_QUANTILE}",
        interval="none",
    ),
    replace(
        _TOKENS,
        name="tokens_p90",
        key=f"{_GROUP}.tokens_p90",
        summary="The length that nine of ten completions do not exceed.",
        formula=f"The 90th percentile of the samples' tokens. {_QUANTILE}",
        interval="none",
    ),
    replace(
        _TOKENS,
        name="tokens_max",
        key=f"{_GROUP}.tokens_max",
        summary="How long the longest completion is.",
        formula="The largest of the samples' tokens.",
        interval="none",
    ),
    Definition(
        name="characters_per_token",
        key=f"{_GROUP}.characters_per_token",
        summary="How much text a token of the model stands for, in what it wrote.",
        formula="Characters of all completions divided by their tokens.",
        source="ours",
        unit="characters per token",
        range="0 and more",
        better=Better.NEITHER,
        caveats=(
            "Of the model's own text: a model that repeats long tokens has a high value.",
            "What fill-in-the-middle puts behind a completion counts as its text.",
        ),
    ),
    Definition(
        name="bytes_per_token",
        key=f"{_GROUP}.bytes_per_token",
        summary="The same in bytes.",
        formula="Bytes of all completions, in UTF-8, divided by their tokens.",
        source="ours",
        unit="bytes per token",
        range="0 and more",
        better=Better.NEITHER,
        caveats=("As of characters_per_token.",),
    ),
    Definition(
        name="stop_reason_rates",
        key=f"{_GROUP}.stop_reasons.*.percent",
        summary="Why completions ended, in percent of the samples that a model drew.",
        formula="100 times the samples of each reason divided by all that were drawn; the reasons are those of stop_reasons.",
        source="ours",
        unit="percent",
        range="0 to 100",
        better=Better.NEITHER,
    ),
    Definition(
        name="truncated_rate",
        key=f"{_GROUP}.truncated_rate",
        summary="How many completions were cut off before the model ended them.",
        formula="100 times the samples that ended for the reasons length or context, divided by all that were drawn.",
        source="ours",
        unit="percent",
        range="0 to 100",
        better=Better.LOWER,
        interval="95 % Wilson interval, samples taken as independent",
        caveats=(
            "A base model goes on after a complete function and is cut off all the same: see after_item_rate, and the extracted "
            "reading, which takes no harm from that.",
            "A large rate beside few completed items asks for a larger --max-tokens.",
        ),
    ),
    Definition(
        name="after_item_rate",
        key=f"{_GROUP}.after_item_rate",
        summary="What part of the tokens was drawn after the item that the prompt began was complete: --stop item saves them.",
        formula="For each completion, the characters behind the end of the item as a share of its characters, times its tokens; "
        "summed, divided by all tokens, times 100. The item is the one that the prompt began, or after a prompt that is "
        "complete by itself the first that follows. A completion that never finishes it, or has nothing but whitespace behind "
        "it, has no such tokens.",
        source="ours",
        unit="percent",
        range="0 to 100",
        better=Better.LOWER,
        interval=_CLUSTERED,
        caveats=(
            "Tokens of a completion are taken as equally long.",
            "Null for chats: their answers begin anew and do not go on from the prompt.",
            "What follows an item is not always useless: it may be a helper function that the item calls.",
        ),
    ),
    _PERPLEXITY,
    replace(
        _PERPLEXITY,
        name="perplexity_first_tokens",
        key=f"{_GROUP}.perplexity_first_tokens",
        summary="Perplexity at the beginning of completions.",
        formula="As perplexity, over the first 10 tokens of each completion.",
        interval="none",
    ),
    replace(
        _PERPLEXITY,
        name="perplexity_later_tokens",
        key=f"{_GROUP}.perplexity_later_tokens",
        summary="Perplexity behind the beginning of completions.",
        formula="As perplexity, over all but the first 10 tokens of each completion.",
        interval="none",
    ),
    replace(
        _PERPLEXITY,
        name="perplexity_compiling",
        key=f"{_GROUP}.perplexity_compiling",
        summary="Perplexity of the samples that compile.",
        formula="As perplexity, over the samples that compile, extracted.",
        interval="none",
    ),
    replace(
        _PERPLEXITY,
        name="perplexity_not_compiling",
        key=f"{_GROUP}.perplexity_not_compiling",
        summary="Perplexity of the samples that do not compile.",
        formula="As perplexity, over the samples that do not compile, extracted; unjudged ones are in neither.",
        interval="none",
    ),
    _ENTROPY_BITS,
    replace(
        _ENTROPY_BITS,
        name="model_entropy_bits_first_tokens",
        key=f"{_GROUP}.entropy_bits_first_tokens",
        summary="Entropy at the beginning of completions.",
        formula="As model_entropy_bits, over the first 10 tokens of each completion.",
        interval="none",
    ),
    replace(
        _ENTROPY_BITS,
        name="model_entropy_bits_later_tokens",
        key=f"{_GROUP}.entropy_bits_later_tokens",
        summary="Entropy behind the beginning of completions.",
        formula="As model_entropy_bits, over all but the first 10 tokens of each completion.",
        interval="none",
    ),
    replace(
        _ENTROPY_BITS,
        name="entropy_nats",
        key=f"{_GROUP}.entropy_nats",
        summary="The same in nats.",
        formula="As model_entropy_bits, with the natural logarithm.",
        unit="nats per token",
        range="0 to the natural logarithm of the vocabulary's size",
        interval="none",
    ),
    Definition(
        name="certainty_auroc",
        key=f"{_GROUP}.certainty_auroc",
        summary="Whether the model is surer of code that compiles.",
        formula="The share of all pairs of a sample that compiles (extracted) and one that does not, in which the first has the "
        "higher mean log-probability per token; equal ones count half. 0.5 is no connection. Unjudged samples are left out.",
        source="the area under the ROC curve by the U statistic: J. A. Hanley and B. J. McNeil 1982, Radiology 143, 29-36",
        unit="none",
        range="0 to 1",
        better=Better.NEITHER,
        caveats=(
            "Easy prompts are both compiled and sure, which alone gives values above 0.5; certainty_auroc_within_prompts is free "
            "of that.",
            "Lengths differ: few tokens vary more, and long loops are very sure.",
            "Samples of one prompt are not independent, so no interval is given.",
        ),
    ),
    Definition(
        name="certainty_auroc_within_prompts",
        key=f"{_GROUP}.certainty_auroc_within_prompts",
        summary="Whether of two answers to one prompt the model is surer of the one that compiles: whether choosing by certainty helps.",
        formula="As certainty_auroc, over the pairs within each prompt, all such pairs together.",
        source="ours",
        unit="none",
        range="0 to 1",
        better=Better.HIGHER,
        interval=_CLUSTERED,
        caveats=(
            "Prompts with many samples of both kinds weigh most; those whose samples all compile, or none, have no pairs.",
            "Lengths differ: few tokens vary more, and long loops are very sure.",
        ),
    ),
    Definition(
        name="bits_per_byte",
        key=f"{_GROUP}.bits_per_byte",
        summary="What a byte of Rust text that the model is given costs it: its quality as a language model, whatever its tokenizer.",
        formula="Minus the binary logarithm of the probability of the text's tokens, each after those before it, divided by the UTF-8 "
        "bytes that they stand for. The text goes through in windows of the model's context, of at most 2048 tokens, that overlap "
        "by half; each window after the first counts its last half alone, so every token counts once and has at least half a "
        "context before it, or all of the text. What the tokenizer puts before a text (a begin-of-text token) stands before every "
        "window and does not count. Where it puts nothing there, the first token of the text does not count, nor do its bytes. "
        "Names of special tokens in the text are ordinary text. Log-probabilities are computed in float32 from the model's logits.",
        source="L. Gao et al. 2020, The Pile: An 800GB Dataset of Diverse Text for Language Modeling, arXiv:2101.00027, section 3; "
        "nanochat's val_bpb is the same quantity over other windows",
        unit="bits per byte",
        range="0 and more",
        better=Better.LOWER,
        interval="95 %, over up to 30 stretches of the text, taken as drawn independently; null of fewer than 5 windows",
        caveats=(
            "Comparable only for the same file (config.bits_per_byte.sha256). Between contexts of different length, longer ones see more.",
            "If the model has learned from the file, it measures memory.",
            "The context is the one that the checkpoint names: a model that was trained on shorter texts does badly at its end.",
            "A tokenizer that loses part of the text pays nothing for it (config.bits_per_byte.restores is false).",
            "The interval says how the figure varies over texts like this one, not over training runs.",
        ),
    ),
)
