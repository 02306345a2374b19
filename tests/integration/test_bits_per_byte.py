"""`ferrobench run --bpb`, end to end, with a real rustc."""

from __future__ import annotations

import json
import shutil
from math import fsum, log
from pathlib import Path
from typing import Any

import pytest

from ferrobench.cli.main import main
from ferrobench.metrics.generation import METRIC
from ferrobench.models import demo_checkpoint, load_checkpoint
from ferrobench.results import RunFacts, load_results, parse_plan, read_journal, summarize
from tests.support.checkpoints import write_checkpoint
from training.corpus import generate_documents

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]
SETTINGS = ("--n-samples", "2", "--max-tokens", "4", "--logprobs")


@pytest.fixture(autouse=True)
def _in_a_folder_with_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs write into the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("held_out.rs").write_text("\n".join(generate_documents(seed=77, count=8)) + "// é\n")


def run(*arguments: str | Path) -> int:
    """Run the command in this process."""
    return main(["run", *SETTINGS, *map(str, arguments)])


def config_of(path: str) -> dict[str, Any]:
    """The config in a results file."""
    config: dict[str, Any] = json.loads(Path(path).read_text())["config"]
    return config


def test_the_demo_model_tells_what_a_byte_costs() -> None:
    """The figure is the model's own score of the file; the config says of which file, and the metric has it too."""
    assert run("--bpb", "held_out.rs") == 0

    config = config_of("benchmark_results.json")
    text = Path("held_out.rs").read_text()
    windows = load_checkpoint(demo_checkpoint(None)).score_text(text).windows
    found = config["bits_per_byte"]
    assert found["bits_per_byte"] == pytest.approx(
        fsum(window.nats for window in windows) / log(2) / sum(window.bytes for window in windows)
    )
    assert found["file"] == "held_out.rs"
    assert found["file_bytes"] == len(text.encode())
    assert found["bytes"] < found["file_bytes"]
    assert found["context_length"] == 512
    assert config["settings"]["bpb"] == found["sha256"]
    (run_dir,) = Path("runs").iterdir()
    assert json.loads((run_dir / "config.json").read_text()) == config
    record = summarize(
        parse_plan(config, "config.json").restore_prompts(config["prompt_texts"]),
        read_journal(run_dir / "samples.jsonl"),
        RunFacts(
            checkpoint="arbitrary",
            timestamp="2026-01-01T00:00:00+00:00",
            version="0",
            run_dir="r",
            warnings=(),
            config=config,
            metrics=(METRIC,),
        ),
    )
    generation = record.metrics["generation"]
    assert record.metrics_failed == {}
    assert generation["bits_per_byte"] == found["bits_per_byte"]
    assert generation["bits_per_byte_text"] == "held_out.rs"
    assert generation["samples"] == generation["logprob_samples"] == 2
    assert generation["perplexity"] > 1.0


def test_a_resumed_run_keeps_what_it_knows_of_the_same_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Under whatever name the text lies there now. Another text, or none, is another run."""
    checkpoint = write_checkpoint(Path("checkpoint"))
    common = ("--checkpoint", checkpoint, "--run-dir", "kept")
    assert run(*common, "--bpb", "held_out.rs") == 0
    before = config_of("benchmark_results.json")
    journal = Path("kept/samples.jsonl")
    journal.write_text(journal.read_text().splitlines(keepends=True)[0])
    Path("kept/results.json").unlink()
    Path("held_out.rs").rename("renamed.rs")
    Path("other.rs").write_text("fn other() {}\n")
    capsys.readouterr()

    assert run(*common, "--resume", "kept", "--bpb", "other.rs") == 2
    assert f'bpb was "{before["bits_per_byte"]["sha256"]}", now "' in capsys.readouterr().err
    assert run(*common, "--resume", "kept") == 2
    assert 'bpb was "' in (errors := capsys.readouterr().err)
    assert "now null" in errors
    assert run(*common, "--resume", "kept", "--bpb", "renamed.rs") == 0

    assert config_of("benchmark_results.json") == before
    assert load_results("benchmark_results.json").total_samples == 2


def test_merged_shards_have_it() -> None:
    """Each shard has asked for itself."""
    checkpoint = write_checkpoint(Path("checkpoint"))
    for number in (1, 2):
        shard = ("--shard", f"{number}/2", "--run-dir", f"s{number}", "--output", f"s{number}.json")
        assert run("--checkpoint", checkpoint, "--bpb", "held_out.rs", *shard) == 0

    assert main(["merge", "s1", "s2", "--run-dir", "merged", "--output", "merged.json"]) == 0

    assert config_of("merged.json")["bits_per_byte"] == config_of("s2.json")["bits_per_byte"]


@pytest.mark.parametrize("model", ["openai:arbitrary", "file:answers.jsonl"])
def test_models_that_cannot_tell_are_refused_before_anything_is_asked(
    model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, and no run folder."""
    Path("answers.jsonl").write_text(json.dumps({"task_id": "seed/factorial", "completion": " 1 }"}) + "\n")
    arguments = ["run", "--model", model, "--bpb", "held_out.rs", "--limit", "1"]
    if model.startswith("openai"):
        arguments += ["--base-url", "http://127.0.0.1:1/v1"]

    assert main(arguments) == 2

    errors = capsys.readouterr().err
    assert errors.startswith("ferrobench: --bpb held_out.rs: ")
    assert errors.endswith(
        "does not tell how likely a given text is; expected a model that runs on this machine\n"
    )
    assert errors.count("\n") == 1
    assert not Path("runs").exists()


def test_a_text_that_is_none_is_refused_before_the_model_is_loaded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line that names the flag and the file; a text of one token has nothing to follow from."""
    assert run("--checkpoint", "nowhere", "--bpb", "absent.rs") == 2
    assert capsys.readouterr().err == (
        "ferrobench: --bpb absent.rs: cannot be read: No such file or directory\n"
    )
    Path("short.rs").write_text("f")
    assert run("--checkpoint", write_checkpoint(Path("checkpoint")), "--bpb", "short.rs") == 2
    assert "has 1 bytes, of which none can be scored; expected a longer text" in capsys.readouterr().err
    assert not Path("runs").exists()
