"""A further language is a folder: the small German one makes banners without a line of code that knows German."""

from __future__ import annotations

import pytest

from gale.adapters.catalogue import load
from gale.creative import check, combine, free_slots

TEXTS = {"noun": {"de": "der Kaffee"}, "name": "Aube"}
BENEFIT = {"de": "dienstags geröstet, am Freitag verschickt"}


@pytest.fixture
def german(plain_brand, plain_brief):
    def made(**voice):
        brand = plain_brand(descriptor={"de": "Kaffeerösterei"}, voice=voice or {"address": "vous"}, locales=["de"])
        brief = plain_brief(title={"de": "Kaffee"}, product=TEXTS, benefit=BENEFIT, locales=["de"])
        return brand, brief

    return made


def banners(german, wanted=120, **voice):
    brand, brief = german(**voice)
    return combine(brand, brief, load(), placement="banner", locale="de", wanted=wanted, seed=1).accepted


def test_german_banners_are_written_and_differ(german):
    texts = {" ".join(v.fields.values()) for v in banners(german)}
    assert len(texts) == 120


def test_the_noun_takes_its_determiner_from_the_folder_s_table(german):
    assert any("Dieser Kaffee heißt Aube." in v.fields["text"] for v in banners(german, wanted=300))


@pytest.mark.parametrize(("address", "other"), [("vous", " du "), ("tu", " Sie ")])
def test_sie_and_du_are_never_mixed(german, address, other):
    for variant in banners(german, wanted=200, address=address):
        assert other not in f" {' '.join(variant.fields.values())} "


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Der beste Kaffee der Stadt.", "fact.superlative"),
        ("Gratis für alle.", "fact.free"),
        ("Klimaneutral geröstet.", "green.offset"),
        ("Macht wach.", "health.claim"),
        ("Dir schmeckt es.", "style.register"),
        ("Nur 9,99 €.", "fact.price"),
        ("The rest is up to you and your coffee.", "language.wrong"),
    ],
)
def test_german_is_checked_like_the_others(german, text, code):
    brand, brief = german()
    found = check(text, slot="line", placement="banner", locale="de", brand=brand, brief=brief, catalogue=load())
    assert code in {f.code for f in found if f.severity == "refuse"}


def test_a_placement_without_german_phrases_has_no_free_slots():
    assert free_slots(load(), "banner", "de") == ["headline", "line", "tail"]
    assert free_slots(load(), "kettle", "de") == ["tail"]
