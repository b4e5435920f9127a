"""The lesson of the day as the live page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from gale.studio import views as v
from gale.studio.plots import Interval, Part, Shelf
from gale.words import Words

MOST = 6  # options of one kind that are drawn, those of which most is known


def lesson_view(told: Mapping[str, Any], words: Words) -> v.Lesson:
    """See `gale.engine.learned.tell`."""
    rows = [_row(c, words) for c in told["contributions"]]
    return v.Lesson(
        said=words.text(told["said"]),
        until=int(told["until"]),
        state=str(told["state"]),
        messages=int(told["messages"]),
        compared=int(told["compared"]),
        objective=str(told["objective"]),
        rows=tuple(rows),
        shelves=tuple(_shelves(told["contributions"], words)),
    )


def _row(one: Mapping[str, Any], words: Words) -> v.LessonRow:
    return v.LessonRow(
        kind=_heading(one, words),
        name=words.text(one["name"]),
        n=int(one["n"]),
        rate=float(one["rate"]),
        average=float(one["average"]),
        value=_interval(one["relative"]),
        verdict=str(one["verdict"]),
        expected=_interval(one["believed"]),
        alike=tuple(words.text(a) for a in one["alike"]),
    )


def _shelves(found: Sequence[Mapping[str, Any]], words: Words) -> list[Shelf]:
    """One shelf a kind, and one a group; of many options those that are proven or nearest to it."""
    shelves: list[Shelf] = []
    for name, rows in groupby(found, key=lambda one: _heading(one, words)):
        mine = list(rows)
        kept = sorted(mine, key=lambda one: (one["relative"] is None, -one["evidence"]))[:MOST]
        parts = tuple(_part(one, words) for one in mine if one in kept)
        left = len(mine) - len(parts)
        more = words("and {n} more, none told apart", n=words.number(left)) if left else ""
        shelves.append(Shelf(name, parts, more))
    return shelves


def _part(one: Mapping[str, Any], words: Words) -> Part:
    proven = one["verdict"] in ("proven", "harm") and one["relative"] is not None
    said = words("{n} messages", n=words.number(int(one["n"])))
    if proven:
        said = words("proven better" if one["verdict"] == "proven" else "proven worse")
    return Part(words.text(one["name"]), _interval(one["relative"]), proven, said)


def _heading(one: Mapping[str, Any], words: Words) -> str:
    """What the option is one of, with a capital: "Angle", "Angle, early risers"."""
    kind, group = words.text(one["of"]), words.text(one["among"])
    kind = kind[:1].upper() + kind[1:]
    return f"{kind}, {group}" if group else kind


def _interval(found: Mapping[str, float] | None) -> Interval | None:
    return Interval(found["estimate"], found["low"], found["high"]) if found else None
