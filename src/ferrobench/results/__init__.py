"""The record: what a run leaves on disk, and reading it back."""

from ferrobench.results.journal import Journal, read_journal
from ferrobench.results.run_folder import create_run_folder, find_resumable, read_config
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
    PromptSummary,
    RunRecord,
    StageCounts,
    UnjudgedSummary,
)
from ferrobench.results.sample_record import Judged, SampleRecord
from ferrobench.results.store import (
    CONFIG_FILE,
    JOURNAL_FILE,
    RESULTS_FILE,
    load_results,
    write_json,
    write_results,
)
from ferrobench.results.summarize import RunFacts, summarize

__all__ = [
    "CONFIG_FILE",
    "JOURNAL_FILE",
    "RESULTS_FILE",
    "SCHEMA_VERSION",
    "BeforeFirstError",
    "CategorySummary",
    "DiagnosticExample",
    "DistinctSummary",
    "ErrorCount",
    "ErrorGroup",
    "GenerationSummary",
    "Journal",
    "Judged",
    "LeftOutErrors",
    "LintCount",
    "PromptSummary",
    "RunFacts",
    "RunRecord",
    "SampleRecord",
    "StageCounts",
    "UnjudgedSummary",
    "create_run_folder",
    "find_resumable",
    "load_results",
    "read_config",
    "read_journal",
    "summarize",
    "write_json",
    "write_results",
]
