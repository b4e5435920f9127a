"""A brand's colours and typeface as a letter can carry them: by light and by dark, each text legible on its ground."""

from __future__ import annotations

from dataclasses import dataclass

from gale.records.documents import Palette, contrast

READABLE = 4.5  # WCAG 2.2, 1.4.3
_SERIFS = ("Fraunces", "Lora", "Cormorant")
SERIF = "'Iowan Old Style',Palatino,'Palatino Linotype',Georgia,'Times New Roman',serif"
SANS = "'Helvetica Neue',Helvetica,'Segoe UI',Arial,sans-serif"


@dataclass(frozen=True, slots=True)
class Tones:
    """The colours of one scheme: the ground around the sheet, the sheet, text, softer text, rules, link, button, band."""

    ground: str
    sheet: str
    ink: str
    soft: str
    rule: str
    link: str
    button: str
    label: str
    band: str
    title: str


def light(palette: Palette) -> Tones:
    """As the brand is seen by day."""
    sheet = mix(palette.paper, "#ffffff", 0.55) if contrast(palette.paper, "#ffffff") < 3 else palette.paper
    ink = readable(sheet, palette.ink)
    band = next((c for c in (palette.third, palette.ink) if contrast(palette.paper, c) >= READABLE), ink)
    return Tones(
        ground=mix(palette.paper, palette.ink, 0.06),
        sheet=sheet,
        ink=ink,
        soft=readable(sheet, mix(ink, sheet, 0.28), ink),
        rule=mix(sheet, ink, 0.18),
        link=readable(sheet, palette.second, palette.third, ink),
        button=ink,
        label=readable(ink, palette.paper, sheet),
        band=band,
        title=readable(band, palette.paper, sheet),
    )


def dark(palette: Palette) -> Tones:
    """The same brand by night: its darkest colour as the sheet, its lightest as the text."""
    deep, pale = sorted((palette.ink, palette.paper), key=lambda c: contrast(c, "#000000"))
    sheet = mix(deep, "#000000", 0.18)
    band = next((c for c in (palette.third, deep) if contrast(pale, c) >= READABLE), deep)
    button = next((c for c in (palette.accent, pale) if contrast(c, sheet) >= READABLE), pale)
    return Tones(
        ground=mix(deep, "#000000", 0.5),
        sheet=sheet,
        ink=pale,
        soft=readable(sheet, mix(pale, sheet, 0.28), pale),
        rule=mix(sheet, pale, 0.24),
        link=readable(sheet, palette.accent, mix(palette.accent, "#ffffff", 0.4), pale),
        button=button,
        label=readable(button, deep, "#000000"),
        band=band,
        title=readable(band, pale),
    )


def families(typeface: str) -> tuple[str, str]:
    """CSS families for what is read first and for running text: the brand's own where a reader has it, then the system's.

    >>> families("Archivo")[0].split(",")[0], families("Lora")[1] == SANS
    ('Archivo', True)
    """
    name = (
        typeface
        if typeface.replace("-", "").isalnum()
        else "'" + "".join(c for c in typeface if c.isalnum() or c in " -") + "'"
    )
    return f"{name},{SERIF if typeface in _SERIFS else SANS}", SANS


def readable(ground: str, *wanted: str) -> str:
    """The first colour that can be read on this ground; black or white where none can.

    >>> readable("#ffffff", "#ffff00", "#2a1c33")
    '#2a1c33'
    """
    found = next((c for c in wanted if contrast(c, ground) >= READABLE), None)
    return found or max(("#000000", "#ffffff"), key=lambda c: contrast(c, ground))


def mix(one: str, other: str, share: float) -> str:
    """One colour with a share of another, 0 to 1.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
