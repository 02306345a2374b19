"""Ready completions in the place of a model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.errors import InputError, UsageError
from ferrobench.models import (
    Completion,
    CompletionRequest,
    ModelRequest,
    SamplingSettings,
    StopReason,
    open_model,
)
from ferrobench.models.ready import ReadyModel, open_ready
from ferrobench.prompts import Suite, load_suite
from tests.support.formats import multipl_e, write_rows

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [multipl_e(number)["name"] for number in range(2)]


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """Two problems."""
    return load_suite(write_rows(tmp_path / "problems.jsonl", [multipl_e(0), multipl_e(1)]))


def opened(path: Path, suite: Suite, **given: Any) -> ReadyModel:
    """The completions at *path*."""
    return open_ready(ModelRequest(model=f"file:{path}", **given), [suite])


def answers(model: ReadyModel, *names: tuple[str, int]) -> list[Completion]:
    """The completions of samples, asked for all at once."""
    requests = [
        CompletionRequest(key=key, prompt="arbitrary", seed=7, prompt_id=prompt_id, index=index)
        for key, (prompt_id, index) in enumerate(names)
    ]
    found = dict(model.complete(requests, SamplingSettings(), batch_size=None))
    return [answer for key in range(len(names)) if isinstance(answer := found[key], Completion)]


def test_a_sample_is_the_completion_at_its_place_in_the_file(suite: Suite, tmp_path: Path) -> None:
    """Those of one prompt are counted by themselves, in any order of asking."""
    rows = [
        {"task_id": NAMES[task], "completion": text}
        for task, text in ((0, "a"), (1, "b"), (0, "c"), (1, "d"), (0, "e"))
    ]
    model = opened(write_rows(tmp_path / "answers.jsonl", rows), suite)
    first, second = (prompt.id for prompt in suite.prompts)

    found = answers(model, (first, 2), (second, 1), (first, 0), (first, 1))

    assert model.counts == {first: 3, second: 2}
    assert [answer.text for answer in found] == ["e", "d", "a", "c"]
    assert {answer.stop_reason for answer in found} == {StopReason.READY}
    assert model.info.details == {"completions": 5}


def test_a_solution_is_a_whole_program_unless_it_begins_with_its_prompt(suite: Suite, tmp_path: Path) -> None:
    """As where ready answers are judged without a run."""
    prompt = suite.prompts[0]
    rows = [
        {"task_id": prompt.name, "solution": f"{prompt.text}    a\n}}"},
        {"task_id": prompt.name, "solution": "fn plus(a: isize) -> isize { a }"},
    ]

    found = answers(opened(write_rows(tmp_path / "a.jsonl", rows), suite), (prompt.id, 0), (prompt.id, 1))

    assert [(answer.text, answer.is_program) for answer in found] == [
        ("    a\n}", False),
        ("fn plus(a: isize) -> isize { a }", True),
    ]
    assert [answer.whole_text(prompt.text) for answer in found] == [row["solution"] for row in rows]


def test_the_journal_of_a_run_is_read_by_its_indices(suite: Suite, tmp_path: Path) -> None:
    """In whatever order they were finished; a sample that was redone counts once, as it is in the end."""
    prompt = suite.prompts[0]
    rows = [
        {"prompt_id": prompt.id, "index": index, "seed": 1, "completion": text, **more}
        for index, text, more in (
            (1, "old", {}), (2, "fn f() {}", {"is_program": True}), (0, "zero", {}), (1, "new", {}),
        )
    ]  # fmt: skip
    journal = write_rows(tmp_path / "samples.jsonl", rows)

    for path in (journal, tmp_path):
        found = answers(opened(path, suite), *((prompt.id, index) for index in range(3)))

        assert [(answer.text, answer.is_program) for answer in found] == [
            ("zero", False), ("new", False), ("fn f() {}", True),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", ":2: not JSON"),
        ("7", ":2: expected a JSON object, found int"),
        ('{"task_id": "HumanEval_0_plus"}', ":2: expected code, or task_id and completion"),
        (
            '{"task_id": "HumanEval_0_plus", "completion": null}',
            ":2: completion: expected a string, found nothing",
        ),
        ('{"completion": ""}', ":2: task_id: expected a string"),
        ('{"code": "fn f() {}", "task_id": "HumanEval_0_plus"}', ":2: code: answers no prompt"),
    ],
)
def test_a_line_that_is_no_answer_is_refused_with_its_place(
    line: str, complaint: str, suite: Suite, tmp_path: Path
) -> None:
    """Before anything is judged: a run of what is left would be of other completions than the file's."""
    path = write_rows(tmp_path / "answers.jsonl", [{"task_id": NAMES[0], "completion": "a"}])
    path.write_text(f"{path.read_text()}{line}\n")

    with pytest.raises(InputError) as caught:
        opened(path, suite)

    assert str(caught.value).startswith(f"{path}{complaint}")


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ([[""], [multipl_e(1)["prompt"]]], ":1: completion: expected a string"),
        ([["a"]], ": answers 1 prompts, and the suite has 2"),
        (
            [{"name": NAMES[0], "language": "py", "prompt": "", "completions": []}],
            ":1: field 'language': expected 'rs'",
        ),
        (
            {"prompt_id": "x/y", "index": 0, "seed": 1, "unjudged": "does not fit"},
            ":1: completion: expected a string",
        ),
    ],
)
def test_what_other_formats_lack_is_refused_with_its_place(
    document: Any, complaint: str, suite: Suite, tmp_path: Path
) -> None:
    """With the words of the format where there are any."""
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(document))

    with pytest.raises(InputError) as caught:
        opened(path, suite)

    assert str(caught.value).startswith(f"{path}{complaint}")


