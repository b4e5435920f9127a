"""What a database says when it cannot, as coded faults."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from gale.records.faults import Faults

# SQLite's own result codes (sqlite.org/rescode.html) by the beginning of their names.
CODES = {
    "SQLITE_FULL": "store.disk_full",
    "SQLITE_BUSY": "store.busy",
    "SQLITE_LOCKED": "store.busy",
    "SQLITE_IOERR": "store.disk_error",
    "SQLITE_READONLY": "store.not_writable",
    "SQLITE_CANTOPEN": "store.not_writable",
    "SQLITE_PERM": "store.not_writable",
    "SQLITE_NOTADB": "store.damaged",
    "SQLITE_CORRUPT": "store.damaged",
    "SQLITE_CONSTRAINT": "store.conflict",
}

DATABASE_ERRORS = (sqlite3.Error, DBAPIError)


def fault_of(error: BaseException, place: str) -> Faults | None:
    """The fault for a driver's error, whether it came through SQLAlchemy or not; `None` for any other error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(cause, "sqlite_errorname", "")
    for beginning, code in CODES.items():
        if name.startswith(beginning):
            return Faults.one(code, path=place, detail=str(cause))
    return None
