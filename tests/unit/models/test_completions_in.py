"""Answers in the formats of others, as lines of `ferrobench judge`."""

from __future__ import annotations

import gzip
import json
import os
import threading
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.errors import InputError
from ferrobench.models.ready import open_completions
from ferrobench.prompts import Suite, load_suite
from tests.support.formats import human_eval_rust, humaneval_x, multipl_e, write_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PROMPT = multipl_e(0)["prompt"]
BODY = "    a + 0"


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """Three MultiPL-E problems."""
    return load_suite(write_rows(tmp_path / "problems.jsonl", [multipl_e(number) for number in range(3)]))


def read(path: Path, *suites: Suite, limit_start: int | None = None) -> list[dict[str, Any]]:
    """The lines of answers that are all readable."""
    found = open_completions(path, suites, limit_start=limit_start)
    lines = [json.loads(line) for line in found.lines]
    assert found.faults == []
    return lines


def write_json(path: Path, document: Any, *, indent: int | None = None) -> Path:
    """Write JSON, gzipped if the name says so."""
    content = json.dumps(document, indent=indent).encode()
    path.write_bytes(gzip.compress(content) if path.name.endswith(".gz") else content)
    return path


def multipl_e_completions(number: int, completions: Sequence[Any], **changes: Any) -> dict[str, Any]:
    """What MultiPL-E writes for a problem."""
    return {
        "name": f"HumanEval_{number}_plus",
        "language": "rs",
        "temperature": 0.2,
        "top_p": 0.95,
        "max_tokens": 1024,
        "prompt": multipl_e(number)["prompt"],
        "tests": multipl_e(number)["tests"],
        "completions": list(completions),
        "stop_tokens": ["\n}"],
    } | changes


