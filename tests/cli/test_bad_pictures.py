"""What people bring to `gale pictures` that cannot be used: told in words, in both languages, and all else is made."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from terminal import Ran, bakery, change, here

pytest.importorskip("uharfbuzz")
from PIL import Image

from gale.adapters.media.fonts import FOLDER
from gale.adapters.words import load
from gale.records.faults import Fault

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{}<rect width="40" height="40"/></svg>'


@pytest.fixture(scope="module")
def created(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = bakery(tmp_path_factory.mktemp("pictures") / "fournil")
    assert here("-C", str(folder), "create", "--wanted", "20").code == 0
    return folder


def draw(folder: Path, *options: str, count: int = 2, sizes: tuple[str, ...] = ("300x250", "1080x1080")) -> Ran:
    named = [x for s in sizes for x in ("--size", s)]
    return here("-C", str(folder), "pictures", "--count", str(count), "--no-webp", *named, *options, "--json")


def told(ran: Ran) -> dict[str, dict[str, Any]]:
    """The faults of a run that made its pictures, by code; each has words in both languages and no code shows."""
    assert ran.code == 0, ran.err + ran.out
    assert ran.json["pictures"] > 0
    for one in ran.json["told"]:
        for locale in ("fr", "en"):
            said = load(locale).fault(Fault(**one))
            assert one["code"] not in said, said
            assert "{" not in said, said
    return {one["code"]: one for one in ran.json["told"]}


def plain() -> Image.Image:
    image = Image.new("RGB", (900, 700), "#d02020")
    image.paste("#2020d0", (450, 0, 900, 700))
    return image


def forty_megabytes(path: Path) -> None:
    path.write_bytes(b"\xff\xd8\xff" + bytes(40_000_000))


def truncated(path: Path) -> None:
    plain().save(path, "JPEG")
    path.write_bytes(path.read_bytes()[:5000])


def bomb(path: Path) -> None:
    """A PNG of a few bytes whose header announces ten thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b""))


