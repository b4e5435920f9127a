"""Sheets that advertising platforms import: one table a platform, from accepted variants.

Everything goes out paused: a person turns it on where the money is spent. Columns after each platform's own help: Google
Ads Editor ("CSV file columns"; responsive search ads take 3 to 15 headlines of 30 and 2 to 4 descriptions of 90), Meta
Ads Manager (bulk import), Google Merchant Center (product data specification; `structured_description` only where a
model wrote the words, with `trained_algorithmic_media`). What a platform has no column for, `disclosure.FORMS` names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from urllib.parse import urlencode

from gale.creative.addresses import tracked, untracked, utm
from gale.creative.material import name_in, text_in
from gale.creative.typography import capital
from gale.records.creative import Variant
from gale.records.documents import Brand, Brief
from gale.records.faults import Fault, raise_if

Platform = Literal["google", "meta", "merchant"]
PLATFORMS: tuple[Platform, ...] = ("google", "meta", "merchant")
NEEDS: dict[Platform, str] = {"google": "search", "meta": "meta", "merchant": "search"}
"""The placement whose variants a platform's sheet is made of."""

HEADLINES, DESCRIPTIONS = (3, 15), (2, 4)
BY_MODEL = "gale-ai"
"""The label, or the end of an ad's name, by which a person finds the ads that a model helped to write."""

Table = tuple[tuple[str, ...], list[list[str]]]


def sheet(platform: Platform, variants: Sequence[Variant], brand: Brand, brief: Brief, campaign: str) -> Table:
    """Header and rows for one platform.

    Raises `Faults`: `sheet.no_landing` (no address to lead to), `sheet.too_few` (with what is there and what is
    needed), `sheet.no_price` (a product feed needs one).
    """
    landing = brief.landing or brand.url
    raise_if(
        [
            *([] if landing else [Fault(code="sheet.no_landing")]),
            *([] if variants else [Fault(code="sheet.too_few", values={"found": 0, "needed": 1})]),
            *([Fault(code="sheet.no_price")] if platform == "merchant" and brief.product.price is None else []),
        ]
    )
    assert landing is not None
    if platform == "google":
        return _google(variants, landing, campaign)
    return (
        _meta(variants, landing, campaign)
        if platform == "meta"
        else _merchant(variants, landing, brand, brief, campaign)
    )


def _google(variants: Sequence[Variant], landing: str, campaign: str) -> Table:
    """One responsive search ad for each language and angle, filled with that angle's headlines and descriptions.

    What the law wants said is the first description, pinned: of those that are not, Google shows two as it likes.
    """
    told = any(v.slots.get("legal") for v in variants)
    header = (
        "Campaign", "Ad group", "Ad type", "Ad status", "Final URL",
        *(f"Headline {n}" for n in range(1, HEADLINES[1] + 1)),
        *(f"Description {n}" for n in range(1, DESCRIPTIONS[1] + 1)), "Labels",
        *(("Description 1 position",) if told else ()),
    )  # fmt: skip
    rows = []
    for locale, angle in dict.fromkeys((v.locale, v.traits["angle"]) for v in variants):
        mine = [v for v in variants if (v.locale, v.traits["angle"]) == (locale, angle)]
        headlines = _distinct(mine, ("headline_1", "headline_2", "headline_3"), HEADLINES[1])
        lines = dict.fromkeys(_with_law(v) for v in mine if v.slots.get("legal"))
        descriptions = list(
            dict.fromkeys([*lines, *_distinct(mine, ("description_1", "description_2"), DESCRIPTIONS[1])])
        )
        descriptions = descriptions[: DESCRIPTIONS[1]]
        if len(headlines) < HEADLINES[0] or len(descriptions) < DESCRIPTIONS[0]:
            continue
        group = f"{angle} {locale}"
        url = tracked(landing, utm(source="google", medium="cpc", campaign=campaign, content=group))
        rows.append(
            [
                campaign, group, "Responsive search ad", "Paused", url,
                *headlines, *[""] * (HEADLINES[1] - len(headlines)),
                *descriptions, *[""] * (DESCRIPTIONS[1] - len(descriptions)), _labels(mine, (*headlines, *descriptions)),
                *((("1" if lines else ""),) if told else ()),
            ]
        )  # fmt: skip
    if not rows:
        raise_if([Fault(code="sheet.too_few", values={"found": len(variants), "needed": HEADLINES[0]})])
    return header, rows


