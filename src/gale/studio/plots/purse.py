"""A purse beside the clock: how much of the money is spent, and a mark for how much of the time is over."""

from __future__ import annotations

from markupsafe import Markup

from gale.studio.plots.svg import line, rect, svg

WIDTH, TOP, HEIGHT = 240.0, 5.0, 8.0


def purse(spent: float, time: float | None = None, *, title: str = "") -> Markup:
    """`spent` and `time` are shares in [0, 1]; the inked part is spent, the upright stroke is now."""
    inside = WIDTH - 2
    parts = [rect(1, TOP, inside, HEIGHT, "neat"), rect(1, TOP, inside * min(1.0, max(0.0, spent)), HEIGHT, "ink")]
    if time is not None:
        x = 1 + inside * min(1.0, max(0.0, time))
        parts += [line(x, 0, x, 18, "under"), line(x, 0, x, 18, "bar")]
    return svg(WIDTH, 18, parts, title=title, classes="iv plot")
