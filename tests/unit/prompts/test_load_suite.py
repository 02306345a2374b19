"""Suites on disk: what is read from them, and what is said when they are wrong."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import SuiteError
from ferrobench.prompts import JudgeMode, Level, Need, Prompt, Suite, list_suites, load_suite

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# The original's prompts, in order: category and exact text.
ORIGINAL = (
    ("basic functions", "fn factorial(n: u64) -> u64 {"),
    ("basic functions", "fn is_palindrome(s: &str) -> bool {"),
    ("basic functions", "fn reverse_string(s: String) -> String {"),
    ("data structures", "struct Point { x: f64, y: f64 }"),
    ("data structures", "enum Color { Red, Green, Blue }"),
    ("data structures", "impl Point {"),
    ("collections", "fn find_duplicates(arr: &[i32]) -> Vec<i32> {"),
    ("collections", "fn merge_sorted(a: Vec<i32>, b: Vec<i32>) -> Vec<i32> {"),
    ("error handling", "fn read_file(path: &str) -> Result<String, std::io::Error> {"),
    ("error handling", "fn parse_int(s: &str) -> Option<i32> {"),
    ("iterators", "fn sum_squares(nums: &[i32]) -> i32 {"),
    ("iterators", "fn filter_even(nums: Vec<i32>) -> Vec<i32> {"),
    ("async", "async fn fetch_data(url: &str) -> Result<String, Box<dyn std::error::Error>> {"),
    ("traits", "trait Parser {"),
    ("traits", "impl ToString for Point {"),
    ("macros", "macro_rules! vec_of_strings {"),
)

MANIFEST = 'name = "small"\nversion = "1.0.0"\ndescription = "A suite for tests."\n'

ARBITRARY_PROMPT = """\
//! category: arithmetic
//! tags: addition, integers

use std::collections::HashMap;

// >>> prompt
fn add(a: i32, b: i32) -> i32 {
    // <<< prompt
    a + b
}

// >>> probes
fn probe_add(a: i32) -> i32 {
    add(a, 1)
}
// <<< probes

