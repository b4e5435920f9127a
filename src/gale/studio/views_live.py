"""What the live page shows: what happens now, who gets the traffic, what was learned. See `views`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gale.engine.budget import BudgetStanding
from gale.studio.plots import Front, Interval, Moment, Note, Shelf

Text = Mapping[str, str]  # one text a language


@dataclass(frozen=True)
class VariantLine:
    """One live variant (or angle) now; `share` of the last period's traffic, `colour` 1–5 or 0."""

    id: str
    short: str
    words: str
    locale: str
    share: float
    shown: int
    colour: int = 0
    answer: Interval | None = None
    paused: bool = False


@dataclass(frozen=True)
class LogLine:
    """One line of the log. `kind`: full (acted), no (held back), plain."""

    time: int
    said: str
    kind: str = "plain"


@dataclass(frozen=True)
class City:
    """One simulated city beside the other: what its gate says."""

    id: str
    title: Text
    opened: bool
    people: int
    gate: Interval | None = None
    decisions: int = 0
    lift: Interval | None = None
    proven: bool = False
    sentence: str = ""


@dataclass(frozen=True)
class Kettle:
    """The simulated person whose kettle boils. `outcome`: "", sent, held."""

    person: str
    short: str
    agreed: bool
    outcome: str = ""
    said: str = ""
    reason: str = ""
    took_ms: float | None = None
    time: int | None = None


@dataclass(frozen=True)
class LessonRow:
    """One comparison: `value` against the average (`None`: too little), `expected` by the policy's model; fractions."""

    kind: str
    name: str
    n: int
    rate: float
    average: float
    value: Interval | None
    verdict: str
    expected: Interval | None = None
    alike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """What was learned up to the midnight `until`: the sentence, every comparison, and what the plot shows of them."""

    said: str
    until: int
    state: str  # early, nothing, new, lost, still
    messages: int
    compared: int
    objective: str
    rows: tuple[LessonRow, ...] = ()
    shelves: tuple[Shelf, ...] = ()


@dataclass(frozen=True)
class Live:
    campaign: str
    status: str  # live, paused, stopped, ended
    now: int
    start: int
    days: int
    day: int
    lift: Interval | None
    proven: bool
    n_treated: int
    n_holdout: int
    people_needed: int | None
    series: tuple[Moment, ...]
    decisions: int
    minutes: tuple[int, ...]
    p50_ms: float | None
    nothing: tuple[tuple[str, int], ...]  # (reason, decisions without a variant)
    buckets: tuple[tuple[int, Mapping[str, float]], ...] = ()
    variants: tuple[VariantLine, ...] = ()
    others: tuple[int, float] = (0, 0.0)  # how many more, their share
    by: str = "variant"  # what the series are: variant, angle
    period: int = 86_400_000  # ms that one of `buckets` stands for
    fronts: tuple[Front, ...] = ()
    notes: tuple[Note, ...] = ()
    events: tuple[LogLine, ...] = ()
    learned: Lesson | None = None
    over: bool = False  # the flight's days are over, whatever the status
    ended: int | None = None
    windows_until: int | None = None
    log: tuple[LogLine, ...] = ()
    cities: tuple[City, ...] = ()
    kettle: Kettle | None = None
    budget: BudgetStanding | None = None
    step: int = 60_000  # ms that one of `minutes` stands for
