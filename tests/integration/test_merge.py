"""`ferrobench run --shard` and `ferrobench merge`: the parts of a run give exactly the whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ferrobench.cli.main import main
from ferrobench.prompts import load_suite
from tests.support.checkpoints import write_checkpoint
from tests.support.formats import write_rows

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]
SCHEMA = Path(__file__).parents[2] / "docs" / "results.schema.json"
# All that a clock, a machine or a place decides.
FREE = {
    "timestamp", "created", "host", "machine", "run_dir", "merged_from", "elapsed_seconds", "generation_seconds",
    "latency_seconds", "cpu_seconds", "total_time_seconds", "avg_generation_time_ms", "avg_latency_ms",
    "tokens_per_second", "samples_per_second", "latency_ms", "latency_median_ms", "latency_p90_ms", "latency_p99_ms",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs write into the current folder."""
    monkeypatch.chdir(tmp_path)


def call(*arguments: str | Path) -> int:
    """Run the command in this process."""
    return main([*map(str, arguments)])


def fixed(value: Any) -> Any:
    """A document without what may differ."""
    if isinstance(value, dict):
        return {key: fixed(item) for key, item in value.items() if key not in FREE}
    return [fixed(item) for item in value] if isinstance(value, list) else value


def results(path: str) -> dict[str, Any]:
    """A results file."""
    document: dict[str, Any] = json.loads(Path(path).read_text())
    return document


def samples(run_dir: str) -> list[dict[str, Any]]:
    """The lines of a journal, in the order of the file."""
    return [json.loads(line) for line in Path(run_dir, "samples.jsonl").read_text().splitlines()]


def answers() -> Path:
    """Two answers to each prompt of the packaged suite, whole programs among them; every other one is wrong."""
    rows = []
    for number, prompt in enumerate(load_suite("seed").prompts):
        wrong = (
            {"completion": f" {number} }}"}
            if number % 3
            else {"solution": f"fn other() -> u8 {{ {number} }}"}
        )
        rows += [{"task_id": prompt.id, "completion": prompt.reference}, {"task_id": prompt.id, **wrong}]
    return write_rows(Path("answers.jsonl"), rows)


