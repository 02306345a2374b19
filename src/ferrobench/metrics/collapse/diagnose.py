"""All answers of a run together: which ailments it has, how many samples show them, and what that amounts to."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ferrobench.metrics.collapse.ailments import (
    COLLAPSED_SHARE,
    DESCRIPTIONS,
    HEALTHY_SHARE,
    Ailment,
)
from ferrobench.metrics.collapse.examine import PromptChart, Signs
from ferrobench.metrics.collapse.excerpt import excerpt
from ferrobench.metrics.collapse.figures import (
    AilmentExample,
    CollapseFigures,
    Health,
    NamedAilment,
)
from ferrobench.metrics.collapse.sameness import monotonous, shared_answers
from ferrobench.metrics.statistics import mean_estimate, wilson_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.metrics.collapse.answer import Answer
    from ferrobench.metrics.collapse.figures import TrainingComparison
    from ferrobench.metrics.measured import TrainingText
    from ferrobench.metrics.metric import Estimate

_EXAMPLES = 3
_IN_SENTENCE = 2
_DEGENERATE = frozenset(ailment for ailment in Ailment if DESCRIPTIONS[ailment].degenerate)


class _Patient(NamedTuple):
    """One answer and what was found in it."""

    answer: Answer
    signs: Signs


def diagnose(
    answers: Sequence[Answer],
    *,
    drawn: bool | None = None,
    training_text: TrainingText | None = None,
    seed: int = 0,
) -> CollapseFigures:
    """Diagnose the answers of one model. Their order does not matter.

    Args:
        answers: All answers; texts alone are enough.
        drawn: Whether tokens were drawn at all, so that samples of a prompt should differ: False of greedy decoding, None
            where it is not known. Only where it is True can one answer per prompt be an ailment.
        training_text: What to compare the answers with.
        seed: For what is drawn of the training text.
    """
    ordered = sorted(answers, key=lambda one: (one.prompt_id, one.prompt, one.index, one.text))
    patients = _look_for_sameness(_examine(ordered), drawn=drawn)
    training = None
    if training_text is not None:
        patients, training = _compare(patients, training_text, seed)
    degenerate = _percent(patients, lambda one: not _DEGENERATE.isdisjoint(one.signs.ailments))
    counts = Counter(ailment for one in patients for ailment in one.signs.ailments)
    shares = {ailment: 100 * counts[ailment] / max(1, len(patients)) for ailment in Ailment}
    collapsed = degenerate.value is not None and degenerate.value >= COLLAPSED_SHARE
    named = []
    # What makes a collapse comes before what comes along with it.
    for ailment in sorted(Ailment, key=lambda one: (collapsed and one not in _DEGENERATE, -shares[one])):
        if shares[ailment] >= DESCRIPTIONS[ailment].least_share:
            share = _percent(patients, partial(_has, ailment))
            if _is_more_than_healthy(share, counts[ailment]):
                named.append(_name(patients, ailment, share))
    health = Health.COLLAPSED if collapsed else Health.AILING if named else Health.HEALTHY
    return CollapseFigures(
        verdict=health,
        sentence=_sentence(health, named, degenerate),
        samples=len(patients),
        degenerate=degenerate,
        repetition=mean_estimate(_by_prompt(patients, lambda one: one.signs.repetition), bounds=(0.0, 1.0)),
        shares=shares,
        ailments=named,
        training=training,
    )


def _examine(answers: Sequence[Answer]) -> list[_Patient]:
    charts: dict[str, PromptChart] = {}
    found: dict[tuple[str, str, bool | None], Signs] = {}
    patients = []
    for answer in answers:
        chart = charts.get(answer.prompt)
        if chart is None:
            chart = charts[answer.prompt] = PromptChart(answer.prompt)
        key = answer.prompt, answer.text, answer.finished
        signs = found.get(key)
        if signs is None:
            signs = found[key] = chart.examine(answer.text, answer.finished)
        if not signs.ailments and chart.never_ends(answer):
            signs = replace(signs, ailments=frozenset((Ailment.NEVER_ENDING,)))
        patients.append(_Patient(answer, signs))
    return patients


def _look_for_sameness(patients: list[_Patient], *, drawn: bool | None) -> list[_Patient]:
    """Add what can only be seen by comparing answers."""
    shared = shared_answers(
        (one.answer.prompt, one.signs.key) for one in patients if one.signs.key is not None
    )
    # One answer is no ailment where it is right, and none that spoils an answer has to be named twice.
    alike = (
        monotonous((_prompt_of(one.answer), one.answer.text) for one in patients) if drawn else frozenset()
    )
    looked = []
    for one in patients:
        more = set()
        if one.signs.key is not None:
            if one.signs.key in shared:
                more.add(Ailment.SAME_ANSWER)
            elif _prompt_of(one.answer) in alike and one.answer.passed is not True:
                more.add(Ailment.ONE_ANSWER)
        looked.append(_with(one, more))
    return looked


def _with(one: _Patient, more: set[Ailment]) -> _Patient:
    return one._replace(signs=replace(one.signs, ailments=one.signs.ailments | more)) if more else one


def _prompt_of(answer: Answer) -> tuple[str, str]:
    return answer.prompt_id, answer.prompt


def _by_prompt(patients: Sequence[_Patient], figure: Callable[[_Patient], float | None]) -> list[list[float]]:
    groups: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for one in patients:
        value = figure(one)
        if value is not None:
            groups[_prompt_of(one.answer)].append(value)
    return list(groups.values())


def _percent(patients: Sequence[_Patient], is_so: Callable[[_Patient], bool]) -> Estimate:
    return mean_estimate(_by_prompt(patients, lambda one: 100.0 * is_so(one)), bounds=(0.0, 100.0))


def _has(ailment: Ailment, one: _Patient) -> bool:
    return ailment in one.signs.ailments


def _is_more_than_healthy(share: Estimate, count: int) -> bool:
    if share.interval is not None:
        return share.interval[0] >= HEALTHY_SHARE
    # Over a single prompt the samples are all there is to go by.
    return 100 * wilson_interval(count, share.samples)[0] >= HEALTHY_SHARE


def _name(patients: Sequence[_Patient], ailment: Ailment, share: Estimate) -> NamedAilment:
    ill = [one for one in patients if ailment in one.signs.ailments]
    first: dict[tuple[str, str], _Patient] = {}
    for one in ill:
        first.setdefault(_prompt_of(one.answer), one)
    chosen = list(first.values())[:_EXAMPLES]
    chosen += [one for one in ill if one not in chosen][: _EXAMPLES - len(chosen)]
    return NamedAilment(
        name=ailment,
        samples=len(ill),
        share=share,
        phrase=DESCRIPTIONS[ailment].phrase.format(detail=_detail(ailment, ill)),
        examples=[
            AilmentExample(
                prompt=one.answer.prompt_id,
                index=one.answer.index,
                excerpt=excerpt(one.answer.text, one.signs.loop),
            )
            for one in chosen
        ],
        remedies=list(DESCRIPTIONS[ailment].remedies),
    )


def _detail(ailment: Ailment, ill: Sequence[_Patient]) -> str:
    """What most of the samples have in common, to go on with in a sentence; empty where there is no such thing."""
    details = Counter(one.signs.detail for one in ill if one.signs.detail)
    if not details:
        return ""
    detail, count = details.most_common(1)[0]
    if 2 * count < len(ill):
        return ""
    shown = detail if ailment is Ailment.WRONG_LANGUAGE else f"`{excerpt(detail)}`"
    return f", {shown}" if count == len(ill) and ailment is Ailment.WRONG_LANGUAGE else f", mostly {shown}"


def _sentence(health: Health, named: Sequence[NamedAilment], degenerate: Estimate) -> str | None:
    if health is Health.HEALTHY:
        return None
    if not named:
        return (
            f"{health.value}: {_in_words(degenerate.value)} of the samples are degenerate, in different ways"
        )
    first, *others = named[:_IN_SENTENCE]
    sentence = f"{health.value}: {_in_words(first.share.value)} of the samples {first.phrase}"
    return sentence + "".join(f", and {_in_words(other.share.value)} {other.phrase}" for other in others)


def _in_words(percent: float | None) -> str:
    shown = percent or 0.0
    # Rounding must not make all of nearly all.
    return f"{min(shown, 99.0) if shown < 100 else shown:.0f} %"


def _compare(
    patients: list[_Patient], training_text: TrainingText, seed: int
) -> tuple[list[_Patient], TrainingComparison]:
    """Compare the answers with the training text, and add which are copies of it."""
    from ferrobench.metrics.collapse.comparison import compare

    # A loop would be found in any text that has the like.
    fit = [index for index, one in enumerate(patients) if one.signs.key is not None]
    copies, comparison = compare([one.answer for one in patients], fit, training_text, seed)
    marked = [
        _with(one, {Ailment.TRAINING_COPY} if index in copies else set())
        for index, one in enumerate(patients)
    ]
    return marked, comparison