class TestMultiplE:
    def test_each_completion_is_a_line(self, tmp_path: Path, suite: Suite) -> None:
        """In order, with its number, and without what a stop rule cut."""
        path = write_json(tmp_path / "a.json.gz", multipl_e_completions(1, [BODY, "", "    a"]))

        assert read(path, suite) == [
            {"task_id": "HumanEval_1_plus", "completion": BODY, "completion_id": 0},
            {"task_id": "HumanEval_1_plus", "completion": "", "completion_id": 1},
            {"task_id": "HumanEval_1_plus", "completion": "    a", "completion_id": 2},
        ]

    def test_token_figures_are_handed_through(self, tmp_path: Path, suite: Suite) -> None:
        """Each with its completion."""
        tokens = [{"cumulative_logprob": -1.5, "len": 7}]
        path = write_json(
            tmp_path / "a.json", multipl_e_completions(1, [BODY, BODY], tokens_info=tokens), indent=2
        )

        assert [line.get("tokens_info") for line in read(path, suite)] == [*tokens, None]

    def test_a_chat_models_answer_loses_the_prompt_that_it_repeats(
        self, tmp_path: Path, suite: Suite
    ) -> None:
        """Or stays a solution of its own, closed as the format's tests would close it."""
        own = "fn plus(b: isize) -> isize {\n    b"
        whole = "fn plus(b: isize) -> isize { b }"
        path = write_json(
            tmp_path / "a.json", multipl_e_completions(0, [PROMPT + BODY, own, whole], prompt="")
        )

        assert [{**line, "task_id": None, "completion_id": None} for line in read(path, suite)] == [
            {"task_id": None, "completion_id": None, "completion": BODY},
            {"task_id": None, "completion_id": None, "solution": own + "\n}", "stop_text_restored": True},
            {"task_id": None, "completion_id": None, "solution": whole},
        ]

    def test_another_wording_of_the_prompt_is_kept(self, tmp_path: Path, suite: Suite) -> None:
        """What the model was asked is what its answer is judged with."""
        asked = "/// Sum.\nfn plus(a: isize) -> isize {\n"
        path = write_json(tmp_path / "a.json", multipl_e_completions(0, [BODY], prompt=asked))

        assert read(path, suite)[0]["solution"] == f"{asked}{BODY}\n}}"

    def test_a_folder_is_read_in_the_order_of_its_numbers(self, tmp_path: Path, suite: Suite) -> None:
        """Results that lie beside are passed over."""
        folder = tmp_path / "humaneval-rs-model-0.2-reworded"
        folder.mkdir()
        for number in (10, 2):
            write_json(folder / f"HumanEval_{number}_plus.json.gz", multipl_e_completions(number, [BODY]))
        write_json(folder / "HumanEval_2_plus.results.json.gz", {"name": "HumanEval_2_plus", "results": []})

        assert [line["task_id"] for line in read(folder, suite)] == ["HumanEval_2_plus", "HumanEval_10_plus"]

    def test_a_damaged_file_hides_no_other(self, tmp_path: Path, suite: Suite) -> None:
        """It is named when all others are read."""
        folder = tmp_path / "answers"
        folder.mkdir()
        for number in range(3):
            write_json(folder / f"{number}.json.gz", multipl_e_completions(number, [BODY]))
        torn = folder / "1.json.gz"
        torn.write_bytes(torn.read_bytes()[:-12])
        write_json(folder / "3.json", multipl_e_completions(3, [BODY], language="py"))

        found = open_completions(folder, [suite])

        assert [json.loads(line).get("task_id") for line in found.lines] == [
            "HumanEval_0_plus",
            "HumanEval_2_plus",
            None,
        ]
        assert [str(fault) for fault in found.faults] == [
            f"{torn}: its gzip data ends early; expected a whole file",
            f"{folder}/3.json:1: field 'language': expected 'rs', found 'py'; only Rust is judged here",
        ]

    @pytest.mark.parametrize("place", [0, 1, 2])
    @pytest.mark.parametrize(
        ("bad", "complaint"),
        [
            (multipl_e_completions(1, ["x"], language="py"), "field 'language': expected 'rs', found 'py'"),
            (multipl_e_completions(1, ["x"], name=None), "expected completions of MultiPL-E"),
            (
                multipl_e_completions(1, ["x"], prompt=7, code="fn a() {}"),
                "expected completions of MultiPL-E",
            ),
            (multipl_e_completions(1, []) | {"completions": "x"}, "expected completions of MultiPL-E"),
            ({"name": "HumanEval_1_plus", "language": "rs"}, None),
            ("text", None),
            (None, None),
        ],
    )
    def test_a_bad_element_costs_only_itself(
        self, tmp_path: Path, suite: Suite, place: int, bad: Any, complaint: str | None
    ) -> None:
        """All others are read, and in its place stands a line that nobody can judge, which then says what it is."""
        elements = [multipl_e_completions(0, [BODY]), multipl_e_completions(2, [BODY])]
        elements.insert(place, bad)

        found = open_completions(write_json(tmp_path / "a.json", elements), [suite])
        lines = [json.loads(line) for line in found.lines]

        stand_in = lines.pop(place)
        assert [line["completion"] for line in lines] == [BODY, BODY]
        assert not isinstance(stand_in, dict) or not {"code", "completion"} & set(stand_in)
        assert [complaint is not None and complaint in str(fault) for fault in found.faults] == (
            [True] if complaint else []
        )

    @pytest.mark.parametrize("place", [0, 1, 2])
    @pytest.mark.parametrize(
        "bad", [multipl_e_completions(1, ["x"], language="py"), {"name": "HumanEval_1_plus"}]
    )
    def test_a_bad_object_among_lines_costs_only_itself(
        self, tmp_path: Path, suite: Suite, place: int, bad: Any
    ) -> None:
        """As in an array, the first one too."""
        elements = [multipl_e_completions(0, [BODY]), multipl_e_completions(2, [BODY])]
        elements.insert(place, bad)

        lines = open_completions(write_rows(tmp_path / "a.jsonl", elements), [suite]).lines

        found = [json.loads(line).get("completion") for line in lines]
        assert found == [None if number == place else BODY for number in range(3)]

    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_a_line_that_is_no_json_costs_only_itself(self, tmp_path: Path, suite: Suite, place: int) -> None:
        """Between objects of MultiPL-E as between samples; it is handed on as it is."""
        path = tmp_path / "a.jsonl"
        lines = [json.dumps(multipl_e_completions(number, [BODY])).encode() for number in (0, 2)]
        lines.insert(place, b'{"name": \xff')
        path.write_bytes(b"\n".join(lines))

        found = open_completions(path, [suite])
        read_lines = list(found.lines)

        assert read_lines.pop(place) == b'{"name": \xff\n'
        assert [json.loads(line)["completion"] for line in read_lines] == [BODY, BODY]
        assert [str(fault).startswith(f"{path}:{place + 1}: not JSON: ") for fault in found.faults] == [True]

    def test_what_is_no_text_is_no_completion(self, tmp_path: Path, suite: Suite) -> None:
        """Whoever judges the line says so."""
        path = write_json(tmp_path / "a.json", multipl_e_completions(0, [None, 7]))

        assert [line["completion"] for line in read(path, suite)] == [None, None]


