"""The bundled demo checkpoints as files, and against the code that trained them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the torch extra")
pytest.importorskip("safetensors", reason="needs the torch extra")
pytest.importorskip("tokenizers", reason="needs the torch extra")

from safetensors.torch import load_file  # noqa: E402  # after the skips above
from tokenizers import Tokenizer  # noqa: E402

import ferrobench  # noqa: E402
from ferrobench.models import load_checkpoint  # noqa: E402
from training.corpus import generate_documents  # noqa: E402
from training.model import DemoModel, ModelConfig  # noqa: E402
from training.settings import CHECKPOINT_SHARES, TrainingSettings  # noqa: E402
from training.tokenizer import END_OF_TEXT, END_OF_TEXT_ID, VOCAB_SIZE, train_tokenizer  # noqa: E402

DEMO = Path(ferrobench.__file__).parent / "demo"
STEPS = sorted(int(folder.name.removeprefix("step_")) for folder in DEMO.glob("step_*"))
MEGABYTE = 1_000_000


def test_there_are_the_final_and_three_earlier_checkpoints_of_the_recipe() -> None:
    settings = TrainingSettings(out=Path())

    assert [round(share * settings.steps) for share in CHECKPOINT_SHARES] == STEPS


def test_each_file_has_at_most_three_megabytes_and_all_have_twelve() -> None:
    sizes = [path.stat().st_size for path in DEMO.rglob("*") if path.is_file()]

    assert max(sizes) <= 3 * MEGABYTE
    assert sum(sizes) <= 12 * MEGABYTE


@pytest.mark.parametrize("step", STEPS)
def test_the_metadata_names_its_own_step_and_a_loss_that_was_measured(step: int) -> None:
    meta = json.loads((DEMO / f"step_{step}" / "meta.json").read_text(encoding="utf-8"))

    assert meta["version"] == 1
    assert meta["step"] == step
    assert 0 < meta["loss"] < np.log(VOCAB_SIZE)


def test_the_held_out_loss_falls_from_checkpoint_to_checkpoint() -> None:
    losses = [
        json.loads((DEMO / f"step_{step}" / "meta.json").read_text(encoding="utf-8"))["loss"]
        for step in STEPS
    ]

    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize("text", ["fn f() {\n    a\n}\n", "\t\r\n\n", "naïve 🦀", " leading", "\x00\x7f"])
def test_the_tokenizer_loses_nothing(text: str) -> None:
    tokenizer = Tokenizer.from_file(str(DEMO / "tokenizer.json"))

    assert tokenizer.decode(tokenizer.encode(text).ids) == text
    assert tokenizer.get_vocab_size() == VOCAB_SIZE
    assert tokenizer.token_to_id(END_OF_TEXT) == END_OF_TEXT_ID


@pytest.mark.slow
def test_the_tokenizer_is_the_one_that_the_corpus_gives() -> None:
    settings = TrainingSettings(out=Path())
    documents = generate_documents(settings.seed, settings.documents)[settings.held_out :]

    trained = json.loads(train_tokenizer(documents).to_str())

    assert json.loads((DEMO / "tokenizer.json").read_text(encoding="utf-8")) == trained


@pytest.mark.parametrize("step", STEPS)
def test_evaluation_computes_what_the_trained_module_computes(step: int) -> None:
    """Two implementations that share no code. Most logits agree to float noise.

    Not all can: the inputs of every linear are rounded to levels, and noise now and then tips one over.
    """
    folder = DEMO / f"step_{step}"
    trained = DemoModel(ModelConfig())
    trained.load_state_dict(
        {name: tensor.float() for name, tensor in load_file(str(folder / "model.safetensors")).items()}
    )
    tokenizer = Tokenizer.from_file(str(DEMO / "tokenizer.json"))
    ids = np.array([tokenizer.encode("fn count_positive(nums: &[i32]) -> usize {\n    nums.iter()").ids])

    with torch.no_grad():
        expected = trained(torch.from_numpy(ids)).numpy()
    found = load_checkpoint(folder).logits(ids)

    differences = np.abs(found - expected)
    assert np.median(differences) < 1e-4
    assert differences.max() < 0.5
    assert (found.argmax(-1) == expected.argmax(-1)).mean() > 0.9
