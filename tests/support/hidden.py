"""Prompts with hidden tests, of which only what a test names matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.prompts import JudgeMode, Prompt

if TYPE_CHECKING:
    from ferrobench.prompts.prompt import Need


def hidden_prompt(
    text: str,
    tests: str,
    *,
    name: str = "arbitrary",
    reference: str = "",
    probes: str = "",
    prelude: str = "",
    needs: frozenset[Need] = frozenset(),
) -> Prompt:
    """A prompt with hidden tests; the rest of it is arbitrary."""
    return Prompt(
        id=f"arbitrary/{name}",
        text=text,
        category="arbitrary",
        tags=(),
        judge=JudgeMode.TESTS,
        prelude=prelude,
        reference=reference,
        probes=probes,
        tests=tests,
        complete=False,
        needs=needs,
    )


def in_module(*functions: str) -> str:
    """Test functions in the usual module, each with ``#[test]`` before it."""
    body = "\n".join(f"#[test]\n{function}" for function in functions)
    return f"#[cfg(test)]\nmod tests {{\nuse super::*;\n{body}\n}}\n"
