"""A plot as a file of its own: one SVG with its title, its words and its colours inside, and no request to anywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from markupsafe import Markup

from gale.studio.plots.svg import c, text, zebra

MARGIN = 32.0
LETTER = 5.9  # about the width of a letter of the caption
# The day chart's colours, as in tokens.css: a file has no night.
STYLE = (
    "text{font:500 12px 'IBM Plex Sans Condensed','Arial Narrow',Arial,sans-serif;fill:#3a4853}"
    ".h{font:500 24px Newsreader,'Source Serif 4',Georgia,serif;fill:#13202b}.k{font-size:13px;fill:#52606a}"
    ".stamp{font:600 13px 'IBM Plex Sans Condensed','Arial Narrow',Arial,sans-serif;letter-spacing:1.5px;fill:#97135f}"
    ".halo{paint-order:stroke;stroke:#f6f8f7;stroke-width:4px;stroke-linejoin:round}.strong{font-weight:600;fill:#13202b}"
    ".r-lab{text-anchor:end}.m-lab{text-anchor:middle}.ax{stroke:#13202b}.grid{stroke:#c9d3d5}"
    ".zero{stroke:#3a4853;stroke-dasharray:1 3;stroke-linecap:round}.ln{fill:none;stroke:#13202b;stroke-width:1.75}"
    ".ink{fill:#13202b}.neat{fill:#f6f8f7;stroke:#13202b}.bar{stroke:#13202b;stroke-width:2}.dot{fill:#13202b}"
    ".open{fill:#f6f8f7;stroke:#13202b;stroke-width:2}.band{fill:#d5e3ec}.cut{stroke:#f6f8f7;stroke-width:1.5}"
    ".front{fill:#13202b;paint-order:stroke;stroke:#f6f8f7;stroke-width:3px}.under{stroke:#f6f8f7;stroke-width:5px}"
    ".c0{fill:#d3dbdd}.c1{fill:#104878}.c2{fill:#be7203}.c3{fill:#109f99}.c4{fill:#5f1e0a}.c5{fill:#745fcb}"
    ".sandboxed .ink{fill:#97135f}.sandboxed .neat{stroke:#97135f}"
)


def as_file(drawn: Markup, *, title: str, name: str, caption: str, locale: str, stamp: str = "") -> str:
    """The desk's drawing of a plot (the first in `drawn`) inside a frame with words.

    `title` stands above it, `caption` below; `name` is what a screen reader says. With a `stamp` (a sandbox's) the stamp
    and a magenta neatline say that the figures are simulated. Raises `ValueError` where there is no drawing.
    """
    found = re.search(r'<svg class="[^"]*" viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>(.*?)</svg>', str(drawn), re.S)
    if found is None:
        raise ValueError("nothing is drawn")
    wide, high, inside = float(found[1]), float(found[2]), found[3]
    width = wide + 2 * MARGIN
    lines = _wrapped(caption, int(wide / LETTER))
    top = MARGIN + (26 if stamp else 0) + 34
    height = top + high + 24 + 18 * len(lines) + MARGIN
    frame = "".join(zebra(0, width, at, 24, 6) for at in (0.0, height - 6)) if stamp else ""
    head = text(MARGIN, MARGIN + 14, stamp, "stamp") if stamp else ""
    words = "".join(text(MARGIN, top + high + 32 + 18 * i, said, "k") for i, said in enumerate(lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{"sandboxed" if stamp else "plain"}" lang="{escape(locale)}" '
        f'width="{c(width)}" height="{c(height)}" viewBox="0 0 {c(width)} {c(height)}" role="img" aria-labelledby="t d">'
        f'<title id="t">{escape(f"{stamp}: {title}" if stamp else title)}</title><desc id="d">{escape(name)}</desc>'
        f'<style>{STYLE}</style><rect width="{c(width)}" height="{c(height)}" fill="#f6f8f7"/>{frame}{head}'
        f"{text(MARGIN, top - 14, title, 'h')}"
        f'<svg x="{c(MARGIN)}" y="{c(top)}" width="{c(wide)}" height="{c(high)}" viewBox="0 0 {c(wide)} {c(high)}" '
        f'overflow="visible">{inside}</svg>{words}</svg>'
    )


def _wrapped(said: str, most: int) -> Sequence[str]:
    """Lines of at most so many letters; a word longer than a line stands alone."""
    lines: list[str] = []
    for word in said.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
