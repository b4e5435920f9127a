"""The column of words that most layouts share: name, headline, text, figure and button, legal line, from top to foot."""

from __future__ import annotations

from collections.abc import MutableSequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

from gale.creative.design import setting
from gale.creative.design.elements import Block, Rect, Words
from gale.creative.design.setting import Align, Fitted, Stage
from gale.records.faults import Faults

Item = Words | Block
HERS = (1.3, 1.15, 1.0, 0.88)  # how large a text is that follows a person, the largest first


@dataclass(frozen=True, slots=True)
class Column:
    """How a layout wants its column. `cap` and `floor` bound the headline (times the format's base size), `most` its
    lines; `stand` is where headline and text stand in the room between name and button; `figure` shows price or offer."""

    align: Align = "left"
    name: bool = True
    figure: bool = True
    button: bool = True
    cap: float = 3.0
    floor: float = 1.15
    most: int = 5
    stand: Literal["top", "middle", "foot"] = "middle"
    text: float = 1.0


def column(stage: Stage, rect: Rect, how: Column) -> list[Item]:
    """Set the column in a rectangle. Raises `Faults` `pictures.too_long` where the headline cannot be read in it."""
    x, y, w, h = rect
    base, centre = stage.base, how.align == "centre"
    at, anchor = (x + w / 2, "middle") if centre else (x, "start")
    items: list[Item] = []
    top = y
    if how.name:
        name = setting.mark(stage, w, base * 1.45)
        items.append(setting.put(stage, "brand", name, at, top, stage.faces.mark, stage.scheme.words, anchor))  # type: ignore[arg-type]
        top += name.height + base * 1.5
    room = foot(stage, items, rect, how, y + h) - top
    head, body, how = _hers(stage, w, room, how)
    gap = below(stage, head, how)
    used = head.height + (gap + body.height if body else 0)
    spare = max(0.0, room - used - base * 0.3)
    top += spare * {"top": 0.0, "middle": 0.42, "foot": 1.0}[how.stand]
    items.append(setting.put(stage, "headline", head, at, top, stage.faces.display, stage.scheme.words, anchor))  # type: ignore[arg-type]
    if body:
        items.append(
            setting.put(stage, "text", body, at, top + head.height + gap, stage.faces.text, stage.scheme.words, anchor)  # type: ignore[arg-type]
        )
    return items


def _hers(stage: Stage, w: float, room: float, how: Column) -> tuple[Fitted, Fitted | None, Column]:
    """As `middle`; a text that follows a person is as large as it can be beside a large headline, and gives way only
    where nothing else helps."""
    said = tuple(t for t in stage.copy.texts if t)
    found: list[tuple[Fitted, Fitted | None, Column]] = []
    if stage.copy.hers and said:
        hers = replace(stage, copy=replace(stage.copy, texts=said))
        for size in HERS if stage.format.height > 400 else HERS[2:]:
            tried = replace(how, text=how.text * size)
            with suppress(Faults):
                found.append((*middle(hers, w, room, tried), tried))
    if not found:
        return *middle(stage, w, room, how), how
    largest = max(head.size for head, _, _ in found)
    return next(f for f in found if f[0].size >= 0.85 * largest)


def middle(stage: Stage, w: float, room: float, how: Column) -> tuple[Fitted, Fitted | None]:
    """Headline and text for the room: the fullest text that leaves the headline large, else the largest headline."""
    base = stage.base
    best: tuple[float, Fitted, Fitted | None] | None = None
    for said in stage.copy.texts:
        body = setting.text(stage, said, min(w, base * 27), base * how.text) if said else None
        if said and body is None:
            continue
        left = room - (body.height + base * 1.25 * how.text if body else 0) - base * 0.3
        head = setting.headline(
            stage, stage.copy.headline, w, left, cap=base * how.cap, floor=base * how.floor, most=how.most
        )
        while head and body and head.height + below(stage, head, how) + body.height > room:
            left -= base * 0.25
            head = setting.headline(
                stage, stage.copy.headline, w, left, cap=base * how.cap, floor=base * how.floor, most=how.most
            )
        if head is None:
            continue
        if best is None or head.size > best[1].size * (1.15 if said else 1.6):
            best = (head.score, head, body)
        if best[1].size >= base * min(how.cap, max(how.floor * 1.45, 1.9)):
            break
    if best is None:
        raise setting.too_long(stage, "headline", stage.copy.headline)
    return best[1], best[2]


