"""What people supply is made safe and upright, or refused with words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from gale.adapters.media import intake
from gale.adapters.media.fonts import FOLDER
from gale.adapters.media.raster import crop, svg_pixels
from gale.adapters.words import load
from gale.records.faults import Faults


def save(path: Path, image: Image.Image, kind: str = "JPEG", **options: object) -> Path:
    image.save(path, kind, **options)  # type: ignore[arg-type]
    return path


def halves(width: int = 600, height: int = 400) -> Image.Image:
    """Red at the left, blue at the right."""
    image = Image.new("RGB", (width, height), "#d02020")
    image.paste("#2020d0", (width // 2, 0, width, height))
    return image


def refused(code: str, act: object, *arguments: object, **named: object) -> dict[str, object]:
    with pytest.raises(Faults) as caught:
        act(*arguments, **named)  # type: ignore[operator]
    fault = caught.value.faults[0]
    assert fault.code == code
    for locale in ("fr", "en"):
        assert code not in load(locale).fault(fault)
    return fault.values


def test_a_photo_is_turned_upright_and_loses_its_place_and_camera(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    path = save(tmp_path / "side.jpg", halves(), exif=exif)
    image, told = intake.photo(path)
    assert image.size == (400, 600)
    top, foot = image.getpixel((200, 60)), image.getpixel((200, 540))
    assert top[0] > 150 > top[2]  # type: ignore[index]
    assert foot[2] > 150 > foot[0]  # type: ignore[index]
    assert not dict(image.getexif())
    assert "exif" not in image.info
    assert told == []


def test_a_cmyk_jpeg_is_converted_and_said(tmp_path: Path) -> None:
    path = save(tmp_path / "print.jpg", halves().convert("CMYK"))
    image, told = intake.photo(path)
    assert image.mode == "RGB"
    assert [f.code for f in told] == ["photo.cmyk"]
    assert image.getpixel((50, 50))[0] > 120  # type: ignore[index]


def test_a_photo_in_another_profile_is_brought_to_srgb_and_a_broken_profile_is_said(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    _, told = intake.photo(save(tmp_path / "own.jpg", halves(), icc_profile=profile))
    assert told == []
    _, told = intake.photo(save(tmp_path / "odd.png", halves(), "PNG", icc_profile=b"no profile at all"))
    assert [f.code for f in told] == ["photo.profile"]


def test_a_photo_of_forty_megabytes_is_refused_with_what_would_pass(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    path.write_bytes(b"\xff\xd8\xff" + bytes(40_000_000))
    assert refused("photo.too_heavy", intake.photo, path) == {"found": 40, "most": 25}


def test_a_large_photo_is_brought_down_and_said(tmp_path: Path) -> None:
    image, told = intake.photo(save(tmp_path / "large.jpg", halves(6000, 3000)))
    assert max(image.size) == intake.KEPT_SIDE
    assert [f.code for f in told] == ["photo.scaled"]


def test_a_bomb_a_text_and_an_unknown_kind_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tmp_path / "no.jpg"
    text.write_text("not a picture")
    refused("photo.unknown", intake.photo, text)
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(save(tmp_path / "whole.jpg", halves()).read_bytes()[:900])
    refused("photo.unreadable", intake.photo, cut)
    refused("photo.kind", intake.photo, save(tmp_path / "moving.gif", halves(), "GIF"))
    refused("photo.too_small", intake.photo, save(tmp_path / "small.png", halves(120, 90), "PNG"))
    refused("photo.too_large", intake.photo, save(tmp_path / "wide.png", Image.new("1", (10_000, 9_000)), "PNG"))


def test_transparent_parts_become_white(tmp_path: Path) -> None:
    image, _ = intake.photo(save(tmp_path / "clear.png", Image.new("RGBA", (400, 400), (0, 0, 0, 0)), "PNG"))
    assert image.getpixel((10, 10)) == (255, 255, 255)


def test_a_crop_keeps_the_focal_point() -> None:
    photo = halves()
    assert crop(photo, (0.05, 0.5), (100, 400)).getpixel((50, 200))[0] > 150  # type: ignore[index]
    assert crop(photo, (0.95, 0.5), (100, 400)).getpixel((50, 200))[2] > 150  # type: ignore[index]


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect width="9" height="9" onload="x()"/>',
        '<image href="https://elsewhere.example/p.png"/>',
        '<use xlink:href="https://elsewhere.example/a.svg#b"/>',
        '<rect fill="url(https://elsewhere.example/x)"/>',
        "<style>@import 'https://elsewhere.example/x.css';</style>",
        "<foreignObject><p/></foreignObject>",
        '<a href="javascript:alert(1)"><rect/></a>',
        '<animate attributeName="href" to="javascript:x"/>',
    ],
)
def test_a_drawing_that_acts_or_fetches_is_refused(inside: str) -> None:
    refused("svg.unsafe", intake.drawing, SVG.format(inside).encode(), where="logo.svg")


def test_entities_and_broken_drawings_are_refused() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("&a;").encode()
    refused("svg.unsafe", intake.drawing, bomb, where="logo.svg")
    refused("svg.broken", intake.drawing, b"<svg><rect></svg>", where="logo.svg")
    refused("svg.other", intake.drawing, b"<html/>", where="logo.svg")
    refused("svg.too_heavy", intake.drawing, b" " * 2_100_000, where="logo.svg")


def test_a_harmless_drawing_keeps_its_shapes_and_nothing_else() -> None:
    kept = intake.drawing(
        SVG.format('<metadata>me</metadata><rect width="9" height="9" fill="#102030"/><text>x</text>').encode(),
        where="logo.svg",
    )
    assert "rect" in kept
    assert "metadata" not in kept
    assert "text" not in kept
    sized = kept.replace("<svg ", '<svg width="90" height="90" ', 1)
    assert svg_pixels(sized).getpixel((45, 45)) == (16, 32, 48)


def test_a_font_that_lacks_a_capital_is_found_before_anything_is_drawn(tmp_path: Path) -> None:
    from fontTools import subset

    path = tmp_path / "Half.ttf"
    cutter = subset.Subsetter()
    cutter.populate(text="eveil abcdefghijklmnopqrstuvwxyz.")
    from fontTools.ttLib import TTFont

    font = TTFont(FOLDER / "Lora.ttf")
    cutter.subset(font)
    font.save(path)
    assert refused("font.missing", intake.typeface, path, "Half", ["Éveil, l’été"])["characters"] == ", É é ’"
    assert intake.typeface(path, "Half", ["eveil"]) == path.read_bytes()


def test_what_is_no_font_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.ttf"
    path.write_bytes(io.BytesIO(b"nothing").read())
    refused("font.unreadable", intake.typeface, path, "No", ["a"])
