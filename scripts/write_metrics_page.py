"""Writes docs/metrics.md: every definition, as `ferrobench explain` prints it, and every key of the metrics' figures."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from ferrobench.catalogue import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.catalogue import Chapter
    from ferrobench.metrics.definition import Definition

PAGE = Path(__file__).parent.parent / "docs" / "metrics.md"
_HEAD = """\
# Metrics

What every figure means. `ferrobench explain NAME` prints the same text; `make docs` writes this page anew.

A run computes the metrics below unless `--metrics` says otherwise: `default`, `all` (the costly ones too), `none`, or names
with commas between them. `ferrobench measure RUN --metrics …` computes them later, from the run folder alone.
Figures of one metric stand in `results.json` under `metrics.<name>`; a metric that fails is named in `metrics_failed` and costs the
others nothing.

## A metric of your own

A package that has a `ferrobench.metrics.metric.Metric` and names it in its entry points is found:

```toml
[project.entry-points."ferrobench.metrics"]
todo_share = "my_package:METRIC"
```

```python
from ferrobench.metrics.definition import Better, Definition
from ferrobench.metrics.measured import MeasuredRun
from ferrobench.metrics.metric import Figures, Metric, Percent


class TodoFigures(Figures):
    percent: Percent
    \"\"\"Percent of samples with a `todo!`.\"\"\"


def measure(run: MeasuredRun) -> TodoFigures | None:
    if not run.samples:
        return None
    found = sum("todo" in run.words(sample.text) for sample in run.samples)
    return TodoFigures(percent=100.0 * found / len(run.samples))


METRIC = Metric(
    name="todo_share",
    title="Unfinished business",
    figures=TodoFigures,
    measure=measure,
    definitions=(
        Definition(
            name="todo_share",
            key="metrics.todo_share.percent",
            summary="Percentage of samples with a todo!.",
            formula="100 x samples with the token `todo` / samples",
            source="ours",
            unit="percent",
            range="0 to 100",
            better=Better.LOWER,
        ),
    ),
)
```
"""


def render_page() -> str:
    """Write the page. Only our own metrics are in it, whatever else is installed."""
    chapters = [
        chapter
        for chapter in load_catalogue()
        if chapter.metric is None or chapter.metric.figures.__module__.startswith("ferrobench.")
    ]
    return "\n".join([_HEAD, *(line for chapter in chapters for line in _chapter(chapter))]).rstrip() + "\n"


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f"## {chapter.title}"
    yield ""
    if chapter.metric is not None:
        costly = " Costly: only with `--metrics all` or by name." if chapter.metric.costly else ""
        yield f"`--metrics {chapter.name}`, in the results under `metrics.{chapter.name}`.{costly}"
        yield ""
    for definition in chapter.definitions:
        yield from _definition(definition)
    if chapter.metric is not None:
        yield f"### All keys of `metrics.{chapter.name}`"
        yield ""
        yield "| key | type | meaning |"
        yield "| --- | --- | --- |"
        for key, kind, meaning in keys_of(chapter.metric.figures, ""):
            yield f"| `{key}` | {kind} | {_cell(meaning)} |"
        yield ""


def _definition(one: Definition) -> Iterator[str]:
    yield f"### `{one.name}`"
    yield ""
    yield one.summary
    yield ""
    yield f"- Key: `{one.key}`; unit: {one.unit}; range: {one.range}; better: {one.better.value}."
    yield f"- Formula: {one.formula}"
    yield f"- Source: {one.source}"
    yield f"- Interval: {one.interval}"
    for caveat in one.caveats:
        yield f"- Caveat: {caveat}"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("``", "`").replace("|", "\\|")


def keys_of(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str]]:
    """Every key of what *model* writes, those within others too, with its type in words and its docstring."""
    for name, field in model.model_fields.items():
        kind, suffix, inner = _describe(field.annotation)
        yield f"{prefix}{name}", kind, field.description or ""
        if inner is not None:
            yield from keys_of(inner, f"{prefix}{name}{suffix}.")


def _describe(annotation: Any) -> tuple[str, str, type[BaseModel] | None]:
    """The type in words, what follows the key before keys within it, and the model within it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None:
        return _describe_plain(annotation)
    if origin is Literal:
        return " or ".join(f"`{argument}`" for argument in arguments), "", None
    if origin is tuple and arguments[-1] is not Ellipsis:
        return "[low, high]", "", None
    inner = next(argument for argument in reversed(arguments) if argument is not NoneType)
    if origin in (Annotated, tuple):
        inner = arguments[0]
    kind, suffix, model = _describe(inner)
    before, after, keys = {
        Annotated: ("", "", ""),
        Union: ("", " or null", ""),
        UnionType: ("", " or null", ""),
        list: ("list of ", "", "[]"),
        tuple: ("list of ", "", "[]"),
        dict: ("object of ", "", ".*"),
    }[origin]
    return f"{before}{kind}{after}", f"{keys}{suffix}", model


def _describe_plain(annotation: Any) -> tuple[str, str, type[BaseModel] | None]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "object", "", annotation
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return " or ".join(f"`{member.value}`" for member in annotation), "", None
    names = {float: "number", int: "whole number", str: "text", bool: "true or false"}
    return names.get(annotation, "anything"), "", None


if __name__ == "__main__":
    PAGE.write_text(render_page(), encoding="utf-8")
