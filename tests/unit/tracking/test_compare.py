"""Two runs side by side: what is better, what was fixed, and what cannot be compared."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from benchmarks.comparison_power import Case, equal, make_run, simulate, spread
from ferrobench.cli.main import main
from ferrobench.reports.compare_markdown import markdown_comparison
from ferrobench.reports.compare_report import print_comparison
from ferrobench.results import SavedRun, load_run
from ferrobench.tracking import NoteKind, Settings, compare_runs
from ferrobench.tracking.multiple import adjust
from ferrobench.tracking.regression import find_regressions, parse_guards

SETTINGS: dict[str, Any] = {
    "suites": [{"name": "seed", "version": "1.0.0", "content_hash": "sha256:a"}],
    "sampling": {"temperature": 0.8, "top_k": 50},
    "prompt_style": "completion",
    "prelude": True,
    "edition": "2021",
    "toolchain": "1.95.0",
    "crates": {},
    "limits": {"cpu_seconds": 10},
}
ORIGINAL = Path(__file__).parents[2] / "fixtures" / "original-results" / "step_9000.json"


def a_run(rate: float, seed: int = 0, **changes: Any) -> SavedRun:
    """A run of 16 prompts with 25 samples each, all with one compile rate; *changes* are of its settings."""
    generator = np.random.default_rng(seed)
    run = make_run(np.full(16, rate), generator.random((16, 25)), generator)
    return replace(run, config={**run.config, "settings": {**SETTINGS, **changes}})


def test_a_better_run_is_called_better() -> None:
    """The sentence comes first and names the change with its interval."""
    comparison = compare_runs(a_run(0.3), a_run(0.6, seed=1))

    assert comparison.headline.verdict == "better"
    assert comparison.sentence.startswith("better: +")
    assert comparison.headline.interval is not None
    assert comparison.headline.interval[0] > 0


def test_a_run_compared_with_itself_shows_no_change() -> None:
    """Nothing is fixed, nothing broken, and no rate is significant."""
    comparison = compare_runs(a_run(0.5), a_run(0.5))

    assert (comparison.fixed, comparison.broken) == (0, 0)
    assert comparison.headline.p_value == 1.0
    assert not any(rate.significant for rate in comparison.rates + comparison.failures)


def test_the_other_way_round_it_is_worse() -> None:
    """Fixed and broken change places, and the change its sign."""
    old, new = a_run(0.3), a_run(0.6, seed=1)
    there, back = compare_runs(old, new), compare_runs(new, old)

    assert back.headline.verdict == "worse"
    assert (there.fixed, there.broken) == (back.broken, back.fixed)
    assert there.headline.change == pytest.approx(-(back.headline.change or 0.0))


@pytest.mark.parametrize(
    ("changes", "kind", "refused"),
    [
        (
            {"suites": [{"name": "seed", "version": "1.0.1", "content_hash": "sha256:b"}]},
            NoteKind.SUITE,
            True,
        ),
        (
            {"suites": [{"name": "core", "version": "1.0.0", "content_hash": "sha256:a"}]},
            NoteKind.SUITE,
            True,
        ),
        ({"sampling": {"temperature": 0.2, "top_k": 50}}, NoteKind.SAMPLING, False),
        ({"sampling": {}}, NoteKind.SAMPLING, False),
        ({"prompt_style": "chat"}, NoteKind.PROMPT_STYLE, False),
        ({"prelude": False}, NoteKind.PRELUDE, False),
        ({"edition": "2024"}, NoteKind.EDITION, False),
        ({"toolchain": "1.85.0"}, NoteKind.TOOLCHAIN, False),
        ({"crates": {"rand": "0.8"}}, NoteKind.CRATES, False),
        ({"limits": {"cpu_seconds": 5}}, NoteKind.LIMITS, False),
        ({"device": "cuda:0"}, NoteKind.DEVICE, False),
    ],
)
def test_what_differs_is_said(changes: dict[str, Any], kind: NoteKind, refused: bool) -> None:
    """Other questions cannot be compared; other conditions can, with a note."""
    notes = compare_runs(a_run(0.5), a_run(0.5, **changes)).notes

    assert (kind, refused) in [(note.kind, note.refused) for note in notes]


def test_other_texts_of_prompts_cannot_be_compared() -> None:
    """A prompt that says something else is another question."""
    new = a_run(0.5)
    texts = {**new.prompt_texts, "simulated/3": "fn other() {"}
    notes = compare_runs(a_run(0.5), replace(new, config={**new.config, "prompt_texts": texts})).notes

    assert [note.refused for note in notes if note.kind is NoteKind.PROMPTS] == [True]


def test_samples_with_other_seeds_are_not_paired() -> None:
    """Their rates are compared all the same."""
    new = a_run(0.6, seed=1)
    new = replace(new, samples=tuple(replace(sample, seed=9) for sample in new.samples))
    comparison = compare_runs(a_run(0.3), new)

    assert comparison.fixed is None
    assert not comparison.headline.paired
    assert comparison.headline.verdict == "better"


def test_greedy_samples_count_once() -> None:
    """Repeating the same answer makes nothing surer."""
    greedy = {"sampling": {"temperature": 0, "top_k": 50}}
    comparison = compare_runs(a_run(0.3, **greedy), a_run(0.6, seed=1, **greedy))

    assert comparison.headline.samples == 16


@pytest.mark.parametrize("headline", [0.2, 0.04])
def test_others_are_tested_only_after_the_headline(headline: float) -> None:
    """No adjusted p-value is below the headline's."""
    adjusted = adjust(headline, [0.0001, 0.9], comparisons=1)

    assert adjusted == [headline, headline, 0.9]


