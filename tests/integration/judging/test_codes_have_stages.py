"""The table of error codes against the codes that the installed rustc knows."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from ferrobench.errors import ToolchainError
from ferrobench.judging import probe_toolchain
from ferrobench.judging.error_codes import STAGE_OF_CODE

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = [pytest.mark.rustc, pytest.mark.slow]


def is_known(code: str) -> bool:
    explained = subprocess.run(
        [TOOLCHAIN.rustc, "--explain", code], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return explained.returncode == 0


def test_every_code_that_rustc_knows_has_a_row() -> None:
    # rustc numbers its codes without large gaps: fifty unknown ones in a row are the end.
    last = int(max(STAGE_OF_CODE)[1:])
    candidates = [f"E{number:04}" for number in range(1, last + 50) if f"E{number:04}" not in STAGE_OF_CODE]
    with ThreadPoolExecutor() as pool:
        known = [code for code, yes in zip(candidates, pool.map(is_known, candidates), strict=True) if yes]

    assert known == []
