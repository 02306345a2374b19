"""What is asked: prompts and suites, and the reading of them from disk."""

from ferrobench.prompts.load import list_suites, load_suite
from ferrobench.prompts.prompt import JudgeMode, Need, Prompt, Suite

__all__ = ["JudgeMode", "Need", "Prompt", "Suite", "list_suites", "load_suite"]
