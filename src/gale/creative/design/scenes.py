"""Flat scenes drawn for the rectangle they fill: a sun on water, rings, bands, waves, a window at night, a packet.

The motifs are the Studio's; here each composes itself for its format, so that nothing is stretched or cut at random.
`turn` (0 to 2) is a second way of looking at the same motif. The result is plain SVG with fill attributes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from gale.creative.design.colours import Scheme, mix
from gale.creative.design.elements import Rect
from gale.records.documents import contrast

TURNS = 3


def scene(name: str, s: Scheme, rect: Rect, turn: int = 0, *, filled: bool = True, clip: str = "") -> str:
    """One scene inside a rectangle; `filled` paints its ground first, `clip` is SVG that cuts it to a shape (an arch,
    a disc) in the rectangle's own coordinates."""
    x, y, w, h = rect
    body = SCENES[name](s, w, h, turn % TURNS)
    ground = f'<path fill="{s.ground}" d="M0 0h{n(w)}v{n(h)}H0z"/>' if filled else ""
    name_of_clip = f"c{round(x)}-{round(y)}-{round(w)}"
    cut = f'<clipPath id="{name_of_clip}">{clip}</clipPath>' if clip else ""
    inner = f'<g clip-path="url(#{name_of_clip})">{ground}{body}</g>' if clip else ground + body
    return (
        f'<svg x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}" viewBox="0 0 {n(w)} {n(h)}" overflow="hidden">'
        f"{cut}{inner}</svg>"
    )


def n(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _disc(x: float, y: float, r: float, colour: str) -> str:
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}" fill="{colour}"/>'


def _box(x: float, y: float, w: float, h: float, colour: str, r: float = 0) -> str:
    rounded = f' rx="{n(r)}"' if r else ""
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}" fill="{colour}"{rounded}/>'


def _sun(s: Scheme, w: float, h: float, turn: int) -> str:
    a, b, c, _ = s.art
    u = min(w, h)
    line = h * (0.66, 0.70, 0.60)[turn]
    cx = w * (0.60, 0.42, 0.66)[turn]
    r = min(u * 0.30, w * 0.34, line * 0.62)
    water = s.ground if s.ground != s.light else s.dark
    sun = s.light if water != s.light else s.art[0]
    sky = r * max(1.0, line / (r * 2.3))  # a tall sky is filled by its bands
    parts = [
        _box(
            0, line - sky * 1.75, w, sky * 0.72, c
        ),  # each band ends where the next begins: a clipped edge shows no seam
        _box(0, line - sky * 1.05, w, sky * 0.59, b),
        _box(0, line - sky * 0.48, w, sky * 0.49, a),
        _disc(cx, line, r, sun),
        _box(0, line, w, h - line, water),
    ]
    y, length, thick = line + r * 0.16, r * 1.72, max(1.5, r * 0.055)
    while y < h - thick and length > r * 0.2:
        parts.append(_box(cx - length / 2, y, length, thick, sun, thick / 2))
        y += thick * 3.1
        length *= 0.80
    return "".join(parts)


def _rings(s: Scheme, w: float, h: float, turn: int) -> str:
    a, b, c, _ = s.art
    u = min(w, h)
    r = max(u * 0.46, min(max(w, h) * 0.34, u * (0.62 if w < h * 1.5 else 0.88)))
    cx, cy = ((w * 0.60, h * 0.56), (w - r * 0.42, h - r * 0.36), (w * 0.5, h * 0.5))[turn]
    plate = mix(s.ground, a, 0.42) if contrast(s.ground, "#000000") > 12 else (b if b != s.dark else c)
    heart = s.dark if s.dark not in (s.ground, a) else b
    return "".join(
        (
            _disc(cx, cy, r, plate),
            _disc(cx, cy, r * 0.74, s.ground),
            _disc(cx, cy, r * 0.66, heart),
            f'<circle cx="{n(cx)}" cy="{n(cy)}" r="{n(r * 0.585)}" fill="none" stroke="{a if a != heart else c}" stroke-width="{n(r * 0.035)}"/>',
            _arc(cx, cy, r * 0.44, 196, 262, s.light, r * 0.045),
        )
    )


def _arc(cx: float, cy: float, r: float, start: float, end: float, colour: str, thick: float) -> str:
    (x1, y1), (x2, y2) = (
        (cx + r * math.cos(math.radians(t)), cy + r * math.sin(math.radians(t))) for t in (start, end)
    )
    return (
        f'<path d="M{n(x1)} {n(y1)}A{n(r)} {n(r)} 0 0 1 {n(x2)} {n(y2)}" fill="none" stroke="{colour}" '
        f'stroke-width="{n(thick)}" stroke-linecap="round"/>'
    )


def _bands(s: Scheme, w: float, h: float, turn: int) -> str:
    a, b, c, _ = s.art
    slope = (0.62, -0.62, 0.62)[turn]
    rise = h * abs(slope)
    thick = max(w * 0.155, h * 0.11)
    start = w - (rise + thick * 3.3) if turn != 2 else w * 0.5 - thick * 1.5 - rise / 2
    parts = []
    for i, colour in enumerate((c, b, a)):
        x = start + thick * i + (thick * 0.28 * i)
        top, foot = (x + rise, x) if slope > 0 else (x, x + rise)
        parts.append(f'<path fill="{colour}" d="M{n(top)} 0h{n(thick)}L{n(foot + thick)} {n(h)}h{n(-thick)}z"/>')
    return "".join(parts)


