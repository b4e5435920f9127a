"""A small campaign as plain data, to change one thing at a time."""

from __future__ import annotations

import copy
from typing import Any

from gale.records.creative import Variant
from gale.records.documents import Brand, Brief, Campaign, Purposes, Team

TEXT = {"fr": "texte", "en": "text"}


def touchpoint(id: str, channel: str, placement: str, purposes: list[str], **more: Any) -> dict[str, Any]:
    fields = {
        "id": id,
        "name": TEXT,
        "channel": channel,
        "placement": placement,
        "framework": "f",
        "purposes": purposes,
    }
    return fields | more


def purpose(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": TEXT, "basis": ["consent"], "notice": TEXT, "value_to_customer": TEXT} | more


PLAIN: dict[str, Any] = {
    "brand": {"schema": 1, "id": "bakery", "name": "Mie", "descriptor": TEXT},
    "brief": {
        "schema": 1,
        "id": "autumn",
        "brand": "bakery",
        "title": TEXT,
        "product": {"name": "Miche", "noun": TEXT | {"fr": "le pain"}, "price": {"amount": "4.80"}, "margin": "2.10"},
        "benefit": TEXT,
        "flight": {"start": "2026-09-07", "days": 14},
    },
    "campaign": {
        "schema": 1,
        "id": "autumn",
        "brief": "autumn",
        "narrative": [
            {
                "id": "one",
                "name": TEXT,
                "touchpoints": [
                    touchpoint("banner", "web", "banner", ["ads"]),
                    touchpoint("letter", "email", "email", ["mail", "measure"], weekdays=[1]),
                    touchpoint("kettle", "device", "kettle", ["kettle"], trigger="kettle_boiled"),
                ],
            }
        ],
        "audience": {"city": ["brume"]},
    },
    "team": {
        "schema": 1,
        "mode": "solo",
        "members": [
            {
                "id": "ana",
                "name": "Ana",
                "roles": ["creative_strategist", "ai_specialist", "community_manager", "data_ethicist"],
            }
        ],
    },
    "purposes": {
        "schema": 1,
        "purposes": [
            purpose("ads", channels=["web"]),
            purpose("mail", channels=["email"], basis=["consent", "existing_customer"]),
            purpose("measure", direct_marketing=False),
            purpose("kettle", channels=["device"], direct_marketing=False, features=False),
        ],
    },
}


def plain() -> dict[str, Any]:
    return copy.deepcopy(PLAIN)


def documents(data: dict[str, Any] | None = None) -> tuple[Brand, Brief, Campaign, Team, Purposes]:
    found = data or PLAIN
    return (
        Brand.model_validate(found["brand"]),
        Brief.model_validate(found["brief"]),
        Campaign.model_validate(found["campaign"]),
        Team.model_validate(found["team"]),
        Purposes.model_validate(found["purposes"]),
    )


def variant(id: str, angle: str = "proof", audience: str = "all", **more: Any) -> Variant:
    fields: dict[str, Any] = {
        "id": id,
        "framework": "f",
        "placement": "banner",
        "locale": "fr",
        "slots": {"hook": "Bonjour"},
        "phrases": {"hook": "h1"},
        "fields": {"headline": "Bonjour, du pain."},
        "traits": {"angle": angle, "audience": audience},
    }
    return Variant(**(fields | more))
