"""Connections: one engine that writes, one that may only read, and a session that runs statements on one of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import QueuePool

from gale.records.faults import Faults

BUSY_S = 30  # how long a writer waits for another process's transaction before it gives up
# SQLAlchemy writes LIMIT with an OFFSET for SQLite; both said in full, a prepared statement has no value of its own.
ONE: sa.ColumnClause[int] = sa.literal_column("1")
NONE_SKIPPED: sa.ColumnClause[int] = sa.literal_column("0")
SIZES = (1, 8, 64, 512)  # values in one IN list; every SQLite allows 999

WRITER = {
    "journal_mode": "WAL",
    "synchronous": "FULL",  # a commit is acknowledged once it is on the disk
    "secure_delete": "ON",  # what is deleted is overwritten
    "cache_size": -65536,  # KiB
    "wal_autocheckpoint": 4000,  # pages, 16 MB: fewer commits that pay for a checkpoint
}
READER = {"query_only": "ON", "cache_size": -16384, "mmap_size": 1 << 28, "temp_store": "MEMORY"}


def sqlite_path(url: str) -> tuple[URL, Path]:
    """The parsed URL and the database's file.

    Raises `Faults` `store.unsupported` for a database that this version does not keep its promises on (it knows
    SQLite in a file).
    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError:
        raise Faults.one("store.unsupported", url=url) from None
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise Faults.one("store.unsupported", url=parsed.render_as_string())
    return parsed.set(drivername="sqlite+pysqlite"), Path(parsed.database)


def engine(url: URL, *, write: bool) -> sa.Engine:
    """An engine whose transactions begin with `BEGIN IMMEDIATE` (`write`) or cannot change anything."""
    made = sa.create_engine(
        url,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=-1,  # a thread that reads never waits for another thread's connection
        connect_args={"timeout": BUSY_S, "check_same_thread": False, "cached_statements": 256},
    )

    @sa.event.listens_for(made, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for name, value in (WRITER if write else READER).items():
            connection.execute(f"PRAGMA {name}={value}")

    @sa.event.listens_for(made, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return made


def create_private(path: Path) -> None:
    """Create the file, readable by its owner only: it holds keys. An existing one stays as it is."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as problem:
        raise Faults.one("store.not_writable", path=str(path), detail=problem.strerror or "") from None


class Prepared:
    """A Core statement compiled once; its values are given by position, in the order of its parameters.

    SQLAlchemy's own execution costs 40 µs a statement, the driver's 3 µs; a decision runs several.
    """

    def __init__(self, statement: sa.Select[Any] | sa.UpdateBase) -> None:
        self.statement = statement
        self._texts: dict[str, str] = {}

    def text(self, dialect: sa.Dialect) -> str:
        text = self._texts.get(dialect.name)
        if text is None:
            compiled = self.statement.compile(dialect=dialect)
            assert not [b for b in compiled.binds.values() if b.value is not None], "a value of its own has no place"
            text = self._texts[dialect.name] = str(compiled)
        return text


def insert(table: sa.Table, *, with_row: bool = False) -> Prepared:
    """Insert one row: values in the order of the columns, the growing row number left out unless `with_row`."""
    columns = [c for c in table.columns if with_row or c.name != "row"]
    return Prepared(sa.insert(table).values({c.name: sa.bindparam(c.name) for c in columns}).inline())


class Within:
    """A statement over a list of values, prepared for a few lengths: `make` is given the list's parameters."""

    def __init__(self, make: Callable[[list[sa.BindParameter[Any]]], sa.Select[Any]]) -> None:
        self.sized = {size: Prepared(make([sa.bindparam(f"these_{i}") for i in range(size)])) for size in SIZES}


class Session:
    """One open transaction. Used after its block has ended, it raises `RuntimeError`."""

    def __init__(self, connection: sa.Connection) -> None:
        self.scrub = False  # set by whoever destroys something: no copy of it may stay in the file
        self._connection: sa.Connection | None = connection
        self._cursor: Any = connection.connection.cursor()

    def end(self) -> None:
        self._connection = self._cursor = None

    def _open(self) -> sa.Connection:
        if self._connection is None:
            raise RuntimeError("this unit's block has ended; open another with write() or read()")
        return self._connection

    def _ready(self, statement: Prepared) -> str:
        return statement.text(self._open().dialect)

    def one(self, statement: Prepared, *values: Any) -> Any:
        """The first row, or `None`."""
        text = self._ready(statement)
        return self._cursor.execute(text, values).fetchone()

    def all(self, statement: Prepared, *values: Any) -> list[Any]:
        text = self._ready(statement)
        rows: list[Any] = self._cursor.execute(text, values).fetchall()
        return rows

    def run(self, statement: Prepared, *values: Any) -> int:
        """How many rows changed."""
        text = self._ready(statement)
        return int(self._cursor.execute(text, values).rowcount)

    def insert(self, statement: Prepared, *values: Any) -> int:
        """The new row's number."""
        text = self._ready(statement)
        return int(self._cursor.execute(text, values).lastrowid)

    def many(self, statement: Prepared, rows: Iterable[Sequence[Any]]) -> None:
        text = self._ready(statement)
        self._cursor.executemany(text, rows)

    def rows(self, statement: sa.Select[Any], **values: Any) -> list[Any]:
        """Rows of a statement that is run seldom, its values given by name."""
        return [tuple(row) for row in self._open().execute(statement, values)]

    def within(self, statement: Within, values: Iterable[Any], *fixed: Any) -> Iterator[Any]:
        """Rows of a statement over any number of values; `fixed` are those of its parameters before the list."""
        wanted = list(dict.fromkeys(values))
        for start in range(0, len(wanted), SIZES[-1]):
            part = wanted[start : start + SIZES[-1]]
            size = next(s for s in SIZES if s >= len(part))
            # The list is filled up with its last value, so that a few prepared texts serve every length.
            yield from self.all(statement.sized[size], *fixed, *part, *part[-1:] * (size - len(part)))
