"""`ferrobench run`, end to end, on small random checkpoints and with a real rustc."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ferrobench.cli.main import main
from ferrobench.errors import NotReadyError
from ferrobench.results import load_results, read_journal
from tests.support.checkpoints import FIXTURE_NAMES, FIXTURES, write_byte_tokenizer, write_checkpoint

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]
SCHEMA = Path(__file__).parents[2] / "docs" / "results.schema.json"


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A random checkpoint with a byte-level tokenizer."""
    return write_checkpoint(tmp_path / "checkpoint" / "step_10")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs write into the current folder."""
    monkeypatch.chdir(tmp_path)


def write_suite(folder: Path, *prompts: str) -> Path:
    """Write a suite of prompts that fix no behaviour; each must be completed by a closing brace."""
    folder.mkdir()
    (folder / "suite.toml").write_text('name = "short"\nversion = "1"\ndescription = "Short prompts."\n')
    for number, prompt in enumerate(prompts, start=1):
        (folder / f"{number:02}_p{number}.rs").write_text(
            f"//! category: short\n//! tags: short\n//! judge: compile\n\n// >>> prompt\n{prompt}\n// <<< prompt\n}}\n"
        )
    return folder


def run(*arguments: str | Path) -> int:
    """Run the command in this process."""
    return main(["run", *map(str, arguments)])


def journal(run_dir: Path) -> dict[tuple[str, int], str]:
    """The completions of a run, by what names a sample."""
    records = read_journal(run_dir / "samples.jsonl")
    return {(r.prompt_id, r.index): r.completion.text for r in records if r.completion is not None}


def test_a_run_leaves_its_folder_and_its_results(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exactly the samples that were asked for, the same record in both places, valid by the schema."""
    assert run("--checkpoint", checkpoint, "--n-samples", 18, "--max-tokens", 8) == 0

    output = capsys.readouterr().out
    record = load_results("benchmark_results.json")
    document = json.loads(Path("benchmark_results.json").read_text())
    assert record.total_samples == 18
    assert [prompt.n_samples for prompt in record.samples_by_prompt] == [2, 2] + [1] * 14
    assert record.run_dir is not None
    run_dir = Path(record.run_dir)
    assert load_results(run_dir) == record
    assert sorted(path.name for path in run_dir.iterdir()) == ["config.json", "results.json", "samples.jsonl"]
    assert json.loads((run_dir / "config.json").read_text()) == document["config"]
    assert len(journal(run_dir)) == 18
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    for block in (
        "Compilation:",
        "Code Quality:",
        "Performance:",
        "By category, 4 lowest:",
        "How far the code got:",
    ):
        assert block in output
    assert max(map(len, output.splitlines())) <= 80
    assert len(output.splitlines()) <= 57


@pytest.mark.parametrize("name", FIXTURE_NAMES)
def test_every_recorded_checkpoint_runs(name: str, tmp_path: Path) -> None:
    """Fixtures of 256 ids and 32 positions, with a tokenizer made here and prompts that fit."""
    folder = tmp_path / name
    shutil.copytree(FIXTURES / "nanochat-rs" / name, folder)
    write_byte_tokenizer(folder / "tokenizer.json")
    suite = write_suite(tmp_path / "suite", "fn f() {", "fn g() -> u8 {", "trait T {")

    assert run("--checkpoint", folder, "--suite", suite, "--max-tokens", 16, "--samples-per-prompt", 2) == 0

    record = load_results("benchmark_results.json")
    assert (record.total_samples, record.judged_samples) == (6, 6)


