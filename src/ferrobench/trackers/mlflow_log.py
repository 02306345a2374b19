"""MLflow: one run for a series, in the store that MLflow's own environment names.

It cannot replace a point, so a step that a run has already is left as it is. Its names may have few characters: ``pass@1`` is
``pass_at_1`` there, ``pass^5`` is ``pass_hat_5``, and any other character that it does not take is written by its number.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shlex
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ferrobench.errors import MissingExtraError, NotReadyError
from ferrobench.trackers.flatten import SENTINEL
from ferrobench.trackers.markdown import render_samples
from ferrobench.trackers.tracker import library_errors, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferrobench.trackers.point import TrackedPoint
    from ferrobench.trackers.spec import TrackerSpec

SERIES_TAG = "ferrobench.series"
_WORDS = {"@": "_at_", "^": "_hat_"}
_REFUSED = re.compile(r"[^\w.\- /]")
_PARAM_CHARACTERS = 6000


def _library(module: str) -> Any:
    """A module of MLflow's, which is no part of every environment that this package is checked in."""
    return import_module(module)


def check() -> None:
    """See that the store which MLflow is told to use can be had here.

    Raises:
        MissingExtraError: It is a database, and what MLflow reads those with is not installed.
        NotReadyError: It is a folder, which MLflow only writes to when asked once more.
    """
    uri = _library("mlflow").get_tracking_uri()
    scheme = urlsplit(uri).scheme.partition("+")[0]
    if scheme in ("sqlite", "postgresql", "mysql", "mssql"):
        for name in ("sqlalchemy", "alembic"):
            if find_spec(name) is None:
                raise MissingExtraError(f"{name} is not installed: pip install 'ferrobench[mlflow]'")
    elif (
        scheme in ("", "file") and not _library("mlflow.environment_variables").MLFLOW_ALLOW_FILE_STORE.get()
    ):
        raise NotReadyError(
            f"MLFLOW_TRACKING_URI {one_line(uri)}: MLflow writes into a folder only with MLFLOW_ALLOW_FILE_STORE=true; "
            "expected that, a database such as sqlite:///mlflow.db, or a server"
        )


class MlflowLog:
    """One run of MLflow, found again by its name."""

    def __init__(self, spec: TrackerSpec, name: str, about: Mapping[str, str]) -> None:
        """Find the run, or make it."""
        mlflow = _library("mlflow")
        # Making a database tells of every table.
        for logger in ("mlflow", "alembic"):
            logging.getLogger(logger).setLevel(logging.WARNING)
        self._spec = spec
        self._uri = mlflow.get_tracking_uri()
        self._client = mlflow.MlflowClient(tracking_uri=self._uri)
        self._run_id = self._find(name) or self._make(name, about)
        history = self._client.get_metric_history(self._run_id, SENTINEL)
        self._steps = {metric.step for metric in history}

    @property
    def look(self) -> str:
        """The server's address, or the command that starts one."""
        if urlsplit(self._uri).scheme in ("http", "https"):
            return one_line(self._uri)
        command = f"mlflow ui --backend-store-uri {shlex.quote(one_line(self._uri))}"
        # The small package that logs has no pages.
        return command if find_spec("flask") else f"{command}  # needs all of MLflow: pip install mlflow"

    def log(self, point: TrackedPoint) -> bool:
        """Log the figures in one go, then the samples as an artifact."""
        if point.step in self._steps:
            return False
        entity = _library("mlflow.entities").Metric
        moment = int(point.time.timestamp() * 1000)
        # The one that tells next time whether the step is there goes last.
        names = sorted(point.metrics, key=lambda name: name == SENTINEL)
        with library_errors(self._spec):
            self._client.log_batch(
                self._run_id,
                metrics=[
                    entity(metric_name(name), point.metrics[name], moment, point.step) for name in names
                ],
            )
            self._steps.add(point.step)
            if point.rows:
                text = render_samples(point).encode("utf-8", "backslashreplace").decode()
                self._client.log_text(self._run_id, text, f"samples/step_{point.step}.md")
        return True

    def close(self) -> None:
        """Mark the run as finished; it can be gone on with all the same."""
        with library_errors(self._spec):
            self._client.set_terminated(self._run_id)

    def _experiment(self) -> str:
        found = self._client.get_experiment_by_name(self._spec.target)
        return str(found.experiment_id if found else self._client.create_experiment(self._spec.target))

    def _find(self, name: str) -> str | None:
        runs = self._client.search_runs(
            [self._experiment()], filter_string=f"tags.`{SERIES_TAG}` = '{_series(name)}'", max_results=1
        )
        return str(runs[0].info.run_id) if runs else None

    def _make(self, name: str, about: Mapping[str, str]) -> str:
        entity = _library("mlflow.entities").Param
        run = self._client.create_run(
            self._experiment(),
            run_name=name.encode("utf-8", "backslashreplace").decode(),
            tags={SERIES_TAG: _series(name)},
        )
        params = [entity(metric_name(key), value[:_PARAM_CHARACTERS]) for key, value in about.items()]
        self._client.log_batch(run.info.run_id, params=params)
        return str(run.info.run_id)


def metric_name(name: str) -> str:
    """How MLflow calls a figure."""
    for character, words in _WORDS.items():
        name = name.replace(character, words)
    # Not by a mark alone: two categories must not become one.
    return _REFUSED.sub(lambda found: f"_{ord(found[0]):x}_", name)


def _series(name: str) -> str:
    """A name in characters that MLflow's filters take."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
