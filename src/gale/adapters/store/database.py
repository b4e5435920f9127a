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
MOST_VALUES, MOST_ROWS = 999, 64  # in one statement

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


class Rows:
    """A statement over rows of `width` values, prepared for several counts of rows: `make(n)` takes n of them.

    The driver lets go of Python's lock at every step, and beside a busy thread it waits up to half a millisecond to have
    it back: thirty rows in one statement wait once.
    """

    def __init__(self, width: int, make: Callable[[int], sa.UpdateBase]) -> None:
        self._make = make
        self._sized: dict[int, Prepared] = {}
        most = min(MOST_ROWS, MOST_VALUES // width)
        self._sizes = [1 << i for i in range(most.bit_length()) if 1 << i <= most][::-1]

    def parts(self, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[Prepared, list[Any]]]:
        """The statements that take all rows, each with its values in a line."""
        start = 0
        for size in self._sizes:
            while len(rows) - start >= size:
                yield self._of(size), [value for row in rows[start : start + size] for value in row]
                start += size

    def _of(self, size: int) -> Prepared:
        found = self._sized.get(size)
        if found is None:
            found = self._sized[size] = Prepared(self._make(size))
        return found


class Insert(Prepared):
    """Insert one row (as any statement), or many with `rows`; values in the order of the columns."""

    rows: Rows

    def __init__(self, into: sa.Insert, names: Sequence[str]) -> None:
        super().__init__(into.values({n: sa.bindparam(n) for n in names}).inline())
        self.rows = Rows(
            len(names),
            lambda size: into.values([{n: sa.bindparam(f"{n}_{i}") for n in names} for i in range(size)]),
        )


def insert(table: sa.Table, *, with_row: bool = False, if_new: bool = False) -> Insert:
    """Insert rows; the growing row number is left out unless `with_row`; with `if_new` those that are there stay."""
    into = sa.insert(table).prefix_with("OR IGNORE", dialect="sqlite") if if_new else sa.insert(table)
    return Insert(into, [c.name for c in table.columns if with_row or c.name != "row"])


def update_rows(table: sa.Table, by: str, names: Sequence[str]) -> Rows:
    """Set the columns `names` of the rows found by the column `by`; values are in that order, `by` last."""
    columns = [*names, by]

    def row(i: int) -> sa.Select[Any]:
        values: list[Any] = [sa.bindparam(f"{n}_{i}").label(n) for n in columns]
        return sa.select(*values)

    def make(size: int) -> sa.UpdateBase:
        new = (sa.union_all(*map(row, range(size))) if size > 1 else row(0)).cte("new")
        return sa.update(table).values({n: new.c[n] for n in names}).where(table.c[by] == new.c[by])

    return Rows(len(columns), make)


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

    def many(self, statement: Prepared | Rows, rows: Iterable[Sequence[Any]]) -> int:
        """How many rows changed."""
        sized = statement.rows if isinstance(statement, Insert) else statement
        if isinstance(sized, Rows):
            parts = sized.parts(list(rows))
            return sum(int(self._cursor.execute(self._ready(part), values).rowcount) for part, values in parts)
        return int(self._cursor.executemany(self._ready(sized), rows).rowcount)

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
