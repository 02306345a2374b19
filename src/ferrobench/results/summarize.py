"""From finished samples to the run record. Pure: the same journal always gives the same figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ferrobench.judging import (
    Compiled,
    Diagnostic,
    Judgment,
    Rejected,
    Stage,
    TestJudgment,
    Unjudged,
    is_suite_fault,
    stage_with_tests,
    strict_reading,
)
from ferrobench.metrics import ErrorGroups, LintGroups, share_before_first_error
from ferrobench.metrics.collapse import METRIC as COLLAPSE
from ferrobench.metrics.collapse import Health
from ferrobench.metrics.generation.bits_per_byte import read_bits_per_byte
from ferrobench.metrics.measured import MeasuredRun, MeasuredSample
from ferrobench.metrics.registry import measure_run
from ferrobench.metrics.statistics import RateEstimate, rate_estimate
from ferrobench.models import PromptStyle, StopReason
from ferrobench.prompts import JudgeMode
from ferrobench.results.lint_tally import LintTally
from ferrobench.results.run_record import (
    SCHEMA_VERSION,
    BeforeFirstError,
    CategorySummary,
    DiagnosticExample,
    DistinctSummary,
    ErrorCount,
    ErrorGroup,
    GenerationSummary,
    LeftOutErrors,
    LintCount,
    LintSummary,
    PromptSummary,
    RunRecord,
    StageCounts,
    UnjudgedSummary,
)
from ferrobench.results.summarize_tests import (
    count,
    estimate,
    passes,
    passes_strict,
    percent_interval,
    prompt_pass_at_k,
    summarize_tests,
    with_tests,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ferrobench.metrics import Example, Group
    from ferrobench.metrics.measured import TrainingText
    from ferrobench.metrics.metric import Metric
    from ferrobench.models import Completion
    from ferrobench.prompts import Prompt
    from ferrobench.results.sample_record import Judged, SampleRecord

    SampleName: TypeAlias = tuple[str, int]
    """The id of its prompt, and its index."""

# How much of the original's lists it keeps.
ERRORS_OF_RUN = 10
ERRORS_OF_PROMPT = 3
OUTPUTS_OF_PROMPT = 3
OUTPUT_CHARACTERS = 200
ERROR_GROUPS_LISTED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What a run record says beside its samples."""

    checkpoint: str
    timestamp: str
    version: str
    run_dir: str
    warnings: tuple[str, ...]
    config: dict[str, Any]
    ks: tuple[int, ...] = (1,)
    """For which k there are estimates."""
    metrics: tuple[Metric, ...] = ()
    """What to compute beside the figures that every run has."""
    jobs: int = 1
    """Processes that may compute metrics at once."""
    training_text: TrainingText | None = None
    """Text to compare the samples with, where some was given."""


