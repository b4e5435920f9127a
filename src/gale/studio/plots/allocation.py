"""Who gets the traffic: shares of decisions over time, five series and all the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from gale.studio.plots.svg import Label, c, line, path, polyline, svg, text

SERIES = 5


@dataclass(frozen=True)
class Front:
    """A detected change: `warm` where answers rose, `cold` where they fell."""

    time: int
    kind: Literal["warm", "cold"]
    label: str


def allocation(
    buckets: Sequence[tuple[int, Mapping[str, int]]],
    top: Sequence[str],
    *,
    others: str,
    names: Mapping[str, tuple[str, str]],
    percent: Label,
    when: Callable[[int], str],
    title: str,
    fronts: Sequence[Front] = (),
) -> Markup:
    """Stacked shares. `buckets` are (start in ms, decisions by variant); `top` the five that have a colour, first at
    the bottom; `names` gives each its short id and its words; `others` names the rest. Empty without two buckets.
    """
    filled = [(t, counts) for t, counts in buckets if sum(counts.values()) > 0]
    if len(filled) < 2:
        return Markup("")
    top = list(top)[:SERIES]
    shares = []
    for time, counts in filled:
        total = sum(counts.values())
        shares.append((time, [counts.get(v, 0) / total for v in top]))
    large = _draw(shares, top, others, names, percent, when, title, fronts, 960, 380, 300, "plot only-l")
    small = _draw(shares, top, others, names, percent, when, title, fronts, 360, 280, 10, "plot only-s")
    return large + small


def _draw(
    shares: Sequence[tuple[int, Sequence[float]]],
    top: Sequence[str],
    others: str,
    names: Mapping[str, tuple[str, str]],
    percent: Label,
    when: Callable[[int], str],
    title: str,
    fronts: Sequence[Front],
    width: float,
    height: float,
    room: float,
    classes: str,
) -> Markup:
    left, right, above, below = 40.0, width - room, 26.0 if fronts else 8.0, height - 24.0
    first, last = shares[0][0], shares[-1][0]

    def x(time: float) -> float:
        return left + (time - first) / (last - first) * (right - left)

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
    marks = 7 if width > 500 else 4
    for i in range(marks):
        time = first + (last - first) * i / (marks - 1)
        anchor = "m-lab" if 0 < i < marks - 1 else ("" if i == 0 else "r-lab")
        parts.append(text(x(time), below + 18, when(round(time)), anchor))
    for front in fronts:
        if first <= front.time <= last:
            parts += _front(x(front.time), above, below, front)
    if room > 100:
        parts += _labels(shares, top, others, names, percent, floors, right, y, above, below)
    return svg(width, height, parts, title=title, classes=classes)


def _front(at: float, above: float, below: float, front: Front) -> list[str]:
    parts = [line(at, above - 6, at, below, "under"), line(at, above - 6, at, below, "ln")]
    shape = "a5 5 0 0 1 0 10z" if front.kind == "warm" else "l9 5-9 5z"
    step = 26
    parts += [
        path(f"M{c(at)} {c(above + 6 + i * step)}{shape}", "front") for i in range(int((below - above - 10) // step))
    ]
    parts.append(text(at, above - 12, front.label, "strong halo m-lab"))
    return parts


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
