"""Facts: every number, price, percentage and date of a text is traced to brand and brief, or refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from gale.creative.language import Language
from gale.creative.material import money, offer_line, price_line, scenes_in, text_in, texts_in
from gale.creative.typography import capital, typeset
from gale.records.documents import Brand, Brief

_PLAIN = str.maketrans({"’": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "−": "-", "–": "-", "‑": "-"})
_NUMBER = re.compile(r"\d+(?:[., ]?\d+)*")
_PERCENT = re.compile(r"[-+]? ?\d+(?:[.,]\d+)? ?(?:%|percent\b|per cent\b|pour ?cents?\b)", re.IGNORECASE)
_PRICE = re.compile(
    r"(?:[€$£] ?\d+(?:[., ]?\d+)*|\d+(?:[., ]?\d+)* ?(?:€|\$|£|eur\b|euros?\b|chf\b|dollars?\b|pounds?\b|quid\b|cents?\b|centimes?\b))",
    re.IGNORECASE,
)
_RANK = re.compile(r"(?:n ?[°o]|no\.?|#|number) ?1\b", re.IGNORECASE)  # a boast, which has a rule of its own
_OFFER_WORDS = ("remise", "réduction", "discount")  # what an offer of the brief may be called
_PROVED = (
    "fact.superlative", "fact.comparison", "fact.popularity", "fact.promise", "fact.claim", "fact.free",
    "fact.no_such_offer", "green.claim", "style.urgency", "style.vulnerable",
)  # fmt: skip


@lru_cache(maxsize=512)  # every rule reads the same text so
def plain(text: str) -> str:
    """The text with plain apostrophes, spaces and signs, character for character (positions stay)."""
    return text.translate(_PLAIN)


def value(digits: str) -> Decimal:
    """The number that digits mean, with a comma or a point before the decimals.

    >>> value("9,80"), value("1 249.90"), value("16 086"), value("1,312"), value("3,200.50")
    (Decimal('9.8'), Decimal('1249.9'), Decimal('16086'), Decimal('1312'), Decimal('3200.5'))
    """
    digits = digits.replace(" ", "")
    grouped = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+)(?:[.,](\d{1,2}))?", digits)
    if grouped:
        digits = re.sub(r"[.,]", "", grouped[1]) + (f".{grouped[2]}" if grouped[2] else "")
    return (
        Decimal(
            digits.replace(",", ".") if digits.count(",") + digits.count(".") == 1 else re.sub(r"[.,]", "", digits)
        ).normalize()
        + 0
    )


@dataclass(frozen=True, slots=True)
class Corpus:
    """What brand and brief say, laid out for the rules.

    `said` is everything, `proved` what stands with its substantiation or as the brief's own benefit, both plain and in
    lower case; `called` is what the product is called; `health` the claims whose substantiation names the regulation
    that authorises them.
    """

    said: str
    proved: str
    called: str
    health: str
    numbers: frozenset[Decimal]
    percents: frozenset[Decimal]
    prices: frozenset[Decimal]
    passes: str
    price: str
    offer: str

    @classmethod
    def of(cls, brand: Brand, brief: Brief, locale: str, tongue: Language) -> Corpus:
        """Read brand and brief in one language."""
        claims = (*brief.proofs, *brand.claims)
        benefit = text_in(brief.benefit, locale)
        proved = [benefit, *(text_in(c.text, locale) for c in claims)]
        offer, price = offer_line(brief, locale, tongue), price_line(brief, locale, tongue)
        said = [
            *proved, offer, price, brand.name, brand.city or "", brief.product.name, text_in(brief.product.names, locale), text_in(brief.title, locale),
            text_in(brief.product.noun, locale), text_in(brand.descriptor, locale),
            text_in(brand.emotional_core or {}, locale), *(text for _, text in scenes_in(brief, locale)), *texts_in(brief.sensations, locale),
            *texts_in(brief.calls, locale),
        ]  # fmt: skip
        everything = plain("\n".join(said)).lower()
        authorised = (c for c in claims if re.search(r"(?:1924/2006|432/2012|1223/2009)", c.substantiation))
        prices = {p.amount for p in (brief.product.price,) if p} | (
            {brief.offer.lowest_30_days} if brief.offer else set()
        )
        return cls(
            said=everything,
            proved=plain("\n".join([*proved, *([offer, *_OFFER_WORDS] if offer else [])])).lower(),
            called=plain(text_in(brief.product.noun, locale)).lower(),
            health=plain("\n".join(text_in(c.text, locale) for c in authorised)).lower(),
            numbers=frozenset(value(m.group()) for m in _NUMBER.finditer(everything)),
            percents=frozenset(value(_digits(m.group())) for m in _PERCENT.finditer(everything)),
            prices=frozenset(p.normalize() + 0 for p in prices),
            passes=typeset(capital(benefit.strip().rstrip(".")) + ".", tongue.code),
            price=money(brief.product.price.amount, brief.product.price.currency, tongue)
            if brief.product.price
            else "",
            offer=offer,
        )

    def carries(self, code: str, words: str) -> bool:
        """Whether the documents prove these words, so that the rule lets them pass.

        A product may be called what it is (a moisturising cream); that proves nothing else of it. What offsets carbon
        is never proved (Dir. 2024/825, annex I, 4c); a health claim needs the regulation that authorises it among its
        substantiation.
        """
        if code == "health.claim":
            return words.lower() in self.health
        if code == "fact.claim" and words.lower() in self.called:
            return True
        return code in _PROVED and words.lower() in self.proved


def unknown(corpus: Corpus, tongue: Language, names: re.Pattern[str], text: str) -> Iterator[tuple[str, str, str]]:
    """(code, words found, what would pass) for every fact that brand and brief do not hold."""
    said = names.sub(lambda m: "·" * len(m.group()), plain(text))
    if not _suspect(tongue).search(said):
        return
    for match in _PERCENT.finditer(said):
        if value(_digits(match.group())) not in corpus.percents:
            yield (
                "fact.no_such_offer",
                text[match.start() : match.end()].strip(),
                corpus.offer or corpus.price or corpus.passes,
            )
        said = _blank(said, match)
    for match in _PRICE.finditer(said):
        if value(_digits(match.group())) not in corpus.prices:
            yield "fact.price", text[match.start() : match.end()], corpus.price or corpus.passes
        said = _blank(said, match)
    for match in _NUMBER.finditer(_RANK.sub(lambda m: "·" * len(m.group()), said)):
        if value(match.group()) not in corpus.numbers:
            yield "fact.number", text[match.start() : match.end()], corpus.passes
    for code, pattern in (("fact.number", _numbers(tongue)), ("fact.date", _calendar(tongue))):
        for match in pattern.finditer(said):
            if not re.search(rf"\b{re.escape(match.group().lower())}\b", corpus.said):
                yield code, text[match.start() : match.end()], corpus.passes


def _digits(words: str) -> str:
    found = _NUMBER.search(words)
    return found.group() if found else "0"


def _blank(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + "·" * len(match.group()) + text[match.end() :]


@cache
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def _numbers(tongue: Language) -> re.Pattern[str]:
    return _words(tuple(tongue.numbers))


def _calendar(tongue: Language) -> re.Pattern[str]:
    return _words(tuple(tongue.calendar))


@cache
def _suspect_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\d|(?<![\w-])(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def _suspect(tongue: Language) -> re.Pattern[str]:
    """One search that tells nearly every phrase that it holds no fact at all."""
    return _suspect_of((*tongue.numbers, *tongue.calendar))
