"""Does a stage do harm, and may the next one begin? Counts of messages, answers and orders against stated limits.

Each guardrail is watched twice: among `everyone` since the evidence in force began, and among the `newcomers` whom the
stage in force let in, so that trouble in a new city does not drown in the calm of the old ones. Harm is told by an
e-value (`gale.stats.rate`), exact at any size and at any look. With G guardrails, S stages and the roll-out's alpha,
everyone's sequence has the level alpha / (2 G) and each stage's newcomers alpha / (2 G S): a campaign that keeps every
limit is ever taken back on its way up with probability alpha at most (Bonferroni).

Orders are compared by intention to treat. While the campaign changes nothing, whoever orders next is a holdout person
with the holdout's share h as probability, whatever the day or the city: groups were drawn by lot. If the treated order
(1 + limit) times as often, it is h / (h + (1 - h)(1 + limit)); more than that is harm. Each person counts with her first
order, so nothing needs to have closed (a sequential rank test, Lai 1987; here as a Bernoulli e-value).

The next stage needs more than no alarm: each guardrail with a `worst` must be shown to be better than that, among the
newcomers' messages old enough to have been heard of, at level alpha each (all must hold, so no level is shared:
Berger, *Technometrics* 24, 1982).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from gale.campaign.rollout import guards
from gale.records.documents import Campaign
from gale.records.faults import Fault
from gale.records.rollout import Climb
from gale.records.stages import AT_LEAST, Guardrail, Rollout
from gale.stats import rate

HOUR = 3_600_000
View = Literal["everyone", "newcomers"]


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to messages of one hour, or of one city. Adds up.

    `shown` messages, of which `letters` can be complained of; of them `complained`, `unsubscribed`, `bounced`, `click`;
    people with a first order who are `treated` or in the `holdout`.
    """

    shown: int = 0
    letters: int = 0
    complained: int = 0
    unsubscribed: int = 0
    bounced: int = 0
    click: int = 0
    treated: int = 0
    holdout: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{f: getattr(self, f) + getattr(other, f) for f in self.__struct_fields__})

    def of(self, measure: str) -> tuple[int, int]:
        """(events, among how many) of a measure; for `lift_orders` the holdout's among all who ordered."""
        if measure == "lift_orders":
            return self.holdout, self.holdout + self.treated
        return getattr(self, measure), self.shown if measure == "click" else self.letters


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is counted under one step: by hour of the message (ms UTC // 3,600,000) and by value of the city.

    `decisions` and `outcomes` say how far the log was read; `number` and `first` which step and evidence it belongs to.
    """

    decisions: int = 0
    outcomes: int = 0
    number: int = 1
    first: int = 1
    everyone: dict[int, Tally] = {}
    newcomers: dict[int, Tally] = {}
    regions: dict[str, Tally] = {}

    def under(self, climb: Climb) -> Counts:
        """These counts for the step in force: a new step has new newcomers, new evidence starts from nothing."""
        if climb.first != self.first:
            return Counts(decisions=self.decisions, outcomes=self.outcomes, number=climb.number, first=climb.first,
                          regions=self.regions)  # fmt: skip
        if climb.number != self.number:
            return msgspec.structs.replace(self, number=climb.number, newcomers={})
        return self


class Guard(msgspec.Struct, frozen=True, kw_only=True):
    """One guardrail as it stands, in its measure's own unit (a share; for `lift_orders` a relative difference).

    `low` and `high` hold at every look: the end that tells harm at the guardrail's level, the other one at alpha.
    `crossed`: harm for certain, seen in `view`. `clear`: the next stage may begin as far as this one goes.
    `more`: about how many messages are still needed to be clear, 0 where that cannot be said.
    """

    measure: str
    limit: float
    worst: float | None
    view: View
    events: int
    n: int
    estimate: float | None
    low: float | None
    high: float | None
    crossed: bool
    clear: bool
    more: int = 0

    @property
    def bound(self) -> float | None:
        """The end of the interval that is compared to the limit."""
        return self.high if self.measure in AT_LEAST else self.low


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The stage in force: its guardrails, and everything that the next stage still waits for (empty: it may begin)."""

    guards: tuple[Guard, ...]
    waits: tuple[Fault, ...]
    decisions: int
    hours: float

    @property
    def crossed(self) -> Guard | None:
        """The guardrail that is crossed, the one with most events where there are several."""
        return max((g for g in self.guards if g.crossed), key=lambda g: g.events, default=None)


def judge(campaign: Campaign, counts: Counts, climb: Climb, *, now: int, heard: int | None) -> Standing:
    """Where the stage in force stands. Pure; may be asked every minute without raising the chance of a false alarm.

    `heard` is when the newest outcome that anybody told of happened: behind it, silence says nothing yet.
    """
    rollout = campaign.rollout
    assert rollout is not None
    counts = counts.under(climb)
    settled = min(now, heard or 0) - rollout.settle_hours * HOUR
    found = tuple(_guard(g, counts, campaign, rollout.alpha, settled) for g in guards(campaign))
    newcomers = _sum(counts.newcomers)
    hours = max(0, now - climb.since) / HOUR
    waits = list(_waits(rollout, climb, found, newcomers.shown, hours))
    return Standing(guards=found, waits=tuple(waits), decisions=newcomers.shown, hours=hours)


def _waits(rollout: Rollout, climb: Climb, found: Iterable[Guard], decisions: int, hours: float) -> Iterable[Fault]:
    if climb.stage + 1 >= len(rollout.stages):
        yield Fault(code="scale.last")
        return
    stage = rollout.stages[climb.stage]
    if hours < stage.least_hours:
        yield Fault(code="scale.too_soon", values={"hours": int(hours), "needed": stage.least_hours})
    if decisions < stage.least_decisions:
        yield Fault(code="scale.too_few", values={"n": decisions, "needed": stage.least_decisions})
    for guard in found:
        where = f"guardrail.{guard.measure}"
        if guard.crossed:
            yield Fault(code="scale.crossed", where=where)
        elif not guard.clear and guard.more:
            yield Fault(code="scale.unclear", where=where, values={"more": guard.more})
        elif not guard.clear:
            yield Fault(code="scale.unclear_yet", where=where)


def levels(campaign: Campaign) -> tuple[float, float]:
    """The level of each guardrail's sequence: among everyone, and among one stage's newcomers."""
    assert campaign.rollout is not None
    level = campaign.rollout.alpha / (2 * max(1, len(guards(campaign))))
    return level, level / len(campaign.rollout.stages)


def _guard(guard: Guardrail, counts: Counts, campaign: Campaign, alpha: float, settled: int) -> Guard:
    among_everyone, among_newcomers = levels(campaign)
    views: list[tuple[View, Mapping[int, Tally], float]] = [
        ("everyone", counts.everyone, among_everyone),
        ("newcomers", counts.newcomers, among_newcomers),
    ]
    holdout = campaign.experiment.holdout
    told = [_told(guard, view, hours, holdout, level, alpha, settled) for view, hours, level in views]
    # Shown is the view with the alarm, else the newcomers', on whom the next stage depends.
    shown = next((g for g in reversed(told) if g.crossed), told[1])
    return msgspec.structs.replace(shown, clear=told[1].clear and not shown.crossed, more=told[1].more)


def _told(
    guard: Guardrail, view: View, hours: Mapping[int, Tally], holdout: float, level: float, alpha: float, settled: int
) -> Guard:
    everything = _sum(hours)
    old = _sum({h: t for h, t in hours.items() if (h + 1) * HOUR <= settled})
    # What is missing (clicks) can only be missed once it had its time; what happened counts at once.
    events, n = (old if guard.measure == "click" else everything).of(guard.measure)
    past, sure = (everything if guard.measure == "lift_orders" else old).of(guard.measure)
    if guard.measure == "lift_orders":
        low = _lift(rate.highest(past, sure, alpha), holdout)
        high = _lift(rate.lowest(events, n, level), holdout)
        estimate = _lift(events / n, holdout) if events else None
        crossed = high is not None and high < guard.limit
        clear = guard.worst is None or (low is not None and low > guard.worst)
        return _made(guard, view, events, n, estimate, low, high, crossed, clear)
    estimate = events / n if n else None
    if guard.measure in AT_LEAST:
        low, high = rate.lowest(past, sure, alpha), rate.highest(events, n, level)
        crossed, clear = high < guard.limit, guard.worst is None or low > guard.worst
        return _made(guard, view, events, n, estimate, low, high, crossed, clear)
    low, high = rate.lowest(events, n, level), rate.highest(past, sure, alpha)
    crossed, clear = low > guard.limit, guard.worst is None or high < guard.worst
    more = 0
    if guard.worst is not None and not clear and past < guard.worst * max(sure, 1):
        more = max(0, rate.size_for(past / max(sure, 1), guard.worst, alpha) - sure)
    return _made(guard, view, events, n, estimate, low, high, crossed, clear, more)


def _made(
    guard: Guardrail,
    view: View,
    events: int,
    n: int,
    estimate: float | None,
    low: float | None,
    high: float | None,
    crossed: bool,
    clear: bool,
    more: int = 0,
) -> Guard:
    return Guard(
        measure=guard.measure, limit=guard.limit, worst=guard.worst, view=view, events=events, n=n, estimate=estimate,
        low=low, high=high, crossed=crossed, clear=clear, more=more,
    )  # fmt: skip


def _lift(share: float, holdout: float) -> float | None:
    """The relative difference at which the holdout has this share of those who order; `None`: any, however large."""
    if share <= 0:
        return None
    return holdout * (1 - share) / (share * (1 - holdout)) - 1


def _sum(hours: Mapping[int, Tally]) -> Tally:
    return sum(hours.values(), Tally())
