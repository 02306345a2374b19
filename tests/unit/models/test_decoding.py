"""Batched decoding: what it draws, when it stops, and that neighbours change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from ferrobench.models import (
    Completion,
    CompletionRequest,
    Refused,
    SamplingSettings,
    StopReason,
    derive_seed,
    load_checkpoint,
)
from ferrobench.models.decoding import Decoder
from tests.support.checkpoints import write_byte_tokenizer, write_checkpoint

if TYPE_CHECKING:
    from pathlib import Path

    from ferrobench.models.local import LocalModel

PROMPTS = ("fn a(", "struct Point { x: f64 }", "impl", "fn is_palindrome(s: &str) -> bool {")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LocalModel:
    """A random model with every kind of state that a row carries along: keys, values, n-grams, convolutions."""
    folder = tmp_path_factory.mktemp("model")
    write_checkpoint(
        folder,
        max_seq_len=192,
        use_engram=True,
        engram_n_gram_orders=[2, 3],
        engram_n_heads=2,
        engram_table_size=61,
        engram_d_mem=8,
        engram_layers=[0, 1],
    )
    write_byte_tokenizer(folder / "tokenizer.json", special=("<|endoftext|>",))
    return load_checkpoint(folder, threads=1)


def requests(count: int) -> list[CompletionRequest]:
    """Requests over several prompts, each with its own seed."""
    return [
        CompletionRequest(
            key=i, prompt=PROMPTS[i % len(PROMPTS)], seed=derive_seed(1, PROMPTS[i % len(PROMPTS)], i)
        )
        for i in range(count)
    ]


def complete(
    model: LocalModel, wanted: list[CompletionRequest], *, batch_size: int = 64, **settings: Any
) -> dict[int, Any]:
    """Complete all requests, by key."""
    return dict(model.complete(wanted, SamplingSettings(**settings), batch_size=batch_size))


def test_batch_size_changes_neither_logits_nor_texts(
    model: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of 1, 7 and 64 see the same logits bit for bit for every token of every sample."""
    seen: dict[float, bytes] = {}
    draw = Decoder._draw

    def spy(decoder: Decoder, rows: Any, logits: torch.Tensor, uniforms: Any) -> Any:
        # A sample's random numbers are its own, so the number of a draw tells which token of which sample it is.
        for row, uniform in zip(logits, uniforms, strict=True):
            seen[float(uniform)] = row.numpy().tobytes()
        return draw(decoder, rows, logits, uniforms)

    monkeypatch.setattr(Decoder, "_draw", spy)
    # Long enough to need a second tile of the cache, and enough rows for a second tile of those.
    alone = complete(model, requests(3), batch_size=1, max_tokens=140)
    logits_alone = dict(seen)
    for batch_size, count in ((7, 10), (64, 40)):
        seen.clear()
        together = complete(model, requests(count), batch_size=batch_size, max_tokens=140)

        assert {key: together[key].text for key in alone} == {
            key: answer.text for key, answer in alone.items()
        }
        assert {number: seen[number] for number in logits_alone} == logits_alone
    assert len(logits_alone) > 3 * 20


def test_a_decoded_text_has_the_logits_of_a_whole_evaluation(model: LocalModel) -> None:
    """Greedy decoding picks what evaluating prompt and completion at once says."""
    tokenizer = model.tokenizer
    assert tokenizer is not None
    prompt = tokenizer.encode(PROMPTS[1])

    answer = complete(
        model, [CompletionRequest(key=0, prompt=PROMPTS[1], seed=0)], temperature=0.0, max_tokens=6
    )[0]
    ids = prompt
    for _ in range(answer.token_count):
        ids = [*ids, int(model.logits([ids])[0, -1, :257].argmax())]

    assert answer.text == tokenizer.decode_completion(prompt, ids[len(prompt) :])


