"""What every layout promises: words that fit, read and break well, in every size, brand and language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media_house import extent, papers
from PIL import Image

from gale.adapters.catalogue import load
from gale.adapters.media.fonts import Fonts
from gale.adapters.media.raster import Renderer
from gale.creative.design import FORMATS, LAYOUTS, Block, Copy, Look, Picture, Words, compose, copy_of, looks
from gale.creative.design.breaking import even, joined, paragraph
from gale.creative.design.colours import READABLE
from gale.creative.design.layout import PAIRS
from gale.creative.design.markup import html, svg
from gale.records.creative import Variant
from gale.records.documents import contrast
from gale.records.faults import Faults

CATALOGUE = load()
Written = dict[tuple[str, str, str], list[Variant]]
Gallery = list[tuple[str, Picture]]


def test_every_word_of_every_layout_stands_inside_its_format_and_above_the_smallest_size(
    gallery: Gallery, fonts: Fonts
) -> None:
    for _, picture in gallery:
        f = picture.format
        for words in picture.words:
            left, top, right, foot = extent(words, fonts)
            where = (picture.layout, f.name, words.role, words.lines)
            assert left >= 3, where
            assert top >= 3, where
            assert right <= f.width - 3, where
            assert foot <= f.height - 3, where
            assert words.size >= f.legal * 0.88, where


def test_no_words_stand_where_a_platform_lays_its_own(gallery: Gallery, fonts: Fonts) -> None:
    for _, picture in (g for g in gallery if g[0] in ("eveil", "velo")):
        f = picture.format
        for words in picture.words if any(f.safe) else ():
            left, top, right, foot = extent(words, fonts)
            assert left >= f.safe[0] - 1
            assert top >= f.safe[1] - 1, (picture.layout, words.role)
            assert right <= f.width - f.safe[2] + 1
            assert foot <= f.height - f.safe[3] + 1, (picture.layout, f.name, words.role)


def test_no_two_texts_overlap(gallery: Gallery, fonts: Fonts) -> None:
    for _, picture in gallery:
        boxes = [(w.role, extent(w, fonts)) for w in picture.words]
        for i, (one, a) in enumerate(boxes):
            for other, b in boxes[i + 1 :]:
                apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
                assert apart, (picture.layout, picture.format.name, one, other)


def test_words_reach_a_contrast_of_four_and_a_half_on_the_pixels_behind_them(
    gallery: Gallery, fonts: Fonts, renderer: Renderer
) -> None:
    """Draw each picture without its words and measure every pixel of the rectangle of every line."""
    seen = 0
    for k, (_, picture) in enumerate(gallery):
        if k % 9:
            continue  # one in nine, over all layouts, sizes and brands, keeps this quick
        bare = renderer.draw(
            Picture(
                **{
                    **{s: getattr(picture, s) for s in Picture.__slots__},
                    "items": tuple(i for i in picture.items if not isinstance(i, Words)),
                }
            )
        )
        for words in picture.words:
            for i in range(len(words.lines)):
                left, top, right, _ = extent(words, fonts)
                line = (int(left), int(top + words.step * i), int(right) + 1, int(words.y + words.step * i))
                for colour in behind(bare, line):
                    assert contrast(colour, words.colour) >= READABLE, (picture.layout, picture.format.name, words)
                seen += 1
    assert seen > 500


def behind(image: Image.Image, box: tuple[int, int, int, int]) -> set[str]:
    part = image.crop(box)
    found = part.getcolors(part.width * part.height) or []
    return {"#{:02x}{:02x}{:02x}".format(*c) for _, c in found}  # type: ignore[misc]


def test_no_headline_leaves_a_short_word_alone_on_its_last_line(gallery: Gallery, fonts: Fonts) -> None:
    alone = total = 0
    for _, picture in gallery:
        for words in picture.words:
            if words.role == "headline" and len(words.lines) > 1:
                total += 1
                widest = max(fonts.width(words.face, x) for x in words.lines)
                last = words.lines[-1]
                alone += " " not in last and fonts.width(words.face, last) < 0.30 * widest
    assert total > 300
    assert alone / total < 0.01  # two long words may leave no other way


def test_a_reduction_is_never_shown_without_its_legal_line(gallery: Gallery) -> None:
    shown = 0
    for _, picture in (g for g in gallery if g[0] == "velo"):
        said = " ".join(" ".join(w.lines) for w in picture.words)
        if re.search(r"15\s?%", said):
            shown += 1
            legal = " ".join(" ".join(w.lines) for w in picture.words if w.role == "legal")
            assert "79" in legal, (picture.layout, picture.format.name, said)
            assert "2026" in legal
    assert shown > 100


def test_a_strip_whose_headline_names_the_reduction_is_refused(fonts: Fonts) -> None:
    brand, _ = papers("velo")
    copy = Copy(
        "fr",
        "Pignon",
        "",
        "−15\u00a0% jusqu’au 31 octobre.",
        ("",),
        "Voir",
        "Révision",
        "79 €",
        "−15\u00a0%",
        terms="…",
    )
    for f in (f for f in FORMATS if f.shape == "ribbon"):
        with pytest.raises(Faults, match=r"pictures\.legal_needed"):
            compose(brand, copy, Look("poster", "ink", "accent", "waves", 0), f, fonts)


def test_a_headline_that_cannot_be_read_is_refused_with_what_would_pass(fonts: Fonts) -> None:
    brand, _ = papers("eveil")
    copy = Copy("fr", "Éveil", "", "Anticonstitutionnellement " * 12 + "fin.", ("",), "Voir")
    with pytest.raises(Faults) as caught:
        compose(brand, copy, Look("poster", "ink", "accent", "sun", 0), FORMATS[2], fonts)
    fault = caught.value.faults[0]
    assert (fault.code, fault.values["field"], fault.where) == ("pictures.too_long", "headline", "160x600")
    assert fault.values["passes"] < fault.values["length"]


def test_no_break_spaces_hold_in_every_line(fonts: Fonts) -> None:
    face = next(iter(papers_faces()))
    said = "Et si c’était cela, le goût\u00a0: « oui\u00a0» ou « non\u00a0»\u202f? 9,80\u00a0€ les 250\u00a0g."
    for cap in range(8, 30):
        for line in paragraph(said, lambda t: fonts.width(face, t), cap) or ():
            assert line[0] not in ":;!?»€\u00a0\u202f"


def papers_faces():  # type: ignore[no-untyped-def]
    from gale.creative.design.typefaces import faces

    return [faces("Fraunces").text]


@given(st.lists(st.text("abcdefg", min_size=1, max_size=9), min_size=1, max_size=12), st.integers(1, 6))
@settings(max_examples=200, deadline=None)
def test_breaking_keeps_every_word_in_order(words: list[str], lines: int) -> None:
    widths = [float(len(w)) for w in words]
    cost, ends = even(words, widths, 1.0, lines, 1e9)
    if lines <= len(words):
        assert " ".join(joined(words, ends)).split(" ") == words
        assert len(ends) == lines
    else:
        assert cost >= 1e9


def test_the_same_variant_and_seed_give_the_same_bytes(written: Written) -> None:
    from gale.adapters.media import marks

    brand, brief = papers("peau")
    variant = written["peau", "fr", "banner"][0]
    copy = copy_of(variant, brand, brief, CATALOGUE.language("fr"))
    made = []
    for _ in range(2):
        look = looks(brand, variant, 7)
        picture = compose(brand, copy, look, FORMATS[0], Fonts())
        made.append(marks.jpeg(Renderer(Fonts()).draw(picture)))
    assert made[0] == made[1]
    assert looks(brand, variant, 8) != looks(brand, variant, 7) or looks(brand, variant, 9) != looks(brand, variant, 7)


def test_capitals_with_accents_kerning_and_ligatures_are_shaped(fonts: Fonts) -> None:
    from gale.creative.design.typefaces import FACES

    for name, cut in FACES.items():
        assert fonts.missing(cut.display, "ÉÇÀŒœ«»’–−€…ßäöü") == "", name
        apart = fonts.width(cut.display, "A") + fonts.width(cut.display, "V")
        assert fonts.width(cut.display, "AV") < apart, name
    display = FACES["Lora"].display
    assert len(fonts.shape(display, "fi")[0]) <= 2


def test_source_is_svg_with_editable_text_and_html_that_leads_somewhere(gallery: Gallery, fonts: Fonts) -> None:
    from xml.etree import ElementTree

    for _, picture in (g for g in gallery if g[0] == "boulangerie"):
        drawn = svg(picture, fonts="fonts")
        root = ElementTree.fromstring(drawn)
        said = {t.text for t in root.iter("{http://www.w3.org/2000/svg}tspan")}
        assert {line for w in picture.words for line in w.lines} == said
    page = html(picture, fonts="fonts", landing='https://x.example/?a="1"&b=2')
    assert 'href="https://x.example/?a=&quot;1&quot;&amp;b=2"' in page
    assert 'lang="en"' in page


def test_every_layout_is_used_and_every_format_is_named_by_its_size() -> None:
    assert set(PAIRS) == set(LAYOUTS)
    for f in FORMATS:
        assert f.name == f"{f.width}x{f.height}"


@given(st.floats(12, 1200), st.floats(12, 1200), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_every_scene_is_sound_svg_in_a_rectangle_of_any_shape(w: float, h: float, turn: int) -> None:
    from gale.adapters.media.raster import svg_pixels
    from gale.creative.design.colours import schemes
    from gale.creative.design.scenes import SCENES, scene

    brand, _ = papers("eveil")
    for name in SCENES:
        for scheme in schemes(brand.palette).values():
            drawn = scene(name, scheme, (0, 0, w, h), turn)
            svg_pixels(f'<svg xmlns="http://www.w3.org/2000/svg" width="{w:.0f}" height="{h:.0f}">{drawn}</svg>')
            break


def test_no_button_lies_on_a_drawing(gallery: Gallery, renderer: Renderer) -> None:
    """Behind every button the ground is of one colour."""
    seen = 0
    for k, (_, picture) in enumerate(gallery):
        blocks = [i for i in picture.items if isinstance(i, Block) and min(i.width, i.height) > 10]
        if (k % 7 and picture.format.shape != "ribbon") or not blocks:
            continue
        bare = renderer.draw(Picture(**{s: getattr(picture, s) for s in Picture.__slots__} | {"items": ()}))
        for b in blocks:
            box = (int(b.x) + 1, int(b.y) + 1, int(b.x + b.width) - 1, int(b.y + b.height) - 1)
            part = bare.crop(box)
            assert len(part.getcolors(part.width * part.height) or ()) == 1, (picture.layout, picture.format.name)
            seen += 1
    assert seen > 200


def test_a_date_never_breaks_after_its_day(written: Written) -> None:
    brand, brief = papers("velo")
    for locale in ("fr", "en"):
        for variant in written["velo", locale, "banner"]:
            copy = copy_of(variant, brand, brief, CATALOGUE.language(locale))
            for said in (copy.headline, *copy.texts, copy.terms):
                assert not re.search(r"\d \w", said)


def test_a_text_that_follows_a_person_stands_in_every_large_picture_of_hers(fonts: Fonts, written: Written) -> None:
    from dataclasses import replace

    tips = (
        "Sur une peau encore humide, en pressant, sans frotter.",
        "Au creux du coude d’abord. Le visage, le lendemain.",
    )
    brand, brief = papers("peau")
    for k, variant in enumerate(written["peau", "fr", "banner"]):
        copy = replace(copy_of(variant, brand, brief, CATALOGUE.language("fr")), texts=(tips[k % 2], ""), hers=True)
        for layout, pairs in PAIRS.items():
            for f in FORMATS:
                if f.height > 400:
                    picture = compose(brand, copy, Look(layout, *pairs[0], "waves", 0), f, fonts)
                    said = [" ".join(w.lines) for w in picture.words if w.role == "text"]
                    assert said == [tips[k % 2]], (layout, f.name, copy.headline)
