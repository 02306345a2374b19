"""Linting with the real clippy and the real rustfmt."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import ToolchainError
from ferrobench.judging import (
    Compiled,
    Judge,
    Limits,
    Rejected,
    Stage,
    assemble,
    probe_toolchain,
    text_parses,
)
from ferrobench.judging.compile import RustcCompiler
from ferrobench.judging.lint import Linter, clippy_driver, missing_lint_tools
from ferrobench.judging.lint_groups import DEFAULT_GROUPS, MEASURED_GROUPS, LintGroup, lint_groups
from ferrobench.judging.lint_report import FormatReport, LintReport, lint_record, parse_lint
from ferrobench.judging.process import Runner, run_limited
from ferrobench.judging.sandbox import choose
from tests.support.agreement import descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)
if missing_lint_tools(TOOLCHAIN):
    pytest.skip(f"not installed: {missing_lint_tools(TOOLCHAIN)}", allow_module_level=True)

pytestmark = pytest.mark.rustc

PROGRAMS = sorted((Path(__file__).parents[2] / "programs").glob("*.rs"))
RETURNS = "pub fn f(x: u8) -> u8 {\n    return x;\n}\n"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing may be left: no folder, no process, no zombie."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    running = descendants()
    yield
    assert list(folder.iterdir()) == []
    assert descendants() <= running


def lint(text: str, prelude: str = "", runner: Runner = run_limited, edition: str = "2021") -> LintReport:
    """Judge a text, then lint it."""
    compiler = RustcCompiler(TOOLCHAIN, edition=edition, runner=runner)
    with Judge(jobs=1, compiler=compiler) as judge:
        judgment = judge.judge_code(text, prelude)
    report = Linter(TOOLCHAIN, edition=edition, runner=runner).lint(assemble(text, prelude), text, judgment)
    assert parse_lint(json.loads(json.dumps(lint_record(report)))) == report
    return report


def found(report: LintReport) -> dict[str, int]:
    """The findings of the default groups by lint."""
    assert report.clippy is not None, report
    return {item.lint: item.count for item in report.clippy.counts if item.group in DEFAULT_GROUPS}


@pytest.mark.parametrize(
    ("text", "lint_name", "group"),
    [
        (RETURNS, "needless_return", LintGroup.STYLE),
        ("pub fn f(x: bool) -> u8 {\n    if x == true { 1 } else { 2 }\n}\n", "bool_comparison", LintGroup.COMPLEXITY),
        ("pub fn f(x: u32) -> bool {\n    x < 0\n}\n", "absurd_extreme_comparisons", LintGroup.CORRECTNESS),
        ("pub fn f(b: Box<u8>) -> u8 {\n    *b\n}\n", "boxed_local", LintGroup.PERF),
        ("pub fn f(x: i8) -> i8 {\n    let y;\n    y =- x;\n    y\n}\n", "suspicious_assignment_formatting", LintGroup.SUSPICIOUS),
        ("pub fn f(v: usize) -> u8 {\n    v as u8\n}\n", "cast_possible_truncation", LintGroup.PEDANTIC),
    ],
)  # fmt: skip
def test_findings_have_the_group_of_their_lint(text: str, lint_name: str, group: LintGroup) -> None:
    report = lint(text)

    assert report.clippy is not None
    assert {item.lint: item.group for item in report.clippy.counts}[lint_name] is group
    assert report.clippy.by_group[group] >= 1


def test_each_lint_of_the_toolchain_is_in_one_group_and_the_defaults_are_all() -> None:
    driver = clippy_driver(TOOLCHAIN)
    assert driver is not None
    table = lint_groups(driver)
    answer = subprocess.run([driver, "-W", "help"], capture_output=True, text=True, check=True).stdout

    lints = set(re.findall(r"^ +clippy::([a-z0-9-]+) +(?:allow|warn|deny|forbid) ", answer, re.MULTILINE))
    assert {name.replace("-", "_") for name in lints} == set(table)
    assert set(table.values()) == set(LintGroup)
    (row,) = re.findall(r"^ +clippy::all +(clippy.*)$", answer, re.MULTILINE)
    everything = {name.removeprefix("clippy::").replace("-", "_") for name in row.split(", ")}
    assert everything == {name for name, group in table.items() if group in DEFAULT_GROUPS}


def test_a_finding_is_placed_in_the_samples_own_text() -> None:
    text = "//! About.\n#![allow(dead_code)]\n" + RETURNS
    for prelude in ("", "fn lent(x: u8) -> u8 {\n    return x;\n}\n"):
        report = lint(text, prelude)
        assert found(report) == {"needless_return": 1}
        assert report.clippy is not None
        (finding,) = [item for item in report.clippy.findings if item.code == "clippy::needless_return"]
        assert (finding.line, finding.column, finding.end_line, finding.end_column) == (4, 5, 4, 13)
        assert finding.level == "warning"
        assert "sample.rs:4:5" in finding.rendered
        assert report.lines == 5
        assert report.per_100_lines() == 20.0
        assert report.rustfmt == FormatReport(changed_lines=0)


def test_a_prelude_is_neither_linted_nor_formatted() -> None:
    prelude = (
        "macro_rules! twice { ($x:expr) => { { let y = $x; y.clone() + y == true as u8 } } }\nstruct  P ;\n"
    )
    report = lint("pub fn f() -> bool {\n    twice!(1u8)\n}\n", prelude)

    assert report.clippy is not None
    assert {item.lint for item in report.clippy.counts} <= {"must_use_candidate"}
    assert report.rustfmt == FormatReport(changed_lines=0)


@pytest.mark.parametrize(
    "words",
    [
        "#![allow(clippy::all)]",
        "#![allow(warnings)]",
        "#![expect(clippy::needless_return)]",
        "#![warn(clippy::all)]",
        "#![deny(clippy::all)]",
        "#![deny(warnings)]",
        "#![deny(warnings, clippy::no_such_lint)]",
        "#![forbid(clippy::all)]\n#[allow(clippy::needless_return)]",
        "#![warn(clippy::implicit_return, clippy::nursery, clippy::cargo)]",
        "#[allow(clippy::needless_return)]",
    ],
)
def test_what_a_sample_says_about_lints_changes_nothing(words: str) -> None:
    report = lint(f"{words}\n{RETURNS}")

    assert found(report) == {"needless_return": 1}
    assert report.clippy is not None
    assert report.clippy.groups == MEASURED_GROUPS
    assert {finding.level for finding in report.clippy.findings} == {"warning"}


DERIVES = """use std::collections::HashMap;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Pair<T> {
    pub first: T,
    pub second: Vec<T>,
}

