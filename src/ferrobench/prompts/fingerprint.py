"""The fingerprint of a suite: two that differ in it may give different scores."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.prompts.crates import SuiteCrates
    from ferrobench.prompts.prompt import Prompt


def content_hash(prompts: tuple[Prompt, ...], crates: SuiteCrates | None) -> str:
    """Fingerprint all that can move a score, in order.

    Category, tags, level, what it is a variant of, and the suite's version and description are left out: they only describe.
    """
    content: object = [_content(prompt) for prompt in prompts]
    if crates is not None:
        content = {"prompts": content, "crates": crates.fingerprint}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"sha256:{sha256(canonical.encode()).hexdigest()}"


def _content(prompt: Prompt) -> dict[str, object]:
    content: dict[str, object] = {
        "id": prompt.id,  # samples are seeded by it
        "text": prompt.text,
        "judge": prompt.judge.value,
        "prelude": prompt.prelude,
        "reference": prompt.reference,  # time limits are scaled from its own
        "probes": prompt.probes,
        "tests": prompt.tests,
        "needs": sorted(need.value for need in prompt.needs),
    }
    # What only some formats have. Left out where it is not there, so that other suites keep the fingerprints they had.
    of_format = {
        "entry_point": prompt.entry_point,
        "stop_text": prompt.stop_text,
        "original_text": prompt.original_text,
        "outside_crates": list(prompt.outside_crates),
    }
    return content | {key: value for key, value in of_format.items() if value}
