"""The summary for a terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from ferrobench.judging import (
    ClippyReport,
    Compiled,
    FormatReport,
    LintCount,
    LintGroup,
    LintReport,
    Rejected,
    Stage,
    Unjudged,
)
from ferrobench.models import Completion, StopReason
from ferrobench.prompts import load_suite
from ferrobench.reports import print_summary, printable
from ferrobench.results import (
    Estimates,
    KEstimate,
    LintTally,
    ReadingEstimates,
    RunFacts,
    RunRecord,
    TestsSummary,
    load_results,
    summarize,
)
from tests.support.checkpoints import FIXTURES
from tests.support.records import diagnostic, record, rejected, warning

PROMPTS = load_suite("seed").prompts
WARNED = Compiled(warnings=tuple(warning(f"lint_{'long' * 8}_{i}") for i in range(9)))


def render(result: RunRecord, *, width: int = 80, colour: bool = False) -> str:
    """Print a summary into a string."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        markup=False,
        highlight=False,
        emoji=False,
        force_terminal=colour,
        no_color=not colour,
    )
    print_summary(result, console)
    return stream.getvalue()


def full_record() -> RunRecord:
    """A run with every stage, long error messages and an unjudged sample."""
    samples = [
        record(
            prompt.id,
            i,
            strict=rejected(f"error {i} {'long ' * 30}", f"E0{300 + i}", stage) if i else WARNED,
            text=f" {'wide ' * 40}}}",
        )
        for prompt in PROMPTS
        for i, stage in enumerate(list(Stage)[1:9])
    ]
    samples.append(record(index=100, strict=Unjudged(cause="disk full")))
    facts = RunFacts(
        checkpoint="x", timestamp="t", version="0", run_dir="r", warnings=("something is wrong",), config={}
    )
    return summarize(PROMPTS, samples, facts)


def test_the_summary_fits_a_screen() -> None:
    """80 columns, no more than 52 lines, no line wrapped by a long message."""
    lines = render(full_record()).splitlines()

    assert max(map(len, lines)) <= 80
    assert len(lines) <= 56


def test_the_original_blocks_come_first_and_in_order() -> None:
    """With the original's words, so that its users find them."""
    output = render(full_record())

    words = [
        "WARNING: something is wrong", "Benchmark Results", "Compilation:", "  Success: 16/128 (12.5%)",
        "  Failures: 112", "  Before the first error: ", "Unjudged: 1", "1 x disk full", "Code Quality:", "  Avg lines per sample:",
        "  Avg functions per sample:", "  Avg complexity per sample:", "  Samples with warnings: lint_", "Performance:", "  Total time:",
        "  Avg generation time:", "  Samples per second:", "  Tokens per second:", "By category, 4 lowest:",
        "Most common errors:", "How far the code got:",
    ]  # fmt: skip
    places = [output.index(word) for word in words]
    assert places == sorted(places)
    assert "target >80% missed" in output


def test_a_record_of_the_original_tool_is_shown_without_what_it_lacks() -> None:
    """No made-up zeros."""
    output = render(load_results(FIXTURES / "original-results" / "step_9000.json"))

    assert "Success: 0/16 (0.0%)" in output
    assert "Tokens per second: 2.9" in output
    for absent in ("Total time", "Extracted", "By category", "interval", "Before", "warnings:"):
        assert absent not in output


def test_a_models_text_cannot_speak_to_the_terminal() -> None:
    """Escapes and bidirectional characters in error messages are shown, not obeyed."""
    hostile = rejected("\x1b[31mred \u202e\u0007", None, Stage.LEX)
    facts = RunFacts(checkpoint="x", timestamp="t", version="0", run_dir="r", warnings=(), config={})

    output = render(summarize(PROMPTS, [record(text="\x1b[2J\u202e", strict=hostile)], facts))

    assert not {"\x1b", "\u202e", "\u0007"}.intersection(output)
    assert r"\x1b[31mred \u202e\x07" in output


FACTS = RunFacts(checkpoint="x", timestamp="t", version="0", run_dir="r", warnings=(), config={})


