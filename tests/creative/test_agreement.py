"""French and English agreement, in tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from gale.adapters.catalogue import load
from gale.creative import english, french
from gale.creative.material import day, fill, material, money
from gale.creative.typography import typeset

NOUNS = [
    # written, gender known, le, du, ce, votre (vous), votre (tu), de, il
    ("le café", None, "le café", "du café", "ce café", "votre café", "ton café", "de café", "il"),
    ("la crème", None, "la crème", "de la crème", "cette crème", "votre crème", "ta crème", "de crème", "elle"),
    ("l'huile", None, "l’huile", "de l’huile", "cette huile", "votre huile", "ton huile", "d’huile", "elle"),
    ("l’outil", None, "l’outil", "de l’outil", "cet outil", "votre outil", "ton outil", "d’outil", "il"),
    ("l’éclair", None, "l’éclair", "de l’éclair", "cet éclair", "votre éclair", "ton éclair", "d’éclair", "il"),
    ("l’infusion", None, "l’infusion", "de l’infusion", "cette infusion", "votre infusion", "ton infusion", "d’infusion", "elle"),
    ("le hamac", None, "le hamac", "du hamac", "ce hamac", "votre hamac", "ton hamac", "de hamac", "il"),
    ("les fleurs", "f", "les fleurs", "des fleurs", "ces fleurs", "vos fleurs", "tes fleurs", "de fleurs", "elles"),
    ("les épices", None, "les épices", "des épices", "ces épices", "vos épices", "tes épices", "d’épices", "elles"),
    ("une tarte", None, "la tarte", "de la tarte", "cette tarte", "votre tarte", "ta tarte", "de tarte", "elle"),
    ("le vélo de ville", None, "le vélo de ville", "du vélo de ville", "ce vélo de ville", "votre vélo de ville", "ton vélo de ville", "de vélo de ville", "il"),
    ("l’ibex", None, "l’ibex", "de l’ibex", None, "votre ibex", "ton ibex", "d’ibex", None),
    ("l’ibex", "m", "l’ibex", "de l’ibex", "cet ibex", "votre ibex", "ton ibex", "d’ibex", "il"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "gender", "le", "du", "ce", "votre", "ton", "de", "il"), NOUNS)
def test_a_noun_agrees(text, gender, le, du, ce, votre, ton, de, il):
    noun = french.Noun.parse(text, gender)
    assert (noun.le, noun.du, noun.ce, noun.votre("vous"), noun.votre("tu"), noun.de, noun.il) == (
        le,
        du,
        ce,
        votre,
        ton,
        de,
        il,
    )


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("L'eau", "L’eau"),
        ("Oui ? Non ; oui !", "Oui\u202f? Non\u202f; oui\u202f!"),
        ("Voici : cela", "Voici\u00a0: cela"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("16 086 personnes", "16\u202f086 personnes"),
        ("20 % à 9,80 €", "20\u00a0% à 9,80\u00a0€"),
        ("coeur, oeil, boeuf", "cœur, œil, bœuf"),
        ("coefficient, poésie", "coefficient, poésie"),
        ("voir https://a.fr/x?y=1", "voir https://a.fr/x?y=1"),
    ],
)
def test_french_is_typeset_once_and_for_all(written, set_):
    assert typeset(written, "fr") == set_
    assert typeset(set_, "fr") == set_


def test_english_articles_and_possessives():
    assert english.article("hour") == "an hour"
    assert english.article("university") == "a university"
    assert english.possessive("James") == "James’"


def test_a_template_follows_noun_register_and_number(plain_brief, plain_brand):
    shop = plain_brand(voice={"address": "tu"})
    brief = plain_brief(product={"noun": {"fr": "les lunettes", "en": "glasses"}, "gender": "f"})
    fr, en = of(shop, brief, "fr"), of(shop, brief, "en")
    assert fill("{Votre_noun} [attend|attendent] {vous|toi}.", fr)[0][1] == "Tes lunettes attendent toi."
    assert fill("{This_noun} [is|are] here.", en)[0][1] == "These glasses are here."


@pytest.mark.parametrize(
    ("name", "noun", "written"),
    [
        ("Hallam knives", "kitchen knives", "Hallam knives are here."),
        ("Lame", "kitchen knives", "Lame is here."),  # a proper name, whatever the noun
        ("Second Bowl", "dog food", "Second Bowl is here."),
        ("Les Halles", "coffee", "Les Halles is here."),
    ],
)
def test_an_english_verb_agrees_with_the_name_that_is_said(plain_brief, plain_brand, name, noun, written):
    filled = of(plain_brand(), plain_brief(product={"name": name, "noun": {"fr": "le couteau", "en": noun}}), "en")
    assert fill("{Name} [is|are] here.", filled)[0].text == written
    they = "Try them." if noun == "kitchen knives" else "Try it."
    assert fill("Try [it|them].", filled)[0].text == they


def test_a_brand_that_bears_its_product_s_name_is_not_said_beside_it(plain_brief, plain_brand):
    filled = of(plain_brand(name="Ounce"), plain_brief(product={"name": "Ounce"}), "en")
    assert fill("{Name}, by {brand}.", filled) == []
    assert fill("Hello from {brand}.", filled)[0].uses == {"name"}  # so that no other phrase beside it says the name


def test_an_ordinary_noun_without_an_article_is_nobody_s_name(plain_brief, plain_brand):
    filled = of(plain_brand(), plain_brief(product={"names": {"en": "piano lessons"}}), "en")
    assert fill("Meet {proper_name}.", filled) == []
    assert fill("{Name} first.", filled)[0].text == "Piano lessons first."


def test_a_place_that_nothing_fills_gives_no_phrase(plain_brief, plain_brand):
    filled = of(plain_brand(), plain_brief(), "fr")
    assert fill("{Scene}, et rien d'autre.", filled) == []
    assert fill("{Brand} {a_city}.", filled) == []


def of(brand, brief, locale):
    return material(brand, brief, locale, load().language(locale))


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "written"),
    [
        ("fr", "1249.90", "EUR", "1\u202f249,90\u00a0€"),
        ("en", "1249.90", "EUR", "€1,249.90"),
        ("en", "9.80", "CHF", "CHF\u00a09.80"),
        ("fr", "9.80", "CHF", "9,80\u00a0CHF"),
    ],
)
def test_an_amount_is_written_as_the_language_writes_it(locale, amount, currency, written):
    assert money(Decimal(amount), currency, load().language(locale)) == written


def test_the_first_of_a_month_is_premier_in_french_alone():
    first = date(2026, 9, 1)
    assert day(first, load().language("fr")) == "1er septembre 2026"
    assert day(first, load().language("en")) == "1 September 2026"


def test_a_product_named_by_an_ordinary_noun_keeps_its_article(plain_brief, plain_brand):
    names = {"fr": "la révision de printemps", "en": "the spring tune-up"}
    brief = plain_brief(product={"names": names, "kind": "service"})
    fr, en = of(plain_brand(), brief, "fr"), of(plain_brand(), brief, "en")
    assert (
        fill("{Name}, et l’art {de_name}.", fr)[0][1]
        == "La révision de printemps, et l’art de la révision de printemps."
    )
    assert fill("Meet {name}.", en)[0][1] == "Meet the spring tune-up."
    assert fill("It is called {proper_name}.", en) == []  # nothing is called "the tune-up"


def test_a_name_that_holds_a_figure_or_a_date_stands_as_the_brief_writes_it(plain_brief, plain_brand):
    for name in ("le cours du mardi", "le forfait 24 heures", "le menu de Noël"):
        fr = of(plain_brand(), plain_brief(product={"names": {"fr": name}, "kind": "service"}), "fr")
        assert fill("L’idée {de_name}.", fr) == []
        assert fill("Avec {name}.", fr)[0][1] == f"Avec {name}."
    fr = of(plain_brand(), plain_brief(product={"names": {"fr": "le grand cours"}, "kind": "service"}), "fr")
    assert fill("L’idée {de_name}.", fr)[0][1] == "L’idée du grand cours."
    assert fill("{Brand}, {chez_brand}.", of(plain_brand(name="Les 3 Lunes"), plain_brief(), "fr")) == []


def test_a_moment_with_a_date_is_told_exactly_as_the_brief_writes_it(plain_brand, plain_brief):
    brief = plain_brief(scenes={"fr": ["le premier matin de septembre", "le retour du marché"]})
    filled = material(plain_brand(), brief, "fr", load().language("fr"))
    made = {f.text for f in fill("Tout part {de_scene}.", filled)}
    assert made == {"Tout part du retour du marché."}
