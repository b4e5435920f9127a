"""Lift over time: the estimate's line in the band that may be looked at at any moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gale.studio.plots.svg import Label, circle, line, path, polyline, svg, text, ticks, zebra

DAY_MS = 86_400_000


@dataclass(frozen=True)
class Moment:
    """The interval as it stood at `time` (ms UTC); relative lift, 0.3 is +30 %."""

    time: int
    estimate: float
    low: float
    high: float


def lift_over_time(
    series: Sequence[Moment],
    *,
    start: int,
    days: int,
    percent: Label,
    day: Callable[[int], str],
    title: str,
    proven_mark: Callable[[int], str] | None = None,
    half: bool = False,
) -> Markup:
    """The band, the line, the zero line, and a mark where the band left zero for good.

    `percent` puts a share into words, `day` a time (ms) as a short label, `proven_mark` says "proven on the 16th"; `half`
    draws for half a page.
    Empty where there is no moment yet.
    """
    if not series:
        return Markup("")
    width, height = (460.0, 280.0) if half else (760.0, 330.0)
    every = -(-days // (10 if half else 16))
    large = _draw(series, start, days, percent, day, title, proven_mark, width, height, every, "plot only-l")
    small = _draw(series, start, days, percent, day, title, proven_mark, 360, 260, max(2, days // 5), "plot only-s")
    return large + small


def proven_since(series: Sequence[Moment]) -> int | None:
    """The moment from which the band stayed clear of zero until now; `None` if it contains zero now."""
    since = None
    for m in reversed(series):
        if m.low <= 0 <= m.high:
            break
        since = m.time
    return since


def _draw(
    series: Sequence[Moment],
    start: int,
    days: int,
    percent: Label,
    day: Callable[[int], str],
    title: str,
    proven_mark: Callable[[int], str] | None,
    width: float,
    height: float,
    every: int,
    classes: str,
) -> Markup:
    left, right, top, bottom = 50.0, width - 62.0, 10.0, height - 32.0
    last = series[-1]
    low, high = _window(last)

    def x(time: float) -> float:
        return left + min(max((time - start) / (days * DAY_MS), 0.0), 1.0) * (right - left)

    def y(value: float) -> float:
        return bottom - (min(max(value, low), high) - low) / (high - low) * (bottom - top)

    upper = [(x(m.time), y(m.high)) for m in series]
    lower = [(x(m.time), y(m.low)) for m in series]
    parts = [path(polyline([*upper, *reversed(lower)]) + "Z", "band")]
    for tick in ticks(low, high, 4):
        parts.append(line(left, y(tick), right, y(tick), "ax" if tick == 0 else "grid"))
        parts.append(text(left - 8, y(tick) + 4, percent(tick), "r-lab"))
    parts.append(path(polyline([(x(m.time), y(m.estimate)) for m in series]), "ln"))
    since = proven_since(series)
    if since is not None and proven_mark is not None:
        at = x(since)
        parts.append(line(at, y(0) - 12, at, y(0) + 14, "ax"))
        parts.append(text(at + 5, y(0) + 14, proven_mark(since), "strong halo"))
    end = x(last.time)
    parts.append(line(end, y(last.high), end, y(last.low), "bar"))
    parts.append(circle(end, y(last.estimate), 4.5, "dot" if since is not None else "open"))
    placed: list[float] = []
    for value, style in ((last.estimate, "strong halo"), (last.high, "halo"), (last.low, "halo")):
        at = y(value) + 4
        while any(abs(at - other) < 13 for other in placed):
            at += 13 if value == last.low else -13
        placed.append(at)
        parts.append(text(end + 10, at, percent(value), style))
    parts.append(zebra(left, right, bottom, days))
    step = (right - left) / days
    for i in range(0, days, every):
        parts.append(text(left + (i + 0.5) * step, bottom + 20, day(start + i * DAY_MS + DAY_MS // 2), "m-lab"))
    return svg(width, height, parts, title=title, classes=classes)


def _window(last: Moment) -> tuple[float, float]:
    """What the plot shows: around the last interval, zero included; the wide first days are cut at its edges."""
    reach = max(last.high - last.low, 0.2)
    low = min(last.low - 0.45 * reach, -0.25 * reach)
    high = max(last.high + 0.45 * reach, 0.25 * reach)
    return low, high
