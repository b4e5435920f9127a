"""The letter itself: one column of 600 pixels for every mail client, by light and by dark, and its plain part.

Tables and inline styles, since mail clients drop much of what a browser reads; nothing is fetched from anywhere. What
is read first is the subject; a paragraph with price or offer is set apart, the button follows it; the emotional core is
set as what a person said. Order and words are the framework's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gale.creative.disclosure import SLOT
from gale.creative.letters.filling import Filling
from gale.creative.letters.landing import Landing
from gale.creative.letters.look import Tones, dark, families, light
from gale.creative.letters.parts import Letter, Part
from gale.creative.material import text_in
from gale.creative.typography import typeset
from gale.records.documents import Brand

RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
UNSUBSCRIBE = "Unsubscribe"
_PAD = "&#847;&zwnj;&nbsp;" * 40  # so that a client shows nothing of the letter after the preheader


def markup(
    brand: Brand,
    letter: Letter,
    filling: Filling,
    landing: Landing,
    *,
    unsubscribe: str,
    sender: str = "",
    words: Mapping[str, str] = {},
) -> str:
    """The letter as HTML.

    `unsubscribe` is the address of that page and `sender` the postal address, as the tool gives them; `words` are the
    language's own (`unsubscribe`).
    """
    day, night = light(brand.palette), dark(brand.palette)
    display, text = families(brand.typeface)
    has = {p.place for p in letter.parts}
    body = [p for p in letter.parts if p.place == "body"]
    after = max((n for n, p in enumerate(body) if _figures(p)), default=len(body) - 1)
    rows = []
    for n, part in enumerate(body):
        rows.append(_paragraph(part, filling, day, display, text))
        if n == after and "call" in has:
            rows.append(_button(filling, filling.link(landing), day, text))
    direction = "rtl" if letter.locale in RIGHT_TO_LEFT else "ltr"
    named = filling.said(brand.name)
    about = filling.said(typeset(" · ".join(_about(brand, letter.locale)), letter.locale))
    preheader = f"{filling.html('preheader')}{_PAD}" if "preheader" in has else ""
    small = f"font:400 14px/1.6 {text};color:{day.soft}"
    return f"""<!doctype html>