@pytest.mark.parametrize("kind", ["demo", pytest.param("file", marks=pytest.mark.long)])
def test_merged_shards_equal_the_unsharded_run(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In every field of both files but times, host and places; and what is printed are the merged figures."""
    settings: tuple[str | Path, ...] = ("--n-samples", 24, "--max-tokens", 40)  # type: ignore[assignment]  # numbers are written out
    if kind == "file":
        settings = ("--model", f"file:{answers()}")
    assert call("run", *settings, "--run-dir", "whole", "--output", "whole.json") == 0
    for number in (1, 2, 3):
        shard = ("--shard", f"{number}/3", "--run-dir", f"s{number}", "--output", f"s{number}.json")
        assert call("run", *settings, *shard) == 0
    capsys.readouterr()

    assert call("merge", "s2", "s3.json", "s1", "--run-dir", "merged", "--output", "merged.json") == 0

    whole, merged = results("whole.json"), results("merged.json")
    assert fixed(merged) == fixed(whole)
    assert merged == results("merged/results.json")
    assert merged["config"] == results("merged/config.json")
    order = {prompt["id"]: place for place, prompt in enumerate(merged["samples_by_prompt"])}
    lines = samples("merged")
    assert [fixed(line) for line in lines] == sorted(
        (fixed(line) for line in samples("whole")), key=lambda line: (order[line["prompt_id"]], line["index"])
    )
    parts = [line for number in (1, 2, 3) for line in samples(f"s{number}")]
    assert all(line in parts for line in lines)
    assert merged["total_time_seconds"] == max(line["elapsed_seconds"] for line in parts)
    assert merged["config"]["merged_from"] == ["s1", "s2", "s3"]
    assert merged["config"]["created"] == results("s1.json")["config"]["created"]
    assert (
        f"Success: {sum(p['compile_success'] for p in whole['samples_by_prompt'])}/"
        in capsys.readouterr().out
    )
    jsonschema.validate(merged, json.loads(SCHEMA.read_text()))


def test_estimates_for_a_k_that_no_shard_has_samples_for_come_with_the_whole() -> None:
    """A shard gives those that it can; what was asked for is that of the run."""
    checkpoint = write_checkpoint(Path("checkpoint"))
    settings = (
        "--checkpoint",
        checkpoint,
        "--limit",
        "2",
        "--max-tokens",
        "3",
        "--samples-per-prompt",
        "4",
        "--k",
        "1,4",
    )
    for number in (1, 2):
        assert call("run", *settings, "--shard", f"{number}/2", "--run-dir", f"s{number}") == 0

    assert call("merge", "s1", "s2", "--run-dir", "merged") == 0

    shard, merged = (
        results(f"{name}/results.json")["at_k"]["extracted"]["compile_at_k"] for name in ("s1", "merged")
    )
    assert [one["k"] for one in shard] == [1]
    assert [one["k"] for one in merged] == [1, 4]


def test_an_unfinished_shard_is_named_and_goes_on_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """It resumes as any run does, and only with its own shard."""
    checkpoint = write_checkpoint(Path("checkpoint"))
    settings = ("--checkpoint", checkpoint, "--n-samples", "10", "--max-tokens", "3")
    for number in (1, 2):
        assert call("run", *settings, "--shard", f"{number}/2", "--run-dir", f"s{number}") == 0
    journal = Path("s2/samples.jsonl")
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:3]))
    capsys.readouterr()

    assert call("merge", "s1", "s2", "--run-dir", "merged") == 2
    assert "s2: shard 2/2 is not finished: 2 of 5 samples are missing" in capsys.readouterr().err
    assert not Path("merged").exists()
    assert call("run", *settings, "--shard", "1/2", "--resume", "s2") == 2
    assert 'shard was "2/2", now "1/2"' in capsys.readouterr().err
    assert call("run", *settings, "--resume", "s2") == 2
    assert call("run", *settings, "--shard", "2/2", "--resume", "s2") == 0
    assert call("merge", "s1", "s2", "--run-dir", "merged") == 0
    assert len(samples("merged")) == 10


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--shard", "2/1"), "--shard 2/1: expected I/N"),
        (("--shard", "half"), "--shard half: expected I/N"),
        (("--shard", "5/5", "--n-samples", "4"), "--shard 5/5: has no samples; the whole run has 4"),
        (("--shard", "1/2", "--samples-per-prompt", "4", "--fail-under", "pass@4=1"), "with k = 4"),
    ],
)
def test_a_shard_that_cannot_be_is_refused_in_one_line(
    arguments: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is drawn."""
    assert call("run", *arguments) == 2

    errors = capsys.readouterr().err
    assert complaint in errors
    assert errors.count("\n") == 1
    assert not Path("runs").exists()


@pytest.fixture(scope="module")
def two_shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both shards of a run, finished."""
    folder = tmp_path_factory.mktemp("shards")
    prompt = load_suite("seed").prompts[0]
    source = write_rows(
        folder / "answers.jsonl", [{"task_id": prompt.id, "completion": prompt.reference}] * 2
    )
    for number in (1, 2):
        settings = ("--limit", "1", "--model", f"file:{source}", "--shard", f"{number}/2")
        places = ("--run-dir", folder / f"s{number}", "--output", folder / "results.json")
        assert call("run", *settings, *places) == 0
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        ((), 2, "merge: expected the run folders of all shards"),
        (("s1",), 2, "1 of 2 shards are missing: 2/2"),
        (("nowhere",), 2, "nowhere"),
        (("s1", "s2", "--run-dir", "s1"), 2, "--run-dir s1: exists and is not empty"),
        (("s1", "s2", "--output", "no/folder/x.json"), 2, "--output no/folder/x.json"),
        (("s1", "s2", "--max-unjudged", "101"), 2, "--max-unjudged 101"),
        (("s1", "s2", "--run-dir", "/proc/nowhere/run"), 3, "/proc/nowhere/run: cannot be written"),
        (("s1", "s2", "--output", "/dev/full"), 3, "/dev/full: cannot be written: No space left on device"),
    ],
)
def test_a_merge_that_cannot_be_is_one_line(
    arguments: tuple[str, ...],
    code: int,
    complaint: str,
    two_shards: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the exit code that says whose fault it is."""
    shutil.copytree(two_shards, Path.cwd(), dirs_exist_ok=True)
    capsys.readouterr()
    target = () if "--run-dir" in arguments else ("--run-dir", "merged")

    assert call("merge", *arguments, *target) == code

    errors = capsys.readouterr().err
    assert complaint in errors
    assert errors.count("\n") == 1
