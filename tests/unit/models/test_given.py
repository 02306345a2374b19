"""What models are given beside the prompts of a suite: texts, chats and holes that their caller has laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.errors import CheckpointError, UsageError
from ferrobench.models import (
    Chat,
    Completion,
    CompletionRequest,
    Given,
    Hole,
    LaidOut,
    LaysOut,
    ModelRequest,
    SamplingSettings,
    StopReason,
    load_checkpoint,
    open_model,
)
from ferrobench.models.nanochat.tokenizer import NanochatTokenizer
from ferrobench.models.prompt_style import chat_messages, fim_suffix
from tests.support.checkpoints import write_byte_tokenizer, write_checkpoint
from tests.support.hugging_face import FIM_TOKENS, random_llama, write_model
from tests.support.nanochat import write_nanochat_checkpoint

if TYPE_CHECKING:
    from pathlib import Path

PROMPT = "fn f() {"
CHAT = Chat(tuple(chat_messages("f")))
HOLE = Hole(PROMPT, fim_suffix(PROMPT))


def draw(model: Any, *requests: CompletionRequest, **settings: Any) -> list[Completion]:
    """Complete the requests one by one, so that no batch moves a bit."""
    chosen = SamplingSettings(**{"temperature": 5.0, "top_k": 0, "max_tokens": 30, **settings})
    return [dict(model.complete([request], chosen, batch_size=1))[request.key] for request in requests]


def laid_out(model: Any, given: Given, seed: int) -> CompletionRequest:
    """A request for what the model has laid out."""
    return CompletionRequest(key=seed, prompt="", seed=seed, laid_out=model.lay_out(given))


@pytest.mark.parametrize(("style", "given"), [("completion", PROMPT), ("chat", CHAT), ("fim", HOLE)])
def test_what_is_laid_out_is_answered_as_in_its_style(style: str, given: Given, tmp_path: Path) -> None:
    """A model that was opened for bare prompts answers a chat and fills a hole like one that was opened for these."""
    network = random_llama(max_position_embeddings=256)
    folder = write_model(tmp_path / "model", network, chat=True, special=FIM_TOKENS, adds_bos=True)
    bare = open_model(ModelRequest(checkpoint=folder, device="cpu", prompt_style="completion"))
    styled = open_model(ModelRequest(checkpoint=folder, device="cpu", prompt_style=style))
    prompt = "f" if style == "chat" else PROMPT
    closing = HOLE.after if style == "fim" else ""

    answers = draw(bare, *(laid_out(bare, given, seed) for seed in range(12)))
    expected = draw(styled, *(CompletionRequest(key=seed, prompt=prompt, seed=seed) for seed in range(12)))

    assert [answer.text + closing for answer in answers] == [answer.text for answer in expected]
    assert [answer.token_count for answer in answers] == [answer.token_count for answer in expected]


def test_the_tokens_of_holes_end_what_fills_one_and_nothing_else(tmp_path: Path) -> None:
    """Of a model that draws them all the time."""
    folder = write_model(tmp_path / "model", special=FIM_TOKENS)
    model = open_model(ModelRequest(checkpoint=folder, device="cpu"))
    assert isinstance(model, LaysOut)
    ids = model.lay_out(HOLE).ids

    holes = draw(model, *(laid_out(model, HOLE, seed) for seed in range(24)))
    texts = draw(
        model,
        *(CompletionRequest(key=seed, prompt="", seed=seed, laid_out=LaidOut(ids)) for seed in range(24)),
    )

    assert sum(answer.stop_reason is StopReason.STOP for answer in holes) > sum(
        answer.stop_reason is StopReason.STOP for answer in texts
    )


def test_a_model_says_what_it_has_no_format_for(tmp_path: Path) -> None:
    """In one line, without flags that nobody gave."""
    folder = write_model(tmp_path / "model")
    model = open_model(ModelRequest(checkpoint=folder, device="cpu"))
    assert isinstance(model, LaysOut)

    with pytest.raises(UsageError, match=r"^the tokenizer of .*model has no chat template$"):
        model.lay_out(CHAT)
    with pytest.raises(
        UsageError, match=r"^the tokenizer of .*model has no tokens for filling in the middle"
    ):
        model.lay_out(HOLE)


def test_messages_that_a_template_refuses_are_one_line(tmp_path: Path) -> None:
    """Templates raise what they like."""
    folder = write_model(tmp_path / "model", chat=True)
    (folder / "chat_template.jinja").write_text("{{ raise_exception('roles must alternate') }}")
    model = open_model(ModelRequest(checkpoint=folder, device="cpu", prompt_style="completion"))
    assert isinstance(model, LaysOut)

    with pytest.raises(CheckpointError, match="chat template fails: roles must alternate"):
        model.lay_out(CHAT)


def test_our_own_engine_completes_what_it_has_laid_out(tmp_path: Path) -> None:
    """As it completes the same text as a prompt, and it has no other formats."""
    model = load_checkpoint(write_checkpoint(tmp_path / "model"), threads=1)
    as_prompts = [CompletionRequest(key=seed, prompt=PROMPT, seed=seed) for seed in range(5)]

    together = [laid_out(model, PROMPT, seed) for seed in range(5)]

    texts = {key: answer.text for key, answer in complete(model, together).items()}
    assert texts == {key: answer.text for key, answer in complete(model, as_prompts).items()}
    for given, words in ((CHAT, "chats"), (HOLE, "filling in the middle")):
        with pytest.raises(UsageError, match=f"nanochat-rs models have no format for {words}$"):
            model.lay_out(given)


CONVERSATION = (("system", "Be brief."), ("user", "a <|bos|>"), ("assistant", "b"), ("user", "c"))


def chat(*messages: tuple[str, str]) -> Chat:
    """A conversation of roles and contents."""
    return Chat(tuple({"role": role, "content": content} for role, content in messages))


def test_a_conversation_is_laid_out_as_nanochat_does(tmp_path: Path) -> None:
    """Its tokens around each turn, the system's message before the first, and names of tokens as ordinary text."""
    folder = write_nanochat_checkpoint(tmp_path / "chatsft_checkpoints" / "d3")
    model = load_checkpoint(folder, threads=1, prompt_style="completion")
    tokenizer = NanochatTokenizer(folder / "tokenizer" / "tokenizer.pkl", model.vocab_size)

    ids = list(model.lay_out(chat(*CONVERSATION)).ids)

    expected: list[int] = []
    for piece in (
        *("<|bos|>", "<|user_start|>", "Be brief.\n\na <|bos|>", "<|user_end|>", "<|assistant_start|>", "b"),
        *("<|assistant_end|>", "<|user_start|>", "c", "<|user_end|>", "<|assistant_start|>"),
    ):
        expected += [tokenizer.special_id(piece)] if tokenizer.has_special(piece) else tokenizer.encode(piece)
    assert ids == expected
    assert list(model.lay_out("a").ids) == [tokenizer.special_id("<|bos|>"), *tokenizer.encode("a")]