def test_prompts_that_do_not_fit_are_told_beside_the_rates_and_fail_no_run(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That is a limit of the model, said on top; the others are judged, and where none fits nothing is sampled."""
    long = f"fn {'f' * 100}() {{"
    suite = write_suite(tmp_path / "suite", "fn f() {", long)
    only_long = write_suite(tmp_path / "long", long)

    code = run("--checkpoint", checkpoint, "--suite", suite, "--samples-per-prompt", 1, "--max-tokens", 4)

    record = load_results("benchmark_results.json")
    assert code == 0
    assert "1 of 2 prompts do not fit the model's context and are in no rate" in capsys.readouterr().out
    assert record.unjudged is not None
    assert (record.unjudged.count, record.unjudged.model, record.unjudged.model_prompts) == (1, 1, 1)
    assert record.judged_samples == 1
    assert next(iter(record.unjudged.causes)).startswith(
        "model: the prompt has 107 tokens and leaves no room"
    )
    assert run("--checkpoint", checkpoint, "--suite", only_long) == 2
    assert "no prompt can be completed" in capsys.readouterr().err


def test_a_lossy_tokenizer_is_said_at_the_start_and_on_top_of_the_summary(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever reads only the figures must see that they measure the tokenizer."""
    path = checkpoint / "tokenizer.json"
    document = json.loads(path.read_text())
    document["model"]["vocab"].pop("Ċ")
    path.write_text(json.dumps(document))

    assert run("--checkpoint", checkpoint, "--n-samples", 2, "--max-tokens", 4) == 0

    captured = capsys.readouterr()
    assert captured.err.startswith("WARNING: the tokenizer loses line breaks")
    assert captured.out.startswith("WARNING: the tokenizer loses line breaks")
    assert load_results("benchmark_results.json").warnings


@pytest.mark.parametrize("ratio", [1.0, 0.5])
def test_bypassed_wave_fields_are_said_at_the_start_and_on_top_of_the_summary(
    ratio: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A model of this kind runs, without any attention too, and whoever reads the figures sees what they are of."""
    folder = write_checkpoint(
        tmp_path / "wave", use_wave_field=True, wavefield_field_size=32, wavefield_ratio=ratio
    )

    assert run("--checkpoint", folder, "--n-samples", 4, "--max-tokens", 6) == 0

    words = f"WARNING: {2 * ratio:.0f} of the model's 2 blocks mix tokens by a wave field"
    captured = capsys.readouterr()
    assert captured.err.startswith(words)
    assert captured.out.startswith(words)
    record = load_results("benchmark_results.json")
    assert record.judged_samples == 4
    assert record.warnings[0].startswith(words.removeprefix("WARNING: "))


def test_batch_size_and_a_second_run_change_no_sample(checkpoint: Path) -> None:
    """The same seed draws the same samples; another seed draws others."""
    common = ("--checkpoint", checkpoint, "--n-samples", 4, "--max-tokens", 6)
    for name, more in {
        "a": ("--batch-size", 1),
        "b": ("--batch-size", 7),
        "c": (),
        "d": ("--seed", 1),
    }.items():
        assert run(*common, "--run-dir", name, *more) == 0

    assert journal(Path("a")) == journal(Path("b")) == journal(Path("c"))
    assert journal(Path("c")) != journal(Path("d"))


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """Start the command in a process of its own."""
    command = [sys.executable, "-m", "ferrobench.cli.main", "run", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for_lines(path: Path, count: int) -> None:
    """Wait until a journal has some lines."""
    deadline = time.monotonic() + 120
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < deadline, "the run wrote nothing"
        time.sleep(0.02)


@pytest.mark.parametrize("stop", [signal.SIGKILL, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_a_stopped_run_resumes_to_the_same_samples(stop: signal.Signals, checkpoint: Path) -> None:
    """What was finished is kept, and the whole equals a run that was never stopped."""
    settings = ("--checkpoint", checkpoint, "--n-samples", 40, "--max-tokens", 20)
    process = start(*settings, "--run-dir", "stopped", "--jobs", "1")
    wait_for_lines(Path("stopped/samples.jsonl"), 5)
    process.send_signal(stop)
    _, errors = process.communicate(timeout=120)
    kept = journal(Path("stopped"))

    assert process.returncode == (130 if stop is signal.SIGINT else -signal.SIGKILL)
    assert stop is signal.SIGKILL or b"go on with the same command and --resume stopped" in errors
    assert 5 <= len(kept) < 40
    assert not Path("stopped/results.json").exists()

    assert run(*settings, "--resume", "stopped") == 0
    assert run(*settings, "--run-dir", "whole") == 0

    resumed = journal(Path("stopped"))
    assert kept.items() <= resumed.items()
    assert resumed == journal(Path("whole"))
    assert Path("stopped/samples.jsonl").read_bytes().count(b"\n") == 40


def test_resume_without_a_folder_finds_the_run(checkpoint: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And refuses other settings, naming the difference."""
    settings = ("--checkpoint", checkpoint, "--n-samples", 3, "--max-tokens", 4)
    assert run(*settings) == 0
    (run_dir,) = Path("runs").iterdir()
    (run_dir / "results.json").unlink()
    lines = (run_dir / "samples.jsonl").read_bytes().splitlines(keepends=True)
    (run_dir / "samples.jsonl").write_bytes(b"".join(lines[:1]) + lines[1][:20])

    assert run(*settings, "--resume", "--temperature", "0.5") == 2
    assert "sampling.temperature was 0.8, now 0.5" in capsys.readouterr().err
    assert run(*settings, "--resume") == 0

    assert [path.name for path in Path("runs").iterdir()] == [run_dir.name]
    assert len(journal(run_dir)) == 3


def test_thresholds_decide_the_exit_code(checkpoint: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missed threshold is exit code 1, after everything is written."""
    settings = ("--checkpoint", checkpoint, "--n-samples", 2, "--max-tokens", 4)

    assert run(*settings, "--fail-under", "0") == 0
    assert run(*settings, "--fail-under", "80") == 1
    assert "compile_success_rate is" in capsys.readouterr().err
    assert run(*settings, "--fail-under", "compile_success_rate_extracted=99.5%") == 1
    assert run(*settings, "--limit", "1", "--fail-under", "compile@2=0") == 0
    assert run(*settings, "--fail-under", "nonsense=1") == 2
    assert run(*settings, "--fail-under", "101") == 2


def test_bare_runs_have_no_prelude_and_editions_differ(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`Point` is unknown without the prelude, and `async fn` in edition 2015; both are recorded."""
    monkeypatch.setattr("ferrobench.models.tokenizer.TextTokenizer.decode_completion", lambda *_: " }")
    suite = write_suite(tmp_path / "suite", "fn norm(p: Point) -> f64 { p.x }\nfn rest() {")
    path = suite / "01_p1.rs"
    path.write_text(path.read_text().replace("compile\n\n", "compile\n\nstruct Point {\n    x: f64,\n}\n\n"))
    modern = write_suite(tmp_path / "modern", "async fn f() {")
    common = ("--checkpoint", checkpoint, "--n-samples", 1, "--max-tokens", 1)

    def rate(*arguments: str | Path) -> tuple[float | None, object, object]:
        assert run(*common, *arguments) == 0
        record = load_results("benchmark_results.json")
        return (
            record.compile_success_rate,
            record.config["settings"]["prelude"],
            record.config["settings"]["edition"],
        )

    assert rate("--suite", suite) == (100.0, True, "2021")
    assert rate("--suite", suite, "--bare") == (0.0, False, "2021")
    assert rate("--suite", modern, "--edition", "2018") == (100.0, True, "2018")
    assert rate("--suite", modern, "--edition", "2015") == (0.0, True, "2015")


def test_json_goes_to_stdout_alone(checkpoint: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary moves to stderr."""
    assert run("--checkpoint", checkpoint, "--n-samples", 2, "--max-tokens", 4, "--json") == 0

    captured = capsys.readouterr()
    assert json.loads(captured.out)["total_samples"] == 2
    assert "Benchmark Results" in captured.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--n-samples", "0"), "--n-samples 0: expected 1 or more"),
        (("--output", "no/such/folder/x.json"), "--output no/such/folder/x.json: the folder"),
        (("--output", "."), "is a folder"),
        (("--suite", "nonsense"), "nonsense"),
        (("--suite", "seed", "--suite", "seed"), "two suites are named seed"),
        (("--batch-size", "0"), "--batch-size 0"),
        (("--threads", "0"), "--threads 0"),
        (("--threads", "1000000"), "--threads 1000000: expected 1 to 256"),
        (("--output", "x" * 300), "File name too long"),
        (("--run-dir", "mine", "--output", "mine/samples.jsonl"), "is a file of the run folder itself"),
        (("--sandbox", "maybe"), "--sandbox"),
        (("--edition", "1999"), "--edition"),
        (("--jobs", "0"), "--jobs 0"),
        (("--judge", "slow"), "--judge"),
        (("--extern", "rand"), "--extern rand: expected NAME=PATH"),
        (("--max-unjudged", "101"), "--max-unjudged 101"),
        (("--temperature", "warm"), "--temperature"),
        (("--nonsense",), "--nonsense"),
        (("--resume", "nowhere"), "nowhere"),
        (("--end-token", "<nope>"), "--end-token <nope>"),
        (("--tokenizer", "nope.json"), "nope.json: no such tokenizer file"),
        (("--device", "banana"), "--device banana"),
        (("--fail-under", "pass@10=5", "--samples-per-prompt", "4"), "--samples-per-prompt 10"),
        (("--fail-under", "compile@2=5", "--k", "1", "--samples-per-prompt", "4"), "is for k = 2"),
        (("--fail-under", f"pass@{'1' * 5000}=5"), "unknown metric pass@1"),
        (("--k", "1" * 5000), "at most 9 digits"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], complaint: str, checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the flag, and nothing is written."""
    assert run("--checkpoint", checkpoint, *arguments) == 2

    errors = capsys.readouterr().err
    assert complaint in errors
    assert errors.count("\n") == 1
    assert not Path("runs").exists()


def test_a_missing_rustc_is_exit_code_3(checkpoint: Path, tmp_path: Path) -> None:
    """Said before anything is sampled."""
    environment = {**os.environ, "PATH": str(tmp_path)}
    command = [sys.executable, "-m", "ferrobench.cli.main", "run", "--checkpoint", str(checkpoint)]

    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert result.returncode == 3
    assert "no rustc on the path" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_full_disk_is_exit_code_3_and_keeps_what_was_finished(
    checkpoint: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run stops with one line; the journal has whole lines only."""
    from ferrobench.results import Journal

    append = Journal.append
    written: list[Any] = []

    def fail_later(self: Journal, record: Any) -> None:
        if len(written) == 3:
            self._file.close()
            monkeypatch.setattr(self, "_file", Path("/dev/full").open("ab", buffering=0))  # noqa: SIM115 - the journal closes it
        written.append(record)
        append(self, record)

    monkeypatch.setattr(Journal, "append", fail_later)

    code = run("--checkpoint", checkpoint, "--n-samples", 8, "--max-tokens", 4, "--run-dir", "full")

    assert code == 3
    assert "cannot be written: No space left on device" in capsys.readouterr().err
    assert len(journal(Path("full"))) == 3


def test_samples_are_compiled_in_the_sandbox_that_the_record_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A prompt that reads a file of the machine compiles only where the user went without a sandbox."""
    checkpoint = write_checkpoint(tmp_path / "roomy", max_seq_len=512)
    (tmp_path / "secret").write_text("secret")
    suite = write_suite(tmp_path / "suite", f'const X: &str = include_str!("{tmp_path}/secret"); fn f() {{')
    # The model says nothing sensible; what matters is the error of a text whose file cannot be read.
    common = ("--checkpoint", checkpoint, "--suite", suite, "--n-samples", 1, "--max-tokens", 1)
    monkeypatch.setattr("ferrobench.models.tokenizer.TextTokenizer.decode_completion", lambda *_: "}")

    code = run(*common)
    boxed = load_results("benchmark_results.json")
    assert run(*common, "--sandbox", "none") == 0
    free = load_results("benchmark_results.json")

    assert code == 0
    assert boxed.config["settings"]["sandbox"] in {"namespaces", "landlock"}
    assert boxed.compile_success_rate == 0.0
    assert free.config["settings"]["sandbox"] == "none"
    assert free.compile_success_rate == 100.0


def test_a_resumed_run_keeps_its_threads_and_redoes_what_we_failed_to_judge(checkpoint: Path) -> None:
    """The thread count comes from the run, and an unjudged sample is no result."""
    settings = ("--checkpoint", checkpoint, "--n-samples", 3, "--max-tokens", 4)
    assert run(*settings, "--threads", 2, "--run-dir", "whole") == 0
    path = Path("whole/samples.jsonl")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    failed = dict.fromkeys(lines[1]["strict"]) | {"errors": [], "warnings": [], "unjudged": "disk full"}
    lines[1] |= {"strict": failed, "extracted": failed, "unjudged": "disk full"}
    lines[1].pop("as_generated", None)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (Path("whole") / "results.json").unlink()

    assert run(*settings, "--resume", "whole") == 0

    record = load_results("whole")
    assert (record.total_samples, record.judged_samples) == (3, 3)
    assert record.config["settings"]["threads"] == 2


def test_a_run_goes_on_in_the_other_mode_and_says_so(checkpoint: Path) -> None:
    """Both say the same, so the mode decides nothing; the record names both."""
    settings = ("--checkpoint", checkpoint, "--n-samples", 4, "--max-tokens", 6)
    assert run(*settings, "--judge", "exact", "--run-dir", "exact") == 0
    exact = load_results("exact")
    assert run(*settings, "--run-dir", "fast") == 0
    fast = load_results("fast")
    path = Path("fast/samples.jsonl")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    Path("fast/results.json").unlink()

    assert run(*settings, "--judge", "exact", "--resume", "fast") == 0

    mixed = load_results("fast")
    assert [r.config["settings"]["judge"] for r in (exact, fast, mixed)] == ["exact", "fast", "mixed"]
    assert json.loads(Path("fast/config.json").read_text()) == mixed.config
    assert exact.stages == fast.stages == mixed.stages
    assert exact.error_groups == fast.error_groups == mixed.error_groups


@pytest.mark.skipif(
    shutil.which("clippy-driver") is None or shutil.which("rustfmt") is None, reason="no clippy or no rustfmt"
)
def test_lint_reports_are_in_the_journal_and_their_sum_in_the_results(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only where linting was asked for; a run without is not gone on with."""
    monkeypatch.setattr(
        "ferrobench.models.tokenizer.TextTokenizer.decode_completion", lambda *_: " return 1; }"
    )
    suite = write_suite(tmp_path / "suite", "pub fn f() -> u8 {", "fn g() -> char {")
    common = ("--checkpoint", checkpoint, "--suite", suite, "--n-samples", 4, "--max-tokens", 1)

    assert run(*common, "--lint", "--run-dir", "linted") == 0
    output = capsys.readouterr().out
    assert run(*common, "--run-dir", "plain") == 0

    record, plain = load_results("linted"), load_results("plain")
    assert record.lint is not None
    assert (record.lint.clippy_samples, record.lint.clippy_clean, record.lint.clippy_findings) == (2, 0, 2)
    assert ("needless_return", 2) in [(lint.lint, lint.samples) for lint in record.lint.clippy_lints]
    assert (record.lint.rustfmt_samples, record.lint.rustfmt_clean) == (4, 0)
    assert (record.lint.stopped, record.lint.unlinted) == (0, 0)
    jsonschema.validate(json.loads(Path("linted/results.json").read_text()), json.loads(SCHEMA.read_text()))
    assert "Clippy: 0 of 2 clean, " in output
    reports = [entry.judged.lint for entry in read_journal(Path("linted/samples.jsonl")) if entry.judged]
    assert len([report for report in reports if report is not None and report.clippy is not None]) == 2
    assert plain.lint is None
    assert "lint" not in json.loads(Path("plain/samples.jsonl").read_text().splitlines()[0])
    assert plain.stages == record.stages
    Path("plain/results.json").unlink()
    assert run(*common, "--lint", "--resume", "plain") == 2
    assert "lint was false, now true" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("cargo") is None, reason="no cargo on the path")
def test_what_a_suite_promises_and_cannot_be_built_fails_no_run(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counted apart; once the crate can be built, the run goes on and judges the rest."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(
        "ferrobench.models.tokenizer.TextTokenizer.decode_completion", lambda *_: " small::one() }"
    )
    suite = write_suite(tmp_path / "suite", "fn f() -> u8 {")
    crate = suite / "crates" / "small"
    (crate / "src").mkdir(parents=True)
    (crate / "Cargo.toml").write_text('[package]\nname = "small"\nversion = "1.0.0"\nedition = "2021"\n')
    (crate / "src" / "lib.rs").write_text("pub fn one() -> u8 { 1 }\n")
    with (suite / "suite.toml").open("a") as file:
        file.write('[dependencies]\nsmall = { path = "crates/small" }\n')
    common = ("--checkpoint", checkpoint, "--suite", suite, "--n-samples", 2, "--max-tokens", 1)

    with monkeypatch.context() as patch:
        patch.setattr("ferrobench.evaluate.build_crates", fail_to_build)
        assert run(*common, "--run-dir", "run") == 0
    missing = load_results("run")
    captured = capsys.readouterr()
    assert run(*common, "--resume", "run") == 0
    there = load_results("run")

    assert "note: crate small is missing" in captured.err
    assert "Unjudged: 2 (in no rate), 2 by a fault of the suite" in captured.out
    assert missing.unjudged is not None
    assert (missing.unjudged.count, missing.unjudged.suite) == (2, 2)
    assert missing.config["settings"]["crates"] == {"small": "missing"}
    assert "building the crates of" in capsys.readouterr().err
    assert there.config["settings"]["crates"] == {"small": "1.0.0"}
    assert there.compile_success_rate == 100.0


def fail_to_build(*_: object, **__: object) -> None:
    """As Cargo does without a network."""
    raise NotReadyError("no network")


def test_the_demo_checkpoint_draws_the_same_with_any_batch_size_and_thread_count(tmp_path: Path) -> None:
    """The real model, several tiles of rows."""
    from ferrobench.generation import SampleCounts, plan_samples
    from ferrobench.models import CompletionRequest, SamplingSettings, demo_checkpoint, load_checkpoint
    from ferrobench.prompts import load_suite

    tasks = plan_samples(load_suite("seed").prompts, SampleCounts(n_samples=48), run_seed=0)
    texts = []
    for threads, batch_size, count in ((1, 1, 4), (1, 7, 12), (1, 64, 48), (2, 64, 48)):
        model = load_checkpoint(demo_checkpoint(), threads=threads)
        requests = [
            CompletionRequest(key=i, prompt=task.prompt.text, seed=task.seed)
            for i, task in enumerate(tasks[:count])
        ]
        answers = dict(model.complete(requests, SamplingSettings(max_tokens=40), batch_size=batch_size))
        texts.append({key: answer.text for key, answer in answers.items()})  # type: ignore[union-attr]  # none is refused

    assert all(part.items() <= texts[-1].items() for part in texts)


def test_pass_at_k_and_compile_at_k_of_the_demo_checkpoint(capsys: pytest.CaptureFixture[str]) -> None:
    """Five real answers to each prompt, tested; the figures on the screen are those of the record."""
    assert run("--k", "1,5", "--samples-per-prompt", "5", "--limit", "3") == 0

    record = load_results(Path("benchmark_results.json"))
    assert record.at_k is not None and record.tests is not None
    by_k = {one.k: one for one in record.at_k.extracted.pass_at_k}
    assert set(by_k) == {1, 5} == {one.k for one in record.at_k.extracted.compile_at_k}
    assert record.tests.samples == 15
    assert by_k[1].value == pytest.approx(100 * record.tests.passed / 15)
    solved = sum(bool(prompt.passed) for prompt in record.samples_by_prompt)
    assert by_k[5].value == pytest.approx(100 * solved / 3)
    assert f"pass@1 {by_k[1].value:.1f}%" in capsys.readouterr().out


def test_more_samples_for_a_k_than_there_are_is_refused_before_any_is_drawn(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the number that would do."""
    assert run("--checkpoint", checkpoint, "--k", "10", "--samples-per-prompt", "5") == 2

    assert "--samples-per-prompt 10" in capsys.readouterr().err
    assert not Path("runs").exists()