def test_completions_end_at_max_tokens_or_at_the_context(model: LocalModel) -> None:
    """Prompt and completion together never exceed the context."""
    answers = complete(model, requests(4), max_tokens=1000)

    for request in requests(4):
        answer = answers[request.key]
        assert isinstance(answer, Completion)
        if answer.stop_reason is StopReason.CONTEXT:
            assert answer.token_count + len(request.prompt) == model.context_length
    assert {answer.stop_reason for answer in answers.values()} >= {StopReason.CONTEXT}
    short = complete(model, requests(1), max_tokens=3, temperature=0.0)[0]
    assert (short.stop_reason, short.token_count) == (StopReason.LENGTH, 3)


def test_the_end_of_text_token_ends_a_completion(model: LocalModel) -> None:
    """It is neither counted nor part of the text."""
    answers = complete(model, requests(32), temperature=5.0, top_k=0, max_tokens=150)
    ended = [answer for answer in answers.values() if answer.stop_reason is StopReason.STOP]

    assert ended
    assert all("endoftext" not in answer.text for answer in ended)


def test_ids_that_the_tokenizer_does_not_define_are_never_drawn(model: LocalModel) -> None:
    """The model has 300 ids, the tokenizer 257: at a temperature where all are equally likely, 257 are drawn."""
    decoder_ids = set()
    tokenizer = model.tokenizer
    assert tokenizer is not None
    assert tokenizer.undefined_ids == tuple(range(257, 300))
    draw = Decoder._draw

    def spy(decoder: Decoder, rows: Any, logits: torch.Tensor, uniforms: Any) -> Any:
        draws = draw(decoder, rows, logits, uniforms)
        decoder_ids.update(draws.tokens.tolist())
        return draws

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Decoder, "_draw", spy)
        complete(model, requests(32), temperature=1e6, top_k=0, max_tokens=60)

    assert len(decoder_ids) > 200
    assert max(decoder_ids) < 257


def test_a_prompt_that_does_not_fit_is_refused_with_the_reason(model: LocalModel) -> None:
    """The others are completed."""
    wanted = [*requests(2), CompletionRequest(key=2, prompt="x" * 192, seed=0)]

    answers = complete(model, wanted, max_tokens=2)

    assert isinstance(answers[2], Refused)
    assert "192 tokens" in answers[2].cause
    assert isinstance(answers[0], Completion)
    assert model.refuses("x" * 191) is None


def test_shares_of_time_add_up_to_the_time_spent(model: LocalModel) -> None:
    """Rows of a batch divide its wall time among them, so their sum is a throughput's denominator."""
    import time

    started = time.perf_counter()
    answers = complete(model, requests(40), max_tokens=20)
    elapsed = time.perf_counter() - started

    total = sum(answer.generation_seconds for answer in answers.values())
    assert 0.5 * elapsed < total <= elapsed
    assert all(answer.latency_seconds >= answer.generation_seconds for answer in answers.values())


def test_a_tokenizer_that_loses_newlines_is_noticed(tmp_path: Path) -> None:
    """The own tokenizer of the original project's small models was trained line by line."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    write_checkpoint(tmp_path, tokenizer=False)
    letters = {symbol: i for i, symbol in enumerate("Ġabcdefn(){}")}
    tokenizer = Tokenizer(models.BPE(vocab=letters, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.save(str(tmp_path / "tokenizer.json"))

    warnings = load_checkpoint(tmp_path).warnings

    assert len(warnings) == 1
    assert "loses line breaks" in warnings[0]


def test_seeds_depend_on_what_names_a_sample_and_on_nothing_else() -> None:
    """Recorded values: they must never change, or old runs could not be repeated."""
    assert derive_seed(0, "seed/factorial", 0) == derive_seed(0, "seed/factorial", 0)
    assert len({derive_seed(run, prompt, i) for run in (0, 1) for prompt in ("a", "b") for i in (0, 1)}) == 8
    assert derive_seed(0, "seed/factorial", 0) == 12630425764179706642


def test_truncation_and_padding_stored_in_a_tokenizer_are_not_applied(tmp_path: Path) -> None:
    """They would cut or stretch every prompt."""
    from tokenizers import Tokenizer

    folder = write_checkpoint(tmp_path)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=40)
    tokenizer.save(str(folder / "tokenizer.json"))

    loaded = load_checkpoint(folder).tokenizer

    assert loaded is not None
    assert len(loaded.encode(PROMPTS[3])) == len(PROMPTS[3])


def test_a_model_that_computes_nan_is_refused(model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its completions would mean nothing."""
    from ferrobench.errors import CheckpointError

    forward = model._network.forward
    monkeypatch.setattr(
        model._network, "forward", lambda *given, **named: forward(*given, **named) * float("nan")
    )

    with pytest.raises(CheckpointError, match="NaN"):
        complete(model, requests(1))


