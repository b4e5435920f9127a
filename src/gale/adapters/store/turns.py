"""Processes that write take turns: each waits in the kernel, woken when the one before it has done.

SQLite itself lets them poll, and one that polls at the wrong moments waits a second while another commits a thousand
times. Nothing depends on these locks but the waiting: what keeps two writers apart is `BEGIN IMMEDIATE`.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from gale.records.faults import Faults


class Turns:
    """Whoever waits stands in the doorway (`-next`) until the room (`-turn`) is free.

    One process stands there at a time: the one that leaves the room finds it taken, and cannot slip in again first.
    The kernel releases both when a process ends, however it ends.
    """

    def __init__(self, database: Path) -> None:
        """Raises `Faults` `store.not_writable`."""
        self._next = _file(database.with_name(database.name + "-next"))
        self._turn = _file(database.with_name(database.name + "-turn"))

    def __enter__(self) -> None:
        fcntl.flock(self._next, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._turn, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._next, fcntl.LOCK_UN)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        fcntl.flock(self._turn, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._next)
        os.close(self._turn)


def _file(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise Faults.one("store.not_writable", path=str(path), detail=problem.strerror or "") from None
