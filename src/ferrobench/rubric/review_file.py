"""The ratings of one run, in its folder, while people give them: an SQLite file that ``ferrobench review`` keeps.

Each rating is a transaction of its own, in SQLite's rollback journal with all the synchronisation that it has: a kill or a power
cut at any moment leaves the file as it was before or after it. Not in a write-ahead log, since then a copy of the file alone
would lack what was last given.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ferrobench.errors import InputError, NotReadyError
from ferrobench.rubric.criteria import HIGHEST, LOWEST, Criterion
from ferrobench.rubric.rating import Name, Rating, SampleName

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any, Self

REVIEWS_FILE = "reviews.sqlite"
"""In the run folder."""
_VERSION = 1
_WAIT_SECONDS = 10.0
_SCORES = ", ".join(Criterion)
# The file itself refuses what is no score, whoever writes to it.
_SCHEMA = f"""
CREATE TABLE plan (only INTEGER PRIMARY KEY CHECK (only = 1), json TEXT NOT NULL);
CREATE TABLE raters (place INTEGER PRIMARY KEY, rater TEXT NOT NULL UNIQUE);
CREATE TABLE ratings (
  rater TEXT NOT NULL REFERENCES raters (rater),
  prompt_id TEXT NOT NULL,
  sample INTEGER NOT NULL,
  {
    "".join(
        f"{name} INTEGER CHECK ({name} IS NULL OR (typeof({name}) = 'integer' AND {name} BETWEEN {LOWEST} AND {HIGHEST})), "
        for name in Criterion
    )
}
  note TEXT NOT NULL,
  time TEXT NOT NULL,
  UNIQUE (rater, prompt_id, sample)
);
CREATE TABLE skipped (
  rater TEXT NOT NULL REFERENCES raters (rater),
  prompt_id TEXT NOT NULL,
  sample INTEGER NOT NULL,
  PRIMARY KEY (rater, prompt_id, sample)
);
"""


class ReviewPlan(BaseModel):
    """Which samples are rated and how they are dealt out; kept, so that a later sitting goes on with the same ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    run: Name
    """What the run was called when its review began; order and labels follow from it, so it stays when the folder is renamed."""
    limit: Annotated[int, Field(ge=1)] | None
    """How many samples are rated at most; None is all."""
    overlap: Annotated[float, Field(ge=0, le=1)]
    """The share of them that all raters get."""
    raters: Annotated[int, Field(ge=1)]
    """Among how many raters the others are dealt; a further one shares with the first again."""
    seed: int
    """Of the choice, the dealing and the order."""