def test_max_tokens_beyond_the_context_cost_nothing(model: LocalModel) -> None:
    """Random numbers are made for what can be drawn."""
    assert complete(model, requests(1), max_tokens=2_000_000_000, temperature=0.0)


def test_threads_and_devices_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    """One line each."""
    from ferrobench.errors import DeviceError, UsageError

    folder = write_checkpoint(tmp_path)
    if not torch.cuda.is_available():
        with pytest.raises(DeviceError, match="no CUDA device"):
            load_checkpoint(folder, device="cuda:0")
    with pytest.raises(UsageError, match="expected auto, cpu"):
        load_checkpoint(folder, device="banana")


def test_uniform_numbers_are_recorded_values() -> None:
    """The stream of a seed must never change."""
    from ferrobench.models.sampling import uniform_stream

    values = uniform_stream(42, 3)

    assert ((values >= 0) & (values < 1)).all()
    assert values.tolist() == np.random.Generator(np.random.PCG64(42)).random(3).tolist()


def draw_ids(model: LocalModel, wanted: CompletionRequest, **settings: Any) -> tuple[Any, list[int]]:
    """A completion with its token ids, which broken UTF-8 would not show."""
    ids: list[int] = []
    finish = Decoder._finish

    def spy(decoder: Decoder, row: Any) -> Any:
        ids.extend(row.new_ids)
        return finish(decoder, row)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Decoder, "_finish", spy)
        return complete(model, [wanted], **settings)[0], ids


def test_log_probabilities_and_entropies_are_those_of_the_model(model: LocalModel) -> None:
    """Of its own distribution at each token, whatever was done to it before drawing."""
    assert model.tokenizer is not None
    prompt = model.tokenizer.encode(PROMPTS[1])
    wanted = CompletionRequest(key=0, prompt=PROMPTS[1], seed=3)

    answer, ids = draw_ids(
        model, wanted, temperature=1.7, top_k=5, max_tokens=12, repetition_penalty=1.3, logprobs=True
    )

    logits = torch.from_numpy(model.logits([[*prompt, *ids]]))[0, len(prompt) - 1 :]
    expected = torch.log_softmax(logits[:-1], dim=1)
    assert len(answer.logprobs) == len(answer.entropies) == answer.token_count == len(ids)
    assert np.allclose(answer.logprobs, expected[range(len(ids)), ids], atol=1e-3)
    assert np.allclose(answer.entropies, -(expected.exp() * expected).sum(dim=1), atol=1e-3)
    assert draw_ids(model, wanted, max_tokens=2)[0].logprobs is None


def test_penalties_and_bans_keep_tokens_from_coming_back(model: LocalModel) -> None:
    """What repeats itself with none of the three settings does so less with any."""
    assert model.tokenizer is not None
    prompt = model.tokenizer.encode(PROMPTS[0])
    wanted = CompletionRequest(key=0, prompt=PROMPTS[0], seed=0)

    def repeats(**settings: Any) -> int:
        _, ids = draw_ids(model, wanted, temperature=0.0, max_tokens=100, **settings)
        return len(ids) - len(set(ids) - set(prompt))

    plain = repeats()
    assert plain > repeats(repetition_penalty=1.2) >= repeats(repetition_penalty=1e6)
    assert plain > repeats(presence_penalty=2.0)
    assert repeats(no_repeat_ngram=1) == 0


