"""When a touchpoint is open: flight, weekdays and quiet hours, in the campaign's own timezone.

All arithmetic goes from the UTC moment to the wall clock and never back by adding hours, so that the 23-hour and the
25-hour day of a change of clocks are what they are.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from functools import lru_cache
from zoneinfo import ZoneInfo

from gale.records.documents import Brief, Campaign, Touchpoint

QUARTER = 15 * 60_000  # every offset in use since 1972 is a whole number of quarters of an hour


def is_quiet(now_ms: int, campaign: Campaign) -> bool:
    """Is it an hour without messages? `start` is the first quiet hour, `end` the first one that is not; equal: never.

    >>> campaign = Campaign.model_validate({"schema": 1, "id": "c", "brief": "b", "timezone": "Europe/Paris",
    ...     "narrative": [{"id": "a", "name": {"en": "A"}, "touchpoints": [{"id": "t", "name": {"en": "T"},
    ...     "channel": "web", "placement": "banner", "framework": "f", "purposes": ["p"]}]}]})
    >>> noon = 1_788_602_400_000  # 2026-09-05, 12:00 in Paris
    >>> is_quiet(noon, campaign), is_quiet(noon + 9 * 3_600_000, campaign)
    (False, True)
    """
    start, end = campaign.quiet.start, campaign.quiet.end
    hour = _local(campaign.timezone, now_ms // QUARTER).hour
    return start <= hour < end if start <= end else hour >= start or hour < end


def open_now(touchpoint: Touchpoint, campaign: Campaign, brief: Brief, now_ms: int) -> str | None:
    """Why a touchpoint is closed on this local day, or `None` while it is open.

    Reasons: `flight.before`, `flight.over` (days of the brief's flight, both ends included), `touchpoint.weekday`.
    Quiet hours are asked separately (`is_quiet`): they concern the person's night and not the touchpoint.
    """
    day = _local(campaign.timezone, now_ms // QUARTER).date()
    if day < brief.flight.start:
        return "flight.before"
    if (day - brief.flight.start).days >= brief.flight.days:
        return "flight.over"
    if touchpoint.weekdays and day.weekday() not in touchpoint.weekdays:
        return "touchpoint.weekday"
    return None


def open_days(touchpoint: Touchpoint, brief: Brief) -> list[date]:
    """The local days of the flight on which a touchpoint is open, in order."""
    days = (brief.flight.start + timedelta(days=i) for i in range(brief.flight.days))
    return [day for day in days if not touchpoint.weekdays or day.weekday() in touchpoint.weekdays]


def day_bounds(day: date, timezone: str) -> tuple[int, int]:
    """First millisecond of a local day and of the next one; 23, 24 or 25 hours apart.

    >>> [(b - a) // 3_600_000 for a, b in (day_bounds(date(2026, m, d), "Europe/Paris")
    ...                                    for m, d in ((3, 29), (7, 1), (10, 25)))]
    [23, 24, 25]
    """
    zone = _zone(timezone)
    start, end = (datetime.combine(d, wall_time(), zone) for d in (day, day + timedelta(days=1)))
    return round(start.timestamp() * 1000), round(end.timestamp() * 1000)


def contacts_per_person(campaign: Campaign, brief: Brief) -> dict[str, int]:
    """At most how many contacts each calendar touchpoint has with one person over the flight, after the caps.

    A ceiling: one contact a touchpoint and open day, touchpoints in the narrative's order, for a person who may be
    reached at all of them. Those opened by a signal are not listed; nobody plans how often a kettle boils.
    """
    calendar = [t for t in campaign.touchpoints if t.trigger is None]
    days = {t.id: set(open_days(t, brief)) for t in calendar}
    counts: dict[str, int] = dict.fromkeys(days, 0)
    touched: list[date] = []
    for offset in range(brief.flight.days):
        day = brief.flight.start + timedelta(days=offset)
        for touchpoint in calendar:
            today = touched.count(day)
            week = sum(1 for d in touched if (day - d).days < 7)
            if day in days[touchpoint.id] and today < campaign.caps.per_day and week < campaign.caps.per_week:
                counts[touchpoint.id] += 1
                touched.append(day)
    return counts


def local(now_ms: int, timezone: str) -> datetime:
    """The wall clock's time at a moment."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(_zone(timezone))


@lru_cache(maxsize=512)
def _local(timezone: str, quarter: int) -> datetime:
    # Hour, day and weekday are the same throughout a quarter of an hour; the hot path asks thousands of times in one.
    return local(quarter * QUARTER, timezone)


@lru_cache(maxsize=64)
def _zone(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone)


def known_timezone(timezone: str) -> bool:
    """Does the timezone database know this name?"""
    try:
        _zone(timezone)
    except (KeyError, ValueError, OSError):
        return False
    return True
