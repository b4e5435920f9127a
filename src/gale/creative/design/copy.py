"""What a picture says: taken from a variant and from the brief, never written here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gale.creative.language import Language
from gale.creative.material import money, name_in, offer_line, text_in
from gale.creative.typography import NBSP, capital
from gale.records.creative import Variant
from gale.records.documents import Brand, Brief


@dataclass(frozen=True, slots=True)
class Copy:
    """The words of one picture. `texts` go from the fullest to the shortest; the last may be empty. `legal` is what
    must be readable in every picture (a health message, the terms of a credit); `offer` is the reduction in figures,
    and `terms` what must be readable beside it. `mark` is the visible label that a model wrote part of it, or empty.
    `hers` where the text follows what a person declared: it is what she opens the picture for, and is set larger."""

    locale: str
    brand: str
    descriptor: str
    headline: str
    texts: tuple[str, ...]
    call: str
    subject: str = ""
    price: str = ""
    offer: str = ""
    legal: str = ""
    terms: str = ""
    mark: str = ""
    hers: bool = False

    def small(self, *, reduced: bool) -> tuple[str, ...]:
        """The small print of a picture, from its foot upwards; `reduced` where the reduction is shown in figures."""
        lines = " ".join(x for x in (self.terms if reduced and self.offer else "", self.legal) if x)
        return tuple(x for x in (self.mark, lines) if x)

    @property
    def alt(self) -> str:
        """What the picture says, for who does not see it."""
        figure = (
            f"{self.subject}{NBSP}: {self.price}." if self.locale.startswith("fr") else f"{self.subject}: {self.price}."
        )
        said = [
            f"{self.brand}.",
            self.headline,
            self.texts[0],
            self.terms or (figure if self.price else ""),
            self.legal,
            self.mark,
        ]
        return " ".join(part for part in said if part)


def copy_of(
    variant: Variant, brand: Brand, brief: Brief, tongue: Language, *, mark: str = "", said: Sequence[str] = ()
) -> Copy:
    """The words of a variant, with price, offer and legal line as the brief has them.

    A banner's headline and text; of a post, its first line and the line that names the product. `said` are the texts
    that follow a person: they stand in the picture where the framework has no line of its own for it, as in a letter.
    """
    slots, locale = variant.slots, variant.locale
    headline = (
        slots.get("headline") or slots.get("opener") or slots.get("subject") or next(iter(variant.fields.values()))
    )
    line, tail = slots.get("line", ""), slots.get("tail", "")
    story = slots.get("story", "")
    texts = [f"{story} {line} {tail}".replace("  ", " ").strip(), f"{line} {tail}".strip(), line]
    if not any(texts):
        texts = [" ".join(said), *said] if said else [variant.fields.get("text", "")]
    product, price, offer = brief.product, brief.product.price, brief.offer
    per = text_in(price.per or {}, locale) if price else ""
    name = capital(name_in(brief, locale))
    return Copy(
        locale=locale,
        brand=brand.name,
        descriptor=", ".join(x for x in (capital(text_in(brand.descriptor, locale)), brand.city or "") if x),
        headline=_held(headline),
        texts=(*dict.fromkeys(_held(t) for t in texts if t), ""),
        call=variant.fields.get("cta", ""),
        subject=f"{name}, {per.replace(' ', NBSP)}" if per else name,
        price=money(price.amount, price.currency, tongue) if price and product else "",
        offer=_percent(offer.percent, tongue) if offer else "",
        legal=" ".join((slots.get("legal") or variant.fields.get("legal", "")).split("\n")),
        terms=_held(offer_line(brief, locale, tongue)),
        mark=mark,
        hers=bool(said) and not (line or story),
    )


def _held(said: str) -> str:
    """The text with its figures held to what they count: a date, a weight, a number of days never breaks there."""
    return re.sub(r"(?<=\d) (?=\w)", NBSP, said)


def _percent(percent: int, tongue: Language) -> str:
    """The reduction in figures, with the space that the language puts before its sign."""
    spaced = re.search(r"\{percent\}[ \u00a0\u202f]%", tongue.offer) is not None
    return f"−{percent}{NBSP if spaced else ''}%"
