"""Putting the shards of a run together to the whole that an unsharded run would have been. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ferrobench.errors import InputError, UsageError
from ferrobench.generation import Shard, parse_shard
from ferrobench.results.run_folder import MIXED_MODES
from ferrobench.results.run_plan import RunPlan, parse_plan
from ferrobench.results.store import CONFIG_FILE, JOURNAL_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferrobench.results.sample_record import SampleRecord
    from ferrobench.results.saved_run import SavedRun

# What may differ between shards: both modes of the judge say the same, and which of several equal devices is not said twice.
_FREE_SETTINGS = ("shard", "judge", "device")


def merge_shards(runs: Sequence[SavedRun]) -> tuple[dict[str, Any], tuple[SampleRecord, ...]]:
    """Merge all shards of one run, given in any order.

    Every sample stays what it is in its shard, its times too. What tells where a run was made (``created``, ``host``,
    ``machine``) is that of the first shard.

    Returns:
        The config of the whole run, and its samples in the order of the plan.

    Raises:
        InputError: They are not all the shards of one run, each once and finished. Names the folder and what is wrong.
    """
    shards = [(_shard_of(run), run) for run in runs]
    first_shard, first = shards[0]
    for shard, run in shards[1:]:
        if shard.count != first_shard.count:
            raise InputError(
                f"{run.folder} is shard {shard}, and {first.folder} is shard {first_shard}: not of one run"
            )
        difference = _difference(_comparable(first), _comparable(run))
        if difference is not None:
            raise InputError(f"{run.folder} is of another run than {first.folder}: {difference}")
    by_number: dict[int, SavedRun] = {}
    for shard, run in shards:
        if shard.number in by_number:
            raise InputError(
                f"shard {shard} is there twice: {by_number[shard.number].folder} and {run.folder}"
            )
        by_number[shard.number] = run
    missing = [number for number in range(1, first_shard.count + 1) if number not in by_number]
    if missing:
        words = ", ".join(f"{number}/{first_shard.count}" for number in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise InputError(f"{len(missing)} of {first_shard.count} shards are missing: {words}{more}")
    plan = parse_plan(first.config, f"{first.folder}/{CONFIG_FILE}")
    samples: dict[tuple[str, int], SampleRecord] = {}
    for number, run in sorted(by_number.items()):
        samples |= _samples_of(run, Shard(number=number, count=first_shard.count), plan)
    ordered = [by_number[number] for number in sorted(by_number)]
    return _merge_configs(ordered), tuple(samples[name] for name in plan.samples)


def _shard_of(run: SavedRun) -> Shard:
    text = run.config.get("settings", {}).get("shard")
    if text is None:
        raise InputError(f"{run.folder}: is no shard of a run; expected runs made with --shard I/N")
    try:
        return parse_shard(str(text))
    except UsageError as error:
        raise InputError(f"{run.folder}/{CONFIG_FILE}: settings.shard: {error}") from error


def _comparable(run: SavedRun) -> dict[str, Any]:
    """All of a config that must be the same in every shard."""
    settings = run.config.get("settings", {})
    return {
        "ferrobench_version": run.config.get("ferrobench_version"),
        **{key: value for key, value in settings.items() if key not in _FREE_SETTINGS},
        "device": str(settings.get("device")).partition(":")[0],
        "plan": run.config.get("plan"),
    }


def _difference(one: Mapping[str, Any], other: Mapping[str, Any], prefix: str = "") -> str | None:
    """Say what differs first; None where nothing does."""
    for key in dict.fromkeys((*one, *other)):
        here, there = one.get(key), other.get(key)
        if isinstance(here, dict) and isinstance(there, dict):
            inner = _difference(here, there, f"{prefix}{key}.")
            if inner is not None:
                return inner
        elif here != there:
            if isinstance(here, list) and isinstance(there, list):
                return f"{prefix}{key} differs"  # too long for a line
            return f"{prefix}{key} is {json.dumps(there)} here and {json.dumps(here)} there"
    return None


def _samples_of(run: SavedRun, shard: Shard, plan: RunPlan) -> dict[tuple[str, int], SampleRecord]:
    """The samples of one shard by their names, if it has all that are planned and no other."""
    planned = set(shard.part_of(plan.samples))
    found = {(sample.prompt_id, sample.index): sample for sample in run.samples}
    for prompt_id, index in found.keys() - planned:
        raise InputError(
            f"{run.folder}/{JOURNAL_FILE}: has sample {index} of {prompt_id}, which shard {shard} does not plan"
        )
    if len(found) < len(planned):
        raise InputError(
            f"{run.folder}: shard {shard} is not finished: {len(planned) - len(found)} of {len(planned)} samples are "
            "missing; go on with it with --resume"
        )
    return found


def _merge_configs(ordered: Sequence[SavedRun]) -> dict[str, Any]:
    first = ordered[0].config
    modes = {run.config["settings"].get("judge") for run in ordered}
    settings = {**first["settings"], "shard": None}
    if len(modes) > 1:
        settings["judge"] = MIXED_MODES
    return {**first, "settings": settings, "merged_from": [str(run.folder) for run in ordered]}
