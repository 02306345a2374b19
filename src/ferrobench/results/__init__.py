"""The record: what a run leaves on disk, and reading it back."""

from ferrobench.results.journal import Journal, read_journal
from ferrobench.results.lint_tally import LintTally
from ferrobench.results.merge import merge_shards
from ferrobench.results.run_folder import (
    MIXED_MODES,
    WATCH_FILES,
    create_run_folder,
    find_resumable,
    first_difference,
    read_config,
    write_run_folder,
)
from ferrobench.results.run_plan import RunPlan, parse_plan
from ferrobench.results.run_record import (
    SCHEMA_VERSION,
    BeforeFirstError,
    CategorySummary,
    ClippyCount,
    DiagnosticExample,
    DistinctSummary,
    ErrorCount,
    ErrorGroup,
    Estimates,
    GenerationSummary,
    KEstimate,
    LeftOutErrors,
    LintCount,
    LintSummary,
    PromptSummary,
    ReadingEstimates,
    RunRecord,
    StageCounts,
    TestsSummary,
    UnjudgedSummary,
)
from ferrobench.results.run_search import REFUSED_FILE, FoundRuns, find_runs
from ferrobench.results.sample_record import Judged, SampleRecord
from ferrobench.results.saved_run import SavedRun, load_run
from ferrobench.results.store import (
    CONFIG_FILE,
    JOURNAL_FILE,
    RESULTS_FILE,
    check_writable,
    load_results,
    write_json,
    write_results,
    write_whole,
)
from ferrobench.results.summarize import RunFacts, list_error_groups, summarize
from ferrobench.results.summarize_saved import summarize_saved
from ferrobench.results.verdict_file import open_verdicts

__all__ = [
    "CONFIG_FILE",
    "JOURNAL_FILE",
    "MIXED_MODES",
    "REFUSED_FILE",
    "RESULTS_FILE",
    "SCHEMA_VERSION",
    "WATCH_FILES",
    "BeforeFirstError",
    "CategorySummary",
    "ClippyCount",
    "DiagnosticExample",
    "DistinctSummary",
    "ErrorCount",
    "ErrorGroup",
    "Estimates",
    "FoundRuns",
    "GenerationSummary",
    "Journal",
    "Judged",
    "KEstimate",
    "LeftOutErrors",
    "LintCount",
    "LintSummary",
    "LintTally",
    "PromptSummary",
    "ReadingEstimates",
    "RunFacts",
    "RunPlan",
    "RunRecord",
    "SampleRecord",
    "SavedRun",
    "StageCounts",
    "TestsSummary",
    "UnjudgedSummary",
    "check_writable",
    "create_run_folder",
    "find_resumable",
    "find_runs",
    "first_difference",
    "list_error_groups",
    "load_results",
    "load_run",
    "merge_shards",
    "open_verdicts",
    "parse_plan",
    "read_config",
    "read_journal",
    "summarize",
    "summarize_saved",
    "write_json",
    "write_results",
    "write_run_folder",
    "write_whole",
]
