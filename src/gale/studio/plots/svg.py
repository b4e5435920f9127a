"""The few lines of SVG that all plots share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from markupsafe import Markup

Label = Callable[[float], str]


def c(value: float) -> str:
    """A coordinate with one decimal at most, without a trailing zero.

    >>> c(12.04), c(3.96), c(-0.01)
    ('12', '4', '0')
    """
    said = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if said == "-0" else said


def text(x: float, y: float, said: str, classes: str = "") -> str:
    return f'<text{_class(classes)} x="{c(x)}" y="{c(y)}">{escape(said)}</text>'


def path(d: str, classes: str = "") -> str:
    return f'<path{_class(classes)} d="{d}"/>'


def line(x1: float, y1: float, x2: float, y2: float, classes: str) -> str:
    return path(f"M{c(x1)} {c(y1)}L{c(x2)} {c(y2)}", classes)


def rect(x: float, y: float, w: float, h: float, classes: str) -> str:
    return f'<rect{_class(classes)} x="{c(x)}" y="{c(y)}" width="{c(w)}" height="{c(h)}"/>'


def circle(x: float, y: float, r: float, classes: str) -> str:
    return f'<circle{_class(classes)} cx="{c(x)}" cy="{c(y)}" r="{c(r)}"/>'


def polyline(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{c(x)} {c(y)}" for x, y in points)


def svg(
    width: float, height: float, parts: Sequence[str], *, title: str = "", classes: str = "plot", fixed: bool = False
) -> Markup:
    """The drawing; with a `title` it is an image with that name, without one it is hidden (words say it beside).

    A `fixed` one keeps its size; the others grow with their column.
    """
    size = f' width="{c(width)}" height="{c(height)}"' if fixed else ""
    named = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    return Markup(
        f'<svg class="{classes}" viewBox="0 0 {c(width)} {c(height)}"{size} {named}>' + "".join(parts) + "</svg>"
    )


def ticks(low: float, high: float, about: int) -> list[float]:
    """Round numbers inside [low, high], roughly `about` of them.

    >>> ticks(-0.07, 0.55, 3)
    [0.0, 0.2, 0.4]
    """
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return [low]
    raw = span / about
    scale = 10 ** math.floor(math.log10(raw))
    step = min((s * scale for s in (1, 2, 5, 10)), key=lambda s: abs(math.log(s / raw)))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 12) + 0.0 for k in range(first, last + 1)]


def zebra(x0: float, x1: float, y: float, n: int, height: float = 4) -> str:
    """The zebra neatline: a scale of time in `n` equal parts, every other one inked."""
    step = (x1 - x0) / max(1, n)
    inked = "".join(rect(x0 + i * step, y, step, height, "ink") for i in range(0, n, 2))
    return rect(x0, y, x1 - x0, height, "neat") + inked


def _class(classes: str) -> str:
    return f' class="{classes}"' if classes else ""
