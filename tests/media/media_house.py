"""Four brands, the fonts, and copy to set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from gale import creative
from gale.adapters.catalogue import load
from gale.adapters.media.fonts import Fonts
from gale.adapters.media.raster import Renderer
from gale.creative.design import FORMATS, Copy, Format, Look, Picture, Words, compose, copy_of
from gale.creative.design.colours import schemes
from gale.creative.design.layout import PAIRS
from gale.records.creative import Variant
from gale.records.documents import Brand, Brief
from gale.records.faults import Faults

EXAMPLES = Path(__file__).parents[2] / "examples"
BRANDS = ("eveil", "boulangerie", "peau", "velo")


def papers(name: str) -> tuple[Brand, Brief]:
    raw = [yaml.safe_load((EXAMPLES / name / f"{d}.yaml").read_text(encoding="utf-8")) for d in ("brand", "brief")]
    return Brand.model_validate(raw[0]), Brief.model_validate(raw[1])


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    return Fonts()


@pytest.fixture(scope="session")
def renderer(fonts: Fonts) -> Renderer:
    return Renderer(fonts)


@pytest.fixture(scope="session")
def written() -> dict[tuple[str, str, str], list[Variant]]:
    """A few accepted variants of each brand, language and placement."""
    catalogue = load()
    return {
        (name, locale, placement): list(
            creative.combine(*papers(name), catalogue, placement=placement, locale=locale, wanted=24, seed=5).accepted
        )
        for name in BRANDS
        for locale in ("fr", "en")
        for placement in ("banner", "post")
    }


@dataclass(frozen=True)
class Case:
    """One picture to compose."""

    name: str
    locale: str
    brand: Brand
    copy: Copy
    look: Look
    format: Format


def cases(written: dict[tuple[str, str, str], list[Variant]], brands: Iterable[str]) -> list[Case]:
    """Each layout with each of its pairs of colours in every size, over brands and languages."""
    made, catalogue, k = [], load(), 0
    for name in brands:
        brand, brief = papers(name)
        found = schemes(brand.palette)
        for locale in ("fr", "en"):
            for layout, pairs in PAIRS.items():
                for words, art in (p for p in pairs if p[0] in found and p[1] in found):
                    for f in FORMATS:
                        k += 1
                        variants = written[name, locale, f.use]
                        copy = copy_of(variants[k % len(variants)], brand, brief, catalogue.language(locale))
                        look = Look(layout, words, art, brand.scenes[k % len(brand.scenes)], k % 3)
                        made.append(Case(name, locale, brand, copy, look, f))
    return made


@pytest.fixture(scope="session")
def gallery(written: dict[tuple[str, str, str], list[Variant]], fonts: Fonts) -> list[tuple[str, Picture]]:
    """All cases that a reduction does not forbid, composed."""
    made = []
    for case in cases(written, BRANDS):
        try:
            made.append((case.name, compose(case.brand, case.copy, case.look, case.format, fonts)))
        except Faults as told:
            if [x.code for x in told.faults] != ["pictures.legal_needed"]:
                raise  # nothing else may be refused in these brands
    return made


def extent(words: Words, fonts: Fonts) -> tuple[float, float, float, float]:
    """Left, top, right and foot of lines as they are drawn."""
    wide = max(fonts.width(words.face, x) + words.face.tracking * len(x) for x in words.lines) * words.size
    left = words.x - {"start": 0.0, "middle": wide / 2, "end": wide}[words.anchor]
    return left, words.y - fonts.cap(words.face) * words.size, left + wide, words.bottom


def lines_read(words: Sequence[Words]) -> list[str]:
    """Every line, in the order in which a person reads them."""
    return [line for w in sorted(words, key=lambda w: w.y) for line in w.lines]
