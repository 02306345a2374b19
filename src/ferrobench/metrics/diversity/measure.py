"""From a run to its figures of diversity."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from ferrobench.metrics.diversity.answers import GROUP, MAX_COMPARED, measure_answers
from ferrobench.metrics.diversity.estimates import over_prompts, over_samples, told
from ferrobench.metrics.diversity.figures import (
    DiversityFigures,
    InFives,
    PromptDiversity,
    UniquenessBySamples,
)
from ferrobench.metrics.diversity.pooled import Pool
from ferrobench.metrics.diversity.programs import chance_to_differ, count_by, name_programs, uniqueness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.metrics.diversity.answers import GroupFigures, PromptAnswers
    from ferrobench.metrics.diversity.estimates import Bounds
    from ferrobench.metrics.diversity.ngrams import Floats, Integers
    from ferrobench.metrics.diversity.programs import NamedProgram
    from ferrobench.metrics.measured import MeasuredRun, MeasuredSample
    from ferrobench.metrics.metric import Estimate

_SHARE = (0.0, 1.0)
_PERCENT = (0.0, 100.0)
_POSITIVE = (0.0, None)


def measure_diversity(run: MeasuredRun) -> DiversityFigures | None:
    """Measure how much the samples of a run differ; None without samples."""
    if not run.samples:
        return None
    numbering = _Numbering(run)
    pool = Pool()
    answers: list[PromptAnswers] = []
    programs: list[list[NamedProgram]] = []
    for prompt, samples in run.by_prompt(_in_order(run)).items():
        words = [numbering.words(sample.answer) for sample in samples]
        pool.add([sample.answer for sample in samples], words)
        answers.append(measure_answers(prompt, samples, words, run.seed))
        programs.append(name_programs(run, samples))

    def mean(figure: Callable[[GroupFigures], Floats], bounds: Bounds) -> Estimate:
        return over_prompts([(float(figure(of.whole)[0]), of.samples) for of in answers], bounds=bounds)

    return DiversityFigures(
        samples=len(run.samples),
        empty=sum(of.empty for of in answers),
        unique=UniquenessBySamples(
            all=uniqueness(programs),
            compiling=uniqueness(list(map(_compiling, programs))),
            passing=uniqueness(list(map(_passing, programs))),
        ),
        self_bleu=over_samples([of.self_bleu for of in answers], bounds=_PERCENT),
        self_bleu_samples=sum(of.compared for of in answers),
        self_bleu_drawn=any(of.samples > MAX_COMPARED for of in answers),
        distinct_1=mean(lambda of: of.distinct[0], _SHARE),
        distinct_2=mean(lambda of: of.distinct[1], _SHARE),
        distinct_3=mean(lambda of: of.distinct[2], _SHARE),
        distinct_4=mean(lambda of: of.distinct[3], _SHARE),
        type_token_ratio=over_samples([of.type_token_ratios for of in answers], bounds=_SHARE),
        mattr=over_samples([of.mattrs for of in answers], bounds=_SHARE),
        entropy_bits=mean(lambda of: of.entropy_bits, _POSITIVE),
        conditional_entropy_bits=mean(lambda of: of.conditional_entropy_bits, _POSITIVE),
        compression_ratio=mean(lambda of: of.compression_ratio, _POSITIVE),
        at_5=_in_fives(answers),
        pooled=pool.figures(),
        prompts=[_prompt(*both) for both in zip(answers, programs, strict=True)],
    )


class _Numbering:
    """The tokens of answers as numbers, the same for the same token all over the run."""

    def __init__(self, run: MeasuredRun) -> None:
        self._run = run
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._arrays: dict[str, Integers] = {}

    def words(self, answer: str) -> Integers:
        array = self._arrays.get(answer)
        if array is None:
            words = self._run.words(answer)
            array = np.fromiter(map(self._numbers.__getitem__, words), np.int64, len(words))
            self._arrays[answer] = array
        return array


def _in_order(run: MeasuredRun) -> list[MeasuredSample]:
    """The samples in an order that is theirs: rounding depends on it, and so does what a compressor remembers."""
    place = {prompt.id: number for number, prompt in enumerate(run.prompts)}
    return sorted(run.samples, key=lambda sample: (place[sample.prompt.id], sample.index, sample.answer))


def _compiling(programs: Sequence[NamedProgram]) -> list[NamedProgram]:
    return [program for program in programs if program.sample.compiles]


def _passing(programs: Sequence[NamedProgram]) -> list[NamedProgram]:
    return [program for program in programs if program.sample.passed is True]


def _in_fives(answers: Sequence[PromptAnswers]) -> InFives:
    def mean(figure: Callable[[GroupFigures], Floats], bounds: Bounds) -> Estimate:
        return over_samples([figure(of.fives) for of in answers], bounds=bounds, of_each=GROUP)

    return InFives(
        groups=sum(of.compared // GROUP for of in answers),
        distinct_1=mean(lambda of: of.distinct[0], _SHARE),
        distinct_2=mean(lambda of: of.distinct[1], _SHARE),
        distinct_3=mean(lambda of: of.distinct[2], _SHARE),
        distinct_4=mean(lambda of: of.distinct[3], _SHARE),
        self_bleu=over_samples([of.self_bleu_in_fives for of in answers], bounds=_PERCENT),
        entropy_bits=mean(lambda of: of.entropy_bits, _POSITIVE),
        conditional_entropy_bits=mean(lambda of: of.conditional_entropy_bits, _POSITIVE),
        compression_ratio=mean(lambda of: of.compression_ratio, _POSITIVE),
    )


def _prompt(answers: PromptAnswers, programs: Sequence[NamedProgram]) -> PromptDiversity:
    compiling, passing = _compiling(programs), _passing(programs)
    normalised = count_by("normalised", programs)
    return PromptDiversity(
        prompt=answers.prompt,
        samples=answers.samples,
        compiling=len(compiling),
        passing=len(passing),
        programs=len(count_by("text", programs)),
        normalised=len(normalised),
        shapes=len(count_by("shape", programs)),
        shapes_compiling=len(count_by("shape", compiling)),
        shapes_passing=len(count_by("shape", passing)),
        differ=chance_to_differ(normalised) if answers.samples > 1 else None,
        self_bleu=_mean(answers.self_bleu),
        self_bleu_samples=answers.compared,
        distinct_1=told(answers.whole.distinct[0][0]),
        distinct_2=told(answers.whole.distinct[1][0]),
        distinct_3=told(answers.whole.distinct[2][0]),
        distinct_4=told(answers.whole.distinct[3][0]),
        type_token_ratio=_mean(answers.type_token_ratios),
        mattr=_mean(answers.mattrs),
        entropy_bits=told(answers.whole.entropy_bits[0]),
        conditional_entropy_bits=told(answers.whole.conditional_entropy_bits[0]),
        compression_ratio=told(answers.whole.compression_ratio[0]),
    )


def _mean(values: Floats) -> float | None:
    """The mean of the values that are not NaN; None where there is none."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
