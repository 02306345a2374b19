"""Read suites from disk. The only place that knows how a prompt's file is laid out.

A suite is a folder with a ``suite.toml`` (:mod:`ferrobench.prompts.manifest`; what it may promise, in
:mod:`ferrobench.prompts.crates`) and one ordinary Rust file per prompt, which rustc compiles and whose tests pass as it
stands. ``01_factorial.rs`` in the suite ``seed`` is the prompt ``seed/factorial``; the numbers
give the order. From top to bottom, a file holds

    //! category: collections           header lines: category (required), tags, level, variant-of, judge, needs
    //! tags: ownership, slices

    use std::collections::HashMap;      the prelude, optional

    // >>> prompt
    fn find_duplicates(arr: &[i32]) -> Vec<i32> {
        // <<< prompt
        …                               the rest of the reference solution
    }

    // >>> probes
    fn probe_…                          optional: functions of sendable types for the tests to call
    // <<< probes

    #[cfg(test)]                        the hidden tests, with the comments directly above; they end the file
    mod tests { … }

rustfmt may indent the markers. A ``#[rustfmt::skip]``, ``#[allow(…)]`` or ``#[expect(…)]`` directly above the
prompt serves the tools that read the file as it stands, and is part of neither prompt nor prelude.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from ferrobench.errors import SuiteError
from ferrobench.prompts.crates import load_crates
from ferrobench.prompts.fingerprint import content_hash
from ferrobench.prompts.prompt import JudgeMode, Level, Need, Prompt, Suite
from ferrobench.prompts.whole_items import is_complete

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferrobench.prompts.manifest import SuiteManifest

_PACKAGED = Path(__file__).resolve().parent.parent / "suites"
_MANIFEST = "suite.toml"

_FILE_NAME = re.compile(r"(\d+)_([a-z][a-z0-9_]*)\.rs")
_HEADER_KEYS = ("category", "tags", "level", "variant-of", "judge", "needs")
_MARKER = re.compile(r"\s*//\s*(>>>|<<<)\s*(.*?)\s*")
_SECTIONS = ("prompt", "probes")
_TESTS_START = "#[cfg(test)]"
_ATTRIBUTE = re.compile(r"\s*#\[.*\]\s*(//.*)?")
_TOOL_ATTRIBUTE = re.compile(r"\s*#\[(rustfmt::skip|(allow|expect)\(.*\))\]\s*(//.*)?")


def suite_folder(name_or_path: str | Path) -> Path | None:
    """The folder that :func:`load_suite` reads; None where it reads none."""
    if isinstance(name_or_path, str) and name_or_path in list_suites():
        return _PACKAGED / name_or_path
    folder = Path(name_or_path)
    return folder if folder.is_dir() else None


def list_suites() -> tuple[str, ...]:
    """The names of the suites that come with the package, sorted."""
    return tuple(sorted(path.parent.name for path in _PACKAGED.glob(f"*/{_MANIFEST}")))


def load_suite(name_or_path: str | Path) -> Suite:
    """Load a packaged suite by its name, or any suite from its folder, its file or the Hugging Face hub.

    A packaged name wins over a folder of that name; ``./seed`` is the folder. What a file may hold, and what
    ``hf:OWNER/NAME/CONFIG`` means, is told by :mod:`ferrobench.prompts.formats`.

    Raises:
        SuiteError: If it is not there or not as it should be. One line that names the file, the line where there
            is one, and what was expected.
    """
    found = _find(name_or_path)
    if isinstance(found, Suite):
        return found
    folder = found
    manifest = _load_manifest(folder / _MANIFEST)
    crates = load_crates(folder / _MANIFEST, manifest.dependencies)
    prompts = tuple(
        _parse_prompt(path, f"{manifest.name}/{name}", _read_text(path))
        for name, path in _prompt_files(folder)
    )
    _check_variants(folder, prompts)
    return Suite(
        name=manifest.name,
        version=manifest.version,
        description=manifest.description,
        prompts=prompts,
        content_hash=content_hash(prompts, crates),
        crates=crates,
    )


def _find(name_or_path: str | Path) -> Path | Suite:
    """The folder of a suite, or the suite itself where it is of another's format."""
    from ferrobench.prompts.formats import HUB_PREFIX, load_file, load_hub

    if isinstance(name_or_path, str):
        if name_or_path in list_suites():
            return _PACKAGED / name_or_path
        if name_or_path.startswith(HUB_PREFIX):
            return load_hub(name_or_path)
    path = Path(name_or_path)
    if path.is_dir():
        return path
    if path.exists():
        return load_file(path)
    known = ", ".join(list_suites())
    raise SuiteError(
        f"suite {str(name_or_path)!r}: no such folder or file, and no packaged suite of that name (there is: {known})"
    )


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise SuiteError(
            f"{path}: expected UTF-8, found byte 0x{error.object[error.start]:02x} at offset {error.start}"
        ) from error
    except OSError as error:
        raise SuiteError(f"{path}: cannot be read: {error.strerror}") from error