class TestGenerations:
    def test_lists_answer_the_prompts_in_order(self, tmp_path: Path, suite: Suite) -> None:
        """With the prompt in each, stripped or not; null and nothing are no answers."""
        answers = [
            [PROMPT + BODY, PROMPT.rstrip() + "\n    a\n}"],
            [None, ""],
            ["fn plus(b: isize) -> isize { b }"],
        ]
        path = write_json(tmp_path / "generations.json", answers)

        assert read(path, suite) == [
            {"task_id": "humaneval-rs/HumanEval_0_plus", "completion": BODY, "completion_id": 0},
            {"task_id": "humaneval-rs/HumanEval_0_plus", "completion": "    a\n}", "completion_id": 1},
            {"task_id": "humaneval-rs/HumanEval_1_plus", "completion": None, "completion_id": 0},
            {"task_id": "humaneval-rs/HumanEval_1_plus", "completion": None, "completion_id": 1},
            {"task_id": "humaneval-rs/HumanEval_2_plus", "solution": answers[2][0], "completion_id": 0},
        ]

    @pytest.mark.parametrize(
        ("count", "limit_start", "complaint"),
        [
            (2, None, "answers 2 prompts, and the suite has 3; expected as many, or --limit-start N"),
            (4, None, "answers 4 prompts, and the suite has 3"),
            (3, 1, "answers 3 prompts from prompt 1 on, and the suite has 3"),
        ],
    )
    def test_another_number_of_prompts_is_refused(
        self, tmp_path: Path, suite: Suite, count: int, limit_start: int | None, complaint: str
    ) -> None:
        """Nothing tells which prompt an answer is to but its place."""
        path = write_json(tmp_path / "generations.json", [["arbitrary"]] * count)

        with pytest.raises(InputError, match=complaint):
            open_completions(path, [suite], limit_start=limit_start)

    @pytest.mark.parametrize(
        ("place", "bad"), [(0, None), (0, "text"), (1, None), (1, 7), (2, "text"), (1, {"code": "fn a() {}"})]
    )
    def test_an_element_that_is_no_list_costs_only_itself(
        self, tmp_path: Path, suite: Suite, bad: Any, place: int
    ) -> None:
        """Its prompt has an answer that nobody can judge."""
        answers: list[Any] = [[PROMPT + BODY]] * 3
        answers[place] = bad

        found = open_completions(write_json(tmp_path / "generations.json", answers), [suite])
        lines = [json.loads(line) for line in found.lines]

        assert [line["task_id"][-6] for line in lines] == ["0", "1", "2"]
        assert [line.get("completion", "own") is None for line in lines] == [n == place for n in range(3)]
        assert [
            f"expected a list of answers to humaneval-rs/HumanEval_{place}_plus" in str(fault)
            for fault in found.faults
        ] == [True]

    def test_a_part_of_the_prompts_can_be_named(self, tmp_path: Path, suite: Suite) -> None:
        """As the harness' own --limit-start does."""
        path = write_json(tmp_path / "generations.json", [["fn a() {}"]])

        assert read(path, suite, limit_start=2)[0]["task_id"] == "humaneval-rs/HumanEval_2_plus"
        assert read(path, suite, limit_start=0)[0]["task_id"] == "humaneval-rs/HumanEval_0_plus"

    def test_a_suite_is_needed(self, tmp_path: Path) -> None:
        """The file has no ids."""
        with pytest.raises(InputError, match="name its suite with --suite"):
            open_completions(write_json(tmp_path / "generations.json", [[]]), [])

    def test_an_answer_with_the_formats_own_imports_is_a_completion(self, tmp_path: Path) -> None:
        """Although ours left out those that nothing uses."""
        row = humaneval_x(0)
        loaded = load_suite(write_rows(tmp_path / "problems.jsonl", [row]))
        text = row["declaration"] + row["prompt"]
        path = write_json(tmp_path / "generations.json", [[text.rstrip() + "\n a + 1 }"]])

        assert read(path, loaded)[0]["completion"] == " a + 1 }"


