"""What a review agrees on at its beginning, and how flags change it later."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.rubric import ReviewPlan

if TYPE_CHECKING:
    from ferrobench.rubric import ReviewFile

_FIRST = {"limit": None, "overlap": 1.0, "raters": 2, "seed": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChanges:
    """What the user asks for now; None is what was agreed on, or the default."""

    limit: int | None = None
    """0 is all samples."""
    overlap: float | None = None
    raters: int | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no plan.

        Raises:
            UsageError: Naming the flag.
        """
        if self.limit is not None and self.limit < 0:
            raise UsageError(f"--limit {self.limit}: expected 0 (all samples) or more")
        if self.overlap is not None and not 0 <= self.overlap <= 1:
            raise UsageError(f"--overlap {self.overlap}: expected a share from 0 to 1")
        if self.raters is not None and self.raters < 1:
            raise UsageError(f"--raters {self.raters}: expected 1 or more")


def agree_on_plan(file: ReviewFile, run: str, changes: PlanChanges) -> tuple[ReviewPlan, tuple[str, ...]]:
    """Find what holds from now on, and keep it; also give a line for each change of what held before."""
    before = file.plan
    asked = {name: value for name, value in asdict(changes).items() if value is not None}
    if "limit" in asked:
        asked["limit"] = asked["limit"] or None
    if before is None:
        plan = ReviewPlan.model_validate({"run": run, **_FIRST, **asked})
        lines: tuple[str, ...] = ()
    else:
        plan = before.model_copy(update=asked)
        lines = tuple(
            f"{name} was {_words(getattr(before, name))}, now {_words(getattr(plan, name))}: raters get other samples; "
            "what is rated stays"
            for name in asked
            if getattr(before, name) != getattr(plan, name)
        )
    if plan != before:
        file.keep_plan(plan)
    return plan, lines


def _words(value: float | None) -> str:
    return "all" if value is None else str(value)
