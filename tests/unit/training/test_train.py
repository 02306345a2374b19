"""The training loop: the recipe it keeps, the checkpoints it leaves, and how it ends."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch", reason="needs the torch extra")
pytest.importorskip("safetensors", reason="needs the torch extra")
pytest.importorskip("tokenizers", reason="needs the torch extra")

from torch.nn import functional  # noqa: E402  # after the skips above

import ferrobench  # noqa: E402  # after the skips above
from ferrobench.errors import UsageError  # noqa: E402
from ferrobench.models import load_checkpoint  # noqa: E402
from training.checkpoint import write_checkpoint  # noqa: E402
from training.model import DemoModel, ModelConfig  # noqa: E402
from training.objective import Objective  # noqa: E402
from training.optimizer import Optimizer, OptimizerSettings, orthogonalize  # noqa: E402
from training.rows import pack_rows  # noqa: E402
from training.schedule import Schedule, Shape  # noqa: E402
from training.settings import TrainingSettings  # noqa: E402
from training.train import DivergedError, main, optimize, train  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

TINY = ModelConfig(vocab_size=16, dim=16, n_layers=2, n_heads=2, group_size=16)
# The demo model itself, for a moment: few rows, and just the documents that fill its vocabulary.
MOMENT = ("--steps=4", "--documents=700", "--held-out=20", "--batch-rows=1", "--row-length=24", "--threads=1")


@pytest.fixture(autouse=True)
def _settings_of_torch() -> Iterator[None]:
    """One thread, since tiny models only wait for a second one; whatever a training sets is put back."""
    threads, deterministic = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(deterministic)


def arbitrary_rows(length: int = 9) -> Iterator[list[int]]:
    """Rows over the tiny vocabulary."""
    return pack_rows([[1, 2, 3, 4, 5], [6, 7, 8], [9, 10, 11, 12, 13, 14, 15]], length, seed=0)


def first_recipe(steps: int, batch_rows: int) -> tuple[list[float], DemoModel]:
    """The losses and the model of the loop that made the bundled checkpoints, spelled out: plain cross entropy, 0.02 and 0.004, up, flat and down."""
    torch.manual_seed(0)
    model = DemoModel(TINY)
    matrices: dict[tuple[int, ...], list[torch.nn.Parameter]] = {}
    rest = []
    for name, parameter in model.named_parameters():
        if name.startswith("blocks.") and parameter.ndim == 2:
            matrices.setdefault(tuple(parameter.shape), []).append(parameter)
        else:
            rest.append(parameter)
    momenta = {shape: torch.zeros(len(group), *shape) for shape, group in matrices.items()}
    adam = torch.optim.AdamW(rest, lr=0.004, betas=(0.9, 0.98), weight_decay=0.0)
    rows = arbitrary_rows()
    losses = []
    for step in range(steps):
        batch = torch.tensor(list(islice(rows, batch_rows)))
        logits = model(batch[:, :-1])
        loss = functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), batch[:, 1:].reshape(-1))
        loss.backward()
        warmup = min(50, steps // 4)
        start = max(int(steps * 0.3), warmup)
        if step < warmup:
            share = (step + 1) / warmup
        elif step < start:
            share = 1.0
        else:
            share = 1.0 - (step - start) / max(steps - 1 - start, 1) * (1.0 - 0.02)
        adam.param_groups[0]["lr"] = 0.004 * share
        adam.step()
        adam.zero_grad()
        with torch.no_grad():
            for shape, group in matrices.items():
                grads = torch.stack([parameter.grad for parameter in group])
                momenta[shape].lerp_(grads, 1 - 0.95)
                updates = orthogonalize(grads.lerp(momenta[shape], 0.95), 5)
                for parameter, update in zip(group, updates, strict=True):
                    parameter.sub_(update, alpha=0.02 * share * max(1.0, shape[0] / shape[1]) ** 0.5)
                    parameter.grad = None
        losses.append(loss.item())
    return losses, model


def test_the_default_recipe_gives_the_checkpoints_it_always_gave(tmp_path: Path) -> None:
    """Losses, weights and file, to the last bit, over a whole short run."""
    torch.manual_seed(0)
    model = DemoModel(TINY)

    found = list(optimize(model, arbitrary_rows(), TrainingSettings(out=Path(), steps=24, batch_rows=3)))

    losses, as_always = first_recipe(24, 3)
    assert found == losses
    assert found[-1] < found[0]
    for name, tensor in as_always.state_dict().items():
        assert torch.equal(model.state_dict()[name], tensor), name
    for place, one in (("now", model), ("always", as_always)):
        write_checkpoint(tmp_path / place, one, TrainingSettings(out=Path()).recipe(), 24, 1.0)
    now, always = (tmp_path / place / "model.safetensors" for place in ("now", "always"))
    assert now.read_bytes() == always.read_bytes()


def test_the_metadata_have_the_keys_of_the_bundled_checkpoints_in_their_order(tmp_path: Path) -> None:
    """So that the file as a whole stays the same."""
    settings = TrainingSettings(out=tmp_path)
    write_checkpoint(tmp_path / "step_7", DemoModel(ModelConfig()), settings.recipe(), 7, 1.0)

    found, bundled = (
        json.loads((folder / "meta.json").read_text())["config"]
        for folder in (tmp_path / "step_7", Path(ferrobench.__file__).parent / "demo" / "step_125")
    )

    assert list(found.items()) == list(bundled.items())


@pytest.mark.parametrize(
    "remedy",
    [
        {"objective": Objective(entropy_weight=0.2)},
        {"objective": Objective(label_smoothing=0.2)},
        {"optimizer": OptimizerSettings(learning_rate=0.01)},
        {"schedule": Schedule(warmup_steps=1)},
        {"schedule": Schedule(shape=Shape.COSINE)},
    ],
)
def test_every_remedy_changes_the_training(remedy: dict[str, object]) -> None:
    """None is read and forgotten."""

    def losses(settings: TrainingSettings) -> list[float]:
        torch.manual_seed(0)
        return list(optimize(DemoModel(TINY), arbitrary_rows(), settings))

    plain = TrainingSettings(out=Path(), steps=12, batch_rows=2)

    assert losses(replace(plain, **remedy)) != losses(plain)  # type: ignore[arg-type]  # fields of several types


def test_a_loss_that_is_no_number_stops_before_the_step_is_taken() -> None:
    """The weights are left as they were."""
    torch.manual_seed(0)
    model = DemoModel(TINY)
    with torch.no_grad():
        model.norm_final.weight[0] = math.nan
    before = model.blocks[0].attn.wq.weight.detach().clone()

    with pytest.raises(DivergedError, match="the loss is nan after 0 steps"):
        next(optimize(model, arbitrary_rows(), TrainingSettings(out=Path(), steps=3)))

    assert torch.equal(model.blocks[0].attn.wq.weight, before)


def test_the_optimizer_never_sees_a_gradient_of_another_step() -> None:
    """All are cleared: with a rate of nothing, the same rows give the same loss again and again."""
    torch.manual_seed(0)
    model = DemoModel(TINY)
    optimizer = Optimizer(model, OptimizerSettings())
    model(torch.tensor([[1, 2, 3]])).sum().backward()

    optimizer.step(0.0)

    assert [name for name, parameter in model.named_parameters() if parameter.grad is not None] == []


def test_a_run_leaves_checkpoints_that_the_benchmark_loads(tmp_path: Path) -> None:
    """With the remedies in their metadata, their own steps, and nothing half-written beside them."""
    out = tmp_path / "out"

    assert main([f"--out={out}", *MOMENT, "--checkpoints-every=2", "--entropy-weight=0.1"]) == 0

    assert sorted(path.name for path in out.iterdir()) == [
        "settings.json",
        "step_2",
        "step_4",
        "tokenizer.json",
    ]
    for step in (2, 4):
        meta = json.loads((out / f"step_{step}" / "meta.json").read_text())
        assert (meta["step"], meta["config"]["entropy_weight"]) == (step, 0.1)
        assert 0 < meta["loss"] < 2 * math.log(1024)
    load_checkpoint(out / "step_4")


@pytest.mark.long
def test_a_stopped_run_starts_again_and_ends_with_the_same_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Checkpoints that are there stay as they are; what was half-written is thrown away."""
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    options = [*MOMENT, "--checkpoints-every=2"]
    main([f"--out={whole}", *options])
    main([f"--out={stopped}", *options])
    kept = (stopped / "step_2" / "meta.json").stat().st_mtime_ns
    for path in (stopped / "step_4").iterdir():
        path.unlink()
    (stopped / "step_4").rename(stopped / ".step_4.unfinished")
    capsys.readouterr()

    assert main([f"--out={stopped}", *options]) == 0

    assert "was there" in capsys.readouterr().out
    assert (stopped / "step_2" / "meta.json").stat().st_mtime_ns == kept
    files = sorted(path.relative_to(whole) for path in whole.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(stopped) for path in stopped.rglob("*") if path.is_file())
    assert [name for name in files if (whole / name).read_bytes() != (stopped / name).read_bytes()] == []