def summarize(prompts: Sequence[Prompt], records: Iterable[SampleRecord], facts: RunFacts) -> RunRecord:
    """Compute every figure of a run from its finished samples.

    Args:
        prompts: All prompts of the run, in order.
        records: Finished samples in any order; it does not matter.
        facts: What else the record says.
    """
    place = {prompt.id: number for number, prompt in enumerate(prompts)}
    ordered = sorted(records, key=lambda record: (place[record.prompt_id], record.index))
    by_prompt: dict[str, list[SampleRecord]] = {prompt.id: [] for prompt in prompts}
    for record in ordered:
        by_prompt[record.prompt_id].append(record)
    # Whether a sample compiles can be known where its tests could not be run.
    judged = [record for record in ordered if record.uncompiled is None]
    errors, lints = _group_diagnostics(prompts, judged)
    error_groups, left_out = list_error_groups(errors)
    measured = measure_run(as_measured(prompts, ordered, facts), facts.metrics, jobs=facts.jobs)
    causes = Counter(record.unjudged for record in ordered if record.unjudged is not None)
    beyond_model = [record.prompt_id for record in ordered if record.beyond_model]
    success = sum(_compiles(record) for record in judged)
    success_extracted = sum(_compiles_extracted(record) for record in judged)
    seconds = sum(record.completion.generation_seconds for record in ordered if record.completion)
    tokens = sum(record.completion.token_count for record in ordered if record.completion)
    drawn = sum(record.completion is not None for record in ordered)
    total_time = max((record.elapsed_seconds for record in ordered), default=0.0)
    return RunRecord(
        checkpoint=facts.checkpoint,
        timestamp=facts.timestamp,
        total_samples=len(ordered),
        compile_success_rate=_percent(success, len(judged)),
        compile_errors=_first_errors(judged, ERRORS_OF_RUN),
        avg_lines=_mean(judged, lambda metrics: metrics.lines),
        avg_functions=_mean(judged, lambda metrics: metrics.functions),
        avg_complexity=_mean(judged, lambda metrics: metrics.complexity),
        avg_generation_time_ms=1000.0 * seconds / drawn if drawn else 0.0,
        tokens_per_second=tokens / seconds if seconds else 0.0,
        samples_by_prompt=[_summarize_prompt(prompt, by_prompt[prompt.id], facts.ks) for prompt in prompts],
        schema_version=SCHEMA_VERSION,
        ferrobench_version=facts.version,
        run_dir=facts.run_dir,
        warnings=with_collapse((*facts.warnings, *_beyond_model(beyond_model, prompts)), measured.figures),
        judged_samples=len(judged),
        unjudged=UnjudgedSummary(
            count=sum(causes.values()),
            causes=dict(causes),
            suite=sum(count for cause, count in causes.items() if is_suite_fault(cause)),
            model=len(beyond_model),
            model_prompts=len(set(beyond_model)),
        ),
        compile_success_rate_interval=percent_interval(success, len(judged)),
        compile_success_rate_extracted=_percent(success_extracted, len(judged)),
        compile_success_rate_extracted_interval=percent_interval(success_extracted, len(judged)),
        tests=summarize_tests(prompts, ordered),
        at_k=estimate(prompts, by_prompt, facts.ks),
        distinct=_distinct(prompts, judged),
        samples_per_second=len(ordered) / total_time if total_time else 0.0,
        total_time_seconds=total_time,
        generation=_generation(ordered),
        avg_syntax_functions=_mean(judged, lambda metrics: metrics.syntax_functions),
        avg_syntax_complexity=_mean(judged, lambda metrics: metrics.syntax_complexity),
        categories=_categories(prompts, by_prompt, facts.ks),
        stages=StageCounts(
            as_generated=_stages(
                (one.judged.strict, one.judged.strict_tests) for one in judged if one.judged
            ),
            extracted=_stages(
                (one.judged.extracted, one.judged.extracted_tests) for one in judged if one.judged
            ),
        ),
        errors=_errors(judged),
        error_groups=error_groups,
        error_groups_left_out=left_out,
        lints=[_lint(group) for group in lints.telling],
        noise_lints=[_lint(group) for group in lints.noise],
        before_first_error=_before_first_error(prompts, judged),
        intervals=_intervals(by_prompt),
        metrics=measured.figures,
        metrics_failed=measured.failures,
        lint=_lint_summary(ordered) if facts.config.get("settings", {}).get("lint") else None,
        config=facts.config,
    )


def as_measured(prompts: Sequence[Prompt], records: Sequence[SampleRecord], facts: RunFacts) -> MeasuredRun:
    """Lay a run out for its metrics. *records* are in order."""
    asked = {prompt.id: prompt for prompt in prompts}
    return MeasuredRun(
        prompts=tuple(prompts),
        samples=tuple(
            MeasuredSample(
                prompt=asked[record.prompt_id],
                index=record.index,
                completion=record.completion,
                text=_strict_text(asked[record.prompt_id], record.completion),
                program=_program(asked[record.prompt_id], record.completion, record.judged),
                strict=record.judged.strict,
                extracted=record.judged.extracted,
                code=record.judged.metrics,
                strict_tests=record.judged.strict_tests,
                extracted_tests=record.judged.extracted_tests,
                passed=record.judged.passed,
            )
            for record in records
            if record.completion is not None and record.judged is not None
        ),
        seed=facts.config.get("settings", {}).get("seed", 0),
        training_text=facts.training_text,
        answers_continue=facts.config.get("settings", {}).get("prompt_style") != PromptStyle.CHAT,
        bits_per_byte=read_bits_per_byte(facts.config),
        drawn=_drawn(facts.config.get("settings", {}).get("sampling", {}), records),
    )