// A remark on the tests.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        assert_eq!(add(1, 2), 3);
    }
}
"""


def write_suite(
    folder: Path, files: Mapping[str, str | bytes] | None = None, *, manifest: str | None = MANIFEST
) -> Path:
    """A suite folder; by default with one arbitrary prompt."""
    folder.mkdir(parents=True, exist_ok=True)
    if manifest is not None:
        (folder / "suite.toml").write_text(manifest)
    for name, content in ({"01_add.rs": ARBITRARY_PROMPT} if files is None else files).items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def load_prompt(folder: Path, source: str) -> Prompt:
    """The only prompt of a suite that has *source* as its file."""
    (prompt,) = load_suite(write_suite(folder, {"01_add.rs": source})).prompts
    return prompt


@pytest.fixture(scope="module")
def seed() -> Suite:
    return load_suite("seed")


class TestSeed:
    def test_is_listed(self) -> None:
        """
        The original's prompts come with the package.
        """
        assert "seed" in list_suites()

    def test_has_the_originals_prompts(self, seed: Suite) -> None:
        """
        Categories, texts and order are the original's, to the character.
        """
        assert tuple((prompt.category, prompt.text) for prompt in seed.prompts) == ORIGINAL

    def test_ids_are_stable(self, seed: Suite) -> None:
        """
        Ids seed the samples and join results of different runs, so they never change.
        """
        assert [prompt.id for prompt in seed.prompts] == [
            "seed/factorial",
            "seed/is_palindrome",
            "seed/reverse_string",
            "seed/struct_point",
            "seed/enum_color",
            "seed/impl_point",
            "seed/find_duplicates",
            "seed/merge_sorted",
            "seed/read_file",
            "seed/parse_int",
            "seed/sum_squares",
            "seed/filter_even",
            "seed/fetch_data",
            "seed/trait_parser",
            "seed/impl_to_string",
            "seed/vec_of_strings",
        ]

    def test_what_fixes_no_behaviour_is_only_compiled(self, seed: Suite) -> None:
        """
        Five prompts have no tests; all others have several.
        """
        compile_only = {prompt.name for prompt in seed.prompts if prompt.judge is JudgeMode.COMPILE}

        assert compile_only == {"struct_point", "enum_color", "impl_point", "fetch_data", "trait_parser"}
        for prompt in seed.prompts:
            if prompt.judge is JudgeMode.TESTS:
                assert prompt.tests.count("#[test]") >= 4, prompt.id

    def test_only_whole_items_are_complete(self, seed: Suite) -> None:
        """
        The struct and the enum would compile with an empty completion.
        """
        assert {prompt.name for prompt in seed.prompts if prompt.complete} == {"struct_point", "enum_color"}

    def test_only_impls_have_a_prelude(self, seed: Suite) -> None:
        """
        The prelude is the type that two prompts implement something for, and holds nothing else.
        """
        preludes = {prompt.name: prompt.prelude for prompt in seed.prompts if prompt.prelude}

        expected = "struct Point {\n    x: f64,\n    y: f64,\n}\n"
        assert preludes == {"impl_point": expected, "impl_to_string": expected}

    def test_only_read_file_needs_files(self, seed: Suite) -> None:
        """
        No other prompt gets a writable file system.
        """
        assert {p.name: p.needs for p in seed.prompts if p.needs} == {"read_file": frozenset({Need.FILES})}

    def test_references_go_beyond_the_prompt(self, seed: Suite) -> None:
        """
        Even where the prompt is a whole item, the reference adds one.
        """
        for prompt in seed.prompts:
            assert prompt.reference.startswith("\n"), prompt.id
            assert "fn " in prompt.text + prompt.reference or prompt.name == "vec_of_strings"
            assert prompt.reference.strip(), prompt.id

    def test_loads_within_20_milliseconds(self) -> None:
        """
        Once the libraries are imported, loading is not felt.
        """
        load_suite("seed")

        def timed() -> float:
            start = time.perf_counter()
            load_suite("seed")
            return time.perf_counter() - start

        assert min(timed() for _ in range(5)) < 0.020

    def test_importing_the_room_is_light(self) -> None:
        """
        Neither pydantic nor tree-sitter is imported before a suite is loaded.
        """
        code = "import sys, ferrobench.prompts; print({'pydantic', 'tree_sitter'} & set(sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

        assert done.stdout.strip() == "set()"


class TestParts:
    def test_every_part_is_where_it_belongs(self, tmp_path: Path) -> None:
        """
        Header, prelude, prompt, reference, probes and tests come apart cleanly.
        """
        prompt = load_prompt(tmp_path, ARBITRARY_PROMPT)

        assert prompt.id == "small/add"
        assert prompt.name == "add"
        assert prompt.category == "arithmetic"
        assert prompt.tags == ("addition", "integers")
        assert prompt.judge is JudgeMode.TESTS
        assert prompt.prelude == "use std::collections::HashMap;\n"
        assert prompt.text == "fn add(a: i32, b: i32) -> i32 {"
        assert prompt.reference == "\n    a + b\n}\n"
        assert prompt.probes == "fn probe_add(a: i32) -> i32 {\n    add(a, 1)\n}\n"
        assert prompt.tests.startswith("// A remark on the tests.\n#[cfg(test)]\nmod tests {\n")
        assert prompt.tests.endswith("    }\n}\n")
        assert not prompt.complete
        assert prompt.needs == frozenset()

    def test_windows_line_ends_and_a_byte_order_mark_change_nothing(self, tmp_path: Path) -> None:
        """
        A suite that was checked out on Windows is the same suite.
        """
        plain = load_suite(write_suite(tmp_path / "plain"))
        windows = load_suite(
            write_suite(
                tmp_path / "windows",
                {"01_add.rs": b"\xef\xbb\xbf" + ARBITRARY_PROMPT.replace("\n", "\r\n").encode()},
            )
        )

        assert plain == windows

    def test_indented_prompts_are_dedented(self, tmp_path: Path) -> None:
        """
        A prompt of several lines keeps its inner indentation and loses the common one.
        """
        source = """\
//! category: any
//! judge: compile
    // >>> prompt
    /// Adds.
    fn add(
        a: i32,
    ) -> i32 {
        // <<< prompt
        a
    }
