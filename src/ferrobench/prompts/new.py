"""A new suite, or one more prompt of a suite: files that pass the check as they are, to be written over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.prompts.load import load_suite

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEMPLATE = Path(__file__).parent / "template"
_TEMPLATE_NAME = "repeated_words"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SUITE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def new_prompt(folder: Path, name: str = _TEMPLATE_NAME) -> tuple[Path, ...]:
    """Add a prompt to the suite in *folder*, which is made where it is not there.

    Args:
        folder: Of the suite; its own name becomes the suite's where that is new.
        name: Of the prompt, and of the function in it.

    Returns:
        The files that were written.

    Raises:
        UsageError: A name is none, or taken.
        SuiteError: What lies in *folder* is no suite that can be loaded.
        NotReadyError: The files cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"suite new: {name}: expected a name in snake_case for the prompt, such as {_TEMPLATE_NAME}"
        )
    files: dict[Path, str] = {}
    number = 1
    if folder.exists():
        suite = load_suite(folder)
        if any(prompt.name == name for prompt in suite.prompts):
            raise UsageError(f"suite new: {folder} has a prompt {name} already; expected another name")
        number = 1 + max(int(path.name.partition("_")[0]) for path in folder.glob("*.rs"))
    else:
        if not _SUITE_NAME.fullmatch(folder.name):
            raise UsageError(
                f"suite new: {folder.name}: expected a name of lower-case letters, digits, dots and hyphens for the suite"
            )
        files[folder / "suite.toml"] = (
            f'name = "{folder.name}"\nversion = "0.1.0"\ndescription = "What it measures, in a sentence."\n'
        )
    stem = f"{number:02}_{name}"
    source = (_TEMPLATE / "prompt.rs").read_text(encoding="utf-8")
    files[folder / f"{stem}.rs"] = source.replace(_TEMPLATE_NAME, name)
    files[folder / "checks" / f"{stem}.toml"] = (_TEMPLATE / "checks.toml").read_text(encoding="utf-8")
    _write(files)
    return tuple(files)


def _write(files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise NotReadyError(f"{path}: cannot be written: {error.strerror}") from error