def _drawn(sampling: dict[str, Any], records: Sequence[SampleRecord]) -> bool | None:
    """Whether tokens were drawn; None where the settings do not say, or are not those of the completions."""
    ready = any(record.completion and record.completion.stop_reason is StopReason.READY for record in records)
    temperature = sampling.get("temperature")
    if ready or temperature is None:
        return None
    return bool(temperature > 0 and sampling.get("top_k") != 1)


def _program(prompt: Prompt, completion: Completion, judged: Judged) -> str | None:
    """The text of the extracted reading; None where nothing of the model is left."""
    if judged.extracted_text is not None:
        return judged.extracted_text
    if judged.extracted_length is None:
        return None
    return completion.whole_text(prompt.text)[: judged.extracted_length]


def _beyond_model(beyond: Sequence[str], prompts: Sequence[Prompt]) -> list[str]:
    """Say that rates are of a part of the suite, where the model has no room for the rest."""
    if not beyond:
        return []
    return [f"{len(set(beyond))} of {len(prompts)} prompts do not fit the model's context and are in no rate"]


def with_collapse(warnings: Iterable[str], metrics: Mapping[str, Any]) -> list[str]:
    """Warnings with what the collapse doctor has to say; every output shows them at its top.

    A collapse stands above all others. Lesser ailments stand below: they may well come of what the others warn of.
    """
    found = metrics.get(COLLAPSE.name, {})
    sentence = found.get("sentence")
    others = [warning for warning in warnings if warning != sentence]
    if sentence is None:
        return others
    return [sentence, *others] if found["verdict"] == Health.COLLAPSED else [*others, sentence]


def list_error_groups(errors: ErrorGroups[SampleName]) -> tuple[list[ErrorGroup], LeftOutErrors]:
    """Lay out the first groups for a record, and count the others."""
    groups = errors.groups
    left_out = groups[ERROR_GROUPS_LISTED:]
    listed = [
        ErrorGroup(
            code=group.kind.code,
            stage=group.kind.stage.value,
            message=group.kind.message,
            missing_crate=group.kind.missing_crate,
            samples=group.samples,
            count=group.count,
            example=_example(group.example),
        )
        for group in groups[:ERROR_GROUPS_LISTED]
    ]
    uncounted = sum(group.count for group in left_out) + errors.uncounted
    return listed, LeftOutErrors(groups=len(left_out), count=uncounted)


def _lint_summary(records: Iterable[SampleRecord]) -> LintSummary:
    tally = LintTally()
    for record in records:
        if record.judged is not None and record.judged.lint is not None:
            tally.add(record.judged.lint)
    return tally.summary()


def _compiles(record: SampleRecord) -> bool:
    return record.judged is not None and record.judged.compiles_as_generated is True


def _compiles_extracted(record: SampleRecord) -> bool:
    return record.judged is not None and isinstance(record.judged.extracted, Compiled)


def _intervals(by_prompt: Mapping[str, Sequence[SampleRecord]]) -> dict[str, RateEstimate]:
    """What the headline rates rest on; rates that no sample counts for are left out."""
    rates: dict[str, Callable[[Sequence[SampleRecord]], tuple[int, int]]] = {
        "compile_success_rate": lambda records: _tally(records, _compiles),
        "compile_success_rate_extracted": lambda records: _tally(records, _compiles_extracted),
        "pass_rate": lambda records: count(with_tests(records), passes),
        "pass_rate_strict": lambda records: count(with_tests(records), passes_strict),
    }
    found = {}
    for name, tally in rates.items():
        # Wherever counts are told together, it is samples first; a rate is successes of samples.
        counts = [(successes, samples) for samples, successes in map(tally, by_prompt.values())]
        if any(samples for _, samples in counts):
            found[name] = rate_estimate(counts)
    return found


def _tally(records: Sequence[SampleRecord], succeeds: Callable[[SampleRecord], bool]) -> tuple[int, int]:
    """How many samples are judged, and how many of them succeed."""
    judged = [record for record in records if record.uncompiled is None]
    return len(judged), sum(map(succeeds, judged))