def test_common_errors_have_an_example_with_its_place() -> None:
    """Below the first; names are taken out of the messages, not out of the examples."""
    names = ("`x`", "`total`")
    samples = [
        record(
            index=i,
            text="\n    x + y\n}",
            strict=Rejected(
                stage=Stage.RESOLVE,
                errors=(
                    diagnostic(
                        f"cannot find value {name} in this scope",
                        "E0425",
                        line=2,
                        column=9,
                        end_line=2,
                        end_column=10,
                    ),
                ),
                warnings=(),
            ),
        )
        for i, name in enumerate(names)
    ]
    samples += [
        record(index=2 + i, strict=rejected("mismatched types", code))
        for i, code in enumerate(("E0308", "E0309", "E0310", "E0311", "E0312"))
    ]

    lines = render(summarize(PROMPTS, samples, FACTS)).splitlines()

    start = next(i for i, line in enumerate(lines) if line.startswith("Most common errors:"))
    assert lines[start].endswith("  samples")
    assert lines[start + 1] == "  E0425: cannot find value `…` in this scope        2"
    assert lines[start + 2 : start + 4] == ["    2 | x + y", "      |     ^ seed/factorial 0"]
    assert lines[start + 4].split() == ["E0308:", "mismatched", "types", "1"]
    assert sum(" | " in line for line in lines) == 2
    assert not any("E0312" in line for line in lines)


def test_a_missing_crate_is_called_so() -> None:
    """Its codes say nothing about it."""
    missing = rejected("can't find crate for `rand`", "E0463", Stage.RESOLVE)

    lines = render(summarize(PROMPTS, [record(strict=missing)], FACTS)).splitlines()

    assert any(line.split() == ["missing", "crate:", "rand", "1"] for line in lines)


@pytest.mark.parametrize(
    ("lints", "line"),
    [
        (("a", "b"), "Samples with warnings: a 1, b 1\n"),
        (("a", "b", "c", "d"), "Samples with warnings: a 1, b 1, 2 more\n"),
        (("a", "dead_code"), "Samples with warnings: a 1, apart from dead_code 1\n"),
        (("dead_code",), "Samples with warnings: none, apart from dead_code 1\n"),
    ],
)
def test_warnings_name_their_lints_and_noise_last(lints: tuple[str, ...], line: str) -> None:
    """Two of them, and how many there are more."""
    warned = Compiled(warnings=tuple(warning(lint) for lint in lints))

    assert line in render(summarize(PROMPTS, [record(strict=warned)], FACTS))


def test_an_earlier_record_of_ours_shows_its_errors() -> None:
    """They were grouped by code, without examples."""
    before = summarize(PROMPTS, [record(strict=rejected())], FACTS).model_copy(
        update={"error_groups": [], "before_first_error": None}
    )

    lines = render(before).splitlines()

    assert any(line.split() == ["E0308:", "mismatched", "types", "1"] for line in lines)
    assert not any("Before the first error" in line for line in lines)


def test_colour_is_used_only_where_it_is_wanted() -> None:
    """Plain text otherwise."""
    assert "\x1b[" in render(full_record(), colour=True)
    assert "\x1b[" not in render(full_record())


@pytest.mark.parametrize(
    ("text", "legible"),
    [
        ("</script><img src=x onerror=alert(1)>", "</script><img src=x onerror=alert(1)>"),
        ("\x1b]title\x07\x1b[31mred", r"\x1b]title\x07\x1b[31mred"),
        ("/* \u202e } \u2066if admin\u2069 */", r"/* \u202e } \u2066if admin\u2069 */"),
        ("a\x00b", r"a\x00b"),
        ("[red]no markup[/red]", "[red]no markup[/red]"),
        ("x" * 1_000_000, "x" * 20),
    ],
    ids=["markup", "terminal", "bidi", "nul", "rich", "1 MB"],
)
def test_hostile_code_is_inert_and_legible(text: str, legible: str) -> None:
    """In the message and in the quoted line of an example, whatever the model wrote; a line of a megabyte does not fill the screen."""
    output = render(summarize(PROMPTS, [record(text=text, strict=rejected(text, None, Stage.LEX))], FACTS))

    assert not {"\x00", "\x07", "\x1b", "\u202e", "\u2066"}.intersection(output)
    assert legible in output
    assert len(output) < 20_000


def test_printable_keeps_ordinary_text() -> None:
    """Letters of any script stay."""
    assert printable("fn größe() -> 日本") == "fn größe() -> 日本"
    assert printable("\udcff\n") == r"\udcff\n"


