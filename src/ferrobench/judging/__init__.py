"""The judging room: from a completion to a verdict that rustc stands behind.

A :class:`Judge` says how far each text got and why no further: what a rustc of its own would say, within limits and
confined, at the price of a small part of one.
"""

from ferrobench.judging.assemble import Program, assemble
from ferrobench.judging.cargo import absent_crates, build_crates
from ferrobench.judging.compile import Compiler, RustcCompiler
from ferrobench.judging.crate_cache import load_externs
from ferrobench.judging.crates import Crates, Extern, join_crates, parse_extern
from ferrobench.judging.extract import Reading, extract, strict_reading
from ferrobench.judging.extraction.tail import cut_tail
from ferrobench.judging.judge import AssistedReading, Judge, SampleJudgment, TestedProgram
from ferrobench.judging.lint import Linter, missing_lint_tools
from ferrobench.judging.lint_groups import LintGroup
from ferrobench.judging.lint_report import (
    ClippyReport,
    FormatReport,
    LintCount,
    LintReport,
    lint_record,
    parse_lint,
)
from ferrobench.judging.process import Limits
from ferrobench.judging.record import (
    judgment_record,
    parse_judgment,
    parse_tests,
    stage_with_tests,
    tested_record,
)
from ferrobench.judging.sandbox import Sandbox, Tier, choose_sandbox
from ferrobench.judging.testing import RunLimits, TestJudgment, find_testing_fault
from ferrobench.judging.toolchain import Toolchain, probe_toolchain
from ferrobench.judging.verdict import (
    Compiled,
    CompilerCrashed,
    Diagnostic,
    Empty,
    Failure,
    Judgment,
    Limit,
    LimitHit,
    Note,
    Proof,
    Rejected,
    Stage,
    Tested,
    TooLarge,
    Unjudged,
    Verdict,
    is_compiled,
    is_suite_fault,
    stage_of,
    text_parses,
)
from ferrobench.rust_source.tokens import has_tokens

__all__ = [
    "AssistedReading",
    "ClippyReport",
    "Compiled",
    "Compiler",
    "CompilerCrashed",
    "Crates",
    "Diagnostic",
    "Empty",
    "Extern",
    "Failure",
    "FormatReport",
    "Judge",
    "Judgment",
    "Limit",
    "LimitHit",
    "Limits",
    "LintCount",
    "LintGroup",
    "LintReport",
    "Linter",
    "Note",
    "Program",
    "Proof",
    "Reading",
    "Rejected",
    "RunLimits",
    "RustcCompiler",
    "SampleJudgment",
    "Sandbox",
    "Stage",
    "TestJudgment",
    "Tested",
    "TestedProgram",
    "Tier",
    "TooLarge",
    "Toolchain",
    "Unjudged",
    "Verdict",
    "absent_crates",
    "assemble",
    "build_crates",
    "choose_sandbox",
    "cut_tail",
    "extract",
    "find_testing_fault",
    "has_tokens",
    "is_compiled",
    "is_suite_fault",
    "join_crates",
    "judgment_record",
    "lint_record",
    "load_externs",
    "missing_lint_tools",
    "parse_extern",
    "parse_judgment",
    "parse_lint",
    "parse_tests",
    "probe_toolchain",
    "stage_of",
    "stage_with_tests",
    "strict_reading",
    "tested_record",
    "text_parses",
]
