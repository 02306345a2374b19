"""`ferrobench judge`: verdicts for ready code and completions."""

from __future__ import annotations

import io
import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.cli.main import main
from ferrobench.prompts import load_suite
from tests.support.checkpoints import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]


def judge(tmp_path: Path, lines: list[Any], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Judge lines, given as documents or as raw text; return the exit code and the verdicts."""
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    code = main(["judge", str(source), "--output", str(target), *arguments])
    return code, [json.loads(line) for line in target.read_text().splitlines()]


def test_records_have_the_documented_keys_in_input_order(tmp_path: Path) -> None:
    """One line for each line, ids kept or made, other keys handed through."""
    lines = [{"code": f"fn f{i}() {{}}", "id": f"n{i}", "extra": i} for i in range(30)]
    lines += [{"code": "fn a() -> u8 { true }"}]

    code, verdicts = judge(tmp_path, lines)

    assert code == 0
    assert [verdict["id"] for verdict in verdicts] == [f"n{i}" for i in range(30)] + [31]
    assert [verdict["input"] for verdict in verdicts[:2]] == [{"extra": 0}, {"extra": 1}]
    last = verdicts[-1]
    assert set(last) >= {
        "id", "compiled", "stage", "errors", "warnings", "tests", "passed", "reason", "limit", "proof", "metrics",
        "extraction", "strict", "assisted", "unjudged", "input",
    }  # fmt: skip
    assert (last["compiled"], last["stage"], last["reason"], last["limit"]) == (
        False,
        "typecheck",
        "compile_error",
        None,
    )
    error = last["errors"][0]
    assert (error["code"], error["message"], error["line"], error["column"]) == (
        "E0308",
        "mismatched types",
        1,
        16,
    )
    assert "expected `u8`, found `bool`" in error["rendered"]
    assert last["strict"] == {key: last[key] for key in ("compiled", "stage", "errors", "tests", "passed")}
    assert last["metrics"]["functions"] == 1
    assert verdicts[0]["compiled"] is True
    assert verdicts[0]["stage"] == "compiled"


def test_malformed_lines_are_unjudged_and_the_rest_is_judged(tmp_path: Path) -> None:
    """Exit code 2 at the end, each line named with what was expected."""
    lines: list[Any] = ["nope", "[1]", {"id": 7}, {"code": 5}, {"code": "fn f() {}"}, {"completion": "x"}]

    code, verdicts = judge(tmp_path, lines, "--suite", "seed")

    assert code == 2
    causes = [verdict["unjudged"] for verdict in verdicts]
    assert causes[0].startswith("line 1: not JSON")
    assert causes[1] == "line 2: expected a JSON object, found list"
    assert causes[2].startswith("line 3: expected code, or task_id")
    assert causes[3] == "line 4: code: expected a string, found int"
    assert causes[4] is None
    assert causes[5] == "line 6: task_id: expected a string, found nothing"
    assert verdicts[4]["compiled"] is True
    assert verdicts[2]["id"] == 7


def test_completions_are_judged_against_their_suite(tmp_path: Path) -> None:
    """Top-level keys are the extracted reading; strict stands beside."""
    lines = [
        {"task_id": "seed/factorial", "completion": " (1..=n).product() }\n\nfn rest("},
        {"task_id": "factorial", "generation": " n }"},
        {"task_id": "seed/factorial", "solution": "fn factorial(n: u64) -> u64 { n }"},
        {"task_id": "struct_point", "completion": "  // nothing"},
        {"task_id": "nonsense", "completion": ""},
    ]

    code, verdicts = judge(tmp_path, lines, "--suite", "seed")

    assert code == 2
    assert [verdict["id"] for verdict in verdicts[:3]] == [
        "seed/factorial#0",
        "factorial#0",
        "seed/factorial#1",
    ]
    assert [verdict["compiled"] for verdict in verdicts] == [True, True, True, False, None]
    assert verdicts[0]["strict"]["compiled"] is False
    assert verdicts[0]["extraction"]
    assert (verdicts[3]["stage"], verdicts[3]["strict"]["stage"]) == ("empty", "empty")
    assert "no suite has a prompt 'nonsense'" in verdicts[4]["unjudged"]


def test_completions_without_a_suite_are_unjudged_and_the_rest_is_judged(tmp_path: Path) -> None:
    """Nobody could know what was asked."""
    code, verdicts = judge(tmp_path, [{"code": "fn f() {}"}, {"task_id": "x", "completion": "y"}])

    assert code == 2
    assert verdicts[0]["compiled"] is True
    assert verdicts[1]["id"] == "x#0"
    assert "name its suite with --suite" in verdicts[1]["unjudged"]


def test_a_solution_has_the_prelude_of_its_prompt(tmp_path: Path) -> None:
    """Also where it words the prompt in its own way."""
    lines = [
        {
            "task_id": "impl_to_string",
            "solution": "impl ToString for  Point { fn to_string(&self) -> String { String::new() } }",
        }
    ]

    assert judge(tmp_path, lines, "--suite", "seed")[1][0]["compiled"] is True


def test_the_input_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Input and output must be two files."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"code": "fn f() {}"}\n')

    assert main(["judge", str(path), "--output", str(path)]) == 2
    assert path.read_text() == '{"code": "fn f() {}"}\n'
    assert "is the input itself" in capsys.readouterr().err


def test_a_full_disk_is_one_line_and_exit_code_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"code": "fn f() {}"}\n')

    assert main(["judge", str(path), "--output", "/dev/full"]) == 3
    assert "No space left on device" in capsys.readouterr().err


def test_the_collapsed_models_completions_compile_in_neither_reading(tmp_path: Path) -> None:
    """The original tool's own result file: a model that writes `{ { { {`."""
    original = json.loads((FIXTURES / "original-results" / "step_9000.json").read_text())
    prompts = {prompt.text: prompt.id for prompt in load_suite("seed").prompts}
    lines = [
        {"task_id": prompts[entry["prompt"]], "completion": output[len(entry["prompt"]) :]}
        for entry in original["samples_by_prompt"]
        for output in entry["sample_outputs"]
    ]

    code, verdicts = judge(tmp_path, lines, "--suite", "seed")

    assert code == 0
    assert len(verdicts) == 16
    assert not any(verdict["compiled"] or verdict["strict"]["compiled"] for verdict in verdicts)
    assert {verdict["stage"] for verdict in verdicts} == {"empty"}


def test_bytes_that_are_no_text_are_ordinary_compile_errors(tmp_path: Path) -> None:
    """Lone surrogates stand for raw bytes."""
    lines = [
        r'{"code": "fn f() {} // \udcff"}',
        r'{"code": "fn f() {} \ud800"}',
        r'{"code": "fn\u0000"}',
        {"code": ""},
    ]

    code, verdicts = judge(tmp_path, lines)

    assert code == 0
    assert [verdict["compiled"] for verdict in verdicts] == [False] * 4
    assert verdicts[3]["stage"] == "empty"
    assert all(verdict["unjudged"] is None for verdict in verdicts)


def test_standard_input_and_output(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """`-` reads and writes streams; the summary goes to stderr then."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"code": "fn f() {}"}\n\n')))

    assert main(["judge", "-", "--output", "-"]) == 0

    captured = capfdbinary.readouterr()
    assert json.loads(captured.out)["compiled"] is True
    assert b"1 lines: 1 of 1 compile" in captured.err


def test_a_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2."""
    assert main(["judge", str(tmp_path / "no.jsonl")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_another_toolchain_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One that is not installed is one line and exit code 3."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"code": "fn f() {}"}\n')

    assert main(["judge", str(path), "--output", str(tmp_path / "b"), "--toolchain", "1.2.3-nonsense"]) == 3
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert "1.2.3-nonsense" in errors
