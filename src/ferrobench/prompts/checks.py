"""What a suite's authors say about the tests of a prompt, beside its file: wrong answers, and mutants that are none.

``suite check`` reads them, nothing else does: they move no score and are no part of the suite's hash. The prompt of
``01_factorial.rs`` has them in ``checks/01_factorial.toml``:

    [[wrong]]                            an answer that must fail the tests
    name = "stops one short"
    why = "takes the range without its end"
    code = '''                           what follows the prompt's text
        (1..n).product()
    }'''

    [[equivalent]]                       a mutant that means the same as the reference, so that no test can tell
    mutant = "literal@1:6#2"
    reason = "…"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import SuiteError
from ferrobench.prompts.mutation import mutants

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ferrobench.prompts.mutation import Mutant
    from ferrobench.prompts.prompt import Prompt, Suite

_FOLDER = "checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongAnswer:
    """An answer written by hand that looks right and is not."""

    name: str
    """Names it among those of its prompt."""
    code: str
    """What follows the prompt's text."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalent:
    """A mutant that no test can tell from the reference."""

    mutant: str
    """Its id."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptChecks:
    """What is said beside one prompt."""

    wrong: tuple[WrongAnswer, ...] = ()
    equivalent: tuple[Equivalent, ...] = ()


def load_checks(folder: Path, suite: Suite) -> Mapping[str, PromptChecks]:
    """Read what stands beside the prompts of *suite*, which was loaded from *folder*, by the prompts' ids.

    A suite without such files has none, and so has one that is no folder.

    Raises:
        SuiteError: If a file belongs to no prompt, is not as it should be, or names a mutant that is not there.
    """
    prompts = {prompt.id: prompt for prompt in suite.prompts}
    found = {}
    for path in sorted((folder / _FOLDER).glob("*.toml")):
        # 01_factorial.toml is about 01_factorial.rs, which is the prompt seed/factorial.
        prompt = prompts.get(f"{suite.name}/{path.stem.partition('_')[2]}")
        if prompt is None or not (folder / f"{path.stem}.rs").is_file():
            stems = sorted(file.stem for file in folder.glob("*.rs"))
            raise SuiteError(
                f"{path}: belongs to no prompt; expected the name of one of the suite's .rs files, "
                f"such as {stems[0] if stems else '01_factorial'}.toml"
            )
        found[prompt.id] = _load_file(path, prompt)
    return found


def _load_file(path: Path, prompt: Prompt) -> PromptChecks:
    from pydantic import ValidationError

    from ferrobench.prompts.checks_file import ChecksFile

    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path}: not valid TOML: {error}") from error
    except OSError as error:
        raise SuiteError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        content = ChecksFile.model_validate(fields)
    except ValidationError as error:
        complaints = "; ".join(
            f"field {'.'.join(map(str, problem['loc']))!r}: "
            + (
                "unknown; expected [[wrong]] with name, code, why, or [[equivalent]] with mutant, reason"
                if problem["type"] == "extra_forbidden"
                else problem["msg"].removeprefix("Value error, ")
            )
            for problem in error.errors()
        )
        raise SuiteError(f"{path}: {complaints}") from error
    names = [entry.name for entry in content.wrong]
    _refuse_twice(path, "wrong answer", names)
    _refuse_twice(path, "equivalent", [entry.mutant for entry in content.equivalent])
    known = mutants(prompt) if content.equivalent else ()
    for entry in content.equivalent:
        _require_mutant(path, entry.mutant, known)
    return PromptChecks(
        wrong=tuple(WrongAnswer(name=e.name, code=e.code, why=e.why) for e in content.wrong),
        equivalent=tuple(Equivalent(mutant=e.mutant, reason=e.reason) for e in content.equivalent),
    )


def _refuse_twice(path: Path, what: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise SuiteError(f"{path}: the {what} {name!r} is there twice; expected each once")


def _require_mutant(path: Path, wanted: str, known: Sequence[Mutant]) -> None:
    if any(mutant.id == wanted for mutant in known):
        return
    line = wanted.partition("@")[2].partition(":")[0]
    there = [mutant.id for mutant in known if line.isdecimal() and mutant.line == int(line)]
    lines = sorted({mutant.line for mutant in known})
    expected = (
        f"line {line} of the reference has {', '.join(there)}"
        if there
        else f"there are some for lines {', '.join(map(str, lines))} of the reference"
    )
    raise SuiteError(f"{path}: no mutant {wanted!r}; {expected if known else 'the reference gives none'}")
