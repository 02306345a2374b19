"""The judging room: from a completion to a verdict that rustc stands behind.

A :class:`Judge` compiles texts, each with a rustc of its own within limits, and says how far each got and why no further.
"""

from ferrobench.judging.assemble import Program, assemble
from ferrobench.judging.compile import Compiler, RustcCompiler
from ferrobench.judging.extract import Extraction, extract
from ferrobench.judging.judge import Judge, SampleJudgment
from ferrobench.judging.process import Limits
from ferrobench.judging.record import judgment_record, parse_judgment
from ferrobench.judging.sandbox import Sandbox, Tier, choose_sandbox
from ferrobench.judging.tokens import has_tokens
from ferrobench.judging.toolchain import Toolchain, probe_toolchain
from ferrobench.judging.verdict import (
    Compiled,
    CompilerCrashed,
    Diagnostic,
    Empty,
    Judgment,
    Limit,
    LimitHit,
    Note,
    Rejected,
    Stage,
    TooLarge,
    Unjudged,
    Verdict,
    is_compiled,
    stage_of,
    text_parses,
)

__all__ = [
    "Compiled",
    "Compiler",
    "CompilerCrashed",
    "Diagnostic",
    "Empty",
    "Extraction",
    "Judge",
    "Judgment",
    "Limit",
    "LimitHit",
    "Limits",
    "Note",
    "Program",
    "Rejected",
    "RustcCompiler",
    "SampleJudgment",
    "Sandbox",
    "Stage",
    "Tier",
    "TooLarge",
    "Toolchain",
    "Unjudged",
    "Verdict",
    "assemble",
    "choose_sandbox",
    "extract",
    "has_tokens",
    "is_compiled",
    "judgment_record",
    "parse_judgment",
    "probe_toolchain",
    "stage_of",
    "text_parses",
]
