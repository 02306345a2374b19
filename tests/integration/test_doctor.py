"""`ferrobench doctor` tells the truth about this machine."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ferrobench.cli import doctor
from ferrobench.cli.main import main
from ferrobench.judging.toolchain import probe_toolchain

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]


def test_a_machine_that_passes_these_tests_is_ready(capsys: pytest.CaptureFixture[str]) -> None:
    """Every finding that a run needs works, and each is named."""
    assert main(["doctor"]) == 0

    output = capsys.readouterr().out
    assert output.rstrip().endswith("ready")
    for name in (
        "python",
        "rustc",
        "judging",
        "torch",
        "tokenizers",
        "devices",
        "demo checkpoint",
        "sandbox",
        "hidden tests",
        "fast judging",
    ):
        assert name in output


def test_a_library_for_some_models_alone_is_absent_and_not_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what installs it, and what for; the machine is ready all the same."""
    from importlib import metadata

    version = metadata.version

    def without_openai(name: str) -> str:
        if name == "openai":
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(metadata, "version", without_openai)

    assert main(["doctor"]) == 0

    line = next(line for line in capsys.readouterr().out.splitlines() if " openai " in line)
    assert line.split()[0] == "absent"
    assert "pip install 'ferrobench[openai]', for endpoints" in line


def test_what_is_missing_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without rustc nothing can be judged: exit code 3."""
    monkeypatch.setenv("PATH", str(tmp_path))
    probe_toolchain.cache_clear()
    try:
        assert main(["doctor"]) == 3
    finally:
        probe_toolchain.cache_clear()

    output = capsys.readouterr().out
    assert "not ready: rustc" in output
    assert "https://rustup.rs" in output


def test_a_missing_linker_is_what_hidden_tests_lack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the line that installs it, even where all that is built once was built before."""
    rustc = probe_toolchain().rustc
    for name in ("rustc", "bwrap", "ldd"):
        found = rustc if name == "rustc" else shutil.which(name)
        if found is not None:
            (tmp_path / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path))

    finding = next(finding for finding in doctor.examine() if finding.name == "hidden tests")

    assert not finding.works
    assert finding.needed
    assert "apt install gcc libc6-dev" in finding.detail
    assert "\n" not in finding.detail


def test_a_library_that_is_not_installed_is_named_with_its_extra() -> None:
    """As the line to paste."""
    finding = doctor._library("surely-not-installed", "ferrobench[torch]")

    assert not finding.works
    assert finding.detail == "pip install 'ferrobench[torch]'"
