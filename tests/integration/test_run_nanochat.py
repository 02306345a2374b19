"""`ferrobench run` on nanochat checkpoints, end to end, with a real rustc."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ferrobench.cli.main import main
from ferrobench.results import load_results, read_journal
from tests.support.nanochat import FIXTURES, write_nanochat_checkpoint, write_tokenizer

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs write into the current folder."""
    monkeypatch.chdir(tmp_path)


def run(*arguments: str | Path) -> int:
    """Run the command in this process."""
    return main(["run", *map(str, arguments)])


def as_base_directory(name: str, kind: str) -> Path:
    """A recorded checkpoint where nanochat would keep it."""
    base = Path("nanochat")
    shutil.copytree(FIXTURES / name, base / kind / "d2")
    (base / kind / "d2" / "tokenizer").rename(base / "tokenizer")
    return base


@pytest.mark.parametrize(
    ("name", "kind", "generation", "style"),
    [
        ("g0_oct2025", "base_checkpoints", "G0", "completion"),
        ("head_mha", "chatsft_checkpoints", "G7", "chat"),
    ],
)
def test_recorded_checkpoints_run(name: str, kind: str, generation: str, style: str, tmp_path: Path) -> None:
    """A base model completes prompts as they are, a chat model is asked in a message; the record says which it was."""
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "suite.toml").write_text('name = "short"\nversion = "1"\ndescription = "Short prompts."\n')
    (suite / "01_f.rs").write_text(
        "//! category: short\n//! tags: short\n//! judge: compile\n\n// >>> prompt\nfn f() {\n// <<< prompt\n}\n"
    )
    base = as_base_directory(name, kind)
    # The message around a prompt has more tokens than the recorded models' 128.
    meta = base / kind / "d2" / "meta_000010.json"
    document = json.loads(meta.read_text())
    document["model_config"]["sequence_len"] = 256
    meta.write_text(json.dumps(document))

    code = run("--checkpoint", base, "--suite", suite, "--samples-per-prompt", 6, "--max-tokens", 12)

    record = load_results("benchmark_results.json")
    assert code == 0
    assert (record.total_samples, record.judged_samples) == (6, 6)
    assert record.checkpoint == f"nanochat/{kind}/d2/model_000010"
    assert record.run_dir is not None
    shown = json.dumps(record.config)
    assert f'"generation": "{generation}"' in shown
    assert record.config["settings"]["prompt_style"] == style
    assert len(read_journal(Path(record.run_dir) / "samples.jsonl")) == 6
    given = (
        "<|bos|>fn f() {"
        if style == "completion"
        else "<|bos|><|user_start|>Complete the following Rust code."
    )
    assert json.dumps(given)[1:-1] in shown


def test_a_softcap_that_was_assumed_is_said_on_top_and_kept_by_resume(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The warning is in the record; a run with another softcap is another run."""
    folder = write_nanochat_checkpoint(tmp_path / "d3", "G4", sequence_len=300)
    common = ("--checkpoint", folder, "--n-samples", "2", "--max-tokens", "4")

    assert run(*common) == 0

    captured = capsys.readouterr()
    assert captured.err.startswith("WARNING: generations G4 and G5 of nanochat cannot be told apart")
    assert captured.out.startswith("WARNING: generations G4 and G5")
    assert load_results("benchmark_results.json").warnings
    (run_dir,) = Path("runs").iterdir()
    (run_dir / "results.json").unlink()
    assert run(*common, "--softcap", "20", "--resume") == 2
    assert "softcap was 15.0, now 20.0" in capsys.readouterr().err


def test_a_step_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And one that is not there is answered with those that are."""
    for step in (5, 60):
        folder = write_nanochat_checkpoint(tmp_path / "d3", step=step, sequence_len=300)

    assert run("--checkpoint", folder, "--step", "5", "--n-samples", "1", "--max-tokens", "2") == 0
    assert load_results("benchmark_results.json").checkpoint == str(folder / "model_000005")
    capsys.readouterr()
    assert run("--checkpoint", folder, "--step", "7") == 2
    assert capsys.readouterr().err == f"ferrobench: {folder}: has no step 7; it has 5, 60\n"


def test_a_hostile_tokenizer_is_one_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing runs and nothing is written."""
    folder = write_nanochat_checkpoint(tmp_path / "d3")
    canary = tmp_path / "canary"
    (folder / "tokenizer" / "tokenizer.pkl").write_bytes(
        b"cposix\nsystem\n(V" + f"touch {canary}".encode() + b"\ntR."
    )

    assert run("--checkpoint", folder) == 2

    errors = capsys.readouterr().err
    assert "refused: the pickle asks for 'posix.system'" in errors
    assert errors.count("\n") == 1
    assert not canary.exists()
    assert not Path("runs").exists()
    write_tokenizer(folder / "tokenizer" / "tokenizer.pkl")
    assert run("--checkpoint", folder, "--n-samples", "1", "--prompt-style", "fim") == 2
