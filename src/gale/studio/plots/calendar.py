"""When: touchpoints by days. A filled bar speaks by calendar, an open one only on a signal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gale.studio.plots.svg import c, line, path, rect, svg, text, zebra


@dataclass(frozen=True)
class Strip:
    """One touchpoint: on which days it may speak, and whether it waits for a signal."""

    name: str
    channel: str
    days: tuple[bool, ...]
    on_signal: bool = False


def calendar(days: Sequence[str], strips: Sequence[Strip], *, title: str) -> Markup:
    """The strip of the plan; `days` are short labels (`"mo 7"`), one a day of the flight."""
    if not days or not strips:
        return Markup("")
    return _draw(days, strips, title, 960, 160, 1 if len(days) <= 16 else 3, "plot only-l") + _draw(
        days, strips, title, 360, 0, max(1, len(days) // 4), "plot only-s"
    )


def _draw(
    days: Sequence[str], strips: Sequence[Strip], title: str, width: float, left: float, every: int, classes: str
) -> Markup:
    right, pitch = width - 1, 42.0 if left else 52.0
    step = (right - left - 1) / len(days)
    parts = []
    for i in range(0, len(days), every):
        parts.append(
            text(left + 1 + (i + (0.5 if every == 1 else 0)) * step, 12, days[i], "m-lab" if every == 1 else "")
        )
    parts.append(zebra(left + 1, right, 20, len(days)))
    for k, strip in enumerate(strips):
        y = 36 + k * pitch
        if left:
            parts.append(text(0, y + 10, strip.name, "strong"))
            parts.append(text(0, y + 23, strip.channel))
        else:
            parts.append(text(0, y + 10, f"{strip.name}, {strip.channel}", "strong"))
        top = y + 2 if left else y + 18
        parts.append(line(left + 1, top + 9, right, top + 9, "grid"))
        for first, last in _runs(strip.days):
            x, w = left + 1 + first * step, (last - first + 1) * step
            if strip.on_signal:
                parts.append(path(f"M{c(x + 1)} {c(top + 1)}h{c(w - 2)}v16h{c(2 - w)}z", "wait"))
            else:
                parts.append(rect(x + 1, top, w - 2, 18, "c1"))
    return svg(width, 36 + len(strips) * pitch, parts, title=title, classes=classes)


def _runs(days: Sequence[bool]) -> list[tuple[int, int]]:
    """First and last index of each unbroken run.

    >>> _runs([True, True, False, True])
    [(0, 1), (3, 3)]
    """
    runs: list[tuple[int, int]] = []
    for i, on in enumerate(days):
        if on and runs and runs[-1][1] == i - 1:
            runs[-1] = (runs[-1][0], i)
        elif on:
            runs.append((i, i))
    return runs
