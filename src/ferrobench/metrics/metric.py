"""What a metric is: something that looks at a whole run and returns figures. Plug-ins are of the same kind as ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferrobench.metrics.definition import Definition
    from ferrobench.metrics.measured import MeasuredRun

ENTRY_POINTS = "ferrobench.metrics"
"""The group of entry points in which metrics are looked for: ``name = "module:METRIC"``, a :class:`Metric` each."""

Count: TypeAlias = Annotated[int, Field(ge=0)]
Share: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]
Percent: TypeAlias = Annotated[float, Field(ge=0.0, le=100.0)]


class Figures(BaseModel):
    """The base of what metrics return: the docstrings of its fields document the keys of the results."""

    # Unknown keys are kept, so that a file written by a later version survives being read and written by this one.
    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)


class Estimate(Figures):
    """A mean over samples, with what it rests on."""

    value: float | None
    """Null over no samples."""
    interval: tuple[float, float] | None
    """At 95 %, clustered by prompt; null where it cannot be told, as over a single prompt."""
    samples: Count
    """Samples that the mean is over."""
    prompts: Count
    """Prompts that these samples belong to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A group of figures that are computed together, under one key of ``metrics`` in the results."""

    name: str
    """Its key, and its name for ``--metrics``."""
    title: str
    """A few words for headings."""
    figures: type[Figures]
    """What :attr:`measure` returns; its fields are documented one by one."""
    measure: Callable[[MeasuredRun], Figures | None]
    """Pure. None where the run has nothing to measure, such as log-probabilities that nobody asked for."""
    definitions: tuple[Definition, ...]
    costly: bool = False
    """Computed only with ``--metrics all`` or by name."""
