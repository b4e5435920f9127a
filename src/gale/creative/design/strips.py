"""Strips of 50 to 100 px height, where a column has no room: name, sentence and button side by side."""

from __future__ import annotations

import re
from dataclasses import replace

from gale.creative.design import setting
from gale.creative.design.colours import Scheme
from gale.creative.design.column import Column, Item, legal, middle
from gale.creative.design.elements import Block, Photo, Rect
from gale.creative.design.grounds import Made, ground, rect
from gale.creative.design.scenes import n, scene
from gale.creative.design.setting import Stage
from gale.records.faults import Faults


def ribbon(stage: Stage, other: Scheme, name: str, turn: int, kind: str) -> Made:
    """Strips of 50 to 100 px: name and sentence at the left, button at the right, the scene where there is room.

    Small print stands at the foot of the sentence, or under all of a short strip. 50 px have no room for it: a legal line
    refuses them, the mark of a model's words is left to the metadata. Raises `Faults` `pictures.no_room`, and those of
    the headline.
    """
    stage = _without_offer(stage)
    f, s = stage.format, stage.scheme
    W, H, base, m = float(f.width), float(f.height), f.base, f.margin
    items: list[Item | Photo] = []
    small = H <= 60
    print_ = stage.copy.small(reduced=False)
    if small and stage.copy.legal:
        raise no_room(stage)
    button = setting.button(stage, W * (0.30 if small else 0.46), base * (0.96 if small else 1))
    right = W - m
    back = ground(stage)
    long = W / H > 5 and not small
    panel = kind in ("split", "ticket", "label", "photo") and long
    side = max((button.width if button else 0.0), base * 6) + 2 * m
    words_end = W - side
    if long:
        name_line = setting.mark(stage, side - 2 * m, base * 1.25)
        cx = W - side / 2
        on = stage.with_scheme(other) if panel else stage
        if panel:
            back += rect(W - side, 0, side, H, other.ground)
        tall = name_line.height + (base * 0.85 + button.height if button else 0)
        top = (H - tall) / 2
        items.append(setting.put(on, "brand", name_line, cx, top, on.faces.mark, on.scheme.words, "middle"))
        if button:
            items += button.at(on, cx - button.width / 2, top + name_line.height + base * 0.85)
        if kind != "poster":
            aw = W * 0.20
            lean = H * 0.4
            clip = f'<path d="M{n(lean)} 0H{n(aw)}V{n(H)}H0z"/>'
            art_scheme = other if not panel else s
            colour = art_scheme if kind not in ("horizon", "folio") else s
            back += scene(
                name, colour, (words_end - aw, 0, aw, H), turn, filled=kind not in ("horizon", "folio"), clip=clip
            )
            words_end -= aw - lean * 0.2
        foot = H - m * (0.55 if print_ else 0.7)
        for said in print_:
            foot = legal(stage, items, said, m, words_end - 2 * m, foot) - base * 0.55
        words: Rect = (m, m * 0.7, words_end - 2 * m, foot - m * 0.7)
        items += _sentence(stage, words, most=2, cap=2.3)
        return back, items
    if small:
        if button:
            items += button.at(stage, right - button.width, (H - button.height) / 2)
        name_line = setting.mark(stage, W * 0.24, base * 1.2)
        items.append(setting.put(stage, "brand", name_line, m, (H - name_line.height) / 2, stage.faces.mark, s.words))
        wide = max(stage.width(stage.faces.mark, x) for x in name_line.lines) * name_line.size
        x = m + wide + base * 1.5
        back_x = x - base * 0.75
        items.append(Block(back_x, H * 0.24, 1.0, H * 0.52, s.words))
        end = right - (button.width if button else 0) - base * 0.7
        items += _sentence(stage, (x, 5, end - x, H - 10), most=2, cap=1.5, floor=0.88, alone=True)
        return back, items
    if print_:
        foot = H - m * 0.6
        for said in print_:
            foot = legal(stage, items, said, m, W - 2 * m, foot) - base * 0.5
        H = foot
    plain = kind in ("poster", "folio")
    side = W * 0.40
    button = setting.button(stage, side - 2 * m * 0.7, base)
    if not plain:  # the scene above, the button on its own ground below: nothing lies on a drawing
        on = stage if kind == "horizon" else stage.with_scheme(other)
        low = button.height + m * 1.3 if button else 0.0
        back += rect(W - side, 0, side, H, on.scheme.ground)
        art: Rect = (W - side, 0, side, H - low)
        if name == "rings":  # whole, where a wider rectangle would cut them flat
            art, turn = (W - side / 2 - (H - low) / 2, m * 0.3, H - low, H - low), 2
        if art[3] >= base * 2:
            back += scene(name, on.scheme, art, turn, filled=False)
        if button:
            items += button.at(on, W - side / 2 - button.width / 2, H - low + m * 0.65)
    elif button:
        items += button.at(stage, right - button.width, H - m * 0.9 - button.height)
    end = W - (side if not plain else (button.width if button else 0) + m) - base
    name_line = setting.mark(stage, end - m, base * 1.2)
    items.append(setting.put(stage, "brand", name_line, m, m, stage.faces.mark, s.words))
    top = m + name_line.height + base * 0.8
    items += _sentence(stage, (m, top, end - m, H - top - m * 0.8), most=3, cap=1.8, alone=True)
    return back, items


def no_room(stage: Stage) -> Faults:
    """The refusal of a size in which the small print would not be readable."""
    said = " ".join(stage.copy.small(reduced=True))
    return Faults.one("pictures.no_room", where=stage.format.name, size=stage.format.name, text=said)


def _without_offer(stage: Stage) -> Stage:
    """A strip has no room for the legal line, so it may not show the reduction either: texts that name it are left
    out, a headline that names it is refused (Dir. 98/6/EC, art. 6a). Raises `Faults` `pictures.legal_needed`."""
    copy = stage.copy
    figure = re.search(r"\d+", copy.offer)
    if figure is None:
        return stage
    named = re.compile(rf"(?<!\d){figure.group()}\s?%")
    if named.search(copy.headline):
        raise Faults.one("pictures.legal_needed", where=stage.format.name, size=stage.format.name, text=copy.headline)
    return replace(stage, copy=replace(copy, texts=tuple(t for t in copy.texts if not named.search(t))))


def _sentence(
    stage: Stage, rect: Rect, *, most: int, cap: float, floor: float = 0.95, alone: bool = False
) -> list[Item]:
    """Headline and, where there is room, text, around the middle of a strip."""
    x, y, w, h = rect
    base = stage.base
    only = replace(stage, copy=replace(stage.copy, texts=("",))) if alone else stage
    head, body = middle(only, w, h + base * 0.2, Column(cap=cap, floor=floor, most=most, text=0.92))
    gap = base * 0.45 + head.size * 0.28
    top = y + (h - head.height - (gap + body.height if body else 0)) / 2
    s = stage.scheme
    items: list[Item] = [setting.put(stage, "headline", head, x, top, stage.faces.display, s.words)]
    if body:
        items.append(setting.put(stage, "text", body, x, top + head.height + gap, stage.faces.text, s.words))
    return items
