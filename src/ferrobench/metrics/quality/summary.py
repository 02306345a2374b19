"""From the profiles of the samples to the figures of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.measured import values_by_prompt
from ferrobench.metrics.quality.code_profile import CodeProfile, profile
from ferrobench.metrics.quality.figures import Distribution, QualityFigures
from ferrobench.metrics.quality.idioms import Idiom
from ferrobench.metrics.sample_quantile import quantile
from ferrobench.metrics.statistics import mean_estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.metrics.measured import MeasuredRun, MeasuredSample
    from ferrobench.metrics.metric import Estimate
    from ferrobench.metrics.quality.functions import FunctionProfile

_PERCENT = (0.0, 100.0)
_COUNT = (0.0, None)


def measure(run: MeasuredRun) -> QualityFigures | None:
    """Measure the programs of a run; each distinct one is read once. None over no samples at all."""
    if not run.samples:
        return None
    known: dict[str, CodeProfile] = {}
    read: list[tuple[MeasuredSample, CodeProfile]] = []
    for sample in run.samples:
        if sample.program is not None:
            found = known.get(sample.program)
            if found is None:
                found = known[sample.program] = profile(sample.program)
            read.append((sample, found))
    return _Summary(read).figures(without_program=len(run.samples) - len(read))


class _Summary:
    def __init__(self, read: Sequence[tuple[MeasuredSample, CodeProfile]]) -> None:
        self._read = read
        self._prompts: dict[str, list[CodeProfile]] = {}
        for sample, found in read:
            self._prompts.setdefault(sample.prompt.id, []).append(found)

    def figures(self, *, without_program: int) -> QualityFigures:
        """All of them."""
        return QualityFigures(
            samples=len(self._read),
            without_program=without_program,
            recovered=self._rate(lambda one: one.recovered),
            total_lines=self._mean(lambda one: one.lines.total),
            code_lines=self._mean(lambda one: one.lines.code),
            comment_lines=self._mean(lambda one: one.lines.comment),
            documentation_lines=self._mean(lambda one: one.lines.documentation),
            blank_lines=self._mean(lambda one: one.lines.blank),
            functions=self._mean(lambda one: one.function_count),
            original_functions=self._mean(lambda one: one.original_functions),
            cyclomatic=self._distribution(lambda function: function.cyclomatic),
            cognitive=self._distribution(lambda function: function.cognitive),
            nesting=self._distribution(lambda function: function.nesting),
            parameters=self._distribution(lambda function: function.parameters),
            function_lines=self._distribution(lambda function: function.lines),
            unwraps=self._density(lambda one: one.unwraps),
            expects=self._density(lambda one: one.expects),
            panics=self._density(lambda one: one.panics),
            placeholders=self._density(lambda one: one.placeholders),
            unreachables=self._density(lambda one: one.unreachables),
            question_marks=self._density(lambda one: one.question_marks),
            early_returns=self._density(lambda one: one.early_returns),
            clones=self._density(lambda one: one.clones),
            casts=self._density(lambda one: one.casts),
            unsafe_blocks=self._density(lambda one: one.unsafe_blocks),
            unsafe_functions=self._share(lambda one: (one.unsafe_functions, one.function_count)),
            mutable_bindings=self._share(lambda one: (one.mutable_bindings, one.bindings)),
            iterator_share=self._share(
                lambda one: (one.iterator_chains, one.iterator_chains + one.index_loops)
            ),
            documented=self._share(lambda one: (one.documented_items, one.public_items)),
            idioms={idiom.value: self._idiom(idiom) for idiom in Idiom},
        )

    def _mean(self, figure: Callable[[CodeProfile], int]) -> Estimate:
        pairs = ((sample, figure(found)) for sample, found in self._read)
        return mean_estimate(values_by_prompt(pairs), bounds=_COUNT)

    def _rate(self, figure: Callable[[CodeProfile], bool]) -> Estimate:
        pairs = ((sample, 100.0 * figure(found)) for sample, found in self._read)
        return mean_estimate(values_by_prompt(pairs), bounds=_PERCENT)

    def _idiom(self, idiom: Idiom) -> Estimate:
        return self._rate(lambda one: idiom in one.idioms)

    def _density(self, figure: Callable[[CodeProfile], int]) -> Estimate:
        return self._pooled(lambda one: (figure(one), one.lines.code), _COUNT)

    def _share(self, figure: Callable[[CodeProfile], tuple[int, int]]) -> Estimate:
        return self._pooled(figure, _PERCENT)

    def _pooled(
        self, figure: Callable[[CodeProfile], tuple[int, int]], bounds: tuple[float, float | None]
    ) -> Estimate:
        """Estimate 100 times the sum of the parts over the sum of the wholes, both over all samples.

        That is the mean over the wholes' units, of which each prompt's have that prompt's own ratio. The interval is
        thus that of a ratio of two sums over clusters (W. G. Cochran, Sampling Techniques, 3rd ed. 1977, section 2.11).
        """
        groups: list[list[float]] = []
        samples = 0
        for profiles in self._prompts.values():
            counted = [pair for pair in map(figure, profiles) if pair[1]]
            samples += len(counted)
            whole = sum(pair[1] for pair in counted)
            if whole:
                groups.append([100.0 * sum(pair[0] for pair in counted) / whole] * whole)
        return _of_samples(mean_estimate(groups, bounds=bounds), samples)

    def _distribution(self, figure: Callable[[FunctionProfile], int]) -> Distribution:
        groups = [
            [float(figure(function)) for found in profiles for function in found.functions]
            for profiles in self._prompts.values()
        ]
        ordered = sorted(value for group in groups for value in group)
        samples = sum(bool(found.functions) for _, found in self._read)
        return Distribution(
            functions=len(ordered),
            mean=_of_samples(mean_estimate(groups, bounds=_COUNT), samples),
            median=quantile(ordered, 0.5),
            p90=quantile(ordered, 0.9),
            max=int(ordered[-1]) if ordered else None,
        )


def _of_samples(estimate: Estimate, samples: int) -> Estimate:
    """The estimate of a mean over parts of samples, such as their functions, which still rests on samples."""
    return estimate.model_copy(update={"samples": samples})
