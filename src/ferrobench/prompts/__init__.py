"""What is asked: prompts and suites, and the reading of them from disk."""

from ferrobench.prompts.crates import Dependency, SuiteCrates
from ferrobench.prompts.load import list_suites, load_suite
from ferrobench.prompts.prompt import JudgeMode, Level, Need, Prompt, Suite

__all__ = [
    "Dependency",
    "JudgeMode",
    "Level",
    "Need",
    "Prompt",
    "Suite",
    "SuiteCrates",
    "list_suites",
    "load_suite",
]
