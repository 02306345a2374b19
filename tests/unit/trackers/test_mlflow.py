"""MLflow's stores, read back with its own client."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ferrobench.errors import MissingExtraError, NotReadyError
from ferrobench.trackers import log_records, parse_spec, require_tracker
from ferrobench.trackers.mlflow_log import metric_name
from tests.support.tracked import ODD, tracked

pytestmark = pytest.mark.skipif(find_spec("mlflow") is None, reason="mlflow-skinny is not installed")

SPEC = parse_spec("mlflow:Rust / é")


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store in files, which is fast."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "store").as_uri())
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")


def client() -> Any:
    """MLflow's own client, imported where it is needed."""
    return import_module("mlflow").MlflowClient()


def runs() -> list[Any]:
    """All runs of the experiment."""
    found = client().search_runs([client().get_experiment_by_name(SPEC.target).experiment_id])
    return list(found)


def curve(run: Any, name: str) -> list[tuple[int, float]]:
    """The points of a curve, in the order of their steps."""
    history = client().get_metric_history(run.info.run_id, name)
    return sorted((point.step, point.value) for point in history)


def assert_a_series_is_one_run() -> None:
    """Log it in three sittings, the last of which has nothing new."""
    log_records([tracked(3000, 30.0)], SPEC)
    (again,) = log_records([tracked(1000, 10.0), tracked(3000, 99.0)], SPEC)
    (nothing,) = log_records([tracked(1000, 10.0)], SPEC)

    (run,) = runs()
    assert (again.steps, again.kept) == ((1000,), (3000,))
    assert again.look.startswith("mlflow ui --backend-store-uri ")
    assert again.look.endswith("pip install mlflow") is (find_spec("flask") is None)
    assert (nothing.steps, nothing.kept) == ((), (1000,))
    assert curve(run, "compile_success_rate") == [(1000, 10.0), (3000, 30.0)]
    assert curve(run, "pass_at_1") == [(1000, 12.5), (3000, 12.5)]
    assert curve(run, "intervals/compile_success_rate/low") == [(1000, 12.5), (3000, 12.5)]
    assert (run.info.run_name, run.info.status) == ("stable-v2-seed", "FINISHED")
    assert run.data.params["temperature"] == "0.8"


def test_a_series_is_one_run_and_a_step_is_logged_once() -> None:
    """In any order of steps, over several sittings; every name of ours is one that MLflow takes."""
    assert_a_series_is_one_run()


@pytest.mark.long
@pytest.mark.skipif(find_spec("sqlalchemy") is None, reason="sqlalchemy is not installed")
@pytest.mark.filterwarnings(
    "ignore:The ``noload`` loader strategy is deprecated:DeprecationWarning"
)  # MLflow 3.17 asks sqlalchemy 2.1 for it
def test_a_series_is_one_run_of_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite, which MLflow takes when it is told nothing."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")

    require_tracker(SPEC)
    assert_a_series_is_one_run()


def test_samples_are_an_artifact() -> None:
    """In Markdown, with what is no UTF-8 escaped."""
    log_records([tracked(1000)], SPEC)

    (run,) = runs()
    path = client().download_artifacts(run.info.run_id, "samples/step_1000.md", str(Path.cwd()))
    assert "fn a() { ```` }\n# heading \\udcff" in Path(path).read_text()


def test_any_name_of_a_run_is_found_again() -> None:
    """Quotes and slashes among them."""
    for _ in range(2):
        log_records([tracked(1000)], SPEC, f"it's {ODD}")

    assert len(runs()) == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pass@10", "pass_at_10"),
        ("assisted/pass^5", "assisted/pass_hat_5"),
        ("categories/c++/pass_rate", "categories/c_2b__2b_/pass_rate"),
        ("categories/c#/pass_rate", "categories/c_23_/pass_rate"),
        ("categories/traits & co", "categories/traits _26_ co"),
    ],
)
def test_names_are_put_into_the_characters_that_mlflow_takes(name: str, expected: str) -> None:
    """Two different names stay two."""
    assert metric_name(name) == expected
    assert re.fullmatch(r"[\w.\- /]+", expected)


def test_a_database_without_its_library_is_found_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is made."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db")
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)

    with pytest.raises(MissingExtraError, match="sqlalchemy is not installed"):
        require_tracker(SPEC)
    assert not list(Path.cwd().iterdir())


def test_a_folder_that_mlflow_refuses_is_found_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With what lets it write there."""
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE")

    with pytest.raises(NotReadyError, match="MLFLOW_ALLOW_FILE_STORE=true"):
        require_tracker(SPEC)
    assert not list(Path.cwd().iterdir())
