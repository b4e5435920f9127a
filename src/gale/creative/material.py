"""What brand and brief give to the templates: one text a place, agreement done, in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from gale.creative import english, french
from gale.creative.language import Language, words_of
from gale.creative.typography import NBSP, capital, typeset
from gale.records.documents import Brand, Brief, Claim
from gale.records.faults import Fault, raise_if

PLACES = re.compile(r"\{([^{}|]+)\}")
_CHOICE = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")
_NUMBER = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF", "CAD": "$"}
MANY = ("scene", "sensation")
"""Materials of which a brief may give several: one filled phrase for each."""

_EVERYWHERE = "name proper_name brand benefit descriptor noun until percent scene sensation np_scene np_sensation"
KNOWN: Mapping[str, frozenset[str]] = {
    "fr": words_of(f"""{_EVERYWHERE} de_name a_name que_name de_brand chez_brand a_city le_noun du_noun au_noun de_noun
        ce_noun votre_noun il_noun de_scene a_scene de_sensation a_sensation"""),
    "en": words_of(f"{_EVERYWHERE} names brands the_noun your_noun this_noun a_descriptor city"),
}
"""Places that a phrase in a language of ours may hold, whether or not this brief fills them."""


class Told(NamedTuple):
    """One of several texts of a material, as a map of places; `audience` is empty for everybody's."""

    places: Mapping[str, str]
    audience: str = ""


class Filled(NamedTuple):
    """A template filled: a suffix for its id, the text, the materials in it, the audience whose moment it tells."""

    suffix: str
    text: str
    uses: frozenset[str]
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """The places of one brand, brief and language.

    `single` maps a place to its text; `several` a material to its texts. `plural` is the number of the product's noun,
    `plural_name` that of its name where English makes a verb agree with it ("Hallam knives are"), `named_alike` that
    product and brand have one name, `address` the register (vous, tu; English has one).
    """

    language: str
    address: str
    plural: bool
    single: Mapping[str, str]
    several: Mapping[str, Sequence[Told]]
    price: str
    offer: str
    core: str
    claims: Sequence[Claim]
    plural_name: bool
    named_alike: bool


def material(brand: Brand, brief: Brief, locale: str, tongue: Language) -> Material:
    """Collect and agree what the templates need.

    Raises `Faults`: `creative.text_missing` for every required text that is not written in this language.
    """
    language = locale[:2]
    noun = text_in(brief.product.noun, locale)
    benefit = text_in(brief.benefit, locale)
    descriptor = text_in(brand.descriptor, locale)
    wanted = (("brief product.noun", noun), ("brief benefit", benefit), ("brand descriptor", descriptor))
    raise_if(
        Fault(code="creative.text_missing", values={"locale": locale}, where=where)
        for where, text in wanted
        if not text
    )
    name = name_in(brief, locale)
    single = {
        "name": name,
        "brand": brand.name,
        "benefit": _clause(benefit),
        "descriptor": _clause(descriptor),
    }
    if not re.match(tongue.articled, name) and (name == brief.product.name or not name[:1].islower()):
        single["proper_name"] = name  # for « s’appelle … »: nothing is called "the tune-up" or "piano lessons"
    if brief.offer:
        single |= {"until": day(brief.offer.until, tongue), "percent": str(brief.offer.percent)}
    if language == "fr":
        plural = _french_places(single, brand, brief, tongue, noun)
    elif language == "en":
        plural = _english_places(single, brand, noun)
    else:
        plural = False
        _table_places(single, brand, tongue, noun)
    several = {
        "scene": [Told(_several("scene", text, tongue), audience) for audience, text in scenes_in(brief, locale)],
        "sensation": [Told(_several("sensation", t, tongue)) for t in texts_in(brief.sensations, locale)],
    }
    return Material(
        language=language,
        address=brand.voice.address,
        plural=plural,
        plural_name=english.plural_name(name, noun) if language == "en" else plural,
        named_alike=name.casefold() == brand.name.casefold(),
        single={k: typeset(v, language) for k, v in single.items()},
        several=several,
        price=price_line(brief, locale, tongue),
        offer=offer_line(brief, locale, tongue),
        core=typeset(text_in(brand.emotional_core or {}, locale), language),
        claims=[c for c in (*brief.proofs, *brand.claims) if text_in(c.text, locale)],
    )


