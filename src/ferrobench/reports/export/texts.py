"""Names of prompts in files that other programs read."""

from __future__ import annotations

import re


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