def test_a_finished_run_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same command does nothing and says so."""
    options = [f"--out={tmp_path}", *MOMENT]
    main(options)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    capsys.readouterr()

    assert main(options) == 0

    assert "finished" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_run_that_diverges_says_so_in_one_line_and_keeps_its_checkpoints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3; a checkpoint of weights that are no numbers is not written."""
    options = [
        *MOMENT,
        "--checkpoints-every=1",
        "--learning-rate=1e30",
        "--schedule=linear",
        "--warmup-steps=0",
    ]

    code = main([f"--out={tmp_path}", *options])

    lines = capsys.readouterr().err.splitlines()
    assert code == 3
    assert len(lines) == 1
    assert "the loss is" in lines[0]
    assert not (tmp_path / "step_4").exists()
    for folder in tmp_path.glob("step_*"):
        assert math.isfinite(json.loads((folder / "meta.json").read_text())["loss"])


def test_too_few_documents_are_bad_usage(tmp_path: Path) -> None:
    """Whether for the vocabulary or for a row of those held out."""
    few = TrainingSettings(out=tmp_path / "few", documents=20, held_out=5)
    none_held_out = TrainingSettings(out=tmp_path / "none", documents=700, held_out=1, row_length=500)

    with pytest.raises(UsageError, match="--documents 20: vocabulary has"):
        train(few)
    with pytest.raises(UsageError, match="--held-out 1: too few"):
        train(none_held_out)


