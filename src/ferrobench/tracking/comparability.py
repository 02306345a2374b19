"""Whether two runs may be compared: each difference that could be the reason for a change instead of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrobench.tracking.comparison import Note, NoteKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ferrobench.results import SavedRun
    from ferrobench.tracking.outcomes import PromptSamples

_SETTINGS = (
    (NoteKind.PROMPT_STYLE, "prompt_style", "the prompts were put to the models in other ways"),
    (NoteKind.PRELUDE, "prelude", "preludes were in scope in one run alone (--bare)"),
    (NoteKind.EDITION, "edition", "other editions of Rust"),
    (NoteKind.TOOLCHAIN, "toolchain", "other versions of rustc, which may refuse other programs"),
)
_LIMITS = ("limits", "run_limits")
_NAMES_SHOWN = 3


def find_notes(old: SavedRun, new: SavedRun) -> list[Note]:
    """All that stands in the way of comparing two runs, what forbids it first. The prompts are looked at elsewhere."""
    before, after = old.config.get("settings", {}), new.config.get("settings", {})
    originals = [name for name, run in (("old", old), ("new", new)) if is_original(run)]
    if originals:
        notes = [
            _warn(
                NoteKind.ORIGINAL,
                f"the {' and the '.join(originals)} run {'are files' if len(originals) > 1 else 'is a file'} of the original tool, which "
                "does not say how samples were drawn, nor with which rustc they were judged",
            )
        ]
    else:
        notes = [*_suite_notes(before, after), *_setting_notes(before, after), *_device_notes(old, new)]
    notes += _sample_notes(old, new)
    return sorted(notes, key=lambda note: not note.refused)


def is_original(run: SavedRun) -> bool:
    """Whether the original tool wrote it."""
    return run.record is not None and run.record.schema_version is None


def prompt_notes(
    old: Mapping[str, PromptSamples], new: Mapping[str, PromptSamples], *, originals: bool
) -> tuple[list[str], list[Note]]:
    """The prompts that can be compared, in the order of the old run, and what is to be said of the others."""
    common = [name for name in old if name in new]
    changed = [name for name in common if old[name].text != new[name].text]
    notes = []
    for side, these, those in (("old", old, new), ("new", new, old)):
        alone = [name for name in these if name not in those]
        if alone:
            notes.append(
                Note(
                    kind=NoteKind.PROMPTS,
                    message=f"{len(alone)} of {len(these)} prompts are in the {side} run alone: {_some(alone)}",
                    # Of the original there is only one suite; whoever asks ours for more of it means to compare what both have.
                    refused=not originals,
                )
            )
    if changed:
        notes.append(
            Note(
                kind=NoteKind.PROMPTS,
                message=f"{len(changed)} of {len(common)} prompts have another text now: {_some(changed)}",
                refused=True,
            )
        )
    return [name for name in common if name not in changed], notes


def _suite_notes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Note]:
    old, new = _suites(before), _suites(after)
    for name in dict.fromkeys((*old, *new)):
        if name not in old or name not in new:
            side = "old" if name in old else "new"
            yield Note(
                kind=NoteKind.SUITE, message=f"the suite {name} is in the {side} run alone", refused=True
            )
        elif old[name] != new[name]:
            versions = f"{old[name][0]} and {new[name][0]}"
            same = ", its files differ all the same" if old[name][0] == new[name][0] else ""
            yield Note(
                kind=NoteKind.SUITE,
                message=f"the suite {name} is not the same: versions {versions}{same}; its prompts or tests have changed",
                refused=True,
            )


def _suites(settings: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        str(suite["name"]): (str(suite["version"]), str(suite.get("content_hash")))
        for suite in settings.get("suites", [])
    }


def _setting_notes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Note]:
    # Of ready completions nothing is known of their sampling.
    sampling = before.get("sampling") or {}, after.get("sampling") or {}
    if all(sampling):
        differing = list(_differences(*sampling))
        if differing:
            yield _warn(NoteKind.SAMPLING, f"sampled in other ways: {', '.join(differing)}")
    elif any(sampling):
        yield _warn(
            NoteKind.SAMPLING,
            "the completions of one run were made elsewhere: how they were sampled is not known",
        )
    for kind, key, words in _SETTINGS:
        if key in before and key in after and before[key] != after[key]:
            yield _warn(kind, f"{words}: {_shown(before[key])} and {_shown(after[key])}")
    crates = before.get("crates") or {}, after.get("crates") or {}
    if crates[0] != crates[1]:
        yield _warn(
            NoteKind.CRATES,
            f"other crates were there for samples to use: {_some(sorted(set(crates[0]) ^ set(crates[1])) or sorted(crates[0]))}",
        )
    for key in _LIMITS:
        if key in before and key in after and before[key] != after[key]:
            yield _warn(NoteKind.LIMITS, f"other limits: {', '.join(_differences(before[key], after[key]))}")


def _device_notes(old: SavedRun, new: SavedRun) -> Iterator[Note]:
    places = []
    for run in (old, new):
        machine, settings = run.config.get("machine") or {}, run.config.get("settings", {})
        places.append(
            (machine.get("processor"), machine.get("cores"), settings.get("device"), settings.get("threads"))
        )
    if places[0] != places[1]:
        yield _warn(NoteKind.DEVICE, "other machines, devices or threads: speeds are not comparable")


def _sample_notes(old: SavedRun, new: SavedRun) -> Iterator[Note]:
    for side, run in (("old", old), ("new", new)):
        if run.record is None:
            yield _warn(
                NoteKind.SAMPLES, f"the {side} run is not finished: {len(run.samples)} samples are there"
            )
        elif run.record.unjudged is not None and run.record.unjudged.count:
            number, whole = run.record.unjudged.count, run.record.total_samples
            yield _warn(
                NoteKind.UNJUDGED,
                f"{number} of {whole} samples of the {side} run are unjudged and in no rate",
            )
        if not run.samples and not is_original(run):
            yield _warn(
                NoteKind.NO_SAMPLES,
                f"the samples of the {side} run are not there: what was fixed and what broke cannot be told",
            )


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield f"{key} {_shown(old.get(key))} and {_shown(new.get(key))}"


def _warn(kind: NoteKind, message: str) -> Note:
    return Note(kind=kind, message=message, refused=False)


def _shown(value: object) -> str:
    return str(value)[:60]


def _some(names: Iterable[str]) -> str:
    listed = [
        name if len(name) <= 60 else f"{name[:60]}…" for name in (" ".join(one.split()) for one in names)
    ]
    more = len(listed) - _NAMES_SHOWN
    return ", ".join(listed[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
