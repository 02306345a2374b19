"""`ferrobench judge`: verdicts for ready code and completions."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.cli.main import main
from ferrobench.prompts import load_suite
from tests.support.checkpoints import FIXTURES

if TYPE_CHECKING:
    from collections.abc import Callable
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


PROGRAMS = [
    {"code": f"fn f{i}() -> u8 {{ {i % 3} == 0 }}" if i % 5 else f"fn f{i}() {{}}"} for i in range(40)
]
MIXED: list[Any] = [
    *PROGRAMS,
    "nope",
    {"task_id": "factorial", "completion": " n }"},
    {"task_id": "factorial", "completion": " true }"},
    {"task_id": "factorial", "solution": 5},
    {"code": "fn g() {}", "id": "named", "extra": 0.1},
]


@pytest.mark.parametrize("kept", [0, 1, 25, 42, 44, 45])
def test_a_resumed_file_equals_one_that_was_never_stopped(
    kept: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ids, counts and the summary included; a torn last line is redone."""
    code, _ = judge(tmp_path, MIXED, "--suite", "seed")
    target = tmp_path / "out.jsonl"
    whole, summary = target.read_bytes(), capsys.readouterr().out
    lines = whole.splitlines(keepends=True)
    torn = lines[kept][:30] if kept < len(lines) else b""
    target.write_bytes(b"".join(lines[:kept]) + torn)

    resumed, _ = judge(tmp_path, MIXED, "--suite", "seed", "--resume")

    assert (code, resumed) == (2, 2)
    assert target.read_bytes() == whole
    assert capsys.readouterr().out == summary
    assert "45 lines: " in summary


@pytest.mark.parametrize("mode", ["fast", "exact"])
def test_both_modes_say_the_same_and_go_on_with_each_other(mode: str, tmp_path: Path) -> None:
    """The records are equal."""
    _, verdicts = judge(tmp_path, PROGRAMS, "--judge", mode)
    target = tmp_path / "out.jsonl"
    target.write_bytes(b"".join(target.read_bytes().splitlines(keepends=True)[:30]))
    other = {"fast": "exact", "exact": "fast"}[mode]

    code, resumed = judge(tmp_path, PROGRAMS, "--judge", other, "--resume")

    settings = json.loads((tmp_path / "out.jsonl.settings.json").read_text())["settings"]
    assert code == 0
    assert resumed == verdicts
    assert settings["judge"] == "mixed"


def complaints(errors: str) -> list[str]:
    """What stands on stderr, without notes about this machine."""
    return [line for line in errors.splitlines() if not line.startswith("note: ")]


def shorter(lines: list[Any]) -> list[Any]:
    """Without its end."""
    return lines[:5]


def other_ids(lines: list[Any]) -> list[Any]:
    """Each with an id of its own."""
    return [{**line, "id": f"x{number}"} for number, line in enumerate(lines)]


def other_keys(lines: list[Any]) -> list[Any]:
    """Each with one more key."""
    return [{**line, "more": 1} for line in lines]


def other_texts(lines: list[Any]) -> list[Any]:
    """Each with one more line."""
    return [{"code": f"{line['code']}\n// more"} for line in lines]


def malformed(lines: list[Any]) -> list[Any]:
    """None of them can be judged."""
    return [{} for _ in lines]