def test_completions_to_other_prompts_are_left_out_and_counted(suite: Suite, tmp_path: Path) -> None:
    """With the first of their names; where nothing is left, the file is refused."""
    rows = [{"task_id": name, "completion": "a"} for name in ("other/1", NAMES[0], "other/2")]
    path = write_rows(tmp_path / "answers.jsonl", rows)

    (note,) = opened(path, suite).notes
    write_rows(path, rows[:1])

    assert "2 completions are left out" in note
    assert "other/1" in note
    with pytest.raises(
        InputError, match=r"none of its 1 completions answers a prompt of the suite.*'other/1'"
    ):
        opened(path, suite)


@pytest.mark.parametrize("name", ["nothing-here.jsonl", "empty-folder"])
def test_a_path_without_completions_is_named(name: str, suite: Suite, tmp_path: Path) -> None:
    """Whether nothing is there or nothing is in it."""
    (tmp_path / "empty-folder").mkdir()

    with pytest.raises(InputError, match=name):
        opened(tmp_path / name, suite)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"step": 3}, "--step 3"),
        ({"device": "cpu"}, "--device cpu"),
        ({"threads": 2}, "--threads 2"),
        ({"end_token": "<eos>"}, "--end-token <eos>"),
        ({"base_url": "http://localhost"}, "--base-url http://localhost"),
        ({"prompt_style": "chat"}, "--prompt-style chat"),
        ({"concurrency": 2}, "--concurrency 2"),
    ],
)
def test_what_means_nothing_for_ready_completions_is_refused(
    given: dict[str, Any], complaint: str, suite: Suite, tmp_path: Path
) -> None:
    """Whoever gives it believes that it does something."""
    with pytest.raises(UsageError, match=f"{complaint}: has no meaning for ready completions"):
        opened(tmp_path / "arbitrary", suite, **given)


def test_another_content_is_another_model(suite: Suite, tmp_path: Path) -> None:
    """Of a file as of any file of a folder: a run is not gone on with when one has changed."""
    row = {"name": NAMES[0], "language": "rs", "prompt": "", "completions": ["a"]}
    folder = tmp_path / "answers"
    folder.mkdir()
    write_rows(folder / "0.json", [row])
    path = write_rows(folder / "1.json", [row | {"name": NAMES[1]}])

    def identities() -> tuple[object, object]:
        return (opened(path, suite).identity, opened(folder, suite).identity)

    before, again = identities(), identities()
    write_rows(path, [row | {"name": NAMES[1], "completions": ["b"]}])

    assert before == again
    assert all(old != new for old, new in zip(before, identities(), strict=True))
    assert opened(path, suite).identity["checkpoint"] == str(path)


def test_a_request_for_a_file_opens_it_as_any_other_model(suite: Suite, tmp_path: Path) -> None:
    """Whoever asks needs to know nothing of kinds."""
    path = write_rows(tmp_path / "answers.jsonl", [{"task_id": NAMES[0], "completion": "a"}])

    model = open_model(ModelRequest(model=f"file:{path}"), [suite])

    assert model.label == str(path)
    assert model.info.kind == "file"
    assert model.refuses("arbitrary") is None
