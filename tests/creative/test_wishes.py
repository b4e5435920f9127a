"""A wish in a person's words is answered from the phrase bank, with why, and what is offered may be said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.adapters.catalogue import load
from gale.adapters.words import load as load_words
from gale.creative import combine, framework_of, phrases
from gale.creative.phrases import outside, taking
from gale.creative.signs import WISHES, fold, heaviness
from gale.creative.wishes import grant, hear

HOUSES = ("eveil", "velo", "boulangerie", "peau")
EMAIL = ("subject", "preheader", "opening", "middle", "closing")


def ask(example, name="velo", wish="shorter", slot="subject", locale="fr", **more):
    brand, brief = example(name)
    return grant(brand, brief, load(), placement="email", slot=slot, locale=locale, wish=wish, **more)


def texts(answer):
    return [o.phrase.text for o in answer.offers]


@pytest.mark.parametrize(
    ("said", "wishes", "words"),
    [
        ("plus court", ["shorter"], []),
        ("Trop long, s’il vous plaît", ["shorter"], []),
        ("moins long", ["shorter"], []),
        ("less long", ["shorter"], []),
        ("moins froid", ["warmer"], []),
        ("less serious", ["playful"], []),
        ("moins poétique", ["plainer"], []),
        ("for night owls", ["evening"], []),
        ("night", ["evening"], []),
        ("pour les couche-tard", ["evening"], []),
        ("pour le petit déjeuner", ["morning"], []),
        ("shorter, and for a birthday", ["shorter", "gift"], []),
        ("une question, plus chaleureuse", ["question", "warmer"], []),
        ("with more apricot", [], ["apricot"]),
        ("plus court, à l’abricot", ["shorter"], ["abricot"]),
        ("xyzzy", [], ["xyzzy"]),
        ("… ? !", [], []),
        ("", [], []),
    ],
)
def test_a_wish_is_understood_in_both_languages_and_the_rest_is_looked_for(said, wishes, words):
    heard = hear(said, load())
    assert (list(heard.wishes), list(heard.words)) == (wishes, words)


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("name", WISHES)
def test_every_button_of_the_page_is_understood_as_what_it_says(locale, name):
    heard = hear(load_words(locale)(f"wish.{name}"), load())
    assert (heard.wishes, heard.words) == ((name,), ())


def test_both_languages_know_the_same_wishes():
    wishes = load().wishes
    assert set(wishes["fr"]) == set(wishes["en"]) == {*WISHES, "ignore"}


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_shorter_is_shorter_and_never_the_phrase_she_has(data, example):
    name, slot = data.draw(st.sampled_from(HOUSES)), data.draw(st.sampled_from(EMAIL))
    locale = data.draw(st.sampled_from(["fr", "en"]))
    brand, brief = example(name)
    bank = phrases(brand, brief, load(), placement="email", locale=locale, only=slot)
    start = data.draw(st.sampled_from([p for p in bank if not p.refused]))
    for offer in ask(example, name, "shorter", slot, locale, near=start.id, most=100).offers:
        assert len(offer.phrase.text) < len(start.text)
    for offer in ask(example, name, "longer", slot, locale, near=start.text, most=100).offers:
        assert len(offer.phrase.text) > len(start.text)


@pytest.mark.parametrize("name", HOUSES)
@pytest.mark.parametrize("wish", ["warmer", "playful", "precise", "poetic", "evening", "weekend", "gift", "question"])
def test_whatever_is_offered_passes_every_check_and_says_why(example, name, wish):
    catalogue, (brand, brief) = load(), example(name)
    for placement, slot in (("email", "subject"), ("email", "opening"), ("banner", "line"), ("sms", "tail")):
        said = load_words("en")(f"wish.{wish}")
        answer = grant(brand, brief, catalogue, placement=placement, slot=slot, locale="fr", wish=said, most=100)
        for offer in answer.offers:
            assert not offer.phrase.refused
            assert {s.wish for s in offer.signs} == {wish}
            assert bool(offer.outside) == bool(offer.take)


def test_every_consumer_brand_gets_something_for_night_owls_in_every_slot_of_a_letter(example):
    empty = [
        (name, slot, locale)
        for name in HOUSES
        for slot in EMAIL
        for locale in ("fr", "en")
        if not ask(example, name, "for night owls", slot, locale).offers
    ]
    assert empty == []


def test_a_product_called_after_the_dawn_is_no_mark_of_the_morning(example):
    """Aube, dawn, is the name of a coffee: it made a hundred phrases of the bank speak of the morning."""
    brand, brief = example("eveil")
    answer = grant(brand, brief, load(), placement="banner", slot="line", locale="fr", wish="pour le matin", most=200)
    assert answer.offers
    for offer in answer.offers:
        assert not any(s.kind == "mark" and fold(s.found) == "aube" for s in offer.signs)
    assert answer.found < 40


def test_a_phrase_of_another_hour_is_not_offered(example):
    catalogue, evening = load(), ask(example, wish="pour le soir", slot="opening", most=100)
    waiting = {t.id: t.moment for t in catalogue.waits("fr", "openings")}
    assert {waiting.get(o.phrase.template, "") for o in evening.offers} <= {"", "evening"}


def test_a_tone_that_the_voice_lacks_is_an_offer_and_joins_only_when_taken(example):
    brand, brief = example("velo")
    assert "playful" not in brand.voice.tone
    offer = next(o for o in ask(example, wish="plus drôle").offers if o.outside)
    assert offer.outside == "tone.playful"

    def subjects(**more):
        made = phrases(brand, brief, load(), placement="email", locale="fr", **more)
        return {p.text for p in made if p.slot == "subject"}

    assert offer.phrase.text not in subjects()
    assert subjects(taken=frozenset({offer.take})) == subjects() | {offer.phrase.text}
    elsewhere = offer.take.replace("email/subject", "banner/headline")
    assert subjects(taken=frozenset({elsewhere})) == subjects()


def test_a_phrase_that_was_taken_in_is_in_the_thousand_and_is_offered_no_more_as_foreign(example):
    brand, brief = example("velo")
    offer = next(o for o in ask(example, wish="pour les couche-tard").offers if o.outside)
    taken = frozenset({offer.take})
    made = combine(brand, brief, load(), placement="email", locale="fr", wanted=300, seed=1, taken=taken)
    assert any(v.slots["subject"] == offer.phrase.text for v in made.accepted)
    again = {o.phrase.text: o for o in ask(example, wish="pour les couche-tard", taken=taken).offers}
    assert again[offer.phrase.text].outside == ""


@pytest.mark.parametrize("name", HOUSES)
def test_no_phrase_that_waits_is_in_a_bank_unasked(example, name):
    catalogue, (brand, brief) = load(), example(name)
    waiting = {t.id for bank in catalogue.waiting.values() for ts in bank.values() for t in ts}
    for locale in ("fr", "en"):
        for placement in catalogue.frameworks:
            made = phrases(brand, brief, catalogue, placement=placement, locale=locale)
            assert not waiting & {p.template for p in made}


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("name", HOUSES)
def test_every_phrase_that_waits_may_be_said_by_any_brand_where_it_is_not_too_long(example, name, locale):
    catalogue, (brand, brief) = load(), example(name)
    refused = []
    for placement in catalogue.frameworks:
        for slot in framework_of(catalogue, placement).slots:
            ids = outside(catalogue, brand, placement, slot.name, locale)
            keys = frozenset(taking(placement, slot.name, i) for i in ids)
            made = phrases(brand, brief, catalogue, placement=placement, locale=locale, taken=keys, only=slot.name)
            refused += [
                (p.text, f.code)
                for p in made
                if p.template in ids
                for f in p.findings
                if f.severity == "refuse" and not f.code.startswith("length.")
            ]
    assert refused == []


def test_where_nothing_fits_it_says_what_would_help_and_where(example):
    answer = ask(example, wish="à la bergamote")
    assert (answer.offers, answer.lacking) == ((), ("words",))
    assert ("sensations", "brief.yaml scenes.fr, sensations.fr") in answer.helps
    brand, brief = example("velo")
    scene = brief.model_copy(update={"scenes": {"fr": ["la maison quand toute la famille rentre"]}})
    lonely = grant(brand, brief, load(), placement="banner", slot="line", locale="fr", wish="en famille")
    assert not lonely.offers
    assert ("scenes", "brief.yaml scenes.fr") in lonely.helps
    told = grant(brand, scene, load(), placement="banner", slot="line", locale="fr", wish="en famille")
    assert told.offers
    assert "famille" in told.offers[0].phrase.text


def test_two_wishes_are_both_granted_or_it_says_that_none_grants_both(example):
    start = "Bien après l’heure raisonnable."
    both = ask(example, wish="plus court, pour les couche-tard", near=start, most=50)
    assert both.offers
    assert all({s.wish for s in o.signs} == {"shorter", "evening"} for o in both.offers)
    none = ask(example, wish="plus court, pour les couche-tard", near="Chut.")
    assert none.offers == ()
    assert "shorter" in none.lacking


def test_a_banned_phrase_is_not_offered_and_an_edited_one_is_judged_by_its_new_words(example):
    first = ask(example, wish="pour un cadeau").offers[0].phrase
    assert first.text not in texts(ask(example, wish="pour un cadeau", banned=frozenset({first.id}), most=100))
    edits = {first.id: "Minuit sonne, et alors ?"}
    assert "Minuit sonne, et alors\u202f?" in texts(ask(example, wish="minuit", edits=edits, most=100))


def test_the_nearest_phrase_comes_first_and_the_same_question_has_the_same_answer(example):
    near = "Une odeur d’abricot."
    one, other = (ask(example, "eveil", "à l’abricot", near=near, most=50) for _ in range(2))
    assert texts(one) == texts(other)
    assert [o.score for o in one.offers] == sorted((o.score for o in one.offers), reverse=True)


def test_a_language_without_words_for_wishes_still_answers_what_can_be_counted(plain_brand, plain_brief):
    brand = plain_brand(descriptor={"de": "Leuchtenbauer"}, locales=["de"])
    brief = plain_brief(
        title={"de": "Lampe"}, product={"noun": {"de": "die Lampe"}}, benefit={"de": "aus Holz"}, locales=["de"]
    )

    def asked(wish):
        return grant(brand, brief, load(), placement="banner", slot="headline", locale="de", wish=wish)

    assert asked("shorter").offers
    assert all(o.phrase.text.endswith("?") for o in asked("a question").offers)
    assert asked("for night owls").offers == ()


def test_a_plain_sentence_weighs_less():
    assert heaviness("C’est fait.") < heaviness(
        "À force de comparer, on finit, évidemment, par ne plus choisir du tout."
    )