def _meta(variants: Sequence[Variant], landing: str, campaign: str) -> Table:
    header = (
        "Campaign Name", "Campaign Status", "Campaign Objective", "Buying Type", "Ad Set Name", "Ad Set Run Status",
        "Ad Name", "Ad Status", "Title", "Body", "Link", "URL Tags", "Creative Type",
    )  # fmt: skip
    rows = []
    for v in variants:
        tags = urlencode(utm(source="meta", medium="paid_social", campaign=campaign, content=v.id))
        rows.append(
            [
                campaign, "PAUSED", "Outcome Traffic", "AUCTION", f"{campaign} {v.locale}", "PAUSED",
                _ad_name(v), "PAUSED", v.fields["headline"], v.fields["text"], untracked(landing), tags,
                "Link Page Post Ad",
            ]
        )  # fmt: skip
    return header, rows


def _merchant(variants: Sequence[Variant], landing: str, brand: Brand, brief: Brief, campaign: str) -> Table:
    """One row a language: the product's own name is the title; a description comes from the first variant, and ends with
    what the law wants said."""
    price = brief.product.price
    assert price is not None
    first = {v.locale: v for v in reversed(variants)}
    model = any(v.by_model for v in first.values())
    written = "structured_description" if model else "description"
    header = ("id", "title", written, "link", "availability", "price", "brand", "condition", "identifier_exists")
    rows = []
    for locale, v in sorted(first.items()):
        noun = text_in(brief.product.noun, locale)
        title = capital(name_in(brief, locale)) + (f", {noun}" if noun else "")
        said = f"{capital(text_in(brief.benefit, locale))}. {v.fields.get('description_1', '')}".strip()
        if (line := v.slots.get("legal", "")) not in said:
            said = f"{said} {line}"
        if model:
            kind = "trained_algorithmic_media" if v.by_model else "default"
            said = f'{kind}:"{said.replace(chr(34), chr(34) * 2)}"'
        url = tracked(landing, utm(source="google", medium="shopping", campaign=campaign, content=locale))
        rows.append(
            [
                f"{brief.id}-{locale}",
                title,
                said,
                url,
                "in_stock",
                f"{price.amount} {price.currency}",
                brand.name,
                "new",
                "no",
            ]
        )
    return header, rows


def _labels(variants: Sequence[Variant], shown: Sequence[str]) -> str:
    """The ad's labels; the second where one of the texts that it shows comes from a variant that a model helped to
    write."""
    helped = any(v.by_model and not set(shown).isdisjoint(v.fields.values()) for v in variants)
    return f"gale;{BY_MODEL}" if helped else "gale"


def _with_law(variant: Variant) -> str:
    """The description that says what the law wants said, wherever the framework puts it; else the line by itself."""
    line = variant.slots["legal"]
    shown = (variant.fields.get(f, "") for f in ("description_1", "description_2"))
    return next((text for text in shown if line in text), line)


def _ad_name(variant: Variant) -> str:
    name = f"{variant.traits['angle']} {variant.id}"
    return f"{name} {BY_MODEL}" if variant.by_model else name


def _distinct(variants: Sequence[Variant], fields: Sequence[str], most: int) -> list[str]:
    """Different texts of these fields, taking from each variant in turn."""
    texts = dict.fromkeys(v.fields[f] for f in fields for v in variants if v.fields.get(f))
    return list(texts)[:most]
