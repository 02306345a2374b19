"""Trackers that reach no network, and keep nothing outside a temporary folder."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="session")
def _surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """trackio reads its folder when it is imported; MLflow and wandb would send what they are used for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKIO_DIR", str(tmp_path_factory.mktemp("trackio")))
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        patch.setenv("WANDB_ERROR_REPORTING", "false")
        for name in ("TRACKIO_SPACE_ID", "TRACKIO_SERVER_URL", "WANDB_PROJECT", "MLFLOW_EXPERIMENT_NAME"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection to anywhere is a failure, on this machine too."""

    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError(f"a tracker connects to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
