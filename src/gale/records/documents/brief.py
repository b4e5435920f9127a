"""The brief: what the advertiser wants told, to whom, by when, and everything that may be said of the product."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from gale.records.document import SCHEMA, Document, Locale, Slug, Text
from gale.records.documents.brand import Claim, Phrases
from gale.records.legal import Credit, Regime

Kind = Literal["goods", "food", "care", "service"]


class Price(Document):
    """A price as it is charged."""

    amount: Decimal = Field(gt=0, max_digits=9, decimal_places=2)
    currency: Literal["EUR", "USD", "GBP", "CHF", "CAD"] = "EUR"
    per: Text | None = Field(None, description="for how much: {fr: 250 g, en: 250 g}")


class Product(Document):
    """What is offered. `noun` carries its French article, from which gender, number and elision follow."""

    name: str = Field(min_length=1, max_length=40)
    names: dict[Locale, str] = Field(
        default={},
        description="its name in a language where it is another, in the singular, with its article where it is an "
        "ordinary noun: {fr: la révision de printemps, en: the spring tune-up}",
    )
    kind: Kind = Field("goods", description="what may be said of it: food is tasted, care is worn, a service is booked")
    noun: Text = Field(description="{fr: le café, en: coffee}")
    gender: Literal["m", "f"] | None = Field(None, description="French gender, only where l’ or les hides it")
    price: Price | None = None
    margin: Decimal | None = Field(None, ge=0, description="what is left of one order, in the price's currency")
    regime: Regime | None = Field(
        None,
        description="a law that wants something said: alcohol, or credit with its figures; none: no such law",
        exclude_if=lambda value: value is None,  # so that a brief that says nothing of it keeps the hash it had
    )
    credit: Credit | None = Field(
        None, description="the representative example, with regime: credit", exclude_if=lambda value: value is None
    )


class Offer(Document):
    """A reduction, only if there is one. The reference is the lowest price of the last 30 days (Dir. 98/6, 6a)."""

    percent: int = Field(gt=0, lt=100)
    until: date
    lowest_30_days: Decimal = Field(gt=0)
    conditions: Text | None = None


class Flight(Document):
    """Dates in which the campaign runs: `days` from `start`, both ends included."""

    start: date
    days: int = Field(14, ge=1, le=366)


class BriefAudience(Document):
    """People the brief speaks to besides everybody, by moments of their own. Who sees what is decided elsewhere."""

    id: Slug
    name: Text
    scenes: Phrases = Field(min_length=1, description="their moments of use: {fr: [la fin du service de nuit]}")


class Brief(Document):
    """What the advertiser wants told, to whom, by when."""

    schema_: int = Field(SCHEMA, alias="schema")
    id: Slug
    brand: Slug
    title: Text
    product: Product
    benefit: Text = Field(description="one true benefit, as a short clause: {fr: torréfié le mardi, …}")
    proofs: list[Claim] = Field(default=[], description="facts that support the benefit, each with its substantiation")
    scenes: Phrases = Field(default={}, description="moments of use, short: {fr: [le premier matin de septembre]}")
    sensations: Phrases = Field(default={}, description="what the senses get: {fr: [une odeur d'abricot]}")
    audiences: list[BriefAudience] = Field(
        default=[],
        max_length=6,
        description="people who get variants with moments of their own, in shares as equal as the phrases allow",
        exclude_if=lambda value: not value,  # a brief that names none keeps the hash it was signed under
    )
    offer: Offer | None = None
    flight: Flight
    landing: str | None = Field(None, description="address the links lead to")
    calls: Phrases = Field(default={}, description="calls to action of your own: {fr: [Goûter Aube], en: [Taste Aube]}")
    legal: Phrases = Field(
        default={},
        description="lines that must stand in every text, word for word: {fr: [Photo non contractuelle.], en: [...]}",
        exclude_if=lambda value: not value,
    )
    locales: list[Locale] = Field(default=["fr", "en"], min_length=1)