def test_a_checkpoint_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until its last file is written, it stands under a name that no one takes for a checkpoint."""
    seen = []

    def fail(*_: object, **__: object) -> str:
        seen.extend(sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")))
        raise OSError("no space left on device")

    model = DemoModel(TINY)
    with monkeypatch.context() as patch:
        patch.setattr("training.checkpoint.json.dumps", fail)
        with pytest.raises(OSError, match="no space"):
            write_checkpoint(tmp_path / "step_7", model, {}, 7, 1.0)

    assert seen == [".step_7.unfinished", ".step_7.unfinished/model.safetensors"]
    assert not (tmp_path / "step_7").exists()
    write_checkpoint(tmp_path / "step_7", model, {}, 7, 1.0)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["meta.json", "model.safetensors", "step_7"]


def test_a_checkpoint_is_never_written_over(tmp_path: Path) -> None:
    """Someone may be reading it."""
    write_checkpoint(tmp_path / "step_7", DemoModel(TINY), {}, 7, 1.0)

    with pytest.raises(FileExistsError, match="step_7"):
        write_checkpoint(tmp_path / "step_7", DemoModel(TINY), {}, 7, 2.0)

    assert json.loads((tmp_path / "step_7" / "meta.json").read_text())["loss"] == 1.0


def test_spoiled_data_change_what_is_learned_but_not_what_it_is_measured_by(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tokenizer and the held-out text are those of the clean corpus, so held-out losses compare."""
    main([f"--out={tmp_path / 'clean'}", *MOMENT])
    main([f"--out={tmp_path / 'flooded'}", *MOMENT, "--flood-share=0.5"])

    clean, flooded = (tmp_path / name / "tokenizer.json" for name in ("clean", "flooded"))
    assert flooded.read_bytes() == clean.read_bytes()
    told = [line.split() for line in capsys.readouterr().out.splitlines() if "tokens to train on" in line]
    assert told[0][1] == told[1][1]
    assert told[1][4] != told[0][4]
    losses = [
        json.loads((tmp_path / name / "step_4" / "meta.json").read_text())["loss"]
        for name in ("clean", "flooded")
    ]
    assert losses[0] != losses[1]