@pytest.mark.parametrize(
    "messages",
    [
        CONVERSATION[2:],
        CONVERSATION[:3],
        CONVERSATION[:1],
        (CONVERSATION[1], CONVERSATION[3]),
        (CONVERSATION[0], *CONVERSATION),
    ],
    ids=["answer first", "answer last", "system alone", "two of the user", "two of the system"],
)
def test_messages_that_do_not_take_turns_are_refused(
    messages: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    """nanochat has no tokens for other conversations."""
    model = load_checkpoint(
        write_nanochat_checkpoint(tmp_path / "chatsft_checkpoints" / "d3"),
        threads=1,
        prompt_style="completion",
    )

    with pytest.raises(UsageError, match="expected user and assistant in turns"):
        model.lay_out(chat(*messages))


def test_a_base_model_of_nanochat_does_not_chat(tmp_path: Path) -> None:
    """It has the tokens, and was never trained with them."""
    model = load_checkpoint(write_nanochat_checkpoint(tmp_path / "base_checkpoints" / "d3"), threads=1)

    with pytest.raises(UsageError, match="a base model of nanochat has no format for chats"):
        model.lay_out(CHAT)
    with pytest.raises(UsageError, match="nanochat models have no format for filling in the middle"):
        model.lay_out(HOLE)


def test_further_tokens_end_a_row_of_our_own_engine(tmp_path: Path) -> None:
    """Only the row that asked for it."""
    folder = write_checkpoint(tmp_path / "model")
    write_byte_tokenizer(folder / "tokenizer.json", special=("<|endoftext|>",))
    model = load_checkpoint(folder, threads=1)
    laid = model.lay_out(PROMPT)
    first = complete(model, [CompletionRequest(key=0, prompt=PROMPT, seed=0)], max_tokens=1)[0]
    (token,) = model.lay_out(first.text).ids

    answers = complete(
        model,
        [
            CompletionRequest(key=0, prompt="", seed=0, laid_out=laid),
            CompletionRequest(key=1, prompt="", seed=0, laid_out=LaidOut(laid.ids, frozenset({token}))),
        ],
        max_tokens=8,
    )

    assert answers[0].token_count > 0
    assert (answers[1].text, answers[1].stop_reason) == ("", StopReason.STOP)


def complete(model: Any, requests: list[CompletionRequest], **settings: Any) -> dict[int, Completion]:
    """All answers of one batch."""
    return dict(model.complete(requests, SamplingSettings(**{"max_tokens": 12, **settings}), batch_size=None))
