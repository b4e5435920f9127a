"""The brand: who speaks, with which colours and voice, what may be claimed and what is never said."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from gale.records.document import SCHEMA, Document, Locale, Slug, Text

Phrases = Annotated[dict[Locale, list[str]], Field(description="several short texts for each language")]
Scene = Literal["sun", "rings", "bands", "waves", "moon", "stack"]


def _hex(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("a colour is # and six hexadecimal digits, for example #2a1c33")
    return value.lower()


Colour = Annotated[str, AfterValidator(_hex)]


class Palette(Document):
    """Five colours of the brand; text on its ground must reach a contrast of 4.5 (WCAG 2.2, 1.4.3)."""

    ink: Colour = "#2a1c33"
    paper: Colour = "#fdf4e6"
    accent: Colour = "#f0a04f"
    second: Colour = "#a84c4e"
    third: Colour = "#5a2c49"

    @model_validator(mode="after")
    def _readable(self) -> Palette:
        ratio = contrast(self.ink, self.paper)
        if ratio < 4.5:
            raise ValueError(f"ink on paper has a contrast of {ratio:.1f}; text needs at least 4.5")
        return self


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    def linear(c: float) -> float:
        return c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4)

    r, g, b = (linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


class Claim(Document):
    """Something the brand may say because it can be shown: `substantiation` says how."""

    id: Slug
    text: Text
    substantiation: str = Field(min_length=3)


class Voice(Document):
    """How the brand speaks. `address` is French only: tu or vous, never mixed."""

    address: Literal["tu", "vous"] = "vous"
    tone: list[Literal["warm", "plain", "playful", "precise", "poetic"]] = ["warm", "plain"]
    inclusive: Literal["doublets", "neutral", "points", "plain"] | None = Field(
        None,
        description="how everybody is named: doublets (clientes et clients), neutral (la clientèle), points (client·es), "
        "plain (no points and no brackets); nothing written, nothing checked",
        exclude_if=lambda value: value is None,  # a brand that chose nothing keeps the hash it was signed under
    )


class Brand(Document):
    """Who speaks: identity, palette, voice, what may be claimed and what is never said."""

    schema_: int = Field(SCHEMA, alias="schema")
    id: Slug
    name: str = Field(min_length=1, max_length=40)
    descriptor: Text = Field(description="what it is, without article: {fr: torréfacteur, en: coffee roaster}")
    city: str | None = None
    url: str | None = None
    palette: Palette = Palette()
    typeface: str = "Fraunces"
    scenes: list[Scene] = Field(
        default=["rings", "bands", "waves"], min_length=1, description="drawn scenes that suit this brand"
    )
    voice: Voice = Voice()
    claims: list[Claim] = []
    banned: Phrases = {}
    locales: list[Locale] = Field(default=["fr", "en"], min_length=1)
    emotional_core: Text | None = Field(None, description="one sentence that a person wrote and no machine changes")