class TestSamples:
    def test_json_lines_are_handed_on_as_they_are(self, tmp_path: Path, suite: Suite) -> None:
        """To the last byte, faults included; the size is known."""
        content = b'{"task_id": "a", "completion":  "x"}\n\n{"task_id": \nnonsense\n'
        path = tmp_path / "samples.jsonl"
        path.write_bytes(content)

        found = open_completions(path, [suite])

        assert b"".join(found.lines) == content
        assert found.size_bytes == len(content)

    def test_zipped_lines_are_unzipped(self, tmp_path: Path, suite: Suite) -> None:
        """Whatever the name; a torn file gives what is whole and then its fault."""
        rows = [
            {"task_id": f"HumanEval_{number % 3}_plus", "completion": os.urandom(50).hex()}
            for number in range(500)
        ]
        path = write_rows(tmp_path / "samples.jsonl.gz", rows)
        assert read(path, suite) == rows
        path.write_bytes(path.read_bytes()[:-400])

        found = open_completions(path, [suite])

        assert 0 < len(list(found.lines)) < len(rows)
        assert "ends early" in str(found.faults[0])

    def test_an_array_of_samples_is_read_too(self, tmp_path: Path, suite: Suite) -> None:
        """And one that is laid out over several lines."""
        rows = [{"task_id": "HumanEval_0_plus", "completion": BODY}, {"task_id": "b", "solution": "x"}]

        assert read(write_json(tmp_path / "a.json", rows, indent=1), suite) == rows
        assert read(write_json(tmp_path / "a.json", rows[0], indent=1), suite) == rows[:1]

    def test_a_solution_that_repeats_the_formats_wording_becomes_a_completion(self, tmp_path: Path) -> None:
        """Since the imports in it are the format's, and not the model's."""
        row = humaneval_x(0)
        loaded = load_suite(write_rows(tmp_path / "problems.jsonl", [row, humaneval_x(1)]))
        solution = row["declaration"] + row["prompt"] + " a + 1 }"
        rows = [
            {"task_id": "Rust/0", "solution": solution, "more": 1},
            {"task_id": "Rust/1", "solution": "fn plus() {}"},
            {"task_id": "Rust/0", "generation": " a }"},
            {"task_id": "Rust/7", "solution": solution},
        ]

        lines = read(write_rows(tmp_path / "samples.jsonl", rows), loaded)

        assert lines[0] == {"task_id": "Rust/0", "completion": " a + 1 }", "more": 1}
        assert lines[1:] == rows[1:]

    def test_a_folder_for_each_task_is_read(self, tmp_path: Path) -> None:
        """As EvalPlus lays them out: _ for / in the task's name, a file for each answer."""
        loaded = load_suite(write_rows(tmp_path / "problems.jsonl", [human_eval_rust(0)]))
        for name, text in (("2.rs", "fn plus() {}"), ("10.rs", "// Add one.\nfn plus(a: i32) -> i32 { a }")):
            folder = tmp_path / "answers" / "CodeGen_000000000000"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)

        assert read(tmp_path / "answers", loaded) == [
            {
                "task_id": "human-eval-rust/CodeGen/000000000000",
                "solution": "fn plus() {}",
                "file": "CodeGen_000000000000/2.rs",
            },
            {
                "task_id": "human-eval-rust/CodeGen/000000000000",
                "completion": " a }",
                "file": "CodeGen_000000000000/10.rs",
            },
        ]

    def test_a_pipe_is_read_once(self, tmp_path: Path) -> None:
        """Nothing of it is used up to see what it is."""
        path = tmp_path / "pipe"
        os.mkfifo(path)
        writer = threading.Thread(target=lambda: path.write_bytes(b'{"code": ""}\n'))
        writer.start()

        assert [json.loads(line) for line in open_completions(path, []).lines] == [{"code": ""}]
        writer.join()

    def test_limit_start_is_for_lists_alone(self, tmp_path: Path, suite: Suite) -> None:
        """Other answers say what they are to."""
        with pytest.raises(InputError, match=r"--limit-start: .* is no list of lists"):
            open_completions(write_rows(tmp_path / "a.jsonl", [{"code": ""}]), [suite], limit_start=1)

    def test_limit_start_is_for_no_folder_and_no_pipe(self, tmp_path: Path, suite: Suite) -> None:
        """A pipe is refused without waiting for a writer."""
        folder = tmp_path / "answers"
        folder.mkdir()
        write_json(folder / "a.json", multipl_e_completions(0, [BODY]))
        os.mkfifo(tmp_path / "pipe")

        for path in (folder, tmp_path / "pipe"):
            with pytest.raises(InputError, match=r"--limit-start: .* is no list of lists"):
                open_completions(path, [suite], limit_start=0)

    @pytest.mark.parametrize("name", ["absent.jsonl", "empty"])
    def test_what_holds_no_answers_is_named(self, tmp_path: Path, name: str) -> None:
        """In one line."""
        (tmp_path / "empty").mkdir()

        with pytest.raises(InputError, match=name) as raised:
            open_completions(tmp_path / name, [])

        assert "\n" not in str(raised.value)


def test_memory_does_not_grow_with_the_answers(tmp_path: Path, suite: Suite) -> None:
    """Forty megabytes of generations are read in less than a quarter of that."""
    path = tmp_path / "generations.json"
    rows = [multipl_e(number) for number in range(503)]
    large = load_suite(write_rows(tmp_path / "large.jsonl", rows))
    with path.open("w") as file:
        for row in rows:
            answers = json.dumps([row["prompt"] + "    a;\n" * 2000] * 5)
            file.write(f"{',' if file.tell() else '['}\n{answers}")
        file.write("]")
    assert path.stat().st_size > 40_000_000

    tracemalloc.start()
    count = sum(1 for _ in open_completions(path, [large]).lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 503 * 5
    assert peak < 10_000_000
