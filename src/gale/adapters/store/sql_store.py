"""The store on SQLAlchemy: opening it, its transactions, and the one read of the hot path."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gale.adapters.store import migrations
from gale.adapters.store import tables as t
from gale.adapters.store.campaigns import Approvals, Campaigns, Creatives, Snapshots
from gale.adapters.store.database import BUSY_S, Prepared, Session, create_private, engine, insert, sqlite_path
from gale.adapters.store.decisions import Decisions, Ledger, Outcomes, Spending
from gale.adapters.store.desk import Imports, Keys, Replies, lease
from gale.adapters.store.faults import DATABASE_ERRORS, fault_of
from gale.adapters.store.people import LOOK, Assignments, Consents, People, decode_state
from gale.adapters.store.proposals import Proposals
from gale.adapters.store.turns import Turns
from gale.adapters.store.vault import Cipher, Vault
from gale.records.faults import Faults
from gale.records.people import PersonState

_FACT = Prepared(sa.select(t.facts.c.value).where(t.facts.c.name == sa.bindparam("fact")))
_ADD_FACT = insert(t.facts)
VAULT_CHECK = "vault_check"
COMPACT_DUE = "compact_due"
ANEW = ("VACUUM", f"DELETE FROM facts WHERE name = '{COMPACT_DUE}'")
CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)"
COMPACT_AT_ONCE = 32 << 20  # bytes; writing so much anew takes a fraction of a second
SCRUB_WAIT_MS = 100  # how long the erasure of the write-ahead log waits for readers before it is tried again later


def pending(url: str) -> list[str]:
    """Names of the migrations that the database still needs, oldest first; a new one needs them all.

    Raises `Faults` `store.newer`, `store.unsupported`.
    """
    parsed, path = sqlite_path(url)
    if not path.exists():
        return migrations.missing(None)
    reading = engine(parsed, write=False)
    try:
        with _told(path), reading.begin() as connection:
            return migrations.missing(migrations.current(connection))
    finally:
        reading.dispose()


def migrate(url: str) -> list[str]:
    """Bring the database to this version, in one transaction; the names of what was run.

    Raises `Faults` `store.newer`, `store.unsupported`, `store.disk_full`, `store.busy`, `store.not_writable`.
    """
    parsed, path = sqlite_path(url)
    create_private(path)
    writing = engine(parsed, write=True)
    try:
        with _told(path), writing.begin() as connection:
            return migrations.upgrade(connection)
    finally:
        writing.dispose()


def open_store(url: str, *, vault_key: bytes, sandbox: bool = False) -> SqlStore:
    """Open the database, and make it where there is none; open it in each process by itself, never across a fork.

    Raises `Faults`: `store.newer` (made by a newer version of Gale), `store.migrate_first` (made by an older one:
    `gale migrate` shows what would change), `vault.wrong_key`, `vault.key_invalid`, `store.unsupported`,
    `store.not_writable`, `store.damaged`, `store.disk_full`.
    """
    cipher = Cipher(vault_key)
    parsed, path = sqlite_path(url)
    left = pending(url)
    if left and left == migrations.missing(None):
        migrate(url)
    elif left:
        raise Faults.one("store.migrate_first", path=str(path), count=len(left), first=left[0])
    store = SqlStore(parsed, path, cipher, sandbox=sandbox)
    try:
        store.check_vault()
        store.scrub()
    except BaseException:
        store.close()
        raise
    return store


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the database cannot do is said as a fault."""
    try:
        yield
    except DATABASE_ERRORS as problem:
        fault = fault_of(problem, str(path))
        if fault is None:
            raise
        raise fault from problem


class SqlUnit:
    """`ports.store.Unit`: everything stored, seen through one transaction."""

    def __init__(self, session: Session, cipher: Cipher, *, sandbox: bool) -> None:
        self._db = session
        self.people = People(session)
        self.consents = Consents(session, self.people)
        self.assignments = Assignments(session)
        self.decisions = Decisions(session)
        self.outcomes = Outcomes(session)
        self.spending = Spending(session)
        self.campaigns = Campaigns(session)
        self.creatives = Creatives(session)
        self.proposals = Proposals(session)
        self.approvals = Approvals(session)
        self.snapshots = Snapshots(session)
        self.ledger = Ledger(session, sandbox=sandbox)
        self.vault = Vault(session, cipher)
        self.keys = Keys(session)
        self.replies = Replies(session)
        self.imports = Imports(session, self.people)

    def lease(self, name: str, holder: str, now: int, ttl_ms: int) -> int | None:
        return lease(self._db, name, holder, now, ttl_ms)


