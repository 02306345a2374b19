"""The command line itself."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import ferrobench
from ferrobench.cli.main import main

CPU_SECONDS = 0.3


def cpu_seconds(argument: str) -> float:
    """User and system time of one call, the least of three: machines are noisy."""
    times = []
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-m", "ferrobench.cli.main", argument],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        _, status, usage = os.wait4(process.pid, 0)
        assert process.stderr is not None
        process.stderr.close()
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        times.append(usage.ru_utime + usage.ru_stime)
    return min(times)


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_are_there_at_once(argument: str) -> None:
    """Under 0.3 s of CPU, interpreter start included."""
    assert cpu_seconds(argument) < CPU_SECONDS


def test_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else is printed."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"{ferrobench.__version__}\n"


@pytest.mark.parametrize("command", ["run", "judge", "watch", "export", "doctor", "suite"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And is listed with a sentence on the first page."""
    assert main([command, "--help"]) == 0
    assert command in capsys.readouterr().out
    assert main(["--help"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if f" {command} " in line)
    assert len(line.split()) > 5


def test_the_check_of_a_suite_names_all_its_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """3 too, for what is no fault of the suite."""
    assert main(["suite", "check", "--help"]) == 0

    words = " ".join(capsys.readouterr().out.split())
    assert all(f"{code}: " in words for code in range(4))
    assert "3: the environment is not ready" in words


@pytest.mark.parametrize("arguments", [["nonsense"], ["run", "--n-samples"], ["judge"], ["run", "stray"]])
def test_wrong_usage_is_one_line_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, no page of help."""
    assert main(arguments) == 2

    errors = capsys.readouterr().err
    assert errors.startswith("ferrobench: ")
    assert errors.count("\n") == 1


def test_suites_can_be_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The seed suite is there with its sixteen prompts."""
    assert main(["suite", "list"]) == 0
    assert "seed 1.0.0: 16 prompts" in capsys.readouterr().out
    assert main(["suite", "show", "seed"]) == 0
    output = capsys.readouterr().out
    assert "seed/factorial" in output
    assert "seed/vec_of_strings" in output
    assert main(["suite", "show", "nonsense"]) == 2
