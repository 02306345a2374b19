"""A run in the formats of others."""

from __future__ import annotations

import csv
import gzip
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.cli.main import main
from ferrobench.judging import Limit, LimitHit, Stage, Unjudged, verdict
from ferrobench.prompts import JudgeMode, Prompt
from ferrobench.reports.export import (
    passed_of,
    render_csv,
    render_evalplus,
    render_inspect,
    render_junit,
    render_markdown,
    render_multipl_e,
)
from ferrobench.reports.export.outcome import outcomes_of
from ferrobench.results import (
    Journal,
    RunFacts,
    SampleRecord,
    SavedRun,
    load_run,
    summarize,
    write_json,
    write_results,
)
from tests.support.checkpoints import FIXTURES
from tests.support.records import record, rejected

if TYPE_CHECKING:
    from pathlib import Path

# What a model may write to upset whoever reads on.
HOSTILE = '\x1b[31m\x00]]><script>"&amp;" | `x` \udc80\ufffe\r\n@SUM(1) {{ }} \u202e'
HOSTILE_CELLS = ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1", "\n=1"]


def what_tests_say(failure: verdict.Failure | None = None, limit: Limit | None = None) -> verdict.Tested:
    """What tests said: all held, or all but one."""
    failed = int(failure is not None or limit is not None)
    return verdict.Tested(
        passed=3 - failed, failed=failed, failure=failure, limit=limit, proof=verdict.Proof.REMOTE,
        detail="tests::adds: left 1, right 2" if failed else None, cpu_seconds=0.1, near_limit=False,
    )  # fmt: skip


def with_tests(sample: SampleRecord, tests: verdict.Tested | Unjudged | None) -> SampleRecord:
    """The same sample, tested."""
    assert sample.judged is not None
    judged = replace(sample.judged, has_tests=True, strict_tests=tests, extracted_tests=tests)
    return replace(sample, judged=judged)


def a_prompt(prompt_id: str, mode: JudgeMode = JudgeMode.TESTS) -> Prompt:
    return Prompt(
        id=prompt_id, text=f"// {prompt_id}\nfn a() {{", category="arbitrary", tags=(), judge=mode, prelude="",
        reference="", probes="", tests="", complete=False,
    )  # fmt: skip


CONFIG: dict[str, Any] = {
    "created": "2026-01-02T03:04:05+00:00",
    "ferrobench_version": "0",
    "settings": {
        "suites": [{"name": "sums", "version": "1", "content_hash": "sha256:0"}],
        "sampling": {"temperature": 0.2, "top_k": 50, "top_p": 0.95, "max_tokens": 200},
        "toolchain": "1.95.0",
        "seed": 7,
    },
}


def a_run(*samples: SampleRecord, prompts: tuple[Prompt, ...] = ()) -> SavedRun:
    """A finished run; its prompts have tests unless told otherwise."""
    ids = list(dict.fromkeys(sample.prompt_id for sample in samples))
    known = prompts or tuple(a_prompt(prompt_id) for prompt_id in ids)
    config = CONFIG | {"prompt_texts": {prompt.id: prompt.text for prompt in known}}
    facts = RunFacts(
        checkpoint="demo/step_1", timestamp="2026-01-02T04:04:05+00:00", version="0", run_dir="runs/a", warnings=(),
        config=config,
    )  # fmt: skip
    return SavedRun(label="a-run", record=summarize(known, samples, facts), config=config, samples=samples)


PASSED = with_tests(record("sums/add", 0), what_tests_say())
FAILED = with_tests(record("sums/add", 1), what_tests_say(verdict.Failure.ASSERTION))
SLOW = with_tests(record("sums/add", 2), what_tests_say(limit=Limit.TIME))
REJECTED = with_tests(record("sums/add", 3, strict=rejected()), None)
UNJUDGED = with_tests(record("sums/add", 4), Unjudged(cause="the tests could not be run"))
REFUSED = record("sums/add", 5, completion=None, judged=None, refused="the prompt does not fit")
EVERY_KIND = a_run(PASSED, FAILED, SLOW, REJECTED, UNJUDGED, REFUSED)


