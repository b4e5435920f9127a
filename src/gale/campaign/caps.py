"""How much is enough: frequency caps over rolling windows."""

from __future__ import annotations

from collections.abc import Sequence

from gale.records.documents import Caps

DAY = 86_400_000
WEEK = 7 * DAY


def capped(recent: Sequence[tuple[int, str]], caps: Caps, now: int) -> str | None:
    """The cap that a person has reached (`cap.week`, `cap.day`), or `None`.

    `recent` holds the times of her touches, oldest first. The windows roll: a touch counts for exactly 24 hours
    (7 × 24 hours) after it happened, so that no midnight gives a second helping.

    >>> capped([(0, "letter")], Caps(per_day=1, per_week=4), 86_399_999)
    'cap.day'
    >>> capped([(0, "letter")], Caps(per_day=1, per_week=4), 86_400_000) is None
    True
    """
    day_from, week_from = now - DAY, now - WEEK
    in_day = in_week = 0
    for i in range(len(recent) - 1, -1, -1):
        time = recent[i][0]
        if time <= week_from:
            break
        in_week += 1
        if time > day_from:
            in_day += 1
    if in_week >= caps.per_week:
        return "cap.week"
    return "cap.day" if in_day >= caps.per_day else None
