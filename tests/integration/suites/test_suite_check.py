"""``suite check`` against a real toolchain: the seed is sound, and the faults of well-known sets are found."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ferrobench.cli.main import main
from ferrobench.judging import Judge
from ferrobench.prompts import JudgeMode, Prompt, Suite
from ferrobench.suite_check import CheckSettings, FaultKind, PromptReport, check_suite
from tests.support.prompts import prompt

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="rustc is not installed"),
]

MAIN_STYLE = "fn main() {{\n    let candidate = {};\n    {}\n}}\n"


def asked(name: str, text: str, reference: str, tests: str) -> Prompt:
    """A prompt with tests."""
    return replace(prompt(text), id=f"faulty/{name}", judge=JudgeMode.TESTS, reference=reference, tests=tests)


def with_tests(*assertions: str) -> str:
    """Tests as most formats have them."""
    lines = "".join(f"        {assertion};\n" for assertion in assertions)
    return (
        f"#[cfg(test)]\nmod tests {{\n    use super::*;\n\n    #[test]\n    fn all() {{\n{lines}    }}\n}}\n"
    )


ANY = "fn any_int(x: f64, y: f64, z: f64) -> bool {\n"
FAULTY = {
    "unsatisfiable": (
        asked("unsatisfiable", ANY, "", MAIN_STYLE.format("any_int", "assert_eq!(candidate(3.0, 4.0, 7.0), true);\n    assert_eq!(candidate(3.0, 4.0, 7.0), false);")),
        {FaultKind.TESTS_CONTRADICT},
    ),
    "literal_too_large": (
        asked("literal_too_large", "fn bell(n: i32) -> i32 {\n", "", MAIN_STYLE.format("bell", "assert_eq!(candidate(56), 6775685320645824322581483068371419745979053216268760300);")),
        {FaultKind.TESTS_DO_NOT_BUILD},
    ),
    "cut_off": (
        asked("cut_off", "fn one() -> i32 {", "\n    1\n}\n", "#[cfg(test)]\nmod tests {\n    use super::*;\n\n    // BEGIN_TESTS\n"),
        {FaultKind.TESTS_UNPARSABLE},
    ),
    "prose_without_slashes": (
        asked("prose_without_slashes", "/// Double a number,\nwhatever it is.\nfn double(n: i32) -> i32 {\n", "", MAIN_STYLE.format("double", "assert_eq!(candidate(2), 4);")),
        {FaultKind.STUB_REFUSED},
    ),
    "gen_is_a_word": (
        asked("gen_is_a_word", "fn next(n: i32) -> i32 {", "\n    let gen = n + 1;\n    gen\n}\n", with_tests("assert_eq!(next(1), 2)", "assert_eq!(next(5), 6)")),
        {FaultKind.REFERENCE_FAILS},
    ),
    "crate_that_is_not_there": (
        asked("crate_that_is_not_there", "use rand::Rng;\nfn next(n: i32) -> i32 {", "\n    n + 1\n}\n", with_tests("assert_eq!(next(1), 2)")),
        {FaultKind.REFERENCE_FAILS, FaultKind.STUB_REFUSED},
    ),
    "wrong_expectation": (
        asked("wrong_expectation", "fn count(s: &str) -> usize {", "\n    s.split(' ').count()\n}\n", with_tests('assert_eq!(count("a b c d"), 3)')),
        {FaultKind.REFERENCE_FAILS},
    ),
    "one_sided": (
        asked("one_sided", "fn deviation(v: &[f64]) -> f64 {", "\n    (v[0] - v[1]).abs() / 2.0\n}\n", with_tests("assert!(deviation(&[1.0, 2.0]) - 0.5 < 1e-6)")),
        {FaultKind.TRIVIAL_PASSES, FaultKind.WEAK_TESTS},
    ),
    "sound": (
        asked("sound", "fn next(n: i32) -> i32 {", "\n    n + 1\n}\n", with_tests("assert_eq!(next(1), 2)", "assert_eq!(next(-9), -8)")),
        set(),
    ),
    "sound_without_reference": (
        asked("sound_without_reference", "fn next(n: i32) -> i32 {\n", "", MAIN_STYLE.format("next", "assert_eq!(candidate(1), 2);\n    assert_eq!(candidate(5), 6);")),
        set(),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def reports() -> dict[str, PromptReport]:
    """All of them checked at once."""
    prompts = tuple(one for one, _ in FAULTY.values())
    suite = Suite(name="faulty", version="1", description="", prompts=prompts, content_hash="")
    with Judge(edition="2021") as main_judge, Judge(edition="2024") as other:
        report = check_suite(suite, {}, {"2021": main_judge, "2024": other}, CheckSettings(runs=2))
    assert report.unjudged == 0
    return {one.id.rpartition("/")[2]: one for one in report.prompts}


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_of_well_known_sets_is_found(name: str, reports: dict[str, PromptReport]) -> None:
    """And no fault that is none."""
    assert {fault.kind for fault in reports[name].faults} == FAULTY[name][1], reports[name].faults


@pytest.mark.slow
def test_the_ceiling_leaves_out_what_nobody_can_pass(reports: dict[str, PromptReport]) -> None:
    """Weak tests can be passed, too easily so; and what only another edition refuses can."""
    assert {name for name, report in reports.items() if report.attainable} == {
        "gen_is_a_word", "one_sided", "sound", "sound_without_reference",
    }  # fmt: skip


@pytest.mark.long
def test_the_seed_has_no_faults_and_its_tests_see_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    """Of at least ten wrong programs for each prompt, nine of ten fail."""
    assert main(["suite", "check", "seed", "--json"]) == 0

    record = json.loads(capsys.readouterr().out)
    assert record["faults"] == record["unjudged"] == 0
    assert record["attainable"] == record["tested"] == 11
    for found in record["prompts"]:
        if found["tested"]:
            mutation = found["mutation"]
            assert mutation["score"] >= 0.9, found["id"]
            assert mutation["killed"] + len(mutation["survivors"]) + mutation["by_hand"] >= 10, found["id"]
            assert mutation["by_hand"] >= 2


def test_what_suite_new_writes_passes_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A contributor begins with a prompt that has no faults and nothing to note."""
    assert main(["suite", "new", str(tmp_path / "mine")]) == 0
    capsys.readouterr()

    assert main(["suite", "check", str(tmp_path / "mine"), "--lint", "--runs", "1", "--json"]) == 0

    report = json.loads(capsys.readouterr().out)
    (prompt,) = report["prompts"]
    assert (prompt["faults"], prompt["notes"], prompt["mutation"]["score"]) == ([], [], 1.0)
    assert (prompt["in_process"], report["in_process"]) == (False, 0)
