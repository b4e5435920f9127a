"""What a picture is made of, in px from its top left corner: a drawn ground, shapes, lines of words, a photograph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from gale.creative.design.formats import Format

Anchor = Literal["start", "middle", "end"]
Rect = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Face:
    """One cut of a typeface: weight 100 to 900, width and optical size where the font has those axes; `tracking` and
    `leading` in em, `scale` evens out how large the face looks beside the others."""

    family: str
    weight: int
    italic: bool = False
    width: int = 100
    optical: int = 0
    tracking: float = 0.0
    leading: float = 1.3
    scale: float = 1.0


class Type(Protocol):
    """What layouts ask of the fonts. Widths and heights in em, without tracking."""

    def width(self, face: Face, text: str) -> float: ...

    def cap(self, face: Face) -> float:
        """Height of a capital."""
        ...

    def missing(self, face: Face, text: str) -> str:
        """The characters of the text that the face cannot draw."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of one text: `x` at the anchor, `y` the first baseline, `step` from baseline to baseline."""

    role: str
    lines: tuple[str, ...]
    x: float
    y: float
    size: float
    step: float
    face: Face
    colour: str
    anchor: Anchor = "start"

    @property
    def bottom(self) -> float:
        """The last baseline."""
        return self.y + self.step * (len(self.lines) - 1)


@dataclass(frozen=True, slots=True)
class Block:
    """A flat rectangle, its corners rounded by `radius`."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Photo:
    """Where a photograph goes; it is cropped to the rectangle around its focal point."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """One finished layout. `back` is SVG that depends on layout, scene, palette and size only, never on the words: it
    is drawn once for all the pictures that share it. `items` stand on it in order."""

    format: Format
    layout: str
    scene: str
    ground: str
    back: str
    items: tuple[Words | Block | Photo, ...]
    locale: str
    alt: str

    @property
    def words(self) -> Sequence[Words]:
        return [i for i in self.items if isinstance(i, Words)]
