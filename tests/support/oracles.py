"""Figures of reference libraries, recorded by tests/fixtures/statistics/record.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ORACLES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "statistics" / "oracles.json").read_text()
)
