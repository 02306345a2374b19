"""Completions of Hugging Face models: what is drawn, where it ends, and that neighbours do not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from ferrobench.errors import CheckpointError, UsageError
from ferrobench.models import (
    Completion,
    CompletionRequest,
    ModelRequest,
    Refused,
    SamplingSettings,
    StopReason,
    open_model,
)
from ferrobench.models.hugging_face.batches import Asked, plan_batches
from tests.support.hugging_face import (
    CONTEXT,
    EOS,
    FIM_TOKENS,
    VOCABULARY,
    llama_that_writes,
    random_gpt2,
    random_llama,
    write_model,
)

if TYPE_CHECKING:
    from pathlib import Path

PROMPTS = ("fn f() {", "fn longer_name(first: u8, second: u8) -> u8 {\n    ", "struct S {")
GREEDY = SamplingSettings(temperature=0.0, max_tokens=20)
ARCHITECTURES = {"llama": random_llama, "gpt2": random_gpt2}


def draw(
    folder: Path,
    prompts: tuple[str, ...],
    settings: SamplingSettings,
    *,
    batch_size: int | None = None,
    seeds: tuple[int, ...] | None = None,
    **request: Any,
) -> list[Completion]:
    """Draw one completion for each prompt."""
    model = open_model(ModelRequest(checkpoint=folder, device="cpu", **request))
    requests = [
        CompletionRequest(key=key, prompt=prompt, seed=seeds[key] if seeds else key)
        for key, prompt in enumerate(prompts)
    ]
    answers = dict(model.complete(requests, settings, batch_size=batch_size))
    completions = [answers[key] for key in range(len(prompts))]
    assert all(isinstance(completion, Completion) for completion in completions)
    return completions  # type: ignore[return-value]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_greedy_texts_are_those_of_transformers(architecture: str, tmp_path: Path) -> None:
    """Each prompt alone, through its own loop, without our processor."""
    folder = write_model(tmp_path / "model", ARCHITECTURES[architecture]())
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    undefined = [[i] for i in range(EOS + 1, VOCABULARY)]
    expected = []
    for prompt in PROMPTS:
        inputs = tokenizer(prompt, return_tensors="pt")
        ids = model.generate(
            **inputs, max_new_tokens=20, do_sample=False, pad_token_id=0, bad_words_ids=undefined
        )[0].tolist()
        ids = ids[: ids.index(EOS)] if EOS in ids else ids
        expected.append(tokenizer.decode(ids)[len(prompt) :])

    drawn = draw(folder, PROMPTS, GREEDY)

    assert [completion.text for completion in drawn] == expected


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_batches_do_not_change_greedy_texts(architecture: str, tmp_path: Path) -> None:
    """Padding in front of shorter prompts is nothing to the model, and finished rows nothing to the others."""
    folder = write_model(tmp_path / "model", ARCHITECTURES[architecture]())

    alone = draw(folder, PROMPTS, GREEDY, batch_size=1)
    together = draw(folder, PROMPTS, GREEDY, batch_size=3)

    assert [completion.text for completion in alone] == [completion.text for completion in together]
    assert len({completion.text for completion in alone}) == 3


def test_a_sample_has_the_random_numbers_of_its_own_seed(tmp_path: Path) -> None:
    """Among other neighbours, in another order, with another batch size."""
    folder = write_model(tmp_path / "model")
    settings = SamplingSettings(temperature=1.0, top_k=0, max_tokens=20)

    first = draw(folder, (PROMPTS[0],) * 3, settings, seeds=(7, 8, 9))
    second = draw(folder, (PROMPTS[1], PROMPTS[0], PROMPTS[0]), settings, seeds=(1, 9, 7), batch_size=2)

    assert [second[2].text, second[1].text] == [first[0].text, first[2].text]
    assert len({completion.text for completion in first}) == 3


def test_log_probabilities_are_those_of_the_models_own_logits(tmp_path: Path) -> None:
    """Before temperature, penalties and truncation; one of each for every token that is counted."""
    folder = write_model(tmp_path / "model", size=94)  # every text it writes can be encoded again
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    settings = SamplingSettings(
        temperature=0.4, top_k=5, repetition_penalty=1.5, max_tokens=20, logprobs=True
    )
    prompts = ("fn(){", "struct{")

    for completion, prompt in zip(draw(folder, prompts, settings), prompts, strict=True):
        prompt_ids = tokenizer(prompt)["input_ids"]
        ids = tokenizer(prompt + completion.text)["input_ids"]
        with torch.no_grad():
            logprobs = torch.log_softmax(model(torch.tensor([ids])).logits[0].double(), dim=1)
        rows = logprobs[len(prompt_ids) - 1 : len(ids) - 1]
        new = torch.tensor(ids[len(prompt_ids) :])
        assert len(new) == completion.token_count > 0
        assert completion.logprobs == pytest.approx(rows.gather(1, new[:, None])[:, 0].tolist(), abs=1e-4)
        assert completion.entropies == pytest.approx((-(rows.exp() * rows).sum(1)).tolist(), abs=1e-4)


def test_penalties_and_bans_are_applied_as_by_transformers(tmp_path: Path) -> None:
    """Greedy texts under a repetition penalty and a ban of repeated n-grams, in a batch."""
    folder = write_model(tmp_path / "model")
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    undefined = [[i] for i in range(EOS + 1, VOCABULARY)]
    changed = SamplingSettings(temperature=0.0, max_tokens=30, repetition_penalty=1.3, no_repeat_ngram=2)

    drawn = draw(folder, PROMPTS, changed)

    for completion, prompt in zip(drawn, PROMPTS, strict=True):
        ids = model.generate(
            **tokenizer(prompt, return_tensors="pt"),
            max_new_tokens=30,
            do_sample=False,
            repetition_penalty=1.3,
            no_repeat_ngram_size=2,
            pad_token_id=0,
            bad_words_ids=undefined,
        )[0].tolist()
        assert prompt + completion.text == tokenizer.decode(ids, skip_special_tokens=True)


def test_a_presence_penalty_keeps_tokens_from_coming_again(tmp_path: Path) -> None:
    """As far as the logits are near each other."""
    folder = write_model(tmp_path / "model", random_llama(initializer_range=0.02), size=94)

    plain, penalized = (
        draw(folder, ("fn(){",), SamplingSettings(temperature=0.0, max_tokens=20, presence_penalty=penalty))[
            0
        ].text
        for penalty in (0.0, 2.0)
    )

    assert len(set(plain)) < 20
    assert len(set(penalized)) == 20


def test_a_text_ends_with_its_end_token(tmp_path: Path) -> None:
    """Which is neither written nor counted, while another row of the batch goes on."""
    folder = write_model(tmp_path / "model", llama_that_writes("{abc}"))

    ended, other = draw(
        folder, ("fn() {", "fn() !"), SamplingSettings(temperature=0.0, max_tokens=9, logprobs=True)
    )

    assert (ended.text, ended.token_count, ended.stop_reason) == ("abc}", 4, StopReason.STOP)
    assert len(ended.logprobs or ()) == 4
    assert (other.text, other.stop_reason) == ("!" * 9, StopReason.LENGTH)


def test_the_end_token_can_be_named(tmp_path: Path) -> None:
    """Then it is the only one, and the model's own is one like others."""
    folder = write_model(tmp_path / "model", llama_that_writes("{abc}"))

    drawn = draw(folder, ("fn() {",), SamplingSettings(temperature=0.0, max_tokens=9), end_token="c")

    assert (drawn[0].text, drawn[0].stop_reason) == ("ab", StopReason.STOP)
    with pytest.raises(UsageError, match=r"--end-token <nope>: the tokenizer of .* has no such token"):
        open_model(ModelRequest(checkpoint=folder, end_token="<nope>"))


