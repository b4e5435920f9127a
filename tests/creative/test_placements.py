"""Placements: every one is filled in both languages and keeps to what its platform shows."""

from __future__ import annotations

import pytest

from gale.adapters.catalogue import load
from gale.creative import check, combine, free_slots, phrases
from gale.creative.frameworks import with_frameworks
from gale.creative.lengths import LIMITS, measure
from gale.creative.personal import Personal
from gale.creative.sms import message
from gale.records.framework import FrameworkDocument

PLACEMENTS = sorted(load().frameworks)
ADVERTISING = [p for p in PLACEMENTS if p != "kettle"]


@pytest.mark.parametrize("name", ["eveil", "boulangerie", "peau", "velo"])
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_no_phrase_of_the_bank_is_refused_for_what_it_says(example, name, locale):
    brand, brief = example(name)
    for placement in PLACEMENTS:
        for phrase in phrases(brand, brief, load(), placement=placement, locale=locale):
            refused = [f.code for f in phrase.findings if f.severity == "refuse" and f.code != "length.over"]
            assert not refused, (placement, phrase.slot, phrase.text, refused)


@pytest.mark.parametrize("name", ["Lueur Savings", "Savings by Lueur"])
def test_a_product_s_own_name_is_never_taken_for_an_offer(plain_brand, plain_brief, name):
    brand, brief = plain_brand(name="Lueur"), plain_brief(product={"name": name})
    for phrase in phrases(brand, brief, load(), placement="banner", locale="en"):
        assert not [f.code for f in phrase.findings if f.code == "fact.no_such_offer"], phrase.text


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("placement", ADVERTISING)
def test_every_advertising_placement_has_at_least_three_free_slots_and_fills_them(example, placement, locale):
    brand, brief = example("eveil")
    made = combine(brand, brief, load(), placement=placement, locale=locale, wanted=200, seed=5)
    assert len(made.accepted) == 200
    assert len(free_slots(load(), placement, locale)) >= 3
    for variant in made.accepted:
        for field, text in variant.fields.items():
            limit = LIMITS.get((placement, field))
            assert limit is None or measure(text, placement) <= limit[1], (field, text)


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize(
    ("placement", "one", "other"), [("search", "headline_1", "headline_2"), ("tiktok", "opener", "overlay")]
)
def test_two_slots_of_one_bank_never_say_the_same_phrase(example, placement, one, other, locale):
    brand, brief = example("velo")
    for variant in combine(brand, brief, load(), placement=placement, locale=locale, wanted=1000, seed=77).accepted:
        assert variant.slots[one] != variant.slots[other]


def test_a_text_message_and_what_its_sender_adds_fit_one_segment(example):
    brand, brief = example("eveil")
    for variant in combine(brand, brief, load(), placement="sms", locale="fr", wanted=200, seed=5).accepted:
        sent = message(variant.fields["text"])
        room = 160 - 36 if sent.alphabet == "GSM-7" else 70 - 16
        assert sent.units <= room, variant.fields["text"]


def test_a_letter_outside_the_short_alphabet_is_named_with_its_price_in_segments(example):
    brand, brief = example("eveil")
    told = {"slot": "text", "placement": "sms", "locale": "fr", "brand": brand, "brief": brief, "catalogue": load()}
    [finding] = [f for f in check("Une fête vous attend", **told) if f.code == "sms.alphabet"]
    assert finding.values["found"] == "ê"
    assert finding.severity == "warn"
    assert not [f for f in check("Un café vous attend", **told) if f.code == "sms.alphabet"]


def test_every_text_of_a_text_message_goes_out_in_typewriter_signs(example):
    """The bank's phrases, what a person wrote in their place, what is locked, what is copied, what follows a person."""
    brand, brief = example("eveil")
    brand = brand.model_copy(update={"emotional_core": {"fr": "Rien que l’eau, et vous\u00a0: bonjour."}})
    catalogue = with_frameworks(load(), [TEXT])
    bank = phrases(brand, brief, catalogue, placement="sms", locale="fr")
    mine = next(p for p in bank if p.slot == "line")
    told = phrases(brand, brief, catalogue, placement="sms", locale="fr", edits={mine.id: "L'eau chante, et vous ?"})
    for phrase in told:
        assert not set("’‘«»…\u00a0\u202f") & set(phrase.text), phrase.text
        assert "typography.spaces" not in [f.code for f in phrase.findings], phrase.text
    [edited] = [p for p in told if p.edited]
    assert (edited.text, edited.findings) == ("L'eau chante, et vous ?", ())


def test_a_text_message_follows_the_person_whatever_apostrophe_the_choice_has(example):
    brand, brief = example("eveil")
    catalogue = with_frameworks(load(), [TEXT])
    personal = Personal(catalogue.frameworks["sms"], brand, brief, catalogue, "fr")
    assert personal.choices == {"tip": {"dry": "C'est doux."}}


TEXT = FrameworkDocument.model_validate(
    {
        "schema": 1,
        "id": "short",
        "placement": "sms",
        "slots": [
            {"name": "opener", "bank": "shorts"},
            {"name": "line", "bank": "lines"},
            {"name": "held", "locked": True, "phrases": {"fr": ["C'est l'heure."], "en": ["It's time."]}},
            {
                "name": "tip",
                "phrases": {"fr": ["Doux."], "en": ["Soft."]},
                "by": "skin_type",
                "choices": {"dry": {"fr": "C'est doux.", "en": "It's soft."}},
            },
            {"name": "price"},
            {"name": "core"},
        ],
        "fields": {"text": [["opener", "line", "held", "tip", "price", "core"]]},
    }
)


@pytest.mark.parametrize("character", "êçôœ’«")
def test_these_french_characters_change_the_encoding(character):
    assert message(f"a{character}").alphabet == "UCS-2"
