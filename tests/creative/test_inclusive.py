"""Inclusive writing: nothing without the brand's choice, one form with it, and a form that would pass for every fault."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from gale.adapters.catalogue import load
from gale.creative import check, combine, phrases
from gale.creative.inclusive import FORMS
from gale.records.canonical import content_hash
from gale.records.documents import Brand

CASES = yaml.safe_load((Path(__file__).parent / "inclusive.yaml").read_text(encoding="utf-8"))
ROWS = [(x, form, text, said) for x, of in CASES.items() for form, table in of.items() for text, said in table.items()]
CHOICES = (*FORMS, "plain")


def choosing(brand: Brand, form: str | None) -> Brand:
    return brand.model_copy(update={"voice": brand.voice.model_copy(update={"inclusive": form})})


def said_of(text: str, locale: str, form: str | None, plain_brand, plain_brief):
    told = {"fr": "une ampoule qui se change sans outil", "en": "a bulb", "de": "ein Licht"}
    brand = choosing(plain_brand(descriptor={"fr": "lampes", "en": "lamps", "de": "Lampen"}), form)
    brief = plain_brief(benefit=told, product={"noun": {"fr": "la lampe", "en": "lamp", "de": "die Lampe"}})
    found = check(text, slot="opening", placement="email", locale=locale, brand=brand, brief=brief, catalogue=load())
    return [f for f in found if f.code.startswith("inclusive.")]


@pytest.mark.parametrize(("locale", "form", "text", "said"), ROWS)
def test_what_is_not_the_brands_form_is_found_with_what_would_pass(plain_brand, plain_brief, locale, form, text, said):
    found = said_of(text, locale, form, plain_brand, plain_brief)
    assert [f.code for f in found] == said[:1]
    for finding in found:
        assert finding.severity == "refuse"
        assert finding.values["passes"].rstrip(".").lower() == said[1].lower()


@pytest.mark.parametrize(("locale", "text"), [(x, text) for x, _, text, said in ROWS if said])
def test_a_brand_that_chose_nothing_is_told_nothing(plain_brand, plain_brief, locale, text):
    assert said_of(text, locale, None, plain_brand, plain_brief) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("locale", ["fr", "en", "de"])
def test_every_form_of_the_tables_passes_its_own_check(plain_brand, plain_brief, locale, form):
    words = load().language(locale).inclusive
    forms = {plural: words.passes(form, plural) for plural in words.persons}
    forms |= {p: t if isinstance(t, str) else t[FORMS.index(form)] for p, t in words.gendered.items()}
    for word, passes in forms.items():
        assert said_of(f"{passes}", locale, form, plain_brand, plain_brief) == [], (word, passes)


def test_a_french_table_holds_the_persons_that_marketers_name():
    words = load().language("fr").inclusive
    assert len(words.persons) >= 60
    assert all(len(forms) == 3 and all(forms) for forms in words.persons.values())


@pytest.mark.parametrize("name", ["eveil", "velo"])
@pytest.mark.parametrize("form", CHOICES)
@pytest.mark.parametrize(("placement", "locale"), [("email", "fr"), ("banner", "fr"), ("post", "en")])
def test_a_thousand_pass_whichever_form_the_brand_chose(example, name, form, placement, locale):
    brand, brief = example(name)
    made = combine(choosing(brand, form), brief, load(), placement=placement, locale=locale, wanted=1000, seed=4)
    assert len(made.accepted) == 1000


@pytest.mark.parametrize("form", CHOICES)
def test_few_phrases_of_the_bank_are_lost_to_a_choice(example, form):
    brand, brief = example("eveil")
    for locale in ("fr", "en"):
        for placement in ("email", "meta", "sms"):
            bank = phrases(choosing(brand, form), brief, load(), placement=placement, locale=locale)
            lost = [p for p in bank if any(f.code.startswith("inclusive.") for f in p.findings)]
            assert len(lost) <= 0.03 * len(bank), [p.text for p in lost]


def test_a_brand_that_chose_nothing_keeps_its_hash(example):
    brand, _ = example("eveil")
    assert "inclusive" not in brand.model_dump(mode="json")["voice"]
    chosen = choosing(brand, "points")
    assert chosen.model_dump(mode="json")["voice"]["inclusive"] == "points"
    assert content_hash(brand.model_dump(mode="json")) != content_hash(chosen.model_dump(mode="json"))
