"""`ferrobench judge` over answers in the formats of others."""

from __future__ import annotations

import gzip
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.cli.main import main
from tests.support.formats import human_eval_rust, humaneval_x, multipl_e, write_rows

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]


def judge(source: Path, suite: Path) -> tuple[int, list[dict[str, Any]]]:
    """Judge a file or folder; return the exit code and the verdicts."""
    target = source.with_name("verdicts.jsonl")
    code = main(["judge", str(source), "--suite", str(suite), "--output", str(target)])
    return code, [json.loads(line) for line in target.read_text().splitlines()]


def test_a_folder_of_multipl_e_gets_a_verdict_for_each_completion(tmp_path: Path) -> None:
    """By the names of its problems."""
    suite = write_rows(tmp_path / "problems.jsonl", [multipl_e(0), multipl_e(1)])
    folder = tmp_path / "answers"
    folder.mkdir()
    for number in range(2):
        row = multipl_e(number)
        document = {"name": row["name"], "language": "rs", "prompt": row["prompt"], "tests": row["tests"]}
        document["completions"] = [f"    a + {number}\n}}", "    true\n}"]
        (folder / f"{row['name']}.json.gz").write_bytes(gzip.compress(json.dumps(document).encode()))

    code, verdicts = judge(folder, suite)

    assert code == 0
    assert [verdict["id"] for verdict in verdicts] == [
        "HumanEval_0_plus#0", "HumanEval_0_plus#1", "HumanEval_1_plus#0", "HumanEval_1_plus#1",
    ]  # fmt: skip
    assert [verdict["compiled"] for verdict in verdicts] == [True, False, True, False]


def test_samples_of_every_set_find_their_prompts(tmp_path: Path) -> None:
    """By the ids that the sets themselves use; imports that their template brings are no fault."""
    x_suite = write_rows(tmp_path / "x.jsonl.gz", [humaneval_x(0)])
    row = humaneval_x(0)
    x_samples = [
        {"task_id": "Rust/0", "generation": "    a + 1\n}\n"},
        {"task_id": "Rust/0", "solution": row["declaration"] + row["prompt"] + "    a + 1\n}\n"},
    ]
    rust_suite = write_rows(tmp_path / "r.jsonl", [human_eval_rust(0)])
    rust_samples = [{"task_id": "CodeGen/000000000000", "completion": "a + 1\n}"}]

    for suite, samples in ((x_suite, x_samples), (rust_suite, rust_samples)):
        code, verdicts = judge(write_rows(tmp_path / "samples.jsonl.gz", samples), suite)

        assert code == 0
        assert all(verdict["compiled"] for verdict in verdicts)


def test_generations_without_answers_stay_unjudged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others get their verdicts, and the exit code says that the input is not whole."""
    suite = write_rows(tmp_path / "problems.jsonl", [multipl_e(0), multipl_e(1)])
    source = tmp_path / "generations.json"
    source.write_text(json.dumps([[multipl_e(0)["prompt"] + "    a\n}", None], [""]]))

    code, verdicts = judge(source, suite)

    assert code == 2
    assert "2 malformed lines" in capsys.readouterr().err
    assert [verdict["compiled"] for verdict in verdicts] == [True, None, None]
    assert verdicts[1]["unjudged"] == "line 2: completion: expected a string, found nothing"


def test_a_bad_element_costs_only_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It has a record of its own, and is named at the end, with exit code 2; all others are judged."""
    suite = write_rows(tmp_path / "problems.jsonl", [multipl_e(0)])
    row = multipl_e(0)
    good = {"name": row["name"], "language": "rs", "prompt": row["prompt"], "completions": ["    a\n}"]}
    source = tmp_path / "answers.json"
    source.write_text(json.dumps([good, good | {"language": "py"}, 7, good, good | {"name": None}, good]))

    code, verdicts = judge(source, suite)

    assert code == 2
    assert [verdict["compiled"] for verdict in verdicts] == [True, None, None, True, None, True]
    assert [verdicts[place]["unjudged"].split(":")[0] for place in (1, 2, 4)] == [
        "line 2",
        "line 3",
        "line 5",
    ]
    assert verdicts[1]["input"]["language"] == "py"
    errors = capsys.readouterr().err.splitlines()
    assert errors[-3].endswith(
        "3 malformed lines; see unjudged in " + str(source.with_name("verdicts.jsonl"))
    )
    assert errors[-2].endswith("field 'language': expected 'rs', found 'py'; only Rust is judged here")
    assert "expected completions of MultiPL-E" in errors[-1]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("answers.json", "--limit-start", "-2"), "--limit-start -2: expected 0 or more"),
        (("-", "--limit-start", "0"), "--limit-start: is for bigcode's generations.json"),
        ((".", "--limit-start", "1"), "--limit-start: . is no list of lists"),
    ],
)
def test_a_limit_start_that_means_nothing_is_refused(
    arguments: tuple[str, ...],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In one line, and nothing is written."""
    monkeypatch.chdir(tmp_path)

    assert main(["judge", *arguments]) == 2

    assert complaint in capsys.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_a_torn_file_is_judged_as_far_as_it_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Then one line says what is wrong with it."""
    suite = write_rows(tmp_path / "problems.jsonl", [multipl_e(0)])
    rows = [
        {"task_id": "HumanEval_0_plus", "completion": f"    a + {number * 7919}\n}}"} for number in range(200)
    ]
    source = write_rows(tmp_path / "samples.jsonl.gz", rows)
    source.write_bytes(source.read_bytes()[:-40])

    code, verdicts = judge(source, suite)

    assert code == 2
    assert verdicts
    assert (
        capsys.readouterr().err.splitlines()[-1].endswith("its gzip data ends early; expected a whole file")
    )


def test_what_the_stop_rule_has_cut_is_in_the_metrics_and_no_bar_to_going_on(tmp_path: Path) -> None:
    """The strict reading has the brace again, and its lines are those that a resumed file is checked by."""
    suite = write_rows(tmp_path / "problems.jsonl", [multipl_e(0)])
    rows = [{"task_id": "HumanEval_0_plus", "completion": f"    a + {number}"} for number in range(3)]
    source = write_rows(tmp_path / "answers.jsonl", rows)
    code, verdicts = judge(source, suite)
    target = source.with_name("verdicts.jsonl")
    whole = target.read_bytes()
    target.write_bytes(b"".join(whole.splitlines(keepends=True)[:2]))

    again = main(["judge", str(source), "--suite", str(suite), "--output", str(target), "--resume"])

    assert (code, again) == (0, 0)
    assert [verdict["metrics"]["lines"] for verdict in verdicts] == [4, 4, 4]
    assert [verdict["metrics"]["syntax_recovered"] for verdict in verdicts] == [False, False, False]
    assert target.read_bytes() == whole