class TestPassing:
    @pytest.mark.parametrize(
        ("sample", "with_tests_passed", "without_passed"),
        [
            (PASSED, True, True),
            (FAILED, False, False),
            (SLOW, False, False),
            (REJECTED, False, False),
            (UNJUDGED, None, None),
            (REFUSED, None, None),
            (record(), None, True),
            (record(extracted=LimitHit(limit=Limit.MEMORY, stage=Stage.LEX)), False, False),
            (record(extracted=Unjudged(cause="arbitrary")), None, None),
        ],
    )
    def test_tests_decide_and_else_the_compiler(
        self, sample: SampleRecord, with_tests_passed: bool | None, without_passed: bool | None
    ) -> None:
        """Where there are tests and they were not run, nobody knows of what compiles."""
        assert passed_of(sample, has_tests=True) is with_tests_passed
        assert passed_of(sample, has_tests=False) is without_passed

    def test_a_prompt_that_was_not_tested_is_in_no_rate(self) -> None:
        """Else only what does not compile would be counted."""
        run = a_run(record("sums/add", 0), record("sums/add", 1, strict=rejected()))

        log = json.loads(render_inspect(run))

        assert log["results"]["scores"][0]["scored_samples"] == 0
        assert log["results"]["scores"][0]["metrics"] == {}
        assert json.loads(dict(render_evalplus(run))["samples.eval_results.json"])["pass_at_k"]["base"] == {}

    def test_a_prompt_without_tests_is_decided_by_the_compiler(self) -> None:
        """As its suite says; that is a pass, and counts for no pass@k."""
        run = a_run(record("sums/a"), prompts=(a_prompt("sums/a", JudgeMode.COMPILE),))

        score = json.loads(render_inspect(run))["samples"][0]["scores"]["ferrobench"]
        assert (score["value"], score["metadata"]["judged_by"]) == ("C", "compile")
        results = json.loads(dict(render_evalplus(run))["samples.eval_results.json"])
        assert results["eval"]["a"][0]["base_status"] == "pass"
        assert results["pass_at_k"]["base"] == {}


