"""The contact sheet: every variant with all its pictures, its words and its source, on A4 pages for people to mark up."""

from __future__ import annotations

import io
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF
from PIL import Image

from gale.adapters.media.fonts import Fonts, static
from gale.creative.design import Face, breaking
from gale.creative.design.typefaces import FACES
from gale.records.documents import Palette

PAGE = (297.0, 210.0)
MARGIN, ASIDE, GAP = 14.0, 62.0, 4.0
TALL, LONG = 30.0, 47.6  # mm: height of pictures in the upper row, width of strips in the lower
DOTS = 170 / 25.4  # pixels a mm
HAIR = (190, 188, 184)  # the edge of a picture, so that a pale one has one


@dataclass(frozen=True, slots=True)
class Thumb:
    """One picture, already small: `size` is the name of its format, `label` what stands under it instead."""

    size: str
    width: int
    height: int
    jpeg: bytes
    label: str = ""

    @property
    def strip(self) -> bool:
        return self.width / self.height > 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One variant on the sheet. `notes` are short lines: angle and layout, language, source."""

    id: str
    headline: str
    text: str
    notes: tuple[str, ...]
    thumbs: tuple[Thumb, ...]


def thumb(size: str, width: int, height: int, image: Image.Image, label: str = "") -> Thumb:
    """A picture at the size the sheet prints it."""
    wide, tall = _printed(width, height)
    small = image.resize((max(1, round(wide * DOTS)), max(1, round(tall * DOTS))), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=84, subsampling=0)
    return Thumb(size, width, height, out.getvalue(), label)


def _printed(width: int, height: int) -> tuple[float, float]:
    if width / height > 3:
        return LONG, LONG * height / width
    return TALL * width / height, TALL


def sheet(
    entries: Sequence[Entry], *, brand: str, typeface: str, palette: Palette, title: str, lines: Sequence[str], now: int
) -> bytes:
    """The PDF. `lines` stand under the title: how many pictures, how they are checked. Same input, same bytes."""
    pdf = _Sheet(brand, typeface, palette, title, now)
    pdf.opening(lines)
    for entry in entries:
        pdf.entry(entry)
    return bytes(pdf.output())


class _Sheet(FPDF):
    def __init__(self, brand: str, typeface: str, palette: Palette, title: str, now: int) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._brand, self._title = brand, title
        self._ink, self._rule = _rgb(palette.ink), _rgb(palette.accent)
        family = typeface if typeface in FACES else "Fraunces"
        display = FACES[family].display
        self._letters = Fonts()
        self._faces: dict[str, Face] = {}
        self._cut("display", display)
        self._cut("text", Face("Instrument Sans", 430))
        self._cut("strong", Face("Instrument Sans", 620))
        self.set_auto_page_break(False)
        self.c_margin = 0
        self.set_creation_date(datetime.fromtimestamp(now / 1000, UTC))
        self.set_title(f"{brand} – {title}")
        self.set_author(brand)
        self.set_margins(MARGIN, MARGIN)
        self.alias_nb_pages()

    def _cut(self, name: str, face: Face) -> None:
        self._faces[name] = face
        with tempfile.TemporaryDirectory() as folder:  # fpdf2 reads fonts from files only, and at once
            path = Path(folder) / f"{name}.ttf"
            path.write_bytes(static(face))
            self.add_font(name, fname=path)

    def header(self) -> None:
        if self.page_no() > 1:
            self._put("display", 11, MARGIN, 9, self._brand)
            self._put("text", 8, MARGIN, 9.8, self._title, width=PAGE[0] - 2 * MARGIN, align="R")
            self._line(15.5)
            self.set_y(20)

    def footer(self) -> None:
        self._put("text", 6.5, MARGIN, PAGE[1] - 9, f"{self.page_no()} / {{nb}}", width=PAGE[0] - 2 * MARGIN, align="R")

    def opening(self, lines: Sequence[str]) -> None:
        """The head of the first page."""
        self.add_page()
        self._put("display", 13, MARGIN, 12, self._brand)
        self._put("display", 25, MARGIN, 21, self._title)
        y = 33.5
        for line in lines:
            self._put("text", 8.2, MARGIN, y, line)
            y += 4.4
        self._line(y + 3.5)
        self.set_y(y + 8)

    def entry(self, entry: Entry) -> None:
        """One variant: its words at the left, its pictures at the right, never cut over two pages."""
        rows = _rows(entry.thumbs, PAGE[0] - 2 * MARGIN - ASIDE - GAP)
        tall = max(sum(max(_printed(t.width, t.height)[1] for t in row) + 5.0 for row in rows), 30.0)
        if self.get_y() + tall > PAGE[1] - 14:
            self.add_page()
        top = self.get_y()
        self._put("strong", 7.5, MARGIN, top, entry.id)
        self.set_xy(MARGIN, top + 4.8)
        self._type("display", 12.5)
        self.multi_cell(ASIDE, 5.1, self._broken("display", entry.headline), align="L")
        self.set_xy(MARGIN, self.get_y() + 1.6)
        self._type("text", 7.6)
        self.multi_cell(ASIDE, 3.7, self._broken("text", entry.text), align="L")
        self.set_xy(MARGIN, self.get_y() + 1.6)
        self._type("text", 6.6)
        for note in entry.notes:
            self.multi_cell(ASIDE, 3.2, self._plain("text", note), align="L", new_x="LEFT", new_y="NEXT")
        y = top
        for row in rows:
            x = MARGIN + ASIDE + GAP
            high = max(_printed(t.width, t.height)[1] for t in row)
            for t in row:
                w, h = _printed(t.width, t.height)
                self.image(io.BytesIO(t.jpeg), x, y, w, h)
                self.set_draw_color(*HAIR)
                self.set_line_width(0.08)
                self.rect(x, y, w, h)
                self._put("text", 5.6, x, y + h + 0.9, t.label or t.size.replace("x", " × "))
                x += w + GAP
            y += high + 5.0
        self.set_y(max(y, self.get_y()) + 3.4)
        self._line(self.get_y() - 2.6, thin=True)
        self.set_y(self.get_y() + 1.6)

    def _broken(self, name: str, said: str) -> str:
        """The text of the left column, evenly broken and without orphans."""
        plain = self._plain(name, said)
        lines = breaking.paragraph(plain, self.get_string_width, ASIDE) if plain else None
        return "\n".join(lines) if lines else plain

    def _plain(self, name: str, said: str) -> str:
        """What the PDF's font can draw: the narrow no-break space becomes the ordinary one, what it lacks is left out."""
        plain = unicodedata.normalize("NFC", said).replace("\u202f", "\u00a0")
        missing = self._letters.missing(self._faces[name], plain)
        return "".join(c for c in plain if c not in missing)

    def _type(self, name: str, size: float) -> None:
        self.set_font(name, size=size)
        self.set_text_color(*self._ink)

    def _put(
        self, name: str, size: float, x: float, y: float, said: str, *, width: float = 0, align: str = "L"
    ) -> None:
        self._type(name, size)
        self.set_xy(x, y)
        options: dict[str, Any] = {"align": align}
        self.cell(width, size * 0.42, self._plain(name, said), **options)

    def _line(self, y: float, *, thin: bool = False) -> None:
        self.set_draw_color(*(self._ink if not thin else self._rule))
        self.set_line_width(0.12 if thin else 0.3)
        self.line(MARGIN, y, PAGE[0] - MARGIN, y)


def _rows(thumbs: Sequence[Thumb], width: float) -> list[list[Thumb]]:
    """Pictures of like height beside one another; strips in rows of their own."""
    rows: list[list[Thumb]] = []
    for strips in (False, True):
        row: list[Thumb] = []
        used = 0.0
        for t in (t for t in thumbs if t.strip is strips):
            w = _printed(t.width, t.height)[0]
            if row and used + w > width:
                rows.append(row)
                row, used = [], 0.0
            row.append(t)
            used += w + GAP
        if row:
            rows.append(row)
    return rows


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