REFUSED: dict[str, tuple[str, Callable[[Path], object]]] = {
    "huge.jpg": ("photo.too_heavy", forty_megabytes),
    "cut.jpg": ("photo.unreadable", truncated),
    "bomb.png": ("photo.bomb", bomb),
    "letter.jpg": ("photo.unknown", lambda p: p.write_bytes(b"%PDF-1.4")),
    "empty.jpg": ("photo.unknown", lambda p: p.write_bytes(b"")),
    "act.svg": ("svg.unsafe", lambda p: p.write_text(SVG.format("<script>alert(1)</script>"))),
    "act.jpg": ("svg.unsafe", lambda p: p.write_text(SVG.format("<script>alert(1)</script>"))),
    "open.svg": ("svg.broken", lambda p: p.write_text("<svg><rect></svg>")),
    "page.svg": ("svg.other", lambda p: p.write_text("<html/>")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_photograph_that_cannot_be_used_is_told_and_drawn_pictures_are_made(
    created: Path, tmp_path: Path, name: str
) -> None:
    code, make = REFUSED[name]
    make(tmp_path / name)
    ran = draw(created, "--photo", str(tmp_path / name))
    fault = told(ran)[code]
    assert fault["where"] == name
    assert "photo" not in ran.json["layouts"]


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [("print.jpg", "CMYK", "photo.cmyk"), ("really-a-png.jpg", "PNG", None), ("really-a-jpeg.svg", "JPEG", None)],
)
def test_a_print_file_and_a_wrong_name_are_used_all_the_same(
    created: Path, tmp_path: Path, name: str, kind: str, code: str | None
) -> None:
    if kind == "CMYK":
        plain().convert("CMYK").save(tmp_path / name, "JPEG")
    else:
        plain().save(tmp_path / name, kind)
    ran = draw(created, "--photo", str(tmp_path / name))
    assert list(told(ran)) == ([code] if code else [])
    assert set(ran.json["layouts"]) == {"photo"}


def test_the_photo_layout_without_a_photograph_is_drawn_otherwise(created: Path) -> None:
    ran = draw(created, "--layout", "photo")
    assert "photo" not in ran.json["layouts"]
    assert ran.json["pictures"] > 0


def fresh(tmp_path: Path, **brand: Any) -> Path:
    folder = bakery(tmp_path / "fournil")
    change(folder / "brand.yaml", **brand)
    assert here("-C", str(folder), "create", "--wanted", "20").code == 0
    return folder


def test_a_font_without_capital_e_acute_is_told_by_the_letter_and_another_stands_in(tmp_path: Path) -> None:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    folder = fresh(tmp_path, name="Émile", typeface="Half")
    (folder / "fonts").mkdir()
    cutter, font = subset.Subsetter(), TTFont(FOLDER / "Lora.ttf")
    cutter.populate(unicodes=[c for c in font.getBestCmap() if c != ord("É")])
    cutter.subset(font)
    font.save(folder / "fonts" / "Half.ttf")
    fault = told(draw(folder))["font.missing"]
    assert (fault["values"]["characters"], fault["values"]["instead"]) == ("É", "Fraunces")


def test_a_font_file_that_is_no_font_is_told_and_another_stands_in(tmp_path: Path) -> None:
    folder = fresh(tmp_path, typeface="Nofont")
    (folder / "fonts").mkdir()
    (folder / "fonts" / "Nofont.ttf").write_bytes(b"nothing at all")
    assert told(draw(folder))["font.unreadable"]["values"]["instead"] == "Fraunces"


def test_an_emoji_in_the_brands_name_is_left_out_of_the_picture_and_told_once(tmp_path: Path) -> None:
    folder = fresh(tmp_path, name="Le Fournil 🥐❤️")
    ran = draw(folder)
    assert list(told(ran)) == ["pictures.left_out"]
    assert len(ran.json["told"]) == 1
    assert ran.json["told"][0]["values"]["characters"] == "🥐 ❤"
    source = next(Path(ran.json["folder"]).rglob("*.svg")).read_text(encoding="utf-8")
    assert 'id="brand"' in source
    assert "🥐" not in source
    assert ">Le Fournil<" in source
    assert "missing the following glyphs" not in ran.err


def test_a_right_to_left_name_is_refused_with_what_would_pass_and_nothing_is_drawn_wrongly(tmp_path: Path) -> None:
    ran = draw(fresh(tmp_path, name="قهوة الفجر"))
    assert (ran.code, ran.codes) == (2, ["pictures.right_to_left"])
    for locale in ("fr", "en"):
        assert "قهوة الفجر" in load(locale).fault(Fault(**{k: ran.json["faults"][0][k] for k in ("code", "values")}))


def test_a_name_of_forty_letters_is_set_where_it_can_be_read_and_told_where_not(tmp_path: Path) -> None:
    folder = fresh(tmp_path, name="Boulangerieartisanaledelatlantiquebelle1")
    ran = draw(folder, count=4, sizes=("160x600", "970x250", "1200x628"))
    fault = told(ran)["pictures.too_long"]
    assert "160x600" in fault["values"]["size"]
    assert set(ran.json["sizes"]) == {"970x250", "1200x628"}


HEADLINES = """
schema: 1
id: poster
placement: banner
slots:
  - name: headline
    phrases:
      fr: ["Bon matin 🥐.", "Anticonstitutionnellementhebdomadaire.", "Rien ne presse.", "Encore un peu."]
      en: ["Morning 🥐.", "Antidisestablishmentarianismeverywhere.", "Nothing is urgent.", "A little more."]
  - {name: line, bank: lines}
  - {name: cta, bank: calls, zone: button}
fields: {headline: [[headline]], text: [[line]], cta: [[cta]]}
"""


def test_a_headline_that_fits_no_size_and_one_with_an_emoji_cost_only_themselves(tmp_path: Path) -> None:
    folder = bakery(tmp_path / "fournil")
    (folder / "frameworks").mkdir(exist_ok=True)
    (folder / "frameworks" / "poster.yaml").write_text(HEADLINES, encoding="utf-8")
    assert here("-C", str(folder), "create", "--wanted", "20").code == 0
    ran = draw(folder, count=20, sizes=("300x250", "320x50"))
    faults = told(ran)
    assert faults["pictures.too_long"]["values"]["size"] == "300x250, 320x50"
    assert faults["pictures.left_out"]["values"]["characters"] == "🥐"
    assert ran.json["pictures"] > 10
    texts = {one["values"]["text"] for one in ran.json["told"] if one["code"] == "pictures.too_long"}
    assert len(texts) == 2  # one fault a headline, whatever the sizes


def test_five_equal_colours_are_refused_where_they_are_written(tmp_path: Path) -> None:
    folder = bakery(tmp_path / "fournil")
    change(folder / "brand.yaml", palette=dict.fromkeys(("ink", "paper", "accent", "second", "third"), "#808080"))
    ran = here("-C", str(folder), "create", "--wanted", "20", "--json")
    assert ran.code == 2
    assert "palette" in ran.json["faults"][0]["where"]


def test_a_palette_of_two_colours_is_drawn_in_their_shades(tmp_path: Path) -> None:
    few = dict.fromkeys(("paper", "accent", "second", "third"), "#fafafa") | {"ink": "#101010"}
    for number, palette in enumerate((few, few | dict.fromkeys(("accent", "second", "third"), "#101010"))):
        folder = fresh(tmp_path / str(number), palette=palette, scenes=["stack", "waves", "moon", "sun", "rings"])
        assert told(draw(folder, count=12)) == {}
