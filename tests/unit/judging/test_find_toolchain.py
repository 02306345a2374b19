"""Finding the toolchain, with stubs on the path."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import ToolchainError
from ferrobench.judging.toolchain import probe_toolchain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = (
    "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0"
)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    probe_toolchain.cache_clear()
    yield
    probe_toolchain.cache_clear()


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(stat.S_IRWXU)


@pytest.fixture
def stubs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path with a proxy that names a sysroot with a rustc and a rustfmt."""
    script(
        tmp_path / "path" / "rustc", f'echo "$RUSTUP_TOOLCHAIN" >> {tmp_path}/asked; echo {tmp_path}/sysroot'
    )
    script(tmp_path / "sysroot" / "bin" / "rustc", f"echo '{VERSION}'")
    script(tmp_path / "sysroot" / "bin" / "rustfmt", "")
    monkeypatch.setenv("PATH", f"{tmp_path}/path:/usr/bin:/bin")
    monkeypatch.delenv("RUSTUP_TOOLCHAIN", raising=False)
    return tmp_path


def test_the_real_rustc_is_found_behind_the_proxy(stubs: Path) -> None:
    toolchain = probe_toolchain()

    assert toolchain.rustc == stubs / "sysroot" / "bin" / "rustc"
    assert toolchain.version == "1.95.0 (59807616e 2026-04-14)"
    assert toolchain.host == "x86_64-unknown-linux-gnu"
    assert toolchain.rustfmt == stubs / "sysroot" / "bin" / "rustfmt"
    assert toolchain.sysroot == stubs / "sysroot"


def test_a_named_toolchain_is_asked_for_and_asked_once(stubs: Path) -> None:
    probe_toolchain("1.95")
    probe_toolchain("1.95")

    assert (stubs / "asked").read_text() == "1.95\n"


def test_a_toolchain_without_rustfmt_serves(stubs: Path) -> None:
    (stubs / "sysroot" / "bin" / "rustfmt").unlink()

    assert probe_toolchain().rustfmt is None


def test_another_version_than_the_one_asked_for_is_refused(stubs: Path) -> None:
    with pytest.raises(
        ToolchainError, match=r"1\.9 was asked for, but rustc is 1\.95\.0 .*rustup toolchain install 1\.9"
    ):
        probe_toolchain("1.9")


def test_without_rustc_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ToolchainError, match=r"no rustc on the path; install Rust with https://rustup\.rs"):
        probe_toolchain()


def test_a_toolchain_that_is_not_installed_names_the_command(stubs: Path) -> None:
    script(stubs / "path" / "rustc", "echo \"error: toolchain '1.80' is not installed\" >&2; exit 1")

    with pytest.raises(
        ToolchainError, match=r"toolchain '1\.80' is not installed.*rustup toolchain install 1\.80"
    ):
        probe_toolchain("1.80")


def test_an_empty_sysroot_is_told(stubs: Path) -> None:
    (stubs / "sysroot" / "bin" / "rustc").unlink()

    with pytest.raises(ToolchainError, match="has no bin/rustc"):
        probe_toolchain()


def test_what_is_no_rustc_is_told(stubs: Path) -> None:
    script(stubs / "sysroot" / "bin" / "rustc", "echo hello")

    with pytest.raises(ToolchainError, match="'hello'"):
        probe_toolchain()


def test_messages_are_one_line(stubs: Path) -> None:
    script(stubs / "path" / "rustc", "printf 'one\\ntwo\\n' >&2; exit 1")

    with pytest.raises(ToolchainError) as caught:
        probe_toolchain()
    assert "\n" not in str(caught.value)
