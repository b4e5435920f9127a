"""What the law asks to stand in a picture stands there readable, or the picture of that size is not made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from media_house import BRANDS, Case, cases, extent, lines_read
from PIL import Image

from gale.adapters.media.fonts import Fonts
from gale.adapters.media.raster import Renderer
from gale.adapters.words import load
from gale.creative.design import FORMATS, Copy, Look, Picture, Words, compose
from gale.creative.design.colours import READABLE
from gale.records.creative import Variant
from gale.records.documents import contrast
from gale.records.faults import Faults

SAID = {
    "alcohol": {
        "fr": "L’abus d’alcool est dangereux pour la santé. À consommer avec modération.",
        "en": "Please drink responsibly. For adults of legal drinking age only.",
    },
    "credit": {
        "fr": "Un crédit vous engage et doit être remboursé. Vérifiez vos capacités de remboursement avant de vous engager.",
        "en": "Representative example: borrow €1,000 over 12 months at 5.9% APR; total payable €1,032.40.",
    },
}
SHORT = ("320x50",)
Written = dict[tuple[str, str, str], list[Variant]]


@pytest.fixture(scope="module")
def made(written: Written, fonts: Fonts) -> list[tuple[Case, str, Picture | Faults]]:
    """Each layout in every size, over brands and languages, each with one of the lines."""
    found: list[tuple[Case, str, Picture | Faults]] = []
    for k, case in enumerate(cases(written, BRANDS)):
        said = SAID[("alcohol", "credit")[k % 2]][case.locale]
        copy = replace(case.copy, legal=said)
        try:
            found.append((case, said, compose(case.brand, copy, case.look, case.format, fonts)))
        except Faults as told:
            found.append((case, said, told))
    return found


def small(picture: Picture) -> list[Words]:
    return [w for w in picture.words if w.role == "legal"]


def test_the_line_stands_in_every_picture_that_is_made_large_enough_and_inside_the_safe_area(
    made: list[tuple[Case, str, Picture | Faults]], fonts: Fonts
) -> None:
    shown = 0
    for case, said, picture in made:
        if isinstance(picture, Faults):
            continue
        f = case.format
        assert said in " ".join(lines_read(small(picture))), (case.look.layout, f.name)
        for words in small(picture):
            left, top, right, foot = extent(words, fonts)
            where = (case.look.layout, f.name, words.lines)
            assert words.size >= f.legal * 0.96, where
            assert left >= max(f.safe[0], 3), where
            assert top >= f.safe[1], where
            assert right <= f.width - max(f.safe[2], 3) + 0.1, where
            assert foot <= f.height - max(f.safe[3], 3) + 0.1, where
            shown += 1
    assert shown > 300


def test_only_the_smallest_sizes_are_not_made_for_it_and_they_are_told(
    made: list[tuple[Case, str, Picture | Faults]],
) -> None:
    refused: dict[str, int] = {}
    every: dict[str, int] = {}
    for case, said, picture in made:
        every[case.format.name] = every.get(case.format.name, 0) + 1
        if isinstance(picture, Faults):
            (fault,) = picture.faults
            if fault.code == "pictures.legal_needed":
                continue
            refused[case.format.name] = refused.get(case.format.name, 0) + 1
            assert fault.code == "pictures.no_room", (case.look.layout, case.format.name, fault)
            assert said in fault.values["text"]
            for locale in ("fr", "en"):
                assert case.format.name in load(locale).fault(fault)
    assert refused.get("320x50") == every["320x50"]
    few = {name: n / every[name] for name, n in refused.items() if name not in ("320x50", "320x100")}
    assert all(share <= 0.15 for share in few.values()), few
    assert refused.get("320x100", 0) < every["320x100"]


def test_nothing_covers_it_and_it_reaches_four_and_a_half_on_the_pixels_behind_it(
    made: list[tuple[Case, str, Picture | Faults]], fonts: Fonts, renderer: Renderer
) -> None:
    seen = 0
    for _, _, picture in (m for k, m in enumerate(made) if k % 5 == 0):
        if isinstance(picture, Faults):
            continue
        others = tuple(i for i in picture.items if not (isinstance(i, Words) and i.role == "legal"))
        bare = renderer.draw(Picture(**{s: getattr(picture, s) for s in Picture.__slots__} | {"items": others}))
        for words in small(picture):
            for i in range(len(words.lines)):
                left, top, right, _ = extent(words, fonts)
                box = (int(left), int(top + words.step * i), int(right) + 1, int(words.y + words.step * i))
                for colour in behind(bare, box):
                    assert contrast(colour, words.colour) >= READABLE, (picture.layout, picture.format.name)
                seen += 1
    assert seen > 60


def behind(image: Image.Image, box: tuple[int, int, int, int]) -> set[str]:
    part = image.crop(box)
    return {"#{:02x}{:02x}{:02x}".format(*c) for _, c in part.getcolors(part.width * part.height) or []}  # type: ignore[misc]


def test_it_joins_the_terms_of_a_reduction_and_is_part_of_the_alternative_text(fonts: Fonts, written: Written) -> None:
    case = next(c for c in cases(written, ("velo",)) if c.format.name == "300x600" and c.locale == "fr")
    copy = replace(case.copy, legal=SAID["credit"]["fr"])
    picture = compose(case.brand, copy, Look("poster", "ink", "accent", "waves", 0), case.format, fonts)
    said = " ".join(lines_read(small(picture)))
    assert said.index("79,00") < said.index("Un crédit vous engage")
    assert picture.alt.endswith("de vous engager.")


def test_a_text_too_long_in_itself_is_not_blamed_on_the_small_print(fonts: Fonts, written: Written) -> None:
    brand = cases(written, ("eveil",))[0].brand
    copy = Copy("fr", "Éveil", "", "Anticonstitutionnellement " * 12, ("",), "Voir", legal=SAID["alcohol"]["fr"])
    with pytest.raises(Faults, match=r"pictures\.too_long"):
        compose(brand, copy, Look("poster", "ink", "accent", "sun", 0), FORMATS[2], fonts)


def test_the_health_message_of_a_wine_comes_from_its_brief_into_every_picture(fonts: Fonts) -> None:
    from media_house import papers

    from gale import creative
    from gale.adapters.catalogue import load as catalogue
    from gale.creative.design import copy_of, looks
    from gale.records.documents import Brief

    brand, brief = papers("boulangerie")
    raw = brief.model_dump(mode="json", by_alias=True, exclude_none=True)
    raw["product"] |= {"name": "Schiste", "noun": {"fr": "le vin blanc", "en": "white wine"}, "regime": "alcohol"}
    raw |= {"benefit": {"fr": "douze mois sur lies", "en": "twelve months on its lees"}, "scenes": {}, "sensations": {}}
    wine = Brief.model_validate(raw)
    for locale, word in (("fr", "abus d’alcool"), ("en", "Alcohol abuse")):
        made = creative.combine(brand, wine, catalogue(), placement="banner", locale=locale, wanted=12, seed=2).accepted
        for variant in made:
            copy = copy_of(variant, brand, wine, catalogue().language(locale))
            assert word in copy.legal
            picture = compose(brand, copy, looks(brand, variant, 1), FORMATS[3], fonts)
            assert copy.legal in " ".join(lines_read(small(picture)))
