"""The results file: every key of the original tool at its place, and ours beside them.

These models are the file's JSON Schema. A file of the original tool has only the first block of keys; it loads with
the rest absent.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from ferrobench.metrics.statistics import RateEstimate

SCHEMA_VERSION = 1

Percent = Annotated[float, Field(ge=0.0, le=100.0)]
Interval = tuple[Percent, Percent]
Count = Annotated[int, Field(ge=0)]


class _Record(BaseModel):
    # Unknown keys are kept, so that a file written by a later version survives being read and written by this one.
    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)


class ErrorCount(_Record):
    """One kind of error and how often it came first or later in a sample."""

    code: str | None
    """Such as ``E0308``; null for errors without one (syntax)."""
    message: str
    """The most frequent message under this code (or this message itself, where there is no code)."""
    samples: Count
    """Samples with at least one such error, as generated."""
    count: Count
    """Errors of this kind in all."""
    example_prompt: str
    """Id of a prompt where it occurred."""


class DiagnosticExample(_Record):
    """One diagnostic of a group: the first, by prompt and sample."""

    prompt: str
    """Id of the prompt."""
    index: Count
    """Of the sample among those of its prompt."""
    message: str
    """rustc's own words, cut at 300 characters."""
    line: int | None
    """From 1, in prompt plus completion; null, with all that follows, where rustc gave no place in it."""
    column: int | None
    """From 1, in characters."""
    source: str | None
    """The line, without indentation and cut to 68 columns around the place."""
    caret: str | None
    """Carets to print below ``source`` in a fixed-width font."""


class ErrorGroup(_Record):
    """Errors that are the same but for what the sample chose: names, paths, types, numbers."""

    code: str | None
    """Such as ``E0308``; null for errors without one, and for missing crates."""
    stage: str
    """The phase of rustc that complains so."""
    message: str
    """rustc's words with ``…`` for what the sample chose and ``N`` for numbers."""
    missing_crate: str | None
    """A crate that is used and not there; ``message`` says so too. No mistake of the model's where it may use crates."""
    samples: Count
    """Samples with at least one such error, as generated."""
    count: Count
    """Errors of this kind in all."""
    example: DiagnosticExample


class LeftOutErrors(_Record):
    """Errors that are in none of the groups listed."""

    groups: Count
    """Groups that are not listed. Only the first 1,000 are told apart; later ones are in ``count`` alone."""
    count: Count
    """Their errors."""


class LintCount(_Record):
    """One lint that warned."""

    lint: str
    """Such as ``unreachable_patterns``."""
    samples: Count
    """Compiled samples with at least one such warning, as generated."""
    count: Count
    """Warnings in all."""
    example: DiagnosticExample


class BeforeFirstError(_Record):
    """How far completions get before their first error."""

    share: Annotated[float, Field(ge=0.0, le=1.0)] | None
    """Mean share of a completion's characters before the first error; 1 where it compiles. Null over no samples."""
    samples: Count
    """Judged samples for which the place is known: all that the mean is over."""


class StageCounts(_Record):
    """How many samples got how far, by stage, in the order of the compiler's work."""

    as_generated: dict[str, Count]
    """Prompt plus completion as they are."""
    extracted: dict[str, Count]
    """After the unfinished tail is cut."""


class KEstimate(_Record):
    """A figure for one k: the mean over prompts, each with the same weight."""

    k: Annotated[int, Field(ge=1)]
    value: Percent
    interval: Interval | None
    """95 %, for prompts of this kind: what drawing other prompts would change; null for a single prompt."""
    prompts: Count
    """Those with at least k samples that count; the mean is theirs."""
    left_out: list[str]
    """Ids of the prompts with fewer: nothing is invented for them."""


class ReadingEstimates(_Record):
    """Estimates of one reading."""

    pass_at_k: list[KEstimate]
    """That at least one of k samples passes the hidden tests (Chen et al. 2021); over prompts that have tests."""
    pass_hat_k: list[KEstimate]
    """That all of k samples pass (Yao et al. 2024); likewise."""
    compile_at_k: list[KEstimate]
    """That at least one of k samples compiles; over all prompts."""


class Estimates(_Record):
    """pass@k and its like, for each reading."""

    strict: ReadingEstimates
    """Prompt plus completion as they are."""
    extracted: ReadingEstimates
    """After what is not the answer is removed."""
    assisted: ReadingEstimates | None = None
    """After named repairs too; null where nobody asked."""
    repairs: dict[str, Count] = {}
    """How many samples got each repair."""