class ReviewFile:
    """An open file of reviews. Of one thread; other processes may have it open too."""

    def __init__(self, path: Path) -> None:
        """Open a file of reviews, or make it.

        Raises:
            InputError: If it is damaged, or another kind of file.
            NotReadyError: If it cannot be written.
        """
        self._path = path
        with _told(path):
            self._database = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
        try:
            with _told(path):
                self._database.execute("PRAGMA synchronous = EXTRA")
                self._database.execute("PRAGMA foreign_keys = ON")
                with self._transaction():
                    if _is_new(path, self._database):
                        for statement in _SCHEMA.split(";\n"):
                            self._database.execute(statement)
                        self._database.execute(f"PRAGMA user_version = {_VERSION}")
        except BaseException:
            self._database.close()
            raise

    @property
    def plan(self) -> ReviewPlan | None:
        """What was agreed on; None in a new file."""
        return _read_plan(self._path, self._database)

    def keep_plan(self, plan: ReviewPlan) -> None:
        """Keep what is agreed on, instead of what was."""
        with self._transaction():
            self._database.execute(
                "INSERT INTO plan VALUES (1, ?) ON CONFLICT DO UPDATE SET json = excluded.json",
                (plan.model_dump_json(),),
            )

    def join(self, rater: str) -> int:
        """Let a rater in, once; their place from 0 up, in the order of coming."""
        with self._transaction():
            self._database.execute(
                "INSERT INTO raters SELECT count(*), ? FROM raters WHERE true ON CONFLICT (rater) DO NOTHING",
                (rater,),
            )
            return int(
                self._database.execute("SELECT place FROM raters WHERE rater = ?", (rater,)).fetchone()[0]
            )

    def place(self, rater: str) -> int | None:
        """The place of a rater; None of somebody who has not joined."""
        with _told(self._path):
            found = self._database.execute("SELECT place FROM raters WHERE rater = ?", (rater,)).fetchone()
        return None if found is None else int(found[0])

    def raters(self) -> tuple[str, ...]:
        """Who has joined, in that order."""
        with _told(self._path):
            rows = self._database.execute("SELECT rater FROM raters ORDER BY place").fetchall()
        return tuple(str(row[0]) for row in rows)

    def rate(self, rating: Rating) -> None:
        """Keep a rating, instead of an earlier one of the same rater and sample. On disk when this returns."""
        scores = {name.value: rating.scores.of(name) for name in Criterion}
        row = {
            "rater": rating.rater,
            "prompt_id": rating.prompt_id,
            "sample": rating.index,
            **scores,
            "note": rating.note,
            "time": rating.time.isoformat(),
        }
        anew = ", ".join(f"{name} = excluded.{name}" for name in (*scores, "note", "time"))
        with self._transaction():
            self._database.execute(
                f"INSERT INTO ratings ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)}) "
                f"ON CONFLICT DO UPDATE SET {anew}",
                row,
            )
            self._delete("skipped", rating.rater, rating.sample)

    def skip(self, rater: str, sample: SampleName) -> None:
        """Keep that a rater left a sample out; one that is rated stays so."""
        with self._transaction():
            self._database.execute(
                "INSERT INTO skipped SELECT ?1, ?2, ?3 WHERE NOT EXISTS "
                "(SELECT 1 FROM ratings WHERE rater = ?1 AND prompt_id = ?2 AND sample = ?3) ON CONFLICT DO NOTHING",
                (rater, sample.prompt_id, sample.index),
            )

    def withdraw(self, rater: str, sample: SampleName) -> None:
        """Forget what a rater said of a sample, and that it was left out."""
        with self._transaction():
            self._delete("ratings", rater, sample)
            self._delete("skipped", rater, sample)

    def rated(self, rater: str) -> frozenset[tuple[str, int]]:
        """What a rater has rated: prompts and indices."""
        return self._named("ratings", rater)

    def skipped(self, rater: str) -> frozenset[tuple[str, int]]:
        """What a rater has left out: prompts and indices."""
        return self._named("skipped", rater)

    def ratings(self) -> tuple[Rating, ...]:
        """All ratings, in the order in which their samples were first rated."""
        return _read_ratings(self._path, self._database)

    def rating(self, rater: str, sample: SampleName) -> Rating | None:
        """What a rater said of a sample."""
        given = _read_ratings(
            self._path,
            self._database,
            "WHERE rater = ? AND prompt_id = ? AND sample = ?",
            (rater, sample.prompt_id, sample.index),
        )
        return given[0] if given else None

    def _named(self, table: str, rater: str) -> frozenset[tuple[str, int]]:
        with _told(self._path):
            rows = self._database.execute(
                f"SELECT prompt_id, sample FROM {table} WHERE rater = ?", (rater,)
            ).fetchall()
        return frozenset((str(prompt_id), int(sample)) for prompt_id, sample in rows)

    def _delete(self, table: str, rater: str, sample: SampleName) -> None:
        self._database.execute(
            f"DELETE FROM {table} WHERE rater = ? AND prompt_id = ? AND sample = ?",
            (rater, sample.prompt_id, sample.index),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _told(self._path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()


def load_reviews(folder: Path) -> tuple[Rating, ...]:
    """Read what people said of a run's samples in ``ferrobench review``; nothing where nobody has.

    Args:
        folder: The run folder.

    Raises:
        InputError: If the file is damaged, or another kind of file.
        NotReadyError: If it cannot be read.
    """
    path = folder / REVIEWS_FILE
    if not path.exists():
        return ()
    with _told(path):
        # Not read-only: what a killed sitting left half written is rolled back by whoever comes next.
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=_WAIT_SECONDS)
    try:
        with _told(path):
            return () if _is_new(path, database) else _read_ratings(path, database)
    finally:
        database.close()


def _is_new(path: Path, database: sqlite3.Connection) -> bool:
    """Whether nothing has been made in it yet.

    Raises:
        InputError: If what is in it is not ours.
    """
    version = database.execute("PRAGMA user_version").fetchone()[0]
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if version == 0 and not tables:
        return True
    if version != _VERSION or "ratings" not in tables:
        raise InputError(f"{path}: expected a file of reviews of version {_VERSION}, found version {version}")
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise InputError(f"{path}: is damaged: {' '.join(str(found).split())}")
    return False


def _read_plan(path: Path, database: sqlite3.Connection) -> ReviewPlan | None:
    with _told(path):
        row = database.execute("SELECT json FROM plan").fetchone()
    if row is None:
        return None
    try:
        return ReviewPlan.model_validate_json(row[0])
    except ValidationError as error:
        raise InputError(f"{path}: plan: {_words(error)}") from error


def _read_ratings(
    path: Path, database: sqlite3.Connection, where: str = "", values: tuple[Any, ...] = ()
) -> tuple[Rating, ...]:
    with _told(path):
        rows = database.execute(
            f"SELECT rater, prompt_id, sample, note, time, {_SCORES} FROM ratings {where} ORDER BY rowid",
            values,
        ).fetchall()
    if not rows:
        return ()
    plan = _read_plan(path, database)
    if plan is None:
        raise InputError(f"{path}: has ratings, but not of which run")
    try:
        return tuple(
            Rating.model_validate(
                {
                    "rater": rater,
                    "run": plan.run,
                    "prompt_id": prompt_id,
                    "index": index,
                    "scores": dict(zip(Criterion, scores, strict=True)),
                    "note": note,
                    "time": time,
                }
            )
            for rater, prompt_id, index, note, time, *scores in rows
        )
    except ValidationError as error:
        raise InputError(f"{path}: ratings: {_words(error)}") from error


def _words(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say SQLite's faults in our words."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise NotReadyError(f"{path}: cannot be used: {error}") from error
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path}: is damaged, or no file of reviews: {error}") from error
