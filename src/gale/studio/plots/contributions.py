"""What each angle and each phrase contributes: a dot and an interval an option, grouped, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gale.studio.plots.interval import Interval
from gale.studio.plots.svg import Label, c, circle, line, path, svg, text, ticks

WIDEST = 1.0  # an effect beyond twice the average is cut at the plot's edge, and shows that it is


@dataclass(frozen=True)
class Part:
    """One option: its name, the interval against the average (`None`: too little yet), whether that is proven."""

    name: str
    value: Interval | None
    proven: bool
    said: str = ""


@dataclass(frozen=True)
class Shelf:
    """Options of one kind ("Angle", "Call to action"); `more` says how many others there are and that nothing is."""

    name: str
    parts: tuple[Part, ...]
    more: str = ""


def contributions(shelves: Sequence[Shelf], *, percent: Label, title: str, few: str) -> Markup:
    """The plot for a desk and for a phone; empty where nothing can be compared. `few` stands where there is no
    interval."""
    known = [p.value for s in shelves for p in s.parts if p.value is not None]
    if not known:
        return Markup("")
    proven = [p.value for s in shelves for p in s.parts if p.value is not None and p.proven]
    most = max(WIDEST, *(v.high for v in proven)) if proven else WIDEST
    low, high = max(-1.0, min(v.low for v in known)), min(most, max(v.high for v in known))
    pad = (high - low) * 0.04
    scale = (min(low, 0.0) - pad, max(high, 0.0) + pad)
    return _large(shelves, scale, percent, title, few) + _small(shelves, scale, percent, title, few)


def _large(shelves: Sequence[Shelf], scale: tuple[float, float], percent: Label, title: str, few: str) -> Markup:
    width, left, right, row = 960.0, 300.0, 800.0, 26.0
    parts: list[str] = []
    y = 6.0
    for shelf in shelves:
        y += 18
        parts.append(text(0, y, shelf.name, "strong"))
        parts.append(line(0, y + 7, width, y + 7, "grid"))
        y += 10
        for part in shelf.parts:
            y += row
            parts.append(text(left - 16, y - 5, _fitting(part.name, 50), "r-lab"))
            parts += _mark(part, left, right, y - 9, scale, few)
            parts.append(text(right + 16, y - 5, part.said, "strong" if part.proven else ""))
        if shelf.more:
            y += 22
            parts.append(text(left - 16, y - 5, shelf.more, "r-lab"))
        y += 12
    return _framed(parts, y, left, right, width, scale, percent, title, "plot only-l")


def _small(shelves: Sequence[Shelf], scale: tuple[float, float], percent: Label, title: str, few: str) -> Markup:
    width, left, right, row = 360.0, 6.0, 354.0, 46.0
    parts: list[str] = []
    y = 4.0
    for shelf in shelves:
        y += 18
        parts.append(text(0, y, shelf.name, "strong"))
        parts.append(line(0, y + 7, width, y + 7, "grid"))
        y += 6
        for part in shelf.parts:
            y += row
            parts.append(text(0, y - 25, _fitting(part.name, 34), ""))
            parts.append(text(width, y - 25, part.said, "r-lab strong" if part.proven else "r-lab"))
            parts += _mark(part, left, right, y - 10, scale, few)
        if shelf.more:
            y += 22
            parts.append(text(0, y - 3, shelf.more, ""))
        y += 14
    return _framed(parts, y, left, right, width, scale, percent, title, "plot only-s")


def _framed(
    parts: Sequence[str],
    y: float,
    left: float,
    right: float,
    width: float,
    scale: tuple[float, float],
    percent: Label,
    title: str,
    classes: str,
) -> Markup:
    """The scale under the rows, and the line of the average behind them."""
    zero = _x(0.0, left, right, scale)
    under = [line(zero, 34, zero, y, "zero")]
    shown: dict[str, float] = {}
    after = [line(left, y + 4, right, y + 4, "ax")]
    for tick in sorted(ticks(*scale, 6 if width > 500 else 4), key=abs):
        at, said = _x(tick, left, right, scale), percent(tick)
        if said not in shown and all(abs(at - other) > 46 for other in shown.values()):
            shown[said] = at
            style = "r-lab" if at > right - 12 else "" if at < left + 12 else "m-lab"
            after += [line(at, y + 4, at, y + 8, "ax"), text(at, y + 22, said, style)]
    return svg(width, y + 28, [*under, *parts, *after], title=title, classes=classes)


def _mark(part: Part, left: float, right: float, y: float, scale: tuple[float, float], few: str) -> list[str]:
    if part.value is None:
        return [text((left + right) / 2, y + 4, few, "m-lab halo")]
    low, high = _x(part.value.low, left, right, scale), _x(part.value.high, left, right, scale)
    ends = [line(low, y, high, y, "bar")]
    # An end inside the plot has its cap; one beyond it runs out of the plot without.
    if part.value.low >= scale[0]:
        ends.append(path(f"M{c(low)} {c(y - 4)}v8", "bar"))
    if part.value.high <= scale[1]:
        ends.append(path(f"M{c(high)} {c(y - 4)}v8", "bar"))
    middle = _x(part.value.estimate, left, right, scale)
    return [*ends, circle(middle, y, 4.5, "dot" if part.proven else "open")]


def _x(value: float, left: float, right: float, scale: tuple[float, float]) -> float:
    low, high = scale
    return left + (min(max(value, low), high) - low) / (high - low) * (right - left)


def _fitting(said: str, most: int) -> str:
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"
