"""Group commit: one transaction, and one wait for the disk, for all that wait at the moment."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from gale.ports.store import Store, Unit
from gale.records.faults import Faults

T = TypeVar("T")
R = TypeVar("R")
# The thread that commits gives up the interpreter's lock at each row and must win it back from those that decide; with
# Python's usual 5 ms a turn, a group of thirty rows would wait for seconds under load.
SWITCH_S = 0.0005


@dataclass(slots=True)
class _Waiting(Generic[T, R]):
    """An item, who waits for it, and what came of it."""

    item: T
    future: Future[R] | asyncio.Future[R]
    result: R | None = None
    problem: Exception | None = None

    def taken(self) -> bool:
        """Whether it is to be done: a caller who has given up (cancelled) before is not acted for."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()

    def settle(self) -> None:
        if self.problem is not None:
            self.future.set_exception(self.problem)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type]  # R may hold None


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
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_S))
        self._store = store
        self._apply = apply
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._waiting: deque[_Waiting[T, R]] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="group-commit", daemon=True)
        self._thread.start()

    def submit(self, item: T) -> Future[R]:
        """The future of the item's result, done once it is committed.

        Raises `Faults` `store.overloaded` when too many wait, `store.closed` after `close()`.
        """
        future: Future[R] = Future()
        self._enter(item, future)
        return future

    def submit_here(self, item: T) -> asyncio.Future[R]:
        """`submit` for a coroutine: its event loop is woken once a group, not once an item."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._enter(item, future)
        return future

    def close(self) -> None:
        """Commit and answer all that waits, then end; a second call does nothing."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _enter(self, item: T, future: Future[R] | asyncio.Future[R]) -> None:
        with self._wake:
            if self._closing:
                raise Faults.one("store.closed")
            if len(self._waiting) >= self._max_waiting:
                raise Faults.one("store.overloaded", waiting=len(self._waiting))
            self._waiting.append(_Waiting(item, future))
            if len(self._waiting) == 1:
                self._wake.notify()

    def _work(self) -> None:
        while group := self._next():
            group = [one for one in group if one.taken()]
            if group:
                self._commit(group)
                _answer(group)

    def _next(self) -> list[_Waiting[T, R]]:
        """What waits, at most one group of it; empty when closed and nothing waits any more."""
        with self._wake:
            while not self._waiting and not self._closing:
                self._wake.wait()
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._max_batch))]

    def _commit(self, group: list[_Waiting[T, R]]) -> None:
        try:
            with self._store.write() as unit:
                results = self._apply(unit, [one.item for one in group])
                if len(results) != len(group):
                    raise RuntimeError(f"{len(results)} results for {len(group)} items")
        except Exception as problem:
            if len(group) == 1:
                group[0].problem = problem
                return
            for one in group:
                self._commit([one])
            return
        for one, result in zip(group, results, strict=True):
            one.result = result


def _answer(group: list[_Waiting[T, R]]) -> None:
    """Give each her answer; an event loop is woken once for all that wait on it."""
    loops: dict[asyncio.AbstractEventLoop, list[_Waiting[T, R]]] = {}
    for one in group:
        if isinstance(one.future, Future):
            one.settle()
        else:
            loops.setdefault(one.future.get_loop(), []).append(one)
    for loop, here in loops.items():
        with suppress(RuntimeError):  # a loop that has closed meanwhile: nobody waits any more
            loop.call_soon_threadsafe(_answer_here, here)


def _answer_here(group: list[_Waiting[T, R]]) -> None:
    for one in group:
        if not one.future.done():  # or she has given up meanwhile
            one.settle()
