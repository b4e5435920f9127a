"""Readability: LIX as Björnsson counts it, told of whole texts, never a reason to keep one out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gale.adapters.catalogue import load
from gale.creative import check, combine
from gale.creative.checks import Checker
from gale.creative.checks.reading import ENOUGH, FIELDS, LIMIT, Counts, counts, lix
from gale.creative.phrases import framework_of

# Text, words, sentences, long words: counted by hand.
COUNTED = [
    ("L’eau chante. Le reste attendra.", 5, 2, ["attendra"]),
    ("Aujourd’hui, jusqu’au soir : rien.", 4, 2, ["Aujourd’hui", "jusqu’au"]),
    ("Qu’il pleuve ! On rentre… « Enfin ? »", 5, 3, []),
    ("It’s a well-known story, isn’t it?", 6, 1, ["well-known"]),
    ("Two for £9.80. Both tomorrow.", 4, 2, ["tomorrow"]),
    ("Die Donaudampfschifffahrt fährt ab.", 4, 1, ["Donaudampfschifffahrt"]),
    ("", 0, 0, []),
]

HARD = {
    "fr": "L’optimisation systématique des caractéristiques organoleptiques, préalablement sélectionnées par nos "
    "collaborateurs spécialisés, garantissant une expérience gustative incomparablement différenciante, constitue "
    "l’aboutissement méthodologique d’une démarche entrepreneuriale pluridisciplinaire particulièrement exigeante, volontairement "
    "poursuivie pendant plusieurs décennies par notre organisation.",
    "en": "The systematic optimisation of organoleptic characteristics, previously selected by specialised "
    "collaborators, delivering an incomparably differentiated gustatory experience, constitutes the methodological "
    "culmination of a particularly demanding multidisciplinary entrepreneurial undertaking throughout our organisation.",
    "de": "Die systematische Optimierung sorgfältig ausgewählter Geschmackseigenschaften, vorbereitet durch "
    "spezialisierte Mitarbeiterinnen, gewährleistet außergewöhnliche Geschmackserlebnisse innerhalb anspruchsvoller "
    "unternehmerischer Zusammenhänge und verdeutlicht beispielhaft unsere methodische Vorgehensweise im täglichen Leben "
    "unserer Gesellschaft, unserer Betriebe und unserer Haushalte.",
}
EASY = {
    "fr": "L’eau chante. Le café attend. On ouvre la porte, on pose la tasse, et le jour vient tout seul. Rien ne "
    "presse. Le chat dort. La rue aussi. On garde ce moment pour soi, et on verra bien pour le reste.",
    "en": "The kettle sings. The coffee waits. You open the door, put the cup down, and the day comes by itself. No "
    "hurry. The cat sleeps. So does the street. Keep this one for you, and we will see about the rest.",
    "de": "Das Wasser singt. Der Kaffee wartet. Man macht die Tür auf, stellt die Tasse ab, und der Tag kommt von "
    "selbst. Es eilt nicht. Die Katze schläft. Die Straße auch. Das hier ist für Sie, und dann sehen wir weiter.",
}


@pytest.mark.parametrize(("text", "words", "sentences", "long"), COUNTED)
def test_words_sentences_and_long_words_are_counted_as_lix_counts_them(text, words, sentences, long):
    told = counts(text)
    assert (told.words, told.sentences, list(told.long)) == (words, sentences, long)


def of(text, locale, plain_brand, plain_brief):
    brand = plain_brand(descriptor={"fr": "lampes", "en": "lamps", "de": "Lampen"})
    brief = plain_brief(
        benefit={"fr": "une ampoule", "en": "a bulb", "de": "ein Licht"},
        product={"noun": {"fr": "la lampe", "en": "lamp", "de": "die Lampe"}},
    )
    found = check(text, slot="middle", placement="email", locale=locale, brand=brand, brief=brief, catalogue=load())
    return [f for f in found if f.code == "style.hard"]


@pytest.mark.parametrize("locale", ["fr", "en", "de"])
def test_an_office_letter_is_told_of_and_a_plain_one_is_not(plain_brand, plain_brief, locale):
    assert of(EASY[locale], locale, plain_brand, plain_brief) == []
    [finding] = of(HARD[locale], locale, plain_brand, plain_brief)
    assert finding.severity == "warn"
    assert finding.values["lix"] > LIMIT
    assert finding.values["found"] in HARD[locale]
    assert int(finding.values["passes"]) >= 1
    assert len(finding.values["long"].split(", ")) == 5


def test_a_few_words_are_never_judged(plain_brand, plain_brief):
    few = " ".join(HARD["fr"].split()[: ENOUGH - 5])
    assert of(few, "fr", plain_brand, plain_brief) == []


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_phrases_that_are_easy_alone_are_told_of_where_they_are_hard_together(example, locale):
    brand, brief = example("eveil")
    catalogue = load()
    framework = framework_of(catalogue, "email")
    checker = Checker(brand, brief, locale, catalogue.language(locale))
    half = len(HARD[locale].split()) // 2
    parts = HARD[locale].split()
    slots = {"opening": " ".join(parts[:half]), "middle": " ".join(parts[half:]), "offer": HARD[locale]}
    assert all(not checker.whole(framework, {name: text}) for name, text in slots.items())
    [finding] = checker.whole(framework, slots)
    assert (finding.code, finding.slot) == ("style.hard", "body")
    assert checker.whole(framework, {"opening": EASY[locale]}) == []


@pytest.mark.parametrize("name", ["eveil", "velo"])
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_what_the_bank_writes_is_easy_to_read(example, name, locale):
    brand, brief = example(name)
    for placement, field in FIELDS.items():
        made = combine(brand, brief, load(), placement=placement, locale=locale, wanted=100, seed=5)
        hard = [v.fields[field] for v in made.accepted if any(f.code == "style.hard" for f in v.findings)]
        assert len(hard) <= 2, hard


@given(st.lists(st.text(alphabet="abcdefgh .?!’’", min_size=1), min_size=1, max_size=6))
def test_counts_of_texts_read_one_after_the_other_add_up(texts):
    told = [counts(t) for t in texts]
    words, sentences = sum(c.words for c in told), sum(c.sentences for c in told)
    long = tuple(w for c in told for w in c.long)
    assert lix(told) == pytest.approx(lix([Counts(words, sentences, long, "")]))
    assert 0 <= lix(told) <= words + 100
