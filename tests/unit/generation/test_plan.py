"""Which samples a run draws."""

from __future__ import annotations

from collections import Counter

import pytest

from ferrobench.errors import UsageError
from ferrobench.generation import SampleCounts, plan_ready, plan_samples, select_prompts
from ferrobench.prompts import load_suite

PROMPTS = load_suite("seed").prompts


@pytest.mark.parametrize("total", [1, 15, 16, 17, 96, 100])
def test_a_total_is_met_exactly(total: int) -> None:
    """What the prompts do not divide goes to the first ones."""
    tasks = plan_samples(PROMPTS, SampleCounts(n_samples=total), run_seed=0)
    counts = [Counter(task.prompt.id for task in tasks)[prompt.id] for prompt in PROMPTS]

    assert len(tasks) == total
    assert counts == sorted(counts, reverse=True)
    assert max(counts) - min(counts) <= 1


def test_samples_per_prompt_and_limit() -> None:
    """Three of each of the first two prompts."""
    counts = SampleCounts(samples_per_prompt=3, limit=2)

    tasks = plan_samples(select_prompts([load_suite("seed")], counts.limit), counts, run_seed=0)

    assert [(task.prompt.name, task.index) for task in tasks] == [
        ("factorial", 0), ("factorial", 1), ("factorial", 2),
        ("is_palindrome", 0), ("is_palindrome", 1), ("is_palindrome", 2),
    ]  # fmt: skip


def test_a_sample_keeps_its_seed_when_more_are_asked_for() -> None:
    """Its seed depends on the run's seed, its prompt and its index alone."""
    few = plan_samples(PROMPTS[:2], SampleCounts(samples_per_prompt=1), run_seed=3)
    many = plan_samples(PROMPTS, SampleCounts(samples_per_prompt=4), run_seed=3)

    seeds = {(task.prompt.id, task.index): task.seed for task in many}
    assert all(seeds[task.prompt.id, task.index] == task.seed for task in few)
    assert len(set(seeds.values())) == len(many)


@pytest.mark.parametrize(
    ("counts", "flag"),
    [
        ({"n_samples": 0}, "--n-samples 0"),
        ({"samples_per_prompt": -1}, "--samples-per-prompt -1"),
        ({"limit": 0}, "--limit 0"),
        ({"n_samples": 1, "samples_per_prompt": 1}, "exclude each other"),
    ],
)
def test_impossible_counts_are_refused(counts: dict[str, int], flag: str) -> None:
    """The message names the flag."""
    with pytest.raises(UsageError, match=flag):
        SampleCounts(**counts)


AVAILABLE = {PROMPTS[0].id: 3, PROMPTS[1].id: 2}


def test_all_that_is_ready_is_planned_unless_fewer_are_asked_for() -> None:
    """The first of each prompt then, with the names and seeds that drawn samples have."""
    every = plan_ready(PROMPTS[:2], SampleCounts(), AVAILABLE, run_seed=1)
    two = plan_ready(PROMPTS[:2], SampleCounts(samples_per_prompt=2), AVAILABLE, run_seed=1)

    assert [(task.prompt.name, task.index) for task in every] == [
        ("factorial", 0), ("factorial", 1), ("factorial", 2), ("is_palindrome", 0), ("is_palindrome", 1),
    ]  # fmt: skip
    assert two == plan_samples(PROMPTS[:2], SampleCounts(samples_per_prompt=2), run_seed=1)


@pytest.mark.parametrize(
    ("counts", "prompts", "complaint"),
    [
        ({"samples_per_prompt": 3}, 2, "--samples-per-prompt 3: seed/is_palindrome has only 2 completions"),
        ({"n_samples": 4}, 2, "--n-samples 4: .*--samples-per-prompt"),
        ({}, 4, "2 of 4 prompts have no completion; the first: seed/reverse_string"),
    ],
)
def test_a_plan_that_what_is_ready_cannot_meet_is_refused(
    counts: dict[str, int], prompts: int, complaint: str
) -> None:
    """With the prompt and the numbers."""
    with pytest.raises(UsageError, match=complaint):
        plan_ready(PROMPTS[:prompts], SampleCounts(**counts), AVAILABLE, run_seed=0)
