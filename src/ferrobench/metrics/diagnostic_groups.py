"""Which mistakes are made, and how often: errors by kind, warnings by lint, each kind with one example.

Both take sample after sample and keep no more than a fixed number of kinds, so memory does not grow with the samples.
The example of a kind is the first that came, so what comes out depends on nothing but what was put in, in its order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from ferrobench.judging import Compiled, Judgment, Rejected, Stage
from ferrobench.judging.stages import stage_of_error
from ferrobench.metrics.excerpt import Excerpt, excerpt_of
from ferrobench.metrics.messages import missing_crate, normalise_message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferrobench.judging import Diagnostic

KINDS_KEPT = 1000
"""How many kinds of errors are told apart; what comes after that is only counted."""
MAX_MESSAGE_CHARACTERS = 300

NOISE_LINTS = frozenset(
    {
        "dead_code",
        "unused_crate_dependencies",
        "unused_extern_crates",
        "unused_imports",
        "unused_macro_rules",
        "unused_macros",
    }
)
"""Lints that miss the rest of the program: whoever would call, import or expand what a lone snippet offers.

All others speak of the snippet itself, ``unused_variables`` and ``unused_must_use`` too: no caller would change them.
"""

SampleT = TypeVar("SampleT")
"""Whatever names a sample to the caller."""
KindT = TypeVar("KindT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example(Generic[SampleT]):
    """The first diagnostic of its kind."""

    sample: SampleT
    message: str
    """rustc's own words, cut where they are very long."""
    excerpt: Excerpt | None
    """None where rustc gave no place in the sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorKind:
    """What the errors of one group have in common."""

    code: str | None
    """Such as ``E0308``, or the lint that was denied; None for errors without one, and for missing crates."""
    stage: Stage
    """The phase of rustc that complains so."""
    message: str
    """Without what the sample chose, see :mod:`ferrobench.metrics.messages`."""
    missing_crate: str | None
    """The crate that is used and not there; ``message`` says so too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Generic[KindT, SampleT]):
    """How often diagnostics of one kind came."""

    kind: KindT
    samples: int
    """Samples with at least one."""
    count: int
    """Diagnostics in all."""
    example: Example[SampleT]


class _Groups(Generic[KindT, SampleT]):
    """Groups in the making."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._groups: dict[KindT, Group[KindT, SampleT]] = {}
        self.uncounted = 0

    def add(self, found: Iterable[tuple[KindT, Diagnostic]], text: str, sample: SampleT) -> None:
        seen: set[KindT] = set()
        for kind, diagnostic in found:
            group = self._groups.get(kind)
            if group is None:
                if self._limit is not None and len(self._groups) >= self._limit:
                    self.uncounted += 1
                    continue
                example = Example(
                    sample=sample, message=_cut(diagnostic.message), excerpt=excerpt_of(text, diagnostic)
                )
                self._groups[kind] = Group(kind=kind, samples=1, count=1, example=example)
            else:
                self._groups[kind] = Group(
                    kind=kind,
                    samples=group.samples + (kind not in seen),
                    count=group.count + 1,
                    example=group.example,
                )
            seen.add(kind)

    def sorted(self) -> tuple[Group[KindT, SampleT], ...]:
        return tuple(sorted(self._groups.values(), key=lambda group: (-group.samples, -group.count)))


class ErrorGroups(Generic[SampleT]):
    """Errors of refused samples, by kind."""

    def __init__(self, limit: int = KINDS_KEPT) -> None:
        """Start without samples; *limit* kinds are told apart at most."""
        self._groups: _Groups[ErrorKind, SampleT] = _Groups(limit)

    def add(self, judgment: Judgment, text: str, sample: SampleT) -> None:
        """Count the errors of one judgment, if it has any. *text* is what was judged."""
        if isinstance(judgment, Rejected):
            kinds = ((error_kind(error, judgment.stage), error) for error in judgment.errors)
            self._groups.add(kinds, text, sample)

    @property
    def groups(self) -> tuple[Group[ErrorKind, SampleT], ...]:
        """Most samples first, then most errors, then in the order in which they came."""
        return self._groups.sorted()

    @property
    def uncounted(self) -> int:
        """Errors in no group, because *limit* kinds were there before them."""
        return self._groups.uncounted


class LintGroups(Generic[SampleT]):
    """Warnings of compiled samples, by lint. rustc has some two hundred; samples cannot make more."""

    def __init__(self) -> None:
        """Start without samples."""
        self._groups: _Groups[str, SampleT] = _Groups(None)

    def add(self, judgment: Judgment, text: str, sample: SampleT) -> None:
        """Count the warnings of one judgment, if it compiled: of a refused text, rustc finds only some."""
        if isinstance(judgment, Compiled):
            lints = ((warning.code, warning) for warning in judgment.warnings)
            self._groups.add(((lint, warning) for lint, warning in lints if lint is not None), text, sample)

    @property
    def telling(self) -> tuple[Group[str, SampleT], ...]:
        """What says something about the sample; ordered as errors are."""
        return tuple(group for group in self._groups.sorted() if group.kind not in NOISE_LINTS)

    @property
    def noise(self) -> tuple[Group[str, SampleT], ...]:
        """What any lone snippet has."""
        return tuple(group for group in self._groups.sorted() if group.kind in NOISE_LINTS)


def error_kind(error: Diagnostic, stage: Stage) -> ErrorKind:
    """Say which group an error belongs to.

    Args:
        error: One of those of a refused text.
        stage: How far that text got: it settles the phase of an error whose own words do not tell.
    """
    crate = missing_crate(error)
    if crate is not None:
        message = f"missing crate: {crate}"
        return ErrorKind(code=None, stage=Stage.RESOLVE, message=message, missing_crate=crate)
    # Words that do not tell are of parsing or later, and no later than the text's own stage if that is later.
    own = stage_of_error(error.code, error.message) or max(stage, Stage.PARSE, key=lambda item: item.rank)
    return ErrorKind(
        code=error.code, stage=own, message=_cut(normalise_message(error.message)), missing_crate=None
    )


def _cut(message: str) -> str:
    return message if len(message) <= MAX_MESSAGE_CHARACTERS else message[: MAX_MESSAGE_CHARACTERS - 1] + "…"
