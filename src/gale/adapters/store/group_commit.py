"""Group commit: one transaction, and one wait for the disk, for all that wait at the moment."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from gale.ports.store import Store, Unit
from gale.records.faults import Faults

T = TypeVar("T")
R = TypeVar("R")


class GroupCommit(Generic[T, R]):
    """A thread that hands everything waiting to `apply` in one write transaction, then answers each.

    `apply(unit, items)` returns one result an item, in their order, and may be called again with the same items: it
    must leave its traces in `unit` only. An answer is given after the commit: whoever has one finds her item stored,
    whatever happens to the process. Where a group fails it is tried again one by one, so that one bad item fails
    alone. At most `max_waiting` items wait; beyond, `submit` refuses.
    """

    def __init__(
        self,
        store: Store,
        apply: Callable[[Unit, list[T]], list[R]],
        *,
        max_batch: int = 512,
        max_waiting: int = 8192,
    ) -> None:
        self._store = store
        self._apply = apply
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._waiting: deque[tuple[T, Future[R]]] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="group-commit", daemon=True)
        self._thread.start()

    def submit(self, item: T) -> Future[R]:
        """The future of the item's result, done once it is committed.

        Raises `Faults` `store.overloaded` when too many wait, `store.closed` after `close()`.
        """
        future: Future[R] = Future()
        with self._wake:
            if self._closing:
                raise Faults.one("store.closed")
            if len(self._waiting) >= self._max_waiting:
                raise Faults.one("store.overloaded", waiting=len(self._waiting))
            self._waiting.append((item, future))
            if len(self._waiting) == 1:
                self._wake.notify()
        return future

    def close(self) -> None:
        """Commit and answer all that waits, then end; a second call does nothing."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _work(self) -> None:
        while group := self._next():
            # A caller who has given up (cancelled) before her item was taken is not acted for.
            group = [(item, future) for item, future in group if future.set_running_or_notify_cancel()]
            if group:
                self._commit(group)

    def _next(self) -> list[tuple[T, Future[R]]]:
        """What waits, at most one group of it; empty when closed and nothing waits any more."""
        with self._wake:
            while not self._waiting and not self._closing:
                self._wake.wait()
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._max_batch))]

    def _commit(self, group: list[tuple[T, Future[R]]]) -> None:
        try:
            items = [item for item, _ in group]
            with self._store.write() as unit:
                results = self._apply(unit, items)
                if len(results) != len(items):
                    raise RuntimeError(f"{len(results)} results for {len(items)} items")
        except Exception as problem:
            if len(group) == 1:
                group[0][1].set_exception(problem)
                return
            for one in group:
                self._commit([one])
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)
