"""Completions that were made elsewhere: reading them in any format, and giving them out as a model's answers."""

from ferrobench.models.ready.answer import AnswerReader, MalformedAnswerError, ReadyAnswer, UnknownPromptError
from ferrobench.models.ready.completions_in import CompletionLines, open_completions
from ferrobench.models.ready.model import ReadyModel, open_ready

__all__ = [
    "AnswerReader",
    "CompletionLines",
    "MalformedAnswerError",
    "ReadyAnswer",
    "ReadyModel",
    "UnknownPromptError",
    "open_completions",
    "open_ready",
]
