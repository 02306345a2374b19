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
        "fast judging",
    ):
        assert name in output


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


def test_a_library_that_is_not_installed_is_named_with_its_extra() -> None:
    """As the line to paste."""
    finding = doctor._library("surely-not-installed", "ferrobench[torch]")

    assert not finding.works
    assert finding.detail == "pip install 'ferrobench[torch]'"