def test_settings_draw_the_same_whatever_the_batch_size(model: LocalModel) -> None:
    """Penalties, bans, min-p and log-probabilities look at a row's own tokens alone."""
    settings = {
        "max_tokens": 40,
        "min_p": 0.05,
        "repetition_penalty": 1.2,
        "presence_penalty": 0.5,
        "no_repeat_ngram": 4,
        "logprobs": True,
    }

    alone = complete(model, requests(5), batch_size=1, **settings)
    together = complete(model, requests(40), batch_size=40, **settings)

    for key, answer in alone.items():
        assert (answer.text, answer.logprobs, answer.entropies) == (
            together[key].text,
            together[key].logprobs,
            together[key].entropies,
        )


def test_a_completion_can_end_with_the_item_that_the_prompt_began(model: LocalModel) -> None:
    """It is what the unlimited one begins with, and its last token closes the item."""
    prompt = "fn is_palindrome(s: &str) -> bool {"
    wanted = [CompletionRequest(key=i, prompt=prompt, seed=derive_seed(2, prompt, i)) for i in range(96)]

    whole = complete(model, wanted, temperature=3.0, top_k=0, max_tokens=150)
    ended = complete(model, wanted, temperature=3.0, top_k=0, max_tokens=150, stop="item")

    stopped = {key for key, answer in ended.items() if answer.stop_reason is StopReason.ITEM}
    assert len(stopped) >= 2
    for key, answer in ended.items():
        assert whole[key].text.startswith(answer.text)
        if key in stopped:
            assert answer.text.endswith("}")
            assert answer.token_count < whole[key].token_count or answer.text == whole[key].text
        else:
            assert answer.text == whole[key].text


@pytest.mark.parametrize("vocabulary", [40, 1000, 5003])
def test_the_largest_logits_are_found_by_groups(vocabulary: int) -> None:
    """As by looking at all of them, ties and rows of -inf included."""
    from ferrobench.models.engine.draw import top_candidates

    generator = torch.Generator().manual_seed(vocabulary)
    logits = torch.randn((9, vocabulary), generator=generator)
    logits[0] = logits[0].round()
    logits[1, 3:] = float("-inf")
    for count in (1, 10, 39):
        values, ids = top_candidates(logits, count)

        assert torch.equal(values, torch.topk(logits, count, dim=1).values)
        assert torch.equal(logits.gather(1, ids), values)
        assert all(len(set(row)) == count for row in ids.tolist())


@pytest.mark.parametrize("rows", [16, 32, 48, 208, 512])
def test_products_give_a_row_the_same_bits_among_any_number_of_rows(rows: int) -> None:
    """Of weights, of keys and of values, in shapes that libraries treat each in their own way."""
    from ferrobench.models.engine.rowwise import linear, mix, score

    generator = torch.Generator().manual_seed(rows)
    for inputs, outputs in ((8, 3), (64, 100), (384, 1536), (300, 77)):
        x = torch.randn((rows, inputs), generator=generator)
        weight = torch.randn((outputs, inputs), generator=generator)
        heads = torch.randn((2, rows, inputs), generator=generator)
        keys = torch.randn((2, outputs, inputs), generator=generator)
        values = torch.randn((2, inputs, outputs), generator=generator)
        for first in range(0, rows, 16):
            part = slice(first, first + 16)
            assert torch.equal(linear(x, weight)[part], linear(x[part], weight))
            assert torch.equal(score(heads, keys)[:, part], score(heads[:, part].contiguous(), keys))
            assert torch.equal(mix(heads, values)[:, part], mix(heads[:, part].contiguous(), values))
