"""Temporary folders that do not outlive their process."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.judging import scratch as scratch_module
from ferrobench.judging.scratch import LOCK_NAME, PREFIX, Scratch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_folders_are_private_empty_and_removed(tmp_path: Path) -> None:
    """And everything goes with the object that made them."""
    scratch = Scratch()
    with scratch.folder() as first, scratch.folder() as second:
        assert first != second
        assert first.stat().st_mode & 0o777 == 0o700
        assert not any(first.iterdir())
        (first / "file").write_text("x")
        (first / "deep" / "er").mkdir(parents=True)
    assert not first.exists()
    del scratch

    assert not any(tmp_path.iterdir())


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path) -> None:
    """Its lock is free; nobody else's folder is touched."""
    code = (
        "import os, tempfile; tempfile.tempdir = os.environ['HERE']\n"
        "from ferrobench.judging.scratch import Scratch\n"
        "s = Scratch()\n"
        "with s.folder() as f: (f / 'x').write_text('x'); os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code], env={"HERE": str(tmp_path)}, check=False)
    foreign = tmp_path / f"{PREFIX}foreign"
    foreign.mkdir()
    assert len(list(tmp_path.iterdir())) == 2

    with Scratch().folder():
        left = [path.name for path in tmp_path.iterdir() if not (path / LOCK_NAME).exists()]

    assert left == [foreign.name]


def test_the_folder_of_a_living_process_stays(tmp_path: Path) -> None:
    """Its lock is held."""
    living = Scratch()
    with living.folder() as folder, Scratch().folder():
        assert folder.is_dir()


def test_a_forked_child_removes_nothing_of_its_parents() -> None:
    """A trainer's data loader is such a child, and ends in the ordinary way."""
    scratch = Scratch()
    with scratch.folder() as folder:
        child = os.fork()
        if child == 0:
            try:
                scratch.close()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert folder.is_dir()


def test_small_files_may_lie_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where the temporary folder is the usual one, and where there is room that programs may run from."""
    usual, memory = tmp_path / "usual", tmp_path / "memory"
    usual.mkdir()
    memory.mkdir()
    monkeypatch.setattr(scratch_module, "_USUAL_PARENT", usual)
    monkeypatch.setattr(scratch_module, "_MEMORY_PARENT", memory)

    def lies_in() -> Path:
        with Scratch(in_memory=True).folder() as folder:
            return folder.parent.parent

    assert lies_in() == tmp_path
    monkeypatch.setattr(tempfile, "tempdir", str(usual))
    assert lies_in() == memory
    with Scratch().folder() as folder:
        assert folder.parent.parent == usual
    monkeypatch.setattr(scratch_module, "_LEAST_MEMORY_BYTES", 1 << 62)
    assert lies_in() == usual
    monkeypatch.setattr(scratch_module, "_LEAST_MEMORY_BYTES", 0)
    monkeypatch.setattr(scratch_module, "_MEMORY_PARENT", tmp_path / "missing")
    assert lies_in() == usual
    assert not any(memory.iterdir())


def test_a_folder_that_is_just_being_made_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another process may sweep between any two steps of making it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    steps = 0

    def sweeping(name: str) -> None:
        original = getattr(os if name in ("open", "rename") else fcntl, name)

        def step(*arguments: Any, **options: Any) -> Any:
            nonlocal steps
            found = original(*arguments, **options)
            if sys._getframe(1).f_code.co_name in ("_make_base", "rename"):
                steps += 1
                scratch_module._sweep(tmp_path)
            return found

        monkeypatch.setattr(os if name in ("open", "rename") else fcntl, name, step)

    for name in ("open", "rename", "flock"):
        sweeping(name)

    with Scratch().folder() as folder:
        scratch_module._sweep(tmp_path)

        assert folder.is_dir()
    assert steps == 3
