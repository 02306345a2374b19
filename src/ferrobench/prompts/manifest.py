"""What ``suite.toml`` may hold. A module of its own so that pydantic is imported only when a suite is loaded."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

CrateName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]


class CrateTable(BaseModel):
    """What one key of ``[dependencies]`` may hold: a part of what Cargo knows. A bare string is a version."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: str | None = Field(default=None, min_length=1)
    path: str | None = Field(default=None, min_length=1)
    """The crate's folder, relative to the suite's."""
    package: CrateName | None = None
    features: list[str] = []
    default_features: bool = Field(default=True, alias="default-features")

    @model_validator(mode="before")
    @classmethod
    def _read_version(cls, value: object) -> object:
        if not isinstance(value, str | dict):
            raise ValueError('expected a version such as "1.0", or a table')
        return {"version": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _require_a_source(self) -> CrateTable:
        if self.version is None and self.path is None:
            raise ValueError("expected a version or a path")
        return self


class SuiteManifest(BaseModel):
    """The fields of ``suite.toml``."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    """Stands before the slash in every prompt's id."""
    version: str = Field(min_length=1)
    description: str = ""
    dependencies: dict[CrateName, CrateTable] = {}
    """The crates that the suite promises to its samples, in Cargo's syntax."""


def known_fields(location: tuple[int | str, ...]) -> str:
    """List the fields that may stand where an unknown one stood, at *location* in ``suite.toml``."""
    model: type[BaseModel] = SuiteManifest if len(location) == 1 else CrateTable
    return ", ".join(field.alias or name for name, field in model.model_fields.items())
