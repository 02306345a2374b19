"""Each way in which a nanochat checkpoint can be wrong gives its one clear line; what is merely old or rare loads."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ferrobench.errors import HarnessError, UsageError
from ferrobench.models import load_checkpoint
from tests.support.nanochat import (
    FIXTURES,
    VOCAB_SIZE,
    tokenizer_state,
    write_nanochat_checkpoint,
    write_state,
    write_tokenizer,
)

Damage = Callable[[Path], object]
META, WEIGHTS, TOKENIZER = "meta_000010.json", "model_000010.pt", "tokenizer/tokenizer.pkl"


def meta(change: Callable[[dict[str, Any]], object]) -> Damage:
    """Change the parsed meta file."""

    def damage(folder: Path) -> None:
        document = json.loads((folder / META).read_text())
        change(document)
        (folder / META).write_text(json.dumps(document))

    return damage


def config(**changes: Any) -> Damage:
    """Set keys of the configuration."""
    return meta(lambda document: document["model_config"].update(changes))


def tensors(change: Callable[[dict[str, torch.Tensor]], object]) -> Damage:
    """Change the tensors of the weights file."""

    def damage(folder: Path) -> None:
        weights = torch.load(folder / WEIGHTS, weights_only=True)
        change(weights)
        torch.save(weights, folder / WEIGHTS)

    return damage


def tensor(name: str, value: Any) -> Damage:
    """Put a tensor, or something else, under a name."""
    return tensors(lambda weights: weights.update({name: value}))


def saved(content: object) -> Damage:
    """Replace what the weights file holds."""
    return lambda folder: torch.save(content, folder / WEIGHTS)


def text(name: str, content: str) -> Damage:
    """Replace a file."""
    return lambda folder: (folder / name).write_text(content)


def truncate(share: float) -> Damage:
    """Keep only a share of the weights file."""
    return lambda folder: (folder / WEIGHTS).write_bytes(
        (folder / WEIGHTS).read_bytes()[: int(share * (folder / WEIGHTS).stat().st_size)]
    )


def fill(name: str, value: float) -> Damage:
    """Put one value into a tensor."""
    return tensors(lambda weights: weights[name].view(-1)[3:4].fill_(value))


def state(**changes: Any) -> Damage:
    """Change the state of the tokenizer."""
    return lambda folder: write_state(folder / TOKENIZER, tokenizer_state(**changes))


def compress(folder: Path) -> None:
    """Pack the weights file again, compressed."""
    import zipfile

    with zipfile.ZipFile(folder / WEIGHTS) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(folder / WEIGHTS, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)


RANKS = tokenizer_state()["mergeable_ranks"]
SPECIAL = tokenizer_state()["special_tokens"]
LAYER = "transformer.h.1"

# Of generation G7 where nothing else is said.
FAULTS: dict[str, tuple[Damage, str]] = {
    # The meta file
    "no meta": (lambda folder: (folder / META).unlink(), f"{META}: file is missing"),
    "meta not JSON": (text(META, "{"), f"{META}: not JSON"),
    "meta not UTF-8": (lambda folder: (folder / META).write_bytes(b"\xff"), f"{META}: not JSON"),
    "meta no object": (text(META, "[]"), f"{META}: expected a JSON object, found list"),
    "meta too deep": (text(META, "[" * 100_000), f"{META}: not JSON"),
    "no config": (meta(lambda d: d.pop("model_config")), "model_config: expected an object"),
    "config no object": (meta(lambda d: d.update(model_config=3)), "model_config: expected an object"),
    "key missing": (
        meta(lambda d: d["model_config"].pop("n_head")),
        "model_config.n_head: required key is missing",
    ),
    "key of wrong type": (
        config(n_embd="48"),
        "model_config.n_embd: input should be a valid integer, found '48'",
    ),
    "key null": (config(n_layer=None), "model_config.n_layer: input should be a valid integer, found None"),
    "key true": (config(n_layer=True), "model_config.n_layer: input should be a valid integer, found True"),
    "zero": (config(n_layer=0), "model_config.n_layer: input should be greater than or equal to 1, found 0"),
    "negative": (
        config(vocab_size=-5),
        "model_config.vocab_size: input should be greater than or equal to 1",
    ),
    "fraction": (config(sequence_len=40.5), "model_config.sequence_len: input should be a valid integer"),
    "far too large": (
        config(sequence_len=10**9),
        "model_config.sequence_len: input should be less than or equal",
    ),
    "unknown key": (
        config(use_moe=True),
        "model_config.use_moe: unknown key; written by another version of nanochat or a fork",
    ),
    "heads do not divide": (config(n_head=5), "n_embd 48 is not a multiple of model_config.n_head 5"),
    "kv heads do not divide": (config(n_kv_head=4), "n_head 6 is not a multiple of model_config.n_kv_head 4"),
    "odd head width": (config(n_head=16, n_kv_head=16), "n_embd / n_head is 3"),
    "bad letter": (
        config(window_pattern="SXL"),
        "window_pattern: expected letters S and L, at least one, found 'SXL'",
    ),
    "empty pattern": (
        config(window_pattern=""),
        "window_pattern: expected letters S and L, at least one, found ''",
    ),
    "pattern null": (
        config(window_pattern=None),
        "window_pattern: expected letters S and L, at least one, found None",
    ),
    "pattern with a line break": (config(window_pattern="SL\n"), "window_pattern: expected letters S and L"),
    # The weights file
    "truncated": (truncate(0.5), f"{WEIGHTS}: truncated"),
    "empty": (truncate(0.0), f"{WEIGHTS}: not a file of torch.save, which are zip archives (0 bytes)"),
    "LFS pointer": (
        text(WEIGHTS, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n"),
        f"{WEIGHTS}: a git-LFS pointer, not the weights themselves",
    ),
    "no zip": (text(WEIGHTS, "weights"), f"{WEIGHTS}: not a file of torch.save"),
    "compressed": (compress, "is compressed; torch.save does not compress anything"),
    "list": (saved([torch.zeros(1)]), "expected a dict of tensors, found list"),
    "nested": (
        saved({"model": {"a": torch.zeros(1)}}),
        "expected a dict of tensors, found dict under 'model'",
    ),
    "number for a name": (saved({3: torch.zeros(1)}), "expected a dict of tensors by name, found a key '3'"),
    "empty dict": (saved({}), "tensors are missing: transformer.wte.weight, lm_head.weight"),
    "integers": (
        tensor("x0_lambdas", torch.ones(3, dtype=torch.int32)),
        "tensor x0_lambdas: expected floating point numbers (bfloat16, float16, float32, float64), found int32",
    ),
    "eight bits": (
        tensor("x0_lambdas", torch.ones(3).to(torch.float8_e4m3fn)),
        "x0_lambdas: expected floating point numbers (bfloat16, float16, float32, float64), found float8_e4m3fn",
    ),
    "sparse": (tensor("x0_lambdas", torch.ones(3).to_sparse()), "found float32, torch.sparse_coo"),
    "complex": (tensor("x0_lambdas", torch.ones(3, dtype=torch.complex64)), "found complex64"),
    "NaN": (
        fill(f"{LAYER}.mlp.c_fc.weight", float("nan")),
        f"{LAYER}.mlp.c_fc.weight: has NaN or infinite values",
    ),
    "infinity": (
        fill("transformer.wte.weight", float("inf")),
        "transformer.wte.weight: has NaN or infinite values",
    ),
    "beyond float32": (
        tensor("smear_lambda", torch.full((1,), 1e300, dtype=torch.float64)),
        "smear_lambda: has NaN or infinite values",
    ),
    # Generations
    "bigram embedding": (
        tensor("bigram_embed.embed.weight", torch.ones(2)),
        "tensor bigram_embed.embed.weight: this is a prototype with hashed bigram embeddings",
    ),
    "bigram lambdas": (
        tensor("bigram_lambdas", torch.ones(2)),
        "bigram_lambdas: this is a prototype with hashed",
    ),
    "value lambdas": (
        tensor("v0_lambdas", torch.ones(2)),
        "v0_lambdas: this is a prototype of the value embeddings",
    ),
    "one value embedding": (
        tensor("value_embed.weight", torch.ones(2)),
        "value_embed.weight: this is a prototype of the value embeddings",
    ),
    "value embeddings A and B": (
        tensor("value_embed_A.weight", torch.ones(2)),
        "value_embed_A.weight: this is a prototype of the value embeddings",
    ),
    "a router": (
        tensor(f"{LAYER}.mlp.router.gate.weight", torch.ones(2)),
        f"tensor {LAYER}.mlp.router.gate.weight: no version of nanochat that we know has it",
    ),
    "experts": (tensor(f"{LAYER}.mlp.experts.w1", torch.ones(2)), "mlp.experts.w1: no version of nanochat"),
    "a bias": (tensor(f"{LAYER}.attn.c_q.bias", torch.ones(48)), "attn.c_q.bias: no version of nanochat"),
    "a prefix twice": (
        tensors(lambda w: [w.update({f"_orig_mod._orig_mod.{name}": w.pop(name)}) for name in list(w)]),
        "tensor _orig_mod.transformer.wte.weight: no version of nanochat that we know has it",
    ),
    "a prefix here and there": (
        tensors(lambda w: w.update({"_orig_mod.x0_lambdas": w.pop("x0_lambdas")})),
        "tensor _orig_mod.x0_lambdas: no version of nanochat that we know has it",
    ),
    "gates of another width": (
        tensors(
            lambda w: (
                [w.pop(name) for name in list(w) if "smear" in name or "backout" in name],
                [w.update({name: torch.ones(3, 16)}) for name in list(w) if "ve_gate" in name],
            )
        ),
        "expected 12 columns (generation G6) or 32 (G4, G5), found shape [3, 16]",
    ),
    "fewer channels than gates": (
        config(n_embd=12, n_head=2, n_kv_head=1),
        "n_embd is 12, but gates of generation G7 read 24 channels",
    ),
    "one missing": (
        tensors(lambda w: w.pop(f"{LAYER}.attn.c_proj.weight")),
        f"1 tensor is missing: {LAYER}.attn.c_proj.weight (by its names this is generation G7)",
    ),
    "many missing": (
        tensors(lambda w: [w.pop(name) for name in list(w) if LAYER in name]),
        f"6 tensors are missing: {LAYER}.attn.c_q.weight, {LAYER}.attn.c_k.weight, {LAYER}.attn.c_v.weight, "
        f"{LAYER}.attn.c_proj.weight, {LAYER}.mlp.c_fc.weight and 1 more",
    ),
    "one too many": (
        tensor("value_embeds.1.weight", torch.ones(320, 24)),
        "1 tensor is not expected: value_embeds.1.weight (by its names this is generation G7)",
    ),
    "missing and too many": (
        tensors(lambda w: w.update({"transformer.h.7.mlp.c_fc.weight": w.pop("x0_lambdas")})),
        "1 tensor is missing: x0_lambdas; 1 tensor is not expected: transformer.h.7.mlp.c_fc.weight",
    ),
    "smear half there": (
        tensors(lambda w: w.pop("smear_gate.weight")),
        "2 tensors are not expected: smear_lambda, backout_lambda (by its names this is generation G6)",
    ),
    "config says more layers": (config(n_layer=5), "14 tensors are missing: transformer.h.3.attn.c_q.weight"),
    "wrong shapes": (
        tensors(
            lambda w: w.update({f"{LAYER}.mlp.c_fc.weight": torch.ones(191, 48), "x0_lambdas": torch.ones(4)})
        ),
        f"2 tensors have another shape than generation G7 and model_config ask for: {LAYER}.mlp.c_fc.weight expected "
        "[192, 48], found [191, 48], x0_lambdas expected [3], found [4]",
    ),
    "a scalar": (tensor("smear_lambda", torch.tensor(0.5)), "smear_lambda expected [1], found []"),
    "smaller vocabulary": (
        tensor("transformer.wte.weight", torch.ones(256, 48)),
        f"tensor transformer.wte.weight: has 256 rows, fewer than model_config.vocab_size {VOCAB_SIZE}",
    ),
    "another head": (
        tensor("lm_head.weight", torch.ones(384, 48)),
        "tensor lm_head.weight: has 384 rows, but transformer.wte.weight has 320",
    ),
    "another value embedding": (
        tensor("value_embeds.2.weight", torch.ones(270, 24)),
        "tensor value_embeds.2.weight: has 270 rows, but transformer.wte.weight has 320",
    ),
    # The tokenizer
    "tokenizer no pickle": (text(TOKENIZER, "{}"), "tokenizer.pkl: not a pickle of a tokenizer"),
    "tokenizer empty": (text(TOKENIZER, ""), "tokenizer.pkl: not a pickle of a tokenizer"),
    "tokenizer truncated": (
        lambda folder: (folder / TOKENIZER).write_bytes((folder / TOKENIZER).read_bytes()[:500]),
        "tokenizer.pkl: not a pickle of a tokenizer",
    ),
    "tokenizer too large": (
        lambda folder: os.truncate(folder / TOKENIZER, 64 * 2**20 + 1),
        "tokenizer.pkl: 67108865 bytes; expected a tokenizer, of at most 67108864",
    ),
    "tokenizer of another size": (
        state(mergeable_ranks={**RANKS, b"impl": 261}, special_tokens={t: i + 1 for t, i in SPECIAL.items()}),
        "has 271 tokens, but model_config.vocab_size is 270; this tokenizer belongs to another model",
    ),
    "state with more": (
        state(explicit_n_vocab=270),
        "expected an Encoding with name, pat_str, mergeable_ranks",
    ),
    "state as text": (
        lambda folder: write_state(folder / TOKENIZER, "cl100k_base"),
        "expected the state of an Encoding as a dict, found str",
    ),
    "pattern as bytes": (state(pat_str=b"."), "pat_str: expected str, found bytes"),
    "pattern broken": (state(pat_str="("), "tokenizer.pkl: tiktoken does not take it: ValueError"),
    "ranks with a gap": (
        state(mergeable_ranks={**RANKS, b"fn": 300}),
        "expected the ranks 0 to 260, each once",
    ),
    "ranks twice": (state(mergeable_ranks={**RANKS, b"fn": 0}), "expected the ranks 0 to 260, each once"),
    "a rank as text": (
        state(mergeable_ranks={**RANKS, b"fn": "0"}),
        "mergeable_ranks: expected bytes with their ranks",
    ),
    "a token as text": (
        state(mergeable_ranks={**RANKS, "x": 0}),
        "mergeable_ranks: expected bytes with their ranks",
    ),
    "an empty token": (
        state(mergeable_ranks={**RANKS, b"": 261}),
        "mergeable_ranks: expected bytes with their ranks",
    ),
    "a byte missing": (
        state(
            mergeable_ranks={(b"zz" if token == b"\x07" else token): rank for token, rank in RANKS.items()}
        ),
        "mergeable_ranks: 1 of the 256 single bytes are missing, such as 0x07",
    ),
    "no bos": (
        state(special_tokens={token.replace("bos", "eos"): number for token, number in SPECIAL.items()}),
        "special_tokens: <|bos|> is missing",
    ),
    "special ids twice": (
        state(special_tokens={**SPECIAL, "<|bos|>": 262}),
        "expected the ids 261 to 269, each once",
    ),
    "special ids beyond": (
        state(special_tokens={**SPECIAL, "<|bos|>": 400}),
        "expected the ids 261 to 269, each once",
    ),
    "special ids among the ranks": (
        state(special_tokens={**SPECIAL, "<|bos|>": 5}),
        "expected the ids 261 to 269",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_checkpoint_gives_one_line(name: str, tmp_path: Path) -> None:
    """The line names the file and what is wrong."""
    damage, complaint = FAULTS[name]
    folder = write_nanochat_checkpoint(tmp_path / "d3", "G7")
    damage(folder)

    with pytest.raises(HarnessError) as caught:
        load_checkpoint(folder)

    message = str(caught.value)
    assert complaint in message
    assert str(tmp_path) in message
    assert "\n" not in message
    assert len(message) < 700
    assert caught.value.exit_code == 2


def test_weights_of_another_generation_are_not_filled_up(tmp_path: Path) -> None:
    """An old file without lambdas is an old model, not a new one with neutral values."""
    folder = write_nanochat_checkpoint(tmp_path, "G3")
    tensors(lambda weights: weights.pop("x0_lambdas"))(folder)

    with pytest.raises(
        HarnessError, match=r"1 tensor is missing: x0_lambdas \(by its names this is generation G3\)"
    ):
        load_checkpoint(folder)


@pytest.mark.parametrize("generation", ["G0", "G1", "G2", "G3", "G6", "G7"])
def test_each_generation_is_told_by_its_weights(generation: str, tmp_path: Path) -> None:
    """Without a warning, with its softcap, step and measures in the record."""
    model = load_checkpoint(
        write_nanochat_checkpoint(tmp_path / "base_checkpoints" / "d3", generation, step=1234567)
    )

    assert model.info.kind == "nanochat"
    assert model.info.details == {"generation": generation, "softcap": 15.0, "val_bpb": 1.25}
    assert (model.info.step, model.info.vocab_size, model.info.context_length) == (1234567, VOCAB_SIZE, 40)
    assert (model.info.loss, model.info.dtype) == (None, "float32")
    assert model.warnings == ()
    assert model.notes == ()


def test_g4_or_g5_is_assumed_with_a_warning_and_can_be_told(tmp_path: Path) -> None:
    """The softcap is part of what a run is resumed by, for samples depend on it."""
    folder = write_nanochat_checkpoint(tmp_path, "G4")

    assumed, fourth, fifth = (load_checkpoint(folder, softcap=softcap) for softcap in (None, 15, 20))

    assert len(assumed.warnings) == 1
    assert "softcap 15 (G4, before 2026-03-03) is assumed" in assumed.warnings[0]
    assert "--softcap 20" in assumed.warnings[0]
    assert (fourth.warnings, fifth.warnings) == ((), ())
    assert [model.info.details["generation"] for model in (assumed, fourth, fifth)] == ["G4", "G4", "G5"]
    assert assumed.identity == fourth.identity != fifth.identity
    ids = [[0, 5, 7]]
    ratio = np.arctanh(fifth.logits(ids) / 20) * 20 / (np.arctanh(fourth.logits(ids) / 15) * 15)
    assert np.abs(ratio - 1).max() < 1e-2
    with pytest.raises(UsageError, match=r"--softcap 30: .* is of generation G4 or G5; expected 15 or 20"):
        load_checkpoint(folder, softcap=30)


def test_a_softcap_that_contradicts_the_generation_is_refused(tmp_path: Path) -> None:
    """The right one may be given; nothing is left to choose."""
    folder = write_nanochat_checkpoint(tmp_path, "G7")

    assert load_checkpoint(folder, softcap=15).warnings == ()
    with pytest.raises(UsageError, match=r"--softcap 20: .* is of generation G7, whose softcap is 15"):
        load_checkpoint(folder, softcap=20)


def test_files_of_compiled_modules_and_of_half_precision_load(tmp_path: Path) -> None:
    """The prefix goes; bfloat16 becomes float32 exactly, so rounding beforehand changes nothing."""
    rounded = write_nanochat_checkpoint(tmp_path / "rounded")
    half = write_nanochat_checkpoint(tmp_path / "half")
    tensors(lambda w: [w.update({name: w[name].bfloat16().float()}) for name in list(w)])(rounded)
    tensors(lambda w: [w.update({f"_orig_mod.{name}": w.pop(name).bfloat16()}) for name in list(w)])(half)
    ids = [[0, 5, 7, 269]]

    assert (load_checkpoint(rounded).logits(ids) == load_checkpoint(half).logits(ids)).all()


def test_infinity_and_nan_in_the_meta_file_are_no_fault(tmp_path: Path) -> None:
    """nanochat writes them where nothing was measured; they are left out of the record."""
    folder = write_nanochat_checkpoint(tmp_path)
    meta(lambda d: d.update(val_bpb=float("nan"), val_loss=2.5, user_config={"lr": float("inf")}))(folder)

    assert load_checkpoint(folder).info.details == {"generation": "G7", "softcap": 15.0, "val_loss": 2.5}


def test_meta_files_of_reinforcement_learning_have_nothing_but_the_configuration(tmp_path: Path) -> None:
    """The step is in the file's name."""
    folder = write_nanochat_checkpoint(tmp_path)
    meta(lambda d: [d.pop(key) for key in list(d) if key != "model_config"])(folder)

    assert load_checkpoint(folder).info.step == 10


