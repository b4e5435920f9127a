"""Who gets the traffic: shares over time, five series and all the others; fronts where a change was detected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from gale.studio.plots.svg import Label, c, circle, line, path, polyline, svg, text

SERIES = 5
ROW = 14.0  # height of one row of labels above the plot
WIDE = 6.3  # about the width of a letter, for labels that must not meet


@dataclass(frozen=True)
class Front:
    """A detected change: `warm` where answers rose, `cold` where they fell."""

    time: int
    kind: Literal["warm", "cold"]
    label: str


@dataclass(frozen=True)
class Note:
    """Something that was done: a variant `joins`, `pauses` or `resumes`, the personal choice `opens`, `tastes` are new.
    No weather."""

    time: int
    kind: Literal["joins", "pauses", "resumes", "opens", "tastes"]
    label: str


Event = Front | Note


def allocation(
    buckets: Sequence[tuple[int, Mapping[str, float]]],
    top: Sequence[str],
    *,
    others: str,
    names: Mapping[str, tuple[str, str]],
    percent: Label,
    when: Callable[[int], str],
    title: str,
    fronts: Sequence[Front] = (),
    notes: Sequence[Note] = (),
) -> Markup:
    """Stacked shares. `buckets` are (start in ms, weight by series); `top` the five that have a colour, first at the
    bottom; `names` gives each its short id and its words; `others` names the rest. Empty without two buckets.
    """
    filled = [(t, counts) for t, counts in buckets if sum(counts.values()) > 0]
    if len(filled) < 2:
        return Markup("")
    top = list(top)[:SERIES]
    shares = []
    for time, counts in filled:
        total = sum(counts.values())
        shares.append((time, [counts.get(v, 0) / total for v in top]))
    events: list[Event] = sorted([*fronts, *notes], key=lambda e: e.time)
    large = _draw(shares, top, others, names, percent, when, title, events, 960, 380, 300, "plot only-l")
    small = _draw(shares, top, others, names, percent, when, title, events, 360, 280, 14, "plot only-s")
    return large + small


def _draw(
    shares: Sequence[tuple[int, Sequence[float]]],
    top: Sequence[str],
    others: str,
    names: Mapping[str, tuple[str, str]],
    percent: Label,
    when: Callable[[int], str],
    title: str,
    events: Sequence[Event],
    width: float,
    height: float,
    room: float,
    classes: str,
) -> Markup:
    left, right, below = 40.0, width - room, height - 24.0
    first, last = shares[0][0], shares[-1][0]
    events = [e for e in events if first <= e.time <= last]

    def x(time: float) -> float:
        return left + (time - first) / (last - first) * (right - left)

    rows = _rows([(x(e.time), e.label) for e in events], left, right)
    above = 10.0 + ROW * (1 + max((r for r in rows if r is not None), default=-1)) + (8 if events else 0)

    def y(share: float) -> float:
        return below - share * (below - above)

    parts = [path(f"M{c(left)} {c(y(0))}H{c(right)}V{c(y(1))}H{c(left)}Z", "c0")]
    floors = [[0.0] * len(shares)]
    for k in range(len(top)):
        floors.append([floor + one[k] for floor, (_, one) in zip(floors[-1], shares, strict=True)])
    for k in range(len(top)):
        lower = [(x(t), y(v)) for (t, _), v in zip(shares, floors[k], strict=True)]
        upper = [(x(t), y(v)) for (t, _), v in zip(shares, floors[k + 1], strict=True)]
        parts.append(path(polyline([*lower, *reversed(upper)]) + "Z", f"c{k + 1} cut"))
    for share in (0.0, 0.5, 1.0):
        parts.append(text(left - 8, y(share) + 4, percent(share), "r-lab"))
    parts.append(path(f"M{c(left)} {c(y(0))}H{c(right)}", "ax"))
    parts += _times([t for t, _ in shares], x, below, when, 7 if width > 500 else 4)
    for event, row in zip(events, rows, strict=True):
        parts += _event(event, x(event.time), above, below)
        if row is not None:
            at = min(max(x(event.time), left + len(event.label) * WIDE / 2), right - len(event.label) * WIDE / 2)
            style = "strong halo m-lab" if isinstance(event, Front) else "halo m-lab"
            parts.append(text(at, 10 + ROW * row, event.label, style))
    if room > 100:
        parts += _labels(shares, top, others, names, percent, floors, right, y, above, below)
    return svg(width, height, parts, title=title, classes=classes)


def _times(
    times: Sequence[int], x: Callable[[float], float], below: float, when: Callable[[int], str], most: int
) -> list[str]:
    """At most so many labels under the axis, evenly over it; a label that would say the same again is left out."""
    first, last = times[0], times[-1]
    parts, said = [], ""
    for i in range(most):
        time = first + (last - first) * i / (most - 1)
        now = when(round(time))
        if now != said:
            anchor = "r-lab" if i == most - 1 else "m-lab" if i else ""
            parts.append(text(x(time), below + 18, now, anchor))
        said = now
    return parts


def _rows(labels: Sequence[tuple[float, str]], left: float, right: float) -> list[int | None]:
    """In which of three rows each label finds its place; `None` for those that find none (the words below say them)."""
    ends = [-1e9, -1e9, -1e9]
    rows: list[int | None] = []
    for at, label in labels:
        half = len(label) * WIDE / 2
        middle = min(max(at, left + half), right - half)
        row = next((i for i, end in enumerate(ends) if middle - half > end + 8), None)
        rows.append(row)
        if row is not None:
            ends[row] = middle + half
    lowest = max((r for r in rows if r is not None), default=0)
    return [None if r is None else lowest - r for r in rows]  # the first row is the one next to the plot


def _event(event: Event, at: float, above: float, below: float) -> list[str]:
    if isinstance(event, Note):
        # A join or a pause is no weather: a hairline with a small ring (open: it rests; filled: it runs).
        ring = circle(at, above, 3, "open" if event.kind == "pauses" else "dot")
        return [line(at, above, at, below, "under"), line(at, above, at, below, "zero"), ring]
    parts = [line(at, above - 6, at, below, "under"), line(at, above - 6, at, below, "ln")]
    shape = "a5 5 0 0 1 0 10z" if event.kind == "warm" else "l9 5-9 5z"
    step = 26
    return parts + [
        path(f"M{c(at)} {c(above + 6 + i * step)}{shape}", "front") for i in range(int((below - above - 10) // step))
    ]


def _labels(
    shares: Sequence[tuple[int, Sequence[float]]],
    top: Sequence[str],
    others: str,
    names: Mapping[str, tuple[str, str]],
    percent: Label,
    floors: Sequence[Sequence[float]],
    right: float,
    y: Callable[[float], float],
    above: float,
    below: float,
) -> list[str]:
    """Each series is labelled at its right edge; labels that would meet are pushed apart, upwards then down."""
    now = shares[-1][1]
    rows = [((floors[k][-1] + floors[k + 1][-1]) / 2, now[k], *names.get(v, (v, ""))) for k, v in enumerate(top)]
    rest = max(0.0, 1 - sum(now))
    if rest > 0.0005:
        rows.append((1 - rest / 2, rest, others, ""))
    height = 30.0
    places = [y(middle) for middle, *_ in rows]
    places[0] = min(places[0], below - 8)
    for i in range(1, len(places)):
        places[i] = min(places[i], places[i - 1] - height)
    places[-1] = max(places[-1], above + 8)
    for i in range(len(places) - 2, -1, -1):
        places[i] = max(places[i], places[i + 1] + height)
    parts = []
    for place, (_, share, name, words) in zip(places, rows, strict=True):
        parts.append(text(right + 10, place, percent(share), "strong"))
        parts.append(text(right + 50, place, name, "strong"))
        if words:
            parts.append(text(right + 50, place + 13, words if len(words) <= 42 else words[:41].rstrip() + "…"))
    return parts
