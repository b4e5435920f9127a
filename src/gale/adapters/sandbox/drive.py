"""Fourteen days in compressed time: people come by, get (or do not get) a message, answer late and sometimes twice.

The drive knows no verb of Gale by itself: it is handed those it may call, the same ones the HTTP routes call.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gale.adapters.clock import SteppedClock
from gale.adapters.sandbox.city import DAY, HOUR, City
from gale.records.decision import Decision, Outcome

# Chance by local hour that somebody of this rhythm comes by, given that she comes by today.
HOURS: Mapping[str, tuple[tuple[int, ...], tuple[float, ...]]] = {
    "early": ((6, 7, 8, 12, 18, 20), (0.35, 0.25, 0.10, 0.10, 0.12, 0.08)),
    "office": ((8, 10, 12, 15, 18, 20), (0.18, 0.20, 0.22, 0.20, 0.12, 0.08)),
    "evening": ((9, 12, 17, 18, 19, 20), (0.08, 0.12, 0.15, 0.20, 0.25, 0.20)),
}


@dataclass(frozen=True)
class Verbs:
    """What a drive may call: decide for people at a touchpoint, tell outcomes, withdraw a consent, learn."""

    decide: Callable[[Sequence[str], str, int], list[Decision]]
    tell: Callable[[Sequence[Outcome], int], object]
    withdraw: Callable[[Sequence[str], int], object]
    learn: Callable[[int], object]
    traits: Callable[[str], Mapping[str, str]]


@dataclass(frozen=True)
class Tick:
    """One simulated hour that has passed."""

    city: str
    time: int
    day: int
    days: int
    asked: int
    shown: int


class Drive:
    """Drive one city through its flight, hour by hour; stop by no longer iterating."""

    def __init__(
        self,
        city: City,
        *,
        start: int,
        days: int,
        local_offset: int,
        letters: Mapping[str, Sequence[int]],
        clock: SteppedClock,
        verbs: Verbs,
        after_days: int = 2,
    ) -> None:
        """`start` is local midnight of the first day; `local_offset` ms to add to UTC; `letters` maps a touchpoint that
        goes to everybody to its weekdays; `after_days` is how long late answers are still waited for."""
        self.city = city
        self.start = start
        self.days = days
        self.offset = local_offset
        self.letters = letters
        self.clock = clock
        self.verbs = verbs
        self.after_days = after_days
        self.pending: list[tuple[int, int, Outcome]] = []
        self._count = 0

    def run(self) -> Iterator[Tick]:
        """Each simulated hour once it has passed."""
        for outcome in self.city.organic(self.start, self.days):
            self._later(outcome)
        leaving = self._leaving()
        for hour in range((self.days + self.after_days) * 24):
            now = self.start + hour * HOUR
            self.clock.move_to(now)
            gone = [p for t, p in leaving if now - HOUR < t <= now]
            if gone:
                self.verbs.withdraw(gone, now)
            asked = shown = 0
            if hour < self.days * 24:
                for touchpoint, people in self._coming(hour):
                    decisions = self.verbs.decide(people, touchpoint, now)
                    asked += len(decisions)
                    for decision in decisions:
                        if decision.variant is not None:
                            shown += 1
                            for outcome in self.city.answer(decision, self.verbs.traits(decision.variant)):
                                self._later(outcome)
            self._tell(now)
            if hour % 24 == 23:
                self.verbs.learn(now)
            yield Tick(city=self.city.truth.id, time=now, day=hour // 24 + 1, days=self.days, asked=asked, shown=shown)

    def _coming(self, hour: int) -> Iterator[tuple[str, list[str]]]:
        of_day = hour % 24
        weekday = ((self.start + self.offset) // DAY + 3 + hour // 24) % 7  # 1 January 1970 was a Thursday
        for touchpoint, weekdays in self.letters.items():
            if weekday in weekdays and of_day == 7:
                yield touchpoint, list(self.city.ids)
        rng = self.city.rng
        for touchpoint, chance in self.city.truth.visits_a_day.items():
            today = np.zeros(len(self.city.ids))
            for rhythm, (hours, shares) in HOURS.items():
                if of_day in hours:
                    today[self.city.rhythm == rhythm] = chance * shares[hours.index(of_day)]
            coming = np.flatnonzero(rng.random(len(today)) < today)
            if len(coming):
                yield touchpoint, [self.city.ids[i] for i in rng.permutation(coming)]

    def _leaving(self) -> list[tuple[int, str]]:
        people = self.city.withdrawing()
        return [(self.start + int(self.city.rng.random() * self.days * DAY), p) for p in people]

    def _later(self, outcome: Outcome) -> None:
        self._count += 1
        heapq.heappush(self.pending, (outcome.received, self._count, outcome))

    def _tell(self, now: int) -> None:
        due: list[Outcome] = []
        while self.pending and self.pending[0][0] <= now:
            due.append(heapq.heappop(self.pending)[2])
        if due:
            self.verbs.tell(due, now)
