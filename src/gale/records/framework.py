"""The framework a creative strategist designs: slots, her own phrases, what may vary by person, what is locked."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gale.records.documents import Document, Locale, Placement, Scene, Slug, Text

Share = Annotated[float, Field(ge=0, le=1)]

MOST_SLOTS = 60
"""No letter has as many texts; each more costs the time and memory of a whole bank."""


class OwnPhrase(Document):
    """A phrase of her own. `angle` only in the first slot, whose angle is the variant's; it may hold places ({name})."""

    text: str = Field(min_length=1, max_length=2000)
    angle: Slug | None = None


class SlotDocument(Document):
    """One place of the framework.

    A slot is filled from a phrase bank, from her own phrases, or from both; a *locked* slot holds one text a language
    that no machine and no colleague changes (the emotional core). `by` names an attribute that people declared: each of
    its values in `choices` gets its own text, everybody else what the variant says.
    """

    name: Slug
    bank: Slug | None = Field(None, description="the phrase bank that fills it: hooks, lines, openings, middles …")
    phrases: dict[Locale, list[OwnPhrase | str]] = Field(default={}, description="your own: {fr: […], en: […]}")
    locked: bool = False
    by: Slug | None = Field(None, description="an attribute people declared: skin_type")
    choices: dict[str, Text] = Field(default={}, description="value: text for those who declared it")
    zone: Slug = Field("body", description="slots of a zone are read together: the product's name stands in it once")
    tied: bool = Field(False, description="only phrases of the first slot's angle")


class PictureChoice(Document):
    """What the picture shows to those who declared one value: a drawn scene, a photograph, or another part of it."""

    scene: Scene | None = None
    photo: str | None = Field(None, max_length=200, description="a file of this workspace: photos/gel.jpg")
    focus: tuple[Share, Share] | None = Field(
        None, description="what matters in the photograph, from its left and top, 0 to 1: [0.6, 0.4]"
    )


class PicturesDocument(Document):
    """Which picture follows a declared attribute. What is not named here is locked: layout, colours, everybody's
    scene."""

    by: Slug = Field(description="an attribute people declared: skin_type")
    choices: dict[str, PictureChoice] = Field(min_length=1, description="value: what those who declared it see")


class FrameworkDocument(Document):
    """`frameworks/NAME.yaml`: how one placement is built. It replaces the framework that comes with Gale there."""

    schema_: int = Field(1, alias="schema")
    id: Slug
    placement: Placement
    slots: list[SlotDocument] = Field(min_length=1, max_length=MOST_SLOTS)
    fields: dict[Slug, list[list[Slug]]] = Field(min_length=1, description="field: its paragraphs, each a row of slots")
    html: str | None = Field(None, description="the newsletter it came from, beside this file")
    language: Locale | None = Field(None, description="what that newsletter is written in; other letters go without it")

    pictures: PicturesDocument | None = Field(
        None,
        description="which picture follows a declared attribute",
        exclude_if=lambda value: value is None,  # a framework without one keeps the hash it was signed under
    )

    @property
    def attributes(self) -> list[str]:
        """The declared attributes it looks at."""
        named = [s.by for s in self.slots if s.by is not None]
        return list(dict.fromkeys((*named, *([self.pictures.by] if self.pictures else ()))))
