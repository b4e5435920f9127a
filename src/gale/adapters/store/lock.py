"""One supervisor a workspace: a lock that ends with the process that holds it, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from gale.records.faults import Faults


class WorkspaceLock:
    """An exclusive lock on a file that names its holder's process id.

    The kernel releases it when the process ends, `kill -9` included; the file stays and means nothing by itself.
    Child processes started by `subprocess` do not hold it; a bare `fork` would.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def __enter__(self) -> WorkspaceLock:
        self.acquire()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()

    def acquire(self) -> None:
        """Raises `Faults` `workspace.locked` with the holder's `pid`."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 32, 0).decode(errors="replace").strip() or "?"
            os.close(file)
            raise Faults.one("workspace.locked", path=str(self._path.parent), pid=holder) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        """A second call does nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
