"""Small signs of the chart: the barb, the double ring of calm, and a minute's pulse."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from gale.studio.plots.svg import circle, line, path, rect, svg, text, zebra


def spark(counts: Sequence[int], marks: tuple[str, str, str], *, title: str) -> Markup:
    """Decisions a minute: one bar a minute, the last one inked; three labels under it. Empty without data."""
    if not counts:
        return Markup("")
    tallest = max(max(counts), 1)
    step = 240 / len(counts)
    parts = []
    for i, count in enumerate(counts):
        height = count / tallest * 32
        parts.append(
            rect(i * step + 0.5, 34 - height, max(step - 1.2, 0.6), height, "ink" if i == len(counts) - 1 else "c0")
        )
    parts.append(line(0, 34.5, 240, 34.5, "ax"))
    for x, said, style in ((0.0, marks[0], ""), (120.0, marks[1], "m-lab"), (240.0, marks[2], "r-lab")):
        parts.append(text(x, 50, said, style))
    return svg(240, 54, parts, title=title)


def wind(low: float | None, *, rehearsed: bool = False, title: str = "") -> Markup:
    """The barb of a lift's low end: half a feather 5 %, a feather 10 %, a pennant 50 %.

    Under 5 %, or without data, the double ring: calm. Drawn in 30 × 24.
    """
    if low is None or low < 0.05:
        return svg(30, 24, [circle(15, 12, 8, "calm"), circle(15, 12, 3.5, "calm")], title=title, fixed=True)
    halves = int(low * 20 + 1e-9)  # never rounded in our favour
    pennants, rest = divmod(halves, 10)
    parts = [circle(4, 20, 2.5, "calm"), path("M5.5 18.2 18 2", "barb guess" if rehearsed else "barb")]
    at = 0.0
    for _ in range(min(pennants, 2)):
        parts.append(path(f"M{18 - at * 3.1:.1f} {2 + at * 4:.1f}l9 1.5-12 2.5z", "front"))
        at += 1.2
    for _ in range(rest // 2):
        parts.append(path(f"M{18 - at * 3.1:.1f} {2 + at * 4:.1f}l9 1.5", "barb"))
        at += 1
    if rest % 2:
        at = max(at, 1.0)  # a lone half feather sits below the tip, as on a chart
        parts.append(path(f"M{18 - at * 3.1:.1f} {2 + at * 4:.1f}l4.5 .8", "barb"))
    return svg(30, 24, parts, title=title, fixed=True)


def calm_chart(title: str) -> Markup:
    """An empty chart: a grid, a neatline, and calm all over."""
    parts = [rect(0.5, 0.5, 343, 226, "neat")]
    parts += [line(x, 0.5, x, 220, "grid") for x in range(43, 343, 43)]
    parts += [line(0.5, y, 343.5, y, "grid") for y in range(44, 220, 44)]
    for x, y in ((86, 44), (215, 44), (129, 88), (301, 88), (43, 132), (258, 132), (172, 176)):
        parts += [circle(x, y, 8, "calm"), circle(x, y, 3.8, "calm")]
    parts.append(zebra(0.5, 343.5, 220.5, 8, 6))
    return svg(344, 228, parts, title=title)
