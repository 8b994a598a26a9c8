"""Opening a database: its settings, and its migrations up to this version's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError

from index.errors import HomeProblem, HomeTooNew

HEAD = "0002"
"""The newest revision in `index/migrations/versions`; a test holds them together."""

BUSY_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Schema:
    """One owner's tables in a database: the folder of its migrations, the table that holds their version, the newest one."""

    scripts: Path
    version_table: str
    head: str


INDEX = Schema(Path(str(files("index") / "migrations")), "index_version", HEAD)


def open_database(url: str) -> Engine:
    """An engine on a database that has this version's tables.

    Raises HomeProblem where the database cannot be opened or written, HomeTooNew where a newer version wrote it.
    """
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S} if url.startswith("sqlite") else {})
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
    try:
        bring_up(engine, INDEX)
    except HomeProblem:
        engine.dispose()
        raise
    return engine


def bring_up(engine: Engine, schema: Schema) -> None:
    """Bring one owner's tables up to this version. Raises HomeProblem, HomeTooNew."""
    try:
        with engine.connect() as connection:
            version = _version(connection, schema)
        if version != schema.head:
            with engine.connect() as connection, connection.execution_options(isolation_level="AUTOCOMMIT").begin():
                _migrate(connection, version, schema)
    except (OperationalError, DatabaseError) as problem:
        raise HomeProblem(explain(problem, engine)) from problem


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read by. Raises HomeProblem for whatever the database refuses."""
    try:
        with engine.connect() as connection:
            yield connection
    except DatabaseError as problem:
        raise HomeProblem(explain(problem, engine)) from problem


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction, undone where anything fails. Raises HomeProblem for whatever the database refuses."""
    try:
        with engine.begin() as connection:
            yield connection
    except DatabaseError as problem:
        raise HomeProblem(explain(problem, engine)) from problem


def explain(problem: DatabaseError, engine: Engine) -> str:
    """A database error in words for the user: what failed and what to do."""
    place = engine.url.database or str(engine.url)
    said = str(problem.orig).lower()
    if "readonly" in said or "read-only" in said or "unable to open" in said or "permission" in said:
        return f"the library {place!r} cannot be written; check its permissions or set PARALLAX_HOME to another folder"
    if "full" in said:
        return f"the disk of the library {place!r} is full; free some space and run the command again - nothing was half-added"
    if "locked" in said or "busy" in said:
        return f"the library {place!r} is busy with another Parallax; try again in a moment"
    if "malformed" in said or "not a database" in said:
        return f"the library {place!r} is damaged ({problem.orig}); restore a copy, or move it away to start afresh"
    return f"the library {place!r} failed ({problem.orig}); check the disk and run `parallax doctor`"


def _configure_sqlite(connection, _record) -> None:  # type: ignore[no-untyped-def]  # the driver's own types
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _version(connection: Connection, schema: Schema) -> str | None:
    if not inspect(connection).has_table(schema.version_table):
        return None
    return connection.execute(text(f"SELECT version_num FROM {schema.version_table}")).scalar()


def _migrate(connection: Connection, version: str | None, schema: Schema) -> None:
    import logging

    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    logging.getLogger("alembic").setLevel(logging.WARNING)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    if _version(connection, schema) == schema.head:  # another process was faster
        return
    config = Config()
    config.set_main_option("script_location", str(schema.scripts))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["version_table"] = schema.version_table
    try:
        command.upgrade(config, "head")
    except CommandError as problem:
        raise HomeTooNew(
            f"the library {connection.engine.url.database!r} was written by a newer Parallax (version {version}); update Parallax, or set PARALLAX_HOME"
        ) from problem
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("COMMIT")
