"""What layouts share: grounds and shapes as SVG, and the rectangles in which words may stand."""

from __future__ import annotations

from gale.creative.design.colours import Scheme
from gale.creative.design.column import Item
from gale.creative.design.elements import Photo, Rect
from gale.creative.design.scenes import n, scene
from gale.creative.design.setting import Stage

Made = tuple[str, list[Item | Photo]]
"""What a layout gives back: what is drawn once, and what stands on it."""


def ground(stage: Stage, colour: str | None = None) -> str:
    f = stage.format
    return f'<path fill="{colour or stage.scheme.ground}" d="M0 0h{f.width}v{f.height}H0z"/>'


def rect(x: float, y: float, w: float, h: float, colour: str, r: float = 0, extra: str = "") -> str:
    rounded = f' rx="{n(r)}"' if r else ""
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}"{rounded} fill="{colour}"{extra}/>'


def stroke(x: float, y: float, w: float, h: float, colour: str, thick: float, r: float = 0) -> str:
    return rect(x, y, w, h, "none", r, f' stroke="{colour}" stroke-width="{n(thick)}"')


def frame(stage: Stage, edge: float) -> Rect:
    """A frame near the edge of the format, or inside the safe box where a platform covers what is outside."""
    f = stage.format
    left, top, right, bottom = (max(x, edge) if f.safe[3] >= 300 else edge for x in f.safe)
    return left, top, f.width - left - right, f.height - top - bottom


def safe(stage: Stage, box: Rect) -> Rect:
    """The part of a rectangle that no platform covers, from top to foot."""
    x, y, w, h = box
    top, foot = max(y, stage.format.safe[1]), min(y + h, stage.format.height - stage.format.safe[3])
    return x, top, w, foot - top


def within(stage: Stage, x: float, y: float, w: float, h: float) -> Rect:
    """The part of a rectangle where words may stand: inside the format's safe box, a margin from the rectangle's edge."""
    bx, by, bw, bh = stage.format.box
    m = stage.format.margin
    left, top = max(bx, x + (m if x > 0 else 0)), max(by, y + (m if y > 0 else 0))
    right = min(bx + bw, x + w - (m if x + w < stage.format.width else 0))
    foot = min(by + bh, y + h - (m if y + h < stage.format.height else 0))
    return left, top, right - left, foot - top


def under(stage: Stage, drawn: Scheme, name: str, turn: int) -> str:
    """The scene below the safe box, where a platform lays its caption: nothing there needs to be read."""
    f = stage.format
    if f.safe[3] < 300:
        return ""
    tall = f.safe[3] - f.margin * 0.4
    return scene(name, drawn, (0, f.height - tall, f.width, tall), turn, filled=False)
