"""When a touchpoint is open: flight, weekdays and quiet hours, in the campaign's own timezone.

All arithmetic goes from the UTC moment to the wall clock and never back by adding hours, so that the 23-hour and the
25-hour day of a change of clocks are what they are.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
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


def contacts_per_person(campaign: Campaign, brief: Brief) -> dict[str, float]:
    """How many contacts each calendar touchpoint has with one person over the flight: a ceiling, after the caps.

    The open days of all calendar touchpoints share the caps' allowance evenly (`per_week` a rolling week, `per_day` a
    day), and no touchpoint meets her more than once an open day. Those opened by a signal are not listed: nobody plans
    how often a kettle boils.
    """
    days = {t.id: len(open_days(t, brief)) for t in campaign.touchpoints if t.trigger is None}
    allowance = min(campaign.caps.per_week * brief.flight.days / 7, campaign.caps.per_day * brief.flight.days)
    share = min(1.0, allowance / max(1, sum(days.values())))
    return {touchpoint: count * share for touchpoint, count in days.items()}


@lru_cache(maxsize=512)
def _local(timezone: str, quarter: int) -> datetime:
    # Hour, day and weekday are the same throughout a quarter of an hour; the hot path asks thousands of times in one.
    return datetime.fromtimestamp(quarter * (QUARTER // 1000), _zone(timezone))


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