"""
        prompt = load_prompt(tmp_path, source)

        assert prompt.text == "/// Adds.\nfn add(\n    a: i32,\n) -> i32 {"

    @pytest.mark.parametrize(
        "attribute",
        [
            "#[rustfmt::skip]",
            "#[rustfmt::skip] // one line is meant",
            "#[allow(dead_code)]",
            '#[expect(dead_code, reason = "nobody calls it")]',
            "#[rustfmt::skip]\n#[allow(dead_code)]",
        ],
    )
    def test_attributes_for_tools_are_left_out(self, tmp_path: Path, attribute: str) -> None:
        """
        What serves rustfmt and clippy in the file is neither prompt nor prelude.
        """
        source = (
            "//! category: any\n//! judge: compile\nconst A: i32 = 1;\n\n"
            f"{attribute}\n// >>> prompt\nstruct S {{ x: i32 }}\n// <<< prompt\n"
        )

        prompt = load_prompt(tmp_path, source)

        assert prompt.prelude == "const A: i32 = 1;\n"
        assert prompt.text == "struct S { x: i32 }"
        assert prompt.reference == "\n"

    def test_numbers_order_the_prompts(self, tmp_path: Path) -> None:
        """
        The order is numeric, so 2 stands before 10.
        """
        names = ["10_last.rs", "2_middle.rs", "01_first.rs"]
        suite = load_suite(write_suite(tmp_path, dict.fromkeys(names, ARBITRARY_PROMPT)))

        assert [prompt.name for prompt in suite.prompts] == ["first", "middle", "last"]

    def test_needs_are_read(self, tmp_path: Path) -> None:
        """
        A prompt says that it needs files.
        """
        assert load_prompt(tmp_path, "//! needs: files\n" + ARBITRARY_PROMPT).needs == {Need.FILES}

    def test_a_folder_may_be_given_as_text_or_path(self, tmp_path: Path) -> None:
        """
        Both name the same suite.
        """
        folder = write_suite(tmp_path / "mine")

        assert load_suite(str(folder)) == load_suite(folder)
        assert load_suite(folder).name == "small"
        assert load_suite(folder).version == "1.0.0"
        assert load_suite(folder).description == "A suite for tests."


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("struct Point { x: f64, y: f64 }", True),
        ("enum Color { Red, Green, Blue }", True),
        ("#[derive(Debug)]\nstruct Unit;", True),
        ("use std::fmt;\n\n// Write a greeter.", True),
        ("// Write a function that adds.", True),
        ("fn one() -> i32 { 1 }\n\nfn two() -> i32 { 2 }", True),
        ("fn factorial(n: u64) -> u64 {", False),
        ("impl Point {", False),
        ("trait Parser {", False),
        ("macro_rules! m {", False),
        ("async fn f() {", False),
        ("struct Point", False),
        ("use std::fmt;\n\nfn f() {", False),
        ("struct Unit;\n\n#[derive(Debug)]", False),
        ("/// Adds two numbers.", False),
        ("fn f() -> i32\nwhere", False),
    ],
)
def test_complete_means_that_nothing_is_missing(tmp_path: Path, text: str, complete: bool) -> None:
    """
    A prompt is complete if it is a file of whole items, or of comments, as it stands.
    """
    source = f"//! category: any\n//! judge: compile\n// >>> prompt\n{text}\n// <<< prompt\n"

    assert load_prompt(tmp_path, source).complete is complete


class TestContentHash:
    def of(self, folder: Path, *changes: tuple[str, str], manifest: str = MANIFEST) -> str:
        source = ARBITRARY_PROMPT
        for old, new in changes:
            assert old in source
            source = source.replace(old, new)
        return load_suite(write_suite(folder, {"01_add.rs": source}, manifest=manifest)).content_hash

    def test_is_a_sha256(self, tmp_path: Path) -> None:
        """
        The algorithm is named in front.
        """
        algorithm, _, digest = self.of(tmp_path).partition(":")

        assert algorithm == "sha256"
        assert len(digest) == 64

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("fn add(a", "fn add(b"),
            ("    a + b", "    b + a"),
            ("HashMap", "HashSet"),
            ("add(a, 1)", "add(1, a)"),
            ("add(1, 2), 3", "add(2, 2), 4"),
            ("//! tags", "//! needs: files\n//! tags"),
        ],
    )
    def test_moves_with_what_moves_a_score(self, tmp_path: Path, old: str, new: str) -> None:
        """
        Text, reference, prelude, probes, tests and needs are all in it.
        """
        assert self.of(tmp_path / "a") != self.of(tmp_path / "b", (old, new))

    def test_stays_with_what_only_describes(self, tmp_path: Path) -> None:
        """
        Tags, category, version and description are not in it.
        """
        described = self.of(
            tmp_path / "b",
            ("addition", "sums"),
            ("arithmetic", "numbers"),
            manifest='name = "small"\nversion = "2.0.0"\ndescription = "Another."\n',
        )

        assert self.of(tmp_path / "a") == described

    def test_moves_with_names_and_order(self, tmp_path: Path) -> None:
        """
        Samples are seeded by id, and the first prompts get the samples left over.
        """
        other = ARBITRARY_PROMPT.replace("a + b", "b + a")
        hashes = {
            load_suite(write_suite(tmp_path / str(number), files)).content_hash
            for number, files in enumerate(
                (
                    {"1_a.rs": ARBITRARY_PROMPT, "2_b.rs": other},
                    {"2_a.rs": ARBITRARY_PROMPT, "1_b.rs": other},
                    {"1_a.rs": other, "2_b.rs": ARBITRARY_PROMPT},
                    {"1_a.rs": ARBITRARY_PROMPT, "2_c.rs": other},
                )
            )
        }

        assert len(hashes) == 4


def expect_error(folder: Path, *parts: str) -> None:
    """Loading *folder* fails with one line that holds every one of *parts*."""
    with pytest.raises(SuiteError) as raised:
        load_suite(folder)
    message = str(raised.value)
    assert "\n" not in message
    for part in parts:
        assert part in message


class TestFolderErrors:
    def test_unknown_name(self) -> None:
        """
        An unknown name lists the known ones.
        """
        with pytest.raises(SuiteError, match=r"'sead'.*there is: .*seed"):
            load_suite("sead")

    def test_missing_folder(self, tmp_path: Path) -> None:
        """
        A folder that is not there is named.
        """
        expect_error(tmp_path / "nowhere", "nowhere", "no such folder")

    def test_a_file_is_no_suite(self, tmp_path: Path) -> None:
        """
        A suite is a folder, or a file in a format of many prompts.
        """
        write_suite(tmp_path)
        expect_error(tmp_path / "01_add.rs", "01_add.rs", "expected a folder")

    def test_missing_manifest(self, tmp_path: Path) -> None:
        """
        Without suite.toml a folder is no suite.
        """
        expect_error(write_suite(tmp_path, manifest=None), "suite.toml", "no such file")

    def test_manifest_is_no_toml(self, tmp_path: Path) -> None:
        """
        The TOML reader's complaint is passed on, with its line.
        """
        expect_error(write_suite(tmp_path, manifest="name = \n"), "suite.toml", "not valid TOML", "line 1")

    @pytest.mark.parametrize(
        ("manifest", "parts"),
        [
            ('version = "1"\n', ("'name'", "required")),
            ('name = "a"\n', ("'version'", "required")),
            ('name = "a"\nversion = 1\n', ("'version'", "valid string")),
            ('name = "A b"\nversion = "1"\n', ("'name'", "pattern")),
            ('name = "a/b"\nversion = "1"\n', ("'name'", "pattern")),
            ('name = "a"\nversion = "1"\nauthor = "me"\n', ("'author'", "expected only name, version")),
        ],
    )
    def test_manifest_fields(self, tmp_path: Path, manifest: str, parts: tuple[str, ...]) -> None:
        """
        A bad field is named with what was expected of it.
        """
        expect_error(write_suite(tmp_path, manifest=manifest), "suite.toml", *parts)

    def test_no_prompts(self, tmp_path: Path) -> None:
        """
        A suite without prompts measures nothing.
        """
        expect_error(write_suite(tmp_path, {"README.md": "none yet"}), "no prompts", "01_factorial.rs")

    @pytest.mark.parametrize("name", ["add.rs", "1-add.rs", "01_Add.rs", "01_.rs", "01_a b.rs"])
    def test_bad_file_name(self, tmp_path: Path, name: str) -> None:
        """
        A Rust file whose name gives no order or no name is not silently skipped.
        """
        expect_error(write_suite(tmp_path, {name: ARBITRARY_PROMPT}), name, "expected a file name")

    def test_duplicate_name(self, tmp_path: Path) -> None:
        """
        Two prompts of one name would have one id.
        """
        files = dict.fromkeys(("01_add.rs", "02_add.rs"), ARBITRARY_PROMPT)
        expect_error(write_suite(tmp_path, files), "02_add.rs", "01_add.rs", "'add'")

    def test_duplicate_number(self, tmp_path: Path) -> None:
        """
        Two prompts of one number would have no order.
        """
        files = dict.fromkeys(("01_add.rs", "1_sub.rs"), ARBITRARY_PROMPT)
        expect_error(write_suite(tmp_path, files), "1_sub.rs", "01_add.rs", "number 1")

    def test_not_utf8(self, tmp_path: Path) -> None:
        """
        Rust source is UTF-8.
        """
        expect_error(
            write_suite(tmp_path, {"01_add.rs": b"// \xff\n"}), "01_add.rs", "UTF-8", "0xff", "offset 3"
        )

    def test_unreadable(self, tmp_path: Path) -> None:
        """
        What cannot be read is named with the system's reason.
        """
        folder = write_suite(tmp_path, {})
        (folder / "01_add.rs").mkdir()
        expect_error(folder, "01_add.rs", "cannot be read")


TESTS = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() {}\n}\n"


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        pytest.param("", (":1:", "no category"), id="empty file"),
        pytest.param("//! tags: a\n", (":1:", "no category"), id="no category"),
        pytest.param(
            "//! category: a\n//! color: red\n", (":2:", "'color'", "category, tags"), id="unknown key"
        ),
        pytest.param("//! category: a\n//! category: b\n", (":2:", "'category'", "line 1"), id="key twice"),
        pytest.param("//! about this\n", (":1:", "`//! key: value`"), id="no colon"),
        pytest.param("//! category:\n", (":1:", "`//! key: value`"), id="no value"),
        pytest.param(
            "//! category: a\n//! judge: maybe\n// >>> prompt\nfn f() {\n// <<< prompt\n}\n",
            (":2:", "tests, compile", "'maybe'"),
            id="unknown judge mode",
        ),
        pytest.param(
            "//! category: a\n//! judge: compile\n//! needs: network\n// >>> prompt\nfn f() {\n// <<< prompt\n}\n",
            (":3:", "files", "'network'"),
            id="unknown need",
        ),
        pytest.param("//! category: a\nfn f() {}\n", ("no prompt", "// >>> prompt"), id="no markers"),
        pytest.param(
            "//! category: a\n// >>> prompt\nfn f() {\n}\n", (":2:", "never closed"), id="never closed"
        ),
        pytest.param(
            "//! category: a\nfn f() {\n// <<< prompt\n}\n", (":3:", "closes nothing"), id="never opened"
        ),
        pytest.param(
            "//! category: a\n// >>> prompt\n// >>> prompt\nfn f() {\n// <<< prompt\n}\n",
            (":3:", "inside of 'prompt'"),
            id="opened twice",
        ),
        pytest.param(
            "//! category: a\n// >>> prompt\nfn f() {\n// <<< prompt\n}\n// >>> prompt\nfn g() {\n// <<< prompt\n}\n",
            (":6:", "a second", "line 2"),
            id="two prompts",
        ),
        pytest.param(
            "//! category: a\n// >>> prompt\nfn f() {\n// <<< probes\n}\n",
            (":4:", "closes nothing"),
            id="crossed",
        ),
        pytest.param(
            "//! category: a\n// >>> promt\nfn f() {\n", (":2:", "'promt'", "prompt, probes"), id="misspelt"
        ),
        pytest.param(
            f"//! category: a\n// >>> prompt\n\n// <<< prompt\n{TESTS}", (":2:", "empty"), id="empty prompt"
        ),
        pytest.param(
            "//! category: a\n// >>> prompt\nfn f() {\n// <<< prompt\n}\n",
            ("no tests", "judge: compile"),
            id="no tests",
        ),
        pytest.param(
            "//! category: a\n// >>> prompt\nfn f() {\n// <<< prompt\n}\n#[cfg(test)]\nmod tests {}\n",
            ("no tests", "#[test]"),
            id="an empty test module",
        ),
        pytest.param(
            f"//! category: a\n//! judge: compile\n// >>> prompt\nfn f() {{\n// <<< prompt\n}}\n{TESTS}",
            ("tests although", "judge: compile"),
            id="tests although compile",
        ),
        pytest.param(
            "//! category: a\n//! judge: compile\n// >>> prompt\nfn f() {\n// <<< prompt\n}\n"
            "// >>> probes\nfn p() {}\n// <<< probes\n",
            ("probes although", "judge: compile"),
            id="probes although compile",
        ),
        pytest.param(
            f"//! category: a\n{TESTS}// >>> prompt\nfn f() {{\n// <<< prompt\n}}\n",
            (":2:", "tests stand before"),
            id="tests first",
        ),
        pytest.param(
            f"//! category: a\n// >>> prompt\nfn f() {{\n// <<< prompt\n}}\n{TESTS}{TESTS}",
            (":11:", "a second `#[cfg(test)]`"),
            id="two test modules",
        ),
        pytest.param(
            f"//! category: a\n// >>> probes\nfn p() {{}}\n// <<< probes\n// >>> prompt\nfn f() {{\n// <<< prompt\n}}\n{TESTS}",
            (":2:", "probes stand before"),
            id="probes first",
        ),
        pytest.param(
            "//! category: a\n// >>> prompt\nfn f() {\n// <<< prompt\n}\n"
            f"// >>> probes\nfn p() {{}}\n// <<< probes\nfn lost() {{}}\n{TESTS}",
            (":9:", "text after the probes"),
            id="text after the probes",
        ),
        pytest.param(
            f"//! category: a\n#[derive(Debug)]\n// >>> prompt\nstruct S {{\n// <<< prompt\n}}\n{TESTS}",
            (":2:", "#[derive(Debug)]", "inside the prompt"),
            id="an attribute that would be lost",
        ),
    ],
)
def test_prompt_errors(tmp_path: Path, source: str, parts: tuple[str, ...]) -> None:
    """
    Every mistake in a prompt's file gives one line that names the file, the place and what was expected.
    """
    expect_error(write_suite(tmp_path, {"01_add.rs": source}), "01_add.rs", *parts)


def headed(*lines: str) -> str:
    """The arbitrary prompt with further header lines."""
    return "".join(f"//! {line}\n" for line in lines) + ARBITRARY_PROMPT


def test_a_prompt_says_its_level_and_what_it_is_a_variant_of(tmp_path: Path) -> None:
    """By the name of another prompt of its suite; neither moves a score."""
    files = {"01_add.rs": ARBITRARY_PROMPT, "02_sum.rs": headed("level: advanced", "variant-of: add")}
    plain = {"01_add.rs": ARBITRARY_PROMPT, "02_sum.rs": ARBITRARY_PROMPT}

    suite = load_suite(write_suite(tmp_path / "one", files))

    assert [(prompt.level, prompt.variant_of) for prompt in suite.prompts] == [
        (None, None),
        (Level.ADVANCED, "small/add"),
    ]
    assert suite.content_hash == load_suite(write_suite(tmp_path / "two", plain)).content_hash


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("level: hard", "02_sum.rs:1: level: expected one of basic, intermediate, advanced, found 'hard'"),
        (
            "variant-of: mul",
            "sum: variant-of: expected the name of a prompt that is no variant itself, found 'mul'",
        ),
        ("variant-of: sum", "found 'sum'"),
    ],
)
def test_a_level_or_an_original_that_is_none_is_refused(tmp_path: Path, line: str, words: str) -> None:
    """In one line."""
    folder = write_suite(tmp_path, {"01_add.rs": ARBITRARY_PROMPT, "02_sum.rs": headed(line)})

    with pytest.raises(SuiteError, match=words):
        load_suite(folder)


def test_a_variant_of_a_variant_is_refused(tmp_path: Path) -> None:
    """They have one original."""
    folder = write_suite(
        tmp_path,
        {
            "01_add.rs": ARBITRARY_PROMPT,
            "02_sum.rs": headed("variant-of: add"),
            "03_plus.rs": headed("variant-of: sum"),
        },
    )

    with pytest.raises(SuiteError, match="plus: variant-of"):
        load_suite(folder)