def _load_manifest(path: Path) -> SuiteManifest:
    from pydantic import ValidationError

    from ferrobench.prompts.manifest import SuiteManifest, known_fields

    if not path.is_file():
        raise SuiteError(f"{path}: no such file; expected a {_MANIFEST} with name, version and description")
    try:
        fields = tomllib.loads(_read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise SuiteError(f"{path}: not valid TOML: {error}") from error
    try:
        return SuiteManifest.model_validate(fields)
    except ValidationError as error:
        complaints = "; ".join(
            f"field {'.'.join(map(str, problem['loc']))!r}: "
            + (
                f"unknown; expected only {known_fields(problem['loc'])}"
                if problem["type"] == "extra_forbidden"
                else problem["msg"].removeprefix("Value error, ")
            )
            for problem in error.errors()
        )
        raise SuiteError(f"{path}: {complaints}") from error


def _prompt_files(folder: Path) -> list[tuple[str, Path]]:
    """The prompts' names and files, in order."""
    numbered: dict[int, tuple[str, Path]] = {}
    by_name: dict[str, Path] = {}
    for path in sorted(folder.glob("*.rs")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise SuiteError(
                f"{path}: expected a file name like 01_factorial.rs: a number, then a name in snake_case"
            )
        number, name = int(match[1]), match[2]
        if number in numbered:
            raise SuiteError(
                f"{path}: {numbered[number][1].name} has the number {number} already; expected one file each"
            )
        if name in by_name:
            raise SuiteError(
                f"{path}: {by_name[name].name} has the name {name!r} already; expected one file each"
            )
        numbered[number] = name, path
        by_name[name] = path
    if not numbered:
        raise SuiteError(f"{folder}: no prompts; expected Rust files named like 01_factorial.rs")
    return [numbered[number] for number in sorted(numbered)]


@dataclass(frozen=True, slots=True)
class _Section:
    """The lines between two markers, as a range of line indices from 0 that leaves the markers out."""

    start: int
    end: int


def _parse_prompt(path: Path, prompt_id: str, source: str) -> Prompt:
    lines = source.split("\n")
    header, body_start = _parse_header(path, lines)
    sections = _find_sections(path, lines)
    if "prompt" not in sections:
        raise SuiteError(
            f"{path}: no prompt; expected it between the lines `// >>> prompt` and `// <<< prompt`"
        )
    prompt = sections["prompt"]
    probes = sections.get("probes")
    text = dedent("\n".join(lines[prompt.start : prompt.end]))
    if not text.strip():
        raise SuiteError(
            f"{path}:{prompt.start}: the prompt is empty; expected the text that the model completes"
        )

    last_marker = prompt.end if probes is None else probes.end
    tests_start = _find_tests(path, lines, after=last_marker)
    if probes is not None:
        if probes.start < prompt.start:
            raise SuiteError(
                f"{path}:{probes.start}: the probes stand before the prompt; expected them after the reference"
            )
        for number in range(probes.end + 1, tests_start):
            if lines[number].strip():
                raise SuiteError(f"{path}:{number + 1}: text after the probes; expected only the tests there")

    judge = _judge_mode(path, header)
    tests = _block(lines, tests_start, len(lines))
    probes_text = "" if probes is None else _block(lines, probes.start, probes.end)
    if judge is JudgeMode.TESTS and "#[test]" not in tests:
        raise SuiteError(
            f"{path}: no tests; expected a final `{_TESTS_START} mod tests` with at least one #[test], "
            "or the header line `//! judge: compile`"
        )
    if judge is JudgeMode.COMPILE and (tests or probes_text):
        what = "tests" if tests else "probes"
        raise SuiteError(
            f"{path}: {what} although `//! judge: compile` says that nothing is tested; expected one or the other"
        )

    reference_end = tests_start if probes is None else probes.start - 1
    return Prompt(
        id=prompt_id,
        text=text,
        category=header["category"][0],
        tags=_names(header.get("tags")),
        judge=judge,
        prelude=_block(lines, body_start, _prelude_end(path, lines, prompt.start - 1)),
        reference="\n" + _block(lines, prompt.end + 1, reference_end, keep_indent=True),
        probes=probes_text,
        tests=tests,
        complete=is_complete(text),
        needs=_needs(path, header),
        level=_level(path, header),
        variant_of=_variant_of(prompt_id, header),
    )


def _parse_header(path: Path, lines: list[str]) -> tuple[dict[str, tuple[str, int]], int]:
    """The ``//! key: value`` lines at the top: each value with its line number, and where the rest begins."""
    header: dict[str, tuple[str, int]] = {}
    end = next((i for i, line in enumerate(lines) if not line.startswith("//!")), len(lines))
    for number, line in enumerate(lines[:end], start=1):
        key, colon, value = (part.strip() for part in line.removeprefix("//!").partition(":"))
        if not colon or not value:
            raise SuiteError(f"{path}:{number}: expected `//! key: value`, found {line!r}")
        if key not in _HEADER_KEYS:
            raise SuiteError(
                f"{path}:{number}: unknown key {key!r}; expected one of {', '.join(_HEADER_KEYS)}"
            )
        if key in header:
            raise SuiteError(f"{path}:{number}: {key!r} again; line {header[key][1]} has it already")
        header[key] = value, number
    if "category" not in header:
        raise SuiteError(f"{path}:1: no category; expected a header line like `//! category: collections`")
    return header, end


def _names(field: tuple[str, int] | None) -> tuple[str, ...]:
    return () if field is None else tuple(name.strip() for name in field[0].split(",") if name.strip())


def _judge_mode(path: Path, header: Mapping[str, tuple[str, int]]) -> JudgeMode:
    value, number = header.get("judge", (JudgeMode.TESTS.value, 0))
    if value not in tuple(JudgeMode):
        raise SuiteError(f"{path}:{number}: judge: expected one of {', '.join(JudgeMode)}, found {value!r}")
    return JudgeMode(value)


def _needs(path: Path, header: Mapping[str, tuple[str, int]]) -> frozenset[Need]:
    field = header.get("needs")
    names = _names(field)
    for name in names:
        if field is not None and name not in tuple(Need):
            raise SuiteError(f"{path}:{field[1]}: needs: expected some of {', '.join(Need)}, found {name!r}")
    return frozenset(Need(name) for name in names)


def _level(path: Path, header: Mapping[str, tuple[str, int]]) -> Level | None:
    if "level" not in header:
        return None
    value, number = header["level"]
    if value not in tuple(Level):
        raise SuiteError(f"{path}:{number}: level: expected one of {', '.join(Level)}, found {value!r}")
    return Level(value)


def _variant_of(prompt_id: str, header: Mapping[str, tuple[str, int]]) -> str | None:
    if "variant-of" not in header:
        return None
    return f"{prompt_id.partition('/')[0]}/{header['variant-of'][0]}"


def _check_variants(folder: Path, prompts: tuple[Prompt, ...]) -> None:
    """See that what variants name is a prompt of the suite, and no variant itself."""
    known = {prompt.id: prompt for prompt in prompts}
    for prompt in prompts:
        if prompt.variant_of is None:
            continue
        original = known.get(prompt.variant_of)
        if original is None or original.variant_of is not None or original is prompt:
            raise SuiteError(
                f"{folder}: {prompt.name}: variant-of: expected the name of a prompt that is no variant itself, "
                f"found {prompt.variant_of.partition('/')[2]!r}"
            )


def _find_sections(path: Path, lines: list[str]) -> dict[str, _Section]:
    """Pair the markers up."""
    sections: dict[str, _Section] = {}
    opened: tuple[str, int] | None = None
    for index, line in enumerate(lines):
        match = _MARKER.fullmatch(line)
        if match is None:
            continue
        arrow, name = match.groups()
        where = f"{path}:{index + 1}"
        if name not in _SECTIONS:
            raise SuiteError(f"{where}: unknown section {name!r}; expected one of {', '.join(_SECTIONS)}")
        if arrow == ">>>":
            if opened is not None:
                raise SuiteError(
                    f"{where}: `// >>> {name}` inside of {opened[0]!r}; expected `// <<< {opened[0]}` first"
                )
            if name in sections:
                raise SuiteError(
                    f"{where}: a second `// >>> {name}`; expected one, and line {sections[name].start} has it"
                )
            opened = name, index
        else:
            if opened is None or opened[0] != name:
                raise SuiteError(
                    f"{where}: `// <<< {name}` closes nothing; expected `// >>> {name}` before it"
                )
            sections[name] = _Section(opened[1] + 1, index)
            opened = None
    if opened is not None:
        raise SuiteError(
            f"{path}:{opened[1] + 1}: `// >>> {opened[0]}` is never closed; expected `// <<< {opened[0]}` after it"
        )
    return sections


def _find_tests(path: Path, lines: list[str], *, after: int) -> int:
    """The first line of the tests, the comments above them included; the number of lines if there are none."""
    starts = [index for index, line in enumerate(lines) if line.rstrip() == _TESTS_START]
    if not starts:
        return len(lines)
    if len(starts) > 1:
        raise SuiteError(
            f"{path}:{starts[1] + 1}: a second `{_TESTS_START}`; expected all tests in one module"
        )
    start = starts[0]
    if start < after:
        raise SuiteError(
            f"{path}:{start + 1}: the tests stand before the last marker; expected them at the end of the file"
        )
    while start - 1 > after and lines[start - 1].startswith("//"):
        start -= 1
    return start


def _prelude_end(path: Path, lines: list[str], marker: int) -> int:
    """Where the prelude ends above the prompt's marker, the attributes for tools left out."""
    end = marker
    while end > 0 and _ATTRIBUTE.fullmatch(lines[end - 1]):
        if not _TOOL_ATTRIBUTE.fullmatch(lines[end - 1]):
            raise SuiteError(
                f"{path}:{end}: {lines[end - 1].strip()!r} above the prompt would be lost; expected it inside the prompt"
            )
        end -= 1
    return end


def _block(lines: list[str], start: int, end: int, *, keep_indent: bool = False) -> str:
    """Some whole lines without the blank ones around them; with a final newline unless empty.

    With *keep_indent*, blank lines at the start stay too.
    """
    text = "\n".join(lines[start:end]).rstrip()
    if not keep_indent:
        text = text.lstrip("\n")
    return f"{text}\n" if text else ""
