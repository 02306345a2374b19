"""What one line of ready completions says: which prompt it answers, and with what. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.prompts import Prompt, Suite

# In the order in which they win: a solution is a whole program, as EvalPlus has it.
COMPLETION_KEYS = ("solution", "completion", "generation")


class MalformedAnswerError(Exception):
    """A line is not what it should be; the message says what was expected, without its place."""


class UnknownPromptError(MalformedAnswerError):
    """A line answers what no suite asks."""

    def __init__(self, task: str) -> None:
        super().__init__(f"task_id: no suite has a prompt {task!r}")
        self.task = task


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyAnswer:
    """One answer to a prompt."""

    key: str
    """The field that it stood in."""
    prompt: Prompt
    text: str
    """What follows the prompt's text, or a whole program."""
    is_program: bool
    """Whether it is a whole program, of which nothing is cut: a solution that words its prompt in its own way."""

    @property
    def strict_text(self) -> str:
        """What the strict reading is of, without what a format's stop rule has cut."""
        return self.text if self.is_program else self.prompt.text + self.text


class AnswerReader:
    """Understands lines; knows the prompts by their ids and by their names."""

    def __init__(self, suites: Sequence[Suite]) -> None:
        self._has_suites = bool(suites)
        self._prompts: dict[str, list[Prompt]] = {}
        for suite in suites:
            for prompt in suite.prompts:
                for name in {prompt.id, prompt.name}:
                    self._prompts.setdefault(name, []).append(prompt)

    def understand(self, document: dict[str, Any]) -> ReadyAnswer:
        """Tell what an object answers, and with what.

        Raises:
            UnknownPromptError: No suite has its prompt.
            MalformedAnswerError: A field is missing or is no text, or its prompt could be several.
        """
        key = next((key for key in COMPLETION_KEYS if key in document), None)
        if key is None:
            raise MalformedAnswerError("expected code, or task_id and completion (generation, solution)")
        text, task = text_of(document, key), text_of(document, "task_id")
        if not self._has_suites:
            raise MalformedAnswerError(f"{key} needs the prompt that it answers; name its suite with --suite")
        prompts = self._prompts.get(task, ())
        if not prompts:
            raise UnknownPromptError(task)
        if len(prompts) > 1:
            raise MalformedAnswerError(
                f"task_id: {task!r} is ambiguous: {', '.join(prompt.id for prompt in prompts)}"
            )
        prompt = prompts[0]
        if key == "solution":
            is_program = not text.startswith(prompt.text)
            return ReadyAnswer(
                key=key,
                prompt=prompt,
                text=text if is_program else text[len(prompt.text) :],
                is_program=is_program,
            )
        return ReadyAnswer(key=key, prompt=prompt, text=text, is_program=False)


def parse_object(raw: bytes) -> dict[str, Any]:
    """Read the JSON object of a line.

    Raises:
        MalformedAnswerError: It is none.
    """
    try:
        found = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise MalformedAnswerError(f"expected a JSON object, found {type(found).__name__}")
    return found


def text_of(document: dict[str, Any], key: str) -> str:
    """The text of a field.

    Raises:
        MalformedAnswerError: It is missing, or no text.
    """
    found = document.get(key)
    if not isinstance(found, str):
        raise MalformedAnswerError(
            f"{key}: expected a string, found {'nothing' if found is None else type(found).__name__}"
        )
    return found


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
