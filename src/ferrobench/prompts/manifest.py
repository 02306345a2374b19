"""What ``suite.toml`` may hold. A module of its own so that pydantic is imported only when a suite is loaded."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class SuiteManifest(BaseModel):
    """The fields of ``suite.toml``."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    """Stands before the slash in every prompt's id."""
    version: str = Field(min_length=1)
    description: str = ""