def _percent(successes: int, trials: int) -> float | None:
    return 100.0 * successes / trials if trials else None


def _mean(records: Iterable[SampleRecord], figure: Callable[[Any], float]) -> float:
    values = [figure(record.judged.metrics) for record in records if record.judged is not None]
    return sum(values) / len(values) if values else 0.0


def _errors_of(judgment: Judgment) -> tuple[Diagnostic, ...]:
    return judgment.errors if isinstance(judgment, Rejected) else ()


def _first_errors(judged: Iterable[SampleRecord], most: int) -> list[str]:
    """The original's list: of each failing sample its first error, without a code."""
    found: list[str] = []
    for record in judged:
        if len(found) == most:
            break
        if not _compiles(record) and record.judged is not None:
            errors = _errors_of(record.judged.as_generated)
            found += [f"error: {error.message}" for error in errors[:1]]
    return found


def _summarize_prompt(prompt: Prompt, records: Sequence[SampleRecord], ks: Sequence[int]) -> PromptSummary:
    judged = [record for record in records if record.uncompiled is None]
    testable = with_tests(records)
    tested, passed = count(testable, passes)
    has_tests = prompt.judge is JudgeMode.TESTS
    outputs = [
        record.completion.whole_text(prompt.text) for record in records if record.completion is not None
    ]
    return PromptSummary(
        prompt=prompt.text,
        n_samples=len(records),
        compile_success=sum(_compiles(record) for record in judged),
        avg_lines=_mean(judged, lambda metrics: metrics.lines),
        common_errors=_first_errors(judged, ERRORS_OF_PROMPT),
        sample_outputs=[output[:OUTPUT_CHARACTERS] for output in outputs[:OUTPUTS_OF_PROMPT]],
        id=prompt.id,
        category=prompt.category,
        judge=prompt.judge.value,
        judged=len(judged),
        compile_success_extracted=sum(_compiles_extracted(record) for record in judged),
        avg_functions=_mean(judged, lambda metrics: metrics.functions),
        avg_complexity=_mean(judged, lambda metrics: metrics.complexity),
        before_first_error=_before_first_error([prompt], judged),
        tested=tested if has_tests else None,
        passed=passed if has_tests else None,
        passed_strict=count(testable, passes_strict)[1] if has_tests else None,
        pass_at_k=prompt_pass_at_k(tested, passed, ks) if has_tests else {},
    )


def _categories(
    prompts: Sequence[Prompt], by_prompt: dict[str, list[SampleRecord]], ks: Sequence[int]
) -> list[CategorySummary]:
    names = dict.fromkeys(prompt.category for prompt in prompts)
    summaries = []
    for name in names:
        members = [prompt for prompt in prompts if prompt.category == name]
        records = [record for prompt in members for record in by_prompt[prompt.id]]
        judged = [record for record in records if record.uncompiled is None]
        tested, passed = count(with_tests(records), passes)
        success = sum(_compiles(record) for record in judged)
        extracted = sum(_compiles_extracted(record) for record in judged)
        summaries.append(
            CategorySummary(
                category=name,
                n_samples=len(records),
                judged=len(judged),
                compile_success=success,
                compile_success_rate=_percent(success, len(judged)),
                compile_success_extracted=extracted,
                compile_success_rate_extracted=_percent(extracted, len(judged)),
                tested=tested,
                passed=passed,
                pass_rate=_percent(passed, tested),
                at_k=estimate(members, by_prompt, ks).extracted,
            )
        )
    return summaries


def _stages(judgments: Iterable[tuple[Judgment, TestJudgment | None]]) -> dict[str, int]:
    counts = Counter(
        stage_with_tests(judgment, tests)
        for judgment, tests in judgments
        if not isinstance(judgment, Unjudged)
    )
    return {stage.value: counts[stage] for stage in Stage if counts[stage]}


