"""Writes docs/results.schema.json from the models of the run record."""

from __future__ import annotations

import json
from pathlib import Path

from ferrobench.results import RunRecord

if __name__ == "__main__":
    path = Path(__file__).parent.parent / "docs" / "results.schema.json"
    path.write_text(json.dumps(RunRecord.model_json_schema(), indent=2) + "\n", encoding="utf-8")
