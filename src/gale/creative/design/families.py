"""The layouts: each a way of composing words and a drawn scene, thought out for every shape of format.

A family takes the stage and says what is drawn once (`back`, which never depends on the words) and what stands on it.
Those after printed matter are in `printed`, strips in `strips`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from gale.creative.design import setting
from gale.creative.design.colours import Scheme
from gale.creative.design.column import Column, Item, column, foot
from gale.creative.design.elements import Photo, Rect
from gale.creative.design.grounds import Made, ground, rect, under, within
from gale.creative.design.printed import folio, label, ticket
from gale.creative.design.scenes import n, scene
from gale.creative.design.setting import Stage


def horizon(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """The scene grows out of the ground itself: beside the words where the format is wide, below them elsewhere."""
    f, s = stage.format, stage.scheme
    W, H = float(f.width), float(f.height)
    if f.shape == "wide":
        art: Rect = (W * 0.55, 0, W * 0.45, H)
        lean = H * 0.22
        clip = f'<path d="M{n(lean)} 0H{n(art[2])}V{n(H)}H0z"/>' if name in ("sun", "waves", "stack") else ""
        words = within(stage, 0, 0, W * 0.565, H)
        how = Column(cap=3.7, most=4)
    elif f.shape == "square":
        cut = 0.62 if f.height > 500 else 0.82 if stage.copy.offer else 0.68
        art = (0, H * cut, W, H * (1 - cut))
        clip, words = "", (f.box[0], f.box[1], f.box[2], H * cut - f.box[1] - f.margin * 0.5)
        how = Column(cap=3.0, most=3, stand="top")
    else:
        cut = 0.60 if f.shape == "tall" else 0.70
        art = (0, H * cut, W, H * (1 - cut))
        clip, words = "", (f.box[0], f.box[1], f.box[2], H * cut - f.box[1] - f.margin * 0.4)
        how = Column(cap=3.9, most=7 if f.shape == "tower" else 5, stand="middle")
    return ground(stage) + scene(name, s, art, turn, filled=False, clip=clip), [*column(stage, words, how)]


def split(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """Two fields that meet on a hard edge: the scene in one colour, the words in another."""
    f = stage.format
    art, words = _halves(stage)
    how = Column(cap=3.7, most=7 if f.shape == "tower" else 5, stand="foot" if f.shape == "wide" else "middle")
    return ground(stage) + scene(name, other, art, turn), [*column(stage, words, how)]


def photo(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """A photograph on one side of the edge; words never stand on it."""
    art, words = _halves(stage)
    how = Column(cap=3.0, most=7 if stage.format.shape == "tower" else 5)
    return ground(stage), [Photo(*art), *column(stage, words, how)]


def _halves(stage: Stage) -> tuple[Rect, Rect]:
    f = stage.format
    W, H = float(f.width), float(f.height)
    if f.shape == "wide":
        edge = round(W * 0.42)
        return (0, 0, edge, H), within(stage, edge, 0, W - edge, H)
    if f.shape == "square":
        edge = round(W * (0.40 if f.height > 500 or not stage.copy.small(reduced=True) else 0.34))
        return (W - edge, 0, edge, H), within(stage, 0, 0, W - edge, H)
    if f.safe[3] >= 300:  # the picture goes below the words, where the platform's own words will lie on it
        edge = round(H * 0.60)
        return (0, edge, W, H - edge), within(stage, 0, 0, W, edge)
    edge = round(H * (0.40 if f.shape == "tall" else 0.30))
    return (0, 0, W, edge), within(stage, 0, edge, W, H - edge)


def poster(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """Type alone: one sentence as large as the format bears, on a grid of two rules."""
    f, s = stage.format, stage.scheme
    x, y, w, h = f.box
    base = f.base
    rule = max(1.0, base * 0.07)
    tab = base * 0.34
    back = ground(stage) + rect(x, y, w, rule, s.words) + rect(x, y, min(w * 0.24, base * 5.2), tab, s.accent)
    back += under(stage, s, name, turn)
    items: list[Item | Photo] = []
    name_line = setting.mark(stage, w * (0.6 if f.shape == "wide" else 1), base * 1.45)
    top = y + tab + base * 1.05
    items.append(setting.put(stage, "brand", name_line, x, top, stage.faces.mark, s.words))
    if f.shape == "wide" and stage.copy.descriptor:
        said = setting.one_line(stage, stage.copy.descriptor, base * 0.86, stage.faces.text, w * 0.36, f.legal)
        if said:
            at = top + name_line.height - said.height
            items.append(setting.put(stage, "descriptor", said, x + w, at, stage.faces.text, s.words, "end"))
    if f.shape == "wide" and f.height < 400:
        # low and wide: what to do stands at the right, so that the sentence has the height
        side = w * 0.27
        end = x + w - side
        beside: list[Item] = []
        foot(stage, beside, (end, y, side, h), Column(), y + h)
        start = top + name_line.height + base * 1.6
        left = (x, start, w - side - base * 2, y + h - start)
        alone = replace(stage, copy=replace(stage.copy, mark="", legal="", terms=""))
        how = Column(name=False, figure=False, button=False, cap=4.6, floor=1.2, most=3, stand="foot")
        return back, [*items, *beside, *column(alone, left, how)]
    inner = (x, top + name_line.height + base * 1.7, w, y + h - (top + name_line.height + base * 1.7))
    how = Column(name=False, cap=5.4 if f.shape != "tower" else 4.0, floor=1.2, most=8 if f.shape == "tower" else 5)
    items += column(stage, inner, how)
    return back, items


def window(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """The scene seen through an arch that stands on the lower edge."""
    f = stage.format
    W, H = float(f.width), float(f.height)
    m = f.margin
    if f.shape == "wide":
        aw = min(W * 0.33, H * 0.72)
        art: Rect = (W - m - aw, m * 0.9, aw, H - m * 0.9)
        words = within(stage, 0, 0, art[0] - m * 0.2, H)
    elif f.shape == "square":
        aw = W * (0.36 if f.height > 500 or not stage.copy.small(reduced=True) else 0.30)
        art = (W - m - aw, H * 0.30, aw, H * 0.70)
        words = (f.box[0], f.box[1], art[0] - f.box[0] - m * 0.8, f.box[3])
    else:
        cut = 0.60 if f.shape == "tall" else 0.68
        aw = min(W - 2 * m, H * (1 - cut) * 0.92)
        art = ((W - aw) / 2 if f.shape == "tower" else W - m - aw, H * cut, aw, H * (1 - cut))
        words = (f.box[0], f.box[1], f.box[2], H * cut - f.box[1] - m * 0.5)
    r = art[2] / 2
    clip = f'<path d="M0 {n(art[3])}V{n(r)}A{n(r)} {n(r)} 0 0 1 {n(art[2])} {n(r)}V{n(art[3])}z"/>'
    how = Column(cap=3.7, most=7 if f.shape == "tower" else 5)
    turn = 2 if name == "rings" else turn  # whole in its frame
    drawn = other.without(stage.scheme.ground)  # or the arch would seem open where it has the wall's colour
    return ground(stage) + scene(name, drawn, art, turn, clip=clip), [*column(stage, words, how)]


Family = Callable[[Stage, Scheme, str, int], Made]
FAMILIES: Mapping[str, Family] = {
    "horizon": horizon,
    "split": split,
    "poster": poster,
    "label": label,
    "ticket": ticket,
    "folio": folio,
    "window": window,
}
