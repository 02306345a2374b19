"""`ferrobench run` on Hugging Face models, end to end: small random ones, and a real rustc."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from ferrobench.cli.main import main
from ferrobench.results import load_results, read_journal
from tests.support.hugging_face import FIM_TOKENS, llama_that_writes, random_llama, write_model

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]
SCHEMA = Path(__file__).parents[2] / "docs" / "results.schema.json"


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two short prompts, in the current folder's suite."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "suite.toml").write_text('name = "short"\nversion = "1"\ndescription = "Short prompts."\n')
    for number, prompt in enumerate(("pub fn f() {", "pub fn longer() {"), start=1):
        (folder / f"{number:02}_p{number}.rs").write_text(
            f"//! category: short\n//! tags: short\n//! judge: compile\n\n// >>> prompt\n{prompt}\n// <<< prompt\n}}\n"
        )
    return folder


def test_a_folder_is_benchmarked(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Found by its config.json; what was given, and that only the same batches repeat, is on record."""
    model = random_llama(max_position_embeddings=256)
    folder = write_model(Path("tiny"), model, adds_bos=True)

    code = main(
        f"run --checkpoint {folder} --suite {suite} --samples-per-prompt 3 --device cpu "
        "--max-tokens 8 --logprobs --min-p 0.01".split()
    )

    assert code == 0, capsys.readouterr().err
    document = json.loads(Path("benchmark_results.json").read_text())
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    record = load_results("benchmark_results.json")
    assert (record.total_samples, record.judged_samples) == (6, 6)
    config = document["config"]
    assert (config["model"]["kind"], config["model"]["repeatable"]) == ("hugging-face", "batches")
    assert set(config["model_inputs"].values()) == {"<bos>pub fn f() {", "<bos>pub fn longer() {"}
    journal = read_journal(Path(record.run_dir or "") / "samples.jsonl")
    for sample in journal:
        assert sample.completion is not None
        assert len(sample.completion.logprobs or ()) == sample.completion.token_count


@pytest.mark.parametrize(("style", "text"), [("completion", "{;}"), ("fim", "{;")])
def test_a_model_that_knows_the_answer_compiles(style: str, text: str, suite: Path) -> None:
    """Its text, or its text in the hole, is the program."""
    model = llama_that_writes(text)
    folder = write_model(Path("tiny"), model, special=FIM_TOKENS)
    if style == "fim":
        model.get_input_embeddings().weight.data[260] = model.get_input_embeddings().weight.data[
            ord("{") - 33
        ]
        model.save_pretrained(folder)

    code = main(
        f"run --checkpoint {folder} --suite {suite} --samples-per-prompt 1 --device cpu "
        f"--temperature 0 --max-tokens 4 --prompt-style {style}".split()
    )

    assert code == 0
    assert load_results("benchmark_results.json").compile_success_rate == 100.0


def test_a_fault_of_the_model_is_one_line(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With exit code 2, before anything is sampled."""
    folder = write_model(Path("tiny"))
    (folder / "model.safetensors").unlink()

    code = main(["run", "--checkpoint", str(folder), "--suite", str(suite)])

    assert code == 2
    assert "tiny" in capsys.readouterr().err
    assert not Path("runs").exists()
