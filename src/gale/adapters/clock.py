"""Clocks: the machine's, and one that a sandbox moves."""

from __future__ import annotations

import time


class SystemClock:
    """Milliseconds since the epoch, from the machine."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000


class SteppedClock:
    """A clock that stands still until it is moved: compressed time in a sandbox, exact time in a test."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def move_to(self, now: int) -> None:
        self._now = max(self._now, now)
