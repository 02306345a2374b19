"""Parts of a run."""

from __future__ import annotations

from collections import Counter

import pytest

from ferrobench.errors import UsageError
from ferrobench.generation import SampleCounts, Shard, parse_shard, plan_samples
from ferrobench.prompts import load_suite

PROMPTS = load_suite("seed").prompts


@pytest.mark.parametrize("count", [1, 3, 7, 100, 101])
def test_shards_are_the_whole_run_each_sample_once(count: int) -> None:
    """With the seeds that the samples have in the whole run, and as many in each as can be."""
    whole = plan_samples(PROMPTS, SampleCounts(n_samples=100), run_seed=5)

    parts = [Shard(number=number, count=count).part_of(whole) for number in range(1, count + 1)]

    tasks = [task for part in parts for task in part]
    assert Counter((task.prompt.id, task.index, task.seed) for task in tasks) == Counter(
        (task.prompt.id, task.index, task.seed) for task in whole
    )
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_the_samples_of_a_prompt_are_spread() -> None:
    """A shard has some of every prompt, not all of some."""
    whole = plan_samples(PROMPTS, SampleCounts(samples_per_prompt=6), run_seed=0)

    part = Shard(number=2, count=4).part_of(whole)

    counts = Counter(task.prompt.id for task in part)
    assert len(counts) == len(PROMPTS)
    assert set(counts.values()) == {1, 2}


@pytest.mark.parametrize(
    "text", ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", "1 / 4", "٣/4", f"1/{'9' * 5000}"]
)
def test_what_is_no_part_is_refused_in_one_line(text: str) -> None:
    """With what was expected."""
    with pytest.raises(UsageError, match=r"--shard .*: expected I/N") as caught:
        parse_shard(text)

    assert len(str(caught.value)) < 150


def test_a_shard_is_written_as_it_is_read() -> None:
    """What the settings record."""
    assert str(parse_shard("3/12")) == "3/12"