def test_what_linting_found_is_a_short_block() -> None:
    """Only where it was asked for; what gave no answer is said."""
    tally = LintTally()
    for number in range(3):
        counts = (LintCount(lint="very_long_name_of_a_lint_" * 3, group=LintGroup.STYLE, count=number + 1),)
        clippy = ClippyReport(groups=(LintGroup.STYLE,), counts=counts[: number % 2], findings=())
        tally.add(LintReport(lines=10, clippy=clippy, rustfmt=FormatReport(changed_lines=number)))
    without_answers = tally.summary()
    tally.add(LintReport(lines=1, clippy=None, rustfmt=None, stopped="rustfmt crashed"))
    record_of = full_record()

    output = render(record_of.model_copy(update={"lint": tally.summary()}))

    assert "\n  Clippy: 2 of 3 clean, 6.7 findings per 100 lines\n    most often: very_long" in output
    assert "\n  rustfmt: 1 of 3 clean, 3 lines to change\n" in output
    assert "\n  Without an answer: 1 the tools stopped, 0 we failed to lint\n" in output
    assert max(map(len, output.splitlines())) <= 80
    assert "Without an answer" not in render(record_of.model_copy(update={"lint": without_answers}))
    assert "Clippy" not in render(record_of)


def test_what_a_suite_is_to_blame_for_is_said_apart() -> None:
    """It is no failure of this machine's."""
    facts = RunFacts(checkpoint="x", timestamp="t", version="0", run_dir="r", warnings=(), config={})
    samples = [
        record(strict=Unjudged(cause="suite: crate rand is missing: no network")),
        record(index=1, strict=Unjudged(cause="disk full")),
    ]

    output = render(summarize(PROMPTS, samples, facts))

    assert "Unjudged: 2 (in no rate), 1 by a fault of the suite" in output


def estimates(strict: float, extracted: float) -> Estimates:
    """Estimates of both readings, for two k each."""

    def reading(value: float) -> ReadingEstimates:
        figures = [KEstimate(k=k, value=value, interval=(0.0, 100.0), prompts=2, left_out=[]) for k in (1, 5)]
        return ReadingEstimates(pass_at_k=figures, pass_hat_k=figures, compile_at_k=figures)

    return Estimates(strict=reading(strict), extracted=reading(extracted))


def at_k_lines(found: Estimates) -> list[str]:
    """The lines of a summary that have such estimates."""
    tests = TestsSummary(
        samples=10, passed=5, passed_strict=5, pass_rate=50.0, pass_rate_interval=None, pass_rate_strict=50.0,
        in_process=0, share_of_tests=None, failures={}, near_limit=0, untested_prompts=[],
    )  # fmt: skip
    shown = summarize(PROMPTS, [record()], FACTS).model_copy(update={"tests": tests, "at_k": found})
    return [line for line in render(shown).splitlines() if "@1" in line]


def test_pass_at_k_names_its_reading_where_the_readings_differ() -> None:
    """Both are shown then, within the width of a screen; else one line without a name is both."""
    spread = "(0.0 to 100.0)"

    assert at_k_lines(estimates(40.0, 40.0)) == [
        f"  pass@1 40.0% {spread}, pass@5 40.0% {spread}",
        f"  compile@1 40.0% {spread}, compile@5 40.0% {spread}",
    ]
    assert at_k_lines(estimates(0.0, 40.0)) == [
        f"  extracted: pass@1 40.0% {spread}, pass@5 40.0% {spread}",
        f"  strict: pass@1 0.0% {spread}, pass@5 0.0% {spread}",
        f"  extracted: compile@1 40.0% {spread}, compile@5 40.0% {spread}",
    ]


def test_ready_completions_have_no_speed() -> None:
    """Zeros would be read as a model's; what was measured, the judging, is shown."""
    facts = replace(FACTS, config={"settings": {"prompt_style": "ready"}})
    completion = Completion(
        text=" 1 }", token_count=0, stop_reason=StopReason.READY, generation_seconds=0.0, latency_seconds=0.0
    )
    result = summarize(PROMPTS, [record(completion=completion)], facts)

    output = render(result)

    assert result.generation is None
    assert "  Completions: ready, made elsewhere" in output
    assert "  Samples per second: 1.00" in output
    for absent in ("Avg generation time", "Tokens per"):
        assert absent not in output


def test_the_summary_of_a_shard_says_so() -> None:
    """Its figures are not the run's."""
    facts = replace(FACTS, config={"settings": {"shard": "2/3"}})

    assert ", shard 2/3" in render(summarize(PROMPTS, [record()], facts))
