"""Layouts after printed matter: a label, a ticket with its stub, a page of a review."""

from __future__ import annotations

from dataclasses import replace

from gale.creative.design import setting
from gale.creative.design.colours import Scheme
from gale.creative.design.column import Column, Item, column, legal
from gale.creative.design.elements import Photo, Rect
from gale.creative.design.grounds import Made, frame, ground, rect, safe, stroke, under
from gale.creative.design.scenes import n, scene
from gale.creative.design.setting import Stage


def label(stage: Stage, other: Scheme, name: str, turn: int) -> Made:
    """A label as on a packet: a framed field, everything on one axis, a medallion above."""
    f, s = stage.format, stage.scheme
    base = f.base
    fx, fy, fw, fh = frame(stage, f.margin * 0.5)
    thin = max(1.0, base * 0.055)
    gap = max(3.0, base * 0.26)
    corner = base * 0.55 if stage.rounded else 0.0
    back = ground(stage, other.ground) + under(stage, other, name, turn) + rect(fx, fy, fw, fh, s.ground, corner)
    back += stroke(fx + gap, fy + gap, fw - 2 * gap, fh - 2 * gap, s.accent, thin, max(0.0, corner - gap))
    pad = gap + base * (1.35 if f.shape != "tower" else 0.75)
    inner = safe(stage, (fx + pad, fy + pad, fw - 2 * pad, fh - 2 * pad))
    items: list[Item | Photo] = []
    turn = 2 if name == "rings" else turn  # whole in its medallion
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
    tx, ty, tw, th = frame(stage, f.margin * 0.55)
    notch, dash = base * 0.62, max(1.2, base * 0.09)
    wide = f.shape == "wide"
    cut = 0.68 if wide else 0.70 if f.shape in ("tall", "tower") else 0.58 if stage.copy.offer else 0.66
    back = ground(stage, other.ground) + under(stage, other, name, turn) + rect(tx, ty, tw, th, s.ground, base * 0.3)
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
    items += column(replace(stage, copy=replace(stage.copy, mark="", legal="")), safe(stage, main), how)
    items += _stub(
        stage, safe(stage, stub), beside=f.shape in ("square",) or (f.shape == "tall" and f.width < f.height * 0.9)
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
    for said in copy.small(reduced=True):
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
        limit = min((foot - y) * (0.62 if beside else 0.5), foot - y - (subject.height + base * 0.75 if subject else 0))
        if limit < figure.height * 0.5:
            subject, limit = None, foot - y
        if figure.height > limit > 0:
            figure = replace(figure, size=figure.size * limit / figure.height, height=limit)
        tall = figure.height + (base * 0.75 + subject.height if subject else 0)
        top = y + (foot - y - tall) / 2 if beside else foot - tall
        if subject:
            items.append(setting.put(stage, "subject", subject, x, top, stage.faces.text, s.words))
            top += subject.height + base * 0.75
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
        if f.height <= 400:  # low and wide: the drawing stands at the edge, as high as the page
            art_w = w * 0.17
            back += scene(name, other, (x + w - art_w, top, art_w, y + h - top), turn)
            w -= art_w + base * 1.2
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
        back += under(stage, s, name, turn)
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
