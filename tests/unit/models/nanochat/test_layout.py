"""Which checkpoint is meant by a path, in nanochat's own folders and in those of others."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import CheckpointError, UsageError
from ferrobench.models import (
    ModelRequest,
    PromptStyle,
    demo_checkpoint,
    find_checkpoint,
    load_checkpoint,
    open_model,
)
from tests.support.checkpoints import write_checkpoint
from tests.support.nanochat import SPECIAL, tokenizer_state, write_nanochat_checkpoint, write_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def touch(*folders: Path, steps: tuple[int, ...] = (10,)) -> None:
    """Write files that have the right names and nothing in them."""
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        for step in steps:
            (folder / f"model_{step:06}.pt").touch()
            (folder / f"meta_{step:06}.json").touch()


def found(path: Path, step: int | None = None) -> tuple[Path, int]:
    """The folder and the step that are meant."""
    location = find_checkpoint(path, step)
    assert location.nanochat is not None
    assert location.label == str(location.nanochat.weights.with_suffix(""))
    return location.folder, location.nanochat.step


def test_of_several_steps_the_last_is_meant_and_any_can_be_named(tmp_path: Path) -> None:
    """Steps compare as numbers; a file names its step itself; optimizer states are no steps."""
    touch(tmp_path, steps=(500, 999_999, 1_000_000))
    (tmp_path / "optim_2000000.pt").touch()

    assert found(tmp_path) == (tmp_path, 1_000_000)
    assert found(tmp_path, 500) == (tmp_path, 500)
    assert found(tmp_path / "model_000500.pt") == (tmp_path, 500)
    assert found(tmp_path / "meta_000500.json") == (tmp_path, 500)
    with pytest.raises(CheckpointError, match="has no step 7; it has 500, 999999, 1000000"):
        found(tmp_path, 7)
    with pytest.raises(CheckpointError, match="this is step 500, but --step asks for 7"):
        found(tmp_path / "model_000500.pt", 7)


def test_of_several_tags_the_largest_is_meant(tmp_path: Path) -> None:
    """By the number after the d; without such tags, the one changed last; a folder without weights is none."""
    place = tmp_path / "base_checkpoints"
    touch(place / "d4", place / "d12", place / "d9_try2", place / "wide")
    (place / "d30").mkdir()

    assert found(place) == (place / "d12", 10)
    assert found(tmp_path) == (place / "d12", 10)

    other = tmp_path / "other"
    touch(other / "new", other / "old")
    os.utime(other / "new", (2e9, 2e9))
    os.utime(other / "old", (1e9, 1e9))

    assert found(other) == (other / "new", 10)


def test_of_several_kinds_one_must_be_named(tmp_path: Path) -> None:
    """Nothing says whether the base or the chat model is meant; where there is one kind, it is."""
    touch(tmp_path / "base_checkpoints" / "d4")
    (tmp_path / "chatrl_checkpoints").mkdir()

    assert found(tmp_path)[0] == tmp_path / "base_checkpoints" / "d4"

    touch(tmp_path / "chatsft_checkpoints" / "d4")
    with pytest.raises(CheckpointError) as caught:
        found(tmp_path)

    assert "several kinds of checkpoint (base_checkpoints, chatsft_checkpoints); name one, such as" in str(
        caught.value
    )


def test_experiments_have_kinds_below_their_tags(tmp_path: Path) -> None:
    """At every level of the path; of several experiments one must be named."""
    one = tmp_path / "experiments" / "one"
    touch(one / "d4" / "base", one / "d6" / "sft")

    for path in (tmp_path, tmp_path / "experiments", one, one / "d6"):
        assert found(path) == (one / "d6" / "sft", 10)
    touch(tmp_path / "experiments" / "two" / "d4" / "base")
    with pytest.raises(CheckpointError, match=r"holds several experiments \(one, two\); name one"):
        found(tmp_path)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda folder: None, "no such checkpoint folder; {above} holds beside"),
        (lambda folder: folder.mkdir(), "it holds nothing"),
        (
            lambda folder: [
                folder.mkdir(),
                (folder / "optim_000010_rank0.pt").touch(),
                (folder / "d4").mkdir(),
            ],
            "no checkpoint here: expected model.safetensors and meta.json or config.json, model_<N>.pt and "
            "meta_<N>.json, or folders with them; it holds d4, optim_000010_rank0.pt",
        ),
        (lambda folder: folder.touch(), "or with model_<N>.pt and meta_<N>.json, found a file"),
        (
            lambda folder: [folder.mkdir(), *((folder / f"{i:02}").mkdir() for i in range(20))],
            "it holds 00, 01, 02, 03, 04, 05, 06, 07, 08, 09, 10, 11 and 8 more",
        ),
    ],
)
def test_where_there_is_none_the_line_says_what_is_there(
    make: Callable[[Path], object], complaint: str, tmp_path: Path
) -> None:
    """Other tags, optimizer states only, nothing."""
    (tmp_path / "beside").mkdir()
    make(tmp_path / "d9")

    with pytest.raises(CheckpointError) as caught:
        find_checkpoint(tmp_path / "d9")

    assert complaint.format(above=tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("folder", "tokenizer", "style"),
    [
        ("base_checkpoints/d3", "tokenizer", PromptStyle.COMPLETION),
        ("mid_checkpoints/d3", "tokenizer", PromptStyle.CHAT),
        ("chatsft_checkpoints/d3", "tokenizer", PromptStyle.CHAT),
        ("chatrl_checkpoints/d3", "tokenizer", PromptStyle.CHAT),
        ("chatsft_checkpoints", "chatsft_checkpoints", PromptStyle.CHAT),
        ("experiments/one/d3/base", "experiments/one/tokenizer", PromptStyle.COMPLETION),
        ("experiments/one/d3/rl", "experiments/one/tokenizer", PromptStyle.CHAT),
        ("upload", "upload", PromptStyle.COMPLETION),
        ("upload", "upload/tokenizer", PromptStyle.COMPLETION),
        ("upload/model", "upload/tokenizer", PromptStyle.COMPLETION),
    ],
)
def test_folders_tell_the_tokenizer_and_the_prompt_style(
    folder: str, tokenizer: str, style: PromptStyle, tmp_path: Path
) -> None:
    """In nanochat's layout, in the branch's, and in uploads; where they do not tell the style, a note says so."""
    place = write_nanochat_checkpoint(tmp_path / folder, tokenizer=False)
    path = write_tokenizer(tmp_path / tokenizer / "tokenizer.pkl")

    model = load_checkpoint(place)

    assert model.tokenizer is not None
    assert model.tokenizer.path == path
    assert model.info.prompt_style is style
    assert bool(model.notes) == folder.startswith("upload")


def test_chat_models_are_asked_in_a_message(tmp_path: Path) -> None:
    """With nanochat's own tokens around it; the style can be chosen."""
    place = write_nanochat_checkpoint(tmp_path / "chatsft_checkpoints" / "d3", sequence_len=300)
    model = load_checkpoint(place)
    assert model.tokenizer is not None
    special = {token: model.tokenizer.token_id(token) for token in SPECIAL}

    shown, ids = model.model_input("fn a() {\n"), model._loaded.encode("fn a() {\n")

    assert isinstance(shown, str)
    message = shown.removeprefix("<|bos|><|user_start|>").removesuffix("<|user_end|><|assistant_start|>")
    assert message.startswith("Complete the following Rust code.")
    assert message.endswith("fn a() {\n```")
    assert list(ids) == [
        special["<|bos|>"],
        special["<|user_start|>"],
        *model.tokenizer.encode(message),
        special["<|user_end|>"],
        special["<|assistant_start|>"],
    ]
    bare = load_checkpoint(place, prompt_style="completion")
    assert bare.model_input("fn a() {\n") == "<|bos|>fn a() {\n"
    assert bare.info.prompt_style is PromptStyle.COMPLETION
    with pytest.raises(UsageError, match=r"--prompt-style fim: .* its tokenizer has no tokens for a hole"):
        load_checkpoint(place, prompt_style="fim")


