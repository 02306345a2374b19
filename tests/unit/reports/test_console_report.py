"""The summary for a terminal."""

from __future__ import annotations

import io

from rich.console import Console

from ferrobench.judging import Stage, Unjudged
from ferrobench.prompts import load_suite
from ferrobench.reports import print_summary, printable
from ferrobench.results import RunFacts, RunRecord, load_results, summarize
from tests.support.checkpoints import FIXTURES
from tests.support.records import record, rejected

PROMPTS = load_suite("seed").prompts


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
            strict=rejected(f"error {i} {'long ' * 30}", f"E0{300 + i}", stage) if i else None,
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
    """80 columns, no more than 50 lines, no line wrapped by a long message."""
    lines = render(full_record()).splitlines()

    assert max(map(len, lines)) <= 80
    assert len(lines) <= 52


def test_the_original_blocks_come_first_and_in_order() -> None:
    """With the original's words, so that its users find them."""
    output = render(full_record())

    words = [
        "WARNING: something is wrong", "Benchmark Results", "Compilation:", "  Success: 16/128 (12.5%)",
        "  Failures: 112", "Unjudged: 1", "1 x disk full", "Code Quality:", "  Avg lines per sample:",
        "  Avg functions per sample:", "  Avg complexity per sample:", "Performance:", "  Total time:",
        "  Avg generation time:", "  Samples per second:", "  Tokens per second:", "By category:",
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
    for absent in ("Total time", "Extracted", "By category", "interval"):
        assert absent not in output


def test_a_models_text_cannot_speak_to_the_terminal() -> None:
    """Escapes and bidirectional characters in error messages are shown, not obeyed."""
    hostile = rejected("\x1b[31mred \u202e\u0007", None, Stage.LEX)
    facts = RunFacts(checkpoint="x", timestamp="t", version="0", run_dir="r", warnings=(), config={})

    output = render(summarize(PROMPTS, [record(strict=hostile)], facts))

    assert not {"\x1b", "\u202e", "\u0007"}.intersection(output)
    assert r"\x1b[31mred \u202e\x07" in output


def test_colour_is_used_only_where_it_is_wanted() -> None:
    """Plain text otherwise."""
    assert "\x1b[" in render(full_record(), colour=True)
    assert "\x1b[" not in render(full_record())


def test_printable_keeps_ordinary_text() -> None:
    """Letters of any script stay."""
    assert printable("fn größe() -> 日本") == "fn größe() -> 日本"
    assert printable("\udcff\n") == r"\udcff\n"
