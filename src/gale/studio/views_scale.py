"""What the Scale page shows. Shares are fractions, times ms UTC; "no data" is `None`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Text = Mapping[str, str]


@dataclass(frozen=True)
class Rung:
    """One stage. `state`: passed, here, to_come. `hours`: how long it takes at least (`None`: cannot be said)."""

    id: str
    name: Text
    share: float
    people: int
    inside: int
    hours: float | None
    role: str
    state: str


@dataclass(frozen=True)
class Guard:
    """One guardrail with its interval. `state`: crossed, clear, waiting, watched (it only ever stops)."""

    measure: str
    view: str
    limit: float
    worst: float | None
    events: int
    n: int
    estimate: float | None
    low: float | None
    high: float | None
    state: str

    @property
    def at_least(self) -> bool:
        return self.measure in ("lift_orders", "click")

    @property
    def signed(self) -> bool:
        """A relative difference, written with its sign; the others are shares."""
        return self.measure == "lift_orders"


@dataclass(frozen=True)
class Region:
    """One city. `click` are its own answers with their interval, `None` before the first message."""

    value: str
    share: float
    shown: int
    complained: int
    unsubscribed: int
    click: tuple[float, float, float] | None


@dataclass(frozen=True)
class Leader:
    """What a policy expects most of, in its own words: where the next city begins."""

    touchpoint: Text
    locale: str
    short: str
    words: str
    policy: str


@dataclass(frozen=True)
class Step:
    """One step that was taken. `kind`: begin, stage, back, paused."""

    time: int
    kind: str
    left: Text
    to: Text
    by: str
    role: str
    reason: str
    guard: Guard | None
    line: int


@dataclass(frozen=True)
class Scale:
    """The page. `finding`: none, draft, crossed, paused, back, ready, last, waiting, over; `may` are (id, name) of those
    who hold the next stage's role, `members` of everybody; `waits` are sentences; `typed` and `error` a refused form."""

    campaign: str
    status: str
    finding: str
    advance: str = "person"
    alpha: float = 0.05
    settle_hours: int = 24
    place: int = 0
    rungs: tuple[Rung, ...] = ()
    guards: tuple[Guard, ...] = ()
    waits: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    leaders: tuple[Leader, ...] = ()
    steps: tuple[Step, ...] = ()
    role: str = ""
    may: tuple[tuple[str, str], ...] = ()
    members: tuple[tuple[str, str], ...] = ()
    outside: int = 0
    asks_reason: bool = False
    typed: str = ""
    error: str = ""

    @property
    def people(self) -> int:
        return max((r.inside for r in self.rungs), default=0)

    @property
    def inside(self) -> int:
        """People whom the stage in force has let in."""
        return next((r.inside for r in self.rungs if r.state == "here"), 0)

    @property
    def running(self) -> bool:
        return self.status in ("live", "paused")
