"""The editable source of a picture: SVG with real text, and an HTML page that holds it as a clickable banner."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from gale.creative.design.elements import Block, Face, Photo, Picture, Words
from gale.creative.design.scenes import n


def svg(picture: Picture, *, fonts: str, photo: str = "") -> str:
    """The picture as SVG. `fonts` is the address of the folder with the typefaces, `photo` that of the photograph.

    Every line is text that an editor can change; places and sizes are those of the delivered picture.
    """
    f = picture.format
    families = {i.face.family for i in picture.words}
    faces = "".join(
        f'@font-face{{font-family:"{family}";src:url("{fonts}/{file_name(family)}");font-weight:100 900;font-stretch:62% 125%}}'
        for family in sorted(families)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{f.width}" height="{f.height}" viewBox="0 0 {f.width} {f.height}" '
        f'xml:lang="{picture.locale}" role="img"><title>{escape(picture.alt)}</title>'
        f"<style>{faces}text{{font-kerning:normal;font-variant-numeric:lining-nums;white-space:pre}}</style>"
        f'<g id="back">{picture.back}</g>{"".join(_items(picture.items, photo))}</svg>\n'
    )


def html(picture: Picture, *, fonts: str, landing: str, photo: str = "") -> str:
    """The picture as a page of its own size that leads to `landing` (nothing where that is empty)."""
    f = picture.format
    drawn = svg(picture, fonts=fonts, photo=photo)
    link = f'<a href="{escape(landing, quote=True)}" target="_blank" rel="noopener">{drawn}</a>' if landing else drawn
    return (
        f'<!doctype html>\n<html lang="{picture.locale}"><head><meta charset="utf-8"><title>{escape(picture.alt)}</title>'
        f'<meta name="ad.size" content="width={f.width},height={f.height}">'
        "<style>html,body{margin:0}a,svg{display:block}</style></head>"
        f"<body>{link}</body></html>\n"
    )


def file_name(family: str) -> str:
    """The file of a typeface, as the asset folder holds it.

    >>> file_name("Instrument Sans")
    'InstrumentSans.ttf'
    """
    return family.replace(" ", "") + ".ttf"


def _items(items: Iterable[Words | Block | Photo], photo: str) -> Iterable[str]:
    for item in items:
        if isinstance(item, Words):
            yield _text(item)
        elif isinstance(item, Block):
            rounded = f' rx="{n(item.radius)}"' if item.radius else ""
            yield (
                f'<rect x="{n(item.x)}" y="{n(item.y)}" width="{n(item.width)}" height="{n(item.height)}"'
                f'{rounded} fill="{item.colour}"/>'
            )
        else:
            yield (
                f'<image x="{n(item.x)}" y="{n(item.y)}" width="{n(item.width)}" height="{n(item.height)}" '
                f'preserveAspectRatio="xMidYMid slice" href="{escape(photo, quote=True)}"/>'
            )


def _text(words: Words) -> str:
    face = words.face
    spans = "".join(
        f'<tspan x="{n(words.x)}" y="{n(words.y + words.step * i)}">{escape(line, quote=False)}</tspan>'
        for i, line in enumerate(words.lines)
    )
    return (
        f'<text id="{words.role}" fill="{words.colour}" font-family="{face.family}" font-size="{words.size:.2f}" '
        f'font-weight="{face.weight}" text-anchor="{words.anchor}"{_axes(face)}>{spans}</text>'
    )


def _axes(face: Face) -> str:
    spaced = f' letter-spacing="{face.tracking}em"' if face.tracking else ""
    style = f"font-stretch:{face.width}%;" if face.width != 100 else ""
    style += f"font-variation-settings:'opsz' {face.optical};" if face.optical else ""
    return spaced + (f' style="{style}"' if style else "")