def test_a_chat_model_needs_the_tokens_of_a_chat(tmp_path: Path) -> None:
    """A base model does not."""
    place = write_nanochat_checkpoint(tmp_path / "d3")
    special = {token.replace("user", "human"): i for token, i in tokenizer_state()["special_tokens"].items()}
    write_tokenizer(place / "tokenizer" / "tokenizer.pkl", special_tokens=special)

    assert load_checkpoint(place).info.prompt_style is PromptStyle.COMPLETION
    with pytest.raises(
        CheckpointError, match=r"has no token <\|user_start\|>, which prompts of this model need"
    ):
        load_checkpoint(place, prompt_style="chat")


def test_dtypes_are_chosen_by_name(tmp_path: Path) -> None:
    """float16 is none of nanochat's."""
    place = write_nanochat_checkpoint(tmp_path)

    assert load_checkpoint(place, dtype="bfloat16").info.dtype == "bfloat16"
    with pytest.raises(UsageError, match=r"--dtype float16: .* expected float32 or bfloat16"):
        load_checkpoint(place, dtype="float16")


def test_a_step_of_a_nanochat_rs_run_can_be_named_too(tmp_path: Path) -> None:
    """Of step folders by their number, of the demo, and of one checkpoint only its own."""
    for name in ("step_5", "step_40", "final"):
        write_checkpoint(tmp_path / name, tokenizer=False)

    assert find_checkpoint(tmp_path).folder.name == "final"
    assert find_checkpoint(tmp_path, 5).folder.name == "step_5"
    assert find_checkpoint(tmp_path / "step_5", 5).folder.name == "step_5"
    assert open_model(ModelRequest(step=125)).label == "demo/step_125"
    assert demo_checkpoint(125).folder.name == "step_125"
    with pytest.raises(CheckpointError, match="has no step 6; it has step_5, step_40, final"):
        find_checkpoint(tmp_path, 6)
    with pytest.raises(CheckpointError, match="is one checkpoint and not a folder of steps"):
        find_checkpoint(tmp_path / "step_5", 40)


def test_options_of_other_kinds_are_refused(tmp_path: Path) -> None:
    """An adapter and an endpoint's retries mean nothing here."""
    place = write_nanochat_checkpoint(tmp_path)

    with pytest.raises(UsageError, match="--adapter: a nanochat checkpoint has no use for it"):
        open_model(ModelRequest(checkpoint=place, adapter=tmp_path))
    with pytest.raises(UsageError, match="--retries: a nanochat checkpoint has no use for it"):
        open_model(ModelRequest(checkpoint=place, retries=1))


@pytest.mark.parametrize(
    "arguments", [{"softcap": 15.0}, {"prompt_style": "chat"}, {"prompt_style": "fim"}, {"dtype": "bfloat16"}]
)
def test_what_nanochat_rs_has_no_use_for_is_refused(arguments: dict[str, str], tmp_path: Path) -> None:
    """The line names the flag."""
    place = write_checkpoint(tmp_path)
    (name, value), *_ = arguments.items()

    with pytest.raises(
        UsageError, match=rf"--{name.replace('_', '-')} {value}: .* is a nanochat-rs checkpoint"
    ):
        load_checkpoint(place, **arguments)  # type: ignore[arg-type]
