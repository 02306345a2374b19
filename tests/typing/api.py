"""Sample user code that must type-check; it is never run."""

from __future__ import annotations

import numpy as np

from ferrobench import RewardFunction
from ferrobench.judging import (
    Compiled,
    Judge,
    Rejected,
    Stage,
    Unjudged,
    Verdict,
    is_compiled,
    probe_toolchain,
)
from ferrobench.models import load_checkpoint
from ferrobench.prompts import load_suite
from ferrobench.results import load_results
from ferrobench.reward import STAGE_REWARDS


def compile_rate(path: str) -> float | None:
    """Read one figure of a results file."""
    return load_results(path).compile_success_rate


def next_token(path: str, ids: list[int]) -> int:
    """Ask a checkpoint for the most likely next token."""
    logits = load_checkpoint(path, device="cpu").logits(np.array([ids]))
    return int(logits[0, -1].argmax())


def first_error(code: str) -> str | None:
    """Ask rustc about a program."""
    with Judge(probe_toolchain()) as judge:
        match judge.judge_code(code):
            case Compiled():
                return None
            case Rejected(errors=errors):
                return errors[0].message
            case Unjudged(cause=cause):
                return cause
            case other:
                return type(other).__name__


def categories(suite: str) -> set[str]:
    """List what a suite covers."""
    return {prompt.category for prompt in load_suite(suite).prompts}


def best(prompt: str, completions: list[str]) -> str:
    """Choose among answers by how far rustc gets with them."""
    steep = {**STAGE_REWARDS, Stage.COMPILED: 2.0}
    with RewardFunction("stage", stage_rewards=steep, prelude="given") as reward:
        size = len(completions)
        rewards: list[float | None] = reward([prompt] * size, completions, given=["struct P;"] * size, step=1)
    return max(zip(rewards, completions, strict=True), key=lambda pair: pair[0] or 0.0)[1]


async def share_compiled(chats: list[list[dict[str, str]]]) -> float:
    """Reward chats by a function of our own, in a loop of our own."""

    def plain(verdict: Verdict) -> float | None:
        return 1.0 if is_compiled(verdict) else -1.0

    reward = RewardFunction(plain, code="fenced", name="plain")
    ask = reward.asynchronous()
    rewards = [*await reward.acall(prompts=chats, completions=chats), *await ask(chats, chats)]
    return sum(earned == 1.0 for earned in rewards) / len(rewards)