class SqlStore:
    """`ports.store.Store` on SQLite: one writer at a time over all threads and processes, any number of readers."""

    def __init__(self, url: sa.URL, path: Path, cipher: Cipher, *, sandbox: bool) -> None:
        self._path = path
        self._cipher = cipher
        self._sandbox = sandbox
        self._writing = engine(url, write=True)
        self._reading = engine(url, write=False)
        self._look = LOOK.text(self._reading.dialect)
        self._turns = Turns(path)  # among processes
        self._turn = threading.Lock()  # among this one's threads
        self._mine = threading.local()
        self._lookers: list[Any] = []
        self._process = os.getpid()
        self._to_scrub = False
        self._closed = False

    @contextmanager
    def write(self) -> Iterator[SqlUnit]:
        """One transaction, on the disk when the block has ended without an exception; else nothing of it happened.

        Raises `Faults` `store.disk_full`, `store.busy` (another program holds the database), `store.conflict`,
        `store.disk_error`, `store.closed`; `RuntimeError` where this thread is inside `write()` already.
        """
        self._usable()
        if getattr(self._mine, "writing", False):
            raise RuntimeError("write() inside write(): hand the open unit on instead")
        with self._turn, self._turns:
            self._mine.writing = True
            try:
                with _told(self._path), self._writing.connect() as connection, connection.begin():
                    session = Session(connection)
                    try:
                        yield SqlUnit(session, self._cipher, sandbox=self._sandbox)
                        if session.scrub and session.one(_FACT, COMPACT_DUE) is None:
                            session.run(_ADD_FACT, COMPACT_DUE, b"")
                    finally:
                        session.end()
                if session.scrub:
                    self._erase()
                elif self._to_scrub:
                    self._maintain(0, CHECKPOINT)
            finally:
                self._mine.writing = False

    @contextmanager
    def read(self) -> Iterator[SqlUnit]:
        """A consistent view that cannot change anything; it holds nobody up."""
        self._usable()
        with _told(self._path), self._reading.connect() as connection, connection.begin():
            session = Session(connection)
            try:
                yield SqlUnit(session, self._cipher, sandbox=self._sandbox)
            finally:
                session.end()

    def look(self, person: str) -> PersonState | None:
        """Raises `Faults` `store.closed`, `store.disk_error`, `store.damaged`."""
        try:
            cursor = self._mine.cursor
        except AttributeError:
            cursor = self._looker()
        try:
            rows = cursor.execute(self._look, (person,)).fetchall()
        except DATABASE_ERRORS as problem:
            self._usable()
            raise fault_of(problem, str(self._path)) or problem from problem
        return decode_state(rows[0][0]) if rows else None

    def _looker(self) -> Any:
        """This thread's own cursor, outside the pool, for as long as the thread lives."""
        self._usable()
        connection = self._reading.raw_connection()
        connection.detach()
        self._lookers.append(connection)
        self._mine.cursor = connection.cursor()
        return self._mine.cursor

    def compact(self) -> bool:
        """Write the whole file anew, so that nothing forgotten is left in the unused parts of its pages.

        Done at once after a forgetting where the file is below 32 MB; above, her key is destroyed at once and this
        stays due until it is called (writers wait about a second for each 100 MB). Whether it was done.
        """
        self._usable()
        with self._turn, self._turns:
            return self._maintain(SCRUB_WAIT_MS, *ANEW, CHECKPOINT)

    def compact_due(self) -> bool:
        """Whether somebody was forgotten since the file was last written anew."""
        with self.read() as unit:
            return unit._db.one(_FACT, COMPACT_DUE) is not None

    def scrub(self) -> None:
        """Do what a process that ended in the midst of a forgetting has left to do."""
        due = self.compact_due()
        with self._turn, self._turns:
            if due:
                self._erase()
            else:
                self._maintain(SCRUB_WAIT_MS, CHECKPOINT)

    def _erase(self) -> None:
        """Leave no copy of what was destroyed: neither in the write-ahead log nor, in a file of usual size, in pages
        that rows have moved out of (`secure_delete` overwrites a row where it stands, not where it once stood)."""
        small = self._path.stat().st_size <= COMPACT_AT_ONCE
        self._maintain(SCRUB_WAIT_MS, *(ANEW if small else ()), CHECKPOINT)

    def _maintain(self, wait_ms: int, *steps: str) -> bool:
        """Run maintenance outside any transaction, the last step being a checkpoint; whether all of it was done.

        A reader that still looks at an earlier state makes it fail; then each later write tries the checkpoint again.
        What was committed is committed: maintenance that fails raises nothing.
        """
        connection = self._writing.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={wait_ms}")
            for step in steps:
                row = cursor.execute(step).fetchone()
            self._to_scrub = bool(row[0])
            cursor.execute(f"PRAGMA busy_timeout={BUSY_S * 1000}")
        except DATABASE_ERRORS:
            self._to_scrub = True
            connection.invalidate()
        finally:
            connection.close()
        return not self._to_scrub

    def check_vault(self) -> None:
        """Raises `Faults` `vault.wrong_key` where the addresses were written under another key."""
        with self.read() as unit:
            held = unit._db.one(_FACT, VAULT_CHECK)
        if held is None:
            with self.write() as unit:
                held = unit._db.one(_FACT, VAULT_CHECK)
                if held is None:
                    unit._db.run(_ADD_FACT, VAULT_CHECK, self._cipher.check)
                    return
        if held[0] != self._cipher.check:
            raise Faults.one("vault.wrong_key")

    def _usable(self) -> None:
        if self._closed:
            raise Faults.one("store.closed")
        if self._process != os.getpid():
            raise RuntimeError("this store was opened in another process; open it again here")

    def close(self) -> None:
        """Ends what is open; a second call does nothing."""
        if self._closed:
            return
        with self._turn:
            self._closed = True
            for connection in self._lookers:
                connection.close()
            if self._to_scrub:
                self._maintain(SCRUB_WAIT_MS, CHECKPOINT)
            self._writing.dispose()
            self._reading.dispose()
            self._turns.close()