def text_in(texts: Mapping[str, str], locale: str) -> str:
    """The text in a locale or its language (`fr-CA` falls back on `fr`), empty where there is none."""
    return texts.get(locale) or texts.get(locale[:2]) or ""


def name_in(brief: Brief, locale: str) -> str:
    """What the product is called in a sentence of this language, with its article where it has one."""
    return text_in(brief.product.names, locale) or brief.product.name


def texts_in(texts: Mapping[str, list[str]], locale: str) -> list[str]:
    return texts.get(locale) or texts.get(locale[:2]) or []


def scenes_in(brief: Brief, locale: str) -> list[tuple[str, str]]:
    """(audience, moment of use): everybody's first, with no audience, then those of each audience of the brief."""
    own = [(a.id, text) for a in brief.audiences for text in texts_in(a.scenes, locale)]
    return [*(("", text) for text in texts_in(brief.scenes, locale)), *own]


def _clause(text: str) -> str:
    """A clause as it goes into a sentence: no full stop at its end."""
    return text.strip().rstrip(".")


def _french_places(single: dict[str, str], brand: Brand, brief: Brief, tongue: Language, text: str) -> bool:
    name = single["name"]
    single |= _traceable(
        name, {"de_name": french.de(name), "a_name": french.a(name), "que_name": french.que(name)}, tongue
    )
    single |= _traceable(
        brand.name, {"de_brand": french.de(brand.name), "chez_brand": french.at_house(brand.name)}, tongue
    )
    if brand.city:
        single["a_city"] = french.in_town(brand.city)
    noun = french.Noun.parse(text, brief.product.gender)
    if noun is None:
        return False
    forms = {
        "noun": noun.bare,
        "le_noun": noun.le,
        "du_noun": noun.du,
        "au_noun": noun.au,
        "de_noun": noun.de,
        "ce_noun": noun.ce,
        "votre_noun": noun.votre(brand.voice.address),
        "il_noun": noun.il,
    }
    single |= _traceable(text, {place: form for place, form in forms.items() if form}, tongue)
    return noun.plural


def _traceable(text: str, forms: Mapping[str, str], tongue: Language) -> dict[str, str]:
    """The forms that may be used: where a text holds a figure or a date, those that leave it as the brief writes it.

    « du cours du mardi » is no longer what was written, and whoever traces every figure to the brief would look in vain.
    """
    told = re.search(rf"\d|\b(?:{'|'.join((*tongue.numbers, *tongue.calendar))})\b", text.lower())
    plain = {place: form.replace("’", "'").lower() for place, form in forms.items()}
    return {k: v for k, v in forms.items() if told is None or text.replace("’", "'").lower() in plain[k]}


def _english_places(single: dict[str, str], brand: Brand, text: str) -> bool:
    noun = english.bare_noun(text)
    plural = english.is_plural(noun)
    single |= {
        "noun": noun,
        "the_noun": f"the {noun}",
        "your_noun": f"your {noun}",
        "this_noun": f"{'these' if plural else 'this'} {noun}",
        "names": english.possessive(single["name"]),
        "brands": english.possessive(brand.name),
    }
    if english.counted(single["descriptor"]):
        single["a_descriptor"] = english.article(single["descriptor"])
    if brand.city:
        single["city"] = brand.city
    return plural


def _table_places(single: dict[str, str], brand: Brand, tongue: Language, text: str) -> None:
    """The noun with each determiner that the language's table gives for the article it is written with."""
    article, _, noun = text.strip().partition(" ")
    table = tongue.determiners.get(article.lower()) if noun else None
    single["noun"] = noun if table else text
    single |= {f"{place}_noun": _registered(f"{word} {noun}", brand) for place, word in (table or {}).items()}
    if brand.city:
        single["city"] = brand.city


def _registered(text: str, brand: Brand) -> str:
    return _CHOICE.sub(r"\2" if brand.voice.address == "tu" else r"\1", text)


