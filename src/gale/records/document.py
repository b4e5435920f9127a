"""What all documents that people write share: names, languages, texts, and how strictly they are read."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

SCHEMA = 1
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", description="lower-case letters, digits, - and _")]
Locale = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Text = Annotated[dict[Locale, str], Field(min_length=1, description="one text a language: {fr: …, en: …}")]


class Document(BaseModel):
    """What all documents share: unknown keys are refused, values are not coerced silently, frozen once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
