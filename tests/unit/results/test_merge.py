"""Shards of a run, put together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ferrobench.errors import InputError, NotReadyError, UsageError
from ferrobench.generation import Shard
from ferrobench.prompts import load_suite
from ferrobench.results import (
    RunFacts,
    RunPlan,
    SavedRun,
    load_run,
    merge_shards,
    parse_plan,
    read_journal,
    summarize,
    write_run_folder,
)
from tests.support.records import record

PROMPTS = load_suite("seed").prompts[:3]
PLAN = RunPlan.of(PROMPTS, {PROMPTS[0].id: 3, PROMPTS[1].id: 2, PROMPTS[2].id: 2}, ks=(1,))
SETTINGS: dict[str, Any] = {
    "n_samples": 7,
    "sampling": {"temperature": 0.8},
    "judge": "fast",
    "device": "cuda:0",
}


def a_shard(
    text: str | None,
    *,
    leave_out: int = 0,
    settings: dict[str, Any] | None = None,
    config: dict[str, Any] | None = None,
) -> SavedRun:
    """A shard of one run, in a folder of its name, its samples in no order."""
    number, _, count = (text or "1/1").partition("/")
    names = Shard(number=int(number), count=int(count)).part_of(PLAN.samples)
    samples = tuple(record(prompt_id, index, seed=index) for prompt_id, index in names)
    return SavedRun(
        label=f"s{number}",
        folder=Path(f"s{number}"),
        record=None,
        config={
            "ferrobench_version": "1",
            "created": f"day {number}",
            "settings": SETTINGS | {"shard": text} | (settings or {}),
            "plan": PLAN.model_dump(mode="json"),
            "prompt_texts": {prompt.id: prompt.text for prompt in PROMPTS},
            **(config or {}),
        },
        samples=samples[::-1][leave_out:],
    )


def test_shards_in_any_order_are_the_whole_in_the_order_of_the_plan() -> None:
    """With the settings of an unsharded run, made where the first shard was."""
    config, samples = merge_shards([a_shard("3/3"), a_shard("1/3"), a_shard("2/3")])

    assert [(sample.prompt_id, sample.index) for sample in samples] == list(PLAN.samples)
    assert config["settings"] == SETTINGS | {"shard": None}
    assert config["created"] == "day 1"
    assert config["merged_from"] == ["s1", "s2", "s3"]


def test_a_single_shard_is_a_whole() -> None:
    """Where one asks for one part of one."""
    _, samples = merge_shards([a_shard("1/1")])

    assert len(samples) == 7


def test_shards_may_differ_in_what_changes_no_sample() -> None:
    """The mode of the judge, which is recorded as mixed, and which of several devices of a kind drew them."""
    other = a_shard("2/2", settings={"judge": "exact", "device": "cuda:1"})

    config, _ = merge_shards([a_shard("1/2"), other])

    assert config["settings"]["judge"] == "mixed"
    assert config["settings"]["device"] == "cuda:0"


@pytest.mark.parametrize(
    ("runs", "complaint"),
    [
        ([a_shard(None)], "s1: is no shard of a run"),
        ([a_shard("1/2"), a_shard(None)], "s1: is no shard of a run"),
        ([a_shard("1/2"), a_shard("2/3")], "s2 is shard 2/3, and s1 is shard 1/2"),
        ([a_shard("1/3"), a_shard("2/3"), a_shard("1/3")], "shard 1/3 is there twice: s1 and s1"),
        ([a_shard("2/3")], "2 of 3 shards are missing: 1/3, 3/3"),
        ([a_shard("1/12")], "11 of 12 shards are missing: 2/12, 3/12, 4/12, 5/12, 6/12 and 6 more"),
        (
            [a_shard("1/2"), a_shard("2/2", leave_out=1)],
            "s2: shard 2/2 is not finished: 1 of 3 samples are missing",
        ),
        (
            [a_shard("1/2"), a_shard("2/2", settings={"sampling": {"temperature": 0.2}})],
            "s2 is of another run than s1: sampling.temperature is 0.2 here and 0.8 there",
        ),
        (
            [a_shard("1/2"), a_shard("2/2", settings={"device": "cpu"})],
            'device is "cpu" here and "cuda" there',
        ),
        ([a_shard("1/2"), a_shard("2/2", settings={"new": 1})], "new is 1 here and null there"),
        (
            [a_shard("1/2"), a_shard("2/2", config={"ferrobench_version": "2"})],
            'ferrobench_version is "2" here and "1" there',
        ),
        ([a_shard("1/1", settings={"shard": "x"})], "s1/config.json: settings.shard: --shard x: expected"),
        ([a_shard("1/1", config={"plan": None})], "s1/config.json: plan: input should be"),
        ([a_shard("1/1", config={"prompt_texts": {}})], "prompt_texts: has no text of seed/factorial"),
    ],
)
def test_what_is_not_one_run_is_refused(runs: list[SavedRun], complaint: str) -> None:
    """Naming the folder, and the first thing that is wrong."""
    with pytest.raises(InputError) as caught:
        merge_shards(runs)

    assert complaint in str(caught.value)


def test_a_sample_of_another_shard_is_no_sample_of_this_one() -> None:
    """A journal that was put together by hand is not taken for a finished one."""
    one, other = a_shard("1/2"), a_shard("2/2")
    mixed = SavedRun(
        label="x", folder=Path("x"), record=None, config=one.config, samples=(*one.samples, *other.samples)
    )

    with pytest.raises(InputError, match=r"x/samples.jsonl: has sample .* which shard 1/2 does not plan"):
        merge_shards([mixed, other])


def test_the_plan_in_a_config_counts_as_the_prompts_of_the_suite_do() -> None:
    """So that shards can be merged where their suite is not."""
    config = a_shard("1/1").config
    plan = parse_plan(config, "arbitrary")
    facts = RunFacts(
        checkpoint="x", timestamp="t", version="0", run_dir="r", warnings=(), config={}, ks=plan.ks
    )
    samples = a_shard("1/1").samples

    restored = plan.restore_prompts(config["prompt_texts"])

    assert plan == PLAN
    assert summarize(restored, samples, facts) == summarize(PROMPTS, samples, facts)


FACTS = RunFacts(checkpoint="x", timestamp="t", version="0", run_dir="r", warnings=(), config={})


def write(path: Path) -> None:
    """Write a small run folder."""
    samples = a_shard("1/1").samples
    write_run_folder(
        path, config=dict(a_shard("1/1").config), samples=samples, record=summarize(PROMPTS, samples, FACTS)
    )


@pytest.mark.parametrize("is_there", [False, True])
def test_a_folder_is_written_whole(is_there: bool, tmp_path: Path) -> None:
    """Also where an empty one is there already; it is a run like any other, and nothing is left beside it."""
    folder = tmp_path / "deep" / "run"
    if is_there:
        folder.mkdir(parents=True)

    write(folder)

    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "results.json", "samples.jsonl"]
    assert read_journal(folder / "samples.jsonl") == a_shard("1/1").samples
    assert load_run(folder, need_samples=True).record is not None
    assert list(folder.parent.iterdir()) == [folder]


def test_a_folder_that_is_in_use_is_left_alone(tmp_path: Path) -> None:
    """A run folder is always a new one."""
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(UsageError, match="exists and is not empty"):
        write(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_target_that_cannot_be_written_is_the_environments_fault(tmp_path: Path) -> None:
    """A file where a folder should be, and nothing is left."""
    (tmp_path / "file").write_text("")

    with pytest.raises(NotReadyError, match="cannot be written"):
        write(tmp_path / "file" / "run")

    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_kill_in_the_middle_leaves_nothing_under_the_final_name(tmp_path: Path) -> None:
    """And the next try succeeds."""
    code = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from ferrobench.results import Journal\n"
        "from tests.unit.results import test_merge\n"
        "append, left = Journal.append, iter(range(3))\n"
        "def killed(journal, sample):\n"
        "    append(journal, sample)\n"
        "    if next(left) == 2:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "Journal.append = killed\n"
        f"test_merge.write(Path({str(tmp_path / 'run')!r}))\n"
    )
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": f"{root}:{root / 'src'}"}

    result = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, check=False)

    assert result.returncode == -signal.SIGKILL
    assert not (tmp_path / "run").exists()
    write(tmp_path / "run")
    assert len(read_journal(tmp_path / "run" / "samples.jsonl")) == 7
