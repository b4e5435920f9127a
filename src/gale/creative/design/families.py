"""The layouts: each a way of composing words and a drawn scene, thought out for every shape of format.

A family takes the stage and says what is drawn once (`back`, which never depends on the words) and what stands on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from gale.creative.design import setting
from gale.creative.design.colours import Scheme
from gale.creative.design.column import Column, Item, column, legal
from gale.creative.design.elements import Photo, Rect
from gale.creative.design.scenes import n, scene
from gale.creative.design.setting import Stage

Made = tuple[str, list[Item | Photo]]


def ground(stage: Stage, colour: str | None = None) -> str:
    f = stage.format
    return f'<path fill="{colour or stage.scheme.ground}" d="M0 0h{f.width}v{f.height}H0z"/>'


def rect(x: float, y: float, w: float, h: float, colour: str, r: float = 0, extra: str = "") -> str:
    rounded = f' rx="{n(r)}"' if r else ""
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}"{rounded} fill="{colour}"{extra}/>'


def _stroke(x: float, y: float, w: float, h: float, colour: str, thick: float, r: float = 0) -> str:
    return rect(x, y, w, h, "none", r, f' stroke="{colour}" stroke-width="{n(thick)}"')


def _frame(stage: Stage, edge: float) -> Rect:
    """A frame near the edge of the format, or inside the safe box where a platform covers what is outside."""
    f = stage.format
    left, top, right, bottom = (max(x, edge) if f.safe[3] >= 300 else edge for x in f.safe)
    return left, top, f.width - left - right, f.height - top - bottom


def _safe(stage: Stage, box: Rect) -> Rect:
    """The part of a rectangle that no platform covers, from top to foot."""
    x, y, w, h = box
    top, foot = max(y, stage.format.safe[1]), min(y + h, stage.format.height - stage.format.safe[3])
    return x, top, w, foot - top


def _within(stage: Stage, x: float, y: float, w: float, h: float) -> Rect:
    """The part of a rectangle where words may stand: inside the format's safe box, a margin from the rectangle's edge."""
    bx, by, bw, bh = stage.format.box
    m = stage.format.margin
    left, top = max(bx, x + (m if x > 0 else 0)), max(by, y + (m if y > 0 else 0))
    right = min(bx + bw, x + w - (m if x + w < stage.format.width else 0))
    foot = min(by + bh, y + h - (m if y + h < stage.format.height else 0))
    return left, top, right - left, foot - top


def _under(stage: Stage, drawn: Scheme, name: str, turn: int) -> str:
    """The scene below the safe box, where a platform lays its caption: nothing there needs to be read."""
    f = stage.format
    if f.safe[3] < 300:
        return ""
    tall = f.safe[3] - f.margin * 0.4
    return scene(name, drawn, (0, f.height - tall, f.width, tall), turn, filled=False)


def horizon(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """The scene grows out of the ground itself: beside the words where the format is wide, below them elsewhere."""
    f, s = stage.format, stage.scheme
    W, H = float(f.width), float(f.height)
    if f.shape == "wide":
        art: Rect = (W * 0.55, 0, W * 0.45, H)
        lean = H * 0.22
        clip = f'<path d="M{n(lean)} 0H{n(art[2])}V{n(H)}H0z"/>' if name in ("sun", "waves", "stack") else ""
        words = _within(stage, 0, 0, W * 0.565, H)
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
        return (0, 0, edge, H), _within(stage, edge, 0, W - edge, H)
    if f.shape == "square":
        edge = round(W * 0.40)
        return (W - edge, 0, edge, H), _within(stage, 0, 0, W - edge, H)
    if f.safe[3] >= 300:  # the picture goes below the words, where the platform's own words will lie on it
        edge = round(H * 0.60)
        return (0, edge, W, H - edge), _within(stage, 0, 0, W, edge)
    edge = round(H * (0.40 if f.shape == "tall" else 0.30))
    return (0, 0, W, edge), _within(stage, 0, edge, W, H - edge)


def poster(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """Type alone: one sentence as large as the format bears, on a grid of two rules."""
    f, s = stage.format, stage.scheme
    x, y, w, h = f.box
    base = f.base
    rule = max(1.0, base * 0.07)
    tab = base * 0.34
    back = ground(stage) + rect(x, y, w, rule, s.words) + rect(x, y, min(w * 0.24, base * 5.2), tab, s.accent)
    back += _under(stage, s, name, turn)
    items: list[Item | Photo] = []
    name_line = setting.mark(stage, w * (0.6 if f.shape == "wide" else 1), base * 1.45)
    top = y + tab + base * 1.05
    items.append(setting.put(stage, "brand", name_line, x, top, stage.faces.mark, s.words))
    if f.shape == "wide" and stage.copy.descriptor:
        said = setting.one_line(stage, stage.copy.descriptor, base * 0.86, stage.faces.text, w * 0.36, f.legal)
        if said:
            under = top + name_line.height - said.height
            items.append(setting.put(stage, "descriptor", said, x + w, under, stage.faces.text, s.words, "end"))
    inner = (x, top + name_line.height + base * 1.7, w, y + h - (top + name_line.height + base * 1.7))
    how = Column(name=False, cap=5.4 if f.shape != "tower" else 4.0, floor=1.2, most=8 if f.shape == "tower" else 5)
    items += column(stage, inner, how)
    return back, items


def label(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """A label as on a packet: a framed field, everything on one axis, a medallion above."""
    f, s = stage.format, stage.scheme
    base = f.base
    fx, fy, fw, fh = _frame(stage, f.margin * 0.5)
    thin = max(1.0, base * 0.055)
    gap = max(3.0, base * 0.26)
    corner = base * 0.55 if stage.rounded else 0.0
    back = ground(stage, other.ground) + _under(stage, other, name, turn) + rect(fx, fy, fw, fh, s.ground, corner)
    back += _stroke(fx + gap, fy + gap, fw - 2 * gap, fh - 2 * gap, s.accent, thin, max(0.0, corner - gap))
    pad = gap + base * (1.35 if f.shape != "tower" else 0.75)
    inner = _safe(stage, (fx + pad, fy + pad, fw - 2 * pad, fh - 2 * pad))
    items: list[Item | Photo] = []
    d = min(fw * 0.34, fh * 0.23, base * 7.5)
    roomy = fh > base * 19
    if roomy:
        cx = fx + fw / 2 - d / 2
        disc = f'<circle cx="{n(d / 2)}" cy="{n(d / 2)}" r="{n(d / 2)}"/>'
        back += scene(name, other, (cx, inner[1], d, d), turn, clip=disc)
        inner = (inner[0], inner[1] + d + base * 0.9, inner[2], inner[3] - d - base * 0.9)
    if f.shape == "wide" and not roomy:  # short and wide: the medallion stands beside the words
        d = inner[3] * 0.94
        disc = f'<circle cx="{n(d / 2)}" cy="{n(d / 2)}" r="{n(d / 2)}"/>'
        back += scene(name, other, (inner[0], inner[1] + inner[3] * 0.03, d, d), turn, clip=disc)
        words = (inner[0] + d + base * 1.6, inner[1], inner[2] - d - base * 1.6, inner[3])
        return back, [*column(stage, words, Column(cap=3.0, most=3))]
    how = Column(align="centre", cap=3.5, most=7 if f.shape == "tower" else 4, stand="middle")
    items += column(stage, inner, how)
    return back, items


def ticket(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """A ticket with its stub: the words on one part, the figure and the button on the part that tears off."""
    f, s = stage.format, stage.scheme
    base = f.base
    tx, ty, tw, th = _frame(stage, f.margin * 0.55)
    notch, dash = base * 0.62, max(1.2, base * 0.09)
    wide = f.shape == "wide"
    cut = 0.68 if wide else 0.70 if f.shape in ("tall", "tower") else 0.58 if stage.copy.offer else 0.66
    back = ground(stage, other.ground) + _under(stage, other, name, turn) + rect(tx, ty, tw, th, s.ground, base * 0.3)
    pad = f.margin * (0.72 if f.shape != "tower" else 0.7)
    if wide:
        e = tx + tw * cut
        back += "".join(
            f'<circle cx="{n(e)}" cy="{n(cy)}" r="{n(notch)}" fill="{other.ground}"/>' for cy in (ty, ty + th)
        )
        back += f'<path d="M{n(e)} {n(ty + notch * 1.7)}V{n(ty + th - notch * 1.7)}" {_dashes(s.words, dash)}/>'
        main: Rect = (tx + pad, ty + pad, tw * cut - pad * 1.8, th - 2 * pad)
        stub: Rect = (e + pad * 0.7, ty + pad, tw * (1 - cut) - pad * 1.4, th - 2 * pad)
    else:
        e = ty + th * cut
        back += "".join(
            f'<circle cx="{n(cx)}" cy="{n(e)}" r="{n(notch)}" fill="{other.ground}"/>' for cx in (tx, tx + tw)
        )
        back += f'<path d="M{n(tx + notch * 1.7)} {n(e)}H{n(tx + tw - notch * 1.7)}" {_dashes(s.words, dash)}/>'
        main = (tx + pad, ty + pad, tw - 2 * pad, th * cut - pad * 1.7)
        if f.shape in ("tall", "tower") and f.safe[3] < 300:
            ah = th * 0.24
            r = base * 0.3
            top_of = f'<path d="M0 {n(ah)}V{n(r)}Q0 0 {n(r)} 0H{n(tw - r)}Q{n(tw)} 0 {n(tw)} {n(r)}V{n(ah)}z"/>'
            back += scene(name, s, (tx, ty, tw, ah), turn, clip=top_of)
            main = (main[0], main[1] + ah, main[2], main[3] - ah)
        stub = (tx + pad, e + pad * 0.75, tw - 2 * pad, th * (1 - cut) - pad * 1.5)
    items: list[Item | Photo] = []
    if wide and f.height > 400:
        d = min(stub[2] * 0.62, stub[3] * 0.34)
        disc = f'<circle cx="{n(d / 2)}" cy="{n(d / 2)}" r="{n(d / 2)}"/>'
        back += scene(name, other, (stub[0], stub[1], d, d), 2 if name == "rings" else turn, clip=disc)
        stub = (stub[0], stub[1] + d + base, stub[2], stub[3] - d - base)
    how = Column(
        figure=False, button=False, cap=3.8, most=7 if f.shape == "tower" else 4, stand="foot" if wide else "middle"
    )
    items += column(replace(stage, copy=replace(stage.copy, mark="")), _safe(stage, main), how)
    items += _stub(
        stage, _safe(stage, stub), beside=f.shape in ("square",) or (f.shape == "tall" and f.width < f.height * 0.9)
    )
    return back, items


def _dashes(colour: str, thick: float) -> str:
    return f'stroke="{colour}" stroke-width="{n(thick)}" stroke-dasharray="0 {n(thick * 3.2)}" stroke-linecap="round" fill="none"'


def _stub(stage: Stage, rect: Rect, *, beside: bool) -> list[Item]:
    """Figure, what it is for, the button, and the legal line where a reduction stands there."""
    x, y, w, h = rect
    s, base, copy = stage.scheme, stage.base, stage.copy
    items: list[Item] = []
    foot = y + h
    for said in (copy.mark, copy.legal if copy.offer else ""):
        if said:
            foot = legal(stage, items, said, x, w, foot) - base * 0.7
    short = h < base * 9  # a low stub has room for one row only: figure and button side by side
    beside = beside or short
    button = setting.button(stage, w * 0.58 if short else w, base)
    said = copy.offer or copy.price
    room = w - (button.width + base if beside and button else 0)
    figure = setting.one_line(stage, said, base * 3.4, stage.faces.figure, room, base * 1.1) if said else None
    beside = beside and figure is not None and (short or figure.size >= base * 1.5)
    if figure is None or not beside:
        figure = setting.one_line(stage, said, base * 3.4, stage.faces.figure, w, base * 1.1) if said else None
    subject = setting.text(stage, copy.subject, room if beside else w, base * 0.9) if figure else None
    if button is not None and not beside:
        items += button.at(stage, x, foot - button.height)
        foot -= button.height + base * 1.25
    if figure is not None:
        limit = min((foot - y) * (0.62 if beside else 0.5), foot - y - (subject.height + base * 0.55 if subject else 0))
        if limit < figure.height * 0.5:
            subject, limit = None, foot - y
        if figure.height > limit > 0:
            figure = replace(figure, size=figure.size * limit / figure.height, height=limit)
        tall = figure.height + (base * 0.55 + subject.height if subject else 0)
        top = y + (foot - y - tall) / 2 if beside else foot - tall
        if subject:
            items.append(setting.put(stage, "subject", subject, x, top, stage.faces.text, s.words))
            top += subject.height + base * 0.55
        items.append(setting.put(stage, "price", figure, x, top, stage.faces.figure, s.words))
    if button is not None and beside:
        items += button.at(stage, x + w - button.width, y + (foot - y - button.height) / 2)
    return items


def folio(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """A page of a review: running head, a large sentence, a small drawing beside the text, hairlines between."""
    f, s = stage.format, stage.scheme
    x, y, w, h = f.box
    base, thin = f.base, max(1.0, f.base * 0.05)
    items: list[Item | Photo] = []
    head = setting.mark(stage, w * 0.62 if f.shape != "tower" else w, base * 1.15)
    items.append(setting.put(stage, "brand", head, x, y, stage.faces.mark, s.words))
    room = w - stage.width(stage.faces.mark, head.lines[0]) * head.size - base * 2
    said = (
        setting.one_line(stage, stage.copy.descriptor, base * 0.84, stage.faces.text, room, f.legal)
        if stage.copy.descriptor
        else None
    )
    if said is not None and said.size >= base * 0.7 * stage.faces.text.scale:
        items.append(
            setting.put(
                stage, "descriptor", said, x + w, y + head.height - said.height, stage.faces.text, s.quiet, "end"
            )
        )
    line = y + base * 2.05 if len(head.lines) == 1 else y + head.height + base * 0.9
    back = ground(stage) + rect(x, y + base * 2.05, w, thin, s.words) if len(head.lines) == 1 else ground(stage)
    top = line + base * 1.3
    if f.shape == "wide":
        split_at = x + w * 0.66
        side: Rect = (split_at + base * 1.1, top, x + w - split_at - base * 1.1, y + h - top)
        art_h = min(side[3] * 0.44, side[2] * 0.7)
        if f.height > 400:
            back += scene(name, other, (side[0], side[1], side[2], art_h), turn)
            side = (side[0], side[1] + art_h + base * 1.1, side[2], side[3] - art_h - base * 1.1)
        items += _side(stage, side)
        main = (x, top, w * 0.66 - base * 0.6, y + h - top)
        only = replace(stage, copy=replace(stage.copy, texts=("",), call="", mark=""))
        items += column(only, main, Column(name=False, figure=True, cap=4.2, most=4, stand="top"))
        return back, items
    art_h = h * (0.30 if f.shape == "tall" else 0.26) if f.height > 500 and f.shape != "tower" else 0.0
    if f.shape == "tower":
        art_h = w * 0.8
    main = (x, top, w, y + h - top - (art_h + base * 1.2 if art_h else 0))
    if f.safe[3] >= 300:
        back += _under(stage, s, name, turn)
        main = (x, top, w, y + h - top)
    elif art_h:
        back += scene(name, other, (x, y + h - art_h, w, art_h), turn)
    items += column(stage, main, Column(name=False, cap=4.2, most=7 if f.shape == "tower" else 5, stand="top"))
    return back, items


def _side(stage: Stage, rect: Rect) -> list[Item]:
    """The narrow column of a page: text at its top, button at its foot."""
    x, y, w, h = rect
    s, base = stage.scheme, stage.base
    items: list[Item] = []
    foot = y + h
    if stage.copy.mark:
        foot = legal(stage, items, stage.copy.mark, x, w, foot) - base * 0.7
    button = setting.button(stage, w, base * 0.96)
    if button is not None:
        items += button.at(stage, x, foot - button.height)
        foot -= button.height + base
    for said in stage.copy.texts:
        body = setting.text(stage, said, w, base * 0.92) if said else None
        if body is not None and body.height <= foot - y:
            items.append(setting.put(stage, "text", body, x, y, stage.faces.text, s.words))
            break
    return items


def window(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """The scene seen through an arch that stands on the lower edge."""
    f = stage.format
    W, H = float(f.width), float(f.height)
    m = f.margin
    if f.shape == "wide":
        aw = min(W * 0.33, H * 0.72)
        art: Rect = (W - m - aw, m * 0.9, aw, H - m * 0.9)
        words = _within(stage, 0, 0, art[0] - m * 0.2, H)
    elif f.shape == "square":
        aw = W * 0.36
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
