"""Setting words in a rectangle: as large as they can be within limits, evenly broken, or refused with what would pass."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from gale.creative.design import breaking
from gale.creative.design.colours import Scheme
from gale.creative.design.copy import Copy
from gale.creative.design.elements import Anchor, Block, Face, Type, Words
from gale.creative.design.formats import Format
from gale.creative.design.typefaces import Faces
from gale.records.faults import Faults

DESCENT = 0.24  # em below the last baseline that letters may need
Align = Literal["left", "centre"]


@dataclass(frozen=True, slots=True)
class Stage:
    """All that a layout works with. `rounded` is the brand's corner: a pill, or nearly square."""

    format: Format
    copy: Copy
    scheme: Scheme
    faces: Faces
    type: Type
    rounded: bool

    @property
    def base(self) -> float:
        return self.format.base

    def with_scheme(self, scheme: Scheme) -> Stage:
        return replace(self, scheme=scheme)

    def width(self, face: Face, text: str) -> float:
        """Width in em, tracking included."""
        return self.type.width(face, text) + face.tracking * len(text)

    def cap(self, face: Face) -> float:
        return self.type.cap(face)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines at a size: `height` from the top of the first capital to the last baseline, `good` below 0 is worse."""

    lines: tuple[str, ...]
    size: float
    height: float
    score: float


def headline(stage: Stage, text: str, w: float, h: float, *, cap: float, floor: float, most: int) -> Fitted | None:
    """The best size and breaks for a headline in `w` x `h`: it pays size against uneven lines. A compound is broken
    after its hyphen only where the headline fits in no other way."""
    best = _headline(stage, [x for x in text.split(" ") if x], w, h, cap, floor, most)
    if best is None and "-" in text:
        best = _headline(stage, re.sub(r"(?<=\w)-(?=\w)", "- ", text).split(" "), w, h, cap, floor, most + 1)
        if best is not None:
            best = replace(best, lines=tuple(re.sub(r"(?<=\w)- (?=\w)", "-", line) for line in best.lines))
    return best


def _headline(stage: Stage, words: list[str], w: float, h: float, cap: float, floor: float, most: int) -> Fitted | None:
    face = stage.faces.display
    widths = [stage.width(face, x) for x in words]
    space = stage.width(face, " ")
    best: Fitted | None = None
    for count in range(1, min(most, len(words)) + 1):
        cost, ends = breaking.even(words, widths, space, count, breaking.INFINITE)
        if cost >= breaking.INFINITE:
            continue
        starts = [0, *ends]
        widest = max(sum(widths[a:b]) + space * (b - a - 1) for a, b in zip(starts, ends, strict=False))
        tall = stage.cap(face) + face.leading * (count - 1)
        size = min(cap * face.scale, w / widest, h / (tall + DESCENT * 0.6))
        if size < floor * face.scale:
            continue
        score = size * (1 - 0.30 * max(0.0, min(cost, 2.0)))
        if best is None or score > best.score * 1.02:
            best = Fitted(breaking.joined(words, ends), size, tall * size, score)
    return best


def text(stage: Stage, said: str, w: float, size: float, face: Face | None = None) -> Fitted | None:
    """Running text at a size, evenly broken; None where a word is wider than the column."""
    face = face or stage.faces.text
    size *= face.scale
    lines = breaking.paragraph(said, lambda t: stage.width(face, t), w / size)
    if lines is None:
        return None
    return Fitted(lines, size, (stage.cap(face) + face.leading * (len(lines) - 1)) * size, 0)


def put(
    stage: Stage, role: str, f: Fitted, x: float, top: float, face: Face, colour: str, anchor: Anchor = "start"
) -> Words:
    """Fitted lines with the top of their first capital at `top`."""
    first = top + stage.cap(face) * f.size
    return Words(role, f.lines, x, first, f.size, face.leading * f.size, face, colour, anchor)


def one_line(stage: Stage, said: str, size: float, face: Face, w: float, floor: float) -> Fitted | None:
    """A single line, smaller where it must be, never below `floor`; None where that is not enough."""
    size *= face.scale
    wide = stage.width(face, said)
    size = min(size, w / wide) if wide else size
    return Fitted((said,), size, stage.cap(face) * size, 0) if size >= floor * face.scale - 1e-6 else None


def mark(stage: Stage, w: float, size: float) -> Fitted:
    """The brand's name: one line; two where it has several words and one line would be small; a single long word
    smaller."""
    face, name = stage.faces.mark, stage.copy.brand
    found = one_line(stage, name, size, face, w, size * 0.8)
    if found is None and " " in name:
        words = name.split(" ")
        _, ends = breaking.even(
            words, [stage.width(face, x) for x in words], stage.width(face, " "), 2, breaking.INFINITE
        )
        lines = breaking.joined(words, ends)
        wide = max(stage.width(face, x) for x in lines)
        scaled = min(size * face.scale, w / wide)
        found = Fitted(lines, scaled, (stage.cap(face) + face.leading * (len(lines) - 1)) * scaled, 0)
    elif found is None:
        found = one_line(stage, name, size, face, w, size * 0.5)
    if found is None or found.size < stage.format.legal * 0.9:
        raise too_long(stage, "brand", stage.copy.brand)
    return found


@dataclass(frozen=True, slots=True)
class Button:
    """The call to action, ready to be put at a place."""

    label: Fitted
    face: Face
    width: float
    height: float
    radius: float

    def at(self, stage: Stage, x: float, y: float) -> list[Words | Block]:
        s = stage.scheme
        top = y + (self.height - self.label.height) / 2
        return [
            Block(x, y, self.width, self.height, s.button, self.radius),
            put(stage, "call", self.label, x + self.width / 2, top, self.face, s.label, "middle"),
        ]


def button(stage: Stage, w: float, size: float) -> Button | None:
    """The button for the call to action; None where there is no call."""
    if not stage.copy.call:
        return None
    face = stage.faces.strong
    pad = 1.15 if stage.rounded else 0.95
    room = w - 1.3 * size
    label = one_line(stage, stage.copy.call, size, face, room, max(stage.format.legal, size * 0.8))
    label = label or text(stage, stage.copy.call, room, size * 0.92, face)
    if label is None or len(label.lines) > 2:
        label = text(stage, stage.copy.call, room, stage.format.legal, face)
    if label is None or len(label.lines) > 3:
        raise too_long(stage, "call", stage.copy.call)
    wide = max(stage.width(face, line) for line in label.lines) * label.size
    width = min(w, wide + 2 * pad * label.size)
    height = label.size * 2.3 + (label.height - stage.cap(face) * label.size)
    return Button(label, face, width, height, label.size * 1.15 if stage.rounded else max(2.0, label.size * 0.18))


def too_long(stage: Stage, field: str, said: str) -> Faults:
    """The refusal: which text, how long it is, in which size."""
    return Faults.one(
        "pictures.too_long",
        where=stage.format.name,
        field=field,
        text=said,
        length=len(said),
        size=stage.format.name,
        passes=max(8, int(len(said) * 0.7)),
    )