def below(stage: Stage, head: Fitted, how: Column) -> float:
    """From a headline's last baseline to the capitals of the text: room for its descenders, more under a larger one."""
    return stage.base * 0.75 * how.text + head.size * 0.34


def foot(stage: Stage, items: list[Item], rect: Rect, how: Column, foot: float) -> float:
    """Small print, button and figure of a column, from `foot` upwards; returns where the room above ends."""
    x, _, w, _ = rect
    base, centre = stage.base, how.align == "centre"
    foot -= base * 0.1
    for said in stage.copy.small(reduced=how.figure):
        foot = legal(stage, items, said, x, w, foot, centre=centre) - base * 0.75
    button = setting.button(stage, w, base) if how.button else None
    figure = figure_line(stage, w) if how.figure else None
    if button is None and figure is None:
        return foot
    if button is not None and figure is not None:
        gap = base * 1.1
        beside = figure_line(stage, w - button.width - gap)
        if beside is not None and (not centre or beside.subject is not None):
            start = x + (w - button.width - gap - beside.width) / 2 if centre else x
            bx = start + button.width + gap
            items += button.at(stage, start, foot - button.height)
            items += beside.at(stage, bx, foot - button.height / 2, "start")
            return foot - button.height - base * 1.3
    if button is not None:
        items += button.at(stage, x + (w - button.width) / 2 if centre else x, foot - button.height)
        foot -= button.height + base * ((1.15 if centre else 0.9) if figure else 1.3)
    if figure is not None:
        items += figure.at(stage, x + w / 2 if centre else x, foot - figure.height / 2, "middle" if centre else "start")
        foot -= figure.height + base * 1.1
    return foot


def legal(
    stage: Stage, items: MutableSequence[Any], said: str, x: float, w: float, foot: float, *, centre: bool = False
) -> float:
    """The small print above `foot`, at the smallest size that may be read; returns its top."""
    face = stage.faces.text
    lines = setting.text(stage, said, w, stage.format.legal)
    if lines is None:
        raise setting.too_long(stage, "legal", said)
    top = foot - lines.height
    at = x + w / 2 if centre else x
    items.append(setting.put(stage, "legal", lines, at, top, face, stage.scheme.words, "middle" if centre else "start"))
    return top


@dataclass(frozen=True, slots=True)
class Figure:
    """What it costs, or what is taken off, on one line: the figure in the display face, what it is for beside it."""

    figure: Fitted
    subject: Fitted | None
    gap: float
    width: float

    @property
    def height(self) -> float:
        return self.figure.height

    def at(self, stage: Stage, x: float, middle: float, anchor: str) -> list[Item]:
        """Set around the line at `middle`; both on one baseline."""
        start = x - self.width / 2 if anchor == "middle" else x
        top = middle - self.figure.height / 2
        items: list[Item] = [
            setting.put(stage, "price", self.figure, start, top, stage.faces.figure, stage.scheme.words)
        ]
        if self.subject:
            face = stage.faces.text
            under = top + self.figure.height - self.subject.height
            after = start + stage.width(stage.faces.figure, self.figure.lines[0]) * self.figure.size + self.gap
            items.append(setting.put(stage, "subject", self.subject, after, under, face, stage.scheme.quiet))
        return items


def figure_line(stage: Stage, w: float) -> Figure | None:
    """Price or reduction in one line of at most `w`; without what it is for where that is too long; else None."""
    said = stage.copy.offer or stage.copy.price
    if not said or w <= 0:
        return None
    base, face = stage.base, stage.faces.figure
    figure = setting.one_line(stage, said, base * 1.42, face, w, base * 1.1)
    if figure is None:
        return None
    wide, gap = stage.width(face, said) * figure.size, base * 0.55
    subject = setting.one_line(
        stage, stage.copy.subject, base * 0.86, stage.faces.text, w - wide - gap, stage.format.legal
    )
    if subject is None or subject.size < base * 0.7:
        return Figure(figure, None, 0, wide)
    return Figure(figure, subject, gap, wide + gap + stage.width(stage.faces.text, stage.copy.subject) * subject.size)