class TestMultiplE:
    def read(self, run: SavedRun, tests: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
        return {
            name: json.loads(gzip.decompress(content)) for name, content in render_multipl_e(run, tests or {})
        }

    def test_each_prompt_has_its_file(self) -> None:
        """With the fields of the format; what is not judged is left out."""
        (document,) = self.read(EVERY_KIND).values()

        assert list(self.read(EVERY_KIND)) == ["add.results.json.gz"]
        assert {key: document[key] for key in document if key not in {"results", "prompt"}} == {
            "name": "add", "language": "rs", "temperature": 0.2, "top_p": 0.95, "max_tokens": 200, "tests": "",
            "stop_tokens": ["\n}"],
        }  # fmt: skip
        assert [(result["status"], result["exit_code"]) for result in document["results"]] == [
            ("OK", 0),
            ("Exception", 101),
            ("Timeout", -1),
            ("SyntaxError", 1),
        ]
        first, last = document["results"][0], document["results"][-1]
        assert set(first) == {"program", "stdout", "stderr", "exit_code", "status", "timestamp"}
        assert first["program"] == "// sums/add\nfn a() { 1 }"
        assert first["timestamp"] == 1767323046
        assert last["stderr"] == "error: mismatched types"

    def test_known_tests_stand_in_the_programs(self) -> None:
        """As the format puts programs together."""
        (document,) = self.read(EVERY_KIND, {"sums/add": "fn main() {}"}).values()

        assert document["tests"] == "fn main() {}"
        assert document["results"][0]["program"] == "// sums/add\nfn a() { 1 }\nfn main() {}"

    def test_no_name_leads_out_of_the_folder(self) -> None:
        """And two prompts of one name have two files."""
        run = a_run(
            *(record(prompt_id) for prompt_id in ("a/../../x", "a/Rust/1", "b/Rust/1", "c/..", "d/Rust_1"))
        )

        names = list(self.read(run))

        assert len(set(names)) == 5
        assert not any("/" in name or name.startswith(".") for name in names)

    def test_the_same_run_gives_the_same_bytes(self) -> None:
        """No time of writing is in them."""
        assert list(render_multipl_e(EVERY_KIND, {})) == list(render_multipl_e(EVERY_KIND, {}))


def test_evalplus_gets_samples_and_results() -> None:
    """A solution for each completion, a status for each that was judged, and pass@k of what is there."""
    files = dict(render_evalplus(EVERY_KIND))

    samples = [json.loads(line) for line in files["samples.jsonl"].splitlines()]
    results = json.loads(files["samples.eval_results.json"])
    assert [sample["task_id"] for sample in samples] == ["add"] * 5
    assert samples[0]["solution"] == "// sums/add\nfn a() { 1 }"
    assert [result["base_status"] for result in results["eval"]["add"]] == ["pass", "fail", "timeout", "fail"]
    assert set(results["eval"]["add"][0]) == {
        "task_id", "solution", "base_status", "plus_status", "base_fail_tests", "plus_fail_tests",
    }  # fmt: skip
    assert results["pass_at_k"] == {"base": {"pass@1": 0.25}, "plus": {}}
    assert results["hash"] == "sha256:0"


def is_inspect_log(log: dict[str, Any]) -> bool:
    """Whether the fields that Inspect demands are there, with the kinds that it demands."""
    spec, results = log["eval"], log["results"]
    assert (log["version"], log["error"]) == (2, None)
    assert log["status"] in {"started", "success", "cancelled", "error"}
    assert all(
        isinstance(spec[key], str) for key in ("eval_id", "run_id", "created", "task", "task_id", "model")
    )
    assert isinstance(spec["dataset"]["samples"], int)
    assert isinstance(spec["config"]["epochs"], int)
    assert all(isinstance(results[key], int) for key in ("total_samples", "completed_samples"))
    for score in results["scores"]:
        assert isinstance(score["name"], str)
        assert isinstance(score["scorer"], str)
        assert all(isinstance(metric["value"], float) for metric in score["metrics"].values())
    for sample in log["samples"]:
        assert isinstance(sample["id"], str)
        assert sample["epoch"] >= 1
        assert isinstance(sample["input"], str)
        assert isinstance(sample["target"], str)
        assert all(set(message) >= {"role", "content"} for message in sample["messages"])
        for choice in sample["output"]["choices"]:
            assert choice["message"]["role"] == "assistant"
            assert choice["stop_reason"] in {"stop", "max_tokens", "model_length"}
        assert all(score["value"] in {"C", "I"} for score in sample["scores"].values())
    return True


def test_inspect_gets_a_sample_for_each_draw() -> None:
    """Its index is the epoch, its verdict the score; what we failed to judge has an error and no score."""
    log = json.loads(render_inspect(EVERY_KIND))

    assert is_inspect_log(log)
    assert [(sample["id"], sample["epoch"]) for sample in log["samples"]] == [
        ("sums/add", n) for n in range(1, 7)
    ]
    scores = [sample["scores"].get("ferrobench", {}).get("value") for sample in log["samples"]]
    assert scores == ["C", "I", "I", "I", None, None]
    assert [sample.get("error", {}).get("message") for sample in log["samples"]] == [
        None, None, None, None, "the tests could not be run", "the prompt does not fit",
    ]  # fmt: skip
    assert log["samples"][1]["scores"]["ferrobench"]["metadata"] == {
        "judged_by": "tests", "stage": "run", "reason": "assertion", "limit": None, "error_code": None, "tests_passed": 2, "tests_failed": 1,
    }  # fmt: skip
    assert log["results"]["scores"][0]["metrics"]["accuracy"]["value"] == 0.25
    assert (
        log["results"]["scores"][0]["scored_samples"],
        log["results"]["scores"][0]["unscored_samples"],
    ) == (4, 2)
    assert log["eval"]["config"] == {"epochs": 6, "epochs_reducer": ["mean"]}
    assert log["eval"]["model_generate_config"] == {
        "temperature": 0.2, "top_p": 0.95, "top_k": 50, "max_tokens": 200, "seed": 7,
    }  # fmt: skip


def test_inspect_itself_reads_the_log(tmp_path: Path) -> None:
    """Hostile texts too."""
    inspect_log = pytest.importorskip("inspect_ai.log")
    path = tmp_path / "log.json"
    path.write_text(render_inspect(a_run(PASSED, record("sums/b", text=HOSTILE))))

    log = inspect_log.read_eval_log(str(path))

    assert log.samples[1].output.completion.startswith("\x1b[31m\x00]]>")


def test_junit_is_xml_whatever_a_model_writes() -> None:
    """Control characters are spelt out, and everything else is text."""
    hostile = record(f"sums/{HOSTILE}", text=HOSTILE, strict=rejected(HOSTILE))

    suites = ET.fromstring(render_junit(a_run(PASSED, FAILED, REJECTED, UNJUDGED, hostile)).encode())

    assert [suites.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["5", "3", "0", "1"]
    assert [len(suite) for suite in suites] == [4, 1]
    cases = list(suites[0])
    assert [[child.tag for child in case] for case in cases] == [
        [], ["failure", "system-out"], ["failure", "system-out"], ["skipped"],
    ]  # fmt: skip
    failure = cases[1][0]
    assert (failure.get("type"), failure.get("message")) == ("assertion", "tests::adds: left 1, right 2")
    assert cases[3][0].get("message") == "the tests could not be run"
    text = suites[1][0][1].text
    assert text is not None
    assert '\\u{1b}[31m\\u{0}]]><script>"&amp;" | `x` \\u{dc80}\\u{fffe}\\u{d}\n@SUM(1)' in text
    assert suites[1].get("name", "").startswith("sums/\\u{1b}[31m")


def test_csv_has_a_row_for_each_sample() -> None:
    """As RFC 4180 has it: CRLF, quotes doubled, the same number of cells in every row."""
    text = render_csv(a_run(PASSED, FAILED, REJECTED, UNJUDGED, REFUSED, record("sums/b", text='a "b"\n, c')))

    assert text.count("\r\n") == 7
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert [(row["passed"], row["stage"], row["reason"]) for row in rows] == [
        ("true", "tested", ""),
        ("false", "run", "assertion"),
        ("false", "typecheck", "compile_error"),
        ("", "", "unjudged"),
        ("", "", "unjudged"),
        ("", "compiled", ""),
    ]
    assert rows[2]["error_code"] == "E0308"
    assert rows[4]["message"] == "the prompt does not fit"
    assert rows[5]["completion"] == 'a "b"\n, c'
    assert all(None not in row for row in rows)


@pytest.mark.parametrize("text", [*HOSTILE_CELLS, HOSTILE])
def test_no_cell_is_a_formula(text: str) -> None:
    """Whatever blanks stand in front."""
    rows = list(csv.DictReader(io.StringIO(render_csv(a_run(record("sums/a", text=text))), newline="")))

    assert not rows[0]["completion"].lstrip().startswith(("=", "+", "-", "@"))
    assert "\x1b" not in rows[0]["completion"]


def test_a_prompt_with_broken_tests_counts_in_no_export() -> None:
    """Not even its answers that do not compile, as in the record of the run."""
    broken = with_tests(record("sums/add", 5), Unjudged(cause="suite: the tests do not build"))
    run = a_run(REJECTED, broken)

    assert [outcome.scored for _, outcome in outcomes_of(run)] == [None, None]


def test_markdown_has_the_summary_and_every_prompt() -> None:
    """Passes are counted over what was tested."""
    page = render_markdown(EVERY_KIND, EVERY_KIND.record) if EVERY_KIND.record else ""

    assert page.startswith("# demo/step\\_1, suite sums 1, rustc 1.95.0\n")
    assert "| prompt | samples | as generated | extracted | passed |\n" in page
    assert "| sums/add | 6 | 4 | 4 | 1 of 4 |\n" in page
    assert "| E0308\\: mismatched types | 1 |" in page


def test_markdown_holds_nothing_that_a_model_meant_for_it() -> None:
    """Tables keep their columns, and neither HTML nor links come through."""
    words = "a | b <img src=x> [c](http://d) `e` **f** @g www.h.com\n| i"
    run = a_run(record(f"sums/{words}", strict=rejected(words)))
    assert run.record is not None

    page = render_markdown(run, run.record)

    assert "<img" not in page
    assert (
        "\n| sums/a \\| b &lt;img src=x&gt; \\[c\\](http\\://d) \\`e\\` \\*\\*f\\*\\* \\@g www\\.h.com \\| i | 1 | 0 | 0 |"
        in page
    )


def write_run(folder: Path, *samples: SampleRecord) -> SavedRun:
    """Write a run folder, its record included."""
    run = a_run(*samples)
    folder.mkdir(parents=True)
    write_json(folder / "config.json", dict(run.config))
    with Journal(folder / "samples.jsonl") as journal:
        for sample in reversed(samples):
            journal.append(sample)
    assert run.record is not None
    write_results(folder / "results.json", run.record)
    return run


SAMPLES = (record("sums/b", 0), record("sums/add", 0), record("sums/add", 1, strict=rejected()))


class TestCommand:
    @pytest.mark.parametrize("given", ["runs/a", "runs/a/results.json", "elsewhere/named.json"])
    def test_a_run_is_its_folder_or_its_results(
        self,
        tmp_path: Path,
        given: str,
        monkeypatch: pytest.MonkeyPatch,
        capfdbinary: pytest.CaptureFixture[bytes],
    ) -> None:
        """The results name the folder; samples come in the order of the prompts."""
        run = write_run(tmp_path / "runs" / "a", *SAMPLES)
        (tmp_path / "elsewhere").mkdir()
        assert run.record is not None
        write_results(tmp_path / "elsewhere" / "named.json", run.record)
        monkeypatch.chdir(tmp_path)

        assert main(["export", given, "--format", "csv"]) == 0

        assert capfdbinary.readouterr().out.decode() == render_csv(run)

    @pytest.mark.parametrize(
        ("name", "files"),
        [
            ("multipl-e", ["add.results.json.gz", "b.results.json.gz"]),
            ("evalplus", ["samples.eval_results.json", "samples.jsonl"]),
        ],
    )
    def test_formats_of_several_files_make_a_folder(
        self, tmp_path: Path, name: str, files: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A new one, since readers take every file that they find; a second time is refused."""
        write_run(tmp_path / "a", *SAMPLES)
        monkeypatch.chdir(tmp_path)

        assert main(["export", "a", "--format", name]) == 0
        assert sorted(path.name for path in (tmp_path / f"a-{name}").iterdir()) == files
        assert main(["export", "a", "--format", name]) == 2

    @pytest.mark.parametrize("name", ["inspect", "junit", "csv", "markdown"])
    def test_the_other_formats_make_a_file(self, tmp_path: Path, name: str) -> None:
        """Whatever models wrote."""
        write_run(tmp_path / "a", *SAMPLES, record("sums/c", text=HOSTILE, strict=rejected(HOSTILE)))

        assert main(["export", str(tmp_path / "a"), "--format", name, "--output", str(tmp_path / "out")]) == 0
        assert (tmp_path / "out").stat().st_size > 0

    @pytest.mark.parametrize("name", ["multipl-e", "evalplus", "inspect", "junit", "csv", "markdown"])
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("sampling", None),
            ("sampling", [1]),
            ("suites", None),
            ("suites", "seed"),
            ("suites", [None]),
            ("suites", [{}]),
        ],
    )
    def test_damaged_settings_are_named(
        self, tmp_path: Path, name: str, field: str, value: object, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """In one line with the field, in the folder's configuration as in that of the results."""
        run = write_run(tmp_path / "a", *SAMPLES)
        damaged = dict(run.config) | {"settings": run.config["settings"] | {field: value}}
        assert run.record is not None
        write_results(tmp_path / "b.json", run.record.model_copy(update={"config": damaged}))
        write_json(tmp_path / "a" / "config.json", damaged)

        for path in ("a", "b.json"):
            assert main(["export", str(tmp_path / path), "--format", name]) == 2
            errors = capsys.readouterr().err
            assert f"settings.{field}: expected" in errors
            assert errors.count("\n") == 1

    def test_a_run_that_is_not_finished_has_samples_and_no_summary(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Its log says that it has only started."""
        write_run(tmp_path / "a", *SAMPLES)
        (tmp_path / "a" / "results.json").unlink()

        assert main(["export", str(tmp_path / "a"), "--format", "inspect"]) == 0
        assert json.loads(capsys.readouterr().out)["status"] == "started"
        assert main(["export", str(tmp_path / "a"), "--format", "markdown"]) == 2
        assert "not finished" in capsys.readouterr().err

    def test_results_of_the_original_tool_have_a_summary_and_no_samples(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """What is missing is named."""
        path = str(FIXTURES / "original-results" / "step_9000.json")

        assert main(["export", path, "--format", "markdown"]) == 0
        assert "| Samples | " in capsys.readouterr().out
        assert main(["export", path, "--format", "csv"]) == 2
        assert "names no run folder; its samples are needed" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            (["absent", "--format", "csv"], "absent: no such results file"),
            (["runs", "--format", "csv"], "no such file; runs is not a run folder"),
            (["runs", "--format", "nonsense"], "nonsense"),
            (["runs", "--format", "csv", "--suite", "seed"], "only --format multipl-e has tests"),
        ],
    )
    def test_wrong_usage_is_one_line(
        self,
        tmp_path: Path,
        arguments: list[str],
        complaint: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """With exit code 2."""
        (tmp_path / "runs").mkdir()
        monkeypatch.chdir(tmp_path)

        assert main(["export", *arguments]) == 2

        errors = capsys.readouterr().err
        assert complaint in errors
        assert errors.count("\n") == 1

    def test_a_journal_that_does_not_fit_its_configuration_is_refused(self, tmp_path: Path) -> None:
        """A sample of a prompt that the run has not."""
        write_run(tmp_path / "a", *SAMPLES)
        with Journal(tmp_path / "a" / "samples.jsonl") as journal:
            journal.append(record("other/prompt"))

        assert main(["export", str(tmp_path / "a"), "--format", "csv"]) == 2


def test_a_saved_run_keeps_its_judgments(tmp_path: Path) -> None:
    """As they were appended."""
    samples = (PASSED, FAILED, SLOW, REJECTED, UNJUDGED, REFUSED)
    write_run(tmp_path / "a", *samples)

    assert load_run(tmp_path / "a", need_samples=True).samples == samples


def test_what_a_run_warns_of_is_in_every_export_that_has_a_place_for_it() -> None:
    """That the model has collapsed above all."""
    warning = "collapsed: 100 % of the samples repeat one token, mostly `{`"
    run = a_run(PASSED, FAILED)
    assert run.record is not None
    run = replace(run, record=run.record.model_copy(update={"warnings": [warning]}))
    assert run.record is not None

    markdown = render_markdown(run, run.record).splitlines()
    properties = ET.fromstring(render_junit(run).encode())[0][0]

    assert markdown[2].startswith("> **Warning:** collapsed")
    assert [(one.get("name"), one.get("value")) for one in properties] == [("warning", warning)]
    assert json.loads(render_inspect(run))["eval"]["metadata"]["warnings"] == [warning]
