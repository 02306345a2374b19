"""Texts that a model wrote, on their way into files that other programs read."""

from __future__ import annotations

import re

# Control characters but tab and line feed, lone surrogates, and the two code points that are no characters to XML.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def escape_unfit(text: str) -> str:
    """Write what terminals obey and XML forbids as Rust would, such as ``\\u{1b}``; tabs and line feeds stay."""
    return _UNFIT.sub(_escaped, text)


def escape_surrogates(text: str) -> str:
    """Write lone surrogates, which are no text to strict readers of JSON, as ``\\u{dc80}``."""
    return _SURROGATES.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{{{ord(match[0]):x}}}"


def name_of(prompt_id: str) -> str:
    """What a prompt is called in its own suite."""
    return prompt_id.partition("/")[2] or prompt_id


def file_names(prompt_ids: list[str]) -> dict[str, str]:
    """A file's name for each prompt, without ending: its name where those differ, else its id."""
    names = {prompt_id: _file_name(name_of(prompt_id)) for prompt_id in prompt_ids}
    if len({name.lower() for name in names.values()}) < len(names):
        names = {
            prompt_id: f"{number:04}_{_file_name(prompt_id)}" for number, prompt_id in enumerate(prompt_ids)
        }
    return names


def _file_name(text: str) -> str:
    # Nothing that a path or a shell could take for more than a name.
    return re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip(".-")[:150] or "prompt"