class TestsSummary(_Record):
    """What the hidden tests say of the extracted readings, of all samples whose prompts have tests."""

    __test__ = False

    samples: Count
    """Those that count: judged, and their prompts have tests. What does not compile fails."""
    passed: Count
    passed_strict: Count
    pass_rate: Percent | None
    """100 x ``passed`` / ``samples``; null over no samples."""
    pass_rate_interval: Interval | None
    """95 % Wilson interval, samples taken as independent."""
    pass_rate_strict: Percent | None
    """The same of the strict readings."""
    in_process: Count
    """Passes whose tests shared a process with the sample: no proof against a determined attacker."""
    share_of_tests: Annotated[float, Field(ge=0.0, le=1.0)] | None
    """Mean share of a sample's tests that held, 0 where it does not compile: partial credit."""
    failures: dict[str, Count]
    """Samples that compiled and failed, by reason: ``assertion``, ``panic``, …, or ``limit: time`` and its like."""
    near_limit: Count
    """Samples within 20 % of their time limit, or beyond it: a slower machine might have judged otherwise."""
    untested_prompts: list[str]
    """Ids of prompts without tests; they are in no figure here."""


class CategorySummary(_Record):
    """One category of prompts."""

    category: str
    n_samples: Count
    judged: Count
    compile_success: Count
    compile_success_rate: Percent | None
    compile_success_extracted: Count
    compile_success_rate_extracted: Percent | None
    tested: Count | None = None
    """Samples that count towards passing: their prompts have tests."""
    passed: Count | None = None
    pass_rate: Percent | None = None
    at_k: ReadingEstimates | None = None
    """Of the extracted readings."""


class PromptSummary(_Record):
    """One prompt: the original's keys, then ours."""

    prompt: str
    n_samples: Count
    compile_success: Count
    avg_lines: float
    common_errors: list[str]
    """The first error of the first three failing samples, as ``error: <message>``."""
    sample_outputs: list[str]
    """The first three samples, prompt included, each cut at 200 characters."""
    id: str | None = None
    category: str | None = None
    judge: str | None = None
    """``tests``, or ``compile`` where the prompt fixes no behaviour that tests could demand."""
    judged: Count | None = None
    compile_success_extracted: Count | None = None
    avg_functions: float | None = None
    avg_complexity: float | None = None
    before_first_error: BeforeFirstError | None = None
    tested: Count | None = None
    """Samples that count towards passing; null without tests."""
    passed: Count | None = None
    passed_strict: Count | None = None
    pass_at_k: dict[str, Percent | None] = {}
    """By k, extracted; null where fewer than k samples count."""


class UnjudgedSummary(_Record):
    """Samples about which nothing was learned; they are in no rate."""

    count: Count
    causes: dict[str, Count]
    suite: Count = 0
    """Of these, those whose suite is to blame, such as one that promises a crate that cannot be built."""
    model: Count = 0
    """Of these, those that were never drawn, since the model's context has no room for their prompt."""
    model_prompts: Count = 0
    """The prompts of those."""

    @property
    def ours(self) -> int:
        """Those that are our failures: of neither the suite nor the model."""
        return self.count - self.suite - self.model


class ClippyCount(_Record):
    """One of clippy's lints."""

    lint: str
    """Without ``clippy::``, such as ``needless_return``."""
    group: str
    """Such as ``style``, in the toolchain that judged."""
    samples: Count
    """Samples with at least one such finding."""
    count: Count
    """Findings in all."""


class LintSummary(_Record):
    """What clippy and rustfmt say of the extracted readings."""

    clippy_samples: Count
    """Samples of which clippy told all it finds: they compile."""
    clippy_clean: Count
    """Those without a finding in clippy's five default groups."""
    clippy_lines: Count
    """The lines of all of those samples that are not blank."""
    clippy_findings: Count
    """Findings in the default groups, that is all but ``pedantic``."""
    clippy_per_100_lines: Annotated[float, Field(ge=0.0)] | None
    """100 x ``clippy_findings`` / ``clippy_lines``; null over no lines."""
    clippy_groups: dict[str, Count]
    """Findings of each group, ``pedantic`` too."""
    clippy_lints: list[ClippyCount]
    """Most samples first."""
    rustfmt_samples: Count
    """Samples that rustfmt has formatted: they parse."""
    rustfmt_clean: Count
    """Those in which it changes no line."""
    rustfmt_changed_lines: Count
    """Lines that it changes, in all."""
    stopped: Count
    """Samples on which a tool reached a limit, crashed, or refused what rustc accepts; they lack its figures."""
    unlinted: Count
    """Samples that we failed to lint; likewise."""


