"""How money is made to last: which share of the contacts still to come is let through at each touchpoint.

The fluid problem "spend at most what is left on the contacts still expected" has a price as its dual: how many answers
a cent must bring. It is solved anew each time the counters are looked at, so that no step size has to be tuned and a
wrong expectation corrects itself (re-solving: Jasin and Kumar, *Mathematics of Operations Research* 37(2), 2012; the
same price followed by dual mirror descent: Balseiro, Lu and Mirrokni, *Operations Research* 71(1), 2023). A touchpoint
whose cent brings less than the price is let through in proportion instead of shut, because what it brings is an
estimate that only contacts can correct.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from gale.campaign.calendar import open_days
from gale.records.documents import Brief, Budget, Campaign, Touchpoint
from gale.records.spending import Spent

DAY = 86_400_000
WORTH_ORDERS = 3  # a person's orders in one window count up to so many margins: one large order is not a taste
LEAST = 0.005  # no touchpoint is shut while money is left
BELOW_COST = 0.1  # share let through where a contact costs more than it earns
PRIOR_DAYS = 0.5  # the plan's expected contacts weigh as much as half a day of what was seen


@dataclass(frozen=True)
class Demand:
    """What one touchpoint may still ask for: `left` contacts of `cost` cents, each bringing `value` answers."""

    touchpoint: str
    channel: str
    cost: int
    left: float
    value: float


@dataclass(frozen=True)
class Pace:
    """`share` of contacts let through, 0 to 1, and the reason told to the others."""

    share: float = 1.0
    reason: str = "budget.pace"


def cents(amount: Decimal) -> int:
    """Money as whole cents, never more than was written."""
    return int(amount * 100)


def overdrawn(
    budget: Budget, spent: Spent, channels: Mapping[str, str], touchpoint: Touchpoint
) -> tuple[str, int] | None:
    """Why one more contact here would cost more than there is, and what is spent of that (cents), or `None`.

    `budget.spent` for the whole, `budget.channel` for the touchpoint's channel; `channels` maps touchpoint to channel.
    What costs nothing is never refused for money.
    """
    if touchpoint.cost == 0:
        return None
    if spent.cents + touchpoint.cost > cents(budget.amount):
        return "budget.spent", spent.cents
    limit = budget.by_channel.get(touchpoint.channel)
    if limit is not None:
        used = of_channel(spent, channels, touchpoint.channel)
        if used + touchpoint.cost > cents(limit):
            return "budget.channel", used
    return None


def of_channel(spent: Spent, channels: Mapping[str, str], channel: str) -> int:
    """Cents spent on one channel."""
    return sum(used.cents for name, used in spent.touchpoints.items() if channels.get(name) == channel)


def shares(demands: Sequence[Demand], money: float, by_channel: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """The price of a cent (answers, 0 while money is enough) and the share let through at each touchpoint.

    `money` and `by_channel` are cents left. A touchpoint passes min(1, value per cent / price): the price is the lowest
    with which the expected spending fits, over all and within each channel.

    >>> demands = [Demand("letter", "email", 2, 1000, 0.08), Demand("banner", "web", 1, 1000, 0.02)]
    >>> price, passed = shares(demands, 1500, {})
    >>> {name: round(share, 2) for name, share in passed.items()}
    {'letter': 0.6, 'banner': 0.3}
    >>> shares(demands, 3000, {})[1]
    {'letter': 1.0, 'banner': 1.0}
    """
    costly = [d for d in demands if d.cost > 0 and d.left > 0]
    worth = {d.touchpoint: max(d.value, 1e-9) / d.cost for d in costly}
    floor = {
        channel: _price([d for d in costly if d.channel == channel], worth, left, {})
        for channel, left in by_channel.items()
    }
    price = _price(costly, worth, money, floor)
    passed = {d.touchpoint: 1.0 for d in demands}
    for d in costly:
        paid = max(price, floor.get(d.channel, 0.0))
        passed[d.touchpoint] = max(LEAST, min(1.0, worth[d.touchpoint] / paid)) if paid else 1.0
    return price, passed


def _price(demands: Sequence[Demand], worth: Mapping[str, float], money: float, floor: Mapping[str, float]) -> float:
    def spending(price: float) -> float:
        return sum(
            d.left * d.cost * min(1.0, worth[d.touchpoint] / max(price, floor.get(d.channel, 0.0), 1e-300))
            for d in demands
        )

    if spending(0.0) <= money:
        return 0.0
    low, high = 0.0, max(worth.values())
    while spending(high) > money and high < 1e12:
        high *= 4
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if spending(middle) > money else (low, middle)
    return high


def paces(
    campaign: Campaign,
    brief: Brief,
    spent: Spent,
    now: int,
    *,
    planned: Mapping[str, float],
    values: Mapping[str, float],
) -> dict[str, Pace]:
    """The share let through at each calendar touchpoint now.

    `planned` are the contacts the plan expected over the flight, `values` the answers a contact is expected to bring
    (margins, where the campaign's value is the margin), both by touchpoint. What a signal opens is not paced: it is a
    service she asked for. Where the margin is the value, a contact that costs more than it earns passes one time in
    ten, so that the estimate stays alive.
    """
    calendar = [t for t in campaign.touchpoints if t.trigger is None]
    found = {t.id: Pace() for t in calendar}
    net = {t.id: values.get(t.id, 0.0) for t in calendar}
    if campaign.policy.value == "margin" and brief.product.margin is not None:
        scale = WORTH_ORDERS * cents(brief.product.margin)
        for t in calendar:
            net[t.id] = values.get(t.id, 1.0) * scale - t.cost
            if net[t.id] < 0:
                found[t.id] = Pace(BELOW_COST, "value.below_cost")
    budget = campaign.limits.budget if campaign.limits else None
    if budget is None or budget.pacing == "asap":
        return found
    demands = demands_of(campaign, brief, spent, now, planned=planned, values=net)
    channels = {t.id: t.channel for t in campaign.touchpoints}
    left: dict[str, float] = {
        c: max(0.0, cents(m) - of_channel(spent, channels, c)) for c, m in budget.by_channel.items()
    }
    _, passed = shares(demands, max(0.0, cents(budget.amount) - spent.cents), left)
    for name, share in passed.items():
        if share < found[name].share:
            found[name] = Pace(share)
    return found


def demands_of(
    campaign: Campaign,
    brief: Brief,
    spent: Spent,
    now: int,
    *,
    planned: Mapping[str, float],
    values: Mapping[str, float],
) -> list[Demand]:
    """What each calendar touchpoint may still ask for: what was asked a day so far, beginning from the plan."""
    found = []
    for t in campaign.touchpoints:
        if t.trigger is not None:
            continue
        gone, days = elapsed(t, campaign, brief, now)
        if not days:
            continue
        asked = spent.touchpoints[t.id].asked if t.id in spent.touchpoints else 0.0
        a_day = (asked + PRIOR_DAYS * planned.get(t.id, 0.0) / days) / (gone + PRIOR_DAYS)
        found.append(Demand(t.id, t.channel, t.cost, a_day * (days - gone), values.get(t.id, 0.0)))
    return found


def elapsed(touchpoint: Touchpoint, campaign: Campaign, brief: Brief, now: int) -> tuple[float, int]:
    """How many of a touchpoint's open days are over, today in part by its hours that are not quiet, and of how many."""
    days = open_days(touchpoint, brief)
    at = datetime.fromtimestamp(now / 1000, ZoneInfo(campaign.timezone))
    gone = float(sum(day < at.date() for day in days))
    if at.date() in days:
        waking = [h for h in range(24) if not _quiet(h, campaign)] or list(range(24))
        passed = sum(h < at.hour for h in waking) + (at.minute / 60 if at.hour in waking else 0.0)
        gone += passed / len(waking)
    return gone, len(days)


def _quiet(hour: int, campaign: Campaign) -> bool:
    start, end = campaign.quiet.start, campaign.quiet.end
    return start <= hour < end if start <= end else hour >= start or hour < end


def runs_out(
    campaign: Campaign, brief: Brief, demands: Sequence[Demand], passed: Mapping[str, float], spent: Spent, now: int
) -> int | None:
    """The beginning of the local day on which the money is used up (ms UTC), or `None` where it lasts to the end.

    `demands` are spread evenly over the open days that are left; `passed` is the share let through at each touchpoint.
    """
    budget = campaign.limits.budget if campaign.limits else None
    if budget is None:
        return None
    zone = ZoneInfo(campaign.timezone)
    today = max(datetime.fromtimestamp(now / 1000, zone).date(), brief.flight.start)
    end = brief.flight.start + timedelta(days=brief.flight.days)
    plans = {t.id: [d for d in open_days(t, brief) if d >= today] for t in campaign.touchpoints if t.trigger is None}
    a_day = {
        d.touchpoint: d.left * d.cost * passed.get(d.touchpoint, 1.0) / max(1, len(plans[d.touchpoint]))
        for d in demands
    }
    money = float(cents(budget.amount) - spent.cents)
    day = today
    while day < end:
        money -= sum(a_day[t] for t, days in plans.items() if t in a_day and day in days)
        if money < -0.5:  # half a cent of rounding is not a day
            return _start_of(day, zone)
        day += timedelta(days=1)
    return None


def start_of(campaign: Campaign, brief: Brief) -> int:
    """The first moment of the flight, ms UTC."""
    return _start_of(brief.flight.start, ZoneInfo(campaign.timezone))


def _start_of(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def lot(key: bytes, person: str, touchpoint: str, now: int) -> float:
    """The number in [0, 1) by which a person is let through at a touchpoint on one day (UTC): below the share, she is.

    A keyed hash and not a draw, so that asking again changes nothing, every worker says the same, and those who wait in
    the holdout come through the same door as the others.
    """
    said = f"pace/{touchpoint}/{now // DAY}/{person}".encode()
    return int.from_bytes(hashlib.blake2b(said, key=key, digest_size=8).digest(), "big") / 2**64