def test_without_a_tokenizer_there_are_logits_and_no_texts(tmp_path: Path) -> None:
    """The line names every place that was looked at."""
    folder = write_nanochat_checkpoint(tmp_path / "base_checkpoints" / "d3", tokenizer=False)
    model = load_checkpoint(folder)

    assert model.logits([[1, 2]]).shape == (1, 2, VOCAB_SIZE)
    with pytest.raises(HarnessError) as caught:
        model.refuses("fn")
    for place in (
        folder / "tokenizer",
        folder,
        folder.parent / "tokenizer",
        folder.parent.parent / "tokenizer",
    ):
        assert str(place / "tokenizer.pkl") in str(caught.value)


def test_a_named_tokenizer_wins(tmp_path: Path) -> None:
    """Over the one that lies there, which need not even be readable."""
    folder = write_nanochat_checkpoint(tmp_path / "d3")
    text(TOKENIZER, "broken")(folder)
    named = write_tokenizer(tmp_path / "mine.pkl")

    model = load_checkpoint(folder, tokenizer=named)

    assert model.tokenizer is not None
    assert model.tokenizer.path == named


def test_a_changed_file_is_another_model(tmp_path: Path) -> None:
    """The fingerprint, by which runs are resumed, covers meta file, tokenizer and the size of the weights."""
    folder = write_nanochat_checkpoint(tmp_path / "d3")
    seen = [load_checkpoint(folder).identity]
    for change in (
        meta(lambda d: d.update(step=11)),
        lambda folder: (folder / TOKENIZER).write_bytes((folder / TOKENIZER).read_bytes() + b"\n"),
        tensors(lambda w: w.update({name: w[name].bfloat16() for name in list(w)})),
    ):
        change(folder)
        seen.append(load_checkpoint(folder).identity)

    assert len({identity["checkpoint_fingerprint"] for identity in seen}) == 4
    assert {identity["checkpoint"] for identity in seen} == {str(folder / WEIGHTS)}


def test_recorded_files_load_from_a_read_only_folder(tmp_path: Path) -> None:
    """Nothing is written beside a checkpoint."""
    folder = tmp_path / "head"
    shutil.copytree(FIXTURES / "head_mha", folder)
    before = sorted(path.name for path in folder.rglob("*"))

    load_checkpoint(folder).logits([[1]])

    assert sorted(path.name for path in folder.rglob("*")) == before