def _several(kind: str, text: str, tongue: Language) -> Mapping[str, str]:
    """Places of one scene or sensation; forms that need an article are there only where the text has one."""
    said = typeset(_clause(text), tongue.code)
    places = {kind: said}
    if re.match(tongue.articled, said, re.IGNORECASE):
        places[f"np_{kind}"] = said
        if tongue.code == "fr":
            places |= _traceable(said, {f"de_{kind}": french.de(said), f"a_{kind}": french.a(said)}, tongue)
    return places


def fill(text: str, material: Material) -> list[Filled]:
    """A template's texts, one for each of several scenes or sensations.

    None at all where a place has nothing to fill it: a brief without scenes simply has no scene phrases.
    """
    text = _CHOICE.sub(r"\2" if material.address == "tu" else r"\1", text)
    places = PLACES.findall(text)
    uses = frozenset(_root(p) for p in places)
    if material.named_alike and "brand" in uses:
        if "name" in uses:
            return []  # "Ounce, by Ounce"
        uses = uses - {"brand"} | {"name"}
    plural = material.plural_name if "name" in uses and "noun" not in uses else material.plural
    text = _NUMBER.sub(r"\2" if plural else r"\1", text)
    many = [kind for kind in MANY if kind in uses]
    if not many:
        filled = _fill(text, material.single)
        return [Filled("", typeset(filled, material.language), uses)] if filled else []
    made = []
    for number, (several, audience) in enumerate(material.several[many[0]], start=1):
        filled = _fill(text, {**material.single, **several})
        if filled:
            made.append(Filled(f".{number}", typeset(filled, material.language), uses, audience))
    return made


def _root(place: str) -> str:
    """The material behind a place: `Du_noun` and `ce_noun` are both `noun`, `names` is `name`."""
    root = place.lower().split("_")[-1]
    return root.removesuffix("s") if root in ("names", "brands") else root


def _fill(text: str, places: Mapping[str, str]) -> str:
    missing = False

    def put(match: re.Match[str]) -> str:
        nonlocal missing
        place = match.group(1)
        value = places.get(place[0].lower() + place[1:])
        if value is None:
            missing = True
            return ""
        return capital(value) if place[0].isupper() else value

    filled = PLACES.sub(put, text)
    return "" if missing else filled


# --- what is copied from the brief, never written ----------------------------------------------------------------------


def money(amount: Decimal, currency: str, tongue: Language) -> str:
    """An amount as the language writes it."""
    rules, symbol = tongue.money, _SYMBOLS[currency]
    digits = f"{amount:,.2f}".replace(",", "~").replace(".", rules.decimal).replace("~", rules.group)
    written = rules.amount.format(amount=digits, symbol=symbol)
    return written.replace(symbol + digits, symbol + NBSP + digits) if symbol.isalpha() else written


def day(value: date, tongue: Language) -> str:
    """A date as the language writes it."""
    number = tongue.first if tongue.first and value.day == 1 else str(value.day)
    return tongue.day.format(day=number, month=tongue.months[value.month - 1], year=value.year)


def price_line(brief: Brief, locale: str, tongue: Language) -> str:
    """Product, quantity and price, as the brief has them; empty where there is no price."""
    price = brief.product.price
    if price is None:
        return ""
    per = text_in(price.per or {}, locale)
    name = capital(name_in(brief, locale))
    subject = f"{name}, {per}" if per else name
    written = tongue.price.format(subject=subject, amount=money(price.amount, price.currency, tongue))
    return typeset(written, tongue.code)


def offer_line(brief: Brief, locale: str, tongue: Language) -> str:
    """The reduction and its reference, the lowest price of the last 30 days (Dir. 98/6/EC, art. 6a); or nothing."""
    offer = brief.offer
    if offer is None:
        return ""
    currency = brief.product.price.currency if brief.product.price else "EUR"
    conditions = text_in(offer.conditions or {}, locale)
    written = tongue.offer.format(
        name=capital(name_in(brief, locale)),
        percent=offer.percent,
        until=day(offer.until, tongue),
        lowest=money(offer.lowest_30_days, currency, tongue),
    )
    return typeset(written + (f" {capital(_clause(conditions))}." if conditions else ""), tongue.code)
