"""How a run was counted, and what its figures do not say: the report's small print. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrobench.reports.characters import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.reports.report_metrics import Fact
    from ferrobench.results import RunRecord

CAVEATS = (
    "That a program compiles says that rustc accepts it, not that it does what was asked. Passing says that these tests hold, "
    "not that no other would fail.",
    "A rate is of these prompts and these settings. With another suite, temperature or prompt style it is another rate; "
    "compare runs with ferrobench compare, which says what differs.",
    "The narrow interval tells what drawing further samples of these very prompts would change, and is the one for comparing "
    "two checkpoints on one suite. The wide one tells what other prompts of this kind would change.",
    "A model that has seen the prompts or their solutions in training does better here than elsewhere.",
)
_TITLES = {
    "temperature": "temperature", "top_k": "top-k", "top_p": "top-p", "max_tokens": "max tokens", "min_p": "min-p",
    "repetition_penalty": "repetition penalty", "presence_penalty": "presence penalty", "no_repeat_ngram": "no repeated n-gram",
    "stop": "stop", "cpu_seconds": "s of CPU time", "wall_seconds": "s of wall time", "address_space_mib": "MiB of memory",
    "file_size_mib": "MiB of files", "open_files": "open files", "kept_output_kib": "KiB of output kept", "source_kib": "KiB of source",
    "stack_mib": "MiB of stack", "tasks": "threads", "output_kib": "KiB of output",
}  # fmt: skip


def method_groups(record: RunRecord) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    """Facts under headings, as far as the record knows them."""
    groups = {
        "Samples": tuple(_samples(record)),
        "Sampling": tuple(_sampling(record)),
        "Judging": tuple(_judging(record)),
        "Provenance": tuple(_provenance(record)),
    }
    return tuple((title, facts) for title, facts in groups.items() if facts)


def _settings(record: RunRecord) -> dict[str, Any]:
    found = record.config.get("settings", {})
    return found if isinstance(found, dict) else {}


def _samples(record: RunRecord) -> Iterator[Fact]:
    yield "samples", f"{record.total_samples:,} of {len(record.samples_by_prompt)} prompts"
    if record.judged_samples is not None:
        yield "judged", f"{record.judged_samples:,}; rates are over these"
    unjudged = record.unjudged
    if unjudged is not None:
        parts = [
            (unjudged.ours, "our failure"),
            (unjudged.suite, "the suite's"),
            (unjudged.model, f"without room in the model's context ({unjudged.model_prompts} prompts)"),
        ]
        words = ", ".join(f"{count:,} {whose}" for count, whose in parts if count)
        yield "unjudged", f"{unjudged.count:,}{f': {words}' if words else ''}; in no rate"
        for cause, count in list(unjudged.causes.items())[:5]:
            yield f"  {count:,} times", visible(cause)
    if record.at_k is not None:
        ks = ", ".join(str(one.k) for one in record.at_k.extracted.compile_at_k)
        yield "k", f"{ks}; the unbiased estimator of Chen et al. 2021, prompts weighing the same"
        repairs = ", ".join(f"{name} {count}" for name, count in record.at_k.repairs.items())
        if repairs:
            yield "repairs", visible(repairs)
    tests = record.tests
    if tests is not None:
        yield "with tests", f"{tests.samples:,} samples; {len(tests.untested_prompts)} prompts have none"
        failures = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in tests.failures.items())
        if failures:
            yield "compiled, but failed", visible(failures)
        if tests.in_process:
            yield "weaker proof", f"{tests.in_process:,} passes with tests in the sample's own process"
        if tests.near_limit:
            yield "near a limit", f"{tests.near_limit:,}; a slower machine might have judged otherwise"


def _sampling(record: RunRecord) -> Iterator[Fact]:
    settings = _settings(record)
    for key, value in settings.get("sampling", {}).items():
        if key in _TITLES:
            yield _TITLES[key], visible(str(value))
    for key, title in (
        ("seed", "seed"),
        ("prompt_style", "prompt style"),
        ("device", "device"),
        ("dtype", "number type"),
    ):
        if settings.get(key) is not None:
            yield title, visible(str(settings[key]))  # fmt: skip


def _judging(record: RunRecord) -> Iterator[Fact]:
    settings = _settings(record)
    for key, title in (
        ("toolchain", "rustc"),
        ("edition", "edition"),
        ("judge", "mode"),
        ("sandbox", "sandbox"),
    ):
        if settings.get(key) is not None:
            yield title, visible(str(settings[key]))
    if "prelude" in settings:
        yield "prelude", "in scope" if settings["prelude"] else "none (--bare)"
    for key, title in (("limits", "limits of rustc"), ("run_limits", "limits of a test run")):
        limits = settings.get(key)
        if isinstance(limits, dict):
            words = (
                f"{value:g} {_TITLES[name]}"
                for name, value in limits.items()
                if name in _TITLES and isinstance(value, int | float)
            )
            yield title, ", ".join(words)
    crates = settings.get("crates")
    if isinstance(crates, dict) and crates:
        yield "crates", visible(", ".join(f"{name} {version}" for name, version in crates.items()))


def _provenance(record: RunRecord) -> Iterator[Fact]:
    settings, config = _settings(record), record.config
    yield "checkpoint", visible(record.checkpoint)
    if settings.get("checkpoint_fingerprint"):
        yield "fingerprint", visible(str(settings["checkpoint_fingerprint"]))
    model = config.get("model")
    if isinstance(model, dict):
        known = {key: model.get(key) for key in ("kind", "step", "loss", "parameters", "context_length")}
        words = (
            f"{key.replace('_', ' ')} {value:,}" if isinstance(value, int) else f"{key.replace('_', ' ')} {value}"
            for key, value in known.items()
            if value is not None
        )  # fmt: skip
        yield "model", visible(", ".join(words))
    for suite in settings.get("suites", ()):
        digest = str(suite.get("content_hash", ""))[:23]
        yield "suite", visible(f"{suite['name']} {suite['version']} {digest}".strip())
    machine = config.get("machine")
    if isinstance(machine, dict):
        yield (
            "machine",
            visible(
                ", ".join(
                    f"{value} cores" if key == "cores" else str(value)
                    for key, value in machine.items()
                    if key in ("system", "architecture", "processor", "cores")
                )
            ),
        )
    libraries = dict(config.get("libraries") or {})
    if isinstance(model, dict) and isinstance(model.get("libraries"), dict):
        libraries |= model["libraries"]
    if libraries:
        yield "libraries", visible(", ".join(f"{name} {version}" for name, version in libraries.items()))
    yield "written", visible(record.timestamp)
    if record.ferrobench_version is not None:
        yield "by", f"ferrobench {visible(record.ferrobench_version)}"
    if record.run_dir is not None:
        yield "run folder", visible(record.run_dir)