impl<T: fmt::Display> fmt::Display for Pair<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: {}", self.first, self.second.len())
    }
}

pub fn count(words: &Vec<String>) -> HashMap<String, usize> {
    let mut map = HashMap::new();
    for i in 0..words.len() {
        let word = words[i].clone();
        if !map.contains_key(&word) {
            map.insert(word.clone(), 0);
        }
        *map.get_mut(&word).unwrap() += 1;
    }
    assert_eq!(map.is_empty(), words.len() == 0);
    println!("{:?} {}", map, format!("{}", words.len()));
    return map;
}

thread_local!(static SEEN: std::cell::RefCell<u8> = const { std::cell::RefCell::new(0) });

pub fn seen() -> u8 {
    SEEN.with(|seen| *seen.borrow())
}
"""


def test_without_such_words_the_findings_are_those_of_plain_clippy(tmp_path: Path) -> None:
    """Forcing lints to warnings makes no findings, in what macros of the standard library expand to least of all."""
    driver = clippy_driver(TOOLCHAIN)
    assert driver is not None
    (tmp_path / "sample.rs").write_text(DERIVES)
    answer = subprocess.run(
        [
            *(str(driver), "--crate-type", "lib", "--edition", "2021", "--emit=metadata", "-o", "out.rmeta"),
            *("--error-format=json", "-W", "clippy::all", "-W", "clippy::pedantic", "sample.rs"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    codes = [
        (record["code"] or {"code": ""})["code"] for record in map(json.loads, answer.stderr.splitlines())
    ]
    plain = Counter(code.removeprefix("clippy::") for code in codes if code.startswith("clippy::"))
    report = lint(DERIVES)

    assert report.clippy is not None
    assert report.clippy.by_lint == plain
    assert len(plain) > 5


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_formatting_agrees_with_rustfmts_own_check(path: Path) -> None:
    """On all that parses: `--check` differs in nothing but how it treats the end of the file."""
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    parsed = Rejected(stage=Stage.RESOLVE, errors=(), warnings=())
    report = Linter(TOOLCHAIN).lint(assemble(text), text, parsed)
    answer = subprocess.run(
        [str(TOOLCHAIN.rustfmt), "--edition", "2021", "--check", "--color", "never"],
        input=assemble(text.rstrip() + "\n").source,
        capture_output=True,
        check=False,
    )
    if answer.stderr:
        assert report.rustfmt is None
        assert report.stopped is not None or report.unlinted is not None
    else:
        assert report.rustfmt is not None
        assert report.rustfmt.clean is (answer.stdout == b"")


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (RETURNS, 0),
        (RETURNS.rstrip(), 0),
        (RETURNS.replace("\n", "\r\n"), 0),
        ("\ufeff" + RETURNS, 0),
        (RETURNS.replace("    return", "  return"), 1),
        ("pub fn f(x: u8) -> u8 { return x; }\n", 1),
        ("pub fn f( x:u8 )->u8 {\n\n\n    return x\n}\n", 4),
        ("use std::fmt;\nuse std::collections::HashMap;\n", 1),
        ("mod elsewhere;\n", 0),
        ("mod  elsewhere ;\n", 1),
        ("fn f() -> u8 {\n    1u16\n}\n", 0),
    ],
)
def test_lines_that_rustfmt_would_change(text: str, changed: int) -> None:
    report = lint(text)

    assert report.rustfmt == FormatReport(changed_lines=changed)
    assert (report.stopped, report.unlinted) == (None, None)


@pytest.mark.parametrize("text", ["fn f( {\n", "fn f() {\n", 'pub fn f() { "\udcff" }\n', ""])
def test_what_does_not_parse_has_neither(text: str) -> None:
    report = lint(text)

    assert (report.clippy, report.rustfmt, report.stopped, report.unlinted) == (None, None, None, None)


def test_what_parses_and_does_not_compile_is_formatted_alone() -> None:
    report = lint("fn f() -> u8 {\n    return 1u16\n}\n")

    assert (report.clippy, report.rustfmt) == (None, FormatReport(changed_lines=1))


def test_the_edition_is_the_judges() -> None:
    text = "pub fn f() -> u8 {\n    let gen = 1;\n    gen\n}\n"

    assert lint(text, edition="2021").rustfmt == FormatReport(changed_lines=0)
    assert lint(text, edition="2021").clippy is not None
    assert lint(text, edition="2024").rustfmt is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('#[cfg(clippy)]\ncompile_error!("no");', "no"),
        ('#[clippy::msrv = "bogus"]', "`bogus` is not a valid Rust version"),
    ],
)
def test_what_clippy_alone_refuses_is_no_failure_of_ours(words: str, said: str) -> None:
    report = lint(f"{words}\n{RETURNS}")

    assert (report.clippy, report.unlinted) == (None, None)
    assert report.stopped == f"clippy-driver refused the program: {said}"
    assert report.rustfmt == FormatReport(changed_lines=0)


def test_a_program_that_never_ends_is_a_limit() -> None:
    """rustc's verdict on it would be a limit too; here it is said to have compiled."""
    text = (Path(__file__).parents[2] / "programs" / "evaluates_forever.rs").read_text()
    linter = Linter(TOOLCHAIN, limits=Limits(cpu_seconds=1))
    started = time.monotonic()
    report = linter.lint(assemble(text), text, Compiled(warnings=()))

    assert report.clippy is None
    assert report.stopped == "clippy-driver reached the limit of time"
    assert report.unlinted is None
    assert report.rustfmt is not None
    assert time.monotonic() - started < 20


