"""Each way in which a checkpoint can be damaged gives its one clear line and exit code 2."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from ferrobench.cli.main import main
from ferrobench.errors import CheckpointError
from ferrobench.models import find_checkpoint, load_checkpoint
from tests.support.checkpoints import write_byte_tokenizer, write_checkpoint

Damage = Callable[[Path], None]


def meta(change: Callable[[dict[str, Any]], object]) -> Damage:
    """Change the parsed meta.json."""

    def damage(folder: Path) -> None:
        document = json.loads((folder / "meta.json").read_text())
        change(document)
        (folder / "meta.json").write_text(json.dumps(document))

    return damage


def config(**changes: Any) -> Damage:
    """Set keys of the configuration."""
    return meta(lambda document: document["config"].update(changes))


def tensors(change: Callable[[dict[str, torch.Tensor]], object]) -> Damage:
    """Change the tensors of the weights file."""

    def damage(folder: Path) -> None:
        weights = load_file(str(folder / "model.safetensors"))
        change(weights)
        save_file(weights, str(folder / "model.safetensors"))

    return damage


def text(content: str) -> Damage:
    """Replace meta.json."""
    return lambda folder: (folder / "meta.json").write_text(content) and None


def truncate(share: float) -> Damage:
    """Keep only a share of the weights file."""

    def damage(folder: Path) -> None:
        content = (folder / "model.safetensors").read_bytes()
        (folder / "model.safetensors").write_bytes(content[: int(share * len(content))])

    return damage


def fill(name: str, value: float) -> Damage:
    """Put one value into a tensor."""
    return tensors(lambda weights: weights[name].view(-1)[3:4].fill_(value))


FAULTS: dict[str, tuple[Damage, str]] = {
    "no weights": (
        lambda folder: (folder / "model.safetensors").unlink(),
        "model.safetensors: file is missing",
    ),
    "no meta": (lambda folder: (folder / "meta.json").unlink(), "meta.json: file is missing"),
    "meta not JSON": (text("{"), "meta.json: not JSON"),
    "meta no object": (text("[]"), "meta.json: expected a JSON object, found list"),
    "no config": (meta(lambda d: d.pop("config")), "config: expected an object"),
    "later version": (
        meta(lambda d: d.update(version=2)),
        "version 2 is not supported; the highest known is 1",
    ),
    "negative version": (meta(lambda d: d.update(version=-1)), "version -1 is not supported"),
    "version as text": (meta(lambda d: d.update(version="1")), "version '1' is not supported"),
    "key missing": (meta(lambda d: d["config"].pop("n_heads")), "config.n_heads: required key is missing"),
    "key of wrong type": (config(dim="64"), "config.dim: input should be a valid integer, found '64'"),
    "zero": (config(group_size=0), "config.group_size: input should be greater than or equal to 1, found 0"),
    "far too large": (
        config(max_seq_len=10**12),
        "config.max_seq_len: input should be less than or equal to",
    ),
    "width beyond all numbers": (
        config(ffn_mult=1e39),
        "config.ffn_mult: input should be less than or equal to",
    ),
    "digits without end": (
        text('{"version": 1, "config": {"dim": ' + "9" * 5000 + "}}"),
        "meta.json: not JSON",
    ),
    "heads do not divide": (config(n_heads=5), "dim 32 is not a multiple of config.n_heads 5"),
    "kv heads do not divide": (config(n_kv_heads=3), "n_heads 4 is not a multiple of config.n_kv_heads 3"),
    "odd head width": (config(n_heads=32, n_kv_heads=32), "dim / n_heads is 1"),
    "loop config incomplete": (
        config(loop_config={"local_before": 1}),
        "config.loop_config.local_after: required",
    ),
    "wave field of one place": (
        config(wavefield_field_size=1),
        "config.wavefield_field_size: input should be greater than or equal to 2, found 1",
    ),
    "wave field of an unknown mode": (
        config(use_wave_field=True, wavefield_convolve_mode="dct"),
        "config.wavefield_convolve_mode: input should be 'fft', 'fwht' or 'haar', found 'dct'",
    ),
    "FWHT over a field that is no power of two": (
        config(use_wave_field=True, wavefield_convolve_mode="fwht", wavefield_field_size=48),
        "wavefield_field_size 48: expected a power of two where wavefield_convolve_mode is fwht",
    ),
    "Haar over a field that is no power of two": (
        config(use_wave_field=True, wavefield_convolve_mode="haar", wavefield_field_size=48),
        "wavefield_field_size 48: expected a power of two where wavefield_convolve_mode is haar",
    ),
    "more Haar levels than halves": (
        config(
            use_wave_field=True,
            wavefield_convolve_mode="haar",
            wavefield_field_size=32,
            wavefield_haar_levels=6,
        ),
        "wavefield_haar_levels 6: expected 1 to 5 for config.wavefield_field_size 32",
    ),
    "no Haar levels": (
        config(use_wave_field=True, wavefield_convolve_mode="haar", wavefield_haar_levels=0),
        "wavefield_haar_levels 0: expected 1 to 10 for config.wavefield_field_size 1024",
    ),
    "more wave heads than channels": (
        config(use_wave_field=True, wavefield_n_heads=33),
        "wavefield_n_heads 33: expected at most config.dim 32",
    ),
    "no share of wave fields": (
        config(use_wave_field=True, wavefield_ratio=float("nan")),
        "config.wavefield_ratio: input should be a finite number, found nan",
    ),
    "wave field without its tensors": (
        config(use_wave_field=True, wavefield_ratio=0.5, wavefield_field_size=32),
        "7 tensors are missing: blocks.1.wavefield.scatter.weight, blocks.1.wavefield.gate.weight",
    ),
    "deltanet": (config(use_deltanet=True, deltanet_pattern=[0, 1]), "use_deltanet is true"),
    "gated attention": (config(gated_attention=True), "gated_attention is true"),
    "engram without orders": (
        config(use_engram=True, engram_layers=[0]),
        "engram_n_gram_orders: expected at least",
    ),
    "weights truncated": (truncate(0.5), "model.safetensors: damaged or truncated"),
    "weights empty": (truncate(0.0), "model.safetensors: damaged or truncated"),
    "tensor missing": (
        tensors(lambda w: w.pop("blocks.1.attn.wo.weight")),
        "1 tensor is missing: blocks.1.attn.wo.weight",
    ),
    "many tensors missing": (
        tensors(lambda w: [w.pop(name) for name in list(w) if "blocks.0." in name]),
        "19 tensors are missing: blocks.0.norm_attn.weight",
    ),
    "wrong shape": (
        tensors(lambda w: w.update({"norm_final.weight": torch.ones(33)})),
        "tensor norm_final.weight: expected shape [32] from the configuration in meta.json, found [33]",
    ),
    "config says more layers": (config(n_layers=3), "19 tensors are missing: blocks.2."),
    "config says another vocabulary": (config(vocab_size=301), "tok_embed.weight: expected shape [301, 32]"),
    "integers": (
        tensors(lambda w: w.update({"norm_final.weight": torch.ones(32, dtype=torch.int32)})),
        "tensor norm_final.weight: expected floating point numbers, found I32",
    ),
    "NaN": (
        fill("blocks.0.ffn.w_up.weight", float("nan")),
        "blocks.0.ffn.w_up.weight: has NaN or infinite values",
    ),
    "infinity": (fill("tok_embed.weight", float("inf")), "tok_embed.weight: has NaN or infinite values"),
    "no tokenizer": (lambda folder: (folder / "tokenizer.json").unlink(), "name it with --tokenizer PATH"),
    "tokenizer broken": (
        lambda folder: (folder / "tokenizer.json").write_text("{}") and None,
        "not a tokenizer.json",
    ),
    "tokenizer too large": (
        lambda folder: (
            write_byte_tokenizer(folder / "tokenizer.json", special=tuple(f"<extra_{i}>" for i in range(100)))
            and None
        ),
        "has token id 355, but the model's vocabulary ends at 299",
    ),
}


@pytest.mark.rustc
@pytest.mark.parametrize("name", FAULTS)
def test_a_damaged_checkpoint_gives_one_line_and_exit_code_2(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line names the file and what is wrong; nothing is written."""
    damage, complaint = FAULTS[name]
    folder = write_checkpoint(tmp_path / "deep" / "er" / "still" / "step_10")
    damage(folder)
    monkeypatch.chdir(tmp_path)

    code = main(["run", "--checkpoint", str(folder), "--n-samples", "1"])

    errors = capsys.readouterr().err
    assert code == 2
    assert complaint in errors
    assert errors.count("\n") == 1
    assert not (tmp_path / "runs").exists()
    assert not (tmp_path / "benchmark_results.json").exists()