@pytest.mark.parametrize(
    ("change", "arguments", "complaint"),
    [
        (shorter, (), "out.jsonl: line 6: the input ends before it"),
        (other_ids, (), "its id is 1, there it is 'x0'"),
        (other_keys, (), "line 1 was not made from line 1 of the input: its other keys differ"),
        (other_texts, (), "its text has another number of lines"),
        (malformed, (), "it could be judged, which that cannot"),
        (list, ("--suite", "seed"), "judged with other settings: suites was"),
        (list, ("--edition", "2015"), 'edition was "2021", now "2015"'),
        (list, ("--sandbox", "none"), "sandbox was"),
        (list, ("--lint",), "lint was false, now true"),
    ],
)
def test_a_wrong_resume_is_one_line_and_loses_nothing(
    change: Callable[[list[Any]], list[Any]],
    arguments: tuple[str, ...],
    complaint: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2, and the output is what it was, torn line and all."""
    judge(tmp_path, PROGRAMS[:10])
    target = tmp_path / "out.jsonl"
    left = target.read_bytes()[:-9]
    target.write_bytes(left)
    capsys.readouterr()
    source = tmp_path / "other.jsonl"
    source.write_text("".join(f"{json.dumps(line)}\n" for line in change(PROGRAMS[:10])))

    code = main(["judge", str(source), "--output", str(target), "--resume", *arguments])

    errors = capsys.readouterr().err
    assert code == 2
    assert complaint in errors
    assert len(complaints(errors)) == 1
    assert target.read_bytes() == left


@pytest.mark.parametrize("damage", ["nothing", "[]", '{"settings": 5}', None])
def test_what_is_not_known_to_be_ours_is_not_gone_on_with(
    damage: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of somebody else's, or a damaged line: exit code 2, and nothing is lost."""
    target, beside = tmp_path / "out.jsonl", tmp_path / "out.jsonl.settings.json"
    judge(tmp_path, PROGRAMS[:1])
    target.write_text('{"name": "important"}\n')

    assert judge(tmp_path, PROGRAMS[:1], "--resume")[0] == 2
    assert "out.jsonl: line 1 is no verdict" in capsys.readouterr().err
    if damage is None:
        beside.unlink()
    else:
        beside.write_text(damage)
    assert judge(tmp_path, PROGRAMS[:1], "--resume")[0] == 2
    errors = capsys.readouterr().err
    assert "out.jsonl.settings.json, which says how out.jsonl was judged" in errors
    assert len(complaints(errors)) == 1
    assert target.read_text() == '{"name": "important"}\n'


def test_standard_input_can_be_given_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the same source: what was judged is passed over."""
    _, verdicts = judge(tmp_path, PROGRAMS[:6])
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    target.write_bytes(b"".join(target.read_bytes().splitlines(keepends=True)[:4]))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(source.read_bytes())))

    assert main(["judge", "-", "--output", str(target), "--resume"]) == 0
    assert [json.loads(line) for line in target.read_text().splitlines()] == verdicts


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--output", "-", "--resume"), "--resume: nothing can be kept of standard output"),
        (("--output", "/dev/null", "--resume"), "--output /dev/null is no file"),
        (("--extern", "rand"), "--extern rand: expected NAME=PATH"),
        (("--judge", "slow"), "--judge"),
    ],
)
def test_wrong_usage_is_one_line(
    arguments: tuple[str, ...], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2."""
    path = tmp_path / "a.jsonl"
    path.write_text("")

    assert main(["judge", str(path), *arguments]) == 2
    errors = capsys.readouterr().err
    assert complaint in errors
    assert errors.count("\n") == 1


def start(source: Path, target: Path) -> subprocess.Popen[bytes]:
    """Start the command in a process of its own."""
    command = [sys.executable, "-m", "ferrobench.cli.main", "judge", str(source), "--output", str(target)]
    return subprocess.Popen(
        [*command, "--judge", "exact", "--jobs", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_file_resumes(stop: signal.Signals, tmp_path: Path) -> None:
    """What was finished is on disk, and the whole equals one that was never stopped."""
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(f"{json.dumps(line)}\n" for line in PROGRAMS))
    process = start(source, target)
    deadline = time.monotonic() + 120
    while not target.exists() or target.read_bytes().count(b"\n") < 3:
        assert time.monotonic() < deadline, "nothing was written"
        time.sleep(0.02)
    process.send_signal(stop)
    _, errors = process.communicate(timeout=120)
    kept = target.read_bytes()

    assert process.returncode == (130 if stop is signal.SIGINT else -signal.SIGKILL)
    assert 3 <= kept.count(b"\n") < len(PROGRAMS)
    if stop is signal.SIGINT:
        assert len(complaints(errors.decode())) == 1
        assert f"stopped: {kept.count(chr(10).encode())} lines are judged and kept in".encode() in errors
        assert b"go on with the same command and --resume" in errors
    assert main(["judge", str(source), "--output", str(target), "--resume"]) == 0
    whole = target.read_bytes()
    assert whole.startswith(kept)
    judge(tmp_path, PROGRAMS)
    assert target.read_bytes() == whole


def test_two_processes_do_not_write_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second says so, and leaves it alone."""
    import fcntl

    target = tmp_path / "out.jsonl"
    target.write_text("being written")
    with target.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        code = main(["judge", os.devnull, "--output", str(target)])

    assert code == 3
    assert "another process is writing it" in capsys.readouterr().err
    assert target.read_text() == "being written"


def test_memory_in_flight_is_bounded_by_bytes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that are larger than what may be under way are judged one by one, in their order."""
    monkeypatch.setattr("ferrobench.judge_file.BYTES_IN_FLIGHT", 1)

    code, verdicts = judge(tmp_path, PROGRAMS[:6])

    assert code == 0
    assert [verdict["id"] for verdict in verdicts] == [1, 2, 3, 4, 5, 6]


def test_the_summary_names_stages_and_the_most_common_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Below the one line, within 80 columns; the errors are those of the strict reading."""
    lines = [
        *({"code": "fn f() -> u8 { true }"} for _ in range(3)),
        {"code": "fn f() { x }"},
        {"task_id": "factorial", "completion": " n }\n\nfn rest("},
    ]

    judge(tmp_path, lines, "--suite", "seed")

    output = capsys.readouterr().out.splitlines()
    assert output[0].startswith("5 lines: 1 of 5 compile (20.0%), 0 of 1 pass their tests. Verdicts: ")
    assert output[2].split() == [
        "How",
        "far",
        "the",
        "code",
        "got:",
        "lex",
        "resolve",
        "typecheck",
        "run",
    ]
    assert output[3].split() == ["as", "generated", "1", "1", "3", "0"]
    assert output[4].split() == ["extracted", "0", "1", "3", "1"]
    place = next(number for number, line in enumerate(output) if line.startswith("Most common errors:"))
    assert output[place + 1].split() == ["E0308:", "mismatched", "types", "3"]
    assert output[place + 2] == "    1 | fn f() -> u8 { true }"
    assert output[place + 3].endswith("^^^^ line 1")
    assert max(map(len, output[1:])) <= 80


needs_lint = pytest.mark.skipif(
    shutil.which("clippy-driver") is None or shutil.which("rustfmt") is None,
    reason="no clippy or no rustfmt",
)


@needs_lint
def test_lint_reports_stand_beside_the_verdicts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the program, or of the extracted reading; nothing where nothing can be linted."""
    lines = [
        {"code": "pub fn f(x: bool) -> bool {\n    return x == true;\n}\n"},
        {"code": "fn  g() -> u8 { true }"},
        {"task_id": "factorial", "completion": " return n; }\n\nfn rest("},
        {"task_id": "struct_point", "completion": "  // nothing"},
        "nope",
    ]

    _, verdicts = judge(tmp_path, lines, "--suite", "seed", "--lint")

    first, second, third, *others = [verdict["lint"] for verdict in verdicts]
    assert {"bool_comparison", "needless_return"} <= set(first["clippy"]["lints"])
    assert first["rustfmt"] == {"clean": True, "changed_lines": 0}
    assert second["clippy"] is None
    assert second["rustfmt"]["clean"] is False
    assert set(third["clippy"]["lints"]) == {"needless_return"}
    assert third["lines"] == 1
    assert others == [None, None]
    output = capsys.readouterr().out
    assert "Lint:\n  Clippy: 0 of 2 clean, " in output
    assert "most often: needless_return 2" in output
    assert "rustfmt: 1 of 3 clean" in output


@needs_lint
def test_linted_files_resume_with_their_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The reports that are there count."""
    lines = [{"code": f"pub fn f{i}() -> u8 {{ return {i}; }}"} for i in range(4)]
    judge(tmp_path, lines, "--lint")
    target = tmp_path / "out.jsonl"
    whole, summary = target.read_bytes(), capsys.readouterr().out
    target.write_bytes(b"".join(whole.splitlines(keepends=True)[:2]))

    judge(tmp_path, lines, "--lint", "--resume")

    assert target.read_bytes() == whole
    assert capsys.readouterr().out == summary


def test_missing_lint_tools_are_one_line_and_exit_code_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is judged or replaced."""
    monkeypatch.setattr("ferrobench.evaluate.missing_lint_tools", lambda _: ["clippy", "rustfmt"])
    path, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    path.write_text('{"code": ""}\n')
    target.write_text("kept")

    assert main(["judge", str(path), "--output", str(target), "--lint"]) == 3

    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert "run: rustup component add clippy rustfmt" in errors
    assert target.read_text() == "kept"


def test_a_library_given_by_extern_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And only then."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "small.rs").write_text("pub fn one() -> u8 { 1 }\n")
    library = tmp_path / "libsmall.rlib"
    subprocess.run(
        ["rustc", "--crate-type", "rlib", "-o", library, tmp_path / "small.rs"], check=True, cwd=tmp_path
    )
    lines = [{"code": "pub fn two() -> u8 { small::one() }"}]

    with_it = judge(tmp_path, lines, "--extern", f"small={library}")[1]
    settings = json.loads((tmp_path / "out.jsonl.settings.json").read_text())["settings"]
    without = judge(tmp_path, lines)[1]

    assert with_it[0]["compiled"] is True
    assert settings["crates"]["small"].startswith("sha256:")
    assert without[0]["compiled"] is False


@pytest.mark.skipif(shutil.which("cargo") is None, reason="no cargo on the path")
def test_crates_of_a_suite_are_built_before_anything_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which is said on stderr; what needs one that cannot be built is unjudged, and no fault of this machine's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    crate = tmp_path / "suite" / "crates" / "small"
    (crate / "src").mkdir(parents=True)
    (crate / "Cargo.toml").write_text('[package]\nname = "small"\nversion = "1.0.0"\nedition = "2021"\n')
    (crate / "src" / "lib.rs").write_text("pub fn one() -> u8 { 1 }\n")
    suite = tmp_path / "suite"
    (suite / "suite.toml").write_text(
        'name = "s"\nversion = "1"\n[dependencies]\nsmall = { path = "crates/small" }\n'
    )
    (suite / "01_a.rs").write_text(
        "//! category: a\n//! judge: compile\n// >>> prompt\nfn two() -> u8 {\n// <<< prompt\n2 }\n"
    )
    lines = [
        {"task_id": "s/a", "completion": " small::one() + 1 }"},
        {"task_id": "s/a", "completion": " 2 }"},
    ]

    code, built = judge(tmp_path, lines, "--suite", str(suite))
    captured = capsys.readouterr()
    (crate / "src" / "lib.rs").write_text("pub fn one() -> u8 { true }\n")
    code_without, broken = judge(tmp_path, lines, "--suite", str(suite))

    assert code == 0
    assert [verdict["compiled"] for verdict in built] == [True, True]
    assert "building the crates of" in captured.err
    assert code_without == 0
    assert [verdict["compiled"] for verdict in broken] == [None, True]
    assert broken[0]["unjudged"].startswith("suite: crate small is missing")
    captured = capsys.readouterr()
    assert "note: crate small is missing" in captured.err
    assert "1 unjudged (1 by a fault of the suite)" in captured.out
