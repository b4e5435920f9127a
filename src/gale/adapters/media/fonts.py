"""Open typefaces and what HarfBuzz makes of them: widths for the layouts, shaped glyphs for the drawing.

The five families in `fonts/` are variable TrueType fonts under the SIL Open Font License 1.1, its text beside each
(Latin subsets as the Fontsource project packs them, unwrapped from WOFF2). A brand may bring its own file.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import uharfbuzz as hb

from gale.creative.design import Face

FOLDER = Path(__file__).parent / "fonts"
BUNDLED = {
    "Fraunces": "Fraunces.ttf",
    "Lora": "Lora.ttf",
    "Cormorant": "Cormorant.ttf",
    "Archivo": "Archivo.ttf",
    "Instrument Sans": "InstrumentSans.ttf",
}
# Kerning and ligatures are on in every font; figures stand on the line, for prices are read beside capitals.
FEATURES = {"kern": True, "liga": True, "lnum": True}
Glyph = tuple[int, float, float]


class Fonts:
    """The families at hand. Implements `creative.design.Type`; widths are remembered, for layouts ask for them often."""

    def __init__(self, own: dict[str, bytes] | None = None) -> None:
        self._own = own or {}
        self._faces: dict[str, hb.Face] = {}
        self._fonts: dict[Face, hb.Font] = {}
        self._widths: dict[tuple[Face, str], float] = {}

    def families(self) -> tuple[str, ...]:
        return (*BUNDLED, *self._own)

    def font(self, face: Face) -> hb.Font:
        """The cut of a face, at one unit an em."""
        found = self._fonts.get(face)
        if found is None:
            found = hb.Font(self._face(face.family))
            found.set_variations(
                {"wght": face.weight, "wdth": face.width, **({"opsz": face.optical} if face.optical else {})}
            )
            self._fonts[face] = found
        return found

    def _face(self, family: str) -> hb.Face:
        found = self._faces.get(family)
        if found is None:
            data = self._own.get(family) or (FOLDER / BUNDLED[family]).read_bytes()
            found = self._faces[family] = hb.Face(hb.Blob(data))
        return found

    def width(self, face: Face, text: str) -> float:
        known = self._widths.get((face, text))
        if known is None:
            known = self.shape(face, text)[1]
            if len(self._widths) > 200_000:
                self._widths.clear()
            self._widths[face, text] = known
        return known

    def shape(self, face: Face, text: str) -> tuple[list[Glyph], float]:
        """Glyphs with their places (em, tracking not included) and the width of the whole."""
        font = self.font(face)
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(font, buffer, FEATURES)
        em = font.face.upem
        glyphs: list[Glyph] = []
        x = 0
        for info, place in zip(buffer.glyph_infos or (), buffer.glyph_positions or (), strict=True):
            glyphs.append((info.codepoint, (x + place.x_offset) / em, place.y_offset / em))
            x += place.x_advance
        return glyphs, x / em

    def cap(self, face: Face) -> float:
        return _cap(self, face)

    def missing(self, face: Face, text: str) -> str:
        font = self.font(face)
        spaces = "\u00a0\u202f\u2009\n "  # HarfBuzz makes these from the ordinary space
        return "".join(sorted({c for c in text if c not in spaces and font.get_nominal_glyph(ord(c)) is None}))


def static(face: Face) -> bytes:
    """One cut of a bundled family as a font file of its own, its axes pinned."""
    source = hb.Face(hb.Blob((FOLDER / BUNDLED[face.family]).read_bytes()))
    asked = hb.SubsetInput()
    asked.keep_everything()
    given = {"wght": face.weight, "wdth": face.width, "opsz": face.optical or None}
    for axis in source.axis_infos:
        value = given.get(axis.tag)
        asked.pin_axis_location(source, axis.tag, axis.default_value if value is None else value)
    return bytes(hb.subset(source, asked).blob.data)


@lru_cache(maxsize=200)
def _cap(fonts: Fonts, face: Face) -> float:
    font = fonts.font(face)
    glyph = font.get_nominal_glyph(ord("H"))
    extents = font.get_glyph_extents(glyph) if glyph is not None else None
    return float(extents.y_bearing / font.face.upem) if extents else 0.7


def missing_of(fonts: Fonts, faces: Iterable[Face], texts: Iterable[str]) -> dict[str, str]:
    """By family, the characters of all the texts that it cannot draw."""
    said = "".join(texts)
    found = {face.family: fonts.missing(face, said) for face in faces}
    return {family: characters for family, characters in found.items() if characters}
