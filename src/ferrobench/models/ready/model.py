"""A file or folder of ready completions in the place of a model: sample *i* of a prompt is its *i*-th completion."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferrobench.errors import InputError, UsageError
from ferrobench.models.backend import BackendInfo
from ferrobench.models.completion import Completion, StopReason
from ferrobench.models.prompt_style import PromptStyle
from ferrobench.models.ready.answer import (
    AnswerReader,
    MalformedAnswerError,
    UnknownPromptError,
    parse_object,
)
from ferrobench.models.ready.completions_in import list_files, open_completions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ferrobench.models.completion import CompletionRequest, Refused
    from ferrobench.models.ready.answer import ReadyAnswer
    from ferrobench.models.sampling import SamplingSettings
    from ferrobench.models.spec import ModelRequest
    from ferrobench.prompts import Suite

KIND = "file"


class ReadyModel:
    """Ready completions, all in memory. Made by :func:`open_ready`."""

    def __init__(
        self,
        *,
        label: str,
        identity: Mapping[str, Any],
        answers: Mapping[str, Sequence[ReadyAnswer]],
        notes: tuple[str, ...] = (),
    ) -> None:
        """Take *answers* by the ids of their prompts, each prompt's in order."""
        self.label = label
        self.identity = identity
        self.notes = notes
        self.warnings: tuple[str, ...] = ()
        self._answers = answers

    @property
    def counts(self) -> Mapping[str, int]:
        """How many completions there are of each prompt that has any, by its id."""
        return {prompt_id: len(answers) for prompt_id, answers in self._answers.items()}

    @property
    def info(self) -> BackendInfo:
        """What the run record keeps."""
        return BackendInfo(
            kind=KIND,
            prompt_style=PromptStyle.READY,
            details={"completions": sum(self.counts.values())},
        )

    def model_input(self, prompt: str) -> str:
        """Nothing: no model is asked."""
        del prompt
        return ""

    def refuses(self, prompt: str) -> None:
        """Whether there are completions is settled when the run is planned."""

    def refuse_settings(self, settings: SamplingSettings, batch_size: int | None) -> None:
        """What has no meaning is refused with the other flags, when the run is planned."""

    def use_threads(self, threads: int) -> None:
        """Nothing is computed here."""

    def complete(
        self, requests: Iterable[CompletionRequest], settings: SamplingSettings, *, batch_size: int | None
    ) -> Iterator[tuple[int, Completion | Refused]]:
        """Yield ``(key, answer)`` for every request, in their order."""
        del settings, batch_size
        for request in requests:
            answer = self._answers[request.prompt_id][request.index]
            yield (
                request.key,
                Completion(
                    text=answer.text,
                    is_program=answer.is_program,
                    token_count=0,
                    stop_reason=StopReason.READY,
                    generation_seconds=0.0,
                    latency_seconds=0.0,
                ),
            )


def open_ready(request: ModelRequest, suites: Sequence[Suite]) -> ReadyModel:
    """Read the completions that ``file:PATH`` means, as answers to *suites*.

    Those to prompts that no suite has are left out, and a note says so.

    Raises:
        UsageError: What has no meaning for ready completions was asked for.
        InputError: Something cannot be read or is no answer, or nothing answers a prompt. Names the file and the line.
    """
    for field in fields(request):
        value = getattr(request, field.name)
        if field.name != "model" and value != field.default:
            flag = field.name.replace("_", "-")
            raise UsageError(f"--{flag} {value}: has no meaning for ready completions; leave it out")
    path = Path(request.name)
    try:
        if not path.exists():
            raise InputError(f"{path}: no such file or folder of completions")
        if not path.is_file() and not path.is_dir():
            raise InputError(
                f"{path}: expected a file or a folder of completions; a stream cannot be read again"
            )
        # Before the answers: of a file that grows meanwhile, nothing is taken for what it is not.
        digest = _digest(path)
        answers, unknown = _read(path, suites)
    except OSError as error:
        raise InputError(f"{error.filename or path}: cannot be read: {error.strerror}") from error
    if not answers:
        found = f"; the first is for {unknown[0]!r}" if unknown else ""
        raise InputError(
            f"{path}: none of its {len(unknown)} completions answers a prompt of the suite{found}"
        )
    notes: tuple[str, ...] = ()
    if unknown:
        notes = (
            f"{path}: {len(unknown)} completions are left out: no suite has their prompts; the first: {unknown[0]}",
        )
    return ReadyModel(
        label=str(path),
        identity={"checkpoint": str(path.resolve()), "checkpoint_fingerprint": f"sha256:{digest}"},
        answers=answers,
        notes=notes,
    )


def _digest(path: Path) -> str:
    """Of a file its SHA-256; of a folder that of its files' names and digests."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    digest = hashlib.sha256()
    for name in list_files(path):
        digest.update(f"{name.relative_to(path)}\0{_digest(name)}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _read(path: Path, suites: Sequence[Suite]) -> tuple[dict[str, list[ReadyAnswer]], list[str]]:
    """The answers by the ids of their prompts; and for what prompts the others are that are left out."""
    reader = AnswerReader(suites)
    given = open_completions(path, suites)
    answers: dict[str, list[ReadyAnswer]] = {}
    unknown = []
    for raw in given.lines:
        if not raw.strip():
            continue
        try:
            document = parse_object(raw)
            if "code" in document:
                raise MalformedAnswerError(
                    "code: answers no prompt; expected task_id and completion, generation or solution "
                    "(ferrobench judge judges code alone)"
                )
            answer = reader.understand(document)
        except UnknownPromptError as error:
            unknown.append(error.task)
        except MalformedAnswerError as error:
            # What the format's reader says of the same element says more.
            raise given.faults[0] if given.faults else InputError(f"{given.place()}: {error}") from error
        else:
            answers.setdefault(answer.prompt.id, []).append(answer)
    if given.faults:
        raise given.faults[0]
    return answers, unknown
