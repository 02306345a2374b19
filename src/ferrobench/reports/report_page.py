"""A run as one page that works offline: figures, the error atlas, and every sample with what rustc says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrobench.reports.characters import visible
from ferrobench.reports.pages import Page, write_page
from ferrobench.reports.report_method import CAVEATS, method_groups
from ferrobench.reports.report_metrics import (
    code_facts,
    diagnosis,
    diversity,
    mistakes,
    rubric_rows,
    speed_facts,
)
from ferrobench.reports.report_samples import detail_blocks, index_samples, text_blocks
from ferrobench.reports.report_tables import (
    atlas,
    categories_of,
    category_rows,
    group_rows,
    largest_k,
    outcomes_of,
    prompt_rows,
)
from ferrobench.reports.report_view import headline, k_table, ladder, power_sentence, rate_rows, tiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ferrobench.results import RunRecord, SampleRecord
    from ferrobench.rubric import RubricSummary

GROUPS_SHOWN = 12
DAMAGES_SHOWN = 20
_SCRIPTS = (
    "unseen.js",
    "unpack.js",
    "lexer.js",
    "filters.js",
    "list.js",
    "listing.js",
    "sample.js",
    "report.js",
)


def write_report_page(
    path: Path,
    record: RunRecord,
    samples: Sequence[SampleRecord] = (),
    *,
    prompt_texts: Mapping[str, str] | None = None,
    damage: Sequence[str] = (),
    rubric: RubricSummary | None = None,
) -> None:
    """Write the report of a run whole or not at all, replacing one that is there.

    Args:
        path: The file.
        record: All its figures.
        samples: In the order of the prompts; none where they are not there.
        prompt_texts: What the model was given, by the ids of the prompts.
        damage: What of the run could not be read, a sentence each.
        rubric: What people say of the samples.

    Raises:
        NotReadyError: If it cannot be written.
    """
    texts = prompt_texts or {}
    write_page(
        Page(
            title=f"{visible(record.checkpoint)}: report",
            template="report.html.jinja",
            context=_context(record, samples, damage, rubric),
            packed={"index": _index(record, samples, texts)} if samples else {},
            packed_late=dict(_blocks(samples, texts)),
            styles=("report/report.css",),
            scripts=tuple(f"report/{name}" for name in _SCRIPTS) if samples else (),
        ),
        path,
    )


def _index(record: RunRecord, samples: Sequence[SampleRecord], texts: Mapping[str, str]) -> dict[str, Any]:
    categories = categories_of(record)
    # A record from elsewhere may lack prompts that samples have.
    strangers = {one.prompt_id: "no category" for one in samples if one.prompt_id not in categories}
    index = index_samples(samples, categories | strangers)
    return index.as_json() | {"texts": [texts.get(prompt, "") for prompt in index.prompts]}


def _blocks(samples: Sequence[SampleRecord], texts: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for number, block in enumerate(text_blocks(samples, texts)):
        yield f"texts-{number}", block
    for number, block in enumerate(detail_blocks(samples)):
        yield f"details-{number}", block


def _context(
    record: RunRecord, samples: Sequence[SampleRecord], damage: Sequence[str], rubric: RubricSummary | None
) -> dict[str, Any]:
    k_headings, k_rows = k_table(record)
    outcomes = outcomes_of(samples)
    left_out = len(damage) - DAMAGES_SHOWN
    context: dict[str, Any] = {
        "headline": headline(record),
        "warnings": [visible(warning) for warning in record.warnings if warning != _said_already(record)],
        "damage": [*map(visible, damage[:DAMAGES_SHOWN]), *([f"and {left_out:,} more"] if left_out > 0 else [])],
        "tiles": tiles(record),
        "rates": rate_rows(record),
        "power": power_sentence(record),
        "k_headings": k_headings,
        "k_rows": k_rows,
        "ladder": ladder(record),
        "atlas": atlas(record, outcomes),
        "groups": group_rows(record, GROUPS_SHOWN),
        "prompts": prompt_rows(record, outcomes),
        "largest_k": largest_k(record),
        "categories": category_rows(record, outcomes),
        "mistakes": mistakes(record),
        "diagnosis": diagnosis(record),
        "diversity": diversity(record),
        "code": code_facts(record),
        "speed": speed_facts(record),
        "rubric": rubric_rows(rubric) if rubric is not None and rubric.ratings else (),
        "rubric_words": "" if rubric is None else _rubric_words(rubric),
        "method": method_groups(record),
        "caveats": CAVEATS,
        "has_samples": bool(samples),
        "no_samples": _why_no_samples(record),
        "outputs": [(visible(one.prompt), [*map(visible, one.sample_outputs)]) for one in record.samples_by_prompt],
    }  # fmt: skip
    return context | {"places": tuple(_places(context))}


def _said_already(record: RunRecord) -> str | None:
    """The warning that the headline says."""
    found = record.metrics.get("collapse", {})
    sentence = found.get("sentence") if isinstance(found, dict) else None
    return sentence if isinstance(sentence, str) else None


def _why_no_samples(record: RunRecord) -> str:
    if record.schema_version is None:
        return "The original tool keeps the first three samples of each prompt, each cut at 200 characters."
    return "The run folder is not there, or no sample of it could be read. The results keep the first three of each prompt."


def _rubric_words(rubric: RubricSummary) -> str:
    return f"{rubric.ratings:,} ratings by {rubric.raters:,} raters of {rubric.samples:,} samples, given without knowing whose they are."


def _places(context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the bar at the top leads to."""
    for key, anchor, title in (
        ("rates", "rates", "Rates"),
        ("ladder", "ladder", "Ladder"),
        ("groups", "errors", "Errors"),
        ("prompts", "prompts", "Prompts"),
        ("mistakes", "mistakes", "Mistakes"),
        ("diagnosis", "health", "Health"),
        ("diversity", "diversity", "Diversity"),
        ("rubric", "ratings", "Ratings"),
        ("caveats", "samples", "Samples"),
        ("caveats", "method", "Method"),
    ):
        if context[key]:
            yield anchor, title