def test_what_is_harmless_is_accepted_with_a_note(tmp_path: Path) -> None:
    """An old file without version or loss, with other stream counts, unknown keys and extra tensors still loads."""
    folder = write_checkpoint(tmp_path)
    meta(lambda d: (d.pop("version"), d.update(loss=None, more=1)))(folder)
    config(mhc_n_streams=4, unknown_key=True, use_deltanet=False, deltanet_pattern=None)(folder)
    tensors(lambda w: w.update({"mtp_head_0.weight": torch.ones(3)}))(folder)

    notes = "\n".join(load_checkpoint(folder).notes)

    for part in (
        "no version",
        "no loss that is a number",
        "mhc_n_streams is 4",
        "1 tensors that the model does not use",
    ):
        assert part in notes


def test_of_a_folder_of_steps_the_newest_complete_one_is_taken(tmp_path: Path) -> None:
    """Steps compare as numbers, half-written ones are passed over, and ``final`` is newest."""
    for name in ("step_900", "step_1000", "step_2000", "iter_30"):
        write_checkpoint(tmp_path / name, tokenizer=False)
    (tmp_path / "step_2000" / "meta.json").unlink()

    assert find_checkpoint(tmp_path).folder.name == "step_1000"

    write_checkpoint(tmp_path / "final", tokenizer=False)

    assert find_checkpoint(tmp_path).folder.name == "final"


def test_the_tokenizer_is_found_above_the_checkpoint(tmp_path: Path) -> None:
    """A run has one tokenizer beside its step folders."""
    folder = write_checkpoint(tmp_path / "run" / "step_5", tokenizer=False)
    path = write_byte_tokenizer(tmp_path / "run" / "tokenizer.json")

    tokenizer = load_checkpoint(folder).tokenizer

    assert tokenizer is not None
    assert tokenizer.path == path.resolve()


def test_a_hugging_face_model_is_not_mistaken_for_something_broken(tmp_path: Path) -> None:
    """It is named; this function loads the other two kinds."""
    (tmp_path / "config.json").write_text("{}")

    with pytest.raises(CheckpointError, match="this looks like a hugging-face checkpoint"):
        load_checkpoint(tmp_path)
