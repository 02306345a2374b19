"""What a run leaves on disk, and reading it back."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from ferrobench.errors import InputError, NotReadyError, UsageError
from ferrobench.judging import (
    ClippyReport,
    Empty,
    FormatReport,
    Limit,
    LimitHit,
    LintCount,
    LintGroup,
    LintReport,
    Stage,
    Unjudged,
)
from ferrobench.models import StopReason
from ferrobench.results import (
    CONFIG_FILE,
    RESULTS_FILE,
    Journal,
    RunRecord,
    SampleRecord,
    create_run_folder,
    find_resumable,
    first_difference,
    load_results,
    read_journal,
    write_json,
    write_results,
)
from tests.support.checkpoints import FIXTURES
from tests.support.records import record, rejected, warning

ORIGINAL = FIXTURES / "original-results" / "step_9000.json"
SCHEMA = Path(__file__).parents[3] / "docs" / "results.schema.json"


def in_fence(index: int) -> SampleRecord:
    """A sample whose program is no beginning of prompt plus completion."""
    made = record(index=index)
    assert made.judged is not None
    judged = replace(
        made.judged, extraction=("unwrapped_fence",), extracted_length=None, extracted_text="fn a() {}"
    )
    return record(index=index, judged=judged)


def whole_program(index: int) -> SampleRecord:
    """A ready sample that is no continuation of its prompt."""
    made = record(index=index, text="fn a() {}")
    assert made.completion is not None
    return replace(made, completion=replace(made.completion, is_program=True, stop_reason=StopReason.READY))


def linted(index: int, report: LintReport) -> SampleRecord:
    """A finished sample that was linted."""
    entry = record(index=index)
    assert entry.judged is not None
    return replace(entry, judged=replace(entry.judged, lint=report))


RECORDS = [
    record(index=0),
    record(index=1, strict=rejected(), extracted=Empty()),
    record(index=2, strict=LimitHit(limit=Limit.TIME, stage=Stage.LEX)),
    record(index=3, strict=Unjudged(cause="disk full")),
    record(index=4, text="\udcff \ud800 \x00 \u2028"),
    record(index=6, as_generated=rejected(), strict=Empty()),
    record(index=5, completion=None, judged=None, refused="does not fit"),
    linted(
        7,
        LintReport(
            lines=2,
            clippy=ClippyReport(
                groups=(LintGroup.STYLE,),
                counts=(LintCount(lint="needless_return", group=LintGroup.STYLE, count=2),),
                findings=(warning("clippy::needless_return"),),
            ),
            rustfmt=FormatReport(changed_lines=1),
        ),
    ),
    in_fence(9),
    whole_program(10),
    linted(8, LintReport(lines=1, clippy=None, rustfmt=None, unlinted="disk full")),
]


def test_a_journal_gives_back_what_was_appended(tmp_path: Path) -> None:
    """Every kind of sample survives, undecodable text included, one line each."""
    path = tmp_path / "samples.jsonl"
    with Journal(path) as journal:
        for entry in RECORDS:
            journal.append(entry)

    assert read_journal(path) == tuple(RECORDS)
    assert path.read_bytes().count(b"\n") == len(RECORDS)


def test_a_torn_last_line_is_dropped_and_overwritten(tmp_path: Path) -> None:
    """A kill in the middle of a write costs that one sample."""
    path = tmp_path / "samples.jsonl"
    with Journal(path) as journal:
        for entry in RECORDS[:2]:
            journal.append(entry)
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])

    with Journal(path) as journal:
        assert journal.finished == (RECORDS[0],)
        journal.append(RECORDS[1])

    assert path.read_bytes() == whole


def test_damage_elsewhere_is_refused_by_line(tmp_path: Path) -> None:
    """Nothing would tell what else is missing."""
    path = tmp_path / "samples.jsonl"
    path.write_text('{"prompt_id": "x"}\n{}\n')

    with pytest.raises(InputError, match=r"samples\.jsonl: line 1 is damaged"):
        read_journal(path)


@pytest.mark.parametrize(
    "damage",
    [
        {"elapsed_seconds": "x"},
        {"elapsed_seconds": None},
        {"prompt_id": ["x"]},
        {"index": -1},
        {"completion": 5},
        {"token_count": None},
        {"stop_reason": "nonsense"},
        {"strict": {}},
        {"extracted": {"compiled": False}},
        {"metrics": {"lines": 1}},
        {"metrics": None},
        {"lint": 5},
        {"lint": {}},
    ],
)
def test_values_of_the_wrong_type_are_damage_too(tmp_path: Path, damage: dict[str, object]) -> None:
    """Whatever is wrong with a line, it is named in one line of words."""
    path = tmp_path / "samples.jsonl"
    path.write_text(json.dumps(RECORDS[0].to_json() | damage) + "\n")

    with pytest.raises(InputError, match=r"samples\.jsonl: line 1 is damaged") as caught:
        Journal(path)

    assert "\n" not in str(caught.value)


def test_a_sample_that_was_redone_counts_once(tmp_path: Path) -> None:
    """The later line holds."""
    path = tmp_path / "samples.jsonl"
    again = record(index=3)
    with Journal(path) as journal:
        for entry in (RECORDS[3], again):
            journal.append(entry)

    assert read_journal(path) == (again,)


def test_results_go_through_links_and_into_pipes(tmp_path: Path) -> None:
    """What is no regular file is written into, not replaced."""
    target, link, pipe = tmp_path / "target.json", tmp_path / "link.json", tmp_path / "pipe"
    target.write_text("old")
    link.symlink_to(target)
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR)

    write_json(link, {"a": 1})
    write_json(pipe, {"b": 2})

    assert link.is_symlink()
    assert json.loads(target.read_text()) == {"a": 1}
    assert json.loads(os.read(reader, 100)) == {"b": 2}
    assert pipe.is_fifo()
    os.close(reader)


def test_two_processes_cannot_work_on_one_run(tmp_path: Path) -> None:
    """The second is told so."""
    with (
        Journal(tmp_path / "samples.jsonl"),
        pytest.raises(NotReadyError, match="another process is working on this run"),
    ):
        Journal(tmp_path / "samples.jsonl")


def test_a_results_file_of_the_original_tool_loads() -> None:
    """Its keys are at their places and the rest is absent."""
    original = load_results(ORIGINAL)

    assert original.compile_success_rate == 0.0
    assert original.total_samples == 16
    assert original.samples_by_prompt[0].prompt == "fn factorial(n: u64) -> u64 {"
    assert original.schema_version is None
    assert original.compile_success_rate_extracted is None


def test_a_results_file_survives_writing_and_reading(tmp_path: Path) -> None:
    """Unknown keys of a later version too."""
    document = {**json.loads(ORIGINAL.read_text()), "from_the_future": [1]}
    (tmp_path / "a.json").write_text(json.dumps(document))

    write_results(tmp_path / RESULTS_FILE, load_results(tmp_path / "a.json"))

    assert load_results(tmp_path) == load_results(tmp_path / "a.json")
    assert json.loads((tmp_path / RESULTS_FILE).read_text())["from_the_future"] == [1]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "no such results file"),
        ("{", "not JSON"),
        ("[]", "the document: "),
        ("{}", "checkpoint: field required"),
    ],
)
def test_a_wrong_results_file_is_refused_with_the_field(
    tmp_path: Path, content: str | None, complaint: str
) -> None:
    """One line that names file and field."""
    if content is not None:
        (tmp_path / "x.json").write_text(content)

    with pytest.raises(InputError, match=rf"x\.json: {complaint}"):
        load_results(tmp_path / "x.json")


def test_the_published_schema_is_the_models_own_and_accepts_the_originals_file() -> None:
    """`docs/results.schema.json` is generated; run `make docs` after changing the record."""
    schema = json.loads(SCHEMA.read_text())

    assert schema == RunRecord.model_json_schema()
    jsonschema.validate(json.loads(ORIGINAL.read_text()), schema)


def unfinished(parent: Path, name: str, settings: dict[str, object]) -> Path:
    """Make a run folder without results."""
    return create_run_folder(parent / name, parent=parent, label="", config={"settings": settings})


def test_resume_takes_the_newest_unfinished_run_with_the_same_settings(tmp_path: Path) -> None:
    """Finished runs and runs with other settings are passed over."""
    unfinished(tmp_path, "20260101T000000Z-a", {"seed": 0})
    wanted = unfinished(tmp_path, "20260102T000000Z-a", {"seed": 0})
    unfinished(tmp_path, "20260103T000000Z-a", {"seed": 1})
    finished = unfinished(tmp_path, "20260104T000000Z-a", {"seed": 0})
    (finished / RESULTS_FILE).write_text("{}")

    assert find_resumable(None, parent=tmp_path, settings={"seed": 0}) == wanted


def test_resume_with_other_settings_names_the_difference(tmp_path: Path) -> None:
    """Nested settings are named by their path."""
    folder = unfinished(tmp_path, "x", {"sampling": {"temperature": 0.8}})

    for named in (folder, None):
        with pytest.raises(UsageError, match=r"sampling\.temperature was 0\.8, now 1\.0"):
            find_resumable(named, parent=tmp_path, settings={"sampling": {"temperature": 1.0}})


def test_resume_passes_over_folders_of_others_and_settings_left_open(tmp_path: Path) -> None:
    """What is not asked for now may be whatever it was."""
    (tmp_path / "zzz").mkdir()
    (tmp_path / "zzz" / "config.json").write_text("{}")
    wanted = unfinished(tmp_path, "20260102T000000Z-a", {"seed": 0, "threads": 7})

    assert find_resumable(None, parent=tmp_path, settings={"seed": 0}) == wanted


def test_a_crate_that_was_missing_is_no_other_setting() -> None:
    """What needed it was not judged; another version is one."""
    then = {"crates": {"rand": "missing", "serde": "1.0.0"}}

    assert first_difference(then, {"crates": {"rand": "0.8.5", "serde": "1.0.0"}}) is None
    assert first_difference(then, {"crates": {"rand": "missing", "serde": "1.0.1"}}) == (
        'crates.serde was "1.0.0", now "1.0.1"'
    )
    assert first_difference({"crates": {"rand": "0.8.5"}}, {"crates": {"rand": "missing"}}) is not None


def test_a_run_from_before_hidden_tests_is_called_so(tmp_path: Path) -> None:
    """Its settings know nothing of the limits of tests, whatever else differs."""
    folder = unfinished(tmp_path, "x", {"seed": 1, "suites": []})

    for named in (folder, None):
        with pytest.raises(UsageError, match="from before hidden tests") as raised:
            find_resumable(named, parent=tmp_path, settings={"seed": 0, "run_limits": {"seconds": 1}})
        assert "null" not in str(raised.value)


def test_resume_without_an_unfinished_run_says_so(tmp_path: Path) -> None:
    """Nothing to go on with."""
    with pytest.raises(UsageError, match="no unfinished run"):
        find_resumable(None, parent=tmp_path, settings={})
    with pytest.raises(InputError, match=rf"{CONFIG_FILE}: no such file"):
        find_resumable(tmp_path / "nothing", parent=tmp_path, settings={})


def test_a_run_folder_is_always_a_new_one(tmp_path: Path) -> None:
    """Unnamed ones get names of their own; a named one must be empty."""
    first = create_run_folder(None, parent=tmp_path, label="demo/step 1", config={})
    second = create_run_folder(None, parent=tmp_path, label="demo/step 1", config={})

    assert first != second
    assert first.name.endswith("-demo-step-1")
    with pytest.raises(UsageError, match="exists and is not empty"):
        create_run_folder(first, parent=tmp_path, label="", config={})