def _waves(s: Scheme, w: float, h: float, turn: int) -> str:
    a, b, c, _ = s.art
    u = min(w, h)
    length = max(u * 0.62, w / 3)
    top = h * (0.40, 0.52, 0.34)[turn]
    rows = [x for x in dict.fromkeys((c, s.dark, a, b)) if x not in (s.ground, s.light)]
    step = (h - top) / (len(rows) - 0.4)
    parts = [_disc(w * (0.68, 0.34, 0.5)[turn], top - u * 0.10, u * 0.15, s.light)] if s.light != s.ground else []
    for i, colour in enumerate(rows):
        y, bend, shift = top + i * step, length * 0.15, -length * (0.15 + 0.37 * i % 1)
        path = f"M{n(shift)} {n(y)}"
        x = shift
        while x < w:
            path += f"q{n(length / 4)} {n(-bend)} {n(length / 2)} 0t{n(length / 2)} 0"
            x += length
        parts.append(f'<path fill="{colour}" d="{path}V{n(h)}H0z"/>')
    return "".join(parts)


def _moon(s: Scheme, w: float, h: float, turn: int) -> str:
    a, b, c, _ = s.art
    u = min(w, h)
    tall = min(h * 0.74, w * 0.92)
    wide = tall * 0.80
    if w > h * 2.2:  # a row of windows; the moon stands in one
        many = max(3, round(w / h / 1.6))
        room = _moon(s, w / many, h, 0)
        dark = room.replace("<circle", '<circle visibility="hidden"')
        return "".join(
            f'<g transform="translate({n(w / many * i)} 0)">{room if i == turn else dark}</g>' for i in range(many)
        )
    x, y = (w - wide) * (0.55, 0.38, 0.62)[turn] if w < h * 1.5 else (w - wide) / 2, h - tall - u * 0.12
    frame = b if b != s.ground else c
    night = s.dark if s.dark != s.ground else mix(s.ground, s.light, 0.14)
    bar = tall * 0.045
    pane_w, pane_h = (wide - bar * 3) / 2, (tall - bar * 3) / 2
    parts = [_box(x, y, wide, tall, frame)]
    for i in range(2):
        for j in range(2):
            parts.append(_box(x + bar + i * (pane_w + bar), y + bar + j * (pane_h + bar), pane_w, pane_h, night))
    r = pane_w * 0.36
    cx, cy = x + bar * 2 + pane_w * 1.5, y + bar + pane_h * 0.5
    parts.append(
        _disc(cx, cy, r, s.light if s.light != night else a) + _disc(cx - r * 0.42, cy - r * 0.18, r * 0.86, night)
    )
    for dx, dy in ((0.28, 0.3), (0.7, 0.62), (0.42, 0.78)):
        parts.append(
            _disc(x + bar + pane_w * dx, y + bar + pane_h * dy, max(1.2, r * 0.07), s.light if s.light != night else a)
        )
    parts.append(_box(x - bar * 2, y + tall, wide + bar * 4, bar * 1.6, a if a != frame else c, bar * 0.3))
    cup = pane_w * 0.46
    parts.append(
        f'<path fill="{s.light if s.light != night else a}" d="M{n(x + bar * 2)} {n(y + tall - cup)}h{n(cup)}l{n(-cup * 0.12)} {n(cup)}h{n(-cup * 0.76)}z"/>'
    )
    return "".join(parts)


def _stack(s: Scheme, w: float, h: float, turn: int) -> str:
    a, b, c, _ = s.art
    tall = min(h * 0.80, w * 1.12)
    wide = tall * 0.60
    floor = h - (h - tall) * 0.42
    table = b if b != s.ground else c
    bags = [x for x in (s.dark, c, a, s.light) if x not in (s.ground, table)]
    row = max(1, int(w / (wide * 1.62)))
    gap = wide * 0.42
    left = (w - row * wide - (row - 1) * gap) * (0.5 if row > 1 else (0.54, 0.42, 0.58)[turn])
    parts = [_box(0, floor - tall * 0.13, w, h - floor + tall * 0.13, table)]
    for i in range(row):
        parts.append(
            _bag(s, left + i * (wide + gap), floor, wide, tall, bags[(i + (turn if row > 1 else 0)) % len(bags)])
        )
    return "".join(parts)


def _bag(s: Scheme, x: float, floor: float, wide: float, tall: float, bag: str) -> str:
    a, b, _, _ = s.art
    y = floor - tall
    face = s.light if s.light != bag else (s.dark if s.dark != bag else a)
    parts = [
        f'<path fill="{bag}" d="M{n(x + wide * 0.04)} {n(y)}h{n(wide * 0.92)}L{n(x + wide)} {n(floor)}H{n(x)}z"/>',
        f'<path fill="{mix(bag, face, 0.16)}" d="M{n(x + wide * 0.04)} {n(y)}h{n(wide * 0.92)}l{n(wide * 0.012)} {n(tall * 0.1)}H{n(x + wide * 0.028)}z"/>',
        _box(x + wide * 0.16, y + tall * 0.27, wide * 0.68, tall * 0.46, face),
    ]
    cx, cy, r = x + wide / 2, y + tall * 0.49, wide * 0.19
    mark = a if a not in (face, bag) else b
    parts.append(f'<path fill="{mark}" d="M{n(cx - r)} {n(cy)}a{n(r)} {n(r)} 0 0 1 {n(2 * r)} 0z"/>')
    for i, share in enumerate((0.46, 0.32, 0.18)):
        parts.append(
            _box(cx - wide * share / 2, cy + tall * (0.045 + 0.045 * i), wide * share, max(1.2, tall * 0.014), bag)
        )
    return "".join(parts)


SCENES: Mapping[str, Callable[[Scheme, float, float, int], str]] = {
    "sun": _sun,
    "rings": _rings,
    "bands": _bands,
    "waves": _waves,
    "moon": _moon,
    "stack": _stack,
}