<html lang="{letter.locale}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>{filling.html("subject")}</title>
<style>
:root {{ color-scheme: light dark; supported-color-schemes: light dark; }}
body {{ -webkit-text-size-adjust: 100%; }}
p, h1 {{ text-wrap: pretty; }}
a:focus-visible {{ outline: 3px solid currentColor; outline-offset: 3px; }}
@media (max-width: 620px) {{
  .pad {{ padding-left: 24px !important; padding-right: 24px !important; }}
  .title {{ font-size: 30px !important; }}
  .outer {{ padding: 0 !important; }}
  .go {{ display: block !important; }}
  .wide {{ width: 100% !important; }}
}}
@media (prefers-color-scheme: dark) {{
{_night(night)}
}}
</style>
</head>
<body class="ground" style="margin:0;padding:0;background:{day.ground};">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all;">{preheader}</div>
<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" class="ground" style="background:{day.ground};"><tr><td align="center" class="outer" style="padding:24px 0 40px;">
<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="600" class="sheet wide" style="width:600px;max-width:100%;background:{day.sheet};">
<tr><td style="padding:0;">{_stripe(brand)}</td></tr>
<tr><td class="pad" style="padding:22px 40px 20px;"><span class="ink" style="font:700 26px/1.1 {display};letter-spacing:-.3px;color:{day.ink};">{named}</span><span class="soft" style="font:400 14px/1.4 {text};color:{day.soft};">&ensp;{about}</span></td></tr>
<tr><td class="pad band" style="padding:44px 40px 46px;background:{day.band};"><h1 class="title band-title" style="margin:0;font:600 36px/1.16 {display};letter-spacing:-.5px;color:{day.title};">{filling.html("subject")}</h1></td></tr>
<tr><td class="pad" style="padding:34px 40px 22px;">
{"".join(rows)}</td></tr>
<tr><td class="pad rule" style="padding:22px 40px 30px;border-top:1px solid {day.rule};">
<p class="soft" style="margin:0 0 8px;{small};">{named}{f", {about}" if about else ""}{f"<br>{sender}" if sender else ""}</p>
<p class="soft" style="margin:0;{small};"><a class="link" href="{unsubscribe}" style="color:{day.link};text-decoration:underline;">{filling.said(words.get("unsubscribe", UNSUBSCRIBE))}</a></p>
</td></tr>
</table></td></tr></table>
</body>
</html>
"""


def plain(
    brand: Brand,
    letter: Letter,
    filling: Filling,
    landing: Landing,
    *,
    unsubscribe: str,
    sender: str = "",
    words: Mapping[str, str] = {},
) -> str:
    """The plain part: the same words in the same order, links written out."""
    blocks = []
    for part in letter.parts:
        around = filling.around(part.name)
        if part.place in ("body", "page") and around is not None:
            blocks.append(f"{around[0]}{filling.text(part.name)}{around[1]}")
    if any(p.place == "call" for p in letter.parts):
        blocks.append("\n".join(x for x in (filling.text("call"), filling.link(landing)) if x))
    stop = filling.words(words.get("unsubscribe", UNSUBSCRIBE))
    foot = [filling.words(brand.name), *([sender] if sender else []), stop, unsubscribe]
    return "\n\n".join([*blocks, "-- \n" + "\n".join(foot)]) + "\n"


def _about(brand: Brand, locale: str) -> list[str]:
    return [x for x in (text_in(brand.descriptor, locale), brand.city) if x]


def _figures(part: Part) -> bool:
    return any(s in ("price", "offer") for s in part.slots)


def _paragraph(part: Part, filling: Filling, tones: Tones, display: str, text: str) -> str:
    around = filling.around(part.name)
    if around is None:
        return ""
    said = filling.html(part.name)
    if _figures(part):
        style = f"margin:10px 0 26px;padding:20px 0;border-top:1px solid {tones.rule};border-bottom:1px solid {tones.rule};font:600 19px/1.45 {display};color:{tones.ink}"
        kind = "ink rule"
    elif part.slots == ("core",):
        style = f"margin:4px 0 24px;font:italic 400 23px/1.4 {display};color:{tones.link}"
        kind = "link"
    elif part.slots == ("brand",):
        style = f"margin:0 0 20px;font:600 19px/1.4 {display};color:{tones.ink}"
        kind = "ink"
    elif part.slots in (("legal",), (SLOT,)):
        style = f"margin:0 0 18px;font:400 14px/1.6 {text};color:{tones.soft}"
        kind = "soft"
    else:
        style = f"margin:0 0 20px;font:400 17px/1.6 {text};color:{tones.ink}"
        kind = "ink"
    return f'{around[0]}<p class="{kind}" style="{style};">{said}</p>{around[1]}\n'


def _button(filling: Filling, link: str, tones: Tones, text: str) -> str:
    target = link.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C")
    return (
        f'<table role="presentation" cellpadding="0" cellspacing="0" border="0" class="wide" style="margin:0 0 30px;"><tr>'
        f'<td class="button" align="center" bgcolor="{tones.button}" style="background:{tones.button};border-radius:3px;">'
        f'<a class="go label" href="{target}" style="display:inline-block;padding:16px 30px;'
        f'font:600 17px/1.2 {text};color:{tones.label};text-decoration:none;">{filling.html("call")}</a>'
        "</td></tr></table>\n"
    )


def _stripe(brand: Brand) -> str:
    p = brand.palette
    cells = "".join(
        f'<td width="{width}%" height="8" style="height:8px;line-height:8px;font-size:0;background:{colour};">&nbsp;</td>'
        for width, colour in ((58, p.second), (27, p.accent), (15, p.third))
    )
    return (
        f'<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"><tr>{cells}</tr></table>'
    )


def _night(tones: Tones) -> str:
    return "\n".join(f"  .{name} {{ {rule} }}" for name, rule in _night_rules(tones))


def _night_rules(t: Tones) -> Iterator[tuple[str, str]]:
    for name, colour in (("ground", t.ground), ("sheet", t.sheet), ("band", t.band), ("button", t.button)):
        yield name, f"background: {colour} !important;"
    for name, colour in (
        ("ink", t.ink),
        ("soft", t.soft),
        ("link", t.link),
        ("label", t.label),
        ("band-title", t.title),
    ):
        yield name, f"color: {colour} !important;"
    yield "rule", f"border-color: {t.rule} !important;"