def test_several_comparisons_share_the_level() -> None:
    """The same runs are less surprising where many are looked at."""
    one = compare_runs(a_run(0.3), a_run(0.6, seed=1), Settings(comparisons=1)).headline.adjusted_p
    ten = compare_runs(a_run(0.3), a_run(0.6, seed=1), Settings(comparisons=10)).headline.adjusted_p

    assert one is not None
    assert ten == pytest.approx(10 * one)


def test_the_original_tool_s_file_is_compared_by_the_texts_of_prompts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It has no ids, no samples and no settings; its own rate is compared with itself."""
    original = load_run(ORIGINAL, need_samples=False)
    comparison = compare_runs(original, original)

    assert NoteKind.ORIGINAL in [note.kind for note in comparison.notes]
    assert comparison.headline.change == 0.0
    assert main(["compare", str(ORIGINAL), str(ORIGINAL)]) == 0
    assert "original tool" in capsys.readouterr().out


def test_the_original_tool_s_file_is_compared_with_a_run_of_ours() -> None:
    """Prompts are matched by their texts: nothing compiles in its file, all of ours does."""
    original = load_run(ORIGINAL, need_samples=False)
    assert original.record is not None
    ours = a_run(1.0)
    texts = {
        name: prompt.prompt
        for name, prompt in zip(ours.prompt_texts, original.record.samples_by_prompt, strict=True)
    }
    comparison = compare_runs(original, replace(ours, config={**ours.config, "prompt_texts": texts}))

    assert (comparison.headline.old, comparison.headline.new) == (0.0, pytest.approx(100.0))
    assert comparison.headline.verdict == "better"
    assert comparison.headline.prompts == 16
    assert [rate.verdict for rate in comparison.rates[1:]] == ["not compared"] * 3


def test_what_was_fixed_is_shown_with_both_programs() -> None:
    """And with why the old one failed; the counts by prompt and by error add up to the whole."""
    comparison = compare_runs(a_run(0.3), a_run(0.9, seed=1), Settings(examples=2))
    fixed = [example for example in comparison.examples if example.change == "fixed"]

    assert len(fixed) == 2
    assert len({example.prompt for example in fixed}) == 2
    assert all(example.old_says is not None and "simulated" in example.old_says for example in fixed)
    assert sum(prompt.fixed or 0 for prompt in comparison.prompts) == comparison.fixed
    assert sum(error.fixed or 0 for error in comparison.errors) == comparison.fixed
    assert sum(error.broken or 0 for error in comparison.errors) == comparison.broken


def test_mistakes_that_became_rarer_are_better() -> None:
    """Of mistakes fewer is better, and the sentence names the part of Rust."""
    comparison = compare_runs(a_run(0.1), a_run(0.9, seed=1))
    names = next(change for change in comparison.failures if change.key == "failures.names")

    assert (names.verdict, names.change is not None and names.change < 0) == ("better", True)
    assert "name errors" in comparison.sentence


@pytest.mark.parametrize("width", [80, 140])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Neither tables nor programs."""
    lines = io.StringIO()
    comparison = compare_runs(a_run(0.3), a_run(0.9, seed=1), Settings(examples=1))
    print_comparison(comparison, Console(file=lines, width=width))

    assert comparison.sentence[:20] in lines.getvalue()
    assert max(map(len, lines.getvalue().splitlines())) <= width


def test_no_program_ends_its_block_of_markdown() -> None:
    """A program with a fence of its own stands within a longer one, and HTML is no HTML."""
    comparison = compare_runs(a_run(0.3), a_run(0.9, seed=1), Settings(examples=1))
    hostile = comparison.examples[0].model_copy(
        update={"old_program": "```\n<script>", "old_says": "<img onerror=x>"}
    )
    text = markdown_comparison([comparison.model_copy(update={"examples": [hostile]})])

    assert "````rust\n```\n<script>\n````" in text
    assert "<img" not in text


@pytest.mark.parametrize(
    ("guard", "found"),
    [
        ("", True),
        ("pass_rate", True),
        ("compile_success_rate:90", False),
        ("compile_success_rate:20", True),
        ("pass@5", True),
    ],
)
def test_regressions_are_told(guard: str, found: bool) -> None:
    """A significant fall, a fall by more than allowed, and a rate that cannot be compared."""
    comparison = compare_runs(a_run(0.9), a_run(0.3, seed=1))

    assert (
        bool(find_regressions([comparison], parse_guards([guard], default="compile_success_rate"))) is found
    )


def test_a_rise_is_no_regression() -> None:
    """However large."""
    comparison = compare_runs(a_run(0.3), a_run(0.9, seed=1))
    guards = parse_guards(["", "pass_rate:0"], default="compile_success_rate")

    assert find_regressions([comparison], guards) == []


def test_bad_requests_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Each names what is wrong, with exit code 2."""
    for arguments in (
        [str(ORIGINAL)],
        [str(ORIGINAL), "nowhere"],
        [str(ORIGINAL), str(ORIGINAL), "--rate", "bogus"],
        [str(ORIGINAL), str(ORIGINAL), "--fail-on-regression", "bogus:3"],
    ):
        assert main(["compare", *arguments]) == 2
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.long
def test_simulations_find_changes_and_raise_few_alarms() -> None:
    """Ten points are found nine times of ten, the printed power is right, and alarms are rare."""
    spread_out = simulate(Case("", spread(10)), 150, seed=1)
    half = simulate(Case("", equal(0.5, 0.6)), 400, seed=1)
    none = simulate(Case("", spread(0)), 150, seed=1)

    assert spread_out.found >= 90
    assert half.power == pytest.approx(half.found, abs=5)  # two and a half standard errors
    assert none.alarms <= 9  # 5 and two standard errors
