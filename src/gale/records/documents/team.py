"""The team and the purposes: who signs, and why data is used at all."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gale.records.approval import Role
from gale.records.document import SCHEMA, Document, Slug, Text
from gale.records.people import LegalBasis


class Member(Document):
    """One person of the team and the hats she wears."""

    id: Slug
    name: str = Field(min_length=1)
    roles: list[Role] = Field(min_length=1)
    sandbox: bool = Field(False, description="an invented colleague who signs in the example only")


class Team(Document):
    """Who holds which role and how many must sign; `solo` says "one person, four hats" wherever it is read."""

    schema_: int = Field(SCHEMA, alias="schema")
    mode: Literal["solo", "team"] = "solo"
    members: list[Member] = Field(min_length=1)
    required: list[Role] = ["creative_strategist", "ai_specialist", "community_manager", "data_ethicist"]


class Purpose(Document):
    """Why data is used, on which legal basis, what the person is told and what she gets for it."""

    id: Slug
    name: Text
    basis: list[LegalBasis] = Field(min_length=1, description="bases that may carry it; any one suffices")
    channels: list[Literal["email", "web", "social", "sms", "push", "device"]] = []
    direct_marketing: bool = True
    notice: Text
    notice_version: str = "1"
    value_to_customer: Text
    expires_days: int | None = Field(None, ge=1, description="a consent lapses after so many days; none: never")
    features: bool = Field(True, description="false: its data never enters features, segments or models")


class Purposes(Document):
    """Every purpose of the workspace; a consent for any other is refused."""

    schema_: int = Field(SCHEMA, alias="schema")
    purposes: list[Purpose] = Field(min_length=1)

    def get(self, purpose: str) -> Purpose | None:
        return next((p for p in self.purposes if p.id == purpose), None)
