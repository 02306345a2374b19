"""trackio's database, read back with its own readers."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from ferrobench.errors import UsageError
from ferrobench.trackers import log_records, parse_spec, require_tracker
from tests.support.tracked import ODD, tracked

pytestmark = pytest.mark.skipif(find_spec("trackio") is None, reason="trackio is not installed")


def rows(project: str) -> list[tuple[str, int, dict[str, Any]]]:
    """Run, step and figures of every row, as the dashboard gets them."""
    storage = import_module("trackio.sqlite_storage").SQLiteStorage
    return [
        (run.name, row["step"], row)
        for run in import_module("trackio").Api().runs(project)
        for row in storage.get_logs(project, run.name, run_id=run.id)
    ]


def test_a_series_is_one_run_and_a_step_is_logged_once(capsys: pytest.CaptureFixture[str]) -> None:
    """In any order of steps, over several sittings; nothing is printed where our own output goes."""
    spec = parse_spec("trackio:series")

    log_records([tracked(3000, 30.0)], spec)
    (again,) = log_records([tracked(1000, 10.0), tracked(3000, 99.0)], spec)

    found = rows("series")
    assert sorted((name, step, row["compile_success_rate"]) for name, step, row in found) == [
        ("stable-v2-seed", 1000, 10.0),
        ("stable-v2-seed", 3000, 30.0),
    ]
    assert found[0][2]["intervals/compile_success_rate/low"] == 12.5
    (run,) = import_module("trackio").Api().runs("series")
    assert run.config["temperature"] == "0.8"
    assert (again.steps, again.kept) == ((1000,), (3000,))
    assert again.look == "trackio show --project series"
    assert not capsys.readouterr().out


def test_samples_are_a_table() -> None:
    """With the prompt's id as it is, and what is no UTF-8 escaped."""
    log_records([tracked(1000)], parse_spec("trackio:samples"))

    ((_, _, row),) = rows("samples")
    (sample,) = row["samples"]["_value"]
    assert sample == {"prompt": ODD, "compiling": "1 of 4", "text": "fn a() { ```` }\n# heading \\udcff"}


def test_any_name_of_a_run_is_found_again() -> None:
    """Quotes and slashes among them."""
    for _ in range(2):
        log_records([tracked(1000)], parse_spec("trackio:names"), f"it's {ODD}")

    assert [(name, step) for name, step, _ in rows("names")] == [(f"it's {ODD}", 1000)]


def test_a_project_that_trackio_keeps_for_itself_is_wrong_usage() -> None:
    """Before anything is done."""
    with pytest.raises(UsageError, match="registry-mine"):
        require_tracker(parse_spec("trackio:registry-mine"))