def test_end_tokens_of_a_configuration_that_the_tokenizer_knows_as_such_count(tmp_path: Path) -> None:
    """The ids of a class's defaults mean letters in another tokenizer."""
    model = llama_that_writes("{abc}")
    model.generation_config.eos_token_id = [ord("b") - 33, EOS + 1]
    folder = write_model(tmp_path / "model", model, special=("<end_of_turn>",))
    with torch.no_grad():
        model.get_output_embeddings().weight[[EOS, EOS + 1]] = model.get_output_embeddings().weight[
            [EOS + 1, EOS]
        ]
    model.save_pretrained(folder)

    drawn = draw(folder, ("fn() {",), SamplingSettings(temperature=0.0, max_tokens=9))

    assert (drawn[0].text, drawn[0].stop_reason) == ("abc}", StopReason.STOP)


def test_a_text_can_end_with_the_item(tmp_path: Path) -> None:
    """Rows end where the item that their prompt began is complete, and only there."""
    folder = write_model(tmp_path / "model", llama_that_writes("{ab;c}defg"))
    settings = SamplingSettings(temperature=0.0, max_tokens=9, stop="item")

    whole, open_still = draw(folder, ("fn f() {", "fn f() { if x {"), settings)

    assert (whole.text, whole.token_count, whole.stop_reason) == ("ab;c}", 5, StopReason.ITEM)
    assert (open_still.text, open_still.stop_reason) == ("ab;c}defg", StopReason.LENGTH)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_context_ends_a_text(architecture: str, tmp_path: Path) -> None:
    """Long prompts get what is left, beside short ones that get all; one that fills it is refused."""
    folder = write_model(tmp_path / "model", ARCHITECTURES[architecture]())
    model = open_model(ModelRequest(checkpoint=folder))
    prompts = ["x" * CONTEXT, "x" * (CONTEXT - 3), "x" * (CONTEXT - 4), "x" * (CONTEXT - 3), "fn f() {", ""]
    requests = [CompletionRequest(key=key, prompt=prompt, seed=key) for key, prompt in enumerate(prompts)]
    settings = SamplingSettings(temperature=0.0, max_tokens=30, no_repeat_ngram=1)

    answers = dict(model.complete(requests, settings, batch_size=None))

    assert isinstance(answers[0], Refused)
    assert answers[0].cause == model.refuses(prompts[0])
    assert "leaves no room" in answers[0].cause
    counts = [(a.token_count, a.stop_reason) for a in answers.values() if isinstance(a, Completion)]
    assert sorted(counts) == [
        (3, StopReason.CONTEXT),
        (3, StopReason.CONTEXT),
        (4, StopReason.CONTEXT),
        (30, StopReason.LENGTH),
    ]
    assert isinstance(answers[5], Refused)


