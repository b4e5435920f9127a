"""A roll-out drawn as a chart: isobars for the people it reaches, and each guardrail's interval against its limit."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from gale.studio.plots.svg import Label, c, circle, line, path, polyline, svg, text

TENTHS = 10
LETTERS = 30  # of a label that fit beside the chart


def stages(inside: Sequence[int], place: int, names: Sequence[str], *, title: str) -> Markup:
    """Isobars: each line is one more tenth of the people whom the last stage reaches, the thick one half of them.

    `inside` are the people in at each stage, `place` the stage in force (-1: none yet), `names` what is written beside
    each stage's edge (on a phone, its number). What is open is tinted and its lines are solid; what is planned is
    dashed. Area is people. Empty where nobody is reached.
    """
    everybody = max(inside, default=0)
    if not everybody:
        return Markup("")
    shares = [n / everybody for n in inside]
    numbered = [f"{i + 1}  {name}" for i, name in enumerate(names)]
    short = [str(i + 1) for i in range(len(names))]
    large = _isobars(shares, place, numbered, title, 92.0, 388, "plot only-l")
    return large + _isobars(shares, place, short, title, 118.0, 300, "plot only-s")


def _isobars(
    shares: Sequence[float],
    place: int,
    labels: Sequence[str],
    title: str,
    radius: float,
    width: float,
    classes: str,
) -> Markup:
    x, y = radius + 4, radius + 8

    def reach(share: float) -> float:
        return radius * math.sqrt(share)  # area is people

    opened = shares[place] if place >= 0 else 0.0
    parts = [circle(x, y, reach(opened), "band")] if opened > 0 else []
    for tenth in range(1, TENTHS + 1):
        share = tenth / TENTHS
        kind = "iso big" if tenth == TENTHS // 2 else "iso"
        parts.append(circle(x, y, reach(share), kind if share <= opened + 1e-9 else f"{kind} guess"))
    apart = min(30.0, 0.85 * radius / max(1, len(shares) - 1))
    for i, (share, label) in enumerate(zip(shares, labels, strict=True)):
        up, edge = i * apart, reach(share)
        angle = math.asin(min(0.95, up / edge)) if edge > 0 else 0.0
        start, at = (x + edge * math.cos(angle), y - edge * math.sin(angle)), (x + radius + 14, y - up)
        here = i == place
        parts.append(path(polyline([start, at]), "ln" if here else "ln guess"))
        parts.append(circle(*start, 4, "dot" if i <= place else "open"))
        said = label if len(label) <= LETTERS else label[: LETTERS - 1].rstrip() + "…"
        parts.append(text(at[0] + 6, at[1] + 4, said, "strong halo" if here else "halo"))
    return svg(width, 2 * radius + 16, parts, title=title, classes=classes)


def guardrail(
    low: float | None,
    high: float | None,
    estimate: float | None,
    limit: float,
    worst: float | None,
    label: Label,
    *,
    proven: bool,
    signed: bool,
    title: str,
) -> Markup:
    """One guardrail's interval, the limit as a full line with its figure, the worst bearable value as a dashed one.

    `signed` measures are drawn around zero, the others from zero on. An end that is not known, or beyond the scale, runs
    to its edge without a stop. The dot is filled once something is certain.
    """
    first, last = _scale(estimate, limit, worst, signed)
    left, right, y = 10.0, 230.0, 12.0

    def x(value: float) -> float:
        return left + (min(max(value, first), last) - first) / (last - first) * (right - left)

    parts = [line(left, y, right, y, "grid")]
    if estimate is not None:
        start, end = first if low is None else low, last if high is None else high
        parts.append(line(x(start), y, x(end), y, "bar"))
        stops = [v for v in (low, high) if v is not None and first <= v <= last]
        parts += [path(f"M{c(x(v))} {c(y - 4)}v8", "bar") for v in stops]
    parts.append(line(x(limit), 0, x(limit), 24, "ln"))
    parts.append(text(x(limit), 36, label(limit), _anchor(x(limit))))
    if worst is not None and worst != limit:
        parts.append(line(x(worst), 3, x(worst), 21, "ln guess"))
        if abs(x(worst) - x(limit)) > 52:
            parts.append(text(x(worst), 36, label(worst), _anchor(x(worst))))
    if estimate is not None:
        parts.append(circle(x(estimate), y, 4.5, "dot" if proven else "open"))
    return svg(240, 38, parts, title=title, classes="iv plot")


def _scale(estimate: float | None, limit: float, worst: float | None, signed: bool) -> tuple[float, float]:
    marks = [limit, limit if worst is None else worst, limit if estimate is None else estimate]
    if signed:
        reach = max(0.5, 1.3 * max(abs(mark) for mark in marks))
        return -reach, reach
    return 0.0, 1.35 * max(marks)


def _anchor(x: float) -> str:
    return "m-lab" if 24 < x < 216 else "r-lab" if x >= 216 else ""
