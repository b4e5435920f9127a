"""The sizes pictures are made in, and the part of each that no platform covers.

IAB *New Ad Portfolio* (2017) fixed sizes; social sizes as the platforms' own specifications give them. The safe part of
a full-screen picture leaves room for the account's name above, and for the caption and buttons of stories and reels
below and at the right; a post of 4:5 is cut to 3:4 or to a square on a profile, so its words keep to the square.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gale.records.faults import Faults

Shape = Literal["ribbon", "wide", "square", "tall", "tower"]
Use = Literal["banner", "post"]


@dataclass(frozen=True, slots=True)
class Format:
    """One size. `base` is the size of running text in px, `legal` the smallest that words may have (a legal line),
    `margin` the white around words, `safe` what is kept free at left, top, right and bottom (px)."""

    name: str
    width: int
    height: int
    shape: Shape
    use: Use
    base: float
    legal: float
    margin: float
    safe: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Where words may stand: x, y, width, height."""
        left, top, right, bottom = (max(s, self.margin) for s in self.safe)
        return left, top, self.width - left - right, self.height - top - bottom


FORMATS: tuple[Format, ...] = (
    Format("300x250", 300, 250, "square", "banner", 13.5, 10, 18),
    Format("728x90", 728, 90, "ribbon", "banner", 13.5, 10, 18),
    Format("160x600", 160, 600, "tower", "banner", 14, 10, 14),
    Format("300x600", 300, 600, "tall", "banner", 16, 10, 24),
    Format("970x250", 970, 250, "wide", "banner", 17, 10.5, 30),
    Format("320x50", 320, 50, "ribbon", "banner", 11.5, 10, 10),
    Format("320x100", 320, 100, "ribbon", "banner", 12.5, 10, 14),
    Format("1200x628", 1200, 628, "wide", "banner", 27, 18, 64),
    Format("1080x1080", 1080, 1080, "square", "post", 37, 24, 80),
    Format("1080x1350", 1080, 1350, "tall", "post", 39, 24, 84, (0, 135, 0, 135)),
    Format("1080x1920", 1080, 1920, "tall", "post", 44, 26, 88, (84, 270, 130, 500)),
)
BY_NAME = {f.name: f for f in FORMATS}


def of(names: tuple[str, ...] = ()) -> tuple[Format, ...]:
    """The formats asked for, or all of them. Raises `Faults` `pictures.size_unknown`.

    >>> [f.name for f in of(("728x90",))]
    ['728x90']
    """
    unknown = [n for n in names if n not in BY_NAME]
    if unknown:
        raise Faults.one("pictures.size_unknown", found=", ".join(unknown), known=", ".join(BY_NAME))
    return tuple(BY_NAME[n] for n in dict.fromkeys(names)) if names else FORMATS