def _errors(judged: Iterable[SampleRecord]) -> list[ErrorCount]:
    """Group errors by code, or by message where there is no code."""
    messages: dict[str, Counter[str]] = {}
    samples: Counter[str] = Counter()
    codes: dict[str, str | None] = {}
    example: dict[str, str] = {}
    for record in judged:
        errors = _errors_of(record.judged.as_generated) if record.judged else ()
        for error in errors:
            kind = error.code or error.message
            messages.setdefault(kind, Counter())[error.message] += 1
            codes[kind] = error.code
            example.setdefault(kind, record.prompt_id)
        samples.update({error.code or error.message for error in errors})
    return [
        ErrorCount(
            code=codes[kind],
            message=messages[kind].most_common(1)[0][0],
            samples=number,
            count=messages[kind].total(),
            example_prompt=example[kind],
        )
        for kind, number in sorted(samples.items(), key=lambda item: (-item[1], item[0]))
    ]


def _group_diagnostics(
    prompts: Sequence[Prompt], judged: Iterable[SampleRecord]
) -> tuple[ErrorGroups[SampleName], LintGroups[SampleName]]:
    """Group what rustc says of the texts as generated."""
    asked = {prompt.id: prompt for prompt in prompts}
    errors: ErrorGroups[SampleName] = ErrorGroups()
    lints: LintGroups[SampleName] = LintGroups()
    for record in judged:
        if record.judged is not None and record.completion is not None:
            text = _strict_text(asked[record.prompt_id], record.completion)
            errors.add(record.judged.as_generated, text, (record.prompt_id, record.index))
            lints.add(record.judged.as_generated, text, (record.prompt_id, record.index))
    return errors, lints


def _example(example: Example[SampleName]) -> DiagnosticExample:
    prompt, index = example.sample
    place = example.excerpt
    return DiagnosticExample(
        prompt=prompt,
        index=index,
        message=example.message,
        line=None if place is None else place.line,
        column=None if place is None else place.column,
        source=None if place is None else place.source,
        caret=None if place is None else place.caret,
    )


def _lint(group: Group[str, SampleName]) -> LintCount:
    return LintCount(
        lint=group.kind, samples=group.samples, count=group.count, example=_example(group.example)
    )


def _before_first_error(prompts: Sequence[Prompt], judged: Iterable[SampleRecord]) -> BeforeFirstError:
    asked = {prompt.id: prompt for prompt in prompts}
    shares = []
    for record in judged:
        if record.completion is None or record.judged is None:
            continue
        prompt = asked[record.prompt_id]
        # Of a text of its own the extracted reading tells no place in the strict one.
        is_beginning = record.judged.extracted_text is None
        share = share_before_first_error(
            _strict_text(prompt, record.completion),
            record.judged.strict,
            start=0 if record.completion.is_program else len(prompt.text),
            extracted=record.judged.extracted if is_beginning else None,
            extracted_length=record.judged.extracted_length,
        )
        if share is not None:
            shares.append(share)
    return BeforeFirstError(share=sum(shares) / len(shares) if shares else None, samples=len(shares))


def _strict_text(prompt: Prompt, completion: Completion) -> str:
    """What the strict reading judged."""
    if completion.is_program:
        return completion.text
    return strict_reading(prompt, completion.text).text or ""


def _distinct(prompts: Sequence[Prompt], judged: Iterable[SampleRecord]) -> DistinctSummary:
    asked = {prompt.id: prompt for prompt in prompts}
    programs = [
        _program(asked[record.prompt_id], record.completion, record.judged)
        for record in judged
        if _compiles_extracted(record) and record.completion is not None and record.judged is not None
    ]
    return DistinctSummary(compiling=len(programs), distinct=len(set(programs)))


def _generation(records: Sequence[SampleRecord]) -> GenerationSummary | None:
    completions = [record.completion for record in records if record.completion is not None]
    if completions and all(completion.stop_reason is StopReason.READY for completion in completions):
        return None
    tokens = sum(completion.token_count for completion in completions)
    count = len(completions)
    return GenerationSummary(
        total_tokens=tokens,
        avg_tokens=tokens / count if count else 0.0,
        stop_reasons=dict(Counter(completion.stop_reason.value for completion in completions)),
        avg_latency_ms=1000.0 * sum(c.latency_seconds for c in completions) / count if count else 0.0,
    )