class DistinctSummary(_Record):
    """How many of the compiling programs (extracted) differ from each other."""

    compiling: Count
    distinct: Count


class GenerationSummary(_Record):
    """What the model did."""

    total_tokens: Count
    avg_tokens: float
    stop_reasons: dict[str, Count]
    """``stop``: the model ended its text; ``length``: ``max_tokens``; ``context``: the model's context was full."""
    avg_latency_ms: float
    """Mean wall time from entering the batch to leaving it, waiting for neighbours included."""


class RunRecord(_Record):
    """One checkpoint on one or more suites."""

    checkpoint: str
    timestamp: str
    """RFC 3339, when the results were written."""
    total_samples: Count
    compile_success_rate: Percent | None
    """Percentage of judged samples that compile as generated: rustc's word on prompt plus completion. Null if none was judged."""
    compile_errors: list[str]
    """The first error of the first ten failing samples, as ``error: <message>``."""
    avg_lines: float
    """Non-blank lines of prompt plus completion."""
    avg_functions: float
    """Functions at top level, in impl blocks and in traits; 0 where the text does not parse."""
    avg_complexity: float
    """1 plus the occurrences of seven substrings, in comments and strings too: the original's figure."""
    avg_generation_time_ms: float
    """Wall time in the model divided by samples; samples decode in batches and share its time. 0 of ready completions."""
    tokens_per_second: float
    """All drawn tokens by the wall time in the model. 0 of ready completions."""
    samples_by_prompt: list[PromptSummary]

    schema_version: int | None = None
    """Absent in files of the original tool."""
    ferrobench_version: str | None = None
    run_dir: str | None = None
    warnings: list[str] = []
    """What makes the figures mean less than they seem to."""
    judged_samples: Count | None = None
    unjudged: UnjudgedSummary | None = None
    compile_success_rate_interval: Interval | None = None
    """95 % Wilson interval, samples taken as independent."""
    compile_success_rate_extracted: Percent | None = None
    """The same after the unfinished tail is cut; nothing counts where nothing of the model is left."""
    compile_success_rate_extracted_interval: Interval | None = None
    tests: TestsSummary | None = None
    """Null in files from before tests were run."""
    at_k: Estimates | None = None
    distinct: DistinctSummary | None = None
    samples_per_second: float | None = None
    """All samples by the wall time of the whole run, judging included."""
    total_time_seconds: float | None = None
    generation: GenerationSummary | None = None
    """Null where the completions were ready: no model was asked."""
    avg_syntax_functions: float | None = None
    """All functions in the syntax tree, nested ones and those in modules too."""
    avg_syntax_complexity: float | None = None
    """Cyclomatic complexity per function (McCabe 1976), from the syntax tree."""
    categories: list[CategorySummary] = []
    stages: StageCounts | None = None
    errors: list[ErrorCount] = []
    """Errors as generated, most samples first."""
    error_groups: list[ErrorGroup] = []
    """The same errors by what they say, most samples first, at most 30."""
    error_groups_left_out: LeftOutErrors | None = None
    lints: list[LintCount] = []
    """Warnings of samples that compile as generated, most samples first."""
    noise_lints: list[LintCount] = []
    """Those that any lone snippet has, since the rest of its program is not there: ``dead_code``, ``unused_imports``."""
    before_first_error: BeforeFirstError | None = None
    lint: LintSummary | None = None
    """Null where linting was not asked for."""
    intervals: dict[str, RateEstimate] = {}
    """What the headline rates can and cannot tell, by the rate's key: over prompts of this kind, over further samples of these
    prompts, and the smallest difference that two such runs could show. Of the suite's own keys: ``compile_success_rate``,
    ``compile_success_rate_extracted``, and where there are tests ``pass_rate`` and ``pass_rate_strict``."""
    metrics: dict[str, Any] = {}
    """What each metric that was asked for has found, by its name; the keys of each are in docs/metrics.md."""
    metrics_failed: dict[str, str] = {}
    """Metrics that could not be computed, by name, and why."""
    config: dict[str, Any] = {}
    """All that makes the run repeatable; the same as the run folder's config.json."""
