"""What the law wants said stands in every text of a product that falls under it, and nobody else's; what it forbids does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gale import creative
from gale.adapters.catalogue import load
from gale.creative import legal
from gale.creative.frameworks import designed, with_frameworks
from gale.creative.lengths import LIMITS, measure
from gale.creative.letters import Page
from gale.creative.proposed import Gate, open_slot
from gale.creative.sheets import sheet
from gale.creative.sms import simplified
from gale.records.documents import Brand, Brief, Product
from gale.records.faults import Faults
from gale.records.framework import FrameworkDocument
from gale.records.legal import Credit

WINE = {
    "name": "Tuffeau", "kind": "food", "noun": {"fr": "le vin", "en": "wine", "de": "der Wein"}, "regime": "alcohol",
    "price": {"amount": "14.50"},
}  # fmt: skip
CREDIT = {
    "amount": "3000.00", "rate": "5.75", "apr": "5.90", "instalments": 24, "instalment": "132.64", "total": "3183.36",
    "deposit": "200.00",
}  # fmt: skip
LOAN = {"price": {"amount": "3200.00"}, "regime": "credit", "credit": CREDIT}
REGIMES: dict[str, dict[str, Any]] = {"plain": {}, "wine": WINE, "loan": LOAN}

TABLE = yaml.safe_load((Path(__file__).parent / "legal.yaml").read_text(encoding="utf-8"))
ROWS = [
    (kind, locale, text, codes) for kind, by in TABLE.items() for locale, t in by.items() for text, codes in t.items()
]

Make = Callable[..., Any]


@pytest.fixture
def house(plain_brand: Make, plain_brief: Make) -> Callable[..., tuple[Brand, Brief]]:
    """Brand and brief of a regime, told in French, English and German."""

    def make(kind: str, **more: Any) -> tuple[Brand, Brief]:
        product = (
            {"noun": {"fr": "la lampe", "en": "lamp", "de": "die Lampe"}} | REGIMES[kind] | more.pop("product", {})
        )
        benefit = {"fr": "élevé dix mois en barrique", "en": "aged ten months in oak", "de": "im Holzfass ausgebaut"}
        brand = plain_brand(descriptor={"fr": "maison de lampes", "en": "lamp maker", "de": "Lampenhaus"})
        return brand, plain_brief(product=product, benefit=benefit, **more)

    return make


# --- the words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "locale", "text", "codes"), ROWS)
def test_a_phrase_meets_exactly_these_rules_of_the_law(house, kind, locale, text, codes):
    brand, brief = house(kind)
    told = {"slot": "opening", "placement": "email", "locale": locale, "brand": brand, "brief": brief}
    found = creative.check(text, catalogue=load(), **told)
    met = {f.code: f for f in found if f.code.startswith(("alcohol.", "credit.", "legal."))}
    assert set(met) == set(codes)
    assert all(f.values["passes"] and f.values["found"] and f.source for f in met.values())
    assert all((f.severity == "warn") == (f.code == "alcohol.objective") for f in met.values())


def test_every_list_of_the_law_has_a_refusal_and_a_pass_in_french_and_in_english():
    for locale, none in (("fr", ()), ("en", ("alcohol.objective",))):
        listed = {code for code, words in load().tongues[locale].law.words.items() if words}
        met = {code for _, loc, _, codes in ROWS if loc == locale for code in codes}
        assert listed == met
        assert listed.isdisjoint(none)


def test_a_model_speaks_of_no_credit_even_where_the_brief_offers_one(house):
    brand, brief = house("loan")
    gate = Gate(brand, brief, load(), [], "fr")
    assert "credit.not_offered" in {f.code for f in gate.check("Payez plus tard.", slot="opening", placement="email")}
    brand, brief = house("wine")
    gate = Gate(brand, brief, load(), [], "fr")
    assert "alcohol.success" in {f.code for f in gate.check("Pour séduire.", slot="opening", placement="email")}


# --- the line --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "locale", "line"),
    [
        ("wine", "fr", "L’abus d’alcool est dangereux pour la santé."),
        ("wine", "fr-FR", "L’abus d’alcool est dangereux pour la santé."),
        ("wine", "fr-BE", "L’abus d’alcool nuit à la santé."),
        ("wine", "en-GB", "Please drink responsibly."),
        ("wine", "en", "Alcohol abuse harms your health."),
        ("loan", "fr", "Attention\u202f! Un crédit coûte de l’argent et doit être remboursé."),
        ("loan", "fr-BE", "Attention, emprunter de l’argent coûte aussi de l’argent."),
        ("loan", "en-IE", "Caution! Borrowing money costs money."),
        ("loan", "de", "Achtung! Kreditaufnahme kostet Geld."),
    ],
)
def test_each_place_has_its_own_sentence(house, kind, locale, line):
    _, brief = house(kind)
    assert legal.lines(brief, locale, load().language(locale))[-1] == line


def test_a_credit_is_told_by_the_brief_s_own_figures(house):
    _, brief = house("loan", product={"credit": CREDIT | {"lender": "Banque du Marais, Nantes"}})
    french = legal.lines(brief, "fr", load().language("fr"))[0].replace("\u202f", " ").replace("\u00a0", " ")
    for figure in (
        "3 000,00 €",
        "5,75 %",
        "5,90 %",
        "24 × 132,64 €",
        "24 mois",
        "3 183,36 €",
        "3 200,00 €",
        "200,00 €",
    ):
        assert figure in french
    assert "Banque du Marais, Nantes." in french
    english = legal.lines(brief, "en", load().language("en"))[0].replace("\u00a0", " ")
    for figure in ("€3,000.00", "5.75%", "APR 5.90%", "24 × €132.64", "24 months", "€3,183.36", "€3,200.00"):
        assert figure in english


def test_without_a_regime_and_lines_of_its_own_nothing_is_said(house):
    _, brief = house("plain")
    assert legal.lines(brief, "fr", load().language("fr")) == ()
    told = creative.phrases(*house("plain"), load(), placement="email", locale="fr")
    assert "legal" not in {p.slot for p in told}


def test_own_lines_follow_the_law_s_and_replace_mere_usage(house):
    own = {"fr": ["Photo non contractuelle"], "en-GB": ["Enjoy Tuffeau responsibly."]}
    _, brief = house("wine", legal=own)
    french = legal.lines(brief, "fr", load().language("fr"))
    assert french == ("L’abus d’alcool est dangereux pour la santé. Photo non contractuelle.",)
    assert legal.lines(brief, "en-GB", load().language("en-GB")) == ("Enjoy Tuffeau responsibly.",)
    _, plain = house("plain", legal={"fr": ["Photo non contractuelle."]})
    assert legal.lines(plain, "fr", load().language("fr")) == ("Photo non contractuelle.",)


# --- where it stands -------------------------------------------------------------------------------------------------

SHIPPED = sorted(load().frameworks)


@pytest.mark.parametrize("placement", SHIPPED)
def test_every_variant_of_every_shipped_placement_carries_the_line_and_fits(house, placement):
    brand, brief = house("wine")
    made = creative.combine(brand, brief, load(), placement=placement, locale="en", wanted=60, seed=4)
    assert len(made.accepted) == 60
    line = "Alcohol abuse harms your health."
    for v in made.accepted:
        assert v.slots["legal"] == line
        [field] = [name for name, text in v.fields.items() if line in text]
        assert v.fields[field].endswith(line)
        assert v.fields[field].count(line) == 1
        limit = LIMITS.get((placement, field))
        assert limit is None or measure(v.fields[field], placement) <= limit[1]
        assert (field == "legal") == (placement == "banner")


def test_a_letter_gives_the_figures_and_a_banner_the_warning_alone(house):
    brand, brief = house("loan")
    figures, warning = legal.lines(brief, "en", load().language("en"))
    letter = creative.combine(brand, brief, load(), placement="email", locale="en", wanted=5, seed=1).accepted[0]
    banner = creative.combine(brand, brief, load(), placement="banner", locale="en", wanted=5, seed=1).accepted[0]
    assert letter.fields["body"].endswith(figures)
    assert banner.fields["legal"] == warning


def test_a_placement_that_cannot_hold_the_line_says_how_much_it_could(house):
    brand, brief = house("loan")
    made = creative.combine(brand, brief, load(), placement="sms", locale="fr", wanted=50, seed=1)
    assert made.accepted == []
    assert made.no_room is not None
    text = simplified(legal.lines(brief, "fr", load().language("fr"))[-1])
    assert made.no_room.values["count"] == measure(text, "sms") > made.no_room.values["limit"]
    assert made.considered <= 12  # nobody writes six thousand to refuse them all
    told = legal.left_out(made.no_room, "sms", "fr")
    assert (told.code, told.values["placement"], told.values["line"]) == ("legal.left_out", "sms", text)


def test_the_line_cannot_be_edited_banned_or_pinned_away(house):
    brand, brief = house("wine", calls={"fr": ["Goûter Tuffeau"]})
    told = {"placement": "email", "locale": "fr"}
    kept = creative.phrases(
        brand,
        brief,
        load(),
        **told,
        edits={"legal.1": "Buvez."},
        banned=frozenset({"legal.1"}),
        pinned=frozenset({"x"}),
    )
    assert [p.text for p in kept if p.slot == "legal"] == ["L’abus d’alcool est dangereux pour la santé."]
    assert not any(p.free for p in kept if p.slot == "legal")
    assert [p.id for p in kept if p.slot == "cta"] == ["cta.1"]
    with pytest.raises(Faults) as problem:
        open_slot(load(), "email", "legal", "", "fr")
    assert problem.value.faults[0].code == "propose.slot_closed"


def own_framework(*slots: dict[str, Any], fields: dict[str, Any]) -> FrameworkDocument:
    return FrameworkDocument.model_validate({"id": "mine", "placement": "email", "slots": slots, "fields": fields})


def test_a_framework_of_her_own_needs_the_slot_where_the_product_needs_the_line(house):
    brand, brief = house("wine")
    short = own_framework({"name": "subject", "bank": "hooks"}, fields={"subject": [["subject"]]})
    catalogue = with_frameworks(load(), [short])
    with pytest.raises(Faults) as problem:
        creative.combine(brand, brief, catalogue, placement="email", locale="fr", wanted=3, seed=1)
    [fault] = problem.value.faults
    assert (fault.code, fault.where) == ("framework.no_legal", "frameworks/mine.yaml")
    assert legal.wanting(brief, catalogue, ["email"], ["fr", "en"]) == [fault]
    lamp = house("plain")
    assert creative.combine(*lamp, catalogue, placement="email", locale="fr", wanted=3, seed=1).accepted


def test_a_framework_may_not_write_the_line_itself():
    written = own_framework(
        {"name": "subject", "bank": "hooks"},
        {"name": "legal", "locked": True, "phrases": {"fr": ["Buvez frais."], "en": ["Drink cold."]}},
        fields={"subject": [["subject"]], "body": [["legal"]]},
    )
    faults = list(legal.design_faults(designed(written, load()), ["x"]))
    assert [f.code for f in faults] == ["framework.legal_written"]
    bare = own_framework(
        {"name": "subject", "bank": "hooks"}, {"name": "legal"}, fields={"subject": [["subject"]], "body": [["legal"]]}
    )
    assert list(legal.design_faults(designed(bare, load()), ["x"])) == []


def test_what_a_drink_may_not_say_is_not_drawn_from_the_bank_and_a_person_s_own_is_told(house):
    brand, brief = house("wine")
    made = creative.phrases(brand, brief, load(), placement="email", locale="fr")
    assert not any(f.code.startswith("alcohol.") for p in made for f in p.findings)
    assert not any(p.angle == "ritual" for p in made)
    some = next(p for p in made if p.slot == "opening")
    edited = creative.phrases(brand, brief, load(), placement="email", locale="fr", edits={some.id: "Encore un verre."})
    [mine] = [p for p in edited if p.id == some.id]
    assert "alcohol.excess" in {f.code for f in mine.findings}


def test_google_always_shows_the_line_because_it_is_pinned(house):
    brand, brief = house("wine", landing="https://clos.example/tuffeau")
    made = creative.combine(brand, brief, load(), placement="search", locale="en", wanted=80, seed=2).accepted
    header, rows = sheet("google", made, brand, brief, "c")
    first, position = header.index("Description 1"), header.index("Description 1 position")
    assert {(row[first], row[position]) for row in rows} == {("Alcohol abuse harms your health.", "1")}
    lamp = house("plain", landing="https://lueur.example/halo")
    made = creative.combine(*lamp, load(), placement="search", locale="en", wanted=80, seed=2).accepted
    assert "Description 1 position" not in sheet("google", made, *lamp, "c")[0]


def test_a_newsletter_s_own_page_shows_the_line_at_its_foot_unless_it_has_a_place_for_it(house):
    brand, brief = house("wine")
    letter = creative.combine(brand, brief, load(), placement="email", locale="fr", wanted=3, seed=1).accepted[0]
    page = Page("<body><p>[[opening]]</p></body>", "fr").letter(letter, letter.slots)
    assert page.endswith(">L’abus d’alcool est dangereux pour la santé.</p></body>")
    placed = Page("<body><i>[[legal]]</i><p>[[opening]]</p></body>", "fr").letter(letter, letter.slots)
    assert placed.startswith("<body><i>L’abus d’alcool est dangereux pour la santé.</i>")
    assert placed.count("abus") == 1


# --- what a brief must give ------------------------------------------------------------------------------------------


def faults_of(house: Make, kind: str = "loan", locale: str = "fr", **product: Any) -> list[str]:
    _, brief = house(kind, product=product)
    return [f.code for f in legal.faults(brief, locale, load().language(locale))]


def test_a_sound_credit_has_no_fault(house):
    assert faults_of(house) == []
    free = CREDIT | {"rate": "0", "apr": "0", "instalment": "125.00", "total": "3000.00"}
    assert faults_of(house, credit=free) == []


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"apr": "5.00"}, ["legal.apr_below", "legal.apr_low"]),
        ({"rate": "0", "apr": "0"}, ["legal.apr_sign"]),
        ({"rate": "1", "apr": "2.90"}, ["legal.apr_low"]),
        ({"total": "3100.00"}, ["legal.total_off"]),
        ({"instalment": "100.00", "total": "2400.00"}, ["legal.total_below", "legal.apr_sign"]),
        ({"deposit": "500.00"}, ["legal.deposit_off"]),
        ({"apr": "5.00", "total": "2000.00", "deposit": "1.00"}, ["legal.apr_below", "legal.total_below", "legal.total_off", "legal.deposit_off"]),
    ],
)  # fmt: skip
def test_figures_that_contradict_each_other_are_told_all_at_once(house, change, codes):
    assert faults_of(house, credit=CREDIT | change) == codes


def test_a_regime_without_its_figures_and_figures_without_their_regime(house):
    assert faults_of(house, credit=None) == ["legal.credit_missing"]
    assert faults_of(house, regime=None) == ["legal.credit_unasked"]


@given(amount=st.integers(200, 20_000), count=st.integers(2, 84), cost=st.integers(1, 40))
def test_a_stated_rate_is_refused_exactly_where_it_understates_the_instalments(amount, count, cost):
    instalment = (Decimal(amount) * (100 + cost) / 100 / count).quantize(Decimal("0.01"))
    real = legal._apr(float(amount), float(instalment), count)
    told = {"amount": amount, "rate": 0, "instalments": count, "instalment": instalment, "total": instalment * count}

    def codes(apr: float) -> set[str]:
        credit = Credit.model_validate(told | {"apr": Decimal(str(round(apr, 3)))})
        product = Product.model_validate({"name": "x", "noun": {"fr": "la lampe"}, "regime": "credit"})
        brief = Brief.model_construct(product=product.model_copy(update={"credit": credit}), legal={})
        return {f.code for f in legal.credit_faults(brief)}

    least = legal._apr(float(amount), float(instalment) - 0.01, count)  # a cent of rounding in the lender's favour
    assert "legal.apr_low" not in codes(real + 0.01)
    if least > 0.5:
        assert "legal.apr_low" in codes(least - 0.2)


@pytest.mark.parametrize(
    ("noun", "codes"),
    [
        ({"fr": "le vin"}, ["legal.regime_missing"]),
        ({"fr": "la bière"}, ["legal.regime_missing"]),
        ({"fr": "le gin"}, ["legal.regime_missing"]),
        ({"fr": "la bière sans alcool"}, []),
        ({"fr": "le vinaigre de vin"}, []),
        ({"fr": "la cigarette électronique"}, ["legal.tobacco"]),
        ({"fr": "le tabac à rouler"}, ["legal.tobacco"]),
        ({"fr": "les cigarettes russes"}, []),
        ({"fr": "l’antibiotique"}, ["legal.medicine"]),
        ({"fr": "la lampe"}, []),
    ],
)
def test_a_noun_that_falls_under_a_law_is_told(house, noun, codes):
    _, brief = house("plain", product={"noun": noun | {"en": "thing"}})
    assert [f.code for f in legal.wanting(brief, load(), ["email"], ["fr"])] == codes


@pytest.mark.parametrize(
    ("noun", "codes"),
    [
        ("wine", ["legal.regime_missing"]), ("craft beer", ["legal.regime_missing"]), ("wine vinegar", []),
        ("alcohol-free beer", []), ("e-liquid", ["legal.tobacco"]), ("prescription medicine", ["legal.medicine"]), ("ginger ale cake", []),
    ],
)  # fmt: skip
def test_a_noun_that_falls_under_a_law_is_told_in_english(house, noun, codes):
    _, brief = house("plain", product={"noun": {"fr": "la chose", "en": noun}})
    assert [f.code for f in legal.wanting(brief, load(), ["email"], ["en"])] == codes


def test_a_language_without_the_line_asks_for_the_brief_s_own(house):
    _, brief = house("wine")
    tongue = load().language("en")
    mute = replace(tongue, law=replace(tongue.law, lines={}))
    assert [f.code for f in legal.faults(brief, "en", mute)] == ["legal.no_line"]
    _, told = house("wine", legal={"en": ["Drink sensibly."]})
    assert list(legal.faults(told, "en", mute)) == []


def test_a_brief_that_says_nothing_of_the_law_is_written_as_before(house):
    _, brief = house("plain")
    data = brief.model_dump(mode="json")
    assert "legal" not in data
    assert {"regime", "credit"}.isdisjoint(data["product"])
