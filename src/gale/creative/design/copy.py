"""What a picture says: taken from a variant and from the brief, never written here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gale.creative.language import Language
from gale.creative.material import money, name_in, offer_line, text_in
from gale.creative.typography import NBSP, capital
from gale.records.creative import Variant
from gale.records.documents import Brand, Brief


@dataclass(frozen=True, slots=True)
class Copy:
    """The words of one picture. `texts` go from the fullest to the shortest; the last may be empty. `offer` is the
    reduction in figures; where it stands, `legal` must be readable in the same picture. `mark` is the visible label
    that a model wrote part of it, or empty."""

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
    mark: str = ""

    @property
    def alt(self) -> str:
        """What the picture says, for who does not see it."""
        figure = (
            f"{self.subject}{NBSP}: {self.price}." if self.locale.startswith("fr") else f"{self.subject}: {self.price}."
        )
        said = [f"{self.brand}.", self.headline, self.texts[0], self.legal or (figure if self.price else ""), self.mark]
        return " ".join(part for part in said if part)


def copy_of(variant: Variant, brand: Brand, brief: Brief, tongue: Language, *, mark: str = "") -> Copy:
    """The words of a variant, with price, offer and legal line as the brief has them.

    A banner's headline and text; of a post, its first line and the line that names the product.
    """
    slots, locale = variant.slots, variant.locale
    headline = (
        slots.get("headline") or slots.get("opener") or slots.get("subject") or next(iter(variant.fields.values()))
    )
    line, tail = slots.get("line", ""), slots.get("tail", "")
    story = slots.get("story", "")
    texts = [f"{story} {line} {tail}".replace("  ", " ").strip(), f"{line} {tail}".strip(), line]
    product, price, offer = brief.product, brief.product.price, brief.offer
    per = text_in(price.per or {}, locale) if price else ""
    name = capital(name_in(brief, locale))
    return Copy(
        locale=locale,
        brand=brand.name,
        descriptor=", ".join(x for x in (capital(text_in(brand.descriptor, locale)), brand.city or "") if x),
        headline=headline,
        texts=(*dict.fromkeys(t for t in texts if t), ""),
        call=variant.fields.get("cta", ""),
        subject=f"{name}, {per.replace(' ', NBSP)}" if per else name,
        price=money(price.amount, price.currency, tongue) if price and product else "",
        offer=_percent(offer.percent, tongue) if offer else "",
        legal=re.sub(r"(?<=\d) (?=\w)", NBSP, offer_line(brief, locale, tongue)),
        mark=mark,
    )


def _percent(percent: int, tongue: Language) -> str:
    """The reduction in figures, with the space that the language puts before its sign."""
    spaced = re.search(r"\{percent\}[ \u00a0\u202f]%", tongue.offer) is not None
    return f"−{percent}{NBSP if spaced else ''}%"