def test_rows_of_a_batch_never_step_beyond_the_context() -> None:
    """Until its last row is finished all step along."""
    asked = [
        Asked(CompletionRequest(key=key, prompt="x" * length, seed=0), (0,) * length, min(20, 50 - length))
        for key, length in enumerate([49, 5, 31, 30, 49, 48, 29, 5])
    ]

    batches = list(plan_batches(asked, 3, 50))

    assert sorted(one.request.key for batch in batches for one in batch) == list(range(8))
    assert all(len(batch) <= 3 for batch in batches)
    for batch in batches:
        steps = max(one.budget for one in batch)
        assert all(len(one.prompt_ids) + steps <= 50 for one in batch)
    assert len(batches) == 5


def test_a_network_that_computes_nan_is_told(tmp_path: Path) -> None:
    """One line, and no text of zeros."""
    model = random_llama()
    with torch.no_grad():
        model.get_output_embeddings().weight.fill_(float("nan"))
    folder = write_model(tmp_path / "model", model)

    with pytest.raises(CheckpointError, match="NaN"):
        draw(folder, PROMPTS, GREEDY)


def test_a_filled_hole_has_its_other_side_behind_it(tmp_path: Path) -> None:
    """What the model wrote, then what closes the prompt; a token of the format ends the middle."""
    model = llama_that_writes("{abc")
    folder = write_model(tmp_path / "model", model, special=FIM_TOKENS)
    with torch.no_grad():
        # After <fim_middle> it writes from "a" on, and then not its end token but <fim_pad>.
        embeddings, head = model.get_input_embeddings().weight, model.get_output_embeddings().weight
        embeddings[EOS + 3] = embeddings[ord("{") - 33]
        head[EOS + 4] = head[EOS]
        head[EOS] = 0.0
    model.save_pretrained(folder)

    drawn = draw(folder, ("fn f() {",), SamplingSettings(temperature=0.0, max_tokens=9), prompt_style="fim")

    assert (drawn[0].text, drawn[0].token_count, drawn[0].stop_reason) == ("abc\n}", 3, StopReason.STOP)