def test_all_of_very_many_findings_count() -> None:
    text = "\n".join(f"pub fn f{i}(x: u8) -> u8 {{\n    return x;\n}}" for i in range(500))
    report = lint(text)

    assert found(report) == {"needless_return": 500}
    assert report.clippy is not None
    assert len(report.clippy.findings) == 50
    assert report.per_100_lines() == pytest.approx(100 / 3)


def test_settings_of_the_users_play_no_part(tmp_path: Path) -> None:
    """Both tools look for a file of settings in the folders above."""
    (tmp_path / "rustfmt.toml").write_text("tab_spaces = 8\n")
    (tmp_path / "clippy.toml").write_text("disallowed-names = ['f', 'x', 'kept']\ntoo-many-arguments-threshold = 0\n")  # fmt: skip
    report = lint("pub fn f(x: u8) -> u8 {\n    let kept = x;\n    kept + 1\n}\n")

    assert found(report) == {}
    assert report.rustfmt == FormatReport(changed_lines=0)


def test_a_sample_cannot_have_other_files_rewritten(tmp_path: Path) -> None:
    other = tmp_path / "other.rs"
    other.write_text("fn  f ( ) { }\n")
    report = lint(f'#[path = "{other}"]\nmod  other;\n')

    assert other.read_text() == "fn  f ( ) { }\n"
    assert report.rustfmt == FormatReport(changed_lines=1)


@pytest.mark.parametrize("tier", [choose._namespaces, choose._landlock], ids=["namespaces", "landlock"])
def test_each_sandbox_says_the_same(tier: object) -> None:
    assert callable(tier)
    attempt: choose.Attempt = tier(TOOLCHAIN)
    if attempt.sandbox is None:
        pytest.skip(str(attempt.fault))
    for text in (DERIVES, RETURNS + "fn  g() {}", "#![deny(warnings)]\n" + RETURNS, "fn f() -> u8 { 1u16 }"):
        report = lint(text, runner=attempt.sandbox.runner)
        assert report == lint(text)
        assert report.unlinted is None


def test_the_verdict_decides_what_is_asked() -> None:
    """Code generation refuses this one; clippy alone would have accepted it."""
    text = "pub fn f() -> u8 {\n    return [1, 2, 3][5];\n}\n"
    with Judge(TOOLCHAIN, jobs=1, mode="exact") as judge:
        judgment = judge.judge_code(text)
    report = lint(text)

    assert text_parses(judgment)
    assert report.clippy is None
    assert report.rustfmt == FormatReport(changed_lines=0)
