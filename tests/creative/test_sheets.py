"""Sheets for advertising platforms: what they take, nothing that nobody signed, paused until a person says go."""

from __future__ import annotations

import pytest

from gale.adapters.catalogue import load
from gale.creative import combine
from gale.creative.frameworks import with_frameworks
from gale.creative.sheets import sheet
from gale.records.faults import Faults
from gale.records.framework import FrameworkDocument


def made(example, platform, placement, locale="fr", name="eveil", wanted=80):
    brand, brief = example(name)
    variants = combine(brand, brief, load(), placement=placement, locale=locale, wanted=wanted, seed=2).accepted
    header, rows = sheet(platform, variants, brand, brief, "aube")
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_every_google_ad_has_what_google_takes(example):
    ads = made(example, "google", "search")
    assert len(ads) >= 8
    for ad in ads:
        headlines = [t for k, t in ad.items() if k.startswith("Headline") and t]
        descriptions = [t for k, t in ad.items() if k.startswith("Description") and t]
        assert 3 <= len(headlines) <= 15
        assert len(set(headlines)) == len(headlines)
        assert all(len(t) <= 30 for t in headlines)
        assert 2 <= len(descriptions) <= 4
        assert all(len(t) <= 90 for t in descriptions)
        assert ad["Ad status"] == "Paused"
        assert "utm_campaign=aube" in ad["Final URL"]


def test_a_meta_sheet_has_one_paused_ad_a_variant(example):
    ads = made(example, "meta", "meta")
    assert len(ads) == 80
    assert {ad["Ad Status"] for ad in ads} == {"PAUSED"}
    assert all(len(ad["Title"]) <= 40 for ad in ads)


def test_a_feed_says_structured_only_where_a_model_wrote(example):
    [row] = made(example, "merchant", "search")
    assert "description" in row
    assert "structured_description" not in row
    assert row["price"] == "9.80 EUR"


def test_a_sheet_without_an_address_or_without_variants_says_so(example):
    brand, brief = example("eveil")
    nowhere = brief.model_copy(update={"landing": None}), brand.model_copy(update={"url": None})
    with pytest.raises(Faults) as problem:
        sheet("google", [], nowhere[1], nowhere[0], "aube")
    assert {f.code for f in problem.value.faults} == {"sheet.no_landing", "sheet.too_few"}


def for_wine(example, platform, frameworks=()):
    """The sheet of a drink in French, and the line that must stand in it."""
    brand, brief = example("eveil")
    wine = brief.model_copy(update={"product": brief.product.model_copy(update={"regime": "alcohol"})})
    catalogue = with_frameworks(load(), frameworks)
    variants = combine(brand, wine, catalogue, placement="search", locale="fr", wanted=40, seed=2).accepted
    header, rows = sheet(platform, variants, brand, wine, "vin")
    return [dict(zip(header, row, strict=True)) for row in rows], variants[0].slots["legal"]


def test_a_feed_says_what_the_law_wants_said(example):
    [row], line = for_wine(example, "merchant")
    assert row["description"].endswith(line)


def test_the_line_is_pinned_wherever_a_framework_of_her_own_puts_it(example):
    design = FrameworkDocument.model_validate(
        {
            "schema": 1,
            "id": "law-first",
            "placement": "search",
            "slots": [
                {"name": "headline_1", "bank": "shorts"},
                {"name": "headline_2", "bank": "shorts"},
                {"name": "description_1", "bank": "lines"},
                {"name": "cta", "bank": "calls"},
                {"name": "legal"},
            ],
            "fields": {
                "headline_1": [["headline_1"]],
                "headline_2": [["headline_2"]],
                "headline_3": [["cta"]],
                "description_1": [["legal"]],
                "description_2": [["description_1"]],
            },
        }
    )
    ads, line = for_wine(example, "google", [design])
    assert ads
    assert all((ad["Description 1"], ad["Description 1 position"]) == (line, "1") for ad in ads)
