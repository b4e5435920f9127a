"""An estimate with its interval, alone or as rows on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gale.studio.plots.svg import Label, c, circle, line, path, svg, text, ticks


@dataclass(frozen=True)
class Interval:
    """An estimate between a low and a high end, all in the same unit."""

    estimate: float
    low: float
    high: float

    @property
    def proven(self) -> bool:
        """The interval leaves zero out."""
        return self.low > 0 or self.high < 0

    def times(self, factor: float) -> Interval:
        return Interval(self.estimate * factor, self.low * factor, self.high * factor)


def interval(
    of: Interval,
    label: Label,
    *,
    proven: bool | None = None,
    rehearsed: bool = False,
    zero: bool = True,
    title: str = "",
) -> Markup:
    """One interval on its own scale with two or three ticks; `zero` keeps zero in sight."""
    proven = of.proven if proven is None else proven
    low, high = _domain([of], zero)
    return _draw(of, low, high, label, proven=proven, rehearsed=rehearsed, zero=zero, title=title, classes="iv plot")


def forest(
    rows: Sequence[Interval | None], label: Label, *, proven: Sequence[bool] = (), zero: bool = True
) -> list[Markup]:
    """The rows of a forest plot on one scale, one drawing a row; a row without data stays empty.

    Only the last row with data carries the scale's figures.
    """
    known = [r for r in rows if r is not None]
    if not known:
        return [Markup("") for _ in rows]
    low, high = _domain(known, zero)
    last = max(i for i, r in enumerate(rows) if r is not None)
    drawn = []
    for i, row in enumerate(rows):
        if row is None:
            drawn.append(Markup(""))
            continue
        full = proven[i] if i < len(proven) else row.proven
        drawn.append(
            _draw(
                row, low, high, label, proven=full, rehearsed=False, zero=zero, classes="forest plot", figures=i == last
            )
        )
    return drawn


def _domain(rows: Sequence[Interval], zero: bool) -> tuple[float, float]:
    low, high = min(r.low for r in rows), max(r.high for r in rows)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    pad = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return low - pad, high + pad


def _draw(
    of: Interval,
    low: float,
    high: float,
    label: Label,
    *,
    proven: bool,
    rehearsed: bool,
    zero: bool,
    title: str = "",
    classes: str,
    figures: bool = True,
) -> Markup:
    width, left, right, y = 240.0, 10.0, 230.0, 9.0

    def x(value: float) -> float:
        return left + (min(max(value, low), high) - low) / (high - low) * (right - left)

    parts = []
    if zero:
        parts.append(line(x(0), 0, x(0), 18, "zero"))
    parts.append(line(x(of.low), y, x(of.high), y, "bar guess" if rehearsed else "bar"))
    parts.append(path(f"M{c(x(of.low))} {c(y - 4)}v8M{c(x(of.high))} {c(y - 4)}v8", "bar"))
    parts.append(circle(x(of.estimate), y, 4.5, "dot" if proven and not rehearsed else "open"))
    if figures:
        shown: dict[str, float] = {}  # a scale finer than its labels says each of them once
        for tick in sorted(ticks(low, high, 3), key=abs):
            said = label(tick)
            if said not in shown and all(abs(x(tick) - other) > 44 for other in shown.values()):
                shown[said] = x(tick)
                parts.append(text(x(tick), 29, said, "m-lab"))
    return svg(width, 30 if figures else 18, parts, title=title, classes=classes)
