"""A run as it lies on disk: its folder, or the results file that names the folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferrobench.errors import InputError
from ferrobench.results.journal import read_journal, read_sound_lines
from ferrobench.results.original import examine_original
from ferrobench.results.run_folder import read_config
from ferrobench.results.store import CONFIG_FILE, JOURNAL_FILE, RESULTS_FILE, load_results

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferrobench.results.run_record import RunRecord
    from ferrobench.results.sample_record import SampleRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRun:
    """What is known of a run; one that is not finished has no record yet."""

    label: str
    """A name for it, fit for a file's."""
    folder: Path | None = None
    """Where its samples lie; None where that is not there any more."""
    record: RunRecord | None
    config: Mapping[str, Any]
    """Empty where the folder is not there any more, or the results are of the original tool."""
    samples: tuple[SampleRecord, ...]
    """In the order of the prompts. None where the folder is not there."""
    damage: tuple[str, ...] = ()
    """What of the journal could not be read, where that was tolerated: a sentence each."""

    @property
    def prompt_texts(self) -> Mapping[str, str]:
        """What the model was given, by the ids of the prompts, in order."""
        texts: Mapping[str, str] = self.config.get("prompt_texts", {})
        return texts


def load_run(path: Path, *, need_samples: bool, tolerant: bool = False) -> SavedRun:
    """Load a run from its folder or from its results file.

    Args:
        path: Either of them.
        need_samples: Whether to refuse a run whose samples are not there.
        tolerant: Whether to leave out damaged lines of the journal, and say so, rather than to refuse the run.

    Raises:
        InputError: Something is missing or damaged. One line that names it.
    """
    if path.is_dir():
        record = _load_record(path / RESULTS_FILE) if (path / RESULTS_FILE).exists() else None
        return _load(path, path.resolve().name, record, tolerant=tolerant)
    record = _load_record(path)
    folder = _folder_of(path, record)
    if folder is not None:
        return _load(folder, folder.resolve().name, record, tolerant=tolerant)
    if need_samples:
        named = (
            "names no run folder"
            if record.run_dir is None
            else f"names the run folder {record.run_dir}, which is not there"
        )
        raise InputError(f"{path}: {named}; its samples are needed: give the run folder itself")
    return SavedRun(
        label=path.name.removesuffix(".json"), folder=None, record=record, config=record.config, samples=()
    )


def _load_record(path: Path) -> RunRecord:
    record = examine_original(load_results(path))
    _check_settings(f"{path}: config.", record.config)
    return record


def _check_settings(place: str, config: Mapping[str, Any]) -> None:
    """See that what others are told of the settings is what it should be, where it is there at all."""
    settings = config.get("settings", {})
    if not isinstance(settings, dict):
        raise InputError(f"{place}settings: expected an object")
    if not isinstance(settings.get("sampling", {}), dict):
        raise InputError(f"{place}settings.sampling: expected an object")
    suites = settings.get("suites", [])
    if not isinstance(suites, list) or not all(
        isinstance(suite, dict) and "name" in suite and "version" in suite for suite in suites
    ):
        raise InputError(f"{place}settings.suites: expected a list of objects with name and version")


def _folder_of(path: Path, record: RunRecord) -> Path | None:
    """The run folder of a results file: the one that it lies in, else the one that it names."""
    named = () if record.run_dir is None else (Path(record.run_dir), path.parent / record.run_dir)
    for folder in ((path.parent,) if path.name == RESULTS_FILE else ()) + named:
        if (folder / CONFIG_FILE).is_file() and (folder / JOURNAL_FILE).is_file():
            return folder
    return None


def _load(folder: Path, label: str, record: RunRecord | None, *, tolerant: bool) -> SavedRun:
    config = read_config(folder)
    _check_settings(f"{folder / CONFIG_FILE}: ", config)
    texts = config.get("prompt_texts")
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise InputError(f"{folder / CONFIG_FILE}: prompt_texts: expected an object of strings")
    place = {prompt_id: number for number, prompt_id in enumerate(texts)}
    journal = folder / JOURNAL_FILE
    samples, damage = read_sound_lines(journal) if tolerant else (read_journal(journal), ())
    strangers = {sample.prompt_id for sample in samples if sample.prompt_id not in place}
    for stranger in sorted(strangers):
        fault = f"has a sample of {stranger}, which {CONFIG_FILE} does not know"
        if not tolerant:
            raise InputError(f"{journal}: {fault}")
        damage = (*damage, f"{journal.name} {fault}; left out")
    return SavedRun(
        label=label,
        folder=folder,
        record=record,
        config=config,
        samples=tuple(
            sorted(
                (sample for sample in samples if sample.prompt_id not in strangers),
                key=lambda sample: (place[sample.prompt_id], sample.index),
            )
        ),
        damage=damage,
    )
