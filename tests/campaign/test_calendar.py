"""Flight, weekdays, quiet hours and caps, through both changes of clocks."""

from __future__ import annotations

import timeit
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from campaign_samples import documents, plain, touchpoint
from hypothesis import given
from hypothesis import strategies as st

from gale.campaign import capped, contacts_per_person, is_quiet, open_days, open_now
from gale.records.documents import Caps

HOUR = 3_600_000
DAY = 24 * HOUR
PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp() * 1000)


def campaign(**change: object):  # type: ignore[no-untyped-def]
    data = plain()
    data["campaign"].update(change)
    return documents(data)[2]


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [
        ({"start": 21, "end": 6}, {21, 22, 23, 0, 1, 2, 3, 4, 5}),
        ({"start": 1, "end": 5}, {1, 2, 3, 4}),
        ({"start": 8, "end": 8}, set()),
        ({"start": 0, "end": 1}, {0}),
    ],
)
def test_quiet_hours_begin_on_the_first_and_end_before_the_last(quiet: dict[str, int], hours: set[int]) -> None:
    asked = campaign(quiet=quiet)
    assert {h for h in range(24) if is_quiet(at(f"2026-09-08T{h:02}:30"), asked)} == hours


@pytest.mark.parametrize(
    ("day", "hours", "quiet"), [("2026-03-29", 23, 8), ("2026-09-08", 24, 9), ("2026-10-25", 25, 10)]
)
def test_the_night_is_as_long_as_it_is_when_the_clocks_change(day: str, hours: int, quiet: int) -> None:
    midnight, next_midnight = at(f"{day}T00:00"), at(f"{date.fromisoformat(day) + timedelta(days=1)}T00:00")
    moments = range(midnight, next_midnight, HOUR)
    asked = campaign()
    assert len(moments) == hours
    assert sum(is_quiet(moment, asked) for moment in moments) == quiet
    assert not is_quiet(at(f"{day}T06:00"), asked)
    assert is_quiet(at(f"{day}T05:59"), asked)


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2026-09-06T23:59", "flight.before"),
        ("2026-09-07T00:00", "touchpoint.weekday"),
        ("2026-09-08T00:00", None),
        ("2026-09-08T23:59", None),
        ("2026-09-09T00:00", "touchpoint.weekday"),
        ("2026-09-15T12:00", None),
        ("2026-09-20T23:59", "touchpoint.weekday"),
        ("2026-09-21T00:00", "flight.over"),
    ],
)
def test_a_tuesday_letter_goes_on_tuesdays_of_the_flight(moment: str, reason: str | None) -> None:
    _, brief, asked, _, _ = documents()
    assert open_now(asked.touchpoints[1], asked, brief, at(moment)) == reason


def test_the_days_of_the_flight_are_those_of_the_campaigns_timezone() -> None:
    _, brief, asked, _, _ = documents()
    there = asked.model_copy(update={"timezone": "Pacific/Auckland"})
    sunday_noon_utc = round(datetime(2026, 9, 6, 13, tzinfo=UTC).timestamp() * 1000)
    assert open_now(asked.touchpoints[0], asked, brief, sunday_noon_utc) == "flight.before"
    assert open_now(there.touchpoints[0], there, brief, sunday_noon_utc) is None


def test_open_days_are_listed_in_order() -> None:
    _, brief, asked, _, _ = documents()
    assert open_days(asked.touchpoints[1], brief) == [date(2026, 9, 8), date(2026, 9, 15)]
    assert len(open_days(asked.touchpoints[0], brief)) == 14


@given(st.integers(1, 7), st.integers(1, 20), st.integers(1, 40))
def test_planned_contacts_never_exceed_caps_or_open_days(per_day: int, per_week: int, days: int) -> None:
    data = plain()
    data["campaign"]["caps"] = {"per_day": per_day, "per_week": max(per_day, per_week)}
    data["brief"]["flight"]["days"] = days
    _, brief, asked, _, _ = documents(data)
    counts = contacts_per_person(asked, brief)
    assert set(counts) == {"banner", "letter"}
    assert sum(counts.values()) <= min(asked.caps.per_week * days / 7, per_day * days) + 1e-9
    assert all(counts[t.id] <= len(open_days(t, brief)) for t in asked.touchpoints if t.id in counts)


# --- caps --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ages", "caps", "reason"),
    [
        ([], (1, 4), None),
        ([DAY - 1], (1, 4), "cap.day"),
        ([DAY], (1, 4), None),
        ([6 * DAY, 5 * DAY, 4 * DAY, 3 * DAY], (1, 4), "cap.week"),
        ([7 * DAY, 5 * DAY, 4 * DAY, 3 * DAY], (1, 4), None),
        ([3 * DAY, 2 * DAY, 2 * DAY, HOUR], (1, 4), "cap.week"),
        ([HOUR], (2, 4), None),
        ([2 * HOUR, HOUR], (2, 4), "cap.day"),
    ],
)
def test_a_cap_rolls_with_the_clock(ages: list[int], caps: tuple[int, int], reason: str | None) -> None:
    now = 30 * DAY
    recent = tuple((now - age, "letter") for age in ages)
    assert capped(recent, Caps(per_day=caps[0], per_week=caps[1]), now) == reason


@given(st.lists(st.integers(0, 21 * DAY)), st.integers(1, 3), st.integers(3, 6))
def test_whoever_obeys_the_caps_never_exceeds_them_in_any_window(
    moments: list[int], per_day: int, per_week: int
) -> None:
    caps = Caps(per_day=per_day, per_week=per_week)
    touched: list[tuple[int, str]] = []
    for now in sorted(moments):
        if capped(touched, caps, now) is None:
            touched.append((now, "letter"))
    times = [t for t, _ in touched]
    for start in times:
        assert sum(start <= t < start + DAY for t in times) <= per_day
        assert sum(start <= t < start + 7 * DAY for t in times) <= per_week


def test_asking_calendar_and_caps_takes_a_few_microseconds() -> None:
    _, brief, asked, _, _ = documents()
    now, letter = at("2026-09-08T12:00"), asked.touchpoints[1]
    recent = tuple((now - i * DAY, "letter") for i in range(9, 2, -1))

    def ask() -> None:
        open_now(letter, asked, brief, now)
        is_quiet(now, asked)
        capped(recent, asked.caps, now)

    assert min(timeit.repeat(ask, number=2000, repeat=5)) / 2000 < 20e-6


def test_a_touchpoint_opened_by_a_signal_is_not_planned() -> None:
    data = plain()
    data["campaign"]["narrative"][0]["touchpoints"].append(touchpoint("x", "device", "kettle", ["kettle"], trigger="y"))
    _, brief, asked, _, _ = documents(data)
    assert set(contacts_per_person(asked, brief)) == {"banner", "letter"}
